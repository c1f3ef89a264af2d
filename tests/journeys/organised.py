"""The demo's people, and beside them what makes every page of the organisation hold something."""

from datetime import date, timedelta

from django.utils import timezone

from phoihop.base.org import actions, blocks, loading, mergers, offices, viewers
from phoihop.base.org.mergers import Merger
from phoihop.base.org.models import Account, Agency, Position, Proposal, Unit
from phoihop.base.org.queries import people as listing
from phoihop.base.org.rules.permissions import Viewer
from phoihop.base.security import origin, scope
from phoihop.base.security.scope import Scope
from phoihop.demo import people

SINCE = date(2026, 1, 5)


def viewer(name: str) -> Viewer:
    viewers.CACHE.clear()
    account = Account.objects.select_related("person").get(username=name)
    return viewers.of_account(account, strong=True, stepped_up=True)


def make() -> dict[str, int]:
    """Everything, and the ids that addresses need."""
    loading.load_units()
    people.build()
    with origin.beginning(), scope.acting(Scope("install")):
        return _offices()


def _offices() -> dict[str, int]:
    admin, head = viewer("quantri"), viewer("giamdoc")
    health = Agency.objects.get(name__startswith="Sở Y tế")
    province = Unit.objects.get(key="demo:99")
    clerk = Account.objects.select_related("person").get(username="canbo").person
    other = Account.objects.select_related("person").get(username="canbo2").person
    site = offices.create_facility(
        by=admin, agency=health, kind="clinic", name="Phòng khám số 1 Phìn Sơn", unit=province
    )
    offices.create_facility(by=admin, agency=health, kind="point", name="Điểm Mường Khoang", parent=site)
    soon = timezone.localdate() + timedelta(days=9)
    actions.give_position(
        by=admin,
        person=clerk,
        role="member",
        place=site,
        since=SINCE,
        until=soon,
        units=[province],
        basis="Quyết định số 88/QĐ-SYT",
        reason="trực phòng khám",
    )
    asked = _ask(admin, clerk, "exporter", health, "thay người nghỉ hưu từ đầu tháng")
    _ask(head, clerk, "head", health, "phụ trách trong lúc giám đốc đi học")
    labour = offices.create_agency(
        by=admin, kind="labour.province", name="Sở Lao động tỉnh Phìn Sơn", unit=province
    )
    actions.give_position(
        by=admin, person=other, role="member", place=labour, since=SINCE, reason="điều động"
    )
    plan = Merger("agencies", (labour.pk,), health.pk, date(2026, 12, 1), "Nghị quyết số 5/NQ-HĐND")
    merger = mergers.propose(by=admin, merger=plan, reason="sắp xếp bộ máy của tỉnh")
    lifted = blocks.block(by=head, person=clerk, place=health, actions="org.fetch_file")
    blocks.lift(by=viewer("baove"), block=lifted)
    block = blocks.block(by=head, person=clerk, place=health, actions="org.keep_file", until=soon)
    for reader in (head, admin, admin):
        listing.person(reader, person=clerk)
    position = Position.objects.filter(person=clerk).order_by("pk")[0]
    return {
        "health": health.pk,
        "site": site.pk,
        "clerk": clerk.pk,
        "asked": asked.pk,
        "merger": merger.pk,
        "position": position.pk,
        "block": block.pk,
    }


def pages(made: dict[str, int]) -> list[tuple[str, str, str]]:
    """Who opens what: a name for the picture, the person, the path."""
    return [
        ("today", "baove", "/hom-nay/"),
        ("today-member", "canbo", "/hom-nay/"),
        ("today-empty", "kiemtra", "/hom-nay/"),
        ("mine", "canbo", "/toi/"),
        ("my-readers", "canbo", "/toi/ai-da-xem/"),
        ("notices", "baove", "/thong-bao/"),
        ("roles", "giamdoc", "/vai-tro/"),
        ("units", "canbo", "/dia-ban/"),
        ("units-old", "canbo", "/dia-ban/?on=01%2F01%2F2024"),
        ("units-search", "canbo", "/dia-ban/?q=bat+xat"),
        ("unit", "canbo", "/dia-ban/2025:15/"),
        ("unit-old", "canbo", "/dia-ban/2004:10/"),
        ("agencies", "canbo", "/co-quan/"),
        ("agencies-search", "canbo", "/co-quan/?q=so"),
        ("agency", "giamdoc", f"/co-quan/{made['health']}/"),
        ("agency-outside", "canbo2", f"/co-quan/{made['health']}/"),
        ("duties", "canbo", "/co-quan/phan-cong/?on=01%2F03%2F2022"),
        ("facility", "canbo", f"/co-so/{made['site']}/"),
        ("agencies-admin", "quantri", "/co-quan/"),
        ("agency-admin", "quantri", f"/co-quan/{made['health']}/"),
        ("agency-new", "quantri", "/co-quan/lap/"),
        ("agency-rename", "quantri", f"/co-quan/{made['health']}/doi-ten/"),
        ("agency-end", "quantri", f"/co-quan/{made['health']}/ket-thuc/"),
        ("facility-admin", "quantri", f"/co-so/{made['site']}/"),
        ("facility-new", "quantri", f"/co-quan/{made['health']}/lap-co-so/"),
        ("facility-end", "quantri", f"/co-so/{made['site']}/ket-thuc/"),
        ("people", "quantri", "/can-bo/"),
        ("person", "quantri", f"/can-bo/{made['clerk']}/"),
        ("person-head", "giamdoc", f"/can-bo/{made['clerk']}/"),
        ("person-block", "giamdoc", f"/can-bo/{made['clerk']}/chan/"),
        ("block-lift", "baove", f"/chan/{made['block']}/bo/"),
        ("person-new", "quantri", "/can-bo/moi/"),
        ("give", "quantri", f"/can-bo/{made['clerk']}/giao-nhiem-vu/"),
        ("end", "quantri", f"/nhiem-vu/{made['position']}/ket-thuc/"),
        ("proposals", "quantri", "/de-nghi/"),
        ("proposals-decider", "baove", "/de-nghi/"),
        ("proposal", "quantri", f"/de-nghi/{made['asked']}/"),
        ("proposal-decide", "baove", f"/de-nghi/{made['asked']}/quyet-dinh/"),
        ("proposal-merger", "baove", f"/de-nghi/{made['merger']}/quyet-dinh/"),
        ("mergers", "baove", "/hop-nhat/"),
        ("merger-propose", "quantri", "/hop-nhat/de-nghi/"),
        ("record", "kiemtra", "/nhat-ky/"),
        ("alarms", "baove", "/canh-bao/"),
        ("digests", "baove", "/ban-tin/"),
        ("digest", "giamdoc", f"/ban-tin/{made['health']}/"),
    ]


def _ask(by: Viewer, person: object, role: str, place: Agency, reason: str) -> Proposal:
    made = actions.give_position(by=by, person=person, role=role, place=place, since=SINCE, reason=reason)
    assert isinstance(made, Proposal)
    return made
