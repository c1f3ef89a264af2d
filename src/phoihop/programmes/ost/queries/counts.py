"""Where a count stands: whether there is something to count, was counted once, differs, waits, or is done."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from django.db.models import Max, Q

from phoihop.base.org.doors import query
from phoihop.base.org.models import Facility
from phoihop.base.org.rules.permissions import Viewer
from phoihop.programmes.ost.dosing import ledger, reaching
from phoihop.programmes.ost.dosing.refusing import refuse
from phoihop.programmes.ost.models import Balance, CountRow, Day, LotRow, Minutes, Posting
from phoihop.programmes.ost.queries import holding
from phoihop.programmes.ost.rules.stock import Kind


class State(StrEnum):
    """``AGAIN``: counted once, and it differs; ``DIFFERS``: counted twice; ``WAITS``: for a signature."""

    NO_DAY = "no-day"
    COUNT = "count"
    AGAIN = "again"
    DIFFERS = "differs"
    WAITS = "waits"
    DONE = "done"


@dataclass(frozen=True, slots=True)
class Standing:
    """Where the count of a place stands. ``rows``: of the last attempt; ``minutes``: those that wait."""

    state: State
    day: date
    attempt: int = 0
    rows: tuple[CountRow, ...] = ()
    minutes: Minutes | None = None


def last_rows(facility: Facility, kind: Kind, day: date) -> list[CountRow]:
    """The rows of the last attempt, by expiry."""
    rows = CountRow.objects.filter(facility=facility, day=day, kind=kind.value)
    last = rows.aggregate(most=Max("attempt"))["most"]
    found = rows.filter(attempt=last).select_related("lot", "by__person")
    return list(found.order_by("lot__drug", "lot__expiry", "lot__batch"))


def standing(facility: Facility, kind: Kind, today: date) -> Standing:
    """Where the count of a place stands now. The place that doses are given from is counted for its open day,
    a store for today. Refusal("count-not-here"): no such place at this site."""
    serving = ledger.serving(facility)
    if kind is not serving and (kind is not Kind.STORE or facility.parent_id is not None):
        raise refuse("count-not-here")
    day = today
    if kind is serving:
        open_day = Day.objects.filter(facility=facility, closed_at=None).first()
        if open_day is None:
            return _after_closing(facility, kind, today)
        day = open_day.day
    rows = tuple(last_rows(facility, kind, day))
    if not rows:
        return Standing(State.COUNT, day)
    attempt = rows[0].attempt
    papers = _papers(facility, kind, day)
    waiting = next((each for each in papers if each.state == Minutes.OPEN), None)
    if waiting is not None:
        return Standing(State.WAITS, day, attempt, rows, waiting)
    if all(row.found == row.book for row in rows) or any(each.state == Minutes.BOOKED for each in papers):
        # The day of a serving place would be closed then: it was opened anew by nobody.
        return Standing(State.DONE, day, attempt, rows)
    withdrawn = [each.at for each in papers if each.state == Minutes.WITHDRAWN]
    first = CountRow.objects.filter(facility=facility, day=day, kind=kind.value)
    since = first.filter(at__gt=max(withdrawn)) if withdrawn else first
    tries = since.values("attempt").distinct().count()
    if tries == 0:
        return Standing(State.COUNT, day, attempt)
    return Standing(State.AGAIN if tries == 1 else State.DIFFERS, day, attempt, rows)


def _after_closing(facility: Facility, kind: Kind, today: date) -> Standing:
    """Where no day is open: a tablet closes its day by its count alone, and a difference that it found still
    wants its minutes. Once something moved, the next count tells of it."""
    last = Day.objects.filter(facility=facility).order_by("-day").first()
    rows = tuple(last_rows(facility, kind, last.day)) if last is not None else ()
    if last is None or all(row.found == row.book for row in rows):
        return Standing(State.NO_DAY, today)
    papers = _papers(facility, kind, last.day)
    waiting = next((each for each in papers if each.state == Minutes.OPEN), None)
    if waiting is not None:
        return Standing(State.WAITS, last.day, rows[0].attempt, rows, waiting)
    if any(each.state == Minutes.BOOKED for each in papers) or moved_since(facility, kind, rows):
        return Standing(State.NO_DAY, today)
    return Standing(State.DIFFERS, last.day, rows[0].attempt, rows)


def _papers(facility: Facility, kind: Kind, day: date) -> list[Minutes]:
    rows = Minutes.objects.filter(facility=facility, kind="count", day=day).prefetch_related("lines")
    return [
        each for each in rows if any(kind.value in (line.source, line.target) for line in each.lines.all())
    ]


def moved_since(facility: Facility, kind: Kind, rows: Collection[CountRow]) -> bool:
    """Whether something moved at a place since these rows were counted."""
    counted = max(row.at for row in rows)
    moved = Posting.objects.filter(
        Q(facility=facility, source=kind.value) | Q(target_facility=facility, target=kind.value),
        at__gt=counted,
    )
    # What minutes of before the count speak of was gone when somebody counted.
    return moved.exclude(minutes__at__lt=counted).exists()


@dataclass(frozen=True, slots=True)
class Sheet:
    """What whoever counts is shown. ``lots``: those that have to be counted; ``others``: more that could be
    found there. No quantity before the second count. ``own``: the viewer gave doses that day, and does not
    count."""

    standing: Standing
    lots: tuple[LotRow, ...]
    others: tuple[LotRow, ...]
    own: bool


@query("ost.stock_see_count", "Xem phiếu kiểm kê", "See the sheet of a count", of="facility")
def sheet(viewer: Viewer, *, facility: Facility, kind: Kind) -> Sheet:
    """The sheet of a place: which lots, never how much. Refusal("count-not-here")."""
    with reaching.centre(viewer.account, facility.pk):
        now = standing(facility, kind, viewer.day)
        there = holding.on_hand(facility.pk, kind)
        lots = [row for row, _ in sorted(there.values(), key=lambda each: (each[0].drug, each[0].expiry))]
        # What lies elsewhere in the house may have been put here.
        known = Balance.objects.filter(facility=facility, lot__expiry__gte=viewer.day)
        pks = {row.pk for row in lots}
        others = {each.lot_id: each.lot for each in known.select_related("lot") if each.lot_id not in pks}
        more = sorted(others.values(), key=lambda row: (row.expiry, row.batch))
        own = str(viewer.account) in holding.handed_out_by(facility.pk, now.day)
        return Sheet(now, tuple(lots), tuple(more), own)
