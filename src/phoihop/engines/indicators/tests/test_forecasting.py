"""Forecasts of targets: what is decided, what is too little to go by, and what holds of every forecast."""

import random
import subprocess
import sys
from dataclasses import replace
from datetime import date
from decimal import Decimal
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from phoihop.engines.indicators import forecasting_method as method
from phoihop.engines.indicators.definitions import Better
from phoihop.engines.indicators.forecasting import LEAST, Outlook, forecast
from phoihop.engines.indicators.forecasting_series import Interval, Kind, Point
from phoihop.engines.indicators.forecasting_words import explained, words
from phoihop.kernel.calendars import Calendar, Period, Span
from phoihop.kernel.refusals import Bilingual

MORE, LESS = Better.MORE, Better.LESS
LEVEL, FLOW, SHARE = Kind
PEOPLE = Bilingual("người", "people")
END = date(2026, 12, 31)


def series(*values: int | str, first: tuple[int, int] = (2026, 1), span: Span = Span.MONTH) -> list[Point]:
    """Figures of one period after another of the calendar year."""
    begin = Period(Calendar.CIVIL, span, *first)
    return [Point(begin.next(at), Decimal(value)) for at, value in enumerate(values)]


def of(values, target, deadline: date = END, better: Better = MORE, kind: Kind = LEVEL, **known):
    points = values if values and isinstance(values[0], Point) else series(*values, **known)
    return forecast(points, Decimal(target), deadline, better, kind)


@pytest.mark.parametrize(
    ("values", "target", "better", "kind", "deadline", "outlook", "chance"),
    [
        ((90, 100), 100, MORE, LEVEL, date(2026, 2, 28), Outlook.MET, 1),
        ((90, 99), 100, MORE, LEVEL, date(2026, 2, 28), Outlook.WILL_MISS, 0),
        ((90, 99), 100, MORE, LEVEL, date(2026, 3, 30), Outlook.WILL_MISS, 0),  # March is not over by then
        ((90, 99, 120), 100, MORE, LEVEL, date(2026, 2, 28), Outlook.WILL_MISS, 0),  # what came later is late
        ((3, 2), 2, LESS, LEVEL, date(2026, 2, 28), Outlook.MET, 1),
        ((3, 3), 2, LESS, LEVEL, date(2026, 2, 28), Outlook.WILL_MISS, 0),
        (("91.9",), 92, MORE, SHARE, date(2026, 1, 31), Outlook.WILL_MISS, 0),
        ((40, 100), 100, MORE, FLOW, END, Outlook.MET, 1),
        ((0, 0, 1), 0, LESS, FLOW, END, Outlook.WILL_MISS, 0),
    ],
)
def test_what_nothing_can_change_is_decided(values, target, better, kind, deadline, outlook, chance):
    made = of(values, target, deadline, better, kind)
    assert (made.outlook, made.chance, made.needed) == (outlook, chance, None)


@pytest.mark.parametrize(
    ("values", "target", "better", "kind"),
    [
        ((90, 120), 100, MORE, LEVEL),
        ((90, 99), 100, MORE, FLOW),
        ((0, 0), 0, LESS, FLOW),
        (("95", "96"), 95, MORE, SHARE),
    ],
)
def test_a_target_that_stands_met_can_still_be_lost(values, target, better, kind):
    made = of(values, target, END, better, kind)
    assert (made.outlook, made.chance) == (Outlook.TOO_FEW, None)


def test_of_few_figures_or_of_a_far_day_nothing_is_said():
    assert of(range(100, 100 + LEAST - 1), 120).outlook is Outlook.TOO_FEW
    near = of(range(100, 100 + LEAST), 120)
    assert near.outlook is not Outlook.TOO_FEW
    far = of(range(100, 100 + LEAST), 120, date(2030, 12, 31))
    assert (far.outlook, far.expected, far.likely, far.chance) == (Outlook.TOO_FEW, None, None, None)
    assert far.needed == Decimal("0.3")  # 15 in 54 months: what it takes is known without any forecast


@pytest.mark.parametrize(
    ("values", "target", "better", "kind", "needed", "pace"),
    [
        ((100, 110, 120), 165, MORE, LEVEL, "5.0", "10.0"),
        ((100, 110, 120), 300, MORE, LEVEL, "20", "10.0"),
        ((100, 110, 120), 301, MORE, LEVEL, "21", "10.0"),
        ((100, 110, 120), 120, MORE, LEVEL, None, "10.0"),
        ((120, 110, 100), 50, LESS, LEVEL, "-5.6", "-10.0"),
        ((120, 110, 100), 101, LESS, LEVEL, None, "-10.0"),
        (("80", "81", "82.5"), 90, MORE, SHARE, "0.9", "1.3"),
        ((10, 30, 60), 330, MORE, FLOW, "30", "20.0"),
        ((0, 1, 1), 4, LESS, FLOW, "0.3", "0.3"),
        ((0, 4, 4), 4, LESS, FLOW, "0.0", "1.3"),
    ],
)
def test_what_it_takes_a_month(values, target, better, kind, needed, pace):
    made = of(values, target, END, better, kind)
    assert made.months == 9
    assert made.needed == (None if needed is None else Decimal(needed))
    assert made.pace == Decimal(pace)


def test_next_years_count_begins_at_nothing():
    months = series(*range(10, 130, 10), first=(2025, 1))
    made = of(months, 120, END, MORE, FLOW)
    assert made.expected == 120
    assert made.needed == 10
    half = of(months, 60, date(2026, 6, 30), MORE, FLOW)
    assert half.expected == 60


def test_quarters_and_the_calendar_of_reports():
    begin = Period(Calendar.STATE, Span.QUARTER, 2024, 1)
    points = [Point(begin.next(at), Decimal(100 + 3 * at)) for at in range(9)]  # to 14 March 2026
    made = of(points, 130)
    assert made.months == 9  # the last quarter that ends by 31 December ends on the 14th
    assert made.last.period.window.last == date(2026, 3, 14)


@pytest.mark.parametrize(
    ("points", "better", "kind", "said"),
    [
        (series(1, 2), Better.NEITHER, LEVEL, "better side"),
        (series(1, 2)[::-1], MORE, LEVEL, "does not follow"),
        ([series(1)[0], series(1)[0]], MORE, LEVEL, "does not follow"),
        ([series(1)[0], *series(4, first=(2026, 2), span=Span.QUARTER)], MORE, LEVEL, "does not follow"),
        (series("101"), MORE, SHARE, "no share"),
        (series("NaN"), MORE, LEVEL, "no level"),
        (series(1, first=(2027, 1)), MORE, LEVEL, "no figure up to"),
        ([], MORE, LEVEL, "no figure up to"),
    ],
)
def test_what_is_no_series_is_refused(points, better, kind, said):
    with pytest.raises(ValueError, match=said):
        forecast(points, Decimal(50), END, better, kind)


def test_a_missing_month_is_bridged():
    whole = series(*range(100, 220, 10), first=(2025, 1))
    made = of([point for at, point in enumerate(whole) if at not in (3, 7, 8)], 250)
    assert made == replace(of(whole, 250))
    counted = [point for at, point in enumerate(whole) if at not in (3, 4)]
    flow = [Point(point.period, Decimal(10 * point.period.number)) for point in counted]
    assert of(flow, 100, date(2025, 12, 31), MORE, FLOW).pace == 10


def test_a_jump_of_borders_is_no_step_of_the_programme():
    walk = [Decimal(400 + 4 * at + (at * 7) % 5) for at in range(17)]  # January 2025 to May 2026
    begin = Period(Calendar.CIVIL, Span.MONTH, 2025, 1)
    calm = [Point(begin.next(at), value) for at, value in enumerate(walk)]
    cut = [Point(p.period, p.value + (150 if p.period.window.last < date(2025, 7, 1) else 0)) for p in calm]
    made, smooth = of(cut, 520), of(calm, 520)
    blind = forecast(cut, Decimal(520), END, MORE, LEVEL, jump=None)
    assert abs(made.expected - smooth.expected) <= 3
    assert made.likely.high - made.likely.low <= smooth.likely.high - smooth.likely.low + 2
    assert blind.likely.high - blind.likely.low > 3 * (made.likely.high - made.likely.low)


@pytest.mark.parametrize(
    ("distance", "part"),
    [(0, 0.5), (1.475884, 0.9), (2.570582, 0.975), (-2.015048, 0.05), (6.868827, 0.9995)],
)
def test_the_law_of_errors_is_that_of_the_tables(distance: float, part: float):
    assert method.below(distance) == pytest.approx(part, abs=1e-6)


def test_what_is_likely_is_that_of_the_tables():
    assert method.within(0.80) == pytest.approx(1.475884, abs=1e-6)
    assert method.within(0.95) == pytest.approx(2.570582, abs=1e-6)


def test_a_usual_course_of_the_year_is_learnt():
    year = [2, 4, 10, 10, 10, 16, 10, 10, 10, 10, 20, 20]  # little around Tết, much before the end
    totals = [sum(year[: at + 1]) for at in range(12)]
    begin = Period(Calendar.CIVIL, Span.MONTH, 2023, 1)
    known = [Point(begin.next(at), Decimal(totals[at % 12])) for at in range(36 + 9)]
    made = of(known, 132, END, MORE, FLOW)
    assert made.last.value == 82
    assert made.expected > 82 + 3 * Decimal(sum(year)) / 12  # more than the mean of a quarter is to come


@pytest.mark.parametrize(
    ("values", "target", "kind", "better", "vi", "en"),
    [
        (
            (1000, 1030, 990, 1041, 1010, 1060), 1246, LEVEL, MORE,
            "nhiều khả năng không đạt: cần thêm 31 người mỗi tháng", "likely to miss: 31 people more a month",
        ),
        (
            (1000, 1170, 890, 1181, 910, 1060), 1246, LEVEL, MORE,
            "khó đạt: cần thêm 31 người mỗi tháng", "hard: 31 people more a month",
        ),
        (
            ("90", "90.5", "90.2", "90.9", "91", "91.2"), 92, SHARE, MORE,
            "khó đạt: cần thêm 0,2 điểm phần trăm mỗi tháng", "hard: 0,2 percentage points more a month",
        ),
        ((10, 20, 30, 40, 50, 60), 90, FLOW, MORE,
         "đúng tiến độ: cần thêm 5 người mỗi tháng", "on track: 5 people more a month"),
        ((1, 2, 3, 4, 5, 6), 11, FLOW, LESS,
         "khó đạt: không quá 0,8 người mỗi tháng", "hard: no more than 0,8 people a month"),
        ((1, 2, 3, 4, 5, 6), 5, FLOW, LESS, "không đạt", "missed"),
        ((1, 2, 3, 4, 5, 6), 5, FLOW, MORE, "đã đạt", "met"),
        ((60, 58, 61, 55, 57, 54), 36, LEVEL, LESS,
         "nhiều khả năng không đạt: cần giảm 3 người mỗi tháng", "likely to miss: 3 people less a month"),
        ((100, 101), 160, LEVEL, MORE,
         "chưa đủ số liệu để dự báo: cần thêm 5,9 người mỗi tháng",
         "too few figures for a forecast: 5,9 people more a month"),
    ],
)  # fmt: skip
def test_the_cell_of_the_table(values, target, kind, better, vi, en):
    assert words(of(values, target, END, better, kind), PEOPLE) == Bilingual(vi, en)


def test_one_sentence_more():
    made = replace(
        of((1000, 1030, 990, 1041, 1010, 1060), 1246),
        expected=Decimal(1101),
        likely=Interval(Decimal(1002), Decimal(1209)),
        chance=Decimal("0.35"),
    )
    assert explained(made, PEOPLE) == Bilingual(
        "Dự kiến đến ngày 31/12/2026: 1.101 người (khả năng 80 %: 1.002–1.209); khả năng đạt chỉ tiêu 35 %; "
        "một năm qua bình quân mỗi tháng +12 người.",
        "Expected on 31/12/2026: 1.101 people (80 % likely: 1.002–1.209); chance to meet the target 35 %; "
        "over the last year +12 people a month.",
    )
    assert explained(of((1, 2), 9), PEOPLE).vi == "Chưa đủ số liệu để dự báo đến ngày 31/12/2026."


LEVELS = st.lists(st.integers(1_000, 1_200), min_size=LEAST, max_size=20)
FLOWS = st.lists(st.integers(0, 60), min_size=LEAST, max_size=11)
SHARES = st.lists(st.integers(0, 1_000).map(lambda part: Decimal(part) / 10), min_size=LEAST, max_size=20)
FEWER = settings(max_examples=15)


def monthly(values, kind: Kind) -> list[Point]:
    """Levels and shares up to June 2026; of flows the counts since January 2026."""
    if kind is FLOW:
        return series(*[sum(values[: at + 1]) for at in range(len(values))])
    begin = Period(Calendar.CIVIL, Span.MONTH, 2026, 6).next(1 - len(values))
    return [Point(begin.next(at), Decimal(value)) for at, value in enumerate(values)]


ANY = st.one_of(
    st.tuples(st.just(LEVEL), LEVELS), st.tuples(st.just(FLOW), FLOWS), st.tuples(st.just(SHARE), SHARES)
)


@FEWER
@given(ANY, st.integers(0, 100), st.sampled_from([MORE, LESS]))
def test_of_every_forecast(given_, target: int, better: Better):
    kind, values = given_
    points = monthly(values, kind)
    wanted = Decimal(target) if kind is SHARE else points[-1].value + target - 50
    made = forecast(points, wanted, END, better, kind)
    assert made == forecast(points, wanted, END, better, kind)
    assert made.expected in made.likely
    assert made.nearly_sure.low <= made.likely.low <= made.likely.high <= made.nearly_sure.high
    assert 0 <= made.chance <= 1
    assert made.nearly_sure.low >= 0
    if kind is SHARE:
        assert made.nearly_sure.high <= 100
    if kind is FLOW:
        assert made.nearly_sure.low >= points[-1].value
    easier = wanted - 10 if better is MORE else wanted + 10
    if kind is not SHARE or 0 <= easier <= 100:
        assert forecast(points, easier, END, better, kind).chance >= made.chance


@FEWER
@given(LEVELS, st.integers(1, 5_000), st.sampled_from([MORE, LESS]))
def test_a_shifted_series_has_a_shifted_forecast_and_another_chance(values, shift: int, better: Better):
    points, lifted = monthly(values, LEVEL), monthly([value + shift for value in values], LEVEL)
    made = forecast(points, Decimal(1_150), END, better, LEVEL)
    same = forecast(lifted, Decimal(1_150 + shift), END, better, LEVEL)
    assert same.expected == made.expected + shift
    assert same.likely == Interval(made.likely.low + shift, made.likely.high + shift)
    assert (same.chance, same.needed, same.outlook) == (made.chance, made.needed, made.outlook)
    risen = forecast(lifted, Decimal(1_150), END, better, LEVEL)
    assert risen.expected > made.expected
    assert risen.chance >= made.chance if better is MORE else risen.chance <= made.chance


@FEWER
@given(FLOWS)
def test_what_is_counted_since_january_never_falls(values):
    points = monthly(values, FLOW)
    ends = [Period(Calendar.CIVIL, Span.MONTH, 2026, month).window.last for month in range(len(values), 13)]
    expected = [forecast(points, Decimal(10_000), end, MORE, FLOW).expected for end in ends]
    assert all(earlier <= later for earlier, later in pairwise(expected))


@FEWER
@given(st.integers(0, 1_000), st.integers(LEAST, 24))
def test_what_never_moved_is_expected_to_stay(value: int, figures: int):
    made = of(monthly([value] * figures, LEVEL), value)
    assert made.expected == value
    assert made.chance > Decimal("0.5")


def test_no_library_is_loaded_before_a_forecast_is_made():
    asked = (
        "import sys, phoihop.engines.indicators.forecasting, phoihop.engines.indicators.forecasting_words;"
        "sys.exit(any(name in sys.modules for name in ('statsmodels', 'pandas', 'scipy', 'numpy')))"
    )
    assert subprocess.run([sys.executable, "-c", asked], check=False).returncode == 0


@pytest.mark.parametrize(
    ("values", "steps", "wanders"),
    [
        ((5, 5, 5, 5, 5, 5, 5), 3, 1.0),  # never moved
        ((0, 1, 0, 1, 0, 1, 0, 1, 0), 2, 0.2),  # swings back whole
        ((0, 1, 2, 3, 4, 5, 6, 7, 8), 2, 2**0.5),  # keeps its way
        ((0, 1, 2, 3, 4, 5, 6, 7, 8, 9), 12, 3**0.5),  # over a third of what was seen, not twelve
        ((0, 1), 12, 1.0),
    ],
)
def test_what_swings_back_wanders_less_than_what_keeps_its_way(values, steps: int, wanders: float):
    assert method.wandering(values, steps) == pytest.approx(wanders)


def test_what_swings_back_is_foreseen_more_closely():
    way = [1000, 1040, 1080, 1120, 1160, 1120, 1080, 1040]
    back = of([1000, 1040] * 8, 1100, first=(2025, 8)).likely
    away = of(way * 2, 1100, first=(2025, 8)).likely
    assert back.high - back.low < (away.high - away.low) * Decimal("0.8"), "of steps as large"


@pytest.mark.long
def test_intervals_hold_what_they_promise():
    """Random walks of 24 months that lead nowhere, half a year on: 300 of them, from a fixed seed. Nothing is
    harder to foresee: no ceiling, and nothing swings back."""
    draw, inside = random.Random(7), [0, 0]
    for _ in range(300):
        walk = [1_000]
        for _ in range(29):
            walk.append(walk[-1] + round(draw.gauss(0, 12)))
        made = of(monthly(walk[:24], LEVEL), 1_100)
        inside[0] += walk[29] in made.likely
        inside[1] += walk[29] in made.nearly_sure
    assert 210 <= inside[0] <= 264
    assert 270 <= inside[1] <= 299
