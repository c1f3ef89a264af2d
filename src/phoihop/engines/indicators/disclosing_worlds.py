"""Other worlds that look the same from outside: the proof that a small count cannot be worked out.

What is published of a count is a range ("rounded to 25" says 23 to 27). Somebody who knows every rule and
adds and subtracts all that is published can only tell apart worlds, that is whole numbers for all counts
at once that add up and lie in their ranges, the true ones being one of them. So two worlds in which a
small count differs by five are a proof that nobody narrows it down further. They are looked for step by
step from the true one; where the search gets stuck, less is said of the count that is in the way. Whatever
the search overlooks, it errs towards saying less.

Nothing here knows what is counted: counts are numbered from 0.
"""

import random
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

Range = tuple[int, int]  # both ends belong to it

FAR = 10**12  # no upper end
_NEVER = 10**9  # the price of what cannot be given up
_STEPS = 100  # of one search; further ones hardly ever end well
_TRIES = 4  # of each search, in both directions
_REST = 10  # steps in which a turned count is not turned back
_BELOW = 1_000  # how much worse a count below nought is than one outside its range


class TangledError(ValueError):
    """Counts that do not add up as said, or whose sums run in a circle."""


@dataclass(frozen=True, slots=True)
class Guarded:
    """What may be said of each count: which of its ranges, as their number; and, of those that had to be
    guarded, what was wide enough nowhere, as what was out before had given it away."""

    rungs: tuple[int, ...]
    lost: frozenset[int]
    worlds: tuple[tuple[int, ...], ...]


def guard(
    truth: Sequence[int],
    sums: Sequence[tuple[int, Sequence[int]]],
    ladders: Sequence[Sequence[Range]],
    small: Sequence[int],
    wide: int,
    known: Sequence[Mapping[int, int]] = (),
) -> Guarded:
    """The narrowest ranges by which every small count stays possible over ``wide`` and more.

    ``truth``: the counts. ``sums``: a whole and its parts. ``ladders``: of each count the ranges that may be
    told, each inside the next one; a single one is already out and stays. ``known``: the worlds by which the
    counts of before were guarded, so that they need not be found again. TangledError.
    """
    old = frozenset(count for world in known for count in world)
    search = _Search(truth, _System(truth, sums, old), ladders, wide)
    for count in small:
        search.watch(count)
    search.recall(known)
    for count in small:
        search.widen(count)
    search.tighten()
    search.prove()
    return Guarded(tuple(search.rungs), frozenset(search.lost), search.needed())


class _System:
    """Every count as a sum of counts that are free: ``rows[count]`` says of which and how often,
    ``columns[free]`` which counts move with it."""

    def __init__(
        self, truth: Sequence[int], sums: Sequence[tuple[int, Sequence[int]]], old: frozenset[int]
    ) -> None:
        for whole, parts in sums:
            if truth[whole] != sum(truth[part] for part in parts):
                raise TangledError(f"count {whole} is not the sum of its parts")
        self._of = [{count: 1} for count in range(len(truth))]
        self._users = [{count} for count in range(len(truth))]
        self._old = old
        # Counts of before are bound among themselves first: so any of their worlds is one of this system too.
        ordered = _finest_first(sums)
        for whole, parts in sorted(ordered, key=lambda each: not old.issuperset((each[0], *each[1]))):
            self._bind(whole, parts)
        self.rows = [sorted(row.items()) for row in self._of]
        self.columns: list[list[tuple[int, int]]] = [[] for _ in truth]
        for count, row in enumerate(self.rows):
            for free, times in row:
                self.columns[free].append((count, times))

    def world(self, free: Sequence[int]) -> list[int]:
        """All counts, by those that are free; what is given of the others counts for nothing."""
        return [sum(times * free[each] for each, times in row) for row in self.rows]

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
        out = min(turned, key=lambda free: (free in self._old, len(self._users[free]), free != whole, free))
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
        self, truth: Sequence[int], system: _System, ladders: Sequence[Sequence[Range]], wide: int
    ) -> None:
        self._system, self._ladders, self._wide = system, ladders, wide
        self.rungs = [0] * len(truth)
        self.lost: set[int] = set()
        self._low = [ladder[0][0] for ladder in ladders]
        self._high = [ladder[0][1] for ladder in ladders]
        # What sums up much is worth more than a detail, and so is given up later.
        self._worth = [
            _NEVER if len(ladder) == 1 else len(row) for ladder, row in zip(ladders, system.rows, strict=True)
        ]
        self._worlds = [list(truth)]
        self._ends: dict[
            int, tuple[int, int]
        ] = {}  # of each small count the worlds where it is least and most
        self._need: dict[int, int] = {}
        if self._outside(self._worlds[0]):
            raise TangledError("a count outside what is told of it")

    def watch(self, count: int) -> None:
        self._ends[count] = (0, 0)
        self._need[count] = self._wide

    def recall(self, known: Sequence[Mapping[int, int]]) -> None:
        """Takes the worlds of before, mended where they do not go with what is told now."""
        for seed, world in enumerate(known):
            truth = self._worlds[0]
            start = self._system.world([world.get(count, value) for count, value in enumerate(truth)])
            # Counts that are nowhere further from the truth have to stay where they are in this world.
            held = [
                count
                for count in self._ends
                if count in world
                and start[count] != truth[count]
                and start[count] in (min(ends := [w[count] for w in known if count in w]), max(ends))
            ]
            locked = {count: start[count] for count in held}
            found = self._mended(start, set(self._outside(start)), locked, seed)
            outside = self._outside(found)
            if self._price(found, outside) < _NEVER:
                for other in outside:
                    self._yield(other, found[other])
                self._keep(found)

    def needed(self) -> tuple[tuple[int, ...], ...]:
        """The worlds in which a small count is least or most."""
        used = sorted({n for ends in self._ends.values() for n in ends} - {0})
        return tuple(tuple(self._worlds[n]) for n in used)

    def widen(self, count: int) -> None:
        """Finds worlds until the count is possible over enough, saying less of others where it has to be."""
        while self._span(count) < self._need[count]:
            found, price = self._cheapest(count)
            if price >= _NEVER:
                # What is out already holds it: nothing that is said now may hold it closer.
                self._need[count] = self._span(count)
                self.lost.add(count)
                return
            for other in self._outside(found):
                self._yield(other, found[other])
            self._keep(found)

    def tighten(self) -> None:
        """Says again what had been given up, where other worlds will do."""
        given = [count for count, rung in enumerate(self.rungs) if rung]
        for count in sorted(given, key=lambda each: (-self._worth[each], each)):
            for rung in range(self.rungs[count]):
                if self._holds_with(count, rung):
                    break

    def prove(self) -> None:
        """That it is as promised, by nothing but looking at the worlds."""
        for world in self._worlds:
            assert not self._outside(world)
        assert all(self._span(count) >= self._need[count] for count in self._ends)

    def _holds_with(self, count: int, rung: int) -> bool:
        """Takes a narrower range if every small count has its worlds in it too, or new ones are found."""
        before = self._worlds, dict(self._ends), self.rungs[count]
        self._set(count, rung)
        low, high = self._ladders[count][rung]
        again: dict[int, int] = {}
        for n, world in enumerate(self._worlds):
            if low <= world[count] <= high:
                again[n] = len(again)
        self._worlds = [self._worlds[n] for n in again]
        for small, (least, most) in self._ends.items():
            if least in again and most in again:
                self._ends[small] = (again[least], again[most])
            else:
                values = [world[small] for world in self._worlds]
                self._ends[small] = (values.index(min(values)), values.index(max(values)))
        for small in self._ends:
            while self._span(small) < self._need[small]:
                found, price = self._cheapest(small, 1)
                if price:
                    self._worlds, self._ends = before[:2]
                    self._set(count, before[2])
                    return False
                self._keep(found)
        return True

    def _span(self, count: int) -> int:
        least, most = self._ends[count]
        return self._worlds[most][count] - self._worlds[least][count]

    def _keep(self, world: list[int]) -> None:
        self._worlds.append(world)
        new = len(self._worlds) - 1
        for count, (least, most) in self._ends.items():
            if world[count] < self._worlds[least][count]:
                self._ends[count] = (new, most)
            elif world[count] > self._worlds[most][count]:
                self._ends[count] = (least, new)

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

    def _outside(self, world: list[int]) -> list[int]:
        return [
            count
            for count, (value, low, high) in enumerate(zip(world, self._low, self._high, strict=True))
            if not low <= value <= high
        ]

    def _price(self, world: list[int], outside: Iterable[int]) -> int:
        """What has to be given up for a world; _NEVER and more where that cannot be."""
        price = 0
        for count in outside:
            low, high = self._ladders[count][-1]
            price += self._worth[count] if low <= world[count] <= high else _NEVER
        return price

    def _cheapest(self, count: int, tries: int = _TRIES) -> tuple[list[int], int]:
        """A world in which the count is one less or one more than in any so far, and its price."""
        best, price = self._worlds[0], _NEVER
        least, most = self._ends[count]
        for attempt in range(tries):
            for end, step in ((least, -1), (most, 1)):
                target = self._worlds[end][count] + step
                low, high = self._ladders[count][-1]
                if low <= target <= high:
                    seed = count * _TRIES + attempt
                    world = self._mended(self._worlds[end], {count}, {count: target}, seed)
                    cost = self._price(world, self._outside(world))
                    if world[count] == target and cost < price:
                        best, price = world, cost
                    if not price:
                        return best, price
        return best, price

    def _mended(self, start: list[int], broken: set[int], locked: Mapping[int, int], seed: int) -> list[int]:
        """A world near another one, with some counts as given: the one that costs least of those passed."""
        before = {count: (self._low[count], self._high[count]) for count in locked}
        for count, value in locked.items():
            self._low[count] = self._high[count] = value
        try:
            return self._walked(start, broken, locked, seed)
        finally:
            for count, (low, high) in before.items():
                self._low[count], self._high[count] = low, high

    def _walked(self, start: list[int], broken: set[int], locked: Mapping[int, int], seed: int) -> list[int]:
        """Takes a broken range at random and turns the free count that mends most, all ranges together; for
        some steps that one is not turned back. The chances are the same each time, so the same figures are
        always published alike."""
        low, high, rows, columns = self._low, self._high, self._system.rows, self._system.columns
        chance = random.Random(seed)  # noqa: S311  (it hides nothing, it only tries)
        world, best, price = list(start), start, _NEVER * (len(broken) + 1)
        not_before: dict[tuple[int, int], int] = {}
        for now in range(_STEPS):
            if not broken:
                return world
            open_ = sorted(broken)
            row = min(chance.choice(open_), chance.choice(open_), key=lambda each: len(rows[each]))
            need = 1 if world[row] < low[row] else -1
            chosen, least = None, 0.0
            for free, times in rows[row]:
                turn = need if times > 0 else -need
                if not_before.get((free, turn), 0) > now:
                    continue
                change = chance.random()
                for other, often in columns[free]:
                    value, bottom, top = world[other], low[other], high[other]
                    was = bottom - value if value < bottom else value - top if value > top else 0
                    value += often * turn
                    will = bottom - value if value < bottom else value - top if value > top else 0
                    if was != will:
                        change += (will - was) * (_BELOW if value < 0 else 1)
                if chosen is None or change < least:
                    chosen, least = (free, turn), change
            if chosen is None:
                continue
            free, turn = chosen
            not_before[free, -turn] = now + _REST
            for other, often in columns[free]:
                value = world[other] = world[other] + often * turn
                if low[other] <= value <= high[other]:
                    broken.discard(other)
                else:
                    broken.add(other)
            cost = self._price(world, broken) + _NEVER * len(broken & locked.keys())
            if cost < price:
                best, price = list(world), cost
        return best
