"""What goes on beside the books: notes, tests and visits, values that were signed, an incident that was
answered and one that waits; and today, of which half is over."""

from collections.abc import Callable, Iterable
from datetime import date, timedelta
from random import Random
from typing import Any

from django.utils import timezone

from phoihop.base.org.rules.permissions import Viewer
from phoihop.base.org.viewers import scope_of
from phoihop.base.security import origin, scope
from phoihop.kernel.refusals import Refusal
from phoihop.programmes.ost.actions import (
    answering,
    dispensing,
    noting,
    signing,
    stocking_reports,
    supervising,
    takehome,
)
from phoihop.programmes.ost.demo.filling import Cast
from phoihop.programmes.ost.demo.lives import Life, Site
from phoihop.programmes.ost.dosing import reaching
from phoihop.programmes.ost.models import Commitment, Dose, Incident, Note, Roster, Visit
from phoihop.programmes.ost.queries import reports, values
from phoihop.programmes.ost.queries.head import place_of
from phoihop.programmes.ost.rules import supervision
from phoihop.programmes.ost.rules.supervision import Answer, Given
from phoihop.programmes.ost.rules.takehome import Collecting, Paper
from phoihop.programmes.ost.rules.urine import Result, Substance
from phoihop.registry.models import Client

_DAY = timedelta(days=1)
_NOTED = (0, 1, 2)  # facilities of which notes are told, and how many of their clients
_CLIENTS, _COMMITTED, _BOTTLES, _A_SITE = 24, 14, 5, 34
_SAID = (
    "Uống thuốc đều, đã ổn định việc làm. Tiếp tục duy trì.",
    "Hay phải đi nương xa; thống nhất báo trước để cấp ở điểm gần.",
    "Gia đình cùng đến; nhắc dấu hiệu quá liều và cách gọi giúp.",
    "Mất ngủ vài hôm; hẹn bác sĩ xem lại, không tự dùng thêm thuốc.",
)
_TODO = "Bố trí thêm tủ khóa riêng, báo cáo kết quả bằng ảnh."
_FINDING = (
    "Đã so sổ hai nơi và hỏi người bệnh: hôm đó về sớm, uống ở cả hai nơi. Theo dõi 24 giờ không có dấu hiệu "
    "quá liều. Đã nhắc người cấp kiểm tra quyền trước khi cấp."
)
_SIGNED = ("takehome.max_days", "takehome.maintenance_months", "takehome.no_lost_bottle_months")
_PAPER = "bản in có dấu, lưu tại khoa điều trị"


def live(cast: Cast, say: Callable[[str], None]) -> None:
    """Everything, in order; what is there already is not told again."""
    say("notes")
    _sign(cast)
    for number in _NOTED:
        _note(cast, number)
    _visit(cast)
    _answer(cast)
    _commit(cast)
    _report(cast)
    if timezone.localdate() == cast.today:
        for site in cast.sites:
            if site.number == site.facility or site.number == len(cast.facilities) - 30:
                say(f"today {site.number + 1}")
                _give(cast, site)
        _twice(cast)


def _staying(cast: Cast, number: int) -> list[Life]:
    """Those who are treated at a facility today and always were."""
    return [
        life
        for life in cast.of(number)
        if life.times[-1].until is None and life.moved is None and life.guest is None
    ]


def _files(by: Viewer, cast: Cast, number: int, some: Iterable[Life]) -> list[Client]:
    with scope.acting(scope_of(by)):
        rows = Client.objects.filter(
            facility=cast.facilities[number], pseudonym__in=[life.key for life in some]
        )
        return list(rows.select_related("facility").order_by("pk"))


def _sign(cast: Cast) -> None:
    """The responsible doctor signed what is needed to hand out medicine to take home; the rest waits."""
    by = cast.at("ost-authority", -1)
    with origin.beginning(), scope.acting(scope_of(by)):
        book = values.book()
        found = {code: book.find(code, cast.today) for code in _SIGNED}
        marks = [values.mark_of(each.row) for each in found.values() if each is not None and not each.counts]
    for mark in marks:
        with origin.beginning():
            signing.sign_value(by=by, mark=mark, compared=True, paper=_PAPER)


def _note(cast: Cast, number: int) -> None:
    doctor, nurse = cast.at("ost-doctor", number), cast.at("ost-nurse", number)
    with origin.beginning(), scope.acting(scope_of(doctor)):
        if Note.objects.filter(facility=cast.facilities[number]).exists():
            return
    rng = Random(f"notes {number}")  # noqa: S311 - a story, no secret
    staying = _staying(cast, number)
    some = rng.sample(staying, min(_CLIENTS, len(staying)))
    began = {life.key: max(life.times[-1].since, cast.first) for life in some}
    for place, client in enumerate(_files(doctor, cast, number, some)):
        days = sorted(_between(rng, began[client.pseudonym], cast.today) for _ in range(3))
        with origin.beginning(), scope.acting(scope_of(nurse)):
            for day in days[:2]:
                _write(nurse, client, "counselling", day, _counselling(rng))
            noting.urine_test(by=nurse, client=client, day=days[2], results=_results(rng))
            if place % 6 == 0:
                _write(nurse, client, "adverse", days[1], _adverse(rng))


def _between(rng: Random, first: date, today: date) -> date:
    return first + timedelta(days=rng.randrange(max(1, (today - first).days)))


def _write(by: Viewer, client: Client, kind: str, day: date, content: dict[str, Any]) -> None:
    said = {"day": f"{day:%d/%m/%Y}", **content, "explained": {}}
    noting.note(by=by, client=client, kind=kind, form=f"{kind}.v1", day=day, content=said)


def _counselling(rng: Random) -> dict[str, str]:
    about = rng.choice(("keep", "keep; safety", "relapse", "life", "health; life"))
    how = rng.choice(("alone", "alone", "group", "family"))
    return {"kind": how, "about": about, "minutes": str(rng.choice((20, 30, 40))), "said": rng.choice(_SAID)}


def _adverse(rng: Random) -> dict[str, str]:
    what = rng.choice(("constipation", "sweating", "sleep", "drowsy"))
    story = "Người bệnh tự kể; không ảnh hưởng việc uống thuốc hằng ngày."
    return {"what": what, "grade": "light", "story": story, "done": "advice", "end": "well"}


def _results(rng: Random) -> dict[Substance, Result]:
    positive = rng.random() < 0.12
    return {
        Substance.OPIOIDS: Result.POSITIVE if positive else Result.NEGATIVE,
        Substance.AMPHETAMINES: Result.POSITIVE if rng.random() < 0.05 else Result.NEGATIVE,
    }


def _visit(cast: Cast) -> None:
    """Twice a year somebody came with the checklist; something was always left to do."""
    for site in cast.sites:
        if site.number != site.facility:
            continue
        facility, head = cast.facilities[site.number], cast.at("ost-head", site.number)
        with origin.beginning(), reaching.centre(head.account, facility.pk):
            if Visit.objects.filter(facility=facility).exists():
                continue
        for ago in (205, 24):
            day = cast.today - timedelta(days=ago + site.number)
            asked = supervision.checklist(place_of(facility), day)
            given = {
                each.code: Given(Answer.NO, _TODO, day + timedelta(days=30))
                if place == site.number and ago > 100
                else Given(Answer.YES)
                for place, each in enumerate(asked)
            }
            with origin.beginning():
                supervising.supervise(
                    by=head,
                    facility=facility,
                    site=facility,
                    day=day,
                    visitors="Đoàn của khoa phụ trách điều trị",
                    given=given,
                )


def _report(cast: Cast) -> None:
    """Most sites have sent what they owe of the last month or quarter; a few are late."""
    for site in cast.sites:
        if site.number % 9 == 4:
            continue
        keeper, facility = cast.at("ost-storekeeper", site.number), cast.facilities[site.number]
        period = reports.recent(cast.today, facility, 2)[1]
        with origin.beginning():
            try:
                stocking_reports.send(by=keeper, facility=facility, period=period, expected={})
            except Refusal:
                continue  # sent before


def _answer(cast: Cast) -> None:
    """What the books raised was looked into, and answered by the doctor who treats."""
    life = next((life for life in cast.lives if life.twice is not None), None)
    if life is None:
        return
    doctor, facility = cast.at("ost-doctor", life.site.facility), cast.facilities[life.site.facility]
    with origin.beginning(), reaching.centre(doctor.account, facility.pk):
        waiting = Incident.objects.filter(
            facility=facility, pseudonym=life.key, answered_at=None, days__contained_by=[life.twice]
        )
        rows = list(waiting.select_related("facility"))
    for row in rows:
        with origin.beginning(), scope.acting(scope_of(doctor)):
            answering.answer(by=doctor, incident=row, finding=_FINDING)


def _commit(cast: Cast) -> None:
    """Those who take medicine home, since 2025."""
    for number in (0, 1):
        doctor = cast.at("ost-doctor", number)
        with origin.beginning(), scope.acting(scope_of(doctor)):
            if Commitment.objects.filter(facility=cast.facilities[number]).exists():
                continue
        for place, client in enumerate(_files(doctor, cast, number, _steady(cast, number))):
            signed = date(2025, 2, 10) + timedelta(days=17 * place)
            with origin.beginning(), scope.acting(scope_of(doctor)):
                takehome.commit(by=doctor, client=client, signed_on=min(signed, cast.today), storage=True)


def _steady(cast: Cast, number: int) -> list[Life]:
    """Who hardly ever misses a day, and comes to the facility itself."""
    here = [life for life in _staying(cast, number) if life.site.number == number]
    tried = [life for life in here if life.times[-1].since < date(2024, 6, 1) and life.drug == "methadone"]
    return sorted(tried, key=lambda life: life.misses)[:_COMMITTED]


def _give(cast: Cast, site: Site) -> None:
    """The day is open, and of those who come today about half have come."""
    facility, by = cast.facilities[site.number], cast.at("ost-dispenser", site.number)
    with origin.beginning():
        try:
            dispensing.open_day(by=by, facility=facility)
        except Refusal:
            return  # counted already: somebody worked here since
    with origin.beginning(), reaching.centre(by.account, facility.pk):
        given = set(Dose.objects.filter(facility=facility, on=cast.today).values_list("client", flat=True))
    if given:
        return
    rng = Random(f"today {site.number}")  # noqa: S311 - a story, no secret
    own = cast.sites[site.facility]
    here = [life for life in cast.lives if life.site_on(cast.today, own).number == site.number]
    here = [life for life in here if life.times[-1].until is None]
    some = rng.sample(here, min(_A_SITE, (len(here) + 1) // 2))
    steady = {life.key for life in _steady(cast, site.number)} if site.number < 2 else set()
    with origin.beginning(), scope.acting(scope_of(by)):
        rows = list(
            Roster.objects.filter(facility=facility, pseudonym__in=[life.key for life in some])
            .select_related("facility")
            .order_by("pk")
        )
    handed = 0
    for row in rows:
        with origin.beginning():
            if _given(by, row) and row.pseudonym in steady and handed < _BOTTLES:
                handed += _handed(by, row, cast.today)


def _given(by: Viewer, row: Roster) -> bool:
    """A dose at the desk; who may have none today goes to the doctor, or comes tomorrow."""
    try:
        dispensing.give_dose(by=by, roster=row)
    except Refusal:
        return False
    return True


def _handed(by: Viewer, row: Roster, today: date) -> int:
    try:
        takehome.give_bottles(
            by=by,
            roster=row,
            days=[today + _DAY, today + 2 * _DAY],
            collecting=Collecting(True, True, frozenset(Paper)),
        )
    except Refusal:
        return 0
    return 1


def _twice(cast: Cast) -> None:
    """Somebody was given a second dose this morning, by mistake: it waits for a doctor."""
    by, facility = cast.at("ost-dispenser", 0), cast.facilities[0]
    with origin.beginning(), reaching.centre(by.account, facility.pk):
        own = Incident.objects.filter(facility=facility, days__contains=[cast.today])
        done = own.exists()
        first = Dose.objects.filter(facility=facility, on=cast.today, bottle=False).order_by("pk").last()
    if done or first is None:
        return
    with origin.beginning(), scope.acting(scope_of(by)):
        row = Roster.objects.select_related("facility").get(facility=facility, pseudonym=first.client)
        dispensing.give_dose(by=by, roster=row, outside=True, mg=first.mg, why="mistake")
