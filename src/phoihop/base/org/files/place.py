"""A stored file as a thing that rules can be asked about: the table below knows nothing of places."""

from collections.abc import Callable
from dataclasses import dataclass

from phoihop.base.org.doors import may
from phoihop.base.org.rules.permissions import Place, Viewer
from phoihop.base.security.models import StoredFile

# What a room asks beside the permission to fetch: True for a file that it has nothing to say of.
ALSO: list[Callable[[Viewer, StoredFile], bool]] = []


@dataclass(frozen=True, slots=True)
class KeptFile:
    """One file with the place it belongs to."""

    row: StoredFile

    def place(self) -> Place:
        return Place(
            account=self.row.account,
            agency=self.row.agency,
            facility=self.row.facility,
            programme=self.row.programme,
        )


def may_fetch(viewer: Viewer, file: KeptFile) -> bool:
    """Whether the viewer may have the bytes: by the rules of the place, and of the room whose file it is."""
    return bool(may(viewer, "org.fetch_file", file)) and all(asks(viewer, file.row) for asks in ALSO)


def find(number: int) -> KeptFile | None:
    """The file, if the present scope sees it."""
    row = StoredFile.objects.filter(pk=number).first()
    return KeptFile(row) if row is not None else None
