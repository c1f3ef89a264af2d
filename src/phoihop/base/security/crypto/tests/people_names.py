"""Invented people of an invented facility, of several peoples of Việt Nam, written as clerks write them."""

NAMES = """
Nguyễn Văn An|Nguyễn Thị Ân|Nguyễn Văn Ẩn|Trần Thị Lan|Trần Văn Lân|Lê Hoàng Anh|Lê Hoàng Ánh|Phạm Thị Hoà
Phạm Thị Hòa|Phạm Văn Hoá|Hoàng Thị Thuý|Hoàng Thị Thủy|Huỳnh Ngọc Thùy|Phan Thị Mỹ|Phan Thị Mĩ|Vũ Đức Lý
Vũ Đức Lí|Võ Thị Kỹ|Đặng Quốc Việt|Đặng Quốc Vỹ|Bùi Thị Quý|Bùi Thị Quỳ|Đỗ Mạnh Hùng|Đỗ Mạnh Hưng|Hồ Thị Duyên
Ngô Xuân Trường|Ngô Xuân Trưởng|Dương Văn Đường|Dương Thị Dung|Đường Thị Dương|Lý A Sình|Lý A Sinh|Giàng A Páo
Giàng Thị Dế|Sùng A Chua|Sùng Thị Chứ|Vàng A Tủa|Thào A Lềnh|Hạng A Dơ|Mùa A Phềnh|Lò Văn Ến|Lò Thị Én
Quàng Văn Pản|Cà Văn Tiến|Lường Thị Ơi|Tòng Văn Ún|Lù Thị Sính|Tẩn Mẩy|Tẩn Láo Tả|Chảo Mùi Lai|Phàn A Kiêm
H'Linh Niê|H’Mai Ayun|Y Bhăm Êban|K'Brơi|Y Thị|Kpă Hồng|Rơ Châm Đức|Thạch Sa Rây|Sơn Thị Ngọc Út|Kim Thị Sa Mi
Tôn Nữ Thị Như Nguyệt|Nguyễn Phúc Bảo Long|Trương Thị Ngọc Ánh|Đinh Thị Tuyết Mai|Mai Thị Tuyết|Cao Bá Quát Em
Nguyễn Thị Khuỷu|Trần Ngoãn|Lê Khuê|Phạm Oanh|Âu Thị Yến|Ứng Hòa Yên|Trịnh Thị Xuyến|Tạ Quang Khiêm
"""
PEOPLE: list[str] = [name for line in NAMES.strip().splitlines() for name in line.split("|")]
