"""Kinds of agencies and the many ways in which documents write them."""

import re
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from phoihop.base.org.agencies import (
    Tier,
    assignments,
    duties,
    kind,
    kind_successions,
    kinds,
    named,
    spellings,
)
from phoihop.kernel.certainty import Certainty
from phoihop.kernel.refusals import Refusal
from phoihop.kernel.text import fold, plain

C, P, D, X = Tier.CENTRE, Tier.PROVINCE, Tier.DISTRICT, Tier.COMMUNE

NAMES = [
    ("Sở LĐTBXH", "labour", P),
    ("Sở LĐ-TB&XH", "labour", P),
    ("Sở LĐ - TB và XH", "labour", P),
    ("Sở Lao động - Thương binh và Xã hội", "labour", P),
    ("Sở Lao động – Thương binh và Xã hội tỉnh Lào Cai", "labour", P),
    ("SỞ LAO ĐỘNG, THƯƠNG BINH VÀ XÃ HỘI", "labour", P),
    ("so lao dong thuong binh va xa hoi", "labour", P),
    ("ngành Lao động", "labour", None),
    ("Phòng LĐTBXH", "labour", D),
    ("Phòng Lao động - Thương binh và Xã hội huyện Bát Xát", "labour", D),
    ("Bộ LĐTBXH", "labour", C),
    ("Công an", "police", None),
    ("Bộ Công an", "police", C),
    ("Công an tỉnh", "police", P),
    ("Công an thành phố Hà Nội", "police", P),
    ("Công an huyện Bát Xát", "police", D),
    ("Công an các xã, phường", "police", X),
    ("lãnh đạo Công an tỉnh", "police", P),
    ("UBND tỉnh", "people", P),
    ("Ủy ban nhân dân huyện", "people", D),
    ("Uỷ ban nhân dân các xã, phường, thị trấn", "people", X),
    ("Chủ tịch UBND cấp xã", "people", X),
    ("Văn phòng UBND tỉnh", "people", P),
    ("Sở Y tế", "health", P),
    ("Giám đốc Sở Y tế", "health", P),
    ("Thanh tra Sở Y tế", "health", P),
    ("ngành Y tế", "health", None),
    ("Bộ Y tế", "health", C),
    ("Phòng Y tế", "health", D),
    ("Sở VHTTDL", "culture", P),
    ("Sở Văn hóa, Thể thao và Du lịch", "culture", P),
    ("Sở Văn hoá - Thể thao - Du lịch", "culture", P),
    ("Phòng Văn hóa - Xã hội", "society", X),
    ("MTTQ", "front", None),
    ("Ủy ban MTTQ Việt Nam tỉnh", "front", P),
    ("Ủy ban Mặt trận Tổ quốc Việt Nam xã", "front", X),
    ("Hội LHPN tỉnh", "women", P),
    ("Hội Liên hiệp Phụ nữ", "women", None),
    ("Đoàn TN", "youth", None),
    ("Đoàn Thanh niên Cộng sản Hồ Chí Minh", "youth", None),
    ("Tỉnh đoàn", "youth", P),
    ("Huyện đoàn", "youth", D),
    ("Biên phòng", "border", None),
    ("Bộ Chỉ huy Bộ đội Biên phòng tỉnh", "border", P),
    ("Sở Tư pháp", "justice", P),
    ("Sở GD&ĐT", "education", P),
    ("Sở Giáo dục và Đào tạo", "education", P),
    ("Sở TT&TT", "information", P),
    ("Sở Thông tin truyền thông", "information", P),
    ("Sở Tài chính", "finance", P),
    ("Sở KH&ĐT", "planning", P),
    ("Sở Nội vụ", "interior", P),
    ("Sở Công Thương", "trade", P),
    ("Tòa án nhân dân tỉnh", "court", P),
    ("Toà án", "court", None),
    ("Viện kiểm sát nhân dân tỉnh", "procuracy", P),
    ("VKSND tỉnh", "procuracy", P),
    ("Ban Chỉ đạo 138 tỉnh", "committee", P),
    ("BCĐ 138/ĐP", "committee", None),
    ("CDC", "cdc", P),
    ("Trung tâm Kiểm soát bệnh tật tỉnh", "cdc", P),
    ("Trung tâm Y tế huyện", "health-centre", D),
    ("Trạm Y tế xã", "health-station", X),
    ("Cơ sở cai nghiện ma túy tỉnh", "recovery-centre", P),
    ("Cơ sở cai nghiện", "recovery-centre", P),
    ("BHXH tỉnh", "insurance", P),
    ("Bảo hiểm xã hội", "insurance", None),
    ("Huyện ủy", "party", D),
    ("Đội kiểm tra liên ngành 178", "team-178", None),
    ("PC04", "pc04", P),
]  # fmt: skip


@pytest.mark.parametrize(("text", "branch", "tier"), NAMES)
def test_a_name(text: str, branch: str, tier: Tier | None):
    found = named(text)
    assert (found.branch, found.tier) == (branch, tier)
    assert found.kinds()


@pytest.mark.parametrize(
    "text", ["", "  ", "Sở", "Bộ", "các Sở", "xyz", "Ban Chỉ đạo", "các địa phương", "Lãnh đạo"]
)
def test_no_kind(text: str):
    assert named(text) is None


@given(st.text(max_size=60))
def test_any_text_may_be_asked_for(text: str):
    found = named(text)
    assert found is None or found.kinds()


def test_only_kinds_of_the_day():
    assert [k.code for k in named("Sở LĐTBXH").kinds(date(2022, 1, 1))] == ["labour.province"]
    assert named("Sở LĐTBXH").kinds(date(2026, 1, 1)) == ()
    assert {k.tier for k in named("UBND").kinds(date(2022, 1, 1))} == {P, D, X}
    assert {k.tier for k in named("UBND").kinds(date(2026, 1, 1))} == {P, X}


@pytest.mark.parametrize(
    ("code", "last"),
    [
        ("labour.province", date(2025, 2, 28)),
        ("labour.centre", date(2025, 2, 28)),
        ("police.district", date(2025, 2, 28)),
        ("people.district", date(2025, 6, 30)),
        ("team-178.district", date(2025, 6, 30)),
        ("vaac.centre", date(2025, 2, 28)),
    ],
)
def test_the_last_day_of_a_kind(code: str, last: date):
    assert kind(code).valid_to == last
    assert kind(code).stood(last)
    assert not kind(code).stood(date(2025, 7, 1))


def test_no_district_office_outlives_the_districts():
    # Health centres of an area go on under the province.
    assert {k.code for k in kinds() if k.tier is D and k.valid_to is None} == {"health-centre.district"}


def test_the_reader_knows_every_kind_and_nothing_is_said_twice():
    words = spellings()
    for names in (words.fields, words.bodies, words.general):
        assert len(names) == len(set(names))
    for entry in kinds():
        assert named(entry.name.vi).branch == entry.branch


def test_no_spelling_means_two_branches():
    owner: dict[str, str] = {}
    for name in (*(f"Sở {f}" for f in spellings().fields), *spellings().bodies):
        meant = named(name)
        if meant:
            for key in (fold(name), plain(fold(name))):
                assert owner.setdefault(key, meant.branch) == meant.branch


def test_codes_are_fit_for_a_log():
    codes = {k.code for k in kinds()} | {d.code for d in duties()}
    assert all(re.fullmatch(r"[a-z0-9-]+(\.[a-z]+)?", code) and len(code) <= 40 for code in codes)
    assert not [c for c in codes if re.search(r"hiv|aids|methad|\bost\b|sex|traffick|mai-?dam|ma-?tuy", c)]


def test_the_tables_name_what_exists():
    known, asked = {k.code for k in kinds()}, {d.code for d in duties()}
    assert len(known) == len(list(kinds()))
    assert {a.kind for a in assignments()} <= known
    assert {a.duty for a in assignments()} == asked
    assert {s.old for s in kind_successions()} | {s.new for s in kind_successions()} <= known
    assert len({s.old for s in kind_successions()}) == len(kind_successions())
    for succession in kind_successions():
        assert (succession.day - kind(succession.old).valid_to).days == 1
        assert kind(succession.new).stood(succession.day)


def test_nobody_answers_before_or_after_the_kind_stood():
    for assignment in assignments():
        held_by = kind(assignment.kind)
        for day in (assignment.valid_from, assignment.valid_to):
            assert day is None or held_by.stood(day), assignment
        assert held_by.valid_to is None or assignment.valid_to is not None, assignment


def test_what_counts_as_read_says_by_which_paper_or_where():
    for assignment in assignments():
        if assignment.certainty is Certainty.READ:
            assert assignment.source or assignment.basis, assignment


@pytest.mark.parametrize(
    ("certainty", "shown"), [("V", None), ("P", "chưa đối chiếu"), ("M", "chưa đối chiếu")]
)
def test_what_is_not_read_is_shown_so(certainty: str, shown: str | None):
    note = Certainty(certainty).note
    assert (note.vi if note else None) == shown


def test_an_unknown_kind_is_refused():
    with pytest.raises(Refusal) as refused:
        kind("labour")
    assert refused.value.reason == "unknown-kind"
