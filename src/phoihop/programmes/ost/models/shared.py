"""What the tables of this room have in common: why their columns are kept, and who reaches their rows."""

from typing import Any, ClassVar
from uuid import uuid4

from django.db import models

from phoihop.base.org.models import Facility
from phoihop.base.org.rules.permissions import Place
from phoihop.base.security.columns import internal, sensitive
from phoihop.base.security.rows import PURPOSE, RowAccess, at_place
from phoihop.base.security.sealed import Sealed
from phoihop.base.security.together import SameOwner
from phoihop.registry.models import Client

OST = "ost"
FILE: dict[str, str] = {
    "keep": "programme",
    "ground": "Luật 91/2025/QH15; NĐ 141/2024/NĐ-CP; TT 26/2023/TT-BYT",
}

_AT = at_place(programme=f"'{OST}'")
OWN = RowAccess(_AT)
ADDED = RowAccess(_AT, append_only=True)

# The centre of the dose protocol keeps all facilities apart by knowing of all: it acts under a purpose of its
# own, which reaches the tables of rights, doses and stock, and none with a word of a person.
_CENTRE = (
    f"({PURPOSE} = 'doses' and position(':{OST},' in (select array_to_string(sec.places(), ',') || ',')) > 0)"
)
CENTRE = RowAccess(f"({_AT}) or {_CENTRE}")
CENTRE_ADDED = RowAccess(f"({_AT}) or {_CENTRE}", append_only=True)


def place_of(facility: Facility) -> Place:
    """Where a row of this room belongs."""
    return Place(facility=facility.pk, agency=facility.agency_id, programme=OST)


class Case(Sealed):
    """A row about one client of one facility. ``uid`` stands in addresses."""

    uid = internal(models.UUIDField(default=uuid4, editable=False, unique=True))
    programme = sensitive(models.CharField(max_length=20, default=OST, editable=False), erase="keep", **FILE)
    facility = internal(models.ForeignKey(Facility, models.PROTECT, related_name="+"))
    pseudonym = sensitive(models.UUIDField(), erase="keep", **FILE)
    client = internal(models.ForeignKey(Client, models.PROTECT, related_name="+", db_constraint=False))

    row_access = OWN

    class Meta:
        abstract = True
        constraints: ClassVar[tuple[Any, ...]] = (
            SameOwner(
                field="client",
                to="registry.Client",
                owner=("facility", "programme"),
                name="%(app_label)s_%(class)s_of_own_client",
            ),
        )
        indexes: ClassVar[tuple[Any, ...]] = (
            models.Index(fields=["facility", "client"], name="%(app_label)s_%(class)s_of_client"),
        )

    def __str__(self) -> str:
        return f"{self.pk}"

    def place(self) -> Place:
        return place_of(self.facility)


def about(client: Client) -> dict[str, Any]:
    """The columns that say of whom a row is."""
    return {
        "client": client,
        "facility_id": client.facility_id,
        "programme": client.programme,
        "pseudonym": client.pseudonym,
    }
