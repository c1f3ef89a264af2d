"""What can be reported by hand: which figures, of which places and periods, and what was reported last."""

from collections import defaultdict
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
class Value:
    """What was reported of one place and period; ``corrected``: something else was since, and counts."""

    row: Any
    period: Bilingual
    place: str
    corrected: bool


@dataclass(frozen=True, slots=True)
class Entry:
    """A figure with what was reported of it: the last period first, of one period the last entry."""

    figure: Reported
    values: tuple[Value, ...]


def reported(viewer: Viewer, *, agency: Any) -> tuple[Entry, ...]:
    """Every figure that can be reported, with all that the agency said of it; those with something first. A
    refusal is the door's own."""
    rows: dict[str, list[Any]] = defaultdict(list)
    for row in published.reported(viewer, agency=agency):
        rows[row.code].append(row)
    entries = [Entry(figure, _values(rows[code])) for code, figure in registering.REPORTED.items()]
    return tuple(sorted(entries, key=lambda each: (not each.values, said(each.figure.name))))


def _values(rows: Iterable[Any]) -> tuple[Value, ...]:
    """``rows``: the newest first."""
    seen: set[tuple[int | None, Period]] = set()
    found = []
    for row in rows:
        period = storing.period_of(row)
        of = (row.unit_id, period)
        place = full_name(row.unit) if row.unit is not None else ""
        found.append((period, Value(row, words.named(period), place, of in seen)))
        seen.add(of)
    found.sort(key=lambda each: (each[0].window.last, each[0].window.first), reverse=True)
    return tuple(value for _, value in found)


def stands(viewer: Viewer, *, agency: Any, code: str, unit: Any, period: Period, **told: Any) -> bool:
    """Whether the last entry of a place and period says just this."""
    rows = published.reported(viewer, agency=agency, code=code)
    of = unit.pk if unit is not None else None
    last = next((row for row in rows if row.unit_id == of and storing.period_of(row) == period), None)
    return last is not None and all(getattr(last, name) == value for name, value in told.items())


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
