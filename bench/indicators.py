"""Indicators of ten years of a nation: by compiled definitions, by SQL written by hand, and the mere reading.

    ./run bench indicators [PARTS]

Makes records of a nation at one part in ``PARTS`` of its size (50 when left out; 1: 200,000 people on HIV
treatment, 55,000 on methadone with 200 million doses, 3 million tests a year, 400 facilities), writes them as
the product does, and works out for each of 120 months, by facility, sex and age: who is in treatment, doses
and people dosed, tests and those positive. Each way runs alone in a process of its own, engine started: its
seconds, those of the processors (which others on the machine do not lengthen), and the most memory that the
process had. The figures of the two ways are compared; ends with 1 where they differ.
"""

import multiprocessing
import resource
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from phoihop.engines.indicators.compiling import FIGURE, compiled
from phoihop.engines.indicators.definitions import Better, Example, Hiding, Indicator, Unit
from phoihop.engines.indicators.engine import check, duck, filed
from phoihop.engines.indicators.expressions import WINDOW, schema
from phoihop.engines.indicators.facts import Kind, Table
from phoihop.engines.indicators.partitions import build, files
from phoihop.engines.indicators.rows import Among, Count, Facts, Latest, Measure, Persons, Where, With
from phoihop.engines.indicators.values import (
    AllOf,
    Choose,
    Column,
    Compare,
    DaysAfter,
    Edge,
    Literal,
    MonthsAfter,
    OneOf,
    Sign,
    within,
)
from phoihop.kernel.calendars import Calendar, Period, Span
from phoihop.kernel.refusals import Bilingual

ON_TREATMENT, ON_METHADONE, TESTS_A_YEAR, FACILITIES, YEARS = 200_000, 55_000, 3_000_000, 400, 10
BEGIN = date(2016, 1, 1)
RELEASE = "bench"
PERIODS = [Period(Calendar.CIVIL, Span.MONTH, 2016).next(steps) for steps in range(12 * YEARS)]
WINDOWS = [period.window for period in PERIODS]

WHO = (
    ("person", Kind.TEXT),
    ("facility", Kind.TEXT),
    ("sex", Kind.TEXT),
    ("born", Kind.DAY),
    ("day", Kind.DAY),
)
PICKUP = Table("tx.pickup", (*WHO, ("days", Kind.NUMBER)))
ENDED = Table("tx.ended", (("person", Kind.TEXT), ("day", Kind.DAY)))
DOSE = Table("ost.dose", (*WHO, ("mg", Kind.NUMBER), ("taken", Kind.FLAG)))
TEST = Table("hts.test", (*WHO, ("result", Kind.TEXT)))
TABLES = (PICKUP, ENDED, DOSE, TEST)


def band(rows: Any) -> With:
    """Under 15, 15 to 24, and older, on the window's last day."""
    cases = [
        (Compare(MonthsAfter(Column("born"), 12 * age), Sign.MORE, Edge.LAST), Literal(name))
        for age, name in ((15, "0-14"), (25, "15-24"))
    ]
    return With(rows, "band", Choose(tuple(cases), Literal("25+")))


UP_TO = Compare(Column("day"), Sign.AT_MOST, Edge.LAST)
IN_HAND = DaysAfter(DaysAfter(Column("day"), Column("days")), Literal(Decimal(28)))
SUPPLIED = Where(
    Latest(Where(Facts(PICKUP), UP_TO), ("person",), ("day",)), Compare(IN_HAND, Sign.AT_LEAST, Edge.LAST)
)
TREATED = Among(SUPPLIED, Where(Facts(ENDED), UP_TO), ("person",), present=False)
DOSED = Where(
    Facts(DOSE), AllOf((within(Column("day")), Compare(Column("taken"), Sign.EQUAL, Literal(True))))
)
TESTED = Where(Facts(TEST), within(Column("day")))
MEASURES: dict[str, Measure] = {
    "in treatment": Persons(band(TREATED)),
    "doses": Count(band(DOSED)),
    "people dosed": Persons(band(DOSED)),
    "tests": Count(band(TESTED)),
    "positive": Count(band(Where(TESTED, OneOf(Column("result"), ("positive",))))),
}
BY = ("facility", "sex", "band")


class Nation:
    """Made-up records, some of a nation's: the same for the same parts."""

    def __init__(self, parts: int):
        self.chance = np.random.default_rng(20160101)
        self.parts = parts
        places = max(3, FACILITIES // parts)
        self.places = pa.array([f"f{at:04}" for at in range(places)])
        self.treated = self._people("h", 2 * ON_TREATMENT // parts, places)
        self.dosed = self._people("m", 2 * ON_METHADONE // parts, places)
        self._pickups()

    def _people(self, letter: str, number: int, places: int) -> dict[str, Any]:
        """People who come at some day of the years or before, and stay for a while."""
        chance, days = self.chance, 365 * YEARS
        come = chance.integers(-days, days, number)
        return {
            "person": pa.array([f"{letter}{at:07}" for at in range(number)]),
            "facility": np.minimum(chance.zipf(1.3, number) - 1, places - 1),
            "sex": chance.integers(0, 2, number),
            "born": np.array(-chance.integers(15 * 365, 60 * 365, number) + come, dtype=np.int32),
            "come": come,
            "gone": come + chance.exponential(days, number).astype(np.int64),
        }

    def _pickups(self) -> None:
        people, chance = self.treated, self.chance
        number, times = len(people["come"]), 365 * YEARS * 2 // 45
        supply = chance.choice([28, 30, 60, 90], (number, times), p=[0.2, 0.3, 0.2, 0.3]).astype(np.int32)
        late = chance.geometric(0.2, (number, times)) - 3 + 200 * (chance.random((number, times)) < 0.004)
        day = people["come"][:, None] + np.cumsum(supply + late, axis=1) - supply
        kept = (day >= 0) & (day < 365 * YEARS) & (day < people["gone"][:, None])
        who, when = np.nonzero(kept)
        order = np.argsort(day[who, when], kind="stable")
        self.pickups = who[order], day[who, when][order], supply[who, when][order]

    def months(self, table: Table) -> dict[str, str]:
        return {f"{window.first:%Y-%m}": "1" for window in WINDOWS}

    def rows(self, table: Table, month: str) -> Iterator[pa.RecordBatch]:
        window = next(window for window in WINDOWS if f"{window.first:%Y-%m}" == month)
        first, last = ((day - BEGIN).days for day in (window.first, window.last))
        if table is DOSE:
            for day in range(first, last + 1):
                yield self._doses(day)
        elif table is PICKUP:
            yield self._picked(first, last)
        elif table is ENDED:
            gone = self.treated["gone"]
            who = np.nonzero((gone >= first) & (gone <= last))[0]
            yield self._batch(ENDED, self.treated, who, gone[who])
        else:
            yield self._tests(first, last)

    def _doses(self, day: int) -> pa.RecordBatch:
        people = self.dosed
        there = (people["come"] <= day) & (people["gone"] > day)
        who = np.nonzero(there & (self.chance.random(len(there)) < 0.93))[0]
        days = np.full(len(who), day)
        mg = pa.array(self.chance.integers(4, 30, len(who)).astype(np.int32) * 5)
        taken = pa.array(self.chance.random(len(who)) < 0.97)
        return self._batch(DOSE, people, who, days, mg.cast(pa.decimal128(18, 6)), taken)

    def _picked(self, first: int, last: int) -> pa.RecordBatch:
        who, day, supply = self.pickups
        at = slice(np.searchsorted(day, first), np.searchsorted(day, last, "right"))
        days = pa.array(supply[at]).cast(pa.decimal128(18, 6))
        return self._batch(PICKUP, self.treated, who[at], day[at], days)

    def _tests(self, first: int, last: int) -> pa.RecordBatch:
        number = TESTS_A_YEAR // 12 // self.parts
        people = self._people("t", number, len(self.places))
        result = pa.array(["negative", "positive"]).take(
            pa.array((self.chance.random(number) < 0.01).astype(int))
        )
        return self._batch(
            TEST, people, np.arange(number), self.chance.integers(first, last + 1, number), result
        )

    def _batch(
        self, table: Table, people: dict[str, Any], who: Any, day: Any, *others: Any
    ) -> pa.RecordBatch:
        begin = (BEGIN - date(1970, 1, 1)).days

        def days(numbers: Any) -> pa.Array:
            return pa.array((numbers + begin).astype(np.int32)).cast(pa.date32())

        columns = {
            "person": people["person"].take(pa.array(who)),
            "facility": self.places.take(pa.array(people["facility"][who])),
            "sex": pa.array(["f", "m"]).take(pa.array(people["sex"][who])),
            "born": days(people["born"][who]),
            "day": days(day),
        }
        names = [name for name, _ in table.columns]
        given = [columns[name] for name in names if name in columns]
        return pa.RecordBatch.from_arrays([*given, *others], schema=schema(table).to_pyarrow())


def definition(name: str) -> Indicator:
    empty = Example(Bilingual(name, name), PERIODS[0], {}, (Decimal(0), None))
    words = Bilingual(name, name)
    return Indicator(
        name, 1, words, Unit.EVENTS, Better.MORE, MEASURES[name], words, BEGIN, frozenset({Span.MONTH}),
        Hiding.PEOPLE, (empty,) * 3, splits=("sex", "band"),
    )  # fmt: skip


def by_definition(backend: Any, root: Path) -> dict[str, pa.Table]:
    tables = filed(backend, root, RELEASE)
    names = {measure: name for name, measure in MEASURES.items()}
    found = {}
    for query in compiled([definition(name) for name in MEASURES], tables, WINDOWS, BY):
        table = backend.to_pyarrow(query.table)
        for at, measure in enumerate(query.measures):
            figures = table.select([WINDOW, *BY, f"{FIGURE}{at}"])
            found[names[measure]] = figures.rename_columns([WINDOW, *BY, FIGURE])
    return found


# By hand as somebody would who knows the engine: one pass over each table, people grouped once.
BAND = """CASE WHEN born + INTERVAL 15 YEAR > last THEN '0-14'
               WHEN born + INTERVAL 25 YEAR > last THEN '15-24' ELSE '25+' END"""
BY_HAND = {
    ("in treatment",): f"""
        WITH picked AS (
            SELECT *, lead(day) OVER of_person AS following FROM pickup
            WINDOW of_person AS (PARTITION BY person ORDER BY day, born, days, facility, sex)),
        treated AS (
            SELECT number, last, picked.* FROM picked JOIN months ON picked.day <= last
            AND last <= picked.day + days::INT + 28 AND (following IS NULL OR following > last))
        SELECT number, facility, sex, {BAND} AS band, count(*) FROM treated
        WHERE NOT EXISTS (FROM ended WHERE ended.person = treated.person AND ended.day <= last)
        GROUP BY ALL""",
    ("doses", "people dosed"): f"""
        WITH dosed AS (
            SELECT person, facility, sex, born, date_trunc('month', day) AS month, count(*) AS doses
            FROM dose WHERE taken GROUP BY ALL)
        SELECT number, facility, sex, {BAND} AS band, sum(doses), count(DISTINCT person)
        FROM dosed JOIN months ON month = first GROUP BY ALL""",
    ("tests", "positive"): f"""
        SELECT number, facility, sex, {BAND} AS band, count(*), count(*) FILTER (result = 'positive')
        FROM test JOIN months ON date_trunc('month', day) = first GROUP BY ALL""",
}  # fmt: skip
READ = {
    "pickup": "person, facility, sex, born, day, days", "ended": "person, day",
    "dose": "person, facility, sex, born, day, taken", "test": "facility, sex, born, day, result",
}  # fmt: skip


def _views(backend: Any, root: Path) -> None:
    for name, paths in files(root, RELEASE).items():
        listed = ", ".join(f"'{path}'" for path in paths)
        short = name.partition(".")[2]
        backend.raw_sql(f"CREATE VIEW {short} AS FROM read_parquet([{listed}])")
    months = ", ".join(f"({at}, DATE '{each.first}', DATE '{each.last}')" for at, each in enumerate(WINDOWS))
    backend.raw_sql(f"CREATE TABLE months AS FROM (VALUES {months}) AS m(number, first, last)")


def by_hand(backend: Any, root: Path) -> dict[str, pa.Table]:
    _views(backend, root)
    found = {}
    for names, query in BY_HAND.items():
        table = backend.con.sql(query).to_arrow_table()
        for at, name in enumerate(names, 4):
            found[name] = table.select([*range(4), at]).rename_columns([WINDOW, *BY, FIGURE])
    return found


def reading(backend: Any, root: Path) -> dict[str, pa.Table]:
    """Every column that is needed, and nothing done with it."""
    _views(backend, root)
    for table, columns in READ.items():
        counted = ", ".join(f"max({column})" for column in columns.split(", "))
        backend.con.execute(f"SELECT {counted} FROM {table}").fetchall()
    return {}


WAYS: dict[str, Callable[[Any, Path], dict[str, pa.Table]]] = {
    "definitions, compiled": by_definition,
    "SQL by hand": by_hand,
    "reading alone": reading,
}


def alone(way: str, root: Path, said: Any) -> None:
    backend = duck()
    assert check(definition("doses"), backend) == []  # whatever is loaded at first use, is loaded
    begun, worked = time.perf_counter(), time.process_time()
    found = WAYS[way](backend, root)
    seconds, work = time.perf_counter() - begun, time.process_time() - worked
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    said.send((seconds, work, memory, {name: counted(table) for name, table in found.items()}))


def counted(table: pa.Table) -> dict[tuple[Any, ...], int]:
    """Figures by window and group; a group of nobody is there or not as the way likes."""
    keys = (WINDOW, *BY)
    return {tuple(row[key] for key in keys): int(row[FIGURE]) for row in table.to_pylist() if row[FIGURE]}


def main() -> int:
    parts = int(sys.argv[1]) if len(sys.argv) > 1 else 50
    with tempfile.TemporaryDirectory() as name:
        root = Path(name)
        begun = time.perf_counter()
        nation = Nation(parts)
        build(root, RELEASE, TABLES, nation)
        there = files(root, RELEASE)
        size = sum(path.stat().st_size for paths in there.values() for path in paths) / 2**20
        print(f"1/{parts} of a nation: {size:,.0f} MB of files, made in {time.perf_counter() - begun:.1f} s")
        spawn = multiprocessing.get_context("spawn")
        results = {}
        for way in WAYS:
            mine, theirs = spawn.Pipe()
            process = spawn.Process(target=alone, args=(way, root, theirs))
            process.start()
            theirs.close()
            seconds, work, memory, results[way] = mine.recv()
            process.join()
            print(f"{way:24}{seconds:8.2f} s {work:8.2f} s of work {memory:8,.0f} MB")
    ours, theirs_too = results["definitions, compiled"], results["SQL by hand"]
    for measure in MEASURES:
        same = ours[measure] == theirs_too[measure]
        print(f"{measure:24}{sum(ours[measure].values()):12,} in {len(ours[measure]):,} groups"
              f"{'' if same else '; BY HAND OTHERWISE'}")  # fmt: skip
    return int(any(ours[measure] != theirs_too[measure] for measure in MEASURES))


if __name__ == "__main__":
    sys.exit(main())
