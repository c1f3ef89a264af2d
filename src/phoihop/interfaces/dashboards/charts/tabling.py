"""The table of a chart: the same figures, as rows that a page, a screen reader and a spreadsheet can take."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from phoihop.interfaces.dashboards.charts import words
from phoihop.interfaces.dashboards.charts.limits import Standing, standing
from phoihop.interfaces.dashboards.charts.values import Cell, Chart, Kind, Label, shown
from phoihop.kernel.quantities import format_number
from phoihop.kernel.refusals import Bilingual

_PERCENT = Bilingual("%", "%")


@dataclass(frozen=True, slots=True)
class Written:
    """What stands in one place of the table. ``figure``: set to the right, as numbers are."""

    said: Bilingual
    why: Bilingual | None = None
    figure: bool = True


@dataclass(frozen=True, slots=True)
class Row:
    label: Label
    cells: tuple[Written, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """``columns``: all but the first, the chart's heading. ``figures``: which of them hold numbers."""

    columns: tuple[Bilingual, ...]
    figures: tuple[bool, ...]
    rows: tuple[Row, ...]


def table(chart: Chart) -> Table:
    """Every figure of the chart and all that is drawn beside it, a row for each label."""
    columns = list(_columns(chart))
    rows = [Row(chart.labels[index], tuple(_cells(chart, index, columns))) for index in order(chart)]
    if chart.ahead is not None:
        rows.append(_ahead(chart, len(columns)))
    return Table(
        tuple(name for name, _ in columns),
        tuple(name is not words.COMPARED for name, _ in columns),
        tuple(rows),
    )


def order(chart: Chart) -> list[int]:
    """Labels in the order in which they are shown: bars from the largest, as a ranking; others as given."""
    every = range(len(chart.labels))
    if chart.kind not in (Kind.BARS, Kind.STOCK, Kind.FUNNEL) or len(chart.series) != 1:
        return list(every)
    return sorted(every, key=lambda index: _height(chart.series[0].cells[index]))


def stands(chart: Chart, index: int) -> Standing | None:
    """Where a unit of a funnel lies beside the whole; None where that cannot be said."""
    cell = chart.series[0].cells[index]
    if cell.value is None or chart.around is None or (size := size_of(cell)) is None:
        return None
    return standing(cell.value, size, chart.around)


def size_of(cell: Cell) -> int | None:
    """How many a share is of, where that is shown and not none."""
    of = cell.denominator
    return int(of.value) if of is not None and of.value is not None and of.value >= 1 else None


def _height(cell: Cell) -> tuple[bool, Decimal]:
    known = cell.value if cell.value is not None else cell.least
    return (known is None, -(known or Decimal(0)))


def _columns(chart: Chart) -> Iterator[tuple[Bilingual, int]]:
    """Headings, and for those of a series its place; others have a place below nought."""
    for place, series in enumerate(chart.series):
        yield series.name, place
    cells = [cell for series in chart.series for cell in series.cells]
    if len(chart.series) == 1 and any(cell.numerator for cell in cells):
        yield words.NUMERATOR, -1
    if len(chart.series) == 1 and any(cell.denominator for cell in cells):
        yield words.SIZE, -2
    if chart.target is not None or chart.targets:
        yield words.TARGET, -3
    if chart.completeness:
        yield words.COMPLETENESS, -4
    if chart.kind is Kind.FUNNEL:
        yield words.COMPARED, -5
    if chart.kind is Kind.MAP:
        yield words.BAND, -6


def _cells(chart: Chart, index: int, columns: list[tuple[Bilingual, int]]) -> Iterator[Written]:
    first = chart.series[0].cells[index]
    for _, place in columns:
        match place:
            case -1:
                yield _written(first.numerator)
            case -2:
                yield _written(first.denominator)
            case -3:
                yield _amount(chart.targets[index] if chart.targets else chart.target, chart.unit)
            case -4:
                yield _amount(chart.completeness[index], _PERCENT)
            case -5:
                found = stands(chart, index)
                yield Written(words.STANDINGS[found] if found else words.NOT_COMPARED, figure=False)
            case -6:
                yield Written(band_of(chart, first), figure=False)
            case _:
                yield _written(chart.series[place].cells[index])


def band_of(chart: Chart, cell: Cell) -> Bilingual:
    """The words of the band that a figure lies in, or what stands for it."""
    if cell.value is None:
        return cell.words
    return next((band.words for band in chart.bands if cell.value in band), words.OUTSIDE)


def _ahead(chart: Chart, width: int) -> Row:
    assert chart.ahead is not None
    ahead = chart.ahead
    low, high = ((format_number(each, "vi"), format_number(each, "en")) for each in (ahead.low, ahead.high))
    said = Bilingual(
        f"{words.EXPECTED.vi}: {ahead.cell.words.vi} (khả năng {ahead.chance} %: {low[0]}–{high[0]})",
        f"{words.EXPECTED.en}: {ahead.cell.words.en} ({ahead.chance}% likely: {low[1]}–{high[1]})",
    )
    blank = Written(Bilingual("", ""))
    cells = [Written(said), *[blank] * (width - 1)]
    return Row(ahead.label, tuple(cells))


def _written(cell: Cell | None) -> Written:
    return Written(Bilingual("", "")) if cell is None else Written(cell.words, cell.why)


def _amount(value: Decimal | None, unit: Bilingual) -> Written:
    return Written(words.NONE) if value is None else Written(shown(value, unit).words)
