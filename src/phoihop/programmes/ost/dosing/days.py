"""The days of a site as its tablet opened and counted them, as far as the site's own book can take them."""

from collections.abc import Iterable
from datetime import UTC, datetime

from phoihop.base.org.models import Account, Facility
from phoihop.programmes.ost.dosing import ledger
from phoihop.programmes.ost.dosing.logs import Times
from phoihop.programmes.ost.models import Balance, CountRow, Day, LotRow
from phoihop.programmes.ost.rules.events import Count, Event, Opening


def keep(events: Iterable[Event], times: Times, facility: int) -> None:
    """Open and close days. What does not follow on the days known here stays in the log alone: a day before
    one that is open, a count of a day that nobody opened."""
    for event in events:
        body = event.body
        if isinstance(body, Opening):
            _open(body, _at(event, times), facility)
        elif isinstance(body, Count):
            _close(body, _at(event, times), facility)


def _at(event: Event, times: Times) -> datetime:
    timing = times.timings[event.digest]
    return datetime.fromtimestamp(timing.best if timing.best is not None else timing.earliest, UTC)


def _open(body: Opening, at: datetime, facility: int) -> None:
    last = Day.objects.filter(facility=facility).order_by("-day").first()
    if last is None or (last.closed_at is not None and last.day < body.day):
        Day.objects.create(facility_id=facility, day=body.day, opened_at=at)


def _close(body: Count, at: datetime, facility: int) -> None:
    day = Day.objects.filter(facility=facility, day=body.day, closed_at=None).first()
    if day is None:
        return
    site = Facility.objects.get(pk=facility)
    by = int(body.by) if body.by.isascii() and body.by.isdigit() and len(body.by) < 10 else 0
    account = Account.objects.filter(pk=by).values_list("pk", flat=True).first()
    day.closed_at, day.closed_by_id = at, account
    day.save(update_fields=["closed_at", "closed_by"])
    if account is None:
        return
    kind = ledger.serving(site).value
    lots = {row.batch: row for row in LotRow.objects.filter(batch__in=[name for name, _ in body.counted])}
    there = dict(
        Balance.objects.filter(facility=facility, kind=kind, lot__in=lots.values()).values_list(
            "lot", "quantity"
        )
    )
    CountRow.objects.bulk_create(
        [
            CountRow(
                facility_id=facility,
                day=body.day,
                kind=kind,
                lot=lots[batch],
                found=found,
                book=there.get(lots[batch].pk, 0),
                by_id=account,
            )
            for batch, found in dict(body.counted).items()
            if batch in lots
        ],
        ignore_conflicts=True,
    )
