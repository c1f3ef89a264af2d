"""What the resolutions say, read by hand: (code of the new commune, clause, whole communes, parts).

Names as the resolution writes them, without the word for the kind; of Tây Ninh's Phường IV the number.
"""

_HANOI = "1656/NQ-UBTVQH15"
_HCM = "1685/NQ-UBTVQH15"
_TAY_NINH = "1682/NQ-UBTVQH15"

COMMUNES: list[tuple[str, str, str, str, str]] = [
    ("00004", _HANOI, "khoản về phường Ba Đình", "Quán Thánh, Trúc Bạch",
     "Cửa Nam, Điện Biên, Đội Cấn, Kim Mã, Ngọc Hà, Thụy Khuê, Cửa Đông, Đồng Xuân"),
    ("00082", _HANOI, "khoản 2 Điều 1", "Hàng Bài, Phan Chu Trinh, Trần Hưng Đạo",
     "Cửa Nam, Nguyễn Du, Phạm Đình Hổ, Hàng Bông, Hàng Trống, Tràng Tiền"),
    ("00256", _HANOI, "khoản 6 Điều 1", "Đồng Nhân, Phố Huế",
     "Bạch Đằng, Lê Đại Hành, Nguyễn Du, Thanh Nhàn, Phạm Đình Hổ"),
    ("20335", "1659/NQ-UBTVQH15", "khoản 16 Điều 1", "Tân Thạnh, Hòa Thuận, Tam Thăng", ""),
    ("31078", "1654/NQ-UBTVQH15", "khoản 95 Điều 1",
     "Dương Đông, An Thới, Dương Tơ, Hàm Ninh, Cửa Dương, Bãi Thơm, Gành Dầu, Cửa Cạn", ""),
    ("07192", "1679/NQ-UBTVQH15", "khoản về đặc khu Cô Tô", "Cô Tô, Đồng Tiến, Thanh Lân", ""),
    ("26968", _HCM, "khoản 57 Điều 1", "4, 5, 7", ""),
    ("26995", _HCM, "khoản 58 Điều 1", "6, 8, 9", ""),
    ("26983", _HCM, "khoản 59 Điều 1", "10, 11, 12", ""),
    ("27004", _HCM, "khoản 60 Điều 1", "13, 14", "15"),
    ("27775", _TAY_NINH, "khoản 5 Điều 1", "Tuyên Bình, Tuyên Bình Tây",
     "Vĩnh Bình, Vĩnh Thuận, Thái Bình Trung"),
    ("27757", _TAY_NINH, "khoản 6 Điều 1", "Vĩnh Hưng",
     "Vĩnh Trị, Thái Trị, Khánh Hưng, Thái Bình Trung, Vĩnh Thuận, Vĩnh Bình"),
    ("27763", _TAY_NINH, "khoản 7 Điều 1", "Hưng Điền A", "Thái Bình Trung, Vĩnh Trị, Thái Trị, Khánh Hưng"),
    ("27817", _TAY_NINH, "khoản 8 Điều 1", "Thạnh Hưng, Tuyên Thạnh", "Bắc Hòa"),
    ("27841", _TAY_NINH, "khoản 12 Điều 1", "Hậu Thạnh Đông, Hậu Thạnh Tây", "Bắc Hòa"),
    ("28036", _TAY_NINH, "khoản 20 Điều 1", "Thủ Thừa", "Bình Thạnh, Tân Thành, Nhị Thành"),
    ("28051", _TAY_NINH, "khoản 22 Điều 1", "Bình An, Mỹ Lạc, Mỹ Thạnh", "Tân Thành"),
    ("27964", _TAY_NINH, "khoản 31 Điều 1", "Đức Lập Hạ, Mỹ Hạnh Bắc", "Đức Hòa Thượng"),
    ("27976", _TAY_NINH, "khoản 32 Điều 1", "Đức Hòa Đông, Mỹ Hạnh Nam", "Đức Hòa Thượng"),
    ("28087", _TAY_NINH, "khoản 52 Điều 1", "Tân Bình, Quê Mỹ Thạnh, Lạc Tấn", "Nhị Thành"),
    ("25579", _TAY_NINH, "khoản 62 Điều 1", "Bến Củi, Lộc Ninh", "Phước Minh"),
    ("25573", _TAY_NINH, "khoản 63 Điều 1", "Phước Ninh, Cầu Khởi", "Chà Là"),
    ("25552", _TAY_NINH, "khoản 64 Điều 1", "Dương Minh Châu", "Phan, Suối Đá, Phước Minh"),
    ("25516", _TAY_NINH, "khoản 66 Điều 1", "Tân Châu, Thạnh Đông", "Tân Phú, Suối Dây"),
    ("25549", _TAY_NINH, "khoản 67 Điều 1", "Tân Hưng", "Mỏ Công, Trà Vong, Tân Phong, Tân Phú"),
    ("25534", _TAY_NINH, "khoản 69 Điều 1", "Tân Thành", "Suối Dây"),
    ("25498", _TAY_NINH, "khoản 73 Điều 1", "Thạnh Bình", "Tân Phong"),
    ("25510", _TAY_NINH, "khoản 74 Điều 1", "", "Mỏ Công, Trà Vong"),
    ("25585", _TAY_NINH, "khoản 78 Điều 1", "Châu Thành, Đồng Khởi, An Bình", "Thái Bình"),
    ("25702", _TAY_NINH, "khoản 81 Điều 1", "Long Thuận, Long Giang, Long Khánh", ""),
    ("25681", _TAY_NINH, "khoản 82 Điều 1", "Bến Cầu, An Thạnh, Tiên Thuận, Lợi Thuận", ""),
    ("27787", _TAY_NINH, "khoản 83 Điều 1", "1, 2, 3", ""),
    ("27694", _TAY_NINH, "khoản 84 Điều 1", "1, 3, 4, 5, 6, Hướng Thọ Phú", "Bình Thạnh"),
    ("25459", _TAY_NINH, "khoản 87 Điều 1", "1, 2, 3, 4, Hiệp Ninh", "Thái Bình"),
    ("25480", _TAY_NINH, "khoản 88 Điều 1", "Ninh Sơn, Tân Bình, Bình Minh, Thạnh Tân", "Suối Đá, Phan"),
    ("25567", _TAY_NINH, "khoản 89 Điều 1", "Ninh Thạnh, Bàu Năng", "Chà Là"),
]  # fmt: skip
