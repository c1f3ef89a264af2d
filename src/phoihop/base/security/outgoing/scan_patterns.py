"""Numbers by which a person can be found, as they stand in a text.

What official documents are full of raises nothing: amounts (1.209.000), dates, numbers of documents
(12/2020/QĐ-TTg), articles of law, decimals.
"""

import re
import tomllib
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from importlib.resources import files
from typing import Literal

from phoihop.kernel.periods import DATE
from phoihop.kernel.text import plain

Kind = Literal["citizen-id", "old-id", "insurance", "phone", "email", "account", "birth", "name", "people"]
Certainty = Literal["certain", "possible"]


@cache
def _lists() -> dict[str, str]:
    return tomllib.loads(files(__package__).joinpath("scan_words.toml").read_text("utf-8"))


def word_list(name: str) -> frozenset[str]:
    """A list of scan_words.toml."""
    return frozenset(_lists()[name].split())


_PROVINCES = word_list("provinces")
# Blanks, points and hyphens that people put between the digits of one number.
_GAP = r"[ .\-]{0,2}"
_ALONE = r"(?<![\w.,/\-+])(?<!\d )"
_END = r"(?![\w/]|[.,\-]\d)"
_DIGITS = re.compile(rf"{_ALONE}\d{{6,19}}{_END}")
_CITIZEN_SPLIT = re.compile(rf"{_ALONE}0\d{{2}}(?:{_GAP}\d){{9}}{_END}")
# One digit to a box, as forms ask for it; a row of small counts looks the same but for the word before it.
_CITIZEN_BOXED = re.compile(rf"{_ALONE}\d(?: \d){{11}}{_END}")
_MOBILE = re.compile(
    rf"(?<![\w.,/\-])(?:\+?84{_GAP}(?:\(0\){_GAP})?|\(?0)[35789]\)?(?:[ .\-)(]{{0,2}}\d){{8}}{_END}"
)
_LANDLINE = re.compile(rf"(?<![\w.,/\-])(?:\+?84{_GAP}|\(?0)2\d{{1,2}}\)?(?:{_GAP}\d){{7,8}}{_END}")
_CARD = re.compile(r"(?<!\w)([A-Z]{2})[ .\-]?[1-5](?:[ .\-]?\d){12}(?![\w])")
_EMAIL = re.compile(r"(?<![\w.+-])[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{2,63}){1,4}(?![\w])")
_OFFICIAL = re.compile(r"\.(?:gov|edu|org)(?:\.vn)?$|\.chinhphu\.vn$", re.I)
_GROUPS = word_list("insurance_groups")
_BEFORE = 40  # characters in which a word before a number says what it is
_IDENTITY = re.compile(r"\b(?:cmnd|cmtnd|cmt|cccd|chung minh|can cuoc|dinh danh|giay to tuy than|ho chieu)\b")
_INSURANCE = re.compile(r"\b(?:bhyt|bhxh|the bao hiem|bao hiem (?:y te|xa hoi))\b")
_ACCOUNT = re.compile(r"\b(?:stk|so tai khoan|tai khoan so|so tk|tai khoan)\b")
_PHONE = re.compile(r"\b(?:sdt|dt|dien thoai|di dong|so dt|hotline|zalo|lien he)\b")
_MONEY = re.compile(r"\s?(?:đồng|đ\b|vnđ|vnd|usd|nghìn|triệu|tỷ|%)", re.I)


@dataclass(frozen=True, slots=True)
class Hit:
    """Something found in one text: where it begins and ends, and how it may be shown."""

    kind: Kind
    certainty: Certainty
    start: int
    end: int
    masked: str


def readable(text: str) -> str:
    """The text as a person sees it: one width of letters and digits, nothing invisible, one kind of blank."""
    text = unicodedata.normalize("NFKC", text)
    out = []
    for c in text:
        category = unicodedata.category(c)
        if category == "Cf" or (category == "Cc" and c not in "\n\t\r"):
            continue
        if category == "Nd":
            c = str(unicodedata.digit(c))
        elif category == "Pd":
            c = "-"
        out.append(" " if category == "Zs" or c in "\t\r" else c)
    return "".join(out)


def masked(number: str) -> str:
    """The last four digits behind stars: "********0123"."""
    digits = re.sub(r"\W", "", number)
    return "*" * max(len(digits) - 4, 4) + digits[-4:]


def this_year() -> int:
    return datetime.now(UTC).year


def is_citizen_id(digits: str) -> bool:
    """Whether 12 digits are built as a citizen's number: province, century and sex, year of birth."""
    if len(digits) != 12 or digits[:3] not in _PROVINCES or digits[3] not in "0123":
        return False
    born = (1900 if digits[3] in "01" else 2000) + int(digits[4:6])
    return 1900 <= born <= this_year()


def numbers(text: str) -> Iterator[Hit]:
    """Every number in a readable text that may belong to a person, none twice."""
    taken: list[tuple[int, int]] = []
    for hit in _all(text):
        if all(hit.end <= start or hit.start >= end for start, end in taken):
            taken.append((hit.start, hit.end))
            yield hit


def _all(text: str) -> Iterator[Hit]:
    # What is surest comes first, so that nothing less sure takes its digits.
    for found in _CITIZEN_SPLIT.finditer(text):
        if is_citizen_id(re.sub(r"\D", "", found[0])):
            yield _hit("citizen-id", "certain", found)
    for found in _CITIZEN_BOXED.finditer(text):
        if _IDENTITY.search(_words_before(text, found)):
            yield _hit("citizen-id", "certain", found)
    for found in _CARD.finditer(text):
        if found[1] in _GROUPS:
            yield _hit("insurance", "certain", found)
    for found in _MOBILE.finditer(text):
        yield _hit("phone", "certain", found)
    for found in _DIGITS.finditer(text):
        hit = _bare(text, found)
        if hit is not None:
            yield hit
    for found in _LANDLINE.finditer(text):
        yield _hit("phone", "possible", found)
    for found in _EMAIL.finditer(text):
        if not _OFFICIAL.search(found[0]):
            yield Hit("email", "possible", found.start(), found.end(), "***@" + found[0].rpartition("@")[2])


def _bare(text: str, found: re.Match[str]) -> Hit | None:
    """What a number without any build of its own is, by its length and the words before it."""
    length = len(found[0])
    before = _words_before(text, found)
    if length in (9, 12) and _IDENTITY.search(before):
        return _hit("citizen-id" if length == 12 else "old-id", "certain", found)
    if length in (10, 13) and _INSURANCE.search(before):
        return _hit("insurance", "certain", found)
    if length >= 6 and _ACCOUNT.search(before) and not _MONEY.match(text, found.end()):
        return _hit("account", "possible", found)
    if 8 <= length <= 11 and _PHONE.search(before):
        return _hit("phone", "possible", found)
    if _MONEY.match(text, found.end()):
        return None
    if length == 12:
        return _hit("citizen-id", "possible", found)
    # Round numbers are amounts that somebody wrote without points.
    if length == 9 and not found[0].endswith("000"):
        return _hit("old-id", "possible", found)
    return None


def _words_before(text: str, found: re.Match[str]) -> str:
    return plain(text[max(0, found.start() - _BEFORE) : found.start()])


def _hit(kind: Kind, certainty: Certainty, found: re.Match[str]) -> Hit:
    return Hit(kind, certainty, found.start(), found.end(), masked(found[0]))


# A name and, right behind it, when its bearer was born. "sinh" ends many words that are no birth (học sinh,
# vệ sinh, phát sinh); the name before it is what tells, and these are the words that stand in capitals too.
_BORN = re.compile(
    rf"[\s,;:(\-]{{1,3}}(?:sinh(?:\s+(?:ngày|năm))?|s\.?n\.?|năm\s+sinh|ngày\s+sinh)\s*:?\s*"
    rf"(?:{DATE}|(?:\d{{1,2}}[/.-])?(?P<year>19\d\d|20[0-2]\d))(?!\d)",
    re.I,
)
_NOT_BORN = word_list("before_sinh")


def born_behind(text: str, end: int) -> re.Match[str] | None:
    """When somebody was born, as said right behind a name that ends at ``end``."""
    found = _BORN.match(text, end)
    if found is None or plain(text[:end].rpartition(" ")[2]) in _NOT_BORN:
        return None
    return found
