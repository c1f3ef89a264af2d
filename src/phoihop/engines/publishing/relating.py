"""Which figures tell of each other: what is known of one is held against the others."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from itertools import combinations

from phoihop.engines.indicators.definitions import Hiding, Indicator
from phoihop.engines.indicators.disclosing import Cell, Count, Key, Part, Release, Sum
from phoihop.engines.indicators.disclosing_sums import Whole, consisting
from phoihop.engines.indicators.rows import Measure
from phoihop.engines.publishing.registering import Adds
from phoihop.engines.publishing.telling import Asked, Cells, Figure

Told = tuple[Asked, Cells]
Known = Mapping[Key, Cell]  # cells of people
Made = tuple[list[Cell], list[Sum]]


def related(indicator: Indicator, others: Sequence[Indicator], sums: Iterable[Adds] = ()) -> list[Indicator]:
    """Those of some definitions that count the same as one in one of their measures, or add up with it,
    directly or through others; of people."""
    found, waiting = [indicator], [indicator]
    while waiting:
        one = waiting.pop()
        for other in others:
            if other in found or other.hiding is not Hiding.PEOPLE:
                continue
            if shared(one, other) or any({one.code, other.code} <= each.codes for each in sums):
                found.append(other)
                waiting.append(other)
    return found[1:] if indicator.hiding is Hiding.PEOPLE else []


def together(own: Told, others: Sequence[Told], sums: Sequence[Adds] = ()) -> Cells:
    """The cells of a version, held against those of others that tell of them: what is known of one is known
    of the other. ReleaseError as ``Release``.

    Tied are counts of the same measure; what ``sums`` say; and where whole and measure of two shares are such
    that one is what the other leaves over in every figure (dosed and missed days), the one and that rest.
    """
    # In one order, whichever is told: what is proven for one of them holds for all.
    every = sorted([own, *others], key=lambda each: each[0].code)
    cells = _behind(every, {cell.key: cell for _, each in every for cell in each.release.cells})
    ties = {one for _, each in every for one in each.release.sums}
    known = {key: cell for key, cell in cells.items() if cell.hiding is Hiding.PEOPLE}
    for one, other in combinations(every, 2):
        ties |= _same(one, other, known)
    for number, each in enumerate(sums):
        more, tied = _added(each, every, known, str(number))
        cells |= {cell.key: cell for cell in more}
        ties |= set(tied)
    before = {key: line for _, each in every for key, line in each.before.items()}
    first = frozenset(asked.code for asked, _ in every if is_first(asked.indicator.code, sums))
    return Cells(Release(tuple(cells.values()), tuple(ties)), own[1].keys, before, first=first)


def is_first(code: str, sums: Iterable[Adds]) -> bool:
    """Whether a figure is the whole of others and a part of none: who asks for one asks for it."""
    whole = any(each.whole[0] == code for each in sums)
    return whole and not any(code in dict(each.parts) for each in sums)


def _behind(every: Sequence[Told], cells: Known) -> dict[Key, Cell]:
    """Cells with as many people behind their denominators as other shares of the same whole say that there
    are: what one of them tells is not of few to another."""
    wholes: dict[Measure, list[Told]] = defaultdict(list)
    for each in every:
        if each[0].indicator.denominator is not None:
            wholes[each[0].indicator.denominator].append(each)
    found = dict(cells)
    for shares in wholes.values():
        most: dict[Figure, int] = defaultdict(int)
        held = [(figure, cells[key]) for each in shares for figure, key in _held(each).items()]
        for figure, cell in held:
            if cell.within and cell.people is not None:
                most[figure] = max(most[figure], cell.people)
        for figure, cell in held:
            if cell.people is not None and most[figure] > cell.people:
                found[cell.key] = replace(cell, behind=most[figure])
    return found


def _held(told: Told) -> dict[Figure, Key]:
    return {**told[1].unseen, **told[1].keys}


def _same(one: Told, other: Told, known: Known) -> set[Sum]:
    """What two figures count both."""
    theirs = _held(other)
    pairs = {(key, theirs[figure]) for figure, key in _held(one).items() if figure in theirs}
    some = sorted(pair for pair in pairs if pair[0] in known and pair[1] in known)
    ties = {
        Sum(Count(a, mine), (Count(b, yours),))
        for mine, yours in shared(one[0].indicator, other[0].indicator)
        for a, b in some
    }
    whole = one[0].indicator.denominator
    if whole is not None and whole == other[0].indicator.denominator:
        left = [
            (known[a].counts().get(Count(a, Part.REST)), known[b].counts().get(Count(b))) for a, b in some
        ]
        if all(rest is not None and rest == count for rest, count in left):
            ties |= {Sum(Count(a, Part.REST), (Count(b),)) for a, b in some}
    return ties


def shared(one: Indicator, other: Indicator) -> list[tuple[Part, Part]]:
    """Which counts of two definitions are of the same measure."""
    parts = (Part.NUMERATOR, Part.DENOMINATOR)
    return [
        (mine, yours)
        for mine, measure in zip(parts, one.measures, strict=False)
        for yours, its in zip(parts, other.measures, strict=False)
        if measure == its
    ]


def _of(code: str, every: Sequence[Told]) -> dict[Figure, Key]:
    return {
        figure: key for each in every if each[0].indicator.code == code for figure, key in _held(each).items()
    }


def _added(adds: Adds, every: Sequence[Told], known: Known, name: str) -> Made:
    """A count as the sum of others, wherever all of them are there."""
    wholes, parts = _of(adds.whole[0], every), [(_of(code, every), part) for code, part in adds.parts]
    found = {
        (Count(key, adds.whole[1]), *(Count(keys[figure], part) for keys, part in parts))
        for figure, key in wholes.items()
        if all(figure in keys for keys, _ in parts)
    }
    # Of a count that was told in two ways there may be two such sums.
    asked = [
        Whole(whole, tuple(some), f"{name}.{number}") for number, (whole, *some) in enumerate(sorted(found))
    ]
    return consisting(known, asked)
