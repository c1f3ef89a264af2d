"""Counted on after a change, figures are those of counting everything anew, whatever changed and when."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from itertools import count
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from phoihop.engines.indicators import refreshing
from phoihop.engines.indicators.definitions import PLACE, Unit
from phoihop.engines.indicators.engine import Engine, duck, filed
from phoihop.engines.indicators.facts import PERSON, Kind
from phoihop.engines.indicators.partitions import UNDATED, batches, build, files
from phoihop.engines.indicators.reference import UNIT
from phoihop.engines.indicators.refreshing import refresh
from phoihop.engines.indicators.rows import Count, Facts, Joined, Latest, Persons, Where
from phoihop.engines.indicators.tests.drawing import (
    EMPTY,
    ENDED,
    STORES,
    TABLES,
    TEXTS,
    WINDOWS,
    definitions,
    facts,
    stores,
)
from phoihop.engines.indicators.tests.making import indicator
from phoihop.engines.indicators.tests.rows_read import (
    DATED,
    DAY,
    ENDS,
    EVER,
    HOLDING,
    IN,
    LAST,
    LIKE,
    MONTHS,
    OF_WHOM,
)
from phoihop.engines.indicators.values import (
    Column,
    OneOf,
    within,
)
from phoihop.kernel.calendars import Window

BORDERS = st.dictionaries(st.sampled_from(TEXTS), st.lists(st.sampled_from("uvw"), max_size=3))
FEW = settings(max_examples=settings().max_examples // 2)
FEWER = settings(max_examples=settings().max_examples // 4)
WAYS: tuple[tuple[str, ...], ...] = ((), (PLACE,), (UNIT,))
_NUMBER = count()


@pytest.fixture(scope="module")
def backend():
    return duck()


class Store:
    """Rows as a source has them, by the month of their day."""

    def __init__(self, store):
        self.store = store

    def months(self, table):
        return {month: str(sorted(map(str, rows))) for month, rows in self._by(table).items()}

    def rows(self, table, month):
        return batches(table, self._by(table)[month])

    def _by(self, table):
        found: dict[str, Any] = {}
        for row in self.store[table.name]:
            found.setdefault(f"{row['day']:%Y-%m}" if row["day"] else UNDATED, []).append(row)
        return found


def states(root, before, after):
    """The files of two states of facts, the second built on the first."""
    release = f"r{next(_NUMBER)}"
    build(root, release, TABLES, Store(before))
    old = files(root, release)
    build(root, release, TABLES, Store(after))
    return old, files(root, release), release


def refreshed(backend, root, before, after, some, windows, ways, borders):
    """The figures after a change as they are counted on, and as they are counted anew; and the change."""
    old, new, release = states(root, before, after)
    was = Engine(backend, {name: backend.read_parquet([str(each) for each in paths])
                           for name, paths in old.items() if paths})  # fmt: skip
    now = Engine(backend, filed(backend, root, release))
    found = refresh(backend, TABLES, old, new)
    anew = shown(now.compute_ways(some, windows, ways, borders))
    if found is None:
        return anew, anew, None
    known = was.compute_ways(some, windows[:3], ways, borders)
    return shown(found.compute_ways(now, some, windows, ways, borders, known)), anew, found


def shown(told):
    """Without groups in which nothing was counted."""
    return [
        [
            {window: {group: each for group, each in found.items() if each.numerator or each.denominator}
             for window, found in figures.items()}
            for figures in ways
        ]
        for ways in told
    ]  # fmt: skip


@st.composite
def changes(draw, store, known=False):
    """The same rows, but for some that are gone, some that are new, and one that was corrected."""
    after = {}
    for table in TABLES:
        rows = list(draw(st.permutations(store[table.name])))
        if rows and draw(st.booleans()):
            column = draw(st.sampled_from([name for name, _ in table.columns]))
            rows[0] = {**rows[0], column: draw(facts(table, known).filter(bool))[0][column]}
        after[table.name] = rows[: len(rows) - draw(st.integers(0, 2))] + draw(facts(table, known))[:2]
    return after


@FEW
@given(definitions(), STORES, WINDOWS, BORDERS, st.data())
def test_any_definition_after_any_change(
    backend, tmp_path_factory, definition, store, windows, borders, data
):
    after = data.draw(changes(store))
    few = data.draw(st.sampled_from([0, 1, 1000]))
    columns = [set(measure.rows.columns().items()) for measure in definition.measures]
    texts = {name for name, kind in set.intersection(*columns) if kind is Kind.TEXT}
    split = sorted(texts - {PLACE})[:1]
    ways = [(*by, *which) for by in WAYS for which in ((), split)] if split else WAYS
    root = tmp_path_factory.mktemp("facts")
    with pytest.MonkeyPatch.context() as monkey:
        # People by the dozen never are few, nor is what changed of a few rows little.
        for knob, value in (("FEW", few), ("MOST", 0)):
            monkey.setattr(refreshing, knob, value)
        on, anew, _ = refreshed(backend, root, store, after, [definition], windows, ways, borders)
    assert on == anew


COUNTED_ON: list[bool] = []


TOLD_APART = definitions((PERSON, PLACE))


@FEWER
@given(st.tuples(TOLD_APART, TOLD_APART), stores(known=True), WINDOWS, BORDERS, st.data())
def each_person_by_themselves(backend, tmp_path_factory, two, store, windows, borders, data):
    """One change, asked of two definitions in turn, each of one window after another and of all."""
    after = data.draw(changes(store, known=True))
    old, new, release = states(tmp_path_factory.mktemp("facts"), store, after)
    root = new["given"][0].parents[2] if new["given"] else None
    with pytest.MonkeyPatch.context() as monkey:
        # Whoever changed, they are few.
        for knob in ("FEW", "MOST"):
            monkey.setattr(refreshing, knob, 0)
        monkey.setattr(refreshing, "HANDFUL", 1)
        found = refresh(backend, TABLES, old, new)
        if root is None or found is None:
            return
        was = Engine(backend, {name: backend.read_parquet([str(each) for each in paths])
                               for name, paths in old.items() if paths})  # fmt: skip
        now = Engine(backend, filed(backend, root, release))
        for some in (windows[:1], windows[1:], windows):
            for definition in two if some else ():
                known = was.compute_ways([definition], some, WAYS, borders)
                on = found.compute_ways(now, [definition], some, WAYS, borders, known)
                assert shown(on) == shown(now.compute_ways([definition], some, WAYS, borders))
                COUNTED_ON.append(bool(found.plan([definition], some).some))


def test_any_definition_that_counts_each_person_by_themselves(backend, tmp_path_factory):
    COUNTED_ON.clear()
    each_person_by_themselves(backend, tmp_path_factory)
    assert sum(COUNTED_ON) * 4 >= len(COUNTED_ON), "people are moved in too few of the examples"


HOLDERS = indicator(numerator=Persons(HOLDING), examples=EMPTY)


@FEWER
@given(stores(known=True), WINDOWS, st.data())
def test_medicine_in_hand_after_any_change(backend, tmp_path_factory, store, windows, data):
    after = data.draw(changes(store, known=True))
    root = tmp_path_factory.mktemp("facts")
    with pytest.MonkeyPatch.context() as monkey:
        for knob in ("FEW", "MOST"):
            monkey.setattr(refreshing, knob, 0)
        on, anew, _ = refreshed(backend, root, store, after, [HOLDERS], windows, WAYS, {})
    assert on == anew


def person(name, day, **more):
    given = {
        PERSON: name,
        PLACE: "a",
        "day": day,
        "born": None,
        "days": Decimal(1),
        "sex": "a",
        "first": True,
    }
    return {**given, **more}


def test_a_day_of_many_asks_for_its_window_and_an_old_correction_for_one_person(
    backend, tmp_path, monkeypatch
):
    """Forty people in each month: all come once more on the last day, and one row of January is corrected."""
    january, february = date(2024, 1, 14), date(2024, 2, 28)
    rows = [person(f"p{at}", day) for at in range(40) for day in (january, february)]
    come = [person(f"p{at}", date(2024, 2, 29)) for at in range(40)]
    late = [{**rows[0], "sex": "á"}, *rows[1:]]
    share = indicator(
        numerator=Persons(Where(IN, OneOf(Column("sex"), ("a",)))),
        denominator=Persons(IN),
        unit=Unit.PERCENT,
        examples=tuple(replace(each, expected=(Decimal(0), Decimal(0))) for each in EMPTY),
    )
    asked = [
        share,
        indicator(numerator=Persons(IN), examples=EMPTY),
        replace(indicator(numerator=Count(IN), examples=EMPTY), code="VISITS"),
        replace(indicator(numerator=Persons(LAST), examples=EMPTY), code="KNOWN"),
    ]
    late[2] = {**late[2], "day": date(2024, 3, 1)}  # of the next one: not asked in January any more
    before, after = {"given": rows, "ended": []}, {"given": [*late, *come], "ended": []}
    monkeypatch.setattr(refreshing, "MOST", 0)
    on, anew, found = refreshed(
        backend, tmp_path, before, after, asked, MONTHS, (*WAYS, ("sex",)), {"a": ["u"]}
    )
    assert on == anew
    plan = found.plan(asked, MONTHS)
    assert plan.everyone == (MONTHS[1],)
    assert plan.some == (((MONTHS[0],), {"p0", "p1"}),)


def test_windows_of_a_handful_are_asked_for_apart_from_those_of_many(backend, tmp_path, monkeypatch):
    monkeypatch.setattr(refreshing, "MOST", 0)
    monkeypatch.setattr(refreshing, "HANDFUL", 2)
    windows = [*MONTHS, Window(date(2024, 3, 1), date(2024, 3, 31))]
    days = [date(2024, 1, 14), date(2024, 2, 14), date(2024, 3, 14)]
    rows = [person(f"p{at}", day) for day in days for at in range(100)]
    after = [*rows]
    # One person each in January and March, the same; three in February.
    for at in (7, 207, 100, 101, 102):
        after[at] = {**rows[at], "sex": "á"}
    some = [replace(indicator(numerator=Persons(IN), examples=EMPTY), splits=("sex",))]
    states_of = {"given": rows, "ended": []}, {"given": after, "ended": []}
    on, anew, found = refreshed(backend, tmp_path, *states_of, some, windows, (*WAYS, ("sex",)), {"a": ["u"]})
    assert on == anew
    plan = found.plan(some, windows)
    assert plan.everyone == ()
    assert plan.some == (((windows[0], windows[2]), {"p7"}), ((windows[1],), {"p0", "p1", "p2"}))


def test_where_a_row_of_somebody_hides_one_of_somebody_else_all_are_counted(backend, tmp_path, monkeypatch):
    """Who came last to each place: one visit more, and another person is no longer it."""
    monkeypatch.setattr(refreshing, "MOST", 0)
    rows = [person(f"p{at}", date(2024, 1, 14), **{PLACE: str(at)}) for at in range(40)]
    more = [*rows, person("p1", date(2024, 1, 20), **{PLACE: "0"})]
    last = indicator(numerator=Persons(Latest(EVER, (PLACE,), ("day",))), examples=EMPTY)
    on, anew, found = refreshed(
        backend,
        tmp_path,
        {"given": rows, "ended": []},
        {"given": more, "ended": []},
        [last],
        MONTHS,
        WAYS,
        {},
    )
    assert on == anew
    assert on[0][0][MONTHS[0]][()].numerator == 39
    assert found.plan([last], MONTHS).everyone == tuple(MONTHS)


def test_what_nobody_asks_to_be_told_apart_by_is_not_looked_for(backend, tmp_path, monkeypatch):
    """By where they ended, which changed, and by sex, which did not."""
    monkeypatch.setattr(refreshing, "MOST", 0)
    rows = [person(f"p{at}", date(2024, 1, 14)) for at in range(40)]
    ended = [{PERSON: f"p{at}", PLACE: "a", "day": date(2024, 1, 20), "days": None, "sure": True}
             for at in range(40)]  # fmt: skip
    moved = [{**ended[0], PLACE: "á"}, *ended[1:]]
    told = Joined(IN, ENDS, (PERSON,), (("where", PLACE),))
    some = [replace(indicator(numerator=Persons(told), examples=EMPTY), splits=("sex", "where"))]
    old, new, _ = states(tmp_path, {"given": rows, "ended": ended}, {"given": rows, "ended": moved})
    found = refresh(backend, TABLES, old, new)
    nothing = refreshing.Plan((), ())
    assert found.plan(some, MONTHS, ("sex",)) == found.plan(some, MONTHS, ()) == nothing
    assert found.plan(some, MONTHS, ("where",)).some == found.plan(some, MONTHS).some
    assert found.plan(some, MONTHS).some == (((MONTHS[0], MONTHS[1]), {"p0"}),)


def test_what_did_not_change_is_not_counted(backend, tmp_path, monkeypatch):
    monkeypatch.setattr(refreshing, "MOST", 0)
    rows = [person(f"p{at}", day) for at in range(40) for day in (date(2024, 1, 14), date(2024, 3, 31))]
    later = [*rows, person("p1", date(2024, 3, 30))]
    asked = [indicator(numerator=Persons(IN), examples=EMPTY)]
    old, new, _ = states(tmp_path, {"given": rows, "ended": []}, {"given": later, "ended": []})
    found = refresh(backend, TABLES, old, new)
    plan = found.plan(asked, MONTHS)
    assert (plan.everyone, plan.some) == ((), ())
    assert refresh(backend, TABLES, new, new).changed == {}


@pytest.mark.parametrize(
    ("name", "value", "level", "touched"),
    [("days", Decimal(7), False, False), ("days", Decimal(7), True, True), ("sex", "á", False, True)],
)
@pytest.mark.parametrize("like", [LIKE, LAST], ids=["ever", "up to the window's end"])
def test_a_column_that_nobody_asks_for_touches_nothing_unless_it_decides(
    backend, tmp_path, monkeypatch, like, name, value, level, touched
):
    """What somebody is like stands in their last row; where two of a day are level, every column decides."""
    of_whom = replace(OF_WHOM, others=like)
    monkeypatch.setattr(refreshing, "MOST", 0)
    rows = [person(f"p{at}", date(2024, 1, 14)) for at in range(40)]
    rows += [person("p0", date(2024, 1, 14), sex="b", days=Decimal(3))] if level else []
    ends = [
        {PERSON: f"p{at}", PLACE: "a", "day": date(2024, 2, 2), "days": None, "sure": True}
        for at in range(40)
    ]
    before = {"given": rows, "ended": ends}
    after = {"given": [{**rows[0], name: value}, *rows[1:]], "ended": ends}
    some = [replace(indicator(numerator=Persons(of_whom), examples=EMPTY), splits=("sex",))]
    on, anew, found = refreshed(
        backend, tmp_path, before, after, some, MONTHS, (*WAYS, ("sex",)), {"a": ["u"]}
    )
    assert on == anew
    plan = found.plan(some, MONTHS)
    assert bool(plan.some or plan.everyone) is touched


SOMEBODY = person("p0", date(2024, 1, 14), sex="a", days=Decimal(3))


@pytest.mark.parametrize(
    ("after", "touched"),
    {
        "as before, later": ([SOMEBODY, {**SOMEBODY, "day": date(2024, 1, 20)}], False),
        "as before, earlier": ([SOMEBODY, {**SOMEBODY, "day": date(2024, 1, 2)}], False),
        "as before, elsewhere": ([{**SOMEBODY, PLACE: "b", "day": date(2024, 1, 20)}], False),
        "another sex, earlier": ([SOMEBODY, {**SOMEBODY, "sex": "b", "day": date(2024, 1, 2)}], False),
        "another sex, later": ([SOMEBODY, {**SOMEBODY, "sex": "b", "day": date(2024, 1, 20)}], True),
        "another sex, level, and decides": ([SOMEBODY, {**SOMEBODY, "sex": "b", "days": Decimal(4)}], True),
        "nobody any more": ([], True),
        "somebody more": ([SOMEBODY, {**SOMEBODY, PERSON: "q"}], True),
        "somebody whom nobody knows": ([SOMEBODY, {**SOMEBODY, PERSON: None}], True),
    }.values(),
)  # fmt: skip
def test_a_row_touches_nothing_where_somebody_is_like_before(backend, tmp_path, monkeypatch, after, touched):
    monkeypatch.setattr(refreshing, "MOST", 0)
    rest = [person(f"p{at}", date(2024, 1, 14)) for at in range(1, 40)]
    ends = [
        {PERSON: who, PLACE: "a", "day": date(2024, 2, 2), "days": None, "sure": True}
        for who in ("q", *(f"p{at}" for at in range(40)))
    ]
    before = {"given": [SOMEBODY, *rest], "ended": ends}
    some = [replace(indicator(numerator=Persons(OF_WHOM), examples=EMPTY), splits=("sex",))]
    on, anew, found = refreshed(
        backend, tmp_path, before, {"given": [*after, *rest], "ended": ends}, some, MONTHS,
        (*WAYS, ("sex",)), {"a": ["u"]},
    )  # fmt: skip
    assert on == anew
    plan = found.plan(some, MONTHS)
    assert bool(plan.some or plan.everyone) is touched


def test_of_rows_that_are_told_apart_by_place_all_are_looked_at_for_level_ones(
    backend, tmp_path, monkeypatch
):
    """Whose row is the last of a place hangs on rows of people who did not change."""
    monkeypatch.setattr(refreshing, "MOST", 0)
    of_place = Latest(DATED, (PLACE,), ("day",))
    counted = Joined(Where(Facts(ENDED), within(DAY)), of_place, (PLACE,), (("sex", "sex"),))
    some = [replace(indicator(numerator=Count(counted), examples=EMPTY), splits=("sex",))]
    rows = [person("p", date(2024, 1, 14), sex="a"), person("q", date(2024, 1, 14), sex="b", days=Decimal(3))]
    ends = [{PERSON: "p", PLACE: "a", "day": date(2024, 2, 2), "days": None, "sure": True}]
    after = [{**rows[0], "days": Decimal(7)}, rows[1]]
    states_of = {"given": rows, "ended": ends}, {"given": after, "ended": ends}
    on, anew, found = refreshed(backend, tmp_path, *states_of, some, MONTHS, (*WAYS, ("sex",)), {"a": ["u"]})
    assert on == anew
    plan = found.plan(some, MONTHS)
    assert plan.some or plan.everyone


def test_where_most_changed_everything_is_counted(backend, tmp_path):
    rows = [person(f"p{at}", date(2024, 1, 14)) for at in range(9)]
    old, new, _ = states(tmp_path, {"given": rows, "ended": []}, {"given": rows[1:], "ended": []})
    assert refresh(backend, TABLES, old, new) is None


def test_of_some_people_no_more_is_read_than_can_matter_and_what_was_read_stays(
    backend, tmp_path, monkeypatch
):
    monkeypatch.setattr(refreshing, "MOST", 0)
    days = [date(2024, 1, 14), date(2024, 1, 31), date(2024, 2, 2)]
    rows = [person(f"p{at}", day) for at in range(40) for day in days]
    after = [{**rows[0], "days": Decimal(7)}, *rows[1:]]
    old, new, _ = states(tmp_path, {"given": rows, "ended": []}, {"given": after, "ended": []})
    found = refresh(backend, TABLES, old, new)
    within_one = replace(indicator(numerator=Count(IN), examples=EMPTY), splits=())
    until = replace(indicator(numerator=Count(LAST), examples=EMPTY), splits=())

    def read(definition, windows, *people):
        sides = found.sides([definition], windows, frozenset(people))
        held = backend.to_pyarrow(sides.tables["given"]).to_pylist()
        return {(row[PERSON], row["day"]) for row in held}

    january, february = ([month] for month in MONTHS)
    assert read(within_one, january, "p0") == {("p0", days[0]), ("p0", days[1])}
    assert read(within_one, january, "p1") == {("p1", day) for day in days[:2]}
    assert read(within_one, february, "p0", "p2") == {(who, days[2]) for who in ("p0", "p2")}
    assert read(until, january, "p3") == {("p3", day) for day in days[:2]}
    assert read(within_one, MONTHS, "p0") == {("p0", day) for day in days}
    january_and_february = {("p4", day) for day in days}
    assert read(until, MONTHS, "p4") == january_and_february
    assert read(within_one, MONTHS, "p4") == january_and_february
