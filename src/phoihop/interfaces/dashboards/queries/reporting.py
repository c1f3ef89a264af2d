"""What can be reported by hand: which figures, of which places and periods, and what was reported last."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from phoihop.base.org.explain import words as said
from phoihop.base.org.queries.naming import units_of
from phoihop.base.org.queries.units import full_name
from phoihop.base.org.rules.permissions import Viewer
from phoihop.engines.publishing import queries as published
from phoihop.engines.publishing import registering, storing
from phoihop.engines.publishing.registering import Reported
from phoihop.interfaces.dashboards import words
from phoihop.kernel.calendars import SPANS, Calendar, Period, Span, period_of
from phoihop.kernel.refusals import Bilingual

BACK = {Span.MONTH: 6, Span.QUARTER: 5, Span.HALF: 3, Span.YEAR: 3}


@dataclass(frozen=True, slots=True)
class Entry:
    """The last value of a figure; ``row`` None where nothing was ever reported."""

    figure: Reported
    row: Any
    period: Bilingual | None
    place: str


def reported(viewer: Viewer, *, agency: Any) -> tuple[Entry, ...]:
    """Every figure that can be reported, with the agency's last value; those with one first. A refusal is
    the door's own."""
    last = {row.code: row for row in reversed(published.reported(viewer, agency=agency))}
    entries = [_entry(figure, last.get(code)) for code, figure in registering.REPORTED.items()]
    return tuple(sorted(entries, key=lambda each: (each.row is None, said(each.figure.name))))


def _entry(figure: Reported, row: Any) -> Entry:
    if row is None:
        return Entry(figure, None, None, "")
    place = full_name(row.unit) if row.unit is not None else ""
    return Entry(figure, row, words.named(storing.period_of(row)), place)


def places(agency: Any, day: date) -> dict[str, tuple[str, Any]]:
    """The agency's own unit and those right below it, by their keys; of one without a unit, everywhere."""
    found: dict[str, tuple[str, Any]] = {unit.key: (full_name(unit), unit) for unit in units_of(agency, day)}
    return found or {"": (said(Bilingual("Toàn bộ", "Everywhere")), None)}


def periods(day: date) -> dict[str, Period]:
    """The present period and those just before it, of each length and calendar in use today."""
    found = {}
    for calendar in (Calendar.STATE, Calendar.CIVIL):
        for span in sorted(SPANS[calendar], key=lambda each: -each.months):
            now = period_of(calendar, span, day)
            for back in range(BACK[span]):
                period = now.next(-back)
                found[f"{calendar}-{span}-{period.year}-{period.number}"] = period
    return found


def offered(periods: dict[str, Period]) -> Iterable[tuple[Span, list[tuple[str, str]]]]:
    """The same for a chooser: by length, each with its days, by which calendars are told apart."""
    for span in (Span.YEAR, Span.HALF, Span.QUARTER, Span.MONTH):
        some = [
            (key, f"{said(words.named(period))} ({words.window(period)})")
            for key, period in periods.items()
            if period.span is span
        ]
        if some:
            yield span, some
