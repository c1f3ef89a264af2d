"""Who may be admitted, who consents, and by when it is decided."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from phoihop.kernel.refusals import Refusal
from phoihop.programmes.ost.rules.admission import (
    Born,
    Condition,
    File,
    Signer,
    age,
    consent,
    decide_by,
    judge,
    refusal_stands,
)
from phoihop.programmes.ost.tests.rulebooks import ALL_SIGNED, SHIPPED, codes

NOW, THEN = date(2026, 5, 4), date(2022, 5, 4)
CLIENT, REP = Signer.CLIENT, Signer.REPRESENTATIVE
WHOLE = File(
    born=Born(1985, 6, 1),
    application=True,
    id_paper=True,
    diagnosed=True,
    commitment=True,
    voluntary=True,
    consented=frozenset({CLIENT}),
)


def born(years, on):
    """Somebody whose birthday it is, and the day before it."""
    return Born(on.year - years, on.month, on.day)


# NĐ 141/2024 Art 29 from 15/12/2024: 12 to <18, V. NĐ 96/2012: <16, V; NĐ 90/2016: the same from memory, M.
@pytest.mark.parametrize(
    ("years", "on", "shipped", "signed", "refused"),
    [
        (11, NOW, REP, REP, ["consent-too-young"]),
        (12, NOW, REP, REP, []),
        (15, NOW, REP, REP, []),
        (17, NOW, REP, REP, []),
        (18, NOW, CLIENT, CLIENT, []),
        (17, date(2024, 12, 15), REP, REP, []),
        (17, date(2024, 12, 14), CLIENT, CLIENT, []),
        (12, THEN, CLIENT, REP, []),
        (15, THEN, CLIENT, REP, []),
        (16, THEN, CLIENT, CLIENT, []),
        (17, THEN, CLIENT, CLIENT, []),
        (15, date(2015, 5, 4), REP, REP, []),
        (16, date(2015, 5, 4), CLIENT, CLIENT, []),
    ],
)
def test_who_consents(years, on, shipped, signed, refused):
    assert age(born(years, on).latest(), on) == years
    assert consent(born(years, on), on, SHIPPED).signer is shipped
    found = consent(born(years, on), on, ALL_SIGNED)
    assert (found.signer, codes(found.decision.refusals)) == (signed, refused)


def test_what_nobody_signed_is_shown():
    found = consent(born(15, THEN), THEN, SHIPPED).decision
    assert codes(found.would) == ["consent-representative"]
    assert [row.source for row in found.unchecked] == ["NĐ 90/2016/NĐ-CP; trị số của NĐ 96/2012/NĐ-CP"]


@pytest.mark.parametrize(
    ("on", "signer"),
    [(date(2026, 5, 3), REP), (date(2026, 5, 4), CLIENT), (date(2026, 5, 5), CLIENT)],
)
def test_on_the_birthday_itself(on, signer):
    assert consent(Born(2008, 5, 4), on, SHIPPED).signer is signer


@pytest.mark.parametrize(
    ("birth", "signer", "warned"),
    [
        (Born(2008), REP, True),  # 17 or 18
        (Born(2007), CLIENT, True),  # 18 or 19: certainly of age
        (Born(2008, 5), REP, True),
        (Born(2008, 4), CLIENT, False),  # 18 in any case
        (Born(2008, 12), REP, False),
    ],
)
def test_without_a_birthday_the_youngest_age_counts(birth, signer, warned):
    found = consent(birth, NOW, SHIPPED)
    assert found.signer is signer
    assert ("consent-birthday-unknown" in codes(found.decision.warnings)) is warned


def test_any_day_of_the_year_may_be_the_birthday():
    for on in (date(2026, 1, 2), date(2026, 12, 30)):
        assert "consent-birthday-unknown" in consent(Born(2008), on, SHIPPED).decision.codes()
    assert consent(Born(2008), date(2026, 12, 31), SHIPPED).decision.codes() == set()


def test_born_on_29_february():
    assert age(date(2008, 2, 29), date(2026, 2, 28)) == 17
    assert age(date(2008, 2, 29), date(2026, 3, 1)) == 18


# Application and ID paper: V until 14/12/2024, P since. Commitment: V since 15/12/2024. F11.2: M.
@pytest.mark.parametrize(
    ("change", "then", "now"),
    [
        ({}, [], []),
        ({"voluntary": False}, ["admission-voluntary"], ["admission-voluntary"]),
        ({"application": False}, ["admission-application"], []),
        ({"id_paper": False}, ["admission-id-paper"], []),
        ({"commitment": False}, [], ["admission-commitment"]),
        ({"diagnosed": False}, [], []),
        ({"elsewhere": True}, ["admission-elsewhere"], ["admission-elsewhere"]),
        ({"custody": True, "dependent_before": True}, [], []),
        ({"custody": True, "dependent_before": False}, ["admission-custody"], ["admission-custody"]),
        ({"custody": True}, ["admission-custody"], ["admission-custody"]),
        ({"consented": frozenset()}, ["admission-consent"], ["admission-consent"]),
        ({"born": Born(2010, 1, 1)}, [], ["admission-consent"]),
    ],
)
def test_what_must_hold(change, then, now):
    file = replace(WHOLE, **change)
    assert codes(judge(file, THEN, SHIPPED).refusals) == then
    assert codes(judge(file, NOW, SHIPPED).refusals) == now


def test_what_is_signed_must_hold_too():
    file = replace(WHOLE, application=False, id_paper=False, diagnosed=False)
    assert judge(file, NOW, SHIPPED).allowed
    assert set(codes(judge(file, NOW, SHIPPED).would)) == {
        "admission-application", "admission-id-paper", "admission-diagnosis",
    }  # fmt: skip
    assert set(codes(judge(file, NOW, ALL_SIGNED).refusals)) == {
        "admission-application", "admission-id-paper", "admission-diagnosis",
    }  # fmt: skip


def test_all_reasons_are_given_at_once():
    file = replace(WHOLE, voluntary=False, commitment=False, elsewhere=True, consented=frozenset())
    assert len(judge(file, NOW, SHIPPED).refusals) == 4


def test_a_minor_with_both_signatures_is_admitted():
    file = replace(WHOLE, born=Born(2010, 1, 1), consented=frozenset({CLIENT, REP}))
    assert judge(file, NOW, SHIPPED).allowed
    alone = replace(file, consented=frozenset({REP}))
    assert codes(judge(alone, NOW, SHIPPED).refusals) == ["admission-consent"]


# Contraindications: QĐ 3140, M. They warn, and never refuse.
@pytest.mark.parametrize("condition", list(Condition))
def test_contraindications_warn(condition):
    file = replace(WHOLE, conditions=frozenset({condition}))
    code = "admission-maoi" if condition is Condition.MAOI else "admission-contraindicated"
    found = judge(file, NOW, ALL_SIGNED)
    assert found.allowed
    assert codes(found.warnings) == [code]
    assert codes(judge(file, NOW, SHIPPED).would) == [code]


@pytest.mark.parametrize(("ago", "warned"), [(0, True), (13, True), (14, False), (100, False)])
def test_a_mao_inhibitor_within_fourteen_days(ago, warned):
    file = replace(WHOLE, maoi_last=NOW - timedelta(days=ago))
    assert ("admission-maoi" in judge(file, NOW, ALL_SIGNED).codes()) is warned


def test_ten_working_days_to_decide():
    def works(day):
        return day.weekday() < 5 and day != date(2026, 5, 6)

    assert decide_by(NOW, works, ALL_SIGNED).day == date(2026, 5, 19)
    assert decide_by(date(2026, 5, 8), works, ALL_SIGNED).day == date(2026, 5, 22)
    found = decide_by(NOW, works, SHIPPED)
    assert found.day is None
    assert [row.value for row in found.decision.unchecked] == [10]


def test_a_refusal_gives_its_reasons():
    assert refusal_stands((" Thiếu  giấy tờ ", "  ")) == ("Thiếu giấy tờ",)
    for reasons in ((), ("", "  ")):
        with pytest.raises(Refusal) as refused:
            refusal_stands(reasons)
        assert refused.value.reason == "admission-without-reason"


@given(st.dates(date(1950, 1, 1), date(2025, 1, 1)), st.dates(date(2024, 12, 15), date(2030, 12, 31)))
def test_knowing_less_of_a_birthday_never_takes_a_signature_away(birth, on):
    exact = consent(Born(birth.year, birth.month, birth.day), on, SHIPPED).signer
    for less in (Born(birth.year, birth.month), Born(birth.year)):
        if exact is REP:
            assert consent(less, on, SHIPPED).signer is REP
