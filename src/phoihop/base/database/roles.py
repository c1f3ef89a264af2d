"""The database's roles: what each may do, as SQL that can be run again and again."""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
from collections.abc import Mapping

from phoihop.base.database.access import DATABASE, Role
from phoihop.kernel.refusals import Refusal

EXTENSIONS = ("btree_gist", "pg_trgm", "unaccent")
_PLAIN = "LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION INHERIT"
_ATTRIBUTES = {
    Role.OWNER: f"{_PLAIN} NOBYPASSRLS",
    Role.APP: f"{_PLAIN} NOBYPASSRLS",
    Role.REPORTER: f"{_PLAIN} NOBYPASSRLS",
    Role.SEALER: f"{_PLAIN} BYPASSRLS",
}
# Errors of statements go to the client alone: they may quote what somebody typed, and a log is read by more
# people than a record is. The server's own errors are still logged.
_QUIET = {"log_min_messages": "log", "log_min_error_statement": "panic", "log_error_verbosity": "terse"}
_SETTINGS: dict[Role, dict[str, str]] = {
    Role.OWNER: {"lock_timeout": "3s", "idle_in_transaction_session_timeout": "10min"},
    Role.APP: {
        "statement_timeout": "15s",
        "idle_in_transaction_session_timeout": "60s",
        "synchronous_commit": "on",
    },
    Role.REPORTER: {
        "statement_timeout": "5min",
        "idle_in_transaction_session_timeout": "5min",
        "default_transaction_read_only": "on",
    },
    Role.SEALER: {"idle_in_transaction_session_timeout": "10min", "synchronous_commit": "on"},
}


def verifier(password: str, salt: bytes | None = None) -> str:
    """What PostgreSQL keeps of a password (RFC 5803): so the password itself is in no statement or log."""
    if not password or not password.isascii():
        raise Refusal(
            "database-password",
            "Mật khẩu của vai trò cơ sở dữ liệu phải có và chỉ gồm chữ không dấu, chữ số, dấu câu.",
            "The password of a database role must not be empty and holds plain ASCII only.",
        )
    salt = salt or secrets.token_bytes(16)
    rounds = 4096
    salted = hashlib.pbkdf2_hmac("sha256", password.encode(), salt, rounds)
    stored = hashlib.sha256(hmac.digest(salted, b"Client Key", "sha256")).digest()
    server = hmac.digest(salted, b"Server Key", "sha256")
    kept = [base64.b64encode(part).decode() for part in (salt, stored, server)]
    return f"SCRAM-SHA-256${rounds}:{kept[0]}${kept[1]}:{kept[2]}"


def role_statements(verifiers: Mapping[str, str]) -> list[str]:
    """Makes the roles, or brings them back to what they should be. ``verifiers``: of each role's password."""
    statements = []
    for role, attributes in _ATTRIBUTES.items():
        statements.append(
            f"DO $$ BEGIN IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = '{role.login}') "
            f"THEN CREATE ROLE {role.login}; END IF; END $$"
        )
        statements.append(f"ALTER ROLE {role.login} {attributes} PASSWORD '{verifiers[role]}'")
        statements += [
            f"ALTER ROLE {role.login} SET {name} = '{value}'"
            for name, value in {**_SETTINGS[role], **_QUIET}.items()
        ]
    statements.append(f"GRANT pg_read_all_data TO {Role.SEALER.login}")
    return statements


def verifiers(passwords: Mapping[str, str]) -> dict[str, str]:
    """The verifier of each role's password."""
    return {role.value: verifier(passwords[role]) for role in _ATTRIBUTES}


def inside_statements(database: str = DATABASE) -> list[str]:
    """Run inside the new database: extensions, and nothing for anybody who is not named.

    The runtime roles get CONNECT alone; what they may do with each table is granted where the table is
    declared. TRUNCATE passes row security by and is granted to nobody.
    """
    connect = ", ".join(role.login for role in (Role.APP, Role.REPORTER, Role.SEALER))
    return [
        *(f"CREATE EXTENSION IF NOT EXISTS {name}" for name in EXTENSIONS),
        f'REVOKE ALL ON DATABASE "{database}" FROM PUBLIC',
        f'GRANT CONNECT ON DATABASE "{database}" TO {connect}',
        "REVOKE ALL ON SCHEMA public FROM PUBLIC",
        f"ALTER SCHEMA public OWNER TO {Role.OWNER.login}",
    ]


def roles_sql(passwords: Mapping[str, str]) -> str:
    """A psql script for the administrator of another server: roles, database, extensions.

    ``passwords`` maps owner, app, reporter and sealer to their passwords; only verifiers are written.
    It may be run again.
    """
    found = f"SELECT FROM pg_database WHERE datname = '{DATABASE}'"
    create = (
        f"CREATE DATABASE {DATABASE} OWNER {Role.OWNER.login} TEMPLATE template0 ENCODING ''UTF8'' "
        "LOCALE ''C.UTF-8''"
    )
    unless_there = f"SELECT '{create}' WHERE NOT EXISTS ({found})\\gexec"
    lines = [f"{line};" for line in role_statements(verifiers(passwords))]
    inside = [f"{line};" for line in inside_statements()]
    return "\n".join(["\\set ON_ERROR_STOP on", *lines, unless_there, f"\\connect {DATABASE}", *inside, ""])


def fingerprint() -> str:
    """Changes when anything above does, so that a cluster made earlier is brought up to date."""
    statements = role_statements(dict.fromkeys(_ATTRIBUTES, "")) + inside_statements()
    return hashlib.sha256("\n".join(statements).encode()).hexdigest()
