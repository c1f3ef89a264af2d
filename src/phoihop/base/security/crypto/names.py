"""Searching encrypted Vietnamese names inside one facility, without a readable copy of them.

Stored beside a sealed name are 64-bit HMACs of its syllables without marks, bound to the facility: the
same name in two facilities gives unrelated tokens, and there is no search across the province. The
database picks candidates by tokens; the program unseals them and ``rank`` puts them in order.

No tokens of beginnings ("ng", "ngu", "nguy") are kept for search while typing. They would double the
index, and each would say which rare syllable begins like which frequent one, the kind of structure that
lets somebody with the tables and a list of common names guess. They are not needed: a facility has a few
thousand people, all of whom can be unsealed and compared (figures in the README), and usually the
syllables typed before the last one narrow them down. What the tokens do show is which people of one
facility share a syllable and how frequent it is; "nguyen" can be guessed from that.
"""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from enum import IntEnum
from functools import lru_cache
from typing import Generic, TypeVar

from phoihop.base.security.crypto.blind import digest
from phoihop.kernel.text import TONES, fold_word, nfc

T = TypeVar("T")

_WORD = re.compile(r"[^\W_]+")
_MOST = 12  # syllables of a query that count; the longest names have eight
_FURTHEST = 2  # letters mistyped in all, at most
# First consonants that one ear hears as another; a person reports a name, a clerk writes what is heard.
_HEARD = (("tr", "ch"), ("gi", "d"), ("r", "d"), ("x", "s"), ("n", "l"), ("k", "c"))
_BARRED = str.maketrans({"đ": "d\u0335", "Đ": "d\u0335"})  # the bar as a mark like any other


class Grade(IntEnum):
    """How well a name answers, best first."""

    EXACT = 0  # the same letters with the same marks
    LETTERS = 1  # the same letters
    PREFIX = 2  # the same letters, the last syllable unfinished
    FUZZY = 3  # some letters differ, or the syllables come in another order


@dataclass(frozen=True, slots=True)
class Query:
    """What to ask the database for: tokens that a name must have, and the one still being typed.

    Ask first for ``tokens @> all_of`` in the facility (with an empty ``all_of``: everybody there), rank, and
    if that finds nobody, for any of ``some``, where a mistyped syllable does not matter.
    """

    all_of: frozenset[int]
    last: int | None

    @property
    def some(self) -> frozenset[int]:
        return self.all_of if self.last is None else self.all_of | {self.last}


@dataclass(frozen=True, slots=True)
class Match(Generic[T]):
    """A name that answers. ``contradicts``: it lacks or changes marks that were typed."""

    item: T
    name: str
    grade: Grade
    contradicts: bool


@dataclass(frozen=True, slots=True)
class _Syllable:
    """``letters`` without marks, y as i; ``marks`` of each letter; ``tone``; ``folded`` for equality."""

    letters: str
    marks: tuple[str, ...]
    tone: str
    folded: str

    @property
    def marked(self) -> bool:
        return bool(self.tone) or any(self.marks)


def name_tokens(key: bytes, name: str, facility: int | str) -> frozenset[int]:
    """The tokens of a name as signed 64-bit integers, for a bigint[] with a GIN index.

    ``key`` is the programme's blind key. A person known by several names has the union of their tokens.
    """
    return frozenset(_token(key, syllable.letters, facility) for syllable in _syllables(name))


def query_tokens(key: bytes, text: str, facility: int | str, *, typing: bool = False) -> Query:
    """The tokens to ask for. While ``typing``, the last syllable may be unfinished unless a space follows."""
    syllables = _syllables(text)[:_MOST]
    if typing and syllables and not text[-1].isspace():
        *done, last = syllables
        tokens = (_token(key, s.letters, facility) for s in done)
        return Query(frozenset(tokens), _token(key, last.letters, facility))
    return Query(frozenset(_token(key, s.letters, facility) for s in syllables), None)


def rank(text: str, names: Iterable[tuple[T, str]], limit: int = 20) -> list[Match[T]]:
    """The names that answer a query, best first: at most ``limit`` of (item, name) pairs.

    Exact marks, then same letters, then an unfinished last syllable, then near misses. A name that
    contradicts a typed mark goes to the near misses: "đường" is not drowned by "Dương". Inside a grade
    the whole name comes before its end (the given name), its beginning and its middle.
    """
    asked = _syllables(text)[:_MOST]
    if not asked:
        return []
    found: list[tuple[_Order, Match[T]]] = []
    others: list[tuple[T, str, tuple[_Syllable, ...]]] = []
    for item, name in names:
        syllables = _syllables(name)
        order = _aligned(asked, syllables)
        if order is None:
            others.append((item, name, syllables))
        else:
            found.append((order, Match(item, name, order.grade, order.contradictions > 0)))
    if len(found) < limit:
        distances = _Distances()
        for item, name, syllables in others:
            order = _near(asked, syllables, distances)
            if order is not None:
                found.append((order, Match(item, name, order.grade, order.contradictions > 0)))
    found.sort(key=lambda pair: (pair[0].key, nfc(pair[1].name)))
    return [match for _, match in found[:limit]]


@dataclass(frozen=True, slots=True)
class _Order:
    """Where a match stands among others. ``place``: 0 whole name, 1 its end, 2 its beginning, 3 elsewhere."""

    grade: Grade
    contradictions: int
    distance: int
    place: int
    extra: int  # syllables of the name that nobody asked for

    @property
    def key(self) -> tuple[int, int, int, int]:
        tier = Grade.FUZZY if self.contradictions else self.grade
        return tier, self.distance + self.contradictions, self.place, self.extra


def _syllables(text: str) -> tuple[_Syllable, ...]:
    return tuple(_syllable(word) for word in _WORD.findall(nfc(text)))


@lru_cache(maxsize=20_000)
def _syllable(word: str) -> _Syllable:
    letters: list[str] = []
    marks: list[str] = []
    tone = ""
    for c in unicodedata.normalize("NFD", word.casefold().translate(_BARRED)):
        if not unicodedata.combining(c):
            letters.append("i" if c == "y" else c)
            marks.append("")
        elif c in TONES:
            tone += c
        elif marks:
            marks[-1] += c
    return _Syllable("".join(letters), tuple(marks), "".join(sorted(tone)), fold_word(word))


def _token(key: bytes, letters: str, facility: int | str) -> int:
    return int.from_bytes(digest(key, "name", str(facility), letters)[:8], "big", signed=True)


def _contradicts(asked: _Syllable, name: _Syllable) -> bool:
    """Whether marks were typed that the name does not have; marks left out contradict nothing."""
    if not asked.marked:
        return False
    if asked.tone and asked.tone != name.tone:
        return True
    return any(set(a) - set(n) for a, n in zip(asked.marks, name.marks, strict=False))


def _aligned(asked: Sequence[_Syllable], name: Sequence[_Syllable]) -> _Order | None:
    """The best way in which the name holds what was asked, syllable by syllable, in order."""
    best: _Order | None = None
    surplus = len(name) - len(asked)
    for start in range(surplus + 1):
        order = _compared(asked, name[start : start + len(asked)], _place(start, surplus), surplus)
        if order is not None and (best is None or order.key < best.key):
            best = order
    if best is None and surplus > 0:
        picked = _picked(asked, name)
        if picked is not None:
            best = _compared(asked, picked, 4, surplus)
    if best is None and len(asked) == 1 and len(asked[0].letters) > 4 and len(name) > 1:
        best = _written_as_one(asked[0], name)
    return best


def _place(start: int, surplus: int) -> int:
    if surplus == 0:
        return 0
    return 1 if start == surplus else 2 if start == 0 else 3


def _compared(
    asked: Sequence[_Syllable], name: Sequence[_Syllable], place: int, surplus: int
) -> _Order | None:
    last = len(asked) - 1
    grade = Grade.EXACT
    contradictions = 0
    for i, (a, n) in enumerate(zip(asked, name, strict=True)):
        if a.folded == n.folded:
            continue
        if a.letters == n.letters:
            grade = max(grade, Grade.LETTERS)
        elif i == last and n.letters.startswith(a.letters):
            grade = Grade.PREFIX
        else:
            return None
        contradictions += _contradicts(a, n)
    return _Order(grade, contradictions, 0, place, surplus)


def _picked(asked: Sequence[_Syllable], name: Sequence[_Syllable]) -> list[_Syllable] | None:
    """Syllables of the name that answer in order, others between them ("Nguyễn An" in "Nguyễn Văn An")."""
    picked: list[_Syllable] = []
    rest = iter(name)
    for i, a in enumerate(asked):
        for n in rest:
            if a.letters == n.letters or (i == len(asked) - 1 and n.letters.startswith(a.letters)):
                picked.append(n)
                break
        else:
            return None
    return picked


def _written_as_one(asked: _Syllable, name: Sequence[_Syllable]) -> _Order | None:
    """A name typed without spaces."""
    letters = "".join(n.letters for n in name)
    if not letters.startswith(asked.letters):
        return None
    whole = _Syllable(letters, tuple(m for n in name for m in n.marks), "", "")
    wrong = any(set(a) - set(n) for a, n in zip(asked.marks, whole.marks, strict=False))
    grade = Grade.LETTERS if letters == asked.letters else Grade.PREFIX
    return _Order(grade, int(wrong), 0, 0 if grade is Grade.LETTERS else 2, 0)


@dataclass(slots=True)
class _Distances:
    """How far syllables are from each other; a facility's names repeat the same few hundred."""

    known: dict[tuple[str, str], int] = field(default_factory=dict)

    def __call__(self, a: str, b: str) -> int:
        found = self.known.get((a, b))
        if found is None:
            # Of three letters one mistyped makes any syllable of any other; heard amiss they still count.
            far = distance(a, b) if len(a) > 3 or a == b else _FURTHEST + 1
            found = self.known[a, b] = min(far, 1) if _sound(a) == _sound(b) else far
        return found


def _sound(letters: str) -> str:
    if not letters.startswith(("ng", "nh", "kh")):
        for written, heard in _HEARD:
            if letters.startswith(written):
                return heard + letters[len(written) :]
    return letters


def _near(asked: Sequence[_Syllable], name: Sequence[_Syllable], distances: _Distances) -> _Order | None:
    """Each syllable asked for beside the nearest one not yet taken, in any order."""
    if len(asked) > len(name):
        return None
    left = list(name)
    far = contradictions = 0
    for a in asked:
        nearest = min(left, key=lambda n: distances(a.letters, n.letters))
        step = distances(a.letters, nearest.letters)
        # Two letters of five would make "Hồng" of "Đường".
        if step > (0 if len(a.letters) < 3 else 1 if len(a.letters) < 6 else _FURTHEST):
            return None
        far += step
        if far > _FURTHEST:
            return None
        if step == 0:
            contradictions += _contradicts(a, nearest)
        left.remove(nearest)
    return _Order(Grade.FUZZY, contradictions, far + 1, 4, len(left))


def distance(a: str, b: str) -> int:
    """How many letters must be added, dropped, changed or swapped with their neighbour."""
    before: list[int] = []
    row = list(range(len(b) + 1))
    for i, x in enumerate(a, 1):
        earlier, before, row = before, row, [i]
        for j, y in enumerate(b, 1):
            step = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (x != y))
            if i > 1 and j > 1 and x == b[j - 2] and a[i - 2] == y:
                step = min(step, earlier[j - 2] + 1)
            row.append(step)
    return row[-1]
