"""What the targets of plans ask for and no records tell: what an agency writes down, or a survey finds.

Whatever the catalogue does not have worked out by a programme can be reported under its own code, so that no
target is without a way for its number to come.
"""

from phoihop.coordination.plans.rules.binding import Bound, Way, catalogue
from phoihop.engines.indicators.definitions import Better, Hiding, Unit
from phoihop.engines.publishing import registering
from phoihop.engines.publishing.registering import Reported


def reported() -> tuple[Reported, ...]:
    """The figures of the catalogue that people report, a survey's too."""
    return tuple(_figure(each) for each in catalogue().values() if each.way is not Way.COMPUTED)


def register() -> None:
    """Make them known; may be called again."""
    for figure in reported():
        registering.register_reported(figure)


def _figure(bound: Bound) -> Reported:
    return Reported(
        bound.code,
        bound.name,
        Unit(bound.unit.value),
        Better(bound.better.value),
        bound.source,
        Hiding.PEOPLE if bound.of_people else Hiding.NOTHING,
        bound.checked,
    )
