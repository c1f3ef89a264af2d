"""What adds up among the cells of a release: found from their keys, so that no table is forgotten.

Where parts do not add up exactly, as somebody was treated at two places or his sex is not known, the
difference is a count of people too: it joins as a cell that is not published, and so is guarded like any
other.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
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
    wholes: list[tuple[Key, tuple[Key, ...], str]] = []
    split: dict[tuple[Key, str], list[Key]] = defaultdict(list)
    for key in known:
        for name, value in key.group:
            group = tuple(each for each in key.group if each != (name, value))
            split[replace(key, group=group), name].append(key)
        whole = [replace(key, unit=unit) for unit in units.get(key.unit, ())]
        if all(each in known for each in whole):
            wholes.append((key, tuple(whole), "units"))
        else:
            some_of = [replace(key, unit=unit) for unit in (nested or {}).get(key.unit, ())]
            wholes.append((key, tuple(each for each in some_of if each in known), "units"))
        if key.period in periods:
            parts = tuple(replace(key, period=period) for period in periods[key.period])
            if key.code in flows:
                wholes.append((key, parts, "periods"))
            elif key.code in stocks:
                wholes.append((key, parts[-1:], "periods"))
    wholes += [(key, tuple(parts), name) for (key, name), parts in split.items()]
    hidden: list[Cell] = []
    found = list(sums)
    for key, some, name in wholes:
        if some and all(each in known for each in (key, *some)):
            for part in (Part.NUMERATOR, Part.DENOMINATOR):
                more, sums_of = _adding(known, key, some, part, name)
                hidden += more
                found += sums_of
    return Release((*filled, *hidden), tuple(found))


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


def _adding(
    known: Mapping[Key, Cell], key: Key, parts: tuple[Key, ...], part: Part, name: str
) -> tuple[list[Cell], list[Sum]]:
    """One count of a cell as the sum of its parts' counts, and of what is left over or counted twice."""
    return consisting(known, Count(key, part), tuple(Count(each, part) for each in parts), name)


def consisting(
    known: Mapping[Key, Cell], whole: Count, parts: tuple[Count, ...], name: str
) -> tuple[list[Cell], list[Sum]]:
    """A count as the sum of others, and of what is left over or counted twice, which are cells that nobody is
    told of; nothing where one of them is not known. ``name``: another one for each way to look at a count."""
    values = [known[each.key].counts().get(each) if each.key in known else None for each in (whole, *parts)]
    if values[0] is None or None in values:
        return [], []
    total = sum(value for value in values[1:] if value is not None)
    if total == values[0]:
        return [], [Sum(whole, parts)]
    if total < values[0]:
        left = unseen(whole, "left", name, values[0] - total)
        return [left], [Sum(whole, (*parts, Count(left.key)))]
    all_, twice = unseen(whole, "all", name, total), unseen(whole, "twice", name, total - values[0])
    # Nobody of a part is missing in the whole: the busiest month says how many a quarter has at least.
    besides = {
        part: unseen(whole, "besides", f"{name}.{number}", values[0] - value, Form.ROOM)
        for number, (part, value) in enumerate(zip(parts, values[1:], strict=True))
        if value is not None and value <= values[0]
    }
    return [all_, twice, *besides.values()], [
        Sum(Count(all_.key), parts),
        Sum(Count(all_.key), (whole, Count(twice.key))),
        *(Sum(whole, (part, Count(cell.key))) for part, cell in besides.items()),
    ]


def unseen(count: Count, what: str, name: str, value: int, form: Form = Form.NOTHING) -> Cell:
    """A count beside another one, of which nothing is told."""
    key = count.key
    group = tuple(sorted((*key.group, ("of", name))))
    code = f"{key.code}/{count.part}/{what}"
    return Cell(Key(code, key.unit, key.period, group), Decimal(value), form=form)
