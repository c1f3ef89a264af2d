"""A chart's figures as a file of comma-separated values, which a spreadsheet opens as it is.

The file says of itself what it is: the finding, the source and how fresh it is stand over the figures, so
that a copy without its page is not a number without a source. Figures stand both as people read them and as
a machine does; a hidden figure has its words and no number.
"""

import csv
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from io import StringIO

from phoihop.interfaces.dashboards.charts import words
from phoihop.interfaces.dashboards.charts.tabling import order, stands
from phoihop.interfaces.dashboards.charts.values import Cell, Chart, Kind, Label
from phoihop.kernel.refusals import Bilingual

# A spreadsheet takes a text that begins so for a formula, or for the beginning of one.
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")

_HEADINGS = (
    Bilingual("Từ ngày", "From"),
    Bilingual("Đến ngày", "To"),
    Bilingual("Số liệu", "Figure"),
    Bilingual("Viết là", "Written"),
    Bilingual("Giá trị", "Value"),
    Bilingual("Nhỏ nhất", "Least"),
    Bilingual("Lớn nhất", "Most"),
    words.NUMERATOR,
    words.SIZE,
    words.TARGET,
    words.COMPLETENESS,
    Bilingual("Đơn vị tính", "Unit"),
    Bilingual("Cách công bố", "How it is published"),
    Bilingual("Lý do", "Why"),
)


def to_csv(chart: Chart, lang: str = "vi") -> bytes:
    """UTF-8 with a byte order mark, lines ended by CR LF; headings and words in ``lang`` ("vi" or "en").

    Commas part the columns and numbers have a point for decimals, as office programs with English settings
    and every program that reads data expect: office machines here mostly have them. Text never begins a
    formula. The same chart gives the same bytes.
    """
    out = StringIO()
    writer = csv.writer(out, quoting=csv.QUOTE_MINIMAL)
    for row in _rows(chart, lang):
        writer.writerow(row)
    return out.getvalue().encode("utf-8-sig")


def file_name(chart: Chart, ending: str) -> str:
    """Of the key alone: a name in a folder of downloads says nothing of anybody's health."""
    return f"{chart.key}.{ending}"


def guarded(text: str) -> str:
    """The text, with a quote before what a spreadsheet would calculate."""
    return f"'{text}" if text.lstrip(" ").startswith(_FORMULA) else text


def _rows(chart: Chart, lang: str) -> Iterator[list[str]]:
    for about in (chart.title, chart.subject):
        yield [_say(about, lang)]
    yield [_say(words.SOURCE, lang), _say(chart.source, lang)]
    yield [_say(chart.freshness, lang)]
    if chart.note is not None:
        yield [_say(chart.note, lang)]
    yield []
    headings = [chart.heading, *_HEADINGS]
    if chart.kind is Kind.FUNNEL:
        headings.append(words.COMPARED)
    yield [_say(each, lang) for each in headings]
    for index in order(chart):
        for series in chart.series:
            row = _row(chart, chart.labels[index], series.name, series.cells[index], lang)
            row[10] = _number(chart.targets[index] if chart.targets else chart.target)
            row[11] = _number(chart.completeness[index]) if chart.completeness else ""
            if chart.kind is Kind.FUNNEL:
                found = stands(chart, index)
                row.append(_say(words.STANDINGS[found] if found else words.NOT_COMPARED, lang))
            yield row
    if (ahead := chart.ahead) is not None:
        row = _row(chart, ahead.label, words.EXPECTED, ahead.cell, lang)
        row[6], row[7], row[10] = _number(ahead.low), _number(ahead.high), _number(chart.target)
        yield row


def _row(chart: Chart, label: Label, name: Bilingual, cell: Cell, lang: str) -> list[str]:
    window = label.window
    return [
        _say(label.said, lang),
        _day(window.first) if window else "",
        _day(window.last) if window else "",
        _say(name, lang),
        _say(cell.words, lang),
        _number(cell.value),
        _number(cell.least),
        _number(cell.most),
        _told(cell.numerator, lang),
        _told(cell.denominator, lang),
        "",
        "",
        _say(chart.unit, lang),
        _say(words.STATES[cell.state], lang),
        _say(cell.why, lang),
    ]


def _told(cell: Cell | None, lang: str) -> str:
    """A numerator or denominator: its number, or what stands for it."""
    if cell is None:
        return ""
    return _number(cell.value) or _say(cell.words, lang)


def _say(said: Bilingual | None, lang: str) -> str:
    if said is None:
        return ""
    return guarded(said.en if lang == "en" else said.vi)


def _number(value: Decimal | None) -> str:
    return "" if value is None else f"{value.normalize():f}"


def _day(day: date) -> str:
    return f"{day:%d/%m/%Y}"
