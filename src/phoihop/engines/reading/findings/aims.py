"""Targets and tasks: what is needed to follow them up and is not said, or is said twice."""

import re
from collections.abc import Iterator
from decimal import Decimal
from typing import TypeGuard

from phoihop.engines.reading.findings.wording import (
    date_text,
    enclosing,
    fold,
    found,
    listing,
    number,
    place,
    quote,
)
from phoihop.engines.reading.model import (
    Comparator,
    Direction,
    Document,
    Finding,
    Section,
    Severity,
    Span,
    Target,
    TargetKind,
)

_YEAR = re.compile(r"(?<!\d)(?:19|20)\d{2}(?!\d)")
_GROWTH = re.compile(
    r"ke hoach|du toan|chi tieu|tang|so voi|cung ky|muc luong|co so|gap|von|chi phi|kinh phi"
)
_BAD = re.compile(
    r"ty le (?:hien |moi )?"
    r"(?:lay nhiem|lay truyen|nhiem moi|nhiem hiv|tai nghien|tai pham|tu vong|bo tri|bo lieu)"
)
_LESSENING = re.compile(
    r"giam|ha |keo|bot|phat hien|dieu tra|triet|ngan chan|khong che|kiem che|duoc|duoi|khong vuot|khong qua"
)
_OWNER = re.compile(
    r"chủ trì|chịu trách nhiệm|giao "
    r"|(?:đơn vị|cơ quan|tổ chức|phân công|người) (?:thực hiện|phụ trách|đầu mối)",
    re.IGNORECASE,
)
_SUPPORT_LABEL = re.compile(r"(?:đơn vị|cơ quan)\s+phối hợp(?:\s+thực hiện)?[*_ ]*:", re.IGNORECASE)


def _finite(value: Decimal | None) -> TypeGuard[Decimal]:
    return value is not None and value.is_finite()


def _goals(document: Document) -> list[Target]:
    return [t for t in document.targets if t.kind is TargetKind.GOAL]


def without_deadline(document: Document, text: str) -> Iterator[Finding]:
    """Goals with no year anywhere, unless the title gives the year of them all."""
    if _YEAR.search(document.title or ""):
        return
    missing = [
        t
        for t in _goals(document)
        if t.deadline is None
        and t.direction not in (Direction.KEEP, Direction.PREVENT)
        and _finite(t.value)
        and t.value != 0
    ]
    if not missing:
        return
    shown = listing((quote(t.text, 50) for t in missing), "và", 3)
    shown_en = listing((quote(t.text, 50) for t in missing), "and", 3)
    n = len(missing)
    yield found(
        "target-without-deadline",
        f"{number(n)} chỉ tiêu chưa có thời hạn: {shown}. Tên văn bản cũng không cho biết năm, nên"
        " không biết"
        " khi nào phải đạt; hãy ghi năm cho từng chỉ tiêu hoặc trong tên văn bản.",
        f"{number(n)} target{'s have' if n > 1 else ' has'} no deadline: {shown_en}. The title names"
        " no year"
        " either, so nobody can tell when they fall due; give a year.",
        [t.span for t in missing],
    )


def without_denominator(document: Document, text: str) -> Iterator[Finding]:
    """Percentages with neither a population nor any noun beside them."""
    missing = [
        t
        for t in _goals(document)
        if t.unit == "%" and not t.denominator and not t.numerator and not t.scope and not _worded(t, text)
    ]
    if not missing:
        return
    shown = listing((quote(t.text, 50) for t in missing), "và", 3)
    shown_en = listing((quote(t.text, 50) for t in missing), "and", 3)
    yield found(
        "target-without-denominator",
        f"Chưa rõ tỷ lệ tính trên tổng số nào: {shown}. Hai nơi có thể tính ra hai kết quả khác nhau;"
        " hãy ghi rõ “trên tổng số …”.",
        f"Not clear what these are percentages of: {shown_en}. Two offices may compute two results; state"
        " the total.",
        [t.span for t in missing],
    )


_FILLER = frozenset(
    {"dat", "tren", "duoi", "tu", "tro", "len", "it", "nhat", "toi", "thieu", "phan", "dau", "khoang"}
    | {"hon", "ty", "le", "muc", "o", "den", "nam", "va", "la", "bang", "khong", "qua"}
)


def _worded(target: Target, text: str) -> bool:
    """Whether words that may name the population stand in the target's own text."""
    plain = fold(re.sub(r"[\d.,%]+", " ", target.text))
    return len([w for w in plain.split() if w.isalpha() and w not in _FILLER]) >= 2


def above_whole(document: Document, text: str) -> Iterator[Finding]:
    """Shares above 100 % that are no growth and no rate of fulfilment."""
    for target in document.targets:
        if target.unit != "%" or not _finite(target.value) or target.value <= 100:
            continue
        if target.kind is not TargetKind.GOAL or _GROWTH.search(fold(target.text)):
            continue
        at = place(document, target.span[0])
        yield found(
            "percent-over-100",
            f"Chỉ tiêu {quote(target.text)}{at.vi} là {number(target.value)} %, lớn hơn toàn bộ. Hãy"
            " kiểm tra"
            " lại con số hoặc dấu phẩy thập phân.",
            f"The target {quote(target.text)}{at.en} is {number(target.value)} %, more than the whole."
            " Check"
            " the figure or its decimal comma.",
            [target.value_span],
        )


def reversed_sense(document: Document, text: str) -> Iterator[Finding]:
    """A lower bound on something that the programme fights."""
    for target in _goals(document):
        folded = fold(target.text)
        upward = target.comparator in (Comparator.ABOVE, Comparator.AT_LEAST)
        if upward and target.direction in (None, Direction.RAISE) and _BAD.search(folded):
            if _LESSENING.search(folded) or target.unit != "%":
                continue
            at = place(document, target.span[0])
            yield found(
                "meaning-slip",
                f"Chỉ tiêu {quote(target.text)}{at.vi} đặt mức tối thiểu cho một tỷ lệ cần giảm. Có lẽ thiếu"
                " “dưới” hoặc “giảm”; hiểu đúng câu chữ thì chỉ tiêu bị đảo ngược. Hãy kiểm tra.",
                f"The target {quote(target.text)}{at.en} sets a minimum for a rate that should fall."
                " “Below” or"
                " “reduce” was probably lost; taken literally the target is reversed. Check.",
                [target.span],
            )


def _same_thing(target: Target) -> tuple[str, ...] | None:
    """What two targets must share to be about the same thing; None if it is too little to tell."""
    if not (target.numerator and target.denominator) or target.unit is None:
        return None
    return (
        fold(target.numerator),
        fold(target.denominator),
        fold(target.scope or ""),
        target.unit,
        fold(target.deadline or ""),
        str(target.direction),
    )


def conflicting(document: Document, text: str) -> Iterator[Finding]:
    """The same numerator, denominator, scope and deadline with two values."""
    groups: dict[tuple[str, ...], list[Target]] = {}
    for target in _goals(document):
        same = _same_thing(target)
        if same is not None:
            groups.setdefault(same, []).append(target)
    for group in groups.values():
        values: dict[Decimal, Target] = {}
        for target in group:
            if _finite(target.value):
                values.setdefault(target.value, target)
        if len(values) < 2 or len({t.baseline for t in group}) > 1:
            continue
        first = group[0]
        at = place(document, first.span[0])
        vi = listing((f"{number(v)} {first.unit}" for v in values), "và")
        en = listing((f"{number(v)} {first.unit}" for v in values), "and")
        yield found(
            "conflicting-targets",
            f"Cùng một chỉ tiêu {quote(first.text, 60)}{at.vi} được ghi các mức {vi}. Khi báo cáo sẽ"
            " không biết"
            " theo mức nào; hãy thống nhất.",
            f"The same target {quote(first.text, 60)}{at.en} is given as {en}. Reports cannot know which one"
            " binds; settle on one.",
            [t.span for t in values.values()],
        )


def due_before_issue(document: Document, text: str) -> Iterator[Finding]:
    """Goals whose year had passed when the document was issued."""
    if document.issued is None:
        return
    for target in _goals(document):
        years = [int(y) for y in _YEAR.findall(target.deadline or "")]
        if not years or max(years) >= document.issued.year:
            continue
        at = place(document, target.span[0])
        yield found(
            "deadline-before-issue",
            f"Chỉ tiêu {quote(target.text, 60)}{at.vi} có thời hạn {max(years)}, trước ngày ban hành"
            f" ({date_text(document.issued)}). Hãy kiểm tra năm.",
            f"The target {quote(target.text, 60)}{at.en} falls due in {max(years)}, before the date of issue"
            f" ({date_text(document.issued)}). Check the year.",
            [target.span],
        )


def without_lead(document: Document, text: str) -> Iterator[Finding]:
    """Tasks and labelled blocks with helpers or a period but nobody in charge."""
    spans: list[tuple[Span, str]] = [
        (task.span, task.text)
        for task in document.tasks
        if not task.leads and (task.coordinating or task.period or task.standing)
    ]
    for section in _leaves(document.sections):
        block = text[max(section.span[0], 0) : max(section.span[1], 0)]
        label = _SUPPORT_LABEL.search(block)
        if label is None or _OWNER.search(block):
            continue
        if any(_overlap(section.span, t.span) and t.leads for t in document.tasks):
            continue
        if not any(_overlap(section.span, span) for span, _ in spans):
            spans.append((section.heading_span, section.heading))
    if not spans:
        return
    n = len(spans)
    one = place(document, spans[0][0][0]) if n == 1 else place(document, -1)
    yield found(
        "task-without-lead",
        f"{number(n)} nhiệm vụ chưa nêu đơn vị chủ trì{one.vi}:"
        f" {listing((quote(w, 60) for _, w in spans), 'và', 3)}."
        " Không có đơn vị chủ trì thì không ai chịu trách nhiệm báo cáo; hãy bổ sung.",
        f"{number(n)} task{'s name' if n > 1 else ' names'} no lead agency{one.en}:"
        f" {listing((quote(w, 60) for _, w in spans), 'and', 3)}."
        " Without a lead nobody answers for it; name one.",
        [span for span, _ in spans],
        Severity.WARNING,
    )


def _overlap(one: Span, other: Span) -> bool:
    return one[0] < other[1] and other[0] < one[1]


def _leaves(sections: tuple[Section, ...]) -> Iterator[Section]:
    """The innermost sections, in order; bullets count as part of the section around them."""
    stack = list(reversed(sections))
    while stack:
        section = stack.pop()
        numbered = [c for c in section.children if c.label.strip(" -–+•*")]
        if numbered:
            stack.extend(reversed(section.children))
        else:
            yield section


def up_and_down(document: Document, text: str) -> Iterator[Finding]:
    """A target that says "giảm" and "tăng" of one thing within one clause."""
    for target in document.targets:
        match = re.search(
            r"\bgiảm\b[^,;.()]{0,60}\b(?<!gia )tăng (?:lên|thêm|từ)?\s*\d"
            r"|\btăng\b[^,;.()]{0,60}\bgiảm (?:còn|xuống)?\s*\d",
            target.text,
            re.IGNORECASE,
        )
        if match is None or any(
            _SITUATION.search(fold(s.heading)) for s in enclosing(document, target.span[0])
        ):
            continue
        at = place(document, target.span[0])
        yield found(
            "meaning-slip",
            f"Chỉ tiêu {quote(target.text)}{at.vi} vừa nói “giảm” vừa nói “tăng”. Không rõ phải đi theo hướng"
            " nào; hãy viết lại.",
            f"The target {quote(target.text)}{at.en} says both “reduce” and “raise”. The direction is"
            " unclear;"
            " reword it.",
            [target.span],
            Severity.WARNING,
        )


_SITUATION = re.compile(r"ket qua|thuc trang|tinh hinh|danh gia")
