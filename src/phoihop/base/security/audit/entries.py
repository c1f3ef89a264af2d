"""One entry of the audit: what it may say, and the bytes that stand for it when it is sealed.

An entry tells who, acting for whom, did what to which thing, from where and with what outcome. It never
holds a value: ``detail`` takes declared keys only, and its values are codes, counts and names of columns.
"""

import ipaddress
import json
import re
import struct
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from types import MappingProxyType
from typing import Any
from uuid import UUID


class Kind(StrEnum):
    """What sort of event an entry tells of."""

    READ = "read"
    SEARCH = "search"
    WRITE = "write"
    REFUSAL = "refusal"
    EXPORT = "export"
    PRINT = "print"
    GRANT = "grant"
    LOGIN = "login"
    DISCLOSURE = "disclosure"
    BREAKGLASS = "breakglass"
    JOB = "job"
    ALARM = "alarm"


class Outcome(StrEnum):
    """How it ended: done; refused by a rule; failed by a fault."""

    DONE = "done"
    REFUSED = "refused"
    FAILED = "failed"


Detail = int | str | Sequence[str]

# What detail may say. A new key is declared here, with what it holds; never a value of a column.
DETAIL_KEYS: Mapping[str, str] = MappingProxyType(
    {
        "fields": "names of the columns written or shown",
        "reason": "code of the reason given, or of the refusal",
        "rule": "code of the rule that decided or that was broken",
        "role": "code of the role granted, ended or acted in",
        "format": "code of the format: xlsx, csv, pdf",
        "article": "code of the legal article",
        "means": "code of the way of signing in, or of sending",
        "approver": "account id of the second person",
        "target": "account id of the person a grant or a sign-in concerns",
        "limit": "the limit that was reached",
        "seconds": "how long it lasted or may last",
        "caseload": "'in' or 'outside': whether the thing belongs to the reader's own work",
        "duty": "1 where the reader was on a shift or on call",
        "kin": "1 where the reader shares surname and commune with the thing's person",
        "needle": "the first 16 hex digits, after 'x', of a keyed hash of what was searched for",
        "entry": "id of another entry that this one speaks of",
        "job": "id of the job that did it",
        "from": "code of the state before",
        "to": "code of the state after",
    }
)

_CODE = re.compile(r"[a-z](?:[a-z0-9]|[._:+-](?=[a-z0-9]))*")
_NEEDLE = re.compile(r"x[0-9a-f]{16}")
_FIELD = re.compile(r"[a-z][a-z0-9_]*")
_LABEL = re.compile(r"[a-z][a-z0-9_]*\.[A-Za-z][A-Za-z0-9]*")
_THING = re.compile(r"[A-Za-z0-9_-]*")
# Five digits in a row are more than a code needs and enough for a part of a phone or card number.
_MANY_DIGITS = re.compile(r"[0-9]{5}")
# A phone number, an old and a new identity card: such a "thing" would be the person themselves.
_NUMBER_OF_A_PERSON = re.compile(r"[0-9]{9,10}|[0-9]{12}")
# What names an illness, a treatment or a trade has no place in a code; programmes have neutral ones.
_TELLING = re.compile(
    r"hiv|aids|\barv\b|methadon|\bmmt\b|prep\b|sex[-_. ]?work|mai[-_. ]?dam|traffick|ma[-_. ]?tuy"
)

CODE_LENGTH = 64  # characters, of every code and of thing_id
FIELDS = 100  # names in one list
_INT8 = 2**63


class BadEntry(ValueError):
    """An entry that says something it may not. Names the part, never what stood in it."""

    def __init__(self, part: str) -> None:
        super().__init__(f"audit entry: {part} is not allowed")
        self.part = part


_TYPES = {"kind": Kind, "outcome": Outcome, "request": UUID, "detail": Mapping}


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """What a program says of one event; the database adds id, time, transaction and server epoch.

    ``account``, ``position`` and ``agency`` say who acted and for whom, None where nobody did;
    ``owner_agency`` whose thing it was; ``count`` how many rows were shown or written. Codes are lower-case
    ASCII ("org.appoint"); ``thing_id`` is opaque. BadEntry where a part says more than it may.
    """

    kind: Kind
    action: str
    request: UUID
    outcome: Outcome = Outcome.DONE
    account: int | None = None
    position: int | None = None
    agency: int | None = None
    purpose: str = ""
    thing_kind: str = ""
    thing_id: str = ""
    owner_agency: int | None = None
    programme: str = ""
    source: str = ""
    count: int = 1
    detail: Mapping[str, Detail] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for part, kind in _TYPES.items():
            if not isinstance(getattr(self, part), kind):
                raise BadEntry(part)
        if not self.action or not is_code(self.action):
            raise BadEntry("action")
        for part in ("purpose", "programme"):
            if getattr(self, part) and not is_code(getattr(self, part)):
                raise BadEntry(part)
        for part in ("account", "position", "agency", "owner_agency"):
            if getattr(self, part) is not None and not _is_int(getattr(self, part)):
                raise BadEntry(part)
        if not _is_int(self.count) or not 0 <= self.count < 2**31:
            raise BadEntry("count")
        _check_thing(self.thing_kind, self.thing_id)
        object.__setattr__(self, "source", _address(self.source))
        for key, value in self.detail.items():
            if key not in DETAIL_KEYS or not _may_say(key, value):
                # A key that nobody declared may itself be somebody's name.
                raise BadEntry(f"detail.{key}" if key in DETAIL_KEYS else "a key of detail")


@dataclass(frozen=True, slots=True)
class Stored:
    """An entry as the database keeps it; ``at`` in UTC, to the microsecond."""

    id: int
    epoch: int
    txid: int
    at: datetime
    entry: Entry


def is_code(text: object) -> bool:
    """Whether a text is a short neutral code: it cannot hold a name, a number of a person, or a diagnosis."""
    return (
        isinstance(text, str)
        and len(text) <= CODE_LENGTH
        and _CODE.fullmatch(text) is not None
        and not _MANY_DIGITS.search(text)
        and not _TELLING.search(text)
    )


def _is_int(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and -_INT8 <= value < _INT8


def _check_thing(kind: str, thing: str) -> None:
    if kind and (len(kind) > CODE_LENGTH or not _LABEL.fullmatch(kind) or _TELLING.search(kind.lower())):
        raise BadEntry("thing_kind")
    if (
        len(thing) > CODE_LENGTH
        or not _THING.fullmatch(thing)
        or _NUMBER_OF_A_PERSON.fullmatch(thing)
        or (thing and not kind)
    ):
        raise BadEntry("thing_id")


def _address(text: str) -> str:
    """An IP address as it is usually written, or nothing where none is known."""
    if not text:
        return ""
    try:
        return str(ipaddress.ip_address(text.partition("%")[0]))
    except ValueError:
        raise BadEntry("source") from None


def _may_say(key: str, value: object) -> bool:
    if key == "needle":
        return isinstance(value, str) and _NEEDLE.fullmatch(value) is not None
    if isinstance(value, str):
        return is_code(value)
    if _is_int(value):
        return True
    return (
        isinstance(value, list | tuple)
        and len(value) <= FIELDS
        and all(isinstance(v, str) and len(v) <= CODE_LENGTH and _FIELD.fullmatch(v) for v in value)
    )


# The bytes that stand for an entry. Changing any of this makes every older seal unverifiable: a new form
# needs a new number in the seal (seals.FORM) and the old one kept beside it.

_LENGTH = struct.Struct(">i")
_NULL = _LENGTH.pack(-1)
_INT = struct.Struct(">q")
_BEGINNING = datetime(2000, 1, 1, tzinfo=UTC)


def canonical(stored: Stored) -> bytes:
    """An entry as bytes: nineteen parts, each a length (4 bytes, big-endian; -1 for none) and its content.

    Numbers are 8 bytes, big-endian, two's complement; the time is microseconds since 2000 UTC; texts are
    UTF-8; the request is its 16 bytes. Detail comes last, as ``packed``. Nothing depends on how a
    database or a locale writes things.
    """
    e = stored.entry
    time = stored.at.astimezone(UTC) - _BEGINNING
    microseconds = (time.days * 86_400 + time.seconds) * 1_000_000 + time.microseconds
    numbers = [stored.id, stored.epoch, stored.txid, microseconds]
    parts: list[int | str | bytes | None] = [
        *numbers, e.kind.value, e.action, e.outcome.value, e.account, e.position, e.agency, e.purpose,
        e.thing_kind, e.thing_id, e.owner_agency, e.programme, e.request.bytes, e.source, e.count,
        packed(dict(e.detail)),
    ]  # fmt: skip
    return b"".join(map(part, parts))


def part(value: int | str | bytes | None) -> bytes:
    """One part of a canonical form: its length, then its content."""
    if value is None:
        return _NULL
    if isinstance(value, int):
        return b"\0\0\0\x08" + _INT.pack(value)
    if isinstance(value, str):
        value = value.encode()
    return _LENGTH.pack(len(value)) + value


def packed(value: Any) -> bytes:
    """JSON as bytes that do not depend on who wrote it: a letter for the type, then its parts.

    Total over everything JSON can say, for somebody may have put into a row what ``Entry`` would refuse.
    """
    if isinstance(value, str):
        return b"s" + value.encode("utf-8", "surrogatepass")
    if isinstance(value, Mapping):
        pairs = sorted((key.encode("utf-8", "surrogatepass"), packed(v)) for key, v in value.items())
        return b"m" + b"".join(part(key) + part(v) for key, v in pairs)
    if isinstance(value, Sequence):
        return b"l" + b"".join(part(packed(v)) for v in value)
    if isinstance(value, _Fraction):
        return b"f" + value.text.encode()
    if isinstance(value, int) and not isinstance(value, bool):
        return b"i" + str(value).encode()
    return {None: b"n", True: b"t", False: b"u"}[value]


@dataclass(frozen=True, slots=True)
class _Fraction:
    """A number with a point or exponent, kept as the text it was."""

    text: str


def parsed(text: str) -> Any:
    """JSON text as ``packed`` takes it; no number is rounded."""
    return json.loads(text, parse_float=_Fraction)
