"""What charts say of themselves: from tables of cases."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from phoihop.engines.indicators.definitions import Better
from phoihop.interfaces.dashboards.charts.limits import Standing
from phoihop.interfaces.dashboards.rules import cascades, findings
from phoihop.kernel.calendars import Calendar, Period, Span
from phoihop.kernel.refusals import Bilingual


def at(name: str, value: int | None) -> findings.Named:
    said = "ẩn" if value is None else str(value)
    return Bilingual(name, name), None if value is None else Decimal(value), Bilingual(said, said)


TRENDS = [
    ([], Better.MORE, 10, "Chưa có số nào xem được."),
    ([("quý I", None)], Better.MORE, 10, "Chưa có số nào xem được."),
    ([("quý I", 5)], Better.MORE, None, "Quý I: 5."),
    ([("quý I", 5), ("quý II", 5)], Better.MORE, 6, "Vẫn 5 từ quý I đến quý II, chưa tới mức chỉ tiêu."),
    ([("quý I", 5), ("quý II", 8)], Better.MORE, 8,
     "Tăng từ 5 (quý I) lên 8 (quý II), tốt lên, đã tới mức chỉ tiêu."),
    ([("quý I", 5), ("quý II", 8)], Better.LESS, 6,
     "Tăng từ 5 (quý I) lên 8 (quý II), kém đi, chưa tới mức chỉ tiêu."),
    ([("quý I", 8), ("quý II", None), ("quý III", 5)], Better.LESS, None,
     "Giảm từ 8 (quý I) xuống 5 (quý III), tốt lên."),
    ([("quý I", 8), ("quý II", 5)], Better.NEITHER, 3, "Giảm từ 8 (quý I) xuống 5 (quý II)."),
]  # fmt: skip


@pytest.mark.parametrize(("points", "better", "target", "said"), TRENDS)
def test_a_trend_says_from_where_to_where_and_whether_that_is_good(points, better, target, said):
    named = [at(*each) for each in points]
    assert findings.of_trend(named, better, None if target is None else Decimal(target)).vi == said


RANKINGS = [
    ([], Better.MORE, "Chưa có số nào xem được."),
    ([("A", 5)], Better.MORE, "Chỉ xem được A: 5."),
    ([("A", 5), ("B", 9), ("C", 7)], Better.MORE, "Tốt nhất: B (9); kém nhất: A (5)."),
    ([("A", 5), ("B", 9), ("C", 7)], Better.LESS, "Tốt nhất: A (5); kém nhất: B (9)."),
    ([("A", 5), ("B", 9), ("C", None)], Better.NEITHER,
     "Cao nhất: B (9); thấp nhất: A (5); không nêu số: 1."),
]  # fmt: skip


@pytest.mark.parametrize(("parts", "better", "said"), RANKINGS)
def test_a_ranking_names_both_ends_and_counts_what_is_not_shown(parts, better, said):
    assert findings.of_ranking([at(*each) for each in parts], better).vi == said


def test_where_all_lies_within_chance_nobody_is_ranked():
    said = findings.of_funnel([Standing.WITHIN, None, Standing.WITHIN]).vi
    assert "không có cơ sở để xếp hơn kém" in said
    some = findings.of_funnel([Standing.BELOW, Standing.FAR_ABOVE, Standing.ABOVE])
    assert some.vi.startswith("1 nơi thấp hơn và 2 nơi cao hơn")
    assert some.en.startswith("Lower than chance alone would explain: 1; higher: 2")
    assert findings.of_funnel([None]).vi == "Chưa có số nào xem được."


PLACES = [
    ([], "Chưa có số nào xem được."),
    ([("xã A", None), ("xã B", None)], "Chỉ cho biết khoảng của từng nơi."),
    ([("xã A", 30), ("xã B", 15)], "Cao nhất: xã A (30); thấp nhất: xã B (15)."),
]


@pytest.mark.parametrize(("parts", "said"), PLACES)
def test_places_of_which_only_ranges_are_told_say_so(parts, said):
    assert findings.of_places([at(*each) for each in parts], Better.NEITHER).vi == said


CASCADES = [
    ([("a", 100), ("b", 80), ("c", 20)], "Hụt nhiều nhất từ “b” đến “c”: 75 %."),
    ([("a", 100), ("b", 40), ("c", 30)], "Hụt nhiều nhất từ “a” đến “b”: 60 %."),
    ([("a", 100), ("b", 100)], "Không bước nào bị hụt người."),
    ([("a", 100), ("b", None)], "Chưa có số nào xem được."),
]


@pytest.mark.parametrize(("steps", "said"), CASCADES)
def test_a_cascade_says_where_most_are_lost(steps, said):
    assert findings.of_cascade([at(*each) for each in steps]).vi == said


POINT = st.tuples(st.text("ab", min_size=1), st.none() | st.integers(0, 99))


@given(st.lists(POINT), st.sampled_from(Better))
def test_whatever_comes_both_languages_say_something(points, better):
    for said in (
        findings.of_trend([at(*each) for each in points], better, Decimal(50)),
        findings.of_ranking([at(*each) for each in points], better),
        findings.of_cascade([at(*each) for each in points]),
    ):
        assert said.vi.endswith(".")
        assert said.en.endswith(".")


STEPS = [
    ([], {}),
    ([(1, "a", 5), (2, "a", 6)], {"a": 6}),
    ([(1, "a", 5), (1, "b", 4), (2, "a", 6)], {"a": 5, "b": 4}),
    ([(1, "a", 5), (1, "b", 4), (2, "a", 6), (2, "b", 3)], {"a": 6, "b": 3}),
]


@pytest.mark.parametrize(("told", "kept"), STEPS)
def test_the_steps_of_a_cascade_are_of_one_period(told, kept):
    periods = {n: Period(Calendar.STATE, Span.QUARTER, 2026, n) for n in (1, 2)}
    assert cascades.of_one_period([(periods[n], code, value) for n, code, value in told]) == kept
