"""Medicine for a client who lies in a hospital: prepared by a doctor, handed over with its papers, and what
comes back."""

from datetime import date, timedelta
from decimal import Decimal

from phoihop.base.org.doors import action
from phoihop.base.org.rules.permissions import Viewer
from phoihop.kernel.refusals import Refusal
from phoihop.programmes.ost.actions.takehome import handed
from phoihop.programmes.ost.dosing import clients, desk, giving, leasing, ledger, reaching
from phoihop.programmes.ost.dosing.refusing import refuse
from phoihop.programmes.ost.models import Day, LogEntry, Posting, Roster, Supply
from phoihop.programmes.ost.models.shared import about
from phoihop.programmes.ost.queries import facts, values
from phoihop.programmes.ost.queries.supplying import days_of, is_back
from phoihop.programmes.ost.rules import orders as ordering
from phoihop.programmes.ost.rules.permits import LONGEST
from phoihop.programmes.ost.rules.stock import Kind, Movement
from phoihop.programmes.ost.rules.takehome import Inpatient, may_supply
from phoihop.registry.models import Client

_DAY = timedelta(days=1)


@action("ost.case_prepare_supply", "Lập phiếu cấp nội trú", "Prepare an inpatient supply", of="client")
def prepare(*, by: Viewer, client: Client, hospital: str, carrier: str, first: date, last: date) -> Supply:
    """So many days' medicine for a hospital, as the running order says. Nothing is moved yet.

    Refusal: "supply-days": before today, the wrong way round, or more than a permit covers; "supply-order":
    a day without a dose, or days of several orders; "used"; "not-served"; "stock-short"; "reason-missing"
    without hospital or carrier.
    """
    if not hospital.strip() or not carrier.strip():
        raise refuse("reason-missing")
    days = days_of(first, last)
    if first < by.day or not 1 <= len(days) <= LONGEST:
        raise refuse("supply-days")
    home = _line(client)
    with reaching.centre(by.account, client.facility_id):
        rows = facts.rows_of([home.person], by.day).get(home.person, [])
        orders = facts.alone(facts.standing_orders(rows))
        found = [ordering.due(orders, day) for day in days]
        if None in found or len({order.number for order in found if order is not None}) != 1:
            raise refuse("supply-order")
        leasing.hold([home.person])
        file = clients.files([home.person], by.day)[home.person]
        if file.spent & set(days):
            raise refuse("used")
        order = found[0]
        assert order is not None
        there = ledger.held(client.facility_id, ledger.serving(client.facility))
        parts = giving.measured(there, giving.at_hand(there, order.drug, by.day), order.mg, by.day)
    row = Supply(
        **about(client),
        first=first,
        last=last,
        confirmed=False,
        copies=0,
        labelled=False,
        leak_tested=False,
        drug=order.drug.value,
        mg=order.mg,
        quantity=sum((part.quantity for part in parts), Decimal(0)) * len(days),
        by_id=by.account or 0,
    )
    row.put(hospital=hospital.strip(), carrier=carrier.strip())
    row.save(force_insert=True)
    return row


@action("ost.case_give_supply", "Giao thuốc nội trú", "Hand over an inpatient supply", of="supply")
def hand_over(*, by: Viewer, supply: Supply, papers: Inpatient) -> Supply:
    """Hand a prepared supply over: one event for its days under one permit, and the medicine is out.

    Refusal: "supply-done"; the first that rules.takehome.may_supply says; those of a dose for each day;
    "supply-days" once its first day has passed; "supply-order" where the order is another one by now.
    """
    if by.account is None:
        raise refuse("not-offered")
    site = supply.facility
    with reaching.centre(by.account, site.pk):
        here = desk.at(site.pk)
        row = Supply.objects.select_for_update(of=("self",)).select_related("client").get(pk=supply.pk)
        if row.handed_on is not None:
            raise refuse("supply-done")
        for reason in may_supply(papers, here.today, values.book()).refusals:
            raise Refusal(reason.code, reason.message.vi, reason.message.en)
        if row.first < here.today:
            raise refuse("supply-days")
        if not Day.objects.filter(facility=site, day=here.today, closed_at=None).exists():
            raise refuse("day-not-open")
        home = _line(row.client)
        days = days_of(row.first, row.last)
        leasing.hold([home.person])
        file = clients.files([home.person], here.today)[home.person]
        for day in days:
            refusal = desk.why_not(here, file, day)
            if refusal is not None:
                raise refuse(refusal)
        orders = {file.order_on(day) for day in days}
        if {(order.mg, order.drug) for order in orders if order is not None} != {(row.mg, row.drug)} or len(
            orders
        ) != 1:
            raise refuse("supply-order")
        handed(here, home, file, days, site, row.uid.hex, by.account)
        row.handed_on = here.today
        row.confirmed, row.copies = papers.request_confirmed, papers.undertaking_copies
        row.labelled, row.leak_tested = papers.labelled, papers.leak_tested
        row.save(update_fields=["handed_on", "confirmed", "copies", "labelled", "leak_tested"])
        return row


@action("ost.case_take_back_supply", "Nhận lại thuốc nội trú", "Take back from a hospital", of="supply")
def take_back(*, by: Viewer, supply: Supply, returned: Decimal) -> Supply:
    """What came back of a supply, in ml or tablets: it is kept apart and never given again; the rest was
    taken. Once. Refusal: "supply-not-out", "supply-back"; "supply-too-much"; "supply-not-over" where days
    are left and not everything came back; "supply-parts" for a part of what was put together of several
    batches."""
    with reaching.centre(by.account, supply.facility_id):
        row = Supply.objects.select_for_update(of=("self",)).get(pk=supply.pk)
        if row.handed_on is None:
            raise refuse("supply-not-out")
        if is_back(row):
            raise refuse("supply-back")
        if not 0 <= returned <= row.quantity:
            raise refuse("supply-too-much")
        if by.day <= row.last and returned < row.quantity:
            raise refuse("supply-not-over")
        digest = LogEntry.objects.get(key=row.uid.hex).digest
        out = list(
            Posting.objects.filter(key__startswith=digest, target=Kind.BOTTLE.value).select_related("lot")
        )
        if len(out) > 1 and returned not in (0, row.quantity):
            raise refuse("supply-parts")
        movements = []
        for posting in out:
            full = min(returned, posting.quantity)
            lot = ledger.lot_of(posting.lot)
            for target, quantity in ((Kind.RETURNED, full), (Kind.CLIENT, posting.quantity - full)):
                if quantity:
                    movements.append(
                        Movement(
                            key=f"supply:{row.uid}:{target}:{posting.pk}",
                            day=by.day,
                            lot=lot,
                            source=ledger.place(Kind.BOTTLE, row.facility_id),
                            target=ledger.place(target, row.facility_id),
                            quantity=quantity,
                        )
                    )
        lots = {ledger.lot_of(posting.lot): posting.lot for posting in out}
        ledger.post(movements, lots=lots, account=by.account)
        row.returned = returned
        row.save(update_fields=["returned"])
        return row


def _line(client: Client) -> Roster:
    row = Roster.objects.filter(facility=client.facility_id, client=client).first()
    if row is None:
        raise refuse("not-served")
    return row
