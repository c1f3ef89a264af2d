"""A centre that keeps everything in dictionaries: the rules of ``centre`` around the thinnest of stores."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Any

from phoihop.programmes.ost.rules import centre
from phoihop.programmes.ost.rules.clocks import business_date, time_log
from phoihop.programmes.ost.rules.events import Bottles, CameBack, Checker, Event, Mark, Movement, Signer
from phoihop.programmes.ost.rules.incidents import NEED_A_DOCTOR
from phoihop.programmes.ost.rules.judging import Register, unproven
from phoihop.programmes.ost.rules.judging_bottles import returned
from phoihop.programmes.ost.rules.judging_doses import Fact, doubles, takings
from phoihop.programmes.ost.rules.judging_logs import read_log
from phoihop.programmes.ost.rules.permits import (
    Challenge,
    ClientFile,
    Draft,
    Holding,
    Lease,
    Order,
    Permit,
    Receiver,
    lent,
    release,
    sealed,
    transferred,
)
from phoihop.programmes.ost.rules.transport import Answer, Held, Offer, Verdict, signed_answer

LOOK_BACK = timedelta(8)  # days of doses that are held against new ones; a rebuilt centre looks at all


@dataclass
class Tables:
    """All that a restore puts back to an earlier state."""

    version: int = 0
    numbers: int = 0
    active: dict[str, str] = field(default_factory=dict)
    devices: dict[str, centre.DeviceState] = field(default_factory=dict)
    sites: dict[str, str] = field(default_factory=dict)
    heard_on: dict[str, date] = field(default_factory=dict)
    events: dict[str, Event] = field(default_factory=dict)
    proven: set[str] = field(default_factory=set)
    logs: dict[tuple[str, str], list[Event]] = field(default_factory=dict)
    split: set[tuple[str, str]] = field(default_factory=set)
    by_key: dict[str, list[str]] = field(default_factory=dict)
    by_place: dict[tuple[str, str, int], list[str]] = field(default_factory=dict)
    leases: dict[str, tuple[Lease, ...]] = field(default_factory=dict)
    at_site: dict[str, frozenset[str]] = field(default_factory=dict)
    orders: dict[str, tuple[Order, ...]] = field(default_factory=dict)
    outstanding: dict[str, dict[date, Holding]] = field(default_factory=dict)
    spent: dict[str, frozenset[date]] = field(default_factory=dict)
    facts: dict[str, dict[str, Fact]] = field(default_factory=dict)
    said: dict[str, dict[str, Fact]] = field(default_factory=dict)
    holders: dict[str, frozenset[str]] = field(default_factory=dict)
    found: dict[str, frozenset[str]] = field(default_factory=dict)
    answered: set[str] = field(default_factory=set)
    permits: dict[str, Permit] = field(default_factory=dict)
    stops: dict[str, int] = field(default_factory=dict)

    def copy(self) -> "Tables":
        made: dict[str, Any] = {}
        for name, value in vars(self).items():
            if name in ("logs", "by_key", "by_place"):
                made[name] = {key: list(inner) for key, inner in value.items()}
            elif name in ("outstanding", "facts", "said"):
                made[name] = {key: dict(inner) for key, inner in value.items()}
            elif isinstance(value, (dict, set)):
                made[name] = value.copy()
            else:
                made[name] = value
        return Tables(**made)


class Centre:
    """The server as far as the protocol goes."""

    def __init__(self, clock: Callable[[], int], sign: Signer, checker: Checker, epoch: str = "e1") -> None:
        self._clock, self._sign, self._checker = clock, sign, checker
        self.epoch = epoch
        self.restored: int | None = None
        self.secrets: dict[str, bytes] = {}
        self.t = Tables()

    @property
    def today(self) -> date:
        return business_date(self._clock())

    @property
    def register(self) -> Register:
        return Register(self.t.sites, self.t.permits, self.t.stops)

    # What people do

    def enrol(self, device: str, site: str, secret: bytes) -> None:
        self.t.devices.setdefault(device, centre.DeviceState(device, site))
        self.t.sites[device] = site
        self.secrets[device] = secret

    def activate(self, site: str, device: str) -> None:
        self.t.active[site] = device

    def order(self, client: str, order: Order) -> None:
        kept = self.t.orders.get(client, ())
        self.t.orders[client] = (*kept[-3:], order)

    def stop(self, client: str, number: str, at: int) -> None:
        self.t.stops[number] = at
        self.t.orders[client] = tuple(
            replace(order, stopped=at) if order.number == number else order
            for order in self.t.orders.get(client, ())
        )

    def transfer(self, client: str, site: str, first: date) -> None:
        self.t.at_site[site] = self.t.at_site.get(site, frozenset()) | {client}
        self.t.leases[client] = transferred(self.t.leases.get(client, ()), site, first)

    def guest(self, client: str, site: str, first: date, last: date) -> None:
        self.t.at_site[site] = self.t.at_site.get(site, frozenset()) | {client}
        self.t.leases[client] = lent(self.t.leases.get(client, ()), site, first, last)

    def doctor_answers(self, client: str) -> None:
        self.t.answered |= self.t.found.get(client, frozenset())

    def waiting(self, client: str) -> bool:
        return not self.t.found.get(client, frozenset()) <= self.t.answered

    def check_restored(self, device: str, *, no_other_at_work: bool) -> None:
        state = self.t.devices[device]
        others = [s for s in self.t.devices.values() if s.site == state.site and s.device != device]
        state = centre.checked(state, others, self.epoch, no_other_at_work=no_other_at_work)
        self.t.devices[device] = state
        for client, days in self.t.outstanding.items():
            self.t.outstanding[client] = centre.without_former(days, state)

    def withdraw(self, device: str) -> None:
        self.t.devices[device] = replace(self.t.devices[device], stopped=True, excused=True)
        for client, days in self.t.outstanding.items():
            self.t.outstanding[client] = centre.without_device(days, device)

    def take_code(self, challenge: Challenge, days: tuple[date, ...], code: str) -> bool:
        _, right = release(challenge, self.secrets[challenge.device], days, code, self._clock())
        if right:
            for day in days:
                self._apply(centre.Freed(challenge.number, challenge.device, day, day))
        return right

    def restore(self, tables: Tables, epoch: str) -> None:
        self.t, self.epoch, self.restored = tables.copy(), epoch, self._clock()

    # What devices do

    def receive(self, offer: Offer) -> Answer | None:
        """Keep what is offered and answer; None to somebody unknown."""
        new, verdicts = self._keep(offer.events)
        state = self.t.devices.get(offer.device)
        self._judge(new)
        if state is None or not offer.genuine(self._checker):
            return None
        for event in new:
            if event.digest in self.t.proven:
                stopped = self.t.devices[event.device].stopped
                for effect in centre.effects(event, stopped=stopped):
                    self._apply(effect)
                self._handed(event)
        state = centre.heard(self.t.devices[offer.device], offer, self.epoch, self.t.version)
        self.t.devices[offer.device] = state
        if offer.incarnation == state.incarnation and offer.epoch == self.epoch:
            self.t.heard_on[offer.device] = self.today
            for held in offer.held or ():
                self._adopt(held, state)
        return self._answer(offer, state, verdicts)

    def _keep(self, events: Iterable[Event]) -> tuple[list[Event], list[tuple[str, Verdict]]]:
        t, register, new, verdicts = self.t, self.register, [], []
        for event in sorted(events, key=lambda one: (one.log, one.seq)):
            place = (*event.log, event.seq)
            proven = unproven(event, register, self._checker) is None
            known = centre.Known(
                proven=proven,
                kept=event.digest in t.events,
                same_key=event.lies_under == event.key and bool(t.by_key.get(event.key)),
                same_place=bool(t.by_place.get(place)),
                before=tuple(t.by_place.get((*event.log, event.seq - 1), ())) if event.seq > 1 else ("",),
            )
            verdicts.append((event.digest, centre.verdict(event, known)))
            if known.kept:
                continue
            t.events[event.digest] = event
            new.append(event)
            if not proven:
                continue
            t.proven.add(event.digest)
            if event.lies_under == event.key:
                t.by_key.setdefault(event.key, []).append(event.digest)
            t.by_place.setdefault(place, []).append(event.digest)
            log = t.logs.setdefault(event.log, [])
            log.append(event)
            if known.same_place:
                t.split.add(event.log)
                t.devices[event.device] = replace(t.devices[event.device], stopped=True)
        return new, verdicts

    def _judge(self, new: list[Event]) -> None:
        """Time the new events, and hold their doses against those near them."""
        t = self.t
        first_new: dict[tuple[str, str], int] = {}
        for event in new:
            if event.digest in t.proven:
                first_new[event.log] = min(event.seq, first_new.get(event.log, event.seq))
        touched: dict[str, date] = {}
        for log, seq in first_new.items():
            ordered = t.logs[log]
            ordered.sort(key=lambda event: (event.seq, event.digest))
            for event, timing in self._timed(log, ordered, seq):
                told = event.fact
                if told is None or isinstance(told, Movement):
                    continue
                fact = Fact(event, told, timing)
                if isinstance(told, CameBack):
                    t.said.setdefault(told.bottle, {})[event.digest] = fact
                    for client in t.holders.get(told.bottle, ()):
                        touched[client] = min(told.label, touched.get(client, told.label))
                    continue
                t.facts.setdefault(told.client, {})[event.digest] = fact
                if isinstance(told, Bottles):
                    t.holders[fact.key] = t.holders.get(fact.key, frozenset()) | {told.client}
                day = min(told.days) if isinstance(told, Bottles) else told.day
                touched[told.client] = min(day, touched.get(told.client, day))
        for client, day in touched.items():
            near = [f for f in t.facts[client].values() if _last_day(f) >= day - LOOK_BACK]
            aside = self._aside(near)
            doses = [dose for dose in takings(near) if dose.name not in aside]
            t.spent[client] = frozenset(on for dose in doses for on in (dose.on, dose.day))
            kinds = {i.identity for i in doubles(doses) if i.kind in NEED_A_DOCTOR}
            t.found[client] = frozenset(kinds)

    def _aside(self, near: list[Fact]) -> frozenset[str]:
        """Names of bottles that came back full: all that lies under a bottle's key is held together."""
        t = self.t
        keys = {fact.key for fact in near if isinstance(fact.told, Bottles) and fact.key in t.said}
        if not keys:
            return frozenset()
        together = [fact for key in keys for fact in t.said[key].values()]
        for client in {client for key in keys for client in t.holders[key]}:
            together += [fact for fact in t.facts[client].values() if fact.key in keys]
        return returned(takings(together), together).aside

    def _timed(self, log: tuple[str, str], ordered: list[Event], seq: int) -> list[tuple[Event, Any]]:
        if log in self.t.split:
            timings = read_log(ordered).timings
            return [(event, timings[event.digest]) for event in ordered]
        start = len(ordered)
        while start > 0:
            start -= 1
            if ordered[start].seq < seq and isinstance(ordered[start].body, Mark):
                break
        window = ordered[start:]
        return list(zip(window, time_log([event.time for event in window]), strict=True))

    def _apply(self, effect: centre.Effect) -> None:
        t = self.t
        if isinstance(effect, centre.Used):
            client: str | None = effect.client
        else:
            permit = t.permits.get(effect.number)
            client = permit.client if permit else None
        if client in t.outstanding:
            t.outstanding[client] = centre.after(t.outstanding[client], effect)

    def _handed(self, event: Event) -> None:
        for effect in centre.effects(event, stopped=False):
            if isinstance(effect, centre.Moved):
                self.t.active[self.t.devices[effect.to_device].site] = effect.to_device
                return

    def _adopt(self, held: Held, state: centre.DeviceState) -> None:
        permit = held.permit
        if permit.genuine(self._checker):
            self.t.permits.setdefault(permit.number, permit)
            file = self._file(permit.client)
            self.t.outstanding[permit.client] = centre.adopted(file, held, state, self.today)

    def _file(self, client: str) -> ClientFile:
        t = self.t
        outstanding = t.outstanding.get(client, {})
        if any(day < self.today for day in outstanding):
            outstanding = t.outstanding[client] = centre.lapsed(outstanding, self.today, t.heard_on)
        return ClientFile(
            client,
            t.leases.get(client, ()),
            t.orders.get(client, ()),
            outstanding,
            t.spent.get(client, frozenset()),
            self.waiting(client),
        )

    def recovering(self) -> bool:
        in_use = [s for s in self.t.devices.values() if not s.excused]
        return centre.recovering(self.restored, in_use, self.epoch, self._clock())

    def _answer(self, offer: Offer, state: centre.DeviceState, verdicts: list[tuple[str, Verdict]]) -> Answer:
        t, today = self.t, self.today
        t.version += 1
        active = t.active.get(state.site) == state.device
        busy = self.recovering()
        to = centre.receiver(state, offer, active=active, epoch=self.epoch, recovering=busy)
        shown = offer.epoch == self.epoch and offer.incarnation == state.incarnation
        files = [self._file(client) for client in self._concerned(to)] if shown else []
        said = centre.settle(files, to, today, recovering=busy)
        permits = [t.permits[number] for number in said.keep]
        for client, draft in said.make:
            permits.append(self._make(client, draft, to))
        answer = Answer(
            device=offer.device,
            incarnation=offer.incarnation,
            epoch=self.epoch,
            version=t.version,
            nonce=offer.nonce,
            time=self._clock(),
            verdicts=tuple(verdicts),
            permits=tuple(permits) if shown else None,
            revocations=said.revoke,
            spent=said.spent,
            alerts=said.alerts,
            active=active,
            signature=b"",
        )
        return signed_answer(answer, self._sign)

    def _concerned(self, to: Receiver) -> list[str]:
        """Clients whose lease the site has, had or will have: among them all whose permits it may hold."""
        return sorted(self.t.at_site.get(to.site, ()))

    def _make(self, client: str, draft: Draft, to: Receiver) -> Permit:
        self.t.numbers += 1
        permit = Permit(
            epoch=self.epoch,
            number=f"{self.epoch}-{self.t.numbers}",
            client=client,
            site=to.site,
            device=to.device,
            order=draft.order.number,
            drug=draft.order.drug,
            mg=draft.order.mg,
            days=draft.days,
            issued=self._clock(),
            signature=b"",
        )
        permit = sealed(permit, self._sign)
        self.t.permits[permit.number] = permit
        held = self.t.outstanding.setdefault(client, {})
        for day in draft.days:
            assert day not in held, "one day of a client was about to be given out twice"
            held[day] = Holding(permit.number, permit.order, to.device, to.incarnation, permit.issued)
        return permit


def _last_day(fact: Fact) -> date:
    told = fact.told
    assert not isinstance(told, (Movement, CameBack))
    return max(told.days) if isinstance(told, Bottles) else told.day
