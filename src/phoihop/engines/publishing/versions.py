"""One version of a figure: worked out, told and written, all of it or nothing."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils import timezone

from phoihop.base.org.models import Unit
from phoihop.base.security import scope
from phoihop.engines.indicators import disclosing
from phoihop.engines.indicators.definitions import Indicator
from phoihop.engines.indicators.disclosing import Key
from phoihop.engines.indicators.engine import Engine
from phoihop.engines.publishing import counting, rules, storing, telling
from phoihop.engines.publishing.borders import Places
from phoihop.engines.publishing.counting import Counted, Heard, Place
from phoihop.engines.publishing.fences import JOB, mine
from phoihop.engines.publishing.models import Build, Release, ReportedValue, Standing, Told
from phoihop.engines.publishing.registering import Programme, Reported
from phoihop.engines.publishing.rules import Days
from phoihop.kernel.calendars import Calendar, Period

_TRIES = 3


class Changed(Exception):
    """The release went out while its figures were worked out: what is out counts anew."""


@dataclass(frozen=True)
class Context:
    """What the versions of a programme's figures are worked out from. ``since``: the first day of facts;
    ``heard``: which facilities kept their books, as far as it was asked."""

    build: Build
    programme: Programme
    engine: Engine
    places: Places
    since: date | None
    heard: dict[Days, frozenset[str]] = field(default_factory=dict)

    def heard_in(self, indicator: Indicator, windows: Sequence[Days]) -> Heard:
        """Which facilities kept their books; each window is asked about once."""
        new = [days for days in windows if days not in self.heard]
        self.heard.update(counting.heard(self.engine, indicator, self.programme.heard, new))
        return self.heard


@dataclass(frozen=True)
class Worked:
    """A version as it was worked out: its true figures, and the cells of which something is to be told.

    ``periods``: of each window every period that has its days; ``canonical``: of those that are told the one
    under whose name they are.
    """

    programme: str
    code: str
    version: int
    numbers: Mapping[storing.Figure, tuple[Counted, Decimal | None]]
    cells: disclosing.Release
    periods: Mapping[Days, Sequence[Period]]
    canonical: Mapping[Days, Period]
    complete: Mapping[tuple[Days, Place], Decimal | None]
    places: frozenset[Place]
    borders: Mapping[int, date | None]

    def key(self, days: Days, place: Place, group: rules.Group) -> Key:
        return Key(telling.name_of(self.code, self.version), place.key, self.canonical[days], group)


def build(context: Context, indicator: Indicator) -> int:
    """Work a version out and write it; how many small counts what was told before gives away."""
    programme, until = context.programme, context.build.until
    periods: dict[Days, list[Period]] = {}
    if context.since is not None:
        periods = rules.periods(indicator, programme.calendars, context.since, until)
    for period in _once_told(indicator.code, indicator.version):
        known = periods.setdefault((period.window.first, period.window.last), [])
        if period not in known:
            known.append(period)
    for known in periods.values():
        known.sort(key=lambda period: list(Calendar).index(period.calendar))
    windows = sorted(periods)
    counts = counting.count(context.engine, indicator, windows, context.places) if windows else {}
    heard = context.heard_in(indicator, windows)
    complete = {
        (days, place): counting.completeness(heard, context.places, days, place)
        for days, place in {(days, place) for days, place, _ in counts}
    }
    canonical = {days: known[0] for days, known in periods.items() if days[1] <= until - programme.settles}
    asked = telling.Asked(indicator, counts, canonical, context.places, indicator.code in programme.bands)
    worked = Worked(
        programme.code,
        indicator.code,
        indicator.version,
        {
            (period, place, group): (counted, complete[days, place])
            for (days, place, group), counted in counts.items()
            for period in periods[days]
        },
        telling.release(asked),
        periods,
        canonical,
        complete,
        frozenset(place for _, place, _ in counts),
        context.places.borders,
    )
    return _write(context.build, worked)


def build_reported(build: Build, figure: Reported) -> int:
    """Tell what people reported, each last entry: counts of people are hidden and rounded like any others."""
    counts: dict[tuple[Days, Place], Counted] = {}
    periods: dict[Days, list[Period]] = {}
    with scope.acting(JOB):
        for row in ReportedValue.objects.filter(code=figure.code).order_by("pk"):
            period = storing.period_of(row)
            days = period.window.first, period.window.last
            counts[days, Place(unit=row.unit_id)] = Counted(row.numerator, row.denominator)
            known = periods.setdefault(days, [])
            if period not in known:
                known.append(period)
        units = {place.unit for _, place in counts if place.unit is not None}
        borders = dict(Unit.objects.filter(pk__in=units).values_list("pk", "valid_to"))
        parts: dict[str, list[str]] = {}
        for unit, above in Unit.objects.filter(parent__in=units, valid_to=None).values_list(
            "pk", "parent_id"
        ):
            parts.setdefault(Place(unit=above).key, []).append(Place(unit=unit).key)
    for known in periods.values():
        known.sort(key=lambda period: list(Calendar).index(period.calendar))
    canonical = {days: known[0] for days, known in periods.items()}
    worked = Worked(
        "",
        figure.code,
        figure.version,
        {
            (period, place, ()): (counted, None)
            for (days, place), counted in counts.items()
            for period in periods[days]
        },
        telling.reported(figure, counts, canonical, parts),
        periods,
        canonical,
        dict.fromkeys(counts),
        frozenset(place for _, place in counts),
        borders,
    )
    return _write(build, worked)


def _once_told(code: str, version: int) -> list[Period]:
    """The periods of which something was told: they are worked out ever after, so that what follows is held
    against them."""
    with scope.acting(JOB):
        rows = Told.objects.filter(code=code, version=version).order_by("calendar", "span", "year", "number")
        return [storing.period_of(row) for row in rows.distinct("calendar", "span", "year", "number")]


def _write(build: Build, worked: Worked) -> int:
    for _ in range(_TRIES):
        try:
            return _tell(build, worked)
        except Changed:
            continue
    raise Changed


def _tell(build: Build, worked: Worked) -> int:
    """Hold what is to be told against what is out, and write both; Changed where meanwhile more is out."""
    of: dict[str, Any] = {"code": worked.code, "version": worked.version}
    with scope.acting(JOB):
        release = Release.objects.get(pk=build.release_id)
        out = storing.before(release, worked.code, worked.version)
        standing = Standing.objects.filter(**of).first()
    before = {
        worked.key(days, place, group): line
        for (days, place, group), line in out.items()
        if days in worked.canonical
    }
    digest = telling.digest(release.pk, worked.cells, before, worked.complete)
    lines, lost = None, 0
    if standing is None or standing.digest != digest:
        lines, lost = telling.told(worked.cells, before)
    now = timezone.now()
    common = {"release": release, "programme": worked.programme, **of}
    with scope.acting(JOB):
        mine(build)
        now_for = Release.objects.select_for_update(of=("self",)).get(pk=release.pk).released_to
        if now_for != release.released_to:
            raise Changed
        storing.write_numbers(common, worked.numbers, worked.borders, now)
        if lines is not None:
            storing.write_told(common, _spread(worked, lines), worked.borders, now)
        well: dict[str, Any] = {"computed_at": now, "until": build.until, "failing_since": None, "fault": ""}
        Standing.objects.update_or_create(
            **of, defaults={"programme": worked.programme, "digest": digest, **well}
        )
    return lost


def _spread(
    worked: Worked, lines: Mapping[Key, disclosing.Line]
) -> dict[storing.Figure, tuple[disclosing.Line, Decimal | None]]:
    """What is told of a window under the name of each period that has its days."""
    places = {place.key: place for place in worked.places}
    days_of = {period: days for days, period in worked.canonical.items()}
    return {
        (period, places[key.unit], key.group): (line, worked.complete[days_of[key.period], places[key.unit]])
        for key, line in lines.items()
        for period in worked.periods[days_of[key.period]]
    }
