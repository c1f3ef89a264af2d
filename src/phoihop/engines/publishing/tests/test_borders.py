"""In which units facilities lie for the build: each once on every map, whatever became of units."""

from collections import Counter
from datetime import date

import pytest

from phoihop.base.org import placing, reach
from phoihop.base.org.models import Succession, Unit
from phoihop.base.org.tests import making as people
from phoihop.base.security import scope
from phoihop.engines.publishing import borders, queries, registering
from phoihop.engines.publishing.fences import JOB
from phoihop.engines.publishing.models import Number, Told
from phoihop.engines.publishing.tests import making

LAST, REFORM = date(2025, 6, 30), date(2025, 7, 1)


@pytest.fixture
def reformed(made):
    """Clinics A and B stood in a district that was divided among both communes; C in one that became the
    second commune whole."""
    with scope.acting(people.INSTALL):
        one, two = (
            people.unit(key, made.province, level="district", kind="huyện", valid_to=LAST)
            for key in ("h-mot", "h-hai")
        )
        Unit.objects.filter(pk__in=[each.pk for each in made.communes]).update(valid_from=REFORM)
        for old, new, whole in (
            (one, made.communes[0], False),
            (one, made.communes[1], False),
            (two, made.communes[1], True),
        ):
            Succession.objects.create(
                old=old, new=new, day=REFORM, whole=whole, share="1" if whole else "0.5"
            )
        for facility, unit in zip(made.facilities, (one, one, two), strict=True):
            facility.unit = unit
            facility.save()
    reach.forget()
    made.districts = [one, two]
    return made


def units_of() -> dict[int, set[int]]:
    with scope.acting(JOB):
        found = borders.places("alpha").of_facilities()
    return {int(facility): {int(unit) for unit in units} for facility, units in found.items()}


def test_a_facility_lies_where_its_unit_went_or_in_what_all_parts_have_in_common(reformed):
    a, b, c = (each.pk for each in reformed.facilities)
    one, two = (each.pk for each in reformed.districts)
    second, province = reformed.communes[1].pk, reformed.province.pk
    assert units_of() == {a: {one, province}, b: {one, province}, c: {two, second, province}}
    with scope.acting(JOB):
        places = borders.places("alpha")
    assert places.borders == {one: LAST, two: LAST, second: None, province: None}
    assert places.communes == {second}


def test_what_a_person_says_and_a_move_put_it_in_one_unit_of_each_map(reformed):
    a, _, c = reformed.facilities
    admin = reformed.admin
    placing.place_facility(by=admin, facility=a, unit=reformed.communes[0], since=REFORM)
    placing.place_facility(
        by=admin, facility=c, unit=reformed.communes[0], since=date(2025, 10, 1), moved=True
    )
    found = units_of()
    one, first = reformed.districts[0].pk, reformed.communes[0].pk
    assert found[a.pk] == {one, first, reformed.province.pk}
    assert found[c.pk] == {one, first, reformed.province.pk}  # on every map where it stands last
    with scope.acting(JOB):
        levels = dict(Unit.objects.values_list("pk", "level"))
        today = {key for key, last in borders.places("alpha").borders.items() if last is None}
    for units in found.values():
        for which in (units & today, units - today):
            assert max(Counter(levels[each] for each in which).values(), default=0) <= 1


def test_figures_of_units_and_of_none_make_up_all_on_both_maps(reformed, built):
    source = making.filled(reformed)
    registering.register(making.programme(source, making.VISITS))
    placing.place_facility(
        by=reformed.admin, facility=reformed.facilities[0], unit=reformed.communes[0], since=REFORM
    )
    built()
    with scope.acting(JOB):
        rows = Number.objects.filter(code="VISITS", calendar="civil", year=2026, number=3, split="{}")
        whole = rows.get(facility=None, unit=None).numerator
        by_place = {row.facility_id: row.numerator for row in rows.filter(facility__isnull=False)}
        by_unit = {row.unit_id: row.numerator for row in rows.filter(unit__isnull=False)}
        told = set(Told.objects.filter(code="VISITS", unit__isnull=False).values_list("unit", "borders"))
    b = reformed.facilities[1].pk
    first, second = (each.pk for each in reformed.communes)
    one, two = (each.pk for each in reformed.districts)
    assert whole == sum(by_place.values()) == by_unit[reformed.province.pk]
    assert by_unit[one] + by_unit[two] == whole
    assert by_unit[first] + by_unit[second] + by_place[b] == whole  # B is in no commune until somebody says
    assert told == {(one, LAST), (two, LAST), (first, None), (second, None), (reformed.province.pk, None)}


def test_facilities_beneath_a_unit_are_those_that_stand_in_it_on_its_map(reformed, built):
    source = making.filled(reformed)
    registering.register(making.programme(source, making.VISITS))
    built()
    with scope.acting(JOB):
        Told.objects.update(released_to="cleared")
    a, b, c = (each.pk for each in reformed.facilities)
    for above, expected in (
        (None, {a, b, c}),
        (reformed.province, {a, b, c}),
        (reformed.communes[1], {c}),
        (reformed.communes[0], set()),
        (reformed.districts[0], {a, b}),
    ):
        found = queries.parts(
            reformed.police, code="VISITS", period=making.CIVIL, above=above, facilities=True
        )
        assert {each.facility for each in found} == expected
