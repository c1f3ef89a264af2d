"""Official names in their proper spelling: capitals lowered, abbreviations opened, places completed."""

import re
from functools import cache

from phoihop.base.org.agencies import spellings
from phoihop.engines.reading.understanding.citations import NUMBER_RE, plausible
from phoihop.engines.reading.understanding.gazetteers import (
    is_city,
    load,
    province_names,
    province_of,
    province_pattern,
)
from phoihop.engines.reading.understanding.patterns import vi
from phoihop.kernel.text import fold, is_upper

# Abbreviations that stay in capitals, and phrases that begin with a capital in running text.
_KEEP = (
    "HIV/AIDS HIV AIDS ARV UBND HĐND MTTQ LĐTBXH BCĐ PrEP PC MTMD COVID-19 COVID BHYT TNXH THCS THPT ASEAN WHO CP "
    "ODA TW TU CBCC MSM NGO BHXH VPCP MDMT II III IV V VI VII VIII IX X XI XII XIII XIV XV"
).split()
_PROPER = (
    "Chính phủ|Thủ tướng Chính phủ|Thủ tướng|Quốc hội|Bộ Chính trị|Ban Bí thư|Trung ương|Đảng|Nhà nước|Việt Nam"
    "|Tỉnh ủy|Thành ủy|Ban Thường vụ|Ban Chỉ đạo|Hội đồng nhân dân|Ủy ban nhân dân|Nghị quyết|Nghị định|Quyết định"
    "|Chỉ thị|Kết luận|Chiến lược Quốc gia|Chiến lược|Chương trình|Kế hoạch|Đề án|Dự án|Luật|Pháp lệnh|Công an"
    "|Thường vụ Quốc hội|Ủy ban Quốc gia|Ủy ban Thường vụ|Methadone|Mặt trận Tổ quốc|Hồ Chí Minh|Tháng hành động"
    "|Trung tâm|Liên Hợp Quốc|Thông tư|Công văn"
)


@cache
def _proper() -> list[tuple[re.Pattern[str], str]]:
    names = [*_PROPER.split("|"), *province_names()]
    names += [f"{head} {name}" for head in ("Sở", "Bộ") for name in spellings().fields]
    names += [b for b in spellings().bodies if " " in b]
    names.sort(key=len)
    return [(vi(rf"(?<!\w){re.escape(n.lower())}(?!\w)"), n) for n in names]


def title_case(text: str) -> str:
    """A title in running case: 'PHÒNG, CHỐNG HIV/AIDS TỈNH X' → 'Phòng, chống HIV/AIDS tỉnh X'."""
    text = re.sub(r"\s+", " ", text).strip(" .;:")
    if not is_upper(text):
        return text[:1].upper() + text[1:]
    low = text.lower()
    for pattern, name in _proper():
        if name.lower() in low:
            low = pattern.sub(name, low)
    for short in _KEEP:
        low = re.sub(rf"(?<![\w/]){re.escape(short.lower())}(?!\w)", short, low)
    for match in NUMBER_RE.finditer(text):
        if plausible(match.group(), True) and len(low) == len(text):
            number = match.group().replace("TTG", "TTg").replace("CTR", "CTr").replace("TTR", "TTr")
            low = low[: match.start()] + number + low[match.end() :]
    return low[:1].upper() + low[1:]


def place_name(text: str) -> str:
    """The place of a date line in its official spelling; 'TP. Hồ Chí Minh' → 'Thành phố Hồ Chí Minh'."""
    text = vi(r"^(?:[A-ZĐ]{2,}\s+)+(?=[A-ZĐ][a-zđà-ỹ])").sub("", re.sub(r"\s+", " ", text).strip(" ,."))
    match = re.match(r"(?i)(?P<kind>tp\.?|thành phố|tỉnh)\s*(?P<name>.+)", text)
    if match:
        province = province_of(match["name"])
        if province and match["kind"].casefold() != "tỉnh":
            return f"Thành phố {province}"
        return province or text
    province = province_of(text)
    if province == "Hồ Chí Minh":
        return "Thành phố Hồ Chí Minh"
    return province or text


def unit_of(place: str | None) -> str | None:
    """'Lào Cai' → 'tỉnh Lào Cai', 'Hà Nội' → 'thành phố Hà Nội'; None for a place that is no province."""
    if not place:
        return None
    province = province_of(re.sub(r"^(?i:thành phố|tỉnh|tp\.?)\s*", "", place))
    if not province:
        return None
    return f"{'thành phố' if is_city(province) else 'tỉnh'} {province}"


def province_in(text: str) -> str | None:
    """The province a text names with its kind ('tỉnh Lai Châu', 'Thành phố Hà Nội'), as 'tỉnh Lai Châu'."""
    match = re.search(
        rf"(?i:tỉnh|thành phố|tp\.?)\s+(?P<name>{province_pattern()})(?!\w)", text, re.IGNORECASE
    )
    if match:
        return unit_of(match["name"])
    alias = next(
        (
            full
            for short, full in load("provinces")["alias"].items()
            if re.search(rf"(?<!\w){re.escape(short)}(?!\w)", text)
        ),
        None,
    )
    return unit_of(alias)


@cache
def _known() -> dict[str, str]:
    heads = ("Sở", "Bộ", "Phòng")
    names = [*spellings().bodies, *(f"{head} {field}" for head in heads for field in spellings().fields)]
    return {fold(n): n for n in names}


_OPEN = [
    (r"\bUBND\b", "Ủy ban nhân dân"), (r"\bU[Ỷỷ] ban\b|\bUỶ BAN\b", "Ủy ban"), (r"\bHĐND\b", "Hội đồng nhân dân"),
    (r"\bUBMTTQ(?:VN)?\b", "Ủy ban Mặt trận Tổ quốc Việt Nam"), (r"\bMTTQ\b", "Mặt trận Tổ quốc"), (r"\bBCĐ\b", "Ban Chỉ đạo"),
    (r"\bLĐ\s?-?\s?TB\s?&?(?:và)?\s?XH\b|\bLĐTBXH\b", "Lao động - Thương binh và Xã hội"), (r"\bTP\.?\s?(?=[A-ZĐ])", "thành phố "),
    (r"\bTN MT\s*,?\s*MD\b", "tệ nạn ma túy, mại dâm"), (r"\bMTMD\b", "ma túy, mại dâm"), (r"\bBTV\b", "Ban Thường vụ"), (r"\bTU\b", "Tỉnh ủy"), (r"\bPC\b", "phòng, chống"), (r"\bVP\b", "Văn phòng"),
]  # fmt: skip


def body_name(text: str) -> str:
    """A body's name in full and in mixed case: 'UBND TỈNH LÀO CAI' → 'Ủy ban nhân dân tỉnh Lào Cai'."""
    text = re.sub(r"\s+", " ", text).strip(" .,;:-–*")
    upper = is_upper(text)
    for pattern, full in _OPEN:
        text = vi(pattern).sub(full.upper() if upper else full, text)
    if not upper:
        return text[:1].upper() + text[1:]
    known = _known().get(fold(text))
    if known:
        return known
    name = title_case(text)
    name = re.sub(r"(?i)\b(ủy|uỷ) ban nhân dân\b", "Ủy ban nhân dân", name)
    name = re.sub(
        r"\bỦy ban nhân dân (huyện|quận|thị xã|xã|phường|thị trấn) ([\w\s]+)",
        lambda m: f"Ủy ban nhân dân {m[1]} {m[2].title()}",
        name,
    )
    name = re.sub(
        r"\b(tỉnh|huyện|quận|thị xã|thành phố|xã|phường|ủy)\s+((?!ủy|đoàn|nhân)\w+(?:\s+(?!ủy)\w+){0,2})$",
        lambda m: f"{m[1]} {m[2] if province_of(m[2]) else m[2].title()}",
        name,
    )
    return name[:1].upper() + name[1:]
