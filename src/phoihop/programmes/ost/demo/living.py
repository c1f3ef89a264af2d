"""What goes on beside the books: notes, tests and visits, values that were signed, an incident that was
answered and one that waits; and today, of which half is over."""

from collections.abc import Callable, Iterable
from dataclasses import replace
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
from phoihop.programmes.ost.demo import lives
from phoihop.programmes.ost.demo.filling import Cast
from phoihop.programmes.ost.demo.lives import Life, Site
from phoihop.programmes.ost.dosing import reaching
from phoihop.programmes.ost.models import Commitment, Dose, Incident, Note, Recall, Roster, Visit
from phoihop.programmes.ost.queries import reports, roster, values
from phoihop.programmes.ost.queries import takehome as bottles
from phoihop.programmes.ost.queries.head import place_of
from phoihop.programmes.ost.queries.roster import State
from phoihop.programmes.ost.rules import supervision
from phoihop.programmes.ost.rules.supervision import Answer, Given
from phoihop.programmes.ost.rules.takehome import Collecting, Fate, Paper
from phoihop.programmes.ost.rules.urine import Result, Substance
from phoihop.registry.models import Client

_DAY = timedelta(days=1)
_NOTED = (0, 1, 2)  # facilities of which notes are told, and how many of their clients
_CLIENTS, _A_SITE = 24, 34
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
_ENDED = "Làm mất một chai còn nguyên; hai bên thống nhất uống hằng ngày tại cơ sở."
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
        _recall(cast)
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
            except Refusal as refusal:
                if refusal.reason != "report-sent":
                    raise


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
    """Those who take medicine home signed for it; one who lost a bottle takes none home any more."""
    for number in sorted({life.site.number for life in cast.lives if life.home is not None}):
        doctor = cast.at("ost-doctor", number)
        with origin.beginning(), scope.acting(scope_of(doctor)):
            if Commitment.objects.filter(facility=cast.facilities[number]).exists():
                continue
        homes = {life.key: life.home for life in cast.of(number) if life.home is not None}
        own = [life for life in cast.of(number) if life.home is not None]
        for client in _files(doctor, cast, number, own):
            home = homes[client.pseudonym]
            with origin.beginning(), scope.acting(scope_of(doctor)):
                takehome.commit(by=doctor, client=client, signed_on=home.since, storage=True)
                if home.until is not None:
                    takehome.end_commitment(by=replace(doctor, day=home.until), client=client, why=_ENDED)


def _give(cast: Cast, site: Site) -> None:
    """The day is open, and of those who come today about half have come."""
    facility, by = cast.facilities[site.number], cast.at("ost-dispenser", site.number)
    with origin.beginning():
        try:
            dispensing.open_day(by=by, facility=facility)
        except Refusal as refusal:
            if refusal.reason != "day-closed":
                raise
            return  # counted already: somebody worked here since
    with origin.beginning(), reaching.centre(by.account, facility.pk):
        begun = Dose.objects.filter(facility=facility, on=cast.today, bottle=False).exists()
    if begun:
        return
    rng = Random(f"today {site.number}")  # noqa: S311 - a story, no secret
    with origin.beginning():
        lines = roster.today(by, facility=facility).lines
    # Who may have none today goes to the doctor, or comes tomorrow: the list says who.
    waiting = [line.uid for line in lines if line.state is State.WAITING]
    fetching = {life.key for life in cast.lives if _fetches(life, site, cast.today)}
    with origin.beginning(), scope.acting(scope_of(by)):
        rows = {
            row.uid: row
            for row in Roster.objects.filter(facility=facility, uid__in=waiting)
            .select_related("facility", "home")
            .order_by("pk")
        }
    first = [row for row in rows.values() if row.pseudonym in fetching]
    others = [row for row in rows.values() if row.pseudonym not in fetching]
    some = rng.sample(others, min(_A_SITE, (len(others) + 1) // 2))
    for row in sorted([*first, *some], key=lambda row: row.pk):
        with origin.beginning():
            dispensing.give_dose(by=by, roster=row)
            if row.pseudonym in fetching:
                _handed(by, row)


def _fetches(life: Life, site: Site, today: date) -> bool:
    """Whether somebody takes medicine home from a site, and used up what they had."""
    return life.site.number == site.number and life.home is not None and life.home.due(today)


def _handed(by: Viewer, row: Roster) -> None:
    """The next days of the running order, as the page offers them, and last week's bottles back."""
    held = bottles.held(by, roster=row)
    for each in held.bottles:
        if each.fate is None and each.bottle.take_on < by.day and not each.late:
            takehome.take_back(by=by, roster=row, serial=each.bottle.serial, fate=Fate.EMPTY)
    ahead = [day for day in held.days if day <= by.day + lives.BOTTLES * _DAY]
    takehome.give_bottles(by=by, roster=row, days=ahead, collecting=Collecting(True, True, frozenset(Paper)))


def _recall(cast: Cast) -> None:
    """Two were called this morning and have not come yet."""
    doctor, facility = cast.at("ost-doctor", 0), cast.facilities[0]
    with origin.beginning(), scope.acting(scope_of(doctor)):
        if Recall.objects.filter(facility=facility, called_on=cast.today).exists():
            return
    with origin.beginning():
        takehome.draw(by=doctor, facility=facility, number=2)


def _twice(cast: Cast) -> None:
    """Somebody was given a second dose this morning, by mistake: it waits for a doctor."""
    by, facility = cast.at("ost-dispenser", 0), cast.facilities[0]
    with origin.beginning(), reaching.centre(by.account, facility.pk):
        own = Incident.objects.filter(facility=facility, days__contains=[cast.today])
        done = own.exists()
        # One of the facility's own, so that its doctor knows who it is.
        ours = [life.key for life in cast.of(0)]
        first = (
            Dose.objects.filter(facility=facility, on=cast.today, bottle=False, client__in=ours)
            .order_by("pk")
            .last()
        )
    if done or first is None:
        return
    with origin.beginning(), scope.acting(scope_of(by)):
        row = Roster.objects.select_related("facility").get(facility=facility, pseudonym=first.client)
        dispensing.give_dose(by=by, roster=row, outside=True, mg=first.mg, why="mistake")
