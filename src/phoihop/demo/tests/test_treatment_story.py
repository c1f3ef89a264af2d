"""The demo's story of treatment agrees with itself, before anybody tells it to the database."""

from collections import Counter
from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise

import pytest

from phoihop.demo import network
from phoihop.programmes.ost.demo import lives, store
from phoihop.programmes.ost.demo.lives import Site
from phoihop.programmes.ost.rules.stock import FLOWS, Kind

TODAY = date(2026, 11, 22)
SITES = [
    Site(number, number if place.of is None else place.of, place.begun, place.share)
    for number, place in enumerate(network.PLACES)
]
LOST = (0, TODAY - timedelta(days=37))


@pytest.fixture(scope="module")
def people():
    return lives.lives(SITES, TODAY)


@pytest.fixture(scope="module")
def ledgers(people):
    return store.story(people, SITES, TODAY - lives.YEARS, TODAY, {LOST: Decimal(5)})


def test_the_network_is_what_the_documents_say():
    then = [place for place in network.PLACES if place.begun <= date(2023, 12, 31)]
    assert Counter(place.of is None for place in then) == {True: 6, False: 19}
    assert Counter(place.of is None for place in network.PLACES) == {True: 8, False: 30}
    assert len({place.name for place in network.PLACES}) == 38
    for place in network.POINTS:
        assert place.begun >= network.FACILITIES[place.of].begun


def test_about_as_many_are_treated_as_the_documents_say(people):
    def treated(day):
        times = [time for life in people for time in life.times]
        return sum(time.since <= day and (time.until is None or day <= time.until) for time in times)

    assert 1100 <= treated(date(2023, 12, 31)) <= 1200
    assert 1150 <= treated(TODAY) <= 1250


def test_orders_follow_each_other_while_somebody_is_treated(people):
    for life in people:
        for one, other in pairwise(life.orders):
            assert one.end < other.start
        for order in life.orders:
            assert order.start <= order.end
            assert any(
                time.since <= order.start and (time.until is None or order.end <= time.until)
                for time in life.times
            )


def test_nobody_takes_two_doses_a_day_but_the_one_who_did(people):
    twice = 0
    for life in people:
        days = Counter(day for order in life.orders for own in order.taken.values() for day in own)
        again = [day for day, many in days.items() if many > 1]
        assert again in ([], [life.twice])
        twice += len(again)
        for order in life.orders:
            assert all(
                order.start <= day <= order.end < date.max for own in order.taken.values() for day in own
            )
    assert twice == 1


def test_doses_are_taken_where_there_was_a_site_and_before_today(people):
    begun = {site.number: site.begun for site in SITES}
    for life in people:
        for order in life.orders:
            for number, days in order.taken.items():
                assert begun[number] <= days[0]
                assert days[-1] < TODAY


def test_the_same_day_gives_the_same_story(people):
    again = lives.lives(SITES, TODAY)
    assert [(life.key, life.told, life.orders) for life in again] == [
        (life.key, life.told, life.orders) for life in people
    ]


def test_no_name_is_anybodys_card(people):
    numbers = [life.told.identity for life in people if life.told.identity]
    assert all(number.startswith("099") and len(number) == 12 for number in numbers)
    assert len(set(numbers)) == len(numbers)


def test_medicine_flows_as_it_may_and_nothing_is_short(ledgers):
    held: Counter = Counter()
    days = sorted({move.day for move in ledgers.moves})
    for move in ledgers.moves:
        assert move.target in FLOWS[move.source]
        assert move.quantity > 0
    for day in days:
        for move in ledgers.moves:
            if move.day == day:
                held[move.source, move.site, move.batch] -= move.quantity
                held[move.target, move.to, move.batch] += move.quantity
    stores = {key: many for key, many in held.items() if key[0] is Kind.STORE}
    assert min(stores.values()) >= 0
    assert all(
        many >= 0 for found in ledgers.counted.values() for day in found.values() for many in day.values()
    )
