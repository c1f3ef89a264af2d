"""Figures by a fast engine: definitions compiled, and run where the tables of facts lie."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

import ibis
import ibis.expr.types as ir

from phoihop.engines.indicators.compiling import FIGURE, compiled
from phoihop.engines.indicators.definitions import Indicator
from phoihop.engines.indicators.expressions import WINDOW, schema
from phoihop.engines.indicators.facts import Table
from phoihop.engines.indicators.laying import memory
from phoihop.engines.indicators.partitions import files
from phoihop.engines.indicators.reference import Borders, Figure, Group
from phoihop.engines.indicators.rows import Store
from phoihop.kernel.calendars import Window

Figures = dict[Window, dict[Group, Figure]]


def duck(**settings: Any) -> ibis.BaseBackend:
    """DuckDB within this process, with settings of its own ("memory_limit", "threads", "temp_directory"). It
    fetches nothing from anywhere."""
    alone = {"autoinstall_known_extensions": False, "autoload_known_extensions": False}
    return ibis.duckdb.connect(**{**alone, **settings})


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

    def compute(
        self,
        indicator: Indicator,
        windows: Sequence[Window],
        by: Sequence[str] = (),
        borders: Borders | None = None,
    ) -> Figures:
        """For each window what ``reference.compute`` gives of it; the parameters are ``compiled``'s."""
        queries = compiled(indicator, self.tables, windows, by, borders)
        counted = [self._found(query, by) for query in queries]
        nothing = Decimal(0)
        figures: Figures = {}
        for number, window in enumerate(windows):
            groups = {group for each in counted for group in each.get(number, ())} | (set() if by else {()})
            figures[window] = {
                group: Figure(*(each.get(number, {}).get(group, nothing) for each in counted))
                for group in groups
            }
        return figures

    def _found(self, query: ir.Table, by: Sequence[str]) -> dict[int, dict[Group, Decimal]]:
        found: dict[int, dict[Group, Decimal]] = {}
        for row in self.backend.to_pyarrow(query).to_pylist():
            found.setdefault(row[WINDOW], {})[tuple(row[name] for name in by)] = row[FIGURE]
        return found


def check(indicator: Indicator, backend: ibis.BaseBackend) -> list[str]:
    """The worked examples that come out otherwise, each with what came."""
    wrong = []
    for number, example in enumerate(indicator.examples, 1):
        engine = Engine(backend, held(indicator.tables.values(), example.rows))
        ((_, figures),) = engine.compute(indicator, [example.period.window]).items()
        figure = figures[()]
        if (figure.numerator, figure.denominator) != example.expected:
            wrong.append(f"{indicator.code} v{indicator.version}, example {number}: {figure}")
    return wrong
