"""Who issued a document: the letterhead, the authority line of a decision, the portal, the text itself."""

import re

from phoihop.engines.reading.model import Span
from phoihop.engines.reading.understanding import naming
from phoihop.engines.reading.understanding.agencies import parties_at
from phoihop.engines.reading.understanding.citations import issuer_of
from phoihop.engines.reading.understanding.clean import Piece
from phoihop.engines.reading.understanding.gazetteers import load, province_pattern
from phoihop.engines.reading.understanding.head import Head
from phoihop.engines.reading.understanding.labels import label_of
from phoihop.engines.reading.understanding.patterns import vi
from phoihop.engines.reading.understanding.portal import Meta
from phoihop.kernel.text import fold, is_upper

_COUNTRY = vi(
    r"(?i)c?ộng\s*(?:h(?:òa|oà))?(?:\s*xã\s*hội)?(?:\s*chủ\s*nghĩa)?(?:\s*việt\s*nam)?\s*$|h(?:òa|oà) xã hội chủ nghĩa việt nam"
    r"|cộng\s*h(?:òa|oà)\s*xã\s*hội\s*chủ\s*nghĩa\s*việt\s*nam|^chủ nghĩa việt nam$|^nghĩa việt nam$|^việt nam$|độc\s*lập\s*[-–]?\s*tự\s*do\s*[-–]?\s*hạnh\s*phúc|đảng cộng sản việt nam"
)
# The same words after OCR: "CỘNG HỊA XÃ HỘI CHỦ NGHĨA VIỆT NAM".
_COUNTRY_NOISY = vi(
    r"(?i)(?:c\S{1,4}ng\s+\S{2,5}\s+)?(?:x\S{1,2}\s+)?(?:h\S{1,3}\s+)?ch\S{1,3}\s+ngh\S{1,4}\s+vi\S{1,3}\s+nam\S{0,2}"
)
_COUNTRY_KEY = fold("cộng hòa xã hội chủ nghĩa việt nam độc lập tự do hạnh phúc")
_HEADS = vi(
    r"(?:ỦY|UỶ|ỦY) BAN (?:NHÂN DÂN|QUỐC GIA|MẶT TRẬN|DÂN TỘC|THƯỜNG VỤ|KIỂM TRA|PHÒNG)|UBND|HỘI ĐỒNG|HĐND|SỞ (?=[A-ZĐ])|BỘ (?=[A-ZĐ])"
    r"|BAN (?:CHỈ|THƯỜNG|CHẤP|TUYÊN|DÂN|TỔ|BÍ|CÁN|NỘI|QUẢN|AN|KINH)|BCĐ|(?:TỈNH|THÀNH|HUYỆN|THỊ|ĐẢNG)\s(?:ỦY|UỶ|ĐOÀN)|CÔNG AN|VĂN PHÒNG|CỤC|TỔNG CỤC|CHI CỤC|VIỆN|TRUNG TÂM|HỘI (?=[LNCĐKB])|LIÊN ĐOÀN|THỦ TƯỚNG|CHÍNH PHỦ|QUỐC HỘI|THANH TRA|TÒA ÁN|ĐOÀN"
)
_AUTHORITY = vi(
    r"(?:CHỦ TỊCH\s+)?(?:(?:ỦY|UỶ) BAN NHÂN DÂN|UBND)\s+(?:TỈNH|THÀNH PHỐ|TP|HUYỆN|QUẬN|THỊ XÃ)|HỘI ĐỒNG NHÂN DÂN\s+(?:TỈNH|THÀNH PHỐ|HUYỆN|QUẬN)"
    r"|BỘ TRƯỞNG|THỦ TƯỚNG CHÍNH PHỦ|CHÍNH PHỦ\s*$|CHỦ NHIỆM|GIÁM ĐỐC SỞ|TỔNG GIÁM ĐỐC|BAN THƯỜNG VỤ|(?:ỦY|UỶ) BAN THƯỜNG VỤ QUỐC HỘI|CHÁNH ÁN|VIỆN TRƯỞNG|CHỦ TỊCH (?:NƯỚC|HỘI|(?:ỦY|UỶ) BAN)|TRƯỞNG BAN|QUỐC HỘI\s*$"
)
_DECIDES = {"quyết định", "nghị quyết", "thông tư", "nghị định", "thông tư liên tịch", "chỉ thị", "pháp lệnh"}


def authority_of(text: str) -> str | None:
    """The authority line of a decision ('CHỦ TỊCH ỦY BAN NHÂN DÂN TỈNH …'), or None."""
    text = text.strip()
    return text if len(text) < 140 and _AUTHORITY.match(text) else None


def settle(
    head: Head,
    lines: list[Piece],
    blocks: list[Piece],
    anchor: int | None,
    type_at: int | None,
    meta: Meta,
) -> None:
    """Fill issuer, parent issuer and, failing a date line, the place."""
    bodies = _letterhead_bodies(lines, anchor)
    if head.type in _DECIDES:
        _by_authority(head, lines, type_at if type_at is not None else anchor)
    if head.issuer is None and bodies:
        name, span = bodies[-1]
        head.issuer = _completed(name, head, bodies)
        head.note("issuer", span, 0.95)
    if bodies and head.issuer:
        parents = bodies[:-1] if head.where["issuer"].span == bodies[-1][1] else []
        if parents:
            head.parent_issuer = naming.body_name(parents[-1][0])
            head.note("parent_issuer", parents[-1][1], 0.9)
    if head.issuer is None and "issuer" in meta:
        head.issuer = _from_portal(meta["issuer"][0], head)
        head.note("issuer", meta["issuer"][1], 0.85)
    if head.issuer is None:
        _from_text(head, blocks)
    if head.place is None:
        _place(head, bodies, blocks, anchor, meta)
    if head.issuer:
        head.issuer = _with_province(head.issuer, head, bodies, meta)


def _by_authority(head: Head, lines: list[Piece], start: int | None) -> None:
    if start is None:
        return
    for i in range(start, min(len(lines), start + 14)):
        text = lines[i].text
        if i in head.title_lines or not is_upper(text) or not authority_of(text):
            continue
        name = text
        last = i
        # "CHỦ TỊCH ỦY BAN NHÂN DÂN" / "TỈNH VĨNH LONG"
        if (
            i + 1 < len(lines)
            and is_upper(lines[i + 1].text)
            and vi(r"TỈNH|THÀNH PHỐ|[A-ZĐ]+\s*$").match(lines[i + 1].text)
            and len(lines[i + 1].text) < 40
            and not re.match(r"QUYẾT", lines[i + 1].text)
        ):
            name, last = f"{text} {lines[i + 1].text}", i + 1
        name = re.sub(r"\s+(?:KHÓA|KHOÁ|KỲ HỌP).*$", "", name)
        head.issuer = naming.body_name(name)
        head.note("issuer", (lines[i].span()[0], lines[last].span()[1]), 0.95)
        return


def _letterhead_bodies(lines: list[Piece], anchor: int | None) -> list[tuple[str, Span]]:
    """The bodies named above the number, parent first; the country's name and motto left out."""
    if anchor is None:
        return []
    taken: list[Piece] = []
    for i in range(anchor - 1, max(-1, anchor - 14), -1):
        text = _COUNTRY.sub("", _COUNTRY_NOISY.sub("", lines[i].text)).strip(" -–|*.:")
        # The country's name may be broken anywhere over the cells of the letterhead.
        if not text or fold(text) in _COUNTRY_KEY:
            continue
        if not is_upper(text) or len(text) > 120 or re.search(r"^(?:KẾ HOẠCH|QUYẾT ĐỊNH|CHỈ THỊ)", text):
            if taken or (len(text) > 60 and not _looks_like_body(text)):
                break
            if not _looks_like_body(text):
                continue
        shift = lines[i].text.find(text)
        taken.append(lines[i].part(shift, shift + len(text)))
    for line in lines[anchor : anchor + 2]:
        # Letterhead cells may follow the number when the table was read column by column.
        if (
            not taken
            and is_upper(line.text)
            and _HEADS.match(line.text)
            and fold(line.text) not in _COUNTRY_KEY
        ):
            taken.append(line)
    taken.reverse()
    if not taken:
        return []
    joined = " ".join(p.text for p in taken)
    starts: list[int] = []
    for match in _HEADS.finditer(joined):
        if (match.start() == 0 or joined[match.start() - 1] == " ") and not _inside_name(
            joined, match.start(), starts
        ):
            starts.append(match.start())
    if not starts:
        return []
    joined = re.sub(r"\s+[-–]\s+CƠ QUAN (?:T|THƯỜNG).*$", lambda m: " " * len(m[0]), joined)
    spans: list[tuple[str, Span]] = []
    for k, start in enumerate(starts):
        stop = starts[k + 1] if k + 1 < len(starts) else len(joined)
        spans.append((joined[start:stop].strip(" -–"), _span(taken, start, stop)))
    return spans


def _looks_like_body(text: str) -> bool:
    return bool(_HEADS.match(text.upper())) and len(text) < 60


def _inside_name(joined: str, start: int, starts: list[int]) -> bool:
    """Whether a head word only continues the name before it: 'BAN THƯỜNG VỤ TỈNH ỦY', 'VĂN PHÒNG UBND'."""
    if not starts:
        return False
    before = joined[starts[-1] : start].strip()
    return before.endswith((
        "BAN THƯỜNG VỤ", "VĂN PHÒNG", "BAN TUYÊN GIÁO", "BAN DÂN VẬN", "ĐOÀN", "HỘI ĐỒNG", "BAN CHẤP HÀNH", "BAN CÁN SỰ ĐẢNG",
        "BAN TỔ CHỨC", "THƯỜNG TRỰC", "ĐẢNG ĐOÀN", "BAN NỘI CHÍNH", "ĐẢNG ỦY", "THỦ TƯỚNG", "BỘ", "SỞ", "LIÊN", "BAN CHỈ ĐẠO", "BỘ TRƯỞNG",
        " -", " –", "CỦA",
    ))  # fmt: skip


def _span(pieces: list[Piece], start: int, stop: int) -> Span:
    position = 0
    first: int | None = None
    last = 0
    for piece in pieces:
        begin, end = position, position + len(piece.text)
        if end > start and begin < stop:
            a, b = piece.span(max(0, start - begin), min(len(piece.text), stop - begin))
            first = a if first is None else first
            last = b
        position = end + 1
    return (first or 0, last)


def _completed(name: str, head: Head, bodies: list[tuple[str, Span]]) -> str:
    full = naming.body_name(name)
    parents = [naming.body_name(b[0]) for b in bodies[:-1]]
    if parents and re.match(r"(?:Sở|Ban Chỉ đạo|Công an|Ban)\b", full) and not naming.province_in(full):
        unit = naming.province_in(parents[-1])
        if unit and not re.search(r"\btỉnh\b|thành phố", full):
            full = f"{full} {unit}"
    return full


def _from_portal(value: str, head: Head) -> str:
    """'Tỉnh Lào Cai' beside a number ending in UBND is the People's Committee of that province."""
    symbol = head.number or ""
    unit = naming.province_in(value) or naming.unit_of(value)
    if unit and "HĐND" in symbol and "UBND" not in symbol:
        return f"Hội đồng nhân dân {unit}"
    if unit and re.match(r"(?i)(?:tỉnh|thành phố|tp)", value):
        return f"Ủy ban nhân dân {unit}"
    return naming.body_name(value)


_ACTS = vi(
    r"\s*(?:\([^)]*\)\s*)?(?:vừa|đã|mới đây|mới)?\s*(?:có\s+)?(?:(?i:kế hoạch|văn bản|công văn|chỉ thị)\b|xây dựng|ban hành|lập|triển khai|đề nghị|yêu cầu|giao|chỉ đạo|hướng dẫn|quyết định|thông báo|đề ra|phê duyệt|ra|báo cáo|tổ chức|ký|sẽ|phấn đấu|đặt mục tiêu)\b"
)
_BODY_WORDS = vi(
    r"(?:Ban Thường vụ|Ban Chấp hành|(?:Ủy|Uỷ) ban nhân dân|UBND|Ban [Cc]hỉ đạo|BCĐ|Bộ\s+[A-ZĐ]|Sở\s+[A-ZĐ]|Ban\s+[A-ZĐ]|Tỉnh ủy|Thành ủy|Thủ tướng Chính phủ|Chính phủ|Công an\s|Hội đồng nhân dân|HĐND|Cục\s|Văn phòng\s|(?:Ủy|Uỷ) ban\s)"
)


def _from_text(head: Head, blocks: list[Piece]) -> None:
    """'… Ban Chỉ đạo 138 tỉnh xây dựng kế hoạch thực hiện như sau'."""
    for block in blocks[:30]:
        if label_of(block.text):
            continue  # an item tells what a body shall do, not who issues
        for match in _BODY_WORDS.finditer(block.text):
            opening = block.text[max(0, match.start() - 40) : match.start()]
            if opening.strip() and not re.search(
                r"(?:[.,;:)“\"!-]|\d|\b(?:nay|đó|qua|này|tham mưu|tham mưu cho|[Cc]hủ tịch))\s*$", opening
            ):
                continue
            if opening and (opening[-1].isalnum() or re.search(r"(?:của|gửi|do|về|với|cáo)\s*$", opening)):
                continue
            name, end = _body_at(block.text, match.start())
            signed_by = vi(r"(?:\s+[A-ZĐ]\w+){2,5}(?=\s+(?:vừa|đã|mới|ký))").match(block.text, end)
            if name and _ACTS.match(block.text, signed_by.end() if signed_by else end):
                head.issuer = naming.body_name(name)
                head.note("issuer", block.span(match.start(), end), 0.75)
                return
    if head.number and (central := issuer_of(head.number)):
        head.issuer = central
        head.note("issuer", head.where["number"].span, 0.7)
        return
    if head.number:
        local = load("types")["local_issuers"]
        for part in reversed(re.split(r"[-/]", head.number)):
            if part in local:
                head.issuer = str(local[part])
                head.note("issuer", head.where["number"].span, 0.6)
                return


def _body_at(text: str, start: int) -> tuple[str | None, int]:
    """The body's name that begins here and its end."""
    party = vi(
        rf"(?:Ban Thường vụ|Ban Chấp hành)\s+(?:Đảng bộ\s+)?(?:Tỉnh|Thành|Huyện|tỉnh|thành)\s*(?:ủy|uỷ|phố)?(?:\s+(?:{province_pattern()}))?|(?:Tỉnh|Thành)\s+(?:ủy|uỷ)(?:\s+(?:{province_pattern()}))?"
    ).match(text, start)
    if party:
        return party.group(), party.end()
    committee = vi(
        rf"Ban\s+Chỉ\s+đạo(?:\s+\d+(?:/[A-ZĐ]+)?)?(?:\s+[^.,;:()]{{1,90}}?)?(?:\s+(?i:tỉnh|thành phố)(?:\s+(?:{province_pattern()}))?)?(?=\s+(?:xây dựng|ban hành|đề nghị|yêu cầu|triển khai|lập|hướng dẫn|\())"
    ).match(text, start)
    if committee:
        return committee.group(), committee.end()
    parties, end = parties_at(text, start, most=2)
    if len(parties) == 1 and parties[0].start == start:
        return parties[0].name, parties[0].end
    return None, end


def _place(
    head: Head, bodies: list[tuple[str, Span]], blocks: list[Piece], anchor: int | None, meta: Meta
) -> None:
    """Without a date line the letterhead tells the place; a news item names its only province."""
    for name, span in bodies:
        unit = naming.province_in(name) or naming.province_in(naming.body_name(name))
        if unit:
            head.place = re.sub(r"^(?:tỉnh|thành phố)\s+", "", unit)
            head.note("place", span, 0.8)
            return
    if anchor is None and head.number and "UBND" in head.number and not meta:
        found = {unit: block for block in blocks if (unit := naming.province_in(block.text))}
        named = sum(
            len(re.findall(rf"(?i:tỉnh|thành phố)\s+(?:{province_pattern()})", b.text)) for b in blocks
        )
        if len(found) == 1 and named >= 3:
            unit, block = next(iter(found.items()))
            head.place = re.sub(r"^(?:tỉnh|thành phố)\s+", "", unit)
            head.note("place", block.span(), 0.6)


def _with_province(issuer: str, head: Head, bodies: list[tuple[str, Span]], meta: Meta) -> str:
    """Add the province to a local body whose letterhead leaves it out."""
    local = re.match(
        r"(?:Chủ tịch\s+)?(?:Ủy ban nhân dân|Hội đồng nhân dân|Tỉnh ủy|Thành ủy|Công an|Ban Thường vụ (?:Tỉnh|Thành) ủy|Sở\s)",
        issuer,
    )
    if (
        not local
        or naming.province_in(issuer)
        or re.search(rf"(?:{province_pattern()})\s*$|huyện|quận|thị xã|xã |phường", issuer)
    ):
        return issuer
    unit = next((u for name, _ in bodies if (u := naming.province_in(name))), None)
    unit = unit or naming.unit_of(head.place) or naming.province_in(head.title or "")
    if not unit and "issuer" in meta:
        unit = naming.province_in(meta["issuer"][0])
    if not unit:
        return issuer
    bare = re.sub(r"\s+(?:tỉnh|thành phố|Thành phố)\s*$", "", issuer)
    if re.search(r"(?:Tỉnh|Thành) ủy$", bare):
        return f"{bare} {re.sub(r'^(?:tỉnh|thành phố) ', '', unit)}"
    if (
        bare == "Sở"
        or re.match(r"Công an$|Ủy ban nhân dân$|Hội đồng nhân dân$|Chủ tịch", bare)
        or bare.startswith("Sở ")
    ):
        return f"{bare} {unit}"
    return issuer
