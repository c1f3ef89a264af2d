"""The whole product running: a server process of its own on a database of its own, for browsers to visit."""

import contextlib
import http.client
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

from phoihop.base.database.access import Access
from tests.support import database

SOURCE = database.SOURCE
_ANSWERS_WITHIN = 60.0  # seconds


@dataclass(frozen=True)
class House:
    """A running server. ``address`` is what a browser is given, ``environment`` what its processes get."""

    address: str
    environment: dict[str, str]
    server: int

    def do(self, code: str) -> Any:
        """Run Python in the product, on its database; what it assigns to ``answer`` comes back."""
        program = (
            "import django; django.setup()\nimport json, sys\n"
            "from phoihop.base.security import scope\nfrom phoihop.base.security.scope import Scope\n"
            f"{code}\nsys.stdout.write(json.dumps(answer))"
        )
        done = subprocess.run(
            [sys.executable, "-c", f"answer = None\n{program}"],
            env=self.environment,
            cwd=SOURCE,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)


@contextlib.contextmanager
def copied(access: Access) -> Iterator[Access]:
    """A fresh database beside the tests' own, which holds what no test rolls back."""
    name = f"house_{os.getpid()}"
    with psycopg.connect(**access.params("setup", "postgres"), autocommit=True) as setup:
        database._create(setup, name, f"template_{database.fingerprint()}")
    try:
        yield Access(access.host, access.port, name, access.passwords)
    finally:
        with psycopg.connect(**access.params("setup", "postgres"), autocommit=True) as setup:
            database._drop(setup, name)


@contextlib.contextmanager
def opened(access: Access, *, workers: int = 1, **environment: str) -> Iterator[House]:
    """The product served on this database until the block ends."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    given = {
        "DATABASE_URL": access.url("app"),
        "DJANGO_SETTINGS_MODULE": "tests.settings",
        "PHOIHOP_MODE": "demo",
        "PHOIHOP_PUBLIC_URL": f"http://localhost:{port}",
        "PHOIHOP_SECRET_KEY": "for-tests-alone-" + "0123456789abcdefghijklmnopqrstuv",
        "PYTHONPATH": f"{SOURCE / 'src'}{os.pathsep}{SOURCE}",
    } | environment
    serving = f"from phoihop.config.server import serve; serve('127.0.0.1', {port}, workers={workers})"
    process = subprocess.Popen([sys.executable, "-c", serving], env=os.environ | given, cwd=SOURCE)
    try:
        _await_answer(process, port)
        yield House(f"http://localhost:{port}", os.environ | given, process.pid)
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
