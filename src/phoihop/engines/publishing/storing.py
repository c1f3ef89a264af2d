"""Figures written into the tables: what changed alone, all of one version in one transaction."""

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db.models import Q

from phoihop.engines.indicators import disclosing
from phoihop.engines.indicators.disclosing import State
from phoihop.engines.publishing import rules
from phoihop.engines.publishing.counting import Counted, Place
from phoihop.engines.publishing.models import Number, Release, Told
from phoihop.engines.publishing.rules import Days, Group
from phoihop.kernel.calendars import Calendar, Period, Span

_TOGETHER = 2_000  # rows in one statement
_KEY = ("facility_id", "unit_id", "calendar", "span", "year", "number", "split")
_TRUE = ("numerator", "denominator", "people", "completeness")
_TOLD = (
    *(f"{part}{end}" for part in ("numerator", "denominator") for end in ("_state", "", "_least", "_most")),
    "completeness",
)
_Names = tuple[Any, ...]


def place_of(row: Number | Told) -> Place:
    return Place(row.facility_id, row.unit_id)


def period_of(row: Any) -> Period:
    """The period that a row names."""
    return Period(Calendar(row.calendar), Span(row.span), row.year, row.number)


def line_of(row: Told) -> disclosing.Line:
    """What a row tells."""

    def told(part: str) -> disclosing.Told | None:
        state = getattr(row, f"{part}_state")
        if not state:
            return None
        least = getattr(row, f"{part}_least")
        band = None if least is None else (least, getattr(row, f"{part}_most"))
        return disclosing.Told(State(state), getattr(row, part), band)

    numerator = told("numerator")
    assert numerator is not None
    return disclosing.Line(numerator, told("denominator"))


def before(release: Release, code: str, version: int) -> dict[tuple[Days, Place, Group], disclosing.Line]:
    """What is out of a version, in this release and in earlier ones: the first that was told of a figure."""
    rows = Told.objects.filter(code=code, version=version).exclude(release__released_to="internal")
    found: dict[tuple[Days, Place, Group], disclosing.Line] = {}
    for row in rows.order_by("release_id", "told_at", "pk"):
        found.setdefault(((row.first, row.last), place_of(row), rules.read(row.split)), line_of(row))
    return found


Figure = tuple[Period, Place, Group]


def write_numbers(
    common: Mapping[str, Any],
    figures: Mapping[Figure, tuple[Counted, Decimal | None]],
    borders: Mapping[int, date | None],
    now: datetime,
) -> int:
    """Let the true figures of a version be these, in the periods that they are of; how many rows changed."""
    release = common["release"]
    wanted = {}
    for (period, place, group), (counted, complete) in figures.items():
        if not group or counted.numerator or counted.denominator or counted.people:
            row = Number(
                **common,
                **_of(period, place, group, borders),
                numerator=counted.numerator,
                denominator=counted.denominator,
                people=counted.people,
                completeness=complete,
                computed_at=now,
            )
            wanted[_names(row)] = row
    there = Number.objects.filter(code=common["code"], version=common["version"])
    touched = {_names_of_period(period) for period, _, _ in figures}
    changed = _put(Number, wanted, there, _TRUE, touched)
    there.exclude(release=release).update(release=release)
    return changed


def write_told(
    common: Mapping[str, Any],
    lines: Mapping[Figure, tuple[disclosing.Line, Decimal | None]],
    borders: Mapping[int, date | None],
    now: datetime,
) -> int:
    """Let a release tell this of a version; how many rows changed."""
    release = common["release"]
    wanted = {}
    for (period, place, group), (line, complete) in lines.items():
        row = Told(
            **common,
            **_of(period, place, group, borders),
            **_told("numerator", line.numerator),
            **_told("denominator", line.denominator),
            completeness=complete,
            told_at=now,
            released_to=release.released_to,
        )
        wanted[_names(row)] = row
    there = Told.objects.filter(code=common["code"], version=common["version"], release=release)
    # What is out stays, also of a place that the programme has left.
    return _put(Told, wanted, there, _TOLD, set() if release.is_out else None)


def _put(
    model: Any, wanted: dict[_Names, Any], there: Any, columns: tuple[str, ...], periods: set[_Names] | None
) -> int:
    """Write what is new or differs, remove what is not wanted (in these periods alone, where given)."""
    kept, gone = set(), []
    for row in there.iterator(chunk_size=_TOGETHER):
        names = _names(row)
        new = wanted.get(names)
        if new is None:
            if periods is None or names[2:6] in periods:
                gone.append(row.pk)
        elif all(getattr(row, each) == getattr(new, each) for each in columns):
            kept.add(names)
    if gone:
        model.objects.filter(Q(pk__in=gone)).delete()
    changed = [row for names, row in wanted.items() if names not in kept]
    stamp = "computed_at" if model is Number else "told_at"
    unique = [each.removesuffix("_id") for each in _KEY]
    model.objects.bulk_create(
        changed,
        batch_size=_TOGETHER,
        update_conflicts=True,
        unique_fields=["code", "version", *unique]
        if model is Number
        else ["release", "code", "version", *unique],
        update_fields=[*columns, stamp, "first", "last", "borders"],
    )
    return len(changed) + len(gone)


def _names(row: Any) -> _Names:
    return tuple(getattr(row, each) for each in _KEY)


def _names_of_period(period: Period) -> _Names:
    return str(period.calendar), str(period.span), period.year, period.number


def _of(period: Period, place: Place, group: Group, borders: Mapping[int, date | None]) -> dict[str, Any]:
    window = period.window
    return {
        "facility_id": place.facility,
        "unit_id": place.unit,
        "borders": None if place.unit is None else borders.get(place.unit),
        "calendar": str(period.calendar),
        "span": str(period.span),
        "year": period.year,
        "number": period.number,
        "first": window.first,
        "last": window.last,
        "split": rules.written(group),
    }


def _told(part: str, told: disclosing.Told | None) -> dict[str, Any]:
    if told is None:
        return {f"{part}_state": ""}
    least, most = told.band or (None, None)
    return {
        f"{part}_state": str(told.state),
        part: told.value,
        f"{part}_least": least,
        f"{part}_most": most,
    }
