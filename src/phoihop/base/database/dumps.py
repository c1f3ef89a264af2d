"""Backups: one sealed file holds the whole database; restoring never endangers the one that is there."""

from __future__ import annotations

import contextlib
import errno
import os
import re
import secrets
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from dataclasses import replace as replaced
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql

from phoihop.base.database.access import Access, Role
from phoihop.base.database.clients import ClientFailed, client, feed, output_of
from phoihop.base.database.cluster import prepare_inside
from phoihop.base.database.home import disk_full, sync_folder
from phoihop.base.database.programs import Programs
from phoihop.base.database.sealed_stream import read_header, seal, unseal
from phoihop.kernel.refusals import Refusal

_RESTORING = "phoihop_restoring"
# What a header always holds; the rest is the caller's.
_OWN = {"kind", "made", "epoch", "server", "salt", "check", "chunk"}
_BEFORE = "phoihop_before_"
# The setup role makes extensions and their comments; the owner, who restores, may not.
_NOT_RESTORED = re.compile(
    r"^\d+; \d+ \d+ (EXTENSION - |COMMENT - EXTENSION |SCHEMA - public |COMMENT - SCHEMA public )"
)


@dataclass(frozen=True)
class Backup:
    """A sealed file: when it was made (UTC), in which server epoch, by which PostgreSQL.

    ``size`` is in bytes before sealing and is 0 when only the header was read. ``more`` is what else the
    caller put into the header; anybody may read it.
    """

    path: Path
    kind: str
    made: datetime
    epoch: int
    server: str
    size: int = 0
    entries: tuple[str, ...] = ()
    more: Mapping[str, Any] = field(default_factory=dict)

    @property
    def major(self) -> int:
        return int(self.server.split(".")[0])


@dataclass(frozen=True)
class Restored:
    """What a restore did. ``before``: the name that the replaced database has now, if it held anything."""

    backup: Backup
    before: str | None


def backup(
    access: Access,
    programs: Programs,
    path: Path,
    key: bytes,
    *,
    epoch: int,
    snapshot: str = "",
    more: Mapping[str, Any] | None = None,
) -> Backup:
    """Dumps the database, as the sealer, into the new sealed file ``path``. ``key``: 32 bytes.

    ``snapshot`` is one that another connection exported and holds open; ``more`` goes into the header.
    Refusal when the file exists, the disk is full or the dump fails; nothing half-written stays.
    """
    try:
        with psycopg.connect(**access.params(Role.SEALER)) as connection:
            row = connection.execute("SHOW server_version").fetchone()
    except psycopg.OperationalError as error:
        raise _failed("backup-failed", str(error)) from None
    server = str(row[0]).split()[0] if row else ""
    command = ["pg_dump", "--format=custom", "--no-password", "--lock-wait-timeout=60s"]
    command += [f"--snapshot={snapshot}"] if snapshot else []
    parts = output_of(programs, command, access.params(Role.SEALER))
    return write_sealed(path, parts, key, kind="dump", epoch=epoch, server=server, more=more)


def write_sealed(
    path: Path,
    parts: Iterable[bytes],
    key: bytes,
    *,
    kind: str,
    epoch: int,
    server: str,
    more: Mapping[str, Any] | None = None,
) -> Backup:
    """Seals ``parts`` into the new file ``path``: whole and on disk under its name, or not at all."""
    if path.exists():
        raise Refusal(
            "backup-exists",
            "Đã có tệp mang tên này. Hãy chọn tên khác; bản sao lưu cũ không bị ghi đè.",
            "There is a file of this name. Choose another; an older backup is not overwritten.",
        )
    made = datetime.now(UTC).replace(microsecond=0)
    header = dict(more or {}) | {"kind": kind, "made": made.isoformat(), "epoch": epoch, "server": server}
    making = path.with_name(f".{path.name}.{secrets.token_hex(4)}.part")
    try:
        descriptor = os.open(making, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            size = seal(parts, file, key, header)
            file.flush()
            os.fsync(file.fileno())
        making.rename(path)
        sync_folder(path.parent)
    except BaseException as error:
        with contextlib.suppress(OSError):
            making.unlink(missing_ok=True)
        if isinstance(error, OSError):
            raise _not_written(error, path) from None
        if isinstance(error, ClientFailed):
            raise _failed("backup-failed", str(error)) from None
        raise
    return Backup(path, kind, made, epoch, server, size, more=dict(more or {}))


def listing(folder: Path) -> list[Backup]:
    """The backups in a folder, newest first, by what their headers say. Other files are passed over."""
    found = []
    for path in sorted(folder.iterdir()):
        if path.is_file() and not path.name.startswith("."):
            try:
                found.append(told(path))
            except Refusal:
                continue
    return sorted(found, key=lambda one: one.made, reverse=True)


def told(path: Path) -> Backup:
    """What a file's header says, unproved. Refusal when it is no backup."""
    with path.open("rb") as file:
        header = read_header(file)
    try:
        made = datetime.fromisoformat(str(header["made"]))
        kind, epoch, server = str(header["kind"]), int(header["epoch"]), str(header["server"])
    except (KeyError, ValueError):
        raise Refusal(
            "not-a-backup",
            "Tệp này không phải bản sao lưu của cơ sở dữ liệu.",
            "This file is no backup of a database.",
        ) from None
    more = {name: said for name, said in header.items() if name not in _OWN}
    return Backup(path, kind, made, epoch, server, more=more)


def inspect(path: Path, key: bytes, programs: Programs) -> Backup:
    """Proves the file to its end and lists what a dump holds. Refusal when it is unsound."""
    claimed = told(path)
    if claimed.kind != "dump":
        size = sum(len(chunk) for chunk in unsealed(path, key))
        return replaced(claimed, size=size)
    with client(programs, ["pg_restore", "--list"], {}) as running:
        size = feed(running, unsealed(path, key), all_wanted=False)
        lines = running.output()
    entries = tuple(line for line in lines.splitlines() if line and not line.startswith(";"))
    if running.code() or not entries:
        raise _failed("backup-unreadable", running.complaints)
    return replaced(claimed, size=size, entries=entries)


def unsealed(path: Path, key: bytes) -> Iterator[bytes]:
    """The proved content of a sealed file."""
    with path.open("rb") as file:
        yield from unseal(file, key)


def is_empty(access: Access) -> bool:
    """Whether the database holds no table of anybody's."""
    with psycopg.connect(**access.params(Role.OWNER)) as connection:
        row = connection.execute(
            "SELECT NOT EXISTS (SELECT FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace "
            "WHERE c.relkind IN ('r', 'p') AND n.nspname <> 'information_schema' AND n.nspname !~ '^pg_')"
        ).fetchone()
    return bool(row and row[0])


def restore(
    access: Access,
    programs: Programs,
    path: Path,
    key: bytes,
    *,
    replace: bool = False,
    prove: Callable[[str], None] | None = None,
) -> Restored:
    """Puts a dump in place of the database, which must be empty unless ``replace`` is true.

    The file is proved to its end first. Then it is restored into a fresh database beside the old one, and
    the two change names in one transaction at the end: until then a failure leaves the old one whole. Before
    that ``prove`` is called with the name of the fresh database; what it raises ends the restore. With
    ``replace`` the old one is kept as `Restored.before` until `discard` or `take_back`. Needs the passwords
    of setup and owner, and the space for both.
    """
    found = inspect(path, key, programs)
    if found.kind != "dump":
        raise Refusal(
            "not-a-dump",
            "Đây là bản chụp cả máy chủ, không phải bản sao lưu cơ sở dữ liệu.",
            "This is a copy of the whole server, not a backup of the database.",
        )
    empty = is_empty(access)
    if not empty and not replace:
        raise Refusal(
            "database-not-empty",
            "Cơ sở dữ liệu đang có dữ liệu nên không khôi phục đè lên. Hãy nói rõ là thay thế (--replace).",
            "The database holds data and is not restored over. Say that it is to be replaced (--replace).",
        )
    if found.major > programs.major:
        raise Refusal(
            "backup-newer",
            f"Bản sao lưu là của PostgreSQL {found.major}, mới hơn bản ở đây ({programs.major}).",
            f"The backup is of PostgreSQL {found.major}, newer than the one here ({programs.major}).",
        )
    try:
        _make_fresh(access)
        _fill(access, programs, path, key, found.entries)
        if prove is not None:
            prove(_RESTORING)
        before = _swap(access, _RESTORING)
    except BaseException as error:
        _drop(access, _RESTORING)
        if isinstance(error, psycopg.errors.DiskFull):
            raise disk_full(Path(access.host)) from None
        raise
    if empty:
        _drop(access, before)
        return Restored(found, None)
    return Restored(found, before)


def discard(access: Access, before: str) -> None:
    """Drops a database that a restore replaced."""
    _drop(access, _known(before))


def take_back(access: Access, before: str) -> None:
    """Puts the database that a restore replaced back in its place, and drops the restored one."""
    _drop(access, _swap(access, _known(before)))


def _known(before: str) -> str:
    if not before.startswith(_BEFORE):
        raise ValueError("not a database that a restore replaced")
    return before


def _make_fresh(access: Access) -> None:
    _drop(access, _RESTORING)
    with _setup(access) as connection:
        connection.execute(
            sql.SQL("CREATE DATABASE {} OWNER {} TEMPLATE template0").format(
                sql.Identifier(_RESTORING), sql.Identifier(Role.OWNER.login)
            )
        )
    prepare_inside(access, _RESTORING)


def _fill(access: Access, programs: Programs, path: Path, key: bytes, entries: tuple[str, ...]) -> None:
    params = access.params(Role.OWNER, _RESTORING)
    with tempfile.TemporaryDirectory(prefix="phoihop-") as folder:
        wanted = Path(folder) / "entries"
        wanted.write_text("".join(f"{line}\n" for line in entries if not _NOT_RESTORED.match(line)))
        command = ["pg_restore", "--no-owner", "--exit-on-error", "--no-password", f"--use-list={wanted}"]
        with client(programs, command, params) as running:
            feed(running, unsealed(path, key), all_wanted=True)
            running.output()
    if running.code():
        raise _failed("restore-failed", running.complaints)
    with psycopg.connect(**params, autocommit=True) as connection:
        connection.execute("ANALYZE")


def _swap(access: Access, fresh: str) -> str:
    """Gives ``fresh`` the database's name; the name that the old one has now."""
    before = f"{_BEFORE}{datetime.now(UTC):%Y%m%d%H%M%S}_{secrets.token_hex(2)}"
    old, new = sql.Identifier(access.database), sql.Identifier(fresh)
    with _setup(access) as connection:
        # Nobody may come in while those who are in are shown out.
        connection.execute(sql.SQL("ALTER DATABASE {} ALLOW_CONNECTIONS false").format(old))
        try:
            connection.execute(
                "SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity WHERE datname = ANY(%s)",
                [[access.database, fresh]],
            )
            with connection.transaction():
                connection.execute(
                    sql.SQL("ALTER DATABASE {} RENAME TO {}").format(old, sql.Identifier(before))
                )
                connection.execute(sql.SQL("ALTER DATABASE {} RENAME TO {}").format(new, old))
        except BaseException:
            connection.execute(sql.SQL("ALTER DATABASE {} ALLOW_CONNECTIONS true").format(old))
            raise
        connection.execute(sql.SQL("ALTER DATABASE {} ALLOW_CONNECTIONS true").format(sql.Identifier(before)))
    return before


def _drop(access: Access, name: str) -> None:
    with _setup(access) as connection:
        connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))


def _setup(access: Access) -> psycopg.Connection[Any]:
    return psycopg.connect(**access.params(Role.SETUP, "postgres"), autocommit=True)


def _failed(reason: str, complaints: str) -> Refusal:
    if "No space left on device" in complaints:
        return disk_full(Path("/"))
    vi, en = {
        "backup-failed": ("Không sao lưu được cơ sở dữ liệu.", "The database could not be backed up."),
        "backup-unreadable": ("Bản sao lưu không đọc được.", "The backup cannot be read."),
        "restore-failed": (
            "Không khôi phục được; cơ sở dữ liệu cũ vẫn nguyên.",
            "The restore failed; the database of before is whole.",
        ),
    }[reason]
    refusal = Refusal(reason, vi, en)
    refusal.add_note(complaints)
    return refusal


def _not_written(error: OSError, path: Path) -> Refusal:
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return disk_full(path.parent)
    return Refusal(
        "backup-not-written",
        "Không ghi được tệp sao lưu. Hãy kiểm tra thư mục và quyền ghi.",
        "The backup file could not be written. Check the folder and the right to write there.",
    )
