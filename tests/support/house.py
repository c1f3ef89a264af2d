"""The whole product running: a server process of its own on a database of its own, for browsers to visit."""

import atexit
import contextlib
import http.client
import itertools
import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import psycopg

from phoihop.base.database import cluster
from phoihop.base.database.access import Access
from tests.support import database

SOURCE = database.SOURCE
_ANSWERS_WITHIN = 60.0  # seconds
_doers: dict[frozenset[tuple[str, str]], subprocess.Popen[str]] = {}  # by the environment that each has
_NUMBERS = itertools.count(1)  # several houses may stand at once


@dataclass(frozen=True)
class House:
    """A running server. ``address`` is what a browser is given, ``environment`` what its processes get."""

    address: str
    environment: dict[str, str]
    server: int

    def do(self, code: str) -> Any:
        """Run Python in the product, on its database; what it assigns to ``answer`` comes back."""
        return do(code, self.environment)


def do(code: str, given: dict[str, str]) -> Any:
    """As ``House.do``, in this environment; for what must be done before the server starts."""
    asked = frozenset(given.items())
    doer = _doers.get(asked)
    if doer is None or doer.poll() is not None:
        program = [sys.executable, "-m", "tests.support.doing"]
        doer = _doers[asked] = subprocess.Popen(
            program, env=given, cwd=SOURCE, text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE
        )
    assert doer.stdin is not None
    assert doer.stdout is not None
    print(json.dumps(code), file=doer.stdin, flush=True)
    line = doer.stdout.readline()
    assert line, f"what does it in the product has ended with {doer.wait()}"
    said = json.loads(line)
    assert "fault" not in said, said["fault"]
    return said["answer"]


@atexit.register
def _let_go() -> None:
    """End the processes that do what tests ask."""
    while _doers:
        _, doer = _doers.popitem()
        doer.communicate()


def environment(access: Access, port: int, *, role: str = "app", **more: str) -> dict[str, str]:
    """What a process of the house is given: the database in one role, and where pages are found."""
    variable = "DATABASE_URL" if role == "app" else f"DATABASE_{role.upper()}_URL"
    given = {
        "DATABASE_URL": access.url("app"),
        variable: access.url(role),
        "DJANGO_SETTINGS_MODULE": "tests.settings",
        "PHOIHOP_DB_ROLE": role,
        "PHOIHOP_MODE": "demo",
        "PHOIHOP_PUBLIC_URL": f"http://localhost:{port}",
        "PHOIHOP_SECRET_KEY": "for-tests-alone-" + "0123456789abcdefghijklmnopqrstuv",
        "PYTHONPATH": os.pathsep.join([str(SOURCE / "src"), str(SOURCE), os.environ.get("PYTHONPATH", "")]),
    }
    return os.environ | given | more


@contextlib.contextmanager
def fresh() -> Iterator[Access]:
    """A migrated database that holds what no test rolls back.

    Made without Django in this process: beside a running browser it refuses to touch a database.
    """
    with cluster.start(database.folder()) as started:
        access, name = started.access, f"house_{os.getpid()}_{next(_NUMBERS)}"
        template = f"template_{database.fingerprint()}"
        with psycopg.connect(**access.params("setup", "postgres"), autocommit=True) as setup:
            if not database._exists(setup, template):
                made = (
                    "import django; django.setup()\n"
                    "from tests.support import database\nwith database.product(): pass"
                )
                given = environment(access, 0)
                subprocess.run([sys.executable, "-c", made], env=given, cwd=SOURCE, check=True)
            database._create(setup, name, template)
        try:
            yield Access(access.host, access.port, name, access.passwords)
        finally:
            _let_go()
            with psycopg.connect(**access.params("setup", "postgres"), autocommit=True) as setup:
                database._drop(setup, name)


@contextlib.contextmanager
def opened(access: Access, *, workers: int = 1, **more: str) -> Iterator[House]:
    """The product served on this database until the block ends."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    given = environment(access, port, **more)
    serving = f"from phoihop.config.server import serve; serve('127.0.0.1', {port}, workers={workers})"
    process = subprocess.Popen([sys.executable, "-c", serving], env=given, cwd=SOURCE)
    try:
        _await_answer(process, port)
        yield House(f"http://localhost:{port}", given, process.pid)
    finally:
        process.terminate()
        process.wait(timeout=20)


def _await_answer(process: subprocess.Popen[bytes], port: int) -> None:
    deadline = time.monotonic() + _ANSWERS_WITHIN
    while time.monotonic() < deadline:
        assert process.poll() is None, "the server ended by itself"
        connection = http.client.HTTPConnection("localhost", port, timeout=5)
        try:
            connection.request("GET", "/dang-nhap/")
            if connection.getresponse().status == 200:
                return
        except OSError:
            pass
        finally:
            connection.close()
        time.sleep(0.1)
    raise AssertionError("the server did not answer within a minute")
