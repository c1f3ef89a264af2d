"""Whose a person's days are: leases made, lent, moved and ended, always as the rules say."""

from collections.abc import Callable, Collection
from datetime import date
from uuid import UUID

from phoihop.programmes.ost.models import Lease
from phoihop.programmes.ost.rules import permits
from phoihop.programmes.ost.rules.permits import Lease as Right


def begin(person: UUID, client: UUID, facility: int, first: date) -> None:
    """The person's days are a site's from a day on, whoever's they were before; ``client``: how they are
    called there."""
    _change(person, client, lambda leases: permits.transferred(leases, str(facility), first))


def lend(person: UUID, client: UUID, facility: int, first: date, last: date) -> None:
    """Some days are another site's; afterwards they are again whose they were."""
    _change(person, client, lambda leases: permits.lent(leases, str(facility), first, last))


def end(person: UUID, first: date) -> None:
    """From a day on they are nobody's."""
    _change(person, None, lambda leases: permits.ended(leases, first))


def hold(persons: Collection[UUID]) -> None:
    """Hold the leases of persons as they are until the transaction ends, always in one order: whoever uses a
    day asks first, so that it does not become another site's between asking and using."""
    rows = Lease.objects.select_for_update(of=("self",)).filter(person__in=persons, aside=None)
    list(rows.order_by("person", "first").values_list("pk"))


def _change(
    person: UUID, client: UUID | None, change: Callable[[tuple[Right, ...]], tuple[Right, ...]]
) -> None:
    """Write the leases after a change; the database compares them again at the end of the transaction."""
    rows = list(
        Lease.objects.select_for_update(of=("self",)).filter(person=person, aside=None).order_by("first")
    )
    before = {Right(str(row.facility_id), row.first, row.last): row for row in rows}
    after = set(change(tuple(before)))
    gone = [row.pk for right, row in before.items() if right not in after]
    if gone:
        Lease.objects.filter(pk__in=gone).delete()
    called = client or next((row.client for row in reversed(rows)), person)
    Lease.objects.bulk_create(
        Lease(person=person, client=called, facility_id=int(right.site), first=right.first, last=right.last)
        for right in sorted(after - set(before), key=lambda right: right.first)
    )
