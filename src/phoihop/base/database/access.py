"""How a process reaches the database: where it listens, and by which role."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any
from urllib.parse import quote, urlencode

from psycopg import ProgrammingError
from psycopg.conninfo import conninfo_to_dict

from phoihop.kernel.refusals import Refusal

DATABASE = "phoihop"
PORT = 5432


class Role(StrEnum):
    """Who a process is to the database. ``login`` is the name that PostgreSQL knows."""

    SETUP = "setup"
    OWNER = "owner"
    APP = "app"
    REPORTER = "reporter"
    SEALER = "sealer"

    @property
    def login(self) -> str:
        return f"phoihop_{self.value}"

    @classmethod
    def _missing_(cls, value: object) -> Role | None:
        text = str(value).removeprefix("phoihop_")
        return next((role for role in cls if role.value == text), None)


def role_named(name: str) -> Role:
    """The role called ``name``, short ("app") or as PostgreSQL knows it; Refusal when there is none."""
    try:
        return Role(name)
    except ValueError:
        raise Refusal(
            "database-role",
            "Không có vai trò cơ sở dữ liệu này. Hãy dùng: owner, app, reporter hoặc sealer.",
            "There is no such database role. Use owner, app, reporter or sealer.",
        ) from None


@dataclass(frozen=True)
class Access:
    """Where the database is and the password of each role that may be used.

    ``host`` is a socket folder or a host name; ``logins`` names roles that are called otherwise on the
    server; ``more`` holds what else libpq needs (``sslmode`` …). Passwords never appear in ``repr``.
    """

    host: str
    port: int
    database: str
    passwords: Mapping[str, str] = field(repr=False)
    logins: Mapping[str, str] = field(default_factory=dict)
    more: Mapping[str, str] = field(default_factory=dict)

    def params(self, role: str, database: str | None = None) -> dict[str, Any]:
        """Keyword arguments of ``psycopg.connect`` for one role; Refusal if its password is not here."""
        who = role_named(role)
        if who not in self.passwords:
            raise Refusal(
                "database-role",
                f"Chưa có mật khẩu của vai trò cơ sở dữ liệu {who.login}.",
                f"The password of database role {who.login} is not known here.",
            )
        return {
            **self.more,
            "host": self.host,
            "port": self.port,
            "dbname": database or self.database,
            "user": self.logins.get(who, who.login),
            "password": self.passwords[who],
        }

    def url(self, role: str, database: str | None = None) -> str:
        """The address of one role, ``postgresql://…``, as libpq and psycopg read it."""
        given = {key: str(value) for key, value in self.params(role, database).items()}
        name, word, base = (quote(given.pop(key), safe="") for key in ("user", "password", "dbname"))
        return f"postgresql://{name}:{word}@/{base}?{urlencode(given, quote_via=quote)}"


def external(url: str, others: Mapping[str, str] | None = None) -> Access:
    """Access to a server that somebody else runs.

    ``url`` is the address used by the runtime role, as libpq reads it; ``others`` maps further roles to
    their own addresses on the same server. Only user and password are taken from those.
    """
    main = _parts(url)
    passwords, logins = {}, {}
    for role, parts in {
        Role.APP: main,
        **{role_named(r): _parts(u) for r, u in (others or {}).items()},
    }.items():
        passwords[role.value] = parts.get("password", "")
        logins[role.value] = parts.get("user", role.login)
    plain = {"host", "port", "dbname", "user", "password"}
    return Access(
        host=main.get("host", ""),
        port=int(main.get("port", PORT)),
        database=main.get("dbname", DATABASE),
        passwords=passwords,
        logins=logins,
        more={key: value for key, value in main.items() if key not in plain},
    )


def _parts(url: str) -> dict[str, str]:
    try:
        parts = {key: str(value) for key, value in conninfo_to_dict(url).items() if value is not None}
        int(parts.get("port", PORT))  # one server, so one port
    except (ProgrammingError, ValueError):
        raise Refusal(
            "database-url",
            "Địa chỉ cơ sở dữ liệu không đọc được. Dạng đúng: postgresql://tên:mật-khẩu@máy:5432/phoihop",
            "The database address cannot be read. The form is postgresql://name:password@host:5432/phoihop",
        ) from None
    return parts
