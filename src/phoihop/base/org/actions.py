"""Every write to people and positions; see ``offices`` for agencies, ``blocks`` for what beats a grant."""

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

from django.utils import timezone

from phoihop.base.org import notices, proposals, reach
from phoihop.base.org.accounts import cut_off, new_account
from phoihop.base.org.doors import action
from phoihop.base.org.models import Account, Agency, Facility, Notice, Person, Position, Proposal, Unit
from phoihop.base.org.roles import ROLES
from phoihop.base.org.rules.permissions import Viewer
from phoihop.base.security.audit.entries import Kind
from phoihop.kernel.refusals import Bilingual, Refusal

GIVE = "org.give_position"


@action("org.create_account", "Lập tài khoản", "Make an account")
def create_account(*, by: Viewer, name: str, username: str, phone: str = "", email: str = "") -> Account:
    """A person and their account; see accounts.new_account."""
    return new_account(name, username, phone=phone, email=email)


@action(
    "org.propose_position",
    "Đề nghị giao nhiệm vụ",
    "Propose a position",
    of="place",
    kind=Kind.GRANT,
    step_up=True,
)
def give_position(
    *,
    by: Viewer,
    person: Person,
    role: str,
    place: Agency | Facility,
    units: Iterable[Unit] = (),
    since: date,
    until: date | None = None,
    basis: str = "",
    reason: str,
) -> Position | Proposal:
    """Give a role at an agency or a facility; a sensitive one becomes a proposal, for a second person.

    A central role, and units beyond the agency's own, are decided by who decides for every agency.
    Refusal: no such role, or days in the wrong order.
    """
    if role not in ROLES:
        raise Refusal("no-such-role", "Không có vai trò này.", "There is no such role.")
    if until is not None and until < since:
        raise Refusal("days-wrong", "Ngày kết thúc trước ngày bắt đầu.", "It would end before it begins.")
    facility = place if isinstance(place, Facility) else None
    agency = place if isinstance(place, Agency) else place.agency
    over = sorted(unit.pk for unit in units)
    arguments = {
        "person": person.pk,
        "role": role,
        "agency": agency.pk,
        "facility": facility.pk if facility else None,
        "units": over,
        "since": since.isoformat(),
        "until": until.isoformat() if until else None,
        "basis": basis,
    }
    beyond = not set(over) <= reach.lineage().covered([agency.unit_id] if agency.unit_id else [])
    if ROLES[role].sensitive or beyond:
        own = None if ROLES[role].central or beyond else agency.pk
        return proposals.open_one(by, GIVE, arguments, reason=reason, agency=own)
    return _give(arguments, given_by=by.account, approved_by=None)


def _give(arguments: dict[str, Any], *, given_by: int | None, approved_by: int | None) -> Position:
    until = arguments["until"]
    since = date.fromisoformat(arguments["since"])
    same = Position.objects.filter(
        person=arguments["person"],
        role=arguments["role"],
        agency=arguments["agency"],
        facility=arguments["facility"],
    ).exclude(until__lt=since)
    if until is not None:
        same = same.filter(since__lte=date.fromisoformat(until))
    if same.exists():
        raise Refusal(
            "position-held",
            "Người này đã giữ vai trò đó ở nơi này trong thời gian trùng.",
            "This person holds that role there already in part of this time.",
        )
    position = Position.objects.create(
        person_id=arguments["person"],
        role=arguments["role"],
        agency_id=arguments["agency"],
        facility_id=arguments["facility"],
        since=since,
        until=date.fromisoformat(until) if until else None,
        basis=arguments["basis"],
        given_by_id=given_by,
        approved_by_id=approved_by,
    )
    position.units.set(arguments["units"])
    _tell_of(position)
    return position


def _tell_of(position: Position) -> None:
    account = Account.objects.filter(person=position.person_id).first()
    if account is None:
        return
    cut_off(account)
    notices.tell([account.pk], "position-given", f"org.Position:{position.pk}")
    if ROLES[position.role].sensitive:
        watching = proposals.deciders("org.decide_proposal", position.agency_id)
        notices.tell(watching, "sensitive-role-given", f"org.Position:{position.pk}")


def _run_give(proposal: Proposal, by: Viewer) -> Position:
    return _give(proposal.arguments, given_by=proposal.proposed_by_id, approved_by=by.account)


def _gains(arguments: dict[str, Any]) -> list[int]:
    return list(Account.objects.filter(person=arguments["person"]).values_list("pk", flat=True))


proposals.register(
    GIVE,
    proposals.Kind(Bilingual("Giao vai trò nhạy cảm", "Give a sensitive role"), run=_run_give, gains=_gains),
)


@action(
    "org.decide_proposal",
    "Quyết định đề nghị",
    "Decide a proposal",
    of="proposal",
    kind=Kind.GRANT,
    step_up=True,
)
def decide_proposal(*, by: Viewer, proposal: Proposal, allow: bool) -> Proposal:
    """Allow or refuse what another person asked for; see proposals.decide."""
    return proposals.decide(by, proposal, allow=allow)


@action("org.change_own_proposal", "Rút đề nghị của mình", "Withdraw one's own proposal", of="proposal")
def withdraw_proposal(*, by: Viewer, proposal: Proposal) -> Proposal:
    """Take back a proposal that is still open."""
    return proposals.withdraw(by, proposal)


@action("org.end_position", "Kết thúc nhiệm vụ", "End a position", of="position", kind=Kind.GRANT)
def end_position(*, by: Viewer, position: Position, last_day: date | None = None) -> Position:
    """End a position with this day (yesterday if none is given, so that it counts no more from now).

    Refusal("ends-later") for a day after its present end: going on longer is a new position, given anew.
    """
    last = last_day or timezone.localdate() - timedelta(days=1)
    position = Position.objects.select_for_update().get(pk=position.pk)
    if position.until is not None and last > position.until:
        raise Refusal(
            "ends-later",
            "Nhiệm vụ này đã có ngày kết thúc sớm hơn. Muốn kéo dài, hãy đề nghị giao nhiệm vụ mới.",
            "This position ends earlier already. To go on longer, propose a new position.",
        )
    position.until = max(last, position.since - timedelta(days=1))
    if position.until < position.since:
        # It never counted: a position of no day is none.
        position.units.clear()
        account = Account.objects.filter(person=position.person_id).first()
        Position.objects.filter(pk=position.pk).delete()
    else:
        position.save(update_fields=["until"])
        account = Account.objects.filter(person=position.person_id).first()
    if account is not None:
        cut_off(account)
        notices.tell([account.pk], "position-ended")
    return position


@action("org.change_own_notices", "Đánh dấu thông báo đã đọc", "Mark one's notices as read")
def mark_notices_read(*, by: Viewer) -> None:
    """Everything the person was told so far has been read."""
    Notice.objects.filter(account=by.account, seen_at=None).update(seen_at=timezone.now())
