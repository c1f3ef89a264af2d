"""Documents that a text cites, in every form that officials write; and numbers that cite nothing."""

from datetime import date

import pytest

from phoihop.engines.reading.model import Citation
from phoihop.engines.reading.tests.understanding.saying import document, plan
from phoihop.engines.reading.understanding import citations


def cited(*paragraphs: str) -> list[Citation]:
    """The numbered documents that a plan with these paragraphs cites."""
    return [c for c in document(plan(*paragraphs)).citations if c.number]


def short(found: list[Citation]) -> list[tuple[str | None, str | None, str | None]]:
    return [(c.type, c.number, c.date.isoformat() if c.date else None) for c in found]


@pytest.mark.parametrize(
    ("sentence", "kind", "number", "day"),
    [
        # state form
        (
            "Quyết định số 1246/QĐ-TTg ngày 14/8/2020 của Thủ tướng Chính phủ",
            "quyết định",
            "1246/QĐ-TTg",
            "2020-08-14",
        ),
        (
            "Nghị định số 116/2021/NĐ-CP ngày 21 tháng 12 năm 2021 của Chính phủ",
            "nghị định",
            "116/2021/NĐ-CP",
            "2021-12-21",
        ),
        ("Thông tư 03/2015/TT-BYT", "thông tư", "03/2015/TT-BYT", None),
        (
            "Thông tư liên tịch số 148/2014/TTLT-BTC-BLĐTBXH",
            "thông tư liên tịch",
            "148/2014/TTLT-BTC-BLĐTBXH",
            None,
        ),
        ("Luật số 73/2021/QH14", "luật", "73/2021/QH14", None),
        ("Công văn số 2420/VPCP-KGVX ngày 28/3/2020", "công văn", "2420/VPCP-KGVX", "2020-03-28"),
        ("Kế hoạch số 19/KH-BCĐ138/CP ngày 22-01-2020", "kế hoạch", "19/KH-BCĐ138/CP", "2020-01-22"),
        ("Tờ trình số 55/TTr-SYT ngày 3/2/2024", "tờ trình", "55/TTr-SYT", "2024-02-03"),
        ("Nghị quyết số 12/2023/NQ-HĐND ngày 09/12/2023", "nghị quyết", "12/2023/NQ-HĐND", "2023-12-09"),
        ("Quyết định số 15a/QĐ-UBND ngày 09/12/2023", "quyết định", "15a/QĐ-UBND", "2023-12-09"),
        ("Thông báo số 7/TB-VP ngày 09/12/2023", "thông báo", "7/TB-VP", "2023-12-09"),
        # Party form
        ("Chỉ thị số 36-CT/TW, ngày 16/8/2019 của Bộ Chính trị", "chỉ thị", "36-CT/TW", "2019-08-16"),
        (
            "Kế hoạch số 97-KH/TU ngày 08/01/2024 của Ban Thường vụ Tỉnh ủy",
            "kế hoạch",
            "97-KH/TU",
            "2024-01-08",
        ),
        ("Quyết định số 1320-QĐ/TU", "quyết định", "1320-QĐ/TU", None),
        ("Hướng dẫn số 20-HD/BTGTW ngày 06/8/2021", "hướng dẫn", "20-HD/BTGTW", "2021-08-06"),
        (
            "Chương trình hành động số 11-CTr/TU ngày 05/5/2021",
            "chương trình hành động",
            "11-CTr/TU",
            "2021-05-05",
        ),
        # old form
        ("Quyết định số 139-TTg ngày 11/3/1998", "quyết định", "139-TTg", "1998-03-11"),
        ("Chỉ thị 315-CT ngày 30/4/1990", "chỉ thị", "315-CT", "1990-04-30"),
        # slips of the pen
        ("Kế hoạch số 05 KH/BCSĐ ngày 01/02/2024", "kế hoạch", "05KH/BCSĐ", "2024-02-01"),
        ("Kế hoạch số 3237/KHUBND ngày 01/02/2024", "kế hoạch", "3237/KH-UBND", "2024-02-01"),
        ("Kế hoạch số 44//KH-UBND ngày 01/02/2024", "kế hoạch", "44/KH-UBND", "2024-02-01"),
        ("Kế hoạch số 44/KH–UBND ngày 01/02/2024", "kế hoạch", "44/KH-UBND", "2024-02-01"),
        ("Kế hoạch số 44 / KH - UBND ngày 01/02/2024", "kế hoạch", "44/KH-UBND", "2024-02-01"),
        ("Kế hoạch số: 44/KH-UBND, ngày31/8/2012", "kế hoạch", "44/KH-UBND", "2012-08-31"),
        ("Kế hoạch số 44/KH-UBND ngày 12 /11/ 2021", "kế hoạch", "44/KH-UBND", "2021-11-12"),
        ("Kế hoạch số 44/KH-UBND (ngày 12/11/2021)", "kế hoạch", "44/KH-UBND", "2021-11-12"),
        (
            "Kế hoạch số 44/KH-UBND của Ủy ban nhân dân tỉnh ngày 12/11/2021",
            "kế hoạch",
            "44/KH-UBND",
            "2021-11-12",
        ),
        ("Kế hoạch số 44/KH-UBND ký ngày 12/11/2021", "kế hoạch", "44/KH-UBND", "2021-11-12"),
        ("Kế hoạch số 44/KH-UBND ngày 31/02/2022", "kế hoạch", "44/KH-UBND", None),
        ("Văn bản số 512/SYT-NVY ngày 12/11/2021", "văn bản", "512/SYT-NVY", "2021-11-12"),
        ("QUYẾT ĐỊNH SỐ 1246/QĐ-TTG NGÀY 14/8/2020", "quyết định", "1246/QĐ-TTG", "2020-08-14"),
        ("Kế hoạch số 44 -KH/TU ngày 1/2/2023", "kế hoạch", "44-KH/TU", "2023-02-01"),
        ("Quyết định số 1246 /QĐ- TTg ngày 14 / 8 / 2020", "quyết định", "1246/QĐ-TTg", "2020-08-14"),
        ("Quyết định số 1246/QĐ-\nTTg ngày 14/8/2020", "quyết định", "1246/QĐ-TTg", "2020-08-14"),
        ("Kết luận số 13-KL/TW của Ban Bí thư ngày 16/8/2021", "kết luận", "13-KL/TW", "2021-08-16"),
        # no type word
        ("theo 512/SYT-NVY ngày 12/11/2021", "công văn", "512/SYT-NVY", "2021-11-12"),
        ("theo số 1246/QĐ-TTg ngày 14/8/2020", "quyết định", "1246/QĐ-TTg", "2020-08-14"),
    ],
)
def test_one_citation(sentence, kind, number, day):
    assert short(cited(f"Các đơn vị thực hiện {sentence}.")) == [(kind, number, day)]


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        (
            (
                "theo các Kế hoạch: số 30/KH-UBND ngày 14/02/2024; số 16/KH-UBND "
                "ngày 20/01/2024; số 55/KH-UBND ngày 09/3/2024"
            ),
            [
                ("kế hoạch", "30/KH-UBND", "2024-02-14"),
                ("kế hoạch", "16/KH-UBND", "2024-01-20"),
                ("kế hoạch", "55/KH-UBND", "2024-03-09"),
            ],
        ),
        (
            "các Nghị định số 116/2021/NĐ-CP, số 105/2021/NĐ-CP và số 109/2021/NĐ-CP của Chính phủ",
            [
                ("nghị định", "116/2021/NĐ-CP", None),
                ("nghị định", "105/2021/NĐ-CP", None),
                ("nghị định", "109/2021/NĐ-CP", None),
            ],
        ),
        (
            "Quyết định 1246/QĐ-TTg ngày 14/8/2020, Kế hoạch 97-KH/TU ngày 08/01/2024",
            [("quyết định", "1246/QĐ-TTg", "2020-08-14"), ("kế hoạch", "97-KH/TU", "2024-01-08")],
        ),
        (
            "Kế hoạch số 44/KH-UBND ngày 12/11/2021 thay thế Kế hoạch số 40/KH-UBND",
            [("kế hoạch", "44/KH-UBND", "2021-11-12"), ("kế hoạch", "40/KH-UBND", None)],
        ),
    ],
)
def test_lists_of_citations(sentence, expected):
    assert short(cited(f"Thực hiện {sentence}.")) == expected


@pytest.mark.parametrize(
    "sentence",
    [
        "Có 10/10 huyện, thành phố thực hiện.",
        "Tỷ lệ 120/100.000 dân.",
        "Trực 24/7 tại cơ sở.",
        "Phòng, chống HIV/AIDS và ma túy.",
        "Hưởng ứng ngày 26/6 và ngày 01/12.",
        "Ban Chỉ đạo 138/CP và Ban Chỉ đạo 389/ĐP của tỉnh.",
        "Theo QCVN 01:2021/BYT về chất lượng.",
        "Giá 50.000 đồng/người/ngày.",
        "Mở 03 lớp/năm, 40 người/lớp.",
        "Liều 10mg/kg/ngày.",
        "Điều 5/Chương II của quy chế.",
        "Từ tháng 3/2024 đến tháng 9/2024.",
        "Bệnh COVID-19 và chương trình 5K.",
        "Số điện thoại 0214-3888/999.",
        "Xe mang biển số 24A-123.45.",
        "Mô hình 4T/5K tại xã.",
        "Nghị quyết Đại hội Đảng bộ tỉnh lần thứ XV.",
    ],
)
def test_false_friends(sentence):
    assert short(cited(sentence)) == []


def test_the_same_document_twice_is_one():
    found = cited(
        "Thực hiện Chỉ thị số 36-CT/TW ngày 16/8/2019 của Bộ Chính trị về tăng cường phòng, chống ma túy.",
        "Sơ kết 05 năm thực hiện Chỉ thị số 36/CT-TW; phổ biến Chỉ thị 36-CT/TW đến cơ sở.",
    )
    (only,) = found
    assert len(only.spans) == 3
    assert only.written == ("36-CT/TW", "36/CT-TW")
    assert (only.number, only.dates, only.issuer) == ("36-CT/TW", (date(2019, 8, 16),), "Bộ Chính trị")


def test_a_decree_without_its_year_is_the_one_with_it():
    found = cited("Theo Nghị định số 116/2021/NĐ-CP ngày 21/12/2021.", "Nghị định 116/NĐ-CP quy định rõ.")
    assert short(found) == [("nghị định", "116/2021/NĐ-CP", "2021-12-21")]
    assert len(found[0].spans) == 2


def test_a_decree_without_its_year_stays_when_two_years_could_be_meant():
    found = cited("Các Nghị định số 12/2019/NĐ-CP, số 12/2021/NĐ-CP và Nghị định 12/NĐ-CP.")
    assert {c.number for c in found} == {"12/2019/NĐ-CP", "12/2021/NĐ-CP", "12/NĐ-CP"}


def test_two_dates_for_one_number_are_both_kept():
    (found,) = cited("Kế hoạch số 50/KH-UBND ngày 29/01/2024.", "Kế hoạch số 50/KH-UBND ngày 26/01/2024.")
    assert found.date == date(2024, 1, 29)
    assert found.dates == (date(2024, 1, 29), date(2024, 1, 26))


@pytest.mark.parametrize("own", ["Kế hoạch số 18/KH-UBND", "Kế hoạch này (số 18/KH–UBND ngày 12/02/2024)"])
def test_the_own_number_is_no_citation(own):
    assert cited(f"Các đơn vị báo cáo kết quả thực hiện {own}.") == []


@pytest.mark.parametrize(
    ("sentence", "issuer", "title"),
    [
        (
            (
                "Kế hoạch số 44/KH-UBND ngày 12/11/2021 của Ủy ban nhân dân "
                "tỉnh Phìn Sơn về phòng, chống ma túy học đường."
            ),
            "Ủy ban nhân dân tỉnh Phìn Sơn",
            "phòng, chống ma túy học đường",
        ),
        (
            (
                "Quyết định số 1246/QĐ-TTg của Thủ tướng Chính phủ phê "
                "duyệt Chiến lược quốc gia chấm dứt dịch bệnh."
            ),
            "Thủ tướng Chính phủ",
            "phê duyệt Chiến lược quốc gia chấm dứt dịch bệnh",
        ),
        ("Quyết định số 1246/QĐ-TTg ngày 14/8/2020.", "Thủ tướng Chính phủ", None),
        ("Thông tư số 26/2023/TT-BYT ngày 29/12/2023.", "Bộ Y tế", None),
        ("Nghị định số 116/2021/NĐ-CP.", "Chính phủ", None),
        ("Chỉ thị số 36-CT/TW của Bộ Chính trị.", "Bộ Chính trị", None),
        ("Kế hoạch số 61/KH-SYT của Sở Y tế.", "Sở Y tế", None),
    ],
)
def test_issuer_and_title_told_beside_the_number(sentence, issuer, title):
    (found,) = cited(f"Thực hiện {sentence}")
    assert (found.issuer, found.title) == (issuer, title)


def test_only_what_the_opening_leans_on_is_implemented():
    found = cited(
        "Thực hiện Kế hoạch số 97-KH/TU ngày 08/01/2024 của Ban Thường vụ Tỉnh ủy;",
        "1. Sở Y tế báo cáo theo mẫu của Công văn số 512/SYT-NVY ngày 12/11/2021.",
    )
    assert [(c.number, c.implemented) for c in found] == [("97-KH/TU", True), ("512/SYT-NVY", False)]


@pytest.mark.parametrize(
    ("sentence", "name"),
    [
        ("Căn cứ Luật Phòng, chống ma túy năm 2021;", "Luật Phòng, chống ma túy năm 2021"),
        ("Theo Bộ luật Hình sự năm 2015.", "Bộ luật Hình sự năm 2015"),
        ("Thực hiện Luật Khám bệnh, chữa bệnh và các văn bản hướng dẫn.", "Luật Khám bệnh, chữa bệnh"),
    ],
)
def test_laws_are_cited_by_name(sentence, name):
    (law,) = document(plan(sentence)).citations
    assert (law.type, law.number, law.issuer, law.title) == ("luật", None, "Quốc hội", name)


def test_a_law_named_twice_is_one():
    (law,) = document(
        plan("Căn cứ Luật Phòng, chống ma túy năm 2021;", "Theo Luật Phòng, chống ma tuý năm 2021.")
    ).citations
    assert len(law.spans) == 2


@pytest.mark.parametrize(
    "sentence", ["Luật sư Lò Văn Pản tham dự.", "Kỷ luật cán bộ vi phạm.", "LUẬT PHÒNG, CHỐNG MA TÚY"]
)
def test_what_is_no_law(sentence):
    assert document(plan(sentence)).citations == ()


@pytest.mark.parametrize(
    ("written", "tidy"),
    [
        ("30 / KH - UBND", "30/KH-UBND"),
        ("30//KH–UBND.", "30/KH-UBND"),
        ("3237/KHUBND", "3237/KH-UBND"),
        ("1246/QĐTTg", "1246/QĐ-TTg"),
        ("12/2023/NQHĐND", "12/2023/NQ-HĐND"),
        ("36-CT/TW", "36-CT/TW"),
    ],
)
def test_numbers_are_tidied(written, tidy):
    assert citations.tidy_number(written) == tidy
    assert citations.tidy_number(tidy) == tidy


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("21-CT/TU", "21/CT-TU", True),
        ("05/KH-UBND", "5/KH-UBND", True),
        ("30/kh-ubnd", "30/KH-UBND", True),
        ("30/KH-UBND", "30/KH-BCĐ", False),
        ("30/KH-UBND", "300/KH-UBND", False),
        ("116/2021/NĐ-CP", "116/NĐ-CP", False),
    ],
)
def test_when_two_numbers_are_one(one, other, same):
    assert (citations.key_of(one) == citations.key_of(other)) is same


@pytest.mark.parametrize(
    ("number", "kind"),
    [
        ("30/KH-UBND", "kế hoạch"),
        ("36-CT/TW", "chỉ thị"),
        ("116/2021/NĐ-CP", "nghị định"),
        ("55/TTr-SYT", "tờ trình"),
        ("2420/VPCP-KGVX", "công văn"),
        ("73/2021/QH14", None),
        ("11-CTr/TU", "chương trình"),
    ],
)
def test_the_type_that_a_number_tells(number, kind):
    assert citations.type_of_number(number) == kind
