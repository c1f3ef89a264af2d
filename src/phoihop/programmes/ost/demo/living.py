"""What goes on today: days are open, half of those who come have come, and some things wait for somebody."""

from collections.abc import Callable

from phoihop.programmes.ost.demo.filling import Cast


def live(cast: Cast, say: Callable[[str], None]) -> None:
    say("today")
