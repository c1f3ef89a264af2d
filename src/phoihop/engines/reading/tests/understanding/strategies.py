"""Texts as files bring them: official phrases, figures, labels, bars, damage."""

from hypothesis import strategies as st

FRAGMENTS = st.sampled_from([
    "Sở Y tế", "Công an tỉnh", "UBND các huyện, thành phố", "Sở Văn hóa, Thể thao và Du lịch", "các Sở: Y tế, Nội vụ",
    "chủ trì", "chủ trì, phối hợp với", "Đơn vị chủ trì:", "Cơ quan phối hợp:", "Thời gian:", "Giao", "Giao:",
    "Đề nghị", "có trách nhiệm", "tổ chức thực hiện", "tham mưu", "hằng năm", "quý II/2024", "trước ngày 15/11/2024",
    "trên 90%", "dưới 0,3%", "từ 70% trở lên", "95-95-95", "1.209 bệnh nhân", "05 lớp", "10/10 huyện", "15 - 49 tuổi",
    "3,2/100.000 dân", "5‰", "41,13%", "từ 5% đến 7%", "ít nhất", "tối đa", "không quá", "giảm", "so với năm 2023",
    "đến năm 2025", "phấn đấu", "mục tiêu", "không để xảy ra", "500 triệu đồng", "hỗ trợ 50% kinh phí",
    "Kế hoạch số 18/KH-UBND", "Quyết định 1246/QĐ-TTg ngày 14/8/2020", "36-CT/TW", "116/2021/NĐ-CP", "số 05 KH/BCSĐ",
    "30//KH-UBND", "3237/KHUBND", "ngày 31/02/2022", "Luật Phòng, chống ma túy năm 2021", "HIV/AIDS", "24/7", "26/6",
    "I. MỤC TIÊU", "II. NHIỆM VỤ", "Điều 1.", "Phần thứ nhất", "Chương II", "1.", "1.1.", "a)", "-", "+", "4. Sở Y tế",
    "ỦY BAN NHÂN DÂN", "TỈNH PHÌN SƠN", "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "Độc lập - Tự do - Hạnh phúc",
    "ĐẢNG CỘNG SẢN VIỆT NAM", "Số: 18/KH-UBND", "Số:      /KH-UBND", "Phìn Sơn, ngày 12 tháng 02 năm 2024", "KẾ HOẠCH",
    "QUYẾT ĐỊNH:", "Kính gửi:", "V/v", "ĐẾN", "Số: 3655", "Nơi nhận:", "TM. ỦY BAN NHÂN DÂN", "KT. CHỦ TỊCH",
    "PHÓ CHỦ TỊCH", "Lò Thị Hoa Ban", "(đã ký)", "Số hiệu", "Ngày ban hành", "Người ký", "Loại văn bản",
    "STT | Nhiệm vụ | Chủ trì | Phối hợp | Thời gian", "1 | In tờ rơi | Sở Y tế | Công an tỉnh | Quý I",
    "TT | Chỉ tiêu | Đơn vị tính | Kế hoạch năm 2024", "1 | Số người cai nghiện | người | 250", "Kết 3 luận",
])  # fmt: skip
DAMAGE = st.sampled_from(
    [" ", " ", "\n", "\n\n", ", ", "; ", ". ", ": ", "\u00a0", "\t", " | ", "**", "## ", "    ", "(", ")", "“", "”", "\n7\n",
     "<br>", "\\", "⁽¹⁾", "...", "[...]", "\u0301", "đ", "-", "–", "/"]
)  # fmt: skip
DAMAGED = st.lists(st.one_of(FRAGMENTS, DAMAGE, DAMAGE), max_size=24).map("".join)
ANY = st.one_of(
    DAMAGED,
    st.lists(st.one_of(FRAGMENTS, DAMAGE, st.text(max_size=8)), max_size=30).map(" ".join),
    st.text(alphabet="0123456789.,%‰/-–:;()| \naăâđêôơưàáảãạxXIVL", max_size=120),
    st.text(max_size=120),
)
