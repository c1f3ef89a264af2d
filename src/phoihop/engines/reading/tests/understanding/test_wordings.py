"""Wordings that once were misread: each case is a document that somebody wrote and a program got wrong."""

import pytest

from phoihop.engines.reading.tests.understanding.saying import bounds, document, goals, plan, work
from phoihop.engines.reading.understanding.syllables import split_glued


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("thấp hơn 5%", "< 5 %"),
        ("nhỏ hơn 5%", "< 5 %"),
        ("ít hơn 5%", "< 5 %"),
        ("không thấp hơn 5%", ">= 5 %"),
        ("đạt 0.125%", "= 0.125 %"),
        ("đạt 98% (năm 2023 là 95%)", "= 98 %"),
        ("đạt 98% (hiện nay là 85%)", "= 98 %"),
        ("từ 20,5% (tương đương 311 người/1.517 người) hiện nay lên 35%", "= 35 %"),
        ("ở mức 0,5%0", "= 0.5 ‰"),
    ],
)
def test_one_share(words, expected):
    assert bounds(goals(f"- Tỷ lệ xã có mô hình {words}.")) == [expected]


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        ("- Mở 05 (năm) lớp tập huấn.", ["= 5 lớp"]),
        (
            "- Duy trì hoạt động của 15 đội công tác xã hội tình nguyện.",
            ["= 15 đội công tác xã hội tình nguyện"],
        ),
        (
            "- Cấp phát 12.000 bơm kim tiêm, 30.000 bao cao su.",
            ["= 12000 bơm kim tiêm", "= 30000 bao cao su"],
        ),
        ("- Tổ chức mỗi quý 01 hội nghị giao ban.", ["= 1 hội nghị"]),
        ("- Nâng cấp 14 cơ sở điều trị.", ["= 14 cơ sở"]),
        ("- Đưa vào cơ sở cai nghiện bắt buộc93 người.", ["= 93 người"]),
        ("- Giảm 1/3 số xã trọng điểm.", []),
        ("- Ngân sách tỉnh bảo đảm 70%, huyện 30% tổng kinh phí.", []),
        ("- Hướng tới mục tiêu 95-95-95.", ["= 95 %"] * 3),
    ],
)
def test_work(sentence, expected):
    assert bounds(work(sentence)) == expected


def test_an_elliptic_second_year_counts_the_same_thing():
    found = goals("- 7.000 ngôi nhà đạt tiêu chí an toàn vào năm 2025 và 8.000 vào năm 2030.")
    assert [(int(t.value or 0), t.unit, t.deadline) for t in found] == [
        (7000, "ngôi nhà", "2025"),
        (8000, "ngôi nhà", "2030"),
    ]


def test_a_lead_in_without_a_label_gives_its_year_to_the_list_below():
    found = goals("Phấn đấu đến năm 2027:", "- 90% xã có mô hình.", "- Giảm 5% số vụ so với năm 2020.")
    assert [t.deadline for t in found] == ["2027", "2027"]


def test_results_in_a_subsection_of_the_situation_are_no_targets():
    text = plan(
        "I. KẾT QUẢ NĂM 2023", "1. Công tác tuyên truyền", "- 92% xã được tuyên truyền; tổ chức 40 buổi."
    )
    assert document(text).targets == ()


@pytest.mark.parametrize(
    ("sentence", "leads", "coordinating"),
    [
        ("- Công an tỉnh chủ trì rà soát, lập hồ sơ; Sở Y tế phối hợp.", ("Công an tỉnh",), ("Sở Y tế",)),
        ("- Cơ quan chủ trì, phối hợp: Sở Y tế, Công an tỉnh.", ("Sở Y tế",), ("Công an tỉnh",)),
        (
            "- Giao Sở Y tế – Cơ quan thường trực Ban Chỉ đạo chủ trì, phối hợp với Công an tỉnh rà soát.",
            ("Sở Y tế",),
            ("Công an tỉnh",),
        ),
        (
            "- Sở Y tế chủ trì, phối hợp với UBND các huyện: Nậm Xoong, Tả Sín triển khai thí điểm.",
            ("Sở Y tế",),
            ("UBND huyện Nậm Xoong", "UBND huyện Tả Sín"),
        ),
        ("- Đảng ủy Công an tỉnh chủ trì lãnh đạo đợt cao điểm.", ("Đảng ủy Công an tỉnh",), ()),
    ],
)
def test_parties(sentence, leads, coordinating):
    (task,) = document(plan("II. NHIỆM VỤ", sentence)).tasks
    assert (task.leads, task.coordinating) == (leads, coordinating)


@pytest.mark.parametrize(
    ("sentence", "period"),
    [
        ("- Sở Y tế chủ trì trình đề án tại kỳ họp Hội đồng nhân dân tháng 7/2024.", "tháng 7/2024"),
        ("- Sở Y tế chủ trì rà soát. Thời gian hoàn thành: trước 30/6/2024.", "trước 30/6/2024"),
        ("Đơn vị chủ trì: Sở Y tế; đơn vị phối hợp: Công an tỉnh; thời gian: quý I/2024", "quý I/2024"),
    ],
)
def test_periods(sentence, period):
    (task,) = document(plan("II. NHIỆM VỤ", sentence)).tasks
    assert task.period is not None
    assert period in task.period
    assert not task.standing


def test_a_table_says_who_does_what():
    text = plan(
        "II. NHIỆM VỤ",
        "Nhiệm vụ | Đơn vị chủ trì | Đơn vị phối hợp | Thời gian\n"
        "Rà soát người nghiện | Công an tỉnh | Sở Y tế, UBND các huyện | Quý II/2024\n"
        "Giao ban | Sở Y tế | Công an tỉnh | Hằng tháng",
    )
    found = [(t.text, t.leads, t.coordinating, t.period, t.standing) for t in document(text).tasks]
    assert found == [
        ("Rà soát người nghiện", ("Công an tỉnh",), ("Sở Y tế", "UBND các huyện"), "Quý II/2024", False),
        ("Giao ban", ("Sở Y tế",), ("Công an tỉnh",), "Hằng tháng", True),
    ]


def test_the_same_day_and_a_licence():
    text = plan(
        "Thực hiện Thông báo số 15/TB-VPCP ngày 26/4/2023 và Công văn số 28/VPCP-KGVX cùng ngày của "
        "Văn phòng Chính phủ.",
        "Giấy phép số 07/GP-STTTT ngày 01/02/2020.",
    )
    found = [(c.number, str(c.date)) for c in document(text).citations if c.number]
    assert found == [("15/TB-VPCP", "2023-04-26"), ("28/VPCP-KGVX", "2023-04-26")]


def test_the_letterhead_heads_no_section():
    sections = document(plan("I. MỤC TIÊU", "1. Mục tiêu chung", "- Giảm hại.")).sections
    assert [(s.label, s.heading) for s in sections] == [("I.", "MỤC TIÊU")]


@pytest.mark.parametrize(
    ("glued", "parts"),
    [
        ("cáchuyện", ("các", "huyện")),
        ("quốcgiaphòng", ("quốc", "gia", "phòng")),
        ("HOẠCHTHỰC", ("HOẠCH", "THỰC")),
        ("Methadone", ("Methadone",)),
        ("hướngdẫn" * 300, ("hướngdẫn" * 300,)),
    ],
)
def test_glued_words(glued, parts):
    assert split_glued(glued) == parts
