"""Plain text and Markdown: lines as they are, anchored by their number."""

from typing import Literal

from phoihop.engines.reading.intake.decode import decode
from phoihop.engines.reading.intake.page import Lines, tidy
from phoihop.engines.reading.intake.refusing import refuse
from phoihop.engines.reading.model import Extract


def read_plain(data: bytes, kind: Literal["txt", "md"]) -> Extract:
    """The text of a .txt or .md file. Raises Refusal "empty", "unknown-format", "legacy-font"."""
    text = tidy(decode(data))
    if not text.strip():
        raise refuse("empty")
    lines = Lines()
    for n, line in enumerate(text.split("\n"), start=1):
        lines.add(line, ("line", (n,)))
    return lines.extract(kind)
