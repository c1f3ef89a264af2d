"""Who of a facility takes doses elsewhere, who is a guest, and what was given to a client at other sites."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils import timezone

from phoihop.base.org.doors import query
from phoihop.base.org.models import Facility
from phoihop.base.org.rules.permissions import Viewer
from phoihop.programmes.ost.dosing import reaching
from phoihop.programmes.ost.models import Dose, Lease, Roster
from phoihop.programmes.ost.models.shared import OST
from phoihop.programmes.ost.queries.care import Who, who_is
from phoihop.programmes.ost.queries.roster import known_of, sorted_by
from phoihop.registry.models import Client
from phoihop.registry.rules import codes

LOOKED_BACK = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Stay:
    """Days of a client at a site that is not their own facility; ``last`` None: until called back."""

    facility: str
    first: date
    last: date | None


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """A dose that another site gave: on which day, when, or as a bottle."""

    facility: str
    on: date
    at: datetime | None
    mg: Decimal
    bottle: bool


@dataclass(frozen=True, slots=True)
class Lent:
    """A client's stays from today on, and the doses that other sites gave lately, the latest first."""

    who: Who
    stays: tuple[Stay, ...]
    doses: tuple[Elsewhere, ...]


@dataclass(frozen=True, slots=True)
class Line:
    """Somebody who takes doses at a site that is not their own. ``client``: of the own facility's files;
    None of a guest."""

    client: UUID | None
    name: str
    code: str
    stay: Stay


@dataclass(frozen=True, slots=True)
class Board:
    """Clients of a facility who are elsewhere, now or soon, and guests who are here, by given name."""

    out: tuple[Line, ...]
    guests: tuple[Line, ...]


@query("ost.case_see_client_lent", "Xem nơi uống thuốc", "See where a client takes doses", of="client")
def lent(viewer: Viewer, *, client: Client) -> Lent:
    """Where a client's days are, and what was given there."""
    row = Roster.objects.filter(facility=client.facility_id, client=client).first()
    if row is None:
        return Lent(who_is(client), (), ())
    with reaching.centre(viewer.account, client.facility_id):
        leases = _leases({row.person}, viewer.day).exclude(facility=client.facility_id)
        told = list(leases.order_by("first").values_list("facility__name", "first", "last"))
        rows = Dose.objects.filter(person=row.person, on__gte=viewer.day - LOOKED_BACK)
        rows = rows.exclude(facility=client.facility_id).order_by("-on", "-moment")
        given = list(rows.values_list("facility__name", "on", "moment", "mg", "bottle"))
    zone = timezone.get_current_timezone()
    return Lent(
        who_is(client),
        tuple(Stay(*each) for each in told),
        tuple(
            Elsewhere(name, on, datetime.fromtimestamp(moment, zone) if moment else None, mg, bottle)
            for name, on, moment, mg, bottle in given
        ),
    )


@query("ost.case_see_lent", "Xem ai uống ở nơi khác, ai là khách", "See who is lent", of="facility")
def board(viewer: Viewer, *, facility: Facility) -> Board:
    """Both lists of a facility; a number of statements that does not grow with them."""
    rows = list(
        Roster.objects.select_related("client", "home")
        .filter(facility=facility)
        .filter(Q(until=None) | Q(until__gte=viewer.day))
    )
    by_person = {row.person: row for row in rows}
    with reaching.centre(viewer.account, facility.pk):
        leases = list(
            _leases(set(by_person), viewer.day)
            .order_by("first")
            .values_list("person", "facility", "facility__name", "first", "last")
        )
    known = known_of(rows)
    out: list[Line] = []
    guests: list[Line] = []
    for person, site, name, first, last in leases:
        row = by_person[person]
        own = row.client is not None
        if own == (site == facility.pk):
            continue
        line = Line(
            row.client.uid if row.client is not None else None,
            known[row.pk].name,
            codes.shown(row.code),
            Stay(name if own else row.home.name, first, last),
        )
        (out if own else guests).append(line)
    out.sort(key=lambda line: sorted_by(line.name))
    guests.sort(key=lambda line: sorted_by(line.name))
    return Board(tuple(out), tuple(guests))


def places(client: Client) -> list[Facility]:
    """Where a client's days can be lent to: the facility's own points, then other facilities."""
    rows = Facility.objects.filter(programmes__contains=[OST], valid_to=None)
    own = Q(parent=client.facility_id)
    others = Q(parent=None) & ~Q(pk=client.facility_id)
    return sorted(rows.filter(own | others), key=lambda each: (each.parent_id is None, each.name))


def _leases(persons: set[UUID], day: date) -> QuerySet[Lease]:
    return Lease.objects.filter(Q(last=None) | Q(last__gte=day), person__in=persons, aside=None)
