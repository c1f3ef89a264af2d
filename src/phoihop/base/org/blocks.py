"""What one person must not do, whatever they hold: laid, and lifted again."""

from datetime import date, timedelta
from fnmatch import fnmatchcase

from django.db.models import Q
from django.utils import timezone

from phoihop.base.org import notices
from phoihop.base.org.accounts import cut_off
from phoihop.base.org.doors import DOORS, action
from phoihop.base.org.models import Account, Agency, Block, Person, Position
from phoihop.base.org.rules.permissions import Viewer
from phoihop.base.security.audit.entries import Kind
from phoihop.kernel.refusals import Refusal

notices.add_words(
    "block-changed",
    "Việc anh/chị được làm vừa thay đổi. Xem Trang của tôi.",
    "What you may do has changed. See My page.",
)


@action(
    "org.block",
    "Chặn một người làm một việc",
    "Block a person from something",
    of="place",
    kind=Kind.GRANT,
    step_up=True,
)
def block(
    *, by: Viewer, person: Person, place: Agency, actions: str, thing: str = "", until: date | None = None
) -> Block:
    """Forbid actions (a pattern) to one person who works at this agency; beats every grant at once.

    Refusal: oneself, somebody who does not work there now or later, no such actions, a last day that is
    past, or the same block twice.
    """
    if person.pk == by.person:
        raise Refusal("block-oneself", "Không thể tự chặn mình.", "Nobody blocks themselves.")
    # One who left is no longer theirs to block; forerunners' people moved along with the merger.
    at = Q(agency=place) | Q(facility__agency=place)
    if not Position.objects.filter(at, person=person).exclude(until__lt=by.day).exists():
        raise Refusal(
            "not-here",
            "Người này không giữ nhiệm vụ nào ở cơ quan đó, từ hôm nay trở đi.",
            "This person holds no position there, from today on.",
        )
    if not any(fnmatchcase(code, actions) for code in DOORS):
        raise Refusal("no-such-action", "Không có việc này.", "There is no such action.")
    if until is not None and until < by.day:
        raise Refusal("until-past", "Ngày kết thúc đã qua.", "The last day has passed.")
    same = Block.objects.filter(person=person, agency=place, actions=actions, thing=thing)
    longer = Q(until__isnull=True) | Q(until__gte=until) if until else Q(until__isnull=True)
    if same.filter(longer).exists():
        raise Refusal(
            "blocked-already", "Việc này đã bị chặn rồi.", "This is blocked already, for at least as long."
        )
    made = Block.objects.create(
        person=person, actions=actions, thing=thing, until=until, given_by_id=_signed_in(by), agency=place
    )
    _tell(person)
    return made


@action("org.lift_block", "Bỏ chặn", "Lift a block", of="block", kind=Kind.GRANT, step_up=True)
def lift(*, by: Viewer, block: Block) -> Block:
    """Let the person do again what their roles allow. Refusal: one's own block, or it ended already."""
    locked = Block.objects.select_for_update().get(pk=block.pk)
    if locked.person_id == by.person:
        raise Refusal(
            "lift-own",
            "Không thể tự bỏ việc chặn đối với mình. Người khác phải làm việc này.",
            "Nobody lifts a block on themselves. Somebody else has to.",
        )
    if locked.until is not None and locked.until < by.day:
        raise Refusal("block-ended", "Việc chặn này đã hết hiệu lực.", "This block has ended already.")
    locked.until, locked.lifted_by_id, locked.lifted_at = (
        by.day - timedelta(days=1),
        _signed_in(by),
        timezone.now(),
    )
    locked.save(update_fields=["until", "lifted_by", "lifted_at"])
    _tell(locked.person)
    return locked


def _tell(person: Person) -> None:
    """Sessions end, so that it counts at once; the person is told that something changed."""
    for account in Account.objects.filter(person=person):
        cut_off(account)
        notices.tell([account.pk], "block-changed")


def _signed_in(by: Viewer) -> int:
    """The account that acts; a visitor never gets this far."""
    assert by.account is not None
    return by.account
