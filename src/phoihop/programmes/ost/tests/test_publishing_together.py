"""All tables of the programme before somebody at once: what follows from its definitions finds nobody."""

from dataclasses import replace

import pytest

from phoihop.engines.indicators.definitions import Hiding
from phoihop.engines.indicators.disclosing import Part
from phoihop.engines.indicators.tests.attacking import Tally, held
from phoihop.engines.publishing import relating, telling
from phoihop.kernel.calendars import Calendar
from phoihop.programmes.ost.publishing import PROGRAMME
from phoihop.programmes.ost.tests import telling_all
from phoihop.programmes.ost.tests.telling_all import Measured, Relations

N, D = Part.NUMERATOR, Part.DENOMINATOR
# So many people of each life that what nearly always holds does not hold for one of them.
LIVES, MANY = (4, 5, 8), 220
# What counts days and doses: at most one a day, so whoever is counted has one of them.
AMOUNTS = frozenset({"OST_DOSES", "OST_DAYS_DOSED", "OST_DAYS_MISSED"})


@pytest.fixture(scope="module")
def added():
    return [telling_all.by_person(seed, MANY) for seed in LIVES]


def trimmed(splits):
    """The programme by its first calendar, with so many ways to tell people apart."""
    some = tuple(replace(each, splits=each.splits[:splits]) for each in PROGRAMME.indicators)
    return replace(PROGRAMME, indicators=some, calendars=(Calendar.STATE,))


def said(relations: Relations) -> Relations:
    """What the programme holds against each other, by its definitions and by what it says: whole and part of
    one share, the same measure, what ``sums`` say; and what follows of these."""
    people = [each for each in PROGRAMME.indicators if each.hiding is Hiding.PEOPLE]
    found: set[tuple[Measured, Measured]] = set()
    for one in people:
        if one.denominator is not None:
            found.add(((one.code, N), (one.code, D)))
        for other in people:
            for mine, yours in relating.shared(one, other):
                found |= {((one.code, mine), (other.code, yours)), ((other.code, yours), (one.code, mine))}
    for adds in PROGRAMME.sums:
        found |= {(part, adds.whole) for part in adds.parts}
        # A whole that is always its one part is tied as the same count.
        found |= relations & {(adds.whole, part) for part in adds.parts[:1] if len(adds.parts) == 1}
    while more := {(a, d) for a, b in found for c, d in found if b == c} - found:
        found |= more
    return {(one, other) for one, other in found if one != other}


def of_people(lost):
    """Without how many were counted twice: as long as nobody ever was, that is no secret, and the first such
    person comes too late for the noughts that are out."""
    return {count for count in lost if not count.key.code.endswith("/twice")}


@pytest.fixture(scope="module")
def world():
    return telling_all.world(1, 40, trimmed(1))


def attacked(added, world, blind=False):
    """What somebody finds who has every table of a world; how much he looked at; what telling gave up."""
    telling._done.clear()
    out, lost = telling_all.told(world, blind)
    tally, published = Tally(), telling_all.outside(world, out, telling_all.known(added))
    found = held(published, whole=False, tally=tally, whose=published.lines.keys())
    return found, tally, lost


def test_what_follows_from_definitions_is_said(added):
    """What is within something else of everybody, in every window, at every facility or at all together, the
    programme says to be so, or tells one of both to nobody."""
    told = {each.code for each in PROGRAMME.indicators} - PROGRAMME.inside
    knows = telling_all.known(added)
    unsaid = {
        (one, other)
        for one, other in (knows.relations | knows.anywhere) - said(knows.relations)
        if {one[0], other[0]} <= told and other[0] not in AMOUNTS
    }
    assert unsaid == set()


def test_what_others_leave_over_is_held_against_them(added):
    """Two figures that make up another one are shares of it, or one of them is told to nobody."""
    by_code = {each.code: each for each in PROGRAMME.indicators}
    for (whole, _), (one, mine), (other, its) in telling_all.known(added).rests:
        if not {whole, one, other} & PROGRAMME.inside:
            assert (mine, its) == (N, N)
            assert by_code[one].denominator == by_code[other].denominator == by_code[whole].denominator


def test_all_tables_together_find_nobody(added, world):
    found, tally, lost = attacked(added, world)
    assert (found, of_people(lost)) == ({}, set())
    assert tally.small > 1_000


def test_tables_told_each_by_itself_find_some(added, world):
    """The attack is able to: had nobody minded other figures, it finds people."""
    found, _, _ = attacked(added, world, blind=True)
    assert found


@pytest.mark.long
@pytest.mark.parametrize("seed", range(11, 19))
@pytest.mark.parametrize("people", [25, 60, 140])
def test_more_worlds_find_nobody(added, seed, people):
    found, _, lost = attacked(added, telling_all.world(seed, people, trimmed(1)))
    assert (found, of_people(lost)) == ({}, set())


@pytest.mark.long
@pytest.mark.parametrize("seed", [21, 22])
def test_told_apart_in_three_ways_they_find_nobody(added, seed):
    """The first three ways of each figure; with all of them the solver takes too long."""
    found, _, lost = attacked(added, telling_all.world(seed, 25, trimmed(3)))
    assert (found, of_people(lost)) == ({}, set())
