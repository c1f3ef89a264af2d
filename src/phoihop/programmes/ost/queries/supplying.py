"""Inpatient supplies: what is prepared, out and back, and the papers that go along."""

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from uuid import UUID

from django.db.models import QuerySet

from phoihop.base.org import caseload
from phoihop.base.org.caseload import FileKind
from phoihop.base.org.doors import query
from phoihop.base.org.models import Facility
from phoihop.base.org.rules.permissions import Viewer
from phoihop.base.security import sealed
from phoihop.base.security.audit.entries import Kind as Recorded
from phoihop.programmes.ost.dosing import reaching
from phoihop.programmes.ost.models import LogEntry, Posting, Roster, Supply
from phoihop.programmes.ost.queries.care import Who, who_is
from phoihop.programmes.ost.queries.roster import Known, known_of
from phoihop.registry.models import Client
from phoihop.registry.rules import codes

_DAY = timedelta(days=1)

# What is handed over is the work of whoever hands over at the facility.
caseload.declare(Supply, FileKind(mine=lambda viewer, row: True, kin=lambda viewer, row: False))


@dataclass(frozen=True, slots=True)
class Sheet:
    """A supply with what its papers say. ``back``: it is settled; ``batch``: once it is out."""

    supply: Supply
    known: Known
    code: str
    hospital: str
    carrier: str
    by: str
    batch: str
    back: bool

    @property
    def days(self) -> tuple[date, ...]:
        return days_of(self.supply.first, self.supply.last)

    @property
    def each(self) -> Decimal:
        """What one vial holds, in ml or tablets."""
        return self.supply.quantity / len(self.days)


@query("ost.case_see_supplies", "Xem phiếu cấp nội trú của một người", "See inpatient supplies", of="client")
def of_client(viewer: Viewer, *, client: Client) -> tuple[Who, tuple[Sheet, ...]]:
    """The supplies of a client, the latest first."""
    rows = Supply.objects.filter(facility=client.facility_id, client=client)
    return who_is(client), _sheets(viewer, list(_joined(rows)))


@query(
    "ost.case_give_supply_list", "Xem phiếu cấp nội trú", "See inpatient supplies to hand over", of="facility"
)
def of_facility(viewer: Viewer, *, facility: Facility) -> tuple[Sheet, ...]:
    """The supplies of a facility that are to be handed over, are out, or ended within thirty days."""
    rows = Supply.objects.filter(facility=facility, last__gte=viewer.day - _DAY * 30)
    return _sheets(viewer, list(_joined(rows)))


@query("ost.case_give_supply_view", "Xem một phiếu cấp nội trú", "See an inpatient supply", of="supply")
def one(viewer: Viewer, *, supply: Supply) -> Sheet:
    """One supply."""
    return _sheets(viewer, [supply])[0]


@query(
    "ost.case_give_supply_paper",
    "In giấy tờ cấp nội trú",
    "Print papers of an inpatient supply",
    of="supply",
    kind=Recorded.EXPORT,
)
def papers(viewer: Viewer, *, supply: Supply) -> Sheet:
    """One supply, for a paper that leaves the house; that it left is recorded."""
    return _sheets(viewer, [supply])[0]


def load(viewer: Viewer, text: str) -> Supply | None:
    """A supply by the id that an address names, within one's own reach."""
    try:
        uid = UUID(text)
    except ValueError:
        uid = UUID(int=0)
    return _joined(Supply.objects.filter(uid=uid)).first()


def days_of(first: date, last: date) -> tuple[date, ...]:
    """Every day of a span."""
    return tuple(first + _DAY * ahead for ahead in range((last - first).days + 1))


def is_back(row: Supply) -> bool:
    """Whether what came back was counted already. In the centre's scope."""
    return Posting.objects.filter(key__startswith=f"supply:{row.uid}:").exists()


def _joined(rows: QuerySet[Supply]) -> QuerySet[Supply]:
    return rows.select_related("facility__agency", "client", "by__person").order_by("-first", "-pk")


def _sheets(viewer: Viewer, rows: list[Supply]) -> tuple[Sheet, ...]:
    sealed.fetch_keys(rows)
    facilities = {row.facility_id for row in rows}
    lines = {
        line.client_id: line
        for line in Roster.objects.select_related("client").filter(
            facility__in=facilities, client__in=[row.client_id for row in rows]
        )
    }
    known = known_of(list(lines.values()))
    back, batches = _booked(viewer, rows)
    return tuple(
        Sheet(
            row,
            known[lines[row.client_id].pk],
            codes.shown(row.client.code),
            row.text("hospital"),
            row.text("carrier"),
            row.by.person.name,
            batches.get(row.uid.hex, ""),
            row.uid in back,
        )
        for row in rows
        if row.client_id in lines
    )


def _booked(viewer: Viewer, rows: list[Supply]) -> tuple[set[UUID], dict[str, str]]:
    """Which supplies are settled, and the batches that went out, by the key of the event."""
    if not rows:
        return set(), {}
    with reaching.centre(viewer.account, *{row.facility_id for row in rows}):
        keys = {row.uid.hex for row in rows}
        digests = dict(LogEntry.objects.filter(key__in=keys).values_list("digest", "key"))
        sites = {row.facility_id for row in rows}
        since = min(row.first for row in rows) - _DAY * 30
        moved = Posting.objects.filter(facility__in=sites, day__gte=since, key__startswith="supply:")
        settled = {key.split(":")[1] for key in moved.values_list("key", flat=True)}
        out = Posting.objects.filter(facility__in=sites, day__gte=since, target="bottle-out")
        batches: dict[str, str] = {}
        for key, batch in out.values_list("key", "lot__batch").order_by("key"):
            event = digests.get(key.partition("/")[0])
            if event is not None:
                batches[event] = f"{batches[event]} + {batch}" if event in batches else batch
    return {row.uid for row in rows if str(row.uid) in settled}, batches
