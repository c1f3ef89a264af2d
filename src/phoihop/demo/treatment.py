"""The treatment side of the story: who plays in it, and since when it is told."""

from collections.abc import Callable
from datetime import date
from functools import cache

from phoihop.base.org.founding import INSTALL
from phoihop.base.org.rules.permissions import Viewer
from phoihop.base.security import scope
from phoihop.demo import network, people, progress
from phoihop.programmes.ost.demo import filling, living


def tell(say: Callable[[str], None] = lambda _: None, today: date | None = None, hands: int = 1) -> None:
    """Everything that is missing of it. A start that was cut short goes on with the day it began with.
    ``hands``: how many write at once."""
    day = today or progress.treated_until()
    if day is None:
        return
    say("sites")
    sites = people.staff()
    everybody = (*people.working(), *people.PEOPLE)
    named = {(each.role, -1 if each.site is None else each.site): each.username for each in everybody}

    @cache
    def at(role: str, site: int) -> Viewer:
        with scope.acting(INSTALL):
            return people.viewer(named[role, site])

    shares = {number: place.share for number, place in enumerate(network.PLACES)}
    cast = filling.Cast(sites, shares, at, day)
    filling.fill(cast, say, hands)
    living.live(cast, say)
