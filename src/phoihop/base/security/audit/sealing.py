"""Sealing: what the sealer does every minute, off every request's path and as its own database role.

Which entries are new is told by their transactions, not by their ids: ids are taken before a commit, so a
smaller one may appear after a larger, and rollbacks leave gaps. A seal covers all transactions below the
oldest one still running, so nothing can appear in its range afterwards.
"""

import hashlib
import logging
import threading
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, fields, replace
from datetime import timedelta
from pathlib import Path
from typing import Any, LiteralString

import psycopg
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from psycopg import sql
from psycopg.pq import TransactionStatus

from phoihop.base.security.audit import seals, stream, witness
from phoihop.base.security.audit.seals import END, FIRST_EPOCH, FORM, NOTHING, Seal
from phoihop.kernel.refusals import Refusal

log = logging.getLogger(__name__)

EVERY = 60.0  # seconds between two runs
LIMIT = 50_000  # entries in one seal, unless one transaction wrote more
HEARTBEAT = timedelta(hours=1)  # an empty seal after so long: silence is told from a sealer that stopped
_LOCK = 0x50_48_41_55_44_49_54  # the advisory lock of sealing
# A time that Python cannot hold was never sealed; cut off, it makes a seal that fails, not a check that ends.
SEAL_COLUMNS: LiteralString = (
    "number, greatest('1000-01-01', least(at, '9000-01-01')), made_in, epoch, from_txid, to_txid, count, "
    "first_id, last_id, root, sha256(manifest), previous, form, signer, signature"
)
Connection = psycopg.Connection[Any]


@dataclass(frozen=True, slots=True)
class Sealed:
    """What one run did. ``busy``: another sealer was at it, and nothing was done.

    ``waiting`` entries are not sealed yet, the oldest for ``lag`` seconds.
    """

    seals: int = 0
    rows: int = 0
    waiting: int = 0
    lag: float = 0.0
    busy: bool = False


def seal(connection: Connection, key: Ed25519PrivateKey, to: Path, *, limit: int = LIMIT) -> Sealed:
    """Seal what is new, in the database and then in the witness ``to``; the connection must autocommit.

    A seal is in the database before the witness hears of it. What the witness has not heard, because it
    could not be written or this process died, it hears first thing next time.

    Refusal("audit-witness") if the witness cannot be read or written: the seals stand in the database.
    Refusal("audit-set-back") if the witness knows seals that the database does not, and
    Refusal("audit-epoch") if transaction numbers went back, without the server epoch having been raised:
    nothing is sealed.
    """
    if not connection.autocommit or connection.info.transaction_status != TransactionStatus.IDLE:
        raise ValueError("sealing needs a connection of its own, in autocommit mode")
    with _alone(connection) as alone:
        if not alone:
            return Sealed(busy=True)
        made, trouble = [], None
        try:
            _unwitnessed(connection, to)
        except OSError as error:
            trouble = error
        while (sealed := _seal_once(connection, key, limit)) is not None:
            made.append(sealed.count)
            if not sealed.count and sealed.to_txid != END:
                break  # a sign of life, after which there is nothing to do
        try:
            while some := _unwitnessed(connection, to):
                witness.append(to, some)
                if witness.last(to) != some[-1]:
                    raise OSError("the witness does not keep what is written to it")
        except OSError as error:
            trouble = error
        if trouble is not None:
            raise _not_witnessed() from trouble
        waiting, lag = _waiting(connection)
        return Sealed(len(made), sum(made), waiting, lag)


def keep_sealing(
    connect: Callable[[], Connection],
    key: Ed25519PrivateKey,
    to: Path,
    stop: threading.Event,
    *,
    every: float = EVERY,
    tell: Callable[[Exception], None] | None = None,
) -> None:
    """Seal every minute until ``stop``, and once more at the end; whatever fails is told and tried again."""
    ending = False
    while not ending:
        ending = stop.wait(every)
        try:
            with connect() as connection:
                connection.autocommit = True
                seal(connection, key, to)
        except (Refusal, psycopg.Error, OSError) as error:
            log.error("the audit could not be sealed: %s", getattr(error, "reason", type(error).__name__))
            if tell is not None:
                tell(error)


def raise_epoch(connection: Connection, to: Path | None = None) -> int:
    """Begin a new server epoch, as the owner, after a restore; its number.

    ``to`` is the witness: an epoch that it has heard of is not used again. Waits for writers of the
    old epoch, so that none of their entries is left outside its last seal.
    """
    known = witness.last(to) if to is not None else None
    above = known.made_in if known is not None else 0
    with connection.transaction():
        connection.execute("lock table public.security_auditentry in share row exclusive mode")
        (number,) = _one(
            connection, "update sec.epoch set number = greatest(number, %s) + 1 returning number", above
        )
    return int(number)


@contextmanager
def _alone(connection: Connection) -> Iterator[bool]:
    # A lock of the session, not of a transaction: it spans seal and witness, and dies with the process.
    row = connection.execute("select pg_try_advisory_lock(%s)", [_LOCK]).fetchone()
    if row is None or not row[0]:
        yield False
        return
    try:
        yield True
    finally:
        if not connection.broken and not connection.closed:
            connection.execute("select pg_advisory_unlock(%s)", [_LOCK])


def _seal_once(connection: Connection, key: Ed25519PrivateKey, limit: int) -> Seal | None:
    """Make the next seal, in a transaction of its own; None if there is nothing to seal."""
    with connection.transaction():
        # One snapshot for everything, taken after the lock: who is running, what is sealed, what is there.
        connection.execute("set transaction isolation level repeatable read")
        connection.execute("set local synchronous_commit = on")
        now, made_in, running = _one(
            connection,
            "select clock_timestamp(), (select number from sec.epoch), "
            "pg_snapshot_xmin(pg_current_snapshot())::text::bigint",
        )
        before = newest(connection)
        epoch, begin = _next_place(connection, before, made_in)
        if epoch > made_in or (epoch == made_in and running < begin):
            raise _epoch_not_raised()
        # Of a past epoch nothing can come any more, and its transaction numbers are another server's.
        end, holds = _range(connection, epoch, begin, running if epoch == made_in else END, limit)
        overdue = before is None or now - before.at >= HEARTBEAT
        if not (holds or end == END or overdue):
            return None
        number, previous = (before.number + 1, before.digest()) if before else (1, NOTHING)
        sealed, manifest = _made(connection, key, Seal(
            number=number, at=now, made_in=made_in, epoch=epoch, from_txid=begin, to_txid=end, count=0,
            first_id=None, last_id=None, root=b"", manifest_hash=b"", previous=previous, form=FORM,
            signer=seals.signer_of(key.public_key()),
        ))  # fmt: skip
        told = {f.name: getattr(sealed, f.name) for f in fields(sealed)} | {"manifest": manifest}
        del told["manifest_hash"]
        query = sql.SQL("insert into public.security_auditseal ({}) values ({})").format(
            sql.SQL(", ").join(map(sql.Identifier, told)), sql.SQL(", ").join(map(sql.Placeholder, told))
        )
        connection.execute(query, told)
        return sealed


def _made(connection: Connection, key: Ed25519PrivateKey, empty: Seal) -> tuple[Seal, bytes]:
    """The seal filled with the entries of its range and signed, and its manifest."""
    tree, manifest = seals.Tree(), bytearray()
    first = last = None
    places = (empty.epoch, empty.from_txid), (empty.epoch, empty.to_txid)
    with closing(stream.rows(connection, *places)) as rows:
        for row in rows:
            hashed = seals.leaf(row.canonical)
            tree.add(hashed)
            manifest += seals.mark(row.id, hashed)
            first = row.id if first is None else min(first, row.id)
            last = row.id if last is None else max(last, row.id)
    filled = replace(
        empty,
        count=len(manifest) // seals.MARK_LENGTH,
        first_id=first,
        last_id=last,
        root=tree.root(),
        manifest_hash=hashlib.sha256(manifest).digest(),
    )
    return replace(filled, signature=key.sign(filled.statement())), bytes(manifest)


def _next_place(connection: Connection, before: Seal | None, made_in: int) -> tuple[int, int]:
    """The epoch and transaction at which the next seal begins."""
    if before is None:
        return FIRST_EPOCH, 0
    if before.to_txid != END:
        return before.epoch, before.to_txid
    # Epochs may have passed without a seal of their own; those with entries still get one.
    (passed,) = _one(
        connection,
        "select min(epoch) from public.security_auditentry where epoch > %s and epoch < %s",
        before.epoch,
        made_in,
    )
    following = made_in if made_in > before.epoch else before.epoch + 1
    return (passed if passed is not None else following), 0


def _range(connection: Connection, epoch: int, begin: int, ceiling: int, limit: int) -> tuple[int, bool]:
    """Where the seal ends, at most at ``ceiling``, and whether it holds anything."""
    lowest, highest, count = _one(
        connection,
        "with next as (select txid from public.security_auditentry where epoch = %s and txid >= %s "
        "and txid < %s order by txid, id limit %s) select min(txid), max(txid), count(*) from next",
        epoch,
        begin,
        ceiling,
        limit + 1,
    )
    if count <= limit:
        return ceiling, count > 0
    # A transaction is never divided: one that is larger than a seal makes a larger seal.
    return (highest if highest > lowest else highest + 1), True


def _unwitnessed(connection: Connection, to: Path) -> list[Seal]:
    """Up to a thousand seals that the witness has not heard of, oldest first."""
    known = witness.last(to)
    condition: sql.Composable = sql.SQL("true")
    if known is not None:
        same = _seals(connection, sql.SQL("number = {}").format(known.number))
        if same and same[0].fingerprint() == known.fingerprint():
            condition = sql.SQL("number > {}").format(known.number)
        else:
            # The database was set back. After a restore that raised the epoch the chain goes on from
            # there, for everybody to see in the witness; otherwise somebody has to look first.
            (current,) = _one(connection, "select number from sec.epoch")
            if current <= known.made_in:
                raise _set_back()
            condition = sql.SQL("made_in > {}").format(known.made_in)
    found = _seals(connection, condition)
    if known is None and found and found[0].number < found[-1].number:
        log.warning("the audit's witness is empty: %s seals and more are written into it", len(found))
    return found


def newest(connection: Connection) -> Seal | None:
    """The last seal in the database."""
    number = sql.SQL("number = (select max(number) from public.security_auditseal)")
    return next(iter(_seals(connection, number)), None)


def _seals(connection: Connection, condition: sql.Composable) -> list[Seal]:
    query = sql.SQL("select {} from public.security_auditseal where {} order by number limit 1000")
    found = connection.execute(query.format(sql.SQL(SEAL_COLUMNS), condition))
    return [Seal(*row) for row in found]


def _waiting(connection: Connection) -> tuple[int, float]:
    before = newest(connection)
    count, lag = _one(
        connection,
        "select count(*), coalesce(extract(epoch from clock_timestamp() - min(at)), 0)::float8 "
        "from public.security_auditentry where (epoch, txid) >= (%s, %s)",
        *((before.epoch, before.to_txid) if before else (FIRST_EPOCH, 0)),
    )
    return count, lag


def _one(connection: Connection, query: LiteralString, *values: Any) -> tuple[Any, ...]:
    row = connection.execute(query, values or None).fetchone()
    assert row is not None
    return tuple(row)


def _not_witnessed() -> Refusal:
    return Refusal(
        "audit-witness",
        "Không đọc hoặc ghi được tệp chứng kiến của nhật ký. Niêm phong vẫn nằm trong cơ sở dữ liệu "
        "và sẽ được ghi khi tệp dùng được. Hãy kiểm tra ổ đĩa và quyền của tệp.",
        "The audit's witness file cannot be read or written. The seals stand in the database and will be "
        "written once it can. Check its disk and permissions.",
    )


def _set_back() -> Refusal:
    return Refusal(
        "audit-set-back",
        "Tệp chứng kiến biết những niêm phong mà cơ sở dữ liệu không có: dữ liệu đã bị đưa về trước. "
        "Hãy chạy phoihop verify-audit. Sau khi khôi phục bản sao lưu, phải tăng số kỳ máy chủ.",
        "The witness knows seals that the database does not have: the data was set back. Run phoihop "
        "verify-audit. After restoring a backup the server epoch must be raised.",
    )


def _epoch_not_raised() -> Refusal:
    return Refusal(
        "audit-epoch",
        "Dữ liệu đã chuyển sang máy chủ khác mà chưa tăng số kỳ máy chủ. Hãy khôi phục bằng phoihop restore.",
        "The data was moved to another server without raising the server epoch. Use phoihop restore.",
    )
