"""Classes of communes at every border of both decisions; what is not known stays open; ways out lead out."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from phoihop.kernel.certainty import Certainty
from phoihop.programmes.drug_control.rules import words
from phoihop.programmes.drug_control.rules.communes import Change, Facts, apply, classify, what_would_change
from phoihop.programmes.drug_control.rules.criteria import (
    NEW,
    OLD,
    ROWS,
    SHIPPED,
    Class,
    Criterion,
    Row,
    Unit,
    book,
    paper,
)

ONE, II, III, NONE = Class
OLD_DAY, NEW_DAY = date(2022, 12, 31), date(2026, 12, 31)
SIGNED = book(signed=ROWS)
QUIET = Facts(30_000, 0, 0, 0, 0, 0, 0, Decimal(0), False)


def facts(**known) -> Facts:
    return replace(QUIET, **known)


@pytest.mark.parametrize(
    ("on", "code"),
    [
        (date(2010, 8, 9), "3122/2010/QĐ-BCA"),
        (date(2025, 8, 23), "3122/2010/QĐ-BCA"),
        (date(2025, 8, 24), "28/2025/QĐ-TTg"),
    ],
)
def test_the_decision_is_that_of_the_day(on: date, code: str):
    assert paper(on).code == classify(QUIET, on).paper.code == code


def test_before_the_first_decision_nothing_is_classed():
    with pytest.raises(ValueError, match="no decision"):
        classify(QUIET, date(2010, 8, 8))


@pytest.mark.parametrize(
    ("on", "sure"),
    [
        (date(2010, 8, 9), False),
        (date(2011, 1, 1), True),
        (date(2025, 8, 24), False),
        (date(2025, 12, 31), False),
        (date(2026, 1, 1), True),
    ],
)
def test_a_verdict_says_whether_its_decision_was_surely_in_force(on: date, sure: bool):
    verdict = classify(QUIET, on)
    assert verdict.day_sure is sure
    assert ("ngày có hiệu lực chưa đối chiếu" in words.verdict_words(verdict).vi) is not sure


@pytest.mark.parametrize(
    ("known", "is_one"),
    [
        ({"addicts": 99}, False),
        ({"addicts": 100}, True),
        ({"users": 500}, False),
        ({"hot_spots": 4}, False),
        ({"hot_spots": 5}, True),
        ({"area": Decimal("1999.99")}, False),
        ({"area": Decimal(2000)}, True),
        ({"plants": 90_000}, False),
        ({"places": 9, "offenders": 900, "on_route": True}, False),
    ],
)
def test_in_2010_one_criterion_in_absolute_numbers_makes_type_one(known, is_one: bool):
    verdict = classify(facts(**known), OLD_DAY)
    assert (verdict.told is ONE) is is_one
    # The list was read to its third letter only: who meets none of it is not cleared of type I.
    assert verdict.possible == ((ONE,) if is_one else (ONE, II, III, NONE))
    assert verdict.would == ((ONE,) if is_one else (II, III, NONE))


# Every value of both decisions: where it stands, the facts that just miss it and those that just meet it, and
# how that is said. Of 30,000 residents, or fewer.
ARTICLES: list[tuple[str, str, Unit, dict[str, Any], dict[str, Any], str]] = [
    (OLD.code, "1.a", Unit.NUMBER, {"addicts": 99}, {"addicts": 100}, "99, chưa đến mức 100 của loại I"),
    (OLD.code, "1.b", Unit.NUMBER, {"hot_spots": 4}, {"hot_spots": 5}, "4, chưa đến mức 5 của loại I"),
    (
        OLD.code,
        "1.c",
        Unit.SQUARE_METRES,
        {"area": Decimal("1999.99")},
        {"area": Decimal(2000)},
        "1.999,99 m², chưa đến mức 2.000 m² của loại I",
    ),
    (
        NEW.code,
        "I.a",
        Unit.PERCENT,
        {"addicts": 100, "users": 49},
        {"addicts": 100, "users": 50},
        "0,4966 %, chưa đến mức 0,5 % của loại I",
    ),
    (NEW.code, "I.b", Unit.NUMBER, {"places": 1}, {"places": 2}, "1, chưa đến mức 2 của loại I"),
    (
        NEW.code,
        "I.c",
        Unit.PERCENT,
        {"offenders": 29},
        {"offenders": 30},
        "0,0966 %, chưa đến mức 0,1 % của loại I",
    ),
    (
        NEW.code,
        "I.d",
        Unit.PLANTS,
        {"plants": 2_999},
        {"plants": 3_000},
        "2.999 cây, chưa đến mức 3.000 cây của loại I",
    ),
    (
        NEW.code,
        "I.d",
        Unit.SQUARE_METRES,
        {"area": Decimal("749.99")},
        {"area": Decimal(750)},
        "749,99 m², chưa đến mức 750 m² của loại I",
    ),
    (
        NEW.code,
        "I.đ",
        Unit.CRITERIA,
        {"on_route": True, "places": 2},
        {"on_route": True, "places": 2, "addicts": 150},
        "1 tiêu chí, chưa đến mức 2 tiêu chí của loại I",
    ),
    (NEW.code, "II.b", Unit.NUMBER, {"places": 0}, {"places": 1}, "0, chưa đến mức 1 của loại II"),
    (
        NEW.code,
        "II.c",
        Unit.PERCENT,
        {"offenders": 14},
        {"offenders": 15},
        "0,0466 %, chưa đến mức 0,05 % của loại II",
    ),
    (
        NEW.code,
        "II.d",
        Unit.PLANTS,
        {"plants": 499},
        {"plants": 500},
        "499 cây, chưa đến mức 500 cây của loại II",
    ),
    (
        NEW.code,
        "II.d",
        Unit.SQUARE_METRES,
        {"area": Decimal("124.99")},
        {"area": Decimal(125)},
        "124,99 m², chưa đến mức 125 m² của loại II",
    ),
]


def _of(known: dict[str, Any], code: str, place: str, unit: Unit):
    (found,) = [
        each
        for each in classify(facts(**known), OLD_DAY if code == OLD.code else NEW_DAY).reasons
        if (each.row.place, each.row.unit) == (place, unit)
    ]
    return found


@pytest.mark.parametrize(("code", "place", "unit", "below", "at", "said"), ARTICLES)
def test_each_value_is_met_from_itself_on_and_says_its_article(code, place, unit, below, at, said):
    before, after = _of(below, code, place, unit), _of(at, code, place, unit)
    assert (before.met is True, after.met) == (False, True)
    words_before = words.reason_words(before).vi
    assert said in words_before
    assert f"({code}, {place})" in words_before
    assert words_before.endswith("chưa đối chiếu") is (before.row.certainty is not Certainty.READ)
    assert "đạt mức" in words.reason_words(after).vi


def test_every_value_of_both_decisions_has_its_case():
    values = {(row.paper, row.place, row.unit) for row in ROWS if row.criterion is not None}
    assert values == {(code, place, unit) for code, place, unit, *_ in ARTICLES}


FULL = {"addicts": 150, "places": 2, "offenders": 30, "plants": 3_000}


@pytest.mark.parametrize(
    ("known", "is_one"),
    [
        ({"addicts": 150, "places": 2, "offenders": 30}, True),
        ({"addicts": 100, "users": 50, "places": 2, "offenders": 30}, True),
        ({"addicts": 149, "places": 2, "offenders": 30}, False),
        ({"addicts": 150, "places": 1, "offenders": 30}, False),
        ({"addicts": 150, "places": 2, "offenders": 29}, False),
        ({"addicts": 150, "places": 2, "plants": 3_000}, True),
        ({"addicts": 150, "places": 2, "plants": 2_999}, False),
        ({"addicts": 150, "places": 2, "area": Decimal(750)}, True),
        ({"addicts": 150, "places": 2, "area": Decimal("749.99")}, False),
        ({"places": 2, "offenders": 30, "on_route": True}, True),
        ({"places": 2, "offenders": 30, "on_route": False}, False),
        ({"residents": 30_001, "addicts": 150, "places": 2, "offenders": 31}, False),
        ({"residents": 200, "addicts": 1, "places": 2, "offenders": 1}, True),
        ({"addicts": 9_000, "places": 1}, False),
    ],
)
def test_since_2025_three_criteria_in_shares_make_type_one(known, is_one: bool):
    verdict = classify(facts(**known), NEW_DAY)
    assert (verdict.told is ONE) is is_one
    assert (ONE in verdict.possible) is is_one


def test_the_same_commune_is_type_one_in_2022_and_not_in_2026():
    known = facts(addicts=120)
    assert classify(known, OLD_DAY).told is ONE
    verdict = classify(known, NEW_DAY)
    assert ONE not in verdict.possible
    (users,) = [each for each in verdict.reasons if each.row.criterion is Criterion.USERS]
    assert (users.found, users.met, users.row.place) == (Decimal("0.4"), False, "I.a")


@pytest.mark.parametrize(
    ("known", "would"),
    [
        ({"places": 1, "offenders": 15, "plants": 500}, (II,)),
        ({"places": 1, "offenders": 15, "area": Decimal(125)}, (II,)),
        ({"addicts": 150, "places": 1, "offenders": 15}, (II,)),
        ({"places": 1, "offenders": 15, "area": Decimal("124.99")}, (III,)),
        ({"places": 1, "offenders": 15, "plants": 499}, (III,)),
        ({"places": 1, "offenders": 14, "plants": 500}, (III,)),
        ({"places": 0, "offenders": 15, "plants": 500}, (III,)),
        ({"places": 1}, (III,)),
        # The route of type I asks for two criteria of type II, whose values nobody signed.
        ({"addicts": 150, "places": 2, "on_route": True}, (ONE,)),
        ({"addicts": 150, "places": 1, "on_route": True}, (II,)),
        ({"addicts": 149, "places": 1, "offenders": 15}, (II, III)),
        ({"places": 1, "offenders": 15, "on_route": True}, (II,)),
        ({}, (NONE,)),
    ],
)
def test_values_that_nobody_signed_only_say_what_it_would_be(known, would):
    verdict = classify(facts(**known), NEW_DAY)
    assert verdict.would == would
    signed = classify(facts(**known), NEW_DAY, SIGNED)
    assert signed.possible == (would if would != (NONE,) else (III, NONE))
    assert signed.unchecked == ()
    assert {row.certainty for row in verdict.unchecked} == {Certainty.PAPER}


def test_an_unsigned_value_decides_nothing():
    verdict = classify(facts(places=1, offenders=15, plants=500), NEW_DAY)
    assert verdict.told is None
    assert "chưa đối chiếu: loại II" in words.verdict_words(verdict).vi
    assert all(not each.counts for each in verdict.reasons if each.row.of is II)


def test_an_installation_that_has_the_whole_list_clears_a_commune():
    whole = [
        Row(NEW.code, II, Criterion.USERS, Decimal("0.2"), Unit.PERCENT, "II.a", Certainty.READ),
        Row(NEW.code, II, Criterion.ROUTE, Decimal(2), Unit.CRITERIA, "II.đ", Certainty.READ),
        Row(NEW.code, III, Criterion.USERS, Decimal("0.1"), Unit.PERCENT, "III.a", Certainty.READ),
        Row(NEW.code, III, Criterion.PLACES, Decimal(1), Unit.NUMBER, "III.b", Certainty.READ),
        Row(NEW.code, III, Criterion.OFFENDERS, Decimal("0.01"), Unit.PERCENT, "III.c", Certainty.READ),
        Row(NEW.code, III, Criterion.CROPS, Decimal(1), Unit.PLANTS, "III.d", Certainty.READ),
        Row(NEW.code, III, Criterion.CROPS, Decimal(1), Unit.SQUARE_METRES, "III.d", Certainty.READ),
    ]
    here = book(signed=ROWS, more=whole, complete=[(NEW.code, III)])
    assert classify(facts(), NEW_DAY, here).told is NONE
    assert classify(facts(addicts=29), NEW_DAY, here).told is NONE
    assert classify(facts(addicts=30), NEW_DAY, here).told is III
    assert classify(facts(addicts=29, users=1), NEW_DAY, here).told is III


@pytest.mark.parametrize(
    ("known", "possible"),
    [
        ({"addicts": None}, (ONE, II, III)),
        ({"residents": None}, (ONE, II, III)),
        ({"offenders": None}, (ONE, II, III)),
        ({"plants": None}, (ONE,)),
        ({"on_route": None}, (ONE,)),
    ],
)
def test_what_is_not_known_stays_open(known, possible):
    base = facts(addicts=150, places=2, offenders=30)
    assert classify(replace(base, **known), NEW_DAY).possible == possible


@pytest.mark.parametrize("bad", [{"addicts": -1}, {"area": Decimal("-0.01")}, {"residents": 0}])
def test_facts_that_cannot_be_are_refused(bad):
    with pytest.raises(ValueError, match=r"nothing|nobody"):
        facts(**bad)


@pytest.mark.parametrize(
    ("known", "on", "ways"),
    [
        ({"addicts": 120}, OLD_DAY, [[("addicts", 120, 99)]]),
        (
            {"hot_spots": 7, "area": Decimal(2500)},
            OLD_DAY,
            [[("hot_spots", 7, 4), ("area", 2500, "1999.99")]],
        ),
        (
            {"addicts": 160, "places": 4, "offenders": 30},
            NEW_DAY,
            [[("people", 160, 149)], [("places", 4, 1)], [("offenders", 30, 29)]],
        ),
        (
            FULL,
            NEW_DAY,
            [
                [("people", 150, 149), ("places", 2, 1)],
                [("people", 150, 149), ("offenders", 30, 29)],
                [("people", 150, 149), ("plants", 3000, 2999)],
                [("places", 2, 1), ("offenders", 30, 29)],
                [("places", 2, 1), ("plants", 3000, 2999)],
                [("offenders", 30, 29), ("plants", 3000, 2999)],
            ],
        ),
        ({}, NEW_DAY, []),
    ],
)
def test_ways_out_are_the_fewest_and_the_least(known, on: date, ways):
    found = what_would_change(facts(**known), on)
    assert [[(c.fact, c.now, c.to) for c in way.changes] for way in found] == [
        [(fact, Decimal(now), Decimal(to)) for fact, now, to in way] for way in ways
    ]


def test_words_name_decision_criterion_value_and_article():
    known = facts(addicts=160, places=4, offenders=30)
    verdict = classify(known, NEW_DAY)
    assert words.verdict_words(verdict).vi == "loại I theo 28/2025/QĐ-TTg"
    said = [words.reason_words(each).vi for each in verdict.reasons]
    assert said[0] == (
        "tỷ lệ người nghiện, người sử dụng trái phép có hồ sơ quản lý trên dân số: 0,5333 %, đạt mức 0,5 % "
        "của loại I (28/2025/QĐ-TTg, I.a)"
    )
    assert words.reason_words(verdict.reasons[1]).en == (
        "places where drug use is organised or harboured: 4, reaches 2 of type I (28/2025/QĐ-TTg, I.b)"
    )
    assert [words.way_words(way).vi for way in what_would_change(known, NEW_DAY)][1] == (
        "Ra khỏi loại I nếu: địa điểm tổ chức, chứa chấp sử dụng trái phép giảm từ 4 xuống 1"
    )


def _maybe(most: int):
    return st.one_of(st.none(), st.integers(0, most))


def _near(*borders: int):
    near = [max(0, border + by) for border in borders for by in (-1, 0, 1)]
    return st.one_of(st.sampled_from(near), st.integers(0, max(borders) * 2))


KNOWN = st.builds(
    Facts,
    st.sampled_from([200, 999, 10_000, 30_001]),
    _near(1, 50, 100),
    _near(1, 50),
    _near(5),
    _near(1, 2),
    _near(1, 10, 30),
    _near(500, 3000),
    _near(125, 750, 2000).map(lambda tenths: Decimal(tenths) - Decimal("0.01") if tenths else Decimal(0)),
    st.booleans(),
)
ANY = st.builds(
    Facts, st.sampled_from([None, 200, 30_000]), _maybe(200), _maybe(200), _maybe(8), _maybe(4), _maybe(60),
    _maybe(4000), _maybe(3000).map(lambda area: None if area is None else Decimal(area)),
    st.one_of(st.none(), st.booleans()),
)  # fmt: skip
DAYS = st.sampled_from([OLD_DAY, NEW_DAY])
BOOKS = st.sampled_from([SHIPPED, SIGNED])
PLACES = {each: place for place, each in enumerate(Class)}


@given(ANY, ANY, DAYS, BOOKS)
def test_more_of_a_bad_thing_never_gives_a_better_class(some: Facts, more: Facts, on: date, here):
    def worse(name: str):
        a, b = getattr(some, name), getattr(more, name)
        return None if a is None or b is None else max(a, b)

    names = ("addicts", "users", "hot_spots", "places", "offenders", "plants", "area", "on_route")
    both = [name for name in names if getattr(some, name) is not None and worse(name) is not None]
    worst = replace(some, **{name: worse(name) for name in both})
    before, after = classify(some, on, here), classify(worst, on, here)
    for a, b in ((before.possible, after.possible), (before.would, after.would)):
        assert PLACES[b[0]] <= PLACES[a[0]]
        assert PLACES[b[-1]] <= PLACES[a[-1]]


@given(ANY, DAYS, BOOKS, st.data())
def test_knowing_more_only_narrows_a_verdict(known: Facts, on: date, here, data):
    names = [name for name in Facts.__dataclass_fields__ if getattr(known, name) is not None]
    assume(names)
    less = replace(known, **{data.draw(st.sampled_from(names)): None})
    assert set(classify(known, on, here).possible) <= set(classify(less, on, here).possible)
    assert set(classify(known, on).would) <= set(classify(known, on).possible)


def _one_less(change: Change) -> Change:
    """The same change, but for its smallest unit."""
    unit = Decimal("0.01") if change.fact == "area" else Decimal(1)
    return replace(change, to=change.to + unit)


@settings(max_examples=200)
@given(KNOWN, DAYS, BOOKS, st.booleans())
def test_a_way_out_leads_out_and_nothing_less_does(known: Facts, on: date, here, unchecked: bool):
    found = what_would_change(known, on, here, unchecked=unchecked)
    verdict = classify(known, on, here)
    classes = verdict.would if unchecked else verdict.possible
    assert bool(found) == (classes[-1] is not NONE)
    for way in found:
        assert way.out_of is classes[-1]
        after = classify(apply(known, way.changes), on, here)
        left = after.would if unchecked else after.possible
        assert PLACES[left[-1]] > PLACES[way.out_of]
        assert way.sure == (PLACES[left[0]] > PLACES[way.out_of])
        for at, change in enumerate(way.changes):
            if change.criterion in (Criterion.ROUTE, Criterion.CROPS):
                continue  # there is no less of the first; of the second two amounts may fall together
            almost = (*way.changes[:at], _one_less(change), *way.changes[at + 1 :])
            kept = classify(apply(known, almost), on, here)
            assert (kept.would if unchecked else kept.possible)[-1] is way.out_of


@given(ANY, DAYS, BOOKS)
def test_a_verdict_gives_a_reason_for_each_value_and_says_what_would_change_it(known: Facts, on: date, here):
    verdict = classify(known, on, here)
    values = [row for row in ROWS if row.paper == verdict.paper.code and row.criterion is not None]
    assert [each.row for each in verdict.reasons] == values
    for each in verdict.reasons:
        said = words.reason_words(each)
        assert f"({verdict.paper.code}, {each.row.place})" in said.vi
        assert ("chưa đối chiếu" in said.vi) is not each.counts
    # Whoever is in a class is told a way out of it, and nobody else is.
    ways = what_would_change(known, on, here)
    assert bool(ways) == (verdict.possible[-1] is not NONE)
    assert verdict.paper.code in words.verdict_words(verdict).vi
