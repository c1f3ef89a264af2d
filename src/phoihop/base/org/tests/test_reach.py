"""What is reached from a unit, asked forwards and backwards, over any lines of succession."""

from hypothesis import given
from hypothesis import strategies as st

from phoihop.base.org.reach import Lineage

UNITS = st.integers(0, 9)
EDGES = st.dictionaries(UNITS, st.lists(UNITS, max_size=3), max_size=10)


@given(EDGES, EDGES, st.sets(UNITS, max_size=3))
def test_backwards_finds_whatever_reaches_forwards(children, forerunners, ends):
    lineage = Lineage(children, forerunners)
    forwards = {unit for unit in range(10) if lineage.covered([unit]) & ends}
    assert lineage.reaching(ends) == forwards


@given(EDGES, st.sets(UNITS, max_size=3))
def test_backwards_finds_whichever_agency_answers_for_one(successions, ends):
    lineage = Lineage(agencies=successions)
    forwards = {agency for agency in range(10) if (lineage.agencies_before(agency) | {agency}) & ends}
    assert lineage.agencies_reaching(ends) == forwards
