"""Rows with source and certainty, signatures, and what a decision says it rested on."""

from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from phoihop.kernel.certainty import Certainty
from phoihop.programmes.ost.rules import parameters
from phoihop.programmes.ost.rules.parameters import Parameter, SignOff, Weighing, names, rulebook, shipped
from phoihop.programmes.ost.tests.rulebooks import ALL_SIGNED, SHIPPED, codes, signed

V, P, M, D = Certainty.READ, Certainty.PAPER, Certainty.MEMORY, Certainty.OURS
DAYS = st.dates(date(2009, 1, 1), date(2030, 12, 31))
UNITS = {"yes", "mg", "ml", "day", "working day", "hour", "minute", "month", "year", "count", "copy", "dose"}


# Rows of domain.md, part 1: rule, day, value, certainty, in force as shipped.
@pytest.mark.parametrize(
    ("rule", "on", "value", "certainty", "counts"),
    [
        ("order.days_max.maintenance", date(2026, 5, 1), 30, V, True),  # TT 26/2023 Art 5.1.a
        ("order.days_max.induction", date(2020, 5, 1), 1, V, True),  # TT 14/2015, repealed
        ("order.days_max.induction", date(2026, 5, 1), 1, P, False),
        ("order.days_max.adjustment", date(2020, 5, 1), 5, V, True),
        ("order.days_max.tapering", date(2026, 5, 1), 14, P, False),  # draft 2023
        ("order.first_mg_max.methadone", date(2026, 5, 1), 30, D, True),  # a hard stop of ours
        ("order.first_mg_min.methadone", date(2022, 5, 1), 15, M, False),
        ("order.usual_max.methadone", date(2026, 5, 1), 120, M, False),
        ("missed.half_until", date(2022, 5, 1), 5, M, False),
        ("missed.reinduce_from", date(2026, 5, 1), 6, P, False),  # practice
        ("missed.lock_from", date(2026, 5, 1), 4, D, True),
        ("consent.representative_under_age", date(2024, 12, 15), 18, V, True),  # NĐ 141/2024 Art 29
        ("consent.representative_under_age", date(2024, 12, 14), 16, M, False),
        ("consent.representative_under_age", date(2015, 1, 1), 16, V, True),
        ("stock.receipt_copies", date(2024, 3, 14), 5, V, True),
        ("stock.receipt_copies", date(2024, 3, 15), 3, V, True),
        ("stock.tolerance", date(2026, 5, 1), 0, D, True),
        ("takehome.max_days", date(2022, 5, 1), 7, M, False),
        ("ending.breach_times", date(2024, 12, 14), 2, V, True),
    ],
)
def test_what_a_day_has(rule, on, value, certainty, counts):
    found = SHIPPED.find(rule, on)
    assert (found.value, found.row.certainty, found.counts) == (value, certainty, counts)


@pytest.mark.parametrize(
    ("rule", "on"),
    [
        ("ending.breach_times", date(2024, 12, 15)),  # NĐ 141/2024: not found, an empty set
        ("order.days_max.maintenance", date(2024, 3, 14)),  # before TT 26/2023: not recorded
        ("takehome.max_days", date(2021, 4, 4)),  # the pilot began on 5/4/2021
    ],
)
def test_days_without_a_row(rule, on):
    assert SHIPPED.find(rule, on) is None


def test_a_rule_nobody_wrote_down_is_a_mistake():
    with pytest.raises(KeyError):
        SHIPPED.find("missed.doses", date(2026, 1, 1))


ROW = Parameter("a", Decimal(3), "day", "QĐ 1", M, date(2020, 1, 1))
LATER = Parameter("a", Decimal(4), "day", "QĐ 2", P, date(2024, 1, 1))
OURS = Parameter("a", Decimal(9), "day", "", D, date(2000, 1, 1))
READ = Parameter("a", Decimal(5), "day", "QĐ 3", V, date(2025, 1, 1))


def sign(row, hour=8, by="doctor-1"):
    at = datetime(2026, 1, 5, hour, tzinfo=UTC)
    return SignOff(row.rule_id, row.valid_from, row.value, by, at)


@pytest.mark.parametrize(
    ("rows", "signatures", "on", "value", "counts"),
    [
        ([ROW], [], date(2024, 6, 1), 3, False),
        ([ROW], [sign(ROW)], date(2024, 6, 1), 3, True),
        ([ROW, LATER], [], date(2024, 6, 1), 4, False),  # a known paper before memory
        ([ROW, LATER], [sign(ROW)], date(2024, 6, 1), 3, True),
        ([ROW, LATER], [sign(ROW), sign(LATER, 9)], date(2024, 6, 1), 4, True),  # signed last
        ([ROW, LATER], [sign(ROW, 9), sign(LATER)], date(2024, 6, 1), 3, True),
        ([ROW, OURS], [], date(2024, 6, 1), 9, True),  # ours until somebody signs
        ([ROW, OURS], [sign(ROW)], date(2024, 6, 1), 3, True),
        ([ROW, OURS, READ], [sign(ROW)], date(2025, 6, 1), 5, True),  # what was read beats all
        ([ROW], [SignOff("a", date(2020, 1, 1), Decimal(2), "doctor-1", datetime(2026, 1, 5, tzinfo=UTC))],
         date(2024, 6, 1), 3, False),  # another value was signed
        ([ROW], [SignOff("a", date(2020, 1, 2), Decimal(3), "doctor-1", datetime(2026, 1, 5, tzinfo=UTC))],
         date(2024, 6, 1), 3, False),
        ([ROW], [SignOff("b", date(2020, 1, 1), Decimal(3), "doctor-1", datetime(2026, 1, 5, tzinfo=UTC))],
         date(2024, 6, 1), 3, False),
    ],
)  # fmt: skip
def test_which_row_holds(rows, signatures, on, value, counts):
    found = parameters.Rulebook(tuple(rows), tuple(signatures)).find("a", on)
    assert (found.value, found.counts) == (value, counts)


def test_a_value_nobody_signed_is_no_value():
    day = date(2024, 6, 1)
    assert Weighing(parameters.Rulebook((ROW,)), day).value("a") is None
    assert Weighing(parameters.Rulebook((ROW,), (sign(ROW),)), day).value("a") == 3
    assert Weighing(parameters.Rulebook((ROW,)), date(2019, 1, 1)).value("a") is None


def test_it_is_told_who_signed():
    found = parameters.Rulebook((ROW,), (sign(ROW), sign(ROW, 9, "doctor-2"))).find("a", date(2024, 6, 1))
    assert found.signed.by == "doctor-2"
    assert found.signed.at == datetime(2026, 1, 5, 9, tzinfo=UTC)


def test_our_own_value_still_names_the_proposal_that_waits():
    weighing = Weighing(SHIPPED, date(2026, 5, 1))
    weighing.value("order.first_mg_max.methadone")
    found = weighing.decision()
    assert [row.certainty for row in found.rested_on] == [D]
    assert [(row.certainty, row.source) for row in found.unchecked] == [
        (M, "QĐ 4066/QĐ-BYT; trị số của QĐ 3140/QĐ-BYT")
    ]


def test_an_unsigned_row_stops_nothing_and_says_what_it_would():
    for book, refusals, would in ((parameters.Rulebook((ROW,)), [], ["late"]),
                                  (parameters.Rulebook((ROW,), (sign(ROW),)), ["late"], [])):  # fmt: skip
        weighing = Weighing(book, date(2024, 6, 1))
        weighing.refuse("late", "Muộn.", "Late.", weighing.find("a"))
        found = weighing.decision()
        assert (codes(found.refusals), codes(found.would)) == (refusals, would)
        assert found.allowed is not bool(refusals)
        assert (found.rested_on, found.unchecked) == (((ROW,), ()) if refusals else ((), (ROW,)))


def test_decisions_add_up_without_repeating():
    weighing = Weighing(parameters.Rulebook((ROW,)), date(2024, 6, 1))
    weighing.warn("late", "Muộn.", "Late.", weighing.find("a"))
    weighing.warn("odd", "Lạ.", "Odd.")
    found = weighing.decision()
    assert found + found == found
    assert found.codes() == {"odd"}


def test_the_shipped_rows_are_whole():
    rows = shipped()
    assert len({(row.rule_id, row.valid_from, row.value, row.certainty) for row in rows}) == len(rows)
    for row in rows:
        assert row.unit in UNITS, row
        assert row.value >= 0
        assert bool(row.source) is (row.certainty is not D), row
        assert row.valid_to is None or row.valid_from <= row.valid_to, row
    assert len({(row.rule_id, row.unit) for row in rows}) == len({row.rule_id for row in rows})
    assert {row.rule_id for row in rows} == set(names())
    for said in names().values():
        assert said.vi
        assert said.en


def test_what_was_read_leaves_no_doubt():
    """Two rows that were read, or two of ours, never say something of one rule and day."""
    rows = shipped()
    for place, one in enumerate(rows):
        for other in rows[place + 1 :]:
            if one.rule_id == other.rule_id and one.certainty is other.certainty:
                last = one.valid_to or date.max
                assert other.valid_from > last or (other.valid_to or date.max) < one.valid_from, one


def test_every_row_is_asked_for():
    """A row that no rule asks for would look as if it were kept."""
    folder = Path(parameters.__file__).parent
    text = "".join(path.read_text(encoding="utf-8") for path in folder.glob("*.py"))
    for row in shipped():
        stem = row.rule_id.rsplit(".", 1)[0]
        assert f'"{row.rule_id}"' in text or f'f"{stem}.{{' in text, row.rule_id


@given(DAYS)
def test_what_counts_as_shipped_was_read_or_is_ours(day):
    for rule in names():
        found = SHIPPED.find(rule, day)
        if found is not None:
            assert found.row.covers(day)
            assert found.counts is (found.row.certainty in {V, D})


@given(DAYS)
def test_nothing_waits_when_everything_is_signed(day):
    assert ALL_SIGNED.unchecked(day) == ()
    for row in SHIPPED.unchecked(day):
        assert row.certainty in {P, M}
    assert all(ALL_SIGNED.find(rule, day).counts for rule in names() if ALL_SIGNED.find(rule, day))


def test_signing_one_rule_signs_no_other():
    day = date(2026, 5, 1)
    book = signed("vomited.")
    assert book.find("vomited.full_before", day).counts
    assert not book.find("missed.same_until", day).counts


def test_an_installation_adds_rows_of_its_own():
    own = Parameter("ending.breach_times", Decimal(3), "count", "NĐ 141/2024 Điều 33", P, date(2024, 12, 15))
    day = date(2026, 5, 1)
    assert not rulebook(more=[own]).find("ending.breach_times", day).counts
    assert rulebook([sign(own)], [own]).find("ending.breach_times", day).value == 3


def test_the_eras_of_a_rule_side_by_side():
    found = signed("missed.half_until").history("missed.half_until")
    assert [(row.valid_from.year, row.valid_to, mark is not None) for row, mark in found] == [
        (2010, date(2024, 12, 30), True),
        (2024, None, True),
    ]
    assert [mark for _, mark in SHIPPED.history("missed.half_until")] == [None, None]


def test_a_signature_lapses_with_its_row():
    old = sign(ROW)
    changed = Parameter("a", Decimal(2), "day", "QĐ 1", M, date(2020, 1, 1))
    assert parameters.Rulebook((ROW,), (old,)).lapsed() == ()
    assert parameters.Rulebook((changed,), (old,)).lapsed() == (old,)
