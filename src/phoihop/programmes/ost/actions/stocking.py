"""What comes into a store, moves between places, is sent on, spilt or destroyed."""

from datetime import date
from decimal import Decimal
from uuid import UUID, uuid4

from phoihop.base.org.doors import action
from phoihop.base.org.models import Facility
from phoihop.base.org.rules.permissions import Viewer
from phoihop.kernel.refusals import Refusal
from phoihop.programmes.ost.actions import counting
from phoihop.programmes.ost.actions import stocking_papers as papers
from phoihop.programmes.ost.actions.stocking_papers import Line
from phoihop.programmes.ost.dosing import ledger, reaching
from phoihop.programmes.ost.dosing.refusing import refuse
from phoihop.programmes.ost.models import BottleNote, LotRow, Minutes, Posting, Shipment
from phoihop.programmes.ost.queries import holding, values
from phoihop.programmes.ost.queries.stock import signatures_needed
from phoihop.programmes.ost.rules import stock
from phoihop.programmes.ost.rules.amounts import Drug, Presentation, Unit, exact
from phoihop.programmes.ost.rules.stock import Kind, Lot, Movement


@action("ost.stock_receive", "Nhập thuốc từ nhà cung cấp", "Receive medicine from a trader", of="facility")
def receive(
    *,
    by: Viewer,
    facility: Facility,
    presentation: Presentation,
    batch: str,
    expiry: date,
    quantity: Decimal,
    bottles: bool = False,
    trader: str,
    copies: int,
    day: date | None = None,
    looked: bool = False,
    once: UUID | None = None,
) -> Minutes:
    """Book a delivery into the store under minutes of its own. ``bottles``: the quantity is whole bottles.

    ``day``: when it came, today unless said. ``looked``: the warnings of rules.stock.receipt were read.
    ``once``: names what is sent, so that sending it twice books it once. Refusal: those of
    rules.stock.receipt and of the ledger; "not-a-store": a point receives from its facility alone;
    "batch-missing", "trader-missing", "lot-other-expiry", "no-pack", "days-wrong"; "look-again" for a warning
    nobody read.
    """
    day = day or by.day
    key = f"receipt:{once or uuid4()}"
    if facility.parent_id is not None:
        raise refuse("not-a-store")
    if not batch.strip():
        raise refuse("batch-missing")
    if not trader.strip():
        raise refuse("trader-missing")
    if day > by.day:
        raise refuse("days-wrong")
    rules = values.book()
    lot = Lot(presentation, batch.strip(), expiry)
    decision = stock.receipt(lot, day, copies, rules)
    if decision.refusals:
        first = decision.refusals[0]
        raise Refusal(first.code, first.message.vi, first.message.en)
    if decision.warnings and not looked:
        raise refuse("look-again")
    if bottles:
        size = rules.find("stock.pack_ml", day)
        if presentation.unit is not Unit.ML or size is None or quantity % 1:
            raise refuse("no-pack")
        quantity = quantity * size.value
    quantity = exact(quantity, presentation.unit.step)
    with reaching.centre(by.account, facility.pk):
        papers.alone(facility.pk)
        known = Posting.objects.filter(key=key).select_related("minutes").first()
        if known is not None and known.minutes is not None:
            earlier: Minutes = known.minutes
            return earlier
        line = Line(_lot(lot), Kind.TRADER, Kind.STORE, quantity)
        stock.check(papers.movement(key, day, facility.pk, line))
        minutes = papers.write(
            by=by.account or 0,
            facility=facility,
            kind="delivery",
            day=day,
            lines=[line],
            state=Minutes.BOOKED,
            partner=trader,
            copies=copies,
        )
        papers.sign(minutes, by.account or 0)
        moved = papers.movement(key, day, facility.pk, line, paper=minutes.number)
        ledger.post([moved], lots={lot: line.lot}, account=by.account, minutes=minutes)
        return minutes


def _lot(lot: Lot) -> LotRow:
    """The row of a lot, made at its first delivery."""
    said = {"drug": lot.presentation.drug.value, "strength": lot.presentation.strength, "batch": lot.batch}
    row, _ = LotRow.objects.get_or_create(**said, defaults={"expiry": lot.expiry})
    if row.expiry != lot.expiry:
        raise refuse("lot-other-expiry")
    return row


@action("ost.stock_move", "Chuyển giữa kho và tủ trong ngày", "Move between store and cabinet", of="facility")
def move(
    *,
    by: Viewer,
    facility: Facility,
    lot: LotRow,
    quantity: Decimal,
    back: bool = False,
    once: UUID | None = None,
) -> Posting | None:
    """Take a quantity of a lot from the store into the daily cabinet, or ``back``.

    None where it was booked before under the same ``once``. Refusal: those of the ledger; "not-a-store" at a
    point, which has one place only.
    """
    if facility.parent_id is not None:
        raise refuse("not-a-store")
    ways = (Kind.DAILY, Kind.STORE) if back else (Kind.STORE, Kind.DAILY)
    with reaching.centre(by.account, facility.pk):
        line = Line(lot, *ways, quantity)
        moved = papers.movement(f"move:{once or uuid4()}", by.day, facility.pk, line)
        posted = ledger.post([moved], lots={moved.lot: lot}, account=by.account)
        return posted[0] if posted else None


@action(
    "ost.stock_send",
    "Giao thuốc giữa cơ sở và điểm",
    "Send medicine between facility and point",
    of="facility",
)
def send(
    *,
    by: Viewer,
    facility: Facility,
    to: Facility,
    lot: LotRow,
    quantity: Decimal,
    once: UUID | None = None,
) -> Shipment:
    """Send a quantity of a lot to a point of the facility, or from a point back to it. It is booked at once,
    and counts as on its way until it was counted on arrival.

    Refusal: those of the ledger; "not-own-point".
    """
    if facility.pk != to.parent_id and facility.parent_id != to.pk:
        raise refuse("not-own-point")
    with reaching.centre(by.account, facility.pk):
        papers.alone(facility.pk)
        key = f"ship:{once or uuid4()}"
        known = Shipment.objects.filter(facility=facility, uid=once).first() if once else None
        if known is not None:
            return known
        rows = Shipment.objects.filter(facility=facility, sent_on__year=by.day.year)
        source = ledger.arrives_at(facility)
        moved = Movement(
            key,
            by.day,
            ledger.lot_of(lot),
            ledger.place(source, facility.pk),
            ledger.place(ledger.arrives_at(to), to.pk),
            quantity,
        )
        if by.day > lot.expiry and facility.parent_id is None:
            raise refuse("expired-stays")
        ledger.post([moved], lots={moved.lot: lot}, account=by.account)
        return Shipment.objects.create(
            uid=once or uuid4(),
            facility=facility,
            target_facility=to,
            lot=lot,
            quantity=quantity,
            number=f"{rows.count() + 1:02d}/GN-{by.day.year}",
            sent_on=by.day,
            sent_by_id=by.account or 0,
        )


@action("ost.stock_confirm", "Nhận thuốc được giao tới", "Receive what was sent", of="facility")
def confirm(
    *, by: Viewer, facility: Facility, shipment: Shipment, counted: Decimal, cause: str = ""
) -> Minutes | None:
    """Say what of a shipment arrived. Where it is not what was sent, minutes about the difference wait for a
    second signature; the one who counted has signed.

    Refusal: "arrived-already"; "arrived-by-sender": whoever sent it does not receive it; "cause-missing"
    where it differs; "amount-…".
    """
    with reaching.centre(by.account, facility.pk):
        row = Shipment.objects.select_for_update(of=("self",)).get(pk=shipment.pk)
        if row.target_facility_id != facility.pk:
            raise refuse("not-own-point")
        if row.received_on is not None:
            raise refuse("arrived-already")
        if row.sent_by_id == by.account:
            raise refuse("arrived-by-sender")
        step = ledger.lot_of(row.lot).presentation.unit.step
        counted = exact(counted, step)
        row.received_on, row.received_by_id, row.received = by.day, by.account, counted
        row.save(update_fields=["received_on", "received_by", "received"])
        if counted == row.quantity:
            return None
        there = ledger.arrives_at(facility)
        gone = row.quantity - counted
        line = (
            Line(row.lot, there, Kind.LOSS, gone, row.quantity, counted)
            if gone > 0
            else Line(row.lot, Kind.SURPLUS, there, -gone, row.quantity, counted)
        )
        return _open(by, facility, "arrival", line, cause, partner=f"{row.facility.name}, {row.number}")


@action("ost.stock_spill", "Ghi thuốc bị đổ, vỡ", "Record a spill", of="facility")
def spill(
    *, by: Viewer, facility: Facility, lot: LotRow, source: Kind, quantity: Decimal, cause: str
) -> Minutes:
    """Minutes about what was spilt; booked when a second person has signed. Refusal: those of the ledger;
    "cause-missing"."""
    return _write_off(by, facility, "spill", Line(lot, source, Kind.SPILL, quantity), cause)


@action("ost.stock_destroy", "Hủy thuốc", "Destroy medicine", of="facility")
def destroy(
    *, by: Viewer, facility: Facility, lot: LotRow, source: Kind, quantity: Decimal, cause: str
) -> Minutes:
    """Minutes about what is destroyed: expired, or come back from outside; booked with the second signature.
    Refusal: those of the ledger; "cause-missing"."""
    return _write_off(by, facility, "destroy", Line(lot, source, Kind.DESTROYED, quantity), cause)


@action("ost.stock_give_back", "Trả thuốc lại nhà cung cấp", "Give medicine back to a trader", of="facility")
def give_back(
    *, by: Viewer, facility: Facility, lot: LotRow, quantity: Decimal, trader: str, cause: str
) -> Minutes:
    """Minutes about what goes back from the store to a trader: expired, recalled, wrongly delivered; booked
    with the second signature. Refusal: those of the ledger; "cause-missing", "trader-missing"; "not-a-store":
    a point gives back to its facility."""
    if facility.parent_id is not None:
        raise refuse("not-a-store")
    if not trader.strip():
        raise refuse("trader-missing")
    line = Line(lot, Kind.STORE, Kind.TRADER, quantity)
    return _write_off(by, facility, "return", line, cause, partner=trader)


def _write_off(
    by: Viewer, facility: Facility, kind: str, line: Line, cause: str, partner: str = ""
) -> Minutes:
    with reaching.centre(by.account, facility.pk):
        papers.check(by.day, facility.pk, line)
        there = holding.on_hand(facility.pk, line.source)
        if there.get(ledger.lot_of(line.lot), (line.lot, Decimal(0)))[1] < line.quantity:
            raise refuse("stock-short")
        return _open(by, facility, kind, line, cause, partner)


def _open(by: Viewer, facility: Facility, kind: str, line: Line, cause: str, partner: str = "") -> Minutes:
    minutes = papers.write(
        by=by.account or 0,
        facility=facility,
        kind=kind,
        day=by.day,
        lines=[line],
        state=Minutes.OPEN,
        cause=cause,
        partner=partner,
    )
    papers.sign(minutes, by.account or 0)
    return minutes


@action("ost.stock_sign", "Ký biên bản thuốc", "Sign minutes of medicine", of="minutes")
def sign_minutes(*, by: Viewer, minutes: Minutes) -> bool:
    """Sign as oneself; with the last signature needed the movements are booked, and True comes back.

    Refusal: "signed-already", "minutes-closed"; those of the ledger; "count-stale" where something moved
    since it was counted.
    """
    with reaching.centre(by.account, minutes.facility_id):
        row = Minutes.objects.select_for_update(of=("self",)).select_related("facility").get(pk=minutes.pk)
        if row.state != Minutes.OPEN:
            raise refuse("minutes-closed")
        papers.sign(row, by.account or 0)
        signers = frozenset(map(str, row.signatures.values_list("account", flat=True)))
        if len(signers) < signatures_needed(row.day):
            return False
        if row.kind == "count":
            counting.finish(row, signers)
        else:
            lines = [
                Line(each.lot, Kind(each.source), Kind(each.target), each.quantity)
                for each in row.lines.select_related("lot").order_by("pk")
            ]
            moved = [
                papers.movement(
                    f"minutes:{row.uid}:{n}",
                    row.day,
                    row.facility_id,
                    line,
                    paper=row.number,
                    signers=signers,
                )
                for n, line in enumerate(lines)
            ]
            lots = {ledger.lot_of(line.lot): line.lot for line in lines}
            ledger.post(moved, lots=lots, account=row.by_id, minutes=row)
        row.state = Minutes.BOOKED
        row.save(update_fields=["state"])
        return True


@action(
    "ost.stock_withdraw_minutes", "Rút biên bản viết nhầm", "Withdraw minutes written in error", of="minutes"
)
def withdraw(*, by: Viewer, minutes: Minutes) -> None:
    """Take back minutes that nobody else has signed; they stay, and count for nothing. Refusal:
    "minutes-closed"; "minutes-others": only who wrote them takes them back, but those of a count that is out
    of date anybody who keeps the stock."""
    with reaching.centre(by.account, minutes.facility_id):
        row = Minutes.objects.select_for_update(of=("self",)).select_related("facility").get(pk=minutes.pk)
        if row.state != Minutes.OPEN:
            raise refuse("minutes-closed")
        # Else a day could never be closed while who counted is away.
        if row.by_id != by.account and not (row.kind == "count" and counting.is_stale(row)):
            raise refuse("minutes-others")
        row.state = Minutes.WITHDRAWN
        row.save(update_fields=["state"])
    _take_back_notes(by, row)


def _take_back_notes(by: Viewer, minutes: Minutes) -> None:
    """What minutes said of a bottle counts for nothing either: it is out as before, and may be noted anew.
    The note lies with the file, which is the facility's own where a point handed out."""
    site = minutes.facility
    homes = {site.pk, site.parent_id or site.pk}
    with reaching.sites(by, homes):
        for note in BottleNote.standing.filter(facility__in=homes, minutes=minutes):
            BottleNote.objects.create(
                client_id=note.client_id,
                facility_id=note.facility_id,
                programme=note.programme,
                pseudonym=note.pseudonym,
                serial=note.serial,
                fate=note.fate,
                day=by.day,
                by_id=by.account or 0,
                voids=note,
            )


def presentation_of(row: LotRow) -> Presentation:
    """The medicine of a lot."""
    return Presentation(Drug(row.drug), row.strength)
