"""The labels that number the parts of a document, and the figures that only look like labels."""

import pytest

from phoihop.engines.reading.understanding.labels import label_of, starts_item


@pytest.mark.parametrize(
    ("text", "kind", "level", "label", "rest"),
    [
        ("Phần thứ nhất. Quan điểm", "part", 1, "Phần thứ nhất.", "Quan điểm"),
        ("PHẦN I - TÌNH HÌNH", "part", 1, "PHẦN I", "TÌNH HÌNH"),
        ("Phần II: Mục tiêu", "part", 1, "Phần II:", "Mục tiêu"),
        ("PHẦN THỨ HAI", "part", 1, "PHẦN THỨ HAI", ""),
        ("Chương IV. Tổ chức", "chapter", 2, "Chương IV.", "Tổ chức"),
        ("CHƯƠNG 2", "chapter", 2, "CHƯƠNG 2", ""),
        ("Mục 1. Quy định chung", "division", 3, "Mục 1.", "Quy định chung"),
        ("A. ĐÁNH GIÁ", "letter", 3, "A.", "ĐÁNH GIÁ"),
        ("Đ. KIẾN NGHỊ", "letter", 3, "Đ.", "KIẾN NGHỊ"),
        ("I. MỤC TIÊU", "roman", 4, "I.", "MỤC TIÊU"),
        ("III- Giải pháp", "roman", 4, "III-", "Giải pháp"),
        ("IV/ Kinh phí", "roman", 4, "IV/", "Kinh phí"),
        ("XII) Phụ lục", "roman", 4, "XII)", "Phụ lục"),
        ("Điều 1. Phê duyệt", "article", 5, "Điều 1.", "Phê duyệt"),
        ("Điều 12a: Sửa đổi", "article", 5, "Điều 12a:", "Sửa đổi"),
        ("ĐIỀU 3 Các ông", "article", 5, "ĐIỀU 3", "Các ông"),
        ("1. Sở Y tế", "single", 6, "1.", "Sở Y tế"),
        ("12) Công an tỉnh", "single", 6, "12)", "Công an tỉnh"),
        ("2 - Công an tỉnh", "single", 6, "2 -", "Công an tỉnh"),
        ("1.Mục đích", "single", 6, "1.", "Mục đích"),
        ("1.1. Mục tiêu", "number", 7, "1.1.", "Mục tiêu"),
        ("1.1 Mục tiêu", "number", 7, "1.1", "Mục tiêu"),
        ("2.3.1) Tập huấn", "number", 8, "2.3.1)", "Tập huấn"),
        ("2.3.1.4. Tập huấn", "number", 9, "2.3.1.4.", "Tập huấn"),
        ("a) Sở Nội vụ", "point", 10, "a)", "Sở Nội vụ"),
        ("đ) Sở Tài chính", "point", 10, "đ)", "Sở Tài chính"),
        ("b. Truyền thông", "point", 10, "b.", "Truyền thông"),
        ("- Tổ chức 05 lớp", "dash", 11, "-", "Tổ chức 05 lớp"),
        ("– Tổ chức", "dash", 11, "–", "Tổ chức"),
        ("• Tổ chức", "dash", 11, "•", "Tổ chức"),
        ("-Tổ chức", "dash", 11, "-", "Tổ chức"),
        ("+ In tờ rơi", "plus", 12, "+", "In tờ rơi"),
        ("+In tờ rơi", "plus", 12, "+", "In tờ rơi"),
    ],
)
def test_every_kind_of_label(text, kind, level, label, rest):
    found = label_of(text)
    assert found is not None
    assert (found.kind, found.level, found.text) == (kind, level, label)
    assert text[found.end :].lstrip(" -") == rest
    assert starts_item(text)


@pytest.mark.parametrize(
    "text",
    [
        "1.209 bệnh nhân được điều trị",
        "92,5 % hộ gia đình",
        "05 lớp tập huấn",
        "10/10 huyện, thành phố",
        "15 – 49 tuổi",
        "15-49 tuổi",
        "90% người nghiện",
        "12/02/2024",
        "2024",
        "95-95-95",
        "1.000.000 đồng",
        "0.3% dân số",
        "V/v triển khai kế hoạch",
        "V.v.",
        "Điều này",
        "Điều kiện tham gia",
        "Phần lớn người dân",
        "Mục tiêu chung",
        "Mục đích",
        "Chương trình hành động",
        "TM. ỦY BAN NHÂN DÂN",
        "KT. CHỦ TỊCH",
        "Căn cứ Điều 5 Luật",
        "Sở Y tế",
        "a",
        "I",
        "-",
        "",
        "-------",
        "28/KH-UBND",
        "Independent",
        "Xã Nậm Sìn",
        "Lớp 12. Trường",
    ],
)
def test_near_misses(text):
    assert label_of(text) is None
    assert not starts_item(text)


def test_levels_fall_from_parts_to_plus_signs():
    order = [
        "Phần I",
        "Chương I",
        "A. X",
        "I. X",
        "Điều 1. X",
        "1. X",
        "1.1. X",
        "1.1.1. X",
        "a) X",
        "- X",
        "+ X",
    ]
    levels = [label_of(text).level for text in order]
    assert levels == sorted(set(levels))
