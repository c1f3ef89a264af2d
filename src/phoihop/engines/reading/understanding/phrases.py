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
    following = [a for a in kept[i + 1 :] if a not in same]
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


_VERB = vi(
    r"\s+(?:được|có|biết|tổ chức|đạt|hiểu|tham gia|tiếp cận|thực hiện|ký|không|hưởng|sử dụng|đăng ký|nghe|bị|hoàn thành|triển khai|áp dụng|xây dựng|duy trì|nắm|cam kết|đủ|là|chấp hành|phải|đều|do|so với|trong năm|mỗi năm|hằng năm|vào|đến năm|trước|trở lên)\b|[,;:.(]|$"
)


def population_of(clause: str, start: int, end: int, unit: str | None) -> tuple[str | None, str | None]:
    """Denominator and numerator of a share, as worded: whom the percentage is taken of, and who counts."""
    if not unit or unit[0] not in "%‰":
        return None, None
    after = clause[end:]
    after_noun = vi(
        r"\s*(?:trở lên\s+|trở xuống\s+)?(?:trong\s+)?(?:của\s+)?(?P<noun>(?:tổng\s+)?(?:số\s+|các\s+|những\s+)?[a-zđà-ỹA-ZĐÀ-Ỹ][^,;:.(]{2,})"
    ).match(after)
    if after_noun and not re.match(
        r"\s*(?:vào|năm|so với|đến|trong năm|mỗi năm|qua|và|trước|trở|mà|hoặc|như)\b", after
    ):
        noun = after_noun["noun"]
        cut = _VERB.search(noun, 3)
        whole = noun[: cut.start()] if cut else noun
        rest = noun[cut.start() :].strip(" ,") if cut else ""
        return _clean(whole), _clean(rest) or None
    before = clause[:start]
    ratio = re.search(r"(?i)(?:tỷ lệ|tỉ lệ|tỷ suất|tỉ suất|số)\s+(?P<noun>.{3,})$", before)
    if ratio:
        noun = re.sub(
            r"(?i)\s*(?:đạt|xuống|còn|ở mức|lên|là|dưới|trên|ít nhất|tối thiểu|từ|không quá|mức|giữ|giảm|tăng)(?:\s+(?:còn|dưới|trên|ít nhất|tối thiểu|mức|từ|lên|xuống))*\s*$",
            "",
            ratio["noun"],
        )
        cut = _VERB.search(noun, 3)
        if cut and cut.start() < len(noun):
            return _clean(noun[: cut.start()]), _clean(noun[cut.start() :]) or None
        return None, _clean(noun) or None
    return None, None


def _clean(text: str) -> str:
    return " ".join(text.strip(" ,;:.-–").split())


_SCOPE = vi(
    r"(?i)(?:trên\s+(?:địa bàn|toàn|phạm vi)\s+[^,;.]{3,60}|trong\s+(?:toàn\s+)?(?:tỉnh|thành phố|cộng đồng(?:\s+dân cư)?|toàn quốc)|toàn\s+(?:tỉnh|quốc|thành phố|huyện)|ở\s+các\s+cấp|cấp\s+(?:xã|huyện|tỉnh)\b)"
)


def scope_of(clause: str) -> str | None:
    """The territory or level a target speaks of, as worded."""
    match = _SCOPE.search(clause)
    return _clean(match.group()) if match else None


_BASELINE = vi(
    r"(?i)so với\s+(?P<base>(?:cùng kỳ\s+)?(?:cuối\s+)?(?:trung bình\s+)?(?:giai đoạn\s+)?(?:năm\s+)?(?:(?:19|20)\d\d(?:\s*[-–]\s*(?:19|20)\d\d)?|trước|cùng kỳ[^,;.]{0,20}|[^,;.]{3,40}))"
)
_FROM = vi(
    r"(?i)\btừ\s+(?:mức\s+)?(?P<base>\d[\d.,]*\s*[%‰]?(?:[^,;\d]{0,12}(?:năm\s+(?:19|20)\d\d))?)(?=[^,;]{0,30}(?<!trở )\b(?:lên|xuống|còn)\b)"
)


def baseline_of(clause: str) -> str | None:
    """The figure or year a change is measured from, as worded."""
    match = _BASELINE.search(clause) or _FROM.search(clause)
    return _clean(match["base"]) if match else None


_DIRECTIONS = [
    (Direction.PREVENT, vi(r"(?i)\bkhông để\b")),
    (Direction.LOWER, vi(r"(?i)\b(?:giảm|kéo giảm|hạ|hạ thấp|bớt|kéo)\b")),
    (Direction.RAISE, vi(r"(?i)\b(?:tăng|nâng)\b(?! cường| cao (?!tỷ|tỉ))")),
    (Direction.KEEP, vi(r"(?i)\b(?:giữ|giữ vững|duy trì|khống chế|không chế|kiềm chế|kềm chế|ổn định)\b")),
]


def direction_of(sentence: str, left: int, lead: int) -> Direction | None:
    """The direction worded in the clause, or carried over from the clause before it in a list."""
    for stretch in (
        sentence[left:lead],
        sentence[max(0, left - 90) : left] if re.match(r"\s*,?\s*(?:và\s+)?$", sentence[left:lead]) else "",
    ):
        best: tuple[int, Direction] | None = None
        for direction, pattern in _DIRECTIONS:
            for match in pattern.finditer(stretch):
                if best is None or match.start() > best[0]:
                    best = (match.start(), direction)
        if best:
            return best[1]
    return None
