"""What was said and counted in Phìn Sơn: all of it invented, and marked as such wherever it is shown."""

from dataclasses import dataclass
from datetime import date

from phoihop.coordination.plans.rules.states import Said


@dataclass(frozen=True, slots=True)
class Reported:
    """A report on a task, found by how it begins."""

    task: str
    office: str
    who: str
    day: date
    said: Said
    note: str
    output: str = ""
    count: int = 0
    plan: str = "58/KH-UBND"


@dataclass(frozen=True, slots=True)
class Figure:
    """A target's numbers through a year."""

    plan: str
    target: str
    values: tuple[tuple[date, str], ...]


@dataclass(frozen=True, slots=True)
class Raised:
    """Something that stands in the way; ``answer`` where whoever was asked has answered."""

    office: str
    who: str
    duty: str
    text: str
    proposes: str
    task: str = ""
    answer: str = ""


REPORTS = (
    Reported(
        "Truyền thông về dự phòng", "police", "congan", date(2026, 7, 2), Said.GOING,
        "In xong tờ gấp đợt một; Mường Khoang và Pu Lao đã tổ chức.", "tờ gấp", 12_000,
    ),
    Reported(
        "Truyền thông về dự phòng", "police", "congan", date(2026, 9, 28), Said.GOING,
        "Đủ tờ gấp; còn ba buổi ở xã Mường Lâu vì mưa lũ, lùi sang tháng 10.", "buổi", 17,
    ),
    Reported(
        "Tập huấn nâng cao năng lực", "police", "congan", date(2026, 6, 24), Said.DONE,
        "Mở đủ 06 lớp, 238 người dự.", "06 lớp", 6,
    ),
    Reported(
        "Mở rộng điều trị nghiện", "health", "yte", date(2026, 9, 30), Said.GOING,
        "Điểm Khau Đeng hoạt động từ tháng 8; điểm Bản Hiêng đang sửa phòng.", "điểm cấp phát", 1,
    ),
    Reported(
        "Kiểm tra các cơ sở kinh doanh", "health", "yte", date(2026, 10, 30), Said.DONE,
        "Kiểm tra 36 lượt, lập biên bản 04 trường hợp.", "36 lượt", 36,
    ),
    Reported(
        "Truyền thông phòng ngừa", "broadcast", "truyenhinh", date(2026, 9, 15), Said.HINDERED,
        "Đã phát 03 phóng sự; chưa được cấp kinh phí cho 07 phóng sự còn lại.", "10 phóng sự", 3,
    ),
    Reported(
        "Hỗ trợ học nghề", "interior", "noivu", date(2026, 10, 5), Said.GOING,
        "Đã khảo sát 11 người, 06 người đăng ký học nghề may.",
    ),
    Reported(
        "Xây dựng kế hoạch thực hiện", "xa-1", "xaphinson", date(2026, 2, 6), Said.DONE,
        "Đã ban hành Kế hoạch số 05/KH-UBND.",
    ),
    Reported(
        "Chủ trì, phối hợp với Sở Y tế lãnh đạo", "police", "congan", date(2026, 3, 27), Said.DONE,
        "Đã báo cáo việc tiếp nhận công tác cai nghiện.", plan="24-KH/TU",
    ),
)  # fmt: skip

_ENDS = {2024: date(2024, 12, 31), 2025: date(2025, 12, 31)}
_Q1, _Q2, _Q3 = date(2026, 3, 31), date(2026, 6, 30), date(2026, 9, 30)
FIGURES = (
    Figure("50/KH-UBND", "Nâng số người được điều trị", ((_ENDS[2024], "1286"),)),
    Figure("50/KH-UBND", "không có ma túy", ((_ENDS[2024], "31"),)),
    Figure("50/KH-UBND", "tái nghiện", ((_ENDS[2024], "35.6"),)),
    Figure("46/KH-UBND", "Nâng số người được điều trị", ((date(2025, 6, 30), "1302"), (_ENDS[2025], "1338"))),
    Figure("46/KH-UBND", "nhận nhiệm vụ tổ chức cai nghiện", ((_ENDS[2025], "1287"),)),
    Figure("46/KH-UBND", "tái nghiện", ((_ENDS[2025], "33.4"),)),
    Figure("46/KH-UBND", "điểm tư vấn", ((_ENDS[2025], "20"),)),
    Figure("46/KH-UBND", "tổ chức truyền thông", ((_ENDS[2025], "95"),)),
    Figure("46/KH-UBND", "bỏ trị", ((_ENDS[2025], "8.6"),)),
    Figure("58/KH-UBND", "Nâng số người được điều trị", ((_Q1, "1344"), (_Q2, "1361"), (_Q3, "1379"))),
    Figure("58/KH-UBND", "nhận nhiệm vụ tổ chức cai nghiện", ((_Q1, "268"), (_Q2, "611"), (_Q3, "902"))),
    Figure("58/KH-UBND", "tổ chức truyền thông", ((_Q2, "71"), (_Q3, "90"))),
    Figure("58/KH-UBND", "bỏ trị", ((_Q2, "7.4"), (_Q3, "6.8"))),
    Figure("58/KH-UBND", "tái nghiện", ((_Q3, "32.9"),)),
    Figure("58/KH-UBND", "không có ma túy", ((_Q3, "14"),)),
    Figure("58/KH-UBND", "điểm tư vấn", ((_Q2, "21"), (_Q3, "22"))),
    Figure("58/KH-UBND", "ký quy chế phối hợp", ((_Q3, "9"),)),
    Figure("58/KH-UBND", "hỗ trợ pháp lý", ((_Q3, "100"),)),
)
HOLDERS = (
    ("Nâng số người được điều trị", "giamdoc"),
    ("nhận nhiệm vụ tổ chức cai nghiện", "phonggd"),
)
OBSTACLES = (
    Raised(
        "xa-3", "xanamxoong", "recovery",
        "Hồ sơ do huyện bàn giao thiếu 14 bộ, xã không rõ ai đang được quản lý sau cai.",
        "Đề nghị Công an tỉnh cho đối chiếu với danh sách cũ của huyện.", "Rà soát, đối chiếu",
        "Công an tỉnh cử tổ công tác xuống xã ngày 12 hằng tháng để đối chiếu tại chỗ, không gửi danh sách.",
    ),
    Raised(
        "broadcast", "truyenhinh", "communication",
        "Kinh phí làm phóng sự chưa được phân bổ, đài đã ứng hết phần của quý III.",
        "Đề nghị cấp bổ sung trước tháng 12 hoặc cho giảm số phóng sự.", "Truyền thông phòng ngừa",
    ),
    Raised(
        "xa-1", "xaphinson", "return",
        "Phường chưa có nơi tạm nghỉ riêng khi tiếp nhận nạn nhân vào ban đêm.",
        "Đề nghị hướng dẫn dùng phòng của Trạm Y tế.",
    ),
)  # fmt: skip

SET_UP = "Quyết định số 71/QĐ-UBND ngày 15/01/2024"
_TWO_TIERS = "Quyết định số 305/QĐ-UBND ngày 04/3/2026 về kiện toàn Ban Chỉ đạo 138 tỉnh"
# Role, office, short name of the agency, sign-in name of the person.
MANNINGS = (
    (
        date(2024, 1, 15),
        SET_UP,
        (
            ("Trưởng ban", "Chủ tịch UBND tỉnh Sùng Đức Khải", "people", ""),
            ("Phó Trưởng ban thường trực", "Giám đốc Công an tỉnh Đèo Trọng Nghĩa", "police", ""),
            ("Phó Trưởng ban", "Giám đốc Sở Lao động - Thương binh và Xã hội", "labour", ""),
            ("Thành viên", "Giám đốc Sở Y tế", "health", "giamdoc"),
            ("Thành viên", "Giám đốc Sở Thông tin và Truyền thông", "information", ""),
            ("Thành viên", "Chủ tịch Hội Liên hiệp Phụ nữ tỉnh", "women", ""),
        ),
    ),
    (
        date(2026, 3, 4),
        _TWO_TIERS,
        (
            ("Trưởng ban", "Phó Chủ tịch UBND tỉnh", "people", "lanhdao"),
            ("Phó Trưởng ban thường trực", "Phó Giám đốc Công an tỉnh", "police", "phonggd"),
            ("Phó Trưởng ban", "Giám đốc Sở Y tế", "health", "giamdoc"),
            ("Thành viên", "Giám đốc Sở Nội vụ", "interior", ""),
            ("Thành viên", "Giám đốc Sở Tài chính", "finance", ""),
            ("Thành viên", "Chủ tịch Hội Liên hiệp Phụ nữ tỉnh", "women", ""),
            ("Thư ký", "Công an tỉnh", "police", "thuongtruc"),
        ),
    ),
)
# Day, what it was about, the number of its notice, and what was concluded: text, leads, others, due, duty.
MEETINGS = (
    (
        date(2026, 3, 18),
        "Họp triển khai Kế hoạch số 58/KH-UBND",
        "",
        (
            (
                "Sở Nội vụ hướng dẫn cấp xã bố trí cán bộ đầu mối, xong trong tháng 4/2026.",
                ("interior",), (), date(2026, 4, 30), "",
            ),
        ),
    ),
    (
        date(2026, 8, 11),
        "Họp sơ kết 6 tháng đầu năm 2026",
        "64/TB-BCĐ",
        (
            (
                "Công an tỉnh chủ trì, phối hợp với cấp xã bổ sung hồ sơ còn thiếu trước ngày 30/9/2026.",
                ("police",), ("xa-3", "xa-4"), date(2026, 9, 30), "recovery",
            ),
            (
                "Sở Y tế chủ trì xây dựng quy chế phối hợp mẫu với Công an tỉnh trước ngày 15/10/2026.",
                ("health",), ("police",), date(2026, 10, 15), "",
            ),
            (
                "Sở Tài chính tham mưu bố trí kinh phí sửa chữa khu nhà ở học viên trước ngày 30/11/2026.",
                ("finance",), (), date(2026, 11, 30), "",
            ),
        ),
    ),
)  # fmt: skip
