"""F-01, F-02: kill -9 of database, server and workers in the middle of a morning's doses. Everything that was
acknowledged is there, once, and stock and rights agree with it."""

import pytest

from phoihop.programmes.ost.tests.faulting import clinic


def test_doses_on_tablets_outlive_the_database_and_the_server():
    with clinic(4, 15, tablets_active=True) as here:
        here.by_tablets(15, {20: here.station.kill_database, 40: here.station.kill_server})
        here.sound(60)


def test_doses_at_desks_outlive_the_database_and_the_workers():
    with clinic(3, 16, tablets_active=False) as here:
        here.at_desks(16, {12: here.station.kill_database, 28: here.kill_workers}, hands=1)
        here.sound(48)


@pytest.mark.long
def test_twenty_mornings_of_a_thousand_doses_on_eight_tablets():
    with clinic(8, 125, tablets_active=True) as here:
        for run in range(20):
            here.seed, here.life = run * 1_000, f"life-{run}"
            here.by_tablets(125, {400: here.station.kill_database, 700: here.station.kill_server})
            assert here.lost > 0
            assert max(here.gaps) < 30, (run, here.gaps)
            here.sound(1000)
            here.again()


@pytest.mark.long
def test_twenty_mornings_of_a_thousand_doses_at_four_desks():
    with clinic(4, 250, tablets_active=False) as here:
        for run in range(20):
            here.seed = run
            here.at_desks(250, {400: here.station.kill_database, 700: here.kill_workers})
            assert max(here.gaps) < 30, (run, here.gaps)
            here.sound(1000)
            here.again()
