"""The labels by which Vietnamese documents number their parts: Phần, Chương, Điều, I., 1.1, a), -, +."""

from dataclasses import dataclass

from phoihop.engines.reading.understanding.patterns import vi

_LABEL = vi(
    r"(?P<part>(?:phần|PHẦN|Phần)\s+(?:thứ\s+|THỨ\s+)?(?:[IVXLC]+|\d{1,2}|nhất|hai|ba|bốn|NHẤT|HAI|BA|BỐN)\b)[.:\-–]?"
    r"|(?P<chapter>(?:chương|CHƯƠNG|Chương)\s+(?:[IVXLC]+|\d{1,2})\b)[.:\-–]?"
    r"|(?P<division>(?:MỤC|Mục)\s+(?:[IVXLC]+|\d{1,2})\b)[.:\-–]?"
    r"|(?P<article>(?:ĐIỀU|Điều)\s+\d{1,3}[a-zđ]?)\s*(?:[.:\-–]|(?=\s+[A-ZĐ]))"
    r"|(?P<roman>[IVX]{1,6})\s*[.\-–/)](?!\w\.)(?!v\b)\s*(?=\S)"
    r"|(?P<letter>[A-HĐ])\s*[.)/\-–](?![A-Z]\b)\s*(?=\S)"
    r"|(?P<number>\d{1,2}(?:\.\d{1,2}){1,3}(?!\d))\s*[.)\-–:]?\s*(?=[^\d\s%.,/)])"
    r"|(?P<single>\d{1,2})(?:\s*[.)](?!\d)\s*(?=\S)|\s?[-–]\s?(?=[A-ZĐ])(?!\w{1,8}/))"
    r"|(?P<point>[a-zđêô])\s*[.)](?!\w\.)\s*(?=\S)"
    r"|(?P<dash>[-–—•●○▪■□◦·])\s*(?=[\w“\"(])"
    r"|(?P<plus>\+)\s*(?=\S)"
)

_LEVEL = {
    "part": 1,
    "chapter": 2,
    "division": 3,
    "letter": 3,
    "roman": 4,
    "article": 5,
    "single": 6,
    "point": 10,
}


@dataclass(frozen=True, slots=True)
class Label:
    """A label at the start of a paragraph: its text, the level it stands on, where the text begins."""

    text: str
    level: int
    end: int
    kind: str


def label_of(text: str) -> Label | None:
    """The label a paragraph starts with, or None. Levels run from 1 (Phần) to 12 ("+")."""
    match = _LABEL.match(text)
    if not match or match.lastgroup is None:
        return None
    kind = match.lastgroup
    if kind == "number":
        level = 6 + match.group("number").count(".")
    elif kind == "dash":
        level = 11
    elif kind == "plus":
        level = 12
    else:
        level = _LEVEL[kind]
    end = match.end()
    label = text[: match.end()].strip()
    return Label(label, level, end, kind)


def starts_item(text: str) -> bool:
    """Whether a line begins a new part, so that it cannot continue the line before it."""
    return _LABEL.match(text) is not None
