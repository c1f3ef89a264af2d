"""A foreign key that carries its owner along, so that nobody attaches a row to one they cannot see.

PostgreSQL checks foreign keys without row security: with the id alone, another facility's client could be
pointed at by guessing. With the owner's columns in the key, the row pointed at must be of the same owner.
"""

from typing import Any

from django.db import models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.backends.ddl_references import Statement
from django.db.models.constraints import BaseConstraint


class SameOwner(BaseConstraint):
    """``foreign key (field, *owner) references target (id, *owner)``.

    The target needs a unique constraint over ("id", *owner). Checked at the end of the transaction.
    """

    def __init__(self, *, field: str, to: str, owner: tuple[str, ...], name: str) -> None:
        super().__init__(name=name)
        self.field, self.to, self.owner = field, to, tuple(owner)

    def constraint_sql(self, model: Any, schema_editor: BaseDatabaseSchemaEditor | None) -> str:
        assert schema_editor is not None
        quote = schema_editor.quote_name
        target = model._meta.apps.get_model(self.to)
        mine = [model._meta.get_field(name).column for name in (self.field, *self.owner)]
        theirs = [target._meta.pk.column, *(target._meta.get_field(name).column for name in self.owner)]
        return (
            f"constraint {quote(self.name)} foreign key ({', '.join(map(quote, mine))}) "
            f"references {quote(target._meta.db_table)} ({', '.join(map(quote, theirs))}) "
            "deferrable initially deferred"
        )

    # Django's own constraints answer with statements too; its published types say str.
    def create_sql(  # type: ignore[override]
        self, model: Any, schema_editor: BaseDatabaseSchemaEditor | None
    ) -> Statement:
        assert schema_editor is not None
        return Statement(
            "alter table %(table)s add %(said)s",
            table=schema_editor.quote_name(model._meta.db_table),
            said=self.constraint_sql(model, schema_editor),
        )

    def remove_sql(  # type: ignore[override]
        self, model: Any, schema_editor: BaseDatabaseSchemaEditor | None
    ) -> Statement:
        assert schema_editor is not None
        return Statement(
            "alter table %(table)s drop constraint %(name)s",
            table=schema_editor.quote_name(model._meta.db_table),
            name=schema_editor.quote_name(self.name),
        )

    def validate(self, model: Any, instance: Any, exclude: Any = None, using: str = "default") -> None:
        """The database decides: it alone sees rows that the present scope does not."""

    def deconstruct(self) -> Any:
        path, args, kwargs = super().deconstruct()
        return path, args, kwargs | {"field": self.field, "to": self.to, "owner": self.owner}

    def __eq__(self, other: object) -> bool:
        return isinstance(other, SameOwner) and self.deconstruct() == other.deconstruct()

    def __hash__(self) -> int:
        return hash((self.name, self.field, self.to, self.owner))


def owners(model: type[models.Model]) -> dict[str, "SameOwner"]:
    """The constraints of a model, by the field that each one guards."""
    return {c.field: c for c in model._meta.constraints if isinstance(c, SameOwner)}
