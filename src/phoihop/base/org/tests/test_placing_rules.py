"""In which units ground lies on the maps of all days: a table of cases, and what holds whatever became of
units."""

from collections import Counter
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from phoihop.base.org.rules.placing import Area, Atlas, Line, Said, grounds, in_order

LAST, REFORM, TODAY = date(2025, 6, 30), date(2025, 7, 1), date(2026, 11, 23)
MERGED = date(2026, 4, 1)  # two communes of the new map became one
OLD_P, OLD_Q, NEW_P = 1, 2, 3  # two provinces that became one
D1, D2 = 11, 12  # districts of the first
A, B, C, E = 21, 22, 23, 24  # old communes: A and B of D1, C and E of D2
X, Y, Z, XY = 31, 32, 33, 34  # of the new map; X and Y merged later
STAYS = 41  # a province whose units went on as they were
OF_STAYS, PART, REST = 42, 43, 44  # its district, part of which became PART; nobody tells what the rest is
PLACES = (
    Area(OLD_P, "province", ended=LAST),
    Area(OLD_Q, "province", ended=LAST),
    Area(NEW_P, "province", begun=REFORM),
    *(Area(unit, "district", OLD_P, ended=LAST) for unit in (D1, D2)),
    *(Area(unit, "commune", D1, ended=LAST) for unit in (A, B)),
    *(Area(unit, "commune", D2, ended=LAST) for unit in (C, E)),
    *(Area(unit, "commune", NEW_P, REFORM, date(2026, 3, 31)) for unit in (X, Y)),
    Area(Z, "commune", NEW_P, REFORM),
    Area(XY, "commune", NEW_P, MERGED),
    Area(STAYS, "province"),
    Area(OF_STAYS, "district", STAYS, ended=LAST),
    *(Area(unit, "commune", STAYS, REFORM) for unit in (PART, REST)),
)
HALF = Decimal("0.5")
LINES = (
    Line(OLD_P, NEW_P, REFORM, Decimal(1), whole=True),
    Line(OLD_Q, NEW_P, REFORM, Decimal(1), whole=True),
    Line(A, X, REFORM, Decimal(1), whole=True),
    Line(B, X, REFORM, Decimal(1), whole=True),  # all of D1 became X
    Line(C, Y, REFORM, HALF),
    Line(C, Z, REFORM, HALF),  # C was divided
    Line(E, Z, REFORM, Decimal(1), whole=True),
    Line(X, XY, MERGED, None, whole=True),
    Line(Y, XY, MERGED, None, whole=True),
    Line(OF_STAYS, PART, REFORM),
)
ATLAS = Atlas(PLACES, LINES)
BEFORE, BETWEEN = date(2020, 5, 4), date(2025, 12, 1)

CASES = [
    ("as it was said", [Said(A)], BEFORE, {A, D1, OLD_P}),
    ("all of it went to one", [Said(A)], BETWEEN, {X, NEW_P}),
    ("and that was merged", [Said(A)], TODAY, {XY, NEW_P}),
    ("a district all of whose communes became one", [Said(D1)], BETWEEN, {X, NEW_P}),
    ("a district that was divided: the province alone", [Said(D2)], BETWEEN, {NEW_P}),
    ("divided", [Said(C)], BETWEEN, {NEW_P}),
    ("divided, and somebody chose", [Said(C), Said(Z, REFORM)], TODAY, {Z, NEW_P}),
    ("what was chosen says nothing else of before", [Said(C), Said(Z, REFORM)], BEFORE, {C, D2, OLD_P}),
    ("divided into what was merged again leaves two", [Said(C)], TODAY, {NEW_P}),
    ("opened after the reform, where two had been", [Said(X, REFORM)], BEFORE, {D1, OLD_P}),
    ("opened after it, where one had been in part", [Said(Y, REFORM)], BEFORE, {C, D2, OLD_P}),
    ("opened in what was merged later", [Said(XY, MERGED)], BEFORE, {OLD_P}),
    ("a province that became part of another", [Said(OLD_Q)], TODAY, {NEW_P}),
    ("a province, before", [Said(NEW_P, REFORM)], BEFORE, set()),
    ("a part whose rest nobody tells", [Said(OF_STAYS)], TODAY, {STAYS}),
    ("until somebody chooses", [Said(OF_STAYS), Said(REST, REFORM)], TODAY, {REST, STAYS}),
    ("moved: where it stands last", [Said(A), Said(C, date(2024, 3, 1), True)], BEFORE, {C, D2, OLD_P}),
    ("moved after the reform", [Said(A), Said(Z, MERGED, True)], BEFORE, {D2, OLD_P}),
    ("nothing said", [], TODAY, set()),
]


@pytest.mark.parametrize(("said", "on", "units"), [case[1:] for case in CASES], ids=[c[0] for c in CASES])
def test_where_a_facility_stands_on_the_map_of_a_day(said, on, units):
    assert set(ATLAS.place(grounds(in_order(said))[-1], on).values()) == units


FITTING = [
    ("the half that was chosen", [Said(C), Said(Z, REFORM)], True),
    ("the province around it", [Said(C), Said(NEW_P, REFORM)], True),
    ("what came of another", [Said(C), Said(X, REFORM)], False),
    ("what did not come of the whole", [Said(A), Said(Z, REFORM)], False),
    ("moved there", [Said(A), Said(Z, REFORM, True)], True),
    ("what came of one of a district's communes", [Said(D2), Said(Y, REFORM)], True),
    ("what came of another district's", [Said(D2), Said(X, REFORM)], False),
    ("any of the province where the rest is not told", [Said(OF_STAYS), Said(REST, REFORM)], True),
    ("of another province", [Said(OF_STAYS), Said(Z, REFORM)], False),
    ("a commune of the district, said more closely", [Said(D1), Said(A, BEFORE)], True),
    ("one of another district", [Said(D1), Said(C, BEFORE)], False),
]


@pytest.mark.parametrize(("said", "fits"), [case[1:] for case in FITTING], ids=[c[0] for c in FITTING])
def test_what_was_said_of_one_ground_can_be_true(said, fits):
    assert all(ATLAS.is_one(ground, date(2012, 1, 1)) for ground in grounds(said)) is fits


def test_of_what_a_facility_must_be_one_is_told_or_that_nobody_knows():
    assert ATLAS.choices(C, BETWEEN) == type(ATLAS.choices(C, BETWEEN))(frozenset({Y, Z}), every=True)
    assert ATLAS.choices(D2, BETWEEN).units == {Y, Z}
    assert not ATLAS.choices(OF_STAYS, TODAY).every
    assert ATLAS.choices(Z, TODAY).units == {Z}


def test_lines_that_run_in_a_circle_lead_nowhere():
    one, two = Area(1, "commune", ended=LAST), Area(2, "commune", ended=LAST)
    circle = Atlas([one, two], [Line(1, 2, LAST, None, True), Line(2, 1, LAST, None, True)])
    assert circle.lying(1, TODAY) == {}
    assert circle.choices(1, TODAY).units == frozenset()


# Any country: old communes in districts and provinces, each divided among communes of today.


@dataclass(frozen=True)
class Country:
    """``pieces``: of every piece of land the old and the new commune, and all units above either."""

    atlas: Atlas
    pieces: list[frozenset[int]]


@st.composite
def countries(draw) -> Country:
    old_provinces = [100 + n for n in range(draw(st.integers(1, 3)))]
    new_provinces = [200 + n for n in range(draw(st.integers(1, 2)))]
    into = {old: draw(st.sampled_from(new_provinces)) for old in old_provinces}
    districts = {300 + n: draw(st.sampled_from(old_provinces)) for n in range(draw(st.integers(1, 4)))}
    olds = {400 + n: draw(st.sampled_from(sorted(districts))) for n in range(draw(st.integers(1, 6)))}
    news = {500 + n: new_provinces[n % len(new_provinces)] for n in range(draw(st.integers(2, 6)))}
    areas = [Area(unit, "province", ended=LAST) for unit in old_provinces]
    areas += [Area(unit, "province", begun=REFORM) for unit in new_provinces]
    areas += [Area(unit, "district", above, ended=LAST) for unit, above in districts.items()]
    areas += [Area(unit, "commune", above, ended=LAST) for unit, above in olds.items()]
    areas += [Area(unit, "commune", above, begun=REFORM) for unit, above in news.items()]
    lines = [Line(old, new, REFORM, Decimal(1), whole=True) for old, new in into.items()]
    pieces = []
    for old, district in olds.items():
        there = [new for new, above in news.items() if above == into[districts[district]]]
        parts = draw(st.lists(st.sampled_from(there), min_size=1, max_size=3, unique=True))
        share = round(Decimal(1) / len(parts), 8)
        lines += [Line(old, new, REFORM, share, whole=len(parts) == 1) for new in parts]
        pieces += [frozenset({old, district, districts[district], new, news[new]}) for new in parts]
    return Country(Atlas(areas, lines), pieces)


@st.composite
def facilities(draw) -> tuple[Country, list[tuple[tuple[Said, ...], frozenset[int]]]]:
    """A country, and facilities of which only what is true was said, each with the land that it stands on
    last."""
    country = draw(countries())
    found = []
    for _ in range(draw(st.integers(1, 6))):
        said: list[Said] = []
        since: date | None = None
        land = country.pieces[0]
        for number in range(draw(st.integers(1, 3))):
            land = draw(st.sampled_from(country.pieces))
            day = (since or date(2012, 1, 1)).replace(year=2012 + 5 * number)
            said += _true(draw, country, land, None if number == 0 else day, moved=number > 0)
            if draw(st.booleans()):
                said += _true(draw, country, land, REFORM.replace(year=2025 + number), moved=False)
                break
            since = day
        found.append((in_order(said), land))
    return country, found


def _true(draw, country: Country, land: frozenset[int], since: date | None, *, moved: bool) -> list[Said]:
    on = since or date(2012, 1, 1)
    there = sorted(unit for unit in land if country.atlas.areas[unit].stood(on))
    return [Said(draw(st.sampled_from(there)), since, moved)]


@given(facilities())
def test_on_each_map_a_facility_is_in_one_unit_of_a_level_at_most_and_truly_in_it(told):
    country, some = told
    for said, land in some:
        assert all(country.atlas.is_one(ground, date(2012, 1, 1)) for ground in grounds(said))
        units = country.atlas.on_every_map(grounds(said)[-1], TODAY)
        assert units <= land
        for on in (BEFORE, LAST, REFORM, TODAY):
            standing = [area for unit in units if (area := country.atlas.areas[unit]).stood(on)]
            assert max(Counter(area.level for area in standing).values(), default=0) <= 1
            assert {area.id for area in standing} == {*country.atlas.place(grounds(said)[-1], on).values()}


@given(facilities(), st.data())
def test_the_units_of_a_level_and_no_unit_make_up_all_on_every_map(told, data):
    country, some = told
    figures = [data.draw(st.integers(0, 99)) for _ in some]
    for on in (LAST, TODAY):
        for level in ("province", "district", "commune"):
            by_unit: Counter[int | None] = Counter()
            for (said, _), figure in zip(some, figures, strict=True):
                by_unit[country.atlas.place(grounds(said)[-1], on).get(level)] += figure
            assert sum(by_unit.values()) == sum(figures)
            assert all(unit is None or country.atlas.areas[unit].stood(on) for unit in by_unit)


@given(facilities())
def test_where_all_of_a_unit_went_to_one_nobody_is_asked(told):
    country, some = told
    for said, land in some:
        last = said[-1].unit
        known = country.atlas.choices(last, TODAY)
        if known.every and len(known.units) == 1:
            place = country.atlas.place(grounds(said)[-1], TODAY)
            assert known.units <= {*place.values()} <= land
