"""Two facilities that admit the same papers at the same moment: one of them waits, and is told no (A-58)."""

import pytest

from phoihop.base.release.tests import scratch
from phoihop.registry.tests.racing import MANY

RACING = "phoihop.registry.tests.racing"


@pytest.mark.long
def test_nobody_is_admitted_at_two_facilities_at_once(tmp_path):
    with scratch.opened(tmp_path) as processes:
        accounts = processes.do(f"{RACING}.prepare")
        workers = [
            processes.start(f"{RACING}.admit", account=account) for account in (*accounts.values(),) * 2
        ]
        done = 0
        for worker in workers:
            out, errors = worker.communicate(timeout=120)
            assert worker.returncode == 0, errors
            done += int(out.splitlines()[-1])
        served = processes.do(f"{RACING}.outcome", account=accounts["a"])
    assert done == served == MANY
