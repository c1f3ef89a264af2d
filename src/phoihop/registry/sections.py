"""What this room adds to the first page after signing in."""

from collections.abc import Iterator

from django.db import models
from django.urls import reverse
from django.utils.translation import gettext as _

from phoihop.base.org.explain import words
from phoihop.base.org.queries.reaching import granted
from phoihop.base.org.rules.permissions import Viewer
from phoihop.base.org.sections import About, Waits
from phoihop.registry.doors import code
from phoihop.registry.queries import desk
from phoihop.registry.registering import PROGRAMMES


def today(viewer: Viewer) -> Iterator[Waits]:
    """Letters to answer, and files that may be of one person."""
    for programme in PROGRAMMES.values():
        if not viewer.strong or not granted(viewer, code(programme.code, "see_waiting")):
            continue
        it, name = desk.waiting(viewer, programme=programme.code), words(programme.name)
        if it.letters:
            address = reverse(f"registry-{programme.path}-letters")
            yield Waits(it.letters, _("Thư giới thiệu, đề nghị chuyển đến chờ trả lời"), name, address)
        if it.pairs:
            address = reverse(f"registry-{programme.path}-likenesses")
            yield Waits(it.pairs, _("Hồ sơ nghi trùng chờ quyết định"), name, address)


def about(viewer: Viewer, thing: models.Model) -> Iterator[About]:
    """Nothing: a file stands on no other thing's page."""
    yield from ()
