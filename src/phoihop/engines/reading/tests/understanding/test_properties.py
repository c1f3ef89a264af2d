"""What holds for any text: no failure, exact places, the same answer twice, damage without effect."""

import re
import textwrap
import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from phoihop.engines.reading import contract, read
from phoihop.engines.reading.tests.understanding.checks import assert_sound, printed
from phoihop.engines.reading.tests.understanding.saying import plan
from phoihop.engines.reading.tests.understanding.strategies import ANY, PARAGRAPHS
from phoihop.kernel.text import nfc


@settings(max_examples=3 * settings().max_examples)
@given(ANY)
def test_any_text_is_read_or_refused_and_every_span_is_true(text):
    found = printed(text)
    if found:
        assert_sound(found)


@given(PARAGRAPHS)
def test_any_plan_is_read_and_every_span_is_true(paragraphs):
    found = printed(plan(*paragraphs))
    assert found is not None
    assert found["documents"][0]["number"] == "18/KH-UBND"
    assert_sound(found)


@given(ANY)
def test_two_runs_say_the_same(text):
    assert printed(text) == printed(text)


def said(data: bytes) -> tuple[list, list]:
    """What a .txt binds: its targets (comparator, value, range, unit) and its citations (number, date)."""
    (document,) = contract.of_reading(read(data, "x.txt"))["documents"]
    targets = [(t["comparator"], t["value"], t["value_max"], t["unit"]) for t in document["targets"]]
    return targets, [(c["number"], c["date"]) for c in document["citations"]]


@given(PARAGRAPHS)
def test_decomposed_letters_change_nothing(paragraphs):
    text = plan(*paragraphs)
    decomposed = unicodedata.normalize("NFD", text)
    assert said(decomposed.encode()) == said(nfc(text).encode())


@given(PARAGRAPHS)
def test_blank_lines_change_nothing(paragraphs):
    text = plan(*paragraphs)
    assert said(text.replace("\n\n", "\n\n\n\n").encode()) == said(text.encode())


@given(PARAGRAPHS, st.sampled_from(["\u00a0", "\u2009", "  ", "\u202f"]))
def test_other_blanks_between_words_change_nothing(paragraphs, blank):
    text = plan(*paragraphs)
    assert said(plan(*(p.replace(" ", blank) for p in paragraphs)).encode()) == said(text.encode())


def on_a_page(text: str, width: int, page: int | None) -> str:
    """The text as a page prints it: lines of one width, with a page number after the given line."""
    lines = [
        x for line in text.split("\n") for x in textwrap.wrap(line, width, break_on_hyphens=False) or [""]
    ]
    if page is not None:
        at = min(15 + page, len(lines))
        lines[at:at] = ["", f"{page + 1}", ""]
    return "\n".join(lines)


@given(PARAGRAPHS, st.integers(70, 100), st.one_of(st.none(), st.integers(0, 30)))
def test_hard_line_ends_and_page_numbers_change_nothing(paragraphs, width, page):
    text = plan("I. MỤC TIÊU", *paragraphs)
    assert said(on_a_page(text, width, page).encode()) == said(text.encode())


_PAIRS = [("òa", "oà"), ("óa", "oá"), ("ủy", "uỷ"), ("Ủy", "Uỷ"), ("úy", "uý"), ("ụy", "uỵ"), ("ỏe", "oẻ")]
_MOVED = {one: other for pair in _PAIRS for one, other in (pair, pair[::-1])}
_OPEN = re.compile("(?:" + "|".join(_MOVED) + r")(?!\w)")


@given(PARAGRAPHS)
def test_the_placement_of_tones_changes_nothing(paragraphs):
    text = plan(*paragraphs)
    other = _OPEN.sub(lambda found: _MOVED[found.group()], text)
    assert other != text
    assert [t[:3] for t in said(other.encode())[0]] == [t[:3] for t in said(text.encode())[0]]
    assert said(other.encode())[1] == said(text.encode())[1]


@pytest.mark.parametrize(
    "text",
    [
        "(" * 3_000,
        "Sở Y tế, " * 1_500,
        "các Sở: " * 1_000,
        "chủ trì, phối hợp với " * 800,
        "1/" * 4_000,
        "90% và " * 1_500,
        "số 1/KH-UBND; " * 800,
        "- " * 4_000,
        "I. " * 3_000,
        "A" * 10_000,
        "Đơn vị chủ trì: " * 800,
        "1 | 2 | 3\n" * 800,
        "đạt từ " * 2_000 + "90%",
    ],
    ids=lambda text: text[:12].strip(),
)
def test_text_that_repeats_itself_is_read_all_the_same(text):
    found = printed(plan(text))
    assert found is not None
    assert_sound(found)
