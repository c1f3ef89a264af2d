"""The head of a document, whole or damaged, and what is no evidence of it."""

from datetime import date

import pytest

from phoihop.engines.reading.tests.understanding.saying import HEAD, document, reading

BODY = """
Căn cứ Luật Phòng, chống ma túy năm 2021, Ủy ban nhân dân tỉnh xây dựng kế hoạch như sau:

I. MỤC TIÊU

1. Trên 90% số xã được tuyên truyền.
"""
ISSUER = "Ủy ban nhân dân tỉnh Phìn Sơn"
TITLE = "Phòng, chống ma túy năm 2024 trên địa bàn tỉnh Phìn Sơn"
WHOLE = {
    "number": "18/KH-UBND",
    "issued": date(2024, 2, 12),
    "place": "Phìn Sơn",
    "issuer": ISSUER,
    "type": "kế hoạch",
    "title": TITLE,
}


def head(text: str, *names: str) -> dict:
    found = document(text)
    return {name: getattr(found, name) for name in names or WHOLE}


@pytest.mark.parametrize(
    "letterhead",
    [
        HEAD,
        HEAD.replace("12 tháng 02 năm 2024", "12 tháng 2 năm 2024"),
        HEAD.replace("ngày 12 tháng 02 năm 2024", "ngày 12/02/2024"),
        HEAD.replace("CỘNG HÒA", "CỘNG HOÀ").replace("ỦY", "UỶ"),
        HEAD.replace("ỦY BAN NHÂN DÂN", "UBND"),
        HEAD.replace("Số: 18/KH-UBND", "Số 18/KH-UBND"),
        HEAD.replace("Số: 18/KH-UBND", "Số: **18** /KH-UBND"),
        HEAD.replace("Số: 18/KH-UBND", "Số:\n\n18/KH-UBND"),
        HEAD.replace("Số: 18/KH-UBND", "Số: 18\n/KH-UBND"),
        HEAD.replace("\n\n", "\n"),
        HEAD.replace("-------\n", "").replace("---------------\n", ""),
        HEAD.replace("KẾ HOẠCH", "**KẾ HOẠCH**").replace(TITLE, f"**{TITLE}**"),
        HEAD.replace(TITLE, TITLE.replace("2024 ", "2024\n")),
        HEAD.replace("Phìn Sơn, ngày 12 tháng 02 năm 2024", "Phìn Sơn, ngày 12\ntháng 02 năm 2024"),
        # two columns by cells
        (
            "UBND TỈNH PHÌN SƠN | CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM\n | Độc lập - Tự do - Hạnh phúc\n"
            f"Số: 18/KH-UBND | Phìn Sơn, ngày 12 tháng 02 năm 2024\n\nKẾ HOẠCH\n\n{TITLE}\n"
        ),
        # two columns by blanks
        (
            "UBND TỈNH PHÌN SƠN          CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM\n"
            "Số: 18/KH-UBND          Phìn Sơn, ngày 12 tháng 02 năm 2024\n\n"
            f"KẾ HOẠCH\n\n{TITLE}\n"
        ),
        # one long line
        (
            "UỶ BAN NHÂN DÂN TỈNH PHÌN SƠN CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM Độc lập - Tự do - Hạnh phúc "
            f"Số: 18/KH-UBND Phìn Sơn, ngày 12 tháng 02 năm 2024\n\nKẾ HOẠCH\n\n{TITLE}\n"
        ),
    ],
)
def test_letterheads_whole_and_broken(letterhead):
    assert head(letterhead + BODY) == WHOLE


@pytest.mark.parametrize(
    ("line", "replacement", "expected"),
    [
        ("Số: 18/KH-UBND", "Số:      /KH-UBND", {"number": None, "type": "kế hoạch"}),
        ("Số: 18/KH-UBND", "Số: …../KH-UBND", {"number": None}),
        (
            "ngày 12 tháng 02",
            "ngày      tháng 02",
            {"issued": None, "place": "Phìn Sơn", "number": "18/KH-UBND"},
        ),
        ("ngày 12 tháng 02", "ngày … tháng 02", {"issued": None, "place": "Phìn Sơn"}),
        ("12 tháng 02 năm", "31 tháng 02 năm", {"issued": None, "number": "18/KH-UBND"}),
        ("KẾ HOẠCH\n", "", {"type": "kế hoạch"}),
        ("Số: 18/KH-UBND", "Số: 18/2024/QĐ-UBND", {"number": "18/2024/QĐ-UBND"}),
        ("Phìn Sơn, ngày", "TP. Hồ Chí Minh, ngày", {"place": "Thành phố Hồ Chí Minh"}),
        ("Phìn Sơn, ngày", "Hoà Bình, ngày", {"place": "Hòa Bình"}),
    ],
)
def test_blanks_in_the_letterhead(line, replacement, expected):
    assert line in HEAD
    assert head(HEAD.replace(line, replacement) + BODY, *expected) == expected


@pytest.mark.parametrize(
    "stamp",
    [
        "ĐẾN Số: 3655\n\nNgày: 15/02/2024\n\nChuyển: Phòng VX\n\n",
        "CÔNG VĂN ĐẾN\nSố: 3655\nNgày 15/02/2024\n\n",
        "UBND HUYỆN NẬM SÌN\nĐẾN\nSố: 3655\nNgày: 15/02/2024\n\n",
    ],
)
def test_a_stamp_of_incoming_mail_is_no_evidence(stamp):
    assert head(stamp + HEAD + BODY, "number", "issued", "place") == {
        name: WHOLE[name] for name in ("number", "issued", "place")
    }


@pytest.mark.parametrize(
    "block",
    [
        "Số hiệu: 18/KH-UBND\nLoại văn bản: Kế hoạch\nNgày ban hành: 12/02/2024\nNgười ký: Lò Thị Hoa Ban",
        "Số hiệu 18/KH-UBND\nLoại văn bản Kế hoạch\nNgày ban hành 12/02/2024\nNgười ký Lò Thị Hoa Ban",
        (
            "Số hiệu | 18/KH-UBND\nLoại văn bản | Kế hoạch\nNgày ban "
            "hành | 12/02/2024\nNgười ký | Lò Thị Hoa Ban"
        ),
        (
            "Số/Ký hiệu\n18/KH-UBND\nHình thức văn bản\nKế hoạch\nNgày "
            "ban hành\n12/02/2024\nNgười ký\nLò Thị Hoa Ban"
        ),
        "Số ký hiệu: 18/KH-UBND Ngày ban hành: 12/02/2024\nLoại văn bản: Kế hoạch Người ký: Lò Thị Hoa Ban",
        (
            "| Số ký hiệu | 18/KH-UBND | Ngày ban hành | 12/02/2024 |\n| "
            "Loại văn bản | Kế hoạch | Người ký | Lò Thị Hoa Ban |"
        ),
    ],
)
@pytest.mark.parametrize("chrome", ["", "Trang chủ\nThứ hai, 15/04/2024, 08:12\nLượt xem: 1.274\n"])
def test_metadata_of_a_portal(block, chrome):
    found = document(
        f"{chrome}{block}\nNgày có hiệu lực: 15/02/2024\nCơ quan ban hành: Tỉnh Phìn Sơn\n{BODY}"
    )
    assert (found.number, found.issued, found.type) == ("18/KH-UBND", date(2024, 2, 12), "kế hoạch")
    assert [s.name for s in found.signers] == ["Lò Thị Hoa Ban"]


def test_the_letterhead_goes_before_the_portal():
    block = "Số hiệu: 81/KH-UBND\nNgày ban hành: 21/02/2024\nLoại văn bản: Công văn\n\n"
    assert head(block + HEAD + BODY, "number", "issued", "type") == {
        name: WHOLE[name] for name in ("number", "issued", "type")
    }


@pytest.mark.parametrize(
    "lines",
    [
        "PHÒNG, CHỐNG MA TÚY, MẠI DÂM TỈNH LÀO CAI NĂM 2024",
        "PHÒNG, CHỐNG MA TÚY, MẠI DÂM\nTỈNH LÀO CAI NĂM 2024",
        "Phòng, chống ma túy, mại dâm\ntỉnh Lào Cai năm 2024",
        "V/v phòng, chống ma túy, mại dâm tỉnh Lào Cai năm 2024",
    ],
)
def test_titles_are_put_in_running_case(lines):
    found = document(HEAD.replace(TITLE, lines) + BODY)
    assert found.title == "Phòng, chống ma túy, mại dâm tỉnh Lào Cai năm 2024"


def test_a_portals_clock_is_no_date_of_issue():
    found = document(f"Cập nhật: Thứ hai, 15/04/2024 08:12\n\nKẾ HOẠCH\n\n{TITLE}\n{BODY}")
    assert (found.issued, found.number) == (None, None)
    assert (found.type, found.title) == ("kế hoạch", TITLE)


@pytest.mark.parametrize(
    ("sentence", "number", "issued", "kind"),
    [
        (
            (
                "Ngày 12/02/2024, Ủy ban nhân dân tỉnh ban hành Kế hoạch "
                "số 18/KH-UBND về phòng, chống ma túy học đường."
            ),
            "18/KH-UBND",
            date(2024, 2, 12),
            "kế hoạch",
        ),
        (
            (
                "UBND tỉnh Phìn Sơn vừa ban hành Kế hoạch số 18/KH-UBND "
                "ngày 12/02/2024 về phòng, chống ma túy học đường."
            ),
            "18/KH-UBND",
            date(2024, 2, 12),
            "kế hoạch",
        ),
        (
            (
                "Sở Y tế vừa có Công văn số 512/SYT-NVY ngày 12/02/2024 "
                "về tăng cường xét nghiệm tại xã vùng cao."
            ),
            "512/SYT-NVY",
            date(2024, 2, 12),
            "công văn",
        ),
        (
            (
                "UBND tỉnh ban hành Kế hoạch số 18/KH-UBND ngày 12/02/2024 "
                "thực hiện Chỉ thị số 36-CT/TW ngày 16/8/2019."
            ),
            "18/KH-UBND",
            date(2024, 2, 12),
            "kế hoạch",
        ),
    ],
)
def test_a_news_item_names_its_document(sentence, number, issued, kind):
    found = document(
        "Tỉnh Phìn Sơn đẩy mạnh phòng, chống ma túy học đường\n\n"
        f"{sentence}\n\nTheo đó, trên 90% trường học phải đạt."
    )
    assert (found.number, found.issued, found.type) == (number, issued, kind)


def test_an_annex_bears_the_number_in_its_note():
    text = (
        "QUY ĐỊNH\n\nQuản lý người nghiện tại cộng đồng\n\n"
        "(Ban hành kèm theo Quyết định số 7/2024/QĐ-UBND ngày "
        "12/02/2024 của Ủy ban nhân dân tỉnh Phìn Sơn)\n\n"
        "Điều 1. Phạm vi điều chỉnh\n\nQuy định này áp dụng cho các xã."
    )
    found = document(text)
    assert (found.number, found.issued, found.type) == ("7/2024/QĐ-UBND", date(2024, 2, 12), "quy định")
    assert found.title == "Quản lý người nghiện tại cộng đồng"


@pytest.mark.parametrize(
    "subject",
    [
        "V/v tăng cường phòng, chống ma túy học đường",
        "Về việc tăng cường phòng, chống ma túy học đường",
        "V/v: tăng cường phòng, chống\nma túy học đường",
    ],
)
def test_a_letter_has_a_subject(subject):
    text = (
        "UBND TỈNH PHÌN SƠN\nSỞ Y TẾ\n\nCỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM\nĐộc lập - Tự do - Hạnh phúc\n\n"
        f"Số: 512/SYT-NVY\n{subject}\n\nPhìn Sơn, ngày 12 tháng 02 năm "
        "2024\n\nKính gửi: Trung tâm Y tế các huyện.\n\n"
        "Sở Y tế yêu cầu các đơn vị thực hiện."
    )
    found = document(text)
    assert (found.type, found.number, found.place) == ("công văn", "512/SYT-NVY", "Phìn Sơn")
    assert found.title == "Tăng cường phòng, chống ma túy học đường"
    assert found.issuer.startswith("Sở Y tế")
    assert found.parent_issuer == ISSUER


@pytest.mark.parametrize(
    ("upper", "number", "issuer", "kind"),
    [
        ("TỈNH ỦY PHÌN SƠN", "97-KH/TU", "Tỉnh ủy Phìn Sơn", "kế hoạch"),
        ("HUYỆN ỦY NẬM SÌN", "12-KH/HU", "Huyện ủy Nậm Sìn", "kế hoạch"),
    ],
)
def test_a_party_letterhead(upper, number, issuer, kind):
    text = (
        f"{upper}\n*\n\nSố {number}\n\nĐẢNG CỘNG SẢN VIỆT NAM\n\nPhìn Sơn, ngày 08 tháng 01 năm 2024\n\n"
        "KẾ HOẠCH\n\nlãnh đạo công tác phòng, chống ma túy\n\n-----\n"
        "\nThực hiện Chỉ thị số 36-CT/TW ngày 16/8/2019."
    )
    found = document(text)
    assert (found.number, found.issued, found.type) == (number, date(2024, 1, 8), kind)
    assert found.issuer == issuer
    assert found.title == "Lãnh đạo công tác phòng, chống ma túy"


@pytest.mark.parametrize(
    ("authority", "kind", "symbol", "issuer"),
    [
        ("ỦY BAN NHÂN DÂN TỈNH PHÌN SƠN", "QUYẾT ĐỊNH", "18/QĐ-UBND", ISSUER),
        (
            "CHỦ TỊCH ỦY BAN NHÂN DÂN TỈNH PHÌN SƠN",
            "QUYẾT ĐỊNH",
            "18/QĐ-UBND",
            "Chủ tịch Ủy ban nhân dân tỉnh Phìn Sơn",
        ),
        (
            "CHỦ TỊCH ỦY BAN NHÂN DÂN\nTỈNH PHÌN SƠN",
            "QUYẾT ĐỊNH",
            "18/QĐ-UBND",
            "Chủ tịch Ủy ban nhân dân tỉnh Phìn Sơn",
        ),
        (
            "HỘI ĐỒNG NHÂN DÂN TỈNH PHÌN SƠN\nKHÓA XV, KỲ HỌP THỨ 12",
            "NGHỊ QUYẾT",
            "18/NQ-HĐND",
            "Hội đồng nhân dân tỉnh Phìn Sơn",
        ),
    ],
)
def test_an_authority_line_names_who_decides(authority, kind, symbol, issuer):
    text = HEAD.replace("18/KH-UBND", symbol).replace("KẾ HOẠCH", kind) + (
        f"\n{authority}\n\nCăn cứ Luật Phòng, chống ma túy năm "
        f"2021;\n\n{kind}:\n\nĐiều 1. Phê duyệt Kế hoạch."
    )
    found = document(text)
    assert (found.type, found.issuer, found.number) == (kind.lower(), issuer, symbol)


def test_a_joint_circular():
    text = (
        "BỘ Y TẾ - BỘ TÀI CHÍNH\n-------\n\nCỘNG HÒA XÃ HỘI CHỦ "
        "NGHĨA VIỆT NAM\nĐộc lập - Tự do - Hạnh phúc\n\n"
        "Số: 12/2014/TTLT-BYT-BTC\n\nHà Nội, ngày 20 tháng 6 năm 2014\n\nTHÔNG TƯ LIÊN TỊCH\n\n"
        "Hướng dẫn kinh phí mua thuốc\n\nCăn cứ Luật Ngân sách nhà nước;"
    )
    found = document(text)
    assert (found.number, found.type) == ("12/2014/TTLT-BYT-BTC", "thông tư liên tịch")
    assert (found.issued, found.place) == (date(2014, 6, 20), "Hà Nội")
    assert "Bộ Y tế" in found.issuer


def test_two_documents_in_one_file():
    second = HEAD.replace("18/KH-UBND", "19/KH-UBND").replace("12 tháng 02", "13 tháng 03")
    found = reading(HEAD + BODY * 3 + "\n" + second + BODY * 3).documents
    assert [(d.number, d.issued) for d in found] == [
        ("18/KH-UBND", date(2024, 2, 12)),
        ("19/KH-UBND", date(2024, 3, 13)),
    ]
    assert found[0].span[1] <= found[1].span[0]


def test_fields_know_where_they_stand():
    text = HEAD + BODY
    found = document(text)
    places = {name: text[slice(*where.span)] for name, where in found.where.items()}
    assert places["number"] == "18/KH-UBND"
    assert places["issued"] == "12 tháng 02 năm 2024"
    assert places["place"] == "Phìn Sơn"
    assert places["type"] == "KẾ HOẠCH"
    assert places["title"] == TITLE
    assert all(0 < where.confidence <= 1 for where in found.where.values())


@pytest.mark.parametrize(
    "mention",
    [
        "Hướng dẫn số 20-HD/\nBTGTW, ngày 06/8/2021",
        "Kế hoạch số 96/\nKH-UBND, ngày 18/3/2026",
        "175-KH/\nTU, ngày 01/11/2019",
    ],
)
def test_the_end_of_a_broken_number_is_no_place(mention):
    found = document(
        "KẾ HOẠCH\nPhòng, chống ma túy học đường\n\n"
        f"Thực hiện {mention} của cấp trên, các cơ quan của tỉnh xây dựng Kế hoạch như sau:\n\nI. MỤC TIÊU\n"
        "Trên 90% trường học đạt chuẩn."
    )
    assert (found.place, found.issued, found.title) == (None, None, "Phòng, chống ma túy học đường")


@pytest.mark.parametrize(
    ("lines", "title"),
    [
        (
            "Tỉnh Phìn Sơn đẩy mạnh phòng, chống ma túy học đường và xây dựng môi trường\nhọc tập lành mạnh",
            "Tỉnh Phìn Sơn đẩy mạnh phòng, chống ma túy học đường và xây dựng môi trường học tập lành mạnh",
        ),
        (
            "Theo đó, Kế hoạch nhằm đẩy mạnh phòng, chống ma túy học đường ở các xã\nvà địa bàn giáp ranh.",
            None,
        ),
    ],
)
def test_a_headline_broken_over_lines_is_whole_or_none(lines, title):
    found = document(
        f"{lines}\n\nUBND tỉnh vừa ban hành Kế hoạch số 18/KH-UBND ngày 12/02/2024.\n\n"
        "Theo đó, trên 90% trường học phải đạt."
    )
    assert found.title == title
