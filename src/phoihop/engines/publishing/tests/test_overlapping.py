"""Periods of two calendars have days in common: what both tell gives nobody away."""

import random
from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from phoihop.base.security import scope
from phoihop.engines.indicators.definitions import Better, Hiding, Unit
from phoihop.engines.indicators.disclosing import Form, State
from phoihop.engines.indicators.tests.attacking import Tally, held
from phoihop.engines.publishing import actions, registering, rules, telling
from phoihop.engines.publishing.counting import Counted, Place
from phoihop.engines.publishing.fences import JOB
from phoihop.engines.publishing.models import Number, ReportedValue, Told
from phoihop.engines.publishing.registering import Reported
from phoihop.engines.publishing.tests import making
from phoihop.engines.publishing.tests.overlapping import PERIODS, drawn, outside, published
from phoihop.kernel.calendars import Calendar, Period, Span, Stretch
from phoihop.kernel.refusals import Bilingual, Refusal

DAY = timedelta(days=1)
NAME = Bilingual("Số thử", "A trial figure")
STATE, CIVIL = Calendar.STATE, Calendar.CIVIL


def days(period):
    return period.window.first, period.window.last


def named(*periods):
    return {days(each): each for each in periods}


JANUARY, FEBRUARY, MARCH = (Period(CIVIL, Span.MONTH, 2026, number) for number in (1, 2, 3))
QUARTER, YEAR = Period(CIVIL, Span.QUARTER, 2026, 1), Period(CIVIL, Span.YEAR, 2026)
FROM_15TH = Period(STATE, Span.MONTH, 2026, 2)  # 15 January to 14 February


@pytest.mark.parametrize(
    ("windows", "expected"),
    [
        ((JANUARY, FEBRUARY), []),
        ((JANUARY, FEBRUARY, MARCH, QUARTER), []),
        ((JANUARY, FROM_15TH), [("2026-01-01", "2026-01-14"), ("2026-01-15", "2026-01-31"),
                                ("2026-02-01", "2026-02-14")]),
        ((YEAR, QUARTER), [("2026-04-01", "2026-12-31")]),
        ((YEAR, JANUARY, MARCH), [("2026-02-01", "2026-02-28"), ("2026-04-01", "2026-12-31")]),
        ((JANUARY, MARCH), []),
    ],
)  # fmt: skip
def test_what_windows_share_or_leave_over(windows, expected):
    found = [(str(first), str(last)) for first, last in rules.stretches(named(*windows))]
    assert found == expected


def test_parts_are_as_few_as_there_are():
    told = named(JANUARY, FEBRUARY, MARCH, QUARTER, FROM_15TH)
    told |= {each: Stretch(*each) for each in rules.stretches(told)}
    halves = [Stretch(*map(date.fromisoformat, each)) for each in (
        ("2026-01-01", "2026-01-14"), ("2026-01-15", "2026-01-31"),
        ("2026-02-01", "2026-02-14"), ("2026-02-15", "2026-02-28"),
    )]  # fmt: skip
    assert rules.parts(told) == {
        JANUARY: halves[:2],
        FEBRUARY: halves[2:],
        FROM_15TH: halves[1:3],
        QUARTER: [JANUARY, FEBRUARY, MARCH],
    }


SOME = st.tuples(st.integers(0, 40), st.integers(0, 40)).map(
    lambda ends: (date(2026, 1, 1) + DAY * min(ends), date(2026, 1, 1) + DAY * max(ends))
)


@given(st.sets(SOME, min_size=1, max_size=8))
def test_all_that_is_known_of_days_is_among_the_parts(windows):
    """Every window is a sum of days cut nowhere, by its parts alone; so nothing adds up that is not said."""
    told = {each: Stretch(*each) for each in (*windows, *rules.stretches(windows))}
    assert len(told) == len(windows) + len(rules.stretches(windows))
    parts = rules.parts(told)

    def finest(stretch):
        if stretch not in parts:
            return [stretch]
        return [each for part in parts[stretch] for each in finest(part)]

    cuts = {first for first, _ in windows} | {last + DAY for _, last in windows}
    for first, last in windows:
        some = finest(Stretch(first, last))
        assert some[0].first == first
        assert some[-1].last == last
        assert all(one.last + DAY == other.first for one, other in pairwise(some))
        assert not any(each.first < cut <= each.last for each in some for cut in cuts)


@given(st.lists(SOME, min_size=1, max_size=8))
def test_windows_kept_lie_apart_or_in_each_other(windows):
    kept = rules.apart(windows)
    assert kept[0] == windows[0]
    for one in kept:
        for other in kept:
            common = min(one[1], other[1]) >= max(one[0], other[0])
            inside = one[0] <= other[0] and other[1] <= one[1]
            assert not common or inside or (other[0] <= one[0] and one[1] <= other[1])
    assert all(any(rules.crosses(each, other) for other in kept) for each in windows if each not in kept)


def check(world, tally=None):
    before, after = published(world)
    assert after.lost == frozenset()
    assert {key: after.lines[key] for key in before.lines} == before.lines
    out, known = outside(world, after)
    assert held(out, tally=tally, **known) == {}


@settings(max_examples=6)
@given(seed=st.integers(0, 10_000))
def test_nobody_gets_at_the_few_by_two_calendars(seed):
    check(drawn(random.Random(seed)))


@pytest.mark.parametrize("seed", [2, 14, 31])
def test_he_would_if_nobody_minded_what_periods_share(seed):
    world = drawn(random.Random(seed))
    _, after = published(world, blind=True)
    out, known = outside(world, after)
    assert len(held(out, **known)) > 0, "the attack can succeed"
    check(world)


@pytest.mark.long
def test_nobody_gets_at_the_few_by_any_two_calendars():
    tally = Tally()
    for seed in range(100):
        check(drawn(random.Random(seed)), tally)
    assert tally.worlds == 100
    assert tally.programs > tally.worlds


def test_one_calendar_hides_less():
    """Why programmes tell by one: of the very same periods."""
    shown = {False: 0, True: 0}
    state = tuple(period for period in PERIODS if period.calendar is STATE)
    for seed in range(12):
        for both in shown:
            world = drawn(random.Random(seed), tuple(PERIODS) if both else state)
            _, after = published(world)
            shown[both] += sum(
                line.numerator.state is State.ROUNDED
                for key, line in after.lines.items()
                if isinstance(key.period, Period) and key.period.calendar is STATE
            )
    assert shown[False] > shown[True]


def of(rows, code):
    """The calendars and days of which there is a figure of everybody."""
    with scope.acting(JOB):
        found = rows.objects.filter(code=code, facility=None, unit=None, split="{}")
        return set(found.values_list("calendar", "first", "last"))


def test_a_whole_window_is_told_by_one_calendar_and_its_last_day_by_all(made, built):
    registering.register(making.programme(making.filled(made), calendars=(STATE, CIVIL)))
    built()
    worked, told = of(Number, "SEEN"), of(Told, "SEEN")
    assert {calendar for calendar, _, _ in worked} == {"state", "civil"}
    assert told == {each for each in worked if each[0] == "state"}
    assert of(Told, "KNOWN") == of(Number, "KNOWN")


def test_what_else_is_told_is_held_against_it(made, built):
    """By both calendars: the days that two months share are counted, and written nowhere."""
    source = making.filled(made)
    source.add(made.facilities[0].pk, 3, date(2026, 2, 16), who="few")
    besides = frozenset({(CIVIL, Span.MONTH)})
    registering.register(making.programme(source, calendars=(STATE, CIVIL), besides=besides))
    built()
    told = of(Told, "SEEN")
    assert {(calendar, (last - first).days > 31) for calendar, first, last in told} == {
        ("state", False), ("state", True), ("civil", False),
    }  # fmt: skip
    assert told <= of(Number, "SEEN")
    ends = {(first.day, (last + DAY).day) for _, first, last in of(Number, "SEEN")}
    assert ends == {(1, 1), (15, 15)}


def test_days_that_periods_share_are_cells_of_which_nothing_is_told():
    world = drawn(random.Random(2))
    _, after = published(world)
    between = [cell for key, cell in after.cells.items() if isinstance(key.period, Stretch)]
    assert between
    assert {cell.form for cell in between} == {Form.NOTHING}
    assert not {cell.key for cell in between} & {*after.lines}


def report(made, period, value, **more):
    given = {"agency": made.agency, "code": "FOUND", "unit": made.province, "source": "Báo cáo 12/BC"} | more
    actions.report_value(
        by=made.reporter, period=period, numerator=Decimal(value), on=period.window.last, **given
    )


def test_a_period_that_crosses_a_reported_one_is_refused(made):
    registering.register_reported(Reported("FOUND", NAME, Unit.PERSONS, Better.MORE, NAME))
    report(made, JANUARY, 40)
    report(made, QUARTER, 130)
    report(made, JANUARY, 41)
    with pytest.raises(Refusal, match="period-crosses") as refused:
        report(made, FROM_15TH, 45)
    assert "01/01/2026–31/01/2026" in refused.value.message.vi


def test_of_reported_periods_that_cross_one_is_told(made, built):
    """Two agencies report by two calendars: nobody knows of the days between, so nothing could be proven."""
    figure = Reported("FOUND", NAME, Unit.PERSONS, Better.MORE, NAME)
    registering.register_reported(figure)
    report(made, JANUARY, 40)
    with scope.acting(JOB):
        row = ReportedValue.objects.get()
        row.pk, row.calendar, row.span, row.number = None, "state", "month", 2
        row.save(force_insert=True)
    built()
    with scope.acting(JOB):
        told = set(Told.objects.filter(code="FOUND").values_list("calendar", flat=True))
        worked = set(Number.objects.filter(code="FOUND").values_list("calendar", flat=True))
    assert (told, worked) == ({"state"}, {"state", "civil"})


def test_what_a_reported_year_leaves_beside_its_quarters_is_guarded():
    """A year of 100 and a quarter of 98: the two left are nobody's business."""
    figure = Reported("FOUND", NAME, Unit.PERSONS, Better.MORE, NAME, Hiding.PEOPLE)
    values = {YEAR: 100, QUARTER: 98}
    counts = {(days(period), Place()): Counted(Decimal(value)) for period, value in values.items()}
    cells = telling.reported(figure, counts, named(*values), {}, {})
    lines, _ = telling.told(cells)
    shown = [line.numerator.state for line in lines.values()]
    assert shown.count(State.ROUNDED) < 2
    assert any(cell.numerator == 2 and cell.form is Form.NOTHING for cell in cells.release.cells)
