"""What a random world begins with, and what the tables amount to at its end."""

from collections import Counter, defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from itertools import combinations
from types import SimpleNamespace
from typing import Any
from uuid import UUID

from django.db.models import F

from phoihop.programmes.ost.actions import devices as acting_on
from phoihop.programmes.ost.actions import ordering
from phoihop.programmes.ost.dosing import desk, following, reaching
from phoihop.programmes.ost.models import (
    Balance,
    CountRow,
    Day,
    Device,
    Dose,
    Incident,
    LogEntry,
    Outstanding,
    Posting,
)
from phoihop.programmes.ost.rules.phases import Phase
from phoihop.programmes.ost.rules.stock import Kind
from phoihop.programmes.ost.tests import care_people, making, tablets
from phoihop.programmes.ost.tests.making import TODAY, House, acting
from phoihop.programmes.ost.tests.tablets import Clock, Tablet, enrolled
from phoihop.registry.models import Client

DAY = timedelta(days=1)
DAYS = 9  # how long a world may last; it ends today, for the tables note the true time as well
SECONDS = 86_400
FILLED = Decimal(1_000)


@dataclass
class Truth:
    """A dose that somebody really took. ``forced``: not by the rules, so another one may be beside it."""

    person: UUID
    on: date
    digest: str
    facility: int
    quantity: Decimal
    forced: bool = False


@dataclass
class Base:
    """What a world begins with, made once; each world undoes what it did."""

    house: House
    clock: Clock
    clients: list[Client]
    devices: list[Tablet]
    desks: dict[int, Device]


def base(house: House, clock: Clock, set_clock: Callable[[Any], None]) -> Base:
    """Two facilities and a point with desks, medicine, a tablet each at A and B (A's is the active device),
    three clients at A and one at B, nine days ago. ``set_clock`` lets a module ask this world's clock."""
    clock.ahead = -DAYS * SECONDS
    for module in (desk, following, ordering, acting_on):
        set_clock(module)
    since = TODAY - timedelta(days=60)
    clients = [making.admitted(house.doctor, house.a, f"Người Thứ {n}", since) for n in range(3)]
    clients.append(making.admitted(house.doctor_b, house.b, "Người Mường Nhé", since))
    for client in clients:
        by = house.doctor if client.facility_id == house.a.pk else house.doctor_b
        with acting(by):
            ordering.step(by, client, Phase.MAINTENANCE, since)
        making.ordered(by, client, start=TODAY - (DAYS + 3) * DAY)
        for back in (3, 2, 1):
            care_people.dosed(client, TODAY - (DAYS + back) * DAY)
    for facility, keeper in (
        (house.a, house.storekeeper),
        (house.p, house.storekeeper_p),
        (house.b, house.head_b),
    ):
        making.stocked(keeper, facility, int(FILLED), day=since)
    devices = [
        enrolled(house, clock, house.a, house.head),
        enrolled(house, clock, house.b, house.head_b, active=False),
    ]
    with reaching.centre(None):
        desks = {
            row.facility_id: row
            for row in Device.objects.filter(kind=Device.DESK).select_related("facility__agency")
        }
    return Base(house, clock, clients, devices, desks)


class Watch(SimpleNamespace):
    """The module ``time`` as the world's clock tells it."""

    def __init__(self, clock: Clock) -> None:
        super().__init__(time=clock, monotonic=clock)


def state() -> dict[str, set[Any]]:
    """What the tables amount to, whatever way it came about."""
    with reaching.centre(None):
        incidents = Incident.objects.filter(gone=False).values_list("identity", "kind", "facility")
        return {
            "events": set(LogEntry.objects.values_list("digest", flat=True)),
            "doses": set(Dose.objects.values_list("name", "on", "first", "last", "certainty", "outside")),
            "postings": set(Posting.objects.filter(target="client").values_list("key", "quantity")),
            "balances": set(Balance.objects.values_list("facility", "kind", "quantity")),
            "incidents": set(incidents),
            "outstanding": set(Outstanding.objects.values_list("person", "day")),
            "days": set(Day.objects.values_list("facility", "day", "closed_at")),
            "counts": set(CountRow.objects.values_list("facility", "day", "found", "book")),
        }


def copied(tablet: Tablet) -> Tablet:
    """The machine as the base left it, with a memory of its own."""
    made = tablet.clone()
    tablets.known[made.name] = made.public
    return made


def nothing_lost(truth: list[Truth]) -> None:
    """Every dose that was taken is there, once, and no other."""
    with reaching.centre(None):
        named = list(Dose.objects.exclude(sources=[]).values_list("name", flat=True))
    assert Counter(named) == Counter(each.digest for each in truth)


def no_double_silent(truth: list[Truth]) -> int:
    """Two doses of one day are told of together; how many such pairs there were."""
    days: dict[tuple[UUID, date], list[str]] = defaultdict(list)
    for dose in truth:
        days[dose.person, dose.on].append(dose.digest)
    real = {frozenset(pair) for those in days.values() for pair in combinations(those, 2)}
    with reaching.centre(None):
        rows = Incident.objects.filter(kind__in=["double-dose", "possible-double"], gone=False)
        told = [(kind, frozenset(keys)) for kind, keys in rows.values_list("kind", "keys")]
    assert real <= {pair for _, pair in told}, "a silent double"
    # What was written before a restart without a line may be of several days: then it is possible.
    assert {pair for kind, pair in told if kind == "double-dose"} <= real, "a double that is none"
    return len(real)


def ledger_exact(truth: list[Truth], *, cloned: bool) -> None:
    """What is left is what was there less what was taken, and each count found what the book said then."""
    taken: dict[int, Decimal] = defaultdict(Decimal)
    for dose in truth:
        taken[dose.facility] += dose.quantity
    with reaching.centre(None):
        kinds = {Kind.DAILY.value, Kind.POINT.value}
        there = {row.facility_id: row.quantity for row in Balance.objects.filter(kind__in=kinds)}
        assert there == {pk: FILLED - taken[pk] for pk in there}
        sums: dict[tuple[int, str], Decimal] = defaultdict(Decimal)
        for posting in Posting.objects.all():
            sums[posting.facility_id, posting.source] -= posting.quantity
            sums[posting.target_facility_id, posting.target] += posting.quantity
        for row in Balance.objects.all():
            assert row.quantity == sums[row.facility_id, row.kind]
            assert row.quantity >= 0 or row.kind not in (Kind.STORE.value, Kind.BOTTLE.value)
        assert not Incident.objects.filter(kind="unbooked", gone=False).exists()
        wrong = CountRow.objects.exclude(found=F("book"))
        assert cloned or not wrong.exists(), list(wrong.values())
