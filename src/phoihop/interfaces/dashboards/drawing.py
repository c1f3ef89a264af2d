"""Charts of the room: figures that may be shown, as values that a page draws."""

import textwrap
from collections.abc import Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any

from phoihop.coordination.plans.queries.live import Live
from phoihop.coordination.plans.rules.binding import Better as Way
from phoihop.coordination.plans.rules.live import Asked, Point, reached
from phoihop.engines.indicators.definitions import Better, Unit
from phoihop.engines.indicators.disclosing import State, Told
from phoihop.engines.publishing import rules
from phoihop.engines.publishing.queries import About, Figure
from phoihop.interfaces.dashboards import words
from phoihop.interfaces.dashboards.charts.limits import standing
from phoihop.interfaces.dashboards.charts.values import (
    HIDDEN,
    MOST_BANDS,
    Ahead,
    Band,
    Cell,
    Chart,
    Kind,
    Label,
    Place,
    Series,
    not_known,
    shown,
)
from phoihop.interfaces.dashboards.queries.room import Below, Part
from phoihop.interfaces.dashboards.rules import findings
from phoihop.interfaces.dashboards.rules.cascades import Known, Step
from phoihop.kernel.refusals import Bilingual

_PERIOD, _PLACE, _GROUP = Bilingual("Kỳ", "Period"), Bilingual("Nơi", "Place"), Bilingual("Nhóm", "Group")
_TARGET = Bilingual("Chỉ tiêu", "Target")
_HIDDEN = Bilingual("ẩn", "hidden")
_NO_UNIT = Bilingual("đơn vị của chỉ tiêu", "the target's own unit")


def cell(figure: Figure) -> Cell:
    """A figure as a chart has it, with what it was made of as far as that is told."""
    numerator = _count(figure.line.numerator)
    denominator = _count(figure.line.denominator) if figure.line.denominator is not None else None
    if figure.value is not None:
        state = words.vaguer(figure).state
        exact = figure.value.quantize(Decimal("0.1")) if denominator is not None else figure.value
        return Cell(exact.normalize(), words.amount(figure), None, None, None, state, numerator, denominator)
    if denominator is not None:
        return _closed(figure, numerator, denominator)
    return numerator


def _closed(figure: Figure, numerator: Cell, denominator: Cell) -> Cell:
    """A share of which a part is not told exactly is not told."""
    state = words.vaguer(figure).state
    state = State.PROTECTING if state not in HIDDEN else state
    return Cell(None, words.amount(figure), words.why(figure), None, None, state, numerator, denominator)


def _count(told: Told) -> Cell:
    said = words.told(told)
    if told.value is not None:
        return Cell(told.value, said, state=told.state)
    if told.band is not None:
        least, most = told.band
        top = None if most is None else Decimal(most)
        return Cell(None, said, None, Decimal(least), top, State.BAND)
    return Cell(None, said, rules.WORDS[told.state], state=told.state)


def source(about: About) -> Bilingual:
    """Where a figure comes from, marked where its source was not compared with its paper."""
    said = about.source or Bilingual("Không rõ", "Not known")
    if about.checked or words.doubted(said):
        return said
    return Bilingual(f"{said.vi} (chưa đối chiếu)", f"{said.en} (unchecked)")


def freshness(about: About) -> Bilingual:
    """Up to which day facts were in it, and when it was worked out."""
    if about.computed_at is None or about.until is None:
        return Bilingual("Chưa tính lần nào.", "Not worked out yet.")
    vi = f"Số liệu đến hết ngày {about.until:%d/%m/%Y}."
    en = f"Facts up to the end of {about.until:%d/%m/%Y}."
    if not about.fresh or about.fault:
        vi, en = f"{vi} Đã cũ.", f"{en} Out of date."
    return Bilingual(vi, en)


def unit_of(about: About) -> Bilingual:
    """What a figure counts, on an axis."""
    return words.UNITS[about.unit] if about.unit is not None else _NO_UNIT


def trend(live: Live, key: str = "trend") -> Chart | None:
    """A target's series with its target line and what is expected; None without a figure."""
    if not live.series or live.bound.entry is None:
        return None
    entry = live.bound.entry
    better = Better(entry.better.value)
    unit = words.UNITS.get(Unit(entry.unit.value), _NO_UNIT) if entry.unit.value in set(Unit) else _NO_UNIT
    named = [(words.named(each.period), each.value, _value(each, entry.unit.value)) for each in live.series]
    complete = [each.completeness for each in live.series]
    about = live.current.about if isinstance(live.current, Figure) else None
    return Chart(
        Kind.TREND,
        key,
        findings.of_trend(named, better, live.target_value),
        entry.name,
        unit,
        tuple(
            Label(words.named(each.period), Bilingual(*[words.short(each.period)] * 2), each.period.window)
            for each in live.series
        ),
        (Series(entry.name, tuple(_point(each, entry.unit.value, _told_as(live)) for each in live.series)),),
        source(about) if about is not None else live.source or _NO_UNIT,
        freshness(about) if about is not None else live.freshness.words if live.freshness else _NO_UNIT,
        _PERIOD,
        target=live.target_value,
        better=better,
        completeness=tuple(None if c is None else c * 100 for c in complete) if any(complete) else (),
        ahead=_ahead(live, entry.unit.value),
    )


def _value(point: Point, unit: str) -> Bilingual:
    if point.value is None:
        return _HIDDEN
    return words.valued(point.value, Unit(unit) if unit in set(Unit) else None)


def _told_as(live: Live) -> State:
    """How the shown values of a series are told: rounded, unless they count nobody or come by hand."""
    if not isinstance(live.current, Figure):
        return State.SHOWN
    return State.SHOWN if words.vaguer(live.current).state is State.SHOWN else State.ROUNDED


def _point(point: Point, unit: str, state: State) -> Cell:
    if point.value is not None:
        exact = point.value.quantize(Decimal("0.1")).normalize()
        return Cell(exact, _value(point, unit), state=state)
    if point.hidden:
        return Cell(None, _HIDDEN, rules.WORDS[State.PROTECTING], state=State.PROTECTING)
    return not_known()


def _ahead(live: Live, unit: str) -> Ahead | None:
    made = live.forecast.made if live.forecast is not None else None
    if made is None or made.expected is None or made.likely is None or not made.months:
        return None
    said = Bilingual(f"dự kiến {made.deadline:%d/%m/%Y}", f"expected {made.deadline:%d/%m/%Y}")
    short = Bilingual(*[f"{made.deadline.month}/{made.deadline:%y}"] * 2)
    value = shown(
        made.expected.quantize(Decimal("0.1")).normalize(), words.UNITS.get(Unit(unit)), State.ROUNDED
    )
    low, high = (min(made.likely.low, made.expected), max(made.likely.high, made.expected))
    return Ahead(Label(said, short), value, min(low, value.value or low), max(high, value.value or high))


def _of_figures(
    about: About,
    what: tuple[Kind, str, Bilingual],
    title: Bilingual,
    named: Sequence[tuple[Bilingual, Figure]],
    cells: Sequence[Cell],
    **more: Any,
) -> Chart:
    """One figure, of each of some places or groups. ``what``: the kind of chart, its key, and what its rows
    are."""
    kind, key, heading = what
    return Chart(
        kind,
        key,
        title,
        about.name,
        unit_of(about),
        tuple(Label(name, window=figure.period.window) for name, figure in named),
        (Series(about.name, tuple(cells)),),
        source(about),
        freshness(about),
        heading,
        **{"better": about.better or Better.NEITHER} | more,
    )


def ranking(about: About, below: Below, target: Decimal | None) -> Chart | None:
    """Places one beneath the other, the highest first. Places of which nothing is shown are counted and left
    out: a long list of what is hidden tells nobody anything."""
    cells = [(each, cell(each.figure)) for each in below.parts]
    there = [(part, made) for part, made in cells if not made.hidden]
    if not there:
        return None
    there.sort(key=lambda each: (-(each[1].value or each[1].least or Decimal(0)), each[0].name.vi))
    named = [(part.name, made.value, made.words) for part, made in there]
    hidden = len(cells) - len(there)
    # A plan's number of people is asked of the whole, and more people is no merit of a place: only shares are
    # held against a target, and called good or bad.
    share = about.unit in (Unit.PERCENT, Unit.RATE)
    better = (about.better if share else None) or Better.NEITHER
    return _of_figures(
        about,
        (Kind.BARS, "ranking", _PLACE),
        findings.of_places(named, better),
        [(part.name, part.figure) for part, _ in there],
        [made for _, made in there],
        target=target if share else None,
        better=better,
        note=_left_out(hidden, below.points),
    )


def _left_out(hidden: int, points: int) -> Bilingual | None:
    """Which places are not drawn, and why."""
    vi, en = [], []
    if hidden:
        vi.append(f"Nơi không nêu số, vì ít người hoặc để bảo vệ số khác: {hidden}.")
        en.append(f"Places without a figure, for few people or to protect another figure: {hidden}.")
    if points:
        vi.append(f"Điểm phát thuốc không giữ hồ sơ, người uống thuốc ở đó tính vào cơ sở: {points}.")
        en.append(f"Points that keep no files, whose people count where the files are: {points}.")
    return Bilingual(" ".join(vi), " ".join(en)) if vi else None


def funnel(about: About, parts: Sequence[Part], whole: Figure | None) -> Chart | None:
    """Shares against how many they are of, with the limits of chance; None of what is no share of a whole
    that is known, or of fewer than three places."""
    cells = [cell(each.figure) for each in parts]
    around = whole.value if whole is not None else None
    fits = [made for made in cells if made.value is not None and 0 <= made.value <= 100]
    if about.unit is not Unit.PERCENT or around is None or not 0 <= around <= 100 or len(fits) < 3:
        return None
    if any(made.value is not None and not 0 <= made.value <= 100 for made in cells):
        return None
    stands = [
        standing(made.value, int(made.denominator.value), around)
        if made.value is not None and made.denominator is not None and made.denominator.value
        else None
        for made in cells
    ]
    return _of_figures(
        about,
        (Kind.FUNNEL, "funnel", _PLACE),
        findings.of_funnel(stands),
        [(each.name, each.figure) for each in parts],
        cells,
        around=around.quantize(Decimal("0.1")),
    )


def groups(about: About, divided: Sequence[tuple[Bilingual, Figure]], key: str) -> Chart | None:
    """One figure by the values of a split; None where no group's is told."""
    cells = [cell(figure) for _, figure in divided]
    if all(made.value is None and made.least is None for made in cells):
        return None
    named = [(name, made.value, made.words) for (name, _), made in zip(divided, cells, strict=True)]
    return _of_figures(
        about, (Kind.BARS, key, _GROUP), findings.of_ranking(named, Better.NEITHER), divided, cells
    )


def where(about: About, parts: Sequence[Part], shapes: dict[str, object] | None) -> Chart | None:
    """Places on a map: an operator's outlines where there are some, else the units' coordinates."""
    cells = [cell(each.figure) for each in parts]
    edges = bands([made.value for made in cells if made.value is not None], about)
    placed = [each.longitude is not None and each.latitude is not None for each in parts]
    if not edges or (shapes is None and not any(placed)):
        return None
    named = [(each.name, made.value, made.words) for each, made in zip(parts, cells, strict=True)]
    return _of_figures(
        about,
        (Kind.MAP, "map", _PLACE),
        findings.of_ranking(named, Better.NEITHER),
        [(each.name, each.figure) for each in parts],
        cells,
        places=() if shapes is not None else tuple(_place(each) for each in parts),
        shapes=shapes,
        codes=tuple(each.code for each in parts) if shapes is not None else (),
        bands=edges,
    )


def _place(part: Part) -> Place | None:
    if part.longitude is None or part.latitude is None:
        return None
    return Place(part.longitude, part.latitude)


def bands(values: Sequence[Decimal], about: About) -> tuple[Band, ...]:
    """Four groups of as many places each, at rounded edges; none where all values are one."""
    ordered = sorted(set(values))
    if not ordered:
        return ()
    step = Decimal(1) if about.unit is Unit.PERCENT else Decimal(5)
    count = min(4, len(ordered), MOST_BANDS)
    edges = [ordered[len(ordered) * at // count] // step * step for at in range(count)]
    rising = sorted(set(edges))
    found = []
    for at, least in enumerate(rising):
        below = rising[at + 1] if at + 1 < len(rising) else None
        low = words.valued(least, about.unit)
        if below is None:
            said = Bilingual(f"từ {low.vi}", f"{low.en} and more")
        else:
            high = words.valued(below, about.unit)
            said = Bilingual(f"{low.vi} đến dưới {high.vi}", f"{low.en} to below {high.en}")
        found.append(Band(least, below, said))
    return tuple(found)


def pairs(
    rows: Sequence[tuple[Bilingual, Decimal | None, Decimal | None]], names: tuple[Bilingual, Bilingual]
) -> Chart | None:
    """Of targets in two plans, which part of what was asked each had reached, in percent: the one measure
    that targets of every kind share."""
    both = [each for each in rows if each[1] is not None and each[2] is not None]
    if not both:
        return None
    nearer = sum((new or 0) > (old or 0) for _, old, new in both)
    farther = sum((new or 0) < (old or 0) for _, old, new in both)
    unit = Bilingual("% mức phải đạt", "% of what is asked")
    return Chart(
        Kind.PAIRS,
        "years",
        findings.of_pairs(nearer, farther, len(both) - nearer - farther),
        Bilingual("Đạt bao nhiêu phần của mức phải đạt", "How much of what was asked was reached"),
        unit,
        tuple(Label(name, _brief(name)) for name, _, _ in both),
        (
            Series(names[0], tuple(_share(old) for _, old, _ in both)),
            Series(names[1], tuple(_share(new) for _, _, new in both)),
        ),
        Bilingual("Số gần nhất của mỗi kế hoạch", "The last number of each plan"),
        Bilingual("", ""),
        _TARGET,
        target=Decimal(100),
        better=Better.MORE,
    )


def _brief(name: Bilingual) -> Bilingual:
    """As much of a sentence as a narrow screen has room for beside two bars."""
    return Bilingual(*(textwrap.shorten(each, 56, placeholder=" …") for each in (name.vi, name.en)))


def _share(value: Decimal | None) -> Cell:
    if value is None:
        return not_known()
    exact = value.quantize(Decimal("0.1")).normalize()
    return Cell(exact, words.valued(exact, Unit.PERCENT), state=State.SHOWN)


def renamed(chart: Chart | None, key: str) -> Chart | None:
    """The same chart under another key: two of a kind stand on one page."""
    return None if chart is None else replace(chart, key=key)


def cascade(known: Known, by_code: Mapping[str, Figure]) -> Chart | None:
    """Steps of care as bars, each with its aim; None where fewer than two have a figure."""
    there = [step for step in known.steps if step.code in by_code]
    if len(there) < 2:
        return None
    period = words.named(by_code[there[0].code].period)
    cells = [_step(step, by_code[step.code]) for step in there]
    named = [(step.name, made.value, made.words) for step, made in zip(there, cells, strict=True)]
    about = by_code[there[0].code].about
    asked: list[Decimal | None] = [None]
    for at, step in enumerate(there[1:], 1):
        before = cells[at - 1].value
        asked.append(None if step.asked is None or before is None else before * step.asked / 100)
    return Chart(
        Kind.CASCADE,
        known.key,
        findings.of_cascade(named),
        Bilingual(f"{known.name.vi}, {period.vi}", f"{known.name.en}, {period.en}"),
        words.UNITS[Unit.PERSONS],
        tuple(Label(step.name, window=by_code[step.code].period.window) for step in there),
        (Series(known.name, tuple(cells)),),
        source(about),
        freshness(about),
        Bilingual("Bước", "Step"),
        targets=tuple(asked) if any(each is not None for each in asked) else (),
        better=Better.MORE,
    )


def _step(step: Step, figure: Figure) -> Cell:
    told = figure.line.denominator if step.lower else figure.line.numerator
    return _count(told) if told is not None else not_known()


def together(one: Live, other: Live) -> Chart | None:
    """Two targets through time, which share unit and denominator: over the periods that either has."""
    charts = trend(one), trend(other)
    if charts[0] is None or charts[1] is None:
        return None
    periods = sorted({point.period for live in (one, other) for point in live.series})
    if len({(each.calendar, each.span) for each in periods}) != 1:
        return None
    series = []
    for live in (one, other):
        by_period = {point.period: point for point in live.series}
        unit = live.bound.entry.unit.value if live.bound.entry is not None else ""
        cells = tuple(
            _point(by_period[each], unit, _told_as(live)) if each in by_period else not_known()
            for each in periods
        )
        series.append(Series(live.bound.entry.name if live.bound.entry else _NO_UNIT, cells))
    names = [each.name for each in series]
    said = Bilingual(f"{names[0].vi} và {names[1].vi}", f"{names[0].en} and {names[1].en}")
    return replace(
        charts[0],
        key="beside",
        title=said,
        subject=said,
        labels=tuple(
            Label(words.named(each), Bilingual(*[words.short(each)] * 2), each.window) for each in periods
        ),
        series=tuple(series),
        target=None,
        completeness=(),
        ahead=None,
    )


def part_reached(asked: Asked, value: Decimal | None, better: Way | None) -> Decimal | None:
    """In percent, at most 150: one target far beyond its aim must not flatten all others."""
    if value is None:
        return None
    part = reached(asked, value, better or Way.NEITHER)
    return None if part is None else min(Decimal(150), part * 100)
