"""Which rows of a table a transaction may see and write, said on the model and kept by the database.

A condition is SQL over the row's own columns and the functions of schema ``sec`` (sql/scope.sql), which
read the transaction's signed scope. Each call stands in ``(select …)``, so that it is evaluated once a
statement and not once a row.
"""

from dataclasses import dataclass

from django.apps import apps
from django.db import models

from phoihop.base.security.columns import is_protected

ACCOUNT = "(select sec.account())"
# With the cast, "any" takes what is selected for one list and not for the rows of a subquery.
AGENCIES = "(select sec.agencies())::bigint[]"
_PLACES = "(select sec.places())::text[]"
PURPOSE = "(select sec.purpose())"

# Any transaction of the program itself: a scope was signed for it, be it a visitor's at the door.
SIGNED = f"{PURPOSE} <> ''"
# A person who has signed in.
KNOWN = f"{ACCOUNT} is not null"


def at_place(facility: str = "facility_id", programme: str = "programme") -> str:
    """The row's facility and programme, given by their columns, are together one of the scope's places.

    No index helps it: a query of more than one row says facility and programme itself.
    """
    return f"({facility}::text || ':' || {programme}) = any({_PLACES})"


@dataclass(frozen=True, slots=True)
class RowAccess:
    """Who may see (``read``) and who may write (``write``, else as ``read``) a row; SQL conditions.

    ``append_only``: rows are added and read, never changed or removed by the running program.
    ``add`` is the condition for adding, where it differs from changing.
    """

    read: str
    write: str = ""
    add: str = ""
    append_only: bool = False

    @property
    def writing(self) -> str:
        return self.write or self.read

    @property
    def adding(self) -> str:
        return self.add or self.writing


# Tables of libraries: "app.model" -> access.
_DECLARED: dict[str, RowAccess] = {}


def declare(label: str, access: RowAccess) -> None:
    """Say who may see the rows of a library's model."""
    _DECLARED[label.lower()] = access


def access_of(model: type[models.Model]) -> RowAccess | None:
    """The declared access of a model's rows; history has that of the table it copies, append only."""
    tracked = getattr(model, "pgh_tracked_model", None)
    if tracked is not None:
        access = access_of(tracked)
        return access and RowAccess(access.read, access.writing, access.adding, append_only=True)
    own: RowAccess | None = getattr(model, "row_access", None)
    return own or _DECLARED.get(model._meta.label_lower)


def tables() -> list[type[models.Model]]:
    """Every model with a table of its own, join tables included, ordered by table name."""
    found = {
        model._meta.db_table: model
        for model in apps.get_models(include_auto_created=True)
        if model._meta.managed and not model._meta.proxy
    }
    return [found[name] for name in sorted(found)]


def undeclared() -> list[str]:
    """Models that hold personal or sensitive columns and do not say who may see their rows."""
    return [model._meta.label for model in tables() if is_protected(model) and access_of(model) is None]
