"""Text made to be slow to read: one unit repeated, lines without end, shapes nested ever deeper."""

import random
import re
from collections.abc import Callable, Iterator

_REPEATED = {
    "digits": "1234567890",
    "one letter": "a",
    "one capital": "Đ",
    "blanks": " ",
    "no-break blanks": "\u00a0",
    "tabs": "\t",
    "empty lines": "\n",
    "opening brackets": "(",
    "closing brackets": ")",
    "brackets": "( ) ",
    "dashes": "- ",
    "dashes in a row": "-",
    "bars": "|",
    "bars and blanks": " | ",
    "stars": "*",
    "hashes": "# ",
    "points": ".",
    "commas": ", ",
    "colons": ": ",
    "opening quotes": "“",
    "section numbers": "1.1.1.1",
    "labels in a line": "a) 1. I. - + ",
    "fractions": "10/10 ",
    "slashes": "/",
    "grouped numbers": "1.000.000 ",
    "grouped numbers in a row": "1.000",
    "decimal commas": "1,5, ",
    "number dashes": "90-90-90 ",
    "percentages": "90% và ",
    "percentages in a row": "90%",
    "from to": "từ 5 đến ",
    "people": "đạt ít nhất 90% số người, ",
    "counts": "tổ chức 05 lớp tập huấn, ",
    "rates": "15/100.000 dân ",
    "less than before": "giảm so với năm 2015 ",
    "dates": "ngày 1/1/2020 ",
    "dates in words": "ngày 01 tháng 02 năm 2020 ",
    "impossible dates": "ngày 31/2/2020, ",
    "years": "năm 2025 ",
    "periods": "giai đoạn 2021-2025, ",
    "quarters": "quý I năm 2022 ",
    "document numbers": "30/KH-UBND ",
    "numbers with year": "116/2021/NĐ-CP; ",
    "broken numbers": "30 / KH - ",
    "number signs": "Số: ",
    "number sign and figure": "số 5 ",
    "grounds": "Căn cứ Quyết định số ",
    "decisions": "Quyết định số 12/QĐ-UBND ngày 1/2/2021 của Ủy ban nhân dân tỉnh về việc ",
    "laws": "Luật Phòng ",
    "laws in full": "Luật Phòng, chống ma túy năm 2021, ",
    "departments": "Sở Y tế, ",
    "departments with and": "Sở Y tế và ",
    "ministries": "Bộ Công an; ",
    "committees": "Ủy ban nhân dân các huyện, thành phố, ",
    "steering committees": "Ban Chỉ đạo phòng, chống ",
    "party committees": "Đảng ủy ",
    "titles of office": "Giám đốc ",
    "leaders of offices": "lãnh đạo các Giám đốc ",
    "bodies in general": "các sở, ngành, ",
    "offices": "Văn phòng ",
    "provinces": "thành phố Hà Nội ",
    "places": "tỉnh, huyện, xã, ",
    "districts": "UBND các huyện: Nậm A, Tả B, ",
    "lead and support": "chủ trì, phối hợp với ",
    "full assignments": "Sở Y tế chủ trì, phối hợp với Công an tỉnh, ",
    "assignments as sentences": "Sở Y tế chủ trì, phối hợp với Công an tỉnh tổ chức 05 lớp. ",
    "support": "phối hợp ",
    "giving": "Giao ",
    "giving to": "giao cho Sở Y tế ",
    "labels of work": "Đơn vị chủ trì: ",
    "labelled work": "Đơn vị chủ trì: Sở Y tế; đơn vị phối hợp: Công an tỉnh; thời gian: năm 2025. ",
    "asides": "Sở Y tế (chủ trì), ",
    "open asides": "Sở Y tế (",
    "capitals": "KẾ HOẠCH PHÒNG CHỐNG ",
    "glued words": "hướngdẫn",
    "glued capitals": "HƯỚNGDẪN",
    "glued words apart": "hướngdẫnthựchiện ",
    "had": "đã ",
    "not to let": "không để ",
    "share": "tỷ lệ ",
    "and": "và ",
    "raise and lower": "tăng giảm ",
    "same words": "thực hiện công tác ",
    "full stops": "A. ",
    "semicolons": "a; ",
    "enumerated": "(1) a ",
    "country": "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM ",
    "acting for": "TM. ",
    "of which": "100 người, trong đó ",
    "shares of": "100 người, chiếm 50% ",
    "rest": "còn lại 5%, ",
    "money": "1.000.000 tỷ đồng ",
    "marks": "a\u0301\u0323",
    "markup": "<br/>",
    "underlines": "_",
    "backslashes": "\\.",
    "omission": "… ",
    "page numbers": "kế 3 hoạch ",
}  # fmt: skip
_LINES = {
    "short lines": "a b",
    "lines of a digit": "7",
    "plan lines": "KẾ HOẠCH",
    "recipients": "Nơi nhận:\n- Như trên;",
    "recipient lines": "- Như trên;",
    "signatures": "TM. ỦY BAN NHÂN DÂN",
    "signatures with offices": "KT. CHỦ TỊCH\nPHÓ CHỦ TỊCH",
    "signers": "CHỦ TỊCH\nNguyễn Văn A",
    "rows of cells": "a | b | c",
    "rows of work": "Nhiệm vụ | Chủ trì | Thời gian\nMở lớp | Sở Y tế | 2025",
    "rows of goals": "Chỉ tiêu | Đơn vị tính | Năm 2025\nTỷ lệ | % | 90",
    "number lines": "Số: 30/KH-UBND",
    "letterheads": "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM\nSố: 30/KH-UBND",
    "date lines": "Phìn Sơn, ngày 01 tháng 02 năm 2020",
    "portal lines": "Số hiệu 30/KH-UBND Ngày ban hành 01/02/2020 Người ký",
    "title lines": "PHÒNG, CHỐNG " * 12,
    "long title lines": "PHÒNG, CHỐNG " * 400,
    "ground lines": "Căn cứ Quyết định số 12/QĐ-UBND ngày 01/02/2021;",
    "headings": "I. MỤC TIÊU",
    "numbered headings": "1. Sở Y tế",
    "items": "- Đến năm 2025, đạt ít nhất 90% số người được tư vấn;",
    "labelled lines": "- Đơn vị chủ trì: Sở Y tế.",
    "goals": "1. Mục tiêu:\n- Không để phát sinh tụ điểm.",
    "articles": "Điều 1. Giao Sở Y tế:",
    "lines that go on": "và thực hiện kế hoạch của",
    "markdown headings": "## **Mục tiêu**",
    "leads under agencies": "1. Sở Y tế:\n- Chủ trì tổ chức 05 lớp.",
}  # fmt: skip
_COUNTED = {
    "document numbers": "Quyết định số {0}/QĐ-UBND; ",
    "document numbers with and without year": "Nghị định số {0}/NĐ-CP, Nghị định số {0}/2020/NĐ-CP; ",
    "undated decrees": "- Nghị định {0}/NĐ-CP;\n",
    "laws": "Luật Phòng số {0} chống ma túy; ",
    "wrong shares": "- {0} người, chiếm 99,9 % số người;\n",
    "hidden totals": "- 1650 người, chiếm 41,13 % số người nghiện thứ {0};\n",
    "wrong fractions": "{0}. Đạt 45/60 xã, đạt 80 %.\n",
    "impossible dates": "{0}. Ngày 31/2/2020.\n",
    "reversed goals": "{0}. Mục tiêu: giảm số người, tăng thêm 5 % năm 2019.\n",
    "agencies": "{0}. Sở Y tế chủ trì mở {0} lớp cho huyện {0}.\n",
    "rows of work": "Việc {0} | Sở Y tế | Công an tỉnh | 2025\n",
}  # fmt: skip
_WORDS = re.findall(
    r"\S+",
    "Sở Y tế chủ trì phối hợp với các huyện tỉnh và 90% năm 2025 đạt ít nhất số người , ; . : ( ) 1/2/2021"
    " giảm tăng đã có lớp 05 tổ chức Giao Ủy ban nhân dân Luật Quyết định 30/KH-UBND tỷ lệ từ đến trên dưới"
    " không để Công an I. 1. a) - “ ” % / | KẾ HOẠCH Đơn vị chủ trì: so với của do về việc",
)


def _nested(size: int) -> str:
    """Labels that go one level deeper as long as there is a deeper one, over and over."""
    labels = "Phần I|Chương I|Mục 1|A. X|I. X|Điều 1. X|1. X|1.1. X|1.1.1. X|1.1.1.1. X|a) x:|- x:|+ x:"
    ladder = labels.replace("|", "\n") + "\n"
    return ladder * (size // len(ladder) + 1)


def _deeper(size: int) -> str:
    """Numbers that grow by one part a line."""
    return "".join("1." * (i % 400 + 1) + " x\n" for i in range(size // 400 + 1)) * 2


def _random(end: str) -> Callable[[int], str]:
    def made(size: int) -> str:
        chance = random.Random(20)
        return end.join(" ".join(chance.choices(_WORDS, k=20)) for _ in range(size // 60))

    return made


def _sentences(size: int) -> str:
    """One heading and one paragraph in which every sentence assigns and counts."""
    one = "Sở Y tế chủ trì, phối hợp với Công an tỉnh, các huyện mở 05 lớp, đạt 90% số người năm 2025; "
    return "I. CHỈ TIÊU\n1. Mục tiêu: " + one * (size // len(one) + 1)


_MADE: dict[str, Callable[[int], str]] = {
    "nested labels": _nested,
    "deeper numbers": _deeper,
    "random words": _random(" "),
    "random lines": _random("\n"),
    "random cells": _random(" | "),
    "goals in one paragraph": _sentences,
}


def adversaries(size: int) -> Iterator[tuple[str, str]]:
    """Named texts of ``size`` bytes each, in UTF-8."""
    for name, unit in _REPEATED.items():
        yield name, _cut(unit * (size // len(unit) + 1), size)
    for name, line in _LINES.items():
        yield f"lines: {name}", _cut(f"{line}\n" * (size // len(line) + 1), size)
    for name, pattern in _COUNTED.items():
        yield f"counted: {name}", _cut("".join(pattern.format(i) for i in range(size // len(pattern))), size)
    for name, make in _MADE.items():
        yield name, _cut(make(size), size)


def _cut(text: str, size: int) -> str:
    return text[:size].encode()[:size].decode(errors="ignore")
