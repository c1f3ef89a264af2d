"""Which documents and figures may be seen by whom, and what has to happen first."""

import re
from collections.abc import Iterable, Mapping
from enum import StrEnum

from phoihop.kernel.refusals import Refusal


class Audience(StrEnum):
    """Whom a document or a figure is for, once released. ``Release`` says whether it has been."""

    INTERNAL = "internal"
    CLEARED = "cleared"  # for the agencies
    PUBLIC = "public"  # for everybody


class Step(StrEnum):
    """How far a document is on its way out."""

    DRAFT = "draft"
    BLOCKED = "blocked"  # the scanner found something
    CLEAN = "clean"
    PROPOSED = "proposed"
    RELEASED = "released"
    WITHDRAWN = "withdrawn"


MOVES: Mapping[Step, frozenset[Step]] = {
    Step.DRAFT: frozenset({Step.BLOCKED, Step.CLEAN, Step.WITHDRAWN}),
    Step.BLOCKED: frozenset({Step.BLOCKED, Step.CLEAN, Step.WITHDRAWN}),
    Step.CLEAN: frozenset({Step.PROPOSED, Step.BLOCKED, Step.CLEAN, Step.WITHDRAWN}),
    Step.PROPOSED: frozenset({Step.RELEASED, Step.CLEAN, Step.WITHDRAWN}),
    Step.RELEASED: frozenset({Step.WITHDRAWN}),
    Step.WITHDRAWN: frozenset(),
}

# Classes of documents that leave the house, and the classes of columns that may not go with them.
LEAVING = frozenset({"public", "outgoing"})
HELD_BACK = frozenset({"personal", "sensitive"})

_PLACEHOLDER = re.compile(r"\{\{\s*([^{}]*?)\s*\}\}")
_NAME = re.compile(r"[a-z][a-z0-9_]*(?:\.[a-z][a-z0-9_]*)+")


def placeholders(text: str) -> list[str]:
    """What stands between ``{{`` and ``}}``, in order; anything that is no plain dotted name is a Refusal.

    Templates know no filters, loops or calls: "{{ agency.name }}" is all there is.
    """
    found = _PLACEHOLDER.findall(text)
    rest = _PLACEHOLDER.sub("", text)
    if any(not _NAME.fullmatch(name) for name in found) or "{{" in rest or "{%" in rest:
        raise Refusal(
            "bad-placeholder",
            "Mẫu văn bản có chỗ điền không hợp lệ. Chỉ dùng dạng {{ bảng.cột }}.",
            "The template holds something that cannot be filled in. Use {{ table.column }} only.",
        )
    return found


def filled(text: str, values: Mapping[str, str]) -> str:
    """The text with every place filled in; what is filled in is not looked at again."""
    return _PLACEHOLDER.sub(lambda match: values[match.group(1)], text)


def check_columns(audience: str, classes: Iterable[tuple[str, str | None]]) -> None:
    """Nothing, or Refusal("identifier"): a document that leaves the house asks for a column that says who.

    ``classes``: pairs of a column and its class; None for a column that nobody classed.
    """
    if audience not in LEAVING:
        return
    for _column, cls in classes:
        if cls is None or cls in HELD_BACK:
            raise Refusal(
                "identifier",
                "Mẫu của văn bản công khai hoặc gửi đi có cột nói về một người. Hãy bỏ cột đó khỏi mẫu.",
                "A public or outgoing document uses a column that identifies a person. Take it out.",
            )
