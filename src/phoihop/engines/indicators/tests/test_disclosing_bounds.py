"""Bounds leave out no world; and what is proven once is the same proof for whoever asks again."""

from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from phoihop.engines.indicators.disclosing_bounds import Narrowing
from phoihop.engines.indicators.disclosing_walking import TangledError
from phoihop.engines.indicators.disclosing_worlds import FAR, guard

# Counts 0 and 1 make up 2; 2 and 3 make up 4.
SUMS = [(2, [0, 1]), (4, [2, 3])]


def drawn(sums, ranges):
    low, high = Narrowing(sums).drawn(*zip(*ranges, strict=True))
    return list(zip(low.tolist(), high.tolist(), strict=True))


@pytest.mark.parametrize(
    ("ranges", "expected"),
    [
        ([(0, 7), (0, 7), (0, FAR)], [(0, 7), (0, 7), (0, 14)]),
        ([(0, 7), (0, 7), (13, 17)], [(6, 7), (6, 7), (13, 14)]),
        ([(0, FAR), (8, 12), (8, 12)], [(0, 4), (8, 12), (8, 12)]),
        ([(3, 3), (0, FAR), (8, 12)], [(3, 3), (5, 9), (8, 12)]),
    ],
)
def test_a_part_is_the_whole_without_the_others(ranges, expected):
    assert drawn(SUMS[:1], ranges) == expected


def test_bounds_reach_through_several_sums():
    found = drawn(SUMS, [(0, 7), (0, 7), (0, FAR), (0, 2), (13, 17)])
    assert found == [(4, 7), (4, 7), (11, 14), (0, 2), (13, 16)]


def test_where_nothing_adds_up_bounds_are_ranges():
    assert drawn([], [(0, 7)]) == [(0, 7)]
    assert drawn([(0, [])], [(0, 7)]) == [(0, 7)]


_RANGES = st.tuples(st.integers(0, 4), st.integers(0, 4)).map(lambda ends: (min(ends), max(ends)))


@given(st.tuples(_RANGES, _RANGES, _RANGES, _RANGES, _RANGES))
def test_no_world_is_left_out(ranges):
    worlds = [
        world
        for world in product(*(range(least, most + 1) for least, most in ranges))
        if all(world[whole] == sum(world[part] for part in parts) for whole, parts in SUMS)
    ]
    if worlds:
        for count, (least, most) in enumerate(drawn(SUMS, ranges)):
            there = [world[count] for world in worlds]
            assert least <= min(there) <= max(there) <= most


# Few (4) and 10 make up 14: how each may be told, more and more vaguely.
LADDERS = [[(0, 7), (0, FAR)], [(8, 12), (8, FAR), (0, FAR)], [(13, 17), (8, FAR), (0, FAR)]]


def test_the_same_question_has_the_same_answer_and_another_one_its_own():
    given_ = ([4, 10, 14], [(2, [0, 1])], LADDERS, [0])
    once = guard(*given_, 5)
    assert guard(*given_, 5) == once
    assert once.rungs == (0, 0, 0)
    assert guard([4, 10, 14], [(2, [0, 1])], LADDERS, [0], 8).rungs != once.rungs


def test_counts_outside_what_is_told_of_them_are_refused_each_time():
    for _ in range(2):
        with pytest.raises(TangledError):
            guard([9], [], [[(0, 7)]], [], 5)
