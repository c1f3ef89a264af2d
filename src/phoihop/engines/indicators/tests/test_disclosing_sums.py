"""What adds up among cells, found from their keys."""

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from phoihop.engines.indicators.definitions import Hiding
from phoihop.engines.indicators.disclosing import (
    Cell,
    Count,
    Form,
    Key,
    Part,
    Release,
    ReleaseError,
    Sum,
    control,
)
from phoihop.engines.indicators.disclosing_sums import release_of
from phoihop.kernel.calendars import Calendar, Period, Span

QUARTER = Period(Calendar.CIVIL, Span.QUARTER, 2026, 1)
MONTHS = [Period(Calendar.CIVIL, Span.MONTH, 2026, month) for month in (1, 2, 3)]
UNITS = {"P": ["a", "b"]}


def cell(count, unit="P", period=QUARTER, code="NEW", of=None, **group):
    key = Key(code, unit, period, tuple(sorted(group.items())))
    return Cell(key, Decimal(count), None if of is None else Decimal(of))


def said(release: Release) -> set[tuple[Count, frozenset[Count]]]:
    return {(each.whole, frozenset(each.parts)) for each in release.sums}


def sums_of(whole: Cell, *parts: Cell, part=Part.NUMERATOR) -> tuple[Count, frozenset[Count]]:
    return Count(whole.key, part), frozenset(Count(each.key, part) for each in parts)


def test_units_groups_and_months_are_found():
    whole, a, b = cell(30), cell(10, "a"), cell(20, "b")
    women, men = cell(12, sex="f"), cell(18, sex="m")
    months = [cell(10, period=month) for month in MONTHS]
    cells = [whole, a, b, women, men, *months]
    release = release_of(cells, UNITS, {QUARTER: MONTHS}, flows={"NEW"})
    assert said(release) == {sums_of(whole, a, b), sums_of(whole, women, men), sums_of(whole, *months)}
    assert list(release.cells) == cells


def test_a_stock_is_that_of_its_last_month_and_what_is_neither_is_tied_to_nothing():
    months = [cell(n, period=month) for n, month in zip((28, 29, 30), MONTHS, strict=True)]
    whole = cell(30)
    assert said(release_of([whole, *months], {}, {QUARTER: MONTHS}, stocks={"NEW"})) == {
        sums_of(whole, months[2])
    }
    assert said(release_of([whole, *months], {}, {QUARTER: MONTHS})) == set()


def test_denominators_add_up_too():
    whole, a, b = cell(30, of=50), cell(10, "a", of=20), cell(20, "b", of=30)
    found = said(release_of([whole, a, b], UNITS, {}))
    assert found == {sums_of(whole, a, b), sums_of(whole, a, b, part=Part.DENOMINATOR)}


def test_each_split_of_a_group_of_two_is_summed_over():
    inner = {(age, sex): cell(10, age=age, sex=sex) for age in "12" for sex in "fm"}
    sexes, ages = {each: cell(20, sex=each) for each in "fm"}, {each: cell(20, age=each) for each in "12"}
    assert said(release_of([*inner.values(), *sexes.values(), *ages.values()], {}, {})) == {
        *(sums_of(whole, inner["1", sex], inner["2", sex]) for sex, whole in sexes.items()),
        *(sums_of(whole, inner[age, "f"], inner[age, "m"]) for age, whole in ages.items()),
    }


def test_a_group_left_out_is_not_taken_for_empty_where_finer_ones_have_people():
    inner = [cell(10, age=age, sex=sex) for age in "12" for sex in "fm"]
    with pytest.raises(ReleaseError):
        release_of([*inner, cell(20, sex="f")], {}, {})


def test_groups_with_nobody_are_added_so_that_they_are_hidden():
    cells = [cell(9, "a", sex="f"), cell(9, "b", sex="f"), cell(9, "b", sex="m")]
    release = release_of(cells, {}, {})
    assert release.cells[3:] == (cell(0, "a", sex="m"),)


@pytest.mark.parametrize(
    ("whole", "kinds"),
    [(33, {"NEW/numerator/left": 3}), (28, {"NEW/numerator/all": 30, "NEW/numerator/twice": 2})],
)
def test_whoever_is_in_no_part_or_in_two_is_a_cell_that_is_not_published(whole, kinds):
    release = release_of([cell(whole), cell(10, "a"), cell(20, "b")], UNITS, {})
    hidden = [each for each in release.cells[3:] if each.form is Form.NOTHING]
    assert {each.key.code: int(each.numerator) for each in hidden} == kinds


def test_a_whole_that_overlaps_is_no_less_than_each_part():
    """What is left of it beside a part is nobody's figure: it bounds, and is not guarded itself."""
    whole, parts = cell(28), [cell(10, "a"), cell(20, "b")]
    release = release_of([whole, *parts], UNITS, {})
    room = {each.key: int(each.numerator) for each in release.cells if each.form is Form.ROOM}
    assert sorted(room.values()) == [8, 18]
    tied = [each for each in release.sums if each.whole.key == whole.key and each.parts[-1].key in room]
    assert [each.parts[0].key for each in tied] == [part.key for part in parts]
    same = [cell(90), cell(90, "a"), cell(90, "b")]
    lines = control(release_of(same, UNITS, {})).lines
    assert [lines[each.key].numerator.value for each in same] == [90, 90, 90]


@pytest.mark.parametrize(("more", "kind"), [(-2, "left"), (2, "twice")])
def test_that_nobody_is_left_or_twice_is_hidden_where_somebody_is_elsewhere(more, kind):
    """That it adds up this time is known to nobody; where it always does, it is to everybody."""
    adds_up = [cell(30), cell(10, "a"), cell(20, "b")]
    elsewhere = [replace(each, key=replace(each.key, period=MONTHS[0])) for each in adds_up]
    another = [replace(each, key=replace(each.key, code="OLD")) for each in adds_up]
    not_there, not_of_it = (
        [replace(made[0], numerator=Decimal(30 - more)), *made[1:]] for made in (elsewhere, another)
    )
    both = release_of([*adds_up, *not_there], UNITS, {})
    hidden = {each.key.period: int(each.numerator) for each in both.cells if each.key.code.endswith(kind)}
    assert hidden == {QUARTER: 0, MONTHS[0]: abs(more)}
    # Where some are left and some are twice, neither is said of those that add up.
    either = [replace(made, key=replace(made.key, period=MONTHS[1])) for made in elsewhere]
    third = [replace(either[0], numerator=Decimal(30 + more)), *either[1:]]
    mixed = release_of([*adds_up, *not_there, *third], UNITS, {})
    assert sums_of(*adds_up) in said(mixed)
    # Another figure's people say nothing of this one's.
    for cells in ([*adds_up, *elsewhere], [*adds_up, *not_of_it]):
        release = release_of(cells, UNITS, {})
        assert not [each for each in release.cells if each.key.code.startswith("NEW/")]
        assert sums_of(*adds_up) in said(release)


def test_a_parent_without_all_its_units_is_tied_to_none():
    assert said(release_of([cell(30), cell(10, "a")], UNITS, {})) == set()


def test_what_is_of_no_person_is_left_alone():
    cells = [Cell(Key("STOCK", unit, QUARTER), Decimal("0.5"), hiding=Hiding.NOTHING) for unit in "Pab"]
    assert release_of(cells, UNITS, {}).sums == ()


def test_what_only_the_caller_knows_is_kept():
    known = Sum(Count(cell(9).key), (Count(cell(9, "old").key),))
    assert release_of([cell(9), cell(9, "old")], {}, {}, sums=[known]).sums == (known,)


counts = st.dictionaries(
    st.tuples(st.sampled_from("Pab"), st.sampled_from(["", "f", "m"])), st.integers(0, 30)
)


@given(counts)
def test_every_sum_is_true(table):
    """Whatever is in the tables, all that is said to add up does."""
    cells = [cell(n, unit, **({"sex": sex} if sex else {})) for (unit, sex), n in table.items()]
    release = release_of(cells, UNITS, {})
    values = {count: n for each in release.cells for count, n in each.counts().items()}
    for each in release.sums:
        assert values[each.whole] == sum(values[part] for part in each.parts)
