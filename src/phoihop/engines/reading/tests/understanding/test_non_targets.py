"""Numbers that bind nobody."""

import pytest

from phoihop.engines.reading.tests.understanding.saying import bounds, document, goals, plan, work


@pytest.mark.parametrize(
    "sentence",
    [
        # dates and numbers of documents
        "Thực hiện Kế hoạch số 97-KH/TU ngày 08/01/2024 của Ban Thường vụ Tỉnh ủy.",
        "Hưởng ứng Ngày toàn dân phòng, chống ma túy 26/6.",
        "Sơ kết vào ngày 15 tháng 11 năm 2024.",
        "Đường dây nóng trực 24/7.",
        "Thực hiện Điều 30 của Luật.",
        "Theo khoản 2 Điều 33 và điểm a khoản 1 Điều 5.",
        "Theo Phụ lục 3 và biểu mẫu số 02.",
        # ages and times
        "Tuyên truyền cho phụ nữ từ 15 tuổi đến 49 tuổi.",
        "Tuyên truyền cho nhóm 15 - 49 tuổi.",
        "Lập hồ sơ người từ đủ 18 tuổi trở lên.",
        "Thời gian cai nghiện từ 06 tháng đến 12 tháng.",
        "Báo cáo trong 03 ngày làm việc.",
        # money and rates of money
        "Bố trí 500 triệu đồng cho công tác tuyên truyền.",
        "Tổng kinh phí 1.850.000.000 đồng.",
        "Hỗ trợ 50% kinh phí khám sức khỏe.",
        "Hỗ trợ tiền ăn bằng 80% mức lương cơ sở.",
        # names of teams and programmes
        "Ban Chỉ đạo 138 tỉnh theo dõi.",
        "Phát huy vai trò Đội 3, Tổ 178 tại cơ sở.",
        "Thực hiện Đề án 06 và Chương trình 1719.",
        "Đẩy mạnh Tiểu dự án 2 thuộc Dự án 10.",
        # where and to whom
        "Tuyên truyền tại 15 xã vùng cao.",
        "Kiểm tra việc thực hiện ở 08 huyện, thành phố.",
        # statistics
        "Hiện nay toàn tỉnh có 3.338 người nghiện có hồ sơ quản lý.",
        "Năm 2023, lực lượng chức năng đã bắt 412 vụ, 530 đối tượng.",
        "Tính đến 31/12/2023, 92% số xã có người nghiện.",
    ],
)
def test_numbers_that_bind_nobody(sentence):
    assert bounds(work("1. Nội dung thực hiện", f"- {sentence}")) == []


@pytest.mark.parametrize(
    "heading",
    ["I. TÌNH HÌNH CHUNG", "I. KẾT QUẢ THỰC HIỆN NĂM 2023", "I. ĐẶC ĐIỂM, TÌNH HÌNH", "I. THỰC TRẠNG"],
)
@pytest.mark.parametrize(
    "sentence",
    [
        "Toàn tỉnh có 3.338 người nghiện, trong đó 2.604 người ở cộng đồng.",
        "Tỷ lệ nhiễm ở mức 0,31% dân số.",
        "Đã tổ chức 46 lớp tập huấn cho 1.840 lượt người.",
        "Trên 92% số xã có người nghiện.",
        "Đạt 96,2% kế hoạch năm.",
    ],
)
def test_results_are_no_targets(heading, sentence):
    assert bounds(document(plan(heading, sentence)).targets) == []


@pytest.mark.parametrize(
    "sentence",
    [
        "Căn cứ Quyết định số 1246/QĐ-TTg ngày 14/8/2020 của Thủ tướng Chính phủ.",
        "Tỉnh Phìn Sơn có 11 huyện, thị xã, thành phố với 152 xã; dân số 812.345 người.",
    ],
)
def test_the_preamble_has_no_targets(sentence):
    assert bounds(document(plan(sentence)).targets) == []


@pytest.mark.parametrize(
    "sentence",
    [
        "Kinh phí thực hiện 1.850 triệu đồng, trong đó ngân sách tỉnh 60%.",
        "Mức hỗ trợ tối đa 50% chi phí.",
    ],
)
def test_money_is_no_target(sentence):
    assert bounds(document(plan("III. KINH PHÍ THỰC HIỆN", sentence)).targets) == []


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        ("Trên 90% phụ nữ từ 15 đến 49 tuổi được tư vấn.", ["> 90 %"]),
        ("Trên 65% người dân từ đủ 15 tuổi trở lên hiểu biết về dự phòng.", ["> 65 %"]),
        ("Đến năm 2025, theo Kế hoạch số 97-KH/TU ngày 08/01/2024, trên 90% số xã đạt.", ["> 90 %"]),
        ("100% trẻ em dưới 06 tuổi được tiêm chủng.", ["= 100 %"]),
        ("Giảm 10% số vụ phạm tội so với 5% của năm 2023.", ["= 10 %"]),
        ("Trên 80% người nghiện tại 15 xã vùng cao được quản lý.", ["> 80 %"]),
    ],
)
def test_only_the_target_of_a_sentence_full_of_numbers(sentence, expected):
    assert bounds(goals(sentence)) == expected


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        ("- Mở 05 lớp tập huấn cho cán bộ 15 xã.", ["= 5 lớp"]),
        ("- Tổ chức 12 buổi tư vấn tại 08 trường học.", ["= 12 buổi"]),
        ("- Cấp phát 2.000 tờ rơi, kinh phí 30 triệu đồng.", ["= 2000 tờ rơi"]),
        ("- Mở 02 lớp, mỗi lớp 40 người.", ["= 2 lớp"]),
    ],
)
def test_the_activity_counts_and_not_where_it_happens(sentence, expected):
    assert bounds(work("1. Nội dung thực hiện", sentence)) == expected
