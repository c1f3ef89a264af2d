"""From the reader's JSON to items that people rule on, and back again. Plain functions over plain values."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from math import isfinite
from typing import Any

from phoihop.coordination.documents.rules.review import Kind
from phoihop.coordination.documents.rules.shapes import HEAD
from phoihop.engines.reading.model import Basis, Comparator, Direction, Severity, TargetKind
from phoihop.kernel.refusals import Refusal

DOCUMENTS, ITEMS = 200, 30_000  # in one file; more is no honest document
DEPTH = 40  # of sections within sections
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

    ``outputs`` of an item count targets by the order of their items, those of the contract by their place in
    the list: what was rejected leaves no gap there.
    """
    made: dict[str, Any] = {field: [] if field in _LISTS else None for field in HEAD}
    made |= {key: [] for key in _KEYS.values()}
    told = sorted(items, key=lambda item: (item[0], item[1]))
    orders = [order for kind, order, _ in told if kind is Kind.TARGET]
    places = {order: place for place, order in enumerate(orders)}
    for kind, _, value in told:
        if kind is Kind.HEAD:
            made[value["name"]] = value["value"]
        elif kind is Kind.TASK:
            outputs = [places[order] for order in value["outputs"] if order in places]
            made[_KEYS[kind]].append({**value, "outputs": outputs})
        else:
            made[_KEYS[kind]].append(value)
    return made


def refusal_of(reading: Mapping[str, Any]) -> Refusal | None:
    """Why the reader could not read a file; None where it could. Believed no more than a reading is."""
    told = reading.get("refused")
    if told is None:
        return None
    try:
        words = [told["reason"], told["message"]["vi"], told["message"]["en"]]
        _need(all(isinstance(each, str) and each for each in words))
    except (KeyError, TypeError, ValueError):
        return _failed()
    return Refusal(*words)


def check(reading: dict[str, Any]) -> None:
    """See that a reading is one: a child that a hostile file has taken over may say anything.

    Refusal("reader-failed") otherwise; what is taken here needs no second look later.
    """
    try:
        _check(reading)
    except (KeyError, TypeError, ValueError, AttributeError, IndexError, ArithmeticError):
        raise _failed() from None


def _failed() -> Refusal:
    return Refusal(
        "reader-failed",
        "Chương trình gặp lỗi khi đọc tệp này. Các tệp khác không bị ảnh hưởng.",
        "The program failed while reading this file. Other files are not affected.",
    )


# What each field of a part may hold, beside the places and lists that are looked at one by one.
_NUMBER = int | float
_FIELDS: Mapping[str, Mapping[str, Any]] = {
    "signers": {"name": str, "office": str | None, "prefix": str | None},
    "targets": {
        "text": str,
        "value": _NUMBER | None,
        "value_max": _NUMBER | None,
        "value_exact": str | None,
        "unit": str | None,
        "numerator": str | None,
        "denominator": str | None,
        "scope": str | None,
        "baseline": str | None,
        "deadline": str | None,
        "confidence": _NUMBER,
    },
    "tasks": {
        "text": str,
        "period": str | None,
        "place": str | None,
        "standing": bool,
        "confidence": _NUMBER,
    },
    "citations": {
        "type": str | None,
        "number": str | None,
        "date": str | None,
        "issuer": str | None,
        "title": str | None,
        "implemented": bool,
        "confidence": _NUMBER,
    },
    "sections": {"label": str | None, "heading": str | None, "level": int},
    "anchors": {"kind": str},
}


def _check(reading: dict[str, Any]) -> None:
    length, documents = len(reading["text"]), reading["documents"]
    _need(isinstance(reading["text"], str) and 0 < len(documents) <= DOCUMENTS)
    _need(isinstance(reading["format"], str) and isinstance(reading["ocr"], bool))
    for anchor in reading["anchors"]:
        _fields("anchors", anchor)
        _span(anchor["span"], length)
        _need(all(type(n) is int for n in anchor["place"]))
    for document in documents:
        _span(document["span"], length)
        _header(document, length)
        _need(sum(len(document[key]) for key in _KEYS.values()) <= ITEMS)
        for target in document["targets"]:
            _target(target, length)
        for task in document["tasks"]:
            _task(task, length, len(document["targets"]))
        for cite in document["citations"]:
            _citation(cite, length)
        for finding in document["findings"]:
            _need(bool(Severity(finding["severity"])))
            _need(all(isinstance(finding["message"][language], str) for language in ("vi", "en")))
            _spans(finding["spans"], length)
        _sections(document["sections"], length)


def _header(document: Mapping[str, Any], length: int) -> None:
    for place in document["where"].values():
        _span(place["span"], length)
        _need(isinstance(place["confidence"], _NUMBER))
    for field in HEAD:
        _need(isinstance(document[field], list if field in _LISTS else str | None))
    _days([document["issued"]])
    for signer in document["signers"]:
        _fields("signers", signer)
        _span(signer["span"], length)
    _texts(document["recipients"])


def _target(target: Mapping[str, Any], length: int) -> None:
    _fields("targets", target)
    _spans([target["span"], target["value_span"]], length)
    _need(bool(Comparator(target["comparator"])) and bool(TargetKind(target["kind"])))
    _need(target["direction"] is None or bool(Direction(target["direction"])))
    exact = target["value_exact"]
    _need((exact is None) == (target["value"] is None) and (exact is None or Decimal(exact).is_finite()))


def _task(task: Mapping[str, Any], length: int, targets: int) -> None:
    _fields("tasks", task)
    _span(task["span"], length)
    _texts([*task["leads"], *task["coordinating"]])
    _need(bool(Basis(task["basis"])) and all(type(n) is int and 0 <= n < targets for n in task["outputs"]))


def _citation(cite: Mapping[str, Any], length: int) -> None:
    _fields("citations", cite)
    _need(len(cite["spans"]) > 0)
    _spans(cite["spans"], length)
    _texts(cite["written"])
    _days([cite["date"], *cite["dates"]])


def _sections(sections: Iterable[Any], length: int) -> None:
    waiting = [(section, 1) for section in sections]
    while waiting:
        section, depth = waiting.pop()
        _fields("sections", section)
        _spans([section["span"], section["heading_span"]], length)
        _need(depth <= DEPTH and section["level"] >= 0)
        waiting += [(child, depth + 1) for child in section["children"]]


def _fields(part: str, value: Mapping[str, Any]) -> None:
    for field, wanted in _FIELDS[part].items():
        held = value[field]
        _need(isinstance(held, wanted) and not (isinstance(held, float) and not isfinite(held)))


def _texts(values: Iterable[Any]) -> None:
    _need(all(isinstance(text, str) for text in values))


def _days(values: Iterable[str | None]) -> None:
    for text in values:
        _need(text is None or bool(date.fromisoformat(text)))


def _spans(spans: Iterable[Any], length: int) -> None:
    for span in spans:
        _span(span, length)


def _span(span: Any, length: int) -> None:
    start, end = span
    _need(type(start) is int and type(end) is int and 0 <= start <= end <= length < _LARGEST)


def _need(holds: bool) -> None:
    if not holds:
        raise ValueError
