"""The page on the dose protocol names what the code knows, all of it, and nothing else."""

import re
from pathlib import Path

import pytest

from phoihop.programmes.ost.rules.events import KINDS
from phoihop.programmes.ost.rules.incidents import MEANINGS, Kind
from phoihop.programmes.ost.rules.judging_doses import Certainty
from phoihop.programmes.ost.rules.replica_refusals import Why
from phoihop.programmes.ost.rules.transport import Verdict

PAGE = (Path(__file__).parents[5] / "docs/reference/dose-protocol.md").read_text("utf-8")


def rows(first_column: str) -> dict[str, list[str]]:
    """The rows of the table whose first column is headed so: the further cells by the name in the first."""
    _, _, after = PAGE.partition(f"| {first_column} |")
    table = after.split("\n\n", 1)[0]
    found = re.findall(r"^\| `([\w-]+)` \| (.+) \|$", table, re.MULTILINE)
    return {name: cells.split(" | ") for name, cells in found}


@pytest.mark.parametrize(
    ("table", "names"),
    [
        ("body", {kind.KIND for kind in KINDS}),
        ("refusal", set(Why)),
        ("certainty", set(Certainty)),
        ("incident", set(Kind)),
    ],
)
def test_a_table_names_all_that_there_is(table: str, names: set[str]):
    assert set(rows(table)) == {str(name) for name in names}


def test_the_severity_of_each_incident_is_that_of_the_code():
    said = {name: int(cells[0]) for name, cells in rows("incident").items()}
    assert said == {str(kind): int(meaning.severity) for kind, meaning in MEANINGS.items()}


def test_all_verdicts_are_named():
    assert all(f"`{verdict}`" in PAGE for verdict in Verdict)
