"""What the tables of this room have in common: why their columns are kept, and who reaches their rows."""

from phoihop.base.org.models import Facility
from phoihop.base.org.rules.permissions import Place
from phoihop.base.security.rows import PURPOSE, RowAccess, at_place

FILE = {"keep": "programme", "ground": "Luật 91/2025/QH15; luật chuyên ngành của chương trình"}

OWN = RowAccess(at_place())

# Comparing across the facilities of one programme: the program signs a scope for it that names a place of
# that programme, and then reaches the few tables that hold no word of a person. Never another programme.
COMPARING = (
    f"({PURPOSE} = 'match' and "
    "position(':' || programme || ',' in (select array_to_string(sec.places(), ',') || ',')) > 0)"
)
COMPARED = RowAccess(f"({at_place()}) or {COMPARING}")


def place_of(facility: Facility, programme: str) -> Place:
    """Where a row of this room belongs."""
    return Place(facility=facility.pk, agency=facility.agency_id, programme=programme)
