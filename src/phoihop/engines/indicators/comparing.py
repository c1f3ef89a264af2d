"""What differs between two states of a table's files: exactly, row by row, as often as a row stands there."""

from collections.abc import Sequence
from pathlib import Path

import ibis
import ibis.expr.types as ir
import pyarrow as pa

from phoihop.engines.indicators.expressions import schema
from phoihop.engines.indicators.facts import PERSON, Table
from phoihop.engines.indicators.laying import memory

SIGN = "state:sign"  # no table of facts names a column so


def read(backend: ibis.BaseBackend, table: Table, paths: Sequence[Path]) -> ir.Table:
    """The rows of a table in some of its files."""
    if not paths:
        return memory(dict(schema(table).items()), ())
    return backend.read_parquet([str(path) for path in paths])


def apart(
    backend: ibis.BaseBackend, table: Table, gone: Sequence[Path], new: Sequence[Path]
) -> tuple[pa.Table, int]:
    """The rows that stand more often in one of two states than in the other, each with how many more there
    are now; and how many people the rows of both are of."""
    names = [name for name, _ in table.columns]
    both = ibis.union(
        *(
            read(backend, table, paths).select(*names).mutate(**{SIGN: ibis.literal(sign, "int64")})
            for paths, sign in ((gone, -1), (new, 1))
        )
    )
    told = both.group_by(names).aggregate(**{SIGN: both[SIGN].sum().cast("int64")})
    found = backend.to_pyarrow(told.filter(told[SIGN] != 0))
    if PERSON not in names:
        return found, 0
    return found, int(backend.to_pyarrow(read(backend, table, [*gone, *new])[PERSON].nunique()).as_py())
