"""Vietnamese order."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from phoihop.kernel.sorting import person_key, sort_key

# Each line stands in the order it should have.
ORDERED = [
    "a à ả ã á ạ ă ằ ắ â ầ ấ b c d đ e ê g h i k l m n o ô ơ p q r s t u ư v x y",
    "ma mà mả mã má mạ mai",
    "an ăn ân",
    "An Ăn Ân Bình Do Dung Đỗ E Ê",
    "da đa",
    "Ba|Ba Bể|Ba Đình|Bà Rịa|Bạc Liêu|Bắc Giang|Bắc Kạn|Bến Tre",
    "Cao Bằng|Cần Thơ|Đà Nẵng|Đắk Lắk|Điện Biên|Đồng Nai|Đồng Tháp|Gia Lai",
    "hoa hòa hỏa hóa họa hoan",
    "Lai Châu|Lạng Sơn|Lào Cai|Lâm Đồng|Long An",
    "Thái Bình|Thái Nguyên|Thanh Hóa|Thừa Thiên Huế",
    "Phường 1|Phường 2|Phường 10|Phường 11|Phường An",
    "Quận 9|Quận 10|Quận Ba",
    "an|an ba|anh",
    "u ù ư ừ",
]


@pytest.mark.parametrize("line", ORDERED)
def test_order(line: str):
    words = line.split("|") if "|" in line else line.split()
    mixed = random.Random(1).sample(words, len(words))
    assert sorted(mixed, key=sort_key) == words


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Lào Cai", "LÀO CAI"),
        ("Lào Cai", "La\u0300o Cai"),
        ("Bà Rịa - Vũng Tàu", "Bà Rịa Vũng Tàu"),
        ("Phường 3", "phường 03"),
    ],
)
def test_alike(one: str, other: str):
    assert sort_key(one) == sort_key(other)


def test_people_by_given_name():
    names = ["Trần Văn An", "Lê Thị Ân", "Nguyễn Văn An", "Đỗ Bình", "Lê Thị Ánh", "An"]
    assert sorted(names, key=person_key) == [
        "An", "Nguyễn Văn An", "Trần Văn An", "Lê Thị Ánh", "Lê Thị Ân", "Đỗ Bình",
    ]  # fmt: skip


@given(st.text())
def test_any_text_has_a_key_of_plain_ascii(text: str):
    assert sort_key(text).isascii()
    assert person_key(text).isascii()
