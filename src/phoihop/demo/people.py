"""The offices and people of Phìn Sơn, all invented, made through the same actions that a person uses."""

from dataclasses import dataclass
from datetime import date
from random import Random

from phoihop.base.org import actions, viewers
from phoihop.base.org.founding import INSTALL, found
from phoihop.base.org.models import Account, Agency, Facility, Position, Proposal, Unit
from phoihop.base.org.rules.permissions import Viewer
from phoihop.base.org.signin import cards
from phoihop.base.org.signin.cards import Card
from phoihop.base.security import origin, scope
from phoihop.base.security.scope import Scope
from phoihop.demo import network, places
from phoihop.programmes.ost.demo import names

SINCE = date(2024, 1, 2)
_MEN = 0.45  # of who works in treatment


@dataclass(frozen=True, slots=True)
class Someone:
    """A person of the demo: name, sign-in name, role, and the office they work at, by its short name.

    ``offered``: on the first page, in this order; ``over``: also sees what belongs to the whole province;
    ``site``: the number of the facility or point (network.PLACES) where a role of treatment is held.
    """

    name: str
    username: str
    role: str
    office: str
    offered: bool = True
    over: bool = False
    site: int | None = None


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
    Someone("Lý Sành Siệu", "bacsi", "ost-doctor", "cdc", site=0),
    Someone("Lèo Thị Ngoan", "dieuduong", "ost-nurse", "cdc", site=0),
    Someone("Thào Thị Pàng", "capphat", "ost-dispenser", "cdc", site=0),
    Someone("Hờ A Nếnh", "capphatdiem", "ost-dispenser", "cdc", site=8),
    Someone("Mè Văn Xôm", "thukho", "ost-storekeeper", "cdc", site=0),
    Someone("Pờ Gió Hừ", "phutrach", "ost-head", "cdc", site=0),
    Someone("Cầm Thị Phượng", "cdc", "ost-officer", "cdc"),
    Someone("Đinh Xuân Thạo", "chuyenmon", "ost-authority", "cdc"),
    Someone("Má Thị Seo", "thongke", "figures-officer", "cdc"),
    Someone("Lù Văn Phủ", "baocao", "figures-reporter", "health"),
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
        sites = network.places(by, offices[network.OFFICE])
        for someone in PEOPLE:
            place = offices[someone.office] if someone.site is None else sites[someone.site]
            _appoint(someone, place, province, by, second)
    viewers.CACHE.clear()
    return offices


def staff() -> dict[int, Facility]:
    """Make everybody who works at a facility or point of treatment and is not on the first page; the
    facilities and points by their numbers."""
    with origin.beginning(), scope.acting(INSTALL):
        province = places.units()
        by, second = viewer(ADMINISTRATOR.username), viewer(PROTECTOR.username)
        office = places.offices(by, province)[network.OFFICE]
        sites = network.places(by, office)
        for someone in working():
            _appoint(someone, sites[someone.site or 0], province, by, second)
    viewers.CACHE.clear()
    return sites


# What is held at a facility and at a point, and what its holder's sign-in name begins with.
_AT_FACILITY = {
    "ost-doctor": "bacsi",
    "ost-nurse": "dieuduong",
    "ost-dispenser": "capphat",
    "ost-storekeeper": "thukho",
    "ost-head": "phutrach",
}
_AT_POINT = {"ost-dispenser": "capphat", "ost-storekeeper": "kiemke"}


def working() -> list[Someone]:
    """Everybody of treatment who is not on the first page."""
    rng = Random("Phìn Sơn")  # noqa: S311 - names, no secrets
    known = {(someone.role, someone.site) for someone in PEOPLE}
    found = []
    for number, place in enumerate(network.PLACES):
        for role, begins in (_AT_FACILITY if place.of is None else _AT_POINT).items():
            name = names.name(rng, rng.random() < _MEN)
            if (role, number) not in known:
                username = f"{begins}{number}"
                found.append(Someone(name, username, role, network.OFFICE, offered=False, site=number))
    return found


def at_work(role: str, site: int) -> str:
    """The sign-in name of who holds a role at a facility or point."""
    everybody = (*PEOPLE, *working())
    return next(each.username for each in everybody if (each.role, each.site) == (role, site))


def _appoint(someone: Someone, office: Agency | Facility, province: Unit, by: Viewer, second: Viewer) -> None:
    account = Account.objects.select_related("person").filter(username=someone.username).first()
    if account is None:
        account = actions.create_account(by=by, name=someone.name, username=someone.username)
    where = {"facility": office} if isinstance(office, Facility) else {"agency": office}
    if Position.objects.filter(person=account.person, role=someone.role, **where).exists():
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
