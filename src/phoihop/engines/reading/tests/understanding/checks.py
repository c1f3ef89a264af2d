"""What must hold of every reading, whatever the text."""

import json
import re
from typing import Any

from phoihop.engines.reading import contract, understand
from phoihop.engines.reading.model import Extract
from phoihop.kernel.refusals import Refusal
from phoihop.kernel.text import nfc


def printed(text: str) -> dict[str, Any] | None:
    """The contract's JSON of a text; None when the text is refused."""
    try:
        return contract.of_reading(understand(Extract(nfc(text), "txt"), "x.txt"))
    except Refusal as refusal:
        if refusal.reason != "not-official":
            raise
        return None


def spans_of(value: Any) -> list[list[int]]:
    """Every span anywhere in the JSON of a document."""
    found = []
    if isinstance(value, dict):
        for key, inner in value.items():
            if inner is None:
                continue
            if key in ("span", "value_span", "heading_span"):
                found.append(inner)
            elif key == "spans":
                found += inner
            else:
                found += spans_of(inner)
    elif isinstance(value, list):
        for inner in value:
            found += spans_of(inner)
    return found


def letters(text: str) -> str:
    """A text's letters and figures alone; words may be glued in the source and apart in the reading."""
    return "".join(c for c in text.casefold() if c.isalnum())


def in_order(text: str, source: str) -> bool:
    """Whether the letters of ``text`` stand in ``source`` in this order, others between allowed."""
    there = iter(letters(source))
    return all(c in there for c in letters(text))


def assert_sound(reading: dict[str, Any]) -> None:
    text = reading["text"]
    json.dumps(reading, ensure_ascii=False, allow_nan=False)
    for start, end in spans_of(reading["documents"]):
        assert 0 <= start <= end <= len(text)
    for document in reading["documents"]:
        for target in document["targets"]:
            assert_target(target, text)
        for task in document["tasks"]:
            assert task["leads"] or task["coordinating"] or task["period"]
            assert not set(task["leads"]) & set(task["coordinating"])
            assert all(0 <= i < len(document["targets"]) for i in task["outputs"])
            assert in_order(task["text"], text[slice(*task["span"])])
        for citation in document["citations"]:
            assert citation["spans"]
            if citation["number"]:
                assert_number_stands(citation, text)
        assert [t["span"] for t in document["tasks"]] == sorted(t["span"] for t in document["tasks"])


def assert_target(target: dict[str, Any], text: str) -> None:
    (start, end), (left, right) = target["span"], target["value_span"]
    assert start <= left <= right <= end
    # A row of a table is worded "indicator | unit | value", which need not be the row's own order.
    if " | " not in target["text"]:
        assert in_order(target["text"], text[start:end])
    if target["value"] is not None:
        assert str(target["value_exact"])
    if target["value_max"] is not None:
        assert target["value"] <= target["value_max"]


def assert_number_stands(citation: dict[str, Any], text: str) -> None:
    wanted = "".join(c for c in citation["number"].upper() if c.isalnum())
    for span, spelling in zip(citation["spans"], citation["written"], strict=False):
        # A web page's line end and a footnote's mark are blanks to the reader, no part of a number.
        shown = re.sub(r"<br\s*/?>|⁽[⁰¹²³⁴-⁹]+⁾", " ", text[slice(*span)])
        there = "".join(c for c in shown.upper() if c.isalnum())
        assert "".join(c for c in spelling.upper() if c.isalnum()) in there or wanted in there
