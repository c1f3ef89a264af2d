"""Referring a client to another facility, of this programme or another; answering a referral."""

from uuid import uuid4

from phoihop.base.org.models import Facility
from phoihop.base.org.rules.permissions import Viewer
from phoihop.registry import likening, marking, posting
from phoihop.registry.actions.files import check_offered, new_file
from phoihop.registry.doors import Desk, case_action
from phoihop.registry.models import Client, Referral
from phoihop.registry.models.letters import RECEIVED
from phoihop.registry.reaching import between
from phoihop.registry.refusing import reason_of, refuse
from phoihop.registry.registering import PROGRAMMES
from phoihop.registry.rules.letters import State


@case_action("refer", "Giới thiệu tới cơ sở khác", "Refer a client", of="client")
def refer(*, by: Viewer, client: Client, to: Facility, programme: str, why: str, agreed: bool) -> Referral:
    """A letter about a client who agreed to it. The receiving programme knows them by a pseudonym of its own,
    and is told neither the sending programme nor the file.

    Refusal: "not-consented", "same-place", "not-offered", "reason-missing", "erased-there".
    """
    if not agreed:
        raise refuse("not-consented")
    if to.pk == client.facility_id and programme == client.programme:
        raise refuse("same-place")
    if programme not in PROGRAMMES:
        raise refuse("not-offered")
    check_offered(to, programme, by.day)
    told = marking.told_of(client)
    numbers = PROGRAMMES[programme].keeps_identity and PROGRAMMES[client.programme].keeps_identity
    return posting.send(
        Referral,
        by,
        client,
        to,
        programme=programme,
        pseudonym=client.pseudonym if programme == client.programme else uuid4(),
        content=posting.content_of(told, {"why": reason_of(why)}, with_numbers=numbers),
        days=PROGRAMMES[client.programme].referral_days,
        sent={"to_programme": programme},
        both={},
    )


@case_action("accept_referral", "Nhận người được giới thiệu", "Accept a referral", of="referral")
def accept(*, by: Viewer, referral: Referral) -> Client:
    """Take the person on: a file is opened with what the letter says, or their own is found. Nobody is
    enrolled by it. Refusal: "answered-already", "not-offered"."""
    own = posting.waiting(Referral, referral, by, RECEIVED)
    check_offered(own.facility, own.programme, by.day)
    told, _ = posting.read_content(own.text("content"))
    known = Client.objects.filter(
        programme=own.programme, facility=own.facility_id, pseudonym=own.pseudonym
    ).first()
    client = known or new_file(Desk(own.programme, own.facility), own.pseudonym, told, by)
    if known is None:
        likening.look(by, client, told, marking.mark(client, told))
    own.client = client
    with between(by, posting.both_ends(own)):
        posting.answer([own, posting.counterpart(Referral, own)], by, State.ACCEPTED)
    return client


@case_action("refuse_referral", "Không nhận người được giới thiệu", "Refuse a referral", of="referral")
def refuse_referral(*, by: Viewer, referral: Referral, why: str) -> Referral:
    """Say no, with a reason that the sender reads. Refusal: "reason-missing", "answered-already"."""
    return posting.refuse_letter(Referral, by, referral, why)


@case_action("withdraw_referral", "Rút thư giới thiệu", "Withdraw a referral", of="referral")
def withdraw(*, by: Viewer, referral: Referral) -> Referral:
    """Take a referral back before it is answered. Refusal("answered-already")."""
    return posting.withdraw_letter(Referral, by, referral)
