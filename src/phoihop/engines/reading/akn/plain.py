"""Text that XML can hold, and the paragraphs it falls into. Offsets never move."""

import re
from collections.abc import Iterator

from phoihop.engines.reading.model import Span
from phoihop.engines.reading.understanding.labels import starts_item

# Everything outside the Char production of XML 1.0.
_ILLEGAL = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_SPACE = re.compile(r"\s+")


def legal(text: str) -> str:
    """Text with a blank for every character XML forbids, so that spans still fit."""
    return _ILLEGAL.sub(" ", text).replace("\r", " ")


def one_line(text: str | None) -> str:
    """Text for an attribute: legal, on one line, without outer blanks."""
    return _SPACE.sub(" ", legal(text or "")).strip()


def trim(text: str, start: int, end: int) -> Span:
    """The span without the blanks at its two ends; empty spans give (start, start)."""
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return (start, end)


def paragraphs(text: str, start: int, end: int) -> Iterator[Span]:
    """The non-blank paragraphs of a stretch of text, trimmed.

    A line that starts with a small letter continues the paragraph above it: converted PDF
    files break lines in the middle of sentences. A line that starts an item never does.
    """
    begin = start
    previous = ""
    at = start
    while at < end:
        stop = text.find("\n", at, end)
        stop = end if stop < 0 else stop
        line = text[at:stop].strip()
        if not line or not (previous and line[0].islower() and not starts_item(line)):
            span = trim(text, begin, at)
            if span[0] < span[1]:
                yield span
            begin = at
        previous = line
        at = stop + 1
    span = trim(text, begin, end)
    if span[0] < span[1]:
        yield span
