"""People who work here, as far as the viewer oversees them, in the order of their given names."""

from dataclasses import dataclass
from functools import partial, reduce
from operator import or_

from django.db.models import Prefetch, Q

from phoihop.base.org.doors import entry, query
from phoihop.base.org.models import Account, Agency, Facility, Person, Position
from phoihop.base.org.queries.reaching import everywhere, within
from phoihop.base.org.queries.units import stood
from phoihop.base.org.roles import ROLES
from phoihop.base.org.rules.permissions import Role, Viewer
from phoihop.base.security.audit.entries import Kind
from phoihop.base.security.audit.recording import record
from phoihop.kernel.text import plain

PAGE = 50
SEE = "org.see_people"


@dataclass(frozen=True, slots=True)
class Listed:
    """One page of people, each with the positions they hold today, and how many there are in all."""

    people: tuple[tuple[Person, tuple[Position, ...]], ...]
    total: int


@dataclass(frozen=True, slots=True)
class Known:
    """A person: the positions of today, those to come and those that ended; the account they sign in with."""

    person: Person
    now: tuple[Position, ...]
    other: tuple[Position, ...]
    account: Account | None


def role_of(position: Position) -> Role | None:
    """The role that a position gives; None if the program no longer knows it."""
    return ROLES.get(position.role)


def in_reach(viewer: Viewer) -> Q:
    """The people whom a viewer oversees, by any position they hold or held."""
    return within(
        viewer, SEE, agency="positions__agency", facility="positions__facility", unit="positions__units"
    ) | _at_facilities(viewer)


def _at_facilities(viewer: Viewer) -> Q:
    """Somebody at a facility works for its agency, though the position names the facility alone."""
    return within(viewer, SEE, agency="positions__facility__agency")


def of_reach(viewer: Viewer, text: str) -> Person | None:
    """The person of an address, if the viewer oversees them."""
    number = int(text) if text.isascii() and text.isdigit() and len(text) < 19 else 0
    return Person.objects.filter(in_reach(viewer), pk=number).distinct().first()


see = partial(query, SEE, "Xem danh sách cán bộ", "See people who work here", recorded=False)


@see()
def people(viewer: Viewer, *, text: str = "", page: int = 1) -> Listed:
    """Those in the viewer's reach whose name holds the beginning of every word typed, marks or none."""
    words = plain(text).split()
    named = Person.objects.filter(in_reach(viewer)).distinct().order_by("sort_key", "pk")
    wanted = [pk for pk, name in named.values_list("pk", "name") if _fits(name, words)]
    shown = wanted[(page - 1) * PAGE : page * PAGE]
    found = Person.objects.prefetch_related(_held_today(viewer)).in_bulk(shown)
    record(entry(Kind.SEARCH if words else Kind.READ, SEE, viewer, count=len(shown)))
    return Listed(tuple((found[pk], tuple(found[pk].positions.all())) for pk in shown), len(wanted))


def _fits(name: str, words: list[str]) -> bool:
    parts = plain(name).split()
    return all(any(part.startswith(word) for part in parts) for word in words)


def _held_today(viewer: Viewer) -> "Prefetch[str]":
    held = Position.objects.filter(since__lte=viewer.day).exclude(until__lt=viewer.day)
    return Prefetch("positions", held.select_related("agency", "facility").order_by("since", "pk"))


@see()
def person(viewer: Viewer, *, person: Person) -> Known:
    """One person of the viewer's reach (``of_reach`` has looked); recorded as a look at this very person."""
    record(entry(Kind.READ, SEE, viewer, person))
    held = list(
        person.positions.select_related("agency", "facility", "given_by__person", "approved_by__person")
        .prefetch_related("units")
        .order_by("-since", "pk")
    )
    now = tuple(p for p in held if p.since <= viewer.day and (p.until is None or p.until >= viewer.day))
    return Known(
        person,
        now,
        tuple(p for p in held if p not in now),
        Account.objects.filter(person=person).only("pk", "person", "is_active").first(),
    )


@dataclass(frozen=True, slots=True)
class Places:
    """Where a viewer may give positions."""

    agencies: tuple[Agency, ...]
    facilities: tuple[Facility, ...]


def places_to_give(viewer: Viewer) -> Places:
    """The agencies and facilities of today over which the viewer may propose positions, by name."""
    code = "org.propose_position"
    agencies = Agency.objects.filter(within(viewer, code, agency="pk", unit="unit"), stood(viewer.day))
    facilities = Facility.objects.filter(
        within(viewer, code, agency="agency", facility="pk", unit="unit"), stood(viewer.day)
    ).select_related("agency")
    return Places(tuple(agencies.order_by("name")), tuple(facilities.order_by("agency__name", "name")))


def agency_to_explain(viewer: Viewer, person: Person) -> Agency | None:
    """The agency through which a viewer sees a person; None where it is not one agency in particular."""
    if everywhere(viewer, SEE):
        return None
    reached = reduce(or_, (Q(agency__in=viewer.agencies), Q(facility__agency__in=viewer.agencies)))
    position = person.positions.filter(reached).select_related("agency", "facility__agency").first()
    if position is None:
        return None
    return position.agency or (position.facility.agency if position.facility else None)
