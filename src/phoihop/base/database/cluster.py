"""The database that the program brings along: several processes share one server, the last stops it.

    with start() as running:
        psycopg.connect(**running.access.params("app"))

Traps this avoids, each met in a ready-made launcher: a superuser as the program's role, trust
authentication, parent folders opened to all, a list of users that a killed process stays on.
"""

from __future__ import annotations

import atexit
import fcntl
import os
from pathlib import Path
from types import TracebackType
from typing import Self

import psycopg
from psycopg import sql

from phoihop.base.database.access import DATABASE, PORT, Access, Role, external
from phoihop.base.database.home import (
    ROOT_FOLDER,
    Home,
    default_folder,
    plain_reasons,
    try_lock,
    write_private,
)
from phoihop.base.database.programs import Programs, binaries, find_programs, server_account
from phoihop.base.database.roles import (
    EXTENSIONS,
    fingerprint,
    inside_statements,
    role_statements,
    roles_sql,
    verifiers,
)
from phoihop.base.database.server import Server
from phoihop.kernel.refusals import Refusal

__all__ = ["Access", "Role", "Running", "binaries", "default_folder", "external", "roles_sql", "start"]


class Running:
    """This process's share of the server. Ends with `stop`, with the ``with`` block, or with the process."""

    def __init__(self, server: Server, access: Access, users: int) -> None:
        self.access = access
        self._server = server
        self._users: int | None = users
        self._process = os.getpid()
        atexit.register(self.stop)

    @property
    def data(self) -> Path:
        """The folder of the server's data."""
        return self._server.home.data

    @property
    def programs(self) -> Programs:
        """PostgreSQL's programs, of the server's version and run as its account."""
        return self._server.programs

    @property
    def alive(self) -> bool:
        """Whether the server that this process joined still runs."""
        return self._server.pid() is not None

    @property
    def alone(self) -> bool:
        """Whether no other process uses the server just now."""
        assert self._users is not None
        with self._server.home.starting():
            alone = try_lock(self._users, fcntl.LOCK_EX)
            # An exclusive lock held on would keep others out; from shared to shared nothing changes.
            fcntl.flock(self._users, fcntl.LOCK_SH)
            return alone

    def stop(self) -> None:
        """Leaves the server; the last user to leave stops it. Calling it again does nothing."""
        users, self._users = self._users, None
        if users is None:
            return
        atexit.unregister(self.stop)
        if os.getpid() != self._process:
            # A forked child holds the same lock as its parent: to unlock it here would take it from both.
            os.close(users)
            return
        try:
            if not self._server.home.path.exists():  # its folder was removed, and the server ends by itself
                return
            with self._server.home.starting():
                if try_lock(users, fcntl.LOCK_EX):
                    self._server.stop()
        finally:
            os.close(users)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()


def start(folder: Path | None = None, *, binaries: Path | None = None) -> Running:
    """Joins the server of ``folder`` (default: `default_folder`), made and started if need be.

    ``binaries`` is the folder of PostgreSQL's programs (default: ``PG_BIN``, else the installed ones).
    Raises Refusal, with what to do about it, when the disk is full, the folder is not ours, another
    major version's data lies there, or PostgreSQL cannot run here.
    """
    programs = find_programs(binaries)
    home = Home((folder or default_folder()).absolute(), programs.major)
    with plain_reasons(home.folder):
        _check_versions(home, programs)
        _check_owner(home)
        account = server_account(home.data)
        home.make(account)
        with home.starting():
            home.furnish(account)
            programs = programs.usable_by(account, home.folder / "programs")
            _check_reach(home, programs)
            return _join(home, programs)


def _join(home: Home, programs: Programs) -> Running:
    _check_versions(home, programs)
    made = home.data.exists()
    if made and not home.secrets.exists():
        raise Refusal(
            "database-password",
            "Có dữ liệu nhưng thiếu tệp mật khẩu secrets/passwords.json. "
            "Hãy đưa tệp ấy về, hoặc đổi tên thư mục dữ liệu và khôi phục từ bản sao lưu (phoihop restore).",
            "There is data but the password file secrets/passwords.json is missing. "
            "Put it back, or rename the data folder and restore from a backup (phoihop restore).",
        )
    passwords = home.passwords()
    server = Server(home, programs, passwords[Role.SETUP])
    users = home.open_users()
    try:
        if not made:
            server.make()
        access = Access(str(server.run()), PORT, DATABASE, passwords, more={"require_auth": "scram-sha-256"})
        if not home.prepared.exists() or home.prepared.read_text() != fingerprint():
            prepare(access)
            write_private(home.prepared, fingerprint())
        if not try_lock(users, fcntl.LOCK_SH):
            raise RuntimeError("the lock of users is taken alone only under the lock of starting")
    except BaseException:
        if try_lock(users, fcntl.LOCK_EX):
            server.stop()
        os.close(users)
        raise
    return Running(server, access, users)


def prepare(access: Access) -> None:
    """Makes roles, database and extensions, or brings them up to date. Needs the setup role."""
    with psycopg.connect(**access.params(Role.SETUP, "postgres"), autocommit=True) as connection:
        for statement in role_statements(verifiers(access.passwords)):
            connection.execute(statement.encode())
        if not connection.execute(
            "SELECT 1 FROM pg_database WHERE datname = %s", [access.database]
        ).fetchone():
            connection.execute(
                sql.SQL("CREATE DATABASE {} OWNER {} TEMPLATE template0 ENCODING 'UTF8'").format(
                    sql.Identifier(access.database), sql.Identifier(Role.OWNER.login)
                )
            )
        for name in ("postgres", "template1"):
            connection.execute(sql.SQL("REVOKE ALL ON DATABASE {} FROM PUBLIC").format(sql.Identifier(name)))
    prepare_inside(access, access.database)


def prepare_inside(access: Access, database: str) -> None:
    """Extensions and the first grants of one database. Needs the setup role."""
    with psycopg.connect(**access.params(Role.SETUP, database)) as connection:
        rows = connection.execute("SELECT name FROM pg_available_extensions").fetchall()
        missing = sorted(set(EXTENSIONS) - {row[0] for row in rows})
        if missing:
            names = ", ".join(missing)
            raise Refusal(
                "database-extensions",
                f"PostgreSQL này thiếu phần mở rộng: {names}. Hãy cài gói contrib của PostgreSQL.",
                f"This PostgreSQL lacks the extensions {names}. Install PostgreSQL's contrib package.",
            )
        for statement in inside_statements(database):
            connection.execute(statement.encode())


def _check_versions(home: Home, programs: Programs) -> None:
    """Refuses when the data was written by another major version; touches nothing."""
    if home.data.exists():
        try:
            others = {(home.data / "PG_VERSION").read_text().strip()} - {str(home.major)}
        except OSError:
            return  # not readable, or damaged: said a little later, by the owner's check or by PostgreSQL
    else:
        others = {str(major) for major in home.other_majors()}
    if others:
        theirs, ours = ", ".join(sorted(others)), programs.version
        raise Refusal(
            "database-version",
            f"Thư mục dữ liệu là của PostgreSQL {theirs}, còn chương trình ở đây là {ours}. "
            f"Không có gì bị thay đổi. Hãy đặt PG_BIN là chương trình của bản {theirs} rồi sao lưu "
            "(phoihop backup), đổi tên thư mục cũ, sau đó chạy bản mới và khôi phục (phoihop restore).",
            f"The data folder belongs to PostgreSQL {theirs}, and the programs here are {ours}. Nothing was "
            f"changed. Set PG_BIN to the programs of version {theirs} and back up (phoihop backup), rename "
            "the old folder, then run the new version and restore (phoihop restore).",
        )


def _check_owner(home: Home) -> None:
    mine = os.geteuid()
    there = (part for part in (home.folder, home.path, home.data) if part.exists())
    if mine != 0 and any(part.stat().st_uid != mine for part in there):
        raise Refusal(
            "database-owner",
            "Thư mục dữ liệu thuộc về một tài khoản khác. "
            "Hãy chạy bằng tài khoản đó, hoặc đặt PHOIHOP_DATA là thư mục khác.",
            "The data folder belongs to another account. "
            "Run as that account, or set PHOIHOP_DATA to another folder.",
        )


def _check_reach(home: Home, programs: Programs) -> None:
    if not programs.can_enter(home.path):
        raise Refusal(
            "data-folder-unreachable",
            "Chạy bằng root thì cơ sở dữ liệu dùng một tài khoản không đặc quyền, và tài khoản đó không vào "
            "được thư mục dữ liệu. Hãy đặt PHOIHOP_DATA là nơi mọi tài khoản đi qua được, "
            f"ví dụ {ROOT_FOLDER}.",
            "Started by root, the database runs as an unprivileged account, which cannot enter the data "
            "folder. Set PHOIHOP_DATA to a place that every account may pass through, "
            f"such as {ROOT_FOLDER}.",
        )
