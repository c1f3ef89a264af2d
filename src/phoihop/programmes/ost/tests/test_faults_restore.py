"""F-13: the database is put back to an earlier moment while tablets go on. The centre begins a new epoch by
itself, every tablet tells everything again, and the tables say what they would have said without it."""

import random
import time
from datetime import UTC, datetime

from phoihop.base.database import archive
from phoihop.programmes.ost.rules.events import Event
from phoihop.programmes.ost.tests.faulting import Clinic, Http, asked, clinic
from phoihop.programmes.ost.tests.making import TODAY
from phoihop.programmes.ost.tests.tablets import Tablet

KEY = bytes(32)


def give(here: Clinic, machine: Tablet, clients: list[str]) -> None:
    for client in clients:
        given = machine.replica.give(asked(client))
        assert isinstance(given, Event), given
        here.acknowledged[given.key] = given.digest


def in_step(here: Clinic, *machines: Tablet) -> None:
    """Synchronised until everything was said and taken."""
    line = Http(here, random.Random(1), dropped=0)
    for machine in machines:
        for _ in range(2):
            deadline = time.monotonic() + 60
            while not machine.replica.synchronise(line):
                assert time.monotonic() < deadline
                time.sleep(0.2)


def epoch(here: Clinic) -> str:
    return str(here.station.rows("select epoch from ost_centre")[0][0])


def test_a_database_recovered_to_a_moment_and_the_tablets_that_come_back():
    with clinic(2, 8, tablets_active=True, archived=True) as here:
        one, two = here.machines()
        first, second = here.told["clients"]
        in_step(here, one, two)
        for machine in (one, two):
            assert machine.replica.open_day(TODAY) is None
        give(here, one, first[:2])
        give(here, two, second[:2])
        in_step(here, one, two)
        base = here.station.folder / "base"
        archive.base_copy(here.station.running, base, KEY, epoch=1)
        give(here, one, first[2:3])
        in_step(here, one)
        time.sleep(0.1)
        moment = datetime.now(UTC)
        time.sleep(0.1)
        give(here, one, first[3:5])
        give(here, two, second[2:5])
        in_step(here, one, two)  # the centre will forget it
        give(here, two, second[5:6])  # and never heard of this
        before = epoch(here)
        here.put_back(base, moment, KEY)
        assert len(here.station.rows("select name from ost_dose")) == 5
        in_step(here, one)
        assert epoch(here) != before
        assert one.replica.memory.epoch == epoch(here)
        assert len(one.replica.memory.left) == 8 * 7 - 5  # what it showed to hold, and nothing else
        assert two.replica.memory.epoch != epoch(here)
        in_step(here, two, one)
        here.sound(11)
        held = here.station.rows("select count(*), count(distinct (person, day)) from ost_outstanding")
        assert held == [(2 * 8 * 7 - 11,) * 2]
        give(here, one, first[5:])
        in_step(here, one)
        here.sound(14)
