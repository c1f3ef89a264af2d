"""A database of its own for one test: the product's tables, with people who write, seal and tamper."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import uuid4

import psycopg
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.db import connections
from django.db.backends.postgresql.base import DatabaseWrapper
from psycopg import sql

from phoihop.base.database.access import Access
from phoihop.base.security import law
from phoihop.base.security.audit import witness
from phoihop.base.security.audit.entries import Entry, Kind
from phoihop.base.security.audit.findings import Report
from phoihop.base.security.audit.guard import GUARD
from phoihop.base.security.audit.recording import insertion, parameters
from phoihop.base.security.audit.sealing import Sealed, seal
from phoihop.base.security.audit.verifying import verify
from phoihop.base.security.models.audit import AuditCanary, AuditEntry, AuditSeal


def entry(**parts) -> Entry:
    """Somebody read something."""
    given: dict[str, Any] = {"kind": Kind.READ, "action": "org.look", "request": uuid4(), "account": 7}
    return Entry(**given | parts)


def write(connection: psycopg.Connection, *entries: Entry) -> None:
    """Add entries to this connection's transaction, by the statement that ``record`` uses."""
    connection.execute(insertion(len(entries)), parameters(entries))


@dataclass
class House:
    """One database and its witness file. The superuser here stands for whoever owns the machine."""

    access: Access
    database: str
    witness: Path
    key: Ed25519PrivateKey = field(default_factory=Ed25519PrivateKey.generate)

    def connect(self, role: str = "setup", **more) -> psycopg.Connection:
        return psycopg.connect(**self.access.params(role, self.database), **more)

    def write(self, count: int = 1, **parts) -> None:
        """Entries in one transaction."""
        with self.connect() as connection:
            write(connection, *[entry(**parts) for _ in range(count)])

    def seal(self, **options) -> Sealed:
        with self.connect("sealer", autocommit=True) as connection:
            return seal(connection, self.key, self.witness, **options)

    def verify(self, *, witness: bool = True, **options) -> Report:
        with self.connect("sealer") as connection:
            return verify(connection, [self.key.public_key()], self.witness if witness else None, **options)

    def fill(self, *counts: int) -> None:
        """A seal for each count, of that many entries, each in a transaction of its own."""
        for count in counts:
            for _ in range(count):
                self.write(thing_kind="org.Agency", thing_id="a1", detail={"fields": ["name"]})
            assert self.seal().rows == count

    def tamper(self, *statements: str) -> None:
        """Do what only a superuser can: past every trigger, policy and constraint of a key."""
        with self.connect() as connection:
            connection.execute("set session_replication_role = replica")
            for statement in statements:
                connection.execute(statement)

    def ask(self, query: str) -> list:
        with self.connect() as connection:
            return [row[0] if len(row) == 1 else row for row in connection.execute(query)]

    def ids(self) -> list[int]:
        return self.ask("select id from security_auditentry order by epoch, txid, id")

    def witnessed(self) -> list[int]:
        """The numbers of the seals in the witness."""
        return [line.seal.number for line in witness.lines(self.witness) if line.seal is not None]


def make_tables(access: Access, name: str) -> None:
    """The audit's own tables and triggers, from its models and from the SQL that the product runs."""
    with psycopg.connect(**access.params("owner", name), autocommit=True) as owner:
        owner.execute((Path(law.__file__).parent / "sql" / "scope.sql").read_text(encoding="utf-8"))
    with _django(access.params("owner", name)) as django, django.schema_editor() as editor:
        for model in (AuditEntry, AuditSeal, AuditCanary):
            editor.create_model(model)
    with psycopg.connect(**access.params("owner", name), autocommit=True) as owner:
        owner.execute(GUARD)
        owner.execute("grant insert on public.security_auditseal to phoihop_sealer")


@contextmanager
def _django(found: dict[str, Any]) -> Iterator[DatabaseWrapper]:
    """A connection that Django makes tables through."""
    names = {"HOST": "host", "PORT": "port", "NAME": "dbname", "USER": "user", "PASSWORD": "password"}
    given = connections.configure_settings({"default": {"ENGINE": "django.db.backends.postgresql"}})
    own = DatabaseWrapper(given["default"] | {key: found[name] for key, name in names.items()}, "audit")
    connections["audit"] = own
    try:
        yield own
    finally:
        own.close()
        del connections["audit"]


@contextmanager
def copied(access: Access, source: str, name: str) -> Iterator[str]:
    """A copy of a database to which nobody is connected; dropped at the end."""
    drop = sql.SQL("drop database if exists {} with (force)").format(sql.Identifier(name))
    copy = sql.SQL("create database {} owner phoihop_owner template {}")
    with psycopg.connect(**access.params("setup", "postgres"), autocommit=True) as setup:
        setup.execute(drop)
        setup.execute(copy.format(sql.Identifier(name), sql.Identifier(source)))
    try:
        yield name
    finally:
        with psycopg.connect(**access.params("setup", "postgres"), autocommit=True) as setup:
            setup.execute(drop)


def own_name(what: str) -> str:
    return f"audit_{what}_{os.getpid()}"
