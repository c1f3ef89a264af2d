"""What every column holds, said beside the column: its class, how long it stays, why, how it goes.

``public`` may be printed in the newspaper; ``internal`` concerns the office; ``personal`` says something
of a person; ``sensitive`` is personal data whose disclosure harms (Luật 91/2025/QH15, NĐ 356/2025/NĐ-CP
Art 4). A personal or sensitive column needs a period, a ground and a way of erasing, and puts its table
under row security (``rows``). The walk over every model is tests/house/test_columns.py.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, TypeVar

from django.db import models

F = TypeVar("F", bound="models.Field[Any, Any]")


class Class(StrEnum):
    """How much harm a column can do."""

    PUBLIC = "public"
    INTERNAL = "internal"
    PERSONAL = "personal"
    SENSITIVE = "sensitive"


class Erase(StrEnum):
    """How a column is made to forget."""

    SHRED = "shred"  # the person's key is destroyed; the ciphertext stays and means nothing
    BLANK = "blank"  # emptied in place; the row stays countable
    DELETE = "delete"  # the row goes
    KEEP = "keep"  # a law keeps it; the ground says which


@dataclass(frozen=True, slots=True)
class Handling:
    """How one column is handled. ``keep`` is a code of retention.PERIODS; ``ground`` names the article."""

    cls: Class
    keep: str = ""
    ground: str = ""
    erase: Erase = Erase.KEEP


def public(field: F) -> F:
    """Anybody may know it."""
    return _mark(field, Handling(Class.PUBLIC))


def internal(field: F) -> F:
    """For the offices; says nothing of a person."""
    return _mark(field, Handling(Class.INTERNAL))


def personal(field: F, *, keep: str, ground: str, erase: str) -> F:
    """Says something of a person."""
    return _mark(field, Handling(Class.PERSONAL, keep, ground, Erase(erase)))


def sensitive(field: F, *, keep: str, ground: str, erase: str) -> F:
    """Harms a person when it becomes known, or opens what does (a password, a key)."""
    return _mark(field, Handling(Class.SENSITIVE, keep, ground, Erase(erase)))


def _mark(field: F, handling: Handling) -> F:
    # An attribute, not a subclass: migrations then hold Django's own field, and nothing of this.
    field.handling = handling  # type: ignore[attr-defined]
    return field


# Tables of libraries, whose models cannot say it themselves: "app.model" -> column -> handling.
# A room adds its own by ``declare``.
_DECLARED: dict[str, dict[str, Handling]] = {}


def declare(label: str, **columns: Handling) -> None:
    """Class the columns of a library's model, e.g. ``declare("mfa.authenticator", data=Handling(…))``."""
    _DECLARED.setdefault(label.lower(), {}).update(columns)


def handling_of(field: "models.Field[Any, Any]") -> Handling | None:
    """How a column is handled, or None if nobody said. Keys and copies follow what they point to."""
    said: Handling | None = getattr(field, "handling", None)
    if said is not None:
        return said
    said = _DECLARED.get(field.model._meta.label_lower, {}).get(field.name)
    if said is not None:
        return said
    if field.primary_key and field.get_internal_type() in ("AutoField", "BigAutoField"):
        return Handling(Class.INTERNAL)  # a number the database made up
    return _of_history(field) or _of_join(field)


def _of_history(field: "models.Field[Any, Any]") -> Handling | None:
    """A history row's column is handled as the column it copies."""
    tracked = getattr(field.model, "pgh_tracked_model", None)
    if tracked is None:
        return None
    if field.name.startswith("pgh_"):
        return Handling(Class.INTERNAL)
    return handling_of(tracked._meta.get_field(field.name))


def _of_join(field: "models.Field[Any, Any]") -> Handling | None:
    """Both ends of a join table that Django makes are handled as the field that it serves."""
    owner: Any = field.model._meta.auto_created
    if not owner:
        return None
    for served in owner._meta.local_many_to_many:
        if served.remote_field.through is field.model:
            said: Handling | None = getattr(served, "handling", None)
            return said
    return None


def columns(model: type[models.Model]) -> "Iterator[models.Field[Any, Any]]":
    """The concrete columns of a model's own table."""
    yield from model._meta.local_concrete_fields


def is_protected(model: type[models.Model]) -> bool:
    """Whether a table holds personal or sensitive columns."""
    for field in columns(model):
        handling = handling_of(field)
        if handling is not None and handling.cls in (Class.PERSONAL, Class.SENSITIVE):
            return True
    return False
