"""Writes of the stand-in room; one set of doors for each programme, as real rooms have their own."""

from datetime import date
from typing import Any
from uuid import UUID, uuid4

from phoihop.base.org.doors import action
from phoihop.base.org.models import Facility, Unit
from phoihop.base.org.rules.permissions import Viewer
from phoihop.base.security import keyring, sealed
from phoihop.base.security.crypto.blind import identity_index
from phoihop.base.security.crypto.names import name_tokens
from tests.standin.models import Client, Visit


def _enrol(programme: str, facility: Facility, name: str, number: str, state: str, **told: Any) -> Client:
    client = Client(programme=programme, facility=facility, pseudonym=uuid4(), **told)
    sealed.make_key(programme, facility.pk, client.pseudonym)
    client.put(name=name, number=number, state=state)
    blind = keyring.store().blind_key(programme)
    client.number_index = identity_index(blind, number) if number else None
    client.name_tokens = sorted(name_tokens(blind, name, facility.pk))
    client.save()
    return client


def _visit(client: Client, day: date, amount: int, event: UUID | None) -> Visit:
    given = {"facility_id": client.facility_id, "programme": client.programme}
    made, _ = Visit.objects.get_or_create(
        event=event or uuid4(), **given, defaults={"client": client, "day": day, "amount": amount}
    )
    return made


def _doors(programme: str) -> tuple[Any, Any, Any]:
    @action(f"standin.case_{programme}_enrol", "Tiếp nhận", "Enrol", of="facility")
    def enrol(
        *,
        by: Viewer,
        facility: Facility,
        name: str,
        number: str = "",
        state: str = "",
        since: date,
        home: Unit | None = None,
    ) -> Client:
        told = {"since": since, "home": home, "carer_id": by.account}
        return _enrol(programme, facility, name, number, state, **told)

    @action(f"standin.case_{programme}_visit", "Ghi lần đến", "Record a visit", of="client")
    def visit(*, by: Viewer, client: Client, day: date, amount: int = 0, event: UUID | None = None) -> Visit:
        return _visit(client, day, amount, event)

    @action(f"standin.case_{programme}_rename", "Sửa họ tên", "Correct the name", of="client")
    def rename(*, by: Viewer, client: Client, name: str) -> Client:
        client.put(name=name)
        client.save(update_fields=["name"])
        return client

    return enrol, visit, rename


DOORS = {programme: _doors(programme) for programme in ("alpha", "beta")}


def enrol(programme: str, **given: Any) -> Client:
    return DOORS[programme][0](**given)


def visit(programme: str, **given: Any) -> Visit:
    return DOORS[programme][1](**given)


def rename(programme: str, **given: Any) -> Client:
    return DOORS[programme][2](**given)
