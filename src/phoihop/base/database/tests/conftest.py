import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from phoihop.base.database.cluster import Running, start
from phoihop.base.database.tests.support import place, server_pids


@pytest.fixture
def folder() -> Iterator[Path]:
    with place() as made:
        yield made


@pytest.fixture(scope="package")
def running() -> Iterator[Running]:
    """One cluster for the tests that do not stop it."""
    with place() as made, start(made) as joined:
        yield joined


@pytest.fixture(scope="package")
def stopped() -> Iterator[Path]:
    with place() as folder:
        start(folder).stop()
        yield folder


@pytest.fixture
def made(stopped: Path) -> Iterator[Path]:
    """A folder that holds a cluster which does not run, and is to be left so."""
    yield stopped
    # The last of a server's processes end a moment after its file is gone, later on a busy machine.
    deadline = time.monotonic() + 20
    while server_pids(stopped) and time.monotonic() < deadline:
        time.sleep(0.1)
    assert not server_pids(stopped)
