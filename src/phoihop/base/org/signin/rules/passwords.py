"""Which passwords are too easily guessed. No rule about kinds of letters: length and rarity count."""

import re
from collections.abc import Collection, Iterable
from functools import cache
from pathlib import Path

from phoihop.kernel.text import plain

SHORTEST = 12  # characters; 8 is what ASVS 6.2.1 allows and 15 what it would like
LONGEST = 200
RARE = 6  # characters that must be left when everything common is taken out

_LIKE_LETTERS = str.maketrans(
    {"@": "a", "4": "a", "3": "e", "1": "i", "!": "i", "0": "o", "$": "s", "5": "s"}
)
_ROWS = (
    "01234567890123456789",
    "98765432109876543210",
    "abcdefghijklmnopqrstuvwxyz",
    "qwertyuiopasdfghjklzxcvbnm",
)
_RUN = 3
_YEAR = re.compile(r"(19|20)\d\d")


@cache
def common() -> tuple[str, ...]:
    """Words that common passwords are made of, longest first; Vietnamese without marks."""
    lines = (Path(__file__).parents[1] / "data" / "common.txt").read_text(encoding="utf-8").splitlines()
    return tuple(sorted({line for line in lines if line and not line.startswith("#")}, key=len, reverse=True))


def weakness(password: str, about: Iterable[str] = ()) -> str | None:
    """Why a password is refused: "short", "long", "common"; None if it is good enough.

    ``about``: what is known of the person (name, sign-in name), which an attacker tries first.
    """
    if len(password) < SHORTEST:
        return "short"
    if len(password) > LONGEST:
        return "long"
    own = [word for text in about for word in re.split(r"\W+", plain(text)) if len(word) > 2]
    text = re.sub(r"[\s._,-]", "", plain(password))
    left = min(len(_rest(variant, own)) for variant in (text, text.translate(_LIKE_LETTERS)))
    return "common" if left < RARE else None


def _rest(text: str, own: Collection[str]) -> str:
    """What remains when common words, the person's own, years, rows of keys and repetitions are taken out."""
    for word in [*sorted(own, key=len, reverse=True), *common()]:
        text = text.replace(word, " ")
    text = _YEAR.sub(" ", text)
    text = _without_rows(text)
    text = re.sub(r"(.+?)\1+", r"\1", text)  # "abab" says no more than "ab"
    return text.replace(" ", "")


def _without_rows(text: str) -> str:
    kept, place = [], 0
    while place < len(text):
        length = max(_along_a_row(text, place), 1)
        if length < _RUN:
            kept.append(text[place : place + length])
        place += length
    return "".join(kept)


def _along_a_row(text: str, start: int) -> int:
    """How many characters from here on follow each other on a keyboard, in the alphabet or in counting."""
    length = 1
    for end in range(start + 2, len(text) + 1):
        if not any(text[start:end] in row for row in _ROWS):
            break
        length = end - start
    return length
