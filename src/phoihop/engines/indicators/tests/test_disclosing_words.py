"""What stands in place of a figure, why, and which wider one is shown."""

from decimal import Decimal

import pytest

from phoihop.engines.indicators.disclosing import Cell, Count, Key, Published, Release, State, Told, control
from phoihop.engines.indicators.disclosing_sums import release_of
from phoihop.engines.indicators.disclosing_words import WHY, Wider, explained, instead, written
from phoihop.kernel.calendars import Calendar, Period, Span
from phoihop.kernel.refusals import Bilingual

QUARTER = Period(Calendar.CIVIL, Span.QUARTER, 2026, 1)
MONTHS = [Period(Calendar.CIVIL, Span.MONTH, 2026, month) for month in (1, 2, 3)]


@pytest.mark.parametrize(
    ("told", "vi", "en"),
    [
        (Told(State.ROUNDED, Decimal(1210)), "1.210", "1.210"),
        (Told(State.SHOWN, Decimal("3.25")), "3,25", "3,25"),
        (Told(State.BAND, band=(25, 45)), "25–45", "25–45"),
        (Told(State.BAND, band=(500, None)), "từ 500 trở lên", "500 and more"),
        (Told(State.SMALL), "‹8", "‹8"),
        (Told(State.PROTECTING), "ẩn", "hidden"),
        (Told(State.WITHHELD), "ẩn", "hidden"),
    ],
)
def test_what_stands_in_a_cell(told, vi, en):
    assert written(told) == Bilingual(vi, en)


def test_few_people_with_many_doses_are_not_fewer_than_eight_doses():
    assert written(Told(State.SMALL), of_people=False) == Bilingual("ẩn", "hidden")


def test_every_state_has_its_reason():
    assert set(WHY) == set(State)
    assert len({why.vi for why in WHY.values()}) == len(State)


def table(counts: dict[tuple[str, Period, str], int]) -> Published:
    cells = [
        Cell(Key("NEW", unit, period, (("sex", sex),) if sex else ()), Decimal(count))
        for (unit, period, sex), count in counts.items()
    ]
    return control(release_of(cells, {"P": ["a", "b"]}, {QUARTER: MONTHS}, flows={"NEW"}))


def key(unit="a", period=QUARTER, sex=None):
    return Key("NEW", unit, period, (("sex", sex),) if sex else ())


JANUARY = MONTHS[0]


SIXTY = {("a", JANUARY, ""): 3, ("a", MONTHS[1], ""): 30, ("a", MONTHS[2], ""): 30, ("a", QUARTER, ""): 63}
BY_SEX = {("a", QUARTER, "f"): 3, ("a", QUARTER, "m"): 40, ("b", QUARTER, "f"): 90, ("P", QUARTER, "f"): 93}
FIVE = {("a", QUARTER, "f"): 3, ("a", QUARTER, "m"): 2, ("a", QUARTER, ""): 5}
TWO = {("b", QUARTER, ""): 50, ("P", QUARTER, ""): 53}


@pytest.mark.parametrize(
    ("counts", "hidden", "found", "wider"),
    [
        # Groups taken together come before a wider unit, a longer period before it too.
        (BY_SEX | {("a", QUARTER, ""): 43}, key(sex="f"), key(), (Wider.GROUPS,)),
        (
            SIXTY | {("b", JANUARY, ""): 50, ("P", JANUARY, ""): 53},
            key(period=JANUARY),
            key(),
            (Wider.PERIOD,),
        ),
        (TWO | {("a", QUARTER, ""): 3}, key(), key("P"), (Wider.UNIT,)),
        # What holds it is hidden too: the next one that holds that.
        (FIVE | TWO | {("P", QUARTER, ""): 55}, key(sex="f"), key("P"), (Wider.GROUPS, Wider.UNIT)),
    ],
)
def test_the_nearest_wider_figure_is_named(counts, hidden, found, wider):
    other = instead(table(counts), Count(hidden))
    assert other is not None
    assert (other.key, other.wider) == (found, wider)
    assert not other.told.hidden


def name(key):
    return Bilingual(f"Đơn vị {key.unit}", f"Unit {key.unit}")


def test_a_hidden_figure_says_why_and_what_to_see_instead():
    out = table({("a", QUARTER, ""): 3, ("b", QUARTER, ""): 50, ("P", QUARTER, ""): 53})
    assert explained(out, Count(key()), name) == Bilingual(
        "Ẩn để bảo vệ danh tính: số liệu của không quá 7 người. Có thể xem (đơn vị rộng hơn): Đơn vị P: 55.",
        "Hidden to protect identities: it is of no more than 7 people."
        " You can see (a wider unit): Unit P: 55.",
    )
    assert explained(out, Count(key("b")), name) == WHY[State.ROUNDED]


def test_a_hidden_figure_with_nothing_wider_says_so():
    out = control(Release((Cell(key(), Decimal(3)),)))
    assert instead(out, Count(key())) is None
    assert "Không có số rộng hơn" in explained(out, Count(key()), name).vi
