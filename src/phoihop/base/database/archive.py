"""Losing a minute at most: every finished piece of the write-ahead log is copied away as it is made.

The database is then brought back to any moment after a base copy: the copy is unpacked and the pieces are
replayed upon it. The pieces lie unencrypted where they are copied to (columns sealed by the program stay
sealed in them), so that place has to be an encrypted disk on another machine.
"""

from __future__ import annotations

import json
import secrets
import shlex
import shutil
import struct
import tarfile
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Any, cast

import psycopg
from psycopg import Connection, sql

from phoihop.base.database.access import DATABASE, PORT, Access, Role
from phoihop.base.database.clients import output_of
from phoihop.base.database.cluster import Running
from phoihop.base.database.dumps import Backup, told, unsealed, write_sealed
from phoihop.base.database.home import Home, give, plain_reasons, sync_folder, write_private
from phoihop.base.database.programs import Account, Programs, find_programs, server_account
from phoihop.base.database.server import Server
from phoihop.base.database.settings import quoted
from phoihop.kernel.refusals import Refusal

_LENGTH = struct.Struct(">I")
_COPY = """\
#!/bin/sh
# Written by phoihop. Copies a finished piece of the log ($1) to the archive under its name ($2): whole and on
# disk, or not at all. A piece that is there already is never changed; the same one again is no error.
set -eu
to={destination}
if [ -e "$to/$2" ]; then exec cmp -s "$1" "$to/$2"; fi
cp "$1" "$to/.$2.part"
sync "$to/.$2.part"
mv "$to/.$2.part" "$to/$2"
sync "$to"
"""


@dataclass(frozen=True)
class ArchiveState:
    """How the archiving goes: times are UTC; ``failing`` says that the last piece could not be copied."""

    on: bool
    last_copied: datetime | None
    failing: bool
    failed_count: int


def turn_on(folder: Path, destination: Path, *, binaries: Path | None = None) -> None:
    """Copies the log of the cluster in ``folder`` to ``destination`` from the server's next start on.

    A piece is finished after 60 seconds at the latest. Refusal when there is no cluster, or when the
    server's account cannot write to ``destination``.
    """
    programs, home = find_programs(binaries), Home(folder.absolute(), find_programs(binaries).major)
    if not home.data.exists():
        raise Refusal(
            "database-missing",
            "Chưa có cơ sở dữ liệu ở thư mục này. Hãy khởi động chương trình một lần trước.",
            "There is no database in this folder yet. Start the program once first.",
        )
    account = server_account(home.data)
    destination = destination.absolute()
    if not replace(programs, account=account).can_write(destination):
        raise Refusal(
            "archive-not-writable",
            "Tài khoản chạy cơ sở dữ liệu không ghi được vào nơi lưu nhật ký. "
            "Hãy tạo thư mục và cho quyền ghi.",
            "The account that runs the database cannot write to the archive. Make the folder and allow it.",
        )
    script = home.path / "archive.sh"
    command = f"/bin/sh {shlex.quote(str(script))}".replace("%", "%%") + ' "%p" "%f"'
    lines = ["archive_mode = on", "archive_timeout = 60", f"archive_command = {quoted(command)}", ""]
    for path, text in (
        (script, _COPY.format(destination=shlex.quote(str(destination)))),
        (home.archive, "\n".join(lines)),
    ):
        write_private(path, text)
        if account is not None:
            path.chmod(0o644)


def turn_off(folder: Path, *, binaries: Path | None = None) -> None:
    """Ends the archiving with the server's next start. What was copied stays."""
    Home(folder.absolute(), find_programs(binaries).major).archive.unlink(missing_ok=True)


def state(connection: Connection[Any]) -> ArchiveState:
    """How the archiving goes, as any role may see it."""
    row = connection.execute(
        "SELECT current_setting('archive_mode') = 'on', last_archived_time, "
        "coalesce(last_failed_time > coalesce(last_archived_time, '-infinity'), false), failed_count "
        "FROM pg_stat_archiver"
    ).fetchone()
    assert row is not None
    on, last, failing, count = row
    return ArchiveState(on, last.astimezone(UTC) if last else None, failing, count)


def base_copy(
    running: Running, path: Path, key: bytes, *, epoch: int, more: Mapping[str, Any] | None = None
) -> Backup:
    """Copies the whole server, with its roles' passwords, into the new sealed file ``path``.

    ``more`` goes into the header, which anybody may read.
    """
    params = running.access.params(Role.SETUP, "postgres")
    command = ["pg_basebackup", "--format=tar", "--pgdata=-", "--wal-method=fetch", "--checkpoint=fast"]

    def parts() -> Iterator[bytes]:
        words = json.dumps(dict(running.access.passwords)).encode()
        yield _LENGTH.pack(len(words)) + words
        yield from output_of(running.programs, [*command, "--no-password"], params)

    return write_sealed(
        path, parts(), key, kind="base", epoch=epoch, server=running.programs.version, more=more
    )


def recover(
    folder: Path,
    base: Path,
    key: bytes,
    archive: Path,
    *,
    until: datetime | None = None,
    binaries: Path | None = None,
) -> None:
    """Makes in ``folder``, which holds no cluster yet, the database as it was at ``until``.

    ``base`` is a base copy made before that moment, ``archive`` the folder of the pieces since;
    without ``until`` everything archived is replayed. The server is stopped again afterwards. Refusal when a
    file is unsound, the pieces do not reach so far, or another major version is here; then nothing stays.
    """
    programs = find_programs(binaries)
    home = Home(folder.absolute(), programs.major)
    found = told(base)
    if found.kind != "base" or found.major != programs.major:
        raise Refusal(
            "not-a-base-copy",
            f"Tệp này không phải bản chụp máy chủ PostgreSQL {programs.major}.",
            f"This file is no copy of a PostgreSQL {programs.major} server.",
        )
    if home.data.exists():
        raise Refusal(
            "database-not-empty",
            "Thư mục này đã có cơ sở dữ liệu. Hãy chọn thư mục khác hoặc đổi tên thư mục cũ.",
            "There is a database in this folder. Choose another, or rename the old one.",
        )
    with plain_reasons(home.folder):
        account = server_account(home.data)
        home.make(account)
        with home.starting():
            home.furnish(account)
            programs = programs.usable_by(account, home.folder / "programs")
            words = _unpack(base, key, home, archive.absolute(), until, account)
            write_private(home.secrets, json.dumps(words))
            try:
                _replay(home, programs, words)
            except BaseException:
                shutil.rmtree(home.data)
                home.secrets.unlink()
                raise


def _unpack(
    base: Path, key: bytes, home: Home, archive: Path, until: datetime | None, account: Account | None
) -> dict[str, str]:
    making = home.path / f"making-{secrets.token_hex(4)}"
    making.mkdir(mode=0o700)
    try:
        source = _Source(unsealed(base, key))
        words = json.loads(source.read(_LENGTH.unpack(source.read(_LENGTH.size))[0]))
        with tarfile.open(fileobj=cast("IO[bytes]", source), mode="r|") as tar:
            tar.extractall(making, filter="data")
        source.drain()  # the end of the file is proved only when it is read
        with (making / "postgresql.auto.conf").open("a") as file:
            file.write("".join(f"{line}\n" for line in _recovery(archive, until)))
        (making / "recovery.signal").touch()
        for at in [making, *making.rglob("*")]:
            give(at, account)
            if at.is_file():
                at.chmod(0o600)
        making.rename(home.data)
        sync_folder(home.path)
    finally:
        shutil.rmtree(making, ignore_errors=True)
    return {str(role): str(word) for role, word in words.items()}


def _recovery(archive: Path, until: datetime | None) -> Iterator[str]:
    copy = f"cp {shlex.quote(str(archive))}".replace("%", "%%") + '/"%f" "%p"'
    yield f"restore_command = {quoted(copy)}"
    yield "recovery_target_action = 'promote'"
    if until is not None:
        yield f"recovery_target_time = {quoted(until.astimezone(UTC).isoformat())}"


def _replay(home: Home, programs: Programs, words: dict[str, str]) -> None:
    server = Server(home, programs, words[Role.SETUP])
    try:
        access = Access(str(server.run()), PORT, DATABASE, words)
        while _still_replaying(access):
            time.sleep(0.2)
            if server.pid() is None:
                raise _too_short()
        with psycopg.connect(**access.params(Role.SETUP, "postgres"), autocommit=True) as connection:
            for name in ("restore_command", "recovery_target_time", "recovery_target_action"):
                connection.execute(sql.SQL("ALTER SYSTEM RESET {}").format(sql.Identifier(name)))
    except Refusal as refusal:
        if any("before configured recovery target" in note for note in getattr(refusal, "__notes__", ())):
            raise _too_short() from None
        raise
    finally:
        server.stop()


def _too_short() -> Refusal:
    return Refusal(
        "archive-too-short",
        "Nhật ký đã lưu không tới được thời điểm yêu cầu. Hãy chọn thời điểm sớm hơn.",
        "The archived log does not reach the moment asked for. Choose an earlier one.",
    )


def _still_replaying(access: Access) -> bool:
    try:
        with psycopg.connect(**access.params(Role.SETUP, "postgres")) as connection:
            row = connection.execute("SELECT pg_is_in_recovery()").fetchone()
    except psycopg.OperationalError:
        return True
    return bool(row and row[0])


class _Source:
    """Reads from chunks as from a file, as far as tarfile needs it."""

    def __init__(self, chunks: Iterator[bytes]) -> None:
        self._chunks = chunks
        self._waiting = memoryview(b"")

    def read(self, size: int) -> bytes:
        given = bytearray()
        while len(given) < size:
            if not self._waiting:
                chunk = next(self._chunks, None)
                if chunk is None:
                    break
                self._waiting = memoryview(chunk)
            wanted = size - len(given)
            given += self._waiting[:wanted]
            self._waiting = self._waiting[wanted:]
        return bytes(given)

    def drain(self) -> None:
        for _ in self._chunks:
            pass
