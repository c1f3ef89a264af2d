"""Assignments inside a sentence: who leads, who coordinates, what is to be done."""

import re
from dataclasses import dataclass
from itertools import islice

from phoihop.engines.reading.understanding.agencies import names_at, parties_at
from phoihop.engines.reading.understanding.patterns import vi

_LEADS = vi(r"(?i)\bchủ\s*trì\b|\blàm đầu mối\b(?=[,\s]+(?:phối|tham|tổ|triển|theo|hướng|xây))")
_COORDINATE = vi(
    r"\s*(?:thực hiện|tham mưu|triển khai)?\s*[,;)]?\s*(?:và\s+)?(?:(?:thường xuyên|chủ động|tích cực)\s+)?phối(?:\s*h[ợọ]p)?(?:\s+chặt chẽ)?(?:\s+thực hiện)?(?:\s*(?:với|cùng\s+với|cùng))?\s*:?\s*",
    re.IGNORECASE,
)
# What may stand between the name of the leader and "chủ trì".
_FILLER = vi(
    r"(?i)[\s,:(–-]*(?:(?:là\s+(?:cơ quan|đơn vị|đầu mối)(?:\s+(?:thường trực|đầu mối))?|cơ quan\s+(?:thường trực|đầu mối)(?:\s+[^,;:.]{0,70})?|có\s+(?:trách nhiệm|nhiệm vụ)|chịu\s+trách\s*nhiệm(?:\s+chính)?|được\s+(?:giao|phân công)|giữ vai trò|tiếp tục|trực tiếp|làm đầu mối|chủ động|cùng|đồng|để|tổ chức|với vai trò)[\s,:(–-]*)*$"
)
_NO_TASK = vi(r"(?i)\s*(?:và\s+)?(?:hội nghị|phiên họp|cuộc họp|buổi|lễ|hội thảo|giao ban)\b")
_GIVE = vi(
    r"(?<!được )(?<!Được )(?<!đã )(?<!nhiệm vụ )\b(?:Giao|giao|GIAO)\s*(?:(?:nhiệm vụ\s+)?cho\s+)?:?\s*(?=[A-ZĐcthđ(]|$)"
)
_ASKED = vi(r"(?:Đề nghị|đề nghị|Yêu cầu|yêu cầu)\s+(?=[A-ZĐc])")
_START = vi(r"(?<![\w/])(?=[A-ZĐ]|các\s|ngành\s|lực lượng\s|sở\s|thủ trưởng)")


# More assignments than one sentence of a real document ever has.
_MOST_MARKS = 30


def _any_in(text: str, parts: tuple[str, ...]) -> bool:
    return any(part in text for part in parts)


@dataclass(frozen=True, slots=True)
class Assignment:
    """One assignment; ``start`` and ``end`` enclose it in its text, ``action`` begins where the work is told."""

    leads: tuple[str, ...]
    coordinating: tuple[str, ...]
    start: int
    end: int
    action: int
    named: bool = True
    opens_list: bool = False


def assignments_in(text: str, start: int, end: int, inherited: tuple[str, ...] = ()) -> list[Assignment]:
    """Every explicit assignment of a sentence (``start``:``end`` of ``text``), in order.

    ``inherited`` names the leads of the heading above, for sentences that begin with "Chủ trì".
    """
    found: list[Assignment] = []
    # Every "chủ trì" has this letter group, every "đầu mối" that one; hardly anything else has.
    if _any_in(text, ("rì", "RÌ", "ầu", "ẦU")):
        leading = (m for m in _LEADS.finditer(text, start, end) if not _NO_TASK.match(text, m.end()))
        marks = list(islice(leading, _MOST_MARKS))
    else:
        marks = []
    for i, mark in enumerate(marks):
        floor = found[-1].action if found else start
        leads, begin = _before(text, floor, mark.start())
        named = bool(leads)
        if not leads:
            if not inherited or not _opens(text, start, mark.start()):
                continue
            leads, begin = list(inherited), mark.start()
        coordinating, action = _coordinators(text, mark.end(), end)
        limit = marks[i + 1].start() if i + 1 < len(marks) else end
        coordinating = coordinating or _joined_later(text, action, limit)
        stop = end
        if i + 1 < len(marks):
            following, next_begin = _before(text, mark.end(), marks[i + 1].start())
            stop = (
                next_begin
                if following and next_begin > action
                else (marks[i + 1].start() if _opens(text, action, marks[i + 1].start()) else end)
            )
        found.append(
            Assignment(
                tuple(leads), tuple(n for n in coordinating if n not in leads), begin, stop, action, named
            )
        )
    if not found:
        found = _given(text, start, end)
    return found


def _coordinators(text: str, position: int, end: int) -> tuple[list[str], int]:
    gap = _COORDINATE.match(text, position, end)
    if gap:
        names, after = names_at(text, gap.end(), end)
        after = _skip(text, after, r"\s*\((?:phối hợp)[^)]*\)")
        return names, after if names else gap.end()
    aside = vi(r"\s*\)\s*[,;]?\s*(?:và\s+|cùng\s+với\s+|cùng\s+|phối hợp\s+(?:với\s+)?)?").match(
        text, position, end
    )
    if aside:
        names, after = names_at(text, aside.end(), end)
        closing = vi(r"\s*\(phối hợp[^)]*\)").match(text, after)
        if names and closing:
            return names, closing.end()
        return [], aside.end()
    return [], position


_WITH = vi(r"(?i)(?:[,;(]|\bvà)\s*(?:đồng thời\s+)?phối hợp\s*(?:chặt chẽ\s+)?(?:với|cùng|:)\s*:?\s*")


def _joined_later(text: str, start: int, end: int) -> list[str]:
    """Coordinators told after the work: '…; phối hợp: Bộ Công an', '…; Hội Nông dân tỉnh phối hợp'."""
    told = _WITH.search(text, start, end)
    if told:
        return names_at(text, told.end(), end)[0]
    behind = vi(r"\s*[;,]\s*").match(text, start, end)
    if behind:
        names, after = names_at(text, behind.end(), end)
        if names and re.match(r"\s*(?:cùng\s+)?phối hợp\s*(?:thực hiện)?\s*(?:[.;)]|$)", text[after:end]):
            return names
    for mark in vi(r";\s*").finditer(text, start, end):
        names, after = names_at(text, mark.end(), end)
        if names and re.match(r"\s*(?:cùng\s+)?phối hợp(?:\s+thực hiện)?\s*(?:[.;)]|$)", text[after:end]):
            return names
    return []


def _skip(text: str, position: int, pattern: str) -> int:
    match = vi(pattern).match(text, position)
    return match.end() if match else position


# What may be said of a leader before the word of leading: "(Thường trực)", "– Cơ quan thường trực Ban Chỉ đạo …".
_APPOSED = vi(
    r"\s*(?:\([^()]*\)?|[,(–-]\s*(?:là\s+)?(?:[Cc]ơ quan|[Đđ]ơn vị)\s+(?:thường trực|đầu mối|chủ quản)[^.;]{0,220})\s*$",
    re.IGNORECASE,
)


def _before(text: str, floor: int, position: int) -> tuple[list[str], int]:
    """The parties named right before a word of leading, and where the assignment begins."""
    filler = _FILLER.search(text, max(floor, position - 250), position)
    stop = filler.start() if filler else position
    window = max(floor, stop - 400)
    boundary = window
    for mark in vi(r"[.;]\s|:\s|\b[Gg]iao\s+(?:cho\s+)?(?=[A-ZĐ]|các\s)|\bdo\s+(?=[A-ZĐ])").finditer(
        text[window:stop]
    ):
        boundary = window + mark.end()
    candidates = [
        boundary,
        *(m.start() for m in _START.finditer(text, boundary, stop) if m.start() > boundary),
    ]
    for begin in candidates[:40]:
        lead_in = vi(
            r"\s*(?:[-+*•]\s*)?(?:(?:Đề nghị|đề nghị|Yêu cầu|yêu cầu|Giao|giao)\s+(?:cho\s+)?)?"
        ).match(text, begin)
        first = lead_in.end() if lead_in else begin
        parties, after = parties_at(text, first, stop)
        if parties and not text[after:stop].strip(" ,:-–("):
            return list(dict.fromkeys(p.name for p in parties)), first
        closed = _APPOSED.match(text, after, stop) if parties else None
        if closed:
            return list(dict.fromkeys(p.name for p in parties)), first
    return [], position


def _opens(text: str, start: int, position: int) -> bool:
    """Whether a "chủ trì" without a name begins its clause, so that the heading's agency leads."""
    before = text[max(start, position - 60) : position].rstrip()
    if not before or before.endswith((".", ";", ":", "-", "+", ")", "*", ",")):
        return True
    return bool(
        re.search(
            r"(?i)(?:đồng thời|và|có trách nhiệm|có nhiệm vụ|chịu trách nhiệm|thường trực|là cơ quan|chủ động|đầu mối|\d\)?)\s*,?$",
            before,
        )
    )


def _given(text: str, start: int, end: int) -> list[Assignment]:
    """'Giao Công an tỉnh … theo dõi, đôn đốc …': given without the word "chủ trì"."""
    if not _any_in(text, ("iao", "IAO")):
        return []
    for mark in _GIVE.finditer(text, start, end):
        names, after = names_at(text, mark.end(), end)
        if not names:
            # "Điều 2. Giao:" over items that name their agencies themselves.
            if not text[mark.end() : end].strip(" :."):
                return [Assignment((), (), mark.start(), end, end, True, opens_list=True)]
            continue
        if all(n[:1].islower() and not n.startswith(("các ", "ngành ", "thủ trưởng ")) for n in names):
            continue  # "giao đơn vị, bộ phận …" inside an agency's own duties
        after = _skip(text, after, r"\s*\([^()]{0,200}\)")
        rest = text[after:end].strip(" .;")
        if (rest.startswith(":") and len(rest) < 4) or not rest:
            return (
                [Assignment(tuple(names), (), mark.start(), end, end, True, opens_list=True)] if rest else []
            )
        gap = _COORDINATE.match(text, after, end)
        coordinating, action = _coordinators(text, after, end) if gap else ([], after)
        coordinating = coordinating or _joined_later(text, action, end)
        return [Assignment(tuple(names), tuple(coordinating), mark.start(), end, action)]
    return []


def named_at_start(text: str, start: int) -> tuple[list[str], int]:
    """The parties a sentence begins with ('Các sở, ngành …', 'Đề nghị Ủy ban …') and where they end."""
    asked = _ASKED.match(text, start)
    return names_at(text, asked.end() if asked else start)
