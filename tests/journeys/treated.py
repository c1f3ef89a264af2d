"""A facility whose doctor has something of everything to do: the locked, the missing, the waiting."""

from datetime import timedelta
from typing import Any

from django.utils import timezone

from phoihop.base.org.models import Account
from phoihop.base.org.rules.permissions import Viewer
from phoihop.base.org.tests import making as people
from phoihop.base.security import scope
from phoihop.programmes.ost.actions import admitting, noting, ordering
from phoihop.programmes.ost.dosing import reaching
from phoihop.programmes.ost.models import Incident
from phoihop.programmes.ost.queries.admissions import Said
from phoihop.programmes.ost.rules.phases import Phase
from phoihop.programmes.ost.rules.urine import Result, Substance
from phoihop.programmes.ost.tests import making
from phoihop.programmes.ost.tests.care_people import dosed, person_of
from phoihop.registry.actions import consenting, files
from phoihop.registry.doors import Desk
from phoihop.registry.models import Client
from phoihop.registry.rules.born import Born
from phoihop.registry.rules.identity import Sex, Told

DAY = timedelta(days=1)
NAMES = ("Vàng A Páo", "Sùng Thị Dế", "Lò Văn Chư", "Giàng A Súa", "Mùa Thị Dua", "Tẩn A Lử", "Phàn Văn Phử")

DOCTORS = ("Hạng A Một", "Hạng A Hai", "Hạng A Ba", "Hạng A Bốn", "Hạng A Năm", "Hạng A Sáu", "Hạng A Bảy",
           "Hạng A Tám")  # fmt: skip


def make() -> dict[str, Any]:
    """The house with seven in treatment, each with something else to do, and two who apply."""
    house = making.house()
    away = {0: 6, 1: 3, 2: 2}  # days since the last dose; the others came yesterday
    clients = [_client(house, name, away.get(number, 1)) for number, name in enumerate(NAMES)]
    full = clients[3]
    today = timezone.localdate()
    results = {Substance.OPIOIDS: Result.POSITIVE, Substance.CANNABIS: Result.NEGATIVE}
    noting.urine_test(by=house.nurse, client=full, day=today - DAY * 9, results=results)
    wrong = noting.urine_test(by=house.nurse, client=full, day=today - DAY * 2, results=results)
    noting.void_test(by=house.nurse, test=wrong, why="ghi nhầm người")
    noting.note(
        by=house.doctor,
        client=full,
        kind="counselling",
        form="counselling.v1",
        day=today - DAY * 4,
        content={
            "day": f"{today - DAY * 4:%d/%m/%Y}",
            "kind": "alone",
            "about": "keep; safety",
            "said": "Hứa đến đều hằng ngày; đã nói về nguy cơ khi uống rượu cùng thuốc.",
        },
    )
    dosed(full, today)
    noting.vomit(by=house.nurse, client=full, minutes=12, seen=True)
    row = _raised(house, clients[4])
    applicants = [_applicant(house, name) for name in ("Khoàng A Xin", "Cà Thị Mới")]
    whole = Said(application=True, id_paper=True, diagnosed=True, commitment=True, voluntary=True)
    for client in applicants:
        admitting.apply(by=house.nurse, client=client, said=whole, complete_on=today - DAY)
    refused = _applicant(house, "Hờ A Trả")
    letter = admitting.apply(by=house.nurse, client=refused, said=Said(), complete_on=None)
    reasons = ["Chưa có chẩn đoán của bác sĩ.", "Thiếu bản sao giấy tờ tùy thân."]
    admitting.refuse_client(by=house.doctor, admission=letter, reasons=reasons)
    with scope.acting(people.INSTALL):
        # Nobody opens files faster than they read: each look is another doctor's.
        more = [people.somebody(name, "ost-doctor", house.a) for name in DOCTORS]
    return {
        "doctor": _username(house.doctor),
        "doctors": [_username(each) for each in more],
        "authority": _username(house.authority),
        "head": _username(house.head),
        "full": str(full.uid),
        "locked": str(clients[0].uid),
        "applicant": str(applicants[0].uid),
        "refused": str(refused.uid),
        "incident": row.pk,
        "facility": house.a.pk,
    }


def _client(house: making.House, name: str, away: int) -> Client:
    today = timezone.localdate()
    client = making.admitted(house.doctor, house.a, name, since=today - DAY * 60)
    with making.acting(house.doctor):
        for back, phase in ((60, Phase.INDUCTION), (50, Phase.ADJUSTMENT), (35, Phase.MAINTENANCE)):
            ordering.step(house.doctor, client, phase, today - DAY * back)
    making.ordered(house.doctor, client, 60 + len(name), days=30, start=today - DAY * 28)
    for back in range(away, 28):
        if back != 13:
            dosed(client, today - DAY * back, 60 + len(name))
    return client


def _applicant(house: making.House, name: str) -> Client:
    told = Told(name=name, born=Born(1991, 3, 4), sex=Sex.MALE)
    client = files.open_file(by=house.nurse, desk=Desk("ost", house.a), told=told)
    today = timezone.localdate()
    consenting.consent(by=house.nurse, client=client, wording="mẫu 02", form="written", given_on=today)
    return client


def _raised(house: making.House, client: Client) -> Incident:
    with reaching.centre(None, house.a.pk):
        return Incident.objects.create(
            identity="1" * 64,
            facility=house.a,
            pseudonym=client.pseudonym,
            kind="possible-double",
            severity=2,
            keys=["a", "b"],
            persons=[person_of(client)],
            days=[timezone.localdate() - DAY],
        )


def _username(viewer: Viewer) -> str:
    with scope.acting(scope.DOOR):
        return str(Account.objects.get(pk=viewer.account).username)


def pages(made: dict[str, Any], look: int) -> list[tuple[str, str, str]]:
    """A name for the picture, who opens it, the path; ``look``: whose number it is."""
    doctor, file = made["doctors"][look], f"/dt/ho-so/{made['full']}/"
    return [
        ("worklist", doctor, "/dt/bac-si/"),
        ("care", doctor, file),
        ("locked", doctor, f"/dt/ho-so/{made['locked']}/"),
        ("order", doctor, f"{file}y-lenh/"),
        ("test", doctor, f"{file}xet-nghiem/"),
        ("vomit", doctor, f"{file}non/"),
        ("counselling", doctor, f"{file}ghi/1/"),
        ("end", doctor, f"{file}ket-thuc/"),
        ("applicant", doctor, f"/dt/ho-so/{made['applicant']}/"),
        ("application", doctor, f"/dt/ho-so/{made['applicant']}/don/"),
        ("decide", doctor, f"/dt/ho-so/{made['applicant']}/don/quyet-dinh/"),
        ("letter", doctor, f"/dt/ho-so/{made['refused']}/don/tra-loi/"),
        ("incidents", doctor, "/dt/su-co/"),
        ("incident", doctor, f"/dt/su-co/{made['incident']}/"),
        ("quality", doctor, "/dt/chat-luong/"),
        ("values", made["authority"], "/dt/gia-tri/"),
    ]
