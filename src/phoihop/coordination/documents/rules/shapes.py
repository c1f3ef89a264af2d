"""What a corrected or added value may look like: one table for each kind of item, field by field.

The shapes are the reader's (engines.reading.contract). A person gives the fields that change; what is not
given stays. Where a sentence stands and how sure the reader was is nobody's to correct.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from phoihop.coordination.documents.rules.review import Kind
from phoihop.engines.reading.contract import number
from phoihop.engines.reading.model import Basis, Comparator, Direction, TargetKind
from phoihop.kernel.dates import typed_day
from phoihop.kernel.quantities import parse_number
from phoihop.kernel.refusals import Bilingual, Refusal
from phoihop.kernel.text import nfc

SENTENCE, WORDS, NAMES = 6_000, 600, 60  # characters of a sentence, of a phrase; names in a list
_DIGITS, _DECIMALS = 14, 6  # what the tables of plans keep of a number


class WrongValue(Refusal):
    """A value that does not fit its field; ``field`` is the key of it."""

    def __init__(self, field: str, name: Bilingual, wanted: Bilingual) -> None:
        super().__init__("value-wrong", f"“{name.vi}”: {wanted.vi}", f"“{name.en}”: {wanted.en}")
        self.field = field


@dataclass(frozen=True, slots=True)
class Shape:
    """One field: its name for people, what it wants in words, and ``read``, which gives the value as it is
    kept or raises ValueError."""

    name: Bilingual
    wanted: Bilingual
    read: Callable[[Any], Any]

    def __call__(self, field: str, given: Any) -> Any:
        try:
            return self.read(given)
        except (ValueError, TypeError, ArithmeticError, Refusal):
            raise WrongValue(field, self.name, self.wanted) from None


def _line(value: Any, longest: int) -> str:
    if not isinstance(value, str):
        raise TypeError
    text = " ".join(nfc(value).split())
    if len(text) > longest or "\0" in text or any(0xD800 <= ord(c) <= 0xDFFF for c in text):
        raise ValueError
    return text


def _text(vi: str, en: str, longest: int = WORDS, *, needed: bool = False) -> Shape:
    def read(value: Any) -> str | None:
        text = "" if value is None else _line(value, longest)
        if needed and not text:
            raise ValueError
        return text or None

    many_vi, many_en = f"tối đa {longest} ký tự", f"at most {longest} characters"
    wanted = Bilingual(
        f"cần có chữ, {many_vi}." if needed else f"{many_vi}.",
        f"text is needed, {many_en}." if needed else f"{many_en}.",
    )
    return Shape(Bilingual(vi, en), wanted, read)


def _choice(vi: str, en: str, choices: type[Any], *, needed: bool = True) -> Shape:
    def read(value: Any) -> str | None:
        if not needed and value in (None, ""):
            return None
        return str(choices(value).value)

    known = ", ".join(choice.value for choice in choices)
    return Shape(Bilingual(vi, en), Bilingual(f"cần là một trong: {known}.", f"one of: {known}."), read)


def exact(value: Any) -> Decimal | None:
    """A number as it is kept: text is read the Vietnamese way ("1.209", "92,5"). ValueError otherwise."""
    if value is None or value == "":
        return None
    if isinstance(value, bool):
        raise TypeError
    text = str(value).strip().removesuffix("%").strip()
    found = parse_number(text) if isinstance(value, str) else Decimal(text)
    if not found.is_finite() or abs(found) >= 10**_DIGITS or found < 0:
        raise ValueError
    if found != found.quantize(Decimal(1).scaleb(-_DECIMALS)):
        raise ValueError
    return found


def _number(vi: str, en: str) -> Shape:
    wanted = Bilingual(
        "cần là một số, ví dụ 1.209 hoặc 92,5.", "a number is needed, for example 1.209 or 92,5."
    )
    return Shape(Bilingual(vi, en), wanted, exact)


def _day(value: Any) -> str | None:
    if value is None or value == "":
        return None
    found = value if isinstance(value, date) else typed_day(_line(value, 40), date(2000, 1, 1))
    if not 1900 <= found.year <= 2200:
        raise ValueError
    return found.isoformat()


def _date(vi: str, en: str) -> Shape:
    wanted = Bilingual(
        "hãy ghi ngày, tháng, năm, ví dụ 01/4/2022.", "day, month, year, for example 01/4/2022."
    )
    return Shape(Bilingual(vi, en), wanted, _day)


def _names(value: Any) -> list[str]:
    if isinstance(value, str):
        value = [line for part in value.splitlines() for line in part.split(";")]
    if not isinstance(value, list | tuple) or len(value) > NAMES:
        raise TypeError
    found = [_line(name, WORDS) for name in value]
    return list(dict.fromkeys(name for name in found if name))


def _list(vi: str, en: str) -> Shape:
    wanted = Bilingual(
        f"mỗi dòng một tên, tối đa {NAMES} tên.", f"one name in a line, {NAMES} names at most."
    )
    return Shape(Bilingual(vi, en), wanted, _names)


def _flag(value: Any) -> bool:
    if not isinstance(value, bool):
        raise TypeError
    return value


def _yes(vi: str, en: str) -> Shape:
    return Shape(Bilingual(vi, en), Bilingual("cần là có hoặc không.", "yes or no."), _flag)


def _places(value: Any) -> list[int]:
    found = list(value)
    if len(found) > 1_000 or any(type(n) is not int or not 0 <= n < 100_000 for n in found):
        raise ValueError
    return sorted(set(found))


def _signers(value: Any) -> list[dict[str, Any]]:
    if not isinstance(value, list | tuple) or len(value) > NAMES:
        raise TypeError
    found = []
    for signer in value:
        given = {"name": signer} if isinstance(signer, str) else dict(signer)
        given.pop("span", None)
        if not set(given) <= {"name", "office", "prefix"} or not _line(given.get("name", ""), WORDS):
            raise ValueError
        parts = {key: _line(given.get(key) or "", WORDS) or None for key in ("name", "office", "prefix")}
        found.append(parts)
    return found


HEAD: Mapping[str, Shape] = {
    "number": _text("Số, ký hiệu", "Number", 80),
    "issued": _date("Ngày ban hành", "Day of issue"),
    "issuer": _text("Cơ quan ban hành", "Issuer"),
    "parent_issuer": _text("Cơ quan chủ quản", "Superior body"),
    "place": _text("Nơi ban hành", "Place of issue"),
    "type": _text("Loại văn bản", "Type of document", 60),
    "title": _text("Trích yếu", "Title", 2_000),
    "period": _text("Thời kỳ", "Period", 40),
    "signers": Shape(
        Bilingual("Người ký", "Signers"),
        Bilingual("mỗi người cần có họ tên.", "each needs a name."),
        _signers,
    ),
    "recipients": _list("Nơi nhận", "Recipients"),
}
_TARGET: Mapping[str, Shape] = {
    "text": _text("Câu nêu chỉ tiêu", "Sentence of the target", SENTENCE, needed=True),
    "comparator": _choice("So sánh", "Comparator", Comparator),
    "value": _number("Giá trị", "Value"),
    "value_max": _number("Giá trị trên", "Upper value"),
    "unit": _text("Đơn vị tính", "Unit", 120),
    "numerator": _text("Tử số", "Numerator"),
    "denominator": _text("Mẫu số", "Denominator"),
    "scope": _text("Phạm vi", "Scope"),
    "baseline": _text("Mốc so sánh", "Baseline"),
    "direction": _choice("Chiều hướng", "Direction", Direction, needed=False),
    "deadline": _text("Thời hạn", "Deadline", 120),
    "kind": _choice("Loại chỉ tiêu", "Kind of target", TargetKind),
}
_TASK: Mapping[str, Shape] = {
    "text": _text("Câu nêu nhiệm vụ", "Sentence of the task", SENTENCE, needed=True),
    "leads": _list("Cơ quan chủ trì", "Leading agencies"),
    "coordinating": _list("Cơ quan phối hợp", "Coordinating agencies"),
    "period": _text("Thời gian", "Period"),
    "place": _text("Địa điểm", "Place"),
    "outputs": Shape(
        Bilingual("Đầu ra", "Outputs"),
        Bilingual("cần là chỉ tiêu của văn bản này.", "targets of this document."),
        _places,
    ),
    "basis": _choice("Căn cứ giao việc", "Basis", Basis),
    "standing": _yes("Thường xuyên", "Standing"),
}
_CITE: Mapping[str, Shape] = {
    "type": _text("Loại văn bản", "Type of document", 60),
    "number": _text("Số, ký hiệu", "Number", 80),
    "date": _date("Ngày ban hành", "Day of issue"),
    "issuer": _text("Cơ quan ban hành", "Issuer"),
    "title": _text("Trích yếu", "Title", 2_000),
    "implemented": _yes("Được thực hiện theo", "Carried out by this document"),
}
SHAPES: Mapping[Kind, Mapping[str, Shape]] = {Kind.TARGET: _TARGET, Kind.TASK: _TASK, Kind.CITE: _CITE}
# What no person corrects: where it stands, how sure the reader was, what is made of other fields. A form
# may send it along with the rest of a value; it stays as it was.
KEPT = frozenset({
    "name", "span", "value_span", "spans", "written", "dates", "confidence", "value_exact", "value_max_exact",
})  # fmt: skip


def corrected(kind: Kind, value: Mapping[str, Any], given: Mapping[str, Any]) -> dict[str, Any]:
    """The value with what somebody gave put in. WrongValue names the field that does not fit."""
    if kind is Kind.HEAD:
        return _head(value, given)
    found = dict(value)
    for field, told in given.items():
        shape = SHAPES[kind].get(field)
        if shape is not None:
            found[field] = shape(field, told)
        elif field not in KEPT:
            raise _unknown(field)
    if kind is Kind.TARGET:
        _settle(found, given)
    if kind is Kind.CITE and found["date"] != value["date"]:
        found["dates"] = [found["date"]] if found["date"] else []
    if kind is Kind.CITE and not (found["number"] or found["title"]):
        raise WrongValue("number", _CITE["number"].name, _EITHER)
    return found


def _head(value: Mapping[str, Any], given: Mapping[str, Any]) -> dict[str, Any]:
    field = str(value["name"])
    for other in (*sorted(set(given) - KEPT - {"value"}), *({"value"} - set(given))):
        raise _unknown(other)
    return {**value, "value": HEAD[field](field, given["value"])}


def _settle(found: dict[str, Any], given: Mapping[str, Any]) -> None:
    """Numbers as the contract has them: the exact text beside the JSON number that prints the same."""
    value, upper = _told(found, given, "value"), _told(found, given, "value_max")
    if upper is not None and (value is None or upper < value):
        raise WrongValue("value_max", _TARGET["value_max"].name, _ABOVE)
    found["value"], found["value_exact"] = number(value), None if value is None else _plain(value)
    found["value_max"] = number(upper)
    if upper is not None or "value_max_exact" in found:
        found["value_max_exact"] = None if upper is None else _plain(upper)


def _told(found: dict[str, Any], given: Mapping[str, Any], field: str) -> Decimal | None:
    """The number that stands: as given; by the exact text beside it where both are one number."""
    if field not in given:
        return exact_of(found, field)
    value: Decimal | None = found[field]
    told = given.get(f"{field}_exact")
    if value is None or not isinstance(told, str):
        return value
    try:
        precise = exact(Decimal(told))
    except (ValueError, ArithmeticError):
        return value
    return precise if number(precise) == number(value) else value


def exact_of(value: Mapping[str, Any], field: str = "value") -> Decimal | None:
    """The exact number of a target's ``value`` or ``value_max``."""
    told = value.get(f"{field}_exact")
    return _decimal(told) if told is not None else _decimal(value.get(field))


def keeps(value: Mapping[str, Any]) -> bool:
    """Whether the tables of plans can keep the numbers of a target."""
    try:
        for field in ("value", "value_max"):
            exact(exact_of(value, field))
    except (ValueError, ArithmeticError):
        return False
    return True


def _decimal(value: Any) -> Decimal | None:
    return None if value is None else Decimal(str(value))


def _plain(value: Decimal) -> str:
    return f"{value:f}"


def _unknown(field: str) -> WrongValue:
    name = field if field.isascii() and field.isidentifier() and len(field) < 40 else "?"
    return WrongValue(name, Bilingual(name, name), _NO_FIELD)


_NO_FIELD = Bilingual("không sửa được trường này.", "this field cannot be corrected.")
_ABOVE = Bilingual("cần lớn hơn hoặc bằng giá trị dưới.", "must not be below the lower value.")
_EITHER = Bilingual("cần có số ký hiệu hoặc trích yếu.", "a number or a title is needed.")


def empty(kind: Kind, sentence: str, span: tuple[int, int]) -> dict[str, Any]:
    """A value of a kind in which nothing was understood but where it stands; for what a person adds."""
    place = list(span)
    match kind:
        case Kind.TARGET:
            return {
                "text": sentence, "span": place, "value_span": place, "comparator": Comparator.EXACTLY.value,
                "value": None, "value_max": None, "value_exact": None, "unit": None, "numerator": None,
                "denominator": None, "scope": None, "baseline": None, "direction": None, "deadline": None,
                "kind": TargetKind.GOAL.value, "confidence": 1.0,
            }  # fmt: skip
        case Kind.TASK:
            return {
                "text": sentence, "span": place, "leads": [], "coordinating": [], "period": None,
                "place": None, "outputs": [], "basis": Basis.EXPLICIT.value, "standing": False,
                "confidence": 1.0,
            }  # fmt: skip
        case Kind.CITE:
            return {
                "type": None, "number": None, "date": None, "issuer": None, "title": sentence,
                "spans": [place], "written": [], "dates": [], "implemented": False, "confidence": 1.0,
            }  # fmt: skip
        case Kind.HEAD:
            raise ValueError("the fields of a header are always there")
