"""Three years of paper are taken over as any site would, and today is begun at the desks. What a start that
was cut short left undone, the next one does: every door knows what it was told before."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from functools import cached_property
from typing import TypeVar
from uuid import uuid5

from django.db import connection

from phoihop.base.org.models import Facility
from phoihop.base.org.rules.permissions import Viewer
from phoihop.base.org.viewers import scope_of
from phoihop.base.security import origin, scope
from phoihop.programmes.ost.actions import sites as desks
from phoihop.programmes.ost.actions import taking_over, taking_over_bottles, taking_over_people
from phoihop.programmes.ost.actions.taking_over import Batch, Book, Close, Delivery, Paper
from phoihop.programmes.ost.actions.taking_over_bottles import Bottle, Called, HandOut
from phoihop.programmes.ost.actions.taking_over_people import Before, Line, Served
from phoihop.programmes.ost.demo import lives, store
from phoihop.programmes.ost.demo.lives import Issue, Life, Site
from phoihop.programmes.ost.demo.store import Ledgers, Move, Quarter
from phoihop.programmes.ost.dosing import reaching
from phoihop.programmes.ost.models import Day, Device
from phoihop.programmes.ost.rules.books import Row
from phoihop.programmes.ost.rules.orders import LastDose
from phoihop.programmes.ost.rules.phases import Phase
from phoihop.programmes.ost.rules.stock import Kind
from phoihop.programmes.ost.rules.takehome import Fate
from phoihop.registry.actions import transferring
from phoihop.registry.models import Client, Transfer
from phoihop.registry.models.letters import RECEIVED
from phoihop.registry.taking_over import Entrant, Stay

T = TypeVar("T")
_DAY = timedelta(days=1)
_MONTHLY = ("Công ty Dược phẩm Trung ương (không có thật)", 5, 3)
_LOST = "Đếm thiếu 5 ml khi khóa sổ. Đã đếm lại hai lần; nghi rò ở vòi chai, đã thay vòi."
_MINUTED = {
    Fate.SPILT: ("BB-04", "spill", "Nắp chai lỏng, đổ khi mở. Người bệnh mang chai đến cho xem."),
    Fate.LOST_FULL: (
        "BB-02",
        "loss",
        "Chai còn nguyên rơi mất trên đường đi nương. Đã dừng cấp thuốc mang về.",
    ),
}
_CALLED = (44, 6)  # days ago on which some were called back with their bottles
_FOUND = "Đếm thừa 1,5 ml khi khóa sổ. Đã đếm lại; do rót các liều lẻ hơi thiếu."


@dataclass(frozen=True)
class Cast:
    """The facilities and points by their numbers, how many come to each, who works there, and the day on
    which the story ends. ``at``: the viewer who holds a role at a site, or with -1 at none."""

    facilities: Mapping[int, Facility]
    shares: Mapping[int, int]
    at: Callable[[str, int], Viewer]
    today: date

    @cached_property
    def first(self) -> date:
        """The first day of the books."""
        return self.today - lives.YEARS

    @cached_property
    def sites(self) -> list[Site]:
        """Facilities first, as the story needs them."""
        numbers = {facility.pk: number for number, facility in self.facilities.items()}
        return [
            Site(
                number,
                numbers[row.parent_id] if row.parent_id else number,
                row.valid_from or date.min,
                self.shares[number],
            )
            for number, row in sorted(self.facilities.items())
        ]

    @cached_property
    def lives(self) -> list[Life]:
        return lives.lives(self.sites, self.today)

    @cached_property
    def lost(self) -> tuple[int, date]:
        """Where and when five millilitres were missing."""
        return 0, self.today - timedelta(days=37)

    @cached_property
    def over(self) -> tuple[int, date]:
        """Where and when there was a little too much."""
        return 9, self.today - timedelta(days=64)

    @cached_property
    def ledgers(self) -> Ledgers:
        differs = {self.lost: Decimal(5), self.over: Decimal("-1.5")}
        return store.story(self.lives, self.sites, self.first, self.today, differs)

    def of(self, facility: int) -> list[Life]:
        return [life for life in self.lives if life.site.facility == facility]

    def working(self, site: int) -> tuple[Viewer, Viewer]:
        """Who gives at a site, and who counts there."""
        return self.at("ost-dispenser", site), self.at("ost-storekeeper", site)


def fill(cast: Cast, say: Callable[[str], None], hands: int = 1) -> None:
    """Everything, in order. ``hands``: how many write books at once, each with a connection of its own; while
    the database works for one, the next one reckons."""
    own = [site.number for site in cast.sites if site.number == site.facility]
    say("desks")
    _desks(cast)
    for number in own:
        say(f"people {number + 1}/{len(own)}")
        _people(cast, number)
    _moves(cast)
    for number in own:
        say(f"places {number + 1}/{len(own)}")
        _stays(cast, number)

    def orders(number: int) -> None:
        say(f"orders {number + 1}/{len(own)}")
        _orders(cast, number)
        _stock(cast, number)
        _bottles(cast, number)

    def books(site: Site) -> None:
        say(f"books {site.number + 1}/{len(cast.sites)}")
        _books(cast, site)

    _ = cast.ledgers  # reckoned once, before several ask for it
    _by(hands, orders, own)
    _by(hands, books, cast.sites)


def _by(hands: int, do: Callable[[T], None], things: Iterable[T]) -> None:
    """Do something with each thing; the first fault of any of them is raised."""
    if hands == 1:
        for thing in things:
            do(thing)
        return

    def done(thing: T) -> None:
        try:
            do(thing)
        finally:
            connection.close()

    with ThreadPoolExecutor(hands) as pool:
        for each in [pool.submit(done, thing) for thing in things]:
            each.result()


def _desks(cast: Cast) -> None:
    there = set()
    with origin.beginning(), reaching.centre(None, *(row.pk for row in cast.facilities.values())):
        there = set(Device.objects.filter(kind=Device.DESK).values_list("facility", flat=True))
    for site in cast.sites:
        facility = cast.facilities[site.number]
        if facility.pk not in there:
            with origin.beginning():
                desks.set_up_desk(
                    by=cast.at("ost-head", site.facility), facility=facility, label="Bàn cấp phát"
                )


def _people(cast: Cast, number: int) -> None:
    with origin.beginning():
        taking_over_people.take_over_people(
            by=cast.at("ost-doctor", number),
            facility=cast.facilities[number],
            people=[
                Entrant(
                    life.key,
                    life.told,
                    "Đơn và cam kết điều trị, mẫu 02",
                    "written",
                    life.times[0].since,
                    tuple(Stay(time.since, time.until, time.ending) for time in life.times),
                )
                for life in cast.of(number)
            ],
        )


def _moves(cast: Cast) -> None:
    """Those who moved house: one facility asks, the other accepts, each on the day it was."""
    for life in cast.lives:
        if life.moved is None:
            continue
        to, day = life.moved
        asks, takes = cast.at("ost-doctor", life.site.facility), cast.at("ost-doctor", to.number)
        with scope.acting(scope_of(takes)):
            if Client.objects.filter(facility=cast.facilities[to.number], pseudonym=life.key).exists():
                continue
        last = max((order for order in life.orders if order.start < day), key=lambda order: order.start)
        paper = {
            "last_mg": f"{last.mg:f}",
            "last_day": (day - _DAY).isoformat(),
            "phase": "duy trì",
            "bottles": "0",
        }
        with origin.beginning(), scope.acting(scope_of(asks)):
            own = Client.objects.select_related("facility").get(
                facility=cast.facilities[life.site.facility], pseudonym=life.key
            )
            transferring.ask(
                by=replace(asks, day=day - 4 * _DAY),
                client=own,
                to=cast.facilities[to.number],
                first_day=day,
                paper=paper,
            )
        with origin.beginning(), scope.acting(scope_of(takes)):
            letter = Transfer.objects.select_related("facility").get(
                facility=cast.facilities[to.number], pseudonym=life.key, side=RECEIVED
            )
            transferring.accept(by=replace(takes, day=day - _DAY), transfer=letter)


def _stays(cast: Cast, number: int) -> None:
    """Who takes doses at a point, since it was there; who was a guest elsewhere."""
    stays = []
    for life in cast.of(number):
        if life.site.number != number:
            for time in life.times:
                first = max(time.since, life.site.begun)
                if time.until is None or first <= time.until:
                    stays.append(Served(life.key, cast.facilities[life.site.number], first, time.until))
        if life.guest is not None:
            away, first, last = life.guest
            stays.append(Served(life.key, cast.facilities[away.number], first, last))
    with origin.beginning():
        taking_over_people.take_over_stays(
            by=cast.at("ost-doctor", number), facility=cast.facilities[number], stays=stays
        )


def _orders(cast: Cast, number: int) -> None:
    """Orders of those whom the facility treated then, by its doctor."""
    doctor = cast.at("ost-doctor", number)
    lines, before = [], {}
    for life in cast.lives:
        for place, order in enumerate(life.orders):
            moved = life.moved is not None and order.start >= life.moved[1]
            treating = life.moved[0].number if moved and life.moved else life.site.facility
            if treating != number:
                continue
            if life.key not in before and (place == 0 or moved):
                last = LastDose(order.drug, order.mg, order.start - _DAY)
                if life.times[0].since < cast.first or moved:
                    before[life.key] = Before(Phase.MAINTENANCE, last)
            lines.append(
                Line(
                    uuid5(life.key, f"{order.start}"),
                    life.key,
                    order.drug,
                    order.phase,
                    order.mg,
                    order.start,
                    order.end,
                    order.start,
                    doctor.account or 0,
                    order.every,
                )
            )
    with origin.beginning():
        taking_over_people.take_over_orders(
            by=doctor, facility=cast.facilities[number], orders=lines, before=before
        )


def _stock(cast: Cast, number: int) -> None:
    """The book of the facility's store, with its papers."""
    keeper, head = cast.at("ost-storekeeper", number), cast.at("ost-head", number)
    signers = (keeper.account or 0, head.account or 0)
    ours = {site.number for site in cast.sites if site.facility == number}
    deliveries, batches = [], set()
    for place, move in enumerate(m for m in cast.ledgers.moves if {m.site, m.to} <= ours):
        deliveries.append(_delivery(cast, move, place, signers))
        batches.add(move.batch)
    with origin.beginning():
        taking_over.take_over_stock(
            by=keeper,
            facility=cast.facilities[number],
            batches=[
                Batch(cast.ledgers.batches[batch][0], batch, cast.ledgers.batches[batch][1])
                for batch in sorted(batches)
            ],
            deliveries=deliveries,
        )


def _delivery(cast: Cast, move: Move, place: int, signers: tuple[int, ...]) -> Delivery:
    partner, before, since = _MONTHLY
    paper = None
    if move.source is Kind.TRADER:
        copies = before if move.day < lives.NEW_RULES else since
        paper = Paper(f"GN-{move.batch}", "delivery", move.day, signers, partner=partner, copies=copies)
    elif move.target is Kind.DESTROYED:
        cause = "Thuốc còn lại của lô, hủy trước khi hết hạn."
        paper = Paper(f"HUY-{move.batch}", "destruction", move.day, signers, cause, copies=2)
    return Delivery(
        f"{place}",
        move.day,
        move.batch,
        move.quantity,
        move.source,
        move.target,
        cast.facilities[move.site],
        cast.facilities[move.to],
        paper,
        number=f"PX-{move.batch}-{place}",
    )


def _bottles(cast: Cast, number: int) -> None:
    """The facility's book of medicine that was taken home, and who was called back with bottles."""
    some = [life for life in cast.of(number) if life.home is not None]
    if not some:
        return
    with origin.beginning():
        taking_over_bottles.take_over_bottles(
            by=cast.at("ost-doctor", number),
            facility=cast.facilities[number],
            site=cast.facilities[number],
            hand_outs=[_handed(cast, life, issue) for life in some for issue in _issues(life)],
            called=list(_recalled(cast, some)) if number == 0 else [],
        )


def _issues(life: Life) -> list[Issue]:
    return life.home.issues if life.home is not None else []


def _handed(cast: Cast, life: Life, issue: Issue) -> HandOut:
    span = next(each for each in store.quarters(cast.first, cast.today - _DAY) if issue.day <= each.last)
    gives, _ = cast.working(life.site.number)
    return HandOut(
        life.key,
        issue.day,
        issue.mg,
        store.batch_of(issue.drug, span),
        gives.account or 0,
        tuple(_bottle(cast, life, issue, day) for day in issue.days),
    )


def _bottle(cast: Cast, life: Life, issue: Issue, day: date) -> Bottle:
    serial = f"{day:%y%m%d}-{uuid5(life.key, f'bottle {day}').hex[:8].upper()}"
    fate = issue.fates.get(day, Fate.EMPTY) if issue.came is not None else None
    paper = None
    if fate in _MINUTED and issue.came is not None:
        number, kind, cause = _MINUTED[fate]
        signers = tuple(
            cast.at(role, life.site.number).account or 0 for role in ("ost-dispenser", "ost-storekeeper")
        )
        paper = Paper(number, kind, issue.came, signers, f"{cause} ({serial})", copies=2)
    return Bottle(serial, day, fate, issue.came if fate is not None else None, paper)


def _recalled(cast: Cast, some: Iterable[Life]) -> Iterator[Called]:
    """Those who held bottles on days of a recall, two of each; they came the next day and showed all."""
    for ago in _CALLED:
        day = cast.today - timedelta(days=ago)
        came = day + _DAY
        holding = [
            (life, issue)
            for life in some
            for issue in _issues(life)
            if issue.day < day and came < issue.days[-1] and issue.fates == {}
        ]
        for life, issue in holding[:2]:
            shown = tuple(_bottle(cast, life, issue, each).serial for each in issue.days if each > came)
            yield Called(life.key, day, came, came, shown)


def _books(cast: Cast, site: Site) -> None:
    """A site's books, a quarter at a time; those that are there already are not told again."""
    facility = cast.facilities[site.number]
    doctor = cast.at("ost-doctor", site.facility)
    with origin.beginning(), reaching.centre(doctor.account, facility.pk):
        last = Day.objects.filter(facility=facility).order_by("-day").values_list("day", flat=True).first()
    rows = _rows(cast, site)
    for quarter in store.quarters(cast.first, cast.today - _DAY):
        evenings = cast.ledgers.counted.get(site.number, {})
        days = [day for day in sorted(evenings) if quarter.first <= day <= quarter.last]
        if not days or (last is not None and last >= days[-1]):
            continue
        book = Book(facility, rows[quarter], [_close(cast, site, day, evenings[day]) for day in days])
        with origin.beginning():
            taking_over.take_over_doses(by=doctor, facility=cast.facilities[site.facility], book=book)


def _rows(cast: Cast, site: Site) -> dict[Quarter, list[Row]]:
    spans = store.quarters(cast.first, cast.today - _DAY)
    found: dict[Quarter, list[Row]] = {span: [] for span in spans}
    for life in cast.lives:
        for order in life.orders:
            days = order.taken.get(site.number)
            if not days:
                continue
            for span in spans:
                if span.last < days[0] or days[-1] < span.first:
                    continue
                batch = store.batch_of(order.drug, span)
                own = tuple(day for day in days if span.first <= day <= span.last)
                twice = tuple(day for day in own if day == life.twice and life.is_home(site))
                own = tuple(day for day in own if day not in twice)
                found[span] += [Row(life.key, order.mg, batch, own)] if own else []
                found[span] += [Row(life.key, order.mg, batch, twice, outside=True)] if twice else []
    return found


def _close(cast: Cast, site: Site, day: date, found: Mapping[str, Decimal]) -> Close:
    gives, counts = cast.working(site.number)
    paper = None
    head, keeper = cast.at("ost-head", site.facility), cast.at("ost-storekeeper", site.facility)
    signers = (head.account or 0, keeper.account or 0)
    for at, number, cause in ((cast.lost, "BB-05", _LOST), (cast.over, "BB-03", _FOUND)):
        if (site.number, day) == at:
            paper = Paper(number, "difference", day, signers, cause, copies=2)
    return Close(day, gives.account or 0, (gives.account or 0,), counts.account or 0, found, paper)
