"""A real database for tests: our own PostgreSQL, tables made by the owner and used by the runtime role."""

import contextlib
import getpass
import hashlib
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql

from phoihop.base.database import cluster
from phoihop.base.database.access import Access

# The access and name of the database that this run's tests use, for those who need another role on it.
current: list[tuple[Access, str]] = []
SOURCE = Path(__file__).resolve().parents[2]


def folder() -> Path:
    """The tests' own server lives on between runs, so that only the first one has to make it.

    Each checkout has its own: another one's tables would take the place of those that this run copies from.
    """
    given = os.environ.get("PHOIHOP_TEST_DATA")
    checkout = hashlib.sha256(bytes(SOURCE)).hexdigest()[:8]
    made = Path(tempfile.gettempdir()) / f"phoihop-test-{getpass.getuser()}-{checkout}"
    return Path(given) if given else made


def fingerprint() -> str:
    """Of everything that shapes the tables: what the template database was made from."""
    summed = hashlib.sha256()
    base = SOURCE / "src" / "phoihop"
    shaping = [*base.rglob("migrations/*.py"), *base.rglob("*.sql"), *base.rglob("models/*.py")]
    shaping += [
        *base.rglob("models.py"),
        *(base / "base" / "security").glob("*.py"),
        base / "config" / "settings.py",
    ]
    shaping += [*(SOURCE / "tests").rglob("models.py"), SOURCE / "locks" / "runtime.lock"]
    for path in sorted(shaping):
        summed.update(str(path.relative_to(SOURCE)).encode() + b"\0" + path.read_bytes())
    return summed.hexdigest()[:16]


@contextlib.contextmanager
def scratch(make: Any) -> Iterator[tuple[Access, str]]:
    """Access to a new database copied from the template; ``make(access, name)`` fills the template once."""
    where = folder()
    where.mkdir(mode=0o755, parents=True, exist_ok=True)
    with cluster.start(where) as running:
        access, template = running.access, f"template_{fingerprint()}"
        name = f"test_{os.getpid()}"
        with psycopg.connect(**access.params("setup", "postgres"), autocommit=True) as setup:
            setup.execute("select pg_advisory_lock(7)")
            if not _exists(setup, template):
                _make_template(setup, access, template, make)
            _create(setup, name, template)
            setup.execute("select pg_advisory_unlock(7)")
        current.append((access, name))
        try:
            yield access, name
        finally:
            current.pop()
            with psycopg.connect(**access.params("setup", "postgres"), autocommit=True) as setup:
                _drop(setup, name)


def _make_template(setup: Any, access: Access, template: str, make: Any) -> None:
    for (old,) in setup.execute(
        "select datname from pg_database where datname like 'template\\___%'"
    ).fetchall():
        _drop(setup, old)
    half = f"{template}_half"
    _drop(setup, half)
    _create(setup, half, "template0")
    cluster.prepare_inside(access, half)
    make(access, half)
    setup.execute(
        sql.SQL("alter database {} rename to {}").format(sql.Identifier(half), sql.Identifier(template))
    )


def _exists(setup: Any, name: str) -> bool:
    return setup.execute("select from pg_database where datname = %s", [name]).fetchone() is not None


def _create(setup: Any, name: str, template: str) -> None:
    _drop(setup, name)
    setup.execute(
        sql.SQL("create database {} owner phoihop_owner template {}").format(
            sql.Identifier(name), sql.Identifier(template)
        )
    )
    setup.execute(
        sql.SQL("grant connect on database {} to phoihop_app, phoihop_sealer, phoihop_reporter").format(
            sql.Identifier(name)
        )
    )


def _drop(setup: Any, name: str) -> None:
    setup.execute(sql.SQL("drop database if exists {} with (force)").format(sql.Identifier(name)))


@contextlib.contextmanager
def product(role: str = "app") -> Iterator[Access]:
    """A migrated database of its own, with Django's connection leading to it as ``role``; for benches."""
    from django.db import connection

    def make(access: Access, name: str) -> None:
        from phoihop.base.security import install

        point(connection, access.params("owner", name))
        install.migrate()
        connection.close()

    with scratch(make) as (access, name):
        point(connection, access.params(role, name))
        yield Access(access.host, access.port, name, access.passwords)
        connection.close()


@contextlib.contextmanager
def committed() -> Iterator[None]:
    """One test's own database, a copy of the run's, in which what is written is committed: for what is read
    by another connection than Django's."""
    from django.db import connection

    access, name = current[-1]
    own = f"{name}_own"
    connection.close()  # what is copied has to be nobody's
    with psycopg.connect(**access.params("setup", "postgres"), autocommit=True) as setup:
        _create(setup, own, name)
        point(connection, access.params("app", own))
        current.append((access, own))
        try:
            yield
        finally:
            current.pop()
            point(connection, access.params("app", name))
            _drop(setup, own)


def point(connection: Any, found: dict[str, Any]) -> None:
    """Let Django's one connection lead to this database as this role."""
    connection.close()
    names = {"host": "HOST", "port": "PORT", "dbname": "NAME", "user": "USER", "password": "PASSWORD"}
    connection.settings_dict.update({names[key]: value for key, value in found.items() if key in names})
    connection.settings_dict["OPTIONS"] = {key: value for key, value in found.items() if key not in names}


def as_owner(do: Any) -> None:
    """Do something as the owner in a process of its own: this one's connection is in a test's transaction."""
    access, name = current[-1]
    module, function = do.__module__, do.__qualname__
    code = (
        "import django; django.setup()\n"
        "from django.db import connection\nfrom tests.support import database\n"
        f"database.point(connection, {access.params('owner', name)!r})\n"
        f"from {module} import {function}\n{function}()"
    )
    environment = os.environ | {"DJANGO_SETTINGS_MODULE": "tests.settings"}
    subprocess.run([sys.executable, "-c", code], check=True, cwd=SOURCE, env=environment, timeout=60)
