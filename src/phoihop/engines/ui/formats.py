"""How figures and dates are written, on every page and in both languages.

A figure beside a Vietnamese document is written as the document writes it ("1.209", "92,5 %"),
in English too: two notations of one number on one page would invite the misreading.
"""

from datetime import date
from decimal import Decimal, InvalidOperation

NBSP = "\N{NO-BREAK SPACE}"


def number(value: object) -> str:
    """1209 -> "1.209", Decimal("41.13") -> "41,13"; "" for what is no number."""
    try:
        exact = Decimal(str(value))
    except InvalidOperation:
        return ""
    if not exact.is_finite():
        return ""
    sign, digits = ("−", -exact) if exact < 0 else ("", exact)
    whole, _, fraction = f"{digits:f}".partition(".")
    grouped = f"{int(whole):,}".replace(",", ".")
    return sign + grouped + (f",{fraction}" if fraction else "")


def quantity(value: object, unit: str | None) -> str:
    """A number with its unit, never broken across lines: "92,5 %", "05 lớp" -> "5 lớp"."""
    written = number(value)
    return f"{written}{NBSP}{unit}" if written and unit else written


def day(value: object) -> str:
    """A date, or an ISO date, month or year as text, as dd/mm/yyyy; other text unchanged."""
    if isinstance(value, date):
        return f"{value:%d/%m/%Y}"
    text = str(value or "")
    parts = text.split("-")
    if all(part.isdigit() for part in parts) and len(parts[0]) == 4 and len(parts) <= 3:
        return "/".join(reversed(parts))
    return text


def sentence(text: str | None) -> str:
    """The text with its first letter raised; the rest is left as the document has it."""
    return text[:1].upper() + text[1:] if text else ""
