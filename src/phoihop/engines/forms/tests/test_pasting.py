"""Blocks from a spreadsheet: how a clipboard's text falls apart, and what becomes of each cell."""

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from phoihop.engines.forms.pasting import CELLS, block, paste
from phoihop.engines.forms.reading import Given, Typed
from phoihop.engines.forms.tests.samples import TODAY
from phoihop.engines.forms.tests.test_reading import LINE, REGISTER
from phoihop.kernel.refusals import Refusal

EMPTY = Typed({"month": "30/11/2026"})


@pytest.mark.parametrize(
    ("text", "cells"),
    [
        ("", []),
        ("\n\n", []),
        ("a", [["a"]]),
        ("a\tb\nc\td\n", [["a", "b"], ["c", "d"]]),
        ("a\tb\r\nc\td\r\n", [["a", "b"], ["c", "d"]]),
        ("a\t\t\n\t\t\n", [["a"]]),  # empty columns and lines at the end
        ("\ta\n\n\tb", [["", "a"], [""], ["", "b"]]),  # a merged cell comes as one filled and others empty
        ('"hai\ndòng"\tb', [["hai\ndòng", "b"]]),
        ('"tab\tở trong"\n"nói ""có"""', [["tab\tở trong"], ['nói "có"']]),
        ('"chưa đóng\tb', [['"chưa đóng', "b"]]),
        ('12" ống\t3', [['12" ống', "3"]]),
        ('"a"b\tc', [['"a"b', "c"]]),
    ],
)
def test_how_a_clipboard_falls_apart(text: str, cells: list[list[str]]):
    assert block(text) == cells


def test_each_cell_has_a_verdict():
    text = "C-1\t03/11/2026\t7,5\t0,75\tCó\tmang về\txong\nC-2\t31/2/2026\t500\t\tcó lẽ\tTại chỗ\t\tthừa"
    found = paste(REGISTER, EMPTY, (0, 0), text, Given(TODAY))
    by_place = {(cell.row, cell.code): cell for cell in found.cells}
    assert Counter(cell.verdict for cell in found.cells) == {
        "accepted": 8, "warned": 2, "refused": 2, "skipped": 1,
    }  # fmt: skip
    assert (by_place[0, "kind"].text, by_place[0, "kind"].verdict) == ("home", "warned")
    assert (by_place[0, "amount"].text, by_place[0, "amount"].typed) == ("7,5", "7,5")
    assert (by_place[1, "seen"].text, by_place[1, "seen"].verdict) == ("", "refused")
    assert by_place[1, "day"].text == "31/2/2026"
    assert by_place[0, "volume"].verdict == "skipped"
    assert (found.beyond, found.plain) == (1, False)


def test_a_block_in_order_needs_no_look():
    text = "C-1\t03/11/2026\t60\nC-2\t03/11/2026\t7,5\n"
    assert paste(REGISTER, EMPTY, (0, 0), text, Given(TODAY)).plain


def test_a_block_lands_where_it_is_put_and_leaves_the_rest():
    before = Typed(EMPTY.head, [LINE, LINE | {"person": "B-2"}], ["one", "two"])
    found = paste(REGISTER, before, (1, 2), "7\n8", Given(TODAY))
    assert [row.get("amount") for row in found.typed.rows] == ["60", "7", "8"]
    assert found.typed.rows[1]["person"] == "B-2"
    assert list(found.typed.keys) == ["one", "two"]
    assert [before.rows[n]["amount"] for n in range(2)] == ["60", "60"]


def test_lines_beyond_what_a_table_takes_are_told():
    found = paste(REGISTER, EMPTY, (REGISTER.table.most - 1, 0), "A-1\nA-2\nA-3", Given(TODAY))
    assert (len(found.typed.rows), found.beyond) == (REGISTER.table.most, 2)


def test_more_cells_than_a_paste_takes_are_refused():
    with pytest.raises(Refusal) as refused:
        paste(REGISTER, EMPTY, (0, 0), "a\n" * (CELLS + 1), Given(TODAY))
    assert refused.value.reason == "too-many-cells"


CLIPBOARD = st.text(st.sampled_from('ab1,."\t\n\r 60/11;') | st.characters(), max_size=120)


@given(CLIPBOARD, st.integers(0, 3), st.integers(0, len(REGISTER.columns) - 1))
def test_no_text_does_more_than_being_refused(text: str, row: int, column: int):
    found = paste(REGISTER, EMPTY, (row, column), text, Given(TODAY))
    assert len(found.cells) + found.beyond <= sum(map(len, block(text)))
    assert all(cell.message is not None for cell in found.cells if cell.verdict in ("warned", "refused"))


@given(st.lists(st.lists(st.text(max_size=8), min_size=1, max_size=4), min_size=1, max_size=5))
def test_what_a_spreadsheet_copies_comes_out_as_it_was(rows: list[list[str]]):
    cells = [[cell.replace("\r", "") for cell in row] for row in rows]

    def copied(cell: str) -> str:
        return f'"{cell.replace(chr(34), chr(34) * 2)}"' if any(c in cell for c in '"\t\n') else cell

    text = "\n".join("\t".join(copied(cell) for cell in row) for row in cells)
    width = max((n + 1 for row in cells for n, cell in enumerate(row) if cell.strip()), default=0)
    while cells and not any(cell.strip() for cell in cells[-1]):
        cells.pop()
    assert block(text) == [row[:width] for row in cells]
