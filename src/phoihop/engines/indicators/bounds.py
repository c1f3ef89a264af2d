"""What conditions say of a day: that it lies from here, or up to there, in each of several windows.

Facts are laid out over many windows at once. Joined with each of them, ten years of doses would stand there a
hundred and twenty times; a day that has to lie within bounds meets only the few windows that it is in. Which
rows come out is the same either way.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, is_dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from math import ceil
from typing import Any

from phoihop.engines.indicators.rows import Among, Facts, Joined, Keys, Latest, Rows, Summed, Where, With
from phoihop.engines.indicators.values import AllOf, Column, Compare, DaysAfter, Edge, Literal, Sign, Value
from phoihop.kernel.calendars import Window

_DAY = timedelta(days=1)
_EVER = 100 * 365  # days: nothing is held against a day longer ago
_MIRRORED = {
    Sign.LESS: Sign.MORE,
    Sign.MORE: Sign.LESS,
    Sign.AT_MOST: Sign.AT_LEAST,
    Sign.AT_LEAST: Sign.AT_MOST,
    Sign.EQUAL: Sign.EQUAL,
}
Days = tuple[date, ...]


@dataclass(frozen=True, slots=True)
class Reach:
    """From where and up to where a day lies, both ends among them: a day for each window, or None where
    nothing bounds it on that side. ``told``: the conditions that say so."""

    of: Value
    lows: Days | None
    highs: Days | None
    told: tuple[Value, ...]


def asks(part: Rows | Value) -> bool:
    """Whether rows or a value depend on the window."""
    return any(isinstance(each, Edge) for each in _inside(part))


def named(value: Value) -> frozenset[str]:
    """The columns that a value reads."""
    return frozenset(each.name for each in _inside(value) if isinstance(each, Column))


def spine(rows: Rows) -> tuple[Rows, tuple[Value, ...]]:
    """The rows without what sifts them, and the conditions that sift them: none of these changes what the
    others do, so that they may be tried in any order, and where it costs least."""
    if isinstance(rows, Where):
        core, conditions = spine(rows.rows)
        return core, (*conditions, *parts(rows.condition))
    if isinstance(rows, With | Among | Joined):
        core, conditions = spine(rows.rows)
        return replace(rows, rows=core), conditions
    return rows, ()


def single(rows: Rows) -> bool:
    """Whether rows are those of one table, sifted, valued or not."""
    return single(rows.rows) if isinstance(rows, Where | With) else isinstance(rows, Facts)


def once(rows: Rows) -> Keys:
    """Columns of which no two rows agree in all; none where nothing says so."""
    if isinstance(rows, Latest | Summed):
        return rows.per
    return once(rows.rows) if isinstance(rows, Where | With | Among | Joined) else ()


def reaches(conditions: Sequence[Value], windows: Sequence[Window]) -> list[Reach]:
    """Of every value that conditions hold between days of the window: from where and up to where it lies."""
    found: dict[Value, Reach] = {}
    for condition in conditions:
        bound = _bound(condition, windows)
        if bound is not None:
            found[bound.of] = _both(found[bound.of], bound) if bound.of in found else bound
    return list(found.values())


def _bound(condition: Value, windows: Sequence[Window]) -> Reach | None:
    if not isinstance(condition, Compare):
        return None
    value, sign, edge = condition.left, condition.sign, condition.right
    if asks(value):
        if sign not in _MIRRORED:
            return None
        value, sign, edge = edge, _MIRRORED[sign], value
    # What a day is held against must be known beforehand of each window, and the day itself be of no window.
    if asks(value) or not asks(edge) or named(edge) or not named(value):
        return None
    days = tuple(day for window in windows if isinstance(day := edge.of({}, window), date))
    if len(days) != len(windows):
        return None
    low, high = {
        Sign.AT_LEAST: (days, None),
        Sign.MORE: (tuple(day + _DAY for day in days), None),
        Sign.AT_MOST: (None, days),
        Sign.LESS: (None, tuple(day - _DAY for day in days)),
        Sign.EQUAL: (days, days),
    }.get(sign, (None, None))
    return Reach(value, low, high, (condition,)) if low or high else None


def rising(
    condition: Value, day: Column, valued: Mapping[str, Value], most: Callable[[str], Decimal | None]
) -> Iterator[Value]:
    """What a condition says of a day at least, by the greatest number that columns have: that the day so many
    days after it lies from somewhere on. ``valued``: columns that are worked out, and how."""
    if not isinstance(condition, Compare):
        return
    value, sign, edge = condition.left, condition.sign, condition.right
    if named(edge) and sign in _MIRRORED:
        value, sign, edge = edge, _MIRRORED[sign], value
    if sign not in (Sign.AT_LEAST, Sign.MORE, Sign.EQUAL) or named(edge) or asks(value):
        return
    days = _after(value, day, valued, most)
    if days is not None and abs(days) <= _EVER:
        least = Sign.MORE if sign is Sign.MORE else Sign.AT_LEAST
        yield Compare(day, least, DaysAfter(edge, Literal(Decimal(-days))))


def _after(
    value: Value, day: Column, valued: Mapping[str, Value], most: Callable[[str], Decimal | None]
) -> int | None:
    """How many days a value lies after a day at most; None where nobody can say."""
    match value:
        case Column(name) if name in valued:
            return _after(valued[name], day, valued, most)
        case Column():
            return 0 if value == day else None
        case DaysAfter(earlier, Literal(Decimal() as number)):
            many: Decimal | None = number
        case DaysAfter(earlier, Column(name)) if name not in valued:
            many = most(name)
        case _:
            return None
    before = _after(earlier, day, valued, most)
    return None if before is None or many is None else before + ceil(many)


def _both(one: Reach, other: Reach) -> Reach:
    lows = [each.lows for each in (one, other) if each.lows]
    highs = [each.highs for each in (one, other) if each.highs]
    return Reach(
        one.of,
        tuple(map(max, *lows)) if len(lows) == 2 else (lows[0] if lows else None),
        tuple(map(min, *highs)) if len(highs) == 2 else (highs[0] if highs else None),
        (*one.told, *other.told),
    )


def parts(condition: Value) -> Iterator[Value]:
    """The conditions that all have to hold; apart they let through the rows that they do together."""
    if isinstance(condition, AllOf):
        for each in condition.of_these:
            yield from parts(each)
    else:
        yield condition


def _inside(part: Any) -> Iterator[Any]:
    """A node and all that is in it."""
    yield part
    if isinstance(part, tuple):
        for each in part:
            yield from _inside(each)
    elif is_dataclass(part):
        for field in fields(part):
            yield from _inside(getattr(part, field.name))
