"""What people do with figures: have them built, begin a release, let it out by two, report a value."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.utils import timezone

from phoihop.base.org import describing, proposals
from phoihop.base.org.describing import Described
from phoihop.base.org.doors import action
from phoihop.base.org.models import Agency, Proposal, Unit
from phoihop.base.org.rules.permissions import Viewer
from phoihop.base.release.rules.documents import Audience
from phoihop.base.security import scope
from phoihop.engines.publishing import building, registering, rules, storing
from phoihop.engines.publishing.fences import JOB
from phoihop.engines.publishing.models import Build, Release, ReportedValue, Told
from phoihop.kernel.calendars import Period
from phoihop.kernel.quantities import format_number
from phoihop.kernel.refusals import Bilingual, Refusal
from phoihop.kernel.text import nfc

OUT = "publishing.let_out"
_ORDER = (Audience.INTERNAL, Audience.CLEARED, Audience.PUBLIC)


@action("publishing.start_build", "Tính lại số liệu ngay", "Work the figures out now")
def start_build(*, by: Viewer) -> Build:
    """A build of everything up to yesterday, by a worker. Refusal("build-going") while one is under way."""
    with scope.acting(JOB):
        made = building.ask(by.account, timezone.localdate() - timedelta(days=1))
    if made is None:
        raise Refusal(
            "build-going",
            "Đang tính số liệu rồi. Hãy đợi lần tính này xong.",
            "The figures are being worked out already. Wait until that is done.",
        )
    _queue(made.pk)
    return made


def _queue(number: int) -> None:
    from procrastinate.contrib.django import app

    app.configure_task("publishing.build").defer(number=number)


@action("publishing.begin_release", "Mở đợt số liệu mới", "Begin a new release of figures", step_up=True)
def begin_release(*, by: Viewer) -> Release:
    """A release with pseudonyms of its own, internal as each is at first. What earlier ones told stays.
    Refusal("build-going") while a build is under way."""
    with scope.acting(JOB):
        if Build.objects.filter(ended_at=None).exists():
            raise Refusal(
                "build-going",
                "Đang tính số liệu. Hãy mở đợt mới khi lần tính này xong.",
                "The figures are being worked out. Begin a new release when that is done.",
            )
        return building.begin(by.account)


@action(
    "publishing.propose_release",
    "Đề nghị cho xem số liệu",
    "Ask to let figures out",
    of="release",
    step_up=True,
)
def propose_release(*, by: Viewer, release: Release, wanted: str, reason: str) -> Proposal:
    """Ask a second person to clear a release for the agencies, or to let a cleared one out to everybody; also
    for the periods that later builds add to it. Refusal: "release-step", "never-built"."""
    _next_step(release, wanted)
    if not Build.objects.filter(release=release, state__in=(Build.State.DONE, Build.State.PARTLY)).exists():
        raise Refusal(
            "never-built",
            "Đợt này chưa có số liệu nào để xem xét.",
            "There is no figure in this release to look at yet.",
        )
    arguments = {"release": release.pk, "wanted": wanted}
    return proposals.open_one(by, OUT, arguments, reason=reason, agency=None)


def _next_step(release: Release, wanted: str) -> None:
    at = _ORDER.index(Audience(release.released_to))
    if wanted not in _ORDER[1:] or _ORDER.index(Audience(wanted)) != at + 1:
        raise Refusal(
            "release-step",
            "Số liệu phải được duyệt cho các cơ quan trước, rồi mới công bố cho mọi người.",
            "Figures are cleared for the agencies first, and only then for everybody.",
        )


def _allowed(proposal: Proposal, by: Viewer) -> None:
    """Runs when the second person allows it."""
    wanted = proposal.arguments["wanted"]
    with scope.acting(JOB):
        release = Release.objects.select_for_update(of=("self",)).get(pk=proposal.arguments["release"])
        _next_step(release, wanted)
        prefix = "cleared" if wanted == Audience.CLEARED else "public"
        setattr(release, f"{prefix}_by_id", proposal.proposed_by_id)
        setattr(release, f"{prefix}_second_id", by.account)
        setattr(release, f"{prefix}_at", timezone.now())
        release.released_to = wanted
        release.save()
        Told.objects.filter(release=release).update(released_to=wanted)


def _described(viewer: Viewer, proposal: Proposal) -> Described:
    with scope.acting(JOB):
        release = Release.objects.get(pk=proposal.arguments["release"])
        lines = Told.objects.filter(release=release)
        count, shown = lines.count(), lines.exclude(numerator=None).count()
    public = proposal.arguments["wanted"] == Audience.PUBLIC
    return Described(
        (
            Bilingual(f"Đợt số liệu số {release.pk}", f"Release of figures {release.pk}"),
            Bilingual(
                "Cho xem: " + ("mọi người" if public else "các cơ quan"),
                "For: " + ("everybody" if public else "the agencies"),
            ),
            Bilingual(
                f"Số dòng: {format_number(count)}, trong đó {format_number(shown)} dòng có số",
                f"Lines: {format_number(count)}, {format_number(shown)} with a number",
            ),
            Bilingual(
                "Các kỳ sau của đợt này cũng được cho xem, sau khi che số nhỏ. Đã cho xem thì không sửa lại.",
                "Later periods of this release are let out too, with small numbers hidden. "
                "What is out stays as it was.",
            ),
        )
    )


def register() -> None:
    """Make the proposal of this room known; may be called again."""
    if OUT not in proposals.KINDS:
        about = Bilingual("Cho xem số liệu", "Let figures out")
        proposals.register(OUT, proposals.Kind(about, run=_allowed))
    describing.add(OUT, _described)


@action("publishing.report_value", "Ghi số liệu báo cáo", "Write down a reported figure", of="agency")
def report_value(
    *,
    by: Viewer,
    agency: Agency,
    code: str,
    unit: Unit | None,
    period: Period,
    numerator: Decimal,
    denominator: Decimal | None = None,
    on: date,
    source: str,
) -> ReportedValue:
    """A figure of a unit (None: of everybody) and a period, as a paper or another system says it. A later
    entry takes its place. Refusal: "no-such-figure", "value-wrong", "source-missing", "period-crosses"."""
    figure = registering.REPORTED.get(code)
    if figure is None or by.account is None:
        raise Refusal("no-such-figure", "Không có chỉ tiêu báo cáo này.", "There is no such reported figure.")
    given = [value for value in (numerator, denominator) if value is not None]
    if figure.has_denominator != (denominator is not None) or not all(_fits(value) for value in given):
        raise Refusal(
            "value-wrong",
            "Số phải từ 0 trở lên; tỷ lệ cần cả tử số và mẫu số.",
            "A value is 0 or more; a share needs its numerator and its denominator.",
        )
    if not source.strip():
        raise Refusal("source-missing", "Hãy ghi nguồn của số này.", "Say where the value comes from.")
    days = period.window.first, period.window.last
    for row in ReportedValue.objects.filter(code=code, agency=agency):
        other = storing.period_of(row).window
        if rules.crosses(days, (other.first, other.last)):
            raise Refusal(
                "period-crosses",
                f"Kỳ này trùng một phần với kỳ {other.first:%d/%m/%Y}–{other.last:%d/%m/%Y} đã báo cáo. "
                "Hai kỳ chồng lên nhau để lộ con số của những ngày chung; mỗi chỉ tiêu hãy dùng một lịch.",
                f"This period crosses {other.first:%d/%m/%Y}–{other.last:%d/%m/%Y}, which was reported. "
                "Two that overlap tell of the days they share; use one calendar for each figure.",
            )
    return ReportedValue.objects.create(
        code=code,
        agency=agency,
        unit=unit,
        calendar=str(period.calendar),
        span=str(period.span),
        year=period.year,
        number=period.number,
        numerator=numerator,
        denominator=denominator,
        on=on,
        source=nfc(source).strip()[:300],
        reporter_id=by.account,
    )


def _fits(value: Any) -> bool:
    return isinstance(value, Decimal) and value.is_finite() and 0 <= value < Decimal(10) ** 15
