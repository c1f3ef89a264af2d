"""The table of targets: a line's words for a page, and the whole of it as a file."""

import csv
from collections.abc import Iterable
from dataclasses import dataclass
from io import StringIO

from phoihop.base.org.explain import words as said
from phoihop.coordination.plans.queries.live import Live
from phoihop.coordination.plans.queries.plans import Head
from phoihop.coordination.plans.templatetags.plans import measured, promised
from phoihop.engines.publishing.queries import Figure
from phoihop.interfaces.dashboards import words
from phoihop.interfaces.dashboards.charts.writing import guarded
from phoihop.kernel.refusals import Bilingual

_HEADINGS = (
    Bilingual("Chỉ tiêu", "Target"),
    Bilingual("Đánh giá", "Light"),
    Bilingual("Số hiện có", "Figure"),
    Bilingual("Phải đạt", "Asked"),
    Bilingual("Hạn", "Due"),
    Bilingual("Kỳ", "Period"),
    Bilingual("Từ ngày", "From"),
    Bilingual("Đến ngày", "To"),
    Bilingual("Đủ số liệu (%)", "Completeness (%)"),
    Bilingual("Dự báo", "Forecast"),
    Bilingual("Nguồn", "Source"),
    Bilingual("Lý do", "Why"),
)
_WIDTH, _HEIGHT = 96, 24  # of a small drawing of a series


@dataclass(frozen=True, slots=True)
class Line:
    """A target as its line shows it. ``points``: a small drawing of its series, "" of fewer than two."""

    live: Live
    amount: str
    period: Bilingual | None
    window: str
    points: str
    complete: int | None


def line(live: Live) -> Line:
    """A target's line."""
    figure = live.current
    if isinstance(figure, Figure):
        return Line(
            live,
            _amount(live, figure),
            words.named(figure.period),
            words.window(figure.period),
            spark(live),
            None if live.completeness is None else round(live.completeness * 100),
        )
    known = measured(figure.value, live.row.promise) if figure is not None else ""
    day = f"{figure.day:%d/%m/%Y}" if figure is not None else ""
    return Line(live, known, None, day, spark(live), None)


def _amount(live: Live, figure: Figure) -> str:
    """The number that is judged: of a count through the year, all of it since the year began."""
    if live.value is None:
        return said(words.amount(figure))
    return said(words.measured(live.value, figure.about.unit))


def spark(live: Live) -> str:
    """Points of a polyline in a box of 96 by 24: the shown values at their periods."""
    shown = [(at, point.value) for at, point in enumerate(live.series) if point.value is not None]
    if len(shown) < 2:
        return ""
    values = [value for _, value in shown]
    low, high = min(values), max(values)
    wide, span = max(1, len(live.series) - 1), high - low
    return " ".join(
        f"{2 + at * (_WIDTH - 4) / wide:.1f},"
        f"{_HEIGHT / 2 if not span else float(_HEIGHT - 3 - (value - low) * (_HEIGHT - 6) / span):.1f}"
        for at, value in shown
    )


def targets(head: Head, rows: Iterable[Live], lang: str) -> bytes:
    """The table as a file that a spreadsheet opens; it begins with whose plan it is. Text never begins a
    formula."""
    out = StringIO()
    writer = csv.writer(out)
    writer.writerow([guarded(f"{head.number} {head.name}".strip())])
    writer.writerow([])
    writer.writerow([getattr(each, lang) for each in _HEADINGS])
    for live in rows:
        made, window = line(live), _window(live)
        light = said(live.shown.words) + (f" ({said(live.mark.words)})" if live.mark else "")
        writer.writerow(
            [
                guarded(text)
                for text in (
                    live.row.text,
                    light,
                    made.amount,
                    promised(live.row.promise),
                    f"{live.row.due:%d/%m/%Y}" if live.row.due else live.row.deadline,
                    said(made.period) if made.period else "",
                    *window,
                    "" if made.complete is None else str(made.complete),
                    said(live.forecast.words) if live.forecast else "",
                    said(live.source) if live.source else "",
                    said(live.reason),
                )
            ]
        )
    return out.getvalue().encode("utf-8-sig")


def _window(live: Live) -> tuple[str, str]:
    if isinstance(live.current, Figure):
        return f"{live.current.first:%d/%m/%Y}", f"{live.current.last:%d/%m/%Y}"
    return "", f"{live.current.day:%d/%m/%Y}" if live.current is not None else ""
