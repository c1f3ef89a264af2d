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
    Home,
    default_folder,
    plain_reasons,
    remove_leftovers,
    try_lock,
    write_private,
)
from phoihop.base.database.programs import Programs, binaries, find_programs, server_account
from phoihop.base.database.roles import EXTENSIONS, fingerprint, inside_statements, role_statements, roles_sql
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
        account = server_account(home.data)
        home.make(account)
        _check_owner(home)
        programs = programs.usable_by(account, home.folder / "programs")
        _check_reach(home, programs)
        with home.starting():
            return _join(home, programs)


def _join(home: Home, programs: Programs) -> Running:
    _check_versions(home, programs)
    remove_leftovers(home)
    made = (home.data / "PG_VERSION").exists()
    if made and not home.secrets.exists():
        raise Refusal(
            "database-password",
            "Có dữ liệu nhưng thiếu tệp mật khẩu (secrets/passwords.json). Hãy khôi phục cả thư mục từ bản sao lưu.",
            "There is data but no password file (secrets/passwords.json). Restore the whole folder from a backup.",
        )
    passwords = home.passwords()
    server = Server(home, programs, passwords[Role.SETUP])
    if not made:
        server.make()
    if server.pid() is None:
        server.start(home.socket_folder(programs.account))
    socket = server.socket() or home.socket_folder(programs.account)
    server.wait_until_it_answers(socket)
    access = Access(str(socket), PORT, DATABASE, passwords)
    users = home.open_users()
    try:
        if not try_lock(users, fcntl.LOCK_SH):
            raise Refusal(
                "database-busy",
                "Cơ sở dữ liệu đang được dừng. Hãy thử lại.",
                "The database is being stopped. Try again.",
            )
        if not home.prepared.exists() or home.prepared.read_text() != fingerprint():
            prepare(access)
            write_private(home.prepared, fingerprint())
    except BaseException:
        if try_lock(users, fcntl.LOCK_EX):
            server.stop()
        os.close(users)
        raise
    return Running(server, access, users)


def prepare(access: Access) -> None:
    """Makes roles, database and extensions, or brings them up to date. Needs the setup role."""
    with psycopg.connect(**access.params(Role.SETUP, "postgres"), autocommit=True) as connection:
        for statement in role_statements(access.passwords):
            connection.execute(statement.encode())
        if not connection.execute("SELECT FROM pg_database WHERE datname = %s", [access.database]).fetchone():
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
    if (home.data / "PG_VERSION").exists():
        try:
            written = (home.data / "PG_VERSION").read_text().strip()
        except PermissionError:
            return  # another account's data: said so a little later
        if written == str(home.major):
            return
        others = [written]
    else:
        others = [str(major) for major in home.other_majors()]
    if others:
        theirs = ", ".join(others)
        raise Refusal(
            "database-version",
            f"Thư mục dữ liệu là của PostgreSQL {theirs}, còn chương trình ở đây là {programs.version}. Không có gì bị "
            f"thay đổi. Hãy đặt PG_BIN là chương trình của bản {theirs} và sao lưu (phoihop backup), đổi tên thư mục "
            "cũ, rồi chạy bản mới và khôi phục (phoihop restore).",
            f"The data folder belongs to PostgreSQL {theirs}, and the programs here are {programs.version}. Nothing "
            f"was changed. Set PG_BIN to programs of version {theirs} and back up (phoihop backup), rename the old "
            "folder, then run the new version and restore (phoihop restore).",
        )


def _check_owner(home: Home) -> None:
    mine = os.geteuid()
    if mine != 0 and any(p.exists() and p.stat().st_uid != mine for p in (home.path, home.data)):
        raise Refusal(
            "database-owner",
            "Thư mục dữ liệu thuộc về một tài khoản khác. Hãy chạy bằng tài khoản đó, hoặc đặt PHOIHOP_DATA khác.",
            "The data folder belongs to another account. Run as that account, or set another PHOIHOP_DATA.",
        )


def _check_reach(home: Home, programs: Programs) -> None:
    if not programs.can_enter(home.path):
        raise Refusal(
            "data-folder-unreachable",
            "Chạy bằng root thì cơ sở dữ liệu dùng một tài khoản không đặc quyền, và tài khoản đó không vào được thư "
            f"mục dữ liệu. Hãy đặt PHOIHOP_DATA là thư mục mọi tài khoản đi qua được, ví dụ {default_root()}.",
            "Started by root, the database runs as an unprivileged account, which cannot enter the data folder. "
            f"Set PHOIHOP_DATA to a folder that every account may pass through, for instance {default_root()}.",
        )


def default_root() -> Path:
    """Where root's data lies unless told otherwise."""
    from phoihop.base.database.home import ROOT_FOLDER

    return ROOT_FOLDER
