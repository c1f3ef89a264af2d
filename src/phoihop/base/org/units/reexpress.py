"""Figures of one day's units, on the borders of another day: totals kept to the last digit.

What is counted can be divided, by land, and is then an estimate; what went over whole is exact. A rate
cannot be divided: its numerator and denominator can.
"""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import Enum
from fractions import Fraction

from phoihop.base.org.units.model import Level, Piece, System, Unit
from phoihop.base.org.units.register import Register, register
from phoihop.kernel.refusals import Refusal

Figure = int | Decimal


class Measure(Enum):
    """What a figure is."""

    COUNT = "count"  # persons, cases, files: adds up over units
    RATE = "rate"  # a percentage, an average, a ratio: does not


@dataclass(frozen=True, slots=True)
class Restated:
    """A figure on other borders.

    ``estimated`` is True when any part of the value was divided by land. ``sources`` are the keys of the
    units whose figures went into it. ``coverage`` is the part of the unit's land, 0 to 1, for which there
    were figures; below 1 the value says less than the unit holds. ``unit`` is None for what belongs to no
    unit of that day: the figure of a unit whose successor is not known, kept so that totals agree.
    """

    unit: Unit | None
    value: Figure
    estimated: bool
    sources: tuple[str, ...]
    coverage: Fraction


@dataclass
class _Sum:
    value: Figure = 0
    estimated: bool = False
    land: int = 0

    def __post_init__(self) -> None:
        self.sources: list[str] = []


def reexpress(
    figures: Mapping[str, Figure],
    to: date,
    *,
    level: Level | None = None,
    measure: Measure = Measure.COUNT,
    known: Register | None = None,
) -> list[Restated]:
    """Figures by key of unit, on the borders of a day, in the order of keys, the remainder last.

    A province's figure comes out by province, a commune's or a district's by commune; ``level`` asks for
    a higher one, where districts are whole again. Integers stay integers and decimals keep their places.
    Refusals: "not-additive" for rates and for numbers that are not exact, "overlap" when two figures count
    the same land, "unknown-unit", "too-fine" when a level lies below a figure's unit, "too-early".
    """
    known = known or register()
    if measure is not Measure.COUNT or not all(_countable(value) for value in figures.values()):
        raise Refusal(
            "not-additive",
            "Chỉ quy đổi được số đếm. Với tỷ lệ, hãy quy đổi riêng tử số và mẫu số.",
            "Only counts can be carried over. For a rate, carry over its numerator and its denominator.",
        )
    known.tree(to)
    _refuse_overlap(figures, known)
    sums: dict[str, _Sum] = defaultdict(_Sum)
    remainder: list[Restated] = []
    for key in sorted(figures):
        targets = _targets(known.unit(key), to, level, known)
        if not targets:
            remainder.append(Restated(None, figures[key], False, (key,), Fraction(0)))
            continue
        names = sorted(targets)
        for name, value in zip(names, apportion(figures[key], [targets[n] for n in names]), strict=True):
            held = sums[name]
            held.value += value
            held.estimated = held.estimated or len(names) > 1
            held.land += targets[name]
            held.sources.append(key)
    restated = []
    for name in sorted(sums):
        held = sums[name]
        whole = known.land(name)
        # A unit that is still the same needs no lineage to be covered.
        coverage = Fraction(held.land, whole) if whole else Fraction(1)
        restated.append(
            Restated(known.units[name], held.value, held.estimated, tuple(held.sources), coverage)
        )
    return restated + remainder


def apportion(value: Figure, weights: Sequence[int]) -> list[Figure]:
    """A number divided by weights into numbers of as many decimals, adding up to it exactly.

    Each part is rounded down and the rest goes, one last digit each, to the largest remainders; of equal
    ones to the first. Weights are positive.
    """
    if isinstance(value, int):
        return [*_integers(value, weights)]
    exponent = value.as_tuple().exponent
    assert isinstance(exponent, int)  # reexpress lets no infinity in
    places = max(0, -exponent)
    scaled = int(value.scaleb(places))
    return [Decimal(part).scaleb(-places) for part in _integers(scaled, weights)]


def _integers(value: int, weights: Sequence[int]) -> list[int]:
    sign, size, total = (-1 if value < 0 else 1), abs(value), sum(weights)
    parts = [size * w // total for w in weights]
    rests = [size * w % total for w in weights]
    for i in sorted(range(len(weights)), key=lambda i: (-rests[i], i))[: size - sum(parts)]:
        parts[i] += 1
    return [sign * part for part in parts]


def _countable(value: object) -> bool:
    if isinstance(value, Decimal):
        return value.is_finite()
    return isinstance(value, int) and not isinstance(value, bool)


def _targets(unit: Unit, to: date, level: Level | None, known: Register) -> dict[str, int]:
    """The land that a figure's unit has in each unit of that day; empty when its lineage is not known."""
    own = known.pieces_of(unit.key)
    kept = unit.level is Level.DISTRICT and unit.stood(to)
    if (unit.level is Level.PROVINCE and level not in (None, Level.PROVINCE)) or (
        kept and level is Level.COMMUNE and any(piece.old != unit.key for piece in own)
    ):
        raise Refusal(
            "too-fine",
            "Số liệu của đơn vị cấp trên không thể chia xuống cấp dưới.",
            "The figure of a higher unit cannot be divided among lower ones.",
        )
    if unit.stood(to):
        return {known.at_level(unit.key, level or unit.level).key: known.land(unit.key) or 1}
    reached = Level.PROVINCE if unit.level is Level.PROVINCE else level or Level.COMMUNE
    shared: Counter[str] = Counter()
    for piece in own:
        other = piece.new if unit.system is System.OLD else piece.old
        shared[known.at_level(other, reached).key] += piece.land
    return shared


def _refuse_overlap(figures: Mapping[str, Figure], known: Register) -> None:
    seen: set[Piece] = set()
    for key in figures:
        pieces = known.pieces_of(key)
        if not seen.isdisjoint(pieces):
            raise Refusal(
                "overlap",
                "Có đơn vị nằm trong hoặc trùng với đơn vị khác; cộng lại sẽ tính hai lần.",
                "One unit lies in another or shares land with it; both would be counted twice.",
            )
        seen.update(pieces)
