"""Counting a place: blind, by somebody who gave nothing that day; a difference is minuted and signed by two.

The first count that differs says of which lots, and nothing more: it may be a slip of the pen. The second one
shows the book. Then whoever counted says why, another person signs, and the day is closed.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.utils import timezone

from phoihop.base.org.doors import action
from phoihop.base.org.models import Facility
from phoihop.base.org.rules.permissions import Viewer
from phoihop.kernel.refusals import Refusal
from phoihop.programmes.ost.actions import stocking_papers as papers
from phoihop.programmes.ost.actions.stocking_papers import Line
from phoihop.programmes.ost.dosing import ledger, reaching
from phoihop.programmes.ost.dosing.refusing import refuse
from phoihop.programmes.ost.models import CountRow, Day, LotRow, Minutes
from phoihop.programmes.ost.queries import counts, holding, values
from phoihop.programmes.ost.queries.counts import State
from phoihop.programmes.ost.rules import counting as rules
from phoihop.programmes.ost.rules.parameters import Decision
from phoihop.programmes.ost.rules.stock import Kind, Lot

_MINUTED = {"count-minutes", "count-signatures"}  # refusals that minutes answer, later


@dataclass(frozen=True, slots=True)
class Counted:
    """What became of a count. ``lots``: batches that differ, after a first count without how much."""

    state: State
    lots: tuple[LotRow, ...] = ()


@action("ost.stock_count", "Kiểm kê", "Count the medicine", of="facility")
def count(*, by: Viewer, facility: Facility, kind: Kind, found: Mapping[int, Decimal]) -> Counted:
    """Write down what was found of each lot (``found``: by the lot's number) at a place.

    A count of the place that doses are given from closes the open day, where it agrees with the book.
    Refusal: "count-not-here", "count-no-day", "count-done", "count-waits" for a signature; "count-own" for
    whoever gave doses that day; "count-incomplete"; "amount-…".
    """
    with reaching.centre(by.account, facility.pk):
        papers.alone(facility.pk)
        now = counts.standing(facility, kind, by.day)
        _may(now)
        book = holding.on_hand(facility.pk, kind)
        known = {row.pk: row for row in LotRow.objects.filter(pk__in=found)}
        if known.keys() != found.keys():
            raise refuse("count-lots-changed")
        said = {ledger.lot_of(known[number]): quantity for number, quantity in found.items()}
        closing = _closing(facility, kind, now.day, book, rules.Count(str(by.account), said), None)
        _stop(closing.decision, but=_MINUTED)
        rows = {ledger.lot_of(row): row for row in known.values()}
        CountRow.objects.bulk_create(
            CountRow(
                facility=facility,
                day=now.day,
                kind=kind.value,
                lot=rows[lot],
                attempt=now.attempt + 1,
                found=quantity,
                book=book.get(lot, (rows[lot], Decimal(0)))[1],
                by_id=by.account or 0,
            )
            for lot, quantity in said.items()
        )
        differing = tuple(rows[each.lot] for each in closing.differences)
        if closing.decision.allowed:
            _close(facility, kind, now.day, by.account or 0)
            return Counted(State.DONE)
        return Counted(State.AGAIN if now.state is State.COUNT else State.DIFFERS, differing)


def _may(now: counts.Standing) -> None:
    reasons = {State.NO_DAY: "count-no-day", State.DONE: "count-done", State.WAITS: "count-waits"}
    if now.state in reasons:
        raise refuse(reasons[now.state])


@action(
    "ost.stock_count_minutes",
    "Lập biên bản kiểm kê chênh lệch",
    "Write minutes of a difference",
    of="facility",
)
def write_minutes(*, by: Viewer, facility: Facility, kind: Kind, cause: str) -> Minutes:
    """Minutes about what a second count showed, with the cause; signed by who writes them, they wait for one
    more. Refusal: "count-no-difference", "cause-missing"."""
    with reaching.centre(by.account, facility.pk):
        papers.alone(facility.pk)
        now = counts.standing(facility, kind, by.day)
        if now.state is not State.DIFFERS:
            raise refuse("count-no-difference")
        minutes = papers.write(
            by=by.account or 0,
            facility=facility,
            kind="count",
            day=now.day,
            lines=[_line(kind, each) for each in now.rows if each.found != each.book],
            state=Minutes.OPEN,
            cause=cause,
        )
        papers.sign(minutes, by.account or 0)
        return minutes


def _line(kind: Kind, row: CountRow) -> Line:
    gone = row.book - row.found
    if gone > 0:
        return Line(row.lot, kind, Kind.LOSS, gone, row.book, row.found)
    return Line(row.lot, Kind.SURPLUS, kind, -gone, row.book, row.found)


def finish(minutes: Minutes, signers: frozenset[str]) -> None:
    """Book the differences that minutes speak of, and close the day. In the centre's scope; called where the
    last signature was given. Refusal: "count-stale"; those of the ledger."""
    kind, rows = _counted(minutes)
    if is_stale(minutes):
        raise refuse("count-stale")
    book = {ledger.lot_of(row.lot): (row.lot, row.book) for row in rows}
    count_by = rules.Count(str(rows[0].by_id), {ledger.lot_of(row.lot): row.found for row in rows})
    paper = rules.Minutes(minutes.number, minutes.cause, signers)
    closing = _closing(minutes.facility, kind, minutes.day, book, count_by, paper)
    _stop(closing.decision)
    lots = {lot: row for lot, (row, _) in book.items()}
    ledger.post(closing.entries, lots=lots, account=minutes.by_id, minutes=minutes)
    _close(minutes.facility, kind, minutes.day, rows[0].by_id)


def is_stale(minutes: Minutes) -> bool:
    """Whether something moved at the place since it was counted. In the centre's scope."""
    kind, rows = _counted(minutes)
    return counts.moved_since(minutes.facility, kind, rows)


def _counted(minutes: Minutes) -> tuple[Kind, list[CountRow]]:
    """The place that minutes are about, and what was found there."""
    first = minutes.lines.all()[0]
    kind = Kind(first.source if first.target == Kind.LOSS.value else first.target)
    return kind, counts.last_rows(minutes.facility, kind, minutes.day)


def _closing(
    facility: Facility,
    kind: Kind,
    day: date,
    book: Mapping[Lot, tuple[LotRow, Decimal]],
    count_by: rules.Count,
    paper: rules.Minutes | None,
) -> rules.Closing:
    return rules.close(
        ledger.place(kind, facility.pk),
        day,
        [rules.Line(lot, opening=quantity) for lot, (_, quantity) in book.items()],
        count_by,
        holding.handed_out_by(facility.pk, day),
        paper,
        values.book(),
    )


def _stop(decision: Decision, but: set[str] | None = None) -> None:
    for reason in decision.refusals:
        if reason.code not in (but or ()):
            raise Refusal(reason.code, reason.message.vi, reason.message.en)


def _close(facility: Facility, kind: Kind, day: date, account: int) -> None:
    if kind is ledger.serving(facility):
        Day.objects.filter(facility=facility, day=day, closed_at=None).update(
            closed_by_id=account, closed_at=timezone.now()
        )
