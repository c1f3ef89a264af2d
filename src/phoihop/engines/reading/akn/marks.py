"""Marks laid over the text: which stretch is a reference, a quantity, a title, a signature."""

import heapq
from dataclasses import dataclass, field
from typing import Any

from phoihop.engines.reading.akn.identity import References, work_uri
from phoihop.engines.reading.akn.plain import one_line
from phoihop.engines.reading.model import Span

_OFFICE_REACH = 300  # characters above a name in which its office stands


@dataclass(frozen=True, slots=True, order=True)
class Mark:
    """One inline element: where it stands, what it is. ``key`` tells what it came from."""

    start: int
    back: int  # minus the end, so that of two marks with one start the wider comes first
    rank: int
    tag: str = field(compare=False)
    attributes: tuple[tuple[str, str], ...] = field(compare=False, default=())
    key: str = field(compare=False, default="")

    @property
    def end(self) -> int:
        return -self.back


def nested(marks: list[Mark]) -> list[Mark]:
    """The marks in order, cut where they would cross, so that each lies inside or beside the next."""
    heap = sorted(marks)
    result: list[Mark] = []
    stack: list[int] = []
    while heap:
        mark = heapq.heappop(heap)
        while stack and stack[-1] <= mark.start:
            stack.pop()
        if stack and mark.end > stack[-1]:
            cut = stack[-1]
            heapq.heappush(heap, Mark(cut, mark.back, mark.rank, mark.tag, mark.attributes, mark.key))
            mark = Mark(mark.start, -cut, mark.rank, mark.tag, mark.attributes, mark.key)
        result.append(mark)
        stack.append(mark.end)
    return result


def marks_of(document: dict[str, Any], text: str, references: References) -> list[Mark]:
    """Every mark of a document, nested; spans outside the document are cut to it."""
    low, high = _clip(document["span"], 0, len(text))
    found: list[Mark] = []

    def put(span: Any, tag: str, key: str = "", **attributes: str) -> None:
        start, end = _clip(span, low, high)
        if text[start:end].strip():
            found.append(Mark(start, -end, len(found), tag, tuple(attributes.items()), key))

    _header(document, references, put)
    _signatures(document, text, references, put)
    for citation in document.get("citations", []):
        href = citation_uri(citation)
        for span in citation["spans"]:
            put(span, "ref", href=href)
    for i, target in enumerate(document.get("targets", []), 1):
        link = references.to("TLCConcept", f"{i}. {target['text']}")
        put(target["value_span"], "quantity", f"target {i}", refersTo=link, normalized=normalized(target))
    return nested(found)


def citation_uri(citation: dict[str, Any]) -> str:
    """The IRI of a cited document."""
    uri = work_uri(citation["type"], citation["number"], citation["date"], citation["issuer"])
    return str(uri.work_uri(work_component=False))


def normalized(target: dict[str, Any]) -> str:
    """A target's value as a machine reads it: '>= 41.13 %', '= 10–15 buổi'; '' without a figure."""
    if target["value"] is None:
        return ""
    value = str(target.get("value_exact", target["value"]))
    if target.get("value_max") is not None:
        value += f"–{target['value_max']}"
    return one_line(f"{target['comparator']} {value} {target['unit'] or ''}")


def _header(document: dict[str, Any], references: References, put: Any) -> None:
    where = {name: place["span"] for name, place in document.get("where", {}).items()}
    for name, tag in (("type", "docType"), ("title", "docTitle"), ("number", "docNumber")):
        if name in where:
            put(where[name], tag)
    if "issued" in where and document.get("issued"):
        put(where["issued"], "docDate", date=document["issued"])
    for name in ("issuer", "parent_issuer"):
        if name in where and document.get(name):
            put(where[name], "docAuthority", refersTo=references.to("TLCOrganization", document[name]))
    if "place" in where and document.get("place"):
        put(where["place"], "location", refersTo=references.to("TLCLocation", document["place"]))


def _signatures(document: dict[str, Any], text: str, references: References, put: Any) -> None:
    for signer in document.get("signers", []):
        start, end = _clip(signer["span"], 0, len(text))
        put((start, end), "signature")
        if signer["office"]:
            at = text.find(signer["office"], max(0, start - _OFFICE_REACH), end)
            if at >= 0:
                link = references.to("TLCRole", signer["office"])
                put((at, at + len(signer["office"])), "role", refersTo=link)
        at = text.find(signer["name"], start, end)
        if at >= 0 and signer["name"]:
            link = references.to("TLCPerson", signer["name"])
            put((at, at + len(signer["name"])), "person", refersTo=link)


def _clip(span: Any, low: int, high: int) -> Span:
    start = min(max(int(span[0]), low), high)
    return (start, min(max(int(span[1]), start), high))
