"""What the definitions of this room have in common: who somebody is."""

from phoihop.engines.indicators.facts import PERSON as WHO
from phoihop.engines.indicators.parts import aged
from phoihop.engines.indicators.rows import Facts, Joined, Latest, Rows
from phoihop.engines.indicators.values import Edge, Value
from phoihop.programmes.ost.indicators.tables import SPELL

# What is known of each person: the file of their last treatment says it.
PEOPLE = Latest(Facts(SPELL), (WHO,), ("began",))


def described(rows: Rows, at: Value = Edge.LAST) -> Rows:
    """The rows with the sex and the age band of their person."""
    return aged(Joined(rows, PEOPLE, (WHO,), (("sex", "sex"), ("born", "born"))), at)
