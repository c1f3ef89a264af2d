"""Everything that people and tablets may do to the server's own centre, in any order, over the tables."""

import random
from collections import Counter, defaultdict
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from itertools import combinations
from typing import Any, ClassVar
from uuid import UUID, uuid4

from django.db import connection, transaction
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from phoihop.base.org.models import Facility
from phoihop.base.org.rules.permissions import Viewer
from phoihop.kernel.refusals import Refusal
from phoihop.programmes.ost.actions import counting, dispensing, lending, ordering
from phoihop.programmes.ost.actions import devices as acting_on
from phoihop.programmes.ost.dosing import ledger, reaching, receiving
from phoihop.programmes.ost.models import (
    Device,
    Incident,
    Lease,
    OrderRow,
    Outstanding,
    Roster,
)
from phoihop.programmes.ost.queries import holding, missed
from phoihop.programmes.ost.rules.clocks import business_date
from phoihop.programmes.ost.rules.events import Event
from phoihop.programmes.ost.rules.phases import Phase
from phoihop.programmes.ost.rules.transport import Answer, Offer
from phoihop.programmes.ost.tests import care_people, making
from phoihop.programmes.ost.tests import random_centre_base as ends
from phoihop.programmes.ost.tests.making import A_YEAR, acting
from phoihop.programmes.ost.tests.random_centre_base import (
    DAY,
    DAYS,
    FILLED,
    SECONDS,
    Base,
    Truth,
    copied,
    state,
)
from phoihop.programmes.ost.tests.tablets import Tablet, asked
from phoihop.registry.actions import transferring
from phoihop.registry.models import Client, Transfer

ANY = st.integers(0, 10**6)
PAPER = {"last_mg": "60", "last_day": "hôm nay", "phase": "duy trì", "bottles": "0"}
# What the rules may say to whoever asks for something at a wrong time; anything else is a fault.
USUAL = {
    "used", "not-yours", "held-elsewhere", "no-order", "not-due", "locked", "doctor-first", "desk-inactive",
    "day-not-open", "day-not-counted", "day-closed", "lend-used", "lend-days", "nothing-lent", "not-served",
    "not-enrolled", "days-wrong", "asked-already", "order-not-running", "device-holds-days", "device-stopped",
    "count-no-day", "count-done", "count-own", "count-waits", "count-incomplete", "same-site", "not-treated",
}  # fmt: skip
JUDGED = ("order-", "step-", "first-dose-", "missed-", "phase-")  # what doctors' orders are judged by


@dataclass
class Line:
    """A tablet's way to the centre, which loses what the world tells it to."""

    world: "World"
    lose: str = ""

    def exchange(self, offer: Offer, /) -> Answer | None:
        self.world.offers.append(offer)
        if self.lose == "offer":
            return None
        answer = self.world.receive(offer)
        return None if self.lose == "answer" else answer


class World(RuleBasedStateMachine):
    """``begun`` is set before a machine is made. Whatever is done is undone with the savepoint at the end."""

    begun: Base
    seen: ClassVar[Counter[str]] = Counter()  # what happened in all worlds together

    def __init__(self) -> None:
        super().__init__()
        self.savepoint = transaction.atomic()
        self.savepoint.__enter__()
        self.house, self.clock = self.begun.house, self.begun.clock
        self.clock.ahead = -DAYS * SECONDS
        self.clients = list(self.begun.clients)
        self.persons = {str(each.pseudonym): care_people.person_of(each) for each in self.clients}
        self.tablets = [copied(each) for each in self.begun.devices]
        self.twins: list[Tablet] = []
        self.cut: set[int] = set()
        self.offers: list[Offer] = []
        self.answers: list[tuple[Tablet, Answer]] = []
        self.truth: list[Truth] = []
        self.keys: list[tuple[Roster, str, str]] = []

    # What is picked from

    @property
    def today(self) -> date:
        return business_date(self.clock())

    def by(self, viewer: Viewer) -> Viewer:
        """Somebody at work on the world's own day, as they were long before."""
        held = tuple(replace(each, since=self.today - A_YEAR) for each in viewer.held)
        return replace(viewer, day=self.today, held=held)

    def client(self, pick: int) -> Client:
        return self.clients[pick % len(self.clients)]

    def person(self, client: Client) -> UUID:
        return self.persons[str(client.pseudonym)]

    def tablet(self, pick: int) -> Tablet:
        there = [*self.tablets, *self.twins]
        return there[pick % len(there)]

    def doctor(self, client: Client) -> Viewer:
        return self.by(self.house.doctor if client.facility_id == self.house.a.pk else self.house.doctor_b)

    def site(self, pick: int) -> tuple[Facility, Viewer, Viewer]:
        """A site, who gives doses there, and who counts."""
        house = self.house
        found = (
            (house.a, house.dispenser, house.storekeeper),
            (house.p, house.dispenser_p, house.storekeeper_p),
            (house.b, house.dispenser_b, house.head_b),
        )
        facility, giver, counter = found[pick % 3]
        return facility, self.by(giver), self.by(counter)

    def tried(self, what: str, do: Callable[[], Any]) -> Any:
        """What came of it; None where the rules refused it, with a reason that such a thing may have."""
        try:
            with transaction.atomic():
                done = do()
        except Refusal as refusal:
            self.seen[f"{what}: {refusal.reason}"] += 1
            if refusal.reason not in USUAL and not refusal.reason.startswith(JUDGED):
                raise
            return None
        self.seen[what] += 1
        return done

    # Time

    @initialize()
    def a_first_morning(self) -> None:
        for _ in range(2):
            for tablet in self.tablets:
                assert tablet.replica.synchronise(Line(self))
        self.open_everywhere()

    @rule(hours=st.sampled_from([1, 5, 24]))
    def time_passes(self, hours: int) -> None:
        if self.clock.ahead + hours * 3_600 < 0:
            self.clock.ahead += hours * 3_600

    @rule(days=st.sampled_from([1, 1, 1, 2]), visits=ANY)
    def a_day_passes(self, days: int, visits: int) -> None:
        """Where there is a line tablets synchronise, desks are counted and opened; most people come."""
        if self.clock.ahead + days * SECONDS >= 0:
            return
        for where in range(3):
            self.count_a_day(where)
        self.clock.ahead += days * SECONDS
        for which in range(len(self.tablets)):
            self.synchronise(which, "")
        self.open_everywhere()
        for who in range(len(self.clients)):
            if visits >> who & 3:
                self.visit(who, visits + who)

    def open_everywhere(self) -> None:
        for where in range(3):
            self.open_a_day(where)

    @rule(who=ANY, where=ANY)
    def visit(self, who: int, where: int) -> None:
        """Somebody asks for a dose at a site: of its tablet, and of its desk where that gives none."""
        facility, _, _ = self.site(where)
        for which, tablet in enumerate(self.tablets):
            if tablet.site == facility.pk:
                self.give_on_a_tablet(which, who)
        self.give_at_a_desk(where, who, outside=False)

    # Tablets

    @rule(which=ANY, who=ANY)
    def give_on_a_tablet(self, which: int, who: int) -> None:
        """By the rules: opened and counted as they want it, and what it refuses is not given."""
        tablet, client = self.tablet(which), self.client(who)
        self.clock.ahead += 20
        if tablet.replica.memory.opened not in (None, self.today):
            self.count_on(tablet)
        tablet.replica.open_day(self.today)
        found = tablet.replica.give(self.wanted(tablet, client))
        self.note(client, found, tablet, forced=tablet in self.twins or tablet.name in self.cloned)

    def count_on(self, tablet: Tablet) -> None:
        """A second person finds what is really left at the site."""
        left = FILLED - sum(dose.quantity for dose in self.truth if dose.facility == tablet.site)
        keeper = self.house.storekeeper if tablet.site == self.house.a.pk else self.house.head_b
        tablet.replica.count((("L01", left),), str(keeper.account))

    @rule(which=ANY, who=ANY)
    def insist_on_a_tablet(self, which: int, who: int) -> None:
        tablet, client = self.tablet(which), self.client(who)
        self.clock.ahead += 20
        self.note(client, tablet.replica.give(self.wanted(tablet, client), insist=True), tablet, forced=True)

    @property
    def cloned(self) -> set[str]:
        return {each.name for each in self.twins}

    def wanted(self, tablet: Tablet, client: Client) -> Any:
        """The dose as the tablet's own permit has it."""
        number = tablet.replica.memory.left.get((str(client.pseudonym), self.today))
        mg = tablet.replica.memory.permits[number].mg if number is not None else Decimal(60)
        return asked(client, self.today, int(mg), ml=mg / 10)

    def note(self, client: Client, found: Any, tablet: Tablet, *, forced: bool) -> None:
        if not isinstance(found, Event):
            self.seen[f"tablet: {found.value}"] += 1
            return
        self.seen["forced on a tablet" if forced else "given on a tablet"] += 1
        told: Any = found.body
        self.gave(Truth(self.person(client), self.today, found.digest, tablet.site, told.ml, forced))

    def gave(self, dose: Truth) -> None:
        before = [each for each in self.truth if (each.person, each.on) == (dose.person, dose.on)]
        self.truth.append(dose)
        assert not before or dose.forced or any(each.forced for each in before), "a double by the rules"

    @rule(which=ANY, lose=st.sampled_from(["", "", "", "offer", "answer"]))
    def synchronise(self, which: int, lose: str) -> None:
        tablet = self.tablet(which)
        self.clock.ahead += 3
        cut = id(tablet) in self.cut
        taken = tablet.replica.synchronise(Line(self, "offer" if cut else lose))
        self.seen["taken" if taken else "not taken"] += 1

    @rule(which=ANY)
    def cut_off(self, which: int) -> None:
        """No line until the end of the world."""
        self.cut.add(id(self.tablet(which)))

    @rule(which=ANY)
    def deliver_an_offer_again(self, which: int) -> None:
        """An old offer comes once more, and its answer reaches the tablet."""
        if self.offers:
            offer = self.offers[which % len(self.offers)]
            answer = self.receive(offer)
            self.answers += [
                (each, answer) for each in self.tablets if answer is not None and each.name == offer.device
            ]

    @rule(which=ANY)
    def deliver_an_answer_late(self, which: int) -> None:
        if self.answers:
            tablet, answer = self.answers[which % len(self.answers)]
            tablet.replica.take(answer)

    @rule(which=ANY)
    def restart_a_tablet(self, which: int) -> None:
        self.tablet(which).start()

    @rule(which=ANY)
    def clone(self, which: int) -> None:
        if not self.twins:
            twin = self.tablets[which % len(self.tablets)].clone()
            self.twins.append(twin)

    def receive(self, offer: Offer) -> Answer | None:
        return receiving.receive(offer, self.clock(), missed.locked)

    # Desks

    @rule(where=ANY)
    def open_a_day(self, where: int) -> None:
        facility, giver, _ = self.site(where)
        self.tried("open", lambda: dispensing.open_day(by=giver, facility=facility))

    @rule(where=ANY)
    def count_a_day(self, where: int) -> None:
        """A second person finds what the book has."""
        facility, _, counter = self.site(where)
        kind = ledger.serving(facility)
        with reaching.centre(None, facility.pk):
            there = {row.pk: quantity for row, quantity in holding.on_hand(facility.pk, kind).values()}
        self.tried("count", lambda: counting.count(by=counter, facility=facility, kind=kind, found=there))

    @rule(where=ANY, who=ANY, outside=st.sampled_from([False, False, False, True]))
    def give_at_a_desk(self, where: int, who: int, outside: bool) -> None:
        facility, giver, _ = self.site(where)
        client, key = self.client(who), uuid4().hex
        self.clock.ahead += 20
        with acting(giver):
            row = Roster.objects.select_related("facility").filter(
                facility=facility, person=self.person(client)
            )
            line = row.first()
        if line is None:
            return
        more: dict[str, Any] = {"outside": True, "mg": Decimal(60), "why": "paper"} if outside else {}
        given = self.tried(
            "outside at a desk" if outside else "given at a desk",
            lambda: dispensing.give_dose(by=giver, roster=line, key=key, **more),
        )
        if given is None:
            return
        if not outside:
            held = {
                (self.persons[name], day)
                for tablet in self.tablets
                if tablet.name not in self.cloned
                for name, day in tablet.replica.memory.left
            }
            assert (line.person, self.today) not in held, "a tablet holds the day too"
        dose = Truth(line.person, self.today, given.event.digest, facility.pk, given.dose.quantity, outside)
        self.gave(dose)
        self.keys.append((line, key, given.event.digest))

    @rule(which=ANY)
    def ask_the_desk_again(self, which: int) -> None:
        """The answer was lost: asked again under its key, it is the dose of the first time."""
        if not self.keys:
            return
        line, key, digest = self.keys[which % len(self.keys)]
        giver = next(giver for site, giver, _ in map(self.site, range(3)) if site.pk == line.facility_id)
        again = self.tried("asked again", lambda: dispensing.give_dose(by=giver, roster=line, key=key))
        assert again is None or again.event.digest == digest

    @rule(where=ANY, to_tablet=st.booleans())
    def move_the_right_to_dispense(self, where: int, to_tablet: bool) -> None:
        tablet = self.tablets[where % 2]
        with reaching.centre(None):
            row = Device.objects.select_related("facility__agency").get(name=tablet.name)
        head = self.by(self.house.head if row.facility_id == self.house.a.pk else self.house.head_b)
        device = row if to_tablet else self.begun.desks[row.facility_id]
        self.tried("make active", lambda: acting_on.make_active(by=head, device=device))

    # Clients

    @rule(who=ANY, where=ANY, ahead=st.integers(0, 2), days=st.integers(1, 3))
    def lend(self, who: int, where: int, ahead: int, days: int) -> None:
        client, (to, _, _) = self.client(who), self.site(where)
        first = self.today + ahead * DAY
        last = None if to.parent_id == client.facility_id else first + (days - 1) * DAY
        if to.parent_id in (None, client.facility_id):
            given = {"client": client, "to": to, "first": first, "last": last}
            self.tried("lend", lambda: lending.lend(by=self.doctor(client), **given))

    @rule(who=ANY, ahead=st.integers(0, 2))
    def call_back(self, who: int, ahead: int) -> None:
        client, first = self.client(who), self.today + ahead * DAY
        self.tried("call back", lambda: lending.call_back(by=self.doctor(client), client=client, first=first))

    @rule(who=ANY)
    def transfer(self, who: int) -> None:
        """To the other facility from tomorrow on, where a doctor signs at once."""
        client, house = self.client(who), self.house
        to, there = (house.b, house.doctor_b) if client.facility_id == house.a.pk else (house.a, house.doctor)
        there = self.by(there)

        def move() -> Client:
            first = self.today + DAY
            transferring.ask(by=self.doctor(client), client=client, to=to, first_day=first, paper=PAPER)
            with acting(there):
                letter = Transfer.objects.select_related("facility").filter(side="received").latest("pk")
            return transferring.accept(by=there, transfer=letter)

        moved = self.tried("transfer", move)
        if moved is not None:
            self.persons[str(moved.pseudonym)] = self.person(client)
            self.clients[self.clients.index(client)] = moved
            making.ordered(there, moved, start=self.today + DAY)

    @rule(who=ANY)
    def stop(self, who: int) -> None:
        client = self.client(who)
        by = self.doctor(client)
        with reaching.centre(by.account, client.facility_id):
            rows = OrderRow.objects.select_related("facility__agency", "client")
            row = rows.filter(client=client, stopped=None).order_by("-pk").first()
        if row is not None:
            self.tried("stop", lambda: ordering.stop_order(by=by, order=row, why="theo lời bác sĩ"))

    @rule(who=ANY, mg=st.sampled_from([60, 62, 65]), ahead=st.integers(0, 1))
    def order(self, who: int, mg: int, ahead: int) -> None:
        client = self.client(who)
        more = {"phase": Phase.MAINTENANCE, "start": self.today + ahead * DAY}
        self.tried("order", lambda: care_people.signs(self.doctor(client), client, mg, 20, **more))

    @rule()
    def admit(self) -> None:
        if len(self.clients) < 6:
            by = self.by(self.house.doctor)
            client = making.admitted(by, self.house.a, f"Người Mới {len(self.clients)}", self.today)
            making.ordered(by, client, start=self.today)
            self.persons[str(client.pseudonym)] = care_people.person_of(client)
            self.clients.append(client)

    @rule(who=ANY)
    def a_doctor_answers(self, who: int) -> None:
        """Whatever waits of a client is looked into."""
        with reaching.centre(None):
            waiting = Incident.objects.filter(
                answered_at=None, persons__contains=[self.person(self.client(who))]
            )
            waiting.update(answered_at="2026-01-01T00:00:00Z", answered_by=self.house.doctor.account)

    # What always holds

    @invariant()
    def nobody_has_a_day_twice(self) -> None:
        """Not two leases of one day, nor two days outstanding, nor two machines that would both give."""
        with connection.cursor() as cursor:
            cursor.execute("set constraints all immediate")  # what the database compares at the end
            cursor.execute("set constraints all deferred")
        with reaching.centre(None):
            leases: dict[UUID, list[Lease]] = defaultdict(list)
            for row in Lease.objects.filter(aside=None).order_by("first"):
                leases[row.person].append(row)
            for rows in leases.values():
                for one, other in combinations(rows, 2):
                    assert one.last is not None
                    assert one.last < other.first
            days = list(Outstanding.objects.values_list("person", "day"))
            assert len(days) == len(set(days))
        held = [
            (self.persons[name], day)
            for tablet in self.tablets
            if tablet.name not in self.cloned
            for name, day in tablet.replica.memory.left
        ]
        assert len(held) == len(set(held))

    def teardown(self) -> None:
        try:
            self.same_in_any_order()
            self.heal()
            ends.nothing_lost(self.truth)
            self.seen["doubles"] += ends.no_double_silent(self.truth)
            ends.ledger_exact(self.truth, cloned=bool(self.twins))
        finally:
            transaction.set_rollback(True)
            self.savepoint.__exit__(None, None, None)

    def same_in_any_order(self) -> None:
        """What no offer told yet, piece by piece and whole, shuffled and repeated, amounts to the same."""
        pieces: list[tuple[Tablet, Offer, tuple[Event, ...]]] = []
        whole: list[int] = []
        for tablet in (*self.tablets, *self.twins):
            offer = tablet.replica.offer()
            if offer.events:
                pieces += [(tablet, offer, (event,)) for event in offer.events]
                whole.append(len(pieces))
                pieces.append((tablet, offer, offer.events))
        if not pieces:
            return
        control = self.told([pieces[at] for at in whole])
        other = self.told([pieces[at] for at in reversed(whole)])
        for seed in range(2):
            order = list(range(len(pieces))) * (1 + seed)
            random.Random(seed).shuffle(order)
            self.seen["compared in another order"] += 1
            found = self.told([pieces[at] for at in order])
            for name, rows in control.items():
                if name == "outstanding" and self.twins:
                    continue  # what a clone gave back before anybody knew of two was free, and is not after
                if name in ("days", "counts"):
                    found[name] = other[name]  # by whole offers: a tablet tells its oldest events first
                if name not in ("days", "counts") or not self.twins:
                    assert found[name] == rows, (name, found[name] ^ rows)

    def told(self, pieces: list[tuple[Tablet, Offer, tuple[Event, ...]]]) -> dict[str, set[Any]]:
        with transaction.atomic():
            for count, (tablet, offer, events) in enumerate(pieces):
                bare = replace(offer, events=events, nonce=f"n{count}", held=None, asks=False, signature=b"")
                assert self.receive(replace(bare, signature=tablet.sign(bare.signed))) is not None
            found = state()
            transaction.set_rollback(True)
        return found

    def heal(self) -> None:
        """Everybody has a line again, and all is told."""
        for _ in range(3):
            for tablet in (*self.tablets, *self.twins):
                self.clock.ahead += 2
                assert tablet.replica.synchronise(Line(self))
