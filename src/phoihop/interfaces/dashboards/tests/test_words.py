"""How figures are named and written: cases."""

from decimal import Decimal

import pytest

from phoihop.engines.indicators.definitions import Better, Unit
from phoihop.engines.indicators.disclosing import Line, State, Told
from phoihop.engines.publishing.queries import About, Figure
from phoihop.interfaces.dashboards import words
from phoihop.kernel.calendars import Calendar, Period, Span
from phoihop.kernel.refusals import Bilingual

NAME = Bilingual("Số thử", "A trial figure")
PERIOD = Period(Calendar.STATE, Span.QUARTER, 2026, 3)
SMALL, BAND = Told(State.SMALL), Told(State.BAND, band=(25, 45))


def rounded(value: int) -> Told:
    return Told(State.ROUNDED, Decimal(value))


def figure(unit: Unit, numerator: Told, denominator: Told | None = None) -> Figure:
    about = About("A", 1, NAME, unit, Better.MORE, None, True, None, None, "", True)
    window = PERIOD.window
    line = Line(numerator, denominator)
    return Figure(about, None, None, None, PERIOD, window.first, window.last, (), line, None)


@pytest.mark.parametrize(
    ("given", "vi", "en"),
    [
        (figure(Unit.PERSONS, rounded(1210)), "1.210", "1.210"),
        (figure(Unit.PERCENT, rounded(37), rounded(40)), "92,5 %", "92,5 %"),
        (figure(Unit.PERSONS, BAND), "25–45", "25–45"),
        (figure(Unit.PERCENT, BAND, rounded(50)), "ẩn", "hidden"),
        (figure(Unit.PERCENT, rounded(30), BAND), "ẩn", "hidden"),
        (figure(Unit.PERCENT, SMALL, rounded(50)), "‹8", "‹8"),
    ],
)
def test_a_figure_is_written_and_a_range_of_people_never_among_percents(given, vi, en):
    assert words.amount(given) == Bilingual(vi, en)


def test_a_share_of_a_range_says_why_it_is_hidden():
    assert words.why(figure(Unit.PERCENT, BAND, rounded(50))).en.startswith("The counts are told as a range")
    assert words.why(figure(Unit.PERSONS, BAND)).vi == "Chỉ cho biết khoảng."


@pytest.mark.parametrize(
    ("value", "unit", "vi", "en"),
    [
        (1165, Unit.PERSONS, "1.165 người", "1.165 people"),
        ("92.5", Unit.PERCENT, "92,5 %", "92,5 %"),
        (3, None, "3", "3"),
        ("0.8", Unit.RATE, "0,8 trên 100.000 dân", "0,8 per 100.000 residents"),
    ],
)
def test_a_value_with_what_it_counts(value, unit, vi, en):
    said = words.measured(Decimal(value), unit)
    assert (said.vi.replace("\xa0", " "), said.en.replace("\xa0", " ")) == (vi, en)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Số điểm tư vấn | điểm | 24", "Số điểm tư vấn"),
        ("Tỷ lệ bỏ trị không quá 7 %", "Tỷ lệ bỏ trị không quá 7 %"),
        (" | điểm | 24", " | điểm | 24"),
    ],
)
def test_a_row_of_a_table_is_called_by_its_first_cell(text, said):
    assert words.heading(text) == said
