"""The offices and people of Phìn Sơn, all invented, made through the same actions that a person uses."""

from dataclasses import dataclass
from datetime import date

from phoihop.base.org import actions, viewers
from phoihop.base.org.founding import INSTALL, found
from phoihop.base.org.models import Account, Agency, Position, Proposal, Unit
from phoihop.base.org.rules.permissions import Viewer
from phoihop.base.org.signin import cards
from phoihop.base.org.signin.cards import Card
from phoihop.base.security import origin, scope
from phoihop.base.security.scope import Scope
from phoihop.demo import places

SINCE = date(2024, 1, 2)


@dataclass(frozen=True, slots=True)
class Someone:
    """A person of the demo: name, sign-in name, role, and the office they work at, by its short name.

    ``offered``: on the first page, in this order; ``over``: also sees what belongs to the whole province.
    """

    name: str
    username: str
    role: str
    office: str
    offered: bool = True
    over: bool = False


ADMINISTRATOR = Someone("Giàng A Tủa", "quantri", "administrator", "")
PROTECTOR = Someone("Lừu Thị Sáy", "baove", "data-protection", "")
PEOPLE = (
    Someone("Sùng Thị Mỷ", "kehoach", "planning-officer", "people"),
    Someone("Lường Thị Hiền Mai", "lanhdao", "leader", "people", over=True),
    Someone("Lò Văn Chỉnh", "congan", "agency-officer", "police"),
    Someone("Tẩn Mẩy Khe", "yte", "agency-officer", "health"),
    Someone("Phàn Thị Xoa", "xaphinson", "agency-officer", "xa-1"),
    Someone("Hạng A Pó", "xanamxoong", "agency-officer", "xa-3"),
    Someone("Đèo Văn Thương", "thuongtruc", "planning-officer", "police"),
    Someone("Tẩn Láo Lở", "giamdoc", "head", "health"),
    # In a ward one person is both.
    Someone("Phàn Thị Xoa", "xaphinson", "planning-officer", "xa-1", offered=False),
    Someone("Vàng Seo Pao", "phonggd", "head", "police", offered=False),
    Someone("Vừ Mí Nô", "noivu", "agency-officer", "interior", offered=False),
    Someone("Cứ Thị Dở", "phunu", "agency-officer", "women", offered=False),
    Someone("Quàng Văn Ín", "truyenhinh", "agency-officer", "broadcast", offered=False),
    Someone("Má A Sinh", "taichinh", "agency-officer", "finance", offered=False),
    Someone("Hoàng Thị Nhình", "kiemtra", "auditor", "justice", offered=False),
    Someone("Lò Thị Pành", "canbo", "member", "health", offered=False),
    Someone("Chẻo Ông Nảy", "canbo2", "member", "interior", offered=False),
)
# A card for each of these is printed: the whole way in, as it is in earnest, for who wants to try it.
CARDS = ("quantri", "baove", "kehoach", "congan", "lanhdao", "giamdoc")


def build() -> dict[str, Agency]:
    """Make the demo's offices and people, whatever of them is missing; the offices by their short names."""
    with scope.acting(INSTALL):
        empty = not Account.objects.exists()
    if empty:
        found(
            places.FOUNDING,
            (ADMINISTRATOR.name, ADMINISTRATOR.username),
            (PROTECTOR.name, PROTECTOR.username),
        )
    with origin.beginning(), scope.acting(INSTALL):
        province = places.units()
        by, second = viewer(ADMINISTRATOR.username), viewer(PROTECTOR.username)
        offices = places.offices(by, province)
        for someone in PEOPLE:
            _appoint(someone, offices[someone.office], province, by, second)
    viewers.CACHE.clear()
    return offices


def _appoint(someone: Someone, office: Agency, province: Unit, by: Viewer, second: Viewer) -> None:
    account = Account.objects.select_related("person").filter(username=someone.username).first()
    if account is None:
        account = actions.create_account(by=by, name=someone.name, username=someone.username)
    if Position.objects.filter(person=account.person, role=someone.role, agency=office).exists():
        return
    given = actions.give_position(
        by=by,
        person=account.person,
        role=someone.role,
        place=office,
        units=[province] if someone.over else (),
        # Nobody works at an office before it is there.
        since=max(SINCE, office.valid_from or SINCE),
        basis=places.DECISION,
        reason="phân công theo quyết định của tỉnh",
    )
    if isinstance(given, Proposal):
        actions.decide_proposal(by=second, proposal=given, allow=True)


def viewer(username: str) -> Viewer:
    """As after a full sign-in: nobody sits at a browser while the demo is made."""
    viewers.CACHE.clear()
    account = Account.objects.select_related("person").get(username=username)
    return viewers.of_account(account, strong=True, stepped_up=True)


def unused_cards() -> list[Card]:
    """A fresh card for those of ``CARDS`` who have not signed in yet, for the terminal to show."""
    with origin.beginning(), scope.acting(Scope("install")):
        waiting = Account.objects.select_related("person").filter(last_login=None, username__in=CARDS)
        return [cards.made_for(account, issued_by=None) for account in waiting.order_by("pk")]
