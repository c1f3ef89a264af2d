"""What many do at once happens once, and a job whose worker is killed is done once; on a real database."""

import os
import signal
import time

import pytest

from phoihop.base.release.tests import scratch
from phoihop.base.release.tests.scratch import Scratch


@pytest.fixture
def processes(tmp_path):
    with scratch.opened(tmp_path) as opened:
        yield opened


def test_a58_of_many_at_once_one_counts(processes):
    said = processes.do("racing.races")
    assert said["decide"] == {"done": 1, "already-decided": 99}
    assert said["ask"] == {"done": 2, "three-a-day": 6}
    assert said["jobs"] == {"queued": 1}
    assert said["write"] == {"ready": 1}
    assert said["take"] == {"handed": 3, "no-copies-left": 7}
    assert said["review"] == {"done": 1, "already-reviewed": 19}
    assert said["kept"] == {"reviewed": 1, "decided": 1}


def _in_the_middle(processes: Scratch, number: int, worker) -> dict:
    for _ in range(200):
        now = processes.do("racing.look", number=number)
        if now["state"] == "running" and 0 < now["done"] < now["rows"]:
            return now
        assert worker.poll() is None, worker.communicate()
        time.sleep(0.05)
    raise AssertionError("the worker never got to the middle")


def test_a_worker_killed_in_the_middle_is_replaced_and_the_file_is_written_once(processes):
    number = processes.do("racing.queued", people=30)
    worker = processes.start("racing.work_on", slowly=2.0)
    half = _in_the_middle(processes, number, worker)
    os.kill(worker.pid, signal.SIGKILL)
    worker.communicate()
    assert half["files"] == 0
    time.sleep(1.5)
    assert processes.do("racing.work_on", slowly=0.0, silent=1.0) == "ended"
    now = processes.do("racing.look", number=number)
    assert (now["state"], now["attempts"], now["done"], now["things"]) == ("ready", 2, 30, 30)
    assert (now["files"], now["own"]) == (1, True)
    # The dead worker's job is not done again: a third worker finds nothing to do.
    processes.do("racing.work_on", slowly=0.0, silent=0.0)
    assert processes.do("racing.look", number=number) == now
