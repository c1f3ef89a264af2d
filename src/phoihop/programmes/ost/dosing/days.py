"""The days of a site as its tablets opened and counted them, as far as the site's own book can take them."""

from collections.abc import Collection, Iterable
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

from django.db.models import Q
from django.utils import timezone

from phoihop.base.org.models import Account, Facility
from phoihop.programmes.ost.dosing import keeping, ledger, logs
from phoihop.programmes.ost.dosing.logs import Times
from phoihop.programmes.ost.models import Balance, CountRow, Day, Device, LogEntry, LotRow, Posting
from phoihop.programmes.ost.rules.events import Count, Event, Opening
from phoihop.programmes.ost.rules.stock import Kind

_SOONER = timedelta(days=2)  # no day is told of longer than this before it begins, whatever a clock says
_SECOND = timedelta(seconds=1)  # what devices tell the time by
_BEHIND = timedelta(days=60)  # how long a day may wait for the one before it to be counted


def keep(events: Iterable[Event], times: Times, facility: int) -> None:
    """Open and close days. What does not follow on the days known here stays in the log alone until it does:
    of a day that another device counted, that one may tell later."""
    told = [event.body.day for event in events if isinstance(event.body, Opening | Count)]
    if not told:
        return
    there = _there(facility, min(told))
    while sum(_take(event, there, times, facility) for event in there):
        pass  # until nothing follows any more


def _there(facility: int, first: date) -> list[Event]:
    """Openings and counts from a day on that the log holds, in the order in which they belong."""
    today = timezone.localdate()
    since = max(min(first, today) - _SOONER, today - _BEHIND)
    rows = LogEntry.objects.filter(
        facility=facility, kind__in=[Opening.KIND, Count.KIND], proven=True, received_at__date__gte=since
    )
    found = [event for event in map(keeping.event_of, rows) if _day(event) >= first]
    return sorted(found, key=lambda e: (_day(e), isinstance(e.body, Count), e.seq, e.digest))


def _day(event: Event) -> date:
    assert isinstance(event.body, Opening | Count)
    return event.body.day


def _take(event: Event, there: Iterable[Event], times: Times, facility: int) -> bool:
    """Whether the book of days is another one by this."""
    rows = Day.objects.filter(facility=facility)
    if isinstance(event.body, Count):
        return _close(event, event.body, there, times, facility)
    day = _day(event)
    if rows.filter(Q(day__gte=day) | Q(closed_at=None)).exists():
        return False
    Day.objects.create(facility_id=facility, day=day, opened_at=_at(event, times))
    return True


def _close(event: Event, body: Count, there: Iterable[Event], times: Times, facility: int) -> bool:
    rows = Day.objects.filter(facility=facility)
    row = rows.filter(day=body.day).first()
    if row is None:
        # A later one is there already: this one was over before, so it is open for no moment.
        opened = [each for each in there if isinstance(each.body, Opening) and each.body.day == body.day]
        open_before = rows.filter(day__lt=body.day, closed_at=None).exists()
        if not opened or open_before or not rows.filter(day__gt=body.day).exists():
            return False
        row = Day(facility_id=facility, day=body.day, opened_at=_at(opened[0], times))
    if row.closed_at is not None:
        return False
    by = int(body.by) if body.by.isascii() and body.by.isdigit() and len(body.by) < 10 else 0
    account = Account.objects.filter(pk=by).values_list("pk", flat=True).first()
    row.closed_at, row.closed_by_id = _at(event, times), account
    row.save()
    if account is not None:
        _counted(event, body, row.closed_at, facility, account)
    return True


def _at(event: Event, times: Times) -> datetime:
    timing = logs.timing_of(event, times)
    return datetime.fromtimestamp(timing.best if timing.best is not None else timing.earliest, UTC)


def _counted(event: Event, body: Count, at: datetime, facility: int, account: int) -> None:
    kind = ledger.serving(Facility.objects.get(pk=facility))
    lots = {row.batch: row for row in LotRow.objects.filter(batch__in=[name for name, _ in body.counted])}
    book = _book(event, body, at, facility, kind, lots.values())
    CountRow.objects.bulk_create(
        [
            CountRow(
                facility_id=facility,
                day=body.day,
                kind=kind.value,
                lot=lots[batch],
                found=found,
                book=book.get(lots[batch].pk, Decimal(0)),
                by_id=account,
            )
            for batch, found in dict(body.counted).items()
            if batch in lots
        ],
        ignore_conflicts=True,
    )


def _book(
    event: Event, body: Count, at: datetime, facility: int, kind: Kind, lots: Iterable[LotRow]
) -> dict[int, Decimal]:
    """What should have been found of lots at a count, as holding.on_hand has it for a desk's: the book as it
    stood then, without what was not on the shelf. A tablet that was cut off for days tells of later doses in
    the same breath; those, and what was booked at the site after the count, were not missing then."""
    wanted = [row.pk for row in lots]
    there = dict(
        Balance.objects.filter(facility=facility, kind=kind.value, lot__in=wanted).values_list(
            "lot", "quantity"
        )
    )
    here = Q(facility=facility, source=kind.value) | Q(target_facility=facility, target=kind.value)
    since = Q(day__gt=body.day) | Q(day=body.day, at__gte=at + _SECOND)
    later = list(Posting.objects.filter(here, since, lot__in=wanted).select_related("minutes"))
    digests = {row.key.partition("/")[0] for row in later}
    told = {entry.digest: entry for entry in LogEntry.objects.filter(digest__in=digests)}
    desks = set(Device.objects.filter(facility=facility, kind=Device.DESK).values_list("name", flat=True))
    for row in later:
        if row.minutes is not None and row.minutes.at < at:
            continue  # booked later, and gone from the shelf before: what the minutes speak of
        entry = told.get(row.key.partition("/")[0])
        if entry is not None and row.day == body.day and _before(entry, event, at, desks):
            continue
        out = (row.facility_id, row.source) == (facility, kind.value)
        there[row.lot_id] = there.get(row.lot_id, Decimal(0)) + (row.quantity if out else -row.quantity)
    for lot, quantity in ledger.unbooked(facility, kind, at):
        there[lot.pk] = there.get(lot.pk, Decimal(0)) + quantity
    return there


def _before(entry: LogEntry, count: Event, at: datetime, desks: Collection[str]) -> bool:
    """Whether what was told of on the day of a count happened before it. The server's clock is right; what
    another tablet tells, it tells later than it happened."""
    if (entry.device, entry.incarnation) == count.log:
        return entry.seq < count.seq
    return entry.device not in desks or keeping.event_of(entry).time.wall <= at.timestamp()
