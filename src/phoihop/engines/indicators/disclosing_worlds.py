"""Other worlds that look the same from outside: the proof that a small count cannot be worked out.

What is published of a count is a range ("rounded to 25" says 23 to 27). Somebody who knows every rule and
adds and subtracts all that is published can only tell apart worlds, that is whole numbers for all counts
at once that add up and lie in their ranges, the true ones being one of them. So two worlds in which a
small count differs by five are a proof that nobody narrows it down further.

A world is kept as what differs from the true one, which is little. They are looked for by walks from the
true one (``disclosing_walking.py``), but not where bounds say that there are none (``disclosing_bounds.py``);
where these get stuck, less is said of the counts in the way, and where even that does not help an exact
solver (integer programming) says whether there is a world at all. Whatever is not found, it errs towards
saying less.

Nothing here knows what is counted: counts are numbered from 0.
"""

import hashlib
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from phoihop.engines.indicators.disclosing_walking import (
    NEVER,
    STEPS,
    Range,
    System,
    TangledError,
    Walker,
    World,
)

if TYPE_CHECKING:
    from phoihop.engines.indicators.disclosing_bounds import Bounds

FAR = 10**12  # no upper end
_KEPT = 16  # proofs that are remembered
_proven: "dict[bytes, Guarded]" = {}


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
    for value, ladder in zip(truth, ladders, strict=True):
        if not ladder[0][0] <= value <= ladder[0][1]:
            raise TangledError("a count outside what is told of it")
    # Figures that are held together are asked about once for each of them, and alike.
    said = hashlib.sha256(repr((truth, sums, ladders, small, wide)).encode()).digest()
    found = _proven.pop(said, None)
    if found is None:
        search = _Search(truth, sums, ladders, small, wide)
        lost = search.widen()
        search.tighten()
        search.prove()
        found = Guarded(tuple(search.rungs), frozenset(lost))
    _proven[said] = found
    while len(_proven) > _KEPT:
        del _proven[next(iter(_proven))]
    return found


class _Search:
    """Ranges as they stand, and the worlds found so far, each inside all of them."""

    def __init__(
        self,
        truth: Sequence[int],
        sums: Sequence[tuple[int, Sequence[int]]],
        ladders: Sequence[Sequence[Range]],
        small: Sequence[int],
        wide: int,
    ) -> None:
        self._truth, self._ladders, self._wide = truth, ladders, wide
        self.rungs = [0] * len(truth)
        self._ties = [((whole, -1), *((part, 1) for part in parts)) for whole, parts in sums]
        self._low = [ladder[0][0] for ladder in ladders]
        self._high = [ladder[0][1] for ladder in ladders]
        self._of: list[list[tuple[int, int]]] = [[] for _ in truth]
        for number, tie in enumerate(self._ties):
            for count, sign in tie:
                self._of[count].append((number, sign))
        # What is the whole of more is worth more than a detail, and so is given up later.
        self._worth = [self._worth_of(count) for count in range(len(truth))]
        system, last = System(truth, sums), [ladder[-1] for ladder in ladders]
        self._walker = Walker(truth, system, self._low, self._high, last, self._worth)
        widest = [least for least, _ in last], [most for _, most in last]
        self._beyond = Walker(truth, system, *widest, last, self._worth)
        # Loaded where it is needed: whoever only reads figures does without numpy.
        from phoihop.engines.indicators.disclosing_bounds import Narrowing

        self._narrowing = Narrowing(sums)
        self._bounds = self._drawn()
        self._worlds: list[World] = [{}]
        self._touching: dict[int, list[int]] = defaultdict(list)  # of each count the worlds that move it
        self._outside: set[int] = set()  # worlds that are no longer inside all ranges
        # Of each small count where it is least and most, and how far apart these have to be.
        self._ends = dict.fromkeys(small, (0, 0))
        self._need = dict.fromkeys(small, wide)
        self._leaning: dict[int, set[int]] = defaultdict(set)  # of each world the small counts it holds wide

    def _worth_of(self, count: int) -> int:
        if len(self._ladders[count]) == 1:
            return NEVER
        return 1 + sum(len(self._ties[tie]) - 1 for tie, sign in self._of[count] if sign < 0)

    def widen(self) -> set[int]:
        """Finds worlds until every small count is possible over enough, saying less of others where it has to
        be; those of which there are none."""
        return {count for count in self._ends if not self._paying(count)}

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

    def _drawn(self) -> "Bounds":
        """Between what each count lies in every world inside the ranges as they stand, or wider."""
        return self._narrowing.drawn(self._low, self._high)

    def _paying(self, count: int) -> bool:
        """Says less of others until a small count is wide enough; whether that helps."""
        if self._free(count):
            return True
        while self._span(count) < self._need[count]:
            found = self._paid(count) or self._dear(count) or self._exact(count)
            if found is None:
                # What is out already holds it: nothing that is said now may hold it closer.
                self._need[count] = self._span(count)
                return False
            for other, by in found.items():
                if not self._low[other] <= self._truth[other] + by <= self._high[other]:
                    self._yield(other, self._truth[other] + by)
            self._keep(found)
            self._bounds = self._drawn()
        return True

    def _free(self, count: int) -> bool:
        """Widens by worlds inside what is told; whether that is enough."""
        need, value = self._need[count], self._truth[count]
        above = min(need, int(self._bounds[1][count]) - value)
        below = min(need, value - int(self._bounds[0][count]))
        for up in range(above, max(need - below, 0) - 1, -1):
            if self._moved(count, up):
                # Where it goes up less far it would have to go down further still.
                return self._moved(count, up - need)
        return False

    def _moved(self, count: int, by: int) -> bool:
        """Whether the count is possible so far from the truth, or further; a world is looked for."""
        least, most = self._ends[count]
        if self._worlds[least].get(count, 0) <= by <= self._worlds[most].get(count, 0):
            return True
        for number in self._touching[count]:
            if (
                number not in self._outside
                and (self._worlds[number][count] - by) * (1 if by > 0 else -1) >= 0
            ):
                self._lean(count, *((least, number) if by > 0 else (number, most)))
                return True
        for attempt in range(len(STEPS)):
            found, price = self._walker.walk(count, by, attempt)
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
                for attempt in range(len(STEPS)):
                    found, cost = self._walker.walk(count, by, attempt, priced=True)
                    if not self._low[count] <= self._truth[count] + by <= self._high[count]:
                        cost += self._worth[count]
                    if cost * self._wide // far < price:
                        best, price = found, cost * self._wide // far
        return best

    def _dear(self, count: int) -> World | None:
        """The cheapest world, of some tries, in which nothing is told but what is out already."""
        lacking, value = self._need[count] - self._span(count), self._truth[count]
        least, most = self._ends[count]
        low, high = self._ladders[count][-1]
        found = []
        for by in (
            self._worlds[most].get(count, 0) + lacking,
            self._worlds[least].get(count, 0) - lacking,
        ):
            if max(0, low) <= value + by <= high:
                walks = [self._beyond.walk(count, by, attempt) for attempt in range(len(STEPS))]
                found += [world for world, price in walks if not price]
        return min(found, key=self._price, default=None)

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
        was, bounds = self.rungs[count], self._bounds
        self._set(count, rung)
        low, high = self._ladders[count][rung]
        value = self._truth[count]
        against = {
            number
            for number in self._touching[count]
            if number not in self._outside and not low <= value + self._worlds[number][count] <= high
        }
        shaken = sorted({small for number in against for small in self._leaning[number]})
        before = {small: self._ends[small] for small in shaken}
        drawn = bounds[0].copy(), bounds[1].copy()
        drawn[0][count], drawn[1][count] = max(drawn[0][count], low), min(drawn[1][count], high)
        self._narrowing.narrow(*drawn)
        if all(drawn[1][small] - drawn[0][small] >= self._need[small] for small in shaken):
            self._bounds = drawn
            self._outside |= against
            for small in shaken:
                least, most = before[small]
                self._lean(small, 0 if least in against else least, 0 if most in against else most)
            if all(self._free(small) for small in shaken):
                return True
            self._outside -= against
            for small, (least, most) in before.items():
                self._lean(small, least, most)
        self._set(count, was)
        self._bounds = bounds
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
