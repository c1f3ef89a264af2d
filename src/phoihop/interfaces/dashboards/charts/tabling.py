"""The table of a chart: the same figures, as rows that a page, a screen reader and a spreadsheet can take."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from decimal import Decimal

from phoihop.interfaces.dashboards.charts import words
from phoihop.interfaces.dashboards.charts.limits import Standing, standing
from phoihop.interfaces.dashboards.charts.values import Ahead, Cell, Chart, Kind, Label, shown
from phoihop.kernel.quantities import format_number
from phoihop.kernel.refusals import Bilingual

PERCENT = Bilingual("%", "%")
_BLANK = Bilingual("", "")


@dataclass(frozen=True, slots=True)
class Written:
    """What stands in one place. ``why``: why a figure stands so. ``figure``: set to the right."""

    said: Bilingual
    why: Bilingual | None = None
    figure: bool = True


@dataclass(frozen=True, slots=True)
class Row:
    """A label and what stands beside it; ``index``: which label of the chart, None for what is expected."""

    label: Label
    cells: tuple[Written, ...]
    index: int | None


@dataclass(frozen=True, slots=True)
class Table:
    """``columns``: the headings, without the first, which is the chart's own."""

    columns: tuple[Written, ...]
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class _Column:
    heading: Bilingual
    at: Callable[[int], Written]
    figure: bool = True


def table(chart: Chart) -> Table:
    """Every figure of the chart and all that is drawn beside it, a row for each label."""
    columns = list(_columns(chart))
    rows = [
        Row(chart.labels[index], tuple(each.at(index) for each in columns), index) for index in order(chart)
    ]
    if chart.ahead is not None:
        rest = [Written(_BLANK)] * (len(columns) - 1)
        rows.append(Row(chart.ahead.label, (Written(expected(chart.ahead)), *rest), None))
    return Table(tuple(Written(each.heading, figure=each.figure) for each in columns), tuple(rows))


def order(chart: Chart) -> list[int]:
    """Labels in the order in which they are shown: of a funnel by their shares, otherwise as given."""
    every = range(len(chart.labels))
    if chart.kind is not Kind.FUNNEL:
        return list(every)
    return sorted(every, key=lambda index: _height(chart.series[0].cells[index]))


def stands(chart: Chart, index: int) -> Standing | None:
    """Where a unit of a funnel lies beside the whole; None where that cannot be said."""
    cell = chart.series[0].cells[index]
    size = size_of(cell)
    if cell.value is None or chart.around is None or size is None:
        return None
    return standing(cell.value, size, chart.around)


def size_of(cell: Cell) -> int | None:
    """How many a share is of, where that is shown and not none."""
    of = cell.denominator
    return int(of.value) if of is not None and of.value is not None and of.value >= 1 else None


def band_of(chart: Chart, cell: Cell) -> int | None:
    """Which band of a map a figure lies in; None outside them, or where there is no figure."""
    if cell.value is None:
        return None
    return next((index for index, band in enumerate(chart.bands) if cell.value in band), None)


def expected(ahead: Ahead) -> Bilingual:
    """ "Dự báo: 94,1 % (khả năng 80 %: 92–96)"."""
    likely = f"{format_number(ahead.low)}–{format_number(ahead.high)}"
    return Bilingual(
        f"{words.EXPECTED.vi}: {ahead.cell.words.vi} (khả năng {ahead.chance} %: {likely})",
        f"{words.EXPECTED.en}: {ahead.cell.words.en} ({ahead.chance} % likely: {likely})",
    )


def _height(cell: Cell) -> tuple[bool, Decimal]:
    known = cell.value if cell.value is not None else cell.least
    return (known is None, -(known or Decimal(0)))


def _columns(chart: Chart) -> Iterator[_Column]:
    for series in chart.series:
        yield _Column(series.name, lambda index, cells=series.cells: _written(cells[index]))  # type: ignore[misc]
    cells = chart.series[0].cells
    if len(chart.series) == 1:
        if any(cell.numerator for cell in cells):
            yield _Column(words.NUMERATOR, lambda index: _written(cells[index].numerator))
        if any(cell.denominator for cell in cells):
            yield _Column(words.SIZE, lambda index: _written(cells[index].denominator))
    if chart.target is not None:
        yield _Column(words.TARGET, lambda index: _amount(chart.target, chart.unit))
    if chart.targets:
        yield _Column(words.TARGET, lambda index: _amount(chart.targets[index], chart.unit))
    if chart.completeness:
        yield _Column(words.COMPLETENESS, lambda index: _reports(chart.completeness[index]))
    if chart.kind is Kind.FUNNEL:
        yield _Column(words.COMPARED, lambda index: _compared(chart, index), figure=False)
    if chart.kind is Kind.MAP:
        yield _Column(words.BAND, lambda index: _banded(chart, cells[index]), figure=False)


def _written(cell: Cell | None) -> Written:
    return Written(_BLANK) if cell is None else Written(cell.words, cell.why)


def _amount(value: Decimal | None, unit: Bilingual) -> Written:
    return Written(words.NONE) if value is None else Written(shown(value, unit).words)


def _reports(value: Decimal | None) -> Written:
    return Written(words.UNCLEAR) if value is None else _amount(value, PERCENT)


def _compared(chart: Chart, index: int) -> Written:
    found = stands(chart, index)
    return Written(words.STANDINGS[found] if found else words.NOT_COMPARED, figure=False)


def _banded(chart: Chart, cell: Cell) -> Written:
    found = band_of(chart, cell)
    outside = words.OUTSIDE if cell.value is not None else cell.words
    return Written(outside if found is None else chart.bands[found].words, figure=False)
