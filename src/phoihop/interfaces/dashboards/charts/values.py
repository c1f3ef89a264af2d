"""What a chart says: frozen values that refuse to exist where they do not fit together.

A page makes a ``Chart`` of figures that are already safe to show; here is no disclosure control. Text is
Bilingual and final: every figure comes with the words that stand for it in both languages.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from itertools import pairwise
from typing import Any

from phoihop.engines.indicators.definitions import Better
from phoihop.engines.indicators.disclosing import State
from phoihop.kernel.calendars import Window
from phoihop.kernel.quantities import format_number
from phoihop.kernel.refusals import Bilingual

HIDDEN = (State.SMALL, State.PROTECTING, State.WITHHELD)
NOT_KNOWN = Bilingual("chưa có số liệu", "no figure")


class Kind(StrEnum):
    """How a chart is drawn, and what its labels are."""

    TREND = "trend"  # labels are periods: a line, its target, what is expected, how complete each period is
    BARS = "bars"  # labels are units or parts of a whole, one beneath the other
    STOCK = "stock"  # as BARS, of days: the target is the least that should be left
    FUNNEL = "funnel"  # labels are units: a share against how many it is of, with control limits
    CASCADE = "cascade"  # labels are steps, each with its own target
    MAP = "map"  # labels are units with a place or a shape, in bands
    PAIRS = "pairs"  # labels are anything, two series side by side


@dataclass(frozen=True, slots=True)
class Cell:
    """One figure. ``words``: what stands for it ("1.210", "92,5 %", "‹8", "25–45"), unit and all.

    ``value``: None where it is hidden, told as a band, or not known. ``least``, ``most``: of a band; no
    ``most`` means no upper end. ``state``: what disclosure control made of it, None where nothing is known.
    ``why``: why it stands so and what can be had instead; a hidden figure must say. ``numerator``,
    ``denominator``: what a share is made of, as far as that may be shown.
    """

    value: Decimal | None
    words: Bilingual
    why: Bilingual | None = None
    least: Decimal | None = None
    most: Decimal | None = None
    state: State | None = State.SHOWN
    numerator: "Cell | None" = None
    denominator: "Cell | None" = None

    def __post_init__(self) -> None:
        if any(each is not None and not each.is_finite() for each in (self.value, self.least, self.most)):
            raise ValueError("a figure is finite")
        if self.state in HIDDEN or self.state is None:
            if (self.value, self.least, self.most) != (None, None, None):
                raise ValueError("what is hidden or not known has no value")
            if self.state is not None and self.why is None:
                raise ValueError("what is hidden says why")
        elif self.state is State.BAND:
            if self.value is not None or self.least is None:
                raise ValueError("a band has its least and no value")
            if self.most is not None and self.most < self.least:
                raise ValueError("a band ends before it begins")
        elif self.value is None or (self.least, self.most) != (None, None):
            raise ValueError("what is shown has a value and no band")

    @property
    def hidden(self) -> bool:
        """Known, and not shown."""
        return self.state in HIDDEN


def shown(
    value: Decimal | int,
    unit: Bilingual | None = None,
    state: State = State.SHOWN,
    numerator: Cell | None = None,
    denominator: Cell | None = None,
) -> Cell:
    """A figure that is shown, with the words for it: "1.210 người", "92,5 %". ValueError of another state."""
    words = Bilingual(*(format_number(value) + _after(unit, lang) for lang in ("vi", "en")))
    exact = Decimal(value)
    return Cell(exact, words, state=state, numerator=numerator, denominator=denominator)


def not_known(why: Bilingual | None = None) -> Cell:
    """A blank that says so. ``why``: from where the figure would come."""
    return Cell(None, NOT_KNOWN, why, state=None)


@dataclass(frozen=True, slots=True)
class Label:
    """What a figure is of. ``said``: in full, for the table and for whoever listens. ``short``: on an axis.
    ``window``: the days it covers. ``address``: the page about it, where the viewer may go further."""

    said: Bilingual
    short: Bilingual | None = None
    window: Window | None = None
    address: str = ""

    @property
    def brief(self) -> Bilingual:
        return self.short or self.said


@dataclass(frozen=True, slots=True)
class Series:
    """Figures under one name, one for each label of the chart."""

    name: Bilingual
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Ahead:
    """What is expected at a later day, and between which values it lies with ``chance`` percent."""

    label: Label
    cell: Cell
    low: Decimal
    high: Decimal
    chance: int = 80

    def __post_init__(self) -> None:
        if self.cell.value is None or not self.low <= self.cell.value <= self.high:
            raise ValueError("an expected value lies within its interval")


@dataclass(frozen=True, slots=True)
class Place:
    """Where a unit lies, in degrees of WGS 84."""

    longitude: Decimal
    latitude: Decimal

    def __post_init__(self) -> None:
        if not (abs(self.longitude) <= 180 and abs(self.latitude) <= 90):
            raise ValueError("no place on Earth")


@dataclass(frozen=True, slots=True)
class Band:
    """Values from ``least`` up to, not including, ``below``; no ``below`` means no upper end."""

    least: Decimal
    below: Decimal | None
    words: Bilingual

    def __contains__(self, value: Decimal) -> bool:
        return self.least <= value and (self.below is None or value < self.below)


@dataclass(frozen=True, slots=True)
class Chart:
    """A chart with all that stands around it.

    ``key``: names files and addresses; it says nothing about health. ``title``: the finding, a sentence.
    ``subject``: which figure it is. ``heading``: over the column of labels ("Kỳ", "Cơ sở").
    ``target``: one for all labels, drawn as a line; ``targets``: one for each, drawn as ticks.
    ``completeness``: of each label the share of expected reports that came, 0 to 100. ``ahead``: TREND only.
    ``around``: FUNNEL only, the share of the whole in percent. ``places``: MAP only, of each label.
    ``shapes``: MAP only, a GeoJSON FeatureCollection as the operator supplied it; ``codes`` then name of each
    label the feature by its "code" property. ``bands``: MAP only, at most MOST_BANDS, rising. ``source``,
    ``freshness``: the line beneath. ``note``: what else a reader must know.
    """

    kind: Kind
    key: str
    title: Bilingual
    subject: Bilingual
    unit: Bilingual
    labels: tuple[Label, ...]
    series: tuple[Series, ...]
    source: Bilingual
    freshness: Bilingual
    heading: Bilingual
    target: Decimal | None = None
    targets: tuple[Decimal | None, ...] = ()
    better: Better = Better.NEITHER
    completeness: tuple[Decimal | None, ...] = ()
    ahead: Ahead | None = None
    around: Decimal | None = None
    places: tuple[Place | None, ...] = ()
    shapes: Mapping[str, Any] | None = field(default=None, hash=False)
    codes: tuple[str, ...] = ()
    bands: tuple[Band, ...] = ()
    note: Bilingual | None = None

    def __post_init__(self) -> None:
        """ValueError, saying what does not fit."""
        if not self.key or not all(part.isalnum() and part.isascii() for part in self.key.split("-")):
            raise ValueError("a key is of letters, digits and hyphens")
        if not self.labels or not self.series:
            raise ValueError("a chart has labels and series")
        for name, cells in self._rows():
            if len(cells) != len(self.labels):
                raise ValueError(f"{name}: one for each label")
        if any(each is not None and not 0 <= each <= 100 for each in self.completeness):
            raise ValueError("completeness is a share of reports")
        if self.targets and self.target is not None:
            raise ValueError("one target or one for each label")
        if fault := _FITS[self.kind](self):
            raise ValueError(f"{self.kind}: {fault}")

    def _rows(self) -> Iterable[tuple[str, tuple[Any, ...]]]:
        yield from ((series.name.en, series.cells) for series in self.series)
        yield from (
            (name, rows)
            for name in ("targets", "completeness", "places", "codes")
            if (rows := getattr(self, name))
        )


MOST_BANDS = 5
MOST_SERIES = 4


def _after(unit: Bilingual | None, lang: str) -> str:
    """ " người", " %"."""
    said = str(getattr(unit, lang, ""))
    return f"\N{NO-BREAK SPACE}{said}" if said else ""


def _one(chart: Chart) -> str:
    return "" if len(chart.series) == 1 else "one series"


def _trend(chart: Chart) -> str:
    return "" if len(chart.series) <= MOST_SERIES else f"{MOST_SERIES} series at most"


def _funnel(chart: Chart) -> str:
    if fault := _one(chart):
        return fault
    if chart.around is None or not 0 <= chart.around <= 100:
        return "the share of the whole, in percent"
    for cell in chart.series[0].cells:
        if cell.value is not None and not 0 <= cell.value <= 100:
            return "shares, in percent"
    return ""


def _map(chart: Chart) -> str:
    if fault := _one(chart):
        return fault
    if not 1 <= len(chart.bands) <= MOST_BANDS:
        return f"1 to {MOST_BANDS} bands"
    if (chart.shapes is None) == (not chart.places):
        return "places, or shapes"
    if chart.shapes is not None and not chart.codes:
        return "a code for each shape"
    edges = [(band.least, band.below) for band in chart.bands]
    if any(a[1] != b[0] for a, b in pairwise(edges)):
        return "bands that follow one another"
    return ""


def _pairs(chart: Chart) -> str:
    return "" if len(chart.series) == 2 else "two series"


_FITS = {
    Kind.TREND: _trend,
    Kind.BARS: _trend,
    Kind.STOCK: _one,
    Kind.FUNNEL: _funnel,
    Kind.CASCADE: _one,
    Kind.MAP: _map,
    Kind.PAIRS: _pairs,
}
