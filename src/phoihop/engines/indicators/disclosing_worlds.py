"""Other worlds that look the same from outside: the proof that a small count cannot be worked out.

What is published of a count is a range ("rounded to 25" says 23 to 27). Somebody who knows every rule and
adds and subtracts all that is published can only tell apart worlds, that is whole numbers for all counts
at once that add up and lie in their ranges, the true ones being one of them. So two worlds in which a
small count differs by five are a proof that nobody narrows it down further.

A world is kept as what differs from the true one, which is little. They are looked for by walks from the
true one; where these get stuck, less is said of the counts in the way, and where even that does not help an
exact solver (integer programming) says whether there is a world at all. Whatever is not found, it errs
towards saying less.

Nothing here knows what is counted: counts are numbered from 0.
"""

import random
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

Range = tuple[int, int]  # both ends belong to it
World = dict[int, int]  # how far counts are from the true ones; what is not named is as it is

FAR = 10**12  # no upper end
NEVER = 10**9  # the price of what cannot be given up
_STEPS = 80  # of one walk; further ones hardly ever end well
_TRIES = 3  # of each walk
_LOOKED = 16  # free counts that are looked at in one step
_BELOW = 1_000  # how much worse a count below nought is than one outside its range
_RESTS = 8  # steps in which a turned count is not turned back


class TangledError(ValueError):
    """Counts that do not add up as said."""


@dataclass(frozen=True, slots=True)
class Guarded:
    """What may be said of each count: which of its ranges, as their number; and, of those that had to be
    guarded, what was wide enough nowhere, as what was out before had given it away."""

    rungs: tuple[int, ...]
    lost: frozenset[int]


def guard(
    truth: Sequence[int],
    sums: Sequence[tuple[int, Sequence[int]]],
    ladders: Sequence[Sequence[Range]],
    small: Sequence[int],
    wide: int,
) -> Guarded:
    """The narrowest ranges by which every small count stays possible over ``wide`` and more.

    ``truth``: the counts. ``sums``: a whole and its parts. ``ladders``: of each count the ranges that may be
    told, each inside the next one; a single one is already out and stays. TangledError.
    """
    rungs = [0] * len(truth)
    lost: set[int] = set()
    for value, ladder in zip(truth, ladders, strict=True):
        if not ladder[0][0] <= value <= ladder[0][1]:
            raise TangledError("a count outside what is told of it")
    system = _System(truth, sums)
    ties = [((whole, -1), *((part, 1) for part in parts)) for whole, parts in sums]
    search = _Search(truth, system, ties, ladders, rungs, wide)
    for count in small:
        search.watch(count)
    for count in small:
        if not search.widen(count):
            lost.add(count)
    search.tighten()
    search.prove()
    return Guarded(tuple(rungs), frozenset(lost))


class _System:
    """Every count as a sum of counts that are free: ``rows[count]`` says of which and how often,
    ``columns[free]`` which counts move with it."""

    def __init__(self, truth: Sequence[int], sums: Sequence[tuple[int, Sequence[int]]]) -> None:
        for whole, parts in sums:
            if truth[whole] != sum(truth[part] for part in parts):
                raise TangledError(f"count {whole} is not the sum of its parts")
        self._of = [{count: 1} for count in range(len(truth))]
        self._users = [{count} for count in range(len(truth))]
        for whole, parts in _finest_first(sums):
            self._bind(whole, parts)
        self.rows = [sorted(row.items()) for row in self._of]
        self.columns: list[list[tuple[int, int]]] = [[] for _ in truth]
        for count, row in enumerate(self.rows):
            for free, times in row:
                self.columns[free].append((count, times))

    def _bind(self, whole: int, parts: Sequence[int]) -> None:
        """Takes one free count out: it follows from the others by this sum."""
        left: dict[int, int] = {}
        for count, sign in ((whole, -1), *((part, 1) for part in parts)):
            for free, times in self._of[count].items():
                left[free] = left.get(free, 0) + sign * times
        left = {free: times for free, times in left.items() if times}
        if not left:
            return  # said already by other sums
        turned = [free for free, times in left.items() if abs(times) == 1]
        if not turned:
            raise TangledError(f"the parts of count {whole} overlap")
        out = min(turned, key=lambda free: (len(self._users[free]), free != whole, free))
        sign = -left.pop(out)
        for count in sorted(self._users[out]):
            row = self._of[count]
            factor = row.pop(out) * sign
            for free, times in left.items():
                value = row.get(free, 0) + factor * times
                if value:
                    row[free] = value
                    self._users[free].add(count)
                else:
                    row.pop(free, None)
                    self._users[free].discard(count)
        self._users[out] = set()


def _finest_first(sums: Sequence[tuple[int, Sequence[int]]]) -> list[tuple[int, Sequence[int]]]:
    """The sums, each after those of its parts."""
    by_whole: dict[int, list[Sequence[int]]] = {}
    for whole, parts in sums:
        by_whole.setdefault(whole, []).append(parts)
    done: dict[int, bool] = {}
    ordered: list[tuple[int, Sequence[int]]] = []
    for start in by_whole:
        waiting = [start]
        while waiting:
            whole = waiting[-1]
            if done.get(whole):
                waiting.pop()
                continue
            done.setdefault(whole, False)
            open_ = [
                part for parts in by_whole[whole] for part in parts if part in by_whole and not done.get(part)
            ]
            if any(part in done for part in open_):
                raise TangledError(f"count {whole} is a part of itself")
            if open_:
                waiting += dict.fromkeys(open_)
                continue
            done[whole] = True
            ordered += [(whole, parts) for parts in by_whole[whole]]
            waiting.pop()
    return ordered


class _Search:
    """Ranges as they stand, and the worlds found so far, each inside all of them."""

    def __init__(
        self,
        truth: Sequence[int],
        system: "_System",
        ties: Sequence[tuple[tuple[int, int], ...]],
        ladders: Sequence[Sequence[Range]],
        rungs: list[int],
        wide: int,
    ) -> None:
        self._truth, self._ladders, self.rungs, self._wide = truth, ladders, rungs, wide
        self._system, self._ties = system, ties
        self._low = [ladder[0][0] for ladder in ladders]
        self._high = [ladder[0][1] for ladder in ladders]
        self._of: list[list[tuple[int, int]]] = [[] for _ in truth]
        for number, tie in enumerate(ties):
            for count, sign in tie:
                self._of[count].append((number, sign))
        # What is the whole of more is worth more than a detail, and so is given up later.
        self._worth = [self._worth_of(count) for count in range(len(truth))]
        self._worlds: list[World] = [{}]
        self._touching: dict[int, list[int]] = defaultdict(list)  # of each count the worlds that move it
        self._ends: dict[int, tuple[int, int]] = {}  # of each small count where it is least and most
        self._leaning: dict[int, set[int]] = defaultdict(set)  # of each world the small counts it holds wide
        self._need: dict[int, int] = {}

    def _worth_of(self, count: int) -> int:
        if len(self._ladders[count]) == 1:
            return NEVER
        return 1 + sum(len(self._ties[tie]) - 1 for tie, sign in self._of[count] if sign < 0)

    def watch(self, count: int) -> None:
        self._ends[count] = (0, 0)
        self._need[count] = self._wide

    def widen(self, count: int) -> bool:
        """Finds worlds until the count is possible over enough, saying less of others where it has to be;
        whether there are any."""
        if self._free(count):
            return True
        while self._span(count) < self._need[count]:
            found = self._paid(count) or self._exact(count)
            if found is None:
                # What is out already holds it: nothing that is said now may hold it closer.
                self._need[count] = self._span(count)
                return False
            for other, by in found.items():
                if not self._low[other] <= self._truth[other] + by <= self._high[other]:
                    self._yield(other, self._truth[other] + by)
            self._keep(found)
        return True

    def tighten(self) -> None:
        """Says again what had been given up, where other worlds will do."""
        given = [count for count, rung in enumerate(self.rungs) if rung]
        for count in sorted(given, key=lambda each: (-self._worth[each], each)):
            for rung in range(self.rungs[count]):
                if self._holds_with(count, rung):
                    break

    def prove(self) -> None:
        """That it is as promised, by nothing but looking at the worlds."""
        used = {number for ends in self._ends.values() for number in ends}
        for number in used:
            world = self._worlds[number]
            off: dict[int, int] = defaultdict(int)
            for count, by in world.items():
                value = self._truth[count] + by
                assert value >= 0
                assert self._low[count] <= value <= self._high[count]
                for tie, sign in self._of[count]:
                    off[tie] += sign * by
            assert not any(off.values())
        assert all(self._span(count) >= self._need[count] for count in self._ends)

    def _free(self, count: int) -> bool:
        """Widens by worlds inside what is told; whether that is enough."""
        value, low, high = self._truth[count], max(0, self._low[count]), self._high[count]
        for up in range(min(self._need[count], high - value), -1, -1):
            if self._moved(count, up):
                down = up - self._need[count]
                return value + down >= low and self._moved(count, down)
        return False

    def _moved(self, count: int, by: int) -> bool:
        """Whether the count is possible so far from the truth, or further; a world is looked for."""
        least, most = self._ends[count]
        if self._worlds[least].get(count, 0) <= by <= self._worlds[most].get(count, 0):
            return True
        for attempt in range(_TRIES):
            found, price = self._walked(count, by, count * _TRIES + attempt)
            if not price:
                self._keep(found)
                return True
        return False

    def _paid(self, count: int) -> World | None:
        """The cheapest world, of some tries, in which the count is further from the truth than in any."""
        best, price = None, NEVER
        least, most = self._ends[count]
        low, high = self._ladders[count][-1]
        for end, way in ((self._worlds[most].get(count, 0), 1), (self._worlds[least].get(count, 0), -1)):
            for far in range(self._need[count] - self._span(count), 0, -2):
                by = end + way * far
                if not max(0, low) <= self._truth[count] + by <= high:
                    continue
                for attempt in range(_TRIES):
                    found, cost = self._walked(count, by, count * _TRIES + attempt)
                    if not self._low[count] <= self._truth[count] + by <= self._high[count]:
                        cost += self._worth[count]
                    if cost * self._wide // far < price:
                        best, price = found, cost * self._wide // far
        return best

    def _exact(self, count: int) -> World | None:
        """The same by the solver, which finds one if there is any: one further than so far."""
        # Loaded where it is needed: it is large, and seldom asked.
        from phoihop.engines.indicators.disclosing_exact import cheapest

        least, most = self._ends[count]
        low, high = self._ladders[count][-1]
        now = list(zip(self._low, self._high, strict=True))
        last = [ladder[-1] for ladder in self._ladders]
        ends = (self._worlds[most].get(count, 0), 1), (self._worlds[least].get(count, 0), -1)
        lacking = self._need[count] - self._span(count)
        for far in dict.fromkeys((lacking, 1)):
            found = [
                cheapest(self._truth, self._ties, self._of, now, last, self._worth, (count, end + way * far))
                for end, way in ends
                if max(0, low) <= self._truth[count] + end + way * far <= high
            ]
            worlds = [each for each in found if each is not None]
            if worlds:
                return min(worlds, key=self._price)
        return None

    def _price(self, world: World) -> int:
        """What has to be given up for a world."""
        return sum(
            self._worth[count]
            for count, by in world.items()
            if not self._low[count] <= self._truth[count] + by <= self._high[count]
        )

    def _holds_with(self, count: int, rung: int) -> bool:
        """Takes a narrower range if every small count has its worlds in it too, or new ones are found."""
        was = self.rungs[count]
        self._set(count, rung)
        low, high = self._ladders[count][rung]
        value = self._truth[count]
        against = {
            number
            for number in self._touching[count]
            if self._leaning[number] and not low <= value + self._worlds[number][count] <= high
        }
        shaken = sorted({small for number in against for small in self._leaning[number]})
        before = {small: self._ends[small] for small in shaken}
        for small in shaken:
            least, most = before[small]
            self._lean(small, 0 if least in against else least, 0 if most in against else most)
        if all(self._free(small) for small in shaken):
            return True
        self._set(count, was)
        for small, (least, most) in before.items():
            self._lean(small, least, most)
        return False

    def _span(self, count: int) -> int:
        least, most = self._ends[count]
        return self._worlds[most].get(count, 0) - self._worlds[least].get(count, 0)

    def _keep(self, world: World) -> None:
        self._worlds.append(world)
        new = len(self._worlds) - 1
        for count, by in world.items():
            self._touching[count].append(new)
            ends = self._ends.get(count)
            if ends is not None and self._span(count) < self._need[count]:
                least, most = ends
                if by < self._worlds[least].get(count, 0):
                    self._lean(count, new, most)
                elif by > self._worlds[most].get(count, 0):
                    self._lean(count, least, new)

    def _lean(self, count: int, least: int, most: int) -> None:
        for number in self._ends[count]:
            self._leaning[number].discard(count)
        self._ends[count] = least, most
        for number in (least, most):
            if number:
                self._leaning[number].add(count)

    def _set(self, count: int, rung: int) -> None:
        self.rungs[count] = rung
        self._low[count], self._high[count] = self._ladders[count][rung]

    def _yield(self, count: int, value: int) -> None:
        """Says so little of a count that a value fits."""
        for rung, (low, high) in enumerate(self._ladders[count]):
            if low <= value <= high:
                self._set(count, rung)
                return
        raise AssertionError("a world was taken that nothing admits")

    def _walked(self, count: int, by: int, seed: int) -> tuple[World, int]:
        """A world with a count so far from the truth, and its price: the cheapest of those passed. Takes a
        broken range at random and turns the free count that mends most, all ranges together; for some steps
        that one is not turned back. The chances are the same each time, so the same figures are always
        published alike."""
        chance = random.Random(seed)  # noqa: S311  (it hides nothing, it only tries)
        truth, low, high = self._truth, self._low, self._high
        rows, columns = self._system.rows, self._system.columns
        before = low[count], high[count]
        low[count] = high[count] = truth[count] + by
        world: World = {}
        broken = {count: by}  # how far those outside their range are from it
        best, price = world, NEVER * 2
        not_before: dict[tuple[int, bool], int] = {}
        try:
            for now in range(_STEPS):
                row = chance.choice(sorted(broken))
                for other in chance.sample(sorted(broken), min(len(broken), 2)):
                    if len(rows[other]) < len(rows[row]):
                        row = other
                lacks = broken[row]
                frees = rows[row] if len(rows[row]) <= _LOOKED else chance.sample(rows[row], _LOOKED)
                chosen, least = None, 0.0
                for free, times in frees:
                    turn = lacks // times if times in (1, -1) else (1 if (lacks > 0) == (times > 0) else -1)
                    if not_before.get((free, turn > 0), 0) > now:
                        continue
                    for step in (turn,) if turn in (1, -1) else (turn, 1 if turn > 0 else -1):
                        change = 0.0
                        for other, often in columns[free]:
                            was = broken.get(other, 0)
                            value = truth[other] + world.get(other, 0) + often * step
                            bottom, top = low[other], high[other]
                            will = bottom - value if value < bottom else value - top if value > top else 0
                            if was or will:
                                change += will * (_BELOW if value < 0 else 1) - abs(was)
                        change = change / abs(step) + chance.random()
                        if chosen is None or change < least:
                            chosen, least = (free, step), change
                if chosen is None:
                    continue
                free, step = chosen
                not_before[free, step < 0] = now + _RESTS
                for other, often in columns[free]:
                    moved = world.get(other, 0) + often * step
                    if moved:
                        world[other] = moved
                    else:
                        world.pop(other, None)
                    value = truth[other] + moved
                    if value < low[other]:
                        broken[other] = low[other] - value
                    elif value > high[other]:
                        broken[other] = high[other] - value
                    else:
                        broken.pop(other, None)
                if not broken:
                    return world, 0
                if count not in broken:
                    cost = self._cost(world, broken)
                    if cost < price:
                        best, price = dict(world), cost
        finally:
            low[count], high[count] = before
        return best, price

    def _cost(self, world: World, broken: Iterable[int]) -> int:
        """What has to be given up for a world; NEVER and more where that cannot be."""
        cost = 0
        for count in broken:
            low, high = self._ladders[count][-1]
            value = self._truth[count] + world.get(count, 0)
            cost += self._worth[count] if value >= 0 and low <= value <= high else NEVER
        return cost
