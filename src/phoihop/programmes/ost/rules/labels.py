"""What stands on a bottle that leaves the house: enough to take it rightly, and no word of what it is for."""

import re
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from phoihop.kernel.refusals import Refusal
from phoihop.kernel.text import plain
from phoihop.programmes.ost.rules.amounts import Presentation, Unit

# Compared without marks, in small letters, as whole words.
_TELLING = re.compile(
    r"\b(?:hiv|aids|arv|art|sida|methadone?|metadone?|mtd|buprenorphine?|bup|naloxone?|suboxone|opioids?"
    r"|opiates?|heroin|ma tuy|chat gay nghien|nghien|cai nghien|thay the|mai dam|phuc hoi"
    r"|drugs?|addict(?:s|ed|ion)?|dependen(?:t|ce)|substitution|rehab(?:ilitation)?|sex work(?:er)?s?)\b"
)


@dataclass(frozen=True, slots=True)
class Label:
    """What a label says. ``code``: the client's in this programme, never a name. ``by``: who dispensed it,
    by initials or number. ``quantity``: ml or tablets."""

    code: str
    serial: str
    presentation: Presentation
    mg: Decimal
    quantity: Decimal
    take_on: date
    number: int
    of: int
    by: str


def neutral(text: str) -> str:
    """The text, if nothing in it tells what the bottle is for. Refusal("label-telling")."""
    if _TELLING.search(plain(text)):
        raise Refusal(
            "label-telling",
            "Nhãn có chữ làm lộ nội dung điều trị. Hãy dùng mã hoặc chữ trung tính.",
            "The label tells what the treatment is. Use a code or neutral words.",
        )
    return text


def lines(label: Label, lang: str = "vi") -> tuple[str, ...]:
    """The lines of a label, from top to bottom. Refusal("label-telling")."""
    mg, quantity = _number(label.mg, lang), _quantity(label, lang)
    day = f"{label.take_on:%d/%m/%Y}"
    if lang == "en":
        found = (
            f"Code: {label.code}",
            f"Take on: {day}",
            f"{mg} mg = {quantity}",
            f"Bottle {label.number} of {label.of} · No. {label.serial}",
            f"Given by: {label.by}",
            "Only for the person with this code.",
            "Keep locked, away from children. Bring the bottle back.",
        )
    else:
        found = (
            f"Mã: {label.code}",
            f"Uống ngày: {day}",
            f"{mg} mg = {quantity}",
            f"Chai {label.number}/{label.of} · Số {label.serial}",
            f"Người cấp: {label.by}",
            "Chỉ dùng cho người có mã này.",
            "Cất nơi có khóa, xa tầm tay trẻ em. Trả lại vỏ chai.",
        )
    return tuple(neutral(each) for each in found)


def _quantity(label: Label, lang: str) -> str:
    if label.presentation.unit is Unit.ML:
        # A millilitre always shows a decimal: "6" beside "60 mg" is easily read as the same number.
        return f"{_number(label.quantity, lang, places=1)} ml"
    word = "tablets" if lang == "en" else "viên"
    return f"{_number(label.quantity, lang)} {word}"


def _number(value: Decimal, lang: str, places: int = 0) -> str:
    """A number with at least so many decimals, and no others that are nought. No thousands on a label."""
    text = f"{value.normalize():f}"
    whole, _, rest = text.partition(".")
    rest = rest.ljust(places, "0")
    mark = "." if lang == "en" else ","
    return f"{whole}{mark}{rest}" if rest else whole
