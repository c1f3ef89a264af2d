"""One version of a figure: worked out, told and written, all of it or nothing."""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils import timezone

from phoihop.base.org.models import Unit
from phoihop.base.security import scope
from phoihop.engines.indicators import disclosing
from phoihop.engines.indicators.definitions import Indicator
from phoihop.engines.indicators.disclosing import Count, Key
from phoihop.engines.indicators.engine import Engine
from phoihop.engines.indicators.refreshing import Refresh
from phoihop.engines.publishing import counting, following, relating, rules, storing, telling
from phoihop.engines.publishing.borders import Places
from phoihop.engines.publishing.counting import Counted, Heard, Place
from phoihop.engines.publishing.fences import JOB, mine
from phoihop.engines.publishing.following import Former
from phoihop.engines.publishing.models import Build, Release, ReportedValue, Standing, Told
from phoihop.engines.publishing.registering import Programme, Reported
from phoihop.engines.publishing.rules import Days
from phoihop.kernel.calendars import Calendar, Period, Stretch, Window

_TRIES = 3


class Changed(Exception):
    """The release went out while its figures were worked out: what is out counts anew."""


@dataclass(frozen=True)
class Context:
    """What the versions of a programme's figures are worked out from. ``since``: the first day of facts;
    ``facts``: as they are, and before; ``heard``: which facilities kept their books, as far as it was asked;
    ``counted``: versions that others are held against."""

    build: Build
    programme: Programme
    engine: Engine
    places: Places
    since: date | None
    facts: following.Facts
    heard: dict[Days, frozenset[str]] = field(default_factory=dict)
    counted: dict[tuple[str, int], telling.Asked] = field(default_factory=dict)

    def heard_in(self, indicator: Indicator, windows: Sequence[Days]) -> Heard:
        """Which facilities kept their books; each window is asked about once."""
        new = [days for days in windows if days not in self.heard]
        self.heard.update(counting.heard(self.engine, indicator, self.programme.heard, new))
        return self.heard


@dataclass(frozen=True)
class Worked:
    """A version as it was worked out: its true figures, and, by what is out, the cells of which something is
    to be told.

    ``periods``: of each window every period that has its days.
    """

    programme: str
    code: str
    version: int
    numbers: Mapping[storing.Figure, tuple[Counted, Decimal | None]]
    cells: Callable[[Release, telling.Out], telling.Cells]
    periods: Mapping[Days, Sequence[Period]]
    complete: Mapping[tuple[Days, Place], Decimal | None]
    borders: Mapping[int, date | None]
    inputs: str = ""
    counted: str = ""


def build(context: Context, indicator: Indicator) -> int:
    """Work a version out and write it; how many small counts what was told before gives away."""
    programme = context.programme
    periods = _periods(context, indicator)
    windows = sorted(periods)
    same = relating.related(indicator, programme.indicators, programme.sums)
    inputs = _inputs(context, [indicator, *same], periods)
    if _same(context, indicator, same, windows, inputs):
        return 0
    asked = _asked(context, indicator, periods)
    counts = asked.counts
    heard = context.heard_in(indicator, windows)
    complete = {
        (days, place): counting.completeness(heard, context.places, days, place)
        for days, place in {(days, place) for days, place, _ in counts if days in periods}
    }
    worked = Worked(
        programme.code,
        indicator.code,
        indicator.version,
        {
            (period, place, group): (counted, complete[days, place])
            for (days, place, group), counted in counts.items()
            for period in periods.get(days, ())
        },
        lambda release, out: _held(context, release, asked, out),
        periods,
        complete,
        context.places.borders,
        inputs,
        _counted_from(context, indicator),
    )
    return _write(context.build, worked)


def _periods(context: Context, indicator: Indicator) -> dict[Days, list[Period]]:
    """The periods of a version under their days, those of which something was told among them."""
    periods: dict[Days, list[Period]] = {}
    if context.since is not None:
        periods = rules.periods(indicator, context.programme.calendars, context.since, context.build.until)
    for period in _once_told(indicator.code, indicator.version):
        known = periods.setdefault((period.window.first, period.window.last), [])
        if period not in known:
            known.append(period)
    for known in periods.values():
        known.sort(key=lambda period: list(Calendar).index(period.calendar))
    return periods


def _asked(context: Context, indicator: Indicator, periods: Mapping[Days, Sequence[Period]]) -> telling.Asked:
    """A version, counted."""
    of = indicator.code, indicator.version
    if of not in context.counted:
        told = _told(context, indicator, periods)
        between = [] if rules.is_stock(indicator) else rules.stretches(told)
        windows = sorted({*periods, *between})
        former = _former(context, indicator)
        found = counting.count(context.engine, indicator, windows, context.places, former) if windows else {}
        canonical = told | {days: Stretch(*days) for days in between}
        bands = indicator.code in context.programme.bands
        context.counted[of] = telling.Asked(indicator, found, canonical, context.places, bands)
    # What others are held against stays till they were worked out too; the rest is needed no more.
    if relating.related(indicator, context.programme.indicators, context.programme.sums):
        return context.counted[of]
    return context.counted.pop(of)


def _told(
    context: Context, indicator: Indicator, periods: Mapping[Days, Sequence[Period]]
) -> dict[Days, Period]:
    """The windows of which something is told, each under the name of a period: of those that have settled
    what the programme tells, and what was told before."""
    programme = context.programme
    out = set(_once_told(indicator.code, indicator.version))
    inside, stock = indicator.code in programme.inside, rules.is_stock(indicator)
    settled = context.build.until - programme.settles

    def tells(period: Period) -> bool:
        return period in out or (not inside and (stock or programme.tells(period)))

    return {
        days: known[0] for days, known in periods.items() if days[1] <= settled and any(map(tells, known))
    }


def _held(context: Context, release: Release, asked: telling.Asked, out: telling.Out) -> telling.Cells:
    """The cells of a version, held against those of versions that count some of the same."""
    others, programme = [], context.programme
    for each in relating.related(asked.indicator, programme.indicators, programme.sums):
        other = _asked(context, each, _periods(context, each))
        with scope.acting(JOB):
            theirs = storing.before(release, each.code, each.version)
        others.append((other, telling.cells(other, theirs)))
    own = telling.cells(asked, out)
    return relating.together((asked, own), others, programme.sums) if others else own


def _counted_from(context: Context, indicator: Indicator) -> str:
    return following.basis(indicator, context.places) + context.facts.word


def _change(context: Context, indicator: Indicator) -> Refresh | None:
    """What changed since a version was counted; None where it has to be counted anew."""
    with scope.acting(JOB):
        rows = Standing.objects.filter(code=indicator.code, version=indicator.version)
        counted = rows.values_list("counted", flat=True).first() or ""
    basis, word = counted[: following.SAID], counted[following.SAID :]
    return context.facts.since(word) if basis == following.basis(indicator, context.places) else None


def _former(context: Context, indicator: Indicator) -> Former | None:
    change = _change(context, indicator)
    with scope.acting(JOB):
        return following.former(change, indicator.code, indicator.version)


def _inputs(context: Context, some: Sequence[Indicator], periods: Mapping[Days, Sequence[Period]]) -> str:
    """A digest of all that a version's figures hang on but facts: definitions, periods, places."""
    programme, places = context.programme, context.places
    said = (
        telling.RULES,
        context.build.release_id,
        [(each.checksum, str(each.hiding), each.code in programme.bands) for each in some],
        sorted((days, known) for days, known in periods.items()),
        [days for days in sorted(periods) if days[1] <= context.build.until - programme.settles],
        (programme.calendars, sorted(programme.besides), programme.sums, sorted(programme.inside)),
        sorted(places.facilities.items()),
        sorted((unit, sorted(some), str(places.borders.get(unit))) for unit, some in places.units.items()),
        sorted(places.communes),
    )
    return hashlib.sha256(repr(said).encode()).hexdigest()[: telling.SAID]


def _same(
    context: Context, indicator: Indicator, others: Sequence[Indicator], windows: Sequence[Days], inputs: str
) -> bool:
    """Whether a version was worked out well from just this, and no fact that changed since touches it or what
    it is held against; then it is so up to this build's day too."""
    build = context.build
    change = _change(context, indicator)
    if change is None:
        return False
    asked = [indicator, *others]
    if context.programme.heard is not None:
        asked.append(rules.only(indicator, context.programme.heard))
    for each in asked:
        days = [*windows] if each is indicator or each not in others else sorted(_periods(context, each))
        plan = change.plan([each], [Window(first, last) for first, last in days])
        if plan.everyone or plan.some:
            return False
    with scope.acting(JOB):
        mine(build)
        rows = Standing.objects.filter(code=indicator.code, version=indicator.version, fault="")
        rows = rows.filter(digest__endswith=inputs, failing_since=None)
        now, counted = timezone.now(), _counted_from(context, indicator)
        return bool(rows.update(computed_at=now, until=build.until, counted=counted))


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
    out = {(period.window.first, period.window.last) for period in _once_told(figure.code, figure.version)}
    order = list(Calendar)
    first = sorted(periods, key=lambda days: (days not in out, order.index(periods[days][0].calendar), days))
    canonical = {days: periods[days][0] for days in (*out, *rules.apart([*first])) if days in periods}
    worked = Worked(
        "",
        figure.code,
        figure.version,
        {
            (period, place, ()): (counted, None)
            for (days, place), counted in counts.items()
            for period in periods[days]
        },
        lambda _, out: telling.reported(figure, counts, canonical, parts, out),
        periods,
        dict.fromkeys(counts),
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
    cells = worked.cells(release, out)
    digest = telling.digest(release.pk, cells, worked.complete)
    lines, lost = None, frozenset[Count]()
    if standing is None or standing.digest[: telling.SAID] != digest:
        lines, lost = telling.told(cells)
    now = timezone.now()
    common = {"release": release, "programme": worked.programme, **of}
    with scope.acting(JOB):
        mine(build)
        now_for = Release.objects.select_for_update(of=("self",)).get(pk=release.pk).released_to
        if now_for != release.released_to:
            raise Changed
        storing.write_numbers(common, worked.numbers, worked.borders, now)
        if lines is not None:
            storing.write_told(common, _spread(worked, cells, lines), worked.borders, now)
        well: dict[str, Any] = {"computed_at": now, "until": build.until, "failing_since": None, "fault": ""}
        Standing.objects.update_or_create(
            **of,
            defaults={
                "programme": worked.programme,
                "digest": digest + worked.inputs,
                "counted": worked.counted,
                **well,
            },
        )
    return len(lost)


def _spread(
    worked: Worked, cells: telling.Cells, lines: Mapping[Key, disclosing.Line]
) -> dict[storing.Figure, tuple[disclosing.Line, Decimal | None]]:
    """What is told of a window under the name of each period that has its days."""
    return {
        (period, place, group): (lines[key], worked.complete[days, place])
        for (days, place, group), key in cells.keys.items()
        for period in worked.periods[days]
    }
