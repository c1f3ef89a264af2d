"""Finding agencies in running text: single names, lists, and lists that share one prefix.

"các Sở: Y tế, Công Thương và Ủy ban nhân dân các huyện, thành phố" names three parties. Names hold
commas and "và" themselves ("Sở Văn hóa, Thể thao và Du lịch"), so a list cannot be cut at its
commas: it is read name by name, with the longest name winning.
"""

import re
from dataclasses import dataclass
from functools import cache

from phoihop.base.org.agencies import spellings
from phoihop.engines.reading.understanding.gazetteers import alternation, province_pattern
from phoihop.engines.reading.understanding.patterns import remembered, vi

_SCOPE_WORD = "tỉnh|huyện|quận|thị xã|thành phố|xã|phường|thị trấn|đặc khu"
_SCOPE_LIST = rf"(?:các\s+)?(?:{_SCOPE_WORD})(?:\s*,\s*(?:{_SCOPE_WORD})|\s+và\s+(?:{_SCOPE_WORD})\b|\s*/\s*(?:{_SCOPE_WORD}))*"


_PROPER = r"[A-ZĐ]\w+(?:\s+[A-ZĐ]\w+){0,2}(?:\s*[-–]\s*[A-ZĐ]\w+(?:\s+[A-ZĐ]\w+)?)?"


@dataclass(frozen=True, slots=True)
class Party:
    """One named party of an assignment; offsets are into the text it was found in."""

    name: str
    start: int
    end: int


@cache
def _place() -> str:
    """What may follow a body's name: whose it is, or on which level."""
    provinces = province_pattern()
    one = (
        rf"(?:(?i:tỉnh|thành phố|TP\.?)\s+)(?:{provinces})|TP\.?(?!\s*[A-ZĐ])"
        rf"|(?i:thành phố|thị xã|huyện|quận|tỉnh)(?=\s*(?:,(?!\s*(?:{_SCOPE_WORD}))|[;.:()]|$|và|chủ|phối|có|tổ|xây|tham|hướng|chỉ|thực|tiếp|theo|là|cùng|để|các|đảm|bảo|rà|tăng|đẩy|kiểm|triển|báo|tổng|định|quản|căn|ban|trình|lập|chịu|thường|vào|làm|giao))"
        rf"|{_SCOPE_LIST}(?:\s+(?:{_PROPER}|trực thuộc\s+(?:[Tt]rung ương|TW)|thuộc tỉnh|trong tỉnh|trên địa bàn(?:\s+tỉnh|\s+thành phố)?))?"
        r"|cấp\s+(?:tỉnh|huyện|xã)(?:\s*,\s*(?:cấp\s+)?(?:huyện|xã))*(?:\s+và\s+(?:cấp\s+)?(?:huyện|xã))?"
        r"|chi nhánh(?:\s+tỉnh|\s+thành phố)?|các\s+cấp|các\s+tỉnh\s*,\s*thành\s+phố|Việt Nam|Trung ương|"
        rf"(?:thành phố|tỉnh|huyện|thị xã|quận)\s+{_PROPER}"
        rf"|(?:{provinces})"
        r"|(?:các\s+)?đơn vị(?:\s*,\s*địa phương)?"
    )
    return rf"(?:\s+(?:{one}))?"


@cache
def _named() -> re.Pattern[str]:
    fields = alternation(spellings().fields)
    bodies = alternation(spellings().bodies)
    provinces = province_pattern()
    place = _place()
    committee = (
        r"Ban\s+[Cc]hỉ\s+đạo(?:\s+(?:Quốc gia|quốc gia|cấp tỉnh))?(?:\s+\d{2,4}(?:/[A-ZĐ]+)?)?"
        r"(?:\s+(?:phòng,?\s*chống|thực hiện|Phòng,?\s*chống|công tác)[^.;:()]{3,90}?(?=\s+(?:tỉnh|thành phố|Thành phố|các cấp|chủ trì|phối hợp|có trách|xây dựng|ban hành|tổ chức|hướng dẫn|của)\b|[.;:()]|$))?"
    )
    return vi(
        rf"(?P<field>(?:Liên\s+)?(?:Sở|Bộ|Phòng|phòng|Ngành|ngành|Thanh tra Sở|Thanh tra Bộ)\s+(?:{fields})(?!\w))(?P<place1>{place})"
        rf"|(?P<committee>{committee})(?P<place2>{place})"
        rf"|(?P<people>(?:(?:Thường trực\s+)?(?:Ủy|Uỷ|ủy|uỷ)\s+ban\s+[Nn]hân\s+[Dd]ân|UBND))(?P<place3>{place})"
        rf"|(?P<police>(?:lực lượng\s+)?Công\s+an)(?P<place4>{place})"
        rf"|(?P<body>(?:Cơ quan\s+(?:Thường trực\s+)?)?(?=[A-ZĐ])(?i:{bodies})(?!\w))(?P<place5>{place}(?:\s+(?:{provinces}))?)"
        r"|(?P<other>(?:Cục|Vụ|Viện|Trường|Trung tâm|Chi cục|Hội|Hiệp hội|Liên hiệp|Liên minh|Tổng cục|Văn phòng|Công ty|Đài|Báo|Ban|Bệnh viện|Cơ sở|Thanh tra|Ủy ban|Uỷ ban|Trạm|Tổ|Đội|Đoàn|Phòng|Chi đoàn|Tổng đội|Quỹ|Lực lượng|Đồn|Hạt|Kho bạc|Ngân hàng|Trại|Học viện|Khoa|Câu lạc bộ)"
        r"(?:\s+(?!chủ trì|phối hợp|có trách|tổ chức|hướng dẫn|tham mưu|chịu|xây dựng|chỉ đạo|triển khai|thực hiện|tiếp tục|tăng cường|theo dõi|đôn đốc|kiểm tra|là\b|và\b|với\b|cùng\b|để\b)[^\W_][\w&/-]*){1,9}?)"
        r"(?=\s*(?:[,;.:()]|$)|\s+(?:chủ trì|phối hợp|có trách|tổ chức|hướng dẫn|tham mưu|chịu|và|với|cùng|xây dựng|chỉ đạo|triển khai|thực hiện|tiếp tục|tăng cường|theo dõi|đôn đốc|kiểm tra|là|để)\b)"
    )


@cache
def _general() -> re.Pattern[str]:
    words = alternation([*spellings().general, "liên quan"])
    word = rf"(?i:{words})(?!\w)(?:\s+(?:chính trị|xã hội|thành viên|chức năng|chuyên môn|nhà nước|xây dựng Đảng|biên giới|miền núi|trọng điểm|khu vực|truyền thông|báo chí|trực thuộc|thuộc tỉnh|đóng trên địa bàn))?"
    tail = (
        r"(?:\s+(?:tỉnh|thành phố|Thành phố|cấp tỉnh|cấp huyện)(?=\s+(?:có\s+)?liên))?(?:\s*(?:,\s*)?(?:có\s+)?(?:liên\s*quan|chức năng))?(?:\s+(?:của|thuộc|cấp|ở|trong|tại)\s+(?:tỉnh|thành phố|Thành phố|huyện|địa phương|Trung ương|cơ sở|xã))?"
        r"(?:\s+(?:tỉnh|Thành phố|thành phố|các cấp)\b(?!\s*,\s*(?:huyện|thành|xã|thị|quận)))?(?:\s+(?:trên|trong)\s+(?:địa bàn|toàn)(?:\s+(?:toàn\s+)?(?:tỉnh|thành phố|Thành phố))?)?"
    )
    return vi(
        rf"(?:(?:[Cc]ác|[Nn]hững|[Mm]ột số|[Tt]oàn thể)\s*,?\s*)?{word}(?:\s*(?:,|/|-|–|\bvà|\bcùng)\s*(?:và\s+)?{word})*{tail}"
    )


_HEADS = vi(r"(?:[Cc]ác\s+)?(?:[Tt]hủ trưởng|[Cc]hủ tịch)\b")
_NO_PARTY = frozenset(
    ("đơn vị", "ngành", "cấp", "cá nhân", "tổ chức", "cơ quan", "hội", "ban", "bộ", "sở", "tỉnh")
)
_TITLE = vi(
    r"(?:(?:[Cc]ác\s+)?(?:đồng chí|[Ll]ãnh đạo|[Gg]iám đốc|GIÁM ĐỐC|[Tt]hủ trưởng|[Cc]hánh|[Tt]rưởng|[Cc]hủ tịch|[Cc]hủ nhiệm|[Tt]ổng [Gg]iám đốc|Bộ trưởng|[Cc]ục trưởng)\s+)"
)
_SHARED = vi(
    r"(?:[Cc]ác|[Ll]iên)\s+(?P<prefix>[Ss]ở|[Bb]ộ|[Pp]hòng|[Nn]gành|[Cc]ơ quan|[Đđ]ơn vị|[Ss]ở, (?:ban, )?ngành[^:]{0,40}(?=:)|[Bb]ộ, ngành[^:]{0,30}(?=:))(?P<colon>\s*:)?\s+"
)
_SEPARATOR = vi(r"\s*(?:[,;+]|\s[-–](?=\s)|/)?\s*(?:\b(?:và|cùng với|cùng|với)\b\s*)?")


@cache
def _field() -> re.Pattern[str]:
    return vi(rf"(?i:{alternation(spellings().fields)})(?!\w)")


@remembered
def _one(text: str, start: int, stop: int) -> list[Party] | None:
    """The party or parties that begin exactly here, before ``stop``."""
    title = _TITLE.match(text, start, stop)
    if title and (found := _body(text, title.end(), stop)):
        # A director stands for the agency; many heads at once are named as the text words them:
        # "Thủ trưởng các sở", "Chủ tịch Ủy ban nhân dân các huyện".
        if not (_HEADS.match(title.group()) and re.search(r"\bcác\b", found[0].name)):
            return found
        first = Party(_tidy(text[start : found[0].end]), start, found[0].end)
        return [first, *found[1:]]
    party = _PARTY_OF.match(text, start, stop)
    if party and (owner := _body(text, party.end(), stop)) and len(owner) == 1:
        return [Party(_tidy(text[start : owner[0].end]), start, owner[0].end)]
    return _body(text, start, stop)


def _body(text: str, start: int, stop: int) -> list[Party] | None:
    """The body or bodies named here, without a director's title or a Party committee before them."""
    districts = _DISTRICTS.match(text, start, stop)
    if districts and (parties := _each_district(text, districts, stop)):
        return parties
    shared = _SHARED.match(text, start, stop)
    if shared and (fields := _shared(text, shared, stop)):
        return fields
    named = _named().match(text, start, stop)
    general = _general().match(text, start, stop)
    if named and not (named.lastgroup == "other" and general and general.end() >= named.end()):
        return [Party(_tidy(named.group()), start, named.end())]
    # "tổ chức" alone is the verb, "cơ quan" alone is no party.
    if general and _tidy(general.group()).casefold() not in _NO_PARTY:
        return [Party(_tidy(general.group()), start, _trimmed(text, start, general.end()))]
    return None


# The Party committee of an agency bears the agency's name: "Đảng ủy Công an tỉnh".
_PARTY_OF = vi(r"(?:Ban [Cc]án sự [Đđ]ảng\s*,\s*)?[Đđ]ảng\s+(?:ủy|uỷ)\s+(?=[A-ZĐ])")
_DISTRICTS = vi(
    r"(?P<head>(?:(?:Ủy|Uỷ) ban nhân dân|UBND|Công an|Huyện ủy)\s+)các\s+(?P<unit>huyện|xã|phường|thị xã|quận)\s*(?::|(?=\s[A-ZĐ]))\s*"
)
_DISTRICT = vi(
    r"(?:(?:huyện|thị xã|thành phố|xã|phường)\s+)?[A-ZĐ][a-zà-ỹđ]+(?:\s+[A-ZĐ][a-zà-ỹđ]+){0,3}(?!\w)"
)


def _each_district(text: str, match: re.Match[str], stop: int) -> list[Party]:
    """'UBND các huyện: Nậm Xoong, Tả Sín' → UBND huyện Nậm Xoong, UBND huyện Tả Sín."""
    parties: list[Party] = []
    position = match.end()
    while named := _DISTRICT.match(text, position, stop):
        unit = "" if re.match(r"[a-zđ]", named.group()) else f"{match['unit']} "
        parties.append(Party(_tidy(f"{match['head']}{unit}{named.group()}"), position, named.end()))
        gap = _SEPARATOR.match(text, named.end(), stop)
        if not gap or not gap.group().strip() or _named().match(text, gap.end(), stop):
            break
        position = gap.end()
    return parties


def _shared(text: str, shared: re.Match[str], stop: int) -> list[Party] | None:
    """'các Sở: Y tế, Công thương' → Sở Y tế, Sở Công thương. A word for any party adds nothing."""
    prefix = shared.group("prefix")
    simple = prefix.lower() in ("sở", "bộ", "phòng")
    lead = prefix[0].upper() + prefix[1:] + " " if simple else ""
    parties: list[Party] = []
    position = shared.end()
    while True:
        field = _field().match(text, position, stop)
        named = _named().match(text, position, stop)
        if field and not (named and named.end() > field.end() and named.lastgroup != "other"):
            parties.append(Party(lead + _tidy(field.group()), position, field.end()))
            end = field.end()
        elif parties and named and named.lastgroup != "other":
            break
        else:
            break
        gap = _SEPARATOR.match(text, end, stop)
        if not gap or gap.end() == end or not _field().match(text, gap.end(), stop):
            break
        position = gap.end()
    return parties or None


def _trimmed(text: str, start: int, end: int) -> int:
    return start + len(text[start:end].rstrip(" ,;:"))


def _tidy(name: str) -> str:
    return " ".join(name.split()).strip(" ,;:")


_NOTE = vi(r"\s*\([^()]{0,160}\)")


def parties_at(
    text: str, start: int = 0, stop: int | None = None, most: int = 100
) -> tuple[list[Party], int]:
    """The list of parties that begins at ``start`` and the offset where it ends.

    An empty list and ``start`` when no party is named there. Reads as if the text ended at ``stop``,
    and no further once it has ``most`` parties.
    """
    stop = len(text) if stop is None else stop
    parties: list[Party] = []
    position = end = start
    while position < stop and len(parties) < most:
        found = _one(text, position, stop)
        if not found or found[-1].end <= position:
            break
        parties.extend(found)
        end = found[-1].end
        aside = _NOTE.match(text, end, stop)
        after = aside.end() if aside else end
        gap = _SEPARATOR.match(text, after, stop)
        if not gap or not gap.group().strip():
            break
        position = gap.end()
    return parties, end


def names_at(text: str, start: int = 0, stop: int | None = None) -> tuple[list[str], int]:
    """As parties_at, but the names alone, each once."""
    parties, end = parties_at(text, start, stop)
    return list(dict.fromkeys(p.name for p in parties)), end


@remembered
def is_agency_heading(text: str) -> list[str]:
    """The parties that a heading consists of ("4. Sở Y tế" without its label); else an empty list."""
    text = text.strip().rstrip(":.;, ")
    names, end = names_at(text)
    rest = re.sub(r"\([^()]*\)?", "", text[end:]).strip(" ,:-–").casefold()
    duty = ("có trách nhiệm", "chịu trách nhiệm", "có nhiệm vụ", "là cơ quan thường trực", "thực hiện")
    return names if names and (not rest or rest in duty) else []
