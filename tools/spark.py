"""Spark itself: a cluster of a master and two workers on this machine, and every worked example on it.

    ./run bench spark FOLDER [CODE ...]

``FOLDER`` keeps Spark, half a gigabyte that no ordinary installation has: it is made at first use from
``locks/spark.lock``, with its hashes checked. Java 17 or later has to be there. Each example of each version
of each programme (or of the codes that are named) is worked out by the same Ibis expressions as on DuckDB,
with the days of its own window, and held against what the definition expects, which is what the reference
gives. Says how many are equal, and ends with 1 where one is not.
"""

import contextlib
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

import ibis

from phoihop.engines.indicators import engine, reference
from phoihop.engines.indicators.definitions import Indicator
from tools.tree import ROOT

LOCK = ROOT / "locks" / "spark.lock"
WORKERS, MEMORY = 2, "1g"
_PATIENCE = 120  # seconds for the cluster to stand


def rooms() -> list[str]:
    """The programmes that define indicators."""
    return sorted(
        path.parent.parent.name for path in (ROOT / "src/phoihop/programmes").glob("*/indicators/__init__.py")
    )


def defined() -> dict[str, Indicator]:
    """Every version of every programme, by its code and number."""
    return {
        f"{each.code} v{each.version}": each
        for room in rooms()
        for each in import_module(f"phoihop.programmes.{room}.indicators").ALL
    }


def install(folder: Path) -> Path:
    """Spark in a folder, as locked; where it lies. CalledProcessError where it cannot be had."""
    lock, mark = LOCK.read_text(encoding="utf-8"), folder / "installed"
    if not mark.is_file() or mark.read_text(encoding="utf-8") != lock:
        folder.mkdir(parents=True, exist_ok=True)
        uv = Path(sys.executable).with_name("uv")
        given = ["--python", sys.executable, "--target", str(folder / "libraries"), "-r", str(LOCK)]
        subprocess.run([uv, "pip", "install", "--require-hashes", "--quiet", *given], check=True)
        mark.write_text(lock, encoding="utf-8")
    return folder / "libraries"


@contextlib.contextmanager
def cluster(libraries: Path, logs: Path) -> Iterator[str]:
    """A master and two workers, of one core each, on this machine alone; the master's address. They end with
    the block."""
    if shutil.which("java") is None:
        raise SystemExit("spark: Java 17 or later is needed and was not found")
    port, page = _free(), _free()
    address = f"spark://127.0.0.1:{port}"
    common = ["--host", "127.0.0.1"]
    master = ["master.Master", *common, "--port", str(port), "--webui-port", str(page)]
    work = ["worker.Worker", *common, "--cores", "1", "--memory", MEMORY, "--webui-port", "0"]
    with contextlib.ExitStack() as running:
        _start(running, libraries, logs / "master.log", master)
        _until(lambda: _alive(page) is not None)
        for number in range(WORKERS):
            place = logs / f"worker-{number}"
            _start(running, libraries, place.with_suffix(".log"), [*work, "--work-dir", str(place), address])
        _until(lambda: _alive(page) == WORKERS)
        yield address


def _start(running: contextlib.ExitStack, libraries: Path, log: Path, said: list[str]) -> None:
    """One of Spark's own programs, ended with the stack. The Python package has no scripts that start it."""
    home = libraries / "pyspark"
    environment = os.environ | {
        "SPARK_HOME": str(home),
        "SPARK_LOCAL_IP": "127.0.0.1",
        "SPARK_NO_DAEMONIZE": "1",
        "TZ": "UTC",
    }
    stream = running.enter_context(log.open("wb"))
    command = [str(home / "bin" / "spark-class"), f"org.apache.spark.deploy.{said[0]}", *said[1:]]
    process = subprocess.Popen(command, env=environment, stdout=stream, stderr=subprocess.STDOUT)
    running.callback(_end, process)


def _end(process: "subprocess.Popen[bytes]") -> None:
    process.terminate()
    try:
        process.wait(30)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def _free() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        return int(server.getsockname()[1])


def _alive(page: int) -> int | None:
    """How many workers the master knows; None while it does not answer."""
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{page}/json/", timeout=5) as answer:
            said = str(answer.read(), "utf-8")
    except OSError:
        return None
    return said.count('"ALIVE"') - 1  # the master says so of itself too


def _until(there: Any) -> None:
    end = time.monotonic() + _PATIENCE
    while not there():
        if time.monotonic() > end:
            raise SystemExit("spark: the cluster does not stand; its logs say why")
        time.sleep(0.5)


def connected(address: str) -> Any:
    """An Ibis backend on a cluster. Days are days in UTC; a few rows need no two hundred pieces,
    and would be compiled for longer than they are worked out."""
    from pyspark.sql import SparkSession

    session = (
        SparkSession.builder.master(address)
        .appName("phoihop")
        .config("spark.sql.session.timeZone", "UTC")
        .config("spark.sql.shuffle.partitions", WORKERS)
        .config("spark.sql.codegen.wholeStage", "false")
        .config("spark.sql.codegen.factoryMode", "NO_CODEGEN")
        .config("spark.ui.showConsoleProgress", "false")
        .config("spark.executor.memory", "768m")
        .config("spark.driver.host", "127.0.0.1")
        .config("spark.driver.bindAddress", "127.0.0.1")
        .config("spark.ui.enabled", "false")
        .config("spark.sql.execution.arrow.pyspark.enabled", "true")
        .getOrCreate()
    )
    session.sparkContext.setLogLevel("ERROR")
    return ibis.pyspark.connect(session)


def compare(backend: Any, codes: list[str]) -> int:
    """Work the examples out; how many came out otherwise."""
    wanted = {name: each for name, each in defined().items() if not codes or each.code in codes}
    begun, all_of_them, wrong = time.monotonic(), 0, []
    for number, (name, indicator) in enumerate(sorted(wanted.items()), 1):
        wrong += [f"reference: {each}" for each in reference.check(indicator)]
        wrong += engine.check(indicator, backend)
        all_of_them += len(indicator.examples)
        print(f"{number:3} of {len(wanted)}  {time.monotonic() - begun:6.0f} s  {name}", flush=True)
    print(f"{all_of_them - len(wrong)} of {all_of_them} examples of {len(wanted)} definitions are equal")
    print("\n".join(wrong))
    return len(wrong)


def main(arguments: list[str]) -> int:
    match arguments:
        case ["--on", address, *codes]:
            import pyspark

            print(f"Spark {pyspark.__version__} at {address}", flush=True)
            return int(compare(connected(address), codes) > 0)
        case [folder, *codes]:
            place = Path(folder).resolve()
            libraries = install(place)
            logs = place / "logs"
            logs.mkdir(exist_ok=True)
            # Spark's own library stands before the one that only talks to it, and its Java is what runs.
            path = os.pathsep.join(map(str, (libraries, ROOT, ROOT / "src")))
            given = {
                "PYTHONPATH": path,
                "SPARK_HOME": str(libraries / "pyspark"),
                "SPARK_LOCAL_IP": "127.0.0.1",
            }
            given |= {"TZ": "UTC", "PYSPARK_PYTHON": sys.executable}
            with cluster(libraries, logs) as address:
                asking = [sys.executable, "-W", "ignore", "-m", "tools.spark", "--on", address, *codes]
                return subprocess.run(asking, env=os.environ | given, check=False, cwd=ROOT).returncode
    print(__doc__, file=sys.stderr)
    return 2


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
