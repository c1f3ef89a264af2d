"""A passphrase dealt to custodians: any few of them together have it, fewer have nothing (Shamir 1979).

Each byte of the secret is the value at 0 of a polynomial over GF(256) (the field of AES, x^8+x^4+x^3+x+1)
whose other coefficients are random; a share is the values at one point from 1 on.
"""

import hashlib
import os
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

from phoihop.base.security.crypto.refusing import refuse

SECRET = 20  # bytes: 160 bits, which no cost of Argon2id could improve
_FORMAT = 1
_CHECK = 4
_DIGITS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # Crockford's: no I, L, O, U
_READ = str.maketrans("ILO", "110", " -")


@dataclass(frozen=True, slots=True)
class Share:
    """What one custodian keeps: a point (1 to 255), how many shares are needed of how many, the values.

    ``deal`` is the same in shares that belong together. ``str()`` gives the letters to be printed.
    """

    point: int
    need: int
    of: int
    deal: bytes
    values: bytes = field(repr=False)

    def __str__(self) -> str:
        data = bytes((_FORMAT, self.point, self.need, self.of)) + self.deal + self.values
        return grouped(data + hashlib.sha256(data).digest()[:_CHECK])

    @classmethod
    def parse(cls, text: str) -> "Share":
        """A share as typed, spaces, hyphens and case aside. Refusal("share-invalid") if mistyped."""
        data = ungrouped(text)
        body, check = data[:-_CHECK], data[-_CHECK:]
        if len(body) != 8 + SECRET or body[0] != _FORMAT or hashlib.sha256(body).digest()[:_CHECK] != check:
            raise refuse("share-invalid")
        return cls(body[1], body[2], body[3], body[4:8], body[8:])


def new_passphrase() -> str:
    """A passphrase of 160 random bits, in groups of four letters and digits."""
    return grouped(os.urandom(SECRET))


def deal(need: int = 2, of: int = 3) -> tuple[str, list[Share]]:
    """A new passphrase and the shares that give it back. ValueError unless 2 ≤ need ≤ of ≤ 16."""
    if not 2 <= need <= of <= 16:
        raise ValueError("from 2 shares needed, up to 16 in all")
    secret, together = os.urandom(SECRET), os.urandom(4)
    values = split(secret, need, of)
    return grouped(secret), [Share(n, need, of, together, v) for n, v in enumerate(values, 1)]


def passphrase_of(shares: Iterable[Share]) -> str:
    """The passphrase again. Refusals: shares-few, shares-mixed.

    Shares beyond those needed are checked against them.
    """
    found = {share.point: share for share in shares}
    if not found:
        raise refuse("shares-few")
    first = next(iter(found.values()))
    if any((s.deal, s.need, s.of) != (first.deal, first.need, first.of) for s in found.values()):
        raise refuse("shares-mixed")
    if len(found) < first.need:
        raise refuse("shares-few")
    points = [(share.point, share.values) for share in found.values()]
    used, others = points[: first.need], points[first.need :]
    if any(value_at(used, point) != values for point, values in others):
        raise refuse("shares-mixed")
    return grouped(value_at(used, 0))


def split(secret: bytes, need: int, of: int, *, draw: Callable[[int], bytes] = os.urandom) -> list[bytes]:
    """The values at 1, 2, … ``of``. ``draw(n)`` gives n random bytes."""
    coefficients = [secret, *(draw(len(secret)) for _ in range(need - 1))]
    return [
        bytes(_polynomial(column, x) for column in zip(*coefficients, strict=True)) for x in range(1, of + 1)
    ]


def value_at(points: Sequence[tuple[int, bytes]], x: int) -> bytes:
    """The values at ``x`` of the polynomials through these points (Lagrange). Points must differ."""
    out = bytes(len(points[0][1]))
    for here, values in points:
        weight = 1
        for there, _ in points:
            if there != here:
                weight = times(weight, times(x ^ there, inverse(here ^ there)))
        out = bytes(a ^ times(weight, b) for a, b in zip(out, values, strict=True))
    return out


def times(a: int, b: int) -> int:
    """The product of two elements of the field."""
    product = 0
    while b:
        if b & 1:
            product ^= a
        a <<= 1
        if a & 0x100:
            a ^= 0x11B
        b >>= 1
    return product


def inverse(a: int) -> int:
    """1/a: a to the 254th (2 + 4 + … + 128), since a to the 255th is 1. ZeroDivisionError for 0."""
    if a == 0:
        raise ZeroDivisionError
    power = 1
    for _ in range(7):
        a = times(a, a)
        power = times(power, a)
    return power


def grouped(data: bytes) -> str:
    """Bytes as groups of four characters that are hard to confuse; five bytes become eight."""
    bits = -len(data) * 8 % 5
    number, out = int.from_bytes(data, "big") << bits, ""
    for _ in range((len(data) * 8 + bits) // 5):
        out = _DIGITS[number & 31] + out
        number >>= 5
    return "-".join(out[i : i + 4] for i in range(0, len(out), 4))


def ungrouped(text: str) -> bytes:
    """The bytes again. Refusal("share-invalid") for what ``grouped`` does not write."""
    letters = text.strip().upper().translate(_READ)
    number = 0
    for letter in letters:
        if letter not in _DIGITS:
            raise refuse("share-invalid")
        number = number << 5 | _DIGITS.index(letter)
    size, spare = divmod(len(letters) * 5, 8)
    if number & ((1 << spare) - 1):
        raise refuse("share-invalid")
    return (number >> spare).to_bytes(size, "big")


def _polynomial(coefficients: Sequence[int], x: int) -> int:
    value = 0
    for coefficient in reversed(coefficients):
        value = times(value, x) ^ coefficient
    return value
