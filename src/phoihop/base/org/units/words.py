"""A typed name taken apart: the word for its kind, the name, and the places it is said to lie in."""

import re
import unicodedata
from dataclasses import dataclass

from phoihop.kernel.text import fold, plain

# Each kind of unit as people type it, without marks; one letter counts only before a point or a digit.
_KINDS = {
    "tinh": ("tỉnh",),
    "thanh pho": ("thành phố", "thành phố thuộc tỉnh"),
    "tp": ("thành phố", "thành phố thuộc tỉnh"),
    "quan": ("quận",),
    "huyen": ("huyện",),
    "thi xa": ("thị xã",),
    "tx": ("thị xã",),
    "phuong": ("phường",),
    "xa": ("xã",),
    "thi tran": ("thị trấn",),
    "tt": ("thị trấn",),
    "dac khu": ("đặc khu",),
}
_LETTERS = {"q": ("quận",), "h": ("huyện",), "p": ("phường",), "f": ("phường",), "x": ("xã",), "t": ("tỉnh",)}
_SPELLED = {
    "tinh": "tỉnh", "thanh pho": "thành phố", "quan": "quận", "huyen": "huyện", "thi xa": "thị xã",
    "phuong": "phường", "xa": "xã", "thi tran": "thị trấn", "dac khu": "đặc khu",
}  # fmt: skip
_KIND = re.compile(rf"({'|'.join(sorted(_KINDS, key=len, reverse=True))})(?:\s*\.\s*|\s+|(?=\d))(?=\w)")
_LETTER = re.compile(r"([qhpfxt])(?:\s*\.\s*|(?=\d))(?=\w)")
_WORD = re.compile(r"\w+")
_ZEROS = re.compile(r"\b0+(?=\d)")


@dataclass(frozen=True, slots=True)
class Name:
    """A name ready for comparing: letters without marks or blanks, and its words with their marks.

    ``kinds`` are the kinds that its first word allows; empty when it says none.
    """

    compact: str
    words: tuple[str, ...]
    kinds: tuple[str, ...] = ()

    @property
    def accented(self) -> bool:
        """Whether any mark was typed."""
        return any(not word.isascii() for word in self.words)

    def contradicts(self, words: tuple[str, ...]) -> bool:
        """Whether a mark was typed that a name's words do not bear.

        A word typed without marks contradicts nothing. The last word may be the beginning of one.
        """
        if not self.accented:
            return False
        mine, other = self.words, words[: len(self.words)]
        for place, (typed, written) in enumerate(zip(mine, other, strict=False)):
            if typed.isascii() or typed == written:
                continue
            if place == len(mine) - 1 and _begins(written, typed):
                continue
            return True
        return False


def _begins(written: str, typed: str) -> bool:
    """Whether a word begins with the letters and the marks typed so far ('Lạng' with 'lạ')."""
    letters, tone = _loose(typed)
    other, other_tone = _loose(written)
    return other.startswith(letters) and tone in ("", other_tone)


def _loose(word: str) -> tuple[str, str]:
    # Folded words carry their tone, decomposed, at the end.
    letters = word.rstrip("\u0300\u0301\u0303\u0309\u0323")
    return letters, word[len(letters) :]


def name_of(text: str, kinds: tuple[str, ...] = ()) -> Name:
    """A name as written, made ready for comparing: 'Hòa Bình' and 'Hoà Bình' become one."""
    folded = _ZEROS.sub("", fold(text))
    return Name(bare(folded), tuple(folded.split()), kinds)


def bare(text: str) -> str:
    """The letters and digits alone, without marks and blanks."""
    return "".join(_WORD.findall(plain(text)))


def readings(text: str) -> list[Name]:
    """The ways to read a typed name: whole, and without the word for its kind where it begins with one."""
    text = unicodedata.normalize("NFC", text).strip()
    found = [name_of(text)]
    bare = plain(text)
    match = _KIND.match(bare) or _LETTER.match(bare)
    if match and len(bare) == len(text):
        typed, kind = text[: match.end(1)], match[1]
        # "phương" typed with its mark is no "phường".
        if plain(typed) == typed.lower() or fold(typed) == fold(_SPELLED.get(kind, typed)):
            found.append(name_of(text[match.end() :], _KINDS.get(kind) or _LETTERS[kind]))
    return [name for name in found if name.compact]
