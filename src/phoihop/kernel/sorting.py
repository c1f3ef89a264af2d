"""Vietnamese order, without help from a database: a ă â b c d đ e ê …, the tones second.

The keys are plain ASCII text: kept in a column, they give the order under any collation that compares
bytes, such as PostgreSQL's "C".
"""

import re
import unicodedata

# The 29 letters, and f j w z where the Latin alphabet has them.
ALPHABET = "aăâbcdđeêfghijklmnoôơpqrstuưvwxyz"
# Level tone, huyền, hỏi, ngã, sắc, nặng: the order of Vietnamese dictionaries.
TONES = ("", "\u0300", "\u0309", "\u0303", "\u0301", "\u0323")

_LETTER = {letter: chr(ord("A") + place) for place, letter in enumerate(ALPHABET)}
_TONE = {tone: str(place) for place, tone in enumerate(TONES)}
_TOKEN = re.compile(r"\d+|[^\W\d_]+")


def sort_key(text: str) -> str:
    """A key that orders words as a Vietnamese dictionary does; case and punctuation do not count.

    Letters come first and tones only decide among words of the same letters: 'an' < 'ăn' < 'ân', and
    'ma' < 'mà' < 'mả' < 'mã' < 'má' < 'mạ' < 'mai'. Numbers stand by value: 'Phường 2' < 'Phường 10'.
    """
    letters, tones = [], []
    for token in _TOKEN.findall(unicodedata.normalize("NFC", text).lower()):
        if token.isdecimal():
            number = str(int(token))
            # The number of digits goes first, so that the longer number is the greater one.
            letters.append(f"{len(number):03d}{number}")
            tones.append("0")
            continue
        word = ""
        for character in token:
            letter, tone = _split(character)
            word += letter
            tones.append(tone)
        letters.append(word)
    # The end of the letters sorts before a blank, a blank before a digit, a digit before a letter.
    return f"{'-'.join(letters)}!{''.join(tones)}"


def person_key(full_name: str) -> str:
    """As sort_key, for people: by given name, which stands last, then by the names before it."""
    *family, given = full_name.split() or [""]
    return f"{sort_key(given)}#{sort_key(' '.join(family))}"


def _split(character: str) -> tuple[str, str]:
    """A letter's place in the alphabet and its tone; foreign letters stand after z, all alike."""
    parts = unicodedata.normalize("NFD", character)
    tone = next((c for c in parts if c in _TONE), "")
    base = unicodedata.normalize("NFC", parts.replace(tone, "") if tone else parts)
    if base not in _LETTER and base[0] in _LETTER:
        base = base[0]  # a mark that Vietnamese does not know: ü, ñ
    return _LETTER.get(base, "~"), _TONE[tone]
