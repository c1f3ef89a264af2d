"""A plan in the steering room: its targets with their lights, and what can be seen beneath one of them."""

from collections import Counter
from dataclasses import dataclass
from decimal import Decimal

from phoihop.base.org.doors import may
from phoihop.base.org.models import Facility, Unit
from phoihop.base.org.queries.units import full_name
from phoihop.base.org.rules.permissions import Viewer
from phoihop.coordination.plans.models import Plan
from phoihop.coordination.plans.queries import live as targets
from phoihop.coordination.plans.queries.live import Live
from phoihop.coordination.plans.queries.plans import Head, head_of
from phoihop.coordination.plans.rules.live import LIGHTS, Light, Shown
from phoihop.engines.publishing import queries as published
from phoihop.engines.publishing import registering
from phoihop.engines.publishing.queries import Figure
from phoihop.interfaces.dashboards import words
from phoihop.kernel.calendars import Calendar, Period, Span
from phoihop.kernel.refusals import Bilingual

# In the order in which a leader asks: what is late first, then what nobody knows.
ORDER = (
    Light.LATE, Light.NEAR, Light.RUNNING, Light.MET, Light.LOOK, Light.EMPTY, Light.HIDDEN, Light.SURVEY,
    Light.UNBOUND,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Counted:
    """How many targets have a light."""

    light: Light
    shown: Shown
    number: int


@dataclass(frozen=True, slots=True)
class Room:
    """A plan with its targets as they stand today."""

    head: Head
    rows: tuple[Live, ...]
    counts: tuple[Counted, ...]


@dataclass(frozen=True, slots=True)
class Part:
    """One unit or facility beneath a place, with its figure; ``code``: as an operator's map knows it."""

    figure: Figure
    name: Bilingual
    unit: Unit | None
    code: str
    longitude: Decimal | None
    latitude: Decimal | None


def room(viewer: Viewer, plan: Plan) -> Room:
    """A plan's targets with how many have which light; asks ``live``'s own door."""
    rows = targets.live(viewer, plan=plan)
    counts = Counter(each.light for each in rows)
    return Room(
        head_of(plan, viewer.day),
        rows,
        tuple(Counted(light, LIGHTS[light], counts[light]) for light in ORDER if counts[light]),
    )


def beneath(
    viewer: Viewer, code: str, period: Period, above: Unit | None, *, facilities: bool
) -> tuple[Part, ...]:
    """Figures of the units below a place, or of the facilities in it, with names and coordinates: four
    statements."""
    found = published.parts(viewer, code=code, period=period, above=above, facilities=facilities)
    units = Unit.objects.in_bulk({each.unit for each in found if each.unit is not None})
    homes = Facility.objects.select_related("unit").in_bulk(
        {each.facility for each in found if each.facility is not None}
    )
    parts = []
    for figure in found:
        facility = homes.get(figure.facility) if figure.facility is not None else None
        unit = units.get(figure.unit) if figure.unit is not None else None
        if facility is None and unit is None:
            continue  # not for this viewer to know of
        said = facility.name if facility is not None else full_name(unit) if unit is not None else ""
        where = unit or (facility.unit if facility is not None else None)
        parts.append(
            Part(
                figure,
                Bilingual(said, said),
                unit,
                where.code if where is not None else "",
                _degrees(where.longitude) if where is not None else None,
                _degrees(where.latitude) if where is not None else None,
            )
        )
    return tuple(sorted(parts, key=lambda each: each.name.vi))


def _degrees(value: float | None) -> Decimal | None:
    return None if value is None else Decimal(str(value))


def splits_of(code: str) -> tuple[str, ...]:
    """By what a figure can be told apart."""
    programme = registering.programme_of(code)
    if programme is None:
        return ()
    return next((each.splits for each in reversed(programme.indicators) if each.code == code), ())


def divided(
    viewer: Viewer, code: str, place: Unit | None, calendar: Calendar, span: Span, by: str
) -> tuple[tuple[Bilingual, Figure], ...]:
    """The last figure of a place by one split, each part with its name."""
    found = published.figures(viewer, codes=[code], place=place, span=span, calendar=calendar, by=by, last=1)
    return tuple((words.grouped(code, each.group), each) for each in found)


def own(viewer: Viewer, code: str, calendar: Calendar, span: Span) -> tuple[tuple[str, Figure], ...]:
    """The true figures of each facility where the viewer opens files: what nobody else sees."""
    mine = [held.facility for held in viewer.now if held.facility is not None]
    rows = []
    for facility in Facility.objects.filter(pk__in=mine).order_by("name"):
        if may(viewer, "publishing.case_see_own", facility):
            found = published.own(
                viewer, facility=facility, codes=[code], span=span, calendar=calendar, last=1
            )
            rows += [(facility.name, each) for each in found]
    return tuple(rows)
