"""The offices and people of Phìn Sơn, all invented, made through the same actions that a person uses."""

from dataclasses import dataclass
from datetime import date

from phoihop.base.org import actions, viewers
from phoihop.base.org.founding import INSTALL, found
from phoihop.base.org.models import Account, Agency, Proposal, Unit
from phoihop.base.org.offices import create_agency
from phoihop.base.org.rules.permissions import Viewer
from phoihop.base.org.signin import cards
from phoihop.base.org.signin.cards import Card
from phoihop.base.security import origin, scope
from phoihop.base.security.scope import Scope

SINCE = date(2024, 1, 2)
REFORM = date(2025, 7, 1)
DECISION = "Quyết định số 12/QĐ-UBND ngày 02/01/2024"


@dataclass(frozen=True, slots=True)
class Someone:
    """A person of the demo: name, sign-in name, role, and the office they work at, by its short name."""

    name: str
    username: str
    role: str
    office: str


OFFICES = {
    "health": ("health.province", "Sở Y tế tỉnh Phìn Sơn"),
    "police": ("police.province", "Công an tỉnh Phìn Sơn"),
    "interior": ("interior.province", "Sở Nội vụ tỉnh Phìn Sơn"),
    "justice": ("justice.province", "Sở Tư pháp tỉnh Phìn Sơn"),
}
PEOPLE = (
    Someone("Tẩn Láo Lở", "giamdoc", "head", "health"),
    Someone("Vàng Seo Pao", "phonggd", "head", "police"),
    Someone("Hoàng Thị Nhình", "kiemtra", "auditor", "justice"),
    Someone("Lò Thị Pành", "canbo", "member", "health"),
    Someone("Chẻo Ông Nảy", "canbo2", "member", "interior"),
)
ADMINISTRATOR = ("Giàng A Tủa", "quantri")
PROTECTOR = ("Lừu Thị Sáy", "baove")
COMMUNES = ("Phìn Sơn", "Mường Khoang", "Nậm Xoong", "Pu Lao", "Khau Đeng")


def build() -> None:
    """Make the demo's people once; does nothing where there are accounts already."""
    with scope.acting(INSTALL):
        if Account.objects.exists():
            return
    found("Ủy ban nhân dân tỉnh Phìn Sơn", ADMINISTRATOR, PROTECTOR)
    with origin.beginning(), scope.acting(INSTALL):
        province = _units()
        by, second = _viewer(ADMINISTRATOR[1]), _viewer(PROTECTOR[1])
        offices = {
            short: create_agency(by=by, kind=kind, name=name, unit=province, basis=DECISION)
            for short, (kind, name) in OFFICES.items()
        }
        for someone in PEOPLE:
            _appoint(someone, offices[someone.office], by, second)
    viewers.CACHE.clear()


def _appoint(someone: Someone, office: Agency, by: Viewer, second: Viewer) -> None:
    account = actions.create_account(by=by, name=someone.name, username=someone.username)
    given = actions.give_position(
        by=by,
        person=account.person,
        role=someone.role,
        place=office,
        since=SINCE,
        basis=DECISION,
        reason="phân công theo quyết định của tỉnh",
    )
    if isinstance(given, Proposal):
        actions.decide_proposal(by=second, proposal=given, allow=True)


def _viewer(username: str) -> Viewer:
    """As after a full sign-in: nobody sits at a browser while the demo is made."""
    viewers.CACHE.clear()
    account = Account.objects.select_related("person").get(username=username)
    return viewers.of_account(account, strong=True, stepped_up=True)


def _units() -> Unit:
    """The invented province as it stands since July 2025, under a list of codes of its own."""
    given = {"system": "demo", "valid_from": REFORM, "basis": "không có thật"}
    province, _ = Unit.objects.get_or_create(
        key="demo:99",
        defaults={"code": "99", "name": "Phìn Sơn", "kind": "tỉnh", "level": "province", **given},
    )
    for number, name in enumerate(COMMUNES, 1):
        Unit.objects.get_or_create(
            key=f"demo:99{number:03d}",
            defaults={
                "code": f"99{number:03d}",
                "name": name,
                "kind": "phường" if number == 1 else "xã",
                "level": "commune",
                "parent": province,
                **given,
            },
        )
    return province


def unused_cards() -> list[Card]:
    """A fresh card for everybody who has not signed in yet, for the terminal to show."""
    with origin.beginning(), scope.acting(Scope("install")):
        return [
            cards.made_for(account, issued_by=None)
            for account in Account.objects.select_related("person").filter(last_login=None).order_by("pk")
        ]
