"""Two people in one form: nothing that one of them wrote is lost unseen."""

from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from phoihop.engines.forms.merging import Clash, merge
from phoihop.engines.forms.reading import HEAD, Typed
from phoihop.engines.forms.tests.test_reading import REGISTER, VISIT


def of(rows: Mapping[str, str]) -> Typed:
    """A register with these lines: an amount by the line's key; keys that begin with "+" are new lines."""
    return Typed(
        {},
        [{"amount": amount} for amount in rows.values()],
        ["" if key.startswith("+") else key for key in rows],
    )


@pytest.mark.parametrize(
    ("base", "mine", "theirs", "merged", "clash"),
    [
        ("1", "1", "1", "1", None),
        ("1", "2", "1", "2", None),
        ("1", "1", "2", "2", None),
        ("1", "2", "2", "2", None),
        ("1", "2", "3", "2", "3"),
        ("1", "", "3", "", "3"),
        ("1", "2", "", "2", ""),
        ("", "", "3", "3", None),
    ],
)
def test_one_field(base: str, mine: str, theirs: str, merged: str, clash: str | None):
    found = merge(VISIT, *(Typed({"pulse": text}) for text in (base, mine, theirs)))
    assert found.typed.head["pulse"] == merged
    assert found.clashes == (() if clash is None else (Clash(HEAD, "pulse", clash),))


@pytest.mark.parametrize(
    ("base", "mine", "theirs", "merged", "clashes"),
    [
        ({"a": "1"}, {"a": "1", "+": "9"}, {"a": "2"}, ["2", "9"], []),
        (
            {"a": "1", "b": "2"},
            {"a": "1", "b": "3"},
            {"b": "2"},
            ["3"],
            [],
        ),  # I had left it alone
        ({"a": "1"}, {"a": "5"}, {}, ["5"], [(0, None)]),  # I had changed it
        ({"a": "1"}, {"a": "1"}, {"a": "1", "c": "7"}, ["1", "7"], []),
        ({"a": "1", "b": "2"}, {"a": "", "b": "2"}, {"a": "3", "b": "2"}, ["", "2"], [(0, "3")]),
        ({}, {"+1": "4"}, {"c": "7"}, ["4", "7"], []),
    ],
)
def test_lines(base, mine, theirs, merged: list[str], clashes: list):
    found = merge(REGISTER, of(base), of(mine), of(theirs))
    assert [row.get("amount", "") for row in found.typed.rows] == merged
    assert [(clash.row, clash.theirs) for clash in found.clashes] == clashes
    assert len(found.typed.keys) == len(merged)


def test_a_line_that_they_took_out_and_i_changed_is_new():
    found = merge(REGISTER, of({"a": "1"}), of({"a": "5"}), of({}))
    assert found.typed.key(0) == ""


TEXTS = st.sampled_from(["", "1", "2", "3"])
HEADS = st.fixed_dictionaries({"pulse": TEXTS, "note": TEXTS})
LINES = st.dictionaries(st.sampled_from("abcd"), TEXTS.filter(bool))


@given(HEADS, HEADS, HEADS, LINES, LINES, LINES)
def test_no_change_is_lost_unseen(base, mine, theirs, old, own, saved):
    # A line of mine that was never there is new, whatever its key.
    own = {key if key in old else f"+{key}": amount for key, amount in own.items()}
    # Nobody takes a line out of the page: it is emptied.
    own = {key: own.get(key, "") for key in old} | own
    found = merge(VISIT, Typed(base), Typed(mine), Typed(theirs))
    clashing = {clash.code: clash.theirs for clash in found.clashes}
    for code in base:
        kept = found.typed.head[code]
        if mine[code] != base[code]:
            assert kept == mine[code]
        if theirs[code] != base[code]:
            assert kept == theirs[code] or clashing[code] == theirs[code]
    rows = merge(REGISTER, of(old), of(own), of(saved))
    amounts = {key: row.get("amount", "") for key, row in zip(rows.typed.keys, rows.typed.rows, strict=True)}
    seen = {(clash.row, clash.theirs) for clash in rows.clashes}
    for key, amount in saved.items():
        if amount != old.get(key, ""):
            assert amounts[key] == amount or any(theirs == amount for _, theirs in seen)
    typed = [row.get("amount", "") for row in rows.typed.rows]
    assert all(amount in typed for key, amount in own.items() if amount != old.get(key, "") and amount)
