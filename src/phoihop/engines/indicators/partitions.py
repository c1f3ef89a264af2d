"""Facts as Parquet files, one for each month of each table, beside the database that they come from.

A release is a folder: within it people keep their pseudonym, in another one nobody has the same. Its register
says which file holds which month at which version. A build writes the months that changed under names of
their own and then puts the new register in the old one's place: whoever reads sees all of it or nothing of
it, and a build that fails leaves what was there. The months are those of the rows' day as the source sees it;
what has no day is one month more, ``UNDATED``.

Within a file rows lie by pseudonym, and of each person by day. So the file is much smaller, whoever asks for
a few people passes over the others, and in no two releases do people lie in the same order, whatever order
they came in. Months that most of what is new is of, the last two of a table, lie some days after some others:
what is written down of today leaves the rows of the days before where they were, so that nobody has to
compare them.
"""

import fcntl
import hashlib
import json
import os
import re
import shutil
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from decimal import Decimal
from itertools import pairwise
from pathlib import Path
from typing import Any, Protocol
from zlib import crc32

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from phoihop.engines.indicators.batching import Size
from phoihop.engines.indicators.expressions import schema
from phoihop.engines.indicators.facts import DAY, PERSON, Row, Table

UNDATED = "undated"
_REGISTER, _BEFORE = "facts.json", "before.json"
_MONTH = re.compile(rf"\d{{4}}-(0[1-9]|1[0-2])|{UNDATED}")
_NAME = re.compile(r"[a-z0-9][a-z0-9_-]*(\.[a-z0-9][a-z0-9_-]*)*")
_NEVER = -(2**31)  # lies before every day
_MARK = np.dtype("<u4")
_GROUP = 32_768  # rows that lie together: what a reader passes over or reads at once
_YOUNG = 2  # months: of the one before people write down something for some weeks
_DAYS = 4  # of a young month that lie together: with fewer its file is many times as large


class Source(Protocol):
    """Where facts come from."""

    def months(self, table: Table) -> Mapping[str, str]:
        """The months that a table has rows of ("2026-03", ``UNDATED``), each with a word that is another one
        whenever a row of the month was added, changed or removed."""

    def rows(self, table: Table, month: str) -> Iterable[pa.RecordBatch]:
        """A month's rows, no older than its word."""


@dataclass(frozen=True, slots=True)
class Part:
    """One month of a table: the word it was written at, its file within the release, and how much it is."""

    word: str
    file: str
    rows: int
    size: int


@dataclass(frozen=True, slots=True)
class Build:
    """What a build did, each a table and a month."""

    written: tuple[tuple[str, str], ...]
    kept: tuple[tuple[str, str], ...]
    removed: tuple[tuple[str, str], ...]


Register = dict[str, dict[str, Part]]  # by table and month


def batches(table: Table, rows: Iterable[Row], size: int = 10_000) -> Iterator[pa.RecordBatch]:
    """Plain rows for ``Source.rows``. DefinitionError for one that does not fit."""
    shape = schema(table).to_pyarrow()
    waiting: list[Row] = []
    for row in rows:
        table.fits(row)
        waiting.append(row)
        if len(waiting) == size:
            yield pa.RecordBatch.from_pylist(waiting, schema=shape)
            waiting = []
    if waiting:
        yield pa.RecordBatch.from_pylist(waiting, schema=shape)


def carried(table: Table, found: Iterable[Any], called: Callable[[bytes], str]) -> Iterator[pa.RecordBatch]:
    """Rows that a database gave as Arrow, for ``Source.rows``: people as they are ``called``, asked once for
    each; numbers, which come as text, exact. ArrowInvalid for one that is larger or finer than a fact may be.
    """
    shape = schema(table).to_pyarrow()
    names: dict[bytes, str] = {}

    def name(key: bytes | None) -> str | None:
        if key is None:
            return None
        if key not in names:
            names[key] = called(key)
        return names[key]

    for batch in found:
        columns = []
        for field in shape:
            column = batch.column(field.name)
            if field.name == PERSON:
                people = column.dictionary_encode()
                said = pa.array([name(key) for key in people.dictionary.to_pylist()], field.type)
                column = said.take(people.indices)
            columns.append(column.cast(field.type))
        yield pa.RecordBatch.from_arrays(columns, schema=shape)


def build(
    root: Path,
    release: str,
    tables: Sequence[Table],
    source: Source,
    told: Callable[[int, int], None] = lambda done, of: None,
) -> Build:
    """Bring a release to what the source says now, writing only the months that changed since.

    ``told``: after each month, how many of how many are done. ValueError for a name that is none of a
    release, a table or a month; what the source or the disk raises goes on, and the release stays what it
    was. Builds of a release wait for one another.
    """
    folder = root / _named(release)
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    with _alone(folder):
        before = register(root, release)
        # The words are asked for before any row is: what changes meanwhile is written again the next time.
        wanted = {
            (table.name, month): (table, word)
            for table in tables
            for month, word in sorted(source.months(table).items())
        }
        after: Register = {_named(table.name): {} for table in tables}
        late = {table.name: young(month for name, month in wanted if name == table.name) for table in tables}
        written, kept = [], []
        for done, ((name, month), (table, word)) in enumerate(wanted.items(), 1):
            part = before.get(name, {}).get(month)
            by_days = month in late[name]
            file = _file(table, month, word, by_days)
            if part and part.file == file and _there(folder, part):
                kept.append((name, month))
            else:
                path = folder / file
                many = write(path, table, source.rows(table, month), by_days)
                part = Part(word, file, many, path.stat().st_size)
                written.append((name, month))
            after[name][month] = part
            told(done, len(wanted))
        if after != before:
            for name, found in ((_BEFORE, before), (_REGISTER, after)):
                _put(folder / name, json.dumps(_plain(found), indent=1, sort_keys=True).encode())
        _sweep(folder, before, after)
    gone = {(name, month) for name, months in before.items() for month in months} - set(wanted)
    return Build(tuple(written), tuple(kept), tuple(sorted(gone)))


def register(root: Path, release: str) -> Register:
    """Which file holds which month; nothing where nothing was built yet."""
    return _said(root, release, _REGISTER)


def register_before(root: Path, release: str) -> Register:
    """The one that this one took the place of; nothing where there was none."""
    return _said(root, release, _BEFORE)


def _said(root: Path, release: str, name: str) -> Register:
    try:
        said = json.loads((root / _named(release) / name).read_bytes())
    except FileNotFoundError:
        return {}
    return {table: {month: Part(**part) for month, part in months.items()} for table, months in said.items()}


def files(root: Path, release: str) -> dict[str, list[Path]]:
    """The files of each table, by month. They stay there until the build after the next one, however long
    somebody reads them."""
    return files_of(root, release, register(root, release))


def files_of(root: Path, release: str, known: Register) -> dict[str, list[Path]]:
    """The files that a register names."""
    return {
        table: [root / release / months[month].file for month in sorted(months)]
        for table, months in known.items()
    }


def sizes(root: Path, release: str) -> dict[str, Size]:
    """How much there is of each table."""
    return {
        table: Size(sum(part.rows for part in months.values()), max(part.rows for part in months.values()))
        for table, months in register(root, release).items()
        if months
    }


def holding(paths: Iterable[Path], people: Iterable[str]) -> list[Path]:
    """The files of a table that has people in which rows of some of them may be: hardly ever one in which
    none are. Somebody new is in no older file, and to look there would cost as much as to find somebody."""
    wanted = _marks(people)
    found = []
    for path in paths:
        there = _marked(path)
        if there is not None:
            at = np.searchsorted(there, wanted)
            at = at[at < len(there)]
            if not (there[at] == wanted[: len(at)]).any():
                continue
        found.append(path)
    return found


def _marked(path: Path) -> Any:
    """The marks beside a file of rows; None where there are none, or not all that were written."""
    try:
        there = np.fromfile(_people_of(path), _MARK)
    except FileNotFoundError:
        return None
    return there[1:] if len(there) and there[0] == len(there) - 1 else None


def crowd(paths: Iterable[Path]) -> int:
    """How many people some files have rows of, or hardly fewer."""
    marks = [np.zeros(0, _MARK)]
    for path in paths:
        there = _marked(path)
        if there is None:
            people = pq.ParquetFile(path).read([PERSON])[PERSON]
            there = _marks(pc.unique(people).drop_null().to_pylist())
        marks.append(there)
    # Each lies in order already, which this way of sorting makes use of.
    every = np.sort(np.concatenate(marks), kind="stable")
    return int(np.count_nonzero(every[1:] != every[:-1])) + bool(len(every))


def greatest(paths: Iterable[Path], column: str) -> Decimal | None:
    """The greatest number in a column of some files, by what each says of itself; None where one does not."""
    found = []
    for path in paths:
        known = pq.read_metadata(path)
        at = known.schema.names.index(column)
        for group in map(known.row_group, range(known.num_row_groups)):
            told = group.column(at).statistics
            if told is not None and told.has_min_max:
                found.append(told.max)
            elif told is None or told.null_count != group.num_rows:
                return None
    return max(found, default=None)


def _marks(people: Iterable[str]) -> Any:
    """A number for each of some people, in their order; two may have the same."""
    return np.unique(np.fromiter((crc32(each.encode()) for each in people), _MARK))


def _people_of(path: Path) -> Path:
    """The file beside one of rows, with the marks of whose they are."""
    return path.with_suffix(".people")


def forget(root: Path, release: str) -> None:
    """Remove a release and all its pseudonyms with it."""
    shutil.rmtree(root / _named(release), ignore_errors=False)


def young(months: Iterable[str]) -> frozenset[str]:
    """Of the months of a table those in which rows lie some days after some others."""
    return frozenset(sorted(month for month in months if month != UNDATED)[-_YOUNG:])


def write(path: Path, table: Table, rows: Iterable[pa.RecordBatch], by_days: bool) -> int:
    """Write rows to a file, and beside it whose they are; how many there are. ``by_days``: whether they lie
    some days after some others. What goes wrong leaves no file."""
    shape = schema(table).to_pyarrow()
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    unfinished = path.with_suffix(".part")
    try:
        with _opened(unfinished) as stream, pq.ParquetWriter(stream, shape, compression="zstd") as writer:
            found = [batch.select(shape.names).cast(shape) for batch in rows]
            ordered, cuts = _ordered(pa.Table.from_batches(found, schema=shape), by_days)
            for begin, end in pairwise(cuts):
                writer.write_table(ordered.slice(begin, end - begin), row_group_size=_GROUP)
        if PERSON in shape.names:
            marks = _marks(pc.unique(ordered[PERSON]).drop_null().to_pylist())
            _put(_people_of(path), np.concatenate([[len(marks)], marks]).astype(_MARK).tobytes())
        unfinished.replace(path)
    except BaseException:
        unfinished.unlink(missing_ok=True)
        raise
    _settle(path.parent)
    return len(ordered)


def _ordered(rows: pa.Table, by_days: bool) -> tuple[pa.Table, list[int]]:
    """By pseudonym and day, what is unknown first; what is level as it came. ``by_days``: some days after
    some others. And where each of these begins, and the last one ends."""
    keys = np.zeros(len(rows), np.int64)
    block = np.zeros(len(rows), np.int64)
    if PERSON in rows.column_names:
        people = rows[PERSON].combine_chunks().dictionary_encode()
        # Of each pseudonym its place in the order of all, and behind them that of nobody.
        place = np.zeros(len(people.dictionary) + 1, np.int64)
        place[pc.sort_indices(people.dictionary).to_numpy()] = np.arange(1, len(place))
        # Half of a number for the place, the other for the day.
        keys = place[pc.fill_null(people.indices, len(place) - 1).to_numpy()] << 32
    if DAY in rows.column_names:
        days = pc.fill_null(rows[DAY].cast(pa.int32()), _NEVER).to_numpy().astype(np.int64)
        keys += days - _NEVER
        if by_days:
            block = days // _DAYS
    order = np.lexsort((keys, block))
    cuts = np.flatnonzero(np.diff(block[order])) + 1
    return rows.take(pa.array(order)), [0, *cuts.tolist(), len(rows)]


def _file(table: Table, month: str, word: str, by_days: bool) -> str:
    """Another name for each version, for each change of the table's columns, and for each order of rows."""
    if not _MONTH.fullmatch(month):
        raise ValueError(f"{month!r} is no month")
    said = json.dumps([word, table.columns, by_days])
    return f"{table.name}/{month}.{hashlib.sha256(said.encode()).hexdigest()[:16]}.parquet"


def _there(folder: Path, part: Part) -> bool:
    try:
        return (folder / part.file).stat().st_size == part.size
    except FileNotFoundError:
        return False


def _sweep(folder: Path, before: Register, after: Register) -> None:
    """Remove the files that neither this register names nor the one before, which somebody may still read."""
    named = {part.file for each in (before, after) for months in each.values() for part in months.values()}
    for path in folder.glob("*/*"):
        of = path.with_suffix(".parquet") if path.suffix == ".people" else path
        if str(of.relative_to(folder)) not in named:
            path.unlink()


def _put(path: Path, content: bytes) -> None:
    unfinished = path.with_name(f"{path.name}.part")
    with _opened(unfinished) as stream:
        stream.write(content)
    unfinished.replace(path)
    _settle(path.parent)


@contextmanager
def _opened(path: Path) -> Iterator[Any]:
    """A file for its owner alone, on the disk when it is closed."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "wb") as stream:
        yield stream
        stream.flush()
        os.fsync(stream.fileno())


def _settle(folder: Path) -> None:
    """A new name in a folder is on the disk when the folder is."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    with _opened(folder / ".lock") as stream:
        fcntl.flock(stream, fcntl.LOCK_EX)
        yield


def _named(name: str) -> str:
    if not _NAME.fullmatch(name):
        raise ValueError(f"{name!r} is no name of a release or a table")
    return name


def _plain(found: Register) -> dict[str, dict[str, dict[str, Any]]]:
    return {table: {month: asdict(part) for month, part in months.items()} for table, months in found.items()}
