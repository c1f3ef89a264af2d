"""Limits and delays, counted by the database."""

import time

import pytest
from django.db import connection

from phoihop.base.security import scope, throttle
from phoihop.base.security.models import Throttle


@pytest.fixture(autouse=True)
def _door(db):
    with scope.acting(scope.DOOR):
        yield


def age(seconds: float) -> None:
    """As if everything counted so far had happened earlier."""
    with connection.cursor() as cursor:
        cursor.execute(
            "update security_throttle set at = at - %(s)s, until = until - %(s)s, "
            "hits = array(select hit - %(s)s from unnest(hits) hit)",
            {"s": seconds},
        )


def test_a_limit_holds_for_its_time_and_then_gives_way_one_by_one():
    for _ in range(2):
        assert throttle.take("search", 7, 3, 600)
    age(400)
    assert throttle.take("search", 7, 3, 600)
    full = throttle.take("search", 7, 3, 600)
    assert not full
    assert 190 <= full.seconds <= 200
    age(201)
    assert [bool(throttle.take("search", 7, 3, 600)) for _ in range(3)] == [True, True, False]


def test_what_was_refused_does_not_count():
    for _ in range(10):
        throttle.take("export", 7, 3, 86_400)
    age(86_401)
    assert throttle.take("export", 7, 3, 86_400)


@pytest.mark.parametrize(("bucket", "subject"), [("open", 7), ("search", 8), ("search", "8")])
def test_others_and_other_things_are_counted_apart(bucket, subject):
    assert throttle.take("search", 7, 1, 600)
    assert not throttle.take("search", 7, 1, 600)
    assert throttle.take(bucket, subject, 1, 600)


@pytest.mark.parametrize("limit", [0, -1, 1_001])
def test_a_limit_is_between_one_and_a_thousand(limit):
    with pytest.raises(ValueError, match="limit"):
        throttle.take("search", 7, limit, 600)


def fail() -> tuple[int, int]:
    return throttle.failed("try", "x", free=3, per=900, first=5, longest=60)


def test_failures_are_free_first_and_then_cost_twice_as_much_each_time():
    waits = []
    for _ in range(9):
        _, wait = fail()
        waits.append(wait)
    assert waits == [0, 0, 0, 5, 10, 20, 40, 60, 60]


def test_a_delay_passes_and_the_failures_are_forgotten_after_a_while():
    for _ in range(4):
        fail()
    assert throttle.waiting(("try", "y"), ("try", "x")) == 5
    age(5.5)
    assert throttle.waiting(("try", "x")) == 0
    age(900)
    assert fail() == (1, 0)


def test_success_forgives():
    for _ in range(5):
        fail()
    throttle.forgive(("try", "x"))
    assert throttle.waiting(("try", "x")) == 0
    assert fail() == (1, 0)


def test_no_row_says_whom_it_counts():
    throttle.take("search", "Vừ Thị Hoa", 5, 600)
    kept = bytes(Throttle.objects.get().key)
    assert len(kept) == 32
    assert b"Hoa" not in kept


def test_old_rows_are_swept_and_fresh_ones_stay():
    throttle.take("search", 1, 5, 600)
    age(3 * 86_400)
    throttle.take("search", 2, 5, 600)
    assert throttle.sweep() == 1
    assert Throttle.objects.count() == 1


def test_no_row_grows_without_end():
    for _ in range(30):
        throttle.failed("try", "z", free=3, per=900, first=1, longest=1)
    with connection.cursor() as cursor:
        cursor.execute(
            "update security_throttle set hits = array(select %s - n * 0.1 from generate_series(1, 1000) n)",
            [time.time()],
        )
    throttle.failed("try", "z", free=3, per=900, first=1, longest=1)
    assert len(Throttle.objects.get().hits) == 1_000


def test_a_moment_is_remembered_for_one_subject_and_outlives_the_sweep_of_a_day():
    assert throttle.marked("held", 7) is None
    throttle.mark("held", 7, 1_000.5)
    throttle.mark("held", 7, 2_000.5)
    assert throttle.marked("held", 7) == 2_000.5
    assert throttle.marked("held", 8) is None
    with connection.cursor() as cursor:
        cursor.execute("update security_throttle set at = at - 86400")
    throttle.sweep()
    assert throttle.marked("held", 7) == 2_000.5
