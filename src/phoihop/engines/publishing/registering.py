"""How a programme makes its figures known to whoever builds them; nothing here knows one by name.

A programme registers when its app is ready. What is registered is values and one function, which says where
its facts come from.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta

from phoihop.engines.indicators.definitions import Better, Hiding, Indicator, Unit
from phoihop.engines.indicators.disclosing import Part
from phoihop.engines.indicators.facts import Table
from phoihop.engines.indicators.partitions import Source
from phoihop.engines.indicators.rows import Measure
from phoihop.kernel.calendars import Calendar, Period, Span
from phoihop.kernel.refusals import Bilingual

Words = Mapping[str, Mapping[str, Bilingual]]


@dataclass(frozen=True, slots=True)
class Asked:
    """Whose facts are wanted. ``secret``: 32 bytes of this release and programme alone, by which people get
    their pseudonyms; ``facilities``: all of them, and the scope reaches each; ``until``: the last day that is
    over."""

    secret: bytes = field(repr=False)
    facilities: tuple[int, ...]
    until: date


@dataclass(frozen=True, slots=True)
class Adds:
    """Counts of several figures, of the same days, that make up one: who took medicine home and who did not.
    They need not make up all of it, or may count somebody twice: what is left or twice is guarded too."""

    whole: tuple[str, Part]
    parts: tuple[tuple[str, Part], ...]

    @property
    def codes(self) -> frozenset[str]:
        """Of which figures it speaks."""
        return frozenset(code for code, _ in (self.whole, *self.parts))


@dataclass(frozen=True, slots=True)
class Programme:
    """What a programme lets be counted.

    ``source``: called in a scope that reaches the facilities; each question to what it returns is asked in
    such a scope too, and in a transaction of its own. ``heard``: what, counted by facility, is above nought
    where a facility kept its books; None where nothing tells. ``calendars``: by which figures are worked out.
    Those of a window's last day are told by all of them, those of a whole window by the first one and in the
    periods ``besides``: windows that overlap tell of the days they share, and what is hidden for that costs
    more than a second calendar gives. ``unchecked``: codes whose source nobody has compared with its paper.
    ``bands``: codes that are steps of a cascade, told of a commune or a facility as bands alone. ``settles``:
    how long after its end a period is waited for before anything is told of it, because what is told stays.
    ``sums``: what its figures make up together, of people; those of the same measure need none. ``inside``:
    codes of which nobody beyond a facility is told, as they say who is left over of others.
    ``words``: of each split what its values are called.
    """

    code: str
    tables: tuple[Table, ...]
    indicators: tuple[Indicator, ...]
    source: Callable[[Asked], Source]
    heard: Measure | None = None
    calendars: tuple[Calendar, ...] = (Calendar.STATE, Calendar.CIVIL)
    besides: frozenset[tuple[Calendar, Span]] = frozenset()
    unchecked: frozenset[str] = frozenset()
    bands: frozenset[str] = frozenset()
    settles: timedelta = timedelta(days=3)
    sums: tuple[Adds, ...] = ()
    inside: frozenset[str] = frozenset()
    words: Words = field(default_factory=dict)

    def tells(self, period: Period) -> bool:
        """Whether figures of a whole window are told of a period."""
        return period.calendar is self.calendars[0] or (period.calendar, period.span) in self.besides


@dataclass(frozen=True, slots=True)
class Reported:
    """A figure that people report: of a unit and a period, with its day, its source and who wrote it down."""

    code: str
    name: Bilingual
    unit: Unit
    better: Better
    source: Bilingual
    hiding: Hiding = Hiding.PEOPLE
    checked: bool = True
    version: int = 1

    @property
    def has_denominator(self) -> bool:
        return self.unit in (Unit.PERCENT, Unit.RATE)


@dataclass(frozen=True, slots=True)
class Ratio:
    """The numerator of one figure by that of another one, of whatever programmes: made of what is told of
    both, so it tells no more than they do."""

    code: str
    name: Bilingual
    better: Better
    source: Bilingual
    numerator: str
    denominator: str
    unit: Unit = Unit.PERCENT
    checked: bool = True
    version: int = 1


PROGRAMMES: dict[str, Programme] = {}
REPORTED: dict[str, Reported] = {}
RATIOS: dict[str, Ratio] = {}


def register(programme: Programme) -> None:
    """Make a programme's figures known. ValueError where another one has its code or one of its codes."""
    known = PROGRAMMES.get(programme.code)
    if known is not None and known != programme:
        raise ValueError(f"two programmes are called {programme.code}")
    for code in {each.code for each in programme.indicators}:
        owner = programme_of(code)
        if (owner is not None and owner.code != programme.code) or code in REPORTED or code in RATIOS:
            raise ValueError(f"two figures are called {code}")
    PROGRAMMES[programme.code] = programme


def register_reported(figure: Reported) -> None:
    """Make a reported figure known. ValueError where its code is taken."""
    _free(figure.code, REPORTED.get(figure.code) == figure)
    REPORTED[figure.code] = figure


def register_ratio(figure: Ratio) -> None:
    """Make a ratio known; its parts may be registered later. ValueError where its code is taken."""
    _free(figure.code, RATIOS.get(figure.code) == figure)
    RATIOS[figure.code] = figure


def programme_of(code: str) -> Programme | None:
    """The programme that counts a code; None where none does."""
    for programme in PROGRAMMES.values():
        if any(each.code == code for each in programme.indicators):
            return programme
    return None


def version_of(code: str, version: int) -> Indicator | Reported | Ratio | None:
    """A version of a figure; None where it is known no more."""
    other = REPORTED.get(code) or RATIOS.get(code)
    if other is not None:
        return other
    programme = programme_of(code)
    for each in programme.indicators if programme else ():
        if (each.code, each.version) == (code, version):
            return each
    return None


def _free(code: str, same: bool) -> None:
    if not same and (code in REPORTED or code in RATIOS or programme_of(code) is not None):
        raise ValueError(f"two figures are called {code}")
