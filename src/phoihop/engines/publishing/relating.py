"""Which figures tell of each other: what is known of one is held against the others."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from itertools import combinations

from phoihop.engines.indicators.definitions import Hiding, Indicator
from phoihop.engines.indicators.disclosing import Cell, Count, Key, Part, Release, Sum
from phoihop.engines.indicators.disclosing_sums import consisting, unseen
from phoihop.engines.publishing.counting import Place
from phoihop.engines.publishing.registering import Adds, Balance
from phoihop.engines.publishing.rules import Group
from phoihop.engines.publishing.telling import Asked, Cells, Figure

Told = tuple[Asked, Cells]
Known = Mapping[Key, Cell]  # cells of people
Made = tuple[list[Cell], list[Sum]]
_DAY = timedelta(days=1)


def related(
    indicator: Indicator, others: Sequence[Indicator], sums: Iterable[Adds | Balance] = ()
) -> list[Indicator]:
    """Those of some definitions that count the same as one in one of their measures, or add up with it,
    directly or through others; of people."""
    found, waiting = [indicator], [indicator]
    while waiting:
        one = waiting.pop()
        for other in others:
            if other in found or other.hiding is not Hiding.PEOPLE:
                continue
            if _shared(one, other) or any({one.code, other.code} <= each.codes for each in sums):
                found.append(other)
                waiting.append(other)
    return found[1:] if indicator.hiding is Hiding.PEOPLE else []


def together(own: Told, others: Sequence[Told], sums: Sequence[Adds | Balance] = ()) -> Cells:
    """The cells of a version, held against those of others that tell of them: what is known of one is known
    of the other. ReleaseError as ``Release``.

    Tied are counts of the same measure; what ``sums`` say; and where whole and measure of two shares are such
    that one is what the other leaves over in every figure (dosed and missed days), the one and that rest.
    """
    # In one order, whichever is told: what is proven for one of them holds for all.
    every = sorted([own, *others], key=lambda each: each[0].code)
    cells = {cell.key: cell for _, each in every for cell in each.release.cells}
    ties = {one for _, each in every for one in each.release.sums}
    known = {key: cell for key, cell in cells.items() if cell.hiding is Hiding.PEOPLE}
    for one, other in combinations(every, 2):
        ties |= _same(one, other, known)
    for number, each in enumerate(sums):
        if isinstance(each, Adds):
            more, tied = _added(each, every, known, str(number))
        else:
            more, tied = _balanced(each, every, known, str(number))
        cells |= {cell.key: cell for cell in more}
        ties |= set(tied)
    before = {key: line for _, each in every for key, line in each.before.items()}
    return Cells(Release(tuple(cells.values()), tuple(ties)), own[1].keys, before)


def is_wide(code: str, sums: Iterable[Adds | Balance]) -> bool:
    """Whether who comes and goes by a figure is told of large places alone: where few are there, a stock that
    falls tells how many went."""
    return any(isinstance(each, Balance) and code in (*each.comes, *each.goes) for each in sums)


def _held(told: Told) -> dict[Figure, Key]:
    return {**told[1].unseen, **told[1].keys}


def _same(one: Told, other: Told, known: Known) -> set[Sum]:
    """What two figures count both."""
    theirs = _held(other)
    pairs = {(key, theirs[figure]) for figure, key in _held(one).items() if figure in theirs}
    some = sorted(pair for pair in pairs if pair[0] in known and pair[1] in known)
    ties = {
        Sum(Count(a, mine), (Count(b, yours),))
        for mine, yours in _shared(one[0].indicator, other[0].indicator)
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


def _shared(one: Indicator, other: Indicator) -> list[tuple[Part, Part]]:
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


def _told(code: str, every: Sequence[Told]) -> dict[Figure, Key]:
    return {
        figure: key
        for each in every
        if each[0].indicator.code == code
        for figure, key in each[1].keys.items()
    }


def _added(adds: Adds, every: Sequence[Told], known: Known, name: str) -> Made:
    """A count as the sum of others, wherever all of them are there."""
    wholes, parts = _of(adds.whole[0], every), [(_of(code, every), part) for code, part in adds.parts]
    found = {
        (Count(key, adds.whole[1]), *(Count(keys[figure], part) for keys, part in parts))
        for figure, key in wholes.items()
        if all(figure in keys for keys, _ in parts)
    }
    made: Made = [], []
    # Of a count that was told in two ways there may be two such sums.
    for number, (whole, *some) in enumerate(sorted(found)):
        cells, sums = consisting(known, whole, tuple(some), f"{name}.{number}")
        made[0].extend(cells)
        made[1].extend(sums)
    return made


def _balanced(balance: Balance, every: Sequence[Told], known: Known, name: str) -> Made:
    """Those there before and those who came, as those there now and those who went; and others who came."""
    flows = [_told(code, every) for code in (*balance.comes, *balance.goes)]
    stock: dict[tuple[date, Place, Group], Key] = {}
    for (days, place, group), key in _told(balance.stock, every).items():
        stock[days[1], place, group] = key
    found: dict[Key, tuple[Key, ...]] = {}
    for figure, key in flows[0].items():
        (first, last), place, group = figure
        before, now = stock.get((first - _DAY, place, group)), stock.get((last, place, group))
        if before is None or now is None or not {name for name, _ in group} <= balance.by:
            continue
        some = tuple(keys.get(figure) for keys in flows)
        there = [each for each in (before, now, *some) if each is not None and each in known]
        if len(there) == 2 + len(flows):
            found.setdefault(key, tuple(there))
    made: Made = [], []
    for before, now, *flowed in found.values():
        came, went = flowed[: len(balance.comes)], flowed[len(balance.comes) :]
        here, gone = ([Count(each) for each in keys] for keys in ((before, *came), (now, *went)))
        earlier, later = (sum(known[each.key].counts()[each] for each in side) for side in (here, gone))
        whole = unseen(Count(flowed[0]), "all", name, max(earlier, later))
        other = unseen(Count(flowed[0]), "others", name, abs(later - earlier))
        (here if later >= earlier else gone).append(Count(other.key))
        made[0].extend((whole, other))
        made[1].extend((Sum(Count(whole.key), tuple(here)), Sum(Count(whole.key), tuple(gone))))
    return made
