"""Every table that holds personal columns: row security is forced, and without a scope it shows nothing.

A row is put into each by the server's superuser, whom no policy stops; then the runtime role looks. A room
added later is tried without a line being added here.
"""

import datetime
import itertools
import uuid
from decimal import Decimal
from typing import Any

import psycopg
import pytest
from django.db import connection, models
from psycopg import sql
from psycopg.types.json import Jsonb

from phoihop.base.security import rows, scope
from phoihop.base.security.columns import is_protected
from phoihop.base.security.scope import Scope
from tests.support import database

PROTECTED = [model for model in rows.tables() if is_protected(model)]
FAR = 900_001  # an id that no other row of these tests has
NOW = datetime.datetime(2026, 11, 22, 8, 0, tzinfo=datetime.UTC)
SOME: dict[str, Any] = {
    "BigAutoField": FAR,
    "AutoField": FAR,
    "BigIntegerField": 1,
    "IntegerField": 1,
    "PositiveIntegerField": 1,
    "PositiveSmallIntegerField": 1,
    "SmallIntegerField": 1,
    "FloatField": 1.0,
    "DecimalField": Decimal("0.5"),
    "BooleanField": True,
    "DateField": NOW.date(),
    "DateTimeField": NOW,
    "UUIDField": uuid.UUID(int=7),
    "BinaryField": b"x",
    "JSONField": Jsonb({}),
    "GenericIPAddressField": "127.0.0.1",
    "ArrayField": [],
    "DurationField": datetime.timedelta(seconds=1),
}


def _value(field: Any) -> Any:
    kind = field.get_internal_type()
    if field.is_relation:
        return FAR
    if field.blank and kind in ("CharField", "TextField"):
        return ""
    if field.choices:
        return field.choices[0][0]
    if kind == "DateTimeField":
        # In the order of the columns, so that what ends stands after what begins.
        place = list(field.model._meta.local_concrete_fields).index(field)
        return NOW + datetime.timedelta(minutes=place)
    return SOME.get(kind, "x")


@pytest.fixture
def one_row_each(db):
    """One row in every protected table, its references pointing nowhere; gone afterwards."""
    access, name = database.current[-1]
    with psycopg.connect(**access.params("setup", name), autocommit=True) as setup:
        setup.execute("set session_replication_role = replica")
        try:
            for model in PROTECTED:
                _put(setup, model)
            yield
        finally:
            for model in PROTECTED:
                setup.execute(sql.SQL("delete from {}").format(sql.Identifier(model._meta.db_table)))


def _put(setup: Any, model: type[models.Model]) -> None:
    """Some row that the table's own checks allow: which columns may be empty together is tried out."""
    fields = list(model._meta.local_concrete_fields)
    insert = sql.SQL("insert into {} ({}) overriding system value values ({})").format(
        sql.Identifier(model._meta.db_table),
        sql.SQL(", ").join(sql.Identifier(field.column) for field in fields),
        sql.SQL(", ").join(sql.Placeholder() for _ in fields),
    )
    empty = [field for field in fields if field.null]
    for chosen in itertools.islice(itertools.product((True, False), repeat=len(empty)), 1024):
        left = {field for field, leave in zip(empty, chosen, strict=True) if leave}
        try:
            setup.execute(insert, [None if field in left else _value(field) for field in fields])
        except psycopg.errors.CheckViolation:
            continue
        return
    raise AssertionError(f"{model._meta.label}: no row was found that its checks allow")


def _count(model: type[models.Model]) -> int:
    with connection.cursor() as cursor:
        cursor.execute(sql.SQL("select count(*) from {}").format(sql.Identifier(model._meta.db_table)))
        return cursor.fetchone()[0]


def test_there_are_protected_tables():
    assert {"org.Person", "standin.Client"} <= {model._meta.label for model in PROTECTED}


def test_without_a_scope_every_protected_table_is_empty(one_row_each):
    assert {model._meta.label: _count(model) for model in PROTECTED} == {
        model._meta.label: 0 for model in PROTECTED
    }


def test_a_stranger_who_signed_in_sees_no_case_and_nobody_elses_secrets(one_row_each):
    """Signed in, holding nothing: of the tables with sensitive columns only what the door needs is open."""
    with scope.acting(Scope("work", account=2)):
        seen = {model._meta.label for model in PROTECTED if _count(model)}
    assert not {label for label in seen if label.startswith(("standin.", "security.", "mfa."))}


@pytest.mark.parametrize("model", PROTECTED, ids=lambda model: model._meta.label)
def test_row_security_is_forced(db, model):
    with connection.cursor() as cursor:
        cursor.execute(
            "select relrowsecurity, relforcerowsecurity from pg_class where oid = %s::regclass",
            [model._meta.db_table],
        )
        assert cursor.fetchone() == (True, True)
