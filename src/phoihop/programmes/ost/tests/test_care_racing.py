"""Two doctors who order for one client at once: the later word counts, and no day has two orders."""

import pytest

from phoihop.base.release.tests import scratch
from phoihop.programmes.ost.tests.care_racing import MANY

RACING = "phoihop.programmes.ost.tests.care_racing"


@pytest.mark.long
def test_two_doctors_at_once_leave_one_order_a_day(tmp_path):
    with scratch.opened(tmp_path) as processes:
        accounts = processes.do(f"{RACING}.prepare")
        workers = [
            processes.start(f"{RACING}.order", account=account) for account in (*accounts.values(),) * 2
        ]
        done = 0
        for worker in workers:
            out, errors = worker.communicate(timeout=300)
            assert worker.returncode == 0, errors
            done += int(out.splitlines()[-1])
        found = processes.do(f"{RACING}.outcome")
    assert found == {"orders": done, "shared": 0}
    assert done == len(workers) * MANY * 2
