"""How periods, windows and figures are named on the pages of this room."""

from decimal import Decimal

from phoihop.engines.indicators.definitions import Unit
from phoihop.engines.indicators.disclosing import State, Told
from phoihop.engines.indicators.disclosing_words import written
from phoihop.engines.publishing import registering
from phoihop.engines.publishing.queries import Figure
from phoihop.engines.publishing.rules import Group
from phoihop.kernel.calendars import Period, Span
from phoihop.kernel.quantities import format_number
from phoihop.kernel.refusals import Bilingual

_ROMAN = ("I", "II", "III", "IV")
_UNKNOWN = Bilingual("không rõ", "not known")
SPANS = {
    Span.MONTH: Bilingual("Tháng", "Month"),
    Span.QUARTER: Bilingual("Quý", "Quarter"),
    Span.HALF: Bilingual("6 tháng", "Half-year"),
    Span.YEAR: Bilingual("Năm", "Year"),
}
HIDDEN = (State.SMALL, State.PROTECTING, State.WITHHELD)


def named(period: Period) -> Bilingual:
    """ "quý III/2026": as reports call it."""
    number, year = period.number, period.year
    match period.span:
        case Span.MONTH:
            return Bilingual(f"tháng {number}/{year}", f"{number}/{year}")
        case Span.QUARTER:
            roman = _ROMAN[number - 1]
            return Bilingual(f"quý {roman}/{year}", f"quarter {roman}/{year}")
        case Span.HALF:
            which = ("đầu", "first") if number == 1 else ("cuối", "second")
            return Bilingual(f"6 tháng {which[0]} năm {year}", f"{which[1]} half of {year}")
    return Bilingual(f"năm {year}", f"{year}")


def short(period: Period) -> str:
    """The same on an axis: "4/26", "III/26", "2026"."""
    match period.span:
        case Span.MONTH:
            return f"{period.number}/{period.year % 100:02}"
        case Span.QUARTER:
            return f"{_ROMAN[period.number - 1]}/{period.year % 100:02}"
        case Span.HALF:
            return f"{_ROMAN[period.number - 1]}-{period.year % 100:02}"
    return f"{period.year}"


def window(period: Period) -> str:
    """The days of a period: "15/03/2026–14/04/2026"."""
    return f"{period.window.first:%d/%m/%Y}–{period.window.last:%d/%m/%Y}"


def amount(figure: Figure) -> Bilingual:
    """What stands in a cell: "1.210", "92,5 %", "25–45", "‹8"."""
    if figure.value is not None:
        return valued(figure.value, figure.about.unit)
    return told(vaguer(figure))


def told(each: Told) -> Bilingual:
    """A count as it is told: "1.210", "25–45", "‹8"."""
    said = written(each)
    return Bilingual(said.vi, said.vi) if each.value is not None else said


def vaguer(figure: Figure) -> Told:
    """Of a figure's two counts the one that is told less of."""
    line = figure.line
    told = [each for each in (line.numerator, line.denominator) if each is not None]
    return max(told, key=lambda each: list(State).index(each.state))


def valued(value: Decimal, unit: Unit | None) -> Bilingual:
    """A value in its unit; written alike in both languages, as everywhere."""
    if unit is Unit.PERCENT:
        text = f"{format_number(value.quantize(Decimal('0.1')))} %"
    elif unit is Unit.RATE:
        text = format_number(value.quantize(Decimal("0.1")))
    else:
        text = format_number(value)
    return Bilingual(text, text)


def grouped(code: str, group: Group) -> Bilingual:
    """What a line is told apart by: "nữ, 15–24"; empty of everybody."""
    programme = registering.programme_of(code)
    said = programme.words if programme is not None else {}
    parts = [said.get(split, {}).get(value, _UNKNOWN if not value else Bilingual(value, value))
             for split, value in group]  # fmt: skip
    return Bilingual(", ".join(each.vi for each in parts), ", ".join(each.en for each in parts))


_SPLITS = {
    "sex": Bilingual("giới tính", "sex"),
    "age": Bilingual("nhóm tuổi", "age group"),
    "drug": Bilingual("thuốc", "medicine"),
    "phase": Bilingual("giai đoạn", "phase"),
    "came": Bilingual("cách vào", "how they came"),
    "reason": Bilingual("lý do", "reason"),
    "modality": Bilingual("hình thức", "modality"),
    "group": Bilingual("nhóm", "group"),
}


def split(name: str) -> Bilingual:
    """What a figure can be told apart by."""
    return _SPLITS.get(name, Bilingual(name, name))
