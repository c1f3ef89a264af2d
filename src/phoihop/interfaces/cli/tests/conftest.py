"""A folder with one small official document of an invented province."""

import pytest

PLAN = """ỦY BAN NHÂN DÂN
TỈNH PHÌN SƠN
-------
Số: 41/KH-UBND

Phìn Sơn, ngày 15 tháng 3 năm 2024

KẾ HOẠCH
Bảo vệ rừng đầu nguồn năm 2024

Căn cứ Nghị định số 156/2018/NĐ-CP ngày 16/11/2018 của Chính phủ;
Ủy ban nhân dân tỉnh ban hành kế hoạch như sau:

I. MỤC TIÊU
- Phấn đấu năm 2024 có trên 90% hộ gia đình ký cam kết bảo vệ rừng.

II. TỔ CHỨC THỰC HIỆN
Giao Sở Nông nghiệp và Môi trường chủ trì, phối hợp với Công an tỉnh kiểm tra trong quý II năm 2024.

TM. ỦY BAN NHÂN DÂN
KT. CHỦ TỊCH
PHÓ CHỦ TỊCH
Vàng Thị Thử Nghiệm
"""


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """The working directory, with ``plan.txt`` in it."""
    monkeypatch.chdir(tmp_path)
    for name in ("LC_ALL", "LC_MESSAGES", "LANG", "PHOIHOP_DEBUG"):
        monkeypatch.delenv(name, raising=False)
    (tmp_path / "plan.txt").write_text(PLAN, "utf-8")
    return tmp_path
