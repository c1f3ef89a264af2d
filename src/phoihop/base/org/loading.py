"""Puts the tables of administrative units into the database; again, it adds and corrects, and ends nothing.

A unit that a later merger ended here keeps its last day: only what the tables alone know is written over.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db import connection

from phoihop.base.org import reach, units
from phoihop.base.org.models import Succession, Unit
from phoihop.base.security import origin, scope
from phoihop.base.security.audit.entries import Entry, Kind
from phoihop.base.security.audit.recording import record
from phoihop.base.security.scope import Scope

# Rows in one statement, which has fifteen seconds.
TOGETHER = 200
_CORRECTED = ("name", "kind", "level", "parent", "basis", "latitude", "longitude")


@dataclass(frozen=True, slots=True)
class Loaded:
    """How many units and lines of succession the tables hold, all of which are now in the database."""

    units: int
    successions: int


def load_units() -> Loaded:
    """Every unit and what became of it, in one transaction, recorded as one entry. For the installation."""
    with scope.acting(Scope("install")):
        ids = _units()
        lines = _successions(ids)
        loaded = Loaded(len(ids), lines)
        _plan_anew()
        record(
            Entry(
                kind=Kind.JOB,
                action="org.load_units",
                request=origin.current().request,
                thing_kind="org.Unit",
                count=loaded.units + loaded.successions,
            )
        )
    reach.forget()
    return loaded


def _plan_anew() -> None:
    """Forget how this connection meant to look units up while the table was small: by reading all of it,
    which for each of thirty thousand references is two hundred million rows and more than a statement's time.
    """
    with connection.cursor() as cursor:
        cursor.execute("discard plans")


def _units() -> dict[str, int]:
    """The id of every unit by its key; those above are written before those that name them."""
    ids: dict[str, int] = {}
    by_level: dict[units.Level, list[units.Unit]] = {level: [] for level in units.Level}
    for unit in units.units():
        by_level[unit.level].append(unit)
    for level in units.Level:
        rows = [_row(unit, ids) for unit in by_level[level]]
        made = Unit.objects.bulk_create(
            rows,
            batch_size=TOGETHER,
            update_conflicts=True,
            unique_fields=["key"],
            update_fields=_CORRECTED,
        )
        ids |= {row.key: row.pk for row in made}
    return ids


def _row(unit: units.Unit, ids: dict[str, int]) -> Unit:
    return Unit(
        key=unit.key,
        system=unit.system,
        code=unit.code,
        name=unit.name,
        kind=unit.kind,
        level=unit.level,
        parent_id=ids[unit.parent] if unit.parent else None,
        valid_from=unit.valid_from,
        valid_to=unit.valid_to,
        basis=unit.legal_basis,
        latitude=unit.lat,
        longitude=unit.lon,
    )


def _successions(ids: dict[str, int]) -> int:
    rows = list(_lines(units.successions(), ids))
    Succession.objects.bulk_create(
        rows,
        batch_size=TOGETHER,
        update_conflicts=True,
        unique_fields=["old", "new", "day"],
        update_fields=["whole", "share", "basis"],
    )
    return len(rows)


def _lines(found: Iterable[units.Succession], ids: dict[str, int]) -> Iterable[Succession]:
    for line in found:
        yield Succession(
            old_id=ids[line.old],
            new_id=ids[line.new],
            whole=line.whole,
            share=line.decimal_share,
            day=line.date,
            basis=line.basis,
        )
