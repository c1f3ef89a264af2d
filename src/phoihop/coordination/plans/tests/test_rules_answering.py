"""Who is meant by words, and who answers for it since. The words are of the five real plans and the gold."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from phoihop.base.org.agencies import Tier, duties, kinds
from phoihop.coordination.plans.rules.answering import answer, group_kinds, kinds_of_groups, next_move, read

Y2022, NOW = date(2022, 1, 25), date(2026, 9, 1)
P, X = Tier.PROVINCE, Tier.COMMUNE

# words, the kinds meant by a province's document of 2022
MEANT = [
    ("Sở Y tế", ["health.province"]),
    ("ngành Y tế", ["health.province"]),
    ("Sở Lao động, Thương binh và Xã hội", ["labour.province"]),
    ("Công an tỉnh", ["police.province"]),
    ("Công an Thành phố", ["police.province"]),
    ("Tỉnh đoàn", ["youth.province"]),
    ("Ban Tuyên giáo Tỉnh ủy", ["propaganda.province"]),
    ("Đảng đoàn Hội đồng nhân dân tỉnh", ["party.province"]),
    ("Ủy ban Mặt trận Tổ quốc Việt Nam tỉnh", ["front.province"]),
    ("Bộ Lao động - Thương binh và Xã hội", ["labour.centre"]),
    ("VĂN PHÒNG CHÍNH PHỦ", ["government.centre"]),
    ("UBND các quận, huyện, thị xã", ["people.district"]),
    ("Ủy ban nhân dân các huyện, thành phố", ["people.district"]),
    ("Ủy ban nhân dân các huyện, thị xã, thành phố", ["people.district"]),
    ("UBND các xã, phường, thị trấn", ["people.commune"]),
    ("Các huyện ủy, thành ủy, thị ủy, đảng ủy trực thuộc Tỉnh ủy", ["party.district"]),
    ("Các sở, ngành", ["departments.province"]),
    ("Các Sở, ban, ngành, đoàn thể Thành phố", ["departments.province"]),
    ("các đơn vị liên quan", ["departments.province"]),
    ("các ngành chức năng", ["departments.province"]),
    ("các địa phương", ["people.district"]),
    ("các xã", ["people.commune"]),
    ("sở, ngành, liên quan và địa phương", ["departments.province", "people.district"]),
    ("các ban, ngành, đơn vị, địa phương", ["departments.province", "people.district"]),
    ("các Bộ, ngành có liên quan", [""]),
    ("tổ chức xã hội nghề nghiệp", [""]),
    ("", [""]),
]


@pytest.mark.parametrize(("words", "codes"), MEANT)
def test_kinds_that_words_mean(words, codes):
    found = read(words, Y2022, home="tỉnh lào cai")
    assert [each.kind for each in found] == codes
    assert all(each.why is not None for each in found if not each.kind)


def test_only_those_concerned_are_less_certain():
    assert not read("các sở, ngành liên quan", Y2022)[0].certain
    assert read("Các sở, ngành", Y2022)[0].certain


def test_localities_are_communes_once_there_are_no_districts():
    assert read("các địa phương", date(2025, 7, 1))[0].kind == "people.commune"
    assert read("các địa phương", date(2025, 6, 30))[0].kind == "people.district"


PLACES = [
    ("UBND huyện Bát Xát", "people.district", "Bát Xát"),
    ("UBND thành phố Lào Cai", "people.district", "Lào Cai"),
    ("Công an thị xã Sa Pa", "police.district", "Sa Pa"),
    ("UBND xã Quang Kim", "people.commune", "Quang Kim"),
    ("UBND các huyện Bát Xát, Sa Pa", "people.district", ""),
    ("Ủy ban nhân dân tỉnh", "people.province", ""),
]


@pytest.mark.parametrize(("words", "kind", "place"), PLACES)
def test_one_place_below(words, kind, place):
    (found,) = read(words, Y2022, home="tỉnh lào cai")
    assert (found.kind, found.place) == (kind, place)


# words, duties spoken of, who answers on 1 September 2026, whether each of a kind, the days of the changes
MAR, JUL = date(2025, 3, 1), date(2025, 7, 1)
TODAY = [
    ("Sở Lao động - Thương binh và Xã hội", ("recovery",), "police.province", False, [MAR]),
    ("Sở Lao động - Thương binh và Xã hội", ("aftercare", "recovery"), "police.province", False, [MAR]),
    ("Sở Lao động - Thương binh và Xã hội", ("venues",), "health.province", False, [MAR]),
    ("Sở Lao động - Thương binh và Xã hội", ("return",), "health.province", False, [MAR]),
    ("Sở Lao động - Thương binh và Xã hội", ("prevention",), "interior.province", False, [MAR]),
    ("Sở Lao động - Thương binh và Xã hội", (), "interior.province", False, [MAR]),
    ("Sở Lao động - Thương binh và Xã hội", ("recovery", "venues"), "", False, [MAR]),
    ("Sở Lao động - Thương binh và Xã hội", ("recovery", "labour"), "police.province", False, [MAR]),
    ("Sở Thông tin và Truyền thông", ("prevention", "communication"), "culture.province", False, [MAR]),
    ("Sở Thông tin và Truyền thông", (), "science.province", False, [MAR]),
    ("Sở Y tế", ("prevention",), "health.province", False, []),
    ("Công an tỉnh", ("crime", "recovery"), "police.province", False, []),
    ("Sở Kế hoạch và Đầu tư", (), "finance.province", False, [MAR]),
    ("UBND các huyện, thị xã", (), "people.commune", True, [JUL]),
    ("UBND các huyện, thị xã", ("home-recovery",), "people.commune", True, [JUL]),
    ("UBND huyện Bát Xát", (), "people.commune", True, [JUL]),
    ("Công an các huyện, thị xã, thành phố", ("crime",), "police.province", False, [MAR]),
    ("Phòng Lao động - Thương binh và Xã hội", ("recovery",), "police.province", False, [MAR]),
    ("Phòng Lao động - Thương binh và Xã hội", (), "society.commune", True, [MAR, JUL]),
    ("Các huyện ủy, thị ủy", (), "party.commune", True, [JUL]),
    ("Phòng Tài chính - Kế hoạch", (), "", False, [JUL]),
    ("các sở, ngành liên quan", ("recovery",), "departments.province", True, []),
    ("tổ chức xã hội nghề nghiệp", ("prevention",), "", False, []),
    ("Bộ Lao động - Thương binh và Xã hội", ("venues",), "health.centre", False, [MAR]),
]


@pytest.mark.parametrize(("words", "spoken", "kind", "group", "days"), TODAY)
def test_who_answers_today(words, spoken, kind, group, days):
    (found,) = answer(words, spoken, Y2022, NOW, home="tỉnh lào cai")
    assert (found.kind, found.group) == (kind, group)
    assert [step.day for step in found.steps] == days
    if not kind:
        assert found.why is not None
        assert not found.certain


def test_a_parted_duty_says_who_has_which_part():
    (found,) = answer("Sở Lao động - TB&XH", ("recovery", "venues"), Y2022, NOW)
    assert "Công an cấp tỉnh" in found.why.vi
    assert "Sở Y tế" in found.why.vi
    assert "assigned" in found.why.en


def test_several_leads_are_several_answers():
    found = answer("sở, ngành và các địa phương", (), Y2022, NOW)
    assert [each.kind for each in found] == ["departments.province", "people.commune"]


def test_offices_of_a_province_are_its_departments():
    offices = group_kinds("departments.province")
    assert {"health.province", "police.province", "youth.province"} <= offices
    assert not {"people.province", "cdc.province", "health.centre", "people.commune"} & offices
    assert group_kinds("people.commune") == {"people.commune"}
    assert all(kinds_of_groups(code) == {code, "departments.province"} for code in offices)
    assert kinds_of_groups("people.commune") == {"people.commune"}
    assert kinds_of_groups("no such kind") == {"no such kind"}


KINDS = st.sampled_from([each.code for each in kinds()])
DUTIES = st.sets(st.sampled_from([each.code for each in duties()]), max_size=4)
DAYS = st.dates(date(2020, 1, 1), date(2027, 1, 1))


@given(KINDS, DUTIES, DAYS, DAYS)
def test_moves_end_and_never_go_back_in_time(kind, spoken, one, other):
    since, today = sorted((one, other))
    seen = 0
    while kind and (move := next_move(kind, spoken, since, today)) is not None:
        assert move.day <= today
        assert move.kind != kind
        kind, since, seen = move.kind, max(since, move.day), seen + 1
        assert seen < 10
    assert not kind or next_move(kind, spoken, today, today) is None or since < today


@given(st.text(max_size=120), DAYS)
def test_any_words_mean_somebody_or_say_that_nobody_is_known(words, day):
    found = read(words, day)
    assert found
    assert all(each.kind or each.why for each in found)
