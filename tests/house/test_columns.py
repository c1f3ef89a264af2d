"""Every column of every room says what it holds, how long it stays, why, and how it goes."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.apps import apps
from django.db import models

from phoihop.base.security import retention, rows
from phoihop.base.security.columns import Class, handling_of, internal, personal, sensitive
from phoihop.base.security.retention import PERIODS, Leaves
from phoihop.base.security.rows import RowAccess
from tests.standin.models import Client, Visit

OPEN = RowAccess(read="true")
SAID = {"keep": "1y", "ground": "Luật 91/2025/QH15"}
OF_THE_FILE = {"keep": "programme", "ground": "Luật 91/2025/QH15"}


def test_nothing_is_left_open():
    assert retention.faults() == []


def test_the_walk_meets_every_table_with_its_columns():
    walked = {model for model, _, _ in retention.walk()}
    wanted = {m for m in apps.get_models(include_auto_created=True) if m._meta.managed and not m._meta.proxy}
    assert {m._meta.db_table for m in walked} == {m._meta.db_table for m in wanted}
    assert {Client, Visit} <= walked
    assert len(walked) > 20


def test_every_protected_table_declares_its_rows():
    assert rows.undeclared() == []


def test_every_period_is_told_in_both_languages():
    assert all(period.about.vi and period.about.en for period in PERIODS.values())


@pytest.fixture
def room() -> Iterator[Callable[..., type[models.Model]]]:
    """Makes a table of a room that nobody knew of, and takes it away again."""
    before = set(apps.all_models["standin"])

    def make(*, access: RowAccess | None = OPEN, **columns: Any) -> type[models.Model]:
        given = {"__module__": "tests.standin.models", **columns}
        if access is not None:
            given["row_access"] = access
        return type("Newcomer", (models.Model,), given)

    yield make
    for name in set(apps.all_models["standin"]) - before:
        del apps.all_models["standin"][name]
    retention._LEAVES.pop("standin.newcomer", None)
    apps.clear_cache()


def newcomers() -> list[str]:
    """What the walk over the whole house says of the newcomer."""
    return [fault for fault in retention.faults() if "Newcomer" in fault]


def test_a_room_added_later_is_walked_without_being_named(room):
    room(note=models.TextField())
    assert newcomers() == ["standin.Newcomer.note: nobody said what it holds"]


def person_columns() -> dict[str, Any]:
    return {
        "programme": sensitive(models.CharField(max_length=20), erase="keep", **OF_THE_FILE),
        "facility": internal(models.BigIntegerField()),
        "pseudonym": sensitive(models.UUIDField(), erase="keep", **OF_THE_FILE),
    }


@pytest.mark.parametrize(
    ("columns", "said"),
    [
        (
            lambda: {"name": personal(models.TextField(), keep="", ground="x", erase="keep")},
            "there is no period ''",
        ),
        (lambda: {"name": personal(models.TextField(), keep="3 moons", ground="x", erase="keep")}, "3 moons"),
        (lambda: {"name": personal(models.TextField(), keep="1y", ground="", erase="keep")}, "no ground"),
        (lambda: {"name": personal(models.TextField(), erase="blank", **SAID)}, "from which day"),
        (lambda: {"name": personal(models.TextField(), erase="delete", **SAID)}, "from which day"),
        (lambda: {"name": personal(models.BinaryField(), erase="shred", **SAID)}, "only ciphertext"),
        (
            lambda: person_columns() | {"name": personal(models.TextField(), erase="shred", **OF_THE_FILE)},
            "only ciphertext",
        ),
        (
            lambda: person_columns() | {"born": personal(models.DateField(), erase="blank", **OF_THE_FILE)},
            "cannot be emptied",
        ),
    ],
)
def test_a_careless_column_is_seen(room, columns, said):
    room(**columns())
    (fault,) = newcomers()
    assert said in fault


def test_a_table_that_shows_its_people_to_everybody_is_seen(room):
    room(access=None, name=personal(models.TextField(), erase="keep", **SAID))
    assert newcomers() == ["standin.Newcomer: personal columns without declared row access"]
    assert "standin.Newcomer" in rows.undeclared()


@pytest.mark.parametrize(
    "columns",
    [
        lambda: (
            person_columns() | {"name": personal(models.BinaryField(null=True), erase="shred", **OF_THE_FILE)}
        ),
        lambda: person_columns() | {"mark": sensitive(models.TextField(), erase="blank", **OF_THE_FILE)},
        lambda: {
            "client": internal(models.ForeignKey(Client, models.PROTECT, related_name="+")),
            "note": personal(models.TextField(), erase="delete", **OF_THE_FILE),
        },
    ],
)
def test_a_careful_room_passes(room, columns):
    room(**columns())
    assert newcomers() == []


def test_a_declared_day_makes_a_column_erasable(room):
    room(name=personal(models.TextField(), erase="blank", **SAID), day=internal(models.DateField()))
    assert len(newcomers()) == 1
    retention.declare("standin.Newcomer", Leaves("1y", "day"))
    assert newcomers() == []


def test_a_period_without_days_cannot_be_counted():
    with pytest.raises(ValueError, match="no day"):
        retention.declare("standin.Newcomer", Leaves("programme", "day"))


def test_ends_of_a_join_table_are_handled_as_its_field():
    through = apps.get_model("org", "Position_units")
    classes = {f.name: handling_of(f).cls for f in through._meta.local_concrete_fields}
    assert classes == {"id": Class.INTERNAL, "position": Class.INTERNAL, "unit": Class.INTERNAL}


def test_rows_lead_to_their_person():
    own = {"programme": "programme", "facility": "facility", "person": "pseudonym"}
    assert retention.path_to_person(Client) == own
    assert retention.path_to_person(Visit) == {what: f"client__{path}" for what, path in own.items()}
    assert retention.path_to_person(apps.get_model("org", "Unit")) is None
