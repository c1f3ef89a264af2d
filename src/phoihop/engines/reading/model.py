"""What a reading says: frozen values, each with the place it came from.

A span is a half-open pair of character offsets into ``Reading.text``, the extracted text.
``confidence`` is between 0 and 1: how sure the rule that found the value is, not a probability.
"""

import datetime as dt
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum

from phoihop.kernel.refusals import Bilingual

Span = tuple[int, int]


class Comparator(StrEnum):
    """How a target's value binds."""

    AT_LEAST = ">="
    ABOVE = ">"
    EXACTLY = "="
    AT_MOST = "<="
    BELOW = "<"


class Direction(StrEnum):
    """Which way a target moves its number, where the sentence says so."""

    KEEP = "giữ"
    RAISE = "tăng"
    LOWER = "giảm"
    PREVENT = "không để"


class TargetKind(StrEnum):
    """A result to reach, or a countable activity to carry out."""

    GOAL = "goal"
    OUTPUT = "output"


class Basis(StrEnum):
    """Whether a task is assigned in words, or only by the heading it stands under."""

    EXPLICIT = "explicit"
    SECTION = "section"


class Severity(StrEnum):
    """How much a finding matters: it may reverse the meaning, mislead, or merely untidy."""

    SERIOUS = "serious"
    WARNING = "warning"
    NOTE = "note"


@dataclass(frozen=True, slots=True)
class Where:
    """The place of one header field, and how sure the reader is of it."""

    span: Span
    confidence: float


@dataclass(frozen=True, slots=True)
class Signer:
    """A person who signed, with the office as worded and the signing prefix (TM., KT., T/M)."""

    name: str
    office: str | None
    prefix: str | None
    span: Span


@dataclass(frozen=True, slots=True)
class Section:
    """A labelled part and what stands below it, down to the next part of its level.

    ``kind`` tells a "heading" (with its wording in ``heading``) from an "item", a paragraph
    that carries a label ("1.", "a)", "-", "+") and has an empty ``heading``.
    """

    label: str
    heading: str
    span: Span
    heading_span: Span
    level: int
    kind: str = "heading"
    children: tuple["Section", ...] = ()


@dataclass(frozen=True, slots=True)
class Citation:
    """Another document, named once or many times; ``spans`` lists every place.

    ``dates`` are the distinct dates given for it and ``written`` the distinct spellings of its
    number, both in order of appearance.
    """

    type: str | None
    number: str | None
    date: dt.date | None
    issuer: str | None
    title: str | None
    spans: tuple[Span, ...]
    dates: tuple[dt.date, ...] = ()
    written: tuple[str, ...] = ()
    implemented: bool = False
    confidence: float = 0.9


@dataclass(frozen=True, slots=True)
class Target:
    """A number somebody has to reach. ``value`` is exact; a range has ``value_max`` too.

    A goal that names a direction but no figure ("giữ vững số xã không có ma túy") has a
    ``value`` of None: it is a target all the same, and somebody has to say how it is measured.
    """

    text: str
    span: Span
    value_span: Span
    comparator: Comparator
    value: Decimal | None
    value_max: Decimal | None
    unit: str | None
    numerator: str | None
    denominator: str | None
    scope: str | None
    baseline: str | None
    direction: Direction | None
    deadline: str | None
    kind: TargetKind
    confidence: float


@dataclass(frozen=True, slots=True)
class Task:
    """Work given to somebody. ``outputs`` are indices into the document's targets."""

    text: str
    span: Span
    leads: tuple[str, ...]
    coordinating: tuple[str, ...]
    period: str | None
    place: str | None
    outputs: tuple[int, ...]
    basis: Basis
    standing: bool
    confidence: float


@dataclass(frozen=True, slots=True)
class Finding:
    """Something in the document that its author would want to know."""

    kind: str
    severity: Severity
    message: Bilingual
    spans: tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class Document:
    """One official document as understood. Absent fields are None, never guessed.

    ``period`` is the year or years that the title gives ("2024", "2021-2025"): what a target without
    a deadline of its own is due in.
    """

    span: Span
    number: str | None = None
    issued: dt.date | None = None
    issuer: str | None = None
    parent_issuer: str | None = None
    place: str | None = None
    type: str | None = None
    title: str | None = None
    period: str | None = None
    signers: tuple[Signer, ...] = ()
    recipients: tuple[str, ...] = ()
    where: dict[str, Where] = field(default_factory=dict)
    sections: tuple[Section, ...] = ()
    citations: tuple[Citation, ...] = ()
    targets: tuple[Target, ...] = ()
    tasks: tuple[Task, ...] = ()
    findings: tuple[Finding, ...] = ()


@dataclass(frozen=True, slots=True)
class Anchor:
    """Where a stretch of the extracted text stands in the source file.

    ``place`` counts from 1 and names the place as a person would find it: page 3,
    paragraph 12, table 2 row 1, line 40.
    """

    span: Span
    kind: str
    place: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Extract:
    """The text of a file before anything is understood, with its way back to the source.

    ``text`` is NFC with "\\n" line ends and is otherwise as the file has it; ``format`` is
    the file's kind ("docx", "pdf", "html", "txt", "md", "image", "doc"); ``ocr`` tells
    whether a machine guessed the letters.
    """

    text: str
    format: str
    anchors: tuple[Anchor, ...] = ()
    pages: int | None = None
    ocr: bool = False


@dataclass(frozen=True, slots=True)
class Reading:
    """All that was understood of one file."""

    file: str
    extract: Extract
    documents: tuple[Document, ...]

    @property
    def text(self) -> str:
        return self.extract.text
