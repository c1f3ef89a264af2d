"""Sending a letter and writing the answer on both copies; what referrals and transfers have in common."""

import json
from collections.abc import Mapping
from typing import Any, TypeVar
from uuid import UUID, uuid4

from phoihop.base.org.models import Facility
from phoihop.base.org.rules.permissions import Viewer
from phoihop.registry.models import Client, Letter
from phoihop.registry.models.letters import RECEIVED, SENT
from phoihop.registry.reaching import PlaceId, between, ensure_key
from phoihop.registry.refusing import reason_of, refuse
from phoihop.registry.registering import PROGRAMMES
from phoihop.registry.rules.born import read
from phoihop.registry.rules.identity import Sex, Told
from phoihop.registry.rules.letters import State, expires, stands

L = TypeVar("L", bound=Letter)


def content_of(told: Told, lines: Mapping[str, str], *, with_numbers: bool) -> str:
    """The person and the paper, as a letter carries them; numbers only where both ends may keep them."""
    person = {"name": told.name, "alias": told.alias, "sex": told.sex.value, "phone": told.phone}
    person |= {"born": told.born.kept if told.born else "", "address": told.address}
    if with_numbers:
        person |= {"identity": told.identity, "insurance": told.insurance}
    return json.dumps({"person": person, "paper": dict(lines)}, ensure_ascii=False)


def read_content(text: str) -> tuple[Told, dict[str, str]]:
    """What a letter says of the person, and its paper."""
    said: dict[str, dict[str, str]] = json.loads(text)
    person = said["person"]
    told = Told(
        name=person["name"],
        alias=person["alias"],
        sex=Sex(person["sex"]),
        phone=person["phone"],
        born=read(person["born"]),
        address=person["address"],
        identity=person.get("identity", ""),
        insurance=person.get("insurance", ""),
    )
    return told, said["paper"]


def send(
    model: type[L],
    by: Viewer,
    client: Client,
    to: Facility,
    *,
    programme: str,
    pseudonym: UUID,
    content: str,
    days: int,
    sent: Mapping[str, Any],
    both: Mapping[str, Any],
) -> L:
    """Both copies of a letter, each under its own side's key. ``programme``: the receiver's; ``sent`` are
    columns of the sender's copy alone. Refusal("erased-there")."""
    number = uuid4()
    given = {"letter": number, "asked_on": by.day, "expires_on": expires(by.day, days), **both}
    own = model(
        side=SENT,
        programme=client.programme,
        facility_id=client.facility_id,
        pseudonym=client.pseudonym,
        client=client,
        other=to,
        **given,
        **sent,
    )
    own.put(content=content)
    own.save()
    ends: list[PlaceId] = [(client.facility_id, client.programme), (to.pk, programme)]
    with between(by, ends):
        ensure_key(programme, to.pk, pseudonym)
        there = model(
            side=RECEIVED,
            programme=programme,
            facility=to,
            pseudonym=pseudonym,
            other_id=client.facility_id,
            **given,
        )
        there.put(content=content)
        there.save()
    return own


def waiting(model: type[L], letter: L, by: Viewer, side: str) -> L:
    """A letter that waits for an answer, locked; ``side``: whose copy it has to be.

    Refusal("answered-already"), for the other side's copy too.
    """
    locked = model._default_manager.select_for_update(of=("self",)).get(pk=letter.pk)
    if locked.side != side or stands(locked.state, locked.expires_on, by.day) is not State.ASKED:
        raise refuse("answered-already")
    return locked


def both_ends(letter: Letter) -> list[PlaceId]:
    """Where the two copies may lie. The receiver does not know the sender's programme, so all are named."""
    return [
        (letter.facility_id, letter.programme),
        *((letter.other_id, programme) for programme in PROGRAMMES),
    ]


def counterpart(model: type[L], letter: L) -> L:
    """The other copy, locked; in a scope of both ends."""
    side = SENT if letter.side == RECEIVED else RECEIVED
    copies = model._default_manager.select_for_update(of=("self",))
    return copies.get(letter=letter.letter, side=side, facility=letter.other_id)


def answer(copies: "list[L]", by: Viewer, state: State, reason: str = "") -> None:
    """Write the same answer on both copies; in a scope of both ends."""
    for copy in copies:
        copy.state, copy.answered_on = state, by.day
        if reason:
            copy.put(reason=reason)
        copy.save(update_fields=["state", "answered_on", "reason", "client", "content"])


def refuse_letter(model: type[L], by: Viewer, letter: L, why: str) -> L:
    """The receiver says no, with a reason that the sender reads."""
    said = reason_of(why)
    own = waiting(model, letter, by, RECEIVED)
    own.content = None  # whoever is not taken on is not kept either
    with between(by, both_ends(own)):
        answer([own, counterpart(model, own)], by, State.REFUSED, said)
    return own


def withdraw_letter(model: type[L], by: Viewer, letter: L) -> L:
    """The sender takes it back; the receiver's copy stays, without what it said of the person."""
    own = waiting(model, letter, by, SENT)
    with between(by, both_ends(own)):
        there = counterpart(model, own)
        there.content = None
        answer([own, there], by, State.WITHDRAWN)
    return own
