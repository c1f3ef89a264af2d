"""Plans and programmes never import each other: they meet at the code of an indicator, and here."""

import pytest

from phoihop.coordination.plans.rules import binding
from phoihop.coordination.plans.rules.binding import Way
from phoihop.engines.indicators.definitions import Indicator
from phoihop.programmes.hiv import indicators as hiv
from phoihop.programmes.ost import indicators as ost

_LATEST = {each.code: each for each in sorted((*hiv.ALL, *ost.ALL), key=lambda each: each.version)}
_UNCHECKED = (*hiv.UNCHECKED, *ost.UNCHECKED)
_COMPUTED = [code for code, bound in binding.catalogue().items() if bound.way is Way.COMPUTED]


@pytest.mark.parametrize("code", _COMPUTED)
def test_a_code_that_is_computed_is_one_of_a_programme_and_agrees_with_it(code: str) -> None:
    bound, defined = binding.catalogue()[code], _LATEST[code]
    assert bound.unit.value == defined.unit.value
    assert bound.better.value == defined.better.value
    assert (bound.of is not None) == (defined.denominator is not None)
    assert bound.span in defined.spans
    assert bound.checked == (defined not in _UNCHECKED), "whether its source was read"


def test_a_code_that_no_programme_works_out_says_so() -> None:
    others = [bound for bound in binding.catalogue().values() if bound.way is not Way.COMPUTED]
    assert others
    assert not [bound.code for bound in others if bound.code in _LATEST]


def test_every_unit_and_direction_of_indicators_is_one_of_plans_too() -> None:
    of_indicators: list[Indicator] = list(_LATEST.values())
    assert {each.unit.value for each in of_indicators} <= {unit.value for unit in binding.Unit}
    assert {each.better.value for each in of_indicators} <= {better.value for better in binding.Better}
