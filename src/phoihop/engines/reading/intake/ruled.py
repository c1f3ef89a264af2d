"""Ruled tables on a page of a .pdf: lines drawn on the page make cells, and cells hold letters.

A .pdf knows no tables. What makes one is drawn: rules a point thick, or boxes with an outline.
Word draws every cell's four borders apart, LibreOffice and Typst whole lines; both come out the
same once rules at one height (or one distance from the left) are taken together.
"""

import ctypes
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from phoihop.engines.reading.intake.tables import is_layout, row_text

# Points (1/72 inch). A thicker bar is a picture or a shaded cell, a shorter rule a letter's stroke.
_THICKEST = 3.0
_SHORTEST = 5.0
_NEAR = 3.0
# A page of a plan has some hundred rules; a page with more is a drawing.
_MOST_RULES = 4_000
_MOST_SEGMENTS = 200
_MOST_COLUMNS = 60
_MOST_ROWS = 300
# How much of a cell's side has to be drawn. An underlined word is not the end of a row.
_DRAWN = 0.8

Span = tuple[float, float]
Rule = tuple[float, Span]  # where it stands, and from where to where it runs


@dataclass(slots=True)
class Table:
    """Where a table's cells are. ``tops`` fall from the table's upper edge to its lower one."""

    tops: list[float]
    columns: list[list[float]]  # for every row the left edges, and the right edge at the end
    origins: list[list[tuple[int, int]]]  # for every cell the one it is a lower part of, or itself

    def cell_at(self, x: float, y: float) -> tuple[int, int] | None:
        """The (row, column) that holds a point; None beside the table."""
        row = bisect_right([-top for top in self.tops], -y) - 1
        if not 0 <= row < len(self.columns):
            return None
        edges = self.columns[row]
        column = bisect_right(edges, x) - 1
        return self.origins[row][column] if 0 <= column < len(edges) - 1 else None


def with_rows(page: Any, layer: Any) -> str | None:
    """The text of a page with every row of its tables as a line of cells; None if it has no table."""
    tables = tables_of(page)
    if not tables:
        return None
    # Before the first table, in it, after it, in the second, and so on.
    flow: list[list[str]] = [[] for _ in range(len(tables) + 1)]
    cells: list[dict[tuple[int, int], list[str]]] = [{} for _ in tables]
    into = flow[0]
    for letter, x, y in _letters(layer):
        if x is not None and y is not None:
            n = sum(y < table.tops[-1] for table in tables)
            at = tables[n].cell_at(x, y) if n < len(tables) else None
            into = flow[n] if at is None else cells[n].setdefault(at, [])
        into.append(letter)
    between = ["".join(letters).strip("\r\n") for letters in flow]
    parts = between[:1]
    for table, held, after in zip(tables, cells, between[1:], strict=True):
        parts += [*_lines(table, held), after]
    return "\n".join(part for part in parts if part)


def _lines(table: Table, held: dict[tuple[int, int], list[str]]) -> list[str]:
    rows = []
    for r, origins in enumerate(table.origins):
        row = []
        for c, origin in enumerate(origins):
            text = "".join(held.get((r, c), ())) if origin == (r, c) else ""
            row.append([line.strip() for line in text.splitlines() if line.strip()])
        rows.append(row)
    layout = is_layout(rows, bordered=True)
    return [line for line in (row_text(row, layout) for row in rows) if line]


def _letters(layer: Any) -> Iterator[tuple[str, float | None, float | None]]:
    """Every letter with its middle; blanks and line ends that only PDFium sees have none."""
    import pypdfium2.raw as pdfium

    box = [ctypes.c_double() for _ in range(4)]
    left, right, bottom, top = box
    for i in range(layer.count_chars()):
        code = pdfium.FPDFText_GetUnicode(layer, i)
        letter = chr(code) if 0 < code < 0x110000 else ""
        if letter.isspace() or not pdfium.FPDFText_GetCharBox(layer, i, *box):
            yield letter, None, None
        else:
            yield letter, (left.value + right.value) / 2, (bottom.value + top.value) / 2


def tables_of(page: Any) -> list[Table]:
    """The ruled tables of a page, the highest first."""
    across, upright = _rules(page)
    tables = []
    for low, high in _joined([run for _, run in upright], _NEAR):
        table = _table(
            [(y, run) for y, run in across if low - _NEAR <= y <= high + _NEAR],
            [(x, run) for x, run in upright if low <= run[0] and run[1] <= high],
        )
        if table:
            tables.append(table)
    return sorted(tables, key=lambda table: -table.tops[0])


def _table(across: list[Rule], upright: list[Rule]) -> Table | None:
    standing, lying = _gathered(upright), _gathered(across)
    # One column is a frame around text; squared paper is a drawing.
    if not 3 <= len(standing) <= _MOST_COLUMNS or len(lying) > _MOST_ROWS:
        return None
    edges = sorted(standing)
    tops = [
        y
        for y in sorted(lying, reverse=True)
        if any(_drawn(lying[y], left, right) for left, right in pairwise(edges))
    ]
    columns = [[x for x in edges if _drawn(standing[x], bottom, top)] for top, bottom in pairwise(tops)]
    if max((len(column) for column in columns), default=0) < 3:
        return None
    origins: list[list[tuple[int, int]]] = []
    for r, column in enumerate(columns):
        row = []
        for c, (left, right) in enumerate(pairwise(column)):
            origin = (r, c)
            if r and not _drawn(lying[tops[r]], left, right):
                above = [k for k, sides in enumerate(pairwise(columns[r - 1])) if sides == (left, right)]
                origin = origins[r - 1][above[0]] if above else origin
            row.append(origin)
        origins.append(row)
    return Table(tops, columns, origins)


def _rules(page: Any) -> tuple[list[Rule], list[Rule]]:
    """The lines drawn on a page: lying ones by height, upright ones by distance from the left."""
    import pypdfium2.raw as pdfium

    across: list[Rule] = []
    upright: list[Rule] = []
    sides = [ctypes.c_float() for _ in range(4)]
    for i in range(pdfium.FPDFPage_CountObjects(page)):
        item = pdfium.FPDFPage_GetObject(page, i)
        if pdfium.FPDFPageObj_GetType(item) != pdfium.FPDF_PAGEOBJ_PATH:
            continue
        if not pdfium.FPDFPageObj_GetBounds(item, *sides):
            continue
        left, bottom, right, top = (side.value for side in sides)
        if right - left <= _THICKEST or top - bottom <= _THICKEST:
            strokes = [(left, bottom, right, top)]
        else:
            strokes = list(_outline(item))
        for x0, y0, x1, y1 in strokes:
            width, height = abs(x1 - x0), abs(y1 - y0)
            if height <= _THICKEST and width >= _SHORTEST:
                across.append(((y0 + y1) / 2, (min(x0, x1), max(x0, x1))))
            elif width <= _THICKEST and height >= _SHORTEST:
                upright.append(((x0 + x1) / 2, (min(y0, y1), max(y0, y1))))
        if len(across) + len(upright) > _MOST_RULES:
            return [], []
    return across, upright


def _outline(item: Any) -> Iterator[tuple[float, float, float, float]]:
    """The straight strokes of a path that is drawn, not filled; none of a path with curves."""
    import pypdfium2.raw as pdfium

    fill, stroke = ctypes.c_int(), ctypes.c_int()
    count = pdfium.FPDFPath_CountSegments(item)
    if (
        not 0 < count <= _MOST_SEGMENTS
        or not pdfium.FPDFPath_GetDrawMode(item, fill, stroke)
        or not stroke.value
    ):
        return
    matrix = pdfium.FS_MATRIX()
    pdfium.FPDFPageObj_GetMatrix(item, matrix)
    x, y = ctypes.c_float(), ctypes.c_float()
    start = last = (0.0, 0.0)
    strokes = []
    for i in range(count):
        segment = pdfium.FPDFPath_GetPathSegment(item, i)
        pdfium.FPDFPathSegment_GetPoint(segment, x, y)
        point = (
            matrix.a * x.value + matrix.c * y.value + matrix.e,
            matrix.b * x.value + matrix.d * y.value + matrix.f,
        )
        kind = pdfium.FPDFPathSegment_GetType(segment)
        if kind == pdfium.FPDF_SEGMENT_BEZIERTO:
            return
        if kind == pdfium.FPDF_SEGMENT_MOVETO:
            start = point
        else:
            strokes.append((*last, *point))
        if pdfium.FPDFPathSegment_GetClose(segment):
            strokes.append((*point, *start))
        last = point
    yield from strokes


def _gathered(rules: list[Rule]) -> dict[float, list[Span]]:
    """Rules that stand at one place, and the stretches that they cover there together."""
    places: dict[float, list[Span]] = {}
    first = last = float("-inf")
    for place, run in sorted(rules):
        if place - last > _NEAR:
            first = place
        last = place
        places.setdefault(first, []).append(run)
    return {place: _joined(runs, _NEAR) for place, runs in places.items()}


def _joined(runs: list[Span], gap: float) -> list[Span]:
    joined: list[Span] = []
    for start, end in sorted(runs):
        if joined and start - joined[-1][1] <= gap:
            joined[-1] = (joined[-1][0], max(joined[-1][1], end))
        else:
            joined.append((start, end))
    return joined


def _drawn(runs: list[Span], start: float, end: float) -> bool:
    covered = sum(max(0.0, min(end, b) - max(start, a)) for a, b in runs)
    return covered >= _DRAWN * (end - start)
