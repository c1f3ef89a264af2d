"""Books of many rows, done by a worker part by part: who follows one that died, and when nobody does."""

from datetime import timedelta

import pytest
from django.utils import timezone

from phoihop.base.security import scope, vaults
from phoihop.kernel.refusals import Refusal
from phoihop.programmes.ost.actions import taking_over_sheets, taking_over_work
from phoihop.programmes.ost.models import TakingOver
from phoihop.programmes.ost.tests.making import acting
from phoihop.programmes.ost.tests.test_taking_over_sheets import confirmed, everything, person, sent


def many(count):
    return [
        person(f"{n}", f"Người {n}", born=str(1950 + n % 50), sex="", phone=f"09{n:08d}")
        for n in range(count)
    ]


def test_many_rows_are_done_by_a_worker_in_parts(house, monkeypatch):
    monkeypatch.setattr(taking_over_sheets, "AT_ONCE", 2)
    taking = sent(house, *many(7), person("x", "", born="1970"))
    assert taking.state == "checking"
    taking_over_work.run(taking.pk)
    with acting(house.head):
        taking.refresh_from_db()
    assert (taking.state, taking.new, taking.wrong) == ("checked", 7, 1)
    assert everything(house)[0] == 0
    assert confirmed(house, taking).state == "taking"
    taking_over_work.run(taking.pk)
    taking_over_work.run(taking.pk)  # again: nothing is left to do
    with acting(house.head):
        taking.refresh_from_db()
    assert (taking.state, taking.done, taking.wrong) == ("taken", 8, 1)
    assert everything(house)[0] == 7


def test_a_worker_that_died_is_followed_by_another(house, monkeypatch):
    monkeypatch.setattr(taking_over_sheets, "AT_ONCE", 1)
    monkeypatch.setattr("phoihop.programmes.ost.actions.taking_over_register._PART", 2)
    taking = sent(house, *many(5))
    taking_over_work.run(taking.pk)
    confirmed(house, taking)
    with acting(house.head):
        taking.refresh_from_db()
    parts = taking_over_sheets.parts_of(house.head, taking)
    with acting(house.head):
        taking_over_sheets.take_part(house.head, taking, parts[0])
    assert everything(house)[0] == 2
    taking_over_work.run(taking.pk)
    assert everything(house)[0] == 5


def aged(taking, **more):
    """As if nobody had worked on it for so long."""
    with scope.acting(taking_over_work.JOB):
        TakingOver.objects.filter(pk=taking.pk).update(heard_at=timezone.now() - timedelta(**more))


def now(taking) -> TakingOver:
    with scope.acting(taking_over_work.JOB):
        return TakingOver.objects.get(pk=taking.pk)


def test_what_fell_silent_is_tried_three_times_and_then_given_up_aloud(house, monkeypatch):
    monkeypatch.setattr(taking_over_sheets, "AT_ONCE", 1)
    taking = sent(house, *many(3))
    assert taking_over_work.tend() == []
    for attempt in range(1, taking_over_work.ATTEMPTS + 1):
        aged(taking, minutes=11)
        assert taking_over_work.tend() == [taking.pk]
        with monkeypatch.context() as patch:
            patch.setattr(taking_over_sheets, "look", died)
            with pytest.raises(MemoryError):
                taking_over_work.run(taking.pk)
        assert now(taking).attempts == attempt
    aged(taking, minutes=11)
    assert taking_over_work.tend() == []
    assert now(taking).state == "dropped"
    assert now(taking).why.startswith("Máy đã thử ba lần")


def died(*_):
    raise MemoryError


def test_what_nobody_confirmed_is_forgotten_after_thirty_days(house, django_capture_on_commit_callbacks):
    taking = sent(house, *many(2))
    file = taking.file
    aged(taking, days=29)
    taking_over_work.tend()
    assert now(taking).file == file
    aged(taking, days=31)
    with django_capture_on_commit_callbacks(execute=True):
        taking_over_work.tend()
    assert (now(taking).file, now(taking).state) == ("", "dropped")
    with pytest.raises(Refusal):
        b"".join(vaults.vault().open(file))
