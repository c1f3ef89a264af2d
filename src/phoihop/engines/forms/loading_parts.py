"""Taking a TOML table apart: every key is asked for by its shape; one that nobody asked for is a fault."""

import re
from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from phoihop.engines.forms.definition import Option
from phoihop.engines.forms.refusing import refuse
from phoihop.kernel.refusals import Bilingual, Refusal
from phoihop.kernel.text import nfc

_CODE = re.compile(r"[a-z][a-z0-9_]{0,39}")
_MARK = re.compile(r"[a-z0-9][a-z0-9_-]{0,39}")
# The language of expressions gives these another meaning.
_RESERVED = frozenset({"last", "days", "year", "and", "or", "not", "in", "is", "if", "else", "for", "lambda"})


def wrong(place: str, vi: str, en: str) -> Refusal:
    """A fault of a definition, at a place in its file."""
    found = refuse("bad-definition", place=place or "?", vi=vi, en=en)
    found.add_note(found.message.en)  # whoever writes definitions reads it in a traceback
    return found


class Part:
    """One table of the file, and where it stands: "visit.v1.toml: sections[0].fields[2]"."""

    def __init__(self, given: dict[str, Any], place: str) -> None:
        self._given = given
        self._left = set(given)
        self.place = place

    def wrong(self, vi: str, en: str) -> Refusal:
        return wrong(self.place, vi, en)

    def done(self) -> None:
        """Nothing is left that nobody asked for: a key mistyped would otherwise be a rule forgotten."""
        if self._left:
            names = ", ".join(sorted(self._left))
            raise self.wrong(f"không có khóa {names}", f"there is no key {names}")

    def unique(self, codes: Iterable[str], what: str) -> None:
        found = list(codes)
        if len(set(found)) != len(found):
            raise self.wrong(f"{what}: mã bị trùng", f"{what}: a code is there twice")

    def take(self, name: str, kind: type[Any] | tuple[type[Any], ...], otherwise: Any = None) -> Any:
        """The value of a key, which must be of a kind. Without ``otherwise`` the key must be there."""
        self._left.discard(name)
        if name not in self._given:
            if otherwise is None:
                raise self.wrong(f"thiếu {name}", f"{name} is missing")
            return otherwise
        value = self._given[name]
        # To Python a truth is a whole number, and a moment is a day.
        if not isinstance(value, kind) or (isinstance(value, bool) and kind is not bool):
            raise self.wrong(f"{name} không đúng kiểu", f"{name} is of the wrong kind")
        return value

    def text(self, name: str) -> str:
        found = nfc(self.take(name, str)).strip()
        if not found:
            raise self.wrong(f"{name} để trống", f"{name} is empty")
        return found

    def text_or(self, name: str, otherwise: str) -> str:
        return self.text(name) if name in self._given else otherwise

    def texts(self, name: str) -> tuple[str, ...]:
        found = self.take(name, list, [])
        if not all(isinstance(text, str) for text in found):
            raise self.wrong(f"{name} phải là danh sách chữ", f"{name} must be a list of texts")
        return tuple(found)

    def code(self, name: str) -> str:
        found = self.text(name)
        if not _CODE.fullmatch(found) or found in _RESERVED:
            raise self.wrong(
                f"{name}: mã gồm a-z, 0-9, _ và không phải từ riêng của biểu thức",
                f"{name}: a code is made of a-z, 0-9, _ and is no word of expressions",
            )
        return found

    def mark(self, name: str) -> str:
        """A code that no expression names: of an option, of a check."""
        found = self.text(name)
        if not _MARK.fullmatch(found):
            raise self.wrong(f"{name}: mã gồm a-z, 0-9, _, -", f"{name}: a code is made of a-z, 0-9, _, -")
        return found

    def one_of(self, name: str, known: Sequence[str], otherwise: str | None = None) -> str:
        found = self.text(name) if otherwise is None else self.text_or(name, otherwise)
        if found not in known:
            raise self.wrong(
                f"{name} phải là: {', '.join(known)}", f"{name} must be one of: {', '.join(known)}"
            )
        return found

    def truth(self, name: str) -> bool:
        found: bool = self.take(name, bool, otherwise=False) if name in self._given else False
        self._left.discard(name)
        return found

    def whole(self, name: str, *, least: int, otherwise: int | None = None) -> int:
        found: int = self.take(name, int, otherwise)
        if found < least:
            raise self.wrong(f"{name} phải từ {least}", f"{name} must be at least {least}")
        return found

    def number(self, name: str) -> Decimal:
        """A whole number, or an exact decimal written as text ("0.01"): a TOML float is not exact."""
        found = self.take(name, (int, str))
        try:
            value = Decimal(found)
        except InvalidOperation:
            value = Decimal("NaN")
        if not value.is_finite():
            raise self.wrong(f"{name} phải là số", f"{name} must be a number")
        return value

    def day_or_none(self, name: str) -> date | None:
        if name not in self._given:
            return None
        found: date = self.take(name, date)
        return date(found.year, found.month, found.day)

    def words(self, name: str) -> Bilingual:
        """A text in both languages; one alone is half a form."""
        inner = Part(self.take(name, dict), f"{self.place}.{name}")
        found = Bilingual(inner.text("vi"), inner.text("en"))
        inner.done()
        return found

    def words_or_none(self, name: str) -> Bilingual | None:
        return self.words(name) if name in self._given else None

    def option(self) -> Option:
        """This part as one choice: a code and its words."""
        found = Option(self.mark("code"), Bilingual(self.text("vi"), self.text("en")))
        self.done()
        return found

    def part_or_none(self, name: str) -> "Part | None":
        return Part(self.take(name, dict), f"{self.place}.{name}") if name in self._given else None

    def parts(self, name: str) -> "list[Part]":
        """The tables of a list of tables; none where the key is missing."""
        found = self.take(name, list, [])
        if not all(isinstance(each, dict) for each in found):
            raise self.wrong(f"{name} phải là danh sách bảng", f"{name} must be a list of tables")
        return [Part(each, f"{self.place}: {name}[{n}]") for n, each in enumerate(found)]

    def has(self, name: str) -> bool:
        return name in self._given

    def inside(self, name: str) -> Any:
        """The raw value of a key that may be of several shapes."""
        self._left.discard(name)
        return self._given.get(name)
