"""The last word on whether another world exists: integer programming, asked where mending found none."""

from collections import deque
from collections.abc import Sequence
from typing import Any

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp  # type: ignore[import-untyped]
from scipy.sparse import csr_array  # type: ignore[import-untyped]

_FARTHEST = 400  # how far from the truth a count is thought; further worlds are not looked for
# After so many steps the best world so far is taken, or none. No clock: the same figures are told alike.
_NODES = 500
_NEAR = (500, 2500)  # so many counts around it are thought of first; then all that hang together
_MOVED = 1e-3  # the price of one step away from the truth: near worlds before far ones


def cheapest(
    truth: Sequence[int],
    ties: Sequence[Sequence[tuple[int, int]]],
    of: Sequence[Sequence[tuple[int, int]]],
    now: Sequence[tuple[int, int]],
    last: Sequence[tuple[int, int]],
    worth: Sequence[int],
    target: tuple[int, int],
) -> dict[int, int] | None:
    """How far counts are from the truth in a world where one of them is so far (``target``), inside the
    ``last`` ranges, leaving the ranges of ``now`` as cheaply as can be; None where there is none.

    ``ties``: counts and signs that sum up to nought; ``of``: of each count its ties, with the sign.

    Of many that hang together those around it are asked first, all others left as they are: what is found
    then is a world like any other, though others may be cheaper.
    """
    for most in (*_NEAR, len(truth)):
        counts, rows = _around(target[0], ties, of, most)
        found = _cheapest(truth, ties, counts, rows, now, last, worth, target)
        if found is not None or len(counts) < most:
            return found
    return None


def _cheapest(
    truth: Sequence[int],
    ties: Sequence[Sequence[tuple[int, int]]],
    counts: Sequence[int],
    rows: Sequence[int],
    now: Sequence[tuple[int, int]],
    last: Sequence[tuple[int, int]],
    worth: Sequence[int],
    target: tuple[int, int],
) -> dict[int, int] | None:
    """The same where only some counts move, ``rows`` being the ties that they are in."""
    place = {count: n for n, count in enumerate(counts)}
    many = len(counts)
    # Of each count how far it rises, how far it falls, and whether it leaves its range of now.
    up, down, price = np.zeros(many), np.zeros(many), np.zeros(many)
    held: list[tuple[int, int, int]] = []
    for n, count in enumerate(counts):
        bottom, top = last[count]
        up[n] = min(top - truth[count], _FARTHEST)
        down[n] = min(truth[count] - max(0, bottom), _FARTHEST)
        if now[count] == last[count]:
            continue
        price[n] = worth[count]
        held.append((n, truth[count] - max(0, now[count][0]), now[count][1] - truth[count]))
    n, by = place[target[0]], target[1]
    lower = np.zeros(3 * many)
    upper = np.concatenate([up, down, (price > 0).astype(float)])
    if not -down[n] <= by <= up[n]:
        return None
    lower[n], upper[n] = max(by, 0), max(by, 0)
    lower[many + n], upper[many + n] = max(-by, 0), max(-by, 0)
    entries: list[tuple[int, int, float]] = []
    low, high = [0.0] * len(rows), [0.0] * len(rows)
    for row, tie in enumerate(rows):
        for count, sign in ((count, sign) for count, sign in ties[tie] if count in place):
            entries += [(row, place[count], sign), (row, many + place[count], -sign)]
    for each, fall, rise in held:
        for sign, far in ((1, rise), (-1, fall)):
            row, leaves = len(low), 2 * many + each
            entries += [(row, each, sign), (row, many + each, -sign), (row, leaves, -2 * _FARTHEST)]
            low.append(-np.inf)
            high.append(min(far, _FARTHEST))
    cost = np.concatenate([np.full(2 * many, _MOVED), price])
    line, column, value = zip(*entries, strict=True) if entries else ((), (), ())
    matrix = csr_array((value, (line, column)), shape=(len(low), 3 * many))
    done: Any = milp(
        cost,
        integrality=np.ones(3 * many),
        bounds=Bounds(lower, upper),
        constraints=LinearConstraint(matrix, low, high) if low else None,
        options={"node_limit": _NODES, "mip_rel_gap": 0.2},
    )
    if done.x is None:
        return None
    moved = np.rint(done.x[:many]) - np.rint(done.x[many : 2 * many])
    return {count: int(moved[n]) for n, count in enumerate(counts) if moved[n]}


def _around(
    start: int, ties: Sequence[Sequence[tuple[int, int]]], of: Sequence[Sequence[tuple[int, int]]], most: int
) -> tuple[list[int], list[int]]:
    """The counts that hang together with one, the nearest first and no more than ``most``, and the ties that
    they are in."""
    counts, rows = {start: None}, dict[int, None]()
    waiting = deque([start])
    while waiting:
        for tie, _ in of[waiting.popleft()]:
            rows[tie] = None
            for count, _ in ties[tie]:
                if count not in counts and len(counts) < most:
                    counts[count] = None
                    waiting.append(count)
    return list(counts), list(rows)
