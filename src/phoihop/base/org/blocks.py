"""What one person must not do, whatever they hold."""

from datetime import date

from phoihop.base.org.accounts import cut_off
from phoihop.base.org.doors import action
from phoihop.base.org.models import Account, Agency, Block, Person, Position
from phoihop.base.org.rules.permissions import Viewer
from phoihop.base.security.audit.entries import Kind
from phoihop.kernel.refusals import Refusal


@action(
    "org.block", "Ngăn một người làm một việc", "Block a person from something", of="place", kind=Kind.GRANT
)
def block(
    *, by: Viewer, person: Person, place: Agency, actions: str, thing: str = "", until: date | None = None
) -> Block:
    """Forbid actions (a pattern) to one person who works at this agency; beats every grant at once."""
    if not Position.objects.filter(person=person, agency=place).exists():
        raise Refusal(
            "not-here", "Người này không làm việc ở cơ quan đó.", "This person does not work there."
        )
    made = Block.objects.create(
        person=person, actions=actions, thing=thing, until=until, given_by_id=_signed_in(by)
    )
    _cut_off_person(person)
    return made


def _cut_off_person(person: Person) -> None:
    for account in Account.objects.filter(person=person):
        cut_off(account)


def _signed_in(by: Viewer) -> int:
    """The account that acts; a visitor never gets this far."""
    assert by.account is not None
    return by.account
