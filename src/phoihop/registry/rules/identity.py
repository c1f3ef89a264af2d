"""What a person's numbers say, and where they do not fit what else is said. Warnings, never a refusal.

A person is served whatever their papers look like. Sources: domain.md 8; NĐ 137/2015/NĐ-CP Art 13 (V),
QĐ 1351/QĐ-BHXH and QĐ 1666/QĐ-BHXH (V).
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from phoihop.kernel.refusals import Bilingual
from phoihop.kernel.text import fold, nfc, plain
from phoihop.registry.rules.born import Born

_SPACERS = str.maketrans("", "", " .-\u00a0()/")
_OLD_CARD = re.compile(r"[A-Z]{2}[0-9]{13}")


class Sex(StrEnum):
    """What is written on papers, or what the person says."""

    MALE = "male"
    FEMALE = "female"
    OTHER = "other"
    UNSAID = ""


SEXES: dict[Sex, Bilingual] = {
    Sex.UNSAID: Bilingual("không ghi", "not said"),
    Sex.FEMALE: Bilingual("nữ", "female"),
    Sex.MALE: Bilingual("nam", "male"),
    Sex.OTHER: Bilingual("khác", "other"),
}


class Paper(StrEnum):
    """What sort of number something is."""

    CCCD = "cccd"  # 12 digits: citizen card, personal identification number
    CMND = "cmnd"  # 9 digits: the old identity card
    INSURANCE_OLD = "bhyt-15"
    INSURANCE = "bhyt-10"
    INSURANCE_PERSONAL = "bhyt-12"
    UNKNOWN = "unknown"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Doubt:
    """Something that does not fit, to be looked at again. ``source`` and ``certainty`` as in domain.md."""

    code: str
    message: Bilingual
    source: str
    certainty: str


@dataclass(frozen=True, slots=True)
class Told:
    """Who somebody says they are; every part may be missing, and a name may be an alias alone."""

    name: str = ""
    alias: str = ""
    born: Born | None = None
    sex: Sex = Sex.UNSAID
    identity: str = ""
    insurance: str = ""
    phone: str = ""
    address: str = ""

    @property
    def known_as(self) -> str:
        return self.name or self.alias


def tidy(text: str) -> str:
    """A line of text composed (NFC), blanks made one."""
    return " ".join(nfc(text).split())


def number(text: str) -> str:
    """A number without what people put between its digits, letters in capitals."""
    return nfc(text).translate(_SPACERS).upper()


def same_key(name: str) -> str:
    """What makes two written names one: case, composition, i/y and the place of the tone do not matter."""
    return fold(name)


def letters_key(name: str) -> str:
    """The same without any mark: đ as d, ư as u, y as i."""
    return " ".join(plain(name).replace("y", "i").split())


def identity_kind(text: str) -> Paper:
    """What an identity number is by its shape."""
    digits = number(text)
    if not digits:
        return Paper.NONE
    if not (digits.isascii() and digits.isdigit()):
        return Paper.UNKNOWN
    return {12: Paper.CCCD, 9: Paper.CMND}.get(len(digits), Paper.UNKNOWN)


def insurance_kind(text: str) -> Paper:
    """What an insurance number is by its shape."""
    said = number(text)
    if not said:
        return Paper.NONE
    if _OLD_CARD.fullmatch(said):
        return Paper.INSURANCE_OLD
    if said.isascii() and said.isdigit():
        return {10: Paper.INSURANCE, 12: Paper.INSURANCE_PERSONAL}.get(len(said), Paper.UNKNOWN)
    return Paper.UNKNOWN


def insurance_core(text: str) -> str:
    """The part of an insurance number by which an old and a new card are one person's: the last ten."""
    said = number(text)
    return said[-10:] if insurance_kind(text) is Paper.INSURANCE_OLD else said


@dataclass(frozen=True, slots=True)
class Citizen:
    """What a 12-digit number says: province of birth registration (2015 list), sex, year of birth."""

    province: int
    sex: Sex
    year: int


def citizen(text: str) -> Citizen | None:
    """What is written into a 12-digit number; None for anything else. There is no check digit."""
    if identity_kind(text) is not Paper.CCCD:
        return None
    digits = number(text)
    century, female = divmod(int(digits[3]), 2)
    return Citizen(
        int(digits[:3]), Sex.FEMALE if female else Sex.MALE, 1900 + 100 * century + int(digits[4:6])
    )


_DECREE = "NĐ 137/2015/NĐ-CP Art 13"
_INSURANCE = "QĐ 1351/QĐ-BHXH; QĐ 1666/QĐ-BHXH"
_PROVINCES = range(1, 97)


def doubts(told: Told, today: date) -> list[Doubt]:
    """Everything in which what is said of a person does not fit together; nothing here stops anybody."""
    return [*_of_identity(told, today), *_of_insurance(told.insurance), *_of_birth(told.born, today)]


def _of_identity(told: Told, today: date) -> Iterator[Doubt]:
    kind = identity_kind(told.identity)
    if kind is Paper.UNKNOWN:
        yield Doubt(
            "identity-shape",
            Bilingual(
                "Số định danh thường có 12 chữ số (CMND cũ: 9). Hãy xem lại giấy tờ.",
                "An identity number has 12 digits (the old card: 9). Look at the paper again.",
            ),
            _DECREE,
            "V",
        )
    says = citizen(told.identity)
    if says is None:
        return
    if says.province not in _PROVINCES and says.province < 100:
        yield Doubt(
            "identity-province",
            Bilingual(
                "Ba chữ số đầu của số định danh không phải mã tỉnh nơi khai sinh.",
                "The first three digits are no code of a province of birth registration.",
            ),
            _DECREE,
            "V",
        )
    if told.sex in (Sex.MALE, Sex.FEMALE) and says.sex is not told.sex:
        yield Doubt(
            "identity-sex",
            Bilingual(
                "Giới tính trong số định danh khác với giới tính đã ghi.",
                "The sex in the identity number is not the one that was written.",
            ),
            _DECREE,
            "V",
        )
    if told.born is not None and says.year != told.born.year:
        yield Doubt(
            "identity-year",
            Bilingual(
                "Năm sinh trong số định danh khác với năm sinh đã ghi.",
                "The year of birth in the identity number is not the one that was written.",
            ),
            _DECREE,
            "V",
        )
    if says.year > today.year:
        yield Doubt(
            "identity-future",
            Bilingual(
                "Số định danh nói tới một năm sinh chưa tới.",
                "The identity number tells of a year of birth that has not come.",
            ),
            _DECREE,
            "V",
        )


def _of_insurance(text: str) -> Iterator[Doubt]:
    kind = insurance_kind(text)
    if kind is Paper.UNKNOWN:
        yield Doubt(
            "insurance-shape",
            Bilingual(
                "Số thẻ bảo hiểm y tế thường có 10 chữ số, thẻ cũ 15 ký tự, hoặc là số định danh 12 chữ số.",
                "A health insurance number has 10 digits, an old card 15 characters, "
                "or it is the identity number of 12 digits.",
            ),
            _INSURANCE,
            "V",
        )
    if kind is Paper.INSURANCE_OLD:
        said = number(text)
        if said[2] not in "12345" or said[3:5] == "00":
            yield Doubt(
                "insurance-card",
                Bilingual(
                    "Mức hưởng (1–5) hoặc mã tỉnh trong số thẻ bảo hiểm y tế cũ không đúng.",
                    "The benefit level (1–5) or the province in the old insurance number is not right.",
                ),
                _INSURANCE,
                "V",
            )
    if kind is Paper.INSURANCE_PERSONAL:
        yield Doubt(
            "insurance-personal",
            Bilingual(
                "Số 12 chữ số dùng thay số thẻ từ năm 2025: chưa đối chiếu với văn bản gốc.",
                "A number of 12 digits in place of the card's, from 2025: not checked with the original.",
            ),
            "",
            "M",
        )


def _of_birth(born: Born | None, today: date) -> Iterator[Doubt]:
    if born is not None and born.age_on(today)[0] > 100:
        yield Doubt(
            "birth-old",
            Bilingual(
                "Người này trên 100 tuổi? Hãy xem lại năm sinh.", "Over 100 years old? Look at the year."
            ),
            "",
            "D",
        )
