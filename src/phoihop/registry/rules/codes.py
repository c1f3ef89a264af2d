"""A client's code as it is printed on cards and read aloud: eight signs and a check sign, from a pseudonym.

It says nothing of the person. One wrong sign, or two neighbours that changed places, is noticed.
"""

from uuid import UUID

SIGNS = "0123456789ABCDEFGHJKMNPQRSTVWXY"  # without I, L, O, U, Z, which are read as others; 31 is prime
LENGTH = 8
_READ_AS = str.maketrans({"I": "1", "L": "1", "O": "0", "Z": "2"})


def code_of(pseudonym: UUID) -> str:
    """The code of a pseudonym: nine signs."""
    left, signs = pseudonym.int, []
    for _ in range(LENGTH):
        left, sign = divmod(left, len(SIGNS))
        signs.append(SIGNS[sign])
    said = "".join(signs)
    return said + _check(said)


def shown(code: str) -> str:
    """The code in groups of three."""
    return "-".join(code[start : start + 3] for start in range(0, len(code), 3))


def typed(text: str) -> str:
    """The code that somebody typed or scanned; empty where it is none or its check sign does not fit."""
    said = "".join(text.upper().replace("-", " ").split()).translate(_READ_AS)
    if len(said) != LENGTH + 1 or any(sign not in SIGNS for sign in said):
        return ""
    return said if _check(said[:-1]) == said[-1] else ""


def _check(said: str) -> str:
    total = sum(weight * SIGNS.index(sign) for weight, sign in enumerate(said, 2))
    return SIGNS[-total % len(SIGNS)]
