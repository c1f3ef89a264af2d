"""What makes two numbers one, two issuers one, and by which letters a document is found."""

import re
from collections.abc import Iterable
from datetime import date
from functools import cache

from phoihop.engines.reading.understanding.citations import key_of
from phoihop.engines.reading.understanding.gazetteers import province_of, province_pattern
from phoihop.kernel.text import fold, plain

NUMBER = 80  # characters of a number that are kept
_WORD = re.compile(r"[\w/.-]*\w")
# What one body is called in short, and what its name begins with anyhow.
_SHORT = {"ubnd": "uy ban nhan dan", "hdnd": "hoi dong nhan dan", "bcd": "ban chi dao", "tp": "thanh pho"}
_RANK = re.compile(r"\b(?:tinh|thanh pho|huyen|quan|thi xa|xa|phuong|dac khu)\b")
_YEAR = re.compile(r"/((?:19|20)\d\d)/")


def number_key(number: str | None) -> str:
    """One text for every spelling of a number: "30/KH-UBND", "30 /KH-UBND" and "030/kh-ubnd" are one."""
    return key_of(number)[:NUMBER] if number and number.strip() else ""


def year_in(key: str) -> int | None:
    """The year that a number itself carries ("116/2021/NĐ/CP")."""
    found = _YEAR.search(key)
    return int(found[1]) if found else None


def same_issuer(one: str | None, other: str | None) -> bool:
    """Whether two wordings may name one body: "UBND tỉnh" in a document of "Ủy ban nhân dân tỉnh Lào Cai"."""
    a, b = _body(one), _body(other)
    return bool(a and b) and (a == b or a <= b or b <= a)


def _body(name: str | None) -> frozenset[str]:
    words = plain(name or "").split()
    spelled = " ".join(_SHORT.get(word.strip(".,"), word.strip(".,")) for word in words)
    return frozenset(_RANK.sub(" ", spelled).split())


def province_in(text: str | None) -> str | None:
    """The province that a text names, the last of several, as it is spelled officially."""
    whole = province_of(text or "")
    named = list(_provinces().finditer(text or "")) if whole is None else ()
    return province_of(named[-1].group()) if named else whole


@cache
def _provinces() -> re.Pattern[str]:
    return re.compile(rf"(?<!\w)(?:{province_pattern()})(?!\w)", re.IGNORECASE)


def _elsewhere(one: str, other: str) -> bool:
    """Whether two bodies are of two provinces."""
    here, there = province_in(one), province_in(other)
    return here is not None and there is not None and here != there


def search_text(*parts: str | int | date | None) -> str:
    """What a document is found by: its words without marks, a number also as it is typed without signs."""
    said = " ".join(_said(part) for part in parts if part not in (None, ""))
    return " ".join(plain(said).split())


def _said(part: str | int | date | None) -> str:
    return f"{part:%d/%m/%Y} {part.year}" if isinstance(part, date) else str(part)


def needles(text: str) -> list[str]:
    """The words of a search, each to be found somewhere; order and marks do not matter."""
    return list(dict.fromkeys(plain(text)[:300].split()))[:12]


def same_words(one: str, other: str) -> bool:
    """Whether two texts are one but for case, blanks and the place of a tone."""
    return fold(one) == fold(other)


def resolve(
    cite: tuple[str, date | None, str], candidates: Iterable[tuple[int, date | None, str]]
) -> tuple[int | None, bool]:
    """Which document of one number a citation means, and whether that is sure: by number and day both, with
    no other issuer named.

    ``cite``: key, day, issuer; ``candidates``: (id, day, issuer) of documents with the key. By number and
    day; else by number and issuer within the same year, unless two would fit. Numbers begin anew each year
    and in each province: a number alone names nothing, and what names another province means another.
    """
    key, day, issuer = cite
    known = [c for c in candidates if not _elsewhere(issuer, c[2])]
    if day is not None:
        fits = [c for c in known if c[1] == day]
        nearer = [c for c in fits if same_issuer(issuer, c[2])]
        fits = nearer or fits
        if len(fits) == 1:
            return fits[0][0], bool(nearer) or not issuer or not fits[0][2]
        if fits:
            return None, False
    year = day.year if day is not None else year_in(key)
    fits = [
        c for c in known if same_issuer(issuer, c[2]) and (year is None or c[1] is None or c[1].year == year)
    ]
    return (fits[0][0], False) if len(fits) == 1 else (None, False)
