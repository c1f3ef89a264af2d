"""Mornings of a thousand doses, one after another, with the database and the server killed in each."""

import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from phoihop.programmes.ost.tests.faulting import clinic, sound

DOSES = 1_000
TABLETS, DESKS = "tablets", "desks"


@dataclass(frozen=True)
class Morning:
    """What came of one: ``said`` is what the tables say (faulting.Clinic.counted), ``gaps`` the seconds from
    each blow, starting again included, until the next doses were acknowledged; ``seconds`` what all took."""

    run: int
    said: dict[str, Any]
    wrong: list[str]
    dropped: int
    gaps: tuple[float, ...]
    seconds: float

    @property
    def sound(self) -> bool:
        """Nothing lost, nothing twice, nothing half written, and nobody has to look at anything."""
        return not self.wrong and self.said == sound(DOSES)


def mornings(where: str, runs: int) -> Iterator[Morning]:
    """So many of them, by eight hands: eight tablets, or two processes at each of four desks. The database is
    killed at dose 400, the server or the processes at dose 700."""
    at_tablets = where == TABLETS
    sites = 8 if at_tablets else 4
    with clinic(sites, DOSES // sites, tablets_active=at_tablets) as here:
        for run in range(runs):
            here.seed, here.life, here.lost = run * 1_000, f"life-{run}", 0
            began = time.monotonic()
            if at_tablets:
                blows = {400: here.station.kill_database, 700: here.station.kill_server}
                here.by_tablets(DOSES // sites, blows)
            else:
                here.at_desks(DOSES // sites, {400: here.station.kill_database, 700: here.kill_workers})
            took = time.monotonic() - began
            yield Morning(run, here.counted(), list(here.wrong), here.lost, tuple(here.gaps), took)
            here.again()
