"""F-01, F-02: kill -9 of database, server and workers in the middle of a morning's doses. Everything that was
acknowledged is there, once, and stock and rights agree with it."""

import pytest

from phoihop.programmes.ost.tests.faulting import clinic
from phoihop.programmes.ost.tests.faulting_mornings import DESKS, TABLETS, mornings


def test_doses_on_tablets_outlive_the_database_and_the_server():
    with clinic(4, 15, tablets_active=True) as here:
        here.by_tablets(15, {20: here.station.kill_database, 40: here.station.kill_server})
        here.sound(60)


def test_doses_at_desks_outlive_the_database_and_the_workers():
    with clinic(3, 16, tablets_active=False) as here:
        here.at_desks(16, {12: here.station.kill_database, 28: here.kill_workers}, hands=1)
        here.sound(48)


@pytest.mark.long
@pytest.mark.parametrize("where", [TABLETS, DESKS])
def test_mornings_of_a_thousand_doses(where):
    """Three; twenty of each, in a table: ``./run bench faults``."""
    for morning in mornings(where, 3):
        assert morning.sound, morning
        assert morning.dropped > 0 or where == DESKS
