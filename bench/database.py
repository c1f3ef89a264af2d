"""The database brought along: start, stop, recovery, eight at once; backup and restore of a million rows.

Aims: a first start within 5 s, a later one within 1 s; back within 10 s after kill -9.
"""

import os
import random
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import psycopg

from phoihop.base.database import archive, dumps
from phoihop.base.database.cluster import Running, start

ROWS = 1_000_000
KEY = bytes(32)
ONE = """
import sys
from pathlib import Path
from phoihop.base.database.cluster import start
running = start(Path(sys.argv[1]))
print("ready", flush=True)
sys.stdin.readline()
running.stop()
"""


def timed(work: Callable[[], object]) -> float:
    begun = time.perf_counter()
    work()
    return time.perf_counter() - begun


def told(what: str, seconds: float, more: str = "") -> None:
    print(f"{what:<52}{seconds:8.2f} s  {more}", flush=True)


def postmaster(running: Running) -> int:
    return int((running.data / "postmaster.pid").read_text().split()[0])


def starts(folder: Path) -> None:
    """First start, later starts, stops."""
    begun = time.perf_counter()
    running = start(folder)
    told("first start, from nothing", time.perf_counter() - begun)
    running.stop()
    later, stops = [], []
    for _ in range(5):
        begun = time.perf_counter()
        running = start(folder)
        later.append(time.perf_counter() - begun)
        stops.append(timed(running.stop))
    told("later start, median of 5", statistics.median(later))
    told("stop, median of 5", statistics.median(stops))


def eight(folder: Path) -> None:
    """Eight processes that start at once from nothing, until the last of them is served."""
    begun = time.perf_counter()
    processes = [
        subprocess.Popen([sys.executable, "-c", ONE, str(folder)], stdin=-1, stdout=-1, text=True)
        for _ in range(8)
    ]
    for process in processes:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
    told(
        "eight processes at once, from nothing", time.perf_counter() - begun, "their Python's start included"
    )
    for process in processes:
        process.communicate("go\n")


def recoveries(folder: Path, runs: int) -> None:
    """kill -9 of the postmaster during inserts: what was lost, and how long until it serves again."""
    took, written, lost = [], 0, 0
    for run in range(runs):
        running = start(folder)
        with psycopg.connect(**running.access.params("owner"), autocommit=True) as owner:
            owner.execute("DROP TABLE IF EXISTS kept; CREATE TABLE kept (n int PRIMARY KEY)")
            kill_at, number = random.Random(run).randint(200, 1_500), 0
            try:
                while True:
                    if number == kill_at:
                        os.kill(postmaster(running), signal.SIGKILL)
                    owner.execute("INSERT INTO kept VALUES (%s)", [number])
                    number += 1
            except psycopg.OperationalError:
                pass
        begun = time.perf_counter()
        again = start(folder)
        took.append(time.perf_counter() - begun)
        with psycopg.connect(**again.access.params("owner")) as owner:
            kept = {row[0] for row in owner.execute("SELECT n FROM kept")}
        written += number
        lost += len(set(range(number)) - kept)
        running.stop()
        again.stop()
    told(f"start after kill -9, median of {runs}", statistics.median(took), f"slowest {max(took):.2f} s")
    print(f"{'':<52}{written:8} rows acknowledged, {lost} lost")


def backups(folder: Path) -> None:
    """A table of a million rows with text and two indexes."""
    with start(folder / "data") as running:
        access, programs = running.access, running.programs
        with psycopg.connect(**access.params("owner")) as owner:
            owner.execute(
                "CREATE TABLE people (id bigint PRIMARY KEY, name text, site int, day date, value float8);"
                "INSERT INTO people SELECT g, 'người số ' || md5(g::text), g % 500, "
                f"date '2020-01-01' + g % 2000, random() FROM generate_series(1, {ROWS}) g;"
                "CREATE INDEX ON people (site, day)"
            )
            row = owner.execute("SELECT pg_total_relation_size('people')").fetchone()
        size = (row[0] if row else 0) / 1e6
        path, base = folder / "dump", folder / "base"
        seconds = timed(lambda: dumps.backup(access, programs, path, KEY, epoch=1))
        told(
            f"backup of {ROWS:,} rows ({size:.0f} MB)", seconds, f"{path.stat().st_size / 1e6:.0f} MB sealed"
        )
        told("proof of the backup", timed(lambda: dumps.inspect(path, KEY, programs)))
        seconds = timed(lambda: dumps.restore(access, programs, path, KEY, replace=True))
        told("restore beside the old database, and swap", seconds)
        seconds = timed(lambda: archive.base_copy(running, base, KEY, epoch=1))
        told("base copy of the whole server", seconds, f"{base.stat().st_size / 1e6:.0f} MB sealed")
    seconds = timed(lambda: _onto_nothing(folder / "bare", path))
    told("restore drill: empty folder to restored database", seconds)


def _onto_nothing(folder: Path, path: Path) -> None:
    with start(folder) as running:
        dumps.restore(running.access, running.programs, path, KEY)


def main() -> None:
    print(f"load {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores")
    for work in (starts, eight, lambda at: recoveries(at, 20), backups):
        with tempfile.TemporaryDirectory(prefix="b-", dir="/tmp") as name:
            Path(name).chmod(0o711)
            work(Path(name))


if __name__ == "__main__":
    main()
