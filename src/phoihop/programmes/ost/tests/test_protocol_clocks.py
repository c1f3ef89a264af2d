"""When something happened, by clocks that may be wrong: bounds that hold, and dates that follow from them."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from phoihop.programmes.ost.rules.clocks import (
    DAY,
    Anchor,
    Reading,
    business_date,
    device_now,
    midnight,
    time_log,
)

NOON = midnight(date(2026, 3, 2)) + DAY // 2
HOUR = 3_600


@pytest.mark.parametrize(
    ("moment", "day"),
    [
        (datetime(2026, 3, 1, 17, 0, tzinfo=UTC), date(2026, 3, 2)),
        (datetime(2026, 3, 1, 16, 59, 59, tzinfo=UTC), date(2026, 3, 1)),
        (datetime(2024, 2, 28, 17, 0, tzinfo=UTC), date(2024, 2, 29)),
        (datetime(2026, 12, 31, 17, 0, tzinfo=UTC), date(2027, 1, 1)),
    ],
)
def test_a_day_begins_at_midnight_in_vietnam(moment: datetime, day: date):
    assert business_date(int(moment.timestamp())) == day


@given(st.integers(6 * 365 * DAY, 68 * 365 * DAY))
def test_the_business_date_is_that_of_the_zone(moment: int):
    day = datetime.fromtimestamp(moment, ZoneInfo("Asia/Ho_Chi_Minh")).date()
    assert business_date(moment) == day
    assert business_date(midnight(day)) == day


def anchor(at: int, *, counter: int = 0, boot: str = "b1", offset: int = 0) -> Anchor:
    return Anchor(at, at - offset, counter, boot, 2)


FIRST = anchor(NOON)


def read(at: int, *, counter: int, boot: str = "b1", wall: int = 0, of: Anchor | None = FIRST) -> Reading:
    """A reading at a true moment; ``wall``: by how much the wall clock is wrong."""
    return Reading(at + wall, counter, boot, of)


LATER = NOON + 3 * DAY
MARK = read(LATER, counter=50, boot="b3", of=anchor(LATER, counter=50, boot="b3"))


@pytest.mark.parametrize(
    ("name", "dose", "mark", "certain", "best"),
    [
        ("same boot", read(NOON + HOUR, counter=HOUR), None, True, NOON + HOUR),
        (
            "wall clock jumped a day, counter goes on to the next anchor",
            read(NOON + HOUR, counter=HOUR, wall=DAY),
            read(NOON + 2 * HOUR, counter=2 * HOUR, of=anchor(NOON + 2 * HOUR, counter=2 * HOUR)),
            True,
            None,
        ),
        (
            "started anew, clock right before and after",
            read(NOON + DAY, counter=60, boot="b2"),
            MARK,
            False,
            NOON + DAY,
        ),
        (
            "started anew, clock a day ahead of the next anchor's time",
            read(LATER - HOUR, counter=60, boot="b2", wall=DAY),
            MARK,
            False,
            None,
        ),
        ("started anew in 1970", read(NOON + DAY, counter=60, boot="b2", wall=-NOON), MARK, False, None),
        (
            "started anew, clock set between the anchors",
            read(NOON + DAY, counter=60, boot="b2"),
            read(
                LATER, counter=50, boot="b3", wall=-900, of=anchor(LATER, counter=50, boot="b3", offset=900)
            ),
            False,
            None,
        ),
        (
            "started anew, nothing heard since",
            read(NOON + DAY, counter=60, boot="b2"),
            None,
            False,
            NOON + DAY,
        ),
        ("never had an anchor", read(NOON, counter=60, of=None), None, False, None),
    ],
)
def test_how_an_event_is_timed(
    name: str, dose: Reading, mark: Reading | None, certain: bool, best: int | None
):
    log = [read(NOON, counter=0), dose, *([mark] if mark else [])]
    timing = time_log(log if dose.anchor else [dose])[1 if dose.anchor else 0]
    assert timing.certain is certain, name
    assert timing.best == best, name


def test_a_clock_that_runs_against_the_log_is_not_believed():
    # The second event shows a wall clock before that of the first: one of them is wrong, so neither counts.
    log = [
        read(NOON, counter=0),
        read(NOON + 2 * DAY, counter=10, boot="b2"),
        read(NOON + 2 * DAY + HOUR, counter=10, boot="b4", wall=-DAY),
        MARK,
    ]
    assert [timing.best for timing in time_log(log)[1:3]] == [None, None]
    assert all(t.earliest == NOON and t.latest == LATER + 2 for t in time_log(log)[1:3])


@st.composite
def histories(draw: st.DrawFn) -> tuple[list[int], list[Reading]]:
    """True moments of a log, and readings by clocks that are set at random and restarted at random."""
    now, boot, booted, wall, known = NOON, 0, NOON, 0, None
    moments, readings = [], []
    for _ in range(draw(st.integers(1, 12))):
        now += draw(st.sampled_from([1, 60, HOUR, 9 * HOUR, DAY, 3 * DAY]))
        if draw(st.booleans()):
            boot, booted = boot + 1, now
        wall = draw(st.sampled_from([wall, wall, wall, 0, DAY, -DAY, -NOON, 400]))
        if draw(st.integers(0, 2)) == 0:
            known = Anchor(now - draw(st.integers(0, 2)), now + wall, now - booted, f"b{boot}", 2)
        moments.append(now)
        readings.append(Reading(now + wall, now - booted, f"b{boot}", known))
    return moments, readings


@given(histories())
def test_the_true_moment_lies_within_the_bounds(history: tuple[list[int], list[Reading]]):
    moments, readings = history
    for moment, timing in zip(moments, time_log(readings), strict=True):
        assert timing.earliest <= moment
        assert timing.latest is None or moment <= timing.latest
        if timing.certain:
            assert business_date(timing.earliest) == business_date(moment)


def test_what_a_device_takes_the_time_to_be():
    assert device_now(read(NOON + HOUR, counter=HOUR, wall=DAY), NOON).moment == NOON + HOUR
    restarted = read(NOON + DAY, counter=5, boot="b2")
    assert device_now(restarted, NOON).moment == NOON + DAY
    assert not device_now(restarted, NOON).sure
    assert device_now(read(NOON + DAY, counter=5, boot="b2", wall=-2 * DAY), NOON) is None
    assert device_now(read(NOON, counter=5, of=None), 0) is None
    assert business_date(NOON) + timedelta(1) == business_date(NOON + DAY)
