"""From the reader's JSON to items that people rule on, and back again. Plain functions over plain values."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from phoihop.coordination.documents.rules.review import Kind
from phoihop.coordination.documents.rules.shapes import HEAD
from phoihop.kernel.refusals import Refusal

DOCUMENTS, ITEMS = 200, 30_000  # in one file; more is no honest document
_LISTS = {"signers", "recipients"}
_KEYS = {Kind.TARGET: "targets", Kind.TASK: "tasks", Kind.CITE: "citations"}
# What the database cannot keep: each becomes one character, so that every offset stays true.
_UNKEPT = re.compile("[\0\ud800-\udfff]")
_LARGEST = 2**31


@dataclass(frozen=True, slots=True)
class Found:
    """One item as read: where its sentence stands (None: nowhere in the text) and what was understood."""

    kind: Kind
    order: int
    start: int | None
    end: int | None
    read: dict[str, Any]


def kept(value: Any) -> Any:
    """The same JSON with characters that the database cannot keep replaced one by one."""
    match value:
        case str():
            return _UNKEPT.sub("\ufffd", value)
        case list():
            return [kept(part) for part in value]
        case dict():
            return {kept(key): kept(part) for key, part in value.items()}
        case _:
            return value


def found_in(document: dict[str, Any]) -> list[Found]:
    """Every item of a document of the contract, in order."""
    return [*_head(document), *(f for kind in _KEYS for f in _listed(document, kind))]


def _head(document: dict[str, Any]) -> Iterator[Found]:
    for order, field in enumerate(HEAD):
        where = document["where"].get(field)
        start, end = (
            where["span"] if where else _first_signer(document) if field == "signers" else (None, None)
        )
        read = {"name": field, "value": document[field]}
        if where:
            read["confidence"] = where["confidence"]
        yield Found(Kind.HEAD, order, start, end, read)


def _first_signer(document: dict[str, Any]) -> tuple[int, int] | tuple[None, None]:
    for signer in document["signers"]:
        start, end = signer["span"]
        return start, end
    return None, None


def _listed(document: dict[str, Any], kind: Kind) -> Iterator[Found]:
    for order, read in enumerate(document[_KEYS[kind]]):
        start, end = read["spans"][0] if kind is Kind.CITE else read["span"]
        yield Found(kind, order, start, end, read)


def document_of(items: Iterable[tuple[Kind, int, dict[str, Any]]]) -> dict[str, Any]:
    """The header, targets, tasks and citations that such values make up, in the contract's shape.

    ``outputs`` of tasks count targets by their order among the items, as the reader counts them.
    """
    made: dict[str, Any] = {field: [] if field in _LISTS else None for field in HEAD}
    made |= {key: [] for key in _KEYS.values()}
    for kind, _, value in sorted(items, key=lambda item: (item[0], item[1])):
        if kind is Kind.HEAD:
            made[value["name"]] = value["value"]
        else:
            made[_KEYS[kind]].append(value)
    return made


def check(reading: dict[str, Any]) -> None:
    """See that a reading is one: a child that a hostile file has taken over may say anything.

    Refusal("reader-failed") otherwise; what is taken here needs no second look later.
    """
    try:
        _check(reading)
    except (KeyError, TypeError, ValueError, AttributeError, IndexError):
        raise Refusal(
            "reader-failed",
            "Chương trình gặp lỗi khi đọc tệp này. Các tệp khác không bị ảnh hưởng.",
            "The program failed while reading this file. Other files are not affected.",
        ) from None


def _check(reading: dict[str, Any]) -> None:
    length, documents = len(reading["text"]), reading["documents"]
    _need(isinstance(reading["text"], str) and 0 < len(documents) <= DOCUMENTS)
    _need(isinstance(reading["anchors"], list))
    for document in documents:
        _span(document["span"], length)
        for place in document["where"].values():
            _span(place["span"], length)
            _need(isinstance(place["confidence"], int | float))
        for field in HEAD:
            wanted = list if field in _LISTS else str | None
            _need(isinstance(document[field], wanted))
        for signer in document["signers"]:
            _span(signer["span"], length)
            _need(isinstance(signer["name"], str))
        _need(all(isinstance(name, str) for name in document["recipients"]))
        _need(isinstance(document["sections"], list) and isinstance(document["findings"], list))
        _need(sum(len(document[key]) for key in _KEYS.values()) <= ITEMS)
        for target in document["targets"]:
            _span(target["span"], length)
            _need(isinstance(target["text"], str) and isinstance(target["value_exact"], str | None))
        for task in document["tasks"]:
            _span(task["span"], length)
            _need(all(isinstance(name, str) for name in (*task["leads"], *task["coordinating"])))
            _need(all(type(n) is int and 0 <= n < len(document["targets"]) for n in task["outputs"]))
        for cite in document["citations"]:
            _need(len(cite["spans"]) > 0)
            for span in cite["spans"]:
                _span(span, length)
            _need(all(isinstance(cite[key], str | None) for key in ("number", "date", "issuer", "title")))


def _span(span: Any, length: int) -> None:
    start, end = span
    _need(type(start) is int and type(end) is int and 0 <= start <= end <= length < _LARGEST)


def _need(holds: bool) -> None:
    if not holds:
        raise ValueError
