"""The language of checks: what it gives, what it leaves undecided, what it does not have."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from phoihop.engines.forms.definition import Year
from phoihop.engines.forms.expressions import Type, parse

TYPES: dict[str, Type] = {
    "a": "number", "b": "number", "d": "date", "e": "date", "c": "code", "s": "codes", "t": "text",
}  # fmt: skip
VALUES = {
    "a": Decimal("60"), "b": Decimal("0.1"), "d": date(2026, 3, 1), "e": Year(2026), "c": "home",
    "s": ("ill", "away"), "t": "chữ",
}  # fmt: skip
GIVEN = [
    ("a / 10", Decimal(6)),
    ("b + 0.2", Decimal("0.3")),
    ("-a * 2 + 1", Decimal(-119)),
    ("a / 0", None),
    ("a / (b - 0.1)", None),
    ("a >= 60 and b < 1", True),
    ("not a == 60", False),
    ("c == 'home'", True),
    ("'ill' in s", True),
    ("'well' in s", False),
    ("year(d) == 2026", True),
    ("d <= e", True),
    ("d == e", True),
    ("days(d, d)", Decimal(0)),
    ("days(d, e)", None),
    ("last.a + 1", Decimal(6)),
    ("a > last.b", None),
    ("a > last.b or a == 60", True),
    ("a > last.b and a == 61", False),
    ("a > last.b and a == 60", None),
    ("not a > last.b", None),
]
WRONG = [
    "a +", "nobody > 1", "a > 'x'", "c > 'home'", "t == t", "s == s", "a and b", "c in c", "1 in s",
    "a ** 2", "a if b else a", "__import__('os')", "a.real", "last.nobody", "[a]", "a < b < a", "True",
    "days(a, b)", "year(d, d)", "lambda: a", "a := 1", "f'{a}'", "x" * 501, "(" * 300, "a\x00",
]  # fmt: skip


@pytest.mark.parametrize(("text", "value"), GIVEN)
def test_what_it_gives(text: str, value):
    assert parse(text, TYPES).of(VALUES, {"a": Decimal(5)}) == value


@pytest.mark.parametrize("text", WRONG)
def test_what_it_does_not_have(text: str):
    with pytest.raises(ValueError, match=r"."):
        parse(text, TYPES)


def test_the_names_it_asks_for():
    assert parse("a + b > last.a and days(d, e) > 1", TYPES).names == {"a", "b", "d", "e"}


@pytest.mark.parametrize("name", TYPES)
def test_a_rule_with_something_unknown_never_says_no(name: str):
    for text, _ in GIVEN:
        rule = parse(text, TYPES)
        if rule.type == "truth" and rule.names == {name}:
            assert rule.of(VALUES | {name: None}, {}) is None


@given(st.text(max_size=60))
def test_no_text_does_more_than_being_refused(text: str):
    try:
        rule = parse(text, TYPES)
    except ValueError:
        return
    rule.of(VALUES, {})
