"""What the definitions of this room have in common: who somebody is, and how many there are."""

from phoihop.engines.indicators.facts import PERSON as WHO
from phoihop.engines.indicators.parts import aged, says, up_to
from phoihop.engines.indicators.rows import Facts, Joined, Latest, Rows, Where
from phoihop.engines.indicators.values import Edge, Value
from phoihop.programmes.hiv.facts import ESTIMATE, PERSON

WHO_SPLITS = ("sex", "age", "group")
PEOPLE = Latest(Facts(PERSON), (WHO,), ("born",))


def described(rows: Rows, at: Value = Edge.LAST) -> Rows:
    """The rows with the sex, age band and group of their person; the age is that of a day."""
    known = Joined(rows, PEOPLE, (WHO,), (("sex", "sex"), ("born", "born"), ("group", "group")))
    return aged(known, at)


def estimated(what: str) -> Rows:
    """The newest estimate of each place up to the window's end."""
    told = Where(Where(Facts(ESTIMATE), says("of", what)), up_to("day"))
    return Latest(told, ("facility", "of"), ("day",))
