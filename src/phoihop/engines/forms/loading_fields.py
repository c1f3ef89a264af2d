"""One field of a form's file: which keys its kind takes, and what they must be."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import cast

from phoihop.engines.forms.definition import (
    HOLDS,
    YES_NO,
    Condition,
    Field,
    Holds,
    Kind,
    Limit,
    Option,
    Precision,
    Range,
)
from phoihop.engines.forms.expressions import Rule, Type, parse
from phoihop.engines.forms.loading_parts import Part
from phoihop.engines.forms.values import key_of

TYPES: dict[Kind, Type] = {
    Kind.TEXT: "text",
    Kind.LONG: "text",
    Kind.WHOLE: "number",
    Kind.DECIMAL: "number",
    Kind.DATE: "date",
    Kind.YES_NO: "code",
    Kind.CHOICE: "code",
    Kind.CHOICES: "codes",
    Kind.PERSON: "text",
    Kind.CALCULATED: "number",
}
_TEXTS = (Kind.TEXT, Kind.LONG)
_TYPED_NUMBERS = (Kind.WHOLE, Kind.DECIMAL)
_MOST_DECIMALS = 6


def field_of(part: Part, known: Mapping[str, Field]) -> Field:
    """The field of a part of the file; ``known``: those before it. Raises Refusal "bad-definition"."""
    kind = Kind(part.one_of("kind", tuple(Kind)))
    number, dated = kind in _TYPED_NUMBERS, kind is Kind.DATE
    field = Field(
        code=part.code("code"),
        kind=kind,
        title=part.words("title"),
        holds=cast(Holds, part.one_of("holds", HOLDS)),
        help=part.words_or_none("help"),
        required=part.truth("required"),
        when=_when(part, known),
        unit=part.text_or("unit", "") if number or kind is Kind.CALCULATED else "",
        step=_positive(part, "step") if number and part.has("step") else None,
        possible=_range(part, "possible", dated) if number or dated else Range(),
        usual=_range(part, "usual", dated) if number or dated else Range(),
        jump=_positive(part, "jump") if number and part.has("jump") else None,
        precision=cast(Precision, part.one_of("precision", ("day", "year", "either"), "day"))
        if dated
        else "day",
        options=_options(part) if kind in (Kind.CHOICE, Kind.CHOICES) else (),
        longest=part.whole("longest", least=1, otherwise=200 if kind is Kind.TEXT else 2_000)
        if kind in _TEXTS
        else 200,
        formula=_formula(part, known) if kind is Kind.CALCULATED else None,
        decimals=part.whole("decimals", least=0, otherwise=0) if kind is Kind.CALCULATED else 0,
    )
    part.done()  # a key of another kind is a fault too
    if field.required and kind is Kind.CALCULATED:
        raise part.wrong("ô tính không thể bắt buộc", "a calculated field cannot be required")
    if kind is Kind.WHOLE and field.step is not None and field.step != field.step.to_integral_value():
        raise part.wrong("step của số nguyên phải nguyên", "the step of whole numbers must be whole")
    if field.decimals > _MOST_DECIMALS or (field.jump is not None and field.jump <= 1):
        raise part.wrong("decimals tối đa 6; jump lớn hơn 1", "decimals is 6 at most, jump more than 1")
    return field


def _positive(part: Part, name: str) -> Decimal:
    found = part.number(name)
    if found <= 0:
        raise part.wrong(f"{name} phải lớn hơn 0", f"{name} must be above 0")
    return found


def _range(part: Part, name: str, dated: bool) -> Range:
    inner = part.part_or_none(name)
    if inner is None:
        return Range()
    ends = {end: _limit(inner, end, dated) for end in ("least", "most") if inner.has(end)}
    inner.done()
    found = Range(ends.get("least"), ends.get("most"))
    if not ends or _upside_down(found):
        raise inner.wrong("khoảng trống hoặc ngược", "the range is empty or upside down")
    return found


def _upside_down(found: Range) -> bool:
    if found.least is None or found.most is None or found.least.today or found.most.today:
        return False
    today = date.min  # neither end asks for it
    return cast(Decimal, found.least.on(today)) > cast(Decimal, found.most.on(today))


def _limit(part: Part, end: str, dated: bool) -> Limit:
    given = part.inside(end)
    if dated and given == "today":
        return Limit(today=True)
    if dated and type(given) is date:
        return Limit(day=given)
    if not dated and isinstance(given, int | str) and not isinstance(given, bool):
        try:
            number = Decimal(given)
        except InvalidOperation:
            number = Decimal("NaN")
        if number.is_finite():
            return Limit(number=number)
    raise part.wrong(f"{end} không hợp lệ", f"{end} is no end of a range of this kind")


def _options(part: Part) -> tuple[Option, ...]:
    found = tuple(each.option() for each in part.parts("options"))
    part.unique([option.code for option in found], "options")
    if len(found) < 2:
        raise part.wrong("cần ít nhất hai lựa chọn", "at least two options are needed")
    words = [{key_of(o.code), key_of(o.label.vi), key_of(o.label.en)} for o in found]
    for n, one in enumerate(words):
        if any(one & other for other in words[:n]):
            raise part.wrong("hai lựa chọn trùng chữ", "two options are worded alike")
    if any(";" in option.label.vi + option.label.en for option in found):
        raise part.wrong("lời của lựa chọn có dấu chấm phẩy", "the words of an option hold a semicolon")
    return found


def _when(part: Part, known: Mapping[str, Field]) -> Condition | None:
    inner = part.part_or_none("when")
    if inner is None:
        return None
    code, values = inner.text("field"), inner.texts("is")
    inner.done()
    asked = known.get(code)
    offered: tuple[str, ...] = ()
    if asked is not None:
        offered = YES_NO if asked.kind is Kind.YES_NO else tuple(option.code for option in asked.options)
    if not values or not set(values) <= set(offered):
        raise inner.wrong(
            "phải nêu một ô lựa chọn đứng trước và mã trả lời của ô đó",
            "must name a field of choices before this one, and codes of its answers",
        )
    return Condition(code, values)


def _formula(part: Part, known: Mapping[str, Field]) -> Rule:
    types = {code: TYPES[field.kind] for code, field in known.items()}
    try:
        found = parse(part.text("formula"), types)
    except ValueError as error:
        raise part.wrong(f"formula: {error}", f"formula: {error}") from None
    if found.type != "number":
        raise part.wrong("formula không cho ra số", "formula does not give a number")
    return found
