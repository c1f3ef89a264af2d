"""What the centre knows of clients when it gives out rights (rules.permits.ClientFile), for many at once.

In the protocol a client is called by the pseudonym under which they are served (``client``). Files that were
merged are of one ``person``, and the centre asks by that: a dose given under the one name uses up the day of
the other.
"""

from collections import defaultdict
from collections.abc import Collection
from datetime import date, timedelta
from uuid import UUID

from django.db.models import Q

from phoihop.programmes.ost.models import Dose, Incident, Lease, OrderRow, Outstanding
from phoihop.programmes.ost.rules.incidents import NEED_A_DOCTOR
from phoihop.programmes.ost.rules.permits import LONGEST, ClientFile, Holding, Order
from phoihop.programmes.ost.rules.permits import Lease as Right

BEHIND = timedelta(days=LONGEST + 1)  # how far back a dose may still bear on a day to come


def rights(persons: Collection[UUID], day: date) -> dict[UUID, tuple[UUID, tuple[Right, ...]]]:
    """How each person is called, and the leases that count from a day on."""
    rows = Lease.objects.filter(Q(last=None) | Q(last__gte=day), person__in=persons, aside=None)
    found: dict[UUID, list[Right]] = defaultdict(list)
    called: dict[UUID, UUID] = {}
    told = rows.order_by("first").values_list("person", "client", "facility", "first", "last")
    for person, client, facility, first, last in told:
        found[person].append(Right(str(facility), first, last))
        called[person] = client
    return {person: (called[person], tuple(leases)) for person, leases in found.items()}


def orders(persons: Collection[UUID], day: date) -> dict[UUID, tuple[tuple[OrderRow, Order], ...]]:
    """The orders that count from a day on, in the order in which they were signed."""
    rows = OrderRow.objects.filter(person__in=persons, end__gte=day).order_by("signed_at", "pk")
    found: dict[UUID, list[tuple[OrderRow, Order]]] = defaultdict(list)
    for row in rows:
        if row.start <= row.end:
            found[row.person].append((row, told(row)))
    return {person: tuple(those) for person, those in found.items()}


def told(row: OrderRow) -> Order:
    """An order as permits know it."""
    return Order(str(row.uid), row.drug, row.mg, row.start, row.end, row.stopped)


def files(persons: Collection[UUID], today: date) -> dict[UUID, ClientFile]:
    """The files of persons; in the centre's scope. Five statements, however many they are."""
    leases, given = rights(persons, today - BEHIND), orders(persons, today)
    held: dict[UUID, dict[date, Holding]] = defaultdict(dict)
    for row in Outstanding.objects.filter(person__in=persons):
        held[row.person][row.day] = Holding(
            row.number, str(row.order), row.device, row.incarnation, row.issued
        )
    spent: dict[UUID, set[date]] = defaultdict(set)
    for person, on, day in Dose.objects.filter(person__in=persons, last__gte=today - BEHIND).values_list(
        "person", "on", "day"
    ):
        spent[person] |= {on, day}
    waiting = waiting_for_a_doctor(persons)
    nobody: tuple[UUID | None, tuple[Right, ...]] = (None, ())
    return {
        person: ClientFile(
            client=str(leases.get(person, nobody)[0] or person),
            leases=leases.get(person, nobody)[1],
            orders=tuple(order for _, order in given.get(person, ())),
            outstanding=held.get(person, {}),
            spent=frozenset(spent.get(person, ())),
            waiting=person in waiting,
        )
        for person in persons
    }


def waiting_for_a_doctor(persons: Collection[UUID]) -> set[UUID]:
    """Those of whom an incident waits that a doctor answers before anything more is given."""
    rows = Incident.objects.filter(
        persons__overlap=list(persons),
        kind__in=[kind.value for kind in NEED_A_DOCTOR],
        answered_at=None,
        gone=False,
    )
    return {person for found in rows.values_list("persons", flat=True) for person in found} & set(persons)
