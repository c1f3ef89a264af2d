"""Two figures that count some of the same: an attacker who has the tables of both gets none of the few."""

import random
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from phoihop.engines.indicators.definitions import Hiding, Unit
from phoihop.engines.indicators.disclosing import Form, Line, Part, Published, State, Told, control
from phoihop.engines.indicators.rows import Count, Where
from phoihop.engines.indicators.tests.attacking import held
from phoihop.engines.indicators.values import Column, OneOf
from phoihop.engines.publishing import relating, telling
from phoihop.engines.publishing.borders import Places
from phoihop.engines.publishing.counting import ALL, Counted, Counts, Place
from phoihop.engines.publishing.registering import Adds
from phoihop.engines.publishing.rules import Group
from phoihop.engines.publishing.tests.making import _EVER, _IN, CIVIL, indicator

DAYS = (CIVIL.window.first, CIVIL.window.last)
ENDS: dict[int, tuple[date | None, date | None]] = dict.fromkeys((1, 2, 3), (None, None))
WHOLE = {7: frozenset({1, 2, 3})}
PLACES = Places(ENDS, WHOLE, {7: None}, frozenset())
FINE = [(facility, sex) for facility in ENDS for sex in "fm"]

_GROUPS: tuple[Group, ...] = ((), (("sex", "f"),), (("sex", "m"),))


def share(code, sex, **more):
    """A definition: visits of one sex among all visits."""
    return indicator(
        code, Count(Where(_IN, OneOf(Column("sex"), (sex,)))), Unit.PERCENT, denominator=Count(_IN),
        examples=(), **more,
    )  # fmt: skip


@pytest.fixture(autouse=True)
def unexplained(monkeypatch):
    """Definitions of these tests need no worked examples."""
    monkeypatch.setattr("phoihop.engines.indicators.definitions.LEAST", 0)


def asked(definition, parts, wholes, places=PLACES):
    """A version with its counts: of facilities and sexes the part and the whole."""
    counts: Counts = {}
    everywhere = [(ALL, [*ENDS]), *((Place(unit=unit), sorted(some)) for unit, some in places.units.items())]
    everywhere += [(Place(facility=each), [each]) for each in ENDS]
    for place, facilities in everywhere:
        for group in _GROUPS:
            some = [(f, s) for f, s in FINE if f in facilities and (not group or group[0][1] == s)]
            part, whole = (sum(each[one] for one in some) for each in (parts, wholes))
            counts[DAYS, place, group] = Counted(Decimal(part), Decimal(whole))
    return telling.Asked(definition, counts, {DAYS: CIVIL}, places, False)


def two(seed, complement):
    chance = random.Random(seed)
    wholes = {each: chance.randint(4, 30) for each in FINE}
    parts = {each: max(0, wholes[each] - chance.randint(0, 9)) for each in FINE}
    others = {
        each: wholes[each] - parts[each] if complement else chance.randint(0, wholes[each]) for each in FINE
    }
    return asked(share("ONE", "f"), parts, wholes), asked(share("OTHER", "m"), others, wholes)


def out_of(cells):
    return control(cells.release, Published(cells.before))


def apart(ones, relations=()):
    """What is out when each was looked at by itself, as somebody sees it who knows what they share."""
    some = [(each, telling.cells(each, {})) for each in ones]
    outs = [out_of(cells) for _, cells in some]
    whole = relating.together(some[0], some[1:], relations)
    lines = {key: line for out in outs for key, line in out.lines.items()}
    known = {cell.key: cell for cell in whole.release.cells}
    known |= {cell.key: cell for out in outs for cell in out.cells.values()}
    sums = {one for out in outs for one in out.sums} | {*whole.release.sums}
    return Published(lines, known, tuple(sums))


@pytest.mark.parametrize("complement", [False, True])
def test_nobody_gets_at_the_few_of_two_figures_together(complement):
    given_away = 0
    for seed in range(12):
        ones = two(seed, complement)
        given_away += len(held(apart(ones)))
        some = [(each, telling.cells(each, {})) for each in ones]
        out = out_of(relating.together(some[0], some[1:]))
        assert out.lost == frozenset()
        assert held(out) == {}
        again = out_of(relating.together(some[1], some[:1]))
        assert again.lines == out.lines, "whichever of them is told"
    assert given_away > 0 or not complement, "the attack can succeed"


def test_a_whole_that_is_not_of_few_to_one_figure_is_not_to_another():
    """Both are shares of the same visits: those of three people and those of twelve."""
    ones = two(1, False)
    some = []
    for one, people in zip(ones, (3, 12), strict=True):
        counts = {figure: replace(counted, people=people) for figure, counted in one.counts.items()}
        of_them = replace(one, counts=counts)
        some.append((of_them, telling.cells(of_them, {})))
    for own, other in (some, some[::-1]):
        out = out_of(relating.together(own, [other]))
        assert out.lost == frozenset()
        wholes = [
            {figure: out.lines[key].denominator for figure, key in each.keys.items()} for _, each in some
        ]
        assert wholes[0] == wholes[1]
        assert not wholes[0][DAYS, ALL, ()].hidden


def test_figures_are_related_by_what_they_count():
    one, other = share("ONE", "f"), share("OTHER", "m")
    stranger = indicator("THIRD", Count(Where(_IN, OneOf(Column("sex"), ("x",)))), Unit.EVENTS, examples=())
    stock = share("BOTTLES", "x", hiding=Hiding.NOTHING)
    assert relating.related(one, [one, other, stranger, stock]) == [other]
    assert relating.related(stock, [one, other, stock]) == []


def test_what_is_the_same_by_definition_is_one_cell():
    """All facilities are the province: no two roundings of one count, and one proof for both."""
    (one, _) = two(1, False)
    cells = telling.cells(one, {})
    assert cells.keys[DAYS, ALL, ()] == cells.keys[DAYS, Place(unit=7), ()]
    assert not any(key.unit.startswith("facility") and key.group for key in cells.keys.values())


def test_what_was_told_in_two_ways_stays_so_and_is_held_together():
    (one, _) = two(1, False)
    true = one.counts[DAYS, ALL, ()]

    def told(value):
        return Line(Told(State.ROUNDED, value), Told(State.ROUNDED, Decimal(round(true.denominator / 5) * 5)))

    near = Decimal(round(true.numerator / 5) * 5)
    out: dict[telling.Figure, Line] = {(DAYS, ALL, ()): told(near), (DAYS, Place(unit=7), ()): told(near + 5)}
    cells = telling.cells(one, out)
    keys = cells.keys[DAYS, ALL, ()], cells.keys[DAYS, Place(unit=7), ()]
    assert keys[0] != keys[1]
    assert {key: cells.before[key].numerator.value for key in keys} == {keys[0]: near, keys[1]: near + 5}
    assert any({keys[0], keys[1]} == {each.whole.key, each.parts[0].key} for each in cells.release.sums)


def test_groups_of_facilities_are_guarded_where_maps_cross():
    """A commune of today and one of before with one facility in common give it away by subtraction."""
    crossing = Places(ENDS, {7: frozenset({1, 2}), 8: frozenset({2, 3})}, {7: None, 8: None}, frozenset())
    wholes = dict.fromkeys(FINE, 12)
    parts = {(f, s): 3 if f == 2 else 9 for f, s in FINE}
    cells = telling.cells(asked(share("ONE", "f"), parts, wholes, crossing), {})
    inside = [cell for cell in cells.release.cells if cell.key.unit == "facility:2" and cell.key.group]
    assert {cell.form for cell in inside} == {Form.NOTHING}
    assert cells.keys.keys().isdisjoint((DAYS, Place(facility=2), cell.key.group) for cell in inside)
    out = out_of(cells)
    assert held(out) == {}
    assert Part.NUMERATOR in {count.part for cell in inside for count in cell.counts()}


def three(seed):
    """Few take medicine home, the others do not: both and all together."""
    chance = random.Random(seed)
    home = {each: chance.randint(0, 4) for each in FINE}
    with_whole = {each: home[each] + chance.randint(0, 3) for each in FINE}
    rest = {each: chance.randint(5, 30) for each in FINE}
    rest_whole = {each: rest[each] + chance.randint(0, 9) for each in FINE}
    both = {each: home[each] + rest[each] for each in FINE}
    both_whole = {each: with_whole[each] + rest_whole[each] for each in FINE}
    return (
        asked(share("BOTH", "f"), both, both_whole),
        asked(share("HOME", "m"), home, with_whole),
        asked(share("REST", "x"), rest, rest_whole),
    )


PARTS = tuple(
    Adds(("BOTH", part), (("HOME", part), ("REST", part))) for part in (Part.NUMERATOR, Part.DENOMINATOR)
)


@pytest.fixture
def apart_from_measures(monkeypatch):
    """Definitions whose measures differ, so that nothing but what is said of them ties them."""
    monkeypatch.setattr(relating, "shared", lambda one, other: [])


REST = tuple(Adds(("BOTH", part), (("REST", part),)) for part in (Part.NUMERATOR, Part.DENOMINATOR))


@pytest.mark.parametrize(("many", "relations"), [(3, PARTS), (2, REST)])
def test_who_is_left_of_all_when_others_are_taken_away_stays_hidden(apart_from_measures, many, relations):
    """Of three figures, or of two of them: the third is what they leave over, and few."""
    given_away = 0
    for seed in range(6):
        both, home, rest = three(seed)
        ones = (both, home, rest) if many == 3 else (both, rest)
        given_away += len(held(apart(ones, relations)))
        some = [(each, telling.cells(each, {})) for each in ones]
        outs = [
            out_of(relating.together(each, [other for other in some if other is not each], relations))
            for each in some
        ]
        assert outs[0].lost == frozenset()
        assert held(outs[0]) == {}
        assert all(out.lines == outs[0].lines for out in outs), "whichever of them is told"
    assert given_away > 0, "the attack can succeed"


@pytest.mark.parametrize(("many", "relations"), [(3, PARTS), (2, REST)])
def test_the_whole_is_told_as_if_there_were_no_others(apart_from_measures, many, relations):
    """Who asks for parts asks for the whole before; the parts say less, and nobody is found."""
    for seed in range(6):
        both, home, rest = three(seed)
        ones = (both, home, rest) if many == 3 else (both, rest)
        some = [(each, telling.cells(each, {})) for each in ones]
        cells = relating.together(some[0], some[1:], relations)
        assert cells.first == {"BOTH@1"}
        alone = out_of(some[0][1]).lines
        lines, lost = telling.told(cells)
        assert lost == frozenset()
        assert lines == {key: alone[key] for key in lines}
        (*_, out) = telling._done.values()
        assert {key.code for key in out.lines} >= {each.code for each in ones}
        assert held(out) == {}


def test_what_is_left_or_twice_is_a_count_too(apart_from_measures):
    ones = three(1)
    counts = dict(ones[0].counts)
    for more, kind in ((3, "left"), (-3, "twice")):
        changed = {
            figure: replace(count, numerator=count.numerator + more) if figure[1] == ALL else count
            for figure, count in counts.items()
        }
        some = [(each, telling.cells(each, {})) for each in (replace(ones[0], counts=changed), *ones[1:])]
        made = relating.together(some[0], some[1:], PARTS)
        between = [cell for cell in made.release.cells if cell.key.code == f"BOTH@1/numerator/{kind}"]
        assert {cell.numerator for cell in between} >= {Decimal(3)}
        assert {cell.form for cell in between} == {Form.NOTHING}


def test_figures_are_related_by_what_they_add_up_to():
    one, other = share("ONE", "f"), replace(share("OTHER", "m"), denominator=Count(_EVER))
    third = indicator("THIRD", Count(Where(_IN, OneOf(Column("sex"), ("x",)))), Unit.EVENTS, examples=())
    said = (
        Adds(("ONE", Part.NUMERATOR), (("OTHER", Part.DENOMINATOR),)),
        Adds(("THIRD", Part.NUMERATOR), (("OTHER", Part.NUMERATOR),)),
    )
    assert relating.related(one, [one, other, third]) == []
    assert relating.related(one, [one, other, third], said[:1]) == [other]
    assert relating.related(one, [one, other, third], said) == [other, third]
    assert relating.related(third, [one, other, third], said) == [other, one]


def test_figures_held_together_are_proven_once_though_each_is_told_after_another(
    apart_from_measures, monkeypatch
):
    asked_of = []

    def counted(*given):
        asked_of.append(given)
        return control(*given)

    monkeypatch.setattr(telling, "control", counted)
    monkeypatch.setattr(telling, "_done", {})
    ones = three(2)
    outs: list[dict[telling.Figure, Line]] = [{}, {}, {}]
    for number in range(3):
        some = [(each, telling.cells(each, out)) for each, out in zip(ones, outs, strict=True)]
        own = some[number]
        cells = relating.together(own, [each for each in some if each is not own], PARTS)
        lines, _ = telling.told(cells)
        outs[number] = {figure: lines[key] for figure, key in cells.keys.items()}
    assert len(asked_of) == 2, "of the whole alone, and of all together"
    # Something else is out: it is asked anew, and what is out stays.
    figure = DAYS, ALL, ()
    outs[1] = outs[1] | {figure: replace(outs[1][figure], numerator=Told(State.WITHHELD))}
    some = [(each, telling.cells(each, out)) for each, out in zip(ones, outs, strict=True)]
    cells = relating.together(some[1], [some[0], some[2]], PARTS)
    lines, _ = telling.told(cells)
    assert len(asked_of) == 4
    assert lines[cells.keys[figure]].numerator.state is State.WITHHELD
