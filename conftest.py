"""What every test of the house shares: how hard the properties are tried, and a database."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings

# Timings vary with the machine; slow input has tests of its own, which measure.
settings.register_profile("fast", deadline=None, max_examples=50, derandomize=True)
settings.register_profile(
    "long", deadline=None, max_examples=2_000, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("fast")

_SLOW = (
    "tests/house/test_urls",
    "tests/journeys/",
    "tests/abuse/",
    "test_faults_",
    "test_kill",
    "test_at_once",
    "tests/house/test_standard",
    "demo/tests/",
)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Files that take long begin, most of them with a browser or a server of their own: of several workers
    none is left with one at the end while the others wait."""
    items.sort(key=lambda item: not any(part in item.nodeid for part in _SLOW))


@pytest.fixture(scope="session")
def django_db_setup(django_db_blocker: Any) -> Iterator[None]:
    """Tests of tables run on a real PostgreSQL as the runtime role, which owns and bypasses nothing."""
    from tests.support import database

    with django_db_blocker.unblock(), database.product():
        yield


@pytest.fixture
def vault(settings: Any, tmp_path: Path) -> Iterator[Any]:
    """A vault of this test alone: the usual one is shared with whatever other workers are testing."""
    from phoihop.base.security import vaults

    settings.PHOIHOP_FILES = tmp_path / "files"
    vaults.vault.cache_clear()
    yield vaults.vault()
    vaults.vault.cache_clear()
