"""A database for each test that tampers, copied from one that holds the audit's tables and nothing else."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from phoihop.base.database import cluster
from phoihop.base.database.access import Access
from phoihop.base.security.audit.tests.house import House, copied, make_tables, own_name
from tests.support import database


@pytest.fixture(scope="session")
def empty(django_db_blocker) -> Iterator[tuple[Access, str]]:
    """The audit's tables, empty, in a database that no test touches."""
    # A server of its own, and of each of several workers another one: whatever is being written in any
    # database of a server holds sealing up.
    worker = os.environ.get("PYTEST_XDIST_WORKER", "")
    folder = database.folder().with_name(f"{database.folder().name}-audit{worker}")
    folder.mkdir(mode=0o755, parents=True, exist_ok=True)
    with (
        cluster.start(folder) as running,
        copied(running.access, "template0", own_name("empty")) as name,
    ):
        with django_db_blocker.unblock():
            make_tables(running.access, name)
        yield running.access, name


@pytest.fixture
def house(empty: tuple[Access, str], tmp_path: Path) -> Iterator[House]:
    """A database of this test's own, and a witness that does not exist yet."""
    access, source = empty
    with copied(access, source, own_name("test")) as name:
        yield House(access, name, tmp_path / "witness.jsonl")
