"""The light of a number: a table of cases, and what holds of every number and every target."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from phoihop.coordination.plans.rules import live
from phoihop.coordination.plans.rules.binding import Better, Unit, catalogue
from phoihop.coordination.plans.rules.live import LIGHTS, OLD, Judged, Light, Point
from phoihop.engines.indicators.forecasting_series import Kind
from phoihop.kernel.calendars import Calendar, Period, Span

MORE, LESS, UNSAID = Better.MORE, Better.LESS, Better.NEITHER


@dataclass(frozen=True)
class Aim:
    comparator: str = "="
    value: Decimal | None = None
    value_max: Decimal | None = None
    direction: str = ""


def aim(comparator: str, value: str | None, most: str | None = None, direction: str = "") -> Aim:
    first, last = (None if each is None else Decimal(each) for each in (value, most))
    return Aim(comparator, first, last, direction)


# What is asked, the number, which way is good by its code, the light, and why.
CASES = [
    (aim("=", "90"), "90", UNSAID, Light.MET, "Bằng 100 % mức phải đạt."),
    (aim("=", "90"), "103.5", UNSAID, Light.MET, "Bằng 115 % mức phải đạt."),
    (aim(">=", "92.5"), "92.5", MORE, Light.MET, "Bằng 100 % mức phải đạt."),
    (aim(">", "90"), "90", MORE, Light.NEAR, "Vừa bằng mức phải vượt."),
    (aim(">", "90"), "89.99", MORE, Light.NEAR, "Bằng 99 % mức phải đạt."),
    (aim(">", "90"), "81", MORE, Light.NEAR, "Bằng 90 % mức phải đạt."),
    (aim(">", "90"), "80.99", MORE, Light.LATE, "Bằng 89 % mức phải đạt."),
    (aim("=", "50"), "0", MORE, Light.LATE, "Bằng 0 % mức phải đạt."),
    (aim("=", "2", "5"), "2", UNSAID, Light.MET, "Bằng 100 % mức phải đạt."),
    # No more than so much.
    (aim("<", "2"), "1.9", LESS, Light.MET, "Không vượt mức cho phép."),
    (aim("<", "2"), "2", LESS, Light.NEAR, "Vừa bằng mức phải thấp hơn."),
    (aim("<=", "2"), "2", LESS, Light.MET, "Không vượt mức cho phép."),
    (aim("<=", "2"), "2.2", LESS, Light.NEAR, "Vượt mức cho phép 10 %."),
    (aim("<=", "2"), "2.3", LESS, Light.LATE, "Vượt mức cho phép 15 %."),
    (aim("=", "2", direction="giảm"), "3", UNSAID, Light.LATE, "Vượt mức cho phép 50 %."),
    (aim("=", "2", "5", "giảm"), "5", UNSAID, Light.MET, "Không vượt mức cho phép."),
    (aim("=", "2"), "1", LESS, Light.MET, "Không vượt mức cho phép."),
    (aim("=", "2"), "1", UNSAID, Light.LATE, "Bằng 50 % mức phải đạt."),
    # None at all.
    (aim("=", "0", direction="không để"), "0", LESS, Light.MET, "Không vượt mức cho phép."),
    (aim("=", "0"), "0", UNSAID, Light.MET, "Không vượt mức cho phép."),
    (aim("=", "0"), "1", UNSAID, Light.LATE, "Phải bằng 0 mà đã có."),
    (aim("=", "0"), "0.1", LESS, Light.LATE, "Phải bằng 0 mà đã có."),
    (aim(">", "0"), "0", MORE, Light.NEAR, "Vừa bằng mức phải vượt."),
    # A person has to say.
    (aim("=", "0.5", direction="giữ"), "0.5", UNSAID, Light.MET, "Bằng 100 % mức phải đạt."),
    (aim("=", "0.5", direction="giữ"), "0.4", LESS, Light.LOOK,
     "Chỉ tiêu là giữ nguyên; số đã khác, cần người xem xét."),
    (aim("=", None, direction="không để"), "4", UNSAID, Light.LOOK, "Chỉ tiêu không nêu con số."),
]  # fmt: skip


@pytest.mark.parametrize(("asked", "value", "better", "shown", "why"), CASES)
def test_the_light_of_a_number_and_why(asked, value, better, shown, why):
    number = Decimal(value)
    assert live.light(asked, number, better) is shown
    assert live.compared(asked, number, better).vi == why
    assert (live.judge(asked, number, better) is Judged.MET) == (shown is Light.MET)


@pytest.mark.parametrize(
    ("value", "gone", "shown", "why"),
    [
        ("100", "0.5", Light.MET, "Bằng 100 % mức phải đạt. Đã qua 50 % thời gian của năm."),
        ("60", "0.5", Light.RUNNING, "Bằng 60 % mức phải đạt. Đã qua 50 % thời gian của năm."),
        ("50", "0.5", Light.RUNNING, "Bằng 50 % mức phải đạt. Đã qua 50 % thời gian của năm."),
        ("49", "0.5", Light.LATE, "Bằng 49 % mức phải đạt. Đã qua 50 % thời gian của năm."),
        ("90", "0.95", Light.NEAR, "Bằng 90 % mức phải đạt. Đã qua 95 % thời gian của năm."),
        ("89", "1", Light.LATE, "Bằng 89 % mức phải đạt."),
    ],
)
def test_what_is_counted_through_a_year_is_held_against_the_whole_and_the_year(value, gone, shown, why):
    asked, part = aim("=", "100"), Decimal(gone)
    assert live.light(asked, Decimal(value), MORE, part) is shown
    assert live.compared(asked, Decimal(value), MORE, part).vi == why


def test_what_may_not_grow_is_never_said_to_keep_up():
    assert live.light(aim("<=", "10"), Decimal(20), LESS, Decimal("0.1")) is Light.LATE


@pytest.mark.parametrize(
    ("code", "hidden", "shown"),
    [
        ("HIV_95_2", False, Light.EMPTY),
        ("HIV_95_2", True, Light.HIDDEN),
        ("OFFICIALS_INFORMED", False, Light.SURVEY),
        (None, False, Light.UNBOUND),
    ],
)
def test_where_no_number_can_be_said(code, hidden, shown):
    entry = catalogue()[code] if code else None
    assert live.blank(entry, hidden=hidden) is shown
    assert live.light(aim("=", "9"), None, MORE) is Light.EMPTY


def test_every_light_has_words_of_its_own_and_an_icon():
    assert set(LIGHTS) == set(Light)
    shown = [*LIGHTS.values(), OLD]
    assert len({each.words.vi for each in shown}) == len({each.icon for each in shown}) == len(shown)
    assert all(each.words.en != each.words.vi for each in shown)


NUMBERS = st.decimals(0, 1_000, places=2)
AIMS = st.builds(
    Aim,
    st.sampled_from(["=", "<", "<=", ">", ">="]),
    NUMBERS,
    st.none(),
    st.sampled_from(["", "tăng", "giảm", "không để"]),
)


@settings(max_examples=150)
@given(AIMS, NUMBERS, NUMBERS, st.sampled_from(Better))
def test_a_better_number_never_has_a_worse_light(asked, one, other, better):
    order = [Light.LATE, Light.NEAR, Light.MET]
    worse, best = sorted((one, other), reverse=live.goes_down(asked, better))
    lights = [order.index(live.light(asked, each, better)) for each in (worse, best)]
    assert lights == sorted(lights)
    assert live.compared(asked, one, better).en


def test_every_code_is_counted_one_way():
    flows = {code for code, entry in catalogue().items() if live.kind_of(entry) is Kind.FLOW}
    assert {"SESSIONS", "LEAFLETS", "DRUG_SPOTS_NEW", "HIV_DETECTED", "REHAB_PERSONS"} <= flows
    assert not flows & {"OST_CURR", "TX_CURR", "OST_SITES", "COMMUNES_DRUG_FREE", "AIDS_MORTALITY"}
    assert set(catalogue()) >= live._FLOWS, "a code that is no more"
    for code, entry in catalogue().items():
        assert (live.kind_of(entry) is Kind.SHARE) == (entry.unit is Unit.PERCENT), code


def month(number: int, value: str | None, **more) -> Point:
    period = Period(Calendar.CIVIL, Span.MONTH, 2025, 11).next(number)
    return Point(period, None if value is None else Decimal(value), **more)


def test_counts_of_periods_are_summed_from_the_years_first_one():
    points = [month(0, "5"), month(1, "6"), month(2, "7"), month(3, "8"), month(4, "9")]
    sums = [each.value for each in live.running(points)]
    assert sums == [None, None, 7, 15, 24], "what began before the first figure is not the whole"
    broken = [month(2, "7"), month(3, None, hidden=True), month(4, "9")]
    assert [(each.value, each.hidden) for each in live.running(broken)] == [
        (7, False),
        (None, True),
        (None, True),
    ]
    gap = [month(2, "7"), month(4, "9")]
    assert [each.value for each in live.running(gap)] == [7, None]
    parts = [month(2, "7", completeness=Decimal(1)), month(3, "8", completeness=Decimal("0.5"))]
    assert live.running(parts)[-1].completeness == Decimal("0.5")


def test_numbers_by_hand_are_the_last_of_their_periods():
    days = [(1, 5), (1, 14), (1, 31), (2, 1)]
    said = [(date(2026, month, day), Decimal(at)) for at, (month, day) in enumerate(days)]
    state = live.by_period(said, Calendar.STATE, Span.MONTH)
    # The 31st is told of the month that ended on the 14th; the day after begins to count for the next.
    assert [(each.period.number, each.value) for each in state] == [(1, Decimal(2)), (2, Decimal(3))]
    assert live.by_period([(date(2010, 1, 1), Decimal(1))], Calendar.STATE, Span.YEAR) == ()


PARTS = [
    (Span.QUARTER, date(2026, 9, 30), 3, False),  # the quarter ended on 14 September
    (Span.QUARTER, date(2026, 11, 23), 4, True),
    (Span.QUARTER, date(2026, 11, 27), 4, False),  # 17 days before its end
    (Span.HALF, date(2026, 9, 30), 2, True),
    (Span.YEAR, date(2026, 9, 30), 1, True),
    (Span.YEAR, date(2026, 12, 31), 1, False),
]


@pytest.mark.parametrize(("span", "day", "number", "part"), PARTS)
def test_a_number_said_long_before_a_period_ends_is_a_part_of_it(span, day, number, part):
    (point,) = live.by_period([(day, Decimal(5))], Calendar.STATE, span)
    assert (point.period.year, point.period.number, point.part) == (2026, number, part)


@pytest.mark.parametrize(
    ("first", "last", "day", "part"),
    [
        (date(2026, 1, 1), date(2026, 12, 31), date(2025, 12, 31), "0"),
        (date(2026, 1, 1), date(2026, 12, 31), date(2026, 12, 31), "1"),
        (date(2026, 1, 1), date(2026, 12, 31), date(2027, 3, 1), "1"),
        (date(2026, 1, 1), date(2026, 1, 10), date(2026, 1, 5), "0.5"),
    ],
)
def test_how_much_of_a_year_is_gone(first, last, day, part):
    assert live.gone(first, last, day) == Decimal(part)


@pytest.mark.parametrize(
    ("span", "today", "old"),
    [
        (Span.MONTH, date(2026, 4, 30), False),
        (Span.MONTH, date(2026, 5, 1), True),
        (Span.YEAR, date(2027, 3, 31), False),
        (Span.YEAR, date(2027, 4, 1), True),
    ],
)
def test_a_number_by_hand_is_old_when_the_next_one_is_due(span, today, old):
    assert live.is_old(date(2026, 3, 31), span, today) is old
