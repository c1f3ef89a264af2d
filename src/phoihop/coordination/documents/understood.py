"""What was understood of one document, arranged for the page: items, rows, marks, outline.

Works on the reader's JSON contract (``engines.reading.contract``), never on its objects, so
that a result looks the same whether it was read here or comes back from a download.
"""

from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from phoihop.coordination.documents.flow import HEADING_LENGTH, Heading, Mark, Span, flow
from phoihop.engines.ui import formats

SURE = 0.85  # from here on a value is shown without remark
DOUBTFUL = 0.65  # below this the page asks a person to check
PARAGRAPHS = ("docx", "doc", "html")  # formats whose lines are paragraphs; others break lines at a width
LETTERHEAD = ("number", "issued", "issuer", "parent_issuer", "place", "type", "title")
BULLETS = ("-", "–", "+", "*", "•")
SEVERITIES = ("serious", "warning", "note")


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of item: key on the keyboard, letter of its tags, names for one and for many."""

    name: str
    key: int
    letter: str
    one: str
    many: str


@dataclass(frozen=True, slots=True)
class Item:
    """One understood thing. ``data`` is its part of the contract; ``spans`` are its places."""

    id: str
    kind: str
    tag: str
    label: str
    spans: tuple[Span, ...]
    confidence: float
    data: dict[str, Any]

    @property
    def weak(self) -> bool:
        return self.confidence < DOUBTFUL

    @property
    def sure(self) -> str:
        """How sure, in words."""
        if self.confidence >= SURE:
            return _("chắc chắn")
        return _("cần kiểm tra") if self.weak else _("khá chắc")


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the header card; without an item the value stands nowhere in the text."""

    label: str
    values: tuple[str, ...]
    item: Item | None = None
    links: tuple[Item, ...] = ()
    wide: bool = False


@dataclass(frozen=True, slots=True)
class Entry:
    """A section in the outline, with how many targets and tasks stand in it."""

    id: str
    label: str
    heading: str
    targets: int
    tasks: int
    children: tuple["Entry", ...] = ()


@dataclass(slots=True)
class Understood:
    """Everything the page shows of one document."""

    kinds: list[Kind]
    header: list[Row] = field(default_factory=list)
    findings: list[Item] = field(default_factory=list)
    heads: list[Item] = field(default_factory=list)
    targets: list[Item] = field(default_factory=list)
    tasks: list[Item] = field(default_factory=list)
    citations: list[Item] = field(default_factory=list)
    outline: list[Entry] = field(default_factory=list)
    chunks: list[SafeString] = field(default_factory=list)

    @property
    def counts(self) -> list[tuple[Kind, int]]:
        lists = (self.findings, self.heads, self.targets, self.tasks, self.citations)
        return [(kind, len(items)) for kind, items in zip(self.kinds, lists, strict=True)]

    @property
    def to_check(self) -> int:
        """How many items a person should look at before trusting them."""
        return sum(i.weak for i in (*self.heads, *self.targets, *self.tasks, *self.citations))

    @property
    def total(self) -> int:
        return sum(count for _kind, count in self.counts)


def kinds() -> list[Kind]:
    """The five kinds in the order of the page, in the active language."""
    return [
        Kind("finding", 1, _("P"), _("phát hiện"), _("Phát hiện")),
        Kind("head", 2, _("Đ"), _("phần đầu, cuối văn bản"), _("Thể thức")),
        Kind("target", 3, _("C"), _("chỉ tiêu"), _("Chỉ tiêu")),
        Kind("task", 4, _("N"), _("nhiệm vụ"), _("Nhiệm vụ")),
        Kind("cite", 5, _("V"), _("viện dẫn"), _("Viện dẫn")),
    ]


def understand(result: dict[str, Any], place: int, language: str) -> Understood:
    """Arrange document ``place`` (from 0) of a reading; IndexError if there is no such document."""
    documents = result["documents"]
    document = documents[place]
    view = Understood(kinds())
    by_name = {kind.name: kind for kind in view.kinds}
    view.citations = _numbered(by_name["cite"], "c", document["citations"])
    view.targets = _numbered(by_name["target"], "t", document["targets"])
    view.tasks = _numbered(by_name["task"], "k", document["tasks"])
    ranked = sorted(document["findings"], key=lambda f: SEVERITIES.index(f["severity"]))
    view.findings = _numbered(by_name["finding"], "f", ranked)
    for item in view.findings:
        item.data["words"] = item.data["message"][language]
        item.data["severity_word"] = _severity(item.data["severity"])
    for item in view.targets:
        _shape_target(item, document["period"])
    for item in view.tasks:
        item.data["made"] = [view.targets[i] for i in item.data["outputs"] if i < len(view.targets)]
    view.header, view.heads = _header(document, by_name["head"], view.citations)
    letterhead = [w["span"][1] for name, w in document["where"].items() if name in LETTERHEAD]
    contents = _Contents(view, max(letterhead, default=0))
    view.outline = list(contents.entries(document["sections"]))
    chunks = flow(
        result["text"],
        shown_span(result, place),
        (document["span"][0], document["span"][1]),
        [mark for item in _all(view) for mark in _marks(item)],
        contents.headings,
        [(a["span"][0], _anchor(a)) for a in result["anchors"]],
        rejoin=result["format"] not in PARAGRAPHS,
    )
    # Built here and not in the template: a long text has tens of thousands of paragraphs.
    view.chunks = [SafeString("\n".join(block.markup for block in chunk)) for chunk in chunks]
    return view


def shown_span(result: dict[str, Any], place: int) -> Span:
    """The part of the text shown with one document: each letter of the file belongs to one of them."""
    spans = [d["span"] for d in result["documents"]]
    start = 0 if place == 0 else spans[place][0]
    end = len(result["text"]) if place == len(spans) - 1 else spans[place + 1][0]
    return start, end


def name_of(document: dict[str, Any]) -> str:
    """A document's short name: type and number, else what is known of it."""
    kind = formats.sentence(document["type"])
    if document["number"]:
        return " ".join(filter(None, (kind, "số", document["number"])))
    return kind or _("Văn bản không rõ loại")


def _numbered(kind: Kind, prefix: str, values: list[dict[str, Any]]) -> list[Item]:
    return [
        Item(
            f"{prefix}{n}",
            kind.name,
            f"{kind.letter}{n}",
            kind.one,
            tuple((s[0], s[1]) for s in (value["spans"] if "spans" in value else [value["span"]])),
            value.get("confidence", 1.0),
            dict(value),
        )
        for n, value in enumerate(values, start=1)
    ]


def _all(view: Understood) -> Iterator[Item]:
    yield from view.findings
    yield from view.heads
    yield from view.targets
    yield from view.tasks
    yield from view.citations


def _marks(item: Item) -> Iterator[Mark]:
    for place, span in enumerate(item.spans):
        yield Mark(item.kind, item.id, span, item.tag, item.label, place, item.weak)


def _severity(code: str) -> str:
    return {"serious": _("Nghiêm trọng"), "warning": _("Cần xem"), "note": _("Lưu ý")}[code]


def _shape_target(item: Item, period: str | None) -> None:
    data = item.data
    sign, words = {
        ">=": ("≥", _("ít nhất")),
        ">": (">", _("trên")),
        "=": ("=", _("đúng")),
        "<=": ("≤", _("không quá")),
        "<": ("<", _("dưới")),
    }[data["comparator"]]
    if data["value_max"] is not None:
        amount = f"{formats.number(data['value'])}–{formats.quantity(data['value_max'], data['unit'])}"
    else:
        amount = formats.quantity(data["value_exact"], data["unit"])
    data.update(sign=sign, sign_words=words, amount=amount)
    data["direction_word"] = {
        "giữ": _("giữ"),
        "tăng": _("tăng"),
        "giảm": _("giảm"),
        "không để": _("không để"),
    }.get(data["direction"] or "")
    data["is_output"] = data["kind"] == "output"
    data["due"] = formats.day(data["deadline"])
    data["due_by_title"] = None if data["deadline"] else period


def _header(document: dict[str, Any], kind: Kind, citations: list[Item]) -> tuple[list[Row], list[Item]]:
    rows: list[Row] = []
    heads: list[Item] = []

    def item(name: str, span: Any, confidence: float) -> Item:
        made = Item(
            f"h-{name}",
            kind.name,
            f"{kind.letter}{len(heads) + 1}",
            kind.one,
            ((span[0], span[1]),),
            confidence,
            {},
        )
        heads.append(made)
        return made

    def add(name: str, label: str, *values: str | None, wide: bool = False) -> None:
        where = document["where"].get(name)
        known = tuple(v for v in values if v)
        placed = item(name, where["span"], where["confidence"]) if where and known else None
        rows.append(Row(label, known, placed, wide=wide))

    add("type", _("Loại văn bản"), formats.sentence(document["type"]))
    add("number", _("Số, ký hiệu"), document["number"])
    add("issued", _("Ngày ban hành"), formats.day(document["issued"]))
    add("place", _("Nơi ban hành"), document["place"])
    if document["parent_issuer"]:
        add("parent_issuer", _("Cơ quan cấp trên"), document["parent_issuer"])
    add("issuer", _("Cơ quan ban hành"), document["issuer"])
    for n, signer in enumerate(document["signers"], start=1):
        office = " ".join(filter(None, (signer["prefix"], signer["office"])))
        sure = document["where"].get("signers", {}).get("confidence", SURE)
        known = tuple(filter(None, (signer["name"], office)))
        rows.append(Row(_("Người ký"), known, item(f"signer-{n}", signer["span"], sure)))
    if not document["signers"]:
        rows.append(Row(_("Người ký"), ()))
    add("title", _("Trích yếu"), formats.sentence(document["title"]), wide=True)
    implemented = tuple(c for c in citations if c.data["implemented"])
    if implemented:
        rows.append(Row(_("Thực hiện văn bản"), (), links=implemented, wide=True))
    if document["recipients"]:
        add("recipients", _("Nơi nhận"), *document["recipients"], wide=True)
    return rows, heads


class _Contents:
    """The outline and the headings of one document, counted as they are walked."""

    def __init__(self, view: Understood, head_end: int) -> None:
        self._head_end = head_end
        self.headings: list[Heading] = []
        self._targets = sorted(i.spans[0][0] for i in view.targets)
        self._tasks = sorted(i.spans[0][0] for i in view.tasks)

    def entries(self, sections: list[dict[str, Any]]) -> tuple[Entry, ...]:
        """Every section gets its heading in the text; the outline leaves out mere sentences."""
        return tuple(entry for entry in map(self._entry, sections) if entry is not None)

    def _entry(self, section: dict[str, Any]) -> Entry | None:
        words = (section["heading_span"][0], section["heading_span"][1])
        heading = Heading(f"s{len(self.headings) + 1}", words, section["level"])
        self.headings.append(heading)
        children = self.entries(section["children"])
        if not children and self._is_minor(section):
            return None
        start, end = section["span"]
        return Entry(
            heading.id,
            section["label"],
            section["heading"],
            _within(self._targets, start, end),
            _within(self._tasks, start, end),
            children,
        )

    def _is_minor(self, section: dict[str, Any]) -> bool:
        label, words = section["label"], section["heading"]
        in_letterhead = not label and section["span"][0] < self._head_end
        return not words or len(words) > HEADING_LENGTH or label in BULLETS or in_letterhead


def _within(offsets: list[int], start: int, end: int) -> int:
    return bisect_left(offsets, end) - bisect_left(offsets, start)


def _anchor(anchor: dict[str, Any]) -> str:
    place = ".".join(str(n) for n in anchor["place"])
    words = {"page": _("tr. %s"), "table": _("bảng %s"), "paragraph": "¶ %s"}
    return words.get(anchor["kind"], "%s") % place
