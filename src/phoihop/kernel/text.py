"""Vietnamese text: one form for one word, keys for comparing, letters for searching.

A Vietnamese word has several spellings in Unicode (composed or decomposed), two accepted tone
placements (hòa, hoà) and, in some words, two vowels (kỹ, kĩ). Comparing them needs a key.
"""

import re
import unicodedata

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
    letters = [c for c in text if c.isalpha()]
    if not letters:
        return False
    return sum(c.isupper() for c in letters) >= 0.85 * len(letters)
