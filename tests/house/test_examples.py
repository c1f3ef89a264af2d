"""Worked examples are telling: whatever is altered in a definition, one of them comes out otherwise.

What a step is that several definitions take, the examples of any of them tell, or the tables of cases of its
room (``tests/apart.py``); which days a definition asks for, and what it sifts itself, its own examples tell.
"""

from collections.abc import Iterator
from functools import cache
from importlib import import_module
from typing import Any

import pytest

from phoihop.engines.indicators.definitions import Indicator
from tests.support.altering import Measures, altered, counted, shifted, sifted
from tools.tree import ROOT

# What may be altered and counts nobody else, by the reason.
_EQUAL: dict[str, tuple[str, ...]] = {
    "the first of somebody is looked for up to the window's end, so it need not be asked again": (
        "AIDS_MORTALITY v1: hiv.death: without day <= window.last",
        "HIV_DEATHS v1: hiv.death: without day <= window.last",
        "HIV_DETECTED v1: hiv.detection: without day <= window.last",
        "HIV_DETECTED_RATE v1: hiv.detection: without day <= window.last",
        "PMTCT_EID v1: hiv.infant_test: +1 in sampled <= window.last",
        "PMTCT_EID v1: hiv.infant_test: without sampled <= window.last",
        "PMTCT_EID_2M v1: hiv.infant_test: without sampled <= window.last",
        "PrEP_NEW v1: hiv.prep: +1 in day <= window.last",
        "PrEP_NEW v1: hiv.prep: without day <= window.last",
        "TX_NEW v1: hiv.start: +1 in day <= window.last",
        "TX_NEW v1: hiv.start: without day <= window.last",
        "TX_RTT v1: hiv.pickup: +1 in day <= window.last",
        "TX_RTT v1: hiv.pickup: without day <= window.last",
    ),
    "another condition of the same definition asks for no less": (
        "HIV_95_3 v1: hiv.pickup: without not (copies unknown)",
        "HIV_SUPPRESSED_ALL v1: hiv.pickup: without not (copies unknown)",
        'HIV_MTCT v1: hiv.infant: outcome = "infected" and died',
        'HIV_MTCT v1: hiv.infant: outcome = "infected" and lost',
        'HTS_INDEX_YIELD v1: hiv.contact: result = "positive" and known',
        'HTS_TST_POS v1: hiv.test: result = "positive" and indeterminate',
        'HTS_TST_POS v1: hiv.test: result = "positive" and reactive',
        'HTS_TST_POS v1: hiv.test: without result in ("positive", "negative")',
        'PMTCT_ART v1: hiv.antenatal: without status in ("known", "positive", "negative")',
        'PMTCT_EID v1: hiv.antenatal: without status in ("known", "positive", "negative")',
        'PMTCT_EID_2M v1: hiv.antenatal: without status in ("known", "positive", "negative")',
        'PMTCT_STAT_POS v1: hiv.antenatal: without status in ("known", "positive", "negative")',
        'TX_ML v1: hiv.person: reason with how = "stopped" and transferred',
        "TX_RTT v1: hiv.person: without was_at unknown or was_at <> is_at",
        'OST_DOSE_ADEQUATE v1: ost.spell: without drug = "methadone"',
        "OST_LEFT v1: ost.spell: without began <= window.last",
        "OST_LEFT v1: ost.spell: without ended unknown or ended >= window.first",
    ),
    "only whether there is such a row is asked, not which": (
        "TX_ML v1: hiv.death: first by day of person",
        "OST_ATTENDING v1: ost.cover: first by day of person",
        "OST_ATTENDING v1: ost.dose: first by day of person",
        "OST_DAYS_DOSED v1: ost.cover: first by mg of person, day",
        "OST_DAYS_DOSED v1: ost.dose: first by mg of person, day",
        "OST_RET_6 v1: ost.cover: first by day of person, began",
        "OST_RET_6 v1: ost.dose: first by day of person, began",
        "OST_TH_STAY_6 v1: ost.cover: first by day of person, began",
    ),
    "whichever of two equal days is taken, it is that day": (
        "OST_ATTENDING v1: ost.spell: seen with > in dosed_on >= held_on",
        "OST_ATTENDING v1: ost.spell: seen with without not (dosed_on unknown)",
        "OST_LEFT v1: ost.spell: gone with < in lost <= ended",
        "TX_CURR v2: hiv.pickup: last by day, days without days",
    ),
    "looking a day further back finds nobody more whose mark or absence lies in the window": (
        "OST_LEFT v1: -1 day at window.first - 1 days - 30 days",
        "OST_OTHER_RET_6 v1: -1 day at window.first - 30 days",
        "OST_RET_12 v1: -1 day at window.first - 30 days",
        "OST_RET_6 v1: -1 day at window.first - 30 days",
        "OST_TH_RET_6 v1: -1 day at window.first - 30 days",
        "OST_TH_STAY_6 v1: -1 day at window.first - 30 days",
    ),
    "a person and the first day tell treatments apart": (
        "OST_OTHER_RET_6 v1: ost.spell: first by mark of person, began",
        "OST_RET_12 v1: ost.spell: first by mark of person, began",
        "OST_RET_6 v1: ost.spell: first by mark of person, began",
        "OST_TH_RET_6 v1: ost.spell: first by mark of person, began",
        "OST_TH_RET_6 v1: ost.cover: without not (began unknown)",
    ),
    "facts hold to it: nobody is sampled before birth, or has a result before the sample": (
        "PMTCT_EID v1: hiv.infant: +1 in born <= window.last",
        "PMTCT_EID v1: hiv.infant: without born <= window.last",
        "TX_PVLS v1: hiv.viral_load: without sampled <= window.last",
    ),
    "who was supplied on the eve is in treatment then, and if stopped on that day was away from then on": (
        "TX_RTT v1: hiv.pickup: -1 in day >= window.first",
    ),
    "who was kept for a year began no second treatment whose mark is in the same year": (
        "OST_RET_12 v1: numerator: persons",
    ),
}
EQUAL = {each: why for why, those in _EQUAL.items() for each in those}
ROOMS = sorted(
    path.parent.parent.name for path in (ROOT / "src/phoihop/programmes").glob("*/indicators/__init__.py")
)


@cache
def definitions(room: str) -> tuple[Indicator, ...]:
    return tuple(import_module(f"phoihop.programmes.{room}.indicators").ALL)


@cache
def cases(room: str) -> tuple[Any, ...]:
    return tuple(import_module(f"phoihop.programmes.{room}.tests.apart").CASES)


def noticed(room: str, indicator: Indicator, measures: Measures) -> bool:
    """Whether an example or a case comes out otherwise."""
    for example in indicator.examples:
        expected = tuple(each for each in example.expected if each is not None)
        if counted(measures, example.rows, example.period.window) != {(): expected}:
            return True
    return any(
        counted(measures, store, period.window, by) != groups
        for of, period, store, by, groups in cases(room)
        if of is indicator
    )


def unnoticed(room: str) -> Iterator[str]:
    """What may be altered in the definitions of a room and no example tells."""
    told: dict[Any, bool] = {}
    first: dict[Any, str] = {}
    for each in definitions(room):
        name = f"{each.code} v{each.version}"
        words = import_module(f"phoihop.programmes.{room}.indicators").WORDS
        for step, said, measures in altered(each, words):
            first.setdefault(step, f"{name}: {said}")
            if not told.get(step):
                told[step] = noticed(room, each, measures)
        for said, measures in (*shifted(each), *sifted(each)):
            if not noticed(room, each, measures):
                yield f"{name}: {said}"
    yield from (first[step] for step, seen in told.items() if not seen)


@pytest.mark.parametrize("room", ROOMS)
def test_the_cases_of_a_room_come_out(room):
    assert cases(room)
    for indicator, period, store, by, groups in cases(room):
        assert counted(indicator.measures, store, period.window, by) == groups, (indicator.code, by)


@pytest.mark.parametrize("room", ROOMS)
def test_an_example_tells_whatever_is_altered(room):
    found = set(unnoticed(room))
    assert sorted(found - set(EQUAL)) == [], (
        "add an example, or leave out of the definition what tells nothing"
    )
    of_room = {f"{each.code} v{each.version}" for each in definitions(room)}
    excused = {each for each in EQUAL if each.partition(": ")[0] in of_room}
    assert sorted(excused - found) == [], "these are noticed by now"
