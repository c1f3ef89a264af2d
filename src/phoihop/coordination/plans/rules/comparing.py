"""The targets of two years side by side: which were kept, raised, lowered, loosened, dropped; which are new.

A verdict is about what is asked for, not about the figure alone: "dưới 2 %" after "dưới 3 %" asks for more.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from difflib import SequenceMatcher
from enum import StrEnum
from functools import cache

from phoihop.kernel.quantities import format_number
from phoihop.kernel.refusals import Bilingual
from phoihop.kernel.text import fold


class Verdict(StrEnum):
    """What became of a target. ``TIGHTENED`` and ``LOOSENED``: the same figure, binding more or less."""

    KEPT = "kept"
    RAISED = "raised"
    LOWERED = "lowered"
    TIGHTENED = "tightened"
    LOOSENED = "loosened"
    DROPPED = "dropped"
    NEW = "new"


MIRRORED = {
    Verdict.KEPT: Verdict.KEPT,
    Verdict.RAISED: Verdict.LOWERED,
    Verdict.LOWERED: Verdict.RAISED,
    Verdict.TIGHTENED: Verdict.LOOSENED,
    Verdict.LOOSENED: Verdict.TIGHTENED,
    Verdict.DROPPED: Verdict.NEW,
    Verdict.NEW: Verdict.DROPPED,
}


@dataclass(frozen=True, slots=True)
class Aim:
    """A target as far as comparing needs it; ``key`` is the caller's."""

    key: int
    text: str
    comparator: str
    value: Decimal | None
    value_max: Decimal | None = None
    measure: str = ""
    numerator: str = ""
    denominator: str = ""
    direction: str = ""
    kind: str = "goal"


@dataclass(frozen=True, slots=True)
class Pair:
    """One line of the comparison: the target of either year, the verdict, and the reason in words."""

    old: Aim | None
    new: Aim | None
    verdict: Verdict
    why: Bilingual


ALIKE = 0.62  # of 1, from which two wordings are taken for one target
# Words that bind or move a figure, and say nothing of what is measured.
_IDLE = frozenset(
    fold(word)
    for word in (
        "phấn", "đấu", "tăng", "giảm", "duy", "trì", "giữ", "đạt", "trên", "dưới", "ít", "nhất", "từ", "trở",
        "lên", "tỷ", "lệ", "bảo", "đảm", "tiếp", "tục", "mức", "ở", "năm", "các", "những", "số", "không",
        "để", "nâng", "cao", "tối", "thiểu", "xuống", "và", "của", "cho", "được", "là", "có", "đến",
    )
)  # fmt: skip
_FIGURES = re.compile(r"\d[\d.,]*")
_STRICT = {"<=": 1, "<": 2, ">=": 1, ">": 2, "=": 1}
_DOWN = re.compile(r"\b(?:khống chế|không chế|không để|kiềm chế|dưới|xuống|không quá|giảm còn)\b")


def compare(old: Sequence[Aim], new: Sequence[Aim]) -> list[Pair]:
    """Every target of both years exactly once: pairs and dropped ones in the order of the old plan, then the
    new ones in theirs."""
    matched = _match(old, new)
    found = []
    for i, before in enumerate(old):
        j = matched.get(i)
        found.append(
            _pair(before, new[j]) if j is not None else Pair(before, None, Verdict.DROPPED, _DROPPED)
        )
    taken = set(matched.values())
    found += [Pair(None, after, Verdict.NEW, _NEW) for j, after in enumerate(new) if j not in taken]
    return found


_DROPPED = Bilingual("Kế hoạch sau không còn chỉ tiêu này.", "The later plan has no such target.")
_NEW = Bilingual("Kế hoạch trước không có chỉ tiêu này.", "The earlier plan had no such target.")


def _match(old: Sequence[Aim], new: Sequence[Aim]) -> dict[int, int]:
    """The likest first; of pairs equally like, those that stand nearest. The same seen from either side."""
    pairs = []
    for i, before in enumerate(old):
        for j, after in enumerate(new):
            likeness = alike(before, after)
            if likeness >= ALIKE:
                pairs.append((-likeness, abs(i - j), i + j, i, j))
    found: dict[int, int] = {}
    taken: set[int] = set()
    for *_, i, j in sorted(pairs):
        if i not in found and j not in taken:
            found[i] = j
            taken.add(j)
    return found


def alike(one: Aim, other: Aim) -> float:
    """How likely two targets are the same one, 0 to 1; 0 where they count different things."""
    if one.kind != other.kind:
        return 0.0
    same_measure = fold(one.measure) == fold(other.measure)
    if not same_measure and one.measure and other.measure:
        return 0.0
    texts = _likeness(_key(one.text), _key(other.text))
    if one.denominator and other.denominator:
        wholes = _likeness(_key(one.denominator), _key(other.denominator))
        parts = _likeness(_key(one.numerator), _key(other.numerator))
        texts = max(texts, (wholes + parts) / 2) if wholes >= ALIKE else min(texts, wholes)
    return texts if same_measure else texts * 0.9


@cache
def _key(text: str) -> tuple[str, ...]:
    return tuple(word for word in fold(_FIGURES.sub(" ", text)).split() if word not in _IDLE)


@cache
def _likeness(one: tuple[str, ...], other: tuple[str, ...]) -> float:
    if one == other:
        return 1.0
    # The library's measure depends on which comes first; a comparison must not.
    first, second = sorted((one, other))
    matcher = SequenceMatcher(None, first, second, autojunk=False)
    if matcher.real_quick_ratio() < ALIKE or matcher.quick_ratio() < ALIKE:
        return 0.0
    return matcher.ratio()


def _pair(old: Aim, new: Aim) -> Pair:
    verdict = _verdict(old, new)
    vi, en = _WORDS[verdict]
    before, after = (_figure(old, "vi"), _figure(old, "en")), (_figure(new, "vi"), _figure(new, "en"))
    if verdict is Verdict.KEPT:
        return Pair(old, new, verdict, Bilingual(vi.format(after[0]), en.format(after[1])))
    return Pair(old, new, verdict, Bilingual(vi.format(before[0], after[0]), en.format(before[1], after[1])))


_WORDS = {
    Verdict.KEPT: ("Giữ nguyên: {}.", "As before: {}."),
    Verdict.RAISED: ("Yêu cầu cao hơn: {} → {}.", "Asks for more: {} → {}."),
    Verdict.LOWERED: ("Yêu cầu thấp hơn: {} → {}.", "Asks for less: {} → {}."),
    Verdict.TIGHTENED: ("Cùng con số, ràng buộc chặt hơn: {} → {}.", "Same figure, binds more: {} → {}."),
    Verdict.LOOSENED: ("Cùng con số, ràng buộc lỏng hơn: {} → {}.", "Same figure, binds less: {} → {}."),
}


def _verdict(old: Aim, new: Aim) -> Verdict:
    if old.value is None or new.value is None:
        if old.value is None and new.value is None:
            return Verdict.KEPT
        return Verdict.TIGHTENED if old.value is None else Verdict.LOOSENED
    down = _goes_down(old) or _goes_down(new)
    bounds = [(_bound(each, down), each) for each in (old, new)]
    before, after = bounds[0][0], bounds[1][0]
    if before != after:
        return Verdict.RAISED if (after > before) != down else Verdict.LOWERED
    strict = [_strictness(each, down) for each in (old, new)]
    if strict[0] == strict[1]:
        return Verdict.KEPT
    return Verdict.TIGHTENED if strict[1] > strict[0] else Verdict.LOOSENED


def _goes_down(aim: Aim) -> bool:
    """Whether less is better: what is to be held under a figure, not what is to shrink by one."""
    return (
        aim.comparator in ("<", "<=")
        or aim.direction == "không để"
        or (aim.comparator == "=" and bool(_DOWN.search(aim.text.casefold())))
    )


def _bound(aim: Aim, down: bool) -> Decimal:
    """The figure that has to be reached: of a range, its easier end."""
    assert aim.value is not None
    ends = [aim.value] if aim.value_max is None else [aim.value, aim.value_max]
    return max(ends) if down else min(ends)


def _strictness(aim: Aim, down: bool) -> int:
    against = (">", ">=") if down else ("<", "<=")
    return 0 if aim.comparator in against else _STRICT.get(aim.comparator, 1)


def _figure(aim: Aim, lang: str) -> str:
    if aim.value is None:
        return "không nêu con số" if lang == "vi" else "no figure given"
    sign = {">=": "≥ ", ">": "> ", "<=": "≤ ", "<": "< "}.get(aim.comparator, "")
    ends = [aim.value] if aim.value_max is None else [aim.value, aim.value_max]
    return f"{sign}{'–'.join(format_number(end) for end in ends)} {aim.measure}".rstrip()
