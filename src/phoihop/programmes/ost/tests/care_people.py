"""What the tests of treatment do again and again: orders by the doctor's own door, doses of past days."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

from phoihop.base.org.rules.permissions import Viewer
from phoihop.base.security import scope
from phoihop.programmes.ost.actions import ordering
from phoihop.programmes.ost.dosing import reaching
from phoihop.programmes.ost.models import Dose, OrderRow
from phoihop.programmes.ost.queries.ordering import Asked
from phoihop.programmes.ost.rules.amounts import Drug
from phoihop.programmes.ost.rules.phases import Phase
from phoihop.programmes.ost.tests.making import TODAY
from phoihop.registry.models import Client, Tie

DAY = timedelta(days=1)
WARNINGS = frozenset(
    {"first-dose-watch", "first-dose-low", "first-dose-divide", "step-low", "order-short", "order-too-seldom",
     "order-not-measurable", "dose-unusually-low", "dose-unusually-high", "missed-same-dose"}
)  # fmt: skip


def person_of(client: Client) -> UUID:
    """The programme's person of a file."""
    with scope.acting(scope.Scope("match", places=((client.facility_id, "ost"),))):
        return Tie.objects.get(client=client.pk).person


def asked(mg: int | str = 30, days: int = 1, **more: Any) -> Asked:
    """An order as a doctor writes it; induction with methadone from today unless said otherwise."""
    start = more.pop("start", TODAY)
    said = {"drug": Drug.METHADONE, "phase": Phase.INDUCTION, "start": start, "mg": Decimal(mg)}
    return Asked(end=start + DAY * (days - 1), **(said | more))


def signs(by: Viewer, client: Client, mg: int | str = 30, days: int = 1, **more: Any) -> OrderRow:
    """Signs an order with every warning weighed."""
    return ordering.order(
        by=by, client=client, asked=asked(mg, days, **more), seen=WARNINGS, why="đã khám và cân nhắc"
    )


def dosed(client: Client, day: date, mg: int | str = 60, person: UUID | None = None, **more: Any) -> Dose:
    """A dose of a past day, as the log would tell it."""
    with reaching.centre(None, client.facility_id):
        return Dose.objects.create(
            **{
                "name": uuid4().hex,
                "person": person or person_of(client),
                "client": client.pseudonym,
                "facility_id": client.facility_id,
                "device": "desk",
                "order": uuid4(),
                "drug": "methadone",
                "mg": Decimal(mg),
                "quantity": Decimal(mg) / 10,
                "batch": "L01",
                "outside": False,
                "bottle": False,
                "day": day,
                "on": day,
                "first": day,
                "last": day,
                "certainty": "certain",
                "earliest": 0,
                "sources": [],
            }
            | more
        )
