"""The declarations of the models, written into the database, and read back to see whether they hold.

``apply`` is run by the owner after every migration and may be run again at any time; ``differences`` is
asked at every start, and the program does not serve while it names one.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.db import connection, models, transaction
from psycopg import sql

from phoihop.base.security import rows, scope
from phoihop.base.security.columns import is_protected

APP, REPORTER, SEALER = "phoihop_app", "phoihop_reporter", "phoihop_sealer"
_FUNCTIONS = Path(__file__).with_name("sql") / "scope.sql"
_POLICIES = {"read": "select", "add": "insert", "change": "update", "remove": "delete"}
# What the tool that migrates keeps for itself; the running program only looks.
_READ_ONLY = {"django_migrations"}


def install_functions() -> None:
    """Create schema ``sec`` and its functions, as the owner; policies of migrations need them."""
    with connection.cursor() as cursor:
        cursor.execute(_FUNCTIONS.read_text(encoding="utf-8"))


def install_key(key: bytes, version: int = 1) -> None:
    """Let the database check scopes signed with this key; other versions stay valid."""
    inner, outer = scope.pads(key)
    with connection.cursor() as cursor:
        cursor.execute(
            "insert into sec.secret (version, inner_pad, outer_pad) values (%s, %s, %s) "
            "on conflict (version) do update "
            "set inner_pad = excluded.inner_pad, outer_pad = excluded.outer_pad",
            (version, inner, outer),
        )


def apply() -> None:
    """Grant what the declarations say and nothing else; force row security where they ask for it."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("select pg_advisory_xact_lock(hashtext('phoihop.law'))")
        for statement in statements():
            cursor.execute(statement)
        kept = _policies()
        cursor.execute("delete from sec.law")
        cursor.executemany(
            "insert into sec.law (table_name, policy, declared, kept) values (%s, %s, %s, %s)",
            [
                (model._meta.db_table, name, condition, kept[model._meta.db_table][name])
                for model in _models().values()
                for name, condition in _conditions(model).items()
            ],
        )


def statements() -> Iterator[sql.Composable]:
    """The law as SQL, in the order in which it must be said."""
    everyone = sql.SQL(", ").join(map(sql.Identifier, (APP, REPORTER, SEALER)))
    for thing in ("tables", "sequences"):
        yield sql.SQL(f"revoke all on all {thing} in schema public from public, {{}}").format(everyone)
    yield sql.SQL("grant usage on schema public to {}").format(everyone)
    yield sql.SQL("grant select on all tables in schema public to {}").format(sql.Identifier(SEALER))
    for table in _own_tables():
        model = _models().get(table)
        yield sql.SQL("grant {} on {} to {}").format(
            sql.SQL(", ".join(sorted(granted(table, model)))), sql.Identifier(table), sql.Identifier(APP)
        )
    yield sql.SQL("grant usage, select on all sequences in schema public to {}").format(sql.Identifier(APP))
    for model in _models().values():
        yield from _row_security(model)
        yield from _for_sealer(model)


def granted(table: str, model: type[models.Model] | None) -> set[str]:
    """What the running program may do with a table as a whole; never TRUNCATE, which row security ignores."""
    if table in _READ_ONLY:
        return {"select"}
    access = rows.access_of(model) if model else None
    if access is not None and access.append_only:
        return {"select", "insert"}
    return {"select", "insert", "update", "delete"}


def _for_sealer(model: type[models.Model]) -> Iterator[sql.Composable]:
    if getattr(model, "written_by_sealer", False):
        yield sql.SQL("revoke insert, update, delete on {} from {}").format(
            sql.Identifier(model._meta.db_table), sql.Identifier(APP)
        )
        yield sql.SQL("grant insert on {} to {}").format(
            sql.Identifier(model._meta.db_table), sql.Identifier(SEALER)
        )


def _row_security(model: type[models.Model]) -> Iterator[sql.Composable]:
    access, table = rows.access_of(model), sql.Identifier(model._meta.db_table)
    for name in _POLICIES:
        yield sql.SQL("drop policy if exists {} on {}").format(sql.Identifier(f"phoihop_{name}"), table)
    if access is None:
        return
    yield sql.SQL("alter table {} enable row level security").format(table)
    yield sql.SQL("alter table {} force row level security").format(table)
    for name, condition in _conditions(model).items():
        yield sql.SQL("create policy {} on {} for {} {}").format(
            sql.Identifier(f"phoihop_{name}"), table, sql.SQL(_POLICIES[name]), sql.SQL(condition)
        )


def _conditions(model: type[models.Model]) -> dict[str, str]:
    """What each policy of a table says, by name; none where nothing is declared."""
    access = rows.access_of(model)
    if access is None:
        return {}
    read, add, change = access.read, access.adding, access.writing
    wanted = {"read": f"using ({read})", "add": f"with check ({add})"}
    if not access.append_only:
        wanted |= {"change": f"using ({change}) with check ({change})", "remove": f"using ({change})"}
    return wanted


def differences() -> list[str]:
    """Where the database is laxer than the declarations; empty when it may be served from. In English."""
    faults = [f"{label}: personal columns without declared row access" for label in rows.undeclared()]
    security, policies, grants, written = _security_of_tables(), _policies(), _grants(), _written()
    for model in _models().values():
        table, access = model._meta.db_table, rows.access_of(model)
        if table not in security:
            faults.append(f"{table}: no such table; migrate first")
            continue
        if access is None and not is_protected(model):
            continue
        if security[table] != (True, True):
            faults.append(f"{table}: row security is not forced")
        wanted, there = _conditions(model), policies.get(table, {})
        faults += [f"{table}: policy {name} is missing" for name in sorted(wanted.keys() - there.keys())]
        faults += [
            f"{table}: a policy nobody declared: {name}" for name in sorted(there.keys() - wanted.keys())
        ]
        faults += [
            f"{table}: policy {name} says something else than declared"
            for name in sorted(wanted.keys() & there.keys())
            if written.get((table, name)) != (wanted[name], there[name])
        ]
    for table, held in grants.items():
        surplus = held - granted(table, _models().get(table))
        if surplus:
            faults.append(f"{table}: {APP} may {', '.join(sorted(surplus))}, which nothing declares")
    return faults + _views()


def _models() -> dict[str, type[models.Model]]:
    return {model._meta.db_table: model for model in rows.tables()}


def _own_tables() -> list[str]:
    return _column("select tablename from pg_tables where schemaname = 'public' order by 1")


def _security_of_tables() -> dict[str, tuple[bool, bool]]:
    found = _rows(
        "select relname, relrowsecurity, relforcerowsecurity from pg_class "
        "where relnamespace = 'public'::regnamespace and relkind in ('r', 'p')"
    )
    return {name: (on, forced) for name, on, forced in found}


def _policies() -> dict[str, dict[str, str]]:
    """Every policy as the server tells it: table -> name -> condition."""
    found: dict[str, dict[str, str]] = {}
    query = (
        "select tablename, policyname, concat_ws(' | ', permissive, roles, cmd, qual, with_check) "
        "from pg_policies where schemaname = 'public'"
    )
    for table, name, said in _rows(query):
        found.setdefault(table, {})[name.removeprefix("phoihop_")] = said
    return found


def _written() -> dict[tuple[str, str], tuple[str, str]]:
    """What was declared and what the server made of it when the policies were last written."""
    return {(table, name): (said, kept) for table, name, said, kept in _rows("select * from sec.law")}


def _grants() -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    query = (
        "select c.relname, lower(a.privilege_type) from pg_class c, aclexplode(c.relacl) a "
        "where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p') "
        "and a.grantee in (0, (select oid from pg_roles where rolname = %s))"
    )
    for table, privilege in _rows(query, APP):
        found.setdefault(table, set()).add(privilege)
    return found


def _views() -> list[str]:
    """A view runs with its owner's eyes unless told otherwise; a stored one has no row security at all."""
    faults = [
        f"{name}: a view without security_invoker"
        for name, options in _rows(
            "select relname, coalesce(reloptions, '{}') from pg_class "
            "where relnamespace = 'public'::regnamespace and relkind = 'v'"
        )
        if not {"security_invoker=true", "security_invoker=on"} & set(options)
    ]
    held = _column("select matviewname from pg_matviews where schemaname = 'public'")
    return faults + [f"{name}: a stored view, which row security does not cover" for name in held]


def _rows(query: str, *params: Any) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(query, params)
        return list(cursor.fetchall())


def _column(query: str) -> list[Any]:
    return [row[0] for row in _rows(query)]
