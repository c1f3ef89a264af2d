"""The labels that Word and HTML put before numbered paragraphs without storing them as text."""

import re
from dataclasses import dataclass, field
from typing import Any

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"

_ROMAN = [
    (1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc"),
    (50, "l"), (40, "xl"), (10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i"),
]  # fmt: skip
_LIMIT = 4_000


def numeral(n: int, style: str) -> str:
    """``n`` in a Word number format: "decimal", "lowerLetter", "upperRoman", …; else digits."""
    if style == "none":
        return ""
    if style == "decimalZero":
        return f"{n:02d}"
    if 0 < n < _LIMIT:
        if style in ("lowerLetter", "upperLetter"):
            # Word doubles the letter after z: aa, bb, cc.
            letters = chr(ord("a") + (n - 1) % 26) * ((n - 1) // 26 + 1)
            return letters if style == "lowerLetter" else letters.upper()
        if style in ("lowerRoman", "upperRoman"):
            letters, rest = "", n
            for value, sign in _ROMAN:
                letters += sign * (rest // value)
                rest %= value
            return letters if style == "lowerRoman" else letters.upper()
    return str(n)


def value(element: Any, name: str) -> str | None:
    """The w:val of the child ``name``; None when there is no such child."""
    child = element.find(W + name) if element is not None else None
    return None if child is None else child.get(W + "val")


def _integer(text: str | None, default: int) -> int:
    return int(text) if text is not None and re.fullmatch(r"-?\d{1,6}", text) else default


@dataclass(frozen=True, slots=True)
class _Level:
    start: int
    style: str
    text: str
    suffix: str
    restarts: bool
    legal: bool
    paragraph_style: str | None


@dataclass(slots=True)
class _List:
    levels: dict[int, _Level]
    counters: dict[int, int]
    # Starting values that this list sets anew the first time it uses a level.
    starts: dict[int, int] = field(default_factory=dict)


def _level(element: Any) -> _Level:
    suffix = value(element, "suff")
    return _Level(
        start=_integer(value(element, "start"), 0),
        style=value(element, "numFmt") or "decimal",
        text=value(element, "lvlText") or "",
        suffix="" if suffix == "nothing" else " ",
        restarts=value(element, "lvlRestart") != "0",
        legal=element.find(W + "isLgl") is not None,
        paragraph_style=value(element, "pStyle"),
    )


def _levels(parent: Any, path: str) -> dict[int, _Level]:
    return {_integer(e.get(W + "ilvl"), 0): _level(e) for e in parent.iterfind(path)}


class Numbering:
    """The running counters of a document's lists, from the root of its numbering.xml (or None)."""

    def __init__(self, root: Any) -> None:
        self._lists: dict[str, _List] = {}
        if root is None:
            return
        abstracts = {e.get(W + "abstractNumId"): e for e in root.iterfind(W + "abstractNum")}
        by_style = {value(e, "styleLink"): e for e in abstracts.values() if value(e, "styleLink")}
        levels: dict[Any, dict[int, _Level]] = {}
        # Lists that share an abstract definition count on together, as Word does.
        counters: dict[Any, dict[int, int]] = {}
        for key, abstract in abstracts.items():
            source = by_style.get(value(abstract, "numStyleLink"), abstract)
            levels[key] = _levels(source, W + "lvl")
            counters[key] = {}
        for num in root.iterfind(W + "num"):
            key = value(num, "abstractNumId")
            if key not in levels:
                continue
            overrides = list(num.iterfind(W + "lvlOverride"))
            starts = {
                _integer(o.get(W + "ilvl"), 0): _integer(value(o, "startOverride"), 1)
                for o in overrides
                if value(o, "startOverride") is not None
            }
            own = {n: level for o in overrides for n, level in _levels(o, W + "lvl").items()}
            self._lists[num.get(W + "numId")] = _List(levels[key] | own, counters[key], starts)

    def level_of_style(self, list_id: str, style: str) -> int:
        """The level that a paragraph style is tied to; 0 when it is tied to none."""
        known = self._lists.get(list_id)
        pairs = known.levels.items() if known else ()
        return next((n for n, level in pairs if level.paragraph_style == style), 0)

    def label(self, list_id: str, depth: int) -> str:
        """Count one paragraph at ``depth`` (from 0) and give its label with the blank after it."""
        numbered = self._lists.get(list_id)
        level = numbered.levels.get(depth) if numbered else None
        if numbered is None or level is None:
            return ""
        counters = numbered.counters
        start = numbered.starts.pop(depth, None)
        counters[depth] = counters.get(depth, level.start - 1) + 1 if start is None else start
        for deeper in [n for n in counters if n > depth]:
            below = numbered.levels.get(deeper)
            if below is None or below.restarts:
                del counters[deeper]
        if level.style == "bullet":
            # "o" in Courier New is drawn as a hollow bullet.
            bullet = "-" if level.text == "o" else level.text
            return bullet + level.suffix if bullet.strip() else ""

        def number(match: re.Match[str]) -> str:
            n = int(match[1]) - 1
            other = numbered.levels.get(n)
            if other is None:
                return ""
            return numeral(counters.get(n, other.start), "decimal" if level.legal else other.style)

        text = re.sub(r"%([1-9])", number, level.text)
        return text + level.suffix if text else ""
