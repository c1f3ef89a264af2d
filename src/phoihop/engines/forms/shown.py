"""A form as its page shows it: each field with its words, its text and what was found about it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from phoihop.engines.forms.definition import Field, Form, Kind, Value
from phoihop.engines.forms.merging import Clash
from phoihop.engines.forms.reading import HEAD, Fault, Reading, Reason, Typed, Warned
from phoihop.engines.forms.values import YES_NO_WORDS, show
from phoihop.engines.forms.words import filled, said

SPARE = 5  # empty lines under a table
_LONGEST = {Kind.WHOLE: 40, Kind.DECIMAL: 40, Kind.DATE: 40, Kind.PERSON: 40}


@dataclass(frozen=True, slots=True)
class Choice:
    """One option of a control."""

    code: str
    label: str
    chosen: bool = False


@dataclass(frozen=True, slots=True)
class Ask:
    """A warning on the page, with the reason that was given for it so far."""

    key: str
    id: str
    place: str  # the id of the control it is about
    title: str
    message: str
    code: str = ""
    words: str = ""
    answered: bool = False


@dataclass(frozen=True, kw_only=True)
class Control:
    """One field or cell, as a template shows it."""

    field: Field
    id: str
    name: str
    title: str
    help: str = ""
    unit: str = ""
    text: str = ""
    fault: str = ""
    asks: tuple[Ask, ...] = ()
    understood: str = ""
    theirs: str = ""
    asked: bool = True
    lang: str = "vi"

    @property
    def shape(self) -> str:
        match self.field.kind:
            case Kind.LONG:
                return "long"
            case Kind.CHOICE | Kind.YES_NO:
                return "choice"
            case Kind.CHOICES:
                return "choices"
            case Kind.CALCULATED:
                return "result"
            case _:
                return "line"

    @property
    def inputmode(self) -> str:
        return {Kind.WHOLE: "numeric", Kind.DECIMAL: "decimal"}.get(self.field.kind, "text")

    @property
    def number(self) -> bool:
        return self.field.kind in (Kind.WHOLE, Kind.DECIMAL, Kind.CALCULATED)

    @property
    def longest(self) -> int:
        """Characters that the control takes: a number's or a day's shape, with blanks and a unit."""
        return _LONGEST.get(self.field.kind, self.field.longest)

    @property
    def options(self) -> tuple[Choice, ...]:
        chosen = {part.strip() for part in self.text.split(";")}
        if self.field.kind is Kind.YES_NO:
            return tuple(Choice(c, said(w, self.lang), c in chosen) for c, w in YES_NO_WORDS.items())
        return tuple(Choice(o.code, said(o.label, self.lang), o.code in chosen) for o in self.field.options)

    @property
    def described(self) -> str:
        """The ids of what is said about the control."""
        told = {
            "hint": self.help or self.hint,
            "fault": self.fault,
            "theirs": self.theirs,
            "understood": self.understood,
        }
        return " ".join(f"{self.id}-{name}" for name, words in told.items() if words)

    @property
    def hint(self) -> str:
        """What to type, where the shape does not say it."""
        if self.field.kind is Kind.DATE:
            return said(filled(f"hint_date_{self.field.precision}"), self.lang)
        return ""

    @property
    def when(self) -> str:
        return self.field.when.field if self.field.when is not None else ""

    @property
    def when_is(self) -> str:
        return " ".join(self.field.when.values) if self.field.when is not None else ""


@dataclass(frozen=True)
class Shown:
    """Everything a template needs to show a form with what was typed and found."""

    form: Form
    typed: Typed
    reading: Reading
    lang: str
    reasons: Mapping[str, Reason] = field(default_factory=dict)
    clashes: Sequence[Clash] = ()
    spare: int = SPARE
    told: bool = True  # whether what is missing is told; not while somebody is still typing

    @cached_property
    def faults(self) -> list[Fault]:
        return [f for f in self.reading.faults if self.told or f.reason != "missing"]

    @cached_property
    def sections(self) -> list[tuple[str, str, list[Control]]]:
        """Each section: title, help, controls."""
        return [
            (
                said(section.title, self.lang),
                said(section.help, self.lang) if section.help else "",
                [self._control(each, HEAD, self.typed.head, self.reading.head) for each in section.fields],
            )
            for section in self.form.sections
        ]

    @cached_property
    def heads(self) -> list[Control]:
        """The columns, as the head of the table shows them."""
        return [self._bare(column, 0) for column in self.form.columns]

    @cached_property
    def rows(self) -> list[tuple[int, str, list[Control]]]:
        """Each line: its number, its key, its cells; then empty ones."""
        if self.form.table is None:
            return []
        values = dict(zip(self.reading.lines, self.reading.rows, strict=True))
        count = min(len(self.typed.rows) + self.spare, max(self.form.table.most, len(self.typed.rows)))
        found = []
        for row in range(count):
            texts = self.typed.rows[row] if row < len(self.typed.rows) else {}
            cells = [self._control(column, row, texts, values.get(row, {})) for column in self.form.columns]
            found.append((row + 1, self.typed.key(row), cells))
        return found

    @cached_property
    def problems(self) -> list[tuple[str, str, str]]:
        """Every fault with the id of its control and the control's name, in the order of the page."""
        return [
            (place_id(f.row, f.code), self.name_of(f.row, f.code), said(f.message, self.lang))
            for f in self.faults
        ]

    @cached_property
    def asks(self) -> list[Ask]:
        """Every warning, the explained ones too."""
        return [self._ask(warned) for warned in self.reading.warnings]

    @cached_property
    def row_asks(self) -> list[Ask]:
        """Warnings about cells, asked under the table."""
        rows = {place_id(w.row, w.code) for w in self.reading.warnings if w.row != HEAD}
        return [ask for ask in self.asks if ask.place in rows]

    @cached_property
    def unanswered(self) -> list[Ask]:
        return [ask for ask in self.asks if not ask.answered]

    @cached_property
    def offered(self) -> list[Choice]:
        """The reasons that may be given."""
        return [Choice(option.code, said(option.label, self.lang)) for option in self.form.reasons]

    @cached_property
    def differing(self) -> list[tuple[str, str, str]]:
        """What two people wrote differently: the control's id, its name, and what is saved."""
        found = []
        for clash in self.clashes:
            theirs = (
                self._in_words(clash) if clash.theirs is not None else said(filled("line_gone"), self.lang)
            )
            found.append((place_id(clash.row, clash.code), self.name_of(clash.row, clash.code), theirs))
        return found

    @cached_property
    def calculated(self) -> tuple[str, ...]:
        return tuple(each.code for each in self.form.all_fields() if each.kind is Kind.CALCULATED)

    def result(self, code: str, value: Value | None) -> str:
        """A calculated number as the page shows it."""
        return show(self.form.field(code), value, self.lang)

    def name_of(self, row: int, code: str) -> str:
        """What a control is called in a list: "Dòng 3, Liều"."""
        if not code:
            return ""
        title = said(self.form.field(code).title, self.lang)
        return title if row == HEAD else f"{said(filled('line', n=str(row + 1)), self.lang)}, {title}"

    def _in_words(self, clash: Clash) -> str:
        """A text of somebody else's, with the words of choices in place of their codes."""
        assert clash.theirs is not None
        asked = self.form.field(clash.code)
        words = {option.code: said(option.label, self.lang) for option in asked.options}
        if asked.kind is Kind.YES_NO:
            words = {code: said(label, self.lang) for code, label in YES_NO_WORDS.items()}
        parts = [part.strip() for part in clash.theirs.split(";")] if words else [clash.theirs]
        return "; ".join(words.get(part, part) for part in parts) or said(filled("nothing"), self.lang)

    def _bare(self, each: Field, row: int) -> Control:
        return Control(
            field=each,
            id=place_id(row, each.code),
            name=f"{'v' if row == HEAD else 'r'}-{each.code}",
            title=said(each.title, self.lang),
            help=said(each.help, self.lang) if each.help else "",
            unit=each.unit,
            lang=self.lang,
        )

    def _control(
        self, each: Field, row: int, texts: Mapping[str, str], values: Mapping[str, Value | None]
    ) -> Control:
        bare = self._bare(each, row)
        place = (row, each.code)
        text = texts.get(each.code, "")
        if each.kind is Kind.CALCULATED:
            text = show(each, values.get(each.code), self.lang)
        return Control(
            field=each,
            id=bare.id,
            name=bare.name,
            title=bare.title,
            help=bare.help if row == HEAD else "",
            unit=bare.unit,
            text=text,
            fault=self._faults.get(place, ""),
            asks=self._asks_by_place.get(bare.id, ()),
            understood=self.reading.understood.get(place, "") if row == HEAD else "",
            theirs=self._theirs.get(place, ""),
            asked=each.code not in self.reading.not_asked,
            lang=self.lang,
        )

    @cached_property
    def _faults(self) -> dict[tuple[int, str], str]:
        return {(f.row, f.code): said(f.message, self.lang) for f in self.faults}

    @cached_property
    def _theirs(self) -> dict[tuple[int, str], str]:
        return {(c.row, c.code): self._in_words(c) for c in self.clashes if c.theirs is not None}

    @cached_property
    def _asks_by_place(self) -> dict[str, tuple[Ask, ...]]:
        found: dict[str, tuple[Ask, ...]] = {}
        for ask in self.asks:
            found[ask.place] = (*found.get(ask.place, ()), ask)
        return found

    def _ask(self, warned: Warned) -> Ask:
        given = warned.reason or self.reasons.get(warned.key)
        return Ask(
            key=warned.key,
            id=f"why-{place_id(warned.row, warned.code)}-{warned.check}",
            place=place_id(warned.row, warned.code),
            title=self.name_of(warned.row, warned.code),
            message=said(warned.message, self.lang),
            code=given.code if given else "",
            words=given.words if given else "",
            answered=warned.reason is not None,
        )


def place_id(row: int, code: str) -> str:
    """The id of a control on the page."""
    return f"f-{code}" if row == HEAD else f"c-{row}-{code}"
