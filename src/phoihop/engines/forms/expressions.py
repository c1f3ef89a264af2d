"""The small language of a form's checks and calculated numbers: "taken <= given + returned".

Names are codes of fields; ``last.code`` is what the field held the last time. There are + - * /, comparisons,
``and``, ``or``, ``not``, ``in``, numbers, codes in quotes, ``days(from, to)`` and ``year(date)``. Numbers are
exact. What is not known stays unknown: a sum with an empty field is empty, and a comparison with one decides
nothing. Python's own parser reads the text; nothing of it is ever run.
"""

import ast
import operator
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, Literal

Type = Literal["number", "date", "code", "codes", "text", "truth"]
Env = Mapping[str, Any]

_SUMS: dict[type[ast.operator], Callable[[Decimal, Decimal], Decimal]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
}
_ORDERS: dict[type[ast.cmpop], Callable[[Any, Any], bool]] = {
    ast.Eq: operator.eq,
    ast.NotEq: operator.ne,
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
}
_LONGEST = 500  # characters of a rule


@dataclass(frozen=True)
class Rule:
    """A parsed expression: its text, what it gives, and the names it asks for."""

    text: str
    type: Type
    names: frozenset[str]
    tree: ast.expr

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Rule) and self.text == other.text

    def __hash__(self) -> int:
        return hash(self.text)

    def of(self, values: Env, last: Env) -> Any:
        """What it gives for these values: a Decimal, a date, a text, a bool; None where that is not known."""
        return _Asking(self.text, values, last).of(self.tree)


def parse(text: str, types: Mapping[str, Type]) -> Rule:
    """The rule of a text over fields of these types. ValueError says in English what is wrong with it."""
    if len(text) > _LONGEST:
        raise ValueError(f"longer than {_LONGEST} characters")
    try:
        tree = ast.parse(text, mode="eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        raise ValueError("not an expression") from None
    names = {node.id for node in _field_names(tree)}
    return Rule(text, _type(tree, text, types), frozenset(names), tree)


def _field_names(tree: ast.expr) -> Iterator[ast.Name]:
    called = {id(node.func) for node in ast.walk(tree) if isinstance(node, ast.Call)}
    lasts = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Name) and id(node) not in called and id(node) not in lasts:
            yield node


def _type(node: ast.expr, text: str, types: Mapping[str, Type]) -> Type:
    """The type of what a part gives; ValueError for what the language does not have."""

    def of(part: ast.expr) -> Type:
        return _type(part, text, types)

    def wants(wanted: Type, *parts: ast.expr) -> None:
        for part in parts:
            if (found := of(part)) != wanted:
                raise ValueError(f"a {wanted} is wanted, not a {found}: {ast.unparse(part)}")

    match node:
        case ast.Name(id=name) | ast.Attribute(value=ast.Name(id="last"), attr=name):
            if name not in types:
                raise ValueError(f"there is no field {name}")
            return types[name]
        case ast.Constant(value=bool()):
            raise ValueError("true and false are written as codes in quotes")
        case ast.Constant(value=int() | float()):
            return "number"
        case ast.Constant(value=str()):
            return "code"
        case ast.BinOp(left=left, op=op, right=right) if type(op) in _SUMS:
            wants("number", left, right)
            return "number"
        case ast.UnaryOp(op=ast.USub(), operand=operand):
            wants("number", operand)
            return "number"
        case ast.UnaryOp(op=ast.Not(), operand=operand):
            wants("truth", operand)
            return "truth"
        case ast.BoolOp(values=parts):
            wants("truth", *parts)
            return "truth"
        case ast.Compare(left=left, ops=[ast.In()], comparators=[right]):
            wants("code", left)
            wants("codes", right)
            return "truth"
        case ast.Compare(left=left, ops=[op], comparators=[right]) if type(op) in _ORDERS:
            first, second = of(left), of(right)
            equal = isinstance(op, ast.Eq | ast.NotEq)
            if first != second or (first not in ("number", "date") and not (equal and first == "code")):
                raise ValueError(f"cannot be compared: {ast.unparse(node)}")
            return "truth"
        case ast.Call(func=ast.Name(id="days"), args=[first_day, last_day], keywords=[]):
            wants("date", first_day, last_day)
            return "number"
        case ast.Call(func=ast.Name(id="year"), args=[day], keywords=[]):
            wants("date", day)
            return "number"
        case _:
            raise ValueError(f"not in the language: {ast.unparse(node)}")


class _Asking:
    """One evaluation. Truth has three values: where one side is unknown the other may still decide."""

    def __init__(self, text: str, values: Env, last: Env) -> None:
        self._text, self._values, self._last = text, values, last

    def of(self, node: ast.expr) -> Any:
        match node:
            case ast.Name(id=name):
                return self._values.get(name)
            case ast.Attribute(attr=name):
                return self._last.get(name)
            case ast.Constant(value=str(value)):
                return value
            case ast.Constant():
                return Decimal((ast.get_source_segment(self._text, node) or "").replace("_", ""))
            case ast.BoolOp(op=op, values=parts):
                found = [self.of(part) for part in parts]
                decides = isinstance(op, ast.Or)
                if decides in found:
                    return decides
                return None if None in found else not decides
            case ast.UnaryOp(op=op, operand=operand):
                value = self.of(operand)
                if value is None:
                    return None
                return not value if isinstance(op, ast.Not) else -value
            case ast.BinOp(left=left, op=op, right=right):
                return self._sum(op, self.of(left), self.of(right))
            case ast.Compare(left=left, ops=[op], comparators=[right]):
                return self._compare(op, self.of(left), self.of(right))
            case ast.Call(func=ast.Name(id="days"), args=[first, second]):
                return self._days(self.of(first), self.of(second))
            case ast.Call(args=[day]):
                value = self.of(day)
                return None if value is None else Decimal(value.year)
        raise AssertionError(f"parse let {ast.dump(node)} through")

    @staticmethod
    def _sum(op: ast.operator, left: Decimal | None, right: Decimal | None) -> Decimal | None:
        if left is None or right is None or (isinstance(op, ast.Div) and right == 0):
            return None
        return _SUMS[type(op)](left, right)

    @staticmethod
    def _compare(op: ast.cmpop, left: Any, right: Any) -> bool | None:
        if left is None or right is None:
            return None
        if isinstance(op, ast.In):
            return left in right
        if hasattr(left, "year") and type(left) is not type(right):
            # A day and a year alone are compared by what both of them know.
            left, right = left.year, right.year
        return _ORDERS[type(op)](left, right)

    @staticmethod
    def _days(first: Any, second: Any) -> Decimal | None:
        if not isinstance(first, date) or not isinstance(second, date):
            return None  # a year alone has no days to count
        return Decimal((second - first).days)
