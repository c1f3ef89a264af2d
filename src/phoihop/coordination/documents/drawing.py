"""The graph of what implements what as boxes and lines: plain numbers, for a drawing in the page."""

from collections import defaultdict
from dataclasses import dataclass

from phoihop.coordination.documents.queries.register import Graph, Row

WIDTH, HEIGHT = 168, 44  # of a box
ACROSS, DOWN = 56, 14  # between boxes
LETTERS = 22  # of a line of text that a box holds


@dataclass(frozen=True, slots=True)
class Box:
    """One document: its upper left corner, two lines of text, whether it is the one asked about."""

    row: Row
    x: int
    y: int
    above: str
    below: str
    here: bool

    @property
    def middle(self) -> int:
        return self.x + 10

    @property
    def first(self) -> int:
        return self.y + 18

    @property
    def second(self) -> int:
        return self.y + 34


@dataclass(frozen=True, slots=True)
class Drawing:
    """Boxes, the paths of the lines between them, and how large all of it is."""

    boxes: tuple[Box, ...]
    lines: tuple[str, ...]
    width: int
    height: int


def draw(graph: Graph) -> Drawing:
    """What is carried out stands on the left, what carries out on the right; one column a step."""
    steps: dict[int, list[Row]] = defaultdict(list)
    for node in graph.nodes:
        steps[node.step].append(node.row)
    tallest = max((len(rows) for rows in steps.values()), default=0)
    height = tallest * (HEIGHT + DOWN) + DOWN
    boxes = []
    for column, step in enumerate(sorted(steps, reverse=True)):
        rows = steps[step]
        top = (height - len(rows) * (HEIGHT + DOWN) + DOWN) // 2
        for place, row in enumerate(rows):
            x, y = DOWN + column * (WIDTH + ACROSS), top + place * (HEIGHT + DOWN)
            year = f"{row.issued:%d/%m/%Y}" if row.issued else ""
            boxes.append(
                Box(row, x, y, _short(row.number or row.title), _short(row.kind + " " + year), step == 0)
            )
    at = {box.row.uid: box for box in boxes}
    lines = [_line(at[carrying], at[carried]) for carrying, carried in graph.edges]
    return Drawing(tuple(boxes), tuple(lines), DOWN * 2 + len(steps) * (WIDTH + ACROSS) - ACROSS, height)


def _line(carrying: Box, carried: Box) -> str:
    """From the right side of what is carried out to the left side of what carries out."""
    a, b = carried.x + WIDTH, carrying.x
    y, z = carried.y + HEIGHT // 2, carrying.y + HEIGHT // 2
    bend = (a + b) // 2
    return f"M{a} {y}C{bend} {y} {bend} {z} {b} {z}"


def _short(text: str) -> str:
    text = text.strip()
    return text if len(text) <= LETTERS else text[: LETTERS - 1].rstrip() + "…"
