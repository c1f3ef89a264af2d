"""Who answers for a duty on a day, and what became of who was named."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from phoihop.base.org.agencies import Tier, answers, assignments, duties, history, kind, kinds, who
from phoihop.kernel.certainty import Certainty
from phoihop.kernel.refusals import Refusal

C, P, D, X = Tier.CENTRE, Tier.PROVINCE, Tier.DISTRICT, Tier.COMMUNE
Y2022, BEFORE, AFTER, NOW = date(2022, 1, 30), date(2025, 2, 28), date(2025, 3, 1), date(2026, 9, 1)
MAR = date(2025, 3, 1)
JUL = date(2025, 7, 1)

ANSWERS = [
    ("recovery", P, BEFORE, "labour.province", None, "V"),
    ("recovery", P, AFTER, "police.province", MAR, "V"),
    ("recovery", C, AFTER, "police.centre", MAR, "V"),
    ("aftercare", P, BEFORE, "labour.province", None, "V"),
    ("aftercare", P, NOW, "police.province", MAR, "V"),
    ("venues", C, BEFORE, "labour.centre", None, "V"),
    ("venues", C, NOW, "health.centre", MAR, "V"),
    ("venues", P, NOW, "health.province", MAR, "P"),
    ("inspection", D, Y2022, "team-178.district", None, "M"),
    ("inspection", D, NOW, "team-178.province", JUL, "M"),
    ("protection", P, Y2022, "labour.province", None, "V"),
    ("protection", P, NOW, "health.province", MAR, "P"),
    ("return", P, Y2022, "labour.province", None, "P"),
    ("return", P, NOW, "health.province", MAR, "P"),
    ("prevention", C, Y2022, "vaac.centre", None, "V"),
    ("prevention", C, NOW, "disease.centre", MAR, "V"),
    ("prevention", P, Y2022, "health.province", None, "V"),
    ("prevention", P, NOW, "health.province", None, "V"),
    ("substitution", P, NOW, "health.province", None, "V"),
    ("crime", D, BEFORE, "police.district", None, "V"),
    ("crime", D, AFTER, "police.province", MAR, "V"),
    ("home-recovery", D, date(2025, 6, 30), "people.district", None, "V"),
    ("home-recovery", D, JUL, "police.province", JUL, "V"),
    ("communication", P, Y2022, "information.province", None, "P"),
    ("communication", P, NOW, "culture.province", MAR, "P"),
    ("labour", P, NOW, "interior.province", MAR, "P"),
]


@pytest.mark.parametrize(("duty", "tier", "on", "code", "since", "certainty"), ANSWERS)
def test_who_answers(duty: str, tier: Tier, on: date, code: str, since: date | None, certainty: str):
    answer = answers(duty, tier, on)
    assert (answer.kind.code, answer.since, answer.certainty) == (code, since, certainty)
    assert answer.history == history(duty, tier)
    assert answer.kind.stood(on)


def test_powers_of_a_district_chair_went_two_ways():
    answer = answers("home-recovery", D, JUL)
    assert answer.part.vi == "đăng ký, công bố danh sách, hướng dẫn và kiểm tra"
    assert [a.kind for a in answer.also] == ["people.province"]
    assert answer.basis == "NĐ 184/2025/NĐ-CP"


@pytest.mark.parametrize(("duty", "tier", "on"), [("insurance", X, NOW), ("communication", X, Y2022)])
def test_nobody_is_recorded(duty: str, tier: Tier, on: date):
    assert answers(duty, tier, on) is None


@pytest.mark.parametrize(
    ("named", "duty", "now", "also", "answered", "days", "certainty"),
    [
        ("labour.province", "recovery", "police.province", [], True, [MAR], "V"),
        ("labour.province", "venues", "health.province", [], True, [MAR], "P"),
        ("labour.province", None, "interior.province", [], False, [MAR], "P"),
        ("labour.province", "crime", "interior.province", [], False, [MAR], "P"),
        ("police.province", "recovery", "police.province", [], False, [], "V"),
        ("police.province", "crime", "police.province", [], True, [], "V"),
        ("health.province", "prevention", "health.province", [], True, [], "V"),
        ("people.district", "home-recovery", "police.province", ["people.province"], True, [JUL], "V"),
        ("people.district", None, "people.commune", [], False, [JUL], "P"),
        ("team-178.district", "inspection", "team-178.province", [], True, [JUL], "M"),
        ("police.district", "crime", "police.province", [], True, [MAR], "V"),
        ("information.province", "communication", "culture.province", [], True, [MAR], "P"),
        ("information.province", None, "science.province", [], False, [MAR], "P"),
        ("vaac.centre", "prevention", "disease.centre", [], True, [MAR], "V"),
        ("border.province", "rescue", "border.province", ["police.province"], True, [], "P"),
    ],
)
def test_a_task_of_2022_today(named, duty, now, also, answered, days, certainty):
    found = who(named, duty, Y2022, NOW)
    assert found.named.code == named
    assert (found.now.code, [k.code for k in found.also]) == (now, also)
    assert (found.answered, found.changed, found.certainty) == (answered, now != named, certainty)
    assert [step.day for step in found.why] == days


def test_the_day_before_the_change_nothing_has_changed():
    assert who("labour.province", "recovery", Y2022, BEFORE).now.code == "labour.province"
    assert who("labour.province", "recovery", Y2022, AFTER).now.code == "police.province"
    assert who("people.district", "home-recovery", Y2022, date(2025, 6, 30)).now.code == "people.district"


def test_an_agency_that_ended_without_a_successor():
    found = who("transport.province", None, Y2022, NOW)
    assert found.now.code == "construction.province"
    assert who("agriculture.district", None, Y2022, NOW).now is None


def test_the_reason_is_a_sentence_in_both_languages():
    (step,) = who("labour.province", "venues", Y2022, NOW).why
    assert step.words.vi.startswith("Từ ngày 01/03/2025: Sở Lao động - Thương binh và Xã hội → Sở Y tế (")
    assert step.words.vi.endswith("), chưa đối chiếu")
    assert step.words.en.endswith("), not checked")
    (read,) = who("labour.province", "recovery", Y2022, NOW).why
    assert "chưa đối chiếu" not in read.words.vi


@pytest.mark.parametrize(
    ("named", "duty", "reason"),
    [("labour", "recovery", "unknown-kind"), ("labour.province", "harvest", "unknown-duty")],
)
def test_what_is_not_known_is_refused(named: str, duty: str, reason: str):
    with pytest.raises(Refusal) as refused:
        who(named, duty, Y2022, NOW)
    assert refused.value.reason == reason


DAYS = st.dates(date(2015, 1, 1), date(2030, 1, 1))


@given(st.sampled_from([k.code for k in kinds()]), st.sampled_from([d.code for d in duties()]), DAYS, DAYS)
def test_who_answers_now_stands_now(named: str, duty: str, one: date, other: date):
    named_on, today = sorted((one, other))
    found = who(named, duty, named_on, today)
    assert found.now is None or found.now.stood(today) or found.now == kind(named)
    assert [s.day for s in found.why] == sorted(s.day for s in found.why)
    assert all(named_on < s.day <= today or not found.answered for s in found.why)
    if found.why:
        assert found.why[0].old.code == named
        order = list(Certainty)
        assert order.index(found.certainty) >= max(order.index(s.certainty) for s in found.why)


@pytest.mark.parametrize("duty", [d.code for d in duties()])
@pytest.mark.parametrize("tier", list(Tier))
def test_no_day_is_left_without_an_answer_between_two(duty: str, tier: Tier):
    ends = [a.valid_to for a in history(duty, tier) if a.valid_to]
    starts = {a.valid_from for a in history(duty, tier)}
    allowed = {("venues", D): date(2025, 7, 1)}
    for end in ends:
        following = allowed.get((duty, tier), end + timedelta(days=1))
        assert following in starts, (duty, tier)


def test_every_assignment_belongs_to_a_history():
    assert sum(len(history(d.code, t)) for d in duties() for t in Tier) == len(assignments())
