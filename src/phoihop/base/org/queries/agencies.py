"""Agencies and facilities, who works there, and who answers for which duty on a day."""

from dataclasses import dataclass
from datetime import date
from functools import partial

from django.db.models import Q, QuerySet

from phoihop.base.org import agencies as registered
from phoihop.base.org import reach
from phoihop.base.org.agencies import Assignment, Duty, Kind, Tier, kind
from phoihop.base.org.agencies.facilities import FACILITY_KINDS, POINT
from phoihop.base.org.doors import may, query
from phoihop.base.org.models import Agency, AgencySuccession, Facility, Position
from phoihop.base.org.queries.placing import Standing, standing_of
from phoihop.base.org.queries.reaching import everywhere, within
from phoihop.base.org.queries.units import stood
from phoihop.base.org.roles import ROLES
from phoihop.base.org.rules.permissions import Viewer
from phoihop.kernel.refusals import Bilingual, Refusal
from phoihop.kernel.sorting import sort_key
from phoihop.kernel.text import plain

PAGE = 50
see = partial(query, "org.see_agencies", "Xem cơ quan", "See agencies", recorded=False)


@dataclass(frozen=True, slots=True)
class Listed:
    """One page of agencies and how many there are in all; beside each the former name that found it."""

    rows: tuple[tuple[Agency, str], ...]
    total: int

    @property
    def agencies(self) -> tuple[Agency, ...]:
        return tuple(agency for agency, _ in self.rows)


@dataclass(frozen=True, slots=True)
class Post:
    """A position held today. ``name`` and ``person`` only where the viewer may know who holds it."""

    role: Bilingual
    place: str
    since: date
    name: str = ""
    person: int | None = None


@dataclass(frozen=True, slots=True)
class Office:
    """An agency with what hangs on it. ``facilities`` are those in the viewer's reach, also those of agencies
    that went into this one; ``renamed`` the successions that are a new name and nothing else."""

    agency: Agency
    kind: Bilingual | None
    posts: tuple[Post, ...]
    named: bool
    offices: tuple[Agency, ...]
    facilities: tuple[Facility, ...]
    became: tuple[AgencySuccession, ...]
    came_from: tuple[AgencySuccession, ...]
    renamed: frozenset[int]


@dataclass(frozen=True, slots=True)
class Site:
    """A facility, where it stands, its kind, the agency that answers for it today, the points that belong to
    it, who works there, and its programmes by code."""

    facility: Facility
    standing: Standing
    kind: Bilingual | None
    agency: Agency
    points: tuple[Facility, ...]
    posts: tuple[Post, ...]
    programmes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Duties:
    """A duty, who answered for it on a day and who does now."""

    duty: Duty
    then: tuple[tuple[Kind, Assignment], ...]
    now: tuple[tuple[Kind, Assignment], ...]
    changed: bool


def kind_of(agency: Agency) -> Bilingual | None:
    """What sort of agency it is, in words; None for a code the tables do not have."""
    try:
        return kind(agency.kind).name
    except Refusal:
        return None


@see()
def agencies(viewer: Viewer, *, text: str = "", on: date, page: int = 1) -> Listed:
    """The agencies of a day whose name, or a former one, holds every word typed, accents or none; in
    Vietnamese order."""
    words = plain(text).split()
    named = dict(Agency.objects.filter(stood(on)).values_list("pk", "name"))
    wanted = {pk: "" for pk, name in named.items() if _holds(name, words)}
    for pk, former in _formerly(words, on).items() if words else ():
        if pk in named:
            wanted.setdefault(pk, former)
    ordered = sorted((sort_key(named[pk]), pk) for pk in wanted)
    shown = [pk for _, pk in ordered[(page - 1) * PAGE : page * PAGE]]
    rows = Agency.objects.select_related("unit").in_bulk(shown)
    return Listed(tuple((rows[pk], wanted[pk]) for pk in shown), len(wanted))


def _holds(name: str, words: list[str]) -> bool:
    return all(word in plain(name) for word in words)


def _formerly(words: list[str], on: date) -> dict[int, str]:
    """What agencies whose name holds the words have become by a day, wholly: id and old name."""
    ended = Agency.objects.filter(valid_to__lt=on).values_list("pk", "name")
    next_one = _followed(on)
    found: dict[int, str] = {}
    for pk, name in ended:
        if _holds(name, words):
            found[_last(pk, next_one)] = name
    return found


def _followed(on: date) -> dict[int, int]:
    """What each agency went into whole by a day."""
    rows = AgencySuccession.objects.filter(duty="", day__lte=on).order_by("day")
    return dict(rows.values_list("old_id", "new_id"))


def _last(agency: int, next_one: dict[int, int]) -> int:
    """The end of a line of successions; one that runs in a circle ends where it began."""
    seen = {agency}
    while (follows := next_one.get(agency)) is not None and follows not in seen:
        seen.add(follows)
        agency = follows
    return agency


@see()
def agency(viewer: Viewer, *, agency: Agency) -> Office:
    """An agency as it is today; people are named to those who work there or oversee its people."""
    named = agency.pk in viewer.agencies or everywhere(viewer, "org.see_people")
    became = tuple(agency.became.select_related("old", "new").order_by("day"))
    came_from = tuple(agency.came_from.select_related("old", "new").order_by("day"))
    return Office(
        agency,
        kind_of(agency),
        tuple(_posts(Q(agency=agency) | Q(facility__agency=agency), viewer.day, named=named)),
        named,
        tuple(agency.offices.filter(stood(viewer.day)).order_by("name")),
        tuple(facilities_in_reach(viewer).filter(agency__in=with_forerunners(agency)).order_by("name")),
        became,
        came_from,
        frozenset(line.pk for line in (*became, *came_from) if _is_renaming(line)),
    )


def with_forerunners(agency: Agency) -> list[int]:
    """An agency and those that went into it whole, for whose facilities it answers."""
    return [agency.pk, *reach.lineage().agencies_before(agency.pk)]


def _is_renaming(line: AgencySuccession) -> bool:
    old, new = line.old, line.new
    return not line.duty and (old.kind, old.unit_id, line.day) == (new.kind, new.unit_id, new.valid_from)


def facilities_in_reach(viewer: Viewer) -> QuerySet[Facility]:
    """The facilities a viewer may know of, that stand today."""
    condition = within(viewer, "org.see_facilities", agency="agency", facility="pk", unit="unit")
    return Facility.objects.filter(condition, stood(viewer.day))


@query("org.see_facilities", "Xem cơ sở", "See facilities", of="facility")
def facility(viewer: Viewer, *, facility: Facility) -> Site:
    """A facility of one's own agency, with the points under it."""
    return Site(
        facility,
        standing_of(facility, viewer.day),
        FACILITY_KINDS.get(facility.kind),
        _answers_for(facility, viewer.day),
        tuple(facility.points.filter(stood(viewer.day)).order_by("name")),
        tuple(_posts(Q(facility=facility), viewer.day, named=True)),
        tuple(facility.programmes),
    )


def parents_for_points(agency: Agency, on: date) -> tuple[Facility, ...]:
    """The facilities of an agency that dispensing points may belong to; for who sets one up."""
    own = Facility.objects.filter(stood(on), agency__in=with_forerunners(agency))
    return tuple(own.exclude(kind=POINT).order_by("name"))


def _answers_for(facility: Facility, on: date) -> Agency:
    """The agency a facility belongs to under its present name."""
    last = _last(facility.agency_id, _followed(on))
    return facility.agency if last == facility.agency_id else Agency.objects.get(pk=last)


def _posts(where: Q, today: date, *, named: bool) -> list[Post]:
    held = (
        Position.objects.filter(where, since__lte=today, role__in=list(ROLES))
        .exclude(until__lt=today)
        .select_related("person", "facility")
        .order_by("person__sort_key", "pk")
    )
    found = [
        Post(
            ROLES[position.role].name,
            position.facility.name if position.facility and named else "",
            position.since,
            *((position.person.name, position.person_id) if named else ()),
        )
        for position in held
    ]
    # Without names the order of names would tell who they are.
    return found if named else sorted(found, key=lambda post: (post.role.vi, post.since))


@see()
def duties(viewer: Viewer, *, on: date, tier: Tier) -> tuple[Duties, ...]:
    """Every duty at a tier: who answered for it on a day, and who does today."""
    found = []
    for duty in registered.duties():
        then, now = _answering(duty, tier, on), _answering(duty, tier, viewer.day)
        if then or now:
            found.append(Duties(duty, then, now, [k for k, _ in then] != [k for k, _ in now]))
    return tuple(found)


def _answering(duty: Duty, tier: Tier, on: date) -> tuple[tuple[Kind, Assignment], ...]:
    return tuple((kind(held.kind), held) for held in registered.history(duty.code, tier) if held.held(on))


def reached(viewer: Viewer, text: str, code: str) -> Agency | None:
    """The agency of a number in an address, where the viewer may do ``code`` there; None else."""
    number = int(text) if text.isascii() and text.isdigit() and len(text) < 19 else 0
    found = Agency.objects.select_related("unit").filter(pk=number).first()
    return found if found is not None and may(viewer, code, found) else None
