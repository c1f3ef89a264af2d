"""Vietnamese text: one form for one word, keys for comparing, letters for searching.

A Vietnamese word has several spellings in Unicode (composed or decomposed), two accepted tone
placements (hòa, hoà) and, in some words, two vowels (kỹ, kĩ). Comparing them needs a key.
"""

import re
import unicodedata
from functools import lru_cache

TONES = frozenset("\u0300\u0301\u0303\u0309\u0323")
_STRIP = str.maketrans({"đ": "d", "Đ": "D"})
_WORD = re.compile(r"\w+")
_FINAL_Y = re.compile(r"^([hklmst])y(?=\W*$)")


def nfc(text: str) -> str:
    """The composed form, in which every text of the system is kept."""
    return unicodedata.normalize("NFC", text)


def plain(text: str) -> str:
    """Lower-case letters without any mark: 'Lào Cai' and 'LAO CAI' both become 'lao cai'."""
    decomposed = unicodedata.normalize("NFD", text.translate(_STRIP)).casefold()
    return "".join(c for c in decomposed if not unicodedata.combining(c))


@lru_cache(maxsize=20_000)
def fold_word(word: str) -> str:
    """A word with its tone moved to the end and i/y made one: 'hòa' and 'hoà' fold alike."""
    if word.isascii():
        return _FINAL_Y.sub(r"\1i", word.casefold())
    parts = unicodedata.normalize("NFD", word.casefold())
    letters = "".join(c for c in parts if c not in TONES)
    tone = "".join(sorted(c for c in parts if c in TONES))
    return _FINAL_Y.sub(r"\1i", unicodedata.normalize("NFC", letters) + tone)


def fold(text: str) -> str:
    """A comparison key: case, punctuation, spacing, tone placement and i/y do not matter."""
    return " ".join(fold_word(w) for w in _WORD.findall(nfc(text).replace("_", " ")))


def is_upper(text: str) -> bool:
    """Whether the letters of a text are capitals, tolerating a stray small one."""
    if text.isupper():
        return True
    # Most text is not: a look at its beginning settles that without walking over all of it.
    if len(text) > 60 and not _mostly_upper(text[:50], 0.4):
        return False
    return _mostly_upper(text, 0.85)


def _mostly_upper(text: str, share: float) -> bool:
    upper, lower = sum(map(str.isupper, text)), sum(map(str.islower, text))
    return upper > 0 and upper >= share * (upper + lower)
