"""What every test of the house shares: how hard the properties are tried, and a database."""

from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, settings

# Timings vary with the machine; slow input has tests of its own, which measure.
settings.register_profile("fast", deadline=None, max_examples=50, derandomize=True)
settings.register_profile(
    "long", deadline=None, max_examples=2_000, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("fast")


@pytest.fixture(scope="session")
def django_db_setup(django_db_blocker: Any) -> Iterator[None]:
    """Tests of tables run on a real PostgreSQL as the runtime role, which owns nothing and bypasses nothing."""
    from django.db import connection

    from tests.support import database

    with django_db_blocker.unblock(), database.scratch(_make_tables) as (access, name):
        _point(connection, access.params("app", name))
        yield
        connection.close()


def _point(connection: Any, found: dict[str, Any]) -> None:
    """Let Django's one connection lead to this database as this role."""
    connection.close()
    names = {"host": "HOST", "port": "PORT", "dbname": "NAME", "user": "USER", "password": "PASSWORD"}
    connection.settings_dict.update({names[key]: value for key, value in found.items() if key in names})
    connection.settings_dict["OPTIONS"] = {key: value for key, value in found.items() if key not in names}


def _make_tables(access: Any, name: str) -> None:
    """The tables of every room, made as the product makes them."""
    from django.db import connection

    from phoihop.base.security import install

    _point(connection, access.params("owner", name))
    install.migrate()
    connection.close()
