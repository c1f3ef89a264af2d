"""A small plan of an invented province, and what a reader should say of it."""

from typing import Any

TEXT = """\
ỦY BAN NHÂN DÂN
TỈNH PHÌN SƠN

CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM
Độc lập - Tự do - Hạnh phúc

Số: 47/KH-UBND
Phìn Sơn, ngày 12 tháng 3 năm 2025

KẾ HOẠCH
Phòng, chống HIV/AIDS và hỗ trợ điều trị trên địa bàn tỉnh năm 2025

Thực hiện Chỉ thị số 18-CT/TU ngày 05/02/2025 của Tỉnh ủy Phìn Sơn, Ủy ban nhân dân tỉnh đề ra như sau:

I. MỤC TIÊU

1. Không chế tỷ lệ nhiễm trong cộng đồng dân cư ở mức 0,3%; trên 92% người nhiễm biết tình trạng của mình.

2. Duy trì điều trị cho 1.209 người, bằng 81% số người có hồ sơ quản lý, trước tháng 12 năm 2025.

II. NHIỆM VỤ

1. Truyền thông: in 12.000 tờ gấp, tổ chức 24 buổi nói chuyện tại các xã vùng cao.
Đơn vị chủ trì: Sở Y tế; phối hợp: Tỉnh đoàn, Sở Giáo dục và Đào tạo. Thời gian: Quý II năm 2025.

2. Tập huấn cho cán bộ cơ sở theo Chỉ thị số 18-CT/TU. Công an tỉnh theo dõi chung.

III. TỔ CHỨC THỰC HIỆN

Các sở, ngành báo cáo kết quả về Ủy ban nhân dân tỉnh trước ngày 15/11.

Nơi nhận:
- Tỉnh ủy (báo cáo);
- Các sở, ngành;
- Lưu: VT.

TM. ỦY BAN NHÂN DÂN
KT. CHỦ TỊCH
PHÓ CHỦ TỊCH
Vàng Thị Phìn
"""


def span(words: str, after: int = 0) -> list[int]:
    """Where ``words`` stand in TEXT; ValueError if they do not."""
    start = TEXT.index(words, after)
    return [start, start + len(words)]


def _target(words: str, value: float, comparator: str = "=", **more: Any) -> dict[str, Any]:
    return {
        "text": words,
        "span": span(words),
        "value_span": span(words),
        "comparator": comparator,
        "value": value,
        "value_max": None,
        "value_exact": str(value),
        "unit": "%",
        "numerator": None,
        "denominator": None,
        "scope": None,
        "baseline": None,
        "direction": None,
        "deadline": None,
        "kind": "goal",
        "confidence": 0.95,
    } | more


def _section(label: str, heading: str, until: str, level: int = 1, children: Any = ()) -> dict[str, Any]:
    words = f"{label} {heading}"
    return {
        "label": label,
        "heading": heading,
        "level": level,
        "span": [span(words)[0], span(until)[0]],
        "heading_span": span(words),
        "children": list(children),
    }


def contract() -> dict[str, Any]:
    """A fresh result in the shape of the reader's contract."""
    where = {
        "number": "47/KH-UBND",
        "issued": "ngày 12 tháng 3 năm 2025",
        "issuer": "ỦY BAN NHÂN DÂN\nTỈNH PHÌN SƠN",
        "type": "KẾ HOẠCH",
        "title": "Phòng, chống HIV/AIDS và hỗ trợ điều trị trên địa bàn tỉnh năm 2025",
        "place": "Phìn Sơn, ngày",
        "recipients": "- Tỉnh ủy (báo cáo);\n- Các sở, ngành;\n- Lưu: VT.",
    }
    directive = "Chỉ thị số 18-CT/TU"
    document = {
        "span": [0, len(TEXT)],
        "number": "47/KH-UBND",
        "issued": "2025-03-12",
        "issuer": "Ủy ban nhân dân tỉnh Phìn Sơn",
        "parent_issuer": None,
        "place": "Phìn Sơn",
        "type": "kế hoạch",
        "title": "phòng, chống HIV/AIDS và hỗ trợ điều trị trên địa bàn tỉnh năm 2025",
        "period": "2025",
        "signers": [
            {
                "name": "Vàng Thị Phìn",
                "office": "Phó Chủ tịch",
                "prefix": "KT.",
                "span": span("Vàng Thị Phìn"),
            }
        ],
        "recipients": ["Tỉnh ủy", "Các sở, ngành", "Lưu: VT"],
        "where": {name: {"span": span(words), "confidence": 0.9} for name, words in where.items()},
        "sections": [
            _section("I.", "MỤC TIÊU", "II. NHIỆM VỤ"),
            _section(
                "II.",
                "NHIỆM VỤ",
                "III. TỔ",
                children=[
                    _section("1.", "Truyền thông:", "2. Tập huấn", 2),
                    _section("2.", "Tập huấn", "III. TỔ", 2),
                ],
            ),
            _section("III.", "TỔ CHỨC THỰC HIỆN", "Nơi nhận"),
        ],
        "citations": [
            {
                "type": "chỉ thị",
                "number": "18-CT/TU",
                "date": "2025-02-05",
                "issuer": "Tỉnh ủy Phìn Sơn",
                "title": None,
                "spans": [span(directive), span(directive, span(directive)[1])],
                "dates": ["2025-02-05"],
                "implemented": True,
                "confidence": 0.95,
            }
        ],
        "targets": [
            _target("Không chế tỷ lệ nhiễm trong cộng đồng dân cư ở mức 0,3%", 0.3, confidence=0.6),
            _target("trên 92% người nhiễm biết tình trạng của mình", 92, ">", denominator="người nhiễm"),
            _target("điều trị cho 1.209 người", 1209, unit="người", deadline="2025-12", direction="giữ"),
            _target("in 12.000 tờ gấp", 12000, unit="tờ gấp", kind="output", deadline="Quý II năm 2025"),
            _target("tổ chức 24 buổi nói chuyện", 24, unit="buổi", kind="output", deadline="Quý II năm 2025"),
        ],
        "tasks": [
            {
                "text": "Truyền thông: in 12.000 tờ gấp, tổ chức 24 buổi nói chuyện tại các xã vùng cao.",
                "span": span(
                    "Truyền thông: in 12.000 tờ gấp, tổ chức 24 buổi nói chuyện tại các xã vùng cao."
                ),
                "leads": ["Sở Y tế"],
                "coordinating": ["Tỉnh đoàn", "Sở Giáo dục và Đào tạo"],
                "period": "Quý II năm 2025",
                "place": "các xã vùng cao",
                "outputs": [3, 4],
                "basis": "explicit",
                "standing": False,
                "confidence": 0.95,
            },
            {
                "text": "Công an tỉnh theo dõi chung.",
                "span": span("Công an tỉnh theo dõi chung."),
                "leads": ["Công an tỉnh"],
                "coordinating": [],
                "period": None,
                "place": None,
                "outputs": [],
                "basis": "section",
                "standing": True,
                "confidence": 0.5,
            },
        ],
        "findings": [
            {
                "kind": "no-deadline",
                "severity": "note",
                "message": {"vi": "Hai chỉ tiêu không có thời hạn.", "en": "Two targets have no deadline."},
                "spans": [span("ở mức 0,3%"), span("trên 92%")],
            },
            {
                "kind": "reversed",
                "severity": "serious",
                "message": {
                    "vi": "“Không chế” có lẽ là “Khống chế”: bỏ dấu làm câu mang nghĩa ngược.",
                    "en": "“Không chế” is probably “Khống chế”: the lost tone mark reverses the meaning.",
                },
                "spans": [span("Không chế")],
            },
        ],
    }
    lines = TEXT.split("\n")
    starts = [sum(len(x) + 1 for x in lines[:n]) for n in range(len(lines))]
    return {
        "file": "ke-hoach.docx",
        "refused": None,
        "format": "docx",
        "ocr": False,
        "pages": None,
        "text": TEXT,
        "anchors": [
            {"span": [start, start + len(line)], "kind": "paragraph", "place": [n]}
            for n, (start, line) in enumerate(
                ((s, x) for s, x in zip(starts, lines, strict=True) if x.strip()), start=1
            )
        ],
        "documents": [document],
    }
