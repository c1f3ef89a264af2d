"""Plans and programmes never import each other: they meet at the code of an indicator, and here."""

import pytest

from phoihop.coordination.plans.rules import binding
from phoihop.coordination.plans.rules.binding import Way
from phoihop.engines.indicators.definitions import Hiding, Indicator, Unit
from phoihop.engines.publishing import registering
from phoihop.engines.publishing.registering import Ratio, Reported
from phoihop.programmes.hiv import indicators as hiv
from phoihop.programmes.ost import indicators as ost
from phoihop.programmes.ost import publishing

_LATEST = {each.code: each for each in sorted((*hiv.ALL, *ost.ALL), key=lambda each: each.version)}
_UNCHECKED = (*hiv.UNCHECKED, *ost.UNCHECKED)
_COMPUTED = [code for code, bound in binding.catalogue().items() if bound.way is Way.COMPUTED]


_RATIOS = {each.code: each for each in publishing.RATIOS}
_TARGETS = [f"M{number}" for number in range(140, 181)]


@pytest.mark.parametrize("code", _COMPUTED)
def test_a_code_that_is_computed_is_one_of_a_programme_and_agrees_with_it(code: str) -> None:
    bound = binding.catalogue()[code]
    assert (code in _LATEST) is not (code in _RATIOS)
    defined: Indicator | Ratio = _LATEST[code] if code in _LATEST else _RATIOS[code]
    assert bound.unit.value == defined.unit.value
    assert bound.better.value == defined.better.value
    assert (bound.of is not None) == (defined.denominator is not None)
    if isinstance(defined, Indicator):
        assert bound.span in defined.spans
        assert bound.checked == (defined not in _UNCHECKED), "whether its source was read"
    else:
        assert bound.checked == defined.checked


@pytest.mark.parametrize("share", publishing.RATIOS, ids=lambda each: each.code)
def test_a_share_is_of_what_is_counted_and_what_is_reported(share: Ratio) -> None:
    assert _LATEST[share.numerator].unit is Unit.PERSONS
    whole = registering.REPORTED[share.denominator]
    assert (whole.unit, whole.hiding) == (Unit.PERSONS, Hiding.PEOPLE)
    assert registering.RATIOS[share.code] == share


@pytest.mark.parametrize("code", [code for code in binding.catalogue() if code not in _COMPUTED])
def test_a_code_that_nobody_works_out_can_be_reported(code: str) -> None:
    bound = binding.catalogue()[code]
    assert code not in _LATEST
    figure = registering.REPORTED[code]
    assert isinstance(figure, Reported)
    assert (figure.name, figure.source, figure.checked) == (bound.name, bound.source, bound.checked)
    assert (figure.unit.value, figure.better.value) == (bound.unit.value, bound.better.value)
    assert figure.has_denominator == (bound.of is not None)
    about_people = bound.unit.value == "persons" or (bound.of is not None and bound.of.people)
    assert figure.hiding is (Hiding.PEOPLE if about_people else Hiding.NOTHING)


@pytest.mark.parametrize("target", _TARGETS)
def test_every_target_has_a_code_a_way_for_its_number_and_a_denominator(target: str) -> None:
    here = [each for each in binding.catalogue().values() if target in each.rows]
    assert here
    for each in here:
        known = each.code in _LATEST or each.code in _RATIOS or each.code in registering.REPORTED
        assert known, each.code
        assert (each.of is not None) == (each.unit in (binding.Unit.PERCENT, binding.Unit.RATE)), each.code
        assert each.denominator.vi.startswith("Trên " if each.of else "Không có mẫu số")


def test_targets_of_plans_are_these_and_no_others() -> None:
    assert {row for each in binding.catalogue().values() for row in each.rows} == set(_TARGETS)


def test_what_counts_no_people_is_told_as_it_is() -> None:
    told = {each.code for each in registering.REPORTED.values() if each.hiding is Hiding.NOTHING}
    assert {"COMMUNES_DRUG_FREE", "LEAFLETS", "CROPS_DESTROYED", "SITES_SUPERVISED"} <= told
    assert told.isdisjoint({"KP_REACHED", "DRUG_FILES", "VICTIMS_SERVED", "REHAB_PERSONS", "OST_FILES"})


def test_every_unit_and_direction_of_indicators_is_one_of_plans_too() -> None:
    of_indicators: list[Indicator] = list(_LATEST.values())
    assert {each.unit.value for each in of_indicators} <= {unit.value for unit in binding.Unit}
    assert {each.better.value for each in of_indicators} <= {better.value for better in binding.Better}
