"""Recognised words back into lines, with letterhead and signature block read column by column.

Tesseract often runs the two columns of a letterhead together into lines across the page, so that
the issuing body and the national motto become one sentence. Everything else keeps its lines.
"""

import re
from dataclasses import dataclass

_ACROSS = re.compile(
    r"C[ỘO]NG H[ÒOÀ][AÀ] X[ÃA] H[ỘO]I|Đ[ẢA]NG C[ỘO]NG S[ẢA]N VI[ỆE]T NAM|\bN[ơo]i nh[ậa]n", re.I
)
_LONGEST_BLOCK = 30  # lines; the recipients of a plan, one to a line


@dataclass(frozen=True, slots=True)
class _Word:
    left: int
    right: int
    height: int
    text: str


@dataclass(frozen=True, slots=True)
class _Line:
    paragraph: tuple[str, ...]
    words: list[_Word]

    @property
    def text(self) -> str:
        return " ".join(word.text for word in self.words)

    def gap(self) -> int | None:
        """The middle of the widest blank between two words, when it is wider than two letters."""
        blanks = [
            (b.left - a.right, (a.right + b.left) // 2)
            for a, b in zip(self.words, self.words[1:], strict=False)
        ]
        width, middle = max(blanks, default=(0, 0))
        return middle if width > 2 * max(word.height for word in self.words) else None

    def parted(self, x: int) -> tuple[list[_Word], list[_Word]] | None:
        """The words left and right of ``x``; None when the line runs across it."""
        left = [word for word in self.words if word.right <= x]
        right = [word for word in self.words if word.left >= x]
        if len(left) + len(right) < len(self.words):
            return None
        if left and right and right[0].left - left[-1].right < max(word.height for word in self.words):
            return None
        return left, right


def text_of(tsv: str) -> str:
    """The text of a page from Tesseract's table of words (its ``tsv`` output)."""
    lines = _lines(tsv)
    found: list[str] = []
    n = 0
    while n < len(lines):
        block = _block(lines, n)
        if block:
            for column in (0, 1):
                found += [
                    text for pair in block if (text := " ".join(word.text for word in pair[column]))
                ] + [""]
            n += len(block)
            continue
        if n and lines[n].paragraph != lines[n - 1].paragraph and found and found[-1]:
            found.append("")
        found.append(lines[n].text)
        n += 1
    return "\n".join(found).strip("\n")


def _lines(tsv: str) -> list[_Line]:
    lines: list[_Line] = []
    place: list[str] = []
    for row in tsv.split("\n"):
        # level, page, block, paragraph, line, word, left, top, width, height, confidence, text
        cells = row.split("\t")
        if len(cells) != 12 or cells[0] != "5" or not cells[11].strip():
            continue
        left, width, height = int(cells[6]), int(cells[8]), int(cells[9])
        if cells[1:5] != place:
            place = cells[1:5]
            lines.append(_Line(tuple(place[:3]), []))
        lines[-1].words.append(_Word(left, left + width, height, cells[11]))
    return lines


def _block(lines: list[_Line], start: int) -> list[tuple[list[_Word], list[_Word]]]:
    """The lines from ``start`` that stand in two columns, each parted; none when it opens no block."""
    opening = next((line for line in lines[start : start + 3] if _ACROSS.search(line.text)), None)
    middle = opening.gap() if opening else None
    if middle is None or opening is None:
        return []
    block: list[tuple[list[_Word], list[_Word]]] = []
    for line in lines[start : start + _LONGEST_BLOCK]:
        parted = line.parted(middle)
        if parted is None:
            break
        block.append(parted)
    reached = any(line is opening for line in lines[start : start + len(block)])
    return block if reached else []
