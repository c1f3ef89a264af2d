"""A stored file as a thing that rules can be asked about: the table below knows nothing of places."""

from dataclasses import dataclass

from phoihop.base.org.rules.permissions import Place
from phoihop.base.security.models import StoredFile


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


def find(number: int) -> KeptFile | None:
    """The file, if the present scope sees it."""
    row = StoredFile.objects.filter(pk=number).first()
    return KeptFile(row) if row is not None else None
