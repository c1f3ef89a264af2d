"""Checking the audit: every entry against its seal, every seal against its chain and the witness.

Runs in one snapshot, beside writers and the sealer, and holds some fifty seals' manifests in memory at a
time, and 64 bytes for every seal that the witness knows.
"""

import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import psycopg
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from psycopg import sql
from psycopg.pq import TransactionStatus

from phoihop.base.security.audit import seals, stream, witness
from phoihop.base.security.audit.findings import Finding, Report, What
from phoihop.base.security.audit.sealing import HEARTBEAT, SEAL_COLUMNS
from phoihop.base.security.audit.seals import END, FIRST_EPOCH, NOTHING, Seal
from phoihop.base.security.audit.stream import Place, Row

PATIENCE = timedelta(minutes=5)  # how long a row may wait for its seal, and a seal for the witness
KEPT = 200  # grave findings told one by one
_CHUNK = 50  # seals read together
_Keys = Mapping[bytes, Ed25519PublicKey]


def verify(
    connection: "psycopg.Connection[Any]",
    keys: Iterable[Ed25519PublicKey],
    to: Path | None = None,
    *,
    patience: timedelta = PATIENCE,
) -> Report:
    """Check the whole audit. The role must see every row (the sealer's does); nothing is written.

    ``keys`` are the sealer's public keys, present and past; ``to`` is the witness. ValueError if the
    connection is inside a transaction.
    """
    if connection.info.transaction_status != TransactionStatus.IDLE:
        raise ValueError("a check needs a snapshot of its own")
    started = time.monotonic()
    ring = seals.keyring(keys)
    # Before the snapshot: whatever the witness has heard of by now, the snapshot must hold.
    told = _listen(to, ring)
    with connection.transaction():
        connection.execute("set transaction isolation level repeatable read, read only")
        row = connection.execute("select clock_timestamp()").fetchone()
        assert row is not None
        check = _Check(connection, ring, told, patience, now=row[0])
        check.run()
    notes = [f for f in told.findings + check.notes if not f.grave]
    grave = check.findings + [f for f in told.findings if f.grave]
    return Report(
        rows=check.rows,
        seals=check.seals,
        waiting=check.waiting,
        newest=check.newest,
        findings=(*grave[:KEPT], *notes),
        faults=check.faults + sum(f.grave for f in told.findings),
        seconds=time.monotonic() - started,
    )


@dataclass(slots=True)
class _Told:
    """What the witness says: of every seal its digest and its fingerprint, 32 bytes each."""

    given: bool
    known: bytearray = field(default_factory=bytearray)
    findings: list[Finding] = field(default_factory=list)

    def __len__(self) -> int:
        return len(self.known) // 64

    def digest(self, number: int) -> bytes:
        return bytes(self.known[(number - 1) * 64 : (number - 1) * 64 + 32]) if number else NOTHING

    def fingerprint(self, number: int) -> bytes:
        return bytes(self.known[(number - 1) * 64 + 32 : number * 64])


def _listen(to: Path | None, keys: _Keys) -> _Told:
    told = _Told(given=to is not None)
    if to is None:
        told.findings.append(Finding(What.WITNESS_NONE))
        return told
    made_in = 0
    try:
        for line in witness.lines(to):
            seal = line.seal
            if seal is None or not seals.is_genuine(seal, keys):
                told.findings.append(
                    Finding(What.WITNESS_TORN if line.torn else What.WITNESS_LINE, line=line.place)
                )
                continue
            if 0 < seal.number <= len(told) and seal.made_in > made_in:
                lost = len(told) - seal.number + 1
                told.findings.append(Finding(What.RESTORED, seal=seal.number, count=lost))
                del told.known[(seal.number - 1) * 64 :]
            if seal.number != len(told) + 1 or seal.previous != told.digest(len(told)):
                told.findings.append(Finding(What.WITNESS_LINE, line=line.place))
                continue
            made_in = seal.made_in
            told.known += seal.digest() + seal.fingerprint()
    except OSError:
        told.findings.append(Finding(What.WITNESS_GONE))
        told.given = False  # said once, not for every seal
    return told


class _Rows:
    """Entries in sealing order, the next of which may be looked at before it is taken."""

    def __init__(self, rows: Iterator[Row]) -> None:
        self._rows = rows
        self._next = next(rows, None)

    def until(self, end: Place | None) -> Iterator[Row]:
        """Take the entries before ``end``, or all that are left."""
        while (row := self._next) is not None and (end is None or row.place < end):
            self._next = next(self._rows, None)
            yield row


@dataclass(slots=True)
class _Check:
    """One walk along the chain. ``place`` is where the last good seal ended, ``digest`` its digest.

    After a seal that is missing or was changed, ``unsure`` holds: what it covered cannot be known, so the
    entries up to the next good seal are passed over, and that seal's link to it too.
    """

    connection: "psycopg.Connection[Any]"
    keys: _Keys
    told: _Told
    patience: timedelta
    now: datetime
    number: int = 0
    digest: bytes = NOTHING
    place: Place | None = None
    unsure: bool = False
    rows: int = 0
    seals: int = 0
    waiting: int = 0
    newest: datetime | None = None
    faults: int = 0
    findings: list[Finding] = field(default_factory=list)
    notes: list[Finding] = field(default_factory=list)

    def found(self, what: What, **where: int | None) -> None:
        """Note a grave finding; beyond the first 200 they are only counted."""
        self.faults += 1
        if len(self.findings) < KEPT:
            self.findings.append(Finding(what, **where))  # type: ignore[arg-type]

    def run(self) -> None:
        """Walk along all seals, then look at what lies outside them."""
        query = sql.SQL("select manifest, {} from public.security_auditseal order by number")
        with self.connection.cursor(name="audit_seals") as cursor:
            cursor.execute(query.format(sql.SQL(SEAL_COLUMNS)))
            while chunk := cursor.fetchmany(_CHUNK):
                self.chunk([(Seal(*row[1:]), row[0]) for row in chunk])
        if len(self.told) > self.number:
            self.found(What.SEAL_LOST, seal=self.number + 1, count=len(self.told) - self.number)
        self.outside()

    def chunk(self, some: list[tuple[Seal, bytes]]) -> None:
        """Some seals in turn, and the entries of all of them as one stream."""
        genuine = [self.genuine(seal) for seal, _ in some]
        ends = [(s.epoch, s.to_txid) for (s, _), good in zip(some, genuine, strict=True) if good]
        end = max([*ends, self.place]) if self.place is not None else max(ends, default=None)
        if end is None:
            self.walk(some, genuine, _Rows(iter(())))
            return
        # Closed whatever happens: until then the connection answers nothing else, not even a rollback.
        with closing(stream.rows(self.connection, self.place, end)) as rows:
            self.walk(some, genuine, _Rows(rows))

    def walk(self, some: list[tuple[Seal, bytes]], genuine: list[bool], rows: _Rows) -> None:
        """Along some seals, and the entries up to the last good one's end."""
        for (seal, manifest), good in zip(some, genuine, strict=True):
            self.seals += 1
            if seal.number <= self.number:
                self.found(What.SEAL_ORDER, seal=seal.number)
                continue
            if seal.number > self.number + 1:
                self.missing(seal.number)
            self.number = seal.number
            if good:
                self.seal(seal, manifest, rows)
            else:
                self.found(What.SEAL_CHANGED, seal=seal.number)
                self.unsure = True
        for row in rows.until(None):
            self.found(What.ROW_OUTSIDE, row=row.id)

    def genuine(self, seal: Seal) -> bool:
        """Whether a seal stands as it was signed. What equals the witness's line was checked with it."""
        if None in (seal.number, seal.epoch, seal.from_txid, seal.to_txid):
            return False  # the database's own constraints were taken away
        return self.heard(seal) or seals.is_genuine(seal, self.keys)

    def heard(self, seal: Seal) -> bool:
        return 0 < seal.number <= len(self.told) and self.told.fingerprint(seal.number) == seal.fingerprint()

    def missing(self, number: int) -> None:
        """The numbers before this one are not there."""
        self.found(What.SEAL_MISSING, seal=self.number + 1, count=number - self.number - 1)
        self.unsure = True

    def seal(self, seal: Seal, manifest: bytes, rows: _Rows) -> None:
        """A well signed seal: its link, its witness, its entries."""
        begin, end = (seal.epoch, seal.from_txid), (seal.epoch, seal.to_txid)
        if not self.unsure and (seal.previous != self.digest or not self.follows(begin)):
            self.found(What.SEAL_ORDER, seal=seal.number)
        for row in rows.until(begin):
            if not self.unsure:
                self.found(What.ROW_OUTSIDE, row=row.id)
        if self.told.given and not self.heard(seal):
            self.unheard(seal)
        self.entries(seal, manifest, rows.until(end))
        self.digest, self.newest, self.unsure = seal.digest(), seal.at, False
        self.place = end if self.place is None else max(self.place, end)

    def follows(self, begin: Place) -> bool:
        """Whether a seal may begin here."""
        if self.place is None:
            return begin == (FIRST_EPOCH, 0)
        epoch, txid = self.place
        return begin == self.place if txid != END else begin[0] > epoch and begin[1] == 0

    def unheard(self, seal: Seal) -> None:
        if seal.number <= len(self.told):
            self.found(What.WITNESS_DIFFERS, seal=seal.number)
        elif seal.at < self.now - self.patience:
            self.found(What.WITNESS_LACKS, seal=seal.number)

    def entries(self, seal: Seal, manifest: bytes, rows: Iterator[Row]) -> None:
        """Every entry of a seal against its mark; then the root, which no chance likeness passes."""
        expected = dict(seals.marks(manifest))
        tree, bad = seals.Tree(), []
        for row in rows:
            self.rows += 1
            hashed = seals.leaf(row.canonical)
            tree.add(hashed)
            mark = expected.pop(row.id, None)
            if mark != hashed[:8]:
                bad.append((row.id, What.ROW_ADDED if mark is None else What.ROW_CHANGED))
        bad += [(number, What.ROW_REMOVED) for number in expected]
        for number, what in sorted(bad):
            self.found(what, seal=seal.number, row=number)
        if not bad and tree.root() != seal.root:
            self.found(What.SEAL_ROOT, seal=seal.number)

    def outside(self) -> None:
        """What no seal covers: new entries, which may wait a while, and what cannot be there."""
        epoch, txid = self.place or (FIRST_EPOCH, 0)
        count, late, first = self.ask(
            "with w as (select epoch, txid, id, at < %s as late "
            "from public.security_auditentry where (epoch, txid) >= (%s, %s)) "
            "select count(*), count(*) filter (where late), "
            "(select id from w where late order by epoch, txid, id limit 1) from w",
            self.now - self.patience,
            epoch,
            txid,
        )
        self.waiting = count
        if late and not self.unsure:
            self.found(What.ROW_UNSEALED, row=first, count=late)
        # A row without a place would be in nobody's way; only without the table's constraints can it be.
        (lost,) = self.ask(
            "select min(id) from public.security_auditentry where epoch is null or txid is null"
        )
        if lost is not None:
            self.found(What.ROW_OUTSIDE, row=lost)
        if self.place is None:
            (lost,) = self.ask(
                "select min(id) from public.security_auditentry where (epoch, txid) < (%s, %s)", epoch, txid
            )
            if lost is not None:
                self.found(What.ROW_OUTSIDE, row=lost)
        if self.newest is not None and self.newest < self.now - HEARTBEAT - self.patience:
            self.notes.append(Finding(What.IDLE))

    def ask(self, query: Any, *values: Any) -> tuple[Any, ...]:
        row = self.connection.execute(query, values or None).fetchone()
        assert row is not None
        return tuple(row)
