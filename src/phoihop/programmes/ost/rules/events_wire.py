"""Values as JSON and back: one form of bytes for one value, so that what is signed can be checked.

Objects with sorted keys, without spaces, UTF-8; days as "2026-11-24", decimals as text, bytes as hex,
tuples as lists. A value of several possible classes carries its class's ``KIND`` under "kind".
"""

import json
import types
import typing
from dataclasses import fields, is_dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from functools import cache
from typing import Any, TypeVar

from phoihop.kernel.refusals import Refusal

T = TypeVar("T")


def encoded(value: Any) -> bytes:
    """The bytes that stand for a value."""
    return _ENCODER.encode(value).encode()


def _plain(value: Any) -> Any:
    """What JSON does not know, in what it knows. TypeError: a value that has no place in a message."""
    kind: Any = type(value)
    if kind is Decimal:
        return str(value)
    if kind is date:
        return value.isoformat()
    if kind is bytes:
        return value.hex()
    found = {name: getattr(value, name) for name in _names(kind)}
    if hasattr(kind, "KIND"):
        found["kind"] = kind.KIND
    return found


_ENCODER = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False, default=_plain)


@cache
def _names(kind: Any) -> tuple[str, ...]:
    return tuple(item.name for item in fields(kind))


def decoded(kind: type[T], data: bytes) -> T:
    """The value that bytes stand for. Refusal("malformed"): none, or not in the one form."""
    try:
        value = _read(kind, json.loads(data))
        if encoded(value) == data:
            return typing.cast("T", value)
    except (ValueError, TypeError, KeyError, InvalidOperation, RecursionError) as error:
        raise malformed() from error
    raise malformed()


def malformed() -> Refusal:
    """What came is no message of this protocol."""
    return Refusal(
        "malformed",
        "Dữ liệu nhận được không đúng định dạng. Hãy đồng bộ lại.",
        "The data received is not in the expected form. Synchronise again.",
    )


@cache
def _hints(kind: Any) -> dict[str, Any]:
    return typing.get_type_hints(kind)


def _read(kind: Any, data: Any) -> Any:
    origin = typing.get_origin(kind)
    if origin in (typing.Union, types.UnionType):
        return _read_one_of(typing.get_args(kind), data)
    if origin is tuple:
        if not isinstance(data, list):
            raise TypeError
        inner = typing.get_args(kind)
        if len(inner) == 2 and inner[1] is Ellipsis:
            return tuple(_read(inner[0], item) for item in data)
        return tuple(_read(one, item) for one, item in zip(inner, data, strict=True))
    if is_dataclass(kind):
        return _read_object(kind, data)
    if kind is int or kind is bool:
        if type(data) is not kind:
            raise TypeError
        return data
    if not isinstance(data, str):
        raise TypeError
    if kind is date:
        return date.fromisoformat(data)
    if kind is bytes:
        return bytes.fromhex(data)
    if kind is Decimal:
        number = Decimal(data)
        if not number.is_finite():
            raise ValueError
        return number
    return kind(data)


def _read_object(kind: Any, data: Any) -> Any:
    hints = _hints(kind)
    expected = set(_names(kind)) | ({"kind"} if hasattr(kind, "KIND") else set())
    if not isinstance(data, dict) or set(data) != expected or data.get("kind", "") != _kind(kind):
        raise TypeError
    return kind(**{name: _read(hints[name], data[name]) for name in _names(kind)})


def _kind(kind: Any) -> str:
    return str(getattr(kind, "KIND", ""))


def _read_one_of(kinds: tuple[Any, ...], data: Any) -> Any:
    if data is None:
        if type(None) not in kinds:
            raise TypeError
        return None
    rest = [kind for kind in kinds if kind is not type(None)]
    if len(rest) == 1:
        return _read(rest[0], data)
    if not isinstance(data, dict):
        raise TypeError
    chosen = {_kind(kind): kind for kind in rest}[data["kind"]]
    return _read(chosen, data)
