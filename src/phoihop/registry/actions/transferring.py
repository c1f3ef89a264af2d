"""Moving a client to another facility of the programme: serving ends there before it begins here."""

from collections.abc import Mapping
from datetime import date, timedelta

from phoihop.base.org.models import Facility
from phoihop.base.org.rules.permissions import Viewer
from phoihop.registry import likening, marking, posting
from phoihop.registry.actions.enrolling import present, tell
from phoihop.registry.actions.files import check_offered, goes_on, new_file
from phoihop.registry.doors import Desk, case_action
from phoihop.registry.models import Client, Enrolment, Transfer
from phoihop.registry.models.letters import RECEIVED, SENT
from phoihop.registry.reaching import between
from phoihop.registry.refusing import refuse
from phoihop.registry.registering import PROGRAMMES, Happened
from phoihop.registry.rules.identity import Told
from phoihop.registry.rules.letters import State, missing


@case_action("transfer", "Đề nghị chuyển tới cơ sở khác", "Ask for a transfer", of="client")
def ask(*, by: Viewer, client: Client, to: Facility, first_day: date, paper: Mapping[str, str]) -> Transfer:
    """Ask another facility to serve a client from a day on, with the paper that the programme wants.

    Nothing changes until it accepts. Refusal: "same-place", "not-offered", "not-enrolled", "days-wrong",
    "paper-incomplete", "asked-already", "erased-there".
    """
    programme = PROGRAMMES[client.programme]
    if to.pk == client.facility_id:
        raise refuse("same-place")
    check_offered(to, client.programme, by.day)
    if present(client).since >= first_day or first_day < by.day:
        raise refuse("days-wrong")
    lines = {field.code: paper.get(field.code, "").strip() for field in programme.paper}
    if missing(programme.paper, lines):
        raise refuse("paper-incomplete")
    waiting = Transfer.objects.filter(
        programme=client.programme,
        facility=client.facility_id,
        client=client,
        side=SENT,
        state=State.ASKED,
    )
    for earlier in waiting:
        if earlier.expires_on >= by.day:
            raise refuse("asked-already")
        earlier.state, earlier.answered_on = State.EXPIRED, by.day
        earlier.save(update_fields=["state", "answered_on"])
    return posting.send(
        Transfer,
        by,
        client,
        to,
        programme=client.programme,
        pseudonym=client.pseudonym,
        content=posting.content_of(marking.told_of(client), lines, with_numbers=True),
        days=programme.transfer_days,
        sent={},
        both={"first_day": first_day},
    )


@case_action("accept_transfer", "Nhận người chuyển đến", "Accept a transfer", of="transfer")
def accept(*, by: Viewer, transfer: Transfer, first_day: date | None = None) -> Client:
    """Serve the person here from the first day on, or from a later one, never from a day that has passed; at
    the sending facility the day before is the last. One transaction: in between nobody is served at two
    facilities, nor at none.

    Refusal: "answered-already", "days-wrong", "not-enrolled" (ended meanwhile), "not-offered".
    """
    own = posting.waiting(Transfer, transfer, by, RECEIVED)
    check_offered(own.facility, own.programme, by.day)
    earliest = max(own.first_day, by.day)
    begins = first_day or earliest
    if begins < earliest or begins > own.expires_on + timedelta(days=31):
        raise refuse("days-wrong")
    told, _ = posting.read_content(own.text("content"))
    with between(by, posting.both_ends(own)):
        sent = posting.counterpart(Transfer, own)
        assert sent.client is not None  # the database keeps it so
        before = present(sent.client)
        if before.since >= begins:
            raise refuse("days-wrong")
        before.until, before.ending = begins - timedelta(days=1), "moved"
        before.save(update_fields=["until", "ending"])
        client, new = _file(own, told, by, before)
        enrolment = Enrolment.objects.create(
            client=client,
            programme=own.programme,
            facility_id=own.facility_id,
            person=before.person,
            since=begins,
        )
        own.client = client
        posting.answer([own, sent], by, State.ACCEPTED)
        tell(Happened.MOVED_AWAY, before, before.until)
        tell(Happened.MOVED_HERE, enrolment, begins)
    if new:
        likening.look(by, client, told, marking.mark(client, told))
    return client


def _file(own: Transfer, told: Told, by: Viewer, before: Enrolment) -> tuple[Client, bool]:
    """The person's file here: that of an earlier time, or a new one with what the letter says."""
    known = Client.objects.filter(
        programme=own.programme, facility=own.facility_id, pseudonym=own.pseudonym
    ).first()
    if known is not None:
        return goes_on(known), False
    desk = Desk(own.programme, own.facility)
    return new_file(desk, own.pseudonym, told, by, person=before.person), True


@case_action("refuse_transfer", "Không nhận người chuyển đến", "Refuse a transfer", of="transfer")
def refuse_transfer(*, by: Viewer, transfer: Transfer, why: str) -> Transfer:
    """Say no, with a reason that the sender reads; the client stays where they are."""
    return posting.refuse_letter(Transfer, by, transfer, why)


@case_action("withdraw_transfer", "Rút đề nghị chuyển", "Withdraw a transfer", of="transfer")
def withdraw(*, by: Viewer, transfer: Transfer) -> Transfer:
    """Take it back before it is answered. Refusal("answered-already")."""
    return posting.withdraw_letter(Transfer, by, transfer)
