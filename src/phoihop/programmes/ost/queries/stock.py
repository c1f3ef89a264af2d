"""The pages of whoever keeps the medicine: what is where, what waits, the book of movements, minutes."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from functools import partial
from uuid import UUID

from django.db.models import Count, Q, Sum

from phoihop.base.org.doors import may, query
from phoihop.base.org.models import Facility
from phoihop.base.org.queries.reaching import within
from phoihop.base.org.rules.permissions import Viewer
from phoihop.kernel.refusals import Bilingual
from phoihop.programmes.ost.dosing import ledger, reaching
from phoihop.programmes.ost.models import (
    Day,
    LotRow,
    Minutes,
    MinutesLine,
    Posting,
    Shipment,
    Signature,
)
from phoihop.programmes.ost.models.shared import OST
from phoihop.programmes.ost.queries import counts, holding, values
from phoihop.programmes.ost.queries.counts import State
from phoihop.programmes.ost.rules import forecast
from phoihop.programmes.ost.rules.amounts import Drug
from phoihop.programmes.ost.rules.forecast import Alarm
from phoihop.programmes.ost.rules.parameters import Decision
from phoihop.programmes.ost.rules.stock import Kind

BOOK_PAGE = 60  # movements on one page of the book
SEE = "ost.stock_see_store"
see = partial(query, SEE, "Xem kho thuốc", "See the store")

_ALARMS: Mapping[Alarm, Bilingual] = {
    Alarm.EXPIRED: Bilingual("Lô đã hết hạn, không được cấp.", "The batch has expired and is not given."),
    Alarm.EXPIRING: Bilingual("Lô sắp hết hạn.", "The batch will expire soon."),
    Alarm.LOW: Bilingual("Thuốc chỉ còn đủ ít ngày. Hãy dự trù.", "Stock for few days. Order more."),
    Alarm.EMPTY: Bilingual("Không còn thuốc dùng được.", "Nothing usable is left."),
}
KINDS: Mapping[str, Bilingual] = {
    "delivery": Bilingual("Biên bản giao nhận", "Minutes of delivery"),
    "spill": Bilingual("Biên bản đổ, vỡ", "Minutes of a spill"),
    "loss": Bilingual("Biên bản mất chai mang về", "Minutes of a lost bottle"),
    "return": Bilingual("Biên bản trả lại nhà cung cấp", "Minutes of a return to the trader"),
    "destroy": Bilingual("Biên bản hủy", "Minutes of destruction"),
    "count": Bilingual("Biên bản kiểm kê chênh lệch", "Minutes of a difference in the count"),
    "arrival": Bilingual("Biên bản chênh lệch khi nhận", "Minutes of a difference on arrival"),
}


@dataclass(frozen=True, slots=True)
class Shelf:
    """One lot at one place. ``left``: days until it expires, below nought once it has. ``quantity``: None
    where somebody is still to count it blind."""

    place: Bilingual
    medicine: str
    batch: str
    expiry: date
    left: int
    quantity: Decimal | None
    unit: Bilingual


@dataclass(frozen=True, slots=True)
class Left:
    """One medicine of a site: how much there is (None: still to be counted blind), and for how many days;
    ``beyond``: for as long as was looked ahead, or longer."""

    medicine: str
    quantity: Decimal | None
    unit: Bilingual
    days: int
    beyond: bool


@dataclass(frozen=True, slots=True)
class Warned:
    """An alarm in words; ``batch`` where it is about one."""

    words: Bilingual
    batch: str
    serious: bool


@dataclass(frozen=True, slots=True)
class Waiting:
    """Minutes that wait for a signature. ``mine``: the viewer may sign them and has not."""

    minutes: Minutes
    kind: Bilingual
    signed: int
    mine: bool


@dataclass(frozen=True, slots=True)
class Store:
    """Everything on the first page of the stock. ``day``: the one that is open, if any; ``differs``: one that
    is closed, by a count that differed, without minutes."""

    facility: Facility
    shelves: tuple[Shelf, ...]
    left: tuple[Left, ...]
    alarms: tuple[Warned, ...]
    decision: Decision
    waiting: tuple[Waiting, ...]
    coming: tuple[Shipment, ...]
    going: tuple[Shipment, ...]
    day: Day | None
    differs: date | None
    clients: int


def sites_of(viewer: Viewer, code: str) -> list[Facility]:
    """The facilities of treatment over which the viewer holds a permission, by name."""
    rows = Facility.objects.filter(within(viewer, code, facility="pk", agency="agency"), valid_to=None)
    return list(rows.filter(programmes__contains=[OST]).select_related("agency", "parent").order_by("name"))


@see(of="facility")
def store(viewer: Viewer, *, facility: Facility) -> Store:
    """What is where at a site, for how long it lasts, and what waits. A fixed number of statements.

    While a day is open nobody is told what the place holds that doses are given from: whoever counts it in
    the evening looks at this page too.
    """
    today = viewer.day
    day = _open_day(facility)
    blind = ledger.serving(facility) if day is not None else None
    with reaching.centre(viewer.account, facility.pk):
        plan = holding.plans([facility.pk], today)[facility.pk]
        held = holding.shelves([facility.pk])[facility.pk]
        after = counts.standing(facility, ledger.serving(facility), today)
    warned, decision = _alarms(held, plan, today)
    left = [
        Left(
            holding.name_of(drug, holding.base_of(drug).strength),
            quantity if blind is None else None,
            holding.unit_of(drug),
            days,
            days >= holding.AHEAD,
        )
        for drug, (quantity, days) in holding.days_left(held, plan, today).items()
    ]
    going = Shipment.objects.filter(facility=facility, received_on=None)
    return Store(
        facility,
        tuple(_shelf(kind, row, None if kind is blind else each, today) for kind, row, each in held),
        tuple(left),
        warned,
        decision,
        _waiting(viewer, facility),
        tuple(holding.on_way(facility.pk)),
        tuple(going.select_related("lot", "target_facility").order_by("pk")),
        day,
        after.day if day is None and after.state is State.DIFFERS else None,
        plan.clients,
    )


def _open_day(facility: Facility) -> Day | None:
    return Day.objects.filter(facility=facility, closed_at=None).first()


def _shelf(kind: Kind, row: LotRow, quantity: Decimal | None, today: date) -> Shelf:
    name = holding.name_of(row.drug, row.strength)
    unit = holding.unit_of(row.drug)
    return Shelf(holding.PLACES[kind], name, row.batch, row.expiry, (row.expiry - today).days, quantity, unit)


def _alarms(
    held: list[tuple[Kind, LotRow, Decimal]], plan: holding.Plan, today: date
) -> tuple[tuple[Warned, ...], Decision]:
    usable = [(ledger.lot_of(row), each) for kind, row, each in held if kind is not Kind.RETURNED]
    found, decision, rules = [], Decision(), values.book()
    for drug in Drug:
        mine, use = holding.in_base(usable, drug), plan.use[drug]
        if not mine and not any(use):
            continue  # a medicine that is neither there nor asked for lacks nothing
        raised, by = forecast.alarms(mine, holding.base_of(drug), use, today, rules)
        decision += by
        for each in raised:
            batch = each.lot.batch if each.lot else ""
            found.append(Warned(_ALARMS[each.alarm], batch, each.alarm in (Alarm.EXPIRED, Alarm.EMPTY)))
    return tuple(found), decision


def _waiting(viewer: Viewer, facility: Facility) -> tuple[Waiting, ...]:
    rows = Minutes.objects.filter(facility=facility, state=Minutes.OPEN).annotate(
        signed=Count("signatures"), own=Count("signatures", filter=Q(signatures__account=viewer.account))
    )
    sign = bool(may(viewer, "ost.stock_sign", facility))
    return tuple(
        Waiting(row, KINDS[row.kind], row.signed, sign and not row.own)
        for row in rows.select_related("by__person").order_by("pk")
    )


@query("ost.stock_see_waiting", "Đếm việc chờ ở kho", "Count what waits in the store", recorded=False)
def waiting_count(viewer: Viewer) -> tuple[int, int]:
    """How many minutes wait for the viewer's signature, and how many deliveries to be received, where they
    work. Two statements."""
    at = within(viewer, "ost.stock_sign", facility="facility", agency="facility__agency")
    rows = Minutes.objects.filter(at, state=Minutes.OPEN).exclude(signatures__account=viewer.account)
    reach = within(viewer, "ost.stock_confirm", facility="target_facility", agency="target_facility__agency")
    return rows.count(), Shipment.objects.filter(reach, received_on=None).count()


@dataclass(frozen=True, slots=True)
class Entry:
    """One movement as the book of a site shows it: what came in or went out of its shelves, or moved between
    them (both are None then)."""

    number: int
    day: date
    medicine: str
    batch: str
    source: Bilingual
    source_site: str
    target: Bilingual
    target_site: str
    incoming: Decimal | None
    out: Decimal | None
    quantity: Decimal
    unit: Bilingual
    minutes: str


@dataclass(frozen=True, slots=True)
class Book:
    """A month of a site's book. ``total``: movements in it; doses stand as one line a day and lot."""

    facility: Facility
    first: date
    last: date
    entries: tuple[Entry, ...]
    total: int


_ON_SHELVES = {Kind.STORE.value, Kind.DAILY.value, Kind.POINT.value, Kind.RETURNED.value}


@query("ost.stock_see_book", "Xem sổ kho", "See the book of movements", of="facility")
def book(viewer: Viewer, *, facility: Facility, first: date, last: date, page: int = 1) -> Book:
    """Movements in and out of a site from day to day, newest last, without those to clients: a person's dose
    is no line of this book, their sum by day and lot is."""
    rows = Posting.objects.filter(
        Q(facility=facility) | Q(target_facility=facility), day__range=(first, last)
    )
    rows = rows.exclude(target__in=(Kind.CLIENT.value, Kind.BOTTLE.value))
    ordered = rows.select_related("lot", "facility", "target_facility", "minutes").order_by("day", "pk")
    total = rows.count()
    start = (page - 1) * BOOK_PAGE
    entries = [_entry(row, facility) for row in ordered[start : start + BOOK_PAGE]]
    return Book(facility, first, last, tuple(entries), total)


def _entry(row: Posting, facility: Facility) -> Entry:
    goes = row.facility_id == facility.pk and row.source in _ON_SHELVES
    comes = row.target_facility_id == facility.pk and row.target in _ON_SHELVES
    return Entry(
        row.pk,
        row.day,
        holding.name_of(row.lot.drug, row.lot.strength),
        row.lot.batch,
        holding.PLACES[Kind(row.source)],
        row.facility.name if row.facility_id != facility.pk else "",
        holding.PLACES[Kind(row.target)],
        row.target_facility.name if row.target_facility_id != facility.pk else "",
        row.quantity if comes and not goes else None,
        row.quantity if goes and not comes else None,
        row.quantity,
        holding.unit_of(row.lot.drug),
        row.minutes.number if row.minutes else "",
    )


@dataclass(frozen=True, slots=True)
class Daily:
    """What was given to clients on a day from one lot: how many times, and how much."""

    day: date
    medicine: str
    batch: str
    times: int
    quantity: Decimal
    unit: Bilingual


@query("ost.stock_see_given", "Xem lượng đã cấp theo ngày", "See what was given by day", of="facility")
def given(viewer: Viewer, *, facility: Facility, first: date, last: date) -> tuple[Daily, ...]:
    """What went to clients, by day and lot, but not on a day that is still to be counted. Two statements."""
    day = _open_day(facility)
    if day is not None:
        last = min(last, day.day - timedelta(days=1))
    rows = (
        Posting.objects.filter(
            facility=facility,
            day__range=(first, last),
            target__in=(Kind.CLIENT.value, Kind.BOTTLE.value),
            source__in=_ON_SHELVES,
        )
        .values("day", "lot__drug", "lot__strength", "lot__batch")
        .annotate(times=Count("pk"), amount=Sum("quantity"))
        .order_by("day", "lot__drug", "lot__batch")
    )
    return tuple(
        Daily(
            each["day"],
            holding.name_of(each["lot__drug"], each["lot__strength"]),
            each["lot__batch"],
            each["times"],
            each["amount"],
            holding.unit_of(each["lot__drug"]),
        )
        for each in rows
    )


def posting_of(viewer: Viewer, text: str) -> Posting | None:
    """The movement of an address, if the viewer keeps the stock at one of its ends."""
    number = int(text) if text.isascii() and text.isdigit() and len(text) < 19 else 0
    rows = Posting.objects.select_related("lot", "facility__agency", "target_facility__agency")
    found = rows.filter(pk=number).first()
    if found is None or not any(may(viewer, "ost.stock_see_movement", end) for end in ends(found)):
        return None
    return found


def ends(row: Posting) -> tuple[Facility, Facility]:
    """The sites of a movement."""
    return row.facility, row.target_facility


@dataclass(frozen=True, slots=True)
class Moved:
    """One movement with who booked it."""

    entry: Entry
    key: str
    mg: Decimal
    expiry: date
    by: str
    at: object
    minutes: Minutes | None
    to_client: bool


@query("ost.stock_see_movement", "Xem một bút toán", "See one movement", of="facility")
def movement(viewer: Viewer, *, facility: Facility, posting: Posting) -> Moved:
    """A movement, of one of whose ends the viewer keeps the stock. Of a dose only how much, never whose."""
    row = Posting.objects.select_related(
        "lot", "facility", "target_facility", "minutes__facility", "account__person"
    ).get(pk=posting.pk)
    mg = ledger.lot_of(row.lot).presentation.mg(row.quantity)
    to_client = row.target in (Kind.CLIENT.value, Kind.BOTTLE.value)
    return Moved(
        _entry(row, facility),
        "" if to_client else row.key,
        mg,
        row.lot.expiry,
        row.account.person.name if row.account else "",
        row.at,
        row.minutes if row.minutes and row.minutes.facility_id == facility.pk else None,
        to_client,
    )


@dataclass(frozen=True, slots=True)
class Paper:
    """Minutes with everything that stands in them. ``needs``: how many signatures book them. ``report_by``:
    when a loss has to be reported; ``sure``: that rule was compared with its paper."""

    minutes: Minutes
    kind: Bilingual
    lines: tuple[MinutesLine, ...]
    signatures: tuple[Signature, ...]
    needs: int
    may_sign: bool
    may_withdraw: bool
    report_by: date | None
    sure: bool


def minutes_of(viewer: Viewer, text: str, code: str = "ost.stock_see_minutes") -> Minutes | None:
    """The minutes of an address, if the viewer may see them."""
    found = Minutes.objects.select_related("facility__agency", "by__person").filter(uid=_uid(text)).first()
    return found if found is not None and may(viewer, code, found) else None


@query("ost.stock_see_minutes", "Xem biên bản thuốc", "See minutes of medicine", of="minutes")
def paper(viewer: Viewer, *, minutes: Minutes) -> Paper:
    """Minutes with their lines and who signed."""
    signed = tuple(minutes.signatures.select_related("account__person").order_by("at", "pk"))
    lines = tuple(minutes.lines.select_related("lot").order_by("pk"))
    own = any(each.account_id == viewer.account for each in signed)
    waits = minutes.state == Minutes.OPEN
    rules = values.book()
    hours = rules.find("stock.loss_report_hours", minutes.day)
    lost = any(line.target == Kind.LOSS.value for line in lines)
    return Paper(
        minutes,
        KINDS[minutes.kind],
        lines,
        signed,
        signatures_needed(minutes.day),
        waits and not own and bool(may(viewer, "ost.stock_sign", minutes)),
        waits
        and (minutes.by_id == viewer.account or minutes.kind == "count")
        and bool(may(viewer, "ost.stock_withdraw_minutes", minutes)),
        minutes.day + timedelta(hours=int(hours.value)) if lost and hours is not None else None,
        hours is not None and hours.counts,
    )


def signatures_needed(day: date) -> int:
    """How many people sign minutes of a day: two, or as many more as the rule of the day asks."""
    found = values.book().find("stock.difference_signatures", day)
    return max(2, int(found.value)) if found is not None and found.counts else 2


@dataclass(frozen=True, slots=True)
class Choice:
    """A lot at a place, to be chosen in a form: how much is booked there, None while it is to be counted."""

    kind: Kind
    lot: LotRow
    quantity: Decimal | None

    @property
    def code(self) -> str:
        """What stands in the form."""
        return f"{self.kind.value}:{self.lot.pk}"


@query(
    "ost.stock_see_today",
    "Xem lô thuốc đang có",
    "See which batches are there",
    of="facility",
    recorded=False,
)
def lots(viewer: Viewer, *, facility: Facility) -> tuple[Choice, ...]:
    """Every lot on the shelves of a site. Two statements."""
    held = holding.shelves([facility.pk])[facility.pk]
    blind = ledger.serving(facility) if _open_day(facility) is not None else None
    return tuple(Choice(kind, row, None if kind is blind else each) for kind, row, each in held if each > 0)


def shipment_to(viewer: Viewer, text: str) -> Shipment | None:
    """The delivery of an address, if the viewer may receive it where it goes."""
    rows = Shipment.objects.select_related("lot", "facility", "target_facility__agency", "sent_by__person")
    found = rows.filter(uid=_uid(text)).first()
    return found if found is not None and may(viewer, "ost.stock_confirm", found.target_facility) else None


def _uid(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        return UUID(int=0)


@query(
    "ost.stock_see_partners",
    "Xem nơi giao nhận thuốc của cơ sở",
    "See where a site sends medicine",
    of="facility",
    recorded=False,
)
def partners(viewer: Viewer, *, facility: Facility) -> tuple[Facility, ...]:
    """The points of a facility, or the facility of a point."""
    rows = Facility.objects.filter(Q(parent=facility) | Q(points=facility), programmes__contains=[OST])
    return tuple(rows.filter(valid_to=None).distinct().order_by("name"))
