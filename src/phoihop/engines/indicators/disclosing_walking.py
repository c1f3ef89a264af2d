"""Walks from the true world to another one that looks the same: what moves together, step by step.

Nothing here knows what is counted: counts are numbered from 0.
"""

from collections.abc import Iterable, Sequence

Range = tuple[int, int]  # both ends belong to it
World = dict[int, int]  # how far counts are from the true ones; what is not named is as it is

NEVER = 10**9  # the price of what cannot be given up
STEPS = (25, 50, 80)  # of one walk and the next ones; most that end well are short, further ones hardly do
_LOOKED = 16  # free counts that are looked at in one step
_BELOW = 1_000  # how much worse a count below nought is than one outside its range
_RESTS = 8  # steps in which a turned count is not turned back
_PRIME = 1_048_573  # of the draws; one after the other they come round after so many
_FACTOR = 1_664_525


def _draws(many: int) -> list[float]:
    """Numbers from 0 to 1 without order, and the same each time: they hide nothing, they only try."""
    found, state = [], 1
    for _ in range(many):
        state = (state * _FACTOR + 12_345) % _PRIME
        found.append(state / _PRIME)
    return found


_MANY = 4_093
_DRAWN = _draws(_MANY + 3 + 2 + 2 * _LOOKED)  # no step draws beyond its end


class TangledError(ValueError):
    """Counts that do not add up as said."""


class System:
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
        # What is moved itself stands first: where it cannot move, nothing else needs to be looked at.
        self.columns: list[list[tuple[int, int]]] = [
            [(count, 1)] if row == {count: 1} else [] for count, row in enumerate(self._of)
        ]
        for count, row in enumerate(self.rows):
            for free, times in row:
                if free != count:
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


class Walker:
    """Walks inside ranges that others change: ``low`` and ``high`` as they stand, and the ``last`` ones that
    may be told."""

    def __init__(
        self,
        truth: Sequence[int],
        system: System,
        low: list[int],
        high: list[int],
        last: Sequence[Range],
        worth: Sequence[int],
    ) -> None:
        self._truth, self._low, self._high, self._last, self._worth = truth, low, high, last, worth
        self._rows, self._columns = system.rows, system.columns
        self._at = list(truth)
        self._off = [0] * len(truth)  # how far each is outside its range

    def walk(self, count: int, by: int, attempt: int, priced: bool = False) -> tuple[World, int]:
        """A world with a count so far from the truth, and its price: where ``priced``, of those passed the
        cheapest. ``attempt``: which one at this, from nought.

        Takes a broken range at random and turns the free count that mends most, all ranges together; for some
        steps that one is not turned back. The chances are the same each time, so the same figures are always
        published alike.
        """
        low, high = self._low, self._high
        before = low[count], high[count]
        low[count] = high[count] = self._truth[count] + by
        world: World = {}
        broken = {count: by}  # how far those outside their range are from it
        self._off[count] = abs(by)
        try:
            return self._steps(count, attempt, world, broken, priced)
        finally:
            low[count], high[count] = before
            for other in (count, *world, *broken):
                self._at[other] = self._truth[other]
                self._off[other] = 0

    def _steps(
        self, count: int, attempt: int, world: World, broken: dict[int, int], priced: bool
    ) -> tuple[World, int]:
        truth, low, high, at, off = self._truth, self._low, self._high, self._at, self._off
        rows, columns = self._rows, self._columns
        drawn, drawing = _DRAWN, (count * len(STEPS) + attempt) * 97
        best, price = world, NEVER * 2
        not_before: dict[tuple[int, bool], int] = {}
        for now in range(STEPS[-1 if priced else attempt]):
            drawing %= _MANY
            keys = list(broken)
            row = keys[0]
            if len(keys) > 1:
                row = keys[int(drawn[drawing] * len(keys))]
                for draw in (1, 2):
                    other = keys[int(drawn[drawing + draw] * len(keys))]
                    if len(rows[other]) < len(rows[row]):
                        row = other
                drawing += 3
            lacks = broken[row]
            frees = rows[row]
            if len(frees) > _LOOKED:
                begin = int(drawn[drawing] * len(frees))
                stride = 1 + int(drawn[drawing + 1] * (len(frees) // _LOOKED))
                frees = [frees[(begin + each * stride) % len(frees)] for each in range(_LOOKED)]
                drawing += 2
            mending = sum(map(abs, broken.values()))  # no step mends more
            chosen, turned, least = -1, 0, float("inf")
            for free, times in frees:
                turn = lacks // times if times in (1, -1) else (1 if (lacks > 0) == (times > 0) else -1)
                if not_before.get((free, turn > 0), 0) > now:
                    continue
                for step in (turn,) if turn in (1, -1) else (turn, 1 if turn > 0 else -1):
                    change, limit = 0, least * abs(step) + mending
                    for other, often in columns[free]:
                        value = at[other] + often * step
                        if value < low[other]:
                            change += (low[other] - value) * (_BELOW if value < 0 else 1)
                            if change > limit:
                                break
                        elif value > high[other]:
                            change += value - high[other]
                            if change > limit:
                                break
                        change -= off[other]
                    else:
                        worse = change / abs(step) + drawn[drawing]
                        if worse < least:
                            chosen, turned, least = free, step, worse
                    drawing += 1
            if chosen < 0:
                continue
            not_before[chosen, turned < 0] = now + _RESTS
            for other, often in columns[chosen]:
                value = at[other] + often * turned
                at[other] = value
                if value == truth[other]:
                    world.pop(other, None)
                else:
                    world[other] = value - truth[other]
                if value < low[other]:
                    broken[other] = low[other] - value
                    off[other] = low[other] - value
                elif value > high[other]:
                    broken[other] = high[other] - value
                    off[other] = value - high[other]
                elif off[other]:
                    del broken[other]
                    off[other] = 0
            if not broken:
                return world, 0
            if priced and count not in broken:
                cost = self._cost(world, broken)
                if cost < price:
                    best, price = dict(world), cost
        return best, price

    def _cost(self, world: World, broken: Iterable[int]) -> int:
        """What has to be given up for a world; NEVER and more where that cannot be."""
        cost = 0
        for count in broken:
            low, high = self._last[count]
            value = self._truth[count] + world.get(count, 0)
            cost += self._worth[count] if value >= 0 and low <= value <= high else NEVER
        return cost
