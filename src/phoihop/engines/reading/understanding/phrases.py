"""What stands around an amount: where its clause begins, whom it is a share of, from what base."""

import re

from phoihop.engines.reading.model import Direction
from phoihop.engines.reading.understanding.amounts import Amount
from phoihop.engines.reading.understanding.patterns import vi

_SEPARATOR = vi(r",\s+|\s+và\s+|:\s+|\s+trong đó\s*,?\s+|\s+đồng thời\s+|;\s*|\s+[-–]\s+")
# Words with which a new clause of a list of goals begins.
_HEAD = vi(
    r"(?i)(?:tỷ lệ|tỉ lệ|tỷ suất|tỉ suất|số|tổng|mức|trên|dưới|ít nhất|tối thiểu|phấn đấu|giảm|tăng|đạt|có|từ|đến|năm|vào|hết|không|100|\d|đưa|điều tra|giải quyết|xét xử|khám phá|tiếp nhận|xử lý|lập|phá|duy trì|giữ|kiểm tra|tổ chức|quản lý|trong đó|ít nhất|hơn|≥|>|<|≤|cơ bản|hoàn thành|in\b|mở|cai nghiện|điều trị|tư vấn|tự nguyện|bắt buộc|cấp|huyện|tại)"
)


def clause_bounds(sentence: str, kept: list[Amount], i: int) -> tuple[int, int]:
    """Where the clause of the i-th amount begins and ends inside its sentence."""
    amount = kept[i]
    same = (
        [a for a in kept if a.kind == "cascade" and a.lead == amount.lead]
        if amount.kind == "cascade"
        else [amount]
    )
    previous = [a for a in kept[:i] if a not in same]
    # "70% xã có ít nhất một hình thức" is one clause: a number in words is told inside another's clause.
    following = [a for a in kept[i + 1 :] if a not in same and a.kind != "worded"]
    left = _boundary(sentence, previous[-1].tail, amount.lead) if previous else _start(sentence, amount.lead)
    right = _boundary(sentence, amount.tail, following[0].lead) if following else len(sentence)
    while left < amount.lead and sentence[left] in " ,;:.-–":
        left += 1
    joining = _JOINING.match(sentence, left)
    if joining and joining.end() <= amount.lead:
        left = joining.end()
    while right > amount.end and sentence[right - 1] in " ,;:.":
        right -= 1
    return min(left, amount.lead), max(right, amount.end)


_JOINING = vi(r"(?:và|đồng thời|trong đó|theo đó|cụ thể)\s*[,:]?\s+", re.IGNORECASE)


def _start(sentence: str, before: int) -> int:
    """A lead-in that ends in a colon ('Đến năm 2016: …') is no part of the first clause."""
    colon = sentence.rfind(":", 0, before)
    return colon + 1 if 0 <= colon < before and len(sentence[colon:before].strip(" :")) > 12 else 0


def _boundary(sentence: str, start: int, end: int) -> int:
    """The separator between two neighbouring amounts, just before the second one's clause."""
    marks = list(_SEPARATOR.finditer(sentence, start, max(start, end)))
    if not marks:
        return end
    for mark in reversed(marks):
        if _HEAD.match(sentence, mark.end()):
            return mark.start()
    return marks[-1].start()


# Where the people of a share end and what is said of them begins. "có hồ sơ quản lý" and "từ đủ 15 tuổi trở lên" still
# say which people.
_VERB = vi(
    r"\s+(?:được|có(?!\s+(?:hồ sơ|nguy cơ|nhu cầu|đủ|điều kiện|đơn|hành vi|quyết định|liên quan|HIV))|biết|tổ chức|đạt|hiểu|tham gia|tiếp cận|thực hiện|ký|không|hưởng|đăng ký|nghe|hoàn thành|triển khai|áp dụng|xây dựng|duy trì|nắm|cam kết"
    r"|(?<!từ )đủ|là|chấp hành|phải|đều)\b|(?P<stop>\s+(?:so với|trong năm|mỗi năm|hằng năm|hàng năm|vào|đến năm|trước|qua đó|(?<!tuổi )trở lên)\b|\s*[;:.(]|$)"
)
_PLACE = r"(?:xã|phường|thị trấn|đặc khu|huyện|quận|thị xã|thành phố|tỉnh|thôn|bản|tổ|ấp|khu phố|cơ quan|đơn vị|ban|ngành|vụ việc|vụ án)"
_PLACES = vi(rf"(?i)(?:tổng\s+)?(?:số\s+|các\s+)?{_PLACE}(?:\s*,\s*{_PLACE})+(?!\w)")


def population_of(clause: str, start: int, end: int, unit: str | None) -> tuple[str | None, str | None]:
    """Denominator and numerator of a share, as worded: whom the percentage is taken of, and who counts."""
    if not unit or unit[0] not in "%‰":
        return None, None
    after = _TAIL.sub("", clause[end:])
    before = clause[:start]
    if not _NO_PEOPLE.match(after):
        places = _PLACES.match(after)
        noun = places or _NOUN.match(after)
        if noun:
            cut = _VERB.search(after, max(noun.start() + 3, places.end() if places else 0))
            whole = after[: cut.start()] if cut else after
            done = after[cut.start() :].strip(" ,;:.(") if cut and cut["stop"] is None else ""
            acted = _LEADING.sub("", before)
            if acted and re.match(r"được phát hiện\b", done):
                # "xử lý 100% vụ việc được phát hiện": what is found is the whole, what is handled is the part.
                whole, done = f"{whole} {done}", acted
            return _clean(whole), _clean(done or acted) or None
    ratio = re.search(r"(?i)(?:tỷ lệ|tỉ lệ|tỷ suất|tỉ suất|số)\s+(?P<noun>.{3,})$", before)
    if not ratio:
        return None, None
    noun_text = _REACHING.sub("", ratio["noun"])
    # "tỷ lệ người nhiễm HIV biết tình trạng HIV được điều trị": the last thing said is what counts.
    said = [m for m in _VERB.finditer(noun_text, 3) if m["stop"] is None]
    if said:
        # "được tiếp cận" is one verb of two words.
        doubled = len(said) > 1 and said[-2].end() == said[-1].start()
        at = said[-2 if doubled else -1].start()
        return _clean(noun_text[:at]), _clean(noun_text[at:]) or None
    return None, _clean(noun_text) or None


_TAIL = vi(r"^\s*(?:trở (?:lên|xuống)\s*)?(?:trong\s+)?(?:của\s+)?", re.IGNORECASE)
_NO_PEOPLE = vi(
    r"(?:vào|năm|so với|đến|trong năm|mỗi năm|hằng năm|qua|và|trước|mà|hoặc|như|trên địa bàn)\b|\W|$",
    re.IGNORECASE,
)
_NOUN = vi(r"(?:tổng\s+)?(?:số\s+|các\s+|những\s+)?[^\W\d_]{2,}", re.IGNORECASE)
# What only leads up to the figure: "tại 100% cơ sở", "đạt 95%".
_LEADING = vi(
    r"(?i)^.*[,;:]\s+|\s*(?:tại|cho|đạt|ít nhất|tối thiểu|trên|dưới|từ|là|có|bằng|phấn đấu|bảo đảm|đảm bảo|đối với|của)*\s*$|^\s*(?:phấn đấu|bảo đảm|đảm bảo|có|đạt)\s*"
)
_REACHING = vi(
    r"(?i)\s*(?:đạt|xuống|còn|ở mức|lên|là|dưới|trên|ít nhất|tối thiểu|từ|không quá|mức|giữ|giảm|tăng)(?:\s+(?:còn|dưới|trên|ít nhất|tối thiểu|mức|từ|lên|xuống))*\s*$"
)


def _clean(text: str) -> str:
    return " ".join(text.strip(" ,;:.-–").split())


_SCOPE = vi(
    r"(?:[Tt]rên\s+(?:địa bàn|phạm vi)(?:\s+(?:toàn\s+)?(?:tỉnh|thành phố|Thành phố|huyện|xã|cả nước|toàn quốc)(?:\s+[A-ZĐ]\w+){0,3})?|[Tt]rên toàn (?:tỉnh|quốc|thành phố|huyện)"
    r"|[Tt]rong\s+(?:toàn\s+)?(?:tỉnh|thành phố|cộng đồng(?:\s+dân cư)?|toàn quốc)|[Tt]oàn\s+(?:tỉnh|quốc|thành phố|huyện)|ở\s+các\s+cấp|cấp\s+(?:xã|huyện|tỉnh)\b)"
)


def scope_of(clause: str) -> str | None:
    """The territory or level a target speaks of, as worded."""
    match = _SCOPE.search(clause)
    return _clean(match.group()) if match else None


_BASELINE = vi(
    r"(?i)so với\s+(?P<base>(?:cùng kỳ\s+)?(?:cuối\s+)?(?:trung bình\s+)?(?:giai đoạn\s+)?(?:năm\s+)?(?:(?:19|20)\d\d(?:\s*[-–]\s*(?:19|20)\d\d)?|trước|cùng kỳ[^,;.]{0,20}|[^,;.]{3,40}))"
)
_FROM = vi(
    r"(?i)\btừ\s+(?:mức\s+)?(?P<base>\d[\d.,]*\s*(?:[%‰]|[^\W\d_]+)?(?:[^,;\d]{0,12}(?:năm\s+(?:19|20)\d\d))?)(?=[^,;]{0,30}(?<!trở )\b(?:lên|xuống|còn)\b)"
)


def baseline_of(clause: str) -> str | None:
    """The figure or year a change is measured from, as worded."""
    low = clause.lower()
    match = _BASELINE.search(clause) if "với" in low else None
    match = match or (_FROM.search(clause) if "từ" in low else None)
    return _clean(match["base"]) if match else None


_DIRECTIONS = [
    (Direction.PREVENT, vi(r"(?i)\bkhông để\b")),
    (Direction.LOWER, vi(r"(?i)\b(?:giảm|kéo giảm|hạ|hạ thấp|bớt|kéo)\b")),
    (Direction.RAISE, vi(r"(?i)\b(?:tăng|nâng)\b(?! cường| cao (?!tỷ|tỉ))")),
    (Direction.KEEP, vi(r"(?i)\b(?:giữ|giữ vững|duy trì|khống chế|không chế|kiềm chế|kềm chế|ổn định)\b")),
]


def direction_of(sentence: str, left: int, lead: int) -> Direction | None:
    """The direction worded for a figure, or carried over from the clause before it in a list."""
    own = sentence[left:lead]
    near = own[own.rfind(",") + 1 :] if "," in own else own
    carried = sentence[max(0, left - 90) : left] if re.match(r"\s*(?:và\s+)?$", own) else ""
    for stretch in (near, carried):
        found = [
            (m.start(), direction) for direction, pattern in _DIRECTIONS for m in pattern.finditer(stretch)
        ]
        if found:
            return max(found, key=lambda f: f[0])[1]
    return None
