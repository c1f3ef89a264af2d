"""Loading on a connection that has known the table of units small, as a server's may have."""

import psycopg
import pytest
from django.db import connection

from phoihop.base.org import loading
from phoihop.base.org.models import Succession, Unit
from phoihop.base.org.tests import making as org
from phoihop.base.security import scope
from tests.support import database

pytestmark = pytest.mark.django_db


def checked() -> None:
    with connection.cursor() as cursor:
        cursor.execute("set constraints all immediate")
        cursor.execute("set constraints all deferred")


def read_through() -> int:
    """Rows of units that this transaction came past without an index."""
    with connection.cursor() as cursor:
        cursor.execute("select seq_tup_read from pg_stat_xact_user_tables where relname = 'org_unit'")
        return cursor.fetchone()[0]


def test_references_are_not_searched_for_as_in_the_small_table_that_was():
    access, name = database.current[-1]
    with psycopg.connect(**access.params("owner", name), autocommit=True) as owner:
        owner.execute("vacuum analyze org_unit")  # the planner knows that it is empty
    with scope.acting(org.INSTALL):
        for day in range(1, 29):  # as often as a plan has to be made before it is kept
            unit = Unit.objects.create(
                key=f"x:{day}",
                system="2025",
                code=str(day),
                name="Mường Thử",
                kind="tỉnh",
                level="province",
                valid_from="2025-07-01",
                latitude=0,
                longitude=0,
            )
            Succession.objects.create(old=unit, new=unit, day="2025-07-01", whole=True)
            checked()
    loaded = loading.load_units()
    before = read_through()
    checked()
    assert read_through() - before < loaded.successions
