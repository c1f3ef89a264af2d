"""Headings told from items, nesting, and the sections as the contract prints them."""

import json
from typing import Any

import pytest
from hypothesis import given

from phoihop.engines.reading import contract
from phoihop.engines.reading.model import Section
from phoihop.engines.reading.tests.understanding.saying import plan, reading
from phoihop.engines.reading.tests.understanding.strategies import ANY
from phoihop.engines.reading.understanding.clean import blocks_of, lines_of
from phoihop.engines.reading.understanding.structure import (
    Paragraph,
    Topic,
    paragraphs_of,
    sections_of,
    topic_of,
)


def paragraphs(*lines: str) -> list[Paragraph]:
    return paragraphs_of(blocks_of(lines_of("\n\n".join(lines))))


@pytest.mark.parametrize(
    ("lines", "headings"),
    [
        (("I. MỤC TIÊU", "1. Giảm số vụ phạm tội."), {"I. MỤC TIÊU"}),
        (("I. Mục tiêu chung", "Giảm số vụ."), {"I. Mục tiêu chung"}),
        (("1. Chỉ tiêu:", "- Trên 90% xã đạt."), {"1. Chỉ tiêu:"}),
        (("1. Sở Y tế", "- Theo dõi."), {"1. Sở Y tế"}),
        (
            ("1. Sở Y tế", "2. Công an tỉnh", "3. Sở Nội vụ"),
            {"1. Sở Y tế", "2. Công an tỉnh", "3. Sở Nội vụ"},
        ),
        (("1. Mục tiêu cụ thể.", "a) Giảm số vụ."), {"1. Mục tiêu cụ thể."}),
        (("a) Công tác tuyên truyền", "- In tờ rơi."), {"a) Công tác tuyên truyền"}),
        (("Điều 1. Phạm vi điều chỉnh", "Quy định này áp dụng cho các xã."), {"Điều 1. Phạm vi điều chỉnh"}),
        (("Điều 1. Phê duyệt Kế hoạch phòng, chống ma túy.", "Điều 2. Giao Sở Y tế."), set()),
        (("TỔ CHỨC THỰC HIỆN", "Sở Y tế theo dõi."), {"TỔ CHỨC THỰC HIỆN"}),
        (("1. Rà soát người nghiện; lập hồ sơ quản lý;", "2. Mở lớp dạy nghề;"), set()),
        (("- In tờ rơi:", "+ In 500 tờ."), set()),
        (("+ In tờ rơi", "+ Treo băng rôn"), set()),
        (("Sở Y tế theo dõi, báo cáo.",), set()),
        (("1. Rà soát. Lập hồ sơ quản lý từng người", "Hết."), set()),
        (("1. " + "Rà soát, thống kê người nghiện " * 9, "- Lập hồ sơ."), set()),
    ],
)
def test_headings_are_told_from_items(lines, headings):
    assert {p.text for p in paragraphs(*lines) if p.heading} == headings


def tree(sections: tuple[Section, ...]) -> list:
    return [(s.label, s.heading, tree(s.children)) if s.children else (s.label, s.heading) for s in sections]


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        (
            (
                "I. MỤC TIÊU",
                "1. Chung",
                "2. Cụ thể:",
                "a) Đạt 90%;",
                "- Ở xã;",
                "+ Ở bản;",
                "II. KINH PHÍ",
                "Theo quy định.",
            ),
            [
                (
                    "I.",
                    "MỤC TIÊU",
                    [("1.", "Chung"), ("2.", "Cụ thể", [("a)", "", [("-", "", [("+", "")])])])],
                ),
                ("II.", "KINH PHÍ"),
            ],
        ),
        (
            (
                "Phần I",
                "A. Tình hình",
                "I. Kết quả",
                "1. Về ma túy",
                "1.1. Dự phòng",
                "1.1.1. Trường học",
                "Phần II",
            ),
            [
                (
                    "Phần I",
                    "",
                    [
                        (
                            "A.",
                            "Tình hình",
                            [
                                (
                                    "I.",
                                    "Kết quả",
                                    [("1.", "Về ma túy", [("1.1.", "Dự phòng", [("1.1.1.", "Trường học")])])],
                                )
                            ],
                        )
                    ],
                ),
                ("Phần II", ""),
            ],
        ),
        (
            (
                "Chương I",
                "Điều 1. Phạm vi điều chỉnh",
                "1. Quy định này áp dụng cho các xã;",
                "Điều 2. Đối tượng áp dụng",
                "Mọi công dân.",
            ),
            [
                (
                    "Chương I",
                    "",
                    [("Điều 1.", "Phạm vi điều chỉnh", [("1.", "")]), ("Điều 2.", "Đối tượng áp dụng")],
                )
            ],
        ),
        (("- Một;", "- Hai;", "+ Hai một;", "- Ba."), [("-", ""), ("-", "", [("+", "")]), ("-", "")]),
        (("Không có nhãn nào ở đây.",), []),
    ],
)
def test_what_stands_under_what(lines, expected):
    assert tree(sections_of(paragraphs(*lines))) == expected


def test_a_heading_run_into_its_first_part_is_parted():
    found = paragraphs("I. MỤC ĐÍCH, YÊU CẦU1. Mục đích", "Nâng cao nhận thức.")
    assert [(p.text, p.heading) for p in found] == [
        ("I. MỤC ĐÍCH, YÊU CẦU", True),
        ("1. Mục đích", True),
        ("Nâng cao nhận thức.", False),
    ]
    assert found[1].above == (found[0],)


def test_a_paragraph_without_label_ends_a_list_unless_the_item_called_for_it():
    ended = paragraphs("2. Chỉ tiêu:", "- Trên 90% xã đạt.", "Kinh phí do tỉnh cấp.")
    assert [p.text for p in ended[2].above] == ["2. Chỉ tiêu:"]
    called = paragraphs("2. Chỉ tiêu:", "- Đến năm 2025 phải đạt:", "Trên 90% xã.")
    assert [p.text for p in called[2].above] == ["2. Chỉ tiêu:", "- Đến năm 2025 phải đạt:"]


@pytest.mark.parametrize(
    ("heading", "topic"),
    [
        ("Mục tiêu cụ thể", Topic.GOALS),
        ("CHỈ TIÊU ĐẾN NĂM 2025", Topic.GOALS),
        ("Kết quả thực hiện mục tiêu", Topic.SITUATION),
        ("TÌNH HÌNH CHUNG", Topic.SITUATION),
        ("Tồn tại, hạn chế", Topic.SITUATION),
        ("Nhiệm vụ, giải pháp", Topic.WORK),
        ("TỔ CHỨC THỰC HIỆN", Topic.ASSIGNMENT),
        ("Phân công trách nhiệm", Topic.ASSIGNMENT),
        ("KINH PHÍ", Topic.MONEY),
        ("Căn cứ pháp lý", Topic.BASIS),
        ("Sở Y tế", Topic.NONE),
    ],
)
def test_what_a_heading_is_for(heading, topic):
    assert topic_of(heading) is topic


@pytest.mark.parametrize(
    ("lines", "topic"),
    [
        (("I. MỤC TIÊU", "1. Công tác tuyên truyền"), Topic.GOALS),
        (("I. KẾT QUẢ NĂM 2023", "1. Công tác tuyên truyền"), Topic.SITUATION),
        (("II. GIẢI PHÁP", "1. Nội dung trọng tâm"), Topic.WORK),
        (("1. Công tác tuyên truyền",), Topic.WORK),
        (("I. MỤC TIÊU", "1. Kinh phí"), Topic.MONEY),
        (("I. KẾT QUẢ NĂM 2023", "II. CHỈ TIÊU NĂM 2024"), Topic.GOALS),
        ((), Topic.NONE),
    ],
)
def test_a_field_of_work_stands_under_what_is_above(lines, topic):
    assert paragraphs(*lines, "- Trên 90% xã đạt.")[-1].topic() is topic


def labelled(sections: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The outermost sections that carry a label, whatever headings in capitals stand over them."""
    return [x for s in sections for x in ([s] if s["label"] else labelled(s["children"]))]


def test_the_tree_in_the_contract():
    text = plan("I. MỤC TIÊU", "1. Chỉ tiêu:", "- Trên 90% xã đạt.", "II. KINH PHÍ", "Ngân sách tỉnh.")
    printed = contract.of_reading(reading(text))
    assert json.loads(json.dumps(printed)) == printed
    goals, money = labelled(printed["documents"][0]["sections"])
    assert (goals["label"], goals["heading"], goals["kind"]) == ("I.", "MỤC TIÊU", "heading")
    (figures,) = goals["children"]
    (item,) = figures["children"]
    assert (figures["heading"], item["heading"], item["kind"]) == ("Chỉ tiêu", "", "item")
    assert text[slice(*goals["span"])].endswith("- Trên 90% xã đạt.")
    assert text[slice(*goals["heading_span"])] == "I. MỤC TIÊU"
    assert text[slice(*item["span"])] == "- Trên 90% xã đạt."
    assert text[slice(*money["span"])] == "II. KINH PHÍ\n\nNgân sách tỉnh."


def assert_nested(sections: tuple[Section, ...], outer: tuple[int, int], above: int) -> None:
    position = outer[0]
    for section in sections:
        assert position <= section.span[0] <= section.span[1] <= outer[1]
        assert section.span[0] == section.heading_span[0] <= section.heading_span[1] <= section.span[1]
        assert section.level > above
        assert bool(section.heading) <= (section.kind == "heading")
        position = section.span[1]
        assert_nested(section.children, section.span, section.level)


@given(ANY)
def test_sections_lie_inside_one_another_and_in_order(text):
    found = sections_of(paragraphs_of(blocks_of(lines_of(text))))
    assert_nested(found, (0, len(text)), 0)
