"""Who has to consent on a day, by a dated table of ages that the programme brings with its law."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from phoihop.kernel.refusals import Bilingual
from phoihop.registry.rules.born import Born


class Who(StrEnum):
    """Whose consent the law of a day asks for."""

    SELF = "self"
    REPRESENTATIVE = "representative"  # the legal representative's, in writing
    NOBODY = "nobody"  # younger than any age the law provides for
    UNCLEAR = "unclear"  # only a year is known, or no birth date: a person decides


WHO: dict[Who, Bilingual] = {
    Who.SELF: Bilingual("tự đồng ý", "consents in person"),
    Who.REPRESENTATIVE: Bilingual(
        "cần người đại diện hợp pháp đồng ý bằng văn bản", "needs the written consent of a representative"
    ),
    Who.NOBODY: Bilingual("chưa đủ tuổi theo quy định", "younger than the law provides for"),
    Who.UNCLEAR: Bilingual(
        "chưa rõ tuổi: hãy hỏi kỹ, nếu còn nghi ngờ thì lấy đồng ý của người đại diện",
        "the age is not clear: ask, and where in doubt take a representative's consent",
    ),
}


@dataclass(frozen=True, slots=True)
class Need:
    """Whose consent is needed, by which source, and how certain that source is (domain.md's codes)."""

    who: Who
    source: str
    certainty: str


@dataclass(frozen=True, slots=True)
class Era:
    """The ages of one law: below ``own`` years a representative consents, below ``least`` nobody can.

    In force from ``since`` to ``until``, both included; None: from the beginning, to this day.
    """

    least: int
    own: int
    source: str
    certainty: str
    since: date | None = None
    until: date | None = None

    def in_force(self, day: date) -> bool:
        return (self.since is None or self.since <= day) and (self.until is None or day <= self.until)


Rule = Callable[[Born | None, date], Need]


def by_age(*eras: Era) -> Rule:
    """A rule from a table of ages; it judges by the law in force on the day of the consent."""

    def rule(born: Born | None, day: date) -> Need:
        era = next((each for each in eras if each.in_force(day)), None)
        if era is None:
            return Need(Who.UNCLEAR, "", "open")
        if born is None:
            return Need(Who.UNCLEAR, era.source, era.certainty)
        found = {_who(age, era) for age in range(born.age_on(day)[0], born.age_on(day)[1] + 1)}
        return Need(found.pop() if len(found) == 1 else Who.UNCLEAR, era.source, era.certainty)

    return rule


def _who(age: int, era: Era) -> Who:
    if age < era.least:
        return Who.NOBODY
    return Who.REPRESENTATIVE if age < era.own else Who.SELF
