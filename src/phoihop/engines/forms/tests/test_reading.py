"""Whole forms: what is asked, calculated, refused, and what wants a reason."""

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from phoihop.engines.forms.definition import Form
from phoihop.engines.forms.loading import load_all
from phoihop.engines.forms.reading import HEAD, Given, Reading, Reason, Typed, read
from phoihop.engines.forms.tests.samples import TODAY, form_of

# The forms of the room that tests have: pages are tried with the same ones.
FORMS = load_all(Path(__file__).resolve().parents[5] / "tests" / "standin" / "forms")
VISIT, REGISTER = FORMS["visit", 1], FORMS["register", 1]
CAME = {"day": "20/11/2026", "came": "yes", "amount": "60"}
LINE = {"person": "A-1", "day": "1/11/2026", "amount": "60"}


def reading(form: Form, head: dict[str, str], *rows: dict[str, str], **more: Any) -> Reading:
    return read(form, Typed(head, rows, [""] * len(rows)), Given(TODAY, **more))


def told(found: Reading) -> tuple[list[tuple[int, str, str]], list[tuple[int, str, str]]]:
    """Faults and warnings: line, field, what."""
    return (
        [(fault.row, fault.code, fault.reason) for fault in found.faults],
        [(warned.row, warned.code, warned.check) for warned in found.warnings],
    )


@pytest.mark.parametrize(
    ("head", "faults", "warnings"),
    [
        ({}, ["day", "came"], []),
        (CAME, [], []),
        (CAME | {"amount": ""}, ["amount"], []),
        (CAME | {"amount": "-1"}, ["amount"], []),
        (CAME | {"amount": "500"}, [], ["usual-most"]),
        (CAME | {"taken": "61"}, ["taken"], []),
        (CAME | {"taken": "29"}, [], ["part-taken"]),
        (CAME | {"taken": "30"}, [], []),
        (CAME | {"amount": "ba", "taken": "1"}, ["amount"], []),  # of what was refused nothing more is said
        (CAME | {"pulse": "40"}, [], ["usual-least"]),
        (CAME | {"born": "2011"}, [], ["usual-most"]),
        (CAME | {"why_not": "ở đâu"}, [], []),  # not asked, so not read
        ({"day": "20/11/2026", "came": "no"}, ["why_not"], []),
        ({"day": "20/11/2026", "came": "no", "why_not": "ill", "amount": "ba"}, [], []),
        (CAME | {"came": "unknown"}, [], []),
    ],
)
def test_what_a_form_finds(head: dict[str, str], faults: list[str], warnings: list[str]):
    found = told(reading(VISIT, head))
    assert ([code for _, code, _ in found[0]], [check for _, _, check in found[1]]) == (faults, warnings)


def test_a_field_that_is_not_asked_holds_nothing():
    found = reading(VISIT, CAME | {"came": "no", "why_not": "ill"})
    assert found.head["amount"] is None
    assert found.head["volume"] is None
    assert set(found.not_asked) == {"amount", "volume"}


@pytest.mark.parametrize(("amount", "volume"), [("60", "6.00"), ("45,55", "4.56"), ("0", "0.00")])
def test_numbers_are_calculated_exactly(amount: str, volume: str):
    assert str(reading(VISIT, CAME | {"amount": amount}).head["volume"]) == volume


@pytest.mark.parametrize(
    ("last", "amount", "warned"),
    [(6, "60", True), (6, "59,99", False), (600, "60", True), (599, "60", False), (0, "60", False)],
)
def test_ten_times_the_last_value_wants_a_reason(last: int, amount: str, warned: bool):
    found = reading(VISIT, CAME | {"amount": amount}, last={"amount": Decimal(last)})
    assert [warning.check for warning in found.warnings] == ["jump"] * warned


def test_every_number_of_its_range_is_exact_at_its_ends():
    form = form_of('code = "a"\nkind = "decimal"\npossible = { least = "0.1", most = "0.3" }')
    assert [reading(form, {"a": text}).accepted for text in ("0,1", "0,3", "0,09", "0,31")] == [
        True, True, False, False,
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("reason", "accepted"),
    [
        (Reason("checked"), True),
        (Reason("other", "cân lại hai lần"), True),
        (Reason("other", " x "), False),
        (Reason("other"), False),
        (Reason("because"), False),
    ],
)
def test_a_reason_is_one_of_the_forms_own(reason: Reason, accepted: bool):
    odd = CAME | {"amount": "500"}
    (warned,) = reading(VISIT, odd).warnings
    found = reading(VISIT, odd, reasons={warned.key: reason})
    assert found.accepted is accepted
    assert reading(VISIT, odd | {"amount": "501"}, reasons={warned.key: reason}).accepted is False


@pytest.mark.parametrize(
    ("rows", "faults", "warnings"),
    [
        ([], [], []),
        ([LINE], [], []),
        ([{}, LINE, {"person": " "}], [], []),
        ([{"person": "A-1"}], [(0, "day", "missing"), (0, "amount", "missing")], []),
        ([LINE, LINE], [(1, "person", "same-row")], []),
        ([LINE, LINE | {"day": "2/11/2026"}], [], []),
        ([LINE, LINE | {"person": "a-1", "day": "01112026"}], [(1, "person", "same-row")], []),
        ([LINE | {"day": "1/12/2026"}], [(0, "day", "in-period")], []),
        ([LINE, {}, LINE | {"person": "B-2", "amount": "500"}], [], [(2, "amount", "usual-most")]),
        ([LINE | {"seen": "yes", "kind": "home"}], [], [(0, "kind", "home-unseen")]),
    ],
)
def test_what_a_register_finds(rows: list[dict[str, str]], faults: list[Any], warnings: list[Any]):
    assert told(reading(REGISTER, {"month": "30/11/2026"}, *rows)) == (faults, warnings)


def test_lines_keep_their_numbers():
    found = reading(REGISTER, {"month": "30/11/2026"}, {}, LINE, {}, LINE | {"person": "B-2"})
    assert found.lines == (1, 3)
    assert [row["person"] for row in found.rows] == ["A-1", "B-2"]
    assert found.rows[0]["volume"] == Decimal("6.00")


def test_more_lines_than_a_table_takes_are_refused():
    most = REGISTER.table.most
    rows = [LINE | {"person": f"P-{n}"} for n in range(most + 1)]
    assert told(reading(REGISTER, {"month": "30/11/2026"}, *rows))[0] == [(most, "person", "too-many-rows")]


def test_a_person_whom_nobody_knows_is_refused():
    found = reading(REGISTER, {"month": "30/11/2026"}, LINE, people=lambda code: code == "B-2")
    assert told(found)[0] == [(0, "person", "unknown-code")]


def test_the_last_line_of_somebody_is_asked_for_by_what_the_line_says():
    form = form_of(
        'code = "a"\nkind = "text"',
        """[table]
title = { vi = "B", en = "T" }
[[table.columns]]
code = "who"
kind = "person"
title = { vi = "Ai", en = "Who" }
holds = "personal"
[[table.columns]]
code = "n"
kind = "whole"
title = { vi = "Số", en = "Number" }
holds = "internal"
jump = 10
""",
    )
    known = {"A-1": {"n": Decimal(5)}, "B-2": {"n": Decimal(50)}}
    found = reading(
        form,
        {},
        {"who": "A-1", "n": "50"},
        {"who": "B-2", "n": "50"},
        last_of=lambda line: known[line["who"]],
    )
    assert told(found)[1] == [(0, "n", "jump")]


@pytest.mark.parametrize(
    ("typed", "understood"),
    [
        ("60", None),
        ("60,5", None),
        ("1.209,5", None),
        ("60.5", "60,5"),
        ("1.209", "1209"),
        ("1 209", "1.209"),
    ],
)
def test_a_number_that_may_be_meant_otherwise_is_shown_as_it_was_taken(typed: str, understood: str | None):
    assert reading(VISIT, {"taken": typed}).understood.get((HEAD, "taken")) == understood


def test_the_day_of_entry_decides():
    tomorrow = CAME | {"day": "23/11/2026"}
    assert told(reading(VISIT, tomorrow))[0] == [(HEAD, "day", "too-late")]


TEXTS = st.text(max_size=30) | st.sampled_from(["", "60", "1/11/2026", "A-1", "yes", "home", "500"])


@given(
    st.dictionaries(st.sampled_from([f.code for f in VISIT.fields]), TEXTS),
    st.lists(st.dictionaries(st.sampled_from([c.code for c in REGISTER.columns]), TEXTS), max_size=5),
)
def test_nothing_typed_ever_fails(head: dict[str, str], rows: list[dict[str, str]]):
    for form in (VISIT, REGISTER):
        found = reading(form, head, *rows)
        faulty = {(fault.row, fault.code) for fault in found.faults}
        assert all((warned.row, warned.code) not in faulty for warned in found.warnings)
        assert len(found.rows) == len(found.lines) <= len(rows)
