"""What differs between two states of a table's files: exactly, row by row, as often as a row stands there.

Most rows of a month stand in both of its files, and in the same order. Rows that were written together and
are the same bytes now are not even read. Of the others those of each person and day are laid side by side;
only where these are not the same ones in the same order are rows counted.
"""

import hashlib
from collections import Counter
from collections.abc import Sequence
from itertools import chain
from pathlib import Path
from typing import Any

import ibis
import ibis.expr.types as ir
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from phoihop.engines.indicators.expressions import schema
from phoihop.engines.indicators.facts import DAY, PERSON, Kind, Table
from phoihop.engines.indicators.laying import memory
from phoihop.engines.indicators.partitions import crowd

SIGN = "state:sign"  # no table of facts names a column so
_NEVER = -(2**31)  # before every day
_BLOCK = 65_536  # rows that are compared at once
Groups = list[tuple[Path, list[int]]]  # of files some of the rows that were written together


def read(backend: ibis.BaseBackend, table: Table, paths: Sequence[Path]) -> ir.Table:
    """The rows of a table in some of its files."""
    if not paths:
        return memory(dict(schema(table).items()), ())
    return backend.read_parquet([str(path) for path in paths])


def apart(table: Table, gone: Sequence[Path], new: Sequence[Path]) -> tuple[pa.Table, int]:
    """The rows that stand more often in one of two states than in the other, each with how many more there
    are now; and how many people both are of, or hardly fewer."""
    states = [_rows(table, groups) for groups in _otherwise(gone, new)]
    rows = pa.concat_tables(states).unify_dictionaries()
    codes = {name: _codes(rows[name]) for name in rows.column_names}
    first = len(states[0])
    was, now = _unlike(_keys(rows, codes), list(codes.values()), first)
    rest = rows.take(pa.array(np.concatenate([was, now]))).cast(schema(table).to_pyarrow())
    signs = pa.array(np.repeat([-1, 1], [len(was), len(now)]), pa.int64())
    told = rest.append_column(SIGN, signs).group_by(rows.column_names).aggregate([(SIGN, "sum")])
    told = told.rename_columns([*rows.column_names, SIGN])
    people = crowd([*gone, *new]) if PERSON in codes else 0
    return told.filter(pc.not_equal(told[SIGN], 0)), people


def _otherwise(gone: Sequence[Path], new: Sequence[Path]) -> tuple[Groups, Groups]:
    """The groups of rows of each of two states that the other one does not have byte for byte."""
    states = [{path: _digests(path) for path in paths} for paths in (gone, new)]
    was, now = (Counter(chain.from_iterable(state.values())) for state in states)
    left = []
    for state in states:
        both = was & now
        found: Groups = []
        for path, digests in state.items():
            other = []
            for at, digest in enumerate(digests):
                if both[digest]:
                    both[digest] -= 1
                else:
                    other.append(at)
            found.append((path, other))
        left.append(found)
    return left[0], left[1]


def _digests(path: Path) -> list[bytes]:
    """Of each group of rows in a file a word for its bytes, and for how these are to be read."""
    found = []
    with path.open("rb") as stream:
        known = pq.read_metadata(path)
        for at in range(known.num_row_groups):
            group = known.row_group(at)
            digest = hashlib.blake2b(str(group.num_rows).encode())
            for each in (group.column(number) for number in range(group.num_columns)):
                begin = each.dictionary_page_offset or each.data_page_offset
                stream.seek(begin)
                digest.update(
                    f"{each.path_in_schema} {each.compression} {begin - each.data_page_offset} ".encode()
                )
                digest.update(stream.read(each.total_compressed_size))
            found.append(digest.digest())
    return found


def _rows(table: Table, files: Groups) -> pa.Table:
    """Rows of some files, with each text once."""
    shape = schema(table).to_pyarrow()
    texts = [name for name, kind in table.columns if kind is Kind.TEXT]
    for name in texts:
        place = shape.get_field_index(name)
        shape = shape.set(place, pa.field(name, pa.dictionary(pa.int32(), pa.string())))
    parts = [
        pq.ParquetFile(path, read_dictionary=texts).read_row_groups(groups, shape.names).cast(shape)
        for path, groups in files
        if groups
    ]
    return pa.concat_tables([shape.empty_table(), *parts])


def _codes(column: pa.ChunkedArray) -> Any:
    """A number for each value, another one for each other value; less than any of these for what is not
    known. No copy is made of what lies in memory as numbers: to have room for it costs more than to compare.
    """
    kind = column.type
    if pa.types.is_decimal(kind):
        return np.concatenate([np.zeros(0, np.int64), *map(_whole, column.chunks)])
    if pa.types.is_dictionary(kind):
        return _numbers(pa.chunked_array([each.indices for each in column.chunks], pa.int32()), -1)
    if pa.types.is_boolean(kind):
        return _numbers(column.cast(pa.int8()), -1)
    return _numbers(column.cast(pa.int32()), _NEVER)


def _numbers(column: pa.ChunkedArray, nothing: int) -> Any:
    return (pc.fill_null(column, nothing) if column.null_count else column).to_numpy()


def _whole(numbers: pa.Array) -> Any:
    """Numbers of facts in millionths, which the lower half of their sixteen bytes holds."""
    there = np.frombuffer(numbers.buffers()[1], "<i8")[::2]
    found = there[numbers.offset : numbers.offset + len(numbers)]
    if numbers.null_count:
        found = np.where(numbers.is_null().to_numpy(zero_copy_only=False), np.iinfo(np.int64).min, found)
    return found


def _keys(rows: pa.Table, codes: dict[str, Any]) -> Any:
    """Of each row a number for its person and day. The files have rows in the order of these."""
    keys = np.zeros(len(rows), np.int64)
    if PERSON in codes:
        chunks = rows[PERSON].chunks
        names = chunks[0].dictionary if chunks else pa.array([], pa.string())
        # Of each pseudonym its place in the order of all, and behind them that of nobody.
        place = np.zeros(len(names) + 1, np.int64)
        place[pc.sort_indices(names).to_numpy()] = np.arange(1, len(place))
        keys = place[codes[PERSON]] << 32
    if DAY in codes:
        keys += codes[DAY].astype(np.int64) - _NEVER
    return keys


def _unlike(keys: Any, codes: Sequence[Any], first: int) -> tuple[Any, Any]:
    """The places of rows that have to be counted: before ``first``, and from there on."""
    orders = [_order(keys[:first]), _order(keys[first:]) + first]
    (was, many), (now, times) = (_runs(keys[order]) for order in orders)
    # Where a person has as many rows of a day in both, these lie side by side.
    there = np.searchsorted(now, was)
    left = np.flatnonzero(there < len(now))
    left = left[(now[there[left]] == was[left]) & (times[there[left]] == many[left])]
    beside = [_marked(many, left), _marked(times, there[left])]
    pair = [order[there] for order, there in zip(orders, beside, strict=True)]
    other = np.zeros(len(pair[0]), bool)
    for begin in range(0, len(other), _BLOCK):
        some = slice(begin, begin + _BLOCK)
        for each in codes:
            other[some] |= each[pair[0][some]] != each[pair[1][some]]
    before, after = (
        np.concatenate([order[~there], both[other]])
        for order, there, both in zip(orders, beside, pair, strict=True)
    )
    return before, after


def _order(keys: Any) -> Any:
    if (keys[1:] >= keys[:-1]).all():
        return np.arange(len(keys))
    return np.argsort(keys, kind="stable")


def _runs(keys: Any) -> tuple[Any, Any]:
    """Keys that lie in order, each once, and how often each stands there."""
    begins = np.flatnonzero(np.concatenate([[True], keys[1:] != keys[:-1]])) if len(keys) else keys
    return keys[begins], np.diff(begins, append=len(keys))


def _marked(many: Any, runs: Any) -> Any:
    """Of every row whether it is of some of the runs."""
    found = np.zeros(len(many), bool)
    found[runs] = True
    return np.repeat(found, many)
