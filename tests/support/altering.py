"""Definitions altered in one place each: a condition left out, a day or a word more, the first for the last.

What the worked examples do not tell from a definition, they do not explain. A step that several definitions
take is told by the examples of any of them; what each sifts itself, and its days, by its own.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, is_dataclass, replace
from decimal import Decimal
from typing import Any

from phoihop.engines.indicators.bounds import once
from phoihop.engines.indicators.definitions import Indicator
from phoihop.engines.indicators.facts import PERSON, Columns, DefinitionError, Kind, Row
from phoihop.engines.indicators.rows import (
    Among,
    Count,
    Facts,
    Joined,
    Latest,
    Measure,
    Persons,
    Rows,
    Store,
    Where,
    With,
)
from phoihop.engines.indicators.saying import valued
from phoihop.engines.indicators.values import (
    AllOf,
    AnyOf,
    Choose,
    Column,
    Compare,
    DaysAfter,
    Edge,
    Literal,
    Missing,
    MonthsAfter,
    Not,
    OneOf,
    Sign,
    Value,
)
from phoihop.kernel.calendars import Window

Measures = tuple[Measure, ...]
Words = Mapping[tuple[str, str], Mapping[str, Any]]  # of columns of text, by table and column
Said = tuple[str, Any]  # what was altered, and what stands there now
_DAY = Decimal(1)
# A border a little inwards, and how far a day more moves it outwards.
_STRICTER = {
    Sign.AT_MOST: Sign.LESS,
    Sign.AT_LEAST: Sign.MORE,
    Sign.LESS: Sign.AT_MOST,
    Sign.MORE: Sign.AT_LEAST,
}
_OUTWARDS = {Sign.AT_MOST: _DAY, Sign.AT_LEAST: -_DAY, Sign.LESS: -_DAY, Sign.MORE: _DAY}
_SWAPPED = {Sign.EQUAL: Sign.UNEQUAL, Sign.UNEQUAL: Sign.EQUAL}


@dataclass(frozen=True, slots=True)
class Earliest(Latest):
    """The row that comes first, where the definition has the last one."""

    def of(self, store: Store, window: Window) -> list[Row]:
        def rank(row: Row) -> list[tuple[bool, Any]]:
            return [(row[name] is not None, row[name] if row[name] is not None else 0) for name in self.order]

        ranked = sorted(self.rows.of(store, window), key=rank, reverse=True)
        return list({tuple(row[name] for name in self.per): row for row in ranked}.values())


def counted(
    measures: Measures, store: Store, window: Window, by: Sequence[str] = ()
) -> dict[Any, tuple[Decimal, ...]]:
    """What measures give of each group; of all under () without columns."""
    found: list[dict[Any, Decimal]] = []
    for measure in measures:
        groups: dict[Any, list[Row]] = {} if by else {(): []}
        for row in measure.rows.of(store, window):
            groups.setdefault(tuple(row[name] for name in by), []).append(row)
        found.append({group: measure.of(rows) for group, rows in groups.items()})
    every = {group for each in found for group in each}
    return {group: tuple(each.get(group, Decimal(0)) for each in found) for group in every}


def altered(indicator: Indicator, words: Words) -> Iterator[tuple[Any, str, Measures]]:
    """Every way in which a condition or an order of a step can be another: the step and the way, the same in
    every definition that takes it, of whatever day; what was done; what is counted then."""
    known: dict[str, set[str]] = {}
    for (table, column), said in words.items():
        if table in indicator.tables:
            known.setdefault(column, set()).update(said)
    for step in dict.fromkeys(each for measure in indicator.measures for each in _steps(measure.rows)):
        for done, (other, way) in _of_step(step, known):
            measures = _with(indicator, step, other)
            if measures is not None:
                yield (_place(step), _shape(way)), f"{_source(step)}: {done}", measures


def shifted(indicator: Indicator) -> Iterator[tuple[str, Measures]]:
    """Each day that the window gives, a day sooner and later wherever it stands; rows for people, and people
    for rows."""
    for anchor in dict.fromkeys(each for measure in indicator.measures for each in _anchors(measure)):
        for by in (-_DAY, _DAY):
            moved = tuple(_moved(each, anchor, DaysAfter(anchor, Literal(by))) for each in indicator.measures)
            yield f"{by:+} day at {valued(anchor)}", moved
    for at, measure in enumerate(indicator.measures):
        other: Measure | None = None
        if isinstance(measure, Persons) and once(measure.rows) != (PERSON,):
            other = Count(measure.rows)
        elif isinstance(measure, Count) and PERSON in measure.rows.columns():
            other = Persons(measure.rows)
        if other is not None:
            all_of_them = (*indicator.measures[:at], other, *indicator.measures[at + 1 :])
            yield f"{'denominator' if at else 'numerator'}: {type(other).__name__.lower()}", all_of_them


def sifted(indicator: Indicator) -> Iterator[tuple[str, Measures]]:
    """Each condition left out that sifts what is counted."""
    for step in dict.fromkeys(each for measure in indicator.measures for each in _spine(measure.rows)):
        left: list[tuple[str, Rows]] = []
        match step:
            case Among(rows, others, _, _):
                left = [(f"whether or not among {_source(others)}", rows)]
            case Where(rows, condition):
                parts = list(_parts(condition))
                for at, part in enumerate(parts):
                    rest = (*parts[:at], *parts[at + 1 :])
                    left.append((f"without {valued(part)}", Where(rows, AllOf(rest)) if rest else rows))
        for done, other in left:
            measures = _with(indicator, step, other)
            if measures is not None:
                yield f"{_source(step)}: {done}", measures


def _parts(condition: Value) -> Iterator[Value]:
    if isinstance(condition, AllOf):
        for each in condition.of_these:
            yield from _parts(each)
    else:
        yield condition


def _with(indicator: Indicator, step: Rows, other: Rows) -> Measures | None:
    """The measures with another step; None where nobody could write that."""
    try:
        return tuple(_put(each, step, other) for each in indicator.measures)
    except DefinitionError:
        return None


def _spine(rows: Rows) -> Iterator[Rows]:
    while True:
        yield rows
        if isinstance(rows, Facts):
            return
        rows = rows.rows


def _steps(rows: Rows) -> Iterator[Rows]:
    for step in _spine(rows):
        yield step
        if isinstance(step, Among | Joined):
            yield from _steps(step.others)


def _source(rows: Rows) -> str:
    *_, facts = _spine(rows)
    assert isinstance(facts, Facts)
    return facts.table.name


def _put(node: Any, old: Any, new: Any) -> Any:
    """A tree with another node in one's place, wherever it stands."""
    if node == old and type(node) is type(old):
        return new
    return _rebuilt(node, lambda part: _put(part, old, new))


def _moved(node: Any, anchor: Value, moved: Value) -> Any:
    if _is_anchor(node):
        return moved if node == anchor else node
    return _rebuilt(node, lambda part: _moved(part, anchor, moved))


def _rebuilt(node: Any, change: Any) -> Any:
    if isinstance(node, tuple):
        return tuple(change(each) for each in node)
    if is_dataclass(node) and not isinstance(node, type | Facts):
        parts = {each.name: getattr(node, each.name) for each in fields(node)}
        return replace(node, **{name: change(part) for name, part in parts.items()})
    return node


def _is_anchor(node: Any) -> bool:
    """Whether it is a day that the window gives, and nothing else."""
    return isinstance(node, Edge) or (isinstance(node, DaysAfter | MonthsAfter) and _is_anchor(node.day))


def _anchors(node: Any) -> Iterator[Value]:
    if _is_anchor(node):
        yield node
    elif isinstance(node, tuple):
        for each in node:
            yield from _anchors(each)
    elif is_dataclass(node) and not isinstance(node, type):
        for field in fields(node):
            yield from _anchors(getattr(node, field.name))


def _place(step: Rows) -> Any:
    """Where a step stands: after which others, be they of whatever day; of a column made by a step, which."""
    if isinstance(step, With):
        return (step.name, _shape(step.value))
    return tuple(
        (
            type(each).__name__,
            *(_shape(getattr(each, part.name)) for part in fields(each) if part.name != "rows"),
        )
        for each in _spine(step)
    )


def _shape(node: Any) -> Any:
    """A tree in which any day that the window gives is the same, and other rows are their facts alone."""
    if _is_anchor(node):
        return "window"
    if isinstance(node, Rows):
        return _source(node)
    if isinstance(node, tuple):
        return tuple(_shape(each) for each in node)
    if is_dataclass(node) and not isinstance(node, type):
        return (type(node).__name__, *(_shape(getattr(node, each.name)) for each in fields(node)))
    return node


def _of_step(step: Rows, words: Mapping[str, set[str]]) -> Iterator[tuple[str, tuple[Rows, Any]]]:
    match step:
        case Where(rows, condition):
            # What a step makes itself has no other words than its own.
            made = {each.name for each in _spine(rows) if isinstance(each, With)}
            sayable = {name: said for name, said in words.items() if name not in made}
            for done, other in _of_value(condition, rows.columns(), sayable):
                yield done, (rows if other is None else Where(rows, other), other)
            if not isinstance(condition, AllOf):
                yield f"without {valued(condition)}", (rows, "without")
        case With(rows, name, value):
            # Ages are the same everywhere, and have a table of their own.
            for done, other in () if name == "age" else _of_value(value, rows.columns(), words):
                if other is not None:
                    yield f"{name} with {done}", (With(rows, name, other), other)
        case Latest(rows, per, order):
            if set(once(rows)) == set(per):
                return
            yield f"first by {', '.join(order)} of {', '.join(per)}", (Earliest(rows, per, order), "first")
            yield f"each by {', '.join(order)} of {', '.join(per)}", (rows, "each")
            for at, name in enumerate(order[1:], 1):
                fewer = Latest(rows, per, (*order[:at], *order[at + 1 :]))
                yield f"last by {', '.join(order)} without {name}", (fewer, f"without {name}")
        case Among(rows, others, on, present):
            yield f"whether or not among {_source(others)}", (rows, "without")
            yield (
                f"the other way among {_source(others)}",
                (Among(rows, others, on, not present), "other way"),
            )


def _of_value(
    value: Value, columns: Columns, words: Mapping[str, set[str]]
) -> Iterator[tuple[str, Value | None]]:
    """Other values in its place; None: it is left out."""
    match value:
        case AllOf(parts) | AnyOf(parts):
            yield from _of_parts(value, parts, columns, words)
        case Compare(left, sign, right):
            yield from _of_compare(value, columns)
            for done, other in _within(left, columns, words):
                yield done, Compare(other, sign, right)
            for done, other in _within(right, columns, words):
                yield done, Compare(left, sign, other)
        case OneOf(inner, options):
            for at, option in enumerate(options if len(options) > 1 else ()):
                yield f"{valued(value)} without {option}", OneOf(inner, (*options[:at], *options[at + 1 :]))
            if isinstance(inner, Column):
                for word in sorted(words.get(inner.name, set()) - set(options)):
                    yield f"{valued(value)} and {word}", OneOf(inner, (*options, word))
        case Missing(_):
            yield f"not {valued(value)}", Not(value)
        case Not(inner):
            yield f"not {valued(value)}", inner
        case Choose(cases, otherwise):
            for at, (when, then) in enumerate(cases):
                yield f"without the case {valued(when)}", Choose((*cases[:at], *cases[at + 1 :]), otherwise)
                for done, other in _within(when, columns, words):
                    yield done, Choose((*cases[:at], (other, then), *cases[at + 1 :]), otherwise)
        case MonthsAfter(day, months) if not _is_anchor(value):
            for by in (-1, 1):
                yield f"{by:+} month in {valued(value)}", MonthsAfter(day, months + by)
        case DaysAfter(day, Literal(days)) if not _is_anchor(value) and isinstance(days, Decimal):
            for more in (-_DAY, _DAY):
                yield f"{more:+} day in {valued(value)}", DaysAfter(day, Literal(days + more))


def _within(value: Value, columns: Columns, words: Mapping[str, set[str]]) -> Iterator[tuple[str, Value]]:
    for done, other in _of_value(value, columns, words):
        if other is not None:
            yield done, other


def _of_parts(
    value: AllOf | AnyOf, parts: tuple[Value, ...], columns: Columns, words: Mapping[str, set[str]]
) -> Iterator[tuple[str, Value | None]]:
    kind = type(value)
    for at, part in enumerate(parts):
        rest = (*parts[:at], *parts[at + 1 :])
        left = kind(rest) if rest else None
        if not isinstance(part, kind):
            yield f"without {valued(part)}", left
        for done, other in _of_value(part, columns, words):
            yield done, left if other is None else kind((*parts[:at], other, *parts[at + 1 :]))


def _of_compare(value: Compare, columns: Columns) -> Iterator[tuple[str, Value]]:
    left, sign, right = value.left, value.sign, value.right
    if sign in _SWAPPED:
        yield f"{_SWAPPED[sign].value} in {valued(value)}", Compare(left, _SWAPPED[sign], right)
        return
    yield f"{_STRICTER[sign].value} in {valued(value)}", Compare(left, _STRICTER[sign], right)
    by = _OUTWARDS[sign]
    if left.kind(columns) is Kind.DAY:
        yield f"{by:+} in {valued(value)}", Compare(left, sign, DaysAfter(right, Literal(by)))
    elif isinstance(right, Literal) and isinstance(right.value, Decimal):
        yield f"{by:+} in {valued(value)}", Compare(left, sign, Literal(right.value + by))
