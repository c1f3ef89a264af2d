"""Indicators of ten years of a nation: by compiled definitions, and by every other way that comes to mind.

    ./run bench indicators [PARTS [FOLDER [WAY ...]]]

Makes records of a nation at one part in ``PARTS`` of its size (50 when left out; 1: 250,000 people with HIV,
200,000 of them treated, 55,000 treated with methadone every day in 200 million doses, 3 million tests a year,
3,321 communes) and keeps them in ``FOLDER`` as the product writes them. Then works out for each of 120
months, by commune, province and nation, sex and age:

* six definitions, one beside the other: compiled, SQL by hand on DuckDB, Polars, pandas (days of doses alone,
  at 1/50), the same SQL on PostgreSQL (at 1/50), and the mere reading of the columns that are needed;
* every definition of both programmes that holds, compiled;
* what a day's new events ask for, of every definition and of the six: what changed is found by comparing
  files, then the windows that it can touch are worked out.

Each way runs alone in a process of its own, engine started: its seconds, those of the processors (which
others on the machine do not lengthen), and the most memory that the process had. Ends with 1 where two ways
come to other figures.
"""

import multiprocessing
import os
import resource
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa
from nation import hand, wanted
from nation.eve import day_before
from nation.making import TABLES, WINDOWS, Nation

from phoihop.engines.indicators.compiling import FIGURE, compiled
from phoihop.engines.indicators.engine import Engine, check, duck, filed
from phoihop.engines.indicators.expressions import WINDOW
from phoihop.engines.indicators.partitions import build, files, sizes
from phoihop.engines.indicators.refreshing import NOW, refresh
from phoihop.engines.indicators.rows import Measure
from phoihop.kernel.calendars import Window

KEYS = (WINDOW, *wanted.WHO)
MEMORY = "2500MB"  # for DuckDB; the process has a little more
CHECKED = 100  # of a nation with fewer places, what is worked out after a day is held against everything
Figures = dict[str, pa.Table]
Borders = Mapping[str, tuple[str, ...]]
Worked = dict[tuple[Measure, tuple[str, ...]], pa.Table]


def opened(root: Path) -> Any:
    return duck(memory_limit=MEMORY, temp_directory=str(root / "spill"), threads=2)


def engine_of(backend: Any, root: Path, release: str) -> Engine:
    return Engine(backend, filed(backend, root, release), sizes=sizes(root, release))


def worked(
    engine: Engine,
    borders: Borders,
    groups: wanted.Groups,
    windows: Sequence[Window],
) -> Worked:
    """The figures of definitions."""
    found: dict[tuple[Measure, tuple[str, ...]], list[pa.Table]] = {}
    for by, indicators in groups.items():
        queries = compiled(indicators, engine.tables, windows, by, borders, engine.sizes)
        for query, table in zip(queries, engine.arrow(queries), strict=True):
            for place, measure in enumerate(query.measures):
                told = [WINDOW, *engine.apart, *by]
                figures = table.select([*told, f"{FIGURE}{place}"]).rename_columns([*told, FIGURE])
                found.setdefault((measure, by), []).append(figures)
    return {asked: pa.concat_tables(parts) for asked, parts in found.items()}


def by_definition(root: Path, release: str, borders: Borders) -> Figures:
    backend = opened(root)
    groups = wanted.some(*hand.SIDE)
    assert not check(groups[wanted.WHO][0], backend)  # whatever is loaded at first use, is loaded
    begun()
    found = worked(engine_of(backend, root, release), borders, groups, WINDOWS)
    by_code = {each.code: each.measures for each in groups[wanted.WHO]}
    days, missed = by_code["OST_DAYS_MISSED"], by_code["OST_MISSED_ANY"]
    order = (
        *by_code["OST_CURR"],
        *days,
        *missed,
        *by_code["TX_CURR"],
        *by_code["HTS_TST"],
        *by_code["HTS_TST_POS"],
    )
    return {name: found[measure, wanted.WHO] for name, measure in zip(hand.FIGURES, order, strict=True)}


def everything(root: Path, release: str, borders: Borders) -> Figures:
    """Figures go as they come: whoever keeps them writes them down."""
    backend = opened(root)
    begun()
    engine = engine_of(backend, root, release)
    for by, indicators in wanted.every().items():
        queries = compiled(indicators, engine.tables, WINDOWS, by, borders, engine.sizes)
        for _ in engine.arrow(queries):
            pass
    return {}


def after_a_day(root: Path, release: str, borders: Borders) -> Figures:
    return _refreshed(root, release, borders, wanted.every())


def after_a_day_some(root: Path, release: str, borders: Borders) -> Figures:
    return _refreshed(root, release, borders, wanted.some(*hand.SIDE))


def _refreshed(root: Path, release: str, borders: Borders, groups: wanted.Groups) -> Figures:
    """What has to be worked out when the last day's events came: the figures of windows that they can touch,
    and, of windows in which few people's did, what these added before and what they add now."""
    after = files(root, release)
    before = day_before(root, release, after)
    backend = opened(root)
    begun()
    found = refresh(backend, TABLES, before, after)
    plans = {each.code: found.plan([each], WINDOWS, by) for by, some in groups.items() for each in some}
    now = engine_of(backend, root, release)
    replaced, moved = [], []
    for by, some in groups.items():
        for alike in {plans[each.code].everyone for each in some} - {()}:
            those = [each for each in some if plans[each.code].everyone == alike]
            replaced.append((alike, worked(now, borders, {by: those}, alike)))
        asked: dict[Any, list[Any]] = {}
        for each in some:
            for few in plans[each.code].some:
                asked.setdefault(few, []).append(each)
        for few, those in asked.items():
            sides = found.sides(those, *few, by)
            moved.append((few.windows, worked(sides, borders, {by: those}, few.windows)))
    ended()
    tell_plans(plans, found)
    if len(borders) < CHECKED:
        check_refreshed(backend, before, after, borders, groups, replaced, moved)
    return {}


def tell_plans(plans: Mapping[Any, Any], found: Any) -> None:
    changed = sum(len(rows) for rows in found.changed.values())
    whole = sum(1 for plan in plans.values() if plan.everyone)
    few = [plan for plan in plans.values() if plan.some]
    people = len({person for plan in few for some in plan.some for person in some.people})
    print(
        f"  {changed:,} rows changed; of {len(plans)} definitions {whole} are worked out anew in "
        f"{max(len(plan.everyone) for plan in plans.values())} windows at most, "
        f"{len(few)} of {people:,} people",
        flush=True,
    )


def check_refreshed(
    backend: Any, before: Any, after: Any, borders: Borders, groups: wanted.Groups, replaced: Any, moved: Any
) -> None:
    """The figures of before, so changed, are those of working everything out."""
    was, now = (
        flat(
            worked(
                Engine(
                    backend,
                    {
                        name: backend.read_parquet([str(path) for path in paths])
                        for name, paths in state.items()
                    },
                ),
                borders,
                groups,
                WINDOWS,
            ),
            WINDOWS,
        )
        for state in (before, after)
    )
    for windows, figures in replaced:
        fresh = flat(figures, windows)
        gone = [key for key in was if key[0] in figures and key[1] in windows]
        for key in gone:
            del was[key]
        was |= fresh
    for windows, figures in moved:
        for (of, window, (is_now, *group)), figure in flat(figures, windows, (NOW,)).items():
            key = of, window, (*group,)
            was[key] = was.get(key, 0) + (figure if is_now else -figure)
    assert {key: each for key, each in was.items() if each} == {
        key: each for key, each in now.items() if each
    }
    print(f"  equal to {len(now):,} figures worked out anew", flush=True)


def flat(figures: Worked, windows: Sequence[Window], apart: Sequence[str] = ()) -> dict[Any, Any]:
    found = {}
    for (measure, by), table in figures.items():
        columns = [table[name].to_pylist() for name in (WINDOW, *apart, *by, FIGURE)]
        for number, *group, figure in zip(*columns, strict=True):
            found[(measure, by), windows[number], tuple(group)] = figure or 0
    return found


def views(backend: Any, root: Path, release: str, borders: Borders) -> None:
    for name, paths in files(root, release).items():
        listed = ", ".join(f"'{path}'" for path in paths)
        backend.raw_sql(f"CREATE VIEW {hand.short(name)}_ AS FROM read_parquet([{listed}])")
        if name in hand.COLUMNS:
            backend.raw_sql(
                f"CREATE VIEW {hand.short(name)} AS SELECT {hand.COLUMNS[name]} FROM {hand.short(name)}_"
            )
    for statement in hand.small(borders):
        backend.raw_sql(statement)


def by_hand(root: Path, release: str, borders: Borders) -> Figures:
    backend = opened(root)
    views(backend, root, release, borders)
    begun()
    found = {}
    for names, statement in hand.STATEMENTS.items():
        table = backend.con.execute(statement).to_arrow_table()
        for at, name in enumerate(names, 4):
            found[name] = table.select([*range(4), at]).rename_columns([*KEYS, FIGURE])
    return found


def reading(root: Path, release: str, borders: Borders) -> Figures:
    """Every column that is needed, and nothing done with it."""
    backend = opened(root)
    views(backend, root, release, borders)
    begun()
    for table, columns in hand.COLUMNS.items():
        counted = ", ".join(f"max({column})" for column in columns.split(", "))
        backend.con.execute(f"SELECT {counted} FROM {hand.short(table)}").fetchall()
    return {}


def polars(root: Path, release: str, borders: Borders) -> Figures:
    from nation.frames import by_polars

    begun()
    found = by_polars(files(root, release), borders)
    return {name: table.rename_columns([*KEYS, FIGURE]) for name, table in found.items()}


def pandas(root: Path, release: str, borders: Borders) -> Figures:
    from nation.frames import by_pandas

    begun()
    found = by_pandas(files(root, release), borders)
    return {name: table.rename_columns([*KEYS, FIGURE]) for name, table in found.items()}


def postgres(root: Path, release: str, borders: Borders) -> Figures:
    """On our own server, tables filled and counted through before the clock runs. Of memory the server's is
    not told: it has 256 MB for each of its steps."""
    import pyarrow.parquet as pq
    from adbc_driver_postgresql import dbapi

    from phoihop.base.database import cluster

    with tempfile.TemporaryDirectory(dir=root) as place:
        Path(place).chmod(0o755)
        with (
            cluster.start(Path(place)) as running,
            dbapi.connect(running.access.url("setup", "postgres")) as raw,
            raw.cursor() as cursor,
        ):
            for name, columns in hand.COLUMNS.items():
                for path in files(root, release)[name]:
                    table = pq.read_table(path, columns=columns.split(", "))
                    for at, field in enumerate(table.schema):
                        if pa.types.is_decimal(field.type):
                            table = table.set_column(at, field.name, table[field.name].cast(pa.int32()))
                    cursor.adbc_ingest(hand.short(name), table, mode="create_append")
            for statement in hand.small(borders):
                cursor.execute(statement)
            for name in (*map(hand.short, hand.COLUMNS), "months", "places"):
                cursor.execute(f"analyze {name}")
            raw.commit()
            cursor.execute("set work_mem = '256MB'")
            begun()
            found = {}
            for names, statement in hand.STATEMENTS.items():
                columns = ", ".join(f"f{at}::int8" for at in range(len(names)))
                listed = ", ".join(["number", "unit", "sex", "band", *(f"f{at}" for at in range(len(names)))])
                cursor.execute(
                    f"select number::int8, unit, sex, band, {columns} from ({statement}) as t({listed})"
                )
                table = cursor.fetch_arrow_table()
                for at, name in enumerate(names, 4):
                    found[name] = table.select([*range(4), at]).rename_columns([*KEYS, FIGURE])
            ended()
        return found


WAYS: dict[str, Callable[[Path, str, Borders], Figures]] = {
    "compiled": by_definition,
    "by-hand": by_hand,
    "polars": polars,
    "pandas": pandas,
    "postgres": postgres,
    "reading": reading,
    "everything": everything,
    "after-a-day": after_a_day,
    "after-a-day-some": after_a_day_some,
}
SLOW = {"pandas": 50, "postgres": 50}  # ways that are tried at that part of a nation and no larger one
_clock: list[float] = []


def begun() -> None:
    _clock[:] = [time.perf_counter(), time.process_time()]


def ended() -> None:
    """Nothing after this counts."""
    _clock.extend([time.perf_counter(), time.process_time()])


def alone(way: str, root: Path, release: str, borders: Borders, said: Any) -> None:
    found = WAYS[way](root, release, borders)
    if len(_clock) == 2:
        ended()
    first, work, last, worked_until = _clock
    memory = most_memory() / 1024
    said.send(
        (last - first, worked_until - work, memory, {name: counted(each) for name, each in found.items()})
    )


def most_memory() -> int:
    """The most memory that this process had, in KB. What the system tells of its usage begins with that of
    the process that began this one."""
    try:
        told = Path("/proc/self/status").read_text()
    except FileNotFoundError:
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return int(told.partition("VmHWM:")[2].split()[0])


def counted(table: pa.Table) -> dict[tuple[Any, ...], int]:
    """Figures by window and group; a group of nobody is there or not as the way likes."""
    columns = [table[key].to_pylist() for key in (*KEYS, FIGURE)]
    return {tuple(row[:-1]): int(row[-1]) for row in zip(*columns, strict=True) if row[-1]}


def made(parts: int, root: Path, release: str) -> Borders:
    """The nation's files, made unless they are there."""
    begun_at, nation = time.perf_counter(), None
    if not files(root, release):
        nation = Nation(parts)
        build(root, release, TABLES, nation)
    there = files(root, release)
    size = sum(path.stat().st_size for paths in there.values() for path in paths) / 2**20
    how = f"made in {time.perf_counter() - begun_at:.0f} s" if nation else "there already"
    print(f"1/{parts} of a nation: {size:,.0f} MB of files, {how}", flush=True)
    return Nation.of(parts)


def measured(parts: int, root: Path, ways: Sequence[str]) -> int:
    release = f"p{parts}"
    borders = made(parts, root, release)
    spawn = multiprocessing.get_context("spawn")
    results: dict[str, Any] = {}
    for way in ways:
        if parts < SLOW.get(way, 0):
            print(f"{way:12} not at this size")
            continue
        mine, theirs = spawn.Pipe()
        process = spawn.Process(target=alone, args=(way, root, release, borders, theirs))
        load = os.getloadavg()[0]
        process.start()
        theirs.close()
        try:
            seconds, work, memory, results[way] = mine.recv()
        except EOFError:
            print(f"{way:12} failed", flush=True)
            results[way] = None
            continue
        finally:
            process.join()
        print(
            f"{way:12}{seconds:9.2f} s {work:9.2f} s of work {memory:8,.0f} MB   load {load:.1f}", flush=True
        )
    return compared(results)


def compared(results: Mapping[str, Any]) -> int:
    """Say where a way comes to other figures than the first one that has them; how many do."""
    others = sum(found is None for found in results.values())
    for name in hand.FIGURES:
        having = {way: found[name] for way, found in results.items() if found and name in found}
        for way, figures in having.items():
            first = next(iter(having.values()))
            if figures != first:
                others += 1
                print(f"{name}: {way} comes to {sum(figures.values()):,} in {len(figures):,} groups")
        if having:
            print(f"{name:20}{sum(first.values()):15,} in {len(first):9,} groups: {', '.join(having)}")
    return others


def main(arguments: list[str]) -> int:
    parts = int(arguments[0]) if arguments else 50
    ways = arguments[2:] or list(WAYS)
    if len(arguments) > 1:
        return int(measured(parts, Path(arguments[1]).resolve(), ways) > 0)
    with tempfile.TemporaryDirectory() as name:
        return int(measured(parts, Path(name), ways) > 0)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
