"""An indicator: what is counted of what, by whose words, since when, and what is shown of it to whom.

A definition is a value. It refuses to exist if its parts do not fit or its worked examples are too few; once
published it never changes: a change is a new version, and figures of before are worked out by the old one.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, fields, is_dataclass
from datetime import date
from decimal import Decimal
from enum import Enum, StrEnum
from typing import Any

from phoihop.engines.indicators.facts import Columns, DefinitionError, Kind, Row, Table
from phoihop.engines.indicators.rows import Facts, Measure
from phoihop.kernel.calendars import Period, Span
from phoihop.kernel.refusals import Bilingual

LEAST = 3  # worked examples
PLACE = "facility"  # the column that says, as text, where something happened, and so in which unit


class Unit(StrEnum):
    """What a figure counts."""

    PERSONS = "persons"
    EVENTS = "events"
    PERCENT = "percent"
    RATE = "rate"  # so many for each 100,000 people
    DAYS = "days"
    ML = "ml"
    PLACES = "places"
    COPIES = "copies"  # printed


class Better(StrEnum):
    """Which way is good."""

    MORE = "more"
    LESS = "less"
    NEITHER = "neither"


class Hiding(StrEnum):
    """What is done with small figures before somebody without files sees them."""

    PEOPLE = "people"  # few people are hidden, the others rounded
    NOTHING = "nothing"  # of no person: stock, reports


@dataclass(frozen=True, slots=True)
class Example:
    """A few rows in, a number out, and why. ``rows``: by the name of their table; ``expected``: numerator and
    denominator over all of them."""

    why: Bilingual
    period: Period
    rows: Mapping[str, tuple[Row, ...]]
    expected: tuple[Decimal, Decimal | None]


@dataclass(frozen=True, slots=True)
class Indicator:
    """One version of an indicator.

    ``code`` is kept for good ("KP_MAT"), ``version`` counts from 1. Without a ``denominator`` it is a
    number; with one a share, shown in percent or for each 100,000 as the unit says. ``splits``: columns
    by which it can be told apart, each of text and in both measures. ``since`` and ``until``: for which
    windows it is the definition, by their last day. ``source``: the article, or the registry that it
    comes from.
    """

    code: str
    version: int
    name: Bilingual
    unit: Unit
    better: Better
    numerator: Measure
    source: Bilingual
    since: date
    spans: frozenset[Span]
    hiding: Hiding
    examples: tuple[Example, ...]
    denominator: Measure | None = None
    splits: tuple[str, ...] = ()
    until: date | None = None

    def __post_init__(self) -> None:
        where = f"{self.code} v{self.version}"
        if not self.code or self.version < 1 or not self.spans:
            raise DefinitionError(f"{where}: no code, version or span")
        if self.until is not None and self.until < self.since:
            raise DefinitionError(f"{where}: ends before it begins")
        if (self.unit in (Unit.PERCENT, Unit.RATE)) != (self.denominator is not None):
            raise DefinitionError(f"{where}: a share has a denominator, and nothing else has")
        for measure in self.measures:
            _text(where, measure.rows.columns(), (PLACE, *self.splits))
        if len(set(self.splits)) != len(self.splits) or PLACE in self.splits:
            raise DefinitionError(f"{where}: a split stands twice")
        if len(self.examples) < LEAST:
            raise DefinitionError(f"{where}: {len(self.examples)} worked examples, and {LEAST} are wanted")
        for example in self.examples:
            self._fits(where, example)

    def _fits(self, where: str, example: Example) -> None:
        if (example.expected[1] is None) != (self.denominator is None):
            raise DefinitionError(f"{where}: an example with another denominator")
        if example.period.span not in self.spans:
            raise DefinitionError(f"{where}: an example of a {example.period.span}")
        known = self.tables
        for name, rows in example.rows.items():
            if name not in known:
                raise DefinitionError(f"{where}: an example of {name}, which it does not ask")
            for row in rows:
                known[name].fits(row)

    @property
    def measures(self) -> tuple[Measure, ...]:
        """Numerator, and denominator where there is one."""
        return (self.numerator,) if self.denominator is None else (self.numerator, self.denominator)

    @property
    def tables(self) -> dict[str, Table]:
        """The tables of facts that it asks, by name."""
        found: dict[str, Table] = {}
        waiting: list[Any] = list(self.measures)
        while waiting:
            node = waiting.pop()
            if isinstance(node, Facts):
                found[node.table.name] = node.table
            elif is_dataclass(node) and not isinstance(node, type):
                waiting += [getattr(node, each.name) for each in fields(node)]
        return found

    @property
    def checksum(self) -> str:
        """SHA-256 of all that changes a figure: what is counted, not how it is called or explained."""
        counted = (self.code, self.version, self.unit, self.measures, self.splits)
        said = json.dumps(_plain(counted), sort_keys=True, separators=(",", ":"), ensure_ascii=False)
        return hashlib.sha256(said.encode()).hexdigest()

    def holds(self, period: Period) -> bool:
        """Whether it is the definition for a period."""
        last = period.window.last
        return period.span in self.spans and self.since <= last and (self.until is None or last <= self.until)


def _text(where: str, columns: Columns, names: tuple[str, ...]) -> None:
    for name in names:
        if columns.get(name) is not Kind.TEXT:
            raise DefinitionError(f"{where}: {name} is no text of its rows")


def _plain(value: Any) -> Any:
    """A definition's part as JSON knows it; a node says its own name."""
    if isinstance(value, Enum):
        return [type(value).__name__, value.value]
    if isinstance(value, (Decimal, date)):
        return [type(value).__name__, str(value)]
    if isinstance(value, (tuple, frozenset)):
        return [_plain(each) for each in (sorted(value) if isinstance(value, frozenset) else value)]
    if is_dataclass(value) and not isinstance(value, type):
        parts = {each.name: _plain(getattr(value, each.name)) for each in fields(value)}
        return {"is": type(value).__name__, **parts}
    return value
