"""A day that one site spends while it is being lent to another: one of them waits, and is told no."""

import pytest

from phoihop.base.release.tests import scratch
from phoihop.programmes.ost.tests.racing import MANY

RACING = "phoihop.programmes.ost.tests.racing"


@pytest.mark.long
def test_nobody_is_dosed_here_while_the_day_goes_there(tmp_path):
    with scratch.opened(tmp_path) as processes:
        told = processes.do(f"{RACING}.prepare")
        workers = [
            processes.start(f"{RACING}.give", account=told["a"], pause=0.5),
            processes.start(
                f"{RACING}.lend_and_give", doctor=told["doctor"], account=told["b"], site=told["site"]
            ),
        ]
        done = []
        for worker in workers:
            out, errors = worker.communicate(timeout=240)
            assert worker.returncode == 0, errors
            done.append(int(out.splitlines()[-1]))
        found = processes.do(f"{RACING}.outcome")
    assert min(done) > 0, "nothing raced"
    assert found == {"doses": MANY, "people": MANY, "incidents": 0}


@pytest.mark.long
def test_two_who_say_different_things_of_a_bottle_at_once_know_of_each_other(tmp_path):
    racing = "phoihop.programmes.ost.tests.racing_bottles"
    with scratch.opened(tmp_path) as processes:
        told = processes.do(f"{racing}.prepare")
        workers = [
            processes.start(f"{racing}.take_back", account=told[who], site=told["site"], fate=fate)
            for who, fate in (("a", "returned-full"), ("p", "spilt"))
        ]
        for worker in workers:
            _, errors = worker.communicate(timeout=240)
            assert worker.returncode == 0, errors
        assert processes.do(f"{racing}.outcome") == {"taken": 7, "doubted": 7}
