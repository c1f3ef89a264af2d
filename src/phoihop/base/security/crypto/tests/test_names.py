"""Who is found by what is typed, in which order, and what the tokens do not tell."""

import itertools
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from phoihop.base.security.crypto.names import Grade, Match, distance, name_tokens, query_tokens, rank
from phoihop.base.security.crypto.tests.people_names import PEOPLE
from phoihop.base.security.crypto.tests.test_blind import variants

CARE, SHELTER = bytes(32), bytes([1]) * 32
HERE = 7


def found(text, names=PEOPLE, **how):
    return [match.name for match in rank(text, [(name, name) for name in names], **how)]


def candidates(text, typing=False):
    """Whom the database would hand over."""
    query = query_tokens(CARE, text, HERE, typing=typing)
    return [name for name in PEOPLE if query.all_of <= name_tokens(CARE, name, HERE)]


def test_the_table_is_large_enough_to_mean_something():
    assert len(set(PEOPLE)) == len(PEOPLE) >= 60


@pytest.mark.parametrize("name", PEOPLE)
def test_everybody_is_found_however_the_name_is_typed(name):
    for typed in variants(name):
        assert name in candidates(typed)
        assert name in found(typed)


@pytest.mark.parametrize("name", PEOPLE)
def test_a_name_typed_right_comes_first(name):
    same = [n for n in PEOPLE if name_tokens(CARE, n, HERE) == name_tokens(CARE, name, HERE)]
    first = rank(name, [(n, n) for n in PEOPLE])[0]
    assert first.grade is Grade.EXACT
    assert first.name == name or (first.name in same and first.name.casefold() != name.casefold())


@pytest.mark.parametrize("name", PEOPLE)
def test_a_name_is_found_by_its_end_and_while_it_is_typed(name):
    last = name.split()[-1]
    assert name in candidates(last)
    assert name in found(last, limit=len(PEOPLE))
    for length in range(1, len(name) + 1):
        beginning = name[:length]
        if beginning[-1].isalpha() and beginning[:-1].strip():
            assert name in candidates(beginning, typing=True)
            assert name in found(beginning, limit=len(PEOPLE))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Phạm Thị Hoà", "Phạm Thị Hòa"),
        ("Hoàng Thị Thuý", "Hoàng Thị Thúy"),
        ("Phan Thị Mỹ", "Phan Thị Mĩ"),
        ("Vũ Đức Lý", "Vũ Đức Lí"),
        ("Nguyễn Vy", "Nguyễn Vi"),
        ("Đỗ", "do"),
        ("H'Linh Niê", "H’LINH  NIÊ"),
        ("Rơ-Châm Đức", "Rơ Châm Đức"),
    ],
)
def test_spellings_of_one_name_have_the_same_tokens(one, other):
    assert name_tokens(CARE, one, HERE) == name_tokens(CARE, other, HERE)


def test_facilities_and_programmes_share_no_token():
    name = "Nguyễn Văn An"
    sets = [name_tokens(key, name, facility) for key in (CARE, SHELTER) for facility in (7, 8)]
    assert all(one.isdisjoint(other) for one, other in itertools.combinations(sets, 2))


def test_tokens_fit_the_database_and_repeat_no_order():
    tokens = name_tokens(CARE, "An Văn Nguyễn", HERE)
    assert tokens == name_tokens(CARE, "Nguyễn Văn An", str(HERE))
    assert all(-(2**63) <= token < 2**63 for token in tokens)
    assert len(tokens) == 3
    assert name_tokens(CARE, "", HERE) == frozenset()


def test_there_is_no_way_to_ask_for_everybody_by_a_sign():
    for sign in ("%", "*", "_", "?", "  ", "...", "_%_"):
        assert query_tokens(CARE, sign, HERE).all_of == frozenset()
        assert found(sign) == []


def test_while_typing_the_last_syllable_stays_open():
    typing = query_tokens(CARE, "nguyen van a", HERE, typing=True)
    assert typing.all_of == query_tokens(CARE, "nguyen van", HERE).all_of
    assert typing.last not in typing.all_of
    assert typing.some == query_tokens(CARE, "nguyen van a", HERE).all_of
    closed = query_tokens(CARE, "nguyen van a ", HERE, typing=True)
    assert (closed.all_of, closed.last) == (typing.some, None)


def test_a_query_as_long_as_a_book_asks_for_twelve_syllables():
    assert len(query_tokens(CARE, " ".join(map(str, range(10_000))), HERE).all_of) == 12


ORDER = [
    # typed, who answers, best first
    ("nguyen van an", ["Nguyễn Văn An", "Nguyễn Văn Ẩn", "Nguyễn Vạn Anh"]),
    ("Nguyễn Văn An", ["Nguyễn Văn An", "Nguyễn Văn Ẩn", "Nguyễn Vân Anh"]),
    ("đường", ["Dương Văn Đường", "Đường Thị Dương", "Trần Văn Dương"]),
    ("duong", ["Duong Van", "Trần Văn Dương", "Dương Thị Lan", "Trần Dưỡng Hải", "Lê Duongx"]),
    ("Hòa", ["Phạm Hoà", "Hoà Thị Lan", "Phạm Hoàng", "Phạm Hóa"]),
    ("hùng", ["Đỗ Mạnh Hùng", "Đỗ Mạnh Hưng"]),
    ("lan", ["Trần Lan", "Lan Thị Hà", "Trần Lan Hà", "Trần Langx"]),
    ("Nguyễn An", ["Nguyễn An", "Lê Nguyễn An", "Nguyễn An Hà", "Nguyễn Văn An", "Nguyễn Ân"]),
    ("nguyenvanan", ["Nguyễn Văn An", "Nguyễn Văn Anh"]),
    ("An Văn Nguyễn", ["An Văn Nguyễn", "Nguyễn Văn An"]),
    ("nguyen van tuan", ["Nguyễn Văn Tuấn", "Nguyễn Văn Toàn"]),
    ("Nguyên", ["Lê Nguyên", "Lê Nguyễn", "Lê Nguyện Ca"]),
    ("trang", ["Lê Trang", "Lê Tráng", "Lê Chang"]),
    ("duyên", ["Hồ Duyên", "Hồ Giuyên"]),
    ("lam", ["Lê Lam", "Lê Nam"]),
    ("gia", ["Lê Gia", "Lê Giàng"]),
    ("Quý", ["Bùi Quý", "Bùi Quỳ"]),
    ("ngu", ["Lê Ngữ", "Lê Nguyễn"]),
]


@pytest.mark.parametrize(("typed", "order"), ORDER, ids=[typed for typed, _ in ORDER])
def test_who_comes_first(typed, order):
    others = ["Tẩn Mẩy", "Y Bhăm Êban"]
    for names in (order, order[::-1]):
        assert found(typed, [*names, *others]) == order


@pytest.mark.parametrize(
    ("typed", "name", "contradicts"),
    [
        ("Hùng", "Hưng", True),
        ("Hung", "Hưng", False),
        ("Hưng", "Hung", True),
        ("Hừng", "Hưng", True),
        ("Hưng", "Hừng", False),  # the tone may still come
        ("đung", "Dung", True),
        ("dung", "Đung", False),
        ("Thuý", "Thủy", True),
        ("tuyể", "Tuyền", True),
        ("tuyê", "Tuyền", False),
    ],
)
def test_what_contradicts_a_typed_mark(typed, name, contradicts):
    assert [match.contradicts for match in rank(typed, [(1, name)])] == [contradicts]


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("an", "Ôn"),
        ("đường", "Kpă Hồng"),
        ("nga", "La"),
        ("lan", "Sùng A Chua"),
        ("nguyen van binh", "Trần Thị Lan"),
        ("a b c d", "A B"),
    ],
)
def test_who_does_not_answer(typed, name):
    assert rank(typed, [(1, name)]) == []


def test_the_item_comes_back_with_its_name():
    (match,) = rank("an", [(41, "Lê Bình"), (42, "Nguyễn Văn An")])
    assert match == Match(42, "Nguyễn Văn An", Grade.EXACT, False)


def test_no_more_than_asked_for():
    assert len(found("a", limit=3)) == 3


@given(st.sampled_from(PEOPLE), st.randoms())
def test_the_order_of_candidates_does_not_matter(name, random):
    shuffled = random.sample(PEOPLE, len(PEOPLE))
    assert found(name, shuffled) == found(name)
    beginning = name[: random.randint(1, len(name))]
    assert found(beginning, shuffled) == found(beginning)


@given(st.text(max_size=40), st.text(max_size=40))
def test_any_text_can_be_typed_and_stored(text, name):
    assert name_tokens(CARE, name, HERE) == name_tokens(CARE, unicodedata.normalize("NFD", name), HERE)
    for match in rank(text, [(1, name)]):
        assert match.item == 1


@pytest.mark.parametrize(
    ("one", "other", "far"),
    [
        ("", "", 0),
        ("", "ab", 2),
        ("lan", "lan", 0),
        ("lan", "nan", 1),
        ("trang", "chang", 2),
        ("hnug", "hung", 1),
    ],
)
def test_how_far_letters_are(one, other, far):
    assert distance(one, other) == distance(other, one) == far
