"""Who answers: the agencies that a document's words mean, and what became of each until a day.

What cannot be told stays with nobody, and the words say so: nothing is handed to an agency by a guess.
"""

import re
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache

from phoihop.base.org.agencies import (
    Kind,
    Step,
    Tier,
    assignments,
    history,
    kind_successions,
    kinds,
    named,
    who,
)
from phoihop.base.org.agencies import kind as kind_of
from phoihop.coordination.plans.rules import fields
from phoihop.coordination.plans.rules.whys import Why, why
from phoihop.kernel.certainty import Certainty
from phoihop.kernel.refusals import Bilingual, Refusal
from phoihop.kernel.text import nfc

_DAY = timedelta(days=1)
_HEIGHT = {Tier.CENTRE: 0, Tier.PROVINCE: 1, Tier.DISTRICT: 2, Tier.COMMUNE: 3}
_NO_DISTRICTS = date(2025, 7, 1)
DEPARTMENTS = "departments"  # not a kind of the register: every office of a unit ("các sở, ban, ngành")
# Bodies that "sở, ban, ngành, đoàn thể" does not mean: who gives orders, and what stands under an office.
_NO_DEPARTMENTS = frozenset(
    {"people", "council", "party", "committee", "assembly", "government", "team-178", "recovery-centre"}
    | {"pc04", "evils-office", "cdc", "health-centre", "health-station"}
)
_PROPER = r"(?P<place>[A-ZĐÀ-Ỹ]\w*(?:[\s-]+[A-ZĐÀ-Ỹ]\w*)*)"
_PLACE = re.compile(rf"(?i:huyện|quận|thị xã|thị trấn|xã|phường|thành phố|tp\.?)\s+{_PROPER}")
_CITY = re.compile(rf"(?i:thành phố|tp\.?)\s+{_PROPER}")
_MANY = re.compile(r"\bcác\b|\bcấp (?:huyện|xã|cơ sở)\b")
_DISTRICT_PARTY = re.compile(r"^(?:các\s+)?(?:huyện|thị|quận)\s+[uủ][ỷyỳ]")
_OFFICES = re.compile(r"\b(?:sở|ban|ngành|cơ quan|đơn vị|đoàn thể)\b")
_MINISTRIES = re.compile(r"^(?:các\s+)?bộ\b")
_LOCALITIES = re.compile(
    r"\bđịa phương\b|\bcác (?:quận|huyện|thị xã|thành phố|xã|phường)\b|\bcấp (?:huyện|xã)\b"
)
_COMMUNES = re.compile(r"\bcác (?:xã|phường)\b|\bcấp xã\b")
_VAGUE = re.compile(r"\bliên quan\b|\bchức năng\b")


@dataclass(frozen=True, slots=True)
class Meant:
    """One agency, or kind of agencies, that words mean. ``kind`` "": nobody is known by them.

    ``place``: the name of the district or commune that the words give. ``certain`` False: only those
    "concerned" are meant, and who that is nobody said.
    """

    kind: str
    place: str = ""
    certain: bool = True
    why: Why | None = None


@dataclass(frozen=True, slots=True)
class Move:
    """From a day on another kind of agency answers; "" where nobody single is known to.

    ``by_duty``: the duty moved, whatever became of the agency that had it.
    """

    day: date
    kind: str
    why: Why
    basis: str
    certain: bool
    by_duty: bool = False


@dataclass(frozen=True, slots=True)
class Answer:
    """Who was meant and who answers today, with every step between. ``group``: each agency of the kind."""

    meant: Meant
    kind: str
    group: bool
    steps: tuple[Move, ...]

    @property
    def certain(self) -> bool:
        """Whether all of it was checked."""
        return self.meant.certain and all(step.certain for step in self.steps)

    @property
    def why(self) -> Bilingual | None:
        """Why nobody answers, or the last change; None where the one named answers."""
        last = self.steps[-1].why if self.steps else self.meant.why
        return last.words if last is not None else None


def read(words: str, on: date, *, tier: Tier = Tier.PROVINCE, home: str = "") -> tuple[Meant, ...]:
    """What a document of a tier and a day means by words for a party; at least one.

    ``home`` is the unit it holds in ("tỉnh Lào Cai"), from which "thành phố Lào Cai" is told apart.
    """
    text = " ".join(nfc(words).split())
    low = text.casefold()
    if _DISTRICT_PARTY.search(low):
        return (Meant("party.district", _place(text)),)
    found = named(text)
    if found is not None:
        level = found.tier or _likeliest(found.branch, tier)
        city = _CITY.search(text)
        if level is Tier.PROVINCE and city and home.casefold().startswith("tỉnh"):
            level = Tier.DISTRICT if _exists(found.branch, Tier.DISTRICT) else level
        if level is not None and _exists(found.branch, level):
            lower = _HEIGHT[level] > _HEIGHT[tier]
            return (Meant(f"{found.branch}.{level}", _place(text) if lower else ""),)
    return _general(low, on, tier)


def _general(low: str, on: date, tier: Tier) -> tuple[Meant, ...]:
    certain = not _VAGUE.search(low)
    if _MINISTRIES.search(low):
        return (Meant("", certain=False, why=_NOBODY),)
    found = []
    if _OFFICES.search(low) and tier is not Tier.CENTRE:
        found.append(Meant(f"{DEPARTMENTS}.{tier}", certain=certain))
    if _LOCALITIES.search(low) and tier is not Tier.COMMUNE:
        below = Tier.COMMUNE if _COMMUNES.search(low) or on >= _NO_DISTRICTS else Tier.DISTRICT
        below = Tier.COMMUNE if tier is Tier.DISTRICT else below
        found.append(Meant(f"people.{below}", certain=certain))
    return tuple(found) or (Meant("", certain=False, why=_NOBODY),)


_NOBODY = why("unnamed")


def _place(text: str) -> str:
    found = None if _MANY.search(text.casefold()) else _PLACE.search(text)
    return found["place"] if found else ""


def _exists(branch: str, tier: Tier) -> bool:
    return any(each.branch == branch and each.tier is tier for each in kinds())


def _likeliest(branch: str, tier: Tier) -> Tier | None:
    """The tier of a name that says none: the document's own, else the only one there is."""
    there = [each.tier for each in kinds() if each.branch == branch]
    if tier in there:
        return tier
    return there[0] if len(there) == 1 else None


def is_group(kind: str, tier: Tier) -> bool:
    """Whether, in a unit of this tier, a kind means many agencies: of the units below, or all offices."""
    if kind.startswith(f"{DEPARTMENTS}."):
        return True
    known = _known(kind)
    return known is not None and _HEIGHT[known.tier] > _HEIGHT[tier]


def group_kinds(kind: str) -> frozenset[str]:
    """The kinds of agencies that belong to a group: the kind itself, or every office of the tier."""
    head, _, tier = kind.partition(".")
    if head != DEPARTMENTS:
        return frozenset({kind})
    return frozenset(each.code for each in kinds() if each.tier == tier and _is_office(each.branch))


def kinds_of_groups(kind: str) -> frozenset[str]:
    """The way back: the kinds of groups that an agency of this kind belongs to."""
    known = _known(kind)
    if known is None or not _is_office(known.branch):
        return frozenset({kind})
    return frozenset({kind, f"{DEPARTMENTS}.{known.tier}"})


def _is_office(branch: str) -> bool:
    return branch not in _NO_DEPARTMENTS


def next_move(kind: str, duties: Collection[str], since: date, until: date) -> Move | None:
    """The first change, no later than ``until``, in who answers for a task that this kind had on ``since``.

    The duties that the kind answered for then are followed where they went; otherwise the agency itself, to
    what it became. Where duties went several ways, nobody single answers and a person has to say who does.
    """
    known = _known(kind)
    if known is None:
        return None
    held = fields.held(duties, kind, since)
    if not held:
        return _kind_move(known, since, until)
    found = {code: who(kind, code, since, until) for code in held}
    stays = [code for code, each in found.items() if each.now is not None and not each.why]
    if stays:
        return None
    # A duty that was parted went to nobody single: the agency itself is followed.
    moved = {code: each for code, each in found.items() if each.why and not each.also}
    if not moved:
        return _kind_move(known, since, until)
    goals = {each.why[0].new.code for each in moved.values()}
    first = min((each.why[0] for each in moved.values()), key=lambda step: step.day)
    certain = first.certainty is Certainty.READ
    if len(goals) == 1:
        return Move(first.day, first.new.code, _moved(first), first.basis, certain, by_duty=True)
    parts = " ".join(f"{code}>{each.why[0].new.code}" for code, each in moved.items())
    parted = why("kind-parted", old=kind, goals=parts)
    return Move(first.day, "", parted, "", certain=False, by_duty=True)


@lru_cache(maxsize=2_000)
def may_move(kind: str, since: date, until: date) -> bool:
    """Whether anything that a kind of agency answered for on ``since``, whatever the duty, has moved."""
    known = _known(kind)
    if known is None:
        return False
    if known.valid_to is not None and known.valid_to < until:
        return True
    return any(
        each.kind == kind and each.held(since) and each.valid_to is not None and each.valid_to < until
        for each in assignments()
    )


def days_of(kind: str, duties: Collection[str]) -> frozenset[date]:
    """The days on which what a kind of agency answers for may go elsewhere."""
    known = _known(kind)
    if known is None:
        return frozenset()
    recorded = [each for code in duties for each in history(code, known.tier)]
    days = {each.valid_from for each in recorded if each.valid_from is not None}
    days |= {each.valid_to + _DAY for each in recorded if each.valid_to is not None}
    days |= {each.day for each in kind_successions() if each.old == kind}
    return frozenset(days | ({known.valid_to + _DAY} if known.valid_to is not None else set()))


def _kind_move(known: Kind, since: date, until: date) -> Move | None:
    found = who(known.code, None, since, until)
    if found.why:
        step = found.why[0]
        certain = step.certainty is Certainty.READ
        return Move(step.day, step.new.code, _moved(step), step.basis, certain)
    if found.now is None and known.valid_to is not None:
        ended = why("kind-ended", old=known.code)
        return Move(known.valid_to + _DAY, "", ended, known.basis, certain=False)
    return None


def _moved(step: Step) -> Why:
    return why("kind-moved", day=step.day, old=step.old.code, new=step.new.code)


def answer(
    words: str,
    duties: Collection[str],
    named_on: date,
    today: date,
    *,
    tier: Tier = Tier.PROVINCE,
    home: str = "",
) -> tuple[Answer, ...]:
    """Everybody whom words of a document meant, and who answers for it today, step by step."""
    found = []
    for meant in read(words, named_on, tier=tier, home=home):
        kind, since, steps = meant.kind, named_on, []
        while kind and (move := next_move(kind, duties, since, today)) is not None:
            steps.append(move)
            kind, since = move.kind, max(since, move.day)
        level = Tier.DISTRICT if meant.place and meant.kind.endswith(".district") else tier
        found.append(Answer(meant, kind, bool(kind) and is_group(kind, level), tuple(steps)))
    return tuple(found)


def tier_of(kind: str) -> Tier | None:
    """The tier of a kind or group; None for a kind that the register does not have."""
    head, _, tier = kind.partition(".")
    if head == DEPARTMENTS:
        return Tier(tier)
    known = _known(kind)
    return known.tier if known is not None else None


def _known(kind: str) -> Kind | None:
    try:
        return kind_of(kind)
    except Refusal:
        return None
