"""docs/asvs.csv: every requirement of OWASP ASVS 5.0 levels 1 and 2, and what shows that it is met."""

import ast
import csv
from collections import Counter
from functools import cache
from pathlib import Path

import pytest

from tools.tree import ROOT

TABLE = ROOT / "docs" / "asvs.csv"
STATUSES = {"met", "partly", "not applicable", "not yet", "deviation"}
# The levels of each section's requirements in their order, up to the last one of level 1 or 2.
LEVELS = {
    "1.1": "22", "1.2": "111112222", "1.3": "11222222222", "1.4": "222", "1.5": "12", "2.1": "122",
    "2.2": "112", "2.3": "1222", "2.4": "2", "3.2": "11", "3.3": "1222", "3.4": "112222",
    "3.5": "11122", "3.7": "22", "4.1": "122", "4.2": "2", "4.3": "22", "4.4": "1222", "5.1": "2",
    "5.2": "112", "5.3": "11", "5.4": "222", "6.1": "122", "6.2": "111111112222", "6.3": "1122",
    "6.4": "1122", "6.5": "22222", "6.6": "222", "6.8": "2222", "7.1": "222", "7.2": "1111",
    "7.3": "22", "7.4": "11222", "7.5": "22", "7.6": "22", "8.1": "12", "8.2": "112", "8.3": "1",
    "8.4": "2", "9.1": "111", "9.2": "1222", "10.1": "22", "10.2": "22", "10.3": "2222",
    "10.4": "11111222222", "10.5": "22222", "10.6": "22", "10.7": "222", "11.1": "22", "11.2": "222",
    "11.3": "112", "11.4": "1222", "11.5": "2", "11.6": "2", "12.1": "122", "12.2": "11",
    "12.3": "2222", "13.1": "2", "13.2": "22222", "13.3": "22", "13.4": "12222", "14.1": "22",
    "14.2": "1222", "14.3": "122", "15.1": "122", "15.2": "122", "15.3": "1222222", "16.1": "2",
    "16.2": "22222", "16.3": "2222", "16.4": "222", "16.5": "222", "17.1": "2", "17.2": "2222",
    "17.3": "22",
}  # fmt: skip
# Sections that ask for documentation: a page is what shows it.
DOCUMENTATION = {"2.1", "5.1", "6.1", "7.1", "8.1", "11.1", "13.1", "14.1", "15.1", "16.1"}
WANTED = {
    f"{section}.{number}": level
    for section, levels in LEVELS.items()
    for number, level in enumerate(levels, 1)
    if level != "3"
}
with TABLE.open(encoding="utf-8", newline="") as _file:
    ROWS = list(csv.DictReader(_file))


def section(row: dict[str, str]) -> str:
    return row["id"].rpartition(".")[0]


def evidence(row: dict[str, str]) -> list[str]:
    return [one for one in row["evidence"].split("; ") if one]


@cache
def functions(path: Path) -> frozenset[str]:
    return frozenset(
        node.name
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.FunctionDef)
    )


def test_the_standard_has_so_many_requirements():
    assert Counter(WANTED.values()) == {"1": 70, "2": 183}


def test_every_requirement_of_levels_1_and_2_is_there_once():
    assert [row["id"] for row in ROWS] == list(dict.fromkeys(row["id"] for row in ROWS))
    assert {row["id"]: row["level"] for row in ROWS if row["level"] != "3"} == WANTED


def test_rows_stand_in_the_order_of_the_standard():
    numbers = [tuple(map(int, row["id"].split("."))) for row in ROWS]
    assert numbers == sorted(numbers)


def test_there_is_one_deviation_and_it_is_told():
    assert [row["id"] for row in ROWS if row["status"] == "deviation"] == ["14.3.3"]


@pytest.mark.parametrize("row", ROWS, ids=[row["id"] for row in ROWS])
def test_a_row_says_what_it_may(row):
    assert row["status"] in STATUSES
    assert row["note"]
    given = evidence(row)
    assert bool(given) == (row["status"] in ("met", "partly")), "what is claimed is shown, and nothing else"
    if row["status"] == "met" and section(row) not in DOCUMENTATION:
        assert all("::" in one for one in given), "met means that a test shows it"
    for one in given:
        path, _, name = one.partition("::")
        assert (ROOT / path).is_file(), f"there is no {path}"
        assert not name or name in functions(ROOT / path), f"there is no {one}"
        assert not name or name.startswith("test_")
