"""All units at once: the nation's tree on a day, what became of a unit, where it came from."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from functools import cache

from phoihop.base.org.units import tables
from phoihop.base.org.units.model import REFORM, Level, Piece, Succession, System, Unit
from phoihop.kernel.refusals import Refusal

# Since Hà Tây went into Hà Nội there were 63 provinces; the tables hold none of the time before.
EARLIEST = date(2008, 8, 1)
# Communes and districts also changed one by one until early 2025; the tables hold how they stood last.
EXACT_FROM = date(2025, 3, 1)


@dataclass(frozen=True, slots=True)
class Tree:
    """The nation on a day, in the order of codes.

    ``exact`` is False where districts and communes are shown as they stood last, in June 2025, because what
    changed among them before that is not recorded.
    """

    on: date
    exact: bool
    provinces: tuple[Unit, ...]
    below: Mapping[str, tuple[Unit, ...]]

    def children(self, key: str) -> tuple[Unit, ...]:
        """The units directly below one; none below a commune."""
        return self.below.get(key, ())

    def __iter__(self) -> Iterator[Unit]:
        """Every unit, each before those below it."""
        waiting = list(reversed(self.provinces))
        while waiting:
            unit = waiting.pop()
            yield unit
            waiting += reversed(self.children(unit.key))


class Register:
    """Units and the land they share. Unknown keys raise Refusal("unknown-unit")."""

    def __init__(self, units: Iterable[Unit], pieces: Iterable[Piece]) -> None:
        self.units = {unit.key: unit for unit in units}
        self.pieces = tuple(pieces)
        self._of: dict[str, list[Piece]] = defaultdict(list)
        for piece in self.pieces:
            for end in (piece.old, piece.new):
                for unit in (self.units[end], *self.above(end)):
                    self._of[unit.key].append(piece)

    def unit(self, key: str) -> Unit:
        """The unit of a key."""
        try:
            return self.units[key]
        except KeyError:
            raise Refusal(
                "unknown-unit",
                "Không có đơn vị hành chính nào mang khóa này.",
                "No administrative unit has this key.",
            ) from None

    def above(self, key: str) -> list[Unit]:
        """The units that one lies in, the nearest first."""
        found = []
        parent = self.unit(key).parent
        while parent:
            found.append(self.units[parent])
            parent = found[-1].parent
        return found

    def at_level(self, key: str, level: Level) -> Unit:
        """The unit itself, or the one above it at a level; the unit where there is none at that level."""
        unit = self.unit(key)
        return next((u for u in (unit, *self.above(key)) if u.level is level), unit)

    def path(self, key: str) -> str:
        """The full name with the units above it: "Xã Quang Kim, Huyện Bát Xát, Tỉnh Lào Cai"."""
        return ", ".join(u.full_name for u in (self.unit(key), *self.above(key)))

    def pieces_of(self, key: str) -> list[Piece]:
        """The pieces of land that make up a unit; none where its lineage is not known."""
        self.unit(key)
        return self._of.get(key, [])

    def land(self, key: str) -> int:
        """The land of a unit in hectares, roughly: the sum of its pieces."""
        return sum(piece.land for piece in self.pieces_of(key))

    def tree(self, on: date) -> Tree:
        """The nation on a day. Refusal("too-early") before 1 August 2008."""
        if on < EARLIEST:
            raise Refusal(
                "too-early",
                "Danh mục đơn vị hành chính chỉ có từ ngày 01/8/2008.",
                "Administrative units are recorded from 1 August 2008 on.",
            )
        provinces: list[Unit] = []
        below: dict[str, list[Unit]] = defaultdict(list)
        for unit in self.units.values():
            if unit.stood(on):
                (below[unit.parent] if unit.parent else provinces).append(unit)
        return Tree(on, on >= EXACT_FROM, tuple(provinces), {k: tuple(v) for k, v in below.items()})

    def successors(self, key: str, on: date) -> tuple[Succession, ...]:
        """What stood on a day in place of a unit that had ended; the largest part first, none if it stood.

        A province became a province; a commune or a district became communes.
        """
        unit = self.unit(key)
        if unit.valid_to is None or on <= unit.valid_to:
            return ()
        made = [self._succession(key, new, land) for new, land in self._shared(unit).items()]
        return tuple(sorted(made, key=lambda s: (-s.share, s.new)))

    def predecessors(self, key: str, on: date) -> tuple[Succession, ...]:
        """What stood on a day where a later unit stands now; the largest origin first, none if it stood."""
        unit = self.unit(key)
        if unit.valid_from is None or on >= unit.valid_from:
            return ()
        made = [self._succession(old, key, land) for old, land in self._shared(unit).items()]
        return tuple(sorted(made, key=lambda s: (-s.origin, s.old)))

    def _shared(self, unit: Unit) -> Counter[str]:
        """The land that a unit has in common with each unit of the other side of the reform."""
        level = Level.PROVINCE if unit.level is Level.PROVINCE else Level.COMMUNE
        shared: Counter[str] = Counter()
        for piece in self.pieces_of(unit.key):
            other = piece.new if unit.system is System.OLD else piece.old
            shared[self.at_level(other, level).key] += piece.land
        return shared

    def _succession(self, old: str, new: str, land: int) -> Succession:
        clause = tables.checked().get(new)
        paper = self.units[new].legal_basis
        return Succession(
            old,
            new,
            Fraction(land, self.land(old)),
            Fraction(land, self.land(new)),
            REFORM,
            f"{paper}, {clause}" if clause else paper,
            "V" if clause else "P",
        )

    def successions(self) -> Iterator[Succession]:
        """What each old province, commune and island district became.

        The other districts became nothing themselves: their communes did.
        """
        for unit in self.units.values():
            islands = unit.level is Level.DISTRICT and any(
                p.old == unit.key for p in self.pieces_of(unit.key)
            )
            if unit.system is System.OLD and (unit.level is not Level.DISTRICT or islands):
                yield from self.successors(unit.key, REFORM)


@cache
def register() -> Register:
    """The register of the tables, read once."""
    return Register(tables.units(), tables.pieces())


def tree(on: date) -> Tree:
    """The nation on a day; see Register.tree."""
    return register().tree(on)


def successors(key: str, on: date) -> tuple[Succession, ...]:
    """What stood on a day in place of a unit that had ended; see Register.successors."""
    return register().successors(key, on)


def predecessors(key: str, on: date) -> tuple[Succession, ...]:
    """What stood on a day where a later unit stands now; see Register.predecessors."""
    return register().predecessors(key, on)


def successions() -> Iterator[Succession]:
    """What each old unit became; see Register.successions."""
    return register().successions()
