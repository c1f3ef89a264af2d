"""Agencies and facilities, who works there, and who answers for which duty on a day."""

from dataclasses import dataclass
from datetime import date
from functools import partial

from django.db.models import Q, QuerySet

from phoihop.base.org import agencies as registered
from phoihop.base.org.agencies import Assignment, Duty, Kind, Tier, kind
from phoihop.base.org.doors import query
from phoihop.base.org.models import Agency, AgencySuccession, Facility, Position
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
    """One page of agencies and how many there are in all."""

    agencies: tuple[Agency, ...]
    total: int


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
    """An agency with what hangs on it. ``facilities`` are those in the viewer's reach."""

    agency: Agency
    kind: Bilingual | None
    posts: tuple[Post, ...]
    named: bool
    offices: tuple[Agency, ...]
    facilities: tuple[Facility, ...]
    became: tuple[AgencySuccession, ...]
    came_from: tuple[AgencySuccession, ...]


@dataclass(frozen=True, slots=True)
class Site:
    """A facility, the points that belong to it, and who works there."""

    facility: Facility
    points: tuple[Facility, ...]
    posts: tuple[Post, ...]


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
    """The agencies of a day whose name holds every word typed, marks or none; in Vietnamese order."""
    words = plain(text).split()
    named = Agency.objects.filter(stood(on)).values_list("pk", "name")
    wanted = [(sort_key(name), pk) for pk, name in named if all(word in plain(name) for word in words)]
    shown = [pk for _, pk in sorted(wanted)[(page - 1) * PAGE : page * PAGE]]
    rows = Agency.objects.select_related("unit").in_bulk(shown)
    return Listed(tuple(rows[pk] for pk in shown), len(wanted))


@see()
def agency(viewer: Viewer, *, agency: Agency) -> Office:
    """An agency as it is today; people are named to those who work there or oversee its people."""
    named = agency.pk in viewer.agencies or everywhere(viewer, "org.see_people")
    return Office(
        agency,
        kind_of(agency),
        tuple(_posts(Q(agency=agency) | Q(facility__agency=agency), viewer.day, named=named)),
        named,
        tuple(agency.offices.filter(stood(viewer.day)).order_by("name")),
        tuple(facilities_in_reach(viewer).filter(agency=agency).order_by("name")),
        tuple(agency.became.select_related("new").order_by("day")),
        tuple(agency.came_from.select_related("old").order_by("day")),
    )


def facilities_in_reach(viewer: Viewer) -> QuerySet[Facility]:
    """The facilities a viewer may know of, that stand today."""
    condition = within(viewer, "org.see_facilities", agency="agency", facility="pk", unit="unit")
    return Facility.objects.filter(condition, stood(viewer.day))


@query("org.see_facilities", "Xem cơ sở", "See facilities", of="facility")
def facility(viewer: Viewer, *, facility: Facility) -> Site:
    """A facility of one's own agency, with the points under it."""
    return Site(
        facility,
        tuple(facility.points.filter(stood(viewer.day)).order_by("name")),
        tuple(_posts(Q(facility=facility), viewer.day, named=True)),
    )


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
