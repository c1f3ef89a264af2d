"""One field's value: read from what people type, written back as text. ``read(write(v)) == v``, always.

Pure: the day of entry is given. Numbers as kernel.quantities reads them ("1.209", "92,5", "92,5 %"), dates as
kernel.dates does ("1/4/22", "hôm nay"); choices by their code or by their words in either language.
"""

import re
import unicodedata
from datetime import date
from decimal import Decimal

from phoihop.engines.forms.definition import NUMBERS, YES_NO, Field, Kind, Limit, Range, Value, Year
from phoihop.engines.forms.refusing import refuse
from phoihop.kernel.dates import typed_day
from phoihop.kernel.quantities import parse_number
from phoihop.kernel.refusals import Bilingual, Refusal
from phoihop.kernel.text import fold, nfc, plain

DIGITS = 15  # that a spreadsheet keeps of a number
EARLIEST, LATEST = date(1900, 1, 1), date(2100, 12, 31)  # of any date where a definition says nothing
_CODE = re.compile(r"[A-Z0-9](?:[A-Z0-9-]{0,18}[A-Z0-9])")
_YEAR = re.compile(r"[0-9]{4}")
_GROUPED = re.compile(r"\d{1,3}(?:[ \u00a0\u202f]\d{3})+(?:,\d+)?")
_SIGN = re.compile(r"\s*([-\u2212]?)\s*(.*)", re.S)
_PARTED = re.compile(r"\s*;\s*")
YES_NO_WORDS = {
    "yes": Bilingual("Có", "Yes"),
    "no": Bilingual("Không", "No"),
    "unknown": Bilingual("Không rõ", "Not known"),
}
_SHORT = {"yes": "yes", "c": "yes", "x": "yes", "1": "yes", "k": "no", "0": "no", "?": "unknown"}
_LONGEST_TYPED = 20_000  # characters that are looked at, whatever the field


def read(field: Field, typed: str, today: date) -> Value | None:
    """What somebody typed, as a value; None for nothing. Raises Refusal; never quotes what was typed."""
    if len(typed) > _LONGEST_TYPED:
        raise refuse("too-long", most=str(field.longest))
    text = clean(typed, lines=field.kind is Kind.LONG)
    if not text:
        return None
    match field.kind:
        case Kind.TEXT | Kind.LONG:
            if len(text) > field.longest:
                raise refuse("too-long", most=str(field.longest))
            return text
        case Kind.WHOLE | Kind.DECIMAL:
            return _number(field, text, today)
        case Kind.DATE:
            return _date(field, text, today)
        case Kind.YES_NO:
            return _yes_no(text)
        case Kind.CHOICE:
            return _choice(field, text, "no-choice")
        case Kind.CHOICES:
            chosen = {_choice(field, part, "no-choice/several") for part in _PARTED.split(text) if part}
            return tuple(option.code for option in field.options if option.code in chosen) or None
        case Kind.PERSON:
            code = text.upper().replace(" ", "")
            if not _CODE.fullmatch(code):
                raise refuse("no-code")
            return code
        case Kind.CALCULATED:
            return None  # nobody types it


def write(field: Field, value: Value | None) -> str:
    """A value as a page's control and a draft hold it: codes for choices, no groups in numbers."""
    match value:
        case None:
            return ""
        case Decimal():
            return _plain(value).replace(".", ",").replace("-", "−")
        case date():
            return f"{value:%d/%m}/{value.year:04}"
        case Year():
            return f"{value.year:04}"
        case tuple():
            return "; ".join(value)
        case _:
            return value


def show(field: Field, value: Value | None, lang: str) -> str:
    """A value for people: words for choices, thousands in groups."""

    def said(label: Bilingual) -> str:
        return label.en if lang == "en" else label.vi

    match value:
        case Decimal():
            whole, _, rest = _plain(value).lstrip("-").partition(".")
            grouped = f"{int(whole):,}".replace(",", ".") + (f",{rest}" if rest else "")
            return ("−" if value < 0 else "") + grouped
        case tuple():
            return "; ".join(said(field.option(code).label) for code in value)
        case str() if field.kind is Kind.CHOICE:
            return said(field.option(value).label)
        case str() if field.kind is Kind.YES_NO:
            return said(YES_NO_WORDS[value])
        case _:
            return write(field, value)


def clean(typed: str, *, lines: bool = False) -> str:
    """Composed, without what cannot be seen or turns the writing round; blanks made one, ends cut."""
    if typed.isascii() and typed.isprintable():
        return " ".join(typed.split())
    text = nfc(typed.replace("\r\n", "\n").replace("\r", "\n"))
    kept = "".join(c if c == "\n" else _visible(c) for c in text)
    if not lines:
        return " ".join(kept.split())
    return "\n".join(" ".join(line.split()) for line in kept.split("\n")).strip()


def _visible(c: str) -> str:
    category = unicodedata.category(c)
    if category in ("Cc", "Zs", "Zl", "Zp"):
        return " "
    return "" if category in ("Cf", "Cs", "Co", "Cn") else c


def _plain(value: Decimal) -> str:
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _number(field: Field, text: str, today: date) -> Decimal:
    if field.unit and text.casefold().endswith(field.unit.casefold()):
        text = text[: -len(field.unit)].rstrip()
    match = _SIGN.fullmatch(text)
    assert match is not None
    sign, digits = match.groups()
    if len(digits) > 2 * DIGITS:
        raise refuse("too-many-digits")
    if _GROUPED.fullmatch(digits):
        digits = re.sub(r"[ \u00a0\u202f]", "", digits)
    try:
        value = parse_number(digits)
    except ValueError:
        raise refuse("no-number") from None
    if len(value.normalize().as_tuple().digits) > DIGITS or value >= 10**DIGITS:
        raise refuse("too-many-digits")
    value = value.normalize() + 0 if not sign else -value
    if field.kind is Kind.WHOLE and value != value.to_integral_value():
        raise refuse("not-whole")
    if field.step is not None and value % field.step:
        raise refuse("off-step", step=write(field, field.step))
    exponent = Decimal(1) if field.kind is Kind.WHOLE else _exponent(field, value)
    value = value.quantize(exponent) + 0  # + 0: no negative nothing
    _within(field.possible, value, today, field)
    return value


def _exponent(field: Field, value: Decimal) -> Decimal:
    """The last place that is kept: the step's, so that one amount is always written one way."""
    places = (field.step if field.step is not None else value.normalize()).as_tuple().exponent
    assert isinstance(places, int)
    return Decimal(1).scaleb(min(places, 0))


def _date(field: Field, text: str, today: date) -> date | Year:
    if _YEAR.fullmatch(text) and field.precision != "day":
        year = Year(int(text))
        if not EARLIEST.year <= year.year <= LATEST.year:
            raise refuse("no-year")
        _within(field.possible, year, today, field)
        return year
    if field.precision == "year":
        raise refuse("no-year")
    try:
        day = typed_day(text, today)
    except Refusal:
        raise refuse("no-day") from None
    if not EARLIEST <= day <= LATEST:
        raise refuse("no-day")
    _within(field.possible, day, today, field)
    return day


def _yes_no(text: str) -> str:
    key = key_of(text)
    for code in YES_NO:
        if key in (code, key_of(YES_NO_WORDS[code].vi), key_of(YES_NO_WORDS[code].en)):
            return code
    if (short := _SHORT.get(text.casefold())) is None:
        raise refuse("no-choice")
    return short


def _choice(field: Field, text: str, case: str) -> str:
    if (found := by_words(field).get(key_of(text))) is None:
        raise refuse(case)
    return found


def key_of(text: str) -> str:
    """What makes two wordings of a choice the same: their letters, without case and marks."""
    return plain(fold(text)) or text.strip().casefold()


def by_words(field: Field) -> dict[str, str]:
    """The code of each option by its code and its words. A code that is another's words goes first."""
    found = {key_of(word): o.code for o in field.options for word in (o.label.vi, o.label.en)}
    return found | {key_of(option.code): option.code for option in field.options}


def outside(ends: Range, value: Value, today: date) -> tuple[str, str] | None:
    """By which end a value leaves a range, "least" or "most", and that end in words; None: it does not."""
    for name, end in (("least", ends.least), ("most", ends.most)):
        if end is not None and _beyond(name, end.on(today), value):
            return name, _end_text(end, today)
    return None


def _beyond(name: str, end: Decimal | date, value: Value) -> bool:
    if isinstance(value, Year):
        assert isinstance(end, date)
        return value.year < end.year if name == "least" else value.year > end.year
    if isinstance(value, Decimal) and isinstance(end, Decimal):
        return value < end if name == "least" else value > end
    assert isinstance(value, date)
    assert isinstance(end, date)
    return value < end if name == "least" else value > end


def _end_text(end: Limit, today: date) -> str:
    found = end.on(today)
    return f"{found:%d/%m/%Y}" if isinstance(found, date) else _plain(found).replace(".", ",")


def _within(ends: Range, value: Value, today: date, field: Field) -> None:
    if (found := outside(ends, value, today)) is not None:
        end, text = found
        number = field.kind in NUMBERS
        case = {
            "least": "too-small" if number else "too-early",
            "most": "too-large" if number else "too-late",
        }
        raise refuse(case[end], **{end: text + (f" {field.unit}" if field.unit else "")})
