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
UNITS = {
    Unit.PERCENT: Bilingual("%", "%"),
    Unit.RATE: Bilingual("trên 100.000 dân", "per 100.000 residents"),
    Unit.PERSONS: Bilingual("người", "people"),
    Unit.EVENTS: Bilingual("lượt", "events"),
    Unit.DAYS: Bilingual("ngày", "days"),
    Unit.ML: Bilingual("ml", "ml"),
    Unit.PLACES: Bilingual("nơi", "places"),
    Unit.COPIES: Bilingual("bản", "copies"),
}
_HIDDEN = Bilingual("ẩn", "hidden")
_RANGE = Bilingual(
    "Số đếm chỉ cho biết khoảng, nên tỷ lệ không nêu.",
    "The counts are told as a range only, so the share is not.",
)


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
    """What stands in a cell: "1.210", "92,5 %", "25–45", "‹8". A share of which a part is told as a range is
    hidden: beside percents a range of people would be read as one of percents."""
    if figure.value is not None:
        return valued(figure.value, figure.about.unit)
    return _HIDDEN if _of_a_range(figure) else told(vaguer(figure))


def why(figure: Figure) -> Bilingual:
    """Why it stands so."""
    return _RANGE if _of_a_range(figure) else figure.words


def _of_a_range(figure: Figure) -> bool:
    """Whether it is a share of which a part is told as a range."""
    return figure.line.denominator is not None and vaguer(figure).state is State.BAND


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


def measured(value: Decimal, unit: Unit | None) -> Bilingual:
    """The same with what is counted: "1.210 người", "92,5 %"."""
    plain = valued(value, unit)
    if unit is None or unit is Unit.PERCENT:
        return plain
    of = UNITS[unit]
    return Bilingual(f"{plain.vi}\N{NO-BREAK SPACE}{of.vi}", f"{plain.en}\N{NO-BREAK SPACE}{of.en}")


def heading(text: str) -> str:
    """Of a row of a document's table ("Số điểm tư vấn | điểm | 24") the first cell; other text as it is."""
    first, bar, _ = text.partition(" | ")
    return first if bar and first else text


def doubted(source: Bilingual | None) -> bool:
    """Whether a source says itself that it was not compared with its paper."""
    return source is not None and "chưa đối chiếu" in source.vi


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
