"""What of this room stands in a person's menu: one page for each programme in which they work with files."""

from collections.abc import Iterator

from django.urls import reverse

from phoihop.base.org.queries.reaching import granted
from phoihop.base.org.rules.permissions import Viewer
from phoihop.kernel.refusals import Bilingual
from phoihop.registry.doors import code
from phoihop.registry.registering import PROGRAMMES


def entries(viewer: Viewer) -> Iterator[tuple[str, Bilingual]]:
    """Address and words of each page the viewer may open."""
    for programme in PROGRAMMES.values():
        if granted(viewer, code(programme.code, "search")):
            name = programme.name
            words = Bilingual(f"Hồ sơ: {name.vi}", f"Files: {name.en}")
            yield reverse(f"registry-{programme.path}"), words


def leads_to(notice: str) -> str:
    """This room sends no notices."""
    return ""
