"""What many do at once happens once, and what is killed in the middle is done once; on a real database."""

import os
import signal
import subprocess
import time
from pathlib import Path
from typing import Any

import pytest

from phoihop.base.release.tests import scratch
from phoihop.base.release.tests.scratch import Scratch

HERE = "phoihop.coordination.documents.tests.racing"


@pytest.fixture(scope="module")
def processes(tmp_path_factory):
    """One database for all of it: each test has an agency of its own."""
    with scratch.opened(tmp_path_factory.mktemp("files")) as opened:
        yield opened


def do(processes: Scratch, what: str, **given: Any) -> Any:
    return processes.do(f"{HERE}.{what}", **given)


def test_of_many_at_once_one_counts(processes):
    said = do(processes, "races")
    assert said["send"] == {"done": 1, "already-sent": 5}
    assert said["read"] == {"documents": 1, "items": 16}
    assert said["rule"] == {"done": 1, "changed-meanwhile": 9}
    assert said["accept"] == 15
    assert said["confirm"] == {"done": 1, "not-in-review": 9}
    assert said["withdraw"] == {"done": 1, "withdrawn-already": 4}
    assert said["kept"] == {"events": 2, "rulings": 1, "confirmed": 1, "citations": 1}


def test_one_number_is_confirmed_once(processes):
    assert do(processes, "same_number") == {"done": 1, "number-known": 3}


def test_no_word_of_people_who_rule_at_once_is_lost(processes):
    """Four hands, a hundred words on few items: each is kept in order, or its speaker was told no."""
    said = do(processes, "interleaved", seed=7, each=25)
    assert said["said"] == 100
    assert (said["twice"], said["lost"], said["unsaid"], said["version"]) == (0, [], [], 0)
    assert said["stands"]
    assert set(said["refused"]) <= {"changed-meanwhile"}


def at_work(processes: Scratch) -> "tuple[subprocess.Popen[str], list[int]]":
    """A worker in the middle of a long reading, and its child."""
    worker = processes.start(f"{HERE}.work_on", slowly=True)
    for _ in range(1_200):
        found = children(worker.pid)
        if found:
            return worker, found
        assert worker.poll() is None, worker.communicate()
        time.sleep(0.05)
    raise AssertionError("the worker never got to the middle")


def children(pid: int) -> list[int]:
    """The processes that this one started and that still live."""
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                stat = (entry / "stat").read_text().rpartition(")")[2].split()
            except OSError:
                continue
            if int(stat[1]) == pid and stat[0] != "Z":
                found.append(int(entry.name))
    return found


def gone(pids: list[int]) -> bool:
    for _ in range(200):
        if not any(Path(f"/proc/{pid}").exists() for pid in pids):
            return True
        time.sleep(0.05)
    return False


def test_a_worker_killed_in_the_middle_is_replaced_and_the_file_is_read_once(processes):
    number = do(processes, "queued")
    worker, orphans = at_work(processes)
    os.kill(worker.pid, signal.SIGKILL)
    worker.communicate()
    half = do(processes, "look", number=number)
    assert (half["state"], half["documents"], half["items"]) == ("reading", 0, 0)
    assert do(processes, "work_on", silent=0.0) == "ended"
    now = do(processes, "look", number=number)
    assert (now["state"], now["attempts"], now["documents"]) == ("read", 2, 1)
    assert now["items"] == 16
    # The dead worker's job is not done again: a third worker finds nothing to do.
    do(processes, "work_on", silent=0.0)
    assert do(processes, "look", number=number) == now
    assert gone(orphans)


def test_a_child_killed_in_the_middle_refuses_its_file_and_no_other(processes):
    number = do(processes, "queued")
    worker, (child,) = at_work(processes)
    os.kill(child, signal.SIGKILL)
    out, errors = worker.communicate(timeout=60)
    assert "ended" in out, errors
    now = do(processes, "look", number=number)
    assert (now["state"], now["refused"], now["documents"]) == ("refused", "too-heavy", 0)


def test_stopping_ends_the_child(processes):
    number = do(processes, "queued")
    worker, child = at_work(processes)
    assert do(processes, "cancel", number=number) == "cancelled"
    out, errors = worker.communicate(timeout=60)
    assert "ended" in out, errors
    assert gone(child)
    now = do(processes, "look", number=number)
    assert (now["state"], now["documents"], now["items"]) == ("cancelled", 0, 0)


def test_a_server_killed_while_it_confirms_has_confirmed_nothing(processes):
    number = do(processes, "queued", settled=True)
    killed = processes.start(f"{HERE}.confirm_and_die", number=number)
    killed.communicate(timeout=120)
    assert killed.returncode == -signal.SIGKILL
    said = do(processes, "confirm", number=number)
    before, after = said["before"], said["after"]
    assert (before["stages"], before["citations"], before["confirmed"]) == (["review"], 0, 0)
    assert (after["stages"], after["citations"], after["confirmed"]) == (["confirmed"], 1, 1)
