"""Doctors' orders: days, amounts, steps, switches; by the rules of the day they are signed on."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from phoihop.kernel.refusals import Refusal
from phoihop.programmes.ost.rules.amounts import Drug
from phoihop.programmes.ost.rules.orders import (
    ALTERNATE,
    DAILY,
    LastDose,
    Order,
    Rhythm,
    Situation,
    active,
    due,
    expiring,
    judge,
    overlapping,
    put,
    stop,
)
from phoihop.programmes.ost.rules.phases import Phase
from phoihop.programmes.ost.tests.rulebooks import ALL_SIGNED, SHIPPED, codes, signed

IN, ADJ, KEEP, TAPER, END = Phase
SOL, TAB = Drug.METHADONE, Drug.BUPRENORPHINE
DAY = timedelta(days=1)
ON = date(2026, 5, 4)  # a Monday, in the era of QĐ 4066, NĐ 141 and TT 26


def order(mg, phase=KEEP, days=30, start=ON, drug=SOL, number="new", **more):
    more.setdefault("issued", start)
    return Order(number, drug, phase, Decimal(mg), start, start + DAY * (days - 1), **more)


def last(mg, ago=1, drug=SOL, on=ON):
    return LastDose(drug, Decimal(mg), on - DAY * ago)


STEADY = Situation((order(80, start=ON - DAY * 30, number="old"),), KEEP, last(80))
NEW = Situation()


# Length. Maintenance ≤ 30 days: TT 26/2023 Art 5.1.a, V. Others: TT 14/2015, V, repealed; since then P.
@pytest.mark.parametrize(
    ("phase", "days", "on", "refused", "would"),
    [
        (KEEP, 30, date(2026, 5, 4), [], []),
        (KEEP, 31, date(2026, 5, 4), ["order-too-long"], []),
        (KEEP, 31, date(2024, 3, 15), ["order-too-long"], []),
        (KEEP, 31, date(2024, 3, 14), [], []),  # no row for that day
        (ADJ, 5, date(2020, 5, 4), [], []),
        (ADJ, 6, date(2020, 5, 4), ["order-too-long"], []),
        (ADJ, 6, date(2026, 5, 4), [], ["order-too-long"]),
        (TAPER, 15, date(2026, 5, 4), [], ["order-too-long"]),
        (TAPER, 14, date(2026, 5, 4), [], []),
    ],
)
def test_how_long_an_order_may_be(phase, days, on, refused, would):
    situation = Situation((), phase, last(80, on=on))
    found = judge(order(80, phase, days, on), situation, SHIPPED)
    assert codes(found.refusals) == refused
    assert [code for code in codes(found.would) if code == "order-too-long"] == would


def test_a_signed_value_refuses():
    situation = Situation((), TAPER, last(80))
    assert judge(order(80, TAPER, 15), situation, SHIPPED).allowed
    assert codes(judge(order(80, TAPER, 15), situation, signed("order.days_max")).refusals) == [
        "order-too-long"
    ]


def test_a_short_order_in_adjustment_is_only_warned_of():
    found = judge(order(40, ADJ, 2), Situation((), ADJ, last(40)), ALL_SIGNED)
    assert codes(found.refusals) == []
    assert "order-short" in codes(found.warnings)


# First dose 15–30 mg, QĐ 3140: M; the hard stop above 30 mg is ours as well: D.
@pytest.mark.parametrize(
    ("mg", "refused", "warned"),
    [
        (14, [], ["first-dose-low"]),
        (15, [], []),
        (30, [], []),
        (31, ["first-dose-high"], []),
        (100, ["first-dose-high"], []),
    ],
)
@pytest.mark.parametrize("on", [date(2022, 5, 4), ON])
def test_a_first_dose(mg, refused, warned, on):
    found = judge(order(mg, IN, 1, on), NEW, ALL_SIGNED)
    assert codes(found.refusals) == refused
    assert codes(found.warnings) == [*warned, "first-dose-watch"]


def test_the_hard_stop_needs_no_signature():
    assert codes(judge(order(31, IN, 1), NEW, SHIPPED).refusals) == ["first-dose-high"]
    found = judge(order(14, IN, 1), NEW, SHIPPED)
    assert found.allowed
    assert codes(found.warnings) == []
    assert codes(found.would) == ["first-dose-low", "first-dose-watch"]
    assert "order.first_mg_min.methadone" in {row.rule_id for row in found.unchecked}


def test_nobody_begins_in_maintenance():
    assert set(codes(judge(order(60), NEW, ALL_SIGNED).refusals)) == {"phase-not-first", "first-dose-high"}
    assert judge(order(80), Situation((), None, last(80), transferred=True), ALL_SIGNED).allowed
    unknown = Situation((), None, None, transferred=True)  # a paper without the last dose
    assert codes(judge(order(80), unknown, ALL_SIGNED).refusals) == ["first-dose-high"]


def test_nothing_is_ordered_after_the_end():
    assert "order-after-end" in judge(order(80, END), STEADY, SHIPPED).codes()


# Steps: induction +5–10 mg after 3–5 days, ≤ 20 mg a week; adjustment +5–15 mg, ≤ 30 mg a week. QĐ 3140: M.
@pytest.mark.parametrize(
    ("phase", "before", "mg", "since", "refused", "warned"),
    [
        (IN, 20, 30, 3, [], []),
        (IN, 20, 31, 3, ["step-high"], []),
        (IN, 20, 30, 2, ["step-early"], []),
        (IN, 20, 24, 3, [], ["step-low"]),
        (IN, 20, 25, 3, [], []),
        (IN, 20, 20, 1, [], []),
        (IN, 30, 20, 1, [], []),  # going down is always possible
        (ADJ, 40, 55, 3, [], []),
        (ADJ, 40, 56, 3, ["step-high"], []),
        (ADJ, 40, 55, 2, ["step-early"], []),
        (KEEP, 80, 100, 10, ["step-high"], []),  # whatever it is called, it is a raise
    ],
)
def test_steps(phase, before, mg, since, refused, warned):
    held = order(before, phase, since, ON - DAY * since, number="old")
    situation = Situation((held,), phase, last(before))
    found = judge(order(mg, phase, 1 if phase is IN else 5), situation, ALL_SIGNED)
    assert codes(found.refusals) == refused
    assert [code for code in codes(found.warnings) if code.startswith("step")] == warned


@pytest.mark.parametrize(("mg", "refused"), [(40, []), (45, ["week-high"])])
def test_the_steps_of_a_week_add_up(mg, refused):
    """20 mg on the first day, 30 from the fourth: 40 on the seventh is +20 within the week."""
    held = (
        order(20, IN, 3, ON - DAY * 6, number="a"),
        order(30, IN, 3, ON - DAY * 3, number="b"),
    )
    found = judge(order(mg, IN, 1), Situation(held, IN, last(30)), ALL_SIGNED)
    assert [code for code in codes(found.refusals) if code == "week-high"] == refused


def test_steps_nobody_signed_stop_nothing():
    held = order(40, ADJ, 3, ON - DAY * 3, number="old")
    found = judge(order(90, ADJ, 5), Situation((held,), ADJ, last(40)), SHIPPED)
    assert found.allowed
    assert {"step-high", "week-high"} <= set(codes(found.would))


def test_no_raise_while_tapering():
    assert "raise-in-tapering" in judge(order(65, TAPER, 14), Situation((), TAPER, last(60)), SHIPPED).codes()


# Usual maintenance 60–120 mg a day: M.
@pytest.mark.parametrize(
    ("mg", "warned"),
    [(59, ["dose-unusually-low"]), (60, []), (120, []), (121, ["dose-unusually-high"])],
)
def test_the_usual_dose(mg, warned):
    found = judge(order(mg), Situation((), KEEP, last(mg)), ALL_SIGNED)
    assert found.allowed
    assert codes(found.warnings) == warned


# Buprenorphine: 2–4 mg in withdrawal, ≤ 8 mg on the first day, 8–16 usual, cap 24: M. Not daily: V.
@pytest.mark.parametrize(
    ("mg", "withdrawal", "refused", "warned"),
    [
        (2, True, [], []),
        (4, True, [], []),
        (8, True, [], ["first-dose-divide"]),
        (10, True, ["first-dose-high"], ["first-dose-divide"]),
        (4, False, ["first-dose-early"], []),
        (4, None, ["first-dose-early"], []),  # nobody looked
    ],
)
def test_the_first_day_of_tablets(mg, withdrawal, refused, warned):
    found = judge(order(mg, IN, 1, drug=TAB), Situation(in_withdrawal=withdrawal), ALL_SIGNED)
    assert codes(found.refusals) == refused
    assert codes(found.warnings) == ["first-dose-watch", *warned]


@pytest.mark.parametrize(
    ("mg", "rhythm", "refused", "warned"),
    [
        (6, DAILY, [], ["dose-unusually-low"]),
        (16, DAILY, [], []),
        (18, DAILY, [], ["dose-unusually-high"]),
        (24, DAILY, [], ["dose-unusually-high"]),
        (26, DAILY, ["dose-above-cap"], ["dose-unusually-high"]),
        (24, ALTERNATE, [], []),
        (26, ALTERNATE, ["dose-above-cap"], []),
        (16, Rhythm(weekdays=frozenset({1, 3, 5})), [], []),
        (16, Rhythm(weekdays=frozenset({1, 4})), [], ["order-too-seldom"]),
        (16, Rhythm(every=3), [], ["order-too-seldom"]),
    ],
)
def test_tablets_in_maintenance(mg, rhythm, refused, warned):
    situation = Situation((), KEEP, last(mg, drug=TAB))
    found = judge(order(mg, drug=TAB, rhythm=rhythm), situation, ALL_SIGNED)
    assert (codes(found.refusals), codes(found.warnings)) == (refused, warned)


def test_the_solution_is_taken_daily():
    assert codes(judge(order(80, rhythm=ALTERNATE), STEADY, SHIPPED).refusals) == ["order-not-daily"]


def test_before_any_rule_tablets_are_daily():
    on = date(2014, 5, 5)
    situation = Situation((), KEEP, last(16, drug=TAB, on=on))
    found = judge(order(16, drug=TAB, start=on, rhythm=ALTERNATE), situation, SHIPPED)
    assert "order-not-daily" in codes(found.refusals)


def test_which_days_are_dose_days():
    every_other = order(16, days=7, drug=TAB, rhythm=ALTERNATE)
    assert [day.day for day in every_other.dose_days()] == [4, 6, 8, 10]
    first, last = every_other.start + timedelta(days=1), every_other.start + timedelta(days=4)
    assert [day.day for day in every_other.dose_days(first, last)] == [6, 8]
    assert every_other.dose_days(last=every_other.start - timedelta(days=1)) == ()
    assert every_other.dose_days(first=every_other.end + timedelta(days=1)) == ()
    three = order(16, days=7, drug=TAB, rhythm=Rhythm(weekdays=frozenset({1, 3, 5})))
    assert [day.isoweekday() for day in three.dose_days()] == [1, 3, 5]
    assert due([every_other], ON + DAY) is None
    assert due([every_other], ON) == every_other
    assert active([every_other], ON + DAY) == every_other
    assert due([every_other], ON + DAY * 8) is None


@pytest.mark.parametrize(("every", "weekdays"), [(0, set()), (2, {1}), (1, {0}), (1, {8})])
def test_what_is_no_rhythm(every, weekdays):
    with pytest.raises(ValueError, match="rhythm"):
        Rhythm(every, frozenset(weekdays))


# Switches. The row of 30 mg is from memory, M; never both on one day is ours, D.
@pytest.mark.parametrize(
    ("new", "held", "refused"),
    [
        (order(4, IN, 1, drug=TAB), last(30), []),
        (order(4, IN, 1, drug=TAB), last(40), ["switch-from-high"]),
        (order(4, IN, 1, drug=TAB), last(30, ago=0), ["switch-same-day"]),
        (order(4, KEEP, 1, drug=TAB), last(30), ["switch-without-induction"]),
        (order(30, IN, 1), last(16, drug=TAB), []),
        (order(60, IN, 1), last(16, drug=TAB), ["first-dose-high"]),
        (order(30, IN, 1), last(16, ago=0, drug=TAB), ["switch-same-day"]),
    ],
)
def test_from_one_medicine_to_the_other(new, held, refused):
    found = judge(new, Situation((), KEEP, held, in_withdrawal=True), ALL_SIGNED)
    assert codes(found.refusals) == refused


@pytest.mark.parametrize(
    ("new", "refused"),
    [
        (order(80, days=0), "order-days"),
        (order(80, issued=ON + DAY), "order-backdated"),
        (order(80, in_person=False), "order-unseen"),
        (order(0), "order-amount"),
        (order("80.005"), "amount-not-exact"),
        (order(-5), "amount-below-nought"),
        (order("100000"), "amount-too-large"),
        (order(80, start=ON - DAY, issued=ON - DAY), "order-overlaps"),
    ],
)
def test_what_makes_no_sense(new, refused):
    assert refused in codes(judge(new, STEADY, SHIPPED).refusals)


def test_a_dose_that_cannot_be_measured_is_warned_of():
    situation = Situation((), KEEP, last("82.5"))
    assert "order-not-measurable" in codes(judge(order("82.5"), situation, SHIPPED).warnings)


def test_what_replaces_may_share_days():
    new = order(80, start=ON - DAY, issued=ON - DAY)
    assert "order-overlaps" in judge(new, STEADY, SHIPPED).codes()
    assert judge(new, STEADY, SHIPPED, replaces=True).allowed


def test_each_refusal_says_why_in_both_languages_and_names_no_medicine():
    cases = [
        judge(order(500, IN, 40), NEW, ALL_SIGNED),
        judge(order(40, IN, 2, drug=TAB), Situation((), KEEP, last(90, ago=0)), ALL_SIGNED),
        judge(order(130, ADJ, 9), Situation((), ADJ, last(40)), ALL_SIGNED),
    ]
    reasons = [each for found in cases for each in (*found.refusals, *found.warnings)]
    assert len(reasons) > 8
    for each in reasons:
        assert each.message.vi != each.message.en
        assert "methadon" not in (each.message.vi + each.message.en).lower()
        assert "buprenor" not in (each.message.vi + each.message.en).lower()


def test_a_new_order_takes_the_place_of_the_old():
    old, ahead = order(80, number="old"), order(90, start=ON + DAY * 30, number="ahead")
    found = put([old, ahead], order(70, days=5, start=ON + DAY * 10))
    assert [(each.number, each.start, each.end) for each in found.orders] == [
        ("old", ON, ON + DAY * 9),
        ("new", ON + DAY * 10, ON + DAY * 14),
    ]
    assert [each.number for each in found.cut] == ["old"]
    assert [each.number for each in found.dropped] == ["ahead"]
    with pytest.raises(Refusal):
        put([old], order(70, days=0))


def test_a_stop_ends_everything():
    old, ahead = order(80, number="old"), order(90, start=ON + DAY * 30, number="ahead")
    found = stop([old, ahead], ON + DAY * 3)
    assert [(each.number, each.end) for each in found.orders] == [("old", ON + DAY * 3)]
    assert [each.number for each in found.dropped] == ["ahead"]
    assert stop([old], old.end).cut == ()  # it ends that day anyway


def test_two_orders_for_a_day_give_no_dose():
    with pytest.raises(Refusal) as refused:
        active([order(80, number="a"), order(60, number="b")], ON)
    assert refused.value.reason == "order-overlaps"


@pytest.mark.parametrize(("left", "within", "told"), [(0, 3, True), (3, 3, True), (4, 3, False)])
def test_orders_that_run_out(left, within, told):
    running = order(80, days=left + 1)
    assert (expiring([running], ON, within) is not None) is told
    followed = replace(running, number="next", start=running.end + DAY, end=running.end + DAY * 30)
    assert expiring([running, followed], ON, within) is None
    assert expiring([], ON, within) is None


SPANS = st.lists(st.tuples(st.integers(0, 60), st.integers(1, 30), st.sampled_from([SOL, TAB])), max_size=12)


@given(SPANS)
def test_orders_never_overlap(spans):
    held: tuple[Order, ...] = ()
    for number, (offset, days, drug) in enumerate(spans):
        new = order(8, days=days, start=ON + DAY * offset, drug=drug, number=str(number))
        found = put(held, new)
        assert new in found.orders
        before = {each.number for each in held}
        assert before == {e.number for e in (*found.orders, *found.dropped)} - {new.number}
        held = found.orders
        assert overlapping(held) == ()
        for n in range(100):
            active(held, ON + DAY * n)


@given(SPANS)
def test_what_may_be_signed_beside_others_never_overlaps(spans):
    held: list[Order] = []
    for number, (offset, days, drug) in enumerate(spans):
        new = order(8, days=days, start=ON + DAY * offset, drug=drug, number=str(number))
        found = judge(new, Situation(tuple(held), KEEP, last(8, drug=drug)), SHIPPED)
        if "order-overlaps" not in found.codes():
            held.append(new)
    assert overlapping(held) == ()


@given(st.integers(1, 7), st.integers(1, 40))
def test_dose_days_lie_within_the_order_at_its_rhythm(every, days):
    found = order(16, days=days, drug=TAB, rhythm=Rhythm(every=every)).dose_days()
    assert found[0] == ON
    assert all((b - a).days == every for a, b in pairwise(found))
    assert len(found) == -(-days // every)
