"""Every published definition, worked out by every engine: the plain one, DuckDB, and Sail as Spark would.

The whole takes a minute and a half (``long``); a few definitions of each room are worked out always.
"""

from collections.abc import Iterator
from importlib import import_module
from typing import Any

import ibis
import pytest

from phoihop.engines.indicators import engine, reference
from phoihop.engines.indicators.definitions import Indicator
from tools.tree import ROOT

ROOMS = sorted(
    path.parent.parent.name for path in (ROOT / "src/phoihop/programmes").glob("*/indicators/__init__.py")
)
DEFINED: dict[str, Indicator] = {
    f"{each.code} v{each.version}": each
    for room in ROOMS
    for each in import_module(f"phoihop.programmes.{room}.indicators").ALL
}
# What the libraries tell one another, and Spark Connect does without.
QUIET = pytest.mark.filterwarnings("ignore")
FEW = ("TX_CURR v2", "TX_PVLS v1", "OST_CURR v1", "OST_RET_6 v1")


@pytest.fixture(scope="module")
def sail() -> Iterator[Any]:
    """Sail within this process, spoken to as one speaks to a Spark cluster."""
    from pysail.spark import SparkConnectServer
    from pyspark.sql import SparkSession

    server = SparkConnectServer("127.0.0.1", 0)
    server.start(background=True)
    _, port = server.listening_address
    session = SparkSession.builder.remote(f"sc://127.0.0.1:{port}").getOrCreate()
    session.conf.set("spark.sql.session.timeZone", "UTC")
    yield ibis.pyspark.connect(session)
    session.stop()
    server.stop()


def test_codes_are_one_rooms_alone():
    every = [
        (each.code, each.version)
        for room in ROOMS
        for each in import_module(f"phoihop.programmes.{room}.indicators").ALL
    ]
    assert len(set(every)) == len(every) > 60


@pytest.mark.parametrize("name", DEFINED)
def test_the_examples_hold(name: str):
    assert reference.check(DEFINED[name]) == []


@QUIET
@pytest.mark.parametrize("name", FEW)
def test_sail_gives_the_examples_too(name: str, sail: Any):
    assert engine.check(DEFINED[name], sail) == []


@QUIET
@pytest.mark.long
@pytest.mark.parametrize("name", sorted(set(DEFINED) - set(FEW)))
def test_sail_gives_every_example(name: str, sail: Any):
    assert engine.check(DEFINED[name], sail) == []


@pytest.mark.long
@pytest.mark.parametrize("name", DEFINED)
def test_duckdb_gives_every_example(name: str):
    assert engine.check(DEFINED[name], engine.duck()) == []
