"""Real clusters in folders of their own, and other processes that use them."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from phoihop.base.database.home import Home
from phoihop.base.database.programs import find_programs
from phoihop.base.database.server import Server

SOURCE = Path(__file__).parents[4]
MAJOR = find_programs().major

# Joins, says "ready", waits for a line, leaves.
USER = """
import sys
from pathlib import Path
from phoihop.base.database.cluster import start
running = start(Path(sys.argv[1]))
print("ready", flush=True)
sys.stdin.readline()
running.stop()
"""


@contextmanager
def place(prefix: str = "t-") -> Iterator[Path]:
    """A new folder that the server's account may pass through; whatever runs in it is ended afterwards."""
    with tempfile.TemporaryDirectory(prefix=prefix, dir="/tmp", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        folder.chmod(0o711)
        try:
            yield folder
        finally:
            for pid in server_pids(folder):
                os.kill(pid, signal.SIGKILL)


def home(folder: Path) -> Home:
    return Home(folder, MAJOR)


def server_pid(folder: Path) -> int | None:
    return Server(home(folder), find_programs(), "").pid()


def server_pids(folder: Path) -> set[int]:
    if not home(folder).data.exists():
        return set()
    return Server(home(folder), find_programs(), "")._processes()


def another(folder: Path, code: str = USER, **options) -> subprocess.Popen[str]:
    """Another process that runs ``code`` with the folder as its argument."""
    return subprocess.Popen(
        [sys.executable, "-c", code, str(folder)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": str(SOURCE)},
        **options,
    )


def ready(process: subprocess.Popen[str]) -> subprocess.Popen[str]:
    assert process.stdout.readline() == "ready\n"
    return process


def leave(process: subprocess.Popen[str]) -> None:
    process.communicate("go\n", timeout=60)
    assert process.returncode == 0


def kill(process: subprocess.Popen[str]) -> None:
    process.kill()
    process.communicate(timeout=60)
