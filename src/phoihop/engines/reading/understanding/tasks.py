"""Tasks: work assigned by labels, by a sentence, or by the heading it stands under."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise

from phoihop.engines.reading.model import Basis, Span, Target, TargetKind, Task
from phoihop.engines.reading.understanding.agencies import is_agency_heading, names_at
from phoihop.engines.reading.understanding.assignments import Assignment, assignments_in, named_at_start
from phoihop.engines.reading.understanding.patterns import vi
from phoihop.engines.reading.understanding.structure import Paragraph, Topic
from phoihop.engines.reading.understanding.targets import Candidate

_UNIT = r"(?:(?:Các\s+)?(?:[Đđ]ơn vị|[Cc]ơ quan|[Nn]gành|[Bb]ộ phận|[Cc]ấp))"
_LABELS = {
    "lead": rf"(?:{_UNIT}\s+(?:chủ trì(?:\s*,?\s*(?:thực hiện|tham mưu|phối hợp(?:\s+thực hiện)?))?|(?:tổ chức\s+)?thực hiện|chịu trách nhiệm(?:\s+chính)?|đầu mối|được giao)|(?:Chủ trì|chủ trì)(?:\s+thực hiện)?|(?:Tổ chức|Phân công|Trách nhiệm|Phân công trách nhiệm)(?:\s+(?:tổ chức\s+)?thực hiện)?|Người thực hiện)",
    "coordinate": rf"(?:{_UNIT}\s+(?:cùng\s+)?phối(?:\s+hợp)?(?:\s+thực hiện)?|[Pp]hối hợp(?:\s+thực hiện)?)",
    "period": r"(?:[Tt]hời (?:gian|hạn|điểm)|Tiến độ|Hoàn thành)(?:\s*(?:,|và)?\s*(?:tổ chức|thực hiện|hoàn thành|triển khai|dự kiến))*",
    "place": r"(?:Địa điểm|Địa bàn|Phạm vi|Nơi)(?:\s+(?:thực hiện|tổ chức|triển khai))*",
    "content": r"Nội dung(?:\s+(?:thực hiện|hoạt động|công việc|chính))*",
    "other": r"(?:Kinh phí|Nguồn kinh phí|Sản phẩm|Đối tượng|Mục tiêu|Yêu cầu|Số lượng|Kết quả|Hình thức)(?:\s+(?:thực hiện|đầu ra|dự kiến|tham gia))*",
}
_LABEL_RE = vi(
    r"(?:^|(?<=[.;|]\s)|(?<=\()|(?<=[-+]\s)|(?<=\s)(?=[A-ZĐ]))(?:"
    + "|".join(rf"(?P<{k}>{v})" for k, v in _LABELS.items())
    + r")\s*:\s*"
)
_CONTENT_LABEL = vi(rf"^\s*(?:{_LABELS['content']})\s*:\s*")
_SENTENCE = vi(r"[.](?=\s+[“\"A-ZĐ(-])(?<!\bTP.)(?<!\bKT.)(?<!\bTM.)(?<!\b[A-ZĐ].)")
_PERIOD = vi(
    r"(?i)\b(?:(?:hoàn thành\s+)?(?:trước|trong|từ|xong trước|chậm nhất)\s+(?:là\s+)?(?:ngày\s+\d{1,2}(?:/\d{1,2})?(?:/\d{4})?(?:\s+(?:tháng\s+\d+|hằng tháng|hàng tháng|hằng năm|hàng năm)(?:\s+năm\s+\d{4})?)?|\d{1,2}/\d{1,2}(?:/\d{4})?|tháng\s+\d{1,2}(?:/\d{4}|\s+năm\s+\d{4})?|quý\s+[IV\d]+(?:/\d{4}|\s+năm\s+\d{4})?|năm\s+\d{4})(?:\s+(?:đến|hằng|hàng)\s+[^,;.]{2,30})?"
    r"|quý\s+(?:IV|I{1,3}|[1-4])(?:/\d{4}|\s+năm\s+\d{4})|(?:hằng|hàng)\s+(?:năm|quý|tháng)|định kỳ(?:\s+\w+\s+(?:tháng|năm|quý))?|thường xuyên|tại kỳ họp[^,;.()]{0,60}?(?:tháng\s+\d{1,2}/\d{4}|(?:cuối|giữa|đầu)\s+năm(?:\s+20\d\d)?|20\d\d))"
)
_STANDING = vi(r"(?i)(?:hằng|hàng)\s+(?:năm|quý|tháng|ngày|tuần)|định kỳ|thường xuyên|cả năm|các năm")


@dataclass(slots=True)
class _Block:
    """A labelled task while its lines are being gathered."""

    subject: list[Paragraph] = field(default_factory=list)
    lines: list[Paragraph] = field(default_factory=list)
    leads: list[str] = field(default_factory=list)
    coordinating: list[str] = field(default_factory=list)
    period: str | None = None
    place: str | None = None
    content: str | None = None
    led: bool = False


def tasks_of(
    paragraphs: list[Paragraph], candidates: Sequence[Candidate]
) -> tuple[tuple[Task, ...], tuple[Target, ...]]:
    """The tasks of a document, and its targets with the deadlines that their tasks give them."""
    paragraphs = _without_foot(paragraphs)
    made: list[tuple[Task, list[int]]] = []
    taken: set[int] = set()
    labels = {p.index: found for p in paragraphs if (found := _labels(p))}
    for block in _blocks(paragraphs, labels):
        task, members = _of_block(block)
        if task:
            made.append((task, members))
            taken |= set(members)
    given: dict[int, tuple[str, ...]] = {}
    for paragraph in paragraphs:
        if paragraph.index in taken and not re.search(r"(?i)chủ\s*trì", paragraph.text):
            continue
        if paragraph.index in labels:
            continue
        made += [(t, [paragraph.index]) for t in _in_paragraph(paragraph, given, paragraph.index in taken)]
    made.sort(key=lambda m: m[0].span)
    return _with_outputs(made, list(candidates))


def _without_foot(paragraphs: list[Paragraph]) -> list[Paragraph]:
    """All but the recipients and signatures, and the closing formula above them."""
    named = {p.index for p in paragraphs if re.match(r"(?i)nơi nhận\s*:?", p.text)}
    foot = {
        p.index for p in paragraphs if p.index in named or (named and any(a.index in named for a in p.above))
    }
    start = min(foot, default=None)
    if start is not None:
        for p in paragraphs:
            if start <= p.index <= start + 40 and not p.label:
                foot.add(p.index)
            elif p.index > start and p.label and p.label.kind not in ("dash", "plus"):
                break
            elif p.index > start:
                foot.add(p.index)
    return [
        p
        for p in paragraphs
        if p.index not in foot
        and not re.match(r"(?:Trên đây là|Trong quá trình|Yêu cầu các|Nhận được)", p.text)
    ]


# --- labelled tasks -------------------------------------------------------------------------


_Label = tuple[str, int, int]


def _labels(paragraph: Paragraph) -> list[_Label]:
    """The labels of a paragraph with where each one's value begins and ends."""
    text = paragraph.text
    if ":" not in text:
        return []
    marks = [m for m in _LABEL_RE.finditer(text, 0) if m.lastgroup]
    first = paragraph.body_start
    if not marks or (marks[0].start() > first + 1 and not any(m.lastgroup == "lead" for m in marks)):
        return []
    if marks[0].lastgroup == "lead" and paragraph.heading and not text[marks[0].end() :].strip():
        return []
    return [
        (str(m.lastgroup), m.end(), marks[i + 1].start() if i + 1 < len(marks) else len(text))
        for i, m in enumerate(marks)
    ]


def _blocks(paragraphs: list[Paragraph], found: dict[int, list[_Label]]) -> list[_Block]:
    """Labelled tasks: the lines that carry labels, with the items they belong to."""
    blocks: list[_Block] = []
    subject: list[Paragraph] = []
    current: _Block | None = None
    for paragraph in paragraphs:
        labels = found.get(paragraph.index, [])
        useful = [x for x in labels if x[0] != "other"]
        if not useful:
            if labels and current:
                continue
            if current and current.led:
                blocks.append(current)
                current, subject = None, []
            if paragraph.heading:
                subject = [paragraph]
                current = None
            else:
                if current and not current.led:
                    current = None
                subject.append(paragraph)
            continue
        if current and current.led and any(k == "lead" for k, _, _ in useful):
            blocks.append(current)
            current = _Block(subject=[])
            subject = []
        if current is None:
            current = _Block(subject=list(subject))
        _take(current, paragraph, useful)
    if current and current.led:
        blocks.append(current)
    return [b for b in blocks if b.leads or b.coordinating or b.period]


def _take(block: _Block, paragraph: Paragraph, labels: list[_Label]) -> None:
    text = paragraph.text
    block.lines.append(paragraph)
    if labels[0][1] > paragraph.body_start and text[paragraph.body_start : labels[0][1]].count(" ") > 6:
        block.subject.append(paragraph)
    for kind, start, end in labels:
        value = text[start:end].strip(" .;-+|")
        if kind == "lead":
            block.led = True
            found = assignments_in(text, start, end)
            if found:
                block.leads += [n for n in found[0].leads if n not in block.leads]
                block.coordinating += found[0].coordinating
                if (
                    re.search(r"(?i)trong năm|quý|tháng", text[found[0].action : end])
                    and block.period is None
                ):
                    block.period = _period_in(text[found[0].action : end])
            else:
                names, after = names_at(text, start, end)
                if re.search(r"(?i)phối hợp[^:]*:\s*$", text[max(0, start - 40) : start]):
                    # "Cơ quan chủ trì, phối hợp: Sở Y tế, Công an tỉnh": the first one leads.
                    block.coordinating += names[1:]
                    names = names[:1]
                block.leads += [n for n in names if n not in block.leads]
                joined = re.match(
                    r"[\s,;(]*(?i:phối(?:\s+hợp)?(?:\s+(?:với|cùng))?)\s*:?\s*", text[after:end]
                )
                if names and joined:
                    block.coordinating += names_at(text, after + joined.end(), end)[0]
                if not names and value:
                    block.leads.append(value)
        elif kind == "coordinate":
            names, _ = names_at(text, start, end)
            block.coordinating += names or [v.strip() for v in value.split(";") if v.strip()]
        elif kind == "period" and value:
            block.period = block.period or value
        elif kind == "place" and value:
            block.place = value
        elif kind == "content" and value:
            block.content = value
            block.subject = [*[p for p in block.subject if p.heading][-1:], paragraph]


def _of_block(block: _Block) -> tuple[Task | None, list[int]]:
    subject = block.subject or block.lines[:1]
    parts = [_CONTENT_LABEL.sub("", p.body).strip() for p in subject]
    if block.lines and block.lines[0] not in subject:
        parts.append(block.lines[0].body.strip())
    # A heading has no full stop of its own: "Tập huấn cho cán bộ: Mở 05 lớp …".
    parts = [
        p if p.endswith((".", ";", ":", "!", "?")) or i == len(parts) - 1 else f"{p}:"
        for i, p in enumerate(parts)
    ]
    everything = [*subject, *block.lines]
    start = min(p.piece.span()[0] for p in everything)
    end = max(p.piece.span()[1] for p in everything)
    task = Task(
        text=" ".join(" ".join(parts).split()),
        span=(start, end),
        leads=tuple(dict.fromkeys(block.leads)),
        coordinating=tuple(n for n in dict.fromkeys(block.coordinating) if n not in block.leads),
        period=block.period,
        place=block.place,
        outputs=(),
        basis=Basis.EXPLICIT,
        standing=is_standing(block.period),
        confidence=0.92,
    )
    return task, sorted({p.index for p in everything})


def is_standing(period: str | None) -> bool:
    return period is None or bool(_STANDING.search(period))


def _period_in(text: str) -> str | None:
    match = _PERIOD.search(text)
    return " ".join(match.group().split()) if match else None


# --- tasks in sentences ---------------------------------------------------------------------


def _inherited(paragraph: Paragraph, given: dict[int, tuple[str, ...]]) -> tuple[tuple[str, ...], bool]:
    """The agency a paragraph stands under, and whether it was given the list ('Giao Sở Y tế:')."""
    for above in reversed(paragraph.above):
        if above.index in given:
            return given[above.index], True
        if above.heading or len(above.body) < 200 or above.text.rstrip().endswith(":"):
            names = is_agency_heading(above.body)
            if names:
                return tuple(names), False
    return (), False


def _in_paragraph(paragraph: Paragraph, given: dict[int, tuple[str, ...]], covered: bool) -> list[Task]:
    text = paragraph.text
    inherited, listed = _inherited(paragraph, given)
    own, after = names_at(text, paragraph.body_start)
    # "1. Sở Y tế: Chủ trì, …" and "- Sở Y tế có trách nhiệm: …" name the agency at their head.
    headed = (
        vi(r"\s*(?:\([^()]{0,120}\)\s*)?(?:(?:có|chịu)\s+(?:trách nhiệm|nhiệm vụ)\s*)?:\s*").match(
            text, after
        )
        if own
        else None
    )
    if headed:
        inherited, listed = tuple(own), False
        if headed.end() >= len(text) - 1:
            return []
    tasks: list[Task] = []
    begin = headed.end() if headed else paragraph.body_start
    cuts = [begin, *(m.end() for m in _SENTENCE.finditer(text, begin)), len(text)]
    spread = False
    for start, end in pairwise(cuts):
        if not text[start:end].strip():
            continue
        found = assignments_in(text, start, end, inherited)
        for assignment in found:
            if assignment.opens_list:
                given[paragraph.index] = assignment.leads
                spread = True
                continue
            tasks.append(_of_assignment(paragraph, assignment, end))
    if tasks or spread or covered or paragraph.heading:
        return tasks
    if listed and not inherited:
        names, rest = named_at_start(text, paragraph.body_start)
        return (
            [_whole(paragraph, begin, tuple(names), Basis.EXPLICIT, 0.8)]
            if names and text[rest:].strip(" .;")
            else []
        )
    if listed:
        return [_whole(paragraph, begin, inherited, Basis.EXPLICIT, 0.8)]
    if inherited and paragraph.topic() is not Topic.GOALS:
        return [_whole(paragraph, begin, inherited, Basis.SECTION, 0.6)]
    if paragraph.topic() is Topic.ASSIGNMENT and not headed:
        names, rest = named_at_start(text, paragraph.body_start)
        if names and text[rest:].strip(" .;:,") and not re.match(r"\s*[.;,:]", text[rest:]):
            return [_whole(paragraph, begin, tuple(names), Basis.SECTION, 0.55)]
    return []


def _of_assignment(paragraph: Paragraph, a: Assignment, sentence_end: int) -> Task:
    text = paragraph.text
    end = a.end
    while end > a.start and text[end - 1] in " .;,":
        end -= 1
    # "3. Truy quét tội phạm: Công an tỉnh (chủ trì), …": the work is told before the assignment.
    begin = a.start if len(text[a.action : end].split()) >= 3 else min(a.start, paragraph.body_start)
    body = text[begin:end]
    period = _period_in(text[a.action : sentence_end]) or _told_after(text, sentence_end)
    return Task(
        text=" ".join(body.split()),
        span=paragraph.piece.span(begin, end),
        leads=a.leads,
        coordinating=a.coordinating,
        period=period,
        place=None,
        outputs=(),
        basis=Basis.EXPLICIT,
        standing=is_standing(period),
        confidence=0.9 if a.named else 0.85,
    )


_LATER = vi(r"\s*(?:Thời (?:gian|hạn)|Tiến độ|Hoàn thành)[^:.;]{0,40}:\s*(?P<period>[^.;]+)")


def _told_after(text: str, end: int) -> str | None:
    """'Sở Y tế chủ trì rà soát. Thời gian hoàn thành: trước 30/6/2024.'"""
    told = _LATER.match(text, end)
    return " ".join(told["period"].split()) if told else None


def _whole(paragraph: Paragraph, start: int, leads: tuple[str, ...], basis: Basis, confidence: float) -> Task:
    text = paragraph.text[start:]
    period = _period_in(text)
    with_whom = re.search(r"(?i)\bphối hợp\s+(?:chặt chẽ\s+)?(?:với|cùng)\s+", text)
    names = names_at(text, with_whom.end())[0] if with_whom else []
    return Task(
        text=" ".join(text.split()),
        span=paragraph.piece.span(start),
        leads=leads,
        coordinating=tuple(n for n in names if n not in leads),
        period=period,
        place=None,
        outputs=(),
        basis=basis,
        standing=is_standing(period),
        confidence=confidence,
    )


# --- outputs --------------------------------------------------------------------------------


def _with_outputs(
    made: list[tuple[Task, list[int]]], candidates: list[Candidate]
) -> tuple[tuple[Task, ...], tuple[Target, ...]]:
    """Tie counted outputs to their tasks; an output is due when its task is."""
    targets = [c.target for c in candidates]
    of_paragraph: dict[int, list[int]] = {}
    for i, candidate in enumerate(candidates):
        of_paragraph.setdefault(candidate.paragraph.index, []).append(i)
    tasks: list[Task] = []
    for task, members in made:
        inside: list[int] = []
        for i in sorted(i for member in members for i in of_paragraph.get(member, ())):
            if len(members) > 1 or _within(candidates[i].target.span, task.span):
                inside.append(i)
                if (
                    targets[i].deadline is None
                    and targets[i].kind is TargetKind.OUTPUT
                    and task.period
                    and re.search(r"20\d\d", task.period)
                ):
                    targets[i] = replace(targets[i], deadline=task.period)
        tasks.append(replace(task, outputs=tuple(inside)))
    return tuple(tasks), tuple(targets)


def _within(inner: Span, outer: Span) -> bool:
    return inner[0] >= outer[0] and inner[1] <= outer[1]
