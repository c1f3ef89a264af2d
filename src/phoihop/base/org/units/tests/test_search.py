"""Finding units by what people type."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from phoihop.base.org.units import Hit, Level, explained, register, search

OLD, NOW = date(2022, 5, 1), date(2026, 5, 1)

# Typed, day, the first hit with the units above it, and the unit of another time that was meant.
FIRST = [
    # without marks, with marks, capitals, blanks
    ("lao cai", NOW, "Tỉnh Lào Cai", ""),
    ("Lào Cai", NOW, "Tỉnh Lào Cai", ""),
    ("LAO CAI", NOW, "Tỉnh Lào Cai", ""),
    ("  lao   cai ", NOW, "Tỉnh Lào Cai", ""),
    ("laocai", NOW, "Tỉnh Lào Cai", ""),
    ("hanoi", NOW, "Thành phố Hà Nội", ""),
    ("ha noi", NOW, "Thành phố Hà Nội", ""),
    ("dien bien", NOW, "Tỉnh Điện Biên", ""),
    ("đien bien", NOW, "Tỉnh Điện Biên", ""),
    ("đăk lăk", NOW, "Tỉnh Đắk Lắk", ""),
    ("dak lak", NOW, "Tỉnh Đắk Lắk", ""),
    ("Đắc Lắc", NOW, "Tỉnh Đắk Lắk", ""),
    ("thanh hoá", NOW, "Tỉnh Thanh Hóa", ""),
    ("Thanh Hóa", NOW, "Tỉnh Thanh Hóa", ""),
    ("La\u0300o Cai", NOW, "Tỉnh Lào Cai", ""),
    ("Khanh Hoa", NOW, "Tỉnh Khánh Hòa", ""),
    # the word for the kind, or its short form, or none
    ("tỉnh Lào Cai", NOW, "Tỉnh Lào Cai", ""),
    ("tinh lai chau", NOW, "Tỉnh Lai Châu", ""),
    ("phường lào cai", NOW, "Phường Lào Cai, Tỉnh Lào Cai", ""),
    ("p. lao cai", NOW, "Phường Lào Cai, Tỉnh Lào Cai", ""),
    ("tp hue", NOW, "Thành phố Huế", ""),
    ("TP. Hồ Chí Minh", NOW, "Thành phố Hồ Chí Minh", ""),
    ("tp hcm", NOW, "Thành phố Hồ Chí Minh", ""),
    ("tphcm", NOW, "Thành phố Hồ Chí Minh", ""),
    ("dac khu phu quoc", NOW, "Đặc khu Phú Quốc, Tỉnh An Giang", ""),
    ("phu quoc", NOW, "Đặc khu Phú Quốc, Tỉnh An Giang", ""),
    ("xa bat xat", NOW, "Xã Bát Xát, Tỉnh Lào Cai", ""),
    ("quan 1", OLD, "Quận 1, Thành phố Hồ Chí Minh", ""),
    ("q1", OLD, "Quận 1, Thành phố Hồ Chí Minh", ""),
    ("Q.1", OLD, "Quận 1, Thành phố Hồ Chí Minh", ""),
    ("quận 01", OLD, "Quận 1, Thành phố Hồ Chí Minh", ""),
    ("h. bát xát", OLD, "Huyện Bát Xát, Tỉnh Lào Cai", ""),
    ("tx sa pa", OLD, "Thị xã Sa Pa, Tỉnh Lào Cai", ""),
    ("thị trấn bát xát", OLD, "Thị trấn Bát Xát, Huyện Bát Xát, Tỉnh Lào Cai", ""),
    ("tt bat xat", OLD, "Thị trấn Bát Xát, Huyện Bát Xát, Tỉnh Lào Cai", ""),
    ("thanh pho thu duc", OLD, "Thành phố Thủ Đức, Thành phố Hồ Chí Minh", ""),
    # a name that begins like the word for a kind
    ("quan son", OLD, "Huyện Quan Sơn, Tỉnh Thanh Hóa", ""),
    ("Phương Lâm", OLD, "Phường Phương Lâm, Thành phố Hòa Bình, Tỉnh Hòa Bình", ""),
    ("xa luong", OLD, "Xã Xá Lượng, Huyện Tương Dương, Tỉnh Nghệ An", ""),
    # marks decide where letters do not
    ("Ba Đình", NOW, "Phường Ba Đình, Thành phố Hà Nội", ""),
    ("ba đình", OLD, "Quận Ba Đình, Thành phố Hà Nội", ""),
    ("Ba Dinh", NOW, "Xã Ba Dinh, Tỉnh Quảng Ngãi", ""),
    ("Yên Bài", NOW, "Xã Yên Bài, Thành phố Hà Nội", ""),
    ("hà nôi", NOW, "Thành phố Hà Nội", ""),
    ("Quang Kim", OLD, "Xã Quang Kim, Huyện Bát Xát, Tỉnh Lào Cai", ""),
    ("Quảng Kim", OLD, "Xã Quảng Kim, Huyện Quảng Trạch, Tỉnh Quảng Bình", ""),
    # beginnings, inner words, slips
    ("lao c", NOW, "Tỉnh Lào Cai", ""),
    ("điện b", NOW, "Tỉnh Điện Biên", ""),
    ("ngu hanh", NOW, "Phường Ngũ Hành Sơn, Thành phố Đà Nẵng", ""),
    ("quốc tử giám", NOW, "Phường Văn Miếu - Quốc Tử Giám, Thành phố Hà Nội", ""),
    ("lao ci", NOW, "Tỉnh Lào Cai", ""),
    ("lạng sown", NOW, "Tỉnh Lạng Sơn", ""),
    ("cao banhg", NOW, "Tỉnh Cao Bằng", ""),
    # an old name finds what stands there now
    ("Yên Bái", NOW, "Tỉnh Lào Cai", "Tỉnh Yên Bái"),
    ("tinh bac kan", NOW, "Tỉnh Thái Nguyên", "Tỉnh Bắc Kạn"),
    ("Bắc Cạn", NOW, "Tỉnh Thái Nguyên", "Tỉnh Bắc Kạn"),
    ("bà rịa vũng tàu", NOW, "Thành phố Hồ Chí Minh", "Tỉnh Bà Rịa - Vũng Tàu"),
    ("Bình Dương", NOW, "Thành phố Hồ Chí Minh", "Tỉnh Bình Dương"),
    ("tiền giang", NOW, "Tỉnh Đồng Tháp", "Tỉnh Tiền Giang"),
    ("quang kim", NOW, "Xã Bát Xát, Tỉnh Lào Cai", "Xã Quang Kim, Huyện Bát Xát, Tỉnh Lào Cai"),
    ("huyện bát xát", NOW, "Xã Bát Xát, Tỉnh Lào Cai", "Huyện Bát Xát, Tỉnh Lào Cai"),
    ("hoang sa", NOW, "Đặc khu Hoàng Sa, Thành phố Đà Nẵng", ""),
    ("huyen hoang sa", NOW, "Đặc khu Hoàng Sa, Thành phố Đà Nẵng", "Huyện Hoàng Sa, Thành phố Đà Nẵng"),
    ("thừa thiên huế", NOW, "Thành phố Huế", ""),
    # a new name, asked of an old day
    ("phú quốc", OLD, "Thành phố Phú Quốc, Tỉnh Kiên Giang", ""),
    ("Bảy Hiền", OLD, "Phường 12, Quận Tân Bình, Thành phố Hồ Chí Minh",
     "Phường Bảy Hiền, Thành phố Hồ Chí Minh"),
    # where it lies
    ("Long Phú, Sóc Trăng", NOW, "Xã Long Phú, Thành phố Cần Thơ", ""),
    ("long phu, can tho", NOW, "Xã Long Phú, Thành phố Cần Thơ", ""),
    ("long phu can tho", NOW, "Xã Long Phú, Thành phố Cần Thơ", ""),
    ("quang kim lao cai", OLD, "Xã Quang Kim, Huyện Bát Xát, Tỉnh Lào Cai", ""),
    ("phường 2, quận 10", OLD, "Phường 2, Quận 10, Thành phố Hồ Chí Minh", ""),
    ("phường 12, tân bình, tp hcm", OLD, "Phường 12, Quận Tân Bình, Thành phố Hồ Chí Minh", ""),
]  # fmt: skip


@pytest.mark.parametrize(("typed", "on", "found", "via"), FIRST)
def test_the_first_hit(typed: str, on: date, found: str, via: str):
    known = register()
    first = search(typed, on)[0]
    assert known.path(first.unit.key) == found
    assert (known.path(first.via.key) if first.via else "") == via


def _names(typed, on=NOW, **options):
    return [hit.unit.full_name for hit in search(typed, on, **options)]


def test_better_fits_come_first():
    fits = [hit.fit for hit in search("lào cai", NOW)]
    assert fits == sorted(fits)
    # Marks that say otherwise come last, however alike the letters are.
    found = _names("Yên Bái", limit=100)
    assert found.index("Phường Yên Bái") < found.index("Xã Yên Bài")
    assert search("Yên Bái", NOW, limit=100)[found.index("Xã Yên Bài")].fit >= 10


def test_a_unit_is_found_once_and_stands_on_the_day():
    for typed in ("a", "lao cai", "quận 1", "tân", "thị"):
        for on in (OLD, NOW):
            hits = search(typed, on, limit=500)
            assert len({hit.unit.key for hit in hits}) == len(hits)
            assert all(hit.unit.stood(on) for hit in hits)


@pytest.mark.parametrize("limit", [1, 7, 20])
def test_no_more_than_asked_for(limit: int):
    assert len(search("tân", NOW, limit=limit)) == limit


@pytest.mark.parametrize("typed", ["", "   ", ",", "...", "?!", "zzzzzzzz", "xqw", ", Lào Cai"])
def test_nothing_found(typed: str):
    assert search(typed, NOW) == []


def test_a_level_can_be_asked_for():
    assert _names("lao cai", level=Level.COMMUNE)[0] == "Phường Lào Cai"
    assert {hit.unit.level for hit in search("tân", OLD, level=Level.DISTRICT)} == {Level.DISTRICT}


@pytest.mark.parametrize(
    ("typed", "on", "vi", "en"),
    [
        ("Yên Bái", NOW, "trước 7/2025: Tỉnh Yên Bái", "before 7/2025: Tỉnh Yên Bái"),
        (
            "huyện bát xát",
            NOW,
            "trước 7/2025: Huyện Bát Xát, Tỉnh Lào Cai (một phần)",
            "before 7/2025: Huyện Bát Xát, Tỉnh Lào Cai (in part)",
        ),
        (
            "phường bảy hiền",
            OLD,
            "từ 7/2025: Phường Bảy Hiền, Thành phố Hồ Chí Minh (một phần)",
            "from 7/2025 on: Phường Bảy Hiền, Thành phố Hồ Chí Minh (in part)",
        ),
    ],
)
def test_why_it_was_found(typed: str, on: date, vi: str, en: str):
    why = explained(search(typed, on)[0])
    assert (why.vi, why.en) == (vi, en)


def test_nothing_to_explain_where_the_name_is_its_own():
    assert explained(search("lào cai", NOW)[0]) is None


@given(st.text(max_size=30), st.sampled_from([OLD, NOW]))
def test_any_text_can_be_typed(typed: str, on: date):
    assert all(isinstance(hit, Hit) for hit in search(typed, on))


@given(st.sampled_from(sorted(register().units)), st.sampled_from([OLD, NOW]))
def test_every_unit_is_found_by_its_own_name(key: str, on: date):
    known = register()
    unit = known.unit(key)
    places = ", ".join(u.name for u in known.above(key))
    hits = search(f"{unit.full_name}, {places}" if places else unit.full_name, on, limit=100)
    wanted = {unit.key} if unit.stood(on) else {
        s.new for s in known.successors(key, on)} | {s.old for s in known.predecessors(key, on)}  # fmt: skip
    assert wanted <= {hit.unit.key for hit in hits}
