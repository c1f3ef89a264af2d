"""One document and what was read in it, arranged for a page: the text with its marks, items, findings.

Works on rows: an item's ``value`` is what stands now, ``read`` what the program understood. Nothing here asks
the database; who calls has fetched the items with who ruled on them.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from phoihop.coordination.documents import editing
from phoihop.coordination.documents.flow import Heading, Mark, Span, flow
from phoihop.coordination.documents.models import Document, Item
from phoihop.coordination.documents.rules.review import STANDS, Kind, Ruling
from phoihop.engines.ui import formats

SURE = 0.85  # from here on a value is shown without remark
DOUBTFUL = 0.65  # below this the page asks a person to check
PARAGRAPHS = ("docx", "doc", "html")  # formats whose lines are paragraphs; others break lines at a width
SEVERITIES = ("serious", "warning", "note")
PREFIX = {Kind.HEAD: "h", Kind.TARGET: "t", Kind.TASK: "k", Kind.CITE: "c"}
_END = 2**31


@dataclass(frozen=True, slots=True)
class Sort:
    """A kind of item: letter of its tags, key on the keyboard, names for one and for many."""

    name: str
    key: int
    letter: str
    one: str
    many: str


@dataclass(frozen=True, slots=True)
class Note:
    """A finding: what deserves a second look. ``places`` are its own marks in the text."""

    id: str
    tag: str
    severity: str
    severity_words: str
    words: str
    spans: tuple[Span, ...]
    kind: str = "finding"
    label: str = ""


@dataclass(frozen=True, slots=True)
class Card:
    """One item on the page. ``id`` stands in addresses and holds as long as the document does.

    ``data`` is its value made ready to print; ``fields`` the same as a form is filled with it; ``was`` what
    was read, where a person put it right.
    """

    id: str
    uid: str
    kind: str
    number: int
    tag: str
    label: str
    name: str
    spans: tuple[Span, ...]
    confidence: float
    ruling: str
    version: int
    data: dict[str, Any]
    fields: dict[str, str]
    was: tuple[tuple[str, str, str], ...] = ()
    who: str = ""
    at: datetime | None = None
    notes: tuple[Note, ...] = ()

    @property
    def open(self) -> bool:
        return self.ruling == Ruling.OPEN

    @property
    def stands(self) -> bool:
        return self.ruling in STANDS

    @property
    def place(self) -> int:
        """Where it stands among its kind: by its sentence, but the header's fields in the order of forms."""
        return self.spans[0][0] if self.spans and self.kind != Kind.HEAD else _END

    @property
    def weak(self) -> bool:
        return self.confidence < DOUBTFUL

    @property
    def sure(self) -> str:
        """How sure, in words."""
        if self.confidence >= SURE:
            return _("chắc chắn")
        return _("cần kiểm tra") if self.weak else _("khá chắc")

    @property
    def gist(self) -> str:
        """What it says, in a line."""
        if self.kind == Kind.HEAD:
            return "; ".join(self.data["lines"])
        known = (self.data.get(name) for name in ("text", "title", "number"))
        return next((str(held) for held in known if held), "")

    @property
    def state(self) -> str:
        """What stands of it, in words."""
        return {
            Ruling.OPEN: _("chưa kiểm"),
            Ruling.ACCEPTED: _("đã nhận"),
            Ruling.CORRECTED: _("đã sửa"),
            Ruling.REJECTED: _("đã bỏ"),
            Ruling.ADDED: _("thêm vào"),
        }[Ruling(self.ruling)]


@dataclass(frozen=True, slots=True)
class Group:
    """The items of one kind."""

    sort: Sort
    cards: tuple[Card, ...]

    @property
    def checked(self) -> int:
        return sum(not card.open for card in self.cards)


@dataclass(slots=True)
class Understood:
    """Everything the page shows of one document."""

    groups: list[Group] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)
    loose: list[Note] = field(default_factory=list)
    chunks: list[SafeString] = field(default_factory=list)

    @property
    def cards(self) -> list[Card]:
        return [card for group in self.groups for card in group.cards]

    @property
    def total(self) -> int:
        return len(self.cards)

    @property
    def checked(self) -> int:
        return sum(not card.open for card in self.cards)

    @property
    def left(self) -> int:
        return self.total - self.checked

    @property
    def doubtful(self) -> int:
        """How many open items a person should look at before trusting them."""
        return sum(card.open and card.weak for card in self.cards)


def sorts() -> dict[str, Sort]:
    """The kinds in the order of the page, in the active language."""
    return {
        Kind.HEAD: Sort("head", 1, _("Đ"), _("thể thức"), _("Thể thức")),
        Kind.TARGET: Sort("target", 2, _("C"), _("chỉ tiêu"), _("Chỉ tiêu")),
        Kind.TASK: Sort("task", 3, _("N"), _("nhiệm vụ"), _("Nhiệm vụ")),
        Kind.CITE: Sort("cite", 4, _("V"), _("viện dẫn"), _("Viện dẫn")),
    }


def name_of(document: Document) -> str:
    """A document's short name: type and number, else what is known of it."""
    kind = formats.sentence(document.kind)
    if document.number:
        return " ".join(filter(None, (kind, "số", document.number)))
    return kind or _("Văn bản không rõ loại")


def arrange(document: Document, items: Sequence[Item], *, with_text: bool = True) -> Understood:
    """The page of one document; ``with_text`` False leaves the text out, which is what takes long."""
    notes = notes_of(_own(document.upload.reading or {}, document.order).get("findings", ()))
    view = Understood(notes=notes)
    cards = cards_of(document, items, notes)
    for kind, sort in sorts().items():
        view.groups.append(Group(sort, tuple(card for card in cards if card.kind == kind)))
    placed = {note.id for card in cards for note in card.notes}
    view.loose = [note for note in notes if note.id not in placed]
    if with_text:
        view.chunks = text_of(document, cards, notes)
    return view


def cards_of(
    document: Document, items: Iterable[Item], notes: Sequence[Note] = (), made: Iterable[Item] = ()
) -> list[Card]:
    """Items in the order of the text, each with the findings that stand in its sentence.

    A part of a document's items does as well, with the targets that its tasks bring about (``made``): each is
    numbered by its own order, which never changes.
    """
    every = list(items)
    targets = {item.order: item for item in (*made, *every) if item.kind == Kind.TARGET}
    cards = [_card(item, document.period or None, targets, notes) for item in every]
    rank = {kind: place for place, kind in enumerate(sorts())}
    return sorted(cards, key=lambda c: (rank[Kind(c.kind)], c.place, c.number))


def _card(item: Item, period: str | None, made: Mapping[int, Item], notes: Sequence[Note]) -> Card:
    sort, number = sorts()[item.kind], item.order + 1
    data = _shown(item.kind, item.value, period)
    if item.kind == Kind.TASK:
        data["made"] = [_output(order, made.get(order)) for order in item.value.get("outputs") or ()]
    return Card(
        id=f"{PREFIX[Kind(item.kind)]}{number}",
        uid=str(item.uid),
        kind=item.kind,
        number=number,
        tag=f"{sort.letter}{number}",
        label=sort.one,
        name=editing.head_label(item.value) if item.kind == Kind.HEAD else sort.one,
        spans=_spans(item),
        confidence=float((item.read or {}).get("confidence", 1.0)),
        ruling=item.ruling,
        version=item.version,
        data=data,
        fields=editing.filled(item.kind, item.value),
        was=_was(item),
        who=item.ruled_by.person.name if item.ruled_by is not None else "",
        at=item.ruled_at,
        notes=tuple(note for note in notes if _within(note, item)),
    )


def _output(order: int, target: Item | None) -> dict[str, str]:
    """A target that a task brings about, as a link to it."""
    amount = shown_target(target.value)["amount"] if target is not None else ""
    return {"id": f"t{order + 1}", "tag": f"{sorts()[Kind.TARGET].letter}{order + 1}", "amount": amount}


def text_of(document: Document, cards: Sequence[Card], notes: Sequence[Note]) -> list[SafeString]:
    """The text as chunks of HTML with a mark for each place of an item or a finding."""
    upload = document.upload
    reading = upload.reading or {}
    own = _own(reading, document.order)
    marked: list[Card | Note] = [*cards, *notes]
    chunks = flow(
        upload.text,
        _shown_span(reading, document, len(upload.text)),
        (document.start, document.end),
        [mark for each in marked for mark in _marks(each)],
        list(_headings(own.get("sections", ()))),
        [(anchor["span"][0], _anchor(anchor)) for anchor in reading.get("anchors", ())],
        rejoin=reading.get("format") not in PARAGRAPHS,
    )
    # Built here and not in the template: a long text has tens of thousands of paragraphs.
    return [SafeString("\n".join(block.markup for block in chunk)) for chunk in chunks]


def _own(reading: dict[str, Any], order: int) -> dict[str, Any]:
    documents = reading.get("documents") or []
    return documents[order] if order < len(documents) else {}


def _shown_span(reading: dict[str, Any], document: Document, length: int) -> Span:
    """The part of the text shown with one document: each letter of the file belongs to one of them."""
    documents = reading.get("documents") or []
    start = 0 if document.order == 0 else document.start
    following = documents[document.order + 1 : document.order + 2]
    return start, following[0]["span"][0] if following else length


def notes_of(findings: Iterable[dict[str, Any]]) -> list[Note]:
    """What the reader found in a document, the gravest first."""
    language = "en" if get_language() == "en" else "vi"
    ranked = sorted(findings, key=lambda f: SEVERITIES.index(f["severity"]))
    letter, label = _("P"), _("phát hiện")
    return [
        Note(
            f"f{n}",
            f"{letter}{n}",
            found["severity"],
            _severity(found["severity"]),
            found["message"][language],
            tuple((a, b) for a, b in found["spans"]),
            label=label,
        )
        for n, found in enumerate(ranked, start=1)
    ]


def _within(note: Note, item: Item) -> bool:
    """Whether a finding stands in the item's sentence."""
    if item.start is None or item.end is None:
        return False
    return any(a < item.end and item.start < b for a, b in note.spans)


def _spans(item: Item) -> tuple[Span, ...]:
    own = ((item.start, item.end),) if item.start is not None and item.end is not None else ()
    more: tuple[Span, ...] = ()
    if item.kind == Kind.CITE:
        more = tuple((a, b) for a, b in item.value.get("spans") or ())
    elif item.value.get("name") == "signers":
        signers = (item.read or {}).get("value") or ()
        more = tuple((a, b) for a, b in (signer["span"] for signer in signers if "span" in signer))
    return (*own, *(span for span in more if span not in own))


def _was(item: Item) -> tuple[tuple[str, str, str], ...]:
    """Label, what was read and what stands, for each field that a person put right."""
    if item.ruling != Ruling.CORRECTED or item.read is None:
        return ()
    return tuple(editing.differences(item.kind, item.read, item.value))


def _marks(each: Card | Note) -> Iterator[Mark]:
    state, weak = ("", False) if isinstance(each, Note) else (each.ruling, each.weak and each.open)
    for place, span in enumerate(each.spans):
        yield Mark(each.kind, each.id, span, each.tag, each.label, place, weak, state)


def _headings(sections: Iterable[dict[str, Any]]) -> Iterator[Heading]:
    stack, number = list(sections)[::-1], 0
    while stack:
        section = stack.pop()
        number += 1
        yield Heading(f"s{number}", tuple(section["heading_span"]), section["level"])
        stack += section["children"][::-1]


def _severity(code: str) -> str:
    return {"serious": _("Nghiêm trọng"), "warning": _("Cần xem"), "note": _("Lưu ý")}[code]


def _shown(kind: str, value: dict[str, Any], period: str | None) -> dict[str, Any]:
    """A value as the page prints it."""
    data = dict(value)
    if kind == Kind.HEAD:
        data["label"], data["lines"] = editing.head_label(value), editing.head_lines(value)
    if kind == Kind.TARGET:
        data.update(shown_target(value, period))
    return data


def shown_target(value: dict[str, Any], period: str | None = None) -> dict[str, Any]:
    """Sign, amount, direction and deadline of a target in words."""
    sign, words = {
        ">=": ("≥", _("ít nhất")),
        ">": (">", _("trên")),
        "=": ("=", _("đúng")),
        "<=": ("≤", _("không quá")),
        "<": ("<", _("dưới")),
    }[value.get("comparator") or "="]
    exact, unit = value.get("value_exact", value.get("value")), value.get("unit")
    if value.get("value_max") is not None:
        amount = f"{formats.number(value['value'])}–{formats.quantity(value['value_max'], unit)}"
    else:
        amount = formats.quantity(exact, unit) if exact is not None else ""
    deadline = value.get("deadline")
    return {
        "sign": sign,
        "sign_words": words,
        "amount": amount,
        "direction_word": editing.directions().get(value.get("direction") or ""),
        "is_output": value.get("kind") == "output",
        "due": formats.day(deadline),
        "due_by_title": None if deadline else period,
    }


def _anchor(anchor: dict[str, Any]) -> str:
    place = ".".join(str(n) for n in anchor["place"])
    words = {"page": _("tr. %s"), "table": _("bảng %s"), "paragraph": "¶ %s"}
    return words.get(anchor["kind"], "%s") % place
