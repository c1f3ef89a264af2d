"""What must not be so when the program starts: facts read from the server by the runtime role itself."""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass
from typing import Any

from psycopg import Connection

from phoihop.kernel.refusals import Bilingual

_POWERS = {
    "rolsuper": ("là siêu người dùng", "is a superuser"),
    "rolbypassrls": ("bỏ qua bảo vệ theo dòng", "bypasses row security"),
    "rolcreaterole": ("tạo được vai trò khác", "may create roles"),
    "rolcreatedb": ("tạo được cơ sở dữ liệu", "may create databases"),
    "rolreplication": ("sao chép được toàn bộ máy chủ", "may replicate the whole server"),
}

# What the role is counts together with every role that it could become by SET ROLE.
_MINE = "SELECT oid FROM pg_roles WHERE pg_has_role(current_user, oid, 'MEMBER')"
_EACH_POWER = ", ".join(f"bool_or({power})" for power in _POWERS)
_POWERS_HELD = f"SELECT {_EACH_POWER} FROM pg_roles WHERE oid IN ({_MINE})"  # noqa: S608 (fixed names)
_OWNING = {"pg_class": "relowner", "pg_proc": "proowner", "pg_namespace": "nspowner", "pg_database": "datdba"}
_OWNED = " UNION ALL ".join(
    f"SELECT 1 FROM {catalog} WHERE {owner} IN ({_MINE})"  # noqa: S608 (fixed names)
    for catalog, owner in _OWNING.items()
)
_MAY_CREATE = """
    SELECT has_database_privilege(current_database(), 'CREATE')
        OR EXISTS (SELECT FROM pg_namespace
                   WHERE nspname !~ '^pg_(toast|temp)' AND has_schema_privilege(oid, 'CREATE'))
"""
_MAY_TRUNCATE = """
    SELECT EXISTS (SELECT FROM pg_class WHERE relkind IN ('r', 'p')
                   AND relnamespace <> 'information_schema'::regnamespace
                   AND has_table_privilege(oid, 'TRUNCATE'))
"""
_MAY_READ_RULES = """
    SELECT has_table_privilege('pg_hba_file_rules', 'SELECT')
       AND has_function_privilege('pg_hba_file_rules()', 'EXECUTE')
"""
_TRUSTED = "SELECT EXISTS (SELECT FROM pg_hba_file_rules WHERE auth_method = 'trust')"


@dataclass(frozen=True)
class Finding:
    """One thing that is wrong: a stable reason and what to do, in both languages."""

    reason: str
    message: Bilingual


def findings(connection: Connection[Any]) -> list[Finding]:
    """Everything wrong with the role of ``connection`` and with the server; empty when it is fit to serve.

    Reasons: ``role-powerful``, ``role-owns``, ``role-creates``, ``role-truncates``, ``server-open-world``
    (every or a public address), ``server-open-network`` (another address than this machine's own),
    ``server-in-the-clear`` (this connection crosses a network without TLS), ``server-trusts``. Only reads;
    the state of an open transaction is left as it was.
    """
    return [*role_findings(connection), *server_findings(connection)]


def role_findings(connection: Connection[Any]) -> list[Finding]:
    """What the connection's role may do and the runtime role must not."""
    found = []
    held = connection.execute(_POWERS_HELD.encode()).fetchone() or ()
    for has_it, (vi, en) in zip(held, _POWERS.values(), strict=True):
        if has_it:
            found.append(_about_role("role-powerful", vi, en))
    if connection.execute(_OWNED.encode()).fetchone():
        found.append(_about_role("role-owns", "sở hữu bảng hoặc hàm", "owns tables or functions"))
    if _one(connection, _MAY_CREATE):
        found.append(_about_role("role-creates", "tạo được bảng", "may create tables"))
    if _one(connection, _MAY_TRUNCATE):
        found.append(_about_role("role-truncates", "xoá trắng được bảng", "may truncate tables"))
    return found


def server_findings(connection: Connection[Any]) -> list[Finding]:
    """How open the server is. ``trust`` is seen only by a role that may read ``pg_hba_file_rules``."""
    found = []
    listens = {kind_of(name) for name in str(_one(connection, "SHOW listen_addresses")).split(",")}
    if "world" in listens:
        found.append(
            Finding(
                "server-open-world",
                Bilingual(
                    "Cơ sở dữ liệu nhận kết nối từ mọi mạng. "
                    "Hãy đặt listen_addresses là localhost hoặc một địa chỉ mạng riêng.",
                    "The database listens to the world. "
                    "Set listen_addresses to localhost or a private address.",
                ),
            )
        )
    if "network" in listens:
        found.append(
            Finding(
                "server-open-network",
                Bilingual(
                    "Cơ sở dữ liệu nhận kết nối từ mạng riêng. "
                    "Hãy bảo đảm chỉ máy chủ của chương trình tới được nó.",
                    "The database listens on a private network. "
                    "See that only the program's own server reaches it.",
                ),
            )
        )
    in_the_clear = _one(
        connection,
        "SELECT inet_server_addr() IS NOT NULL AND inet_client_addr() IS DISTINCT FROM inet_server_addr() "
        "AND NOT (SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid())",
    )
    if in_the_clear:
        found.append(
            Finding(
                "server-in-the-clear",
                Bilingual(
                    "Kết nối tới cơ sở dữ liệu qua mạng mà không mã hoá. "
                    "Hãy thêm sslmode=verify-full vào DATABASE_URL.",
                    "The connection to the database crosses a network unencrypted. "
                    "Add sslmode=verify-full to DATABASE_URL.",
                ),
            )
        )
    if _one(connection, _MAY_READ_RULES) and _one(connection, _TRUSTED):
        found.append(
            Finding(
                "server-trusts",
                Bilingual(
                    "Cơ sở dữ liệu cho vào không cần mật khẩu (trust trong pg_hba.conf). "
                    "Hãy đổi thành scram-sha-256.",
                    "The database lets people in without a password (trust in pg_hba.conf). "
                    "Change it to scram-sha-256.",
                ),
            )
        )
    return found


def kind_of(address: str) -> str:
    """``"here"``, ``"network"`` or ``"world"``: who reaches a server that listens on ``address``."""
    name = address.strip().strip('"').lower()
    if name in {"", "localhost"}:
        return "here"
    if name == "*":
        return "world"
    try:
        parsed = ipaddress.ip_address(name)
    except ValueError:
        return "network"  # a host name: where it leads is not known here
    if parsed.is_loopback:
        return "here"
    return "world" if parsed.is_unspecified or parsed.is_global else "network"


def _about_role(reason: str, vi: str, en: str) -> Finding:
    return Finding(
        reason,
        Bilingual(
            f"Vai trò cơ sở dữ liệu dùng để chạy chương trình {vi}. Hãy dùng vai trò phoihop_app.",
            f"The database role that the program runs as {en}. Use the role phoihop_app.",
        ),
    )


def _one(connection: Connection[Any], query: str) -> Any:
    row = connection.execute(query.encode()).fetchone()
    assert row is not None, "every query here gives one row"
    return row[0]
