"""What a programme hands to a page of this engine: the definition, and callables that read and write.

The engine knows no table. Whatever these callables do is the programme's: its doors, its transaction, its
record of who did what; and a draft lies wherever personal data may lie there.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from phoihop.engines.forms.definition import Form, Value, Values
from phoihop.engines.forms.reading import Reading, Reason, Typed, Warned
from phoihop.engines.forms.refusing import refuse
from phoihop.engines.forms.values import write
from phoihop.kernel.refusals import Refusal


class Changed(Refusal):
    """Raised by ``Desk.save`` where what is saved is not what the person had seen. Nothing was written."""

    def __init__(self) -> None:
        found = refuse("changed-meanwhile")
        super().__init__(found.reason, found.message.vi, found.message.en)


@dataclass(frozen=True, slots=True)
class Line:
    """One saved line. ``key``: the programme's own name for it, opaque."""

    key: str
    values: Values


@dataclass(frozen=True, slots=True)
class Saved:
    """What is saved. ``version`` changes with every saving; empty: nothing is saved yet."""

    values: Values = field(default_factory=dict)
    lines: Sequence[Line] = ()
    version: str = ""
    by: str = ""
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Explained:
    """Something unlikely that was entered with its reason, to be kept beside the value."""

    code: str
    check: str
    reason: Reason


@dataclass(frozen=True, slots=True)
class NewLine:
    """A line to write. Without a key it is new. ``number``: where it stood in table or sheet, from 1."""

    key: str
    values: Values
    explained: tuple[Explained, ...]
    number: int


@dataclass(frozen=True, slots=True)
class Entry:
    """An accepted form: nothing in it is impossible, and what is unlikely has its reason.

    ``gone``: keys of saved lines that were emptied. ``form`` says which version it was read by.
    """

    form: Form
    values: Mapping[str, Value | None]
    lines: tuple[NewLine, ...]
    explained: tuple[Explained, ...]
    gone: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Draft:
    """What somebody typed and has not saved. ``text`` is all of it, for the programme to keep sealed."""

    text: str
    at: datetime


def _nobody() -> Sequence[str]:
    return ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """One form being filled in by one person.

    ``save(entry, seen)`` writes all of it or nothing; Changed where ``seen`` is not the saved version any
    more. ``keep`` takes the text of a draft and ``draft`` gives it back, to this person alone; ``drop``
    forgets it. ``others``: names of those who have a draft of the same form. ``after``: where saving leads.
    """

    form: Form
    today: date
    load: Callable[[], Saved]
    save: Callable[[Entry, str], None]
    draft: Callable[[], Draft | None]
    keep: Callable[[str], datetime]
    drop: Callable[[], None]
    others: Callable[[], Sequence[str]] = _nobody
    last: Values = field(default_factory=dict)
    last_of: Callable[[Values], Values] | None = None
    people: Callable[[str], bool] | None = None
    about: str = ""  # whose form and for what time, told under its title
    after: str = "."
    paper: str = ""  # addresses of the printed form and of the spreadsheet; empty: there is none
    sheet: str = ""


def typed_of(form: Form, saved: Saved) -> Typed:
    """What is saved, as the controls of a page hold it."""
    head = {each.code: write(each, saved.values.get(each.code)) for each in form.fields}
    rows = [
        {column.code: write(column, line.values.get(column.code)) for column in form.columns}
        for line in saved.lines
    ]
    return Typed(head, rows, [line.key for line in saved.lines])


def entry_of(form: Form, typed: Typed, reading: Reading) -> Entry:
    """An accepted reading as what is to be written."""
    assert reading.accepted
    by_row: dict[int, list[Explained]] = {}
    for warned in reading.warnings:
        by_row.setdefault(warned.row, []).append(_explained(warned))
    lines = tuple(
        NewLine(typed.key(row), values, tuple(by_row.get(row, ())), row + 1)
        for row, values in zip(reading.lines, reading.rows, strict=True)
    )
    kept = {line.key for line in lines}
    gone = tuple(key for key in typed.keys if key and key not in kept)
    return Entry(form, reading.head, lines, tuple(by_row.get(-1, ())), gone)


def _explained(warned: Warned) -> Explained:
    assert warned.reason is not None
    return Explained(warned.code, warned.check, warned.reason)


@dataclass(frozen=True, slots=True)
class Work:
    """What lies on a desk: what is typed, the reasons given, and what was saved when it began."""

    typed: Typed
    reasons: Mapping[str, Reason] = field(default_factory=dict)
    seen: str = ""
    base: Typed = field(default_factory=Typed)

    def text(self, form: Form) -> str:
        """As a draft keeps it."""
        return json.dumps(
            {
                "form": f"{form.code}.v{form.version}",
                "typed": typed_json(self.typed),
                "reasons": {key: [reason.code, reason.words] for key, reason in self.reasons.items()},
                "seen": self.seen,
                "base": typed_json(self.base),
            },
            ensure_ascii=False,
        )


def typed_json(typed: Typed) -> dict[str, Any]:
    """What is typed, for JSON."""
    return {"head": dict(typed.head), "rows": [dict(row) for row in typed.rows], "keys": list(typed.keys)}


def typed_from(form: Form, given: Any) -> Typed:
    """The same back again, without what this version of the form does not ask. ValueError: it is not that."""
    try:
        head, rows, keys = given["head"], given["rows"], given["keys"]
        fields, columns = {each.code for each in form.fields}, {each.code for each in form.columns}
        return Typed(
            {code: str(text) for code, text in head.items() if code in fields},
            [{code: str(text) for code, text in row.items() if code in columns} for row in rows],
            [str(key) for key in keys],
        )
    except (KeyError, TypeError, AttributeError):
        raise ValueError("not what was typed into this form") from None


def work_from(form: Form, text: str) -> Work:
    """A draft's text, opened. ValueError: it is no draft of this form in any version."""
    given = json.loads(text)
    if not isinstance(given, dict) or str(given.get("form", "")).partition(".")[0] != form.code:
        raise ValueError("a draft of another form")
    reasons = {
        str(key): Reason(str(code), str(words)) for key, (code, words) in dict(given["reasons"]).items()
    }
    return Work(
        typed_from(form, given["typed"]), reasons, str(given["seen"]), typed_from(form, given["base"])
    )
