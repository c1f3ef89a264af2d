"""What others may read of figures: told ones for everybody who works here, true ones where files are open."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import partial
from typing import Any

from django.db.models import Count, Max, Min, Q
from django.utils import timezone

from phoihop.base.org.doors import query
from phoihop.base.org.models import Agency, Facility, Unit
from phoihop.base.org.queries.placing import facilities_in
from phoihop.base.org.rules.permissions import Viewer
from phoihop.base.security import scope
from phoihop.engines.indicators.definitions import Better
from phoihop.engines.indicators.definitions import Unit as Counting
from phoihop.engines.indicators.disclosing import Line, State
from phoihop.engines.indicators.disclosing import Told as Telling
from phoihop.engines.publishing import registering, rules, storing
from phoihop.engines.publishing.fences import JOB
from phoihop.engines.publishing.models import Build, Number, Release, ReportedValue, Standing, Told
from phoihop.engines.publishing.registering import Ratio
from phoihop.engines.publishing.rules import Group
from phoihop.kernel.calendars import Calendar, Period, Span
from phoihop.kernel.refusals import Bilingual

_PACE = ((120, 60.0), (900, 1200.0))  # a facility's figures are no file; still nobody copies them all
_OUT = ("cleared", "public")  # releases of which somebody beyond those who make them may read
_NO_NAME = Bilingual("Chỉ tiêu không còn dùng", "A figure no longer in use")

Wanted = tuple[str, Calendar, Span]  # a code, by which calendar and how often


@dataclass(frozen=True, slots=True)
class About:
    """What a figure is, and how fresh. ``version`` of its definition; ``checked``: its source was compared
    with its paper. ``computed_at``: the last good build; ``until``: the day up to which facts were in it;
    ``fault``: what fails since then, "" where nothing does; ``fresh``: worked out in the last two days."""

    code: str
    version: int
    name: Bilingual
    unit: Counting | None
    better: Better | None
    source: Bilingual | None
    checked: bool
    computed_at: datetime | None
    until: date | None
    fault: str
    fresh: bool


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure of one place and period. ``first`` and ``last``: its window; ``group``: what it is told apart
    by; ``line``: what may be told of it; ``words``: why it is told so; ``completeness``: which part of the
    facilities kept their books, None where nothing tells."""

    about: About
    facility: int | None
    unit: int | None
    borders: date | None
    period: Period
    first: date
    last: date
    group: Group
    line: Line
    completeness: Decimal | None

    @property
    def value(self) -> Decimal | None:
        """As it is shown: a number, percent, or so many of 100,000; None where it is hidden or a band."""
        return value_of(self.about.unit, self.line)

    @property
    def words(self) -> Bilingual:
        """Why it is shown as it is: as the vaguer of its two counts."""
        states = [told.state for told in (self.line.numerator, self.line.denominator) if told is not None]
        return rules.WORDS[max(states, key=list(State).index)]


@dataclass(frozen=True, slots=True)
class Summary:
    """A release at a glance: how many lines it tells or would tell, how many of them show a number, and the
    days that they speak of, None where it has none yet."""

    release: Release
    lines: int
    shown: int
    first: date | None
    last: date | None


@dataclass(frozen=True, slots=True)
class Outline:
    """One figure within a release: how many lines, and how many of them show a number."""

    about: About
    lines: int
    shown: int


see_builds = partial(
    query, "publishing.see_builds", "Xem việc tính số liệu", "See the work on figures", recorded=False
)
see_figures = partial(
    query, "publishing.see_figures", "Xem số liệu đã công bố", "See published figures", recorded=False
)


see_proposed = partial(
    query,
    "publishing.see_proposed",
    "Xem số liệu chờ công bố",
    "See figures that wait to be let out",
    of="release",
)


def value_of(unit: Counting | None, line: Line) -> Decimal | None:
    """What a line comes to."""
    if unit is Counting.PERCENT:
        return None if line.share is None else line.share * 100
    if unit is Counting.RATE:
        return None if line.share is None else line.share * 100_000
    return line.numerator.value


@see_figures()
def figures(
    viewer: Viewer,
    *,
    codes: Collection[str],
    place: Unit | Facility | None = None,
    span: Span,
    calendar: Calendar = Calendar.STATE,
    by: str = "",
    last: int = 13,
) -> tuple[Figure, ...]:
    """What is told of some figures of a place (None: everybody) in its last periods, the oldest first; apart
    by a split where one is named. Of releases that are out, to whom they are; ratios from what is told of
    both their parts."""
    plain = _parts(codes)
    rows = _rows(Told.objects.filter(released_to__in=_OUT), plain, place, span, calendar, by)
    return _last(_done(rows.order_by("release_id"), codes, _abouts(plain)), last)


@see_figures()
def series(
    viewer: Viewer, *, wanted: Collection[Wanted], place: Unit | None = None, last: int = 13
) -> dict[Wanted, tuple[Figure, ...]]:
    """As ``figures``, of everybody in a unit, for codes each by its own calendar and span: two statements,
    whatever their number. What nothing is told of is missing."""
    return series_of(wanted, place, last)


def series_of(wanted: Collection[Wanted], place: Unit | None, last: int) -> dict[Wanted, tuple[Figure, ...]]:
    """As ``series``, for rooms that have asked already and for their jobs."""
    codes = _parts({code for code, _, _ in wanted})
    calendars, spans = ({str(each[at]) for each in wanted} for at in (1, 2))
    told = Told.objects.filter(released_to__in=_OUT, facility__isnull=True, unit=place, split="{}")
    rows = list(told.filter(code__in=codes, calendar__in=calendars, span__in=spans).order_by("release_id"))
    abouts, found = _abouts(codes), dict[Wanted, tuple[Figure, ...]]()
    for asked in wanted:
        code, calendar, span = asked
        here = [row for row in rows if (row.calendar, row.span) == (calendar, span)]
        if done := _last(_done(here, (code,), abouts), last):
            found[asked] = done
    return found


@see_figures()
def parts(
    viewer: Viewer, *, code: str, period: Period, above: Unit | None, facilities: bool = False
) -> tuple[Figure, ...]:
    """What is told of a figure in one period, of each unit of today's map right below another one (None: of
    each province), or of each facility that stands in it: two statements, of facilities four."""
    asked = _parts((code,))
    told = Told.objects.filter(released_to__in=_OUT, code__in=asked, split="{}", **_of(period))
    if facilities:
        rows = told.filter(facility__isnull=False)
        if above is not None:
            some = Facility.objects.filter(pk__in=rows.values("facility"))
            rows = rows.filter(facility__in=facilities_in(above, some))
    else:
        rows = told.filter(unit__parent=above, unit__isnull=False, facility__isnull=True, borders=None)
    by_place: dict[tuple[int | None, int | None], list[Told]] = {}
    for row in rows.order_by("release_id"):
        by_place.setdefault((row.facility_id, row.unit_id), []).append(row)
    abouts = _abouts(asked)
    found = [_done(some, (code,), abouts) for some in by_place.values()]
    return tuple(each[-1] for each in found if each)


def _of(period: Period) -> dict[str, Any]:
    return {
        "calendar": str(period.calendar),
        "span": str(period.span),
        "year": period.year,
        "number": period.number,
    }


@query(
    "publishing.case_see_own",
    "Xem số liệu thực của cơ sở mình",
    "See the true figures of one's facility",
    of="facility",
    pace=_PACE,
)
def own(
    viewer: Viewer,
    *,
    facility: Facility,
    codes: Collection[str],
    span: Span,
    calendar: Calendar = Calendar.STATE,
    by: str = "",
    last: int = 13,
) -> tuple[Figure, ...]:
    """The true figures of a facility where the viewer opens files; the database keeps to their programmes."""
    abouts = _abouts(codes)
    rows = _rows(Number.objects.all(), codes, facility, span, calendar, by)
    return _last([_figure(row, abouts, _true(row)) for row in rows], last)


@see_proposed()
def outline(viewer: Viewer, *, release: Release) -> tuple[Outline, ...]:
    """Every figure of a release by its code and version, with how much of it is hidden."""
    with scope.acting(JOB):
        rows = Told.objects.filter(release=release).values("code", "version")
        counted = rows.annotate(lines=Count("pk"), shown=Count("pk", filter=Q(numerator__isnull=False)))
        found = list(counted.order_by("code", "version"))
        abouts = _abouts({row["code"] for row in found})
    return tuple(
        Outline(abouts.get(key) or _about(*key, None), row["lines"], row["shown"])
        for row in found
        for key in ((row["code"], row["version"]),)
    )


@see_proposed()
def proposed(viewer: Viewer, *, release: Release, codes: Collection[str] = ()) -> tuple[Figure, ...]:
    """All that a release tells, or would: for whoever decides on it. No true figure is in it."""
    with scope.acting(JOB):
        rows = Told.objects.filter(release=release).order_by("code", "version", "last", "pk")
        some = list(rows.filter(code__in=codes) if codes else rows)
        abouts = _abouts({row.code for row in some})
        return tuple(_figure(row, abouts, storing.line_of(row)) for row in some)


@see_figures()
def known(viewer: Viewer) -> tuple[About, ...]:
    """Every figure that is registered, by its code, with its definition in force and how fresh it is."""
    here = {each.code: each.version for each in _registered()}  # of several versions the last one
    standing = {(row.code, row.version): row for row in Standing.objects.filter(code__in=here)}
    return tuple(
        _about(code, version, standing.get((code, version))) for code, version in sorted(here.items())
    )


def _registered() -> Iterable[Any]:
    for programme in registering.PROGRAMMES.values():
        yield from sorted(programme.indicators, key=lambda each: each.version)
    yield from registering.REPORTED.values()
    yield from registering.RATIOS.values()


@see_builds()
def builds(viewer: Viewer, *, last: int = 10) -> tuple[Build, ...]:
    """The last builds, the newest first, with how far each is and what failed."""
    return tuple(Build.objects.select_related("release").order_by("-pk")[:last])


@see_builds()
def releases(viewer: Viewer, *, last: int = 10) -> tuple[Summary, ...]:
    """The last releases, the newest first. Only lines are counted: nothing of them is told here."""
    with scope.acting(JOB):
        found = list(Release.objects.order_by("-pk")[:last])
        rows = Told.objects.filter(release__in=found).values("release")
        counts = {
            row["release"]: row
            for row in rows.annotate(
                lines=Count("pk"),
                shown=Count("pk", filter=Q(numerator__isnull=False)),
                begins=Min("first"),
                ends=Max("last"),
            )
        }
    none: dict[str, Any] = {"lines": 0, "shown": 0, "begins": None, "ends": None}
    return tuple(
        Summary(each, of["lines"], of["shown"], of["begins"], of["ends"])
        for each in found
        for of in (counts.get(each.pk, none),)
    )


@query(
    "publishing.see_reported", "Xem số liệu đã báo cáo", "See reported values", of="agency", recorded=False
)
def reported(viewer: Viewer, *, agency: Agency, code: str = "") -> tuple[ReportedValue, ...]:
    """What an agency reported, of one figure or of all, the newest first."""
    rows = ReportedValue.objects.filter(agency=agency).select_related("unit__parent", "reporter__person")
    return tuple((rows.filter(code=code) if code else rows).order_by("-pk"))


def _parts(codes: Iterable[str]) -> set[str]:
    """The codes that have rows: of a ratio those of its two parts."""
    some = set(codes)
    ratios = [registering.RATIOS[code] for code in some if code in registering.RATIOS]
    return some - {each.code for each in ratios} | {
        code for each in ratios for code in (each.numerator, each.denominator)
    }


def _done(rows: Iterable[Told], codes: Collection[str], abouts: dict[tuple[str, int], About]) -> list[Figure]:
    """The figures of some codes from rows in the order of their releases, ratios made of what they tell."""
    found: dict[Any, Figure] = {}
    for row in rows:  # of two that are out the first one told it
        made = _figure(row, abouts, storing.line_of(row))
        found.setdefault((made.about.code, made.about.version, made.period, made.group), made)
    done = [each for each in found.values() if each.about.code in codes]
    for code in codes:
        if code in registering.RATIOS:
            done += _ratio(registering.RATIOS[code], found.values())
    return done


def _rows(
    rows: Any,
    codes: Iterable[str],
    place: Unit | Facility | None,
    span: Span,
    calendar: Calendar,
    by: str,
) -> Any:
    of = {
        "facility": place if isinstance(place, Facility) else None,
        "unit": place if isinstance(place, Unit) else None,
    }
    where = Q(**{key: value for key, value in of.items() if value is not None})
    where &= Q(**{f"{key}__isnull": True for key, value in of.items() if value is None})
    found = rows.filter(where, code__in=list(codes), calendar=str(calendar), span=str(span))
    return found.filter(split__startswith=f'{{"{by}":') if by else found.filter(split="{}")


def _figure(row: Any, abouts: dict[tuple[str, int], About], line: Line) -> Figure:
    about = abouts.get((row.code, row.version)) or _about(row.code, row.version, None)
    return Figure(
        about,
        row.facility_id,
        row.unit_id,
        row.borders,
        storing.period_of(row),
        row.first,
        row.last,
        rules.read(row.split),
        line,
        row.completeness,
    )


def _true(row: Number) -> Line:
    whole = None if row.denominator is None else Telling(State.SHOWN, row.denominator)
    return Line(Telling(State.SHOWN, row.numerator), whole)


def _last(found: Iterable[Figure], last: int) -> tuple[Figure, ...]:
    ordered = sorted(found, key=lambda each: (each.about.code, each.period, each.about.version, each.group))
    kept: dict[str, list[Period]] = {}
    for each in ordered:
        periods = kept.setdefault(each.about.code, [])
        if each.period not in periods:
            periods.append(each.period)
    return tuple(each for each in ordered if each.period in kept[each.about.code][-last:])


def _ratio(ratio: Ratio, found: Iterable[Figure]) -> list[Figure]:
    """Of each period and group that both parts have."""
    some = list(found)
    wholes = {(each.period, each.group): each for each in some if each.about.code == ratio.denominator}
    made = []
    for part in some:
        whole = wholes.get((part.period, part.group))
        if part.about.code == ratio.numerator and whole is not None:
            about = About(
                ratio.code,
                ratio.version,
                ratio.name,
                ratio.unit,
                ratio.better,
                ratio.source,
                ratio.checked and part.about.checked and whole.about.checked,
                min(filter(None, (part.about.computed_at, whole.about.computed_at)), default=None),
                min(filter(None, (part.about.until, whole.about.until)), default=None),
                part.about.fault or whole.about.fault,
                part.about.fresh and whole.about.fresh,
            )
            known = [each for each in (part.completeness, whole.completeness) if each is not None]
            complete = min(known, default=None)
            line = Line(part.line.numerator, whole.line.numerator)
            made.append(
                Figure(about, part.facility, part.unit, part.borders, part.period, part.first, part.last,
                       part.group, line, complete)
            )  # fmt: skip
    return made


def _abouts(codes: Iterable[str]) -> dict[tuple[str, int], About]:
    rows = Standing.objects.filter(code__in=list(codes))
    return {(row.code, row.version): _about(row.code, row.version, row) for row in rows}


def _about(code: str, version: int, standing: Standing | None) -> About:
    figure = registering.version_of(code, version)
    programme = registering.programme_of(code)
    computed = standing.computed_at if standing else None
    return About(
        code,
        version,
        figure.name if figure else _NO_NAME,
        figure.unit if figure else None,
        figure.better if figure else None,
        figure.source if figure else None,
        code not in programme.unchecked if programme else getattr(figure, "checked", False),
        computed,
        standing.until if standing else None,
        standing.fault if standing else "",
        computed is not None and computed > timezone.now() - rules.STALE,
    )
