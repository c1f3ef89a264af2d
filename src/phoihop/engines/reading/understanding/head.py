"""The head of a document as it is being read: its fields and the places they came from."""

from dataclasses import dataclass, field
from datetime import date

from phoihop.engines.reading.model import Span, Where
from phoihop.engines.reading.understanding.patterns import vi

COUNTRY = vi(
    r"(?i:cộng\s*h(?:òa|oà)\s*xã\s*hội|đảng\s+cộng\s+sản\s+việt\s+nam|^\s*hòa xã hội chủ nghĩa|độc\s*lập\s*-?–?\s*tự\s*do)"
)


@dataclass(slots=True)
class Head:
    """What the head of a document says, each field with its place."""

    number: str | None = None
    issued: date | None = None
    issuer: str | None = None
    parent_issuer: str | None = None
    place: str | None = None
    type: str | None = None
    title: str | None = None
    where: dict[str, Where] = field(default_factory=dict)
    metadata_signer: tuple[str, Span] | None = None
    title_lines: range = range(0)

    def note(self, name: str, span: Span, confidence: float) -> None:
        """Remember where a field came from and how sure the reader is of it."""
        self.where[name] = Where(span, confidence)
