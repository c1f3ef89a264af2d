"""What adds up among the cells of a release: found from their keys, so that no table is forgotten.

Where parts do not add up exactly, as somebody was treated at two places or his sex is not known, the
difference is a count of people too: it joins as a cell that is not published, and so is guarded like any
other.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from itertools import combinations, product
from typing import Any

from phoihop.engines.indicators.definitions import Hiding
from phoihop.engines.indicators.disclosing import Cell, Count, Form, Key, Part, Release, ReleaseError, Sum
from phoihop.kernel.calendars import Period, Stretch

Group = tuple[tuple[str, str], ...]


def release_of(
    cells: Iterable[Cell],
    units: Mapping[str, Sequence[str]],
    periods: Mapping[Any, Sequence[Period | Stretch]],
    flows: Collection[str] = (),
    stocks: Collection[str] = (),
    sums: Iterable[Sum] = (),
    nested: Mapping[str, Sequence[str]] | None = None,
) -> Release:
    """Cells with everything that adds up among them, besides ``sums`` that only the caller knows of.

    ``units``, ``periods``: what each consists of, all of it. ``flows``: codes of which a period's figure
    is the sum of its parts'; ``stocks``: of which it is that of its last part. Groups of a table that are
    not among the cells, though others are, have nobody in them and are added, so that they are hidden like
    any few. ``nested``: of each unit some that lie in it, none in two of them; where a group is not among the
    cells of all that ``units`` names, it is the sum of theirs and of what is left over.
    """
    given = tuple(cells)
    filled = (*given, *_empty(given))
    known = {cell.key: cell for cell in filled if cell.hiding is Hiding.PEOPLE}
    # Of one kind: the same figure, told apart by the same splits, made up in the same way.
    wholes: dict[tuple[str, tuple[str, ...], str], list[tuple[Key, tuple[Key, ...]]]] = defaultdict(list)
    split: dict[tuple[Key, str], list[Key]] = defaultdict(list)
    for key in known:
        own = key.code, tuple(name for name, _ in key.group)
        for name, value in key.group:
            group = tuple(each for each in key.group if each != (name, value))
            split[replace(key, group=group), name].append(key)
        whole = [replace(key, unit=unit) for unit in units.get(key.unit, ())]
        if not all(each in known for each in whole):
            some_of = [replace(key, unit=unit) for unit in (nested or {}).get(key.unit, ())]
            wholes[*own, "part"].append((key, tuple(each for each in some_of if each in known)))
        else:
            wholes[*own, "units"].append((key, tuple(whole)))
        if key.period in periods:
            parts = tuple(replace(key, period=period) for period in periods[key.period])
            if key.code in flows:
                wholes[*own, "periods"].append((key, parts))
            elif key.code in stocks:
                wholes[*own, "periods"].append((key, parts[-1:]))
    for (key, name), among in split.items():
        wholes[key.code, tuple(each for each, _ in key.group), name].append((key, tuple(among)))
    hidden: list[Cell] = []
    found = list(sums)
    for (_, _, name), made in wholes.items():
        there = [(key, some) for key, some in made if some and all(each in known for each in (key, *some))]
        for part in (Part.NUMERATOR, Part.DENOMINATOR):
            asked = [
                Whole(Count(key, part), tuple(Count(each, part) for each in some), name)
                for key, some in there
            ]
            more, sums_of = consisting(known, asked)
            hidden += more
            found += sums_of
    return Release((*filled, *hidden), tuple(found))


@dataclass(frozen=True, slots=True)
class Whole:
    """A count that others make up. ``name``: another one for each way to look at a count."""

    count: Count
    parts: tuple[Count, ...]
    name: str


def _empty(cells: Sequence[Cell]) -> list[Cell]:
    """The cells that tables lack, with nobody in them."""
    tables: dict[tuple[str, str, Period | Stretch, tuple[str, ...]], dict[Group, Cell]] = defaultdict(dict)
    values: dict[tuple[str, str], set[str]] = defaultdict(set)
    for cell in cells:
        if cell.hiding is Hiding.PEOPLE and cell.key.group:
            key = cell.key
            tables[key.code, key.unit, key.period, tuple(name for name, _ in key.group)][key.group] = cell
            for name, value in key.group:
                values[key.code, name].add(value)
    lacking = []
    nobody = Decimal(0)
    peopled = {
        (cell.key.code, cell.key.unit, cell.key.period, group)
        for cell in cells
        if cell.numerator or cell.denominator
        for size in range(1, len(cell.key.group))
        for group in combinations(cell.key.group, size)
    }
    for (code, _, _, names), rows in tables.items():
        like = next(iter(rows.values()))
        for chosen in product(*(sorted(values[code, name]) for name in names)):
            group = tuple(zip(names, chosen, strict=True))
            if group not in rows:
                if (like.key.code, like.key.unit, like.key.period, group) in peopled:
                    raise ReleaseError(
                        f"{replace(like.key, group=group)} is left out, and there are people in it"
                    )
                lacking.append(
                    replace(
                        like,
                        key=replace(like.key, group=group),
                        numerator=nobody,
                        denominator=None if like.denominator is None else nobody,
                        people=None if like.people is None else 0,
                    )
                )
    return lacking


def consisting(known: Mapping[Key, Cell], wholes: Iterable[Whole]) -> tuple[list[Cell], list[Sum]]:
    """Counts of one kind, each as the sum of others and of what is left over or counted twice, which are
    cells that nobody is told of. Where nothing ever is, it is known to add up, and there are none. Counts
    that are not known, or parts of which are not, make up nothing."""
    there = []
    for each in wholes:
        counts = (each.count, *each.parts)
        values = [known[one.key].counts()[one] for one in counts if _is_known(known, one)]
        if len(values) == len(counts):
            there.append((each, values[0], values[1:]))
    # That nobody was counted twice this time is known to nobody, where some are; nor that nobody was left.
    # Where both happen (a month's young people are older at the quarter's end) nobody could say which
    # happened to those of whom neither did; they are held as if they were known to add up.
    twice_some = any(sum(parts) > whole for _, whole, parts in there)
    left_some = any(sum(parts) < whole for _, whole, parts in there)
    cells: list[Cell] = []
    sums: list[Sum] = []
    for each, whole, parts in there:
        more = sum(parts) - whole
        if not more and twice_some == left_some:
            sums.append(Sum(each.count, each.parts))
            continue
        if more < 0 or not (more or twice_some):
            left = unseen(each.count, "left", each.name, -more)
            cells.append(left)
            sums.append(Sum(each.count, (*each.parts, Count(left.key))))
            continue
        all_, twice = (
            unseen(each.count, "all", each.name, sum(parts)),
            unseen(each.count, "twice", each.name, more),
        )
        # Nobody of a part is missing in the whole: the busiest month says how many a quarter has at least.
        besides = {
            part: unseen(each.count, "besides", f"{each.name}.{number}", whole - value, Form.ROOM)
            for number, (part, value) in enumerate(zip(each.parts, parts, strict=True))
            if value <= whole
        }
        cells += [all_, twice, *besides.values()]
        sums += [
            Sum(Count(all_.key), each.parts),
            Sum(Count(all_.key), (each.count, Count(twice.key))),
            *(Sum(each.count, (part, Count(cell.key))) for part, cell in besides.items()),
        ]
    return cells, sums


def _is_known(known: Mapping[Key, Cell], count: Count) -> bool:
    return count.key in known and count in known[count.key].counts()


def unseen(count: Count, what: str, name: str, value: int, form: Form = Form.NOTHING) -> Cell:
    """A count beside another one, of which nothing is told."""
    key = count.key
    group = tuple(sorted((*key.group, ("of", name))))
    code = f"{key.code}/{count.part}/{what}"
    return Cell(Key(code, key.unit, key.period, group), Decimal(value), form=form)
