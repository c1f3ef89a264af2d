"""Documents that a text cites: state form (30/KH-UBND, 116/2021/NĐ-CP) and Party form (36-CT/TW)."""

import re
from dataclasses import dataclass, field
from datetime import date
from functools import cache

from phoihop.engines.reading.model import Citation, Span
from phoihop.engines.reading.understanding.clean import Piece
from phoihop.engines.reading.understanding.gazetteers import alternation, load
from phoihop.engines.reading.understanding.patterns import remembered, vi
from phoihop.kernel.periods import DATE_RE, date_of
from phoihop.kernel.text import fold, is_upper, nfc

_SYM = r"[A-ZĐ][A-ZĐa-zđôơưâăê&.]*\d{0,4}"
# Between the groups of a number careless texts put blanks, doubled slashes and long dashes.
_HYPHEN = r"\s?[-–—]\s?"
_SLASH = r"\s?/{1,2}\s?"
NUMBER = (
    # state: 30/KH-UBND, 116/2021/NĐ-CP, 148/2014/TTLT-BTC-BLĐTBXH, 163/2024/QH15, 19/KH-BCĐ138/CP
    rf"\d(?<![\w/.,-]\d)\d{{0,4}}[a-zA-Z]?{_SLASH}(?:(?:19|20)\d{{2}}{_SLASH})?{_SYM}(?:(?:{_HYPHEN}|/{{1,2}}){_SYM})*(?!\w)"
    # Party: 36-CT/TW, 175-KH/TU, 05 KH/BCSĐ, 1320-QĐ/TU
    # before 1990s reform: 139-TTg, 315-CT
    r"|\d(?<![\w/.,-]\d)\d{0,3}-(?:TTg|TTG|CT|HĐBT|CP)(?![\w/-])"
    rf"|\d(?<![\w/.,-]\d)\d{{0,3}}(?:{_HYPHEN}|\s)[A-ZĐ][A-ZĐa-zđ]{{1,6}}{_SLASH}{_SYM}(?:(?:{_HYPHEN}){_SYM})*(?!\w)"
)
NUMBER_RE = vi(NUMBER)
_DIGIT = vi(r"\d")


@cache
def _codes() -> frozenset[str]:
    return frozenset(code.upper() for t in load("types")["type"] for code in t["codes"])


@cache
def _bodies() -> frozenset[str]:
    data = load("types")
    return frozenset(k.upper() for k in (*data["issuers"], *data["local_issuers"], "TU", "TW", "QH"))


@cache
def type_pattern() -> str:
    return alternation(t["name"] for t in load("types")["type"])


@cache
def _type_re() -> re.Pattern[str]:
    return vi(rf"(?i:\b({type_pattern()}))(?!\w)")


@cache
def _named_law() -> re.Pattern[str]:
    """A law or strategy cited by its name and year only; such a citation has no number."""
    stop = r"(?=\s*(?:[.;:“”\"()]|,\s*(?:Luật|Nghị|Pháp|Bộ|Chiến|Quyết|Chỉ|trong|trọng|tiến|góp|và)|\b(?:và|được|quy định|đến các|theo|về|ngày|số|tới|nhằm|để|tại|do|có hiệu lực|trên địa bàn|đã|là|cùng)\b|$))"
    return vi(
        rf"(?P<law>(?:Bộ luật|Luật)\s+(?!số|định|sửa|gia\b|sư\b)(?:[A-ZĐ][\w/]*|phòng)(?:[\s,/]+(?!và các|ngày|được|về\b)[\w/\-]+){{0,14}}?(?:\s+(?:năm\s+)?(?:19|20)\d{{2}})?){stop}"
    )


@remembered
def tidy_number(raw: str) -> str:
    """A number as the text shows it, blanks removed and its damage mended where it is certain."""
    number = re.sub(r"\s+", "", nfc(raw)).replace("–", "-").replace("—", "-")
    number = re.sub(r"/{2,}", "/", number).rstrip(".&-/")
    # A type code run into its issuer: 3237/KHUBND.
    match = re.fullmatch(
        r"(\d+(?:/\d{4})?/)(KH|QĐ|CT|NQ|TB|BC|TTr|HD|CTr)(UBND|HĐND|BCĐ|TU|TTg|CP|SYT)", number
    )
    if match:
        number = f"{match[1]}{match[2]}-{match[3]}"
    return number


@remembered
def key_of(number: str) -> str:
    """What makes two spellings of a number the same number: 21-CT/TU and 21/CT-TU are one."""
    return re.sub(r"^0+", "", re.sub(r"[-/.]+", "/", tidy_number(number).upper()))


def _without_year(key: str) -> str:
    return re.sub(r"^(\d+)/(?:19|20)\d\d/", r"\1/", key)


def plausible(number: str, worded: bool) -> bool:
    """Whether a match is a document's number and not a fraction, a rate or a code."""
    symbol = re.sub(r"^\d+[a-zA-Z]?[-/\s]*(?:(?:19|20)\d{2}/)?", "", number)
    letters = vi(r"[A-ZĐa-zđ]+").findall(symbol)
    if not letters or len("".join(letters)) < 2:
        return False
    known = any(part.upper() in _codes() or part.upper() in _bodies() for part in letters)
    shaped = "-" in symbol or "/" in symbol
    return (
        worded
        or (known and shaped)
        or (shaped and sum(len(x) >= 2 for x in letters) >= 2 and symbol[:3] not in ("HIV",))
    )


@dataclass(slots=True)
class Mention:
    """One place where a number is written."""

    number: str
    type: str | None
    date: date | None
    issuer: str | None
    title: str | None
    span: Span
    piece: Piece
    start: int
    end: int
    bad_date: bool = False


@dataclass(slots=True)
class _Merged:
    first: Mention
    mentions: list[Mention] = field(default_factory=list)


_SAME_DAY = vi(r"\s*,?\s*\(?\s*cùng ngày", re.IGNORECASE)
_DATE_GAP = vi(r"\s*[,(]?\s*(?:(?:đề|ký|ban hành|ra)\s+)?(?:ngày\s*)?(?=\d)", re.IGNORECASE)
_ISSUER = vi(
    r"\s*,?\s*(?:của|do)\s+(?P<issuer>(?:[A-ZĐ]|liên\s|các\s)[^.;:()\"“”]{2,140}?)"
    r"(?=\s*(?:[.;:()\"“”]|,\s*(?!Thương|Thể|phòng|Thông|Gia|Xã)|$)|\s*,?\s+(?:về|ban hành|phê duyệt|quy định|hướng dẫn|triển khai|thực hiện|trên|trong|đã|đề nghị|kết luận|gửi|cho|tại|giao|ngày|sửa đổi|công bố|thông qua|đồng ý|v/v|nhằm|yêu cầu|chỉ đạo|vừa|mới đây|mới|có|là|được|thông báo|tổ chức|đối với|giai đoạn)\b)",
)
_TITLE = vi(
    r"\s*,?\s*(?:(?:về việc|về|v/v)\s+|(?=(?:phê duyệt|ban hành|quy định|hướng dẫn)\b))(?P<title>[^.;:()]{14,240}?)(?=\s*[.;:()]|\s*$|,\s*(?:Ủy|Uỷ|UBND|Ban|Bộ|Sở)\b)"
)
# A licence or a contract has a number like a document's, and is none of those a plan leans on.
_NO_DOCUMENT = vi(r"(?i)(?:giấy phép|hợp đồng|hóa đơn|hoá đơn|giấy chứng nhận)[^.;]{0,40}$")
_WORDED = vi(r"(?:số|Số)\s*:?\s*$")


def mentions_in(piece: Piece) -> list[Mention]:
    """Every document number in a paragraph, with the date, issuer and title told beside it."""
    text = piece.text
    if not _DIGIT.search(text):
        return []
    found: list[Mention] = []
    carried: tuple[str, int] | None = None
    for match in NUMBER_RE.finditer(text):
        raw = match.group()
        before = text[max(0, match.start() - 60) : match.start()]
        worded = bool(_WORDED.search(before)) or bool(
            re.search(
                r"(?i:nghị định|quyết định|kế hoạch|chỉ thị|công văn|thông tư|nghị quyết|văn bản|thông báo|hướng dẫn|tờ trình|luật|kết luận)\s*$",
                before,
            )
        )
        # "số 05 KH/BCSĐ" lost its hyphen; "10 UBND/…" without a word before it is prose.
        if vi(r"\d+\s+[A-ZĐ]").match(raw) and not worded:
            continue
        if not plausible(raw, worded) or _NO_DOCUMENT.search(before):
            continue
        kind, explicit = _type_before(text, match.start(), carried)
        if explicit:
            carried = (kind or "", match.end())
        elif carried and kind:
            carried = (carried[0], match.end())
        mention = _mention(piece, match, kind)
        if mention.date is None and found and found[-1].date and _SAME_DAY.match(text, mention.end):
            mention.date = found[-1].date
        found.append(mention)
    return found


def _type_before(text: str, start: int, carried: tuple[str, int] | None) -> tuple[str | None, bool]:
    """The type word a number belongs to: just before it, or shared by a list ('các Kế hoạch: số …; số …')."""
    window = text[max(0, start - 80) : start]
    best = next(reversed(list(_type_re().finditer(window))), None)
    if best and re.fullmatch(
        r"\s*(?:\([^()]*\))?\s*(?:liên tịch|liên ngành|khẩn|hỏa tốc|mật)?\s*[:,]?\s*(?:số|Số|SỐ)?\s*[:.]?\s*",
        window[best.end() :],
    ):
        return canonical_type(best.group(1)), True
    if carried and start - carried[1] < 160 and re.search(r"(?:;|,|và)\s*(?:số\s*)?$", window):
        return carried[0], False
    return None, False


def canonical_type(word: str) -> str:
    key = fold(word)
    for t in load("types")["type"]:
        if fold(t["name"]) == key:
            return str(t["name"])
    return word.lower()


@remembered
def type_of_number(number: str) -> str | None:
    """The type that a number's own symbol tells; a number without a type code is a công văn."""
    number = tidy_number(number)
    symbol = re.sub(r"^\d+[a-zA-Z]?[-/]?", "", number)
    symbol = re.sub(r"^(?:19|20)\d{2}/", "", symbol)
    parts = re.split(r"[-/]", symbol)
    for t in load("types")["type"]:
        if any(parts[0].upper() == code.upper() for code in t["codes"]):
            if parts[0].upper() == "TTR":
                return "tờ trình"
            return str(t["name"]) if t["name"] != "chương trình hành động" else "chương trình"
    if re.match(r"QH\d+", parts[0]) or parts[0] in ("TTLB",):
        return None
    return "công văn" if len(parts) >= 2 else None


def _mention(piece: Piece, match: re.Match[str], kind: str | None) -> Mention:
    text, end = piece.text, match.end()
    number = tidy_number(match.group())
    issuer = title = when = None
    bad = False
    position = end
    for _ in range(2):
        gap = _DATE_GAP.match(text, position)
        dated = DATE_RE.match(text, gap.end()) if gap else None
        if dated and when is None:
            when, bad = date_of(dated), date_of(dated) is None
            position = dated.end()
            if text[position : position + 1] == ")":
                position += 1
        told = _ISSUER.match(text, position)
        if told and issuer is None:
            issuer = told.group("issuer").strip(" ,")
            position = told.end()
    titled = _TITLE.match(text, position)
    if titled:
        title = titled.group("title").strip(' ,“”"')
    elif when is None:
        # "Quyết định số 1/QĐ-TTg về …, ngày 2/3/2021"
        late = vi(r"[^.;()]{0,90}?\bngày\s*(?=\d)").match(text, position)
        dated = (
            DATE_RE.match(text, late.end())
            if late and not NUMBER_RE.search(text, position, late.end())
            else None
        )
        if dated and re.search(r"của\s", text[position : dated.start()]):
            when = date_of(dated)
    return Mention(
        number,
        kind or type_of_number(number),
        when,
        issuer,
        title,
        piece.span(match.start(), position),
        piece,
        match.start(),
        position,
        bad,
    )


def laws_in(piece: Piece) -> list[Citation]:
    """Laws cited by name, without a number."""
    if "uật" not in piece.text or is_upper(piece.text):
        return []
    laws = []
    for match in _named_law().finditer(piece.text):
        name = match.group("law").strip(" ,")
        if len(name) < 12 or NUMBER_RE.search(name):
            continue
        laws.append(
            Citation(
                "luật",
                None,
                None,
                "Quốc hội",
                name,
                (piece.span(match.start(), match.start() + len(name)),),
                confidence=0.6,
            )
        )
    return laws


def merge(
    mentions: list[Mention], laws: list[Citation], own: str | None, implemented: set[str]
) -> tuple[Citation, ...]:
    """One citation for each number, and each law once; the document's own number is none."""
    merged: dict[str, _Merged] = {}
    for mention in mentions:
        key = key_of(mention.number)
        if own and key == key_of(own):
            continue
        merged.setdefault(key, _Merged(mention)).mentions.append(mention)
    # "Nghị định 53/NĐ-CP" beside 53/2006/NĐ-CP is the same decree, its year left out.
    dated: dict[str, list[str]] = {}
    for key in merged:
        if (short := _without_year(key)) != key:
            dated.setdefault(short, []).append(key)
    for key in [k for k in merged if k in dated and _without_year(k) == k]:
        full = dated[key]
        if len(full) == 1:
            merged[full[0]].mentions += merged.pop(key).mentions
    citations = []
    for key, group in merged.items():
        dates = tuple(dict.fromkeys(m.date for m in group.mentions if m.date))
        first = next((m for m in group.mentions if m.type), group.first)
        citations.append(
            Citation(
                type=first.type,
                number=group.first.number,
                date=dates[0] if dates else None,
                issuer=next((m.issuer for m in group.mentions if m.issuer), None)
                or issuer_of(group.first.number),
                title=next((m.title for m in group.mentions if m.title), None),
                spans=tuple(m.span for m in group.mentions),
                dates=dates,
                written=tuple(dict.fromkeys(m.number for m in group.mentions)),
                implemented=key in implemented,
                confidence=0.95 if dates else 0.85,
            )
        )
    seen: dict[str, Citation] = {}
    for law in laws:
        key = fold(law.title or "")
        old = seen.get(key)
        seen[key] = (
            law
            if old is None
            else Citation(law.type, None, None, law.issuer, old.title, old.spans + law.spans, confidence=0.6)
        )
    return tuple(sorted([*citations, *seen.values()], key=lambda c: c.spans[0]))


def issuer_of(number: str) -> str | None:
    """The central body that a number's symbol names; None for a province's bodies."""
    issuers = load("types")["issuers"]
    for part in reversed(re.split(r"[-/]", tidy_number(number))):
        if part in issuers:
            return str(issuers[part])
    return None
