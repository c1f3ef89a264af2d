"""Which counts are targets: 05 lớp tập huấn is one, 15 xã where they happen are none."""

import re
from dataclasses import dataclass

from phoihop.engines.reading.understanding.amounts import Amount, activity_units
from phoihop.engines.reading.understanding.patterns import vi
from phoihop.engines.reading.understanding.structure import Topic


@dataclass(frozen=True, slots=True)
class Context:
    """What the place of a sentence says about the numbers in it."""

    topic: Topic
    called: bool
    letterhead: bool
    past: bool
    goal: bool
    year: int | None = None
    earlier: str = ""


# How far back, in characters, the words that decide about a number stand.
_NEAR = 200
WORKING = (Topic.WORK, Topic.ASSIGNMENT)
_REFERENCE = vi(
    r"(?i)\b(?:điều|khoản|mục tiêu|mục|phụ lục|đề án|dự án|tiểu dự án|chương|phần|mẫu|biểu|lần thứ|thứ|khóa|khoá|đội|tổ|đoàn|ban chỉ đạo|bcđ|quốc lộ|chương trình|nhiệm kỳ|(?<!mỗi )(?<!hằng )(?<!hàng )(?:quý|tuần)|hình thức|tiêu chí|chỉ tiêu|nội dung|hạng|bảng|mũi|(?<!mỗi )(?<!hằng )(?<!hàng )(?:tháng|năm)|ngày|liên ngành|kế hoạch|khu vực|vùng)\s+$"
)
# Words that number a thing only before a small number: "cấp 3", but "cấp 1.000 thẻ".
_SMALL_REFERENCE = vi(
    r"(?i)\b(?:(?<!thí )(?<!địa )điểm|(?<!nâng )(?<!cung )(?<!trợ )cấp|loại|mức|nhóm|bước|đợt|vòng|số)\s+$"
)
_SCOPE = vi(
    r"(?i)(?:\btại|\bở|\bthuộc|trên địa bàn|\bcủa|trong số|trong tổng số|bao gồm|\bgồm|\bgiữa|\bvới|trên tổng số|tổng số|trong toàn|\btrong|\bqua|\btheo|\bsau|(?:cán bộ|nhân viên|lãnh đạo|đại diện|giáo viên|học viên|đối với)(?:\s+(?:của|tại|thuộc))?)"
    r"\s+(?:các\s+|hơn\s+|khoảng\s+|tổng\s+số\s+)*$"
)
_TIMES = frozenset("ngày giờ tháng năm phút tuần quý tuổi h giây kỳ".split())
_PARTS_OF_TEXT = frozenset(
    "lần|chỉ tiêu|nhiệm vụ|mục tiêu|giải pháp|nhóm|nội dung|mặt|bước|điều|trụ cột|khâu|lĩnh vực|nhóm nhiệm vụ".split(
        "|"
    )
)
_KEEPING = vi(r"(?i)\b(?:duy trì|giữ vững|củng cố)\b")
_SITES = frozenset("cơ sở|mô hình|điểm|đội|câu lạc bộ|clb|điểm tư vấn|nhóm|tổ|phòng khám".split("|"))
_SITES_HEADS = frozenset(s.split(" ")[0] for s in _SITES)
_MAKING = vi(
    r"(?i)\b(?:tổ chức|mở|in\b|in ấn|xây dựng|thành lập|biên soạn|biên tập|sản xuất|phát hành|phát\b|cấp phát|treo|lắp đặt|thực hiện|triển khai|ra mắt|tập huấn|kiểm tra|thanh tra|giám sát|khám|xét nghiệm|điều trị"
    r"|duy trì|tiếp nhận|cai nghiện|dạy nghề|hỗ trợ|vận động|phát hiện|bắt giữ|đưa|lập|chuyển hóa|phối hợp|đăng|viết|cung cấp|tư vấn|nhân rộng|đào tạo|bồi dưỡng|sơ kết|hoàn thành|phấn đấu|đạt|giảm|tăng|quản lý"
    r"|có|chọn|trồng|xóa|triệt|xử lý|thí điểm|mở rộng|bổ sung|trang bị|tuyển|bố trí|công nhận|nâng|giữ vững|giữ|bảo đảm|đảm bảo)\b"
)
# The verb whose object the count is, with few words between: "vận động đưa 250 người", "lên 1.310 người".
_DIRECT = vi(
    r"(?i)\b(?:cho|đưa|điều trị|cai nghiện|dạy nghề|tiếp nhận|xây dựng|hỗ trợ|vận động|thành lập|giữ vững|duy trì|thí điểm|mở|mở thêm|mở mới|mở rộng|nhân rộng|đạt|lên|xuống|còn|có|thêm|giảm|tăng|chuyển hóa|phát hiện|xét nghiệm|khám|cấp|phát|kiểm tra|tổ chức|công nhận|triển khai|phấn đấu|quản lý|tư vấn|trang bị|bảo đảm|đảm bảo)"
    r"\s+(?:(?!tại|ở|thuộc|của|với|theo)\w+\s+){0,4}$|\bvà\s*$"
)
_WANTED = vi(r"(?i)\b(?:mục tiêu|phấn đấu|chỉ tiêu|sẽ|đến năm 20\d\d)\b")
_GIVEN_TO = vi(r"(?i)\bcho\s+(?:khoảng\s+|hơn\s+)?$")
_COURSE = vi(r"(?i)\b(?:lớp|buổi|hội nghị|cuộc|đợt)\b")


def is_count(a: Amount, part: str, context: Context, kept: list[Amount], dropped: list[Amount]) -> bool:
    """Whether a counted amount in a part of a sentence is a target."""
    topic = context.topic
    before, after = part[: a.lead], part[a.end :]
    near = before[-_NEAR:]
    base = (a.unit or "").casefold().split("/")[0]
    if a.kind == "worded":
        return topic is Topic.GOALS and base == "hình thức"
    if base in _TIMES:
        return topic is Topic.GOALS and bool(re.search(r"(?i)tuổi thọ|số năm sống", before))
    if base in _PARTS_OF_TEXT or _names_something(a, near, after):
        return False
    keeping = bool(_KEEPING.search(before))
    if is_scope(near) and not (keeping and base.split(" ")[0] in _SITES_HEADS) and not a.bound:
        return False
    if dropped and _continues_scope(a, part, kept, dropped):
        return False
    if part.rfind("(", 0, a.start) > part.rfind(")", 0, a.start) and not a.bound:
        return False
    if _GIVEN_TO.search(near) and _COURSE.search(before):
        return False
    wanted = context.goal and not context.past and bool(_WANTED.search(context.earlier + before))
    called = context.called or topic in WORKING or wanted
    if a.kind == "fraction":
        return topic is Topic.GOALS or called
    if topic is Topic.GOALS:
        return _in_goals(a, base, part, before, near, kept)
    if a.kind == "bare" or not called:
        return False
    if not before.strip(" -+") and not after.strip(" .,;"):
        return False  # a portal's counter: "5597 lượt"
    if base in activity_units():
        begun = not before.strip() or re.search(
            r"[,;:]\s*(?:và\s+)?$|\bvà\s*$|(?i:\b(?:mỗi|hằng|hàng)\s+\w+\s*$)", near
        )
        made = begun or _MAKING.search(before)
        if re.match(r"(?i)mỗi|bộ$|số$|tổ$|đoàn$", base):
            return bool(re.search(r"(?i)\b(?:thành lập|tổ chức|lập)\s+(?:ít nhất\s+|tối thiểu\s+)?$", near))
        return bool(made)
    if re.match(r"\s*(?:\w+\s+){0,7}(?:đạt|được|có)\b", after) and re.search(r"[,;]\s*$", near):
        return context.goal and not context.past
    if re.search(r"(?i)\b(?:tổng\s+)?số\s[^,;]{3,90}?\s(?:là|đạt|còn|khoảng|trong năm|năm nay)\s*$", near):
        return not context.past
    if kept and kept[-1].kind == "count" and re.fullmatch(r"\s*(?:,|và)\s*", part[kept[-1].end : a.lead]):
        return True
    acted = bool(_MAKING.search(before))
    return acted and not context.past and (context.goal or keeping or a.bound or bool(_DIRECT.search(near)))


def is_scope(before: str) -> bool:
    """Whether the words before a count make it the place or audience of something."""
    return bool(_SCOPE.search(before, max(0, len(before) - 80)))


def _names_something(a: Amount, before: str, after: str) -> bool:
    """Ages, articles, teams: numbers that name rather than count."""
    if re.match(r"\s*tuổi|\s*(?:-|–|đến)\s*\d+\s*tuổi", after) or re.search(
        r"(?i)tuổi\s+từ\s*$|từ\s+đủ\s*$", before
    ):
        return True
    if a.bound:
        return False
    if _REFERENCE.search(before, max(0, len(before) - 60)):
        return a.value < 1000
    return a.value < 20 and bool(_SMALL_REFERENCE.search(before))


def _continues_scope(a: Amount, part: str, kept: list[Amount], dropped: list[Amount]) -> bool:
    """'cho cán bộ 06 cơ sở điều trị, 19 điểm cấp phát': the second number is scope as the first was."""
    last = dropped[-1]
    if (
        last.kind != "count"
        or (kept and kept[-1].start > last.start)
        or not is_scope(part[max(0, last.lead - _NEAR) : last.lead])
    ):
        return False
    between = part[last.end : a.lead]
    return bool(re.fullmatch(r"(?:\s+\w+){0,6}\s*(?:,|và|\s)\s*(?:và\s+)?", between))


def _in_goals(a: Amount, base: str, part: str, before: str, near: str, kept: list[Amount]) -> bool:
    if a.kind == "bare":
        if (
            kept
            and kept[-1].kind in ("count", "bare")
            and re.fullmatch(r"\s*,\s*", part[kept[-1].tail : a.lead])
        ):
            return True
        reached = a.bound or re.search(r"(?i)(?:đạt|còn|xuống|lên|ở mức|thêm)\s*(?:khoảng\s*)?$", near)
        return bool(reached) and len(base) > 1 and not re.match(r"(?i)(?:lần|và|hoặc|năm|cấp|trong)", base)
    if _MAKING.search(before) or a.bound or not before.strip() or base in activity_units():
        return True
    return bool(re.search(r"[:,;]\s*$|(?i:\bvà|số\s[^,;]*|còn|là|khoảng|\bcho|dưới|trên)\s*$", near))
