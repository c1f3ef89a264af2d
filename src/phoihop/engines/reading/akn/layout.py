"""The regions of a document: preface, preamble, body, conclusions; they cover its span in order."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from phoihop.engines.reading.akn.plain import paragraphs
from phoihop.engines.reading.model import Span

_HEADER = ("number", "issued", "place", "issuer", "parent_issuer", "type", "title")
# Formulas that say on what ground a document is made.
_GROUND = re.compile(r"[\W_]*(?:căn cứ|xét|theo đề nghị|thực hiện|tiếp theo)\b", re.IGNORECASE)
# How the block above a signature begins: TM. (on behalf of), KT. (for the head) and their like.
SIGNING = re.compile(r"^[^\w\n]*(?:TM|T/M|KT|K/T|TL|T/L|TUQ|Q)\b\s?\.?", re.MULTILINE)
_BLOCK = 400  # characters between the first line of that block and the name
_CLOSING = 3000  # characters that recipients and signature may lie apart
_RECIPIENTS = re.compile(r"^[^\w\n]*nơi\s+(?:nhận|gửi)\b", re.IGNORECASE | re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Part:
    """A section cut to the room it really has: inside its parent, after what precedes it.

    An ``item`` carries a label but no heading: its first paragraph is content.
    """

    label: str
    item: bool
    start: int
    heading_end: int
    end: int
    children: tuple["Part", ...]


@dataclass(frozen=True, slots=True)
class Layout:
    """Offsets at which the regions meet: start ≤ preface_end ≤ body ≤ conclusions ≤ end."""

    start: int
    preface_end: int
    body: int
    conclusions: int
    end: int
    parts: tuple[Part, ...]


def is_ground(text: str) -> bool:
    """Whether a paragraph of the preamble states a ground (căn cứ …)."""
    return _GROUND.match(text) is not None


def recipients_start(text: str, start: int, end: int) -> int | None:
    """Where the list "Nơi nhận" begins, or None."""
    found = _RECIPIENTS.search(text[start:end])
    return start + found.start() if found else None


def layout(document: dict[str, Any], text: str) -> Layout:
    """The regions of one document of the contract."""
    start = min(max(int(document["span"][0]), 0), len(text))
    end = min(max(int(document["span"][1]), start), len(text))
    sections = document.get("sections", [])
    taken = _taken(document)
    limit = min([end, *(low for low, _ in _headings(sections, taken) if low >= start)])
    preface_end = _preface_end(document, text, start, limit)
    sections = _below(sections, preface_end)
    after = max([preface_end, *(high for _, high in _headings(sections, taken))])
    conclusions = _conclusions(document, text, min(after, end), end)
    parts = cut(sections, preface_end, conclusions)
    body = parts[0].start if parts else _grounds_end(text, preface_end, conclusions)
    return Layout(start, preface_end, body, conclusions, end, parts)


def _taken(document: dict[str, Any]) -> list[Span]:
    """The places of header fields and signatures: a line that holds one is no section's heading."""
    places = [place["span"] for place in document.get("where", {}).values()]
    signed = [signer["span"] for signer in document.get("signers", [])]
    places += signed
    recipients = document.get("where", {}).get("recipients")
    if recipients:
        # What stands between the recipients and the signature belongs to the same closing block.
        low, high = recipients["span"]
        places += [(min(low, a), max(high, b)) for a, b in signed if abs(a - low) < _CLOSING]
    return [(int(low), int(high)) for low, high in places if low < high]


def _headings(sections: list[dict[str, Any]], taken: list[Span]) -> Iterator[Span]:
    """The spans of all headings that carry a label, at any depth.

    Lines in capitals without a label also count as headings, but some of them are the
    letterhead, the title or the office of who signs. "V/v" above a subject and the initial of
    a name can look like labels.
    """
    for section in sections:
        low, high = section["heading_span"]
        plain = section["label"] and section.get("kind") != "item"
        if plain and not any(a < high and low < b for a, b in taken):
            yield (int(section["span"][0]), int(high))
        yield from _headings(section.get("children", []), taken)


def _below(sections: list[dict[str, Any]], start: int) -> list[dict[str, Any]]:
    """The tree without the lines of the preface; what they hold moves up."""
    kept = []
    for section in sections:
        kept += [section] if section["span"][0] >= start else _below(section.get("children", []), start)
    return kept


def cut(sections: list[dict[str, Any]], start: int, end: int) -> tuple[Part, ...]:
    """The section tree within [start, end): sections that overlap are cut, empty ones dropped."""
    parts = []
    for section in sorted(sections, key=lambda s: (s["span"][0], -s["span"][1])):
        low, high = max(int(section["span"][0]), start), min(int(section["span"][1]), end)
        if low >= high:
            continue
        heading_end = min(max(int(section["heading_span"][1]), low), high)
        children = cut(section.get("children", []), heading_end, high)
        item = section.get("kind") == "item"
        parts.append(Part(section["label"], item, low, heading_end, high, children))
        start = high
    return tuple(parts)


def _preface_end(document: dict[str, Any], text: str, start: int, limit: int) -> int:
    spans = [place["span"] for name, place in document.get("where", {}).items() if name in _HEADER]
    last = max((s[1] for s in spans if start <= s[0] <= s[1] <= limit), default=start)
    if last == start:
        return start
    line_end = text.find("\n", last, limit)
    return limit if line_end < 0 else line_end


def _conclusions(document: dict[str, Any], text: str, after: int, end: int) -> int:
    starts = [int(s["span"][0]) for s in document.get("signers", [])]
    if "recipients" in document.get("where", {}):
        starts.append(int(document["where"]["recipients"]["span"][0]))
    for name in [s for s in starts if after <= s <= end]:
        block = SIGNING.search(text[max(after, name - _BLOCK) : name])
        if block:
            starts.append(max(after, name - _BLOCK) + block.start())
    recipients = recipients_start(text, after, end)
    if recipients is not None:
        starts.append(recipients)
    first = min((s for s in starts if after <= s < end), default=None)
    if first is None:
        return end
    return max(text.rfind("\n", 0, first) + 1, after)


def _grounds_end(text: str, start: int, end: int) -> int:
    last = start
    for low, high in paragraphs(text, start, end):
        if not is_ground(text[low:high]):
            break
        last = high
    return last
