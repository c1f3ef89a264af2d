"""Which amounts are targets: numbers somebody has to reach, told from all the other numbers.

A plan is full of numbers that bind nobody: last year's results, ages, money, dates, team names,
the places where an activity happens. What decides is where the sentence stands (a section of
goals, of work, of the situation), what it says around the number, and what the number counts.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import Decimal
from itertools import pairwise

from phoihop.engines.reading.model import Comparator, Direction, Target, TargetKind
from phoihop.engines.reading.understanding.amounts import Amount, activity_units, amounts_in
from phoihop.engines.reading.understanding.citations import NUMBER_RE, plausible
from phoihop.engines.reading.understanding.counting import WORKING, Context, is_count
from phoihop.engines.reading.understanding.deadlines import deadline_of
from phoihop.engines.reading.understanding.patterns import remembered, vi
from phoihop.engines.reading.understanding.phrases import (
    baseline_of,
    clause_bounds,
    direction_of,
    population_of,
    scope_of,
)
from phoihop.engines.reading.understanding.structure import Paragraph, Topic, topic_of
from phoihop.kernel.periods import DATE_RE

_SENTENCE_CUT = vi(
    r"[.](?=\s+[“\"A-ZĐ0-9(-])(?<!\bTP.)(?<!\bKT.)(?<!\bTM.)(?<!\bTS.)(?<!\bBS.)(?<!\b[A-ZĐ].)|\n"
)
_PART_CUT = vi(r";|\(\d\)|[⁽⁾]")
# Words that make a sentence a report of what was, not a call for what shall be.
_PAST = vi(
    r"(?i)\b(?:(?<=tỉnh )đã|(?<=huyện )đã|(?<=phố )đã|(?<=ngành )đã|(?<=lượng )đã|(?<=an )đã|(?<=qua, )đã|(?<=nay, )đã|(?<=nay )đã|(?<=\d, )đã|(?<=\d )đã|đã\s+(?:đạt|phát hiện|bắt|ghi nhận|triển khai|tổ chức|tiếp nhận|khởi tố|điều tra)|hiện\s+(?:có(?=\s+(?:\d|khoảng|trên|hơn|gần|tổng))|nay(?!\s+(?:xuống|lên|còn|là))|tại(?!\s+lên)|đang|còn)|xảy ra\s+\d+|làm chết\s+\d+|\d+\s+tháng\s+đầu\s+năm\s*(?:20\d\d\s*)?(?=,)|(?:^|[.;]\s*)tuy nhiên|vượt\s+[\d,]+\s*%?\s*(?:so với\s+)?(?:chỉ tiêu|kế hoạch)|vượt chỉ tiêu|đạt\s+[\d,]+\s*%\s+(?:kế hoạch|chỉ tiêu)|đạt được|còn tồn tại|tính\s+đến|ghi nhận|chiếm|toàn\s+(?:tỉnh|quốc|huyện|thành phố)\s+(?:hiện|(?:có|phát hiện)\s+(?:khoảng\s+|trên\s+|hơn\s+)?\d+)|cả\s+nước\s+(?:có|hiện)|theo WHO|mỗi năm\s+(?:Việt Nam|cả nước|thế giới)|cùng kỳ"
    r"|lũy tích|luỹ tích|kết quả\s+(?:đạt|điều tra|khảo sát|thực hiện)|qua\s+(?:khảo sát|điều tra|rà soát|\d+ năm)|ước tính|ước khoảng|trong\s+đó\s+có\s+\d[\d.]*\s+người\s+(?:đang|đã)|(?<!người )(?<!nhân )(?<!số )đang\s+(?:được\s+)?(?:điều trị|quản lý)|theo\s+(?:thống kê|số liệu|báo cáo)|bình quân mỗi|dân số\s+(?:là\s+)?\d|diện tích)\b"
)
_GOAL = vi(
    r"(?i)\b(?:phấn đấu|mục tiêu|chỉ tiêu|đến\s+(?:hết\s+|cuối\s+)?năm\s+20\d\d|đến\s+20[2-9]\d|bảo đảm|đảm bảo|duy trì|giữ vững|khống chế|không chế|hạ thấp|kéo giảm|yêu cầu|đặt ra|sẽ|đề ra|tối thiểu|ít nhất|trở lên|không quá|vượt)\b"
)
_DIGIT = vi(r"\d")
# "giảm 1/3 số xã": a share in words, not a count of one.
_SHARE_IN_WORDS = vi(r"(?<![\d/])\d{1,2}/\d{1,2}(?=\s+(?:tổng\s+)?số\b)")
_ASIDE = vi(r"\([^()]*\)")
_MONEY_AFTER = vi(
    r"(?i)\s*(?:/\s*\w+\s*)?(?:(?:nghìn|ngàn|triệu|tỷ|tỉ|trăm|chục)\s*)*(?:đồng|đ\b|VNĐ|VND|USD|đô la|euro)|\s*(?:tỷ|tỉ)\b"
)
_MONEY_NEAR = vi(
    r"(?i)(?:kinh phí|tiền|mức\s+(?:hỗ trợ|lương|chi|đóng|trợ cấp|phụ cấp|thu|giá|phạt|hưởng)|lương|học phí|lệ phí|giá trị|chi phí|ngân sách|vốn|lãi suất|thuế|doanh thu|trợ cấp|phụ cấp|đơn giá|định mức|đóng góp|thù lao|viện phí|mệnh giá)\b"
)
_SUPPORT = vi(
    r"(?i)(?:hỗ trợ|miễn|giảm|đóng góp|trợ cấp|hưởng|thanh toán|chi trả|cấp|bằng|tương đương|cùng chi trả|đóng)\s+(?:thêm\s+|tối đa\s+|không quá\s+|toàn bộ\s+|bằng\s+)?$"
)


def _has_amount(text: str) -> bool:
    if _DIGIT.search(text):
        return True
    low = text.lower()
    return "ít nhất" in low or "tối thiểu" in low


@dataclass(frozen=True, slots=True)
class Candidate:
    """A target with what later steps need to know about its place."""

    target: Target
    paragraph: Paragraph
    start: int
    end: int


def targets_of(paragraphs: list[Paragraph], *, letterhead: bool, year: int | None = None) -> list[Candidate]:
    """Every target of a document in order of appearance; ``year`` is the document's own, if known."""
    found: list[Candidate] = []
    called = False
    for paragraph in paragraphs:
        if paragraph.heading and paragraph.label is None:
            continue
        if re.search(r"\(\d{1,2}/\d{1,2}/\d{4}\)\s*$", paragraph.text):
            continue  # a portal's list of other articles
        topic = _topic(paragraph, letterhead)
        if paragraph.heading and not re.search(r"\d\s*%", paragraph.text):
            called = False
            continue
        lead_in = _lead_in(paragraphs, paragraph)
        for start, end in _cut(paragraph.text, paragraph.body_start, len(paragraph.text), _SENTENCE_CUT):
            whole = paragraph.text[start:end]
            # Without a figure it matters only whether the sentence calls for the next one.
            weighed = topic is Topic.NONE or _has_amount(whole)
            context = Context(
                topic,
                called or lead_in,
                letterhead,
                weighed and bool(_PAST.search(_ASIDE.sub("", whole))),
                weighed and bool(_GOAL.search(whole)),
                year,
            )
            made: list[Candidate] = []
            for a, b in _short(_cut(paragraph.text, start, end, _PART_CUT)):
                made += _in_part(paragraph, start, a, b, replace(context, earlier=paragraph.text[start:a]))
            found += made
            # In running prose one call ("UBND tỉnh yêu cầu …") covers the sentences after it.
            if topic is Topic.NONE:
                begun = bool(made) or (context.goal and not context.past)
                called = begun or (called and not letterhead and not context.past)
    return found


def _topic(paragraph: Paragraph, letterhead: bool) -> Topic:
    """The topic of a paragraph; a numbered part of an official document is work unless its heading says otherwise."""
    colon = paragraph.text.find(":", paragraph.body_start, paragraph.body_start + 70)
    own = topic_of(paragraph.text[paragraph.body_start : colon]) if colon > 0 else Topic.NONE
    if own in (Topic.GOALS, Topic.SITUATION):
        return own
    topic = paragraph.topic()
    if topic is Topic.NONE and letterhead:
        numbered = [
            p.label for p in (paragraph, *paragraph.above) if p.label and (p is paragraph or p.heading)
        ]
        if any(label.kind != "article" for label in numbered):
            return Topic.WORK
    return topic


@remembered
def _leads_in(text: str) -> bool:
    return bool(re.search(r"(?i)mục tiêu|chỉ tiêu|phấn đấu|đến năm 20", text))


def _lead_in(paragraphs: list[Paragraph], paragraph: Paragraph) -> bool:
    return any(_leads_in(above.text[:200]) for above in reversed(paragraph.above))


def _cut(text: str, start: int, end: int, at: re.Pattern[str]) -> list[tuple[int, int]]:
    cuts = [start, *(m.end() for m in at.finditer(text, start, end)), end]
    return [(a, b) for a, b in pairwise(cuts) if text[a:b].strip()]


# Half as long again as the longest part of a real sentence; every figure looks back over its part.
_LONGEST_PART = 1_500


def _short(parts: list[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    for start, end in parts:
        for a in range(start, end, _LONGEST_PART):
            yield a, min(a + _LONGEST_PART, end)


def _blocked(text: str) -> list[tuple[int, int]]:
    spans = [m.span() for m in DATE_RE.finditer(text)]
    spans += [m.span() for m in NUMBER_RE.finditer(text) if plausible(m.group(), True)]
    spans += [m.span() for m in _SHARE_IN_WORDS.finditer(text)]
    spans += [
        m.span()
        for m in re.finditer(
            r"(?:19|20)\d\d\s*[-–]\s*(?:19|20)\d\d|\b\d{1,2}/(?:19|20)\d\d\b|\b(?:19|20)\d\d\b",
            text,
        )
    ]
    return spans


def _in_part(paragraph: Paragraph, opening: int, start: int, end: int, context: Context) -> list[Candidate]:
    sentence = paragraph.text[start:end]
    amounts = amounts_in(sentence, _blocked(sentence)) if _has_amount(sentence) else []
    kept: list[Amount] = []
    dropped: list[Amount] = []
    for a in amounts:
        (kept if _is_target(a, sentence, context, kept, dropped) else dropped).append(a)
    result = []
    for i, amount in enumerate(kept):
        left, right = clause_bounds(sentence, kept, i)
        due = deadline_of(paragraph, opening, start, left, right, amount, context.year)
        result.append(_made(paragraph, start, sentence, amount, left, right, context.topic, due))
    if context.topic is Topic.GOALS and not kept:
        result += _without_number(paragraph, start, sentence)
    return result


# "(năm 2023 là 95%)", "(hiện nay là 85%)": the figure one starts from, told in brackets.
_THEN = vi(r"(?i)(?:năm\s+20\d\d|hiện nay|hiện tại|hiện đạt|thực hiện|ước)\s+(?:là|đạt|thực hiện|:)?\s*$")
_REPORTING = (Topic.SITUATION, Topic.BASIS, Topic.MONEY)
_CALL = vi(r"(?i)phấn đấu|chỉ tiêu|mục tiêu|đến năm 20|tối thiểu|ít nhất|trở lên")
_WAS = vi(r"(?i)\b(?:hiện có|hiện nay|tính đến|chiếm|ghi nhận|đã đạt|xảy ra)\b[^,;]{0,60}$")


def _is_target(a: Amount, part: str, context: Context, kept: list[Amount], dropped: list[Amount]) -> bool:
    before, after = part[: a.lead], part[a.end :]
    if _MONEY_AFTER.match(part[a.start : a.start + 120].lstrip("0123456789.,- –")) or (
        _MONEY_AFTER.match(after) and a.kind != "percent"
    ):
        return False
    if a.kind in ("percent", "rate") and _is_support(a, part):
        return False
    if _is_baseline(a, part) or _is_aside_figure(a, part):
        return False
    topic = context.topic
    if topic in _REPORTING and not re.search(r"(?i)phấn đấu|mục tiêu\s+(?:đến|là)|chỉ tiêu", before):
        return False
    opened = part.rfind("(", 0, a.start)
    if opened > part.rfind(")", 0, a.start) and _THEN.search(part[opened : a.start]):
        return False
    if opened > part.rfind(")", 0, a.start) and _PAST.search(
        part[opened : part.find(")", a.end) if ")" in part[a.end :] else len(part)]
    ):
        return False
    if (
        context.past
        and not re.search(r"(?i)phấn đấu|chỉ tiêu\s+(?:là|đến)|đặt ra|mục tiêu", before)
        and (topic is not Topic.GOALS or _WAS.search(before) or _reports(part))
    ):
        return False
    if a.kind == "cascade":
        return topic in (Topic.GOALS, *WORKING) and not _is_explained(after[:400])
    if a.kind in ("percent", "rate"):
        if topic in (Topic.GOALS, *WORKING) or context.called or context.goal:
            return not (context.past and topic is not Topic.GOALS and not _CALL.search(before))
        return (
            bool(
                a.bound
                or re.search(r"(?i)xuống|đạt|giảm|tăng|100\s*$", part[: a.end])
                or not context.letterhead
            )
            and not context.past
        )
    return is_count(a, part, context, kept, dropped)


_EXPLAINED = vi(r"[-–\d\s]*+[^()]{0,40}\(\s*\d+\s*%")


def _is_explained(after: str) -> bool:
    """Whether 90-90-90 is followed by its own percentages: then they are the targets, it is their name."""
    return bool(_EXPLAINED.match(after)) or len(re.findall(r"\d+\s*%", after)) >= 2


def _reports(part: str) -> bool:
    """Whether a part of a sentence tells a result: 'Năm 2020, toàn tỉnh xảy ra 812 vụ …'."""
    return bool(
        re.search(
            r"(?i)xảy ra\s+\d|toàn tỉnh (?:có|hiện)|cả nước có|lũy tích|luỹ tích|làm chết|tính đến", part
        )
    )


def _is_aside_figure(a: Amount, part: str) -> bool:
    """A threshold that names whom or what a sentence is about, not what it wants reached."""
    before, after = part[max(0, a.lead - 120) : a.lead], part[a.end :]
    if (
        a.bound
        and a.kind in ("count", "bare", "percent")
        and re.search(
            r"(?i)(?:doanh nghiệp|cơ sở|đơn vị|nơi|hộ|trường|xe|lao động)\s[^,;%]{0,40}(?:có|tải)\s*(?:từ\s+|trên\s+)?$",
            before,
        )
    ):
        return not re.search(r"(?i)phấn đấu[^,;]{0,40}$", before) and bool(
            re.match(r"(?i)[^,;]{0,14}(?:trở lên)?\s*(?:\w+\s+)?(?:tổ chức|được|bị|phải|có|thực hiện)", after)
        )
    return bool(re.match(r"\s*(?:bản sao|gam|g\b|ml|mg|độ|kg/m)", after))


def _is_support(a: Amount, sentence: str) -> bool:
    """A rate of money: 'hỗ trợ 50% kinh phí', 'bằng 80% mức lương cơ sở'."""
    after = sentence[a.end : a.end + 60]
    if re.match(
        r"\s*(?:của\s+)?(?:mức|tiền|kinh phí|chi phí|giá|lương|học phí|tổng\s+(?:kinh phí|chi|vốn|mức)|ngân sách|giá trị|số tiền|vốn|tiền ăn|phí)\b",
        after,
        re.IGNORECASE,
    ):
        return True
    near = sentence[max(0, a.lead - 50) : a.lead]
    if re.search(r"(?i)\bngân sách\b[^.;]{0,50}$", near) and _MONEY_NEAR.search(sentence[a.end :]):
        return True
    return bool(
        _SUPPORT.search(near) and _MONEY_NEAR.search(sentence[max(0, a.lead - 80) : a.end + 80])
    ) or bool(
        re.search(
            r"(?i)(?:mức (?:hỗ trợ|đóng|chi|hưởng)|lãi suất|thuế suất|tỷ trọng vốn|nồng độ)[^,;]{0,30}$", near
        )
    )


def _is_baseline(a: Amount, sentence: str) -> bool:
    """The figure a target starts from: 'từ 60% năm 2020 lên 80%', 'so với 5% năm 2019'."""
    before, after = sentence[max(0, a.start - 120) : a.start], sentence[a.end :]
    if re.search(r"(?i)(?:so với(?:\s+mức)?|từ mức)\s*(?:\w+\s+){0,2}$", before):
        return True
    return bool(
        re.search(r"(?i)\btừ\s+(?:mức\s+)?$", before)
        and re.match(
            r"(?:\s*\([^()]*\))?[^,;]{0,45}?\b(?:lên|xuống|còn)\s+(?:còn\s+|đến\s+|mức\s+|trên\s+|dưới\s+|ít nhất\s+)*\d",
            after,
        )
    )


def _made(
    paragraph: Paragraph,
    offset: int,
    sentence: str,
    a: Amount,
    left: int,
    right: int,
    topic: Topic,
    due: str | None,
) -> Candidate:
    clause = sentence[left:right]
    inside = a.start - left
    denominator, numerator = (
        population_of(clause, inside, a.end - left, a.unit)
        if a.kind in ("percent", "cascade")
        else (None, None)
    )
    unit = (a.unit or "").casefold().split("/")[0]
    limits = a.comparator in (Comparator.BELOW, Comparator.AT_MOST)
    output = a.kind == "count" and not limits and (unit in activity_units() or topic in WORKING)
    confidence = {
        "percent": 0.92,
        "rate": 0.9,
        "cascade": 0.8,
        "fraction": 0.75,
        "count": 0.8,
        "worded": 0.6,
        "bare": 0.6,
    }[a.kind]
    if topic is not Topic.GOALS:
        confidence -= 0.12
    start, end = offset + left, offset + right
    target = Target(
        text=" ".join(clause.split()),
        span=paragraph.piece.span(start, end),
        value_span=paragraph.piece.span(offset + a.start, offset + a.end),
        comparator=a.comparator,
        value=a.value,
        value_max=a.value_max,
        unit=a.unit,
        numerator=numerator,
        denominator=denominator,
        scope=scope_of(clause),
        baseline=baseline_of(clause) or baseline_of(sentence[a.end :]),
        direction=None if a.kind == "cascade" else direction_of(sentence[:right], left, a.lead),
        deadline=due,
        kind=TargetKind.OUTPUT if output else TargetKind.GOAL,
        confidence=confidence,
    )
    return Candidate(target, paragraph, start, end)


_ZERO = vi(
    r"(?i)\bkhông\s+(?:để\s+(?:xảy ra|phát sinh|hình thành|tái(?:\s+\w+)?|lây|tồn tại)|có\s+(?:trường hợp|người|ca\b|vụ\b|tụ điểm|trẻ)|còn)\s*(?P<what>[^,;.]{3,90})"
)
_DIRECTION_ONLY = vi(
    r"(?i)^\W*(?:phấn đấu\s+|tiếp tục\s+|từng bước\s+|cơ bản\s+)*(?P<verb>giữ vững|duy trì|tăng|nâng|giảm|kéo giảm|kiềm chế|kềm chế|khống chế|hạn chế|đạt)\s+(?:và\s+\w+\s+)?(?P<what>(?:số|tỷ lệ|tỉ lệ|tốc độ|mức|chỉ tiêu|các đơn vị|các xã|tình trạng)\b[^;.]{5,200})"
)


def _without_number(paragraph: Paragraph, offset: int, sentence: str) -> list[Candidate]:
    """Goals that name zero ('không để phát sinh …') or only a direction ('giữ vững số xã …')."""
    zero = _ZERO.search(sentence)
    if zero:
        unit = re.search(r"(?i)tụ điểm|trường hợp|vụ|ca|người|địa bàn|điểm", zero.group())
        return [
            _plain(
                paragraph,
                offset,
                sentence,
                zero.start(),
                zero.end(),
                Decimal(0),
                unit.group().lower() if unit else None,
                Direction.PREVENT,
            )
        ]
    only = _DIRECTION_ONLY.match(sentence)
    if only:
        direction = direction_of(sentence, 0, only.end("verb"))
        return [_plain(paragraph, offset, sentence, only.start("verb"), only.end(), None, None, direction)]
    return []


def _plain(
    paragraph: Paragraph,
    offset: int,
    sentence: str,
    left: int,
    right: int,
    value: Decimal | None,
    unit: str | None,
    direction: Direction | None,
) -> Candidate:
    start, end = offset + left, offset + right
    span = paragraph.piece.span(start, end)
    target = Target(
        text=" ".join(sentence[left:right].split()),
        span=span,
        value_span=span,
        comparator=Comparator.EXACTLY,
        value=value,
        value_max=None,
        unit=unit,
        numerator=None,
        denominator=None,
        scope=scope_of(sentence[left:right]),
        baseline=baseline_of(sentence[left:right]),
        direction=direction,
        deadline=None,
        kind=TargetKind.GOAL,
        confidence=0.6 if value is not None else 0.5,
    )
    return Candidate(target, paragraph, start, end)
