"""The stock report in the official columns: a point's of a month, a facility's of a quarter."""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from functools import partial

from django.db.models import Case, Q, Sum, Value, When

from phoihop.base.org.doors import query
from phoihop.base.org.models import Facility
from phoihop.base.org.rules.permissions import Viewer
from phoihop.kernel.calendars import months_later
from phoihop.programmes.ost.dosing import ledger, reaching
from phoihop.programmes.ost.models import Lease, LotRow, OrderRow, Posting, StockSaid
from phoihop.programmes.ost.models.shared import OST
from phoihop.programmes.ost.queries import values
from phoihop.programmes.ost.rules import forecast
from phoihop.programmes.ost.rules.amounts import Drug, Presentation
from phoihop.programmes.ost.rules.forecast import Due, StockReport
from phoihop.programmes.ost.rules.parameters import Rulebook
from phoihop.programmes.ost.rules.stock import Kind, Movement, Place

PERIOD = re.compile(r"(20\d\d)-(0[1-9]|1[0-2]|Q[1-4])")
SHOWN = 6  # periods listed
_DAY = timedelta(days=1)
_SHELVES = (Kind.STORE, Kind.DAILY, Kind.POINT)
see = partial(query, "ost.stock_see_reports", "Xem báo cáo thuốc", "See stock reports", of="facility")


@dataclass(frozen=True, slots=True)
class Period:
    """A month ("2026-10") or a quarter ("2026-Q3"), from its first to its last day."""

    code: str
    first: date
    last: date

    @property
    def quarter(self) -> str:
        """I to IV, as documents number quarters; empty for a month."""
        return ("I", "II", "III", "IV")[(self.first.month - 1) // 3] if "Q" in self.code else ""


def period_of(code: str, facility: Facility) -> Period | None:
    """The period that an address names, if this site has such: months at a point, quarters at a facility."""
    match = PERIOD.fullmatch(code)
    if match is None or ("Q" in code) is (facility.parent_id is not None):
        return None
    return _period(int(match[1]), match[2])


def _period(year: int, part: str) -> Period:
    quarter = part.startswith("Q")
    first = date(year, int(part[1]) * 3 - 2 if quarter else int(part), 1)
    return Period(f"{year}-{part}", first, months_later(first, 3 if quarter else 1) - _DAY)


def period_at(day: date, facility: Facility) -> Period:
    """The period of a site that a day lies in."""
    if facility.parent_id is not None:
        return _period(day.year, f"{day.month:02d}")
    return _period(day.year, f"Q{(day.month - 1) // 3 + 1}")


def due(period: Period, facility: Facility, book: Rulebook) -> Due:
    """By when the report of a period is sent."""
    if facility.parent_id is not None:
        return forecast.point_report_due(period.first, book)
    return forecast.facility_report_due(period.first, book)


def recent(day: date, facility: Facility, count: int = SHOWN) -> list[Period]:
    """The present period of a site and those before it."""
    found = [period_at(day, facility)]
    while len(found) < count:
        found.append(period_at(found[-1].first - _DAY, facility))
    return found


def sites_under(facility: Facility) -> list[int]:
    """A site with the points that belong to it."""
    points = Facility.objects.filter(parent=facility, programmes__contains=[OST])
    return [facility.pk, *points.order_by("pk").values_list("pk", flat=True)]


def movements(sites: Collection[int], first: date, last: date) -> list[Movement]:
    """Every movement in and out of the shelves of sites, summed by lot and ends: what lies before the period
    as of the day before it, what lies in it as of its first day. One statement, however many doses."""
    kinds = [kind.value for kind in _SHELVES]
    at = Q(facility__in=sites, source__in=kinds) | Q(target_facility__in=sites, target__in=kinds)
    summed = (
        Posting.objects.filter(at, day__lte=last)
        .annotate(before=Case(When(day__lt=first, then=Value(True)), default=Value(False)))
        .values("lot", "facility", "source", "target_facility", "target", "before")
        .annotate(amount=Sum("quantity"))
        .order_by("lot", "facility", "source", "target_facility", "target", "before")
    )
    rows = list(summed)
    lots = {row.pk: ledger.lot_of(row) for row in LotRow.objects.filter(pk__in={row["lot"] for row in rows})}
    return [
        Movement(
            "",
            first - _DAY if row["before"] else first,
            lots[row["lot"]],
            Place(Kind(row["source"]), str(row["facility"])),
            Place(Kind(row["target"]), str(row["target_facility"])),
            row["amount"],
        )
        for row in rows
    ]


def patients(sites: Collection[int], on: date) -> Mapping[Drug, int]:
    """How many of those whom sites serve on a day are on each medicine, by their last order until then.
    Counts and nothing of anybody; in the centre's scope."""
    served = Lease.objects.filter(
        Q(last=None) | Q(last__gte=on), facility__in=sites, first__lte=on, aside=None
    )
    newest = (
        OrderRow.objects.filter(person__in=served.values("person"), start__lte=on)
        .order_by("person", "-start", "-pk")
        .distinct("person")
        .values_list("drug", flat=True)
    )
    drugs = list(newest)
    return {drug: drugs.count(drug.value) for drug in Drug}


def figures(
    facility: Facility, period: Period, expected: Mapping[Presentation, int], book: Rulebook
) -> tuple[StockReport, ...]:
    """The report as the books have it now, a row for each medicine ever there. In the centre's scope."""
    sites = sites_under(facility)
    moved = movements(sites, period.first, period.last)
    places = {Place(kind, str(site)) for site in sites for kind in _SHELVES}
    served = patients(sites, period.last)
    there = sorted({each.lot.presentation for each in moved}, key=lambda each: (each.drug, each.strength))
    return tuple(
        forecast.report(
            moved,
            places,
            each,
            period.first,
            period.last,
            patients=served[each.drug],
            expected=expected.get(each, 0),
            book=book,
        )
        for each in there
    )


@dataclass(frozen=True, slots=True)
class Row:
    """One medicine of a report. ``cells``: what is shown, in the order of forecast.HEADINGS; of a report that
    was sent as it was. ``now``: what the books say now; ``changed``: the columns that differ."""

    presentation: Presentation
    cells: tuple[Decimal, ...]
    now: tuple[Decimal, ...]
    changed: frozenset[int]


@dataclass(frozen=True, slots=True)
class Report:
    """A site's report of a period. ``sent``: the last row that was sent, for who and when."""

    facility: Facility
    period: Period
    rows: tuple[Row, ...]
    due: Due
    sent: StockSaid | None


def said(facility: Facility, period: Period) -> dict[Presentation, StockSaid]:
    """What was sent last of a period, by medicine."""
    rows = StockSaid.objects.filter(facility=facility, first=period.first, last=period.last)
    rows = rows.order_by("drug", "strength", "-pk").distinct("drug", "strength")
    return {Presentation(Drug(row.drug), row.strength): row for row in rows.select_related("by__person")}


_EXPECTED, _FORECAST = 8, 9


@see()
def report(viewer: Viewer, *, facility: Facility, period: Period) -> Report:
    """The report of a period: as it was sent, with what has changed since; or as it would be sent now."""
    book = values.book()
    frozen = said(facility, period)
    expected = {each: int(Decimal(row.cells[_EXPECTED])) for each, row in frozen.items()}
    with reaching.centre(viewer.account, facility.pk):
        found = figures(facility, period, expected, book)
    rows = []
    for each in found:
        now, kept = each.cells(), frozen.get(each.presentation)
        cells = tuple(map(Decimal, kept.cells)) if kept is not None else now
        changed = frozenset(n for n, (was, has) in enumerate(zip(cells, now, strict=True)) if was != has)
        rows.append(Row(each.presentation, cells, now, changed))
    last = max(frozen.values(), key=lambda row: row.pk, default=None)
    return Report(facility, period, tuple(rows), due(period, facility, book), last)


@dataclass(frozen=True, slots=True)
class Owed:
    """A period of a site with its last day and when it was sent; ``late``: its day has passed unsent."""

    period: Period
    due: Due
    sent: StockSaid | None
    late: bool


@query("ost.stock_see_periods", "Xem các kỳ báo cáo thuốc", "See the periods of stock reports", of="facility")
def periods(viewer: Viewer, *, facility: Facility) -> tuple[Owed, ...]:
    """The last periods of a site, the present one first."""
    found = recent(viewer.day, facility)
    rows = StockSaid.objects.filter(facility=facility, first__gte=found[-1].first).select_related(
        "by__person"
    )
    sent = {row.first: row for row in rows.order_by("pk")}
    book = values.book()
    return tuple(
        Owed(
            each,
            (until := due(each, facility, book)),
            sent.get(each.first),
            each.first not in sent and until.day is not None and until.day < viewer.day,
        )
        for each in found
    )
