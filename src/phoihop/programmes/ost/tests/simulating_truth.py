"""The truth of a simulated world set against what the centre makes of its events."""

import random
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from itertools import combinations

from phoihop.programmes.ost.rules.events import Bottles, CameBack, Dose, Event, Movement, Paper, Repeats
from phoihop.programmes.ost.rules.incidents import NEED_A_DOCTOR, Kind
from phoihop.programmes.ost.rules.judging import Judgement, judge
from phoihop.programmes.ost.rules.judging_bottles import name_of
from phoihop.programmes.ost.tests.simulating import Bottle, Given, World


@dataclass
class Figures:
    """What a run amounts to. ``doubles``: pairs of doses that one client really took on one day;
    ``unforced``: those of them for which nobody insisted, used paper or cloned a machine. ``returned``:
    bottles that came back full, ``instead`` those whose day had another dose; ``unfreed``: those that still
    count as taken, and nobody is told why; ``unsaid``: bottles of which two things were said, and nobody is
    told; ``again``: parts of vomited doses given again, ``misjudged`` those of them that are not taken for it
    though nothing speaks against it."""

    events: int = 0
    doses: int = 0
    doubles: int = 0
    unforced: int = 0
    silent: int = 0
    lost: int = 0
    invented: int = 0
    stock_differences: int = 0
    wrong_days: int = 0
    stops_missed: int = 0
    after_stop: int = 0
    returned: int = 0
    instead: int = 0
    unfreed: int = 0
    unsaid: int = 0
    again: int = 0
    misjudged: int = 0
    false_alarms: Counter[str] = field(default_factory=Counter)
    incidents: Counter[str] = field(default_factory=Counter)
    causes: Counter[str] = field(default_factory=Counter)
    examples: list[str] = field(default_factory=list)

    def add(self, other: "Figures") -> None:
        for name, value in vars(other).items():
            mine = getattr(self, name)
            if isinstance(mine, Counter):
                mine.update(value)
            else:
                setattr(self, name, mine + value)

    @property
    def sound(self) -> bool:
        """Whether nothing is there that must never be."""
        return not (
            self.silent
            or self.unforced
            or self.lost
            or self.invented
            or self.stock_differences
            or self.wrong_days
            or self.stops_missed
            or self.unfreed
            or self.unsaid
            or self.misjudged
        )


def same(one: Judgement, other: Judgement) -> bool:
    """Whether two judgements say the same."""
    return one == other


def judged(world: World, shuffled: random.Random | None = None) -> Judgement:
    """What the centre's events amount to, in the order they came or another."""
    events = list(world.centre.t.events.values())
    if shuffled is not None:
        shuffled.shuffle(events)
    return judge(events, world.centre.register, world.keys.check)


def figures(world: World, judgement: Judgement) -> Figures:
    """The run's figures."""
    found = Figures(events=len(world.centre.t.events))
    found.incidents = Counter(str(incident.kind) for incident in judgement.incidents)
    names = _matched(world, judgement, found)
    _doubles(world, judgement, names, found)
    _bottles(world, judgement, names, found)
    _stock(world, judgement, found)
    _stops(world, judgement, names, found)
    return found


def _matched(world: World, judgement: Judgement, found: Figures) -> dict[tuple[int, date], str]:
    """The name of the judged dose that each true one became; counts what is lost and invented."""
    events = world.centre.t.events
    by_source: dict[tuple[str, date | None], list[str]] = defaultdict(list)
    judged_doses = {dose.name: dose for dose in judgement.doses}
    for dose in judgement.doses:
        label = dose.day if dose.bottle else None
        for source in _keys(events[digest] for digest in dose.sources) | set(dose.sources):
            by_source[source, label].append(dose.name)
    names: dict[tuple[int, date], str] = {}
    taken: set[str] = set()
    back = {(one.given.digest, one.given.key, one.day) for one in _all(world) if one.back}
    doubted = {i.keys[0] for i in judgement.incidents if i.kind is Kind.BOTTLE_IN_DOUBT}
    for number, given in enumerate(world.truth):
        if isinstance(given.fact, (Movement, CameBack)):
            continue
        for day in given.fact.days if isinstance(given.fact, Bottles) else (given.fact.day,):
            found.doses += 1
            label = day if isinstance(given.fact, Bottles) else None
            candidates = by_source.get((given.digest, label)) or by_source.get((given.key, label)) or []
            name = next((one for one in candidates if one not in taken), None)
            if (given.digest, given.key, day) in back:
                # Nobody drank it: it counts only while there is something for a person to settle.
                found.returned += 1
                found.doses -= 1
                taken |= {name} if name is not None else set()
                if name is not None and name_of((given.key, day)) not in doubted:
                    found.unfreed += 1
                    found.examples.append(f"not free {given} {day}")
                continue
            if name is None:
                found.lost += 1
                found.examples.append(f"lost {given}")
                continue
            taken.add(name)
            names[number, day] = name
            dose = judged_doses[name]
            true_day = day if isinstance(given.fact, Bottles) else given.day
            if not dose.first <= true_day <= dose.last or (dose.firm and dose.on != true_day):
                found.wrong_days += 1
                found.examples.append(f"day {given} {dose}")
    invented = set(judged_doses) - taken
    found.invented = len(invented)
    found.examples += [f"invented {judged_doses[name]}" for name in sorted(invented)[:3]]
    return names


def _keys(events: Iterable[Event]) -> set[str]:
    return {event.body.slip if isinstance(event.body, Paper) else event.key for event in events}


def _all(world: World) -> list[Bottle]:
    return [bottle for those in world.out.values() for bottle in those]


def _bottles(world: World, judgement: Judgement, names: dict[tuple[int, date], str], found: Figures) -> None:
    """A bottle of which two things were said must have its incident."""
    doubted = {i.keys[0] for i in judgement.incidents if i.kind is Kind.BOTTLE_IN_DOUBT}
    dosed = {(world.truth[number].client, day) for number, day in names}
    for bottle in _all(world):
        found.instead += bottle.back and (bottle.fact.client, bottle.day) in dosed
        if len(bottle.said) > 1 and name_of((bottle.given.key, bottle.day)) not in doubted:
            found.unsaid += 1
            found.examples.append(f"unsaid {bottle}")


def _doubles(world: World, judgement: Judgement, names: dict[tuple[int, date], str], found: Figures) -> None:
    """Every true pair must have its incident; an incident without a pair is a false alarm."""
    truth = world.truth
    lied = {(one.given.digest, one.given.key, one.day) for one in _all(world) if one.lied}
    by_day: dict[tuple[str, date], list[tuple[str, Given]]] = defaultdict(list)
    for (number, day), name in names.items():
        given = truth[number]
        true_day = day if isinstance(given.fact, Bottles) else given.day
        by_day[given.client, true_day].append((name, given))
    raised = {incident.keys: incident for incident in judgement.incidents if incident.kind in NEED_A_DOCTOR}
    again = {incident.keys for incident in judgement.incidents if incident.kind is Kind.GIVEN_AGAIN}
    parts = Counter((each.client, repeats.dose) for each in truth if (repeats := _repeats(each)) is not None)
    wholes = Counter((each.client, each.key) for each in truth)
    true_pairs = set()
    for (_, day), pairs in by_day.items():
        for (one, first), (other, second) in combinations(pairs, 2):
            keys = tuple(sorted((one, other)))
            true_pairs.add(keys)
            if whole := _whole(first, second):
                at = whole.client, whole.key
                clear = parts[at] == wholes[at] == 1 and first.site == second.site
                found.again += clear
                found.misjudged += clear and keys not in again
                if clear:
                    continue
            found.doubles += 1
            cause = "+".join(
                sorted({"mistake" if (e.digest, e.key, day) in lied else e.cause for e in (first, second)})
            )
            found.causes[cause] += 1
            found.unforced += cause in ("permit", "bottles+permit", "bottles")
            if keys not in raised:
                found.silent += 1
                found.examples.append(f"silent {first} {second}")
    for keys, incident in raised.items():
        if keys not in true_pairs:
            found.false_alarms[str(incident.kind)] += 1


def _repeats(given: Given) -> Repeats | None:
    return given.fact.repeats if isinstance(given.fact, Dose) else None


def _whole(one: Given, other: Given) -> Given | None:
    """Of a pair of which one is part of the other given again, that other."""
    for part, whole in ((one, other), (other, one)):
        repeats = _repeats(part)
        if repeats is not None and repeats.dose == whole.key and _repeats(whole) is None:
            return whole
    return None


def _stock(world: World, judgement: Judgement, found: Figures) -> None:
    for at in set(world.stock) | set(judgement.stock):
        if world.stock.get(at, 0) != judgement.stock.get(at, 0):
            found.stock_differences += 1
            found.examples.append(f"stock {at} {world.stock.get(at)} {judgement.stock.get(at)}")


def _stops(world: World, judgement: Judgement, names: dict[tuple[int, date], str], found: Figures) -> None:
    """Every dose given after its order was stopped must have its incident."""
    raised = {i.keys[0] for i in judgement.incidents if i.kind is Kind.AFTER_STOP}
    for (number, _), name in names.items():
        given = world.truth[number]
        order = getattr(given.fact, "order", "")
        stop = world.centre.t.stops.get(order)
        if stop is not None and given.at > stop:
            found.after_stop += 1
            found.stops_missed += name not in raised
