"""Numbers as Vietnamese official documents write them.

A point groups thousands and a comma starts the decimals ("1.209", "41,13"); careless texts
also write the English way ("88.2", "191,212"). The value is exact: a Decimal, never a float.
"""

import re
from decimal import Decimal

NUMBER = r"[1-9]\d{0,2}(?:\.\d{3})+(?:,\d+)?|\d+(?:[.,]\d+)?"
_GROUPED = re.compile(r"[1-9]\d{0,2}(?:\.\d{3})+(?:,\d+)?\Z")
_GROUPED_ENGLISH = re.compile(r"\d{1,3}(?:,\d{3})+(?:\.\d+)?\Z")
_PLAIN = re.compile(r"\d+(?:[.,]\d+)?\Z")

_SWAP = str.maketrans(",.", ".,")
WORDS = {
    "không": 0, "một": 1, "hai": 2, "ba": 3, "bốn": 4, "năm": 5,
    "sáu": 6, "bảy": 7, "tám": 8, "chín": 9, "mười": 10,
}  # fmt: skip


def parse_number(text: str) -> Decimal:
    """'1.209' → 1209, '41,13' → 41.13, '88.2' → 88.2, '08' → 8. Raises ValueError otherwise.

    A single group of three after a point is thousands ('1.000'), as the decree on clerical work
    asks; after a comma it is decimals ('0,125').
    """
    text = text.strip()
    if _GROUPED.match(text):
        return Decimal(text.replace(".", "").replace(",", "."))
    if _GROUPED_ENGLISH.match(text) and (text.count(",") > 1 or "." in text):
        return Decimal(text.replace(",", ""))
    if _PLAIN.match(text):
        return Decimal(text.replace(",", "."))
    raise ValueError(f"not a number: {text!r}")


def format_number(value: Decimal | int) -> str:
    """A number for people, in English too: 1.209 and 41,13."""
    return f"{Decimal(value).normalize():,f}".translate(_SWAP)
