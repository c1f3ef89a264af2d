"""Figures by a fast engine: definitions compiled, and run where the tables of facts lie."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

import ibis
import ibis.expr.types as ir
import pyarrow as pa

from phoihop.engines.indicators.batching import Size
from phoihop.engines.indicators.compiling import FIGURE, Query, again, compiled
from phoihop.engines.indicators.definitions import PLACE, Indicator
from phoihop.engines.indicators.expressions import WINDOW, schema
from phoihop.engines.indicators.facts import PERSON, Table
from phoihop.engines.indicators.laying import memory
from phoihop.engines.indicators.partitions import files
from phoihop.engines.indicators.reference import UNIT, Borders, Figure, Group
from phoihop.engines.indicators.rows import Measure, Store
from phoihop.kernel.calendars import Window

Figures = dict[Window, dict[Group, Figure]]


def duck(**settings: Any) -> ibis.BaseBackend:
    """DuckDB within this process, with settings of its own ("memory_limit", "threads", "temp_directory"). It
    fetches nothing from anywhere."""
    alone = {"autoinstall_known_extensions": False, "autoload_known_extensions": False}
    backend = ibis.duckdb.connect(**{**alone, **settings})
    backend.raw_sql("SET enable_progress_bar = false")  # it would be drawn into whatever is printed
    return backend


def held(tables: Iterable[Table], store: Store) -> dict[str, ir.Table]:
    """A few rows of some tables as an engine has them: worked examples."""
    found = {}
    for table in tables:
        rows = [tuple(row[name] for name, _ in table.columns) for row in store.get(table.name, ())]
        found[table.name] = memory(dict(schema(table).items()), rows)
    return found


def filed(backend: ibis.BaseBackend, root: Path, release: str) -> dict[str, ir.Table]:
    """The tables of a release as its register names their files now; without those that have none."""
    there = files(root, release).items()
    return {name: backend.read_parquet([str(path) for path in paths]) for name, paths in there if paths}


@dataclass(frozen=True)
class Engine:
    """Any backend of Ibis, and the tables of facts that it has, by name."""

    backend: ibis.BaseBackend
    tables: Mapping[str, ir.Table]
    apart: tuple[str, ...] = ()  # what ``arrow`` adds to tell rows apart by, in front of every group
    sizes: Mapping[str, Size] | None = None  # of the tables, where they are known

    def arrow(self, queries: Sequence[Query]) -> Iterator[pa.Table]:
        """What some queries find."""
        for query in queries:
            yield self.backend.to_pyarrow(query.table)

    def compute(
        self,
        indicator: Indicator,
        windows: Sequence[Window],
        by: Sequence[str] = (),
        borders: Borders | None = None,
    ) -> Figures:
        """What ``reference.compute`` gives, for every window; the parameters are ``compiled``'s."""
        (figures,) = self.compute_all([indicator], windows, by, borders)
        return figures

    def compute_all(
        self,
        indicators: Sequence[Indicator],
        windows: Sequence[Window],
        by: Sequence[str] = (),
        borders: Borders | None = None,
    ) -> list[Figures]:
        """The same of several indicators, reading what they share once."""
        counted: dict[Measure, _Found] = {}
        for query in compiled(indicators, self.tables, windows, by, borders, self.sizes):
            self._add(counted, query, by)
        return [
            {
                window: _figures([counted[each].get(number, {}) for each in indicator.measures], by)
                for number, window in enumerate(windows)
            }
            for indicator in indicators
        ]

    def compute_ways(
        self,
        indicators: Sequence[Indicator],
        windows: Sequence[Window],
        ways: Sequence[Sequence[str]],
        borders: Borders,
    ) -> list[list[Figures]]:
        """The same told apart in several ways (``UNIT`` may stand in each): facts are read once, and brought
        together by person, facility and everything that any way names; each way is made of that."""
        named = dict.fromkeys(name for by in ways for name in by if name != UNIT)
        columns = set.intersection(
            *(set(measure.rows.columns()) for each in indicators for measure in each.measures)
        )
        whose = [name for name in (PERSON, PLACE) if name in columns]
        counted: list[dict[Measure, _Found]] = [{} for _ in ways]
        finest = tuple(dict.fromkeys((*whose, *named)))
        queries = compiled(indicators, self.tables, windows, finest, sizes=self.sizes)
        for query, found in zip(queries, self.arrow(queries), strict=True):
            fine = ibis.memtable(found)
            for place, asked in enumerate(ways):
                by = (*self.apart, *asked)
                way = Query(again(fine, query, by, borders), query.measures)
                self._add(counted[place], way, by)
        return [
            [
                {
                    window: _figures(
                        [found[each].get(number, {}) for each in indicator.measures], (*self.apart, *by)
                    )
                    for number, window in enumerate(windows)
                }
                for found, by in zip(counted, ways, strict=True)
            ]
            for indicator in indicators
        ]

    def _add(self, found: dict[Measure, "_Found"], query: Query, by: Sequence[str]) -> None:
        """What a query finds, with what was found in other windows."""
        for measure in query.measures:
            found.setdefault(measure, {})
        for batch in self.backend.to_pyarrow(query.table).to_batches():
            numbers = batch[WINDOW].to_pylist()
            groups = list(zip(*(batch[name].to_pylist() for name in by), strict=True)) or [()] * len(numbers)
            for place, measure in enumerate(query.measures):
                figures = batch[f"{FIGURE}{place}"].to_pylist()
                for number, group, figure in zip(numbers, groups, figures, strict=True):
                    if figure is not None:
                        found[measure].setdefault(number, {})[group] = figure


_Found = dict[int, dict[Group, Decimal]]  # figures by window's number and group


def _figures(counted: Sequence[dict[Group, Decimal]], by: Sequence[str]) -> dict[Group, Figure]:
    groups = {group for each in counted for group in each} | (set() if by else {()})
    nothing = Decimal(0)
    return {group: Figure(*(each.get(group, nothing) for each in counted)) for group in groups}


def check(indicator: Indicator, backend: ibis.BaseBackend) -> list[str]:
    """The worked examples that come out otherwise, each with what came."""
    wrong = []
    for number, example in enumerate(indicator.examples, 1):
        engine = Engine(backend, held(indicator.tables.values(), example.rows))
        figures = engine.compute(indicator, [example.period.window])
        figure = figures[example.period.window][()]
        if (figure.numerator, figure.denominator) != example.expected:
            wrong.append(f"{indicator.code} v{indicator.version}, example {number}: {figure}")
    return wrong
