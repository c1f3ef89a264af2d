"""One word in several spellings gives one key; capitals are seen as people see them."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from phoihop.kernel.text import fold, fold_word, is_upper, nfc, plain

_SYLLABLES = st.sampled_from(
    """hoà hòa khoẻ khỏe thuỷ thủy kỹ kĩ mỹ lý tỷ sỹ quý quí đạt Đội ĐẢNG ỷ y tế Nguyễn khuỷu thuở ngoằn
    ngoèo uỷ ủy sức 12/KH-UBND 1.209 HIV/AIDS ạ ữ ẵ ộ""".split()  # noqa: SIM905
)
_TEXTS = st.one_of(st.text(max_size=60), st.lists(_SYLLABLES, max_size=12).map(" ".join))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("hòa", "hoà"),
        ("khỏe", "khoẻ"),
        ("Ủy ban", "Uỷ ban"),
        ("lũy tích", "luỹ tích"),
        ("thùy", "thuỳ"),
        ("toàn", "tòan"),
        ("kỹ sư", "kĩ sư"),
        ("tỷ lệ", "tỉ lệ"),
        ("bác sỹ", "bác sĩ"),
        ("ký", "kí"),
        ("PHÒNG, CHỐNG", "phòng chống"),
        ("Lao động - Thương binh", "Lao  động–Thương binh"),
        ("xã_hội", "xã hội"),
        ("y tế\u00a0xã", "y tế xã"),
        ("đạo", unicodedata.normalize("NFD", "đạo")),
        ("Phìn Sơn", unicodedata.normalize("NFD", "PHÌN SƠN")),
        ("30/KH-UBND", "30 KH UBND"),
    ],
)
def test_spellings_of_one_word_fold_alike(one, other):
    assert fold(one) == fold(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("hòa", "hóa"),
        ("ma", "má"),
        ("đa", "da"),
        ("cần", "cân"),
        ("không chế", "khống chế"),
        ("tay", "tai"),
        ("mười", "mươi"),
        ("1.209", "1,29"),
        ("ý", "í"),
        ("quy", "qui"),
    ],
)
def test_different_words_fold_apart(one, other):
    assert fold(one) != fold(other)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Lào Cai", "lao cai"),
        ("ĐẮK LẮK", "dak lak"),
        ("đường Đỗ Đức", "duong do duc"),
        ("Thừa Thiên - Huế", "thua thien - hue"),
        ("khuỷu", "khuyu"),
        ("", ""),
        ("1.209", "1.209"),
        (unicodedata.normalize("NFD", "Phường Ngoằn"), "phuong ngoan"),
    ],
)
def test_plain_letters(text, expected):
    assert plain(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("KẾ HOẠCH", True),
        ("KẾ HOẠCH 12/KH-UBND", True),
        ("ỦY BAN NHÂN DÂN", True),
        ("I. MỤC TIÊU 2024", True),
        ("PHÒNG, CHỐNG MA TÚY NĂM 2024 CỦA TỈNH PHÌN SƠN VÀ CÁC HUYỆN, THÀNH PHỐ TRỰC THUỘC", True),
        ("PHÒNG, CHỐNG HlV/AIDS", True),
        ("Kế hoạch", False),
        ("UBND tỉnh", False),
        ("TM. Ủy ban", False),
        ("1.209", False),
        ("", False),
        ("- ;", False),
        ("Ủ", True),
        ("ủ", False),
        ("A" * 30 + "b" * 30 + "C" * 100, False),
        ("Các đơn vị được giao nhiệm vụ xây dựng kế hoạch " + "UBND HĐND " * 60, False),
    ],
)
def test_capitals(text, expected):
    assert is_upper(text) is expected


@given(_TEXTS)
def test_the_form_of_unicode_does_not_matter(text):
    composed, decomposed = nfc(text), unicodedata.normalize("NFD", text)
    assert fold(composed) == fold(decomposed)
    assert plain(composed) == plain(decomposed)
    assert nfc(decomposed) == composed


@given(_TEXTS)
def test_plain_letters_carry_no_mark_and_stay_as_they_are(text):
    found = plain(text)
    assert not any(unicodedata.combining(c) for c in found)
    assert plain(found) == found


@given(st.lists(_SYLLABLES, max_size=12))
def test_case_and_blanks_do_not_matter(words):
    assert fold(" ".join(words)) == fold("\u00a0 ".join(w.upper() for w in words))


@given(_SYLLABLES, _SYLLABLES)
def test_a_text_folds_as_its_words_do(one, other):
    assert fold(f"{one} {other}") == f"{fold(one)} {fold(other)}"
    assert fold_word(one) == fold_word(one.swapcase())
