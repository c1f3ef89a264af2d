"""The clean view: damage undone, and every character still knows its place in the source."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from phoihop.engines.reading.tests.understanding.strategies import DAMAGED
from phoihop.engines.reading.understanding.clean import Piece, blocks_of, lines_of
from phoihop.engines.reading.understanding.syllables import is_syllable, split_glued


def lines(text: str) -> list[str]:
    return [piece.text for piece in lines_of(text)]


def blocks(text: str) -> list[str]:
    return [piece.text for piece in blocks_of(lines_of(text))]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("## I. MỤC TIÊU", ["I. MỤC TIÊU"]),
        ("Kế hoạch số 18/KH-UBND⁽¹⁾Công an tỉnh", ["Kế hoạch số 18/KH-UBND Công an tỉnh"]),
        ("Sở Y tế⁽²⁾, Công an tỉnh⁽³⁾.", ["Sở Y tế, Công an tỉnh."]),
        ("**Số: 18** /KH-UBND", ["Số: 18 /KH-UBND"]),
        ("__Điều 1.__ Phê duyệt", ["Điều 1. Phê duyệt"]),
        ("1\\. Sở Y tế", ["1. Sở Y tế"]),
        ("`Sở Y tế`", ["Sở Y tế"]),
        ("> ### Kế hoạch", ["Kế hoạch"]),
        ("đạt 90\u00a0%", ["đạt 90 %"]),
        ("đạt\u2003trên\u202f90%", ["đạt trên 90%"]),
        ("Sở   Y   tế", ["Sở Y tế"]),
        ("\tSở Y tế\t", ["Sở Y tế"]),
        ("⁽¹⁾Rà soát; ⁽²⁾báo cáo", ["Rà soát; báo cáo"]),
        ("-------", []),
        ("***\n---\n\n___", []),
        ("", []),
        ("date 2021-02 Kế hoạch phòng bệnh", ["Kế hoạch phòng bệnh"]),
        ("UBNDtỉnh giao Sở Y tế", ["UBND tỉnh giao Sở Y tế"]),
        ("phối hợphướng dẫn", ["phối hợp hướng dẫn"]),
        ("KẾ HOẠCHTHỰC HIỆN", ["KẾ HOẠCH THỰC HIỆN"]),
        ("tổchức tuyêntruyền", ["tổ chức tuyên truyền"]),
        ("HIV/AIDS và Methadone tại Krông Pắc", ["HIV/AIDS và Methadone tại Krông Pắc"]),
        ("#Đời sống", ["Đời sống"]),
    ],
)
def test_leftovers_are_taken_out_of_a_line(text, expected):
    assert lines(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("STT | Nhiệm vụ | Chủ trì", ["STT", "Nhiệm vụ", "Chủ trì"]),
        ("| 1 | In tờ rơi |  | Sở Y tế |", ["1", "In tờ rơi", "Sở Y tế"]),
        ("|---|---|", []),
        ("HUYỆN ỦY NẬM SÌN          ĐẢNG CỘNG SẢN VIỆT NAM", ["HUYỆN ỦY NẬM SÌN", "ĐẢNG CỘNG SẢN VIỆT NAM"]),
        (
            "Số: 18/KH-UBND\u00a0\u00a0\u00a0\u00a0\u00a0Phìn Sơn, ngày 12 tháng 02 năm 2024",
            ["Số: 18/KH-UBND", "Phìn Sơn, ngày 12 tháng 02 năm 2024"],
        ),
        ("Phìn Sơn, ngày      tháng 02 năm 2024", ["Phìn Sơn, ngày tháng 02 năm 2024"]),
        ("Số:        /KH-UBND", ["Số: /KH-UBND"]),
    ],
)
def test_cells_and_columns_are_parted(text, expected):
    found = lines_of(text)
    assert [piece.text for piece in found] == expected
    if len(found) > 1:
        assert all(piece.cell for piece in found)
        assert len({piece.row for piece in found}) == 1


def test_a_page_whose_line_ends_were_lost_is_cut_at_the_fixed_parts_of_a_letterhead():
    text = (
        "UỶ BAN NHÂN DÂN TỈNH PHÌN SƠN CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM Độc lập - Tự do - Hạnh phúc "
        "Số: 18/KH-UBND Phìn Sơn, ngày 12 tháng 02 năm 2024 KẾ HOẠCH: "
        "Phòng, chống ma túy Căn cứ Luật Phòng, chống ma túy"
    )
    assert lines(text) == [
        "UỶ BAN NHÂN DÂN TỈNH PHÌN SƠN",
        "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM",
        "Độc lập - Tự do - Hạnh phúc",
        "Số: 18/KH-UBND",
        "Phìn Sơn, ngày 12 tháng 02 năm 2024",
        "KẾ HOẠCH: Phòng, chống ma túy",
        "Căn cứ Luật Phòng, chống ma túy",
    ]


_WRAPPED = """Các cơ quan, đơn vị, địa phương căn cứ chức năng, nhiệm vụ được giao
xây dựng kế hoạch của đơn vị mình, tổ chức thực hiện nghiêm túc, định
kỳ báo cáo kết quả về Sở Y tế để tổng hợp, trình Ủy ban nhân dân tỉnh.
Đề nghị Ủy ban Mặt trận Tổ quốc Việt Nam tỉnh và các đoàn thể tăng cường
giám sát việc thực hiện tại cơ sở, nhất là ở các xã vùng cao biên giới
của tỉnh Phìn Sơn."""


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (_WRAPPED, 2),
        (_WRAPPED.replace("định\nkỳ", "định\n3\nkỳ"), 2),
        (_WRAPPED.replace("định\nkỳ", "định\n\n- 3 -\n\nkỳ"), 2),
        (_WRAPPED.replace("định\nkỳ", "định\n\nTrang 3/12\n\nkỳ"), 2),
        (_WRAPPED.replace("\n", "\n\n"), 2),
    ],
)
def test_lines_that_a_converter_broke_are_joined(text, expected):
    found = blocks(text)
    assert len(found) == expected
    assert "định kỳ báo cáo kết quả" in found[0]
    assert found[1].startswith("Đề nghị Ủy ban Mặt trận")
    assert found[1].endswith("của tỉnh Phìn Sơn.")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("I. MỤC TIÊU\nGiảm số người nghiện mới.", ["I. MỤC TIÊU", "Giảm số người nghiện mới."]),
        ("Giao Sở Y tế theo dõi.\n2. Công an tỉnh", ["Giao Sở Y tế theo dõi.", "2. Công an tỉnh"]),
        (
            "1. Sở Y tế;\n2. Công an tỉnh;\n3. Sở Nội vụ;",
            ["1. Sở Y tế;", "2. Công an tỉnh;", "3. Sở Nội vụ;"],
        ),
        ("Kính gửi:\nSở Y tế", ["Kính gửi:", "Sở Y tế"]),
        ("Kế hoạch của\nỦy ban nhân dân tỉnh", ["Kế hoạch của Ủy ban nhân dân tỉnh"]),
        ("thực hiện nghiêm,\ncó báo cáo", ["thực hiện nghiêm, có báo cáo"]),
        (
            "- Theo Quyết định số 1246/QĐ-TTg ngày\n\n14/8/2020",
            ["- Theo Quyết định số 1246/QĐ-TTg ngày 14/8/2020"],
        ),
        ("I. ĐẶC ĐIỂM\nTÌNH HÌNH CHUNG", ["I. ĐẶC ĐIỂM TÌNH HÌNH CHUNG"]),
        (
            "thực hiện Kết 3 luận của Tỉnh ủy",
            ["thực hiện Kết luận của Tỉnh ủy"],
        ),
        ("phê duyệt Kế 12 hoạch và Chương 4 trình", ["phê duyệt Kế hoạch và Chương trình"]),
        ("Điều 3 luật này", ["Điều 3 luật này"]),
        ("Tổ 3 chức năng", ["Tổ chức năng"]),
        ("Sở Lao động\n- Thương binh và Xã hội", ["Sở Lao động - Thương binh và Xã hội"]),
        ("Một trang chỉ có một dòng.", ["Một trang chỉ có một dòng."]),
    ],
)
def test_paragraphs(text, expected):
    assert blocks(text) == expected


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("Số:\n18\nKế hoạch này thay thế", True),
        ("Các đơn vị thực hiện nghiêm túc.\n18\nKế hoạch này thay thế", False),
        ("Tổng số | 18", True),
    ],
)
def test_a_number_alone_on_its_line(text, kept):
    assert ("18" in " ".join(blocks(text)).split()) is kept


@pytest.mark.parametrize(
    "word",
    [
        "nghiêng",
        "khuỷu",
        "ngoằn",
        "ngoèo",
        "giếng",
        "quý",
        "gì",
        "gìn",
        "thuở",
        "uỷ",
        "ủy",
        "oà",
        "khoẻ",
        "Đắk",
        "yêu",
        "xuyên",
        "quyển",
        "giáp",
    ],
)
def test_syllables(word):
    assert is_syllable(word) is (word != "Đắk")
    assert split_glued(word) == (word,)


@pytest.mark.parametrize("word", ["giap", "bcd", "đạtn", "hồồ", "thánhg", "kệt", "wăn"])
def test_no_syllables(word):
    assert is_syllable(word) is (word == "kệt")


@pytest.mark.parametrize(
    ("word", "parts"),
    [
        ("hướngdẫn", ("hướng", "dẫn")),
        ("phòngchống", ("phòng", "chống")),
        ("thựchiệnkếhoạch", ("thực", "hiện", "kế", "hoạch")),
        ("cáchuyện", ("các", "huyện")),
        ("HOẠCHTHỰC", ("HOẠCH", "THỰC")),
        ("Methadone", ("Methadone",)),
        ("Krông", ("Krông",)),
        ("Buprenorphine", ("Buprenorphine",)),
        ("nghiện", ("nghiện",)),
    ],
)
def test_glued_words_come_apart(word, parts):
    assert split_glued(word) == parts


def assert_mapped(piece: Piece, text: str) -> None:
    """Each clean character is the source's character, or a blank put in its place."""
    assert len(piece.at) == len(piece.text)
    assert list(piece.at) == sorted(piece.at)
    for character, at in zip(piece.text, piece.at, strict=True):
        assert 0 <= at < len(text)
        assert character in (text[at], " ")
    start, end = piece.span()
    assert 0 <= start <= end <= len(text)


@given(DAMAGED)
def test_every_character_is_mapped_to_its_place(text):
    found = lines_of(text)
    for piece in found:
        assert piece.text == piece.text.strip()
        assert_mapped(piece, text)
    for piece in blocks_of(found):
        assert_mapped(piece, text)


@given(DAMAGED)
def test_nothing_said_is_lost(text):
    """Letters and figures stay in order; only page numbers and superscript ordinals go."""
    kept = [c for piece in lines_of(text) for c in piece.text if c.isalpha()]
    said = [c for c in text.replace("<br>", "") if c.isalpha()]
    assert kept == said


@given(st.text(max_size=80))
def test_any_text_at_all(text):
    for piece in blocks_of(lines_of(text)):
        assert_mapped(piece, text)


@given(DAMAGED, st.data())
def test_spans_of_parts_lie_within_the_piece(text, data):
    for piece in lines_of(text)[:4]:
        a = data.draw(st.integers(0, len(piece.text)))
        b = data.draw(st.integers(a, len(piece.text)))
        start, end = piece.span(a, b)
        assert piece.at[0] <= start <= end <= piece.at[-1] + 1
        assert piece.part(a, b).text == piece.text[a:b]


_SPREAD = (
    "Sở Y tế theo dõi việc điều trị ở các cơ sở trên địa bàn tỉnh, tổng hợp số liệu,\n"
    "báo cáo hằng quý; phối hợp với Công an tỉnh, Ủy ban nhân dân các huyện{mark}\n"
    "Nậm Sìn, Tả Hồ rà soát người nghiện; hướng dẫn trạm y tế cấp xã lập hồ sơ, xác\n"
    "định tình trạng nghiện, theo dõi người sau cai ở nơi cư trú, giúp họ tìm việc làm,\n"
    "vay vốn; kịp thời khen thưởng tập thể và cá nhân có thành tích xuất sắc, báo cáo\n"
    "Ủy ban nhân dân tỉnh."
)


@pytest.mark.parametrize(
    ("mark", "paragraphs"), [(":", 1), (" gồm:", 1), (" sau đây cùng nhau thực hiện việc này:", 2)]
)
def test_the_names_of_a_list_may_begin_on_the_next_line(mark, paragraphs):
    assert len(blocks(_SPREAD.format(mark=mark))) == paragraphs
