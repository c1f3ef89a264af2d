"""What this room adds to the first page after signing in."""

from collections.abc import Iterator

from django.db import models
from django.urls import reverse
from django.utils.translation import gettext as _

from phoihop.base.org.queries.reaching import granted
from phoihop.base.org.rules.permissions import Viewer
from phoihop.base.org.sections import About, Waits
from phoihop.coordination.documents.queries.register import waiting
from phoihop.coordination.documents.rules.review import Stage


def today(viewer: Viewer) -> Iterator[Waits]:
    """Documents that were read and wait to be checked."""
    if granted(viewer, "documents.see_review"):
        many = waiting(viewer)
        if many:
            where = f"{reverse('documents')}?stage={Stage.REVIEW.value}"
            yield Waits(
                many, _("Văn bản chờ đối chiếu"), _("chương trình đã đọc xong, chờ người kiểm"), where
            )


def about(viewer: Viewer, thing: models.Model) -> Iterator[About]:
    """Nothing of this room is about a thing of another."""
    yield from ()
