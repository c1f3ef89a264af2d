"""kill -9 in the middle of a working morning: of the database, of the server, again and again."""

import pytest

from tests.abuse.killing import Morning, counted, station

pytestmark = pytest.mark.long


def test_what_was_acknowledged_outlives_two_kills():
    with station() as here:
        morning = Morning(here, 120)
        morning.run({40: here.kill_database, 80: here.kill_server})
        assert morning.wrong == []
        assert morning.lost > 0
        assert counted(morning) == {"acknowledged": 120, "lost": 0, "doubled": 0, "unaudited": 0}


@pytest.mark.long
def test_twenty_mornings_of_a_thousand_writes():
    """Each: the database at 400, the server at 700. Nothing lost, nothing twice, nothing unrecorded."""
    with station() as here:
        for run in range(20):
            before = here.rows("select coalesce(max(id), 0) from standin_visit")[0][0]
            morning = Morning(here, 1000, seed=run)
            morning.run({400: here.kill_database, 700: here.kill_server})
            assert morning.wrong == [], run
            said = counted(morning, before)
            assert said == {"acknowledged": 1000, "lost": 0, "doubled": 0, "unaudited": 0}, run
            assert max(morning.gaps) < 30, morning.gaps
