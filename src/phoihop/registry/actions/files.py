"""Opening a client's file, correcting it, saying whose work it is."""

from datetime import date
from uuid import UUID, uuid4

from phoihop.base.org.models import Account, Facility, Unit
from phoihop.base.org.rules.permissions import Viewer
from phoihop.registry import likening, marking
from phoihop.registry.doors import Desk, case_action
from phoihop.registry.models import Client, Tie
from phoihop.registry.reaching import ensure_key
from phoihop.registry.refusing import refuse
from phoihop.registry.registering import PROGRAMMES
from phoihop.registry.rules.codes import code_of
from phoihop.registry.rules.identity import Told


@case_action("open", "Lập hồ sơ", "Open a file", of="desk")
def open_file(
    *, by: Viewer, desk: Desk, told: Told, home: Unit | None = None, carer: Account | None = None
) -> Client:
    """A file for somebody new to the programme at this facility; nobody is enrolled by it.

    The answer is the same whoever the person is elsewhere. Files of this programme that may be of the same
    person are written down for somebody to decide. Refusal: "nameless", "identity-not-kept", "not-offered".
    """
    check(desk.programme, told)
    check_offered(desk.facility, desk.programme, by.day)
    client = new_file(desk, uuid4(), told, by, home=home, carer=carer)
    likening.look(by, client, told, marking.mark(client, told))
    return client


def new_file(
    desk: Desk,
    pseudonym: UUID,
    told: Told,
    by: Viewer,
    *,
    home: Unit | None = None,
    carer: Account | None = None,
    person: UUID | None = None,
) -> Client:
    """The rows of a new file; in a scope that reaches its place. ``person``: of whom it is, else its own."""
    ensure_key(desk.programme, desk.facility.pk, pseudonym)
    client = Client(
        programme=desk.programme,
        facility=desk.facility,
        pseudonym=pseudonym,
        code=code_of(pseudonym),
        opened_on=by.day,
        home=home,
        carer=carer,
    )
    marking.fill(client, told)
    client.save()
    Tie.objects.create(
        client=client, programme=desk.programme, facility=desk.facility, person=person or pseudonym
    )
    return client


@case_action("correct", "Sửa thông tin nhận biết", "Correct who a client is", of="client")
def correct(*, by: Viewer, client: Client, told: Told, home: Unit | None = None) -> Client:
    """Put what is right in the place of what was said; the history keeps what stood there before."""
    check(client.programme, told)
    client = Client.objects.select_for_update(of=("self",)).select_related("facility").get(pk=client.pk)
    marking.fill(client, told)
    client.home = home
    client.save()
    marks = marking.mark(client, told)
    if client.merged_into_id is None:
        likening.look(by, client, told, marks)
    return client


@case_action("give", "Giao người phụ trách hồ sơ", "Say whose work a file is", of="client")
def give(*, by: Viewer, client: Client, carer: Account | None) -> Client:
    """From now on the file is this person's work; None: everybody's at the facility."""
    client.carer = carer
    client.save(update_fields=["carer"])
    return client


def check(programme: str, told: Told) -> None:
    """What a file cannot be without, or may not hold. Numbers of odd shapes are no reason to refuse."""
    if not told.known_as:
        raise refuse("nameless")
    if (told.identity or told.insurance) and not PROGRAMMES[programme].keeps_identity:
        raise refuse("identity-not-kept")


def check_offered(facility: Facility, programme: str, day: date) -> None:
    """Refusal("not-offered") where the facility does not do this, or not on that day."""
    ended = facility.valid_to is not None and facility.valid_to < day
    if ended or programme not in facility.programmes:
        raise refuse("not-offered")


def goes_on(client: Client) -> Client:
    """The file that goes on in the place of one that was merged; itself otherwise."""
    while client.merged_into is not None:
        client = client.merged_into
    return client
