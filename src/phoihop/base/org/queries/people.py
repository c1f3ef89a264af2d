"""People who work here, as far as the viewer oversees them, in the order of their given names."""

from dataclasses import dataclass
from datetime import date
from fnmatch import fnmatchcase
from functools import partial, reduce
from operator import or_

from django.db.models import Prefetch, Q

from phoihop.base.org.doors import DOORS, entry, query
from phoihop.base.org.models import Account, Agency, Block, Facility, Person, Position
from phoihop.base.org.queries.reaching import everywhere, within
from phoihop.base.org.queries.units import stood
from phoihop.base.org.roles import ROLES
from phoihop.base.org.rules.permissions import Role, Viewer
from phoihop.base.security.audit.entries import Kind
from phoihop.base.security.audit.recording import record
from phoihop.kernel.refusals import Bilingual
from phoihop.kernel.text import plain

PAGE = 50
SEE = "org.see_people"


@dataclass(frozen=True, slots=True)
class Listed:
    """One page of people, each with the positions they hold today, and how many there are in all."""

    people: tuple[tuple[Person, tuple[Position, ...]], ...]
    total: int


@dataclass(frozen=True, slots=True)
class Blocked:
    """A block in words, and whether it counts today."""

    block: Block
    what: Bilingual
    counts: bool


@dataclass(frozen=True, slots=True)
class Known:
    """A person: the positions of today, those to come and those that ended; the account they sign in with;
    the blocks laid on them, those that count first."""

    person: Person
    now: tuple[Position, ...]
    other: tuple[Position, ...]
    account: Account | None
    blocks: tuple[Blocked, ...]


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
    """Those in the viewer's reach whose name holds the beginning of every word typed, accents or none."""
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
        blocks_on(person.pk, viewer.day),
    )


def blocks_on(person: int | None, day: date) -> tuple[Blocked, ...]:
    """Every block on a person, lifted and ended ones too: those that count first, the latest first."""
    rows = Block.objects.filter(person=person).select_related(
        "agency", "given_by__person", "lifted_by__person"
    )
    found = [
        Blocked(row, what_is_blocked(row.actions), row.until is None or row.until >= day)
        for row in rows.order_by("-pk")
    ]
    return tuple(sorted(found, key=lambda each: not each.counts))


EVERYTHING, FILES = "*", "*.case_*"


def what_is_blocked(actions: str) -> Bilingual:
    """A pattern of actions in words."""
    if actions == EVERYTHING:
        return Bilingual("Mọi việc", "Everything")
    if actions == FILES:
        return Bilingual("Mọi việc trên hồ sơ người dân", "Everything on people's files")
    found = [door.about for code, door in DOORS.items() if fnmatchcase(code, actions)]
    return Bilingual("; ".join(each.vi for each in found), "; ".join(each.en for each in found))


@dataclass(frozen=True, slots=True)
class Blockable:
    """Where a viewer may block a person, and from what: patterns of actions with their words."""

    agencies: tuple[Agency, ...]
    actions: tuple[tuple[str, Bilingual], ...]


def blockable(viewer: Viewer, person: Person) -> Blockable:
    """The agencies of the viewer's reach where the person works from today on, and what their roles allow."""
    held = list(Position.objects.filter(person=person).exclude(until__lt=viewer.day))
    sites = Facility.objects.filter(pk__in=[p.facility_id for p in held if p.facility_id])
    at = {p.agency_id for p in held if p.agency_id} | set(sites.values_list("agency", flat=True))
    reached = Agency.objects.filter(within(viewer, "org.block", agency="pk", unit="unit"), pk__in=at)
    grants = [grant for p in held if p.role in ROLES for grant in ROLES[p.role].grants]
    doors = [
        (code, door.about)
        for code, door in DOORS.items()
        if not code.startswith(("org.see_own", "org.change_own")) and any(g.names(code) for g in grants)
    ]
    wide = [EVERYTHING, FILES] if any(fnmatchcase(code, FILES) for code, _ in doors) else [EVERYTHING]
    return Blockable(
        tuple(reached.order_by("name")),
        (*((code, what_is_blocked(code)) for code in wide), *sorted(doors, key=lambda each: each[1].vi)),
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
