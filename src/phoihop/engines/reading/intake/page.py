"""Gathers the lines of a file into one clean text with anchors back to their places."""

import re
import unicodedata

from phoihop.engines.reading.intake import legacy, limits
from phoihop.engines.reading.intake.refusing import refuse
from phoihop.engines.reading.model import Anchor, Extract

Place = tuple[str, tuple[int, ...]]

_LINE_ENDS = re.compile("\r\n?|[\x0b\x0c\x1c-\x1e\x85\u2028\u2029]")
# Invisible characters split words for a search and mean nothing on paper.
_DROPPED = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f-\x9f\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\ufffe\uffff\ud800-\udfff]"
)
# Symbol fonts (Wingdings and its kin) put their bullets into the private-use area.
_SYMBOL = re.compile("[\ue000-\uf8ff]")


def tidy(text: str) -> str:
    """NFC, "\\n" line ends, no invisible characters, symbol-font bullets as "-"."""
    if text.isascii() and text.isprintable():
        return text
    text = _SYMBOL.sub("-", _DROPPED.sub("", _LINE_ENDS.sub("\n", text)))
    return unicodedata.normalize("NFC", text)


class Lines:
    """Collects lines in reading order; ``extract`` joins them.

    Every added piece is tidied on its own, so that offsets in the anchors are final. A piece
    may hold several lines.
    """

    def __init__(self) -> None:
        self._parts: list[str] = []
        self._anchors: list[Anchor] = []
        self._length = 0

    def add(self, text: str, place: Place) -> None:
        text = tidy(text)
        if self._length + len(text) > limits.CHARACTERS:
            raise refuse("too-large/text")
        if text.strip():
            kind, numbers = place
            self._anchors.append(Anchor((self._length, self._length + len(text)), kind, numbers))
        self._parts.append(text)
        self._length += len(text) + 1

    def stripped(self) -> list[str]:
        """The lines so far that hold anything, without the blanks around them."""
        return [line.strip() for part in self._parts for line in part.split("\n") if line.strip()]

    def extract(self, kind: str, *, pages: int | None = None, ocr: bool = False) -> Extract:
        """All lines as one text. Raises Refusal "no-text" when no letter or digit is among them,
        "legacy-font" when the letters stand for others in an old font."""
        text = "\n".join(self._parts)
        if not any(c.isalnum() for c in text):
            raise refuse("no-text")
        if legacy.looks_legacy(text):
            raise refuse("legacy-font")
        return Extract(text, kind, tuple(self._anchors), pages, ocr)
