"""Facts become doses with their days, and pairs of doses that share a day become incidents."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import Any

from phoihop.programmes.ost.rules.clocks import DAY, Timing, business_date, midnight
from phoihop.programmes.ost.rules.events import Bottles, CameBack, Dose, Event, Movement, Paper, Told
from phoihop.programmes.ost.rules.incidents import Incident, Kind

APART = 18 * 3_600  # seconds: longer than any business day, so doses so far apart are of two days


class Certainty(StrEnum):
    """What the day of a dose rests on."""

    CERTAIN = "certain"  # the counter and the centre's time; for a bottle its label
    PROBABLE = "probable"  # a wall clock that proved right before and after, and the people's word
    STATED = "stated"  # the people's word on paper
    POSSIBLE = "possible"  # nothing better than the days between which it lies


@dataclass(frozen=True, slots=True)
class Fact:
    """A dose, bottles, what came back of one or a movement as one event tells of it, and when that event was
    written. ``alone``: no
    other machine writes under this log's name, so its counter times it against the log's other events."""

    event: Event
    told: Told
    timing: Timing
    alone: bool = True

    @property
    def slip(self) -> str | None:
        """The key on the slip, if it was written on paper first."""
        return self.event.body.slip if isinstance(self.event.body, Paper) else None

    @property
    def key(self) -> str:
        """The key of what it tells of: the slip's, or else the event's own."""
        return self.slip or self.event.key

    @staticmethod
    def content_of(told: Told) -> tuple[Any, ...]:
        """What must agree between a slip and the event of the same key. Days may differ, for a clock may be
        wrong; who witnessed it and under which permit is not on every slip."""
        if isinstance(told, Movement):
            return (told.KIND, told.batch, told.source, told.target, told.ml)
        if isinstance(told, CameBack):
            return (
                told.KIND,
                told.client,
                told.bottle,
                told.label,
                told.drug,
                told.ml,
                told.batch,
                told.sealed,
            )
        days = told.days if isinstance(told, Bottles) else ()
        return (told.KIND, told.client, told.drug, told.mg, told.ml, told.batch, told.place, days)


@dataclass(frozen=True, slots=True)
class Taking:
    """A dose that a client took, or a bottle for a day: one for each, whoever told of it and how often.

    ``identity`` names the dose; ``day`` is what people stated, ``on`` the business date, which certainly
    lies from ``first`` to ``last``. ``moment`` (best known), ``earliest`` and ``latest`` are when it was
    given. ``sources``: digests of all events that tell of it; ``key``: the key or slip of them. ``repeats``:
    the key of the vomited dose of which this is a part given again, by a doctor's word.
    """

    identity: str
    sources: tuple[str, ...]
    client: str
    place: str
    device: str
    order: str
    drug: str
    mg: Decimal
    ml: Decimal
    batch: str
    permits: tuple[str, ...]
    outside: bool
    bottle: bool
    day: date
    on: date
    first: date
    last: date
    certainty: Certainty
    moment: int | None
    earliest: int
    latest: int | None
    log: tuple[str, str]
    seq: int
    boot: str
    counter: int
    key: str = ""
    repeats: str = ""

    @property
    def name(self) -> str:
        """What incidents call it: bottles of one event are told apart by their day."""
        return f"{self.identity}@{self.day.isoformat()}" if self.bottle else self.identity

    @property
    def firm(self) -> bool:
        """Whether people and clocks at the place agree on its date."""
        return self.certainty is not Certainty.POSSIBLE


def merged(facts: Iterable[Fact]) -> list[tuple[str, Fact, tuple[Fact, ...]]]:
    """Each thing that happened once: its identity, the fact that tells it best, and slips that repeat it.

    An event of a device is a thing of its own, even if another one carries the same key: two real doses may
    lie behind them. A slip repeats an event, or another entry of the slip, if key and content agree.
    """
    found: dict[str, tuple[Fact, list[Fact]]] = {}
    same: dict[tuple[Any, ...], str] = {}
    ordered = sorted(facts, key=lambda fact: (fact.slip is not None, fact.event.digest))
    for fact in ordered:
        content = Fact.content_of(fact.told)
        if fact.slip is None:
            found[fact.event.digest] = (fact, [])
            same[fact.event.key, content] = fact.event.digest
            continue
        # A clock may have misdated what the device wrote; two entries of one slip must bear one day.
        known = same.get((fact.slip, content)) or same.get((fact.slip, content, fact.told.day))
        if known is not None:
            found[known][1].append(fact)
            continue
        name = f"slip:{fact.slip}"
        name = name if name not in found else f"{name}:{fact.event.digest}"
        found[name] = (fact, [])
        same[fact.slip, content, fact.told.day] = name
    return [(identity, best, tuple(more)) for identity, (best, more) in found.items()]


def takings(facts: Iterable[Fact]) -> list[Taking]:
    """The doses that facts tell of. All facts of a client must be there; those of others may be."""
    found = []
    for identity, fact, slips in merged(facts):
        told = fact.told
        if isinstance(told, (Movement, CameBack)):
            continue
        for day in told.days if isinstance(told, Bottles) else (told.day,):
            taking = _taking(identity, fact, slips, day)
            for slip in slips:
                if isinstance(slip.told, Dose):
                    taking = _widened(taking, slip.told.day)
            found.append(taking)
    return found


def _taking(identity: str, fact: Fact, slips: Sequence[Fact], day: date) -> Taking:
    told = fact.told
    assert isinstance(told, (Dose, Bottles))
    timing, reading = fact.timing, fact.event.time
    bottle = isinstance(told, Bottles)
    if fact.slip is not None:
        timing = Timing(midnight(told.day), midnight(told.day) + DAY, None)
    on, first, last, certainty = _dated(timing, day, paper=fact.slip is not None, bottle=bottle)
    permits = told.permits if isinstance(told, Bottles) else ((told.permit,) if told.permit else ())
    repeats = told.repeats if isinstance(told, Dose) else None
    return Taking(
        identity=identity,
        sources=tuple(sorted([fact.event.digest, *(slip.event.digest for slip in slips)])),
        client=told.client,
        place=told.place,
        device=fact.event.device,
        order=told.order,
        drug=told.drug,
        mg=told.mg,
        ml=told.ml,
        batch=told.batch,
        permits=permits,
        outside=told.outside,
        bottle=bottle,
        day=day,
        on=on,
        first=first,
        last=last,
        certainty=certainty,
        moment=timing.best,
        earliest=timing.earliest,
        latest=timing.latest,
        log=fact.event.log,
        seq=fact.event.seq,
        # The counter times the writing, which for paper came later, and for a bottle says nothing of its day.
        boot="" if bottle or fact.slip is not None or not fact.alone else reading.boot,
        counter=reading.counter,
        key=fact.key,
        repeats=repeats.dose if repeats is not None and repeats.doctor else "",
    )


def _dated(timing: Timing, day: date, *, paper: bool, bottle: bool) -> tuple[date, date, date, Certainty]:
    """A dose's business date, the first and last that are possible, and what the date rests on."""
    if bottle:
        return day, day, day, Certainty.CERTAIN
    if paper:
        return day, day, day, Certainty.STATED
    first = business_date(timing.earliest)
    last = None if timing.latest is None else business_date(timing.latest)
    if first == last:
        return first, first, first, Certainty.CERTAIN
    if timing.best is not None and business_date(timing.best) == day:
        return day, first if last else day, last or day, Certainty.PROBABLE
    last = last or date.max
    return (day if first <= day <= last else first), first, last, Certainty.POSSIBLE


def _widened(taking: Taking, day: date) -> Taking:
    """The dose after a slip of it stated a day: where that is another day, both stay possible."""
    if taking.first <= day <= taking.last and (taking.first == taking.last or taking.on == day):
        return taking
    first, last = min(taking.first, day), max(taking.last, day)
    return replace(taking, first=first, last=last, certainty=Certainty.POSSIBLE)


def doubles(doses: Iterable[Taking]) -> list[Incident]:
    """Pairs of doses of one client that share a business date, or may."""
    by_client: dict[str, list[Taking]] = defaultdict(list)
    for dose in doses:
        by_client[dose.client].append(dose)
    found = []
    for own in by_client.values():
        own.sort(key=lambda dose: (dose.first, dose.identity))
        again = {frozenset(pair) for pair in given_again(own).items()}
        open_ones: list[Taking] = []
        for dose in own:
            open_ones = [other for other in open_ones if other.last >= dose.first]
            for other in open_ones:
                kind = shared_day(other, dose)
                if kind is not None:
                    repeated = {other.name, dose.name} in again
                    found.append(_pair(Kind.GIVEN_AGAIN if repeated else kind, other, dose))
            open_ones.append(dose)
    return found


def given_again(doses: Iterable[Taking]) -> dict[str, str]:
    """The doses that are part of a vomited one given again, and the dose that each repeats, by their names.

    One dose may be repeated once: at its place, the same medicine, no more of it, on what may be its day.
    What is known under its key twice, or repeated twice, is repeated by none. All doses of a client must be
    there.
    """
    whole: dict[tuple[str, str], list[Taking]] = defaultdict(list)
    part: dict[tuple[str, str], list[Taking]] = defaultdict(list)
    for dose in doses:
        if dose.repeats:
            part[dose.client, dose.repeats].append(dose)
        elif not dose.bottle:
            whole[dose.client, dose.key].append(dose)
    return {
        those[0].name: whole[at][0].name
        for at, those in part.items()
        if len(those) == 1 and len(whole.get(at, ())) == 1 and _repeats(those[0], whole[at][0])
    }


def _repeats(part: Taking, whole: Taking) -> bool:
    same = (part.place, part.drug) == (whole.place, whole.drug)
    return same and part.mg <= whole.mg and shared_day(part, whole) is not None


def shared_day(one: Taking, other: Taking) -> Kind | None:
    """Whether two doses of one client were given on one day: certainly, possibly, or not.

    At one place its people's word for the day, borne out by its clocks, tells two doses apart. Between two
    places nothing but certain time does: each may be wrong about its day in its own way.
    """
    if one.certainty is other.certainty is Certainty.CERTAIN:
        return Kind.DOUBLE_DOSE if one.on == other.on else None
    if one.last < other.first or other.last < one.first:
        return None
    if one.place == other.place and one.firm and other.firm:
        return Kind.POSSIBLE_DOUBLE if one.on == other.on else None
    return None if _apart(one, other) else Kind.POSSIBLE_DOUBLE


def _apart(one: Taking, other: Taking) -> bool:
    """Whether two doses certainly lie so far apart that no business day holds both."""
    if one.boot and one.boot == other.boot and one.log == other.log:
        return abs(one.counter - other.counter) >= APART
    if one.bottle or other.bottle or one.latest is None or other.latest is None:
        return False
    return other.earliest - one.latest >= APART or one.earliest - other.latest >= APART


def _pair(kind: Kind, one: Taking, other: Taking) -> Incident:
    keys = tuple(sorted((one.name, other.name)))
    first, last = max(one.first, other.first), min(one.last, other.last)
    days = [first + timedelta(ahead) for ahead in range(min((last - first).days, 31) + 1)]
    return Incident(kind, keys, (one.client,), days=tuple(days))
