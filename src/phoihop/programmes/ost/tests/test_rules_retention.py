"""Retention, dose adequacy (UNAIDS: above 60 mg or 12 mg, V), take-home beside the others."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from phoihop.programmes.ost.rules.amounts import Drug
from phoihop.programmes.ost.rules.ending import Ending
from phoihop.programmes.ost.rules.orders import ALTERNATE, DAILY, Order, Rhythm
from phoihop.programmes.ost.rules.phases import Phase
from phoihop.programmes.ost.rules.retention import Episode, adequacy, compare, percent, retention
from phoihop.programmes.ost.tests.rulebooks import SHIPPED

DAY = timedelta(days=1)
START = date(2025, 1, 15)
MARK = date(2025, 7, 15)  # six months later
ON = date(2026, 5, 4)


def had(last):
    """A dose on every day from the start up to a day."""
    return frozenset(START + DAY * n for n in range((last - START).days + 1))


ALWAYS = Episode(START, had(ON))


@pytest.mark.parametrize(
    ("episode", "kept", "of", "transferred", "early"),
    [
        (ALWAYS, 1, 1, 0, 0),
        (replace(ALWAYS, had=had(MARK)), 1, 1, 0, 0),
        (replace(ALWAYS, had=had(MARK - DAY * 30)), 1, 1, 0, 0),
        (replace(ALWAYS, had=had(MARK - DAY * 31)), 0, 1, 0, 0),  # had not come for more than 30 days
        (replace(ALWAYS, had=had(MARK - DAY * 60) | {MARK + DAY}), 0, 1, 0, 0),  # came back later
        (replace(ALWAYS, ended=MARK, ending=Ending.WISH), 0, 1, 0, 0),
        (replace(ALWAYS, ended=MARK + DAY, ending=Ending.WISH), 1, 1, 0, 0),
        (replace(ALWAYS, ended=MARK, ending=Ending.DEATH), 0, 1, 0, 0),
        (replace(ALWAYS, ended=MARK, ending=Ending.CUSTODY), 0, 1, 0, 0),
        (replace(ALWAYS, ended=MARK, ending=Ending.TRANSFER), 0, 0, 1, 0),
        (replace(ALWAYS, known=START), 1, 1, 0, 0),
        (replace(ALWAYS, known=START + DAY), 0, 0, 0, 0),  # began on paper: nobody knows what became of them
        (replace(ALWAYS, ended=MARK + DAY, ending=Ending.TRANSFER), 1, 1, 0, 0),
        (replace(ALWAYS, start=ON - DAY * 60), 0, 0, 0, 1),
    ],
)
def test_retention_after_six_months(episode, kept, of, transferred, early):
    found = retention([episode], 6, ON, SHIPPED)
    assert (found.kept, found.of, found.transferred, found.early) == (kept, of, transferred, early)


def test_it_can_be_told_on_the_day_itself():
    assert retention([ALWAYS], 6, MARK - DAY, SHIPPED).early == 1
    assert retention([ALWAYS], 6, MARK, SHIPPED).of == 1


def test_twelve_months_are_another_mark():
    episode = replace(ALWAYS, had=had(date(2025, 12, 1)))
    assert retention([episode], 6, ON, SHIPPED).kept == 1
    assert retention([episode], 12, ON, SHIPPED).kept == 0


@pytest.mark.parametrize(
    ("part", "whole", "expected"),
    [
        (892, 922, "96.7"),  # the pilot: 922 records, 96.7 % kept
        (811, 922, "88.0"),  # and 88.0 % in take-home
        (1, 3, "33.3"),
        (2, 3, "66.7"),
        (1, 2000, "0.1"),  # half a tenth goes up
        (0, 5, "0.0"),
        (5, 5, "100.0"),
    ],
)
def test_percent(part, whole, expected):
    assert percent(part, whole) == Decimal(expected)


def test_of_nothing_there_is_no_percent():
    assert percent(0, 0) is None
    assert retention([], 6, ON, SHIPPED).percent is None


def order(mg, drug=Drug.METHADONE, phase=Phase.MAINTENANCE, rhythm=DAILY):
    return Order("a", drug, phase, Decimal(mg), ON, ON + DAY * 29, ON, rhythm)


THREE = Rhythm(weekdays=frozenset({1, 3, 5}))


@pytest.mark.parametrize(
    ("orders", "drug", "adequate", "of"),
    [
        ([order(61)], Drug.METHADONE, 1, 1),
        ([order(60)], Drug.METHADONE, 0, 1),  # above, not at
        ([order(90, phase=Phase.ADJUSTMENT)], Drug.METHADONE, 0, 0),
        ([order(90)], Drug.BUPRENORPHINE, 0, 0),
        ([], Drug.METHADONE, 0, 0),
        ([order(13, Drug.BUPRENORPHINE)], Drug.BUPRENORPHINE, 1, 1),
        ([order(24, Drug.BUPRENORPHINE, rhythm=ALTERNATE)], Drug.BUPRENORPHINE, 0, 1),  # 12 a day
        ([order(26, Drug.BUPRENORPHINE, rhythm=ALTERNATE)], Drug.BUPRENORPHINE, 1, 1),
        ([order(28, Drug.BUPRENORPHINE, rhythm=THREE)], Drug.BUPRENORPHINE, 0, 1),  # 12 a day
        ([order(30, Drug.BUPRENORPHINE, rhythm=THREE)], Drug.BUPRENORPHINE, 1, 1),
    ],
)
def test_adequate_doses(orders, drug, adequate, of):
    found = adequacy([orders], drug, ON, SHIPPED)
    assert (found.adequate, found.of) == (adequate, of)
    assert [row.certainty for row in found.decision.rested_on] == ["V"]


def test_take_home_beside_the_others():
    first, last = date(2025, 9, 1), date(2025, 9, 30)
    begun = replace(ALWAYS, takehome=date(2025, 3, 1))
    just = replace(ALWAYS, takehome=last, missed=frozenset({first}))
    late = replace(ALWAYS, takehome=last + DAY)  # after the month: one of the others
    skips = replace(ALWAYS, missed=frozenset({date(2025, 9, 10), last}))
    before = replace(ALWAYS, missed=frozenset({date(2025, 8, 31)}))
    gone = replace(ALWAYS, had=had(date(2025, 4, 1)), ended=date(2025, 4, 1), ending=Ending.WISH)
    found = compare([begun, just, late, skips, before, gone], 6, first, last, ON, SHIPPED)
    assert (found.takehome.retention.kept, found.takehome.retention.of) == (2, 2)
    assert (found.takehome.missing, found.takehome.treated) == (1, 2)
    assert (found.others.retention.kept, found.others.retention.of) == (3, 4)
    assert (found.others.missing, found.others.treated) == (1, 3)  # one had gone
    assert found.others.missing_percent == Decimal("33.3")
    assert found.takehome.retention.percent == Decimal("100.0")


EPISODES = st.lists(
    st.builds(
        lambda start, length, takehome, ending: Episode(
            START + DAY * start,
            frozenset(START + DAY * (start + n) for n in range(length)),
            ended=START + DAY * (start + length) if ending else None,
            ending=ending,
            takehome=START + DAY * (start + takehome) if takehome is not None else None,
        ),
        st.integers(0, 400),
        st.integers(0, 300),
        st.none() | st.integers(0, 200),
        st.none() | st.sampled_from(Ending),
    ),
    max_size=12,
)


@given(EPISODES, st.sampled_from([6, 12]))
def test_everybody_is_counted_once(episodes, months):
    found = retention(episodes, months, ON, SHIPPED)
    assert found.of + found.transferred + found.early == len(episodes)
    assert 0 <= found.kept <= found.of
    both = compare(episodes, months, START, ON, ON, SHIPPED)
    assert both.takehome.treated + both.others.treated == sum(
        each.start <= ON and (each.ended is None or each.ended >= START) for each in episodes
    )
