"""Why somebody sees a thing, and who else does, in words that need no knowledge of the program."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils import timezone
from django.utils.translation import get_language

from phoihop.base.org import viewers
from phoihop.base.org.doors import DOORS, label, may, place_of, query
from phoihop.base.org.models import Agency, Block, Facility, Position
from phoihop.base.org.roles import ROLES
from phoihop.base.org.rules import permissions as rules
from phoihop.base.org.rules.permissions import Reach, Reason, Viewer, Why
from phoihop.kernel.refusals import Bilingual


@dataclass(frozen=True, slots=True)
class Ground:
    """One reason in words: the role, where it is held, since when, by which decision, who allowed it."""

    words: str
    role: str
    place: str
    since: date | None = None
    until: date | None = None
    basis: str = ""


@dataclass(frozen=True, slots=True)
class Other:
    """Somebody else who may see the thing; outside one's own agency named by agency and role only."""

    name: str
    role: str
    place: str


@dataclass(frozen=True, slots=True)
class Explanation:
    """Why this viewer sees the thing, and who else does."""

    seen: str
    allowed: bool
    grounds: tuple[Ground, ...]
    others: tuple[Other, ...]


REACHES = {
    Reach.SELF: Bilingual("vì đây là của chính anh/chị", "because it is your own"),
    Reach.FACILITY: Bilingual(
        "vì thuộc cơ sở nơi giữ vai trò này", "because it belongs to the facility of this role"
    ),
    Reach.AGENCY: Bilingual(
        "vì thuộc cơ quan nơi giữ vai trò này, hoặc cơ quan đã nhập vào đó",
        "because it belongs to the agency of this role, or to one that was merged into it",
    ),
    Reach.UNITS: Bilingual(
        "vì nằm trong địa bàn của vai trò này, hoặc đơn vị cũ đã nhập vào đó",
        "because it lies in the area of this role, or in an old unit that was merged into it",
    ),
    Reach.ALL: Bilingual(
        "vì vai trò này được xem loại thông tin đó ở mọi nơi",
        "because this role sees such information everywhere",
    ),
}

REFUSALS = {
    Why.NO_GRANT: Bilingual(
        "Không vai trò nào của anh/chị cho phép việc này.", "No role of yours allows this."
    ),
    Why.BLOCKED: Bilingual("Việc này đã bị chặn riêng đối với anh/chị.", "You have been blocked from this."),
    Why.ROLE_REFUSES: Bilingual(
        "Một vai trò anh/chị đang giữ không được làm việc này, dù có vai trò khác.",
        "A role you hold may not do this, whatever else you hold.",
    ),
    Why.NOT_SIGNED_IN: Bilingual("Hãy đăng nhập.", "Sign in first."),
    Why.NEEDS_STRONG: Bilingual(
        "Cần đăng nhập bằng khóa đăng nhập hoặc mã một lần.", "A passkey or one-time code is needed."
    ),
    Why.NEEDS_STEP_UP: Bilingual("Cần xác nhận lại danh tính.", "You need to prove again who you are."),
}


@query("org.explain", "Vì sao thấy, ai thấy", "Who sees this, and why", recorded=False)
def why(viewer: Viewer, *, code: str, thing: Any = None) -> Explanation:
    """Why the viewer may, or may not, pass the door ``code`` to a thing, and who else may."""
    decision = may(viewer, code, thing)
    seen = words(DOORS[code].about)
    if not decision:
        refused = tuple(Ground(words(REFUSALS[reason.why]), "", "") for reason in decision.reasons[:1])
        return Explanation(seen, False, refused, ())
    return Explanation(seen, True, tuple(_grounds(decision.reasons)), tuple(_others(viewer, code, thing)))


def words(said: Bilingual) -> str:
    """In the language of the page."""
    return said.en if get_language() == "en" else said.vi


def _grounds(reasons: Iterable[Reason]) -> Iterable[Ground]:
    given = [reason for reason in reasons if reason.why is Why.GRANTED and reason.reach is not None]
    positions = Position.objects.select_related("agency", "facility").in_bulk(
        [r.position for r in given if r.position]
    )
    for reason in given:
        position = positions.get(reason.position or 0)
        if position is not None and reason.reach is not None:
            yield Ground(
                words(REACHES[reason.reach]),
                words(ROLES[reason.role].name),
                place_name(position.facility or position.agency),
                position.since,
                position.until,
                position.basis,
            )


def place_name(place: Agency | Facility | None) -> str:
    """What the place of a position is called; empty where it is none in particular."""
    return place.name if place is not None else ""


def _others(viewer: Viewer, code: str, thing: Any) -> list[Other]:
    """Everybody whose position reaches the thing today: by name in the viewer's agencies, else by office."""
    today, place = timezone.localdate(), place_of(thing)
    kind, number = label(thing)
    positions = (
        Position.objects.filter(since__lte=today, person__account__is_active=True)
        .exclude(until__lt=today)
        .exclude(person=viewer.person)
        .filter(role__in=[role.code for role in ROLES.values() if any(g.names(code) for g in role.grants)])
        .select_related("person__account", "agency", "facility")
        .prefetch_related("units")
        .order_by("person__sort_key", "pk")
    )
    blocks: dict[int, list[rules.Block]] = {}
    for block in Block.objects.filter(person__positions__in=positions).distinct():
        blocks.setdefault(block.person_id, []).append(
            rules.Block(block.actions, block.thing or None, block.until)
        )
    by_person: dict[int, list[Position]] = {}
    for position in positions:
        by_person.setdefault(position.person_id, []).append(position)
    found: dict[tuple[str, str, str], Other] = {}
    for person, theirs in by_person.items():
        other = Viewer(
            account=theirs[0].person.account.pk,
            person=person,
            day=today,
            held=tuple(viewers.held(theirs)),
            blocks=tuple(blocks.get(person, ())),
            strong=True,
            stepped_up=True,
        )
        decision = rules.decide(other, code, place, roles=ROLES, thing=f"{kind}:{number}" if kind else None)
        by_id = {position.pk: position for position in theirs}
        for reason in decision.reasons if decision else ():
            position = by_id[reason.position or 0]
            near = position.agency_id in viewer.agencies
            said = Other(
                theirs[0].person.name if near else "",
                words(ROLES[reason.role].name),
                place_name(position.facility or position.agency),
            )
            found[(said.name, said.role, said.place)] = said
    return list(found.values())
