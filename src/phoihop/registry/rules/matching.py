"""How likely it is that two files are of one person: evidence, a score, and what a score means.

The order is that of domain.md 8 (D): exact identity number, the last ten of the insurance number, name with
birth date and sex, then weaker. The score only says in which order a person looks: nothing is ever joined
by it. Two different numbers, sexes or years speak against.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from phoihop.kernel.refusals import Bilingual
from phoihop.registry.rules.born import Born
from phoihop.registry.rules.identity import (
    Paper,
    Sex,
    Told,
    identity_kind,
    insurance_core,
    insurance_kind,
    letters_key,
    number,
    same_key,
)

SURE, SHOWN = 90, 45  # from SURE: almost certainly one person; below SHOWN nobody is asked


class Evidence(StrEnum):
    """One thing that speaks for, or against, two files being one person's."""

    IDENTITY = "identity"
    INSURANCE = "insurance"
    NEAR_IDENTITY = "near-identity"
    NAME_BORN_SEX = "name-born-sex"
    NAME_YEAR_SEX = "name-year-sex"
    NAME_YEAR = "name-year"
    NAME = "name"
    LIKE_NAME_BORN = "like-name-born"
    OTHER_IDENTITY = "other-identity"
    OTHER_INSURANCE = "other-insurance"
    OTHER_SEX = "other-sex"
    OTHER_YEAR = "other-year"


# What each is worth. For: the strongest counts. Against: each counts, and lowers.
WORTH: dict[Evidence, int] = {
    Evidence.IDENTITY: 100,
    Evidence.INSURANCE: 92,
    Evidence.NAME_BORN_SEX: 80,
    Evidence.NEAR_IDENTITY: 60,
    Evidence.NAME_YEAR_SEX: 55,
    Evidence.LIKE_NAME_BORN: 50,
    Evidence.NAME_YEAR: 45,
    Evidence.NAME: 20,
    Evidence.OTHER_SEX: -20,
    Evidence.OTHER_YEAR: -20,
    Evidence.OTHER_INSURANCE: -20,
    Evidence.OTHER_IDENTITY: -40,
}

ABOUT: dict[Evidence, Bilingual] = {
    Evidence.IDENTITY: Bilingual("trùng số định danh", "same identity number"),
    Evidence.INSURANCE: Bilingual("trùng số bảo hiểm y tế", "same insurance number"),
    Evidence.NEAR_IDENTITY: Bilingual(
        "số định danh chỉ khác một chữ số hoặc hai chữ số đổi chỗ", "identity numbers differ by one slip"
    ),
    Evidence.NAME_BORN_SEX: Bilingual("trùng họ tên, ngày sinh, giới tính", "same name, birth date and sex"),
    Evidence.NAME_YEAR_SEX: Bilingual("trùng họ tên, năm sinh, giới tính", "same name, birth year and sex"),
    Evidence.NAME_YEAR: Bilingual("trùng họ tên và năm sinh", "same name and birth year"),
    Evidence.NAME: Bilingual("trùng họ tên", "same name"),
    Evidence.LIKE_NAME_BORN: Bilingual("họ tên gần giống, trùng ngày sinh", "similar name, same birth date"),
    Evidence.OTHER_IDENTITY: Bilingual("khác số định danh", "different identity numbers"),
    Evidence.OTHER_INSURANCE: Bilingual("khác số bảo hiểm y tế", "different insurance numbers"),
    Evidence.OTHER_SEX: Bilingual("khác giới tính", "different sex"),
    Evidence.OTHER_YEAR: Bilingual("khác năm sinh", "different year of birth"),
}

# What may be said across facilities, where nobody sees both files: only what hardly two people share.
ACROSS = frozenset({Evidence.IDENTITY, Evidence.INSURANCE, Evidence.NAME_BORN_SEX})


@dataclass(frozen=True, slots=True)
class Likeness:
    """The evidence on two files, strongest first, and its score from 0 to 100."""

    evidence: tuple[Evidence, ...]
    score: int

    @property
    def shown(self) -> bool:
        """Whether a person is asked."""
        return self.score >= SHOWN

    @property
    def sure(self) -> bool:
        """Whether it is almost certain; a person decides all the same."""
        return self.score >= SURE


def weigh(evidence: "frozenset[Evidence] | set[Evidence]") -> Likeness:
    """The score of some evidence: the strongest for, less all that speaks against."""
    speaks_for = [WORTH[each] for each in evidence if WORTH[each] > 0]
    against = sum(WORTH[each] for each in evidence if WORTH[each] < 0)
    ordered = tuple(sorted(evidence, key=lambda each: (-WORTH[each], each.value)))
    return Likeness(ordered, max(0, max(speaks_for, default=0) + against) if speaks_for else 0)


def compare(one: Told, other: Told) -> Likeness:
    """How alike two people are, by everything said of them; which of them comes first does not matter."""
    return weigh({*_numbers(one, other), *_people(one, other)})


def _numbers(one: Told, other: Told) -> Iterator[Evidence]:
    kinds = identity_kind(one.identity), identity_kind(other.identity)
    # An old card's number and a new one's say nothing of each other.
    if kinds[0] is kinds[1] and kinds[0] in (Paper.CCCD, Paper.CMND):
        first, second = number(one.identity), number(other.identity)
        if first == second:
            yield Evidence.IDENTITY
        elif one_slip(first, second):
            yield Evidence.NEAR_IDENTITY
        else:
            yield Evidence.OTHER_IDENTITY
    usable = [insurance_kind(each.insurance) not in (Paper.NONE, Paper.UNKNOWN) for each in (one, other)]
    if all(usable):
        first, second = insurance_core(one.insurance), insurance_core(other.insurance)
        if first == second:
            yield Evidence.INSURANCE
        elif len(first) == len(second):
            yield Evidence.OTHER_INSURANCE


def _people(one: Told, other: Told) -> Iterator[Evidence]:
    sexes = {one.sex, other.sex} & {Sex.MALE, Sex.FEMALE}
    same_sex = one.sex is other.sex and one.sex is not Sex.UNSAID
    if len(sexes) == 2:
        yield Evidence.OTHER_SEX
    born, same_year = _births(one.born, other.born)
    if one.born is not None and other.born is not None and not same_year:
        yield Evidence.OTHER_YEAR
    if _same_name(one, other):
        if born and same_sex:
            yield Evidence.NAME_BORN_SEX
        elif same_year and same_sex:
            yield Evidence.NAME_YEAR_SEX
        elif same_year:
            yield Evidence.NAME_YEAR
        else:
            yield Evidence.NAME
    elif born and _like_names(one, other):
        yield Evidence.LIKE_NAME_BORN


def _births(one: Born | None, other: Born | None) -> tuple[bool, bool]:
    """Whether a whole, believable birth date is the same, and whether the year is."""
    if one is None or other is None:
        return False, False
    return one == other and not one.assumed, one.year == other.year


def _names(told: Told) -> set[str]:
    return {letters_key(name) for name in (told.name, told.alias) if name}


def _same_name(one: Told, other: Told) -> bool:
    """Whether they share a name, marks aside: papers of the same person are written with and without."""
    if one.name and other.name and same_key(one.name) == same_key(other.name):
        return True
    return bool(_names(one) & _names(other))


def _like_names(one: Told, other: Told) -> bool:
    """Whether the names hold the same syllables in another order, or differ by one syllable left out."""
    for first in _names(one):
        for second in _names(other):
            a, b = sorted((first.split(), second.split()), key=len)
            left = list(b)
            for syllable in a:
                if syllable in left:
                    left.remove(syllable)
            if len(a) > 1 and len(left) <= 1 and len(left) == len(b) - len(a):
                return True
    return False


def one_slip(first: str, second: str) -> bool:
    """Whether two numbers of one length differ by one wrong digit or by two neighbours swapped."""
    if len(first) != len(second) or first == second:
        return False
    at = [i for i, (a, b) in enumerate(zip(first, second, strict=True)) if a != b]
    if len(at) == 1:
        return True
    return (
        len(at) == 2 and at[1] == at[0] + 1 and (first[at[0]], first[at[1]]) == (second[at[1]], second[at[0]])
    )
