"""Targets: how each binds, its exact value and its unit, in the words that officials use."""

from decimal import Decimal

import pytest

from phoihop.engines.reading.tests.understanding.saying import bound, bounds, document, goals, plan, work


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("trên 90%", "> 90 %"),
        ("hơn 90%", "> 90 %"),
        ("vượt 90%", "> 90 %"),
        ("đạt trên 90%", "> 90 %"),
        ("cao hơn 90%", "> 90 %"),
        ("> 90%", "> 90 %"),
        ("từ 90% trở lên", ">= 90 %"),
        ("90% trở lên", ">= 90 %"),
        ("đạt 90% trở lên", ">= 90 %"),
        ("đạt từ 90% trở lên", ">= 90 %"),
        ("ít nhất 90%", ">= 90 %"),
        ("đạt ít nhất 90%", ">= 90 %"),
        ("tối thiểu 90%", ">= 90 %"),
        ("tối thiểu đạt 90%", ">= 90 %"),
        ("không dưới 90%", ">= 90 %"),
        ("không thấp hơn 90%", ">= 90 %"),
        ("≥ 90%", ">= 90 %"),
        ("≥90%", ">= 90 %"),
        (">= 90%", ">= 90 %"),
        ("dưới 90%", "< 90 %"),
        ("ở mức dưới 90%", "< 90 %"),
        ("< 90%", "< 90 %"),
        ("tối đa 90%", "<= 90 %"),
        ("không quá 90%", "<= 90 %"),
        ("không vượt quá 90%", "<= 90 %"),
        ("90% trở xuống", "<= 90 %"),
        ("≤ 90%", "<= 90 %"),
        ("90%", "= 90 %"),
        ("đạt 90%", "= 90 %"),
        ("phấn đấu đạt 90%", "= 90 %"),
        ("ở mức 90%", "= 90 %"),
        ("là 90%", "= 90 %"),
        ("bằng 90%", "= 90 %"),
        ("90 phần trăm", "= 90 %"),
        ("TRÊN 90%", "> 90 %"),
        ("trên\u00a090\u00a0%", "> 90 %"),
    ],
)
def test_comparators(words, expected):
    assert bounds(goals(f"Tỷ lệ hộ gia đình ở vùng cao được tuyên truyền {words}.")) == [expected]


@pytest.mark.parametrize(
    ("words", "value"),
    [
        ("41,13%", "41.13"),
        ("0,3%", "0.3"),
        ("88.2%", "88.2"),
        ("1,05%", "1.05"),
        ("100%", "100"),
        ("0,33 %", "0.33"),
        ("99,999%", "99.999"),
        ("05%", "5"),
    ],
)
def test_values_are_exact_decimals(words, value):
    (target,) = goals(f"Tỷ lệ người nghiện được quản lý đạt {words}.")
    assert target.value == Decimal(value)
    assert isinstance(target.value, Decimal)


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        # ranges
        ("Giảm từ 5% đến 7% số người nghiện mới.", "= 5..7 %"),
        ("Giảm 5% - 7% số người nghiện mới.", "= 5..7 %"),
        ("Giảm 5-7% số người nghiện mới.", "= 5..7 %"),
        ("Giữ tỷ lệ nhiễm trong khoảng từ 0,30% đến 0,33%.", "= 0.30..0.33 %"),
        # rates
        ("Số tử vong liên quan đến bệnh dưới 3,2/100.000 dân.", "< 3.2 /100.000 dân"),
        ("Số mắc mới dưới 50/100.000 người dân.", "< 50 /100.000 dân"),
        ("Tỷ suất chết trẻ em còn 12,5‰.", "= 12.5 ‰"),
        ("Tỷ suất chết trẻ em dưới 12,5 ‰.", "< 12.5 ‰"),
        ("Giảm tỷ lệ hộ nghèo 3%/năm.", "= 3 %/năm"),
        ("Số người nhiễm phát hiện mới dưới 1.000 trường hợp/năm.", "< 1000 trường hợp/năm"),
        # fractions
        ("10/10 huyện có đội phản ứng nhanh.", "= 10 huyện"),
        ("Xây dựng 12/15 xã không có ma túy.", "= 12 xã"),
        ("Tỷ lệ bác sĩ đạt 9,5/10.000 dân.", "= 9.5 /10.000 dân"),
        ("Đạt 30 giường bệnh/10.000 dân.", "= 30 giường bệnh/10.000 dân"),
        ("Tỷ suất tử vong mẹ dưới 45/100.000 trẻ đẻ sống.", "< 45 /100.000 trẻ đẻ sống"),
        ("Không để tỷ lệ nhiễm vượt quá 0,3%.", "<= 0.3 %"),
        ("Mỗi năm giảm ít nhất 5% số vụ.", ">= 5 %"),
        ("Giảm bình quân 2-3%/năm tỷ lệ hộ nghèo.", "= 2..3 %/năm"),
        ("Từ 5 đến 7% người nghiện được cai.", "= 5..7 %"),
        ("Giảm từ 3% xuống còn dưới 2%.", "< 2 %"),
        # counts
        ("Giảm ít nhất 3 xã trọng điểm về ma túy.", ">= 3 xã"),
        ("Số người chết dưới 3 người/năm.", "< 3 người/năm"),
        ("Điều trị cho 1.209 người nghiện.", "= 1209 người"),
        ("Có ít nhất 35 xã, phường, thị trấn không có ma túy.", ">= 35 xã, phường, thị trấn"),
        ("Không quá 09 xã thuộc diện trọng điểm.", "<= 9 xã"),
        ("Số người nghiện mới dưới 150 người.", "< 150 người"),
        ("Điều trị 2 nghìn người.", "= 2000 người"),
        ("Xóa 03 tụ điểm ma túy.", "= 3 tụ điểm"),
    ],
)
def test_bounds_and_units_of_goals(sentence, expected):
    assert bounds(goals(sentence)) == [expected]


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        ("- Tổ chức 05 lớp tập huấn cho cán bộ xã.", "= 5 lớp"),
        ("- In 20.000 tờ rơi phát tại các chợ phiên.", "= 20000 tờ rơi"),
        ("- Tổ chức 15 buổi nói chuyện chuyên đề.", "= 15 buổi"),
        ("- Thành lập 03 đoàn kiểm tra.", "= 3 đoàn"),
        ("- Mở từ 03 đến 05 lớp dạy nghề.", "= 3..5 lớp"),
        ("- Tổ chức ít nhất 02 cuộc thi tìm hiểu pháp luật.", ">= 2 cuộc thi"),
        ("- Xây dựng 04 phóng sự, phát trên sóng truyền hình.", "= 4 phóng sự"),
        ("- Treo 120 băng rôn, khẩu hiệu.", "= 120 băng rôn"),
        ("- Tổ chức 04 hội nghị/năm.", "= 4 hội nghị/năm"),
        ("- Tiếp nhận 250 người vào cơ sở cai nghiện.", "= 250 người"),
    ],
)
def test_counted_activities_are_outputs(sentence, expected):
    found = work("1. Công tác tuyên truyền", sentence)
    assert bounds(found) == [expected]
    assert found[0].kind == "output"


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        ("Phấn đấu đạt mục tiêu 95-95-95.", ["= 95 %"] * 3),
        ("Phấn đấu đạt mục tiêu 90 - 90 - 95.", ["= 90 %", "= 90 %", "= 95 %"]),
        (
            "Duy trì 08 cơ sở điều trị và 30 cơ sở cấp phát thuốc.",
            ["= 8 cơ sở", "= 30 cơ sở"],
        ),
        (
            (
                "Trên 90% người nhiễm biết tình trạng của mình, 95% trong số đó được "
                "điều trị và từ 96% trở lên có tải lượng vi rút thấp."
            ),
            ["> 90 %", "= 95 %", ">= 96 %"],
        ),
        (
            "Giảm 10% số vụ phạm tội; điều trị cho 250 người; dưới 2% trẻ em bị lây truyền.",
            ["= 10 %", "= 250 người", "< 2 %"],
        ),
        ("Năm 2024 đạt 80%, năm 2025 đạt 85%, năm 2026 đạt 90%.", ["= 80 %", "= 85 %", "= 90 %"]),
        ("Có 02 xã, 01 phường ra khỏi địa bàn trọng điểm.", ["= 2 xã", "= 1 phường"]),
        ("Trên 80% học sinh, 70% công nhân được tuyên truyền.", ["> 80 %", "= 70 %"]),
        ("Ít nhất 60% người nghiện được cai nghiện, trong đó 30% tự nguyện.", [">= 60 %", "= 30 %"]),
    ],
)
def test_several_numbers_in_one_sentence(sentence, expected):
    assert bounds(goals(sentence)) == expected


def test_the_texts_of_three_targets_are_three_clauses():
    found = goals("Giảm 10% số vụ phạm tội; điều trị cho 250 người; dưới 2% trẻ em bị lây truyền.")
    assert [t.text for t in found] == [
        "Giảm 10% số vụ phạm tội",
        "điều trị cho 250 người",
        "dưới 2% trẻ em bị lây truyền",
    ]


def test_two_counts_in_one_sentence_of_work():
    found = work("1. Công tác tuyên truyền", "- In 5.000 tờ rơi và 300 áp phích; tổ chức 12 buổi tư vấn.")
    assert bounds(found) == ["= 5000 tờ rơi", "= 300 áp phích", "= 12 buổi"]


@pytest.mark.parametrize(
    ("sentence", "direction"),
    [
        ("Giảm 10% số vụ phạm tội về ma túy.", "giảm"),
        ("Kéo giảm 10% số vụ phạm tội.", "giảm"),
        ("Tăng 15% số người được xét nghiệm.", "tăng"),
        ("Nâng tỷ lệ người được xét nghiệm lên 80%.", "tăng"),
        ("Giữ vững tỷ lệ nhiễm ở mức dưới 0,3%.", "giữ"),
        ("Duy trì 95% xã đạt chuẩn.", "giữ"),
        ("Khống chế tỷ lệ nhiễm ở mức dưới 0,3%.", "giữ"),
        ("Trên 90% số xã được tuyên truyền.", None),
        ("Tăng cường tuyên truyền, trên 90% số xã được tuyên truyền.", None),
    ],
)
def test_directions(sentence, direction):
    (target,) = goals(sentence)
    assert target.direction == direction


@pytest.mark.parametrize(
    ("sentence", "unit"),
    [
        ("Không để xảy ra vụ ngộ độc thực phẩm nào.", "vụ"),
        ("Không để hình thành tụ điểm phức tạp về ma túy.", "tụ điểm"),
        ("Không để phát sinh người nghiện mới.", "người"),
    ],
)
def test_not_to_let_happen_is_zero(sentence, unit):
    (target,) = goals(sentence)
    assert bound(target) == f"= 0 {unit}"
    assert target.direction == "không để"


def test_a_direction_without_a_figure_is_a_target_without_a_value():
    (target,) = goals("Giữ vững số xã không có ma túy.")
    assert (target.value, target.direction) == (None, "giữ")


@pytest.mark.parametrize(
    ("sentence", "expected", "baseline"),
    [
        ("Giảm 10% số vụ phạm tội so với năm 2023.", "= 10 %", "năm 2023"),
        ("Tăng 5% số người được xét nghiệm so với cùng kỳ năm 2023.", "= 5 %", "cùng kỳ năm 2023"),
        ("Giảm tỷ lệ hộ nghèo từ 12,5% năm 2023 xuống 8%.", "= 8 %", "12,5% năm 2023"),
        ("Nâng tỷ lệ xã đạt chuẩn từ 60% lên 80%.", "= 80 %", "60%"),
        ("Trên 90% số xã được tuyên truyền.", "> 90 %", None),
    ],
)
def test_baselines_are_no_targets_of_their_own(sentence, expected, baseline):
    (target,) = goals(sentence)
    assert (bound(target), target.baseline) == (expected, baseline)


@pytest.mark.parametrize(
    ("sentence", "denominator", "numerator"),
    [
        ("Trên 90% số xã được tuyên truyền.", "số xã", "được tuyên truyền"),
        ("Trên 90% học sinh được tuyên truyền.", "học sinh", "được tuyên truyền"),
        ("100% cán bộ chuyên trách được tập huấn.", "cán bộ chuyên trách", "được tập huấn"),
        ("Tỷ lệ người nghiện được quản lý đạt trên 90%.", "người nghiện", "được quản lý"),
    ],
)
def test_whom_a_share_is_taken_of(sentence, denominator, numerator):
    (target,) = goals(sentence)
    assert (target.denominator, target.numerator) == (denominator, numerator)


def test_a_count_has_no_denominator():
    (target,) = goals("Điều trị cho 1.209 người nghiện trên địa bàn tỉnh Phìn Sơn.")
    assert (target.denominator, target.numerator) == (None, None)
    assert target.scope == "trên địa bàn tỉnh Phìn Sơn"


@pytest.mark.parametrize("heading", ["I. MỤC TIÊU", "II. NHIỆM VỤ, GIẢI PHÁP"])
def test_a_share_is_a_goal_wherever_it_stands(heading):
    (target,) = document(plan(heading, "- Phấn đấu trên 90% số xã được tuyên truyền.")).targets
    assert target.kind == "goal"
