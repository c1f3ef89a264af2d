"""Texts as files bring them: official phrases, figures, labels, bars, damage."""

from hypothesis import strategies as st

_FRAGMENTS = """
Sở Y tế; Công an tỉnh; UBND các huyện, thành phố; Sở Văn hóa, Thể thao và Du lịch; các Sở: Y tế, Nội vụ
chủ trì; chủ trì, phối hợp với; Đơn vị chủ trì:; Cơ quan phối hợp:; Thời gian:; Giao; Giao:; Đề nghị; tham mưu
có trách nhiệm; tổ chức thực hiện; hằng năm; quý II/2024; trước ngày 15/11/2024; Kết 3 luận; Kính gửi:; V/v
trên 90%; dưới 0,3%; từ 70% trở lên; 95-95-95; 1.209 bệnh nhân; 05 lớp; 10/10 huyện; 15 - 49 tuổi; ĐẾN
Số: 3655; 3,2/100.000 dân; 5‰; 41,13%; từ 5% đến 7%; ít nhất; tối đa; không quá; giảm; so với năm 2023
đến năm 2025; phấn đấu; mục tiêu; không để xảy ra; 500 triệu đồng; hỗ trợ 50% kinh phí; HIV/AIDS; 24/7; 26/6
Kế hoạch số 18/KH-UBND; Quyết định 1246/QĐ-TTg ngày 14/8/2020; QUYẾT ĐỊNH:
36-CT/TW; 116/2021/NĐ-CP; số 05 KH/BCSĐ; 30//KH-UBND
3237/KHUBND; ngày 31/02/2022; Luật Phòng, chống ma túy năm 2021; I. MỤC TIÊU; II. NHIỆM VỤ
Điều 1.; 4. Sở Y tế; Phần thứ nhất; Chương II; 1.; 1.1.; a); -; +; ỦY BAN NHÂN DÂN; TỈNH PHÌN SƠN
CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM; Độc lập - Tự do - Hạnh phúc; ĐẢNG CỘNG SẢN VIỆT NAM
Số: 18/KH-UBND; Số:      /KH-UBND; KẾ HOẠCH; Nơi nhận:
Phìn Sơn, ngày 12 tháng 02 năm 2024; TM. ỦY BAN NHÂN DÂN; KT. CHỦ TỊCH; PHÓ CHỦ TỊCH; Lò Thị Hoa Ban; (đã ký)
Số hiệu; Ngày ban hành; Người ký; Loại văn bản; STT | Nhiệm vụ | Chủ trì | Phối hợp | Thời gian
1 | In tờ rơi | Sở Y tế | Công an tỉnh | Quý I; TT | Chỉ tiêu | Đơn vị tính | Kế hoạch năm 2024
1 | Số người cai nghiện | người | 250
"""
FRAGMENTS = st.sampled_from([f for line in _FRAGMENTS.strip().split("\n") for f in line.split("; ")])
# Marks between fragments, parted by "¦": blanks, line ends, punctuation, cells, leftovers of other formats.
_SIGNS = (
    " ¦ ¦\n¦\n\n¦, ¦; ¦. ¦: ¦\u00a0¦\t¦ | ¦**¦## ¦    ¦(¦)¦“¦”¦\n7\n¦<br>¦\\¦⁽¹⁾¦...¦[...]¦\u0301¦đ¦-¦–¦/"
)
DAMAGE = st.sampled_from(_SIGNS.split("¦"))
DAMAGED = st.lists(st.one_of(FRAGMENTS, DAMAGE, DAMAGE), max_size=24).map("".join)
ANY = st.one_of(
    DAMAGED,
    st.lists(st.one_of(FRAGMENTS, DAMAGE, st.text(max_size=8)), max_size=30).map(" ".join),
    st.text(alphabet="0123456789.,%‰/-–:;()| \naăâđêôơưàáảãạxXIVL", max_size=120),
    st.text(max_size=120),
)

# Paragraphs that a plan might really hold, so that damage to them can be judged.
_PARAGRAPHS = """
I. MỤC TIÊU
1. Mục tiêu chung
2. Chỉ tiêu đến năm 2025:
II. NHIỆM VỤ, GIẢI PHÁP
III. TỔ CHỨC THỰC HIỆN
1. Sở Y tế
2. Công an tỉnh
- Trên 90% số xã được tuyên truyền; ít nhất 35 xã không có ma túy.
- Giảm từ 5% đến 7% số người nghiện mới so với năm 2023.
- Số tử vong dưới 3,2/100.000 dân; tỷ lệ người nghiện được quản lý đạt 41,13%.
- Phấn đấu đạt mục tiêu 95-95-95 theo Quyết định số 1246/QĐ-TTg ngày 14/8/2020 của Thủ tướng Chính phủ.
- Duy trì 08 cơ sở điều trị và 30 cơ sở cấp phát thuốc cho 1.209 bệnh nhân.
a) Tổ chức 05 lớp tập huấn, in 20.000 tờ rơi tuyên truyền tại 15 xã vùng cao.
+ Thành lập 03 đoàn kiểm tra trong quý II năm 2024.
- Sở Y tế chủ trì, phối hợp với các Sở: Nội vụ, Tài chính rà soát người nghiện trước ngày 15/11/2024.
- Đơn vị chủ trì: Công an tỉnh. Đơn vị phối hợp: Sở Y tế.
Thực hiện Chỉ thị số 36-CT/TW ngày 16/8/2019 của Bộ Chính trị về phòng, chống ma túy.
Theo các Kế hoạch: số 30/KH-UBND ngày 14/02/2024; số 16/KH-UBND ngày 20/01/2024.
Căn cứ Nghị định số 116/2021/NĐ-CP ngày 21 tháng 12 năm 2021 của Chính phủ;
Hiện nay toàn tỉnh có 3.338 người nghiện, trong đó 2.604 người ở cộng đồng.
Kinh phí thực hiện 1.850 triệu đồng do ngân sách tỉnh bảo đảm.
"""
PARAGRAPHS = st.lists(st.sampled_from(_PARAGRAPHS.strip().split("\n")), max_size=9)
