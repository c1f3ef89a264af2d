"""What is published of counts of people to those who open no file: little of the few, and nothing to
subtract.

The rules (shared design, after OpenSAFELY's "suppress seven and under, round to five"; a choice of ours,
no law's):

- A count of 0 to 7 is hidden. Nought is hidden too: that nobody of a group is there, or that nobody of it
  is not, says something of each of them.
- Any other count is rounded to the nearest five, once, from its own true value. A total is not summed up from
  rounded parts: where parts are hidden it would be wrong by all of them. So rounded parts need not add up.
- Shares and differences are made of the rounded counts alone, and shown where both are.
- Where a count may be told roughly only (steps of a cascade in a commune), it is told as a band of rounded
  counts.
- What stays of a whole ("not yet treated") is a count of people too, and guarded whether it is published
  or not.

The promise. For every count of 0 to 7, published or not, and for every figure of few people: somebody who
has all that was published before and now, who knows these rules, what adds up to what, and that counts are
whole and not negative, finds it possible over a span of five or more (``WIDE``); so he cannot tell two
from seven. Where that does not hold by itself, more is hidden: ``disclosing_worlds.py`` finds the proof,
and the tests attack it by integer programming. What is published stays as it was; what is added later is
held against it.

Not promised: safety from somebody who runs this program on guessed figures and compares what it hides.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum

from phoihop.engines.indicators.definitions import Hiding
from phoihop.engines.indicators.disclosing_walking import Range, TangledError
from phoihop.engines.indicators.disclosing_worlds import FAR, guard
from phoihop.kernel.calendars import Period, Stretch

SMALL = 7  # a count of so many or fewer is of people whom somebody may know
STEP = 5
SLACK = STEP // 2  # how far a rounded count may lie from the true one
WIDE = 5  # a small count must stay possible over a span of at least so many
BANDS = (10, 25, 50, 100, 200, 500)  # the rounded counts at which a band begins


class ReleaseError(ValueError):
    """A release that does not fit together; it says where."""


@dataclass(frozen=True, order=True, slots=True)
class Key:
    """Whose figure: an indicator's code, a unit, a period (or days that several share, of which nothing is
    told), and one value of each split, in the order of their names ((("age", "15"), ("sex", "f")), or () for
    all together). ReleaseError in another order."""

    code: str
    unit: str
    period: Period | Stretch
    group: tuple[tuple[str, str], ...] = ()

    def __post_init__(self) -> None:
        names = [name for name, _ in self.group]
        if names != sorted(set(names)):
            raise ReleaseError(f"{self.code}: splits {names}")


class Part(StrEnum):
    """Which count of a cell."""

    NUMERATOR = "numerator"
    DENOMINATOR = "denominator"
    REST = "rest"  # who is of the denominator and not of the numerator; never published as such


@dataclass(frozen=True, order=True, slots=True)
class Count:
    """One count of one cell."""

    key: Key
    part: Part = Part.NUMERATOR


class Form(StrEnum):
    """How much is to be told of a cell at most."""

    NUMBER = "number"
    BAND = "band"
    NOTHING = "nothing"  # not published; said so that it is guarded, or that others add up
    ROOM = "room"  # not published and not guarded: how far a count is above one that it cannot be less than


UNTOLD = frozenset({Form.NOTHING, Form.ROOM})


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell of a table as it truly is.

    ``within``: whoever counts in the numerator counts in the denominator. ``people``: how many people a
    numerator that counts something else (days, treatments) comes from; None where it counts people itself.
    ``behind``: of how many people the denominator is then, at least; as many where it is left out.
    """

    key: Key
    numerator: Decimal
    denominator: Decimal | None = None
    hiding: Hiding = Hiding.PEOPLE
    form: Form = Form.NUMBER
    within: bool = True
    people: int | None = None
    behind: int | None = None

    def __post_init__(self) -> None:
        if self.hiding is Hiding.NOTHING:
            return
        for value in (self.numerator, self.denominator):
            if value is not None and (value < 0 or value != int(value)):
                raise ReleaseError(f"{self.key}: {value} is no count")
        if self.within and self.denominator is not None and self.numerator > self.denominator:
            raise ReleaseError(f"{self.key}: more than there are")
        if self.people is not None and self.people < 0:
            raise ReleaseError(f"{self.key}: {self.people} people")

    def counts(self) -> dict[Count, int]:
        """Its counts of people, by which of them."""
        found = {Count(self.key): int(self.numerator)}
        if self.denominator is not None:
            found[Count(self.key, Part.DENOMINATOR)] = int(self.denominator)
            if self.within:
                found[Count(self.key, Part.REST)] = int(self.denominator - self.numerator)
        return found


@dataclass(frozen=True, order=True, slots=True)
class Sum:
    """A count that is exactly the sum of others: a unit of its parts, all of its groups, a quarter of its
    months, a unit on new borders of the pieces it was made of. Of one other: the same count under another
    name."""

    whole: Count
    parts: tuple[Count, ...]


def adding(whole: Key, parts: Iterable[Key], of: Iterable[Part] = (Part.NUMERATOR,)) -> tuple[Sum, ...]:
    """Cells that add up in one or more of their counts."""
    keys = tuple(parts)
    return tuple(Sum(Count(whole, part), tuple(Count(key, part) for key in keys)) for part in of)


@dataclass(frozen=True, slots=True)
class Release:
    """Cells that are to be published together, and everything that is known to add up among them and with
    those of before. What is left out here is not guarded against: a group whose cell is left out because
    nobody is in it says so. ReleaseError if a cell stands twice."""

    cells: tuple[Cell, ...]
    sums: tuple[Sum, ...] = ()

    def __post_init__(self) -> None:
        keys = [cell.key for cell in self.cells]
        if len(set(keys)) != len(keys):
            raise ReleaseError("a cell stands twice")


class State(StrEnum):
    """What became of a count."""

    SHOWN = "shown"  # as it is: of no person
    ROUNDED = "rounded"
    BAND = "band"
    SMALL = "small"  # hidden: few people
    PROTECTING = "protecting"  # hidden: it would give another one away
    WITHHELD = "withheld"  # hidden, and not even said whether it is small


@dataclass(frozen=True, slots=True)
class Told:
    """A count as it is published. ``value``: where it is shown or rounded. ``band``: the least and the
    most of rounded counts, None for no upper end."""

    state: State
    value: Decimal | None = None
    band: tuple[int, int | None] | None = None

    @property
    def hidden(self) -> bool:
        return self.value is None and self.band is None


@dataclass(frozen=True, slots=True)
class Line:
    """A cell as it is published."""

    numerator: Told
    denominator: Told | None = None

    @property
    def share(self) -> Decimal | None:
        """The numerator's part of the denominator, from what is published of both; None where one is
        hidden."""
        if self.denominator is None or self.numerator.value is None or not self.denominator.value:
            return None
        return self.numerator.value / self.denominator.value


@dataclass(frozen=True, slots=True)
class Published:
    """What is out. ``lines``: for everybody. The rest is kept inside, so that what follows can be held
    against it: the true ``cells``, the ``sums``, and ``lost``: small counts that earlier publications had
    given away before this one began to guard them."""

    lines: Mapping[Key, Line] = field(default_factory=dict)
    cells: Mapping[Key, Cell] = field(default_factory=dict)
    sums: tuple[Sum, ...] = ()
    lost: frozenset[Count] = frozenset()


NOTHING_YET = Published()


def rounded(count: int) -> int:
    """To the nearest five."""
    return (count + SLACK) // STEP * STEP


def band_of(count: int) -> tuple[int, int | None]:
    """The band of a count that is not small: its least and its most rounded count."""
    value = rounded(count)
    number = max(n for n, begin in enumerate(BANDS) if begin <= value)
    return BANDS[number], BANDS[number + 1] - STEP if number + 1 < len(BANDS) else None


def control(release: Release, before: Published = NOTHING_YET) -> Published:
    """All that is out after a release: of each cell what may be told of it.

    A cell that was out stays as it was, even if its figure was corrected since; a corrected figure that no
    longer fits what was told of it misleads whoever works with it, and so binds nothing. ReleaseError if
    something does not add up: with a corrected cell everything it is part of has to be given again.
    """
    found = dict(before.cells) | {cell.key: cell for cell in release.cells}
    cells = {key: found[key] for key in sorted(found)}  # so that their order changes nothing
    sums = tuple(sorted({*before.sums, *release.sums, *_rests(cells.values())}))
    truth: dict[Count, int] = {}
    few: list[Count] = []
    for cell in cells.values():
        if cell.hiding is Hiding.PEOPLE:
            truth |= cell.counts()
            few += _few(cell)
    number = {count: n for n, count in enumerate(truth)}
    for each in sums:
        for count in (each.whole, *each.parts):
            if count not in number:
                raise ReleaseError(f"{count} is in a sum, but no count of people here")
    tellings = [
        _tellings(cells[count.key], count, value, before.lines.get(count.key))
        for count, value in truth.items()
    ]
    ranges = [
        [_range(cells[count.key], told) for told in ladder]
        for count, ladder in zip(truth, tellings, strict=True)
    ]
    numbered = [(number[each.whole], [number[part] for part in each.parts]) for each in sums]
    try:
        guarded = guard(list(truth.values()), numbered, ranges, [number[each] for each in few], WIDE)
    except TangledError as error:
        raise ReleaseError(str(error)) from error
    chosen = {count: tellings[n][guarded.rungs[n]] for count, n in number.items()}
    lines = dict(before.lines)
    for key, cell in cells.items():
        if cell.hiding is Hiding.NOTHING or (key not in lines and cell.form not in UNTOLD):
            lines[key] = _line(cell, chosen)
    names = list(truth)
    return Published(lines, cells, sums, frozenset(names[n] for n in guarded.lost))


def _rests(cells: Iterable[Cell]) -> list[Sum]:
    """Of whom a denominator consists."""
    return [
        Sum(Count(cell.key, Part.DENOMINATOR), (Count(cell.key), Count(cell.key, Part.REST)))
        for cell in cells
        if cell.hiding is Hiding.PEOPLE and cell.within and cell.denominator is not None
    ]


def _few(cell: Cell) -> list[Count]:
    """Its counts that have to be guarded."""
    if cell.form is Form.ROOM:
        return []
    behind = {
        Part.NUMERATOR: cell.people,
        Part.DENOMINATOR: cell.people if cell.behind is None else cell.behind,
    }
    return [
        count
        for count, value in cell.counts().items()
        if value <= SMALL or ((people := behind.get(count.part)) is not None and people <= SMALL)
    ]


def _tellings(cell: Cell, count: Count, value: int, out: Line | None) -> list[Told | None]:
    """What may be told of a count, more and more vaguely; only what was told, where it is out. None: nothing,
    not even that it is hidden."""
    if count.part is Part.REST:
        return [None]
    if out is not None:
        told = out.numerator if count.part is Part.NUMERATOR else out.denominator
        low, high = _range(cell, told)
        return [told if low <= value <= high else None]
    if cell.form in UNTOLD:
        return [None]
    withheld = Told(State.WITHHELD)
    if count in _few(cell):
        return [Told(State.SMALL), withheld]
    ladder: list[Told | None] = [Told(State.BAND, band=band_of(value)), Told(State.PROTECTING), withheld]
    if cell.form is Form.NUMBER:
        ladder.insert(0, Told(State.ROUNDED, Decimal(rounded(value))))
    return ladder


def _range(cell: Cell, told: Told | None) -> Range:
    """Where somebody who knows the rules sees that a count must lie."""
    if told is None or told.state is State.WITHHELD:
        return 0, FAR
    if told.value is not None:
        return int(told.value) - SLACK, int(told.value) + SLACK
    if told.band is not None:
        least, most = told.band
        return least - SLACK, FAR if most is None else most + SLACK
    if told.state is State.SMALL:
        # Few people may have many days or doses.
        return 0, FAR if cell.people is not None else SMALL
    return SMALL + 1, FAR


def _line(cell: Cell, chosen: Mapping[Count, Told | None]) -> Line:
    if cell.hiding is Hiding.NOTHING:
        told = [
            None if value is None else Told(State.SHOWN, value)
            for value in (cell.numerator, cell.denominator)
        ]
    else:
        told = [chosen.get(Count(cell.key)), chosen.get(Count(cell.key, Part.DENOMINATOR))]
    numerator, denominator = told
    assert numerator is not None
    return Line(numerator, denominator)
