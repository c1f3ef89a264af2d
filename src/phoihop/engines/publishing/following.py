"""Counting on: what changed since figures were counted, and these figures as they stand in the table."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from phoihop.engines.indicators.definitions import PLACE, Indicator
from phoihop.engines.indicators.engine import Engine, Figures
from phoihop.engines.indicators.facts import Table
from phoihop.engines.indicators.partitions import Register
from phoihop.engines.indicators.reference import UNIT, Figure
from phoihop.engines.indicators.refreshing import Files, Refresh, refresh
from phoihop.engines.publishing import rules
from phoihop.engines.publishing.borders import Places
from phoihop.engines.publishing.models import Number
from phoihop.kernel.calendars import Window

SAID = 32  # characters of a digest


@dataclass
class Facts:
    """The facts of a programme as they are, and as they were before the last change of them."""

    engine: Engine
    tables: Sequence[Table]
    now: Register
    before: Register
    files: tuple[Files, Files]  # now, before
    _since: dict[str, Refresh | None] = field(default_factory=dict)

    @property
    def word(self) -> str:
        """Another one whenever a row changed."""
        return _word(self.now)

    def since(self, word: str) -> Refresh | None:
        """What changed since the facts of some word; None where that is not known, or so much that everything
        is counted anew."""
        if word not in self._since:
            after, before = self.files
            was = {self.word: after, _word(self.before): before}.get(word)
            there = was and all(path.exists() for paths in was.values() for path in paths)
            self._since[word] = (
                refresh(self.engine.backend, self.tables, was, after) if was and there else None
            )
        return self._since[word]


def basis(indicator: Indicator, places: Places) -> str:
    """Of what a figure is counted by, and in which places."""
    said = (
        indicator.checksum,
        str(indicator.hiding),
        sorted(places.facilities),
        sorted((unit, sorted(some)) for unit, some in places.units.items()),
    )
    return hashlib.sha256(repr(said).encode()).hexdigest()[:SAID]


@dataclass(frozen=True)
class Former:
    """The true figures of a version as they were counted last, and what changed since."""

    change: Refresh
    rows: Sequence[Number]

    def known(self, ways: Sequence[tuple[tuple[str, ...], str | None]], people: bool) -> list[list[Figures]]:
        """As an engine gives them: told apart by place and by one column; and the people behind them."""
        windows = {Window(row.first, row.last) for row in self.rows}
        found: list[list[Figures]] = [
            [{window: {} for window in windows} for _ in ways] for _ in range(1 + people)
        ]
        at = {(by, split): number for number, (by, split) in enumerate(ways)}
        for row in self.rows:
            group = rules.read(row.split)
            place = row.facility_id if row.facility_id is not None else row.unit_id
            by = () if place is None else (PLACE if row.facility_id is not None else UNIT,)
            number = at.get((by, group[0][0] if group else None))
            if number is None:
                continue
            key = (*(() if place is None else (str(place),)), *(value or None for _, value in group))
            window = Window(row.first, row.last)
            found[0][number][window][key] = Figure(row.numerator, row.denominator)
            if people:
                found[1][number][window][key] = Figure(Decimal(row.people or 0))
        return found


def former(change: Refresh | None, code: str, version: int) -> Former | None:
    """The figures of a version, where what changed since is known. In a scope of a job."""
    if change is None:
        return None
    return Former(change, list(Number.objects.filter(code=code, version=version)))


def _word(known: Register) -> str:
    said = {
        table: {month: part.word for month, part in sorted(found.items())} for table, found in known.items()
    }
    return hashlib.sha256(repr(sorted(said.items())).encode()).hexdigest()[:SAID]
