"""Short official documents for the tests of this room; every place and office in them is invented."""


def plan(
    number: str = "31/KH-UBND",
    day: str = "12 tháng 01 năm 2026",
    *,
    place: str = "Phìn Sơn",
    cites: str = "Kế hoạch số 30/KH-UBND ngày 05/01/2026 của Ủy ban nhân dân tỉnh Phìn Sơn",
    title: str = "Phòng, chống tệ nạn xã hội năm 2026",
    goals: str = "",
) -> str:
    """A plan of a province with two targets, two tasks and one document that it carries out."""
    return f"""ỦY BAN NHÂN DÂN
TỈNH {place.upper()}
CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM
Độc lập - Tự do - Hạnh phúc
Số: {number}
{place}, ngày {day}

KẾ HOẠCH
{title}

Thực hiện {cites}, Ủy ban nhân dân tỉnh ban hành Kế hoạch như sau:

I. MỤC TIÊU
1. Phấn đấu đến hết năm 2026 có 92,5% số xã có đội công tác xã hội tình nguyện.
2. 100% người có nhu cầu được tư vấn, hỗ trợ.
{goals}
II. TỔ CHỨC THỰC HIỆN
1. Sở Y tế chủ trì, phối hợp với Công an tỉnh tổ chức 15 buổi truyền thông trước ngày 30/9/2026.
2. Giao Công an tỉnh chủ trì rà soát, lập danh sách các cơ sở kinh doanh có điều kiện.

Nơi nhận:
- Bộ Y tế;
- Lưu: VT.

TM. ỦY BAN NHÂN DÂN
KT. CHỦ TỊCH
PHÓ CHỦ TỊCH
Giàng Thị Dung
"""


PLAN = plan()
