"""What the reader understands of one selected sentence: the beginning of an item that a person adds."""

from typing import Any

from phoihop.coordination.documents.rules import shapes
from phoihop.coordination.documents.rules.reading import kept
from phoihop.coordination.documents.rules.review import Kind
from phoihop.kernel.refusals import Refusal

LONGEST = 3_000  # characters of a selection; a longer one holds many sentences
# The reader weighs a figure by the part of the document it stands in: a sentence alone stands nowhere.
_ABOVE = {
    Kind.TARGET: "KẾ HOẠCH\n\nI. MỤC TIÊU\n\n",
    Kind.TASK: "KẾ HOẠCH\n\nI. TỔ CHỨC THỰC HIỆN\n\n1. Nhiệm vụ\n\n",
    Kind.CITE: "KẾ HOẠCH\n\nI. CĂN CỨ\n\n1. Căn cứ pháp lý\n\n- ",
}
_KEY = {Kind.TARGET: "targets", Kind.TASK: "tasks", Kind.CITE: "citations"}


def begun(kind: Kind, text: str, start: int, end: int) -> dict[str, Any]:
    """The value that an added item begins with: as the reader understands the selection, else empty but for
    its words. ``text`` is the upload's, the span the selection's."""
    selected = text[start:end]
    sentence = " ".join(selected.split())[: shapes.SENTENCE]
    value = shapes.empty(kind, sentence, (start, end))
    found = _understood(kind, selected)
    if found is None:
        return value
    read, before = found
    told = {key: read[key] for key in shapes.SHAPES[kind] if key in read}
    if kind is Kind.TARGET:
        told["value_exact"] = read["value_exact"]
        value["value_span"] = _moved(read["value_span"], start - before, start, end)
    if kind is Kind.TASK:
        told["outputs"] = []
    if kind is Kind.CITE:
        value["written"] = read["written"]
    if kind is not Kind.CITE:
        told["text"] = sentence
    return {**value, **told}


def _understood(kind: Kind, selected: str) -> tuple[dict[str, Any], int] | None:
    if len(selected) > LONGEST:
        return None
    # Imported when asked for: the reader brings its tables with it.
    from phoihop.engines.reading import Extract, understand
    from phoihop.engines.reading.contract import of_reading

    above = _ABOVE[kind]
    try:
        reading = kept(of_reading(understand(Extract(above + selected, "txt"), "")))
    except Refusal:
        return None
    for document in reading["documents"]:
        if document[_KEY[kind]]:
            return document[_KEY[kind]][0], len(above)
    return None


def _moved(span: list[int], by: int, start: int, end: int) -> list[int]:
    """A span of the selection alone as one of the whole text, never beyond the selection."""
    return [min(max(offset + by, start), end) for offset in span]
