"""Facts in files: only what changed is written, and what lies there is what a build from nothing writes."""

from collections import Counter
from collections.abc import Collection, Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from phoihop.engines.indicators import reference
from phoihop.engines.indicators.engine import Engine, duck, filed
from phoihop.engines.indicators.facts import PERSON, DefinitionError, Kind, Row, Table
from phoihop.engines.indicators.partitions import UNDATED, batches, build, files, forget, holding, register
from phoihop.engines.indicators.tests.drawing import GIVEN, TEXTS, facts
from phoihop.engines.indicators.tests.making import ENDED, LAST, PICKUP, QUARTER, ended, indicator, pickup

TABLES = (PICKUP, ENDED)
RELEASE = "2026-q1"
WINDOW = QUARTER.window


class Records:
    """Rows that are corrected now and then, and how often those of each month were."""

    def __init__(self, **tables: list[Row]):
        self.lying = {PICKUP.name: [*tables.get("pickup", ())], ENDED.name: [*tables.get("ended", ())]}
        self.changes: Counter[tuple[str, str]] = Counter()
        self.breaks_at = ""

    def put(self, table: Table, row: Row) -> tuple[str, str]:
        self.lying[table.name].append(row)
        return self._changed(table, row)

    def take(self, table: Table, at: int) -> tuple[str, str]:
        return self._changed(table, self.lying[table.name].pop(at))

    def _changed(self, table: Table, row: Row) -> tuple[str, str]:
        month = (table.name, _month(row))
        self.changes[month] += 1
        return month

    def months(self, table: Table) -> dict[str, str]:
        return {_month(row): str(self.changes[table.name, _month(row)]) for row in self.lying[table.name]}

    def rows(self, table: Table, month: str):
        return batches(table, self._of(table, month), size=2)

    def _of(self, table: Table, month: str) -> Iterator[Row]:
        for row in self.lying[table.name]:
            if _month(row) == month:
                yield row
        if month == self.breaks_at:
            raise ConnectionError(month)


def _month(row: Row) -> str:
    return f"{row['day']:%Y-%m}" if row["day"] else UNDATED


def content(root: Path) -> dict[tuple[str, str], list[Row]]:
    """All that lies in the files that the register names."""
    return {
        (table, month): pq.read_table(root / RELEASE / part.file).to_pylist()
        for table, months in register(root, RELEASE).items()
        for month, part in months.items()
    }


def expected(records: Records) -> dict[tuple[str, str], list[Row]]:
    found: dict[tuple[str, str], list[Row]] = {}
    for name, rows in records.lying.items():
        for row in rows:
            found.setdefault((name, _month(row)), []).append(dict(row))
    young = last_two(found)
    return {month: sorted(rows, key=_lying[month in young]) for month, rows in found.items()}


def last_two(months: Collection[tuple[str, str]]) -> set[tuple[str, str]]:
    """Of the months of tables the last two of each, in which rows lie some days after some others."""
    dated = [month for month in months if month[1] != UNDATED]
    return {month for month in dated if sum(other[0] == month[0] and other > month for other in dated) < 2}


def _by_person(row: Row) -> tuple[str, str]:
    return str(row["person"] or ""), str(row["day"] or "")


def _by_days(row: Row) -> tuple[int, str, str]:
    """Every four days apart."""
    return (row["day"] - date(1970, 1, 1)).days // 4, *_by_person(row)


_lying = (_by_person, _by_days)  # of whatever month, and of a young one


PICKUPS = st.builds(pickup, st.sampled_from("pqr"), st.integers(-20, 90), st.integers(1, 90))
# Some have no day.
ENDS = st.builds(ended, st.sampled_from("pqr"), st.integers(-20, 90)) | st.just(
    {"person": "p", "day": None, "how": "left"}
)
CHANGES = st.lists(
    st.tuples(st.just(PICKUP), PICKUPS)
    | st.tuples(st.just(ENDED), ENDS)
    | st.tuples(st.sampled_from(TABLES), st.integers(0, 20)),
    max_size=5,
)


# Each writes some dozen files to the disk.
@settings(max_examples=settings().max_examples // 3)
@given(st.lists(PICKUPS, max_size=8), st.lists(ENDS, max_size=4), st.lists(CHANGES, max_size=4))
def test_after_any_corrections_it_is_as_if_built_from_nothing(pickups, ends, rounds):
    records = Records(pickup=pickups, ended=ends)
    with TemporaryDirectory() as name:
        root = Path(name)
        build(root, RELEASE, TABLES, records)
        for corrections in rounds:
            before = set(expected(records))
            touched = set()
            for table, row in corrections:
                if not isinstance(row, int):
                    touched.add(records.put(table, row))
                elif row < len(records.lying[table.name]):
                    touched.add(records.take(table, row))
            done = build(root, RELEASE, TABLES, records)
            there = set(expected(records))
            # A month that is no longer one of the last two, or is one again, is laid in another order.
            again = (last_two(before) ^ last_two(there)) & before & there
            assert set(done.written) == (touched & there) | again
            assert set(done.kept) == there - touched - again
            assert set(done.removed) == before - there
        build(root / "again", RELEASE, TABLES, records)
        assert content(root) == content(root / "again") == expected(records)


def test_figures_from_files_are_those_from_rows(tmp_path):
    records = Records(
        pickup=[pickup("p", 5), pickup("p", 40, 90), pickup("q", 80, 60)], ended=[ended("q", 2)]
    )
    backend = duck()

    def found():
        engine = Engine(backend, filed(backend, tmp_path, RELEASE))
        return engine.compute(indicator(), [WINDOW], ("facility",))

    assert found() == {WINDOW: {}}
    for correct in (
        lambda: None,
        lambda: records.take(ENDED, 0),
        lambda: records.put(PICKUP, pickup("r", 3)),
    ):
        correct()
        build(tmp_path, RELEASE, TABLES, records)
        assert found() == {WINDOW: reference.compute(indicator(), records.lying, WINDOW, ("facility",))}


def test_a_build_that_fails_leaves_what_was_there(tmp_path):
    records = Records(pickup=[pickup("p", 5), pickup("p", 40), pickup("q", 80)])
    build(tmp_path, RELEASE, TABLES, records)
    good = content(tmp_path)
    records.put(PICKUP, pickup("r", 80))
    records.put(PICKUP, pickup("r", 5))
    records.breaks_at = f"{LAST:%Y-%m}"
    with pytest.raises(ConnectionError):
        build(tmp_path, RELEASE, TABLES, records)
    assert content(tmp_path) == good
    assert not list(tmp_path.rglob("*.part"))
    records.breaks_at = ""
    build(tmp_path, RELEASE, TABLES, records)
    assert content(tmp_path) == expected(records)


def test_who_reads_while_it_is_built_anew_reads_on(tmp_path):
    records = Records(pickup=[pickup("p", 5)])
    build(tmp_path, RELEASE, TABLES, records)
    (old,) = files(tmp_path, RELEASE)[PICKUP.name]
    records.put(PICKUP, pickup("q", 5))
    build(tmp_path, RELEASE, TABLES, records)
    assert pq.read_table(old).num_rows == 1
    (new,) = files(tmp_path, RELEASE)[PICKUP.name]
    assert pq.read_table(new).num_rows == 2
    build(tmp_path, RELEASE, TABLES, records)
    assert not old.exists()


def test_a_file_that_was_lost_or_cut_is_written_again(tmp_path):
    records = Records(pickup=[pickup("p", 5), pickup("p", 40), pickup("q", 80)])
    build(tmp_path, RELEASE, TABLES, records)
    one, other, _ = files(tmp_path, RELEASE)[PICKUP.name]
    one.unlink()
    other.write_bytes(other.read_bytes()[:-9])
    assert len(build(tmp_path, RELEASE, TABLES, records).written) == 2
    assert content(tmp_path) == expected(records)


def test_a_table_with_other_columns_is_written_again(tmp_path):
    records = Records(pickup=[pickup("p", 5)])
    build(tmp_path, RELEASE, TABLES, records)
    changed = Table(PICKUP.name, (*PICKUP.columns, ("late", Kind.FLAG)))
    records.lying[PICKUP.name] = [{**row, "late": None} for row in records.lying[PICKUP.name]]
    assert build(tmp_path, RELEASE, (changed,), records).written == ((PICKUP.name, "2026-03"),)
    assert content(tmp_path) == expected(records)


def test_a_table_of_other_kinds_is_refused(tmp_path):
    records = Records(ended=[ended("p", 5)])
    build(tmp_path, RELEASE, TABLES, records)
    backend = duck()
    there = filed(backend, tmp_path, RELEASE)
    with pytest.raises(DefinitionError, match=r"tx\.pickup"):
        Engine(backend, {PICKUP.name: there[ENDED.name]}).compute(indicator(), [WINDOW])


@pytest.mark.parametrize(
    "row",
    [pickup("p", 5) | {"days": Decimal("0.1234567")}, pickup("p", 5) | {"sex": 1}, {"person": "p"}],
)
def test_a_row_that_does_not_fit_is_not_written(tmp_path, row):
    with pytest.raises(DefinitionError):
        list(batches(PICKUP, [row]))


class Named:
    def __init__(self, month: str):
        self.month = month

    def months(self, table: Table):
        return {self.month: "1"}

    def rows(self, table: Table, month: str):
        return batches(table, [])


@pytest.mark.parametrize(
    ("release", "month", "good"),
    [
        ("2026", "2026-12", True),
        ("2026", UNDATED, True),
        ("2026", "2026-13", False),
        ("2026", "../2026-12", False),
        ("..", "2026-12", False),
        ("a/b", "2026-12", False),
        (".hidden", "2026-12", False),
        ("", "2026-12", False),
    ],
)
def test_only_names_of_releases_and_months_become_files(tmp_path, release, month, good):
    if good:
        assert build(tmp_path, release, TABLES, Named(month)).written
    else:
        with pytest.raises(ValueError, match="is no"):
            build(tmp_path, release, TABLES, Named(month))


def test_files_are_for_their_owner_alone(tmp_path):
    build(tmp_path, RELEASE, TABLES, Records(pickup=[pickup("p", 5)]))
    modes = {path.stat().st_mode & 0o777 for path in tmp_path.rglob("*")}
    assert modes == {0o600, 0o700}


def test_it_says_how_far_it_is_and_forgets_all(tmp_path):
    said: list[tuple[int, int]] = []
    records = Records(pickup=[pickup("p", 5), pickup("p", 80)])
    build(tmp_path, RELEASE, TABLES, records, lambda done, of: said.append((done, of)))
    assert said == [(1, 2), (2, 2)]
    forget(tmp_path, RELEASE)
    assert files(tmp_path, RELEASE) == {}
    assert list(tmp_path.iterdir()) == []


def test_rows_come_in_any_kind_that_holds_them(tmp_path):
    """What a database hands over is wider: a whole number, a number as text."""

    class Wide(Named):
        def rows(self, table: Table, month: str):
            row = {"how": "died", "day": date(2026, 3, 1), "person": "p", "more": 1}
            return [pa.RecordBatch.from_pylist([row])] if table is ENDED else batches(table, [])

    build(tmp_path, RELEASE, TABLES, Wide("2026-03"))
    assert content(tmp_path)[ENDED.name, "2026-03"] == [
        {"person": "p", "day": date(2026, 3, 1), "how": "died"}
    ]


@given(st.lists(facts(GIVEN), max_size=4), st.sets(st.sampled_from([*TEXTS, "p", "zz"])))
def test_files_in_which_somebody_is_are_told_from_the_others(months, people):
    class Months:
        def months(self, table):
            return {f"2024-{at:02}": str(rows) for at, rows in enumerate(months, 1)}

        def rows(self, table, month):
            return batches(table, months[int(month[-2:]) - 1])

    with TemporaryDirectory() as name:
        root = Path(name)
        build(root, RELEASE, (GIVEN,), Months())
        paths = files(root, RELEASE)[GIVEN.name]
        wanted = [path for path, rows in zip(paths, months, strict=True)
                  if any(row[PERSON] in people for row in rows)]  # fmt: skip
        assert holding(paths, people) == wanted
        # Of a file that says nothing, or was cut, anything may be.
        for kept in (-4, 0, None):
            for path in paths:
                marks = path.with_suffix(".people")
                marks.unlink() if kept is None else marks.write_bytes(marks.read_bytes()[:kept])
            assert holding(paths, people) == paths


def test_what_is_beside_a_file_goes_with_it(tmp_path):
    records = Records(pickup=[pickup("p", 5)], ended=[])
    for _ in range(3):
        build(tmp_path, RELEASE, TABLES, records)
        records.put(PICKUP, pickup("q", 6))
    build(tmp_path, RELEASE, TABLES, records)
    there = sorted(path.suffix for path in (tmp_path / RELEASE / PICKUP.name).iterdir())
    assert there == [".parquet", ".parquet", ".people", ".people"], "of now and of before"
    assert holding(files(tmp_path, RELEASE)[PICKUP.name], ["q"])
