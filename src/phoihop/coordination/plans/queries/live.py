"""The targets of a plan as they stand today: each with its number, where that comes from, and its light.

A figure that was let out for the plan's place goes before a number that somebody reported by hand; what
counts persons is told as everybody may read it, never as it truly is.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from django.utils import timezone

from phoihop.base.org.agencies import Tier, kinds
from phoihop.base.org.models import Unit
from phoihop.base.org.rules.permissions import Viewer
from phoihop.coordination.plans.models import Plan, Target, TargetReport, TaskReport
from phoihop.coordination.plans.queries.bindings import BoundTarget, bindings_of
from phoihop.coordination.plans.queries.forecasts import Kept, kept_of
from phoihop.coordination.plans.queries.plans import see
from phoihop.coordination.plans.queries.rows import TargetRow, target_rows
from phoihop.coordination.plans.queries.standing import Known
from phoihop.coordination.plans.rules import live as rules
from phoihop.coordination.plans.rules.binding import Better, Bound, Way
from phoihop.coordination.plans.rules.live import OLD, Light, Point
from phoihop.engines.indicators.forecasting_series import Kind
from phoihop.engines.publishing import registering
from phoihop.engines.publishing.queries import Figure, Wanted, series_of
from phoihop.kernel.quantities import format_number
from phoihop.kernel.refusals import Bilingual

_BY_TASKS = Bilingual("Cộng từ báo cáo nhiệm vụ", "Summed up from reports on tasks")
_NO_PLACE = Bilingual(
    "Chưa biết kế hoạch thực hiện ở địa bàn nào, nên chưa lấy số của địa bàn.",
    "It is not known where the plan holds, so no place's figures are taken.",
)


@dataclass(frozen=True, slots=True)
class Freshness:
    """How new a number is. ``day``: the last day that it speaks of; ``at``: when it was worked out, None of
    what people report; ``stale``: working it out fails or stopped, or a newer report is due."""

    day: date
    at: datetime | None
    stale: bool
    words: Bilingual


@dataclass(frozen=True, slots=True)
class Live:
    """A target today. ``way`` None: no person has confirmed what it is bound to.

    ``current``: the latest figure that was let out, else the last number reported by hand. ``value``: what is
    judged of it, None where nothing is known or it is hidden; of what is counted through a year, since the
    year began. ``series``: of the bound calendar and span, the oldest first, thirteen periods at most.
    ``target_value``: what is asked by ``row.due`` (plans keep one number and one day for each target).
    ``completeness``: which part of the facilities kept their books, None where nothing tells. ``unchecked``:
    the source of the definition was not compared with its paper.
    """

    row: TargetRow
    bound: BoundTarget
    way: Way | None
    kind: Kind | None
    current: Figure | Known | None
    value: Decimal | None
    series: tuple[Point, ...]
    target_value: Decimal | None
    gone: Decimal | None
    light: Light
    reason: Bilingual
    completeness: Decimal | None
    freshness: Freshness | None
    source: Bilingual | None
    unchecked: bool
    forecast: Kept | None

    @property
    def better(self) -> Better:
        """Which way is good."""
        entry = self.bound.entry
        known = entry.better if entry is not None else Better.NEITHER
        return Better.LESS if rules.goes_down(self.row.promise, known) else Better.MORE

    @property
    def code(self) -> str:
        """What it is bound to; "" while no person has confirmed anything."""
        return self.bound.confirmed.code if self.bound.confirmed is not None else ""

    @property
    def pk(self) -> int:
        return self.row.pk

    @property
    def uid(self) -> UUID:
        return self.row.uid

    @property
    def shown(self) -> rules.Shown:
        """The light's icon and words."""
        return rules.LIGHTS[self.light]

    @property
    def mark(self) -> rules.Shown | None:
        """What stands beside the light: that the number is old."""
        return OLD if self.freshness is not None and self.freshness.stale else None


@dataclass(frozen=True, slots=True)
class _Plan:
    """What holds of all targets of a plan: its days, its place (``unit`` None: everybody), today,
    how many periods of a series are wanted."""

    first: date | None
    unit: Unit | None
    placed: bool
    today: date
    last: int


@dataclass(frozen=True, slots=True)
class _Number:
    """What is known of one target, before it is judged."""

    current: Figure | Known | None = None
    value: Decimal | None = None
    hidden: bool = False
    series: tuple[Point, ...] = ()
    gone: Decimal | None = None
    complete: Decimal | None = None


@see()
def live(viewer: Viewer, *, plan: Plan) -> tuple[Live, ...]:
    """Every target of the plan that is pursued, in its order: sixteen statements at most."""
    found = live_of(plan, viewer.day)
    kept = kept_of(found)
    return tuple(replace(each, forecast=kept.get(each.pk)) for each in found)


def live_of(plan: Plan, day: date, last: int = rules.POINTS) -> tuple[Live, ...]:
    """As ``live`` without forecasts, for jobs. ``last``: how many periods a series has at most."""
    rows = target_rows(Target.objects.filter(plan=plan, dropped_on=None).order_by("order"), day)
    bound = {each.target: each for each in bindings_of(plan, day)}
    unit, placed = place_of(plan)
    here = _Plan(plan.first, unit, placed, day, last)
    told = series_of(_wanted(bound.values()), unit, last) if placed else {}
    reported = _reported(bound)
    return tuple(_live(row, bound[row.pk], here, told, reported.get(row.pk, ())) for row in rows)


def place_of(plan: Plan) -> tuple[Unit | None, bool]:
    """Of whom a plan's figures are, and whether that is known: of the unit where it holds, or of the agency
    that looks after it; of everybody, where that is one of the centre. Never of a facility."""
    unit = plan.unit if plan.unit is not None else plan.agency.unit
    if unit is not None and unit.level in set(Tier) - {Tier.CENTRE}:
        return unit, True
    centre = {each.code for each in kinds() if each.tier is Tier.CENTRE}
    return None, unit is not None or plan.agency.kind in centre


def _wanted(bound: Iterable[BoundTarget]) -> set[Wanted]:
    entries = (each.entry for each in bound)
    return {(entry.code, entry.calendar, entry.span) for entry in entries if entry is not None}


def _reported(targets: Iterable[int]) -> dict[int, list[tuple[date, Decimal]]]:
    """By target, what was entered by hand in the order of its days; where nothing was, what tasks had counted
    by each day. Two statements."""
    wanted = list(targets)
    found: dict[int, list[tuple[date, Decimal]]] = defaultdict(list)
    rows = TargetReport.objects.filter(target__in=wanted, withdrawn_at=None)
    for target, day, value in rows.order_by("day", "at").values_list("target", "day", "value"):
        found[target].append((day, value))
    entered = set(found)
    tasks = TaskReport.objects.filter(output__in=wanted, withdrawn_at=None, count__isnull=False)
    for target, day, count in tasks.order_by("day", "at").values_list("output", "day", "count"):
        if target not in entered:
            before = found[target][-1][1] if found[target] else Decimal(0)
            found[target].append((day, before + (count or 0)))
    return found


def _live(
    row: TargetRow,
    bound: BoundTarget,
    plan: _Plan,
    told: Mapping[Wanted, Sequence[Figure]],
    reported: Sequence[tuple[date, Decimal]],
) -> Live:
    entry = bound.entry
    better = entry.better if entry is not None else Better.NEITHER
    figures = told.get((entry.code, entry.calendar, entry.span), ()) if entry is not None else ()
    number = _of_figures(entry, figures, row.due, plan) if entry is not None and figures else None
    if number is None or number.current is None:
        number = _of_reports(row, entry, bound.known, reported, plan)
    seen = number.current
    light = rules.light(row.promise, number.value, better, number.gone)
    if light is Light.EMPTY:
        light = rules.blank(entry, hidden=number.hidden)
    return Live(
        row,
        bound,
        entry.way if entry is not None else None,
        rules.kind_of(entry) if entry is not None else None,
        seen,
        number.value,
        number.series,
        rules.bound_of(row.promise, better),
        number.gone,
        light,
        _reason(row, bound, number, better, plan),
        number.complete,
        _freshness(seen, entry, plan.today),
        _source(seen, entry),
        (entry is not None and not entry.checked) or (isinstance(seen, Figure) and not seen.about.checked),
        None,
    )


def _of_figures(entry: Bound, figures: Sequence[Figure], due: date | None, plan: _Plan) -> _Number:
    """Of figures that were let out: those of periods that are over by the deadline."""
    by_period = {each.period: each for each in figures if due is None or each.last <= due}
    if not by_period:
        return _Number()
    flow = rules.kind_of(entry) is Kind.FLOW
    points = [
        Point(each.period, each.value, each.value is None, each.completeness) for each in by_period.values()
    ]
    series = rules.running(points) if flow else tuple(points)
    last, newest = series[-1], by_period[series[-1].period]
    if not flow:
        return _Number(newest, last.value, last.hidden, series, None, last.completeness)
    year = rules.year_of(entry.calendar, newest.last)
    if year is None or (plan.first is not None and newest.last < plan.first):
        return _Number(newest, None, hidden=False, series=series)  # a count of the year before
    end = min(year.window.last, due) if due is not None else year.window.last
    gone = rules.gone(year.window.first, end, newest.last)
    return _Number(newest, last.value, last.hidden, series, gone, last.completeness)


def _of_reports(
    row: TargetRow,
    entry: Bound | None,
    known: Known | None,
    reported: Sequence[tuple[date, Decimal]],
    plan: _Plan,
) -> _Number:
    if known is None:
        return _Number()
    series = rules.by_period(reported, entry.calendar, entry.span)[-plan.last :] if entry else ()
    gone = None
    if known.counted or rules.is_counted_through(entry, row.promise.measure):
        first, last = plan.first or date(known.day.year, 1, 1), row.due or date(known.day.year, 12, 31)
        gone = rules.gone(first, last, known.day) if first <= last else None
    return _Number(known, known.value, hidden=False, series=series, gone=gone)


def _reason(row: TargetRow, bound: BoundTarget, number: _Number, better: Better, plan: _Plan) -> Bilingual:
    """Why the light is as it is, and what has to be known with the number."""
    if number.value is None:
        return _nothing(bound, number, plan)
    said = [rules.compared(row.promise, number.value, better, number.gone)]
    if bound.entry is None:
        said.append(Bilingual("Chưa gắn với chỉ số nào.", "Bound to no indicator."))
    elif bound.entry.way is Way.COMPUTED and isinstance(number.current, Known):
        said.append(Bilingual("Số nhập tay, chưa phải số máy tính từ hồ sơ.",
                              "Entered by hand, not worked out from records."))  # fmt: skip
    said += _partly(number.complete)
    return Bilingual(" ".join(each.vi for each in said), " ".join(each.en for each in said))


def _partly(complete: Decimal | None) -> list[Bilingual]:
    if complete is None or complete >= 1:
        return []
    share = int(complete * 100)
    return [
        Bilingual(
            f"Mới có {share} % cơ sở có sổ trong kỳ.",
            f"Only {share} % of facilities kept books in the period.",
        )
    ]


def _nothing(bound: BoundTarget, number: _Number, plan: _Plan) -> Bilingual:
    """Why no number can be said."""
    entry, seen = bound.entry, number.current
    if isinstance(seen, Figure) and number.hidden:
        return _hidden(seen)
    if entry is None:
        return Bilingual("Chưa ai xác nhận chỉ tiêu này gắn với chỉ số nào.",
                         "Nobody has confirmed which indicator this target means.")  # fmt: skip
    if isinstance(seen, Figure):
        return Bilingual("Chưa đủ số của các kỳ từ đầu năm để cộng.",
                         "Periods since the year began are missing, so nothing is summed up.")  # fmt: skip
    if entry.way is Way.SURVEY:
        return Bilingual("Phải khảo sát mới biết; chưa có kết quả khảo sát nào.",
                         "Only a survey shows it; none has been entered.")  # fmt: skip
    if entry.way is Way.REPORTED:
        who = bound.reporter.name if bound.reporter is not None else None
        if who is None:
            return Bilingual("Chưa cơ quan nào báo cáo số này.", "No agency has reported it yet.")
        return Bilingual(f"Chờ {who.vi} báo cáo.", f"Waiting for {who.en} to report it.")
    if not _is_counted(entry.code):
        return Bilingual("Chưa chương trình nào trên hệ thống ghi sổ để tính chỉ số này.",
                         "No programme here keeps the records that it is worked out from.")  # fmt: skip
    if not plan.placed:
        return _NO_PLACE
    return Bilingual("Chưa có số nào được duyệt cho địa bàn này đến hạn của chỉ tiêu.",
                     "No figure has been let out for this place up to the target's day.")  # fmt: skip


def _is_counted(code: str) -> bool:
    """Whether a programme here works a code out."""
    return code in registering.RATIOS or registering.programme_of(code) is not None


def _hidden(seen: Figure) -> Bilingual:
    """Why a figure is hidden; of a band, which one."""
    band = seen.line.numerator.band
    if band is None or seen.line.denominator is not None:
        return seen.words
    least, most = band
    if most is None:
        vi, en = f"Từ {format_number(least)} trở lên.", f"{format_number(least)} or more."
    else:
        vi = f"Từ {format_number(least)} đến {format_number(most)}."
        en = f"{format_number(least)} to {format_number(most)}."
    return Bilingual(f"{vi} {seen.words.vi}", f"{en} {seen.words.en}")


def _freshness(seen: Figure | Known | None, entry: Bound | None, today: date) -> Freshness | None:
    if seen is None:
        return None
    if isinstance(seen, Known):
        stale = entry is not None and rules.is_old(seen.day, entry.span, today)
        return Freshness(seen.day, None, stale, _reported_words(seen.day, stale=stale))
    about = seen.about
    stale = bool(about.fault) or not about.fresh
    if about.computed_at is None:
        words = Bilingual("Chưa biết tính ngày nào.", "It is not known when it was worked out.")
    else:
        day = timezone.localtime(about.computed_at).date()
        words = Bilingual(f"Tính ngày {day:%d/%m/%Y}.", f"Worked out on {day:%d/%m/%Y}.")
    if about.fault:
        words = Bilingual(f"{words.vi} Từ đó đến nay tính bị lỗi.", f"{words.en} It has failed since.")
    elif stale:
        words = Bilingual(f"{words.vi} Đã quá hai ngày.", f"{words.en} More than two days ago.")
    return Freshness(seen.last, about.computed_at, stale, words)


def _reported_words(day: date, *, stale: bool) -> Bilingual:
    words = Bilingual(f"Số của ngày {day:%d/%m/%Y}.", f"As of {day:%d/%m/%Y}.")
    if not stale:
        return words
    return Bilingual(f"{words.vi} Đã đến lúc có báo cáo mới.", f"{words.en} A newer report is due.")


def _source(seen: Figure | Known | None, entry: Bound | None) -> Bilingual | None:
    """Where a number comes from; where there is none, by whose words the code is defined."""
    if isinstance(seen, Known):
        return _BY_TASKS if seen.counted else Bilingual(seen.source, seen.source)
    if seen is not None and seen.about.source is not None:
        return seen.about.source
    return entry.source if entry is not None else None
