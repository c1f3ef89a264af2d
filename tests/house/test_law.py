"""The declarations reach the database, and every laxness in it is noticed."""

import psycopg
import pytest
from django.db import DatabaseError, connection

from phoihop.base.security import law
from tests.support import database


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


# What somebody does by hand, how it is undone, and the word by which the start notices it.
LOOSENED = [
    (
        "alter policy phoihop_read on standin_client using (true)",
        "",
        "standin_client: policy read says something else",
    ),
    ("drop policy phoihop_read on standin_visit", "", "standin_visit: policy read is missing"),
    (
        "create policy more on org_person for select using (true)",
        "drop policy more on org_person",
        "nobody declared",
    ),
    ("alter table org_account no force row level security", "", "org_account: row security is not forced"),
    ("grant truncate on org_unit to phoihop_app", "", "org_unit: phoihop_app may truncate"),
    ("grant update on security_auditentry to phoihop_app", "", "security_auditentry: phoihop_app may update"),
    ("create view peep as select * from org_person", "drop view peep", "a view without security_invoker"),
    ("create materialized view kept as select 1", "drop materialized view kept", "a stored view"),
]


def test_whatever_is_loosened_by_hand_is_noticed(db):
    access, name = database.current[-1]
    with psycopg.connect(**access.params("owner", name), autocommit=True) as owner:
        try:
            for loosen, _, _ in LOOSENED:
                owner.execute(loosen)
            found = law.differences()
            assert [word for _, _, word in LOOSENED if not any(word in fault for fault in found)] == []
            assert len(found) == len(LOOSENED)
        finally:
            for _, mend, _ in LOOSENED:
                if mend:
                    owner.execute(mend)
            database.as_owner(law.apply)
    assert law.differences() == []
