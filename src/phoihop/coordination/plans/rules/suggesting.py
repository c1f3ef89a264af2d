"""Which code a target's words mean: ranked suggestions with reasons, and none rather than a wrong one.

Words are found without their marks, through typing slips, joined or broken words and the letters that
scanning mixes up. Every group of words of an entry must be there; unit and direction must agree.
"""

import re
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache

from phoihop.coordination.plans.rules.binding import Bound, Unit, catalogue, misfit, unit_of
from phoihop.kernel.refusals import Bilingual
from phoihop.kernel.text import plain

MOST = 3  # suggestions for one target
_EXACT = 8  # letters, below which words must stand as they are: in short ones a slip makes another word
_SLIPS = 7  # letters for each slip that is let through
_READ_ALIKE = str.maketrans({"1": "i", "l": "i", "|": "i", "0": "o", "5": "s"})
_ABOUT = {
    "drugs": ("ma túy", "người nghiện", "thuốc phiện", "cai nghiện", "cần sa"),
    "sex": ("mại dâm", "bán dâm"),
    "hiv": ("HIV", "AIDS", "ARV"),
    "trafficking": ("mua bán người", "bị mua bán", "buôn bán người"),
}
# "Giảm 10 % số ca": a change against another year, not a level; nothing of ours is one.
_CHANGE = re.compile(
    r"\b(?:giam|tang)\s+(?:them\s+|it nhat\s+|toi thieu\s+|tren\s+|tu\s+)?\d[\d.,]*\s*(?:%|phan tram|den\b)"
    r"|\bso voi (?:nam|cung ky|giai doan)\b"
)
_SERIES = re.compile(r"\b(\d\d)\s*[-–—]\s*\1\s*[-–—]\s*\1\b")  # "95-95-95"
_CASCADE = ("HIV_95_1", "HIV_95_2", "HIV_95_3")


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A code that a target may mean. ``likeness``: 0 to 1; ``found``: the words of ours that stand in it."""

    code: str
    likeness: float
    found: tuple[str, ...]

    @property
    def why(self) -> Bilingual:
        said = ", ".join(f"“{words}”" for words in self.found)
        return Bilingual(f"Chỉ tiêu có chữ {said}", f"The target says {said}")


def suggest(
    text: str,
    measure: str = "",
    *,
    around: str = "",
    comparator: str = "=",
    value: Decimal | None = None,
    direction: str = "",
    turn: int = 0,
) -> tuple[Suggestion, ...]:
    """The codes that a target may mean, the likeliest first; none where nothing fits.

    ``measure``: the plan's word for the number; ``around``: the heading it stands under, for a field that its
    own words leave out; ``turn``: which of several targets of the same sentence it is, for "95-95-95".
    """
    unit = unit_of(measure)
    folded = " ".join(plain(text).split())
    if unit is None and re.search(r"\d\s*(?:%|phan tram)", folded):
        measure, unit = "%", Unit.PERCENT
    if unit in (Unit.PERCENT, None) and _SERIES.search(folded):
        turned = _CASCADE[turn % 3 :] + _CASCADE[: turn % 3]
        return tuple(Suggestion(code, 1.0, (_series(text),)) for code in turned)
    if unit is Unit.PERCENT and _CHANGE.search(folded):
        return ()
    said, heading = _Said(text), _Said(around)
    found = []
    for bound in catalogue().values():
        if misfit(bound.code, measure, comparator, value, direction) is not None:
            continue
        if bound.measures and plain(measure).strip() not in {plain(word) for word in bound.measures}:
            continue
        likened = _likened(bound, said, heading)
        if likened is not None:
            found.append((len(bound.needs), likened))
    found.sort(key=lambda each: (each[1].likeness, each[0]), reverse=True)
    return tuple(suggestion for _, suggestion in found[:MOST])


def _series(text: str) -> str:
    said = _SERIES.search(plain(text))
    return said.group() if said is not None else ""


def _likened(bound: Bound, said: "_Said", heading: "_Said") -> Suggestion | None:
    if any(said.has(words) for words in bound.never):
        return None
    found, likeness = [], 1.0
    for group in bound.needs:
        best = max(((said.likeness(words), -at) for at, words in enumerate(group)), default=(0.0, 0))
        if not best[0]:
            return None
        found.append(group[-best[1]])
        likeness = min(likeness, best[0])
    if bound.about and not _is_about(bound, said, heading):
        if not any(said.has(words) for words in bound.lenient):
            return None
        likeness *= 0.9
    return Suggestion(bound.code, round(likeness, 3), tuple(dict.fromkeys(found)))


def _is_about(bound: Bound, said: "_Said", heading: "_Said") -> bool:
    """Whether the target is of the entry's field: by its own words; where they name none, its heading's."""
    for each in (said, heading):
        fields = {field for field, words in _ABOUT.items() if any(each.has(word) for word in words)}
        if fields:
            return bound.about in fields and (bound.about == "sex" or "sex" not in fields)
    return False


class _Said:
    """A text made ready to find words in: with its words apart, and without any space."""

    def __init__(self, text: str) -> None:
        self.words = f" {_letters(text)} "
        self.run = self.words.replace(" ", "")

    def has(self, words: str) -> bool:
        return self.likeness(words) > 0

    def likeness(self, words: str) -> float:
        """How nearly the words stand in the text: 1 as they are, less for each slip, 0 not at all."""
        wanted = _letters(words)
        if f" {wanted} " in self.words:
            return 1.0
        run = wanted.replace(" ", "")
        if len(run) < _EXACT:
            return 0.0
        if run in self.run:
            return 1.0
        slips = _slips(run, self.run, len(run) // _SLIPS)
        return 0.0 if slips is None else 1 - slips / len(run)


@lru_cache(maxsize=4_000)
def _letters(text: str) -> str:
    """Words without marks or figures, with letters that are read alike made one."""
    words = re.findall(r"\w+", plain(text).replace("|", "l"))
    return " ".join(word.translate(_READ_ALIKE) for word in words if not word.isdigit())


def _slips(wanted: str, text: str, most: int) -> int | None:
    """The fewest slips (a letter more, less or other) with which the words stand in the text; None above
    ``most``."""
    # With so few slips, one of the pieces stands there whole: most texts are settled by that.
    size = len(wanted) // (most + 1)
    if not any(wanted[at * size : (at + 1) * size] in text for at in range(most + 1)):
        return None
    row = list(range(len(wanted) + 1))
    best = len(wanted)
    for letter in text:
        before, row[0] = row[0], 0
        for at, own in enumerate(wanted, start=1):
            before, row[at] = row[at], min(before + (own != letter), row[at] + 1, row[at - 1] + 1)
        best = min(best, row[-1])
    return best if best <= most else None
