"""Finding an encrypted value by an index that says nothing: HMAC-SHA-256 under the programme's blind key.

Equal values give equal indexes inside one programme and one field only, so indexes of two programmes, or
of a telephone and an identity number, cannot be joined. What an index does show to somebody with the
tables is that two rows of one field are equal; keep it off values with few choices (sex, a test result),
where counting alone would tell.
"""

import hashlib
import hmac
import re

from phoihop.base.security.crypto.fields import joined
from phoihop.base.security.crypto.refusing import refuse
from phoihop.kernel.text import plain

_DOMAIN = b"phoihop blind 1"
_SPACERS = str.maketrans("", "", " .-\u00a0()/")
_DIGITS = re.compile(r"[0-9]+")
_INSURANCE = re.compile(r"[A-Z]{2}[0-9]{13}|[0-9]{10}|[0-9]{12}")
_FOREIGN = re.compile(r"\+[1-9][0-9]{6,14}")

# Mobile numbers of 11 digits lost one in 2018; registers and people's papers still hold the old ones.
_MOVED = (
    ("016", "23456789", "03", "23456789"),
    ("012", "01268", "07", "09768"),
    ("012", "34579", "08", "34512"),
    ("018", "68", "05", "68"),
    ("019", "9", "05", "9"),
)
_OLD_MOBILE = {old + a: new + b for old, froms, new, tos in _MOVED for a, b in zip(froms, tos, strict=True)}


def digest(key: bytes, field: str, *parts: str) -> bytes:
    """32 bytes that depend on the programme's key, the field's name and every part."""
    return hmac.digest(key, _DOMAIN + joined(field, *parts), hashlib.sha256)


def normal(text: str) -> str:
    """A text without marks, case and superfluous spaces: what counts as equal."""
    return " ".join(plain(text).split())


def index(key: bytes, field: str, value: str) -> bytes:
    """The index of a value that has no rules of its own (an alias, a passport, a client code)."""
    return digest(key, field, normal(value))


def identity_index(key: bytes, number: str) -> bytes:
    """The index of an identity number, 12 digits or the old 9. Refusal("identity-number")."""
    digits = number.translate(_SPACERS)
    if len(digits) not in (9, 12) or not _DIGITS.fullmatch(digits):
        raise refuse("identity-number")
    return digest(key, "identity", digits)


def insurance_index(key: bytes, number: str) -> bytes:
    """The index of a health insurance number. Refusal("insurance-number").

    The last 10 of the 15 old characters are the new number (Quyết định 1666/QĐ-BHXH, 2020), so a card of
    either kind is found by the other. 12 digits (identity number instead, from 2025) match themselves.
    """
    cleaned = number.translate(_SPACERS).upper()
    if not _INSURANCE.fullmatch(cleaned):
        raise refuse("insurance-number")
    return digest(key, "insurance", cleaned[-10:] if len(cleaned) == 15 else cleaned)


def phone_index(key: bytes, number: str) -> bytes:
    """The index of a telephone number, however written. Refusal("phone-number")."""
    return digest(key, "phone", phone(number))


def phone(number: str) -> str:
    """A telephone number as it is dialled today: "0912345678", or "+856…" for other countries.

    Refusal("phone-number").
    """
    cleaned = number.translate(_SPACERS)
    if cleaned.startswith("00"):
        cleaned = "+" + cleaned[2:]
    if cleaned.startswith("84") and len(cleaned) in (11, 12):
        cleaned = "+" + cleaned
    if cleaned.startswith("+84"):
        cleaned = "0" + cleaned[3:].removeprefix("0")
    if _FOREIGN.fullmatch(cleaned):
        return cleaned
    if not cleaned.startswith("0") or len(cleaned) not in (10, 11) or not _DIGITS.fullmatch(cleaned):
        raise refuse("phone-number")
    if len(cleaned) == 11 and cleaned[:4] in _OLD_MOBILE:
        return _OLD_MOBILE[cleaned[:4]] + cleaned[4:]
    return cleaned
