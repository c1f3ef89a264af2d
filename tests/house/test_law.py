"""The declarations reach the database, and every laxness in it is noticed."""

import pytest
from django.db import DatabaseError, connection

from phoihop.base.security import law


def test_the_database_is_as_strict_as_the_declarations(db):
    assert law.differences() == []


@pytest.mark.parametrize("table", ["org_person", "org_account", "org_unit"])
def test_the_runtime_role_never_truncates(db, table):
    with pytest.raises(DatabaseError, match="permission denied"), connection.cursor() as cursor:
        cursor.execute(f"truncate {table}")


@pytest.mark.parametrize(
    "statement",
    [
        "create table mine (n int)",
        "alter table org_person disable row level security",
        "drop policy phoihop_read on org_person",
        "set role phoihop_owner",
        "create extension pg_buffercache",
    ],
)
def test_the_runtime_role_changes_nothing_of_the_house(db, statement):
    with pytest.raises(DatabaseError), connection.cursor() as cursor:
        cursor.execute(statement)
