"""Which kind of agency a name means, however it is written."""

from dataclasses import dataclass
from datetime import date
from functools import cache

from phoihop.base.org.agencies.model import Kind, Tier
from phoihop.base.org.agencies.register import branches, kinds
from phoihop.kernel.text import fold, plain

# What may stand before the field of a branch, and the tiers it allows.
_HEADS = {
    "sở": (Tier.PROVINCE,),
    "bộ": (Tier.CENTRE,),
    "phòng": (Tier.DISTRICT, Tier.COMMUNE),
    "ngành": tuple(Tier),
    "cơ quan": tuple(Tier),
}
# A person or an office that stands for the agency named after it.
_LEADERS = ("giám đốc", "lãnh đạo", "thủ trưởng", "chủ tịch", "văn phòng", "thanh tra", "thường trực", "các")
_TIER_WORDS = {
    Tier.CENTRE: ("trung ương", "việt nam", "tw"),
    Tier.PROVINCE: ("tỉnh", "thành phố", "tp", "thành"),
    Tier.DISTRICT: ("huyện", "quận", "thị xã", "thị"),
    Tier.COMMUNE: ("xã", "phường", "thị trấn", "đặc khu"),
}


@dataclass(frozen=True, slots=True)
class Named:
    """What a name says: the branch, and the tier where it says one."""

    branch: str
    tier: Tier | None

    def kinds(self, on: date | None = None) -> tuple[Kind, ...]:
        """The kinds it may mean; those that stood on a day, if one is given."""
        return tuple(
            kind
            for kind in kinds()
            if kind.branch == self.branch
            and (self.tier is None or kind.tier is self.tier)
            and (on is None or kind.stood(on))
        )


def named(text: str) -> Named | None:
    """The kind of agency a name means; None for one that is not known.

    Takes it as documents write it: "Sở LĐ-TB&XH", "Sở Lao động - Thương binh và Xã hội tỉnh Lào Cai",
    "ngành Lao động", "so lao dong thuong binh va xa hoi", "UBND các xã, phường". The longest known name at
    its beginning counts; what follows says the tier.
    """
    words = fold(text).split()
    while words:
        if found := _at_beginning(words):
            return found
        leader = next((forms for forms in _forms(_LEADERS) if _begins(words, forms)), None)
        if not leader:
            return None
        words = words[len(leader) :]
    return None


def _at_beginning(words: list[str]) -> Named | None:
    for size in range(len(words), 0, -1):
        if found := _spelled().get(" ".join(words[:size])):
            branch, allowed = found
            return Named(branch, _tier(branch, allowed, words[:size], words[size:]))
    return None


@cache
def _spelled() -> dict[str, tuple[str, tuple[Tier, ...]]]:
    """Each spelling by its key, with marks and without: the branch and the tiers that the spelling allows."""
    found: dict[str, tuple[str, tuple[Tier, ...]]] = {}
    for code, headed, names in branches():
        for name in names:
            forms = {name: tuple(Tier)}
            if headed:
                forms |= {f"{head} {name}": tiers for head, tiers in _HEADS.items()}
            for form, tiers in forms.items():
                for key in (fold(form), plain(fold(form))):
                    found.setdefault(key, (code, tiers))
    return found


def _tier(branch: str, allowed: tuple[Tier, ...], name: list[str], tail: list[str]) -> Tier | None:
    """The tier: what the head says, else the first word after the name that says one, or the name's first."""
    tiers = [kind.tier for kind in kinds() if kind.branch == branch and kind.tier in allowed]
    if len(allowed) == 1:
        return allowed[0]
    if len(tiers) == 1:
        return tiers[0]
    # "thanh" stands for "thành" only where no marks were typed at all.
    marked = not " ".join((*name, *tail)).isascii()
    for words in (*(tail[start:] for start in range(len(tail))), name):
        for tier, form in _tier_forms(marked):
            if tier in allowed and _begins(words, form):
                return tier
    return None


@cache
def _tier_forms(marked: bool) -> list[tuple[Tier, list[str]]]:
    """Longer words first: "thị trấn" is no "thị"."""
    spell = fold if marked else lambda word: plain(fold(word))
    pairs = [(tier, spell(word).split()) for tier, words in _TIER_WORDS.items() for word in words]
    return sorted(pairs, key=lambda pair: -len(pair[1]))


def _forms(phrases: tuple[str, ...]) -> list[list[str]]:
    return [form.split() for phrase in phrases for form in {fold(phrase), plain(fold(phrase))}]


def _begins(words: list[str], form: list[str]) -> bool:
    return words[: len(form)] == form
