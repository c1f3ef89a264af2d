"""Medicine to take home: the commitment, bottles handed out, what becomes of each, calling back at random."""

from collections.abc import Collection, Sequence
from collections.abc import Set as AbstractSet
from datetime import date

from django.db.models import Q

from phoihop.base.org.doors import action
from phoihop.base.org.models import Facility
from phoihop.base.org.rules.permissions import Viewer
from phoihop.base.security import scope
from phoihop.kernel.refusals import Refusal
from phoihop.programmes.ost.actions import stocking_papers as papers
from phoihop.programmes.ost.actions.stocking_papers import Line
from phoihop.programmes.ost.dosing import (
    clients,
    desk,
    giving,
    incidents,
    keeping,
    leasing,
    ledger,
    reaching,
    writing,
)
from phoihop.programmes.ost.dosing import takehome as bottles
from phoihop.programmes.ost.dosing.desk import Desk
from phoihop.programmes.ost.dosing.giving import Part
from phoihop.programmes.ost.dosing.refusing import refuse
from phoihop.programmes.ost.models import (
    BottleNote,
    BottleRow,
    Commitment,
    Day,
    LogEntry,
    Minutes,
    Posting,
    Recall,
    Roster,
)
from phoihop.programmes.ost.models.shared import about
from phoihop.programmes.ost.queries import facts, missed, takehome, values
from phoihop.programmes.ost.queries.roster import same_birth
from phoihop.programmes.ost.rules import events
from phoihop.programmes.ost.rules import takehome as rules
from phoihop.programmes.ost.rules.judging_bottles import serial_of
from phoihop.programmes.ost.rules.parameters import Decision
from phoihop.programmes.ost.rules.permits import LONGEST, ClientFile
from phoihop.programmes.ost.rules.stock import Kind, Movement
from phoihop.programmes.ost.rules.takehome import Collecting, Fate
from phoihop.registry.models import Client

# Where what was in a bottle goes by what is noted of it; what is lost or spilt needs minutes first.
GOES = {
    Fate.EMPTY: Kind.CLIENT,
    Fate.LOST_EMPTY: Kind.CLIENT,
    Fate.FULL: Kind.RETURNED,
    Fate.SPILT: Kind.SPILL,
    Fate.LOST_FULL: Kind.LOSS,
}
MINUTED = frozenset({Fate.SPILT, Fate.LOST_FULL})


@action("ost.case_commit_takehome", "Ghi cam kết mang thuốc về", "Record a commitment", of="client")
def commit(*, by: Viewer, client: Client, signed_on: date, storage: bool) -> Commitment:
    """A client signed to take medicine home; ``storage``: somebody knows how it is locked away there.

    Refusal: "takehome-days-wrong"; "commitment-runs" where one does already.
    """
    if signed_on > by.day:
        raise refuse("takehome-days-wrong")
    if Commitment.objects.filter(facility=client.facility_id, client=client, ended_on=None).exists():
        raise refuse("commitment-runs")
    return Commitment.objects.create(
        **about(client), signed_on=signed_on, storage=storage, by_id=by.account or 0
    )


@action("ost.case_end_takehome", "Chấm dứt cấp thuốc mang về", "End take-home medicine", of="client")
def end_commitment(*, by: Viewer, client: Client, why: str) -> Commitment:
    """From today on nothing is handed out; ``why`` is sealed. Refusal: "no-commitment", "reason-missing"."""
    if not why.strip():
        raise refuse("reason-missing")
    row = Commitment.objects.filter(facility=client.facility_id, client=client, ended_on=None).first()
    if row is None:
        raise refuse("no-commitment")
    row.ended_on = by.day
    row.put(why=why.strip())
    row.save(update_fields=["ended_on", "why"])
    return row


@action("ost.case_give_bottles", "Cấp chai mang về", "Hand out bottles to take home", of="roster")
def give_bottles(
    *,
    by: Viewer,
    roster: Roster,
    days: Sequence[date],
    collecting: Collecting,
    said: str | None = None,
    key: str = "",
) -> list[BottleRow]:
    """Bottles for days to come, one for each, in one event under one permit; today's dose is given apart.

    At the home facility or one of its points. ``said``, ``key``: as for a dose (dispensing.give_dose).
    Refusal: the first that rules.takehome says of the client or of the days; those of a dose for each of the
    days; "takehome-elsewhere" as a guest; "takehome-one-order" where the days are of several orders.
    """
    if by.account is None:
        raise refuse("not-offered")
    if said is not None and not same_birth(roster, said):
        raise refuse("other-person")
    site = roster.facility
    if roster.home_id not in {site.pk, site.parent_id}:
        raise refuse("takehome-elsewhere")
    with reaching.centre(by.account, site.pk, roster.home_id):
        here = desk.at(site.pk)
        client = takehome.home_file(roster)
        if key and (known := _known(key, client)):
            return known
        if not Day.objects.filter(facility=site, day=here.today, closed_at=None).exists():
            raise refuse("day-not-open")
        if missed.locked([roster.person], here.today):
            raise refuse("locked")
        leasing.hold([roster.person])
        file = clients.files([roster.person], here.today)[roster.person]
        _may(client, roster, file, days, collecting, here)
        made, parts, event = handed(here, roster, file, days, site, key, by.account)
        drug = event.drug
        rows = [
            BottleRow(
                **about(client),
                serial=bottle.serial,
                issue=made.key,
                number=bottle.number,
                of=bottle.of,
                handed_on=here.today,
                take_on=bottle.take_on,
                drug=drug,
                mg=bottle.mg,
                quantity=bottle.quantity,
                batch="+".join(part.row.batch for part in parts)[:40],
                by_id=by.account,
            )
            for bottle in _bottles(days, event, made.key)
        ]
        return BottleRow.objects.bulk_create(rows)


@action("ost.case_take_back_bottle", "Nhận lại, ghi chai", "Note what became of a bottle", of="roster")
def take_back(*, by: Viewer, roster: Roster, serial: str, fate: Fate, cause: str = "") -> BottleNote:
    """Write down of a bottle that it came back empty or full, was spilt or lost.

    What was taken leaves the ledger's bottles; what came back full is kept apart and never given again, and
    the day it was for may be given before the eyes of staff; of what was spilt or lost full minutes are
    opened, which a second person signs. Refusal: "no-such-bottle"; "bottle-too-early": empty before its day;
    "cause-missing" for minutes without a word of why; "bottle-noted" where it was said already; "no-desk".
    What contradicts an earlier note is kept beside it, moves nothing, and is for a doctor to settle: the
    bottle counts as taken again.
    """
    with reaching.centre(by.account, roster.facility_id, roster.home_id):
        here = writing.desk_of(roster.facility_id)
        leasing.hold([roster.person])
        client = takehome.home_file(roster)
        row = BottleRow.objects.filter(facility=client.facility_id, client=client, serial=serial).first()
        if row is None:
            raise refuse("no-such-bottle")
        noted = BottleNote.standing.filter(facility=client.facility_id, serial=serial)
        before = set(noted.values_list("fate", flat=True))
        if fate.value in before:
            raise refuse("bottle-noted")
        if fate in {Fate.EMPTY, Fate.LOST_EMPTY} and row.take_on > by.day:
            raise refuse("bottle-too-early")
        handed = bottles.handed_out(row.issue)
        event = None
        for said in _told(fate, before) if handed else ():
            event = bottles.look_at(here, handed, row, by.account or 0, full=said)
        if not handed:
            bottles.say_of_book(row, roster.person, full=before | {fate.value} == {Fate.FULL.value})
        minutes = _moved(by, row, fate, cause, event, handed) if not before else None
        return BottleNote.objects.create(
            **about(client),
            serial=serial,
            fate=fate.value,
            day=by.day,
            by_id=by.account or 0,
            minutes=minutes,
        )


@action("ost.case_draw_recall", "Bốc thăm gọi kiểm tra chai", "Draw clients to be called back", of="facility")
def draw(*, by: Viewer, facility: Facility, number: int) -> int:
    """Call so many of those who hold full bottles back with them, drawn by a secret; how many were called.
    Who was called and has not come is not drawn again. Refusal("nobody-to-call")."""
    waiting = Recall.objects.filter(facility=facility, came_on=None).values("client")
    holds = set(takehome.holding(facility.pk, by.day)) - set(waiting.values_list("client", flat=True))
    files = {row.code: row for row in Client.objects.filter(facility=facility, pk__in=holds)}
    if not files or number < 1:
        raise refuse("nobody-to-call")
    called = rules.drawn(files, number, scope.key() + b"recall", by.day)
    until = rules.recall_by(by.day, values.book())
    Recall.objects.bulk_create(
        Recall(**about(files[code]), called_on=by.day, by_day=until, by_id=by.account or 0) for code in called
    )
    return len(called)


@action("ost.case_note_recall", "Ghi kết quả kiểm tra chai", "Record what a recall found", of="client")
def came(*, by: Viewer, client: Client, shown: Collection[str]) -> Decision:
    """A client who was called came and showed these full bottles, by serial. What that means is returned:
    missing, untaken, another's. Refusal("not-called")."""
    row = Recall.objects.filter(facility=client.facility_id, client=client, came_on=None).first()
    if row is None:
        raise refuse("not-called")
    own = {"facility": client.facility_id, "client": client}
    bottles = [takehome.bottle_of(each) for each in BottleRow.objects.filter(**own)]
    notes = [rules.Note(each.serial, Fate(each.fate), each.day) for each in BottleNote.standing.filter(**own)]
    found = rules.recall(bottles, notes, list(shown), by.day, values.book())
    row.came_on, row.shown = by.day, sorted(set(shown))
    row.save(update_fields=["came_on", "shown"])
    return found.decision


def _known(key: str, client: Client) -> list[BottleRow]:
    """What was handed out under a key. Refusal("same-key") where it is that of something else."""
    if not LogEntry.objects.filter(key=key).exists():
        return []
    rows = list(BottleRow.objects.filter(facility=client.facility_id, client=client, issue=key))
    if not rows:
        raise refuse("same-key")
    return sorted(rows, key=lambda row: row.number)


def _may(
    client: Client,
    roster: Roster,
    file: ClientFile,
    days: Sequence[date],
    collecting: Collecting,
    here: Desk,
) -> None:
    """Raise the first refusal of the rules: of the client, of the days, of the right to each day."""
    book = values.book()
    rows = facts.rows_of([roster.person], here.today).get(roster.person, [])
    orders = facts.alone(facts.standing_orders(rows))
    found = takehome.judge(client, roster.person, here.today, book).decision
    found += rules.may_hand_out(days, collecting, orders, file.spent, here.today, book)
    for reason in found.refusals:
        raise Refusal(reason.code, reason.message.vi, reason.message.en)
    if len(days) > LONGEST:
        raise refuse("takehome-one-order")
    for day in days:
        refusal = desk.why_not(here, file, day)
        if refusal is not None:
            raise refuse(refusal)
    if len({order.number for day in days if (order := file.order_on(day)) is not None}) != 1:
        raise refuse("takehome-one-order")


def handed(
    here: Desk,
    roster: Roster,
    file: ClientFile,
    days: Sequence[date],
    site: Facility,
    key: str,
    account: int,
) -> tuple[events.Event, tuple[Part, ...], events.Bottles]:
    """The right to the days, the event, its doses, and the drop in the ledger for all of them together."""
    order = file.order_on(days[0])
    assert order is not None
    there = ledger.held(site.pk, ledger.serving(site))
    one = giving.measured(there, giving.at_hand(there, order.drug, here.today), order.mg, here.today)
    parts = tuple(_times(there, part, len(days), here.today) for part in one)
    permit = desk.permit(here, roster.person, file, order, tuple(days))
    told = events.Bottles(
        client=file.client,
        order=order.number,
        day=here.today,
        days=tuple(days),
        drug=order.drug,
        mg=order.mg,
        ml=sum((part.quantity for part in one), start=one[0].quantity * 0),
        batch="+".join(dict.fromkeys(part.row.batch for part in parts))[:40],
        place=str(site.pk),
        witness=str(account),
        permits=(permit.number,),
        outside=False,
    )
    event = desk.write(here, told, key)
    takings = giving.taken(event, here.now)
    for taking in takings:
        keeping.dose_row(taking, roster.person).save(force_insert=True)
    incidents.look(roster.person, roster.pseudonym, takings)
    giving.book(event.digest, parts, here, Kind.BOTTLE, site, account)
    return event, parts, told


def _times(there: giving.Held, part: Part, count: int, on: date) -> Part:
    """The same of one lot for so many bottles."""
    quantity = part.quantity * count
    row, lot = ledger.choose(there, part.lot.presentation, quantity, on)
    return Part(row, lot, quantity)


def _bottles(days: Sequence[date], told: events.Bottles, issue: str) -> list[rules.Bottle]:
    return [
        rules.Bottle(serial_of((issue, day)), issue, number, len(days), day, told.mg, told.ml)
        for number, day in enumerate(days, 1)
    ]


def _told(fate: Fate, before: AbstractSet[str]) -> tuple[bool, ...]:
    """What the protocol is told of a bottle, in this order: that it came back full, or that there is nothing.

    What minutes are written of may yet be refused, and frees no day either way: it is told only where it and
    a full bottle contradict each other.
    """
    if fate is Fate.FULL:
        return (False, True) if before & MINUTED else (True,)
    return () if fate in MINUTED and Fate.FULL not in before else (False,)


def _moved(
    by: Viewer,
    row: BottleRow,
    fate: Fate,
    cause: str,
    event: events.Event | None,
    handed: Collection[events.Event],
) -> Minutes | None:
    """Book what was in a bottle to where it went, at the site that handed it out; the minutes about it where
    it needs any."""
    # Of a paper book the hand-out itself is what its movement is called by: no event tells of it.
    named = Q(key__startswith=row.issue)
    for each in handed:
        named |= Q(key__startswith=each.digest)
    found = Posting.objects.filter(named, target=Kind.BOTTLE.value)
    postings = list(found.select_related("lot").order_by("key"))
    if not postings:
        raise refuse("bottle-unbooked")
    lines = [Line(each.lot, Kind.BOTTLE, GOES[fate], each.quantity / row.of) for each in postings]
    site = postings[0].facility_id
    if fate in MINUTED:
        return _minuted(by, row, site, lines, fate, cause)
    movements = [
        Movement(
            key=_named(row, event, number, len(lines)),
            day=by.day,
            lot=ledger.lot_of(line.lot),
            source=ledger.place(line.source, site),
            target=ledger.place(line.target, site),
            quantity=line.quantity,
        )
        for number, line in enumerate(lines)
    ]
    ledger.post(movements, lots={ledger.lot_of(line.lot): line.lot for line in lines}, account=by.account)
    return None


def _named(row: BottleRow, event: events.Event | None, number: int, of: int) -> str:
    """What a part of what was in a bottle is booked under: the event that tells of it, if one does."""
    if event is None:
        return f"bottle:{row.serial}:{number}"
    return event.digest if of == 1 else f"{event.digest}/{number + 1}"


def _minuted(
    by: Viewer, row: BottleRow, handed_out_by: int, lines: Sequence[Line], fate: Fate, cause: str
) -> Minutes:
    site = Facility.objects.get(pk=handed_out_by)
    minutes = papers.write(
        by=by.account or 0,
        facility=site,
        kind="spill" if fate is Fate.SPILT else "loss",
        day=by.day,
        lines=lines,
        state=Minutes.OPEN,
        cause=f"{cause.strip()} ({row.serial})" if cause.strip() else "",
    )
    papers.sign(minutes, by.account or 0)
    return minutes
