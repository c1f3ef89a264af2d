"""Which papers were in force on a day: decree, circular on the medicines, guideline, law on drugs.

An event is judged by the papers of its own day, never by today's. The days below are those on which a paper
began to bind; the last one of a strand has no last day.
"""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from phoihop.kernel.certainty import Certainty


class Strand(StrEnum):
    """What a paper is about; on any day at most one paper of a strand is in force."""

    LAW = "law"
    DECREE = "decree"
    CIRCULAR = "circular"
    GUIDELINE = "guideline"
    POINTS = "points"


@dataclass(frozen=True, slots=True)
class Instrument:
    """A paper from its first to its last day. ``certainty`` is that of these two days."""

    strand: Strand
    code: str
    first: date
    last: date | None
    certainty: Certainty

    def covers(self, day: date) -> bool:
        return self.first <= day and (self.last is None or day <= self.last)


_V, _M = Certainty.READ, Certainty.MEMORY
INSTRUMENTS = (
    Instrument(Strand.LAW, "73/2021/QH14", date(2022, 1, 1), date(2026, 6, 30), _V),
    Instrument(Strand.LAW, "120/2025/QH15", date(2026, 7, 1), None, _V),
    Instrument(Strand.DECREE, "96/2012/NĐ-CP", date(2013, 1, 1), date(2016, 6, 30), _M),
    Instrument(Strand.DECREE, "90/2016/NĐ-CP", date(2016, 7, 1), date(2024, 12, 14), _V),
    Instrument(Strand.DECREE, "141/2024/NĐ-CP", date(2024, 12, 15), None, _V),
    Instrument(Strand.CIRCULAR, "14/2015/TT-BYT", date(2015, 9, 1), date(2024, 3, 14), _V),
    Instrument(Strand.CIRCULAR, "26/2023/TT-BYT", date(2024, 3, 15), None, _V),
    Instrument(Strand.GUIDELINE, "3140/QĐ-BYT", date(2010, 8, 30), date(2024, 12, 30), _M),
    Instrument(Strand.GUIDELINE, "4066/QĐ-BYT", date(2024, 12, 31), None, _V),
    Instrument(Strand.POINTS, "3509/QĐ-BYT", date(2015, 8, 21), date(2024, 12, 30), _M),
    Instrument(Strand.POINTS, "4066/QĐ-BYT", date(2024, 12, 31), None, _V),
)


def instrument(strand: Strand, on: date) -> Instrument | None:
    """The paper of a strand on a day; None before the first one that is recorded."""
    return next((each for each in INSTRUMENTS if each.strand is strand and each.covers(on)), None)


@dataclass(frozen=True, slots=True)
class Era:
    """The papers of one day, and the days over which none of them changed. None as ``last``: still so."""

    papers: tuple[Instrument, ...]
    first: date
    last: date | None

    @property
    def codes(self) -> tuple[str, ...]:
        """The papers' numbers, each once."""
        return tuple(dict.fromkeys(each.code for each in self.papers))


def era(on: date) -> Era:
    """What was in force on a day, one paper a strand."""
    papers = tuple(found for strand in Strand if (found := instrument(strand, on)) is not None)
    changes = sorted({each.first for each in INSTRUMENTS} | {date.min})
    first = max(day for day in changes if day <= on)
    later = [day for day in changes if day > on]
    return Era(papers, first, date.fromordinal(later[0].toordinal() - 1) if later else None)
