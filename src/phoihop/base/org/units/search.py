"""Finding units by what people type: without marks, without the word for the kind, by an old name."""

from bisect import bisect_left
from collections import defaultdict
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from functools import cache

from phoihop.base.org.units.model import Level, Unit
from phoihop.base.org.units.register import Register, register
from phoihop.base.org.units.tables import aliases
from phoihop.base.org.units.words import Name, bare, name_of, readings
from phoihop.kernel.refusals import Bilingual
from phoihop.kernel.sorting import sort_key

# How well a name fits what was typed; lower is better.
EXACT, LETTERS, PREFIX, INSIDE, FUZZY = range(5)
_CONTRADICTED = 10
_ENOUGH = 3  # times the limit: hits after which worse matches are no longer followed up
_HEIGHT = {Level.PROVINCE: 0, Level.DISTRICT: 1, Level.COMMUNE: 2}


@dataclass(frozen=True, slots=True)
class Hit:
    """A unit that stands on the day asked about, and how it was found.

    ``via`` is the unit of another time whose name was typed, None when it is the unit's own; ``part`` is
    True when only a part of that one lies here. ``fit`` is 0 for the same letters and marks, 1 for the same
    letters, 2 for a beginning, 3 for the beginning of a later word, 4 for nearly so; 10 more where the marks
    typed are not the name's.
    """

    unit: Unit
    fit: int
    via: Unit | None = None
    part: bool = False


@dataclass(frozen=True, slots=True)
class _Entry:
    unit: Unit
    name: Name


class _Index:
    """Every name, once by its letters and once from the beginning of each later word."""

    def __init__(self, known: Register) -> None:
        self.by_name: dict[str, list[_Entry]] = defaultdict(list)
        self.called: dict[str, set[str]] = defaultdict(set)
        inner: dict[str, list[tuple[int, _Entry]]] = defaultdict(list)
        names = [(unit, unit.name) for unit in known.units.values()]
        names += [(known.unit(key), alias) for key, alias in aliases()]
        for unit, written in names:
            entry = _Entry(unit, name_of(written))
            self.by_name[entry.name.compact].append(entry)
            self.called[unit.key].add(entry.name.compact)
            rest = entry.name.compact
            for place, word in enumerate(entry.name.words[:-1], 1):
                rest = rest[len(bare(word)) :]
                inner[rest].append((place, entry))
        self.names = sorted(self.by_name)
        self.inner = sorted(inner)
        self.from_inner = dict(inner)
        self.masks = [(name, len(name), _mask(name)) for name in self.names]
        self.places = {
            compact
            for compact, entries in self.by_name.items()
            if any(entry.unit.level is not Level.COMMUNE for entry in entries)
        }


def _mask(name: str) -> int:
    """The set of a name's letters, as bits."""
    bits = 0
    for letter in name:
        bits |= 1 << (ord(letter) - 48 & 63)
    return bits


def _starting(names: list[str], start: str) -> list[str]:
    first = bisect_left(names, start)
    return names[first : bisect_left(names, start + "\uffff", first)]


def _near(index: _Index, typed: str) -> list[str]:
    """Names one slip away from what was typed; two in a long name. A short one must be typed well."""
    slips = 0 if len(typed) < 4 else 1 if len(typed) < 9 else 2
    if not slips:
        return []
    bits, length = _mask(typed), len(typed)
    # A slip changes at most two letters of the set: most names are ruled out without a comparison.
    close = [
        name
        for name, size, mask in index.masks
        if -slips <= size - length <= slips and (mask ^ bits).bit_count() <= 2 * slips
    ]
    return [name for name in close if _slips(typed, name, slips) <= slips]


def _slips(a: str, b: str, most: int) -> int:
    """The letters to change, add, drop or swap between two words; more than ``most`` is not counted out."""
    before: list[int] = []
    row = list(range(len(b) + 1))
    for i, x in enumerate(a, 1):
        older, before, row = before, row, [i]
        for j, y in enumerate(b, 1):
            best = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (x != y))
            if i > 1 and j > 1 and x == b[j - 2] and a[i - 2] == y:
                best = min(best, older[j - 2] + 1)
            row.append(best)
        if min(row) > most:
            return most + 1
    return row[-1]


@cache
def _index() -> _Index:
    return _Index(register())


@dataclass(frozen=True, slots=True)
class _Match:
    """An entry that fits, before it is known what stands there on the day."""

    fit: int
    entry: _Entry
    kind_fits: bool

    @property
    def rank(self) -> tuple[int, bool, int, int]:
        unit = self.entry.unit
        return self.fit, not self.kind_fits, _HEIGHT[unit.level], len(self.entry.name.compact)


def search(text: str, on: date, *, level: Level | None = None, limit: int = 20) -> list[Hit]:
    """The units of a day that a typed text may mean, the likeliest first, each once.

    Marks, capitals, blanks and the word for the kind may be missing ("lao cai", "tp huế", "q1"). After the
    name may stand where the unit lies, with a comma or without ("Long Phú, Sóc Trăng"), on either side of
    the reform. The name of a unit of another time finds what stands there on the day. Nothing typed finds
    nothing.
    """
    first, *places = text.split(",")
    matches = _matches(readings(first))
    inside = [{name.compact for name in readings(place)} for place in places if place.strip()]
    if not inside and not any(match.fit <= INSIDE for match in matches):
        matches, inside = _name_and_place(first) or (matches, inside)
    if not any(match.fit <= INSIDE for match in matches):
        matches += _slipped(readings(first))
    known = register()
    best: dict[str, tuple[tuple[object, ...], Hit]] = {}
    for match in sorted(matches, key=lambda match: match.rank):
        if len(best) >= _ENOUGH * limit:
            break
        if inside and not _lies_in(known, match.entry.unit, inside):
            continue
        for share, hit in _standing(known, match.entry.unit, match.fit, on):
            if level is None or hit.unit.level is level:
                rank = _rank(match, hit, share)
                if hit.unit.key not in best or rank < best[hit.unit.key][0]:
                    best[hit.unit.key] = (rank, hit)
    return [hit for _, hit in sorted(best.values(), key=lambda found: found[0])[:limit]]


def _rank(match: _Match, hit: Hit, share: Fraction) -> tuple[object, ...]:
    """Provinces come first, then what bears the name itself, then what became of a unit that did."""
    fit, wrong_kind, _, length = match.rank
    via = hit.via or hit.unit
    return (
        fit, wrong_kind, via.level is not Level.PROVINCE, hit.via is not None, _HEIGHT[via.level], length,
        via.key if hit.via else "", hit.unit.name != via.name, -share, sort_key(hit.unit.name), hit.unit.key,
    )  # fmt: skip


def _matches(names: list[Name]) -> list[_Match]:
    """Every entry that begins, or has a word that begins, as one of the readings does."""
    index = _index()
    found = []
    for typed in names:
        for compact in _starting(index.names, typed.compact):
            for entry in index.by_name[compact]:
                fit = PREFIX
                if compact == typed.compact:
                    fit = EXACT if typed.words == entry.name.words else LETTERS
                found.append(_match(typed, entry, fit, entry.name.words))
        if len(typed.compact) > 2:
            for rest in _starting(index.inner, typed.compact):
                for place, entry in index.from_inner[rest]:
                    found.append(_match(typed, entry, INSIDE, entry.name.words[place:]))
    return found


def _match(typed: Name, entry: _Entry, fit: int, words: tuple[str, ...]) -> _Match:
    against = fit != EXACT and typed.contradicts(words)
    return _Match(fit + _CONTRADICTED * against, entry, not typed.kinds or entry.unit.kind in typed.kinds)


def _slipped(names: list[Name]) -> list[_Match]:
    """Every entry whose name is nearly one of the readings."""
    index = _index()
    return [
        _Match(FUZZY, entry, not typed.kinds or entry.unit.kind in typed.kinds)
        for typed in names
        for compact in _near(index, typed.compact)
        for entry in index.by_name[compact]
    ]


def _name_and_place(text: str) -> tuple[list[_Match], list[set[str]]] | None:
    """A name with the province or district after it, no comma between them: 'quang kim lao cai'."""
    words = text.split()
    for cut in range(1, len(words)):
        place = {name.compact for name in readings(" ".join(words[cut:]))}
        if place & _index().places:
            matches = [m for m in _matches(readings(" ".join(words[:cut]))) if m.fit <= LETTERS]
            if matches:
                return matches, [place]
    return None


def _lies_in(known: Register, unit: Unit, inside: list[set[str]]) -> bool:
    """Whether each place named is above the unit, or above what it became or came from."""
    ends = {unit.key}
    for piece in known.pieces_of(unit.key):
        ends |= {piece.old, piece.new}
    over = {name for end in ends for above in known.above(end) for name in _index().called[above.key]}
    return all(place & over for place in inside)


def _standing(known: Register, unit: Unit, fit: int, on: date) -> list[tuple[Fraction, Hit]]:
    """The unit, if it stood that day; else what stood there, with the part that each is of it."""
    if unit.stood(on):
        return [(Fraction(1), Hit(unit, fit))]
    later = [
        (s.share, Hit(known.units[s.new], fit, unit, not s.whole)) for s in known.successors(unit.key, on)
    ]
    return later or [
        (s.origin, Hit(known.units[s.old], fit, unit, s.origin != 1))
        for s in known.predecessors(unit.key, on)
    ]


def explained(hit: Hit) -> Bilingual | None:
    """Why a unit was found by a name it does not bear; None when it bears it."""
    if hit.via is None:
        return None
    path = register().path(hit.via.key)
    if hit.via.valid_to is not None:
        day = hit.via.valid_to + timedelta(days=1)
        vi, en = f"trước {day.month}/{day.year}: {path}", f"before {day.month}/{day.year}: {path}"
    else:
        day = hit.via.valid_from or date.min
        vi, en = f"từ {day.month}/{day.year}: {path}", f"from {day.month}/{day.year} on: {path}"
    return Bilingual(vi + " (một phần)", en + " (in part)") if hit.part else Bilingual(vi, en)
