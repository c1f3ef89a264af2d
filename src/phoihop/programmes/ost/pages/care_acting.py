"""What is done about a treatment by a form: orders, tests, a vomited dose, an application, the end."""

from collections.abc import Mapping
from datetime import timedelta
from decimal import Decimal
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from phoihop.base.org.explain import words
from phoihop.base.org.page import viewer_of
from phoihop.engines.ui import formats
from phoihop.programmes.ost.actions import admitting, ending, noting, ordering
from phoihop.programmes.ost.dosing.refusing import refuse
from phoihop.programmes.ost.models import Admission, Note, OrderRow, UrineTestRow
from phoihop.programmes.ost.pages import care_forms as forms
from phoihop.programmes.ost.pages.care_shared import (
    PHASES,
    Asks,
    ask,
    dose_of,
    head_of,
    of_client,
    rhythm_of,
    sent,
    shown,
)
from phoihop.programmes.ost.queries import care, facts, records, values
from phoihop.programmes.ost.queries.ordering import Ground, as_order, judged
from phoihop.programmes.ost.rules import ending as ending_rules
from phoihop.programmes.ost.rules import missed as missed_rules
from phoihop.programmes.ost.rules import vomited as vomited_rules
from phoihop.programmes.ost.rules.admission import Signer
from phoihop.programmes.ost.rules.amounts import SOLUTION, TABLET_2, Drug
from phoihop.programmes.ost.rules.ending import Ending
from phoihop.programmes.ost.rules.parameters import Decision
from phoihop.programmes.ost.rules.phases import Phase
from phoihop.registry.models import Client
from phoihop.registry.pages.shared import uid_of

_USUAL = {Phase.INDUCTION: 1, Phase.ADJUSTMENT: 4, Phase.MAINTENANCE: 30, Phase.TAPERING: 14}  # days
_DAY = timedelta(days=1)


def _written(day: Any) -> str:
    return f"{day:%d/%m/%Y}"


@of_client("ost.case_order", forms.Order.base_fields)
def order(request: HttpRequest, client: Client) -> HttpResponse:
    """Write an order; what rules say of it stands above the form once they were asked."""
    viewer = viewer_of(request)
    who, known = care.basis(viewer, client=client)
    now = facts.standing_on(known.orders, viewer.day)
    phase = known.phase or Phase.INDUCTION
    start = now.end + _DAY if now is not None else viewer.day
    like = now or known.last
    initial: dict[str, Any] = {
        "drug": (like.drug if like else Drug.METHADONE).value,
        "phase": phase.value,
        "mg": formats.number(like.mg.normalize()) if like else "",
        "start": _written(start),
        "end": _written(start + _DAY * (_USUAL.get(phase, 1) - 1)),
        "in_person": False,
    }
    form = forms.Order(sent(request), initial=initial)

    def do(given: Mapping[str, Any]) -> None:
        ordering.order(
            by=viewer, client=client, asked=forms.asked(dict(given)), seen=given["seen"], why=given["why"]
        )

    def judge(given: Mapping[str, Any]) -> Decision:
        said = forms.asked(dict(given))
        return judged(said, as_order(said, "", viewer.day), known, values.book())

    at = {"why-missing": "why", "order-days": "end", "first-dose-high": "mg", "order-backdated": "start"}
    asks = Asks(
        _("Kê y lệnh"),
        _("Ký y lệnh"),
        (_("Y lệnh đang có kết thúc vào ngày trước ngày đầu của y lệnh mới; y lệnh sắp tới bị bỏ."),),
        panel=tuple(_basis(known, viewer.day)),
    )
    return ask(request, who, form, asks, do, client=client, at=at, judge=judge)


def _basis(known: Ground, today: Any) -> list[tuple[str, str]]:
    """What an order rests on, in a few lines."""
    now = facts.standing_on(known.orders, today)
    last = known.last
    order_said, dose_said = _("không có"), _("chưa có liều nào")
    if now is not None:
        order_said = f"{dose_of(now)}, {rhythm_of(now.rhythm)}, {_('đến')} {_written(now.end)}"
    if last is not None:
        dose_said = f"{formats.quantity(last.mg.normalize(), 'mg')}, {_written(last.day)}"
    lines = [
        (_("Giai đoạn"), str(PHASES[known.phase]) if known.phase is not None else _("chưa bắt đầu")),
        (_("Y lệnh hôm nay"), order_said),
        (_("Liều gần nhất"), dose_said),
    ]
    if known.absent:
        advice = missed_rules.advice(known.absent, today, values.book())
        said = " ".join(words(each.message) for each in (*advice.decision.warnings, *advice.decision.would))
        mark = "" if advice.counts else f" ({_('chưa đối chiếu')})"
        lines.append((_("Không có thuốc"), f"{known.absent} {_('ngày')}. {said}{mark}"))
    return lines


@of_client("ost.case_stop_order", forms.Why.base_fields)
def stop(request: HttpRequest, client: Client, order: str) -> HttpResponse:
    """Stop an order from this moment on."""
    viewer = viewer_of(request)
    who, _known = care.basis(viewer, client=client)
    mine = OrderRow.objects.filter(facility=client.facility_id, client=client, uid=uid_of(order))
    row = mine.select_related("facility").first()
    if row is None:
        raise refuse("order-not-running")
    said = facts.order_of(row)
    panel = ((_("Y lệnh"), f"{dose_of(said)}, {_written(said.start)} – {_written(row.end)}"),)
    note = _("Từ lúc này không nơi nào cấp theo y lệnh này nữa. Muốn đổi liều thì kê y lệnh mới.")
    asks = Asks(_("Dừng y lệnh"), _("Dừng ngay"), (note,), panel=panel, danger=True)

    def do(given: Mapping[str, Any]) -> None:
        ordering.stop_order(by=viewer, order=row, why=given["why"])

    return ask(request, who, forms.Why(sent(request)), asks, do, client=client, at={"why-missing": "why"})


@of_client("ost.case_note_test", forms.Test.base_fields)
def urine_test(request: HttpRequest, client: Client) -> HttpResponse:
    """Record a urine test."""
    viewer = viewer_of(request)
    who, _known = care.basis(viewer, client=client)
    form = forms.Test(sent(request), initial={"day": _written(viewer.day)})

    def do(given: Mapping[str, Any]) -> None:
        noting.urine_test(by=viewer, client=client, day=given["day"], results=forms.results(dict(given)))

    asks = Asks(_("Xét nghiệm nước tiểu"), _("Ghi"))
    return ask(
        request, who, form, asks, do, client=client, at={"day-to-come": "day", "test-empty": "opioids"}
    )


@of_client("ost.case_note_void_test", forms.Why.base_fields)
def void_test(request: HttpRequest, client: Client, test: str) -> HttpResponse:
    """A test was recorded in error."""
    viewer = viewer_of(request)
    who, _known = care.basis(viewer, client=client)
    mine = UrineTestRow.objects.filter(facility=client.facility_id, client=client, uid=uid_of(test))
    row = mine.select_related("facility", "client").first()
    if row is None:
        raise refuse("note-voided")
    asks = Asks(_("Xét nghiệm ghi nhầm"), _("Đánh dấu ghi nhầm"), panel=((_("Ngày"), _written(row.day)),))

    def do(given: Mapping[str, Any]) -> None:
        noting.void_test(by=viewer, test=row, why=given["why"])

    return ask(request, who, forms.Why(sent(request)), asks, do, client=client, at={"why-missing": "why"})


@of_client("ost.case_note_void", forms.Why.base_fields)
def void_note(request: HttpRequest, client: Client, note: str) -> HttpResponse:
    """A note was made in error."""
    viewer = viewer_of(request)
    who, _known = care.basis(viewer, client=client)
    mine = Note.objects.filter(facility=client.facility_id, client=client, uid=uid_of(note))
    row = mine.select_related("facility", "client").first()
    if row is None:
        raise refuse("note-voided")
    asks = Asks(_("Phiếu ghi nhầm"), _("Đánh dấu ghi nhầm"), panel=((_("Ngày"), _written(row.day)),))

    def do(given: Mapping[str, Any]) -> None:
        noting.void_note(by=viewer, note=row, why=given["why"])

    return ask(request, who, forms.Why(sent(request)), asks, do, client=client, at={"why-missing": "why"})


@of_client("ost.case_note_vomit", forms.Vomit.base_fields)
def vomit(request: HttpRequest, client: Client) -> HttpResponse:
    """Record that today's dose was vomited."""
    viewer = viewer_of(request)
    who, _known = care.basis(viewer, client=client)
    note = _("Ghi ngay khi thấy. Có cấp bù hay không do bác sĩ quyết định.")

    def do(given: Mapping[str, Any]) -> None:
        noting.vomit(by=viewer, client=client, minutes=given["minutes"], seen=given["seen"])

    asks = Asks(_("Nôn sau khi uống"), _("Ghi"), (note,))
    return ask(request, who, forms.Vomit(sent(request)), asks, do, client=client)


@of_client("ost.case_decide_again", forms.Again.base_fields)
def again(request: HttpRequest, client: Client, vomit: str) -> HttpResponse:
    """A doctor decides how much of a vomited dose is given again."""
    viewer = viewer_of(request)
    who, row, dose = care.vomited(viewer, client=client, uid=uid_of(vomit))
    if row is None or dose is None:
        raise refuse("again-not-today")
    supplied = SOLUTION if dose.drug == Drug.METHADONE else TABLET_2
    minutes = Decimal(row.minutes)
    found = vomited_rules.again(dose.mg, minutes, supplied, viewer.day, values.book(), seen_by_staff=row.seen)
    panel = (
        (_("Liều hôm nay"), formats.quantity(dose.mg.normalize(), "mg")),
        (_("Nôn sau"), f"{row.minutes} {_('phút')}"),
        (_("Theo quy định"), formats.quantity(found.mg.normalize(), "mg")),
    )
    warns = () if found.counts else (_("Mức này chưa được đối chiếu với văn bản; bác sĩ tự quyết định."),)
    note = _("Lượng cấp bù được ghi vào sổ thuốc của nơi đã cấp liều.")

    def do(given: Mapping[str, Any]) -> None:
        noting.give_again(by=viewer, vomit=row, mg=given["mg"])

    asks = Asks(_("Quyết định cấp bù"), _("Cho cấp bù"), (note,), warns, panel)
    at = {"again-too-much": "mg", "amount-not-exact": "mg", "amount-below-nought": "mg"}
    return ask(request, who, forms.Again(sent(request)), asks, do, client=client, at=at)


@of_client("ost.case_note_application", forms.Application.base_fields)
def application(request: HttpRequest, client: Client) -> HttpResponse:
    """Write down an application as it stands."""
    viewer = viewer_of(request)
    it = care.application(viewer, client=client)
    waits = it.row is not None and it.row.state == Admission.OPEN
    complete = it.row.complete_on if it.row is not None and waits else None
    initial = forms.said_initial(it.said, complete) if waits else {}
    form = forms.Application(sent(request), initial=initial)

    def do(given: Mapping[str, Any]) -> None:
        admitting.apply(
            by=viewer, client=client, said=forms.said(dict(given)), complete_on=given["complete_on"]
        )

    asks = Asks(_("Đơn xin điều trị"), _("Lưu"), panel=tuple(_consents(it)))
    return ask(request, it.who, form, asks, do, client=client, at={"day-to-come": "complete_on"})


def _consents(it: care.Application) -> list[tuple[str, str]]:
    signers = {
        Signer.CLIENT: _("người bệnh"),
        Signer.REPRESENTATIVE: _("người bệnh và người đại diện"),
    }
    signed = ", ".join(
        name
        for signer, name in ((Signer.CLIENT, _("người bệnh")), (Signer.REPRESENTATIVE, _("người đại diện")))
        if signer in it.signed
    )
    if it.consent is None:
        return [(_("Đồng ý điều trị"), _("hồ sơ chưa có ngày hoặc năm sinh"))]
    return [
        (_("Cần chữ ký của"), signers[it.consent.signer]),
        (_("Đã ký"), signed or _("chưa ai ký")),
    ]


@of_client("ost.case_admit_client", forms.Decide.base_fields)
def decide(request: HttpRequest, client: Client) -> HttpResponse:
    """Admit an applicant, refuse with reasons, or note that the application was withdrawn."""
    viewer = viewer_of(request)
    it = care.application(viewer, client=client)
    row = it.row
    if row is None or row.state != Admission.OPEN:
        raise refuse("admission-decided")
    form = forms.Decide(sent(request), initial={"since": _written(viewer.day)})

    def do(given: Mapping[str, Any]) -> None:
        match given["act"]:
            case "admit":
                since = given["since"] or viewer.day
                admitting.admit(by=viewer, admission=row, since=since, seen=given["seen"], why=given["why"])
            case "refuse":
                admitting.refuse_client(by=viewer, admission=row, reasons=given["reasons"].splitlines())
            case _:
                admitting.withdraw(by=viewer, admission=row)

    panel = _consents(it)
    if row.decide_by is not None:
        panel.append((_("Quyết định trước hết ngày"), _written(row.decide_by)))
    warns = () if row.decide_by or not row.complete_on else (_("Thời hạn quyết định chưa được đối chiếu."),)
    at = {"admission-without-reason": "reasons", "why-missing": "why", "days-wrong": "since"}
    asks = Asks(_("Xem xét đơn xin điều trị"), _("Quyết định"), (), warns, tuple(panel))
    return ask(
        request,
        it.who,
        form,
        asks,
        do,
        client=client,
        at=at,
        judge=lambda given: it.decision if given["act"] == "admit" else None,
    )


@of_client("ost.case_see_application")
def letter(request: HttpRequest, client: Client) -> HttpResponse:
    """The written answer to an applicant who was refused, to print and to hand over."""
    it = care.application(viewer_of(request), client=client)
    if it.row is None or it.row.state != Admission.REFUSED:
        raise refuse("admission-decided")
    known = head_of(it.who) | {
        "row": it.row,
        "reasons": it.row.text("reasons").splitlines(),
        "facility": it.row.facility,
        "by": it.by,
    }
    return render(request, "ost/care_letter.html", known)


@of_client("ost.case_end_treatment", forms.End.base_fields)
def end(request: HttpRequest, client: Client) -> HttpResponse:
    """End a treatment. What may be told outside stands above the form: nothing goes out by itself."""
    viewer = viewer_of(request)
    who, known = care.basis(viewer, client=client)
    book = values.book()
    stand = ending_rules.grounds(records.record_of(client, viewer.day), viewer.day, book)
    form = forms.End(sent(request), stand.found, initial={"day": _written(viewer.day)})
    outward = shown(ending_rules.may_tell(Ending.WISH, None, viewer.day, book))

    def do(given: Mapping[str, Any]) -> None:
        ending.end(
            by=viewer,
            client=client,
            ending=Ending(given["ending"]),
            day=given["day"],
            why=given["why"],
            wish_signed=given["wish_signed"],
            chosen=[ground for ground in stand.found if ground.value in given.get("chosen", ())],
            seen=given["seen"],
        )

    def judge(given: Mapping[str, Any]) -> Decision:
        return ending_rules.judge(
            ending_rules.Proposal(
                ending=Ending(given["ending"]),
                day=given["day"],
                by=str(viewer.account),
                wish_signed=given["wish_signed"],
                record=records.record_of(client, given["day"]),
                chosen=frozenset(each for each in stand.found if each.value in given.get("chosen", ())),
                bottles_out=records.bottles_out(client, given["day"]),
            ),
            book,
        )

    notes = (
        _("Y lệnh và quyền nhận thuốc kết thúc cùng ngày. Chuyển cơ sở thì làm trong hồ sơ."),
        _("Chương trình không báo việc này cho ai ở ngoài.")
        + " "
        + " ".join(each.said for each in outward.refusals),
    )
    warns = () if stand.found else (_("Hôm nay không có căn cứ nào cho việc kết thúc do vi phạm."),)
    at = {"why-missing": "why", "ending-wish-unsigned": "wish_signed", "days-wrong": "day"}
    at |= {"ending-without-ground": "ending"}
    asks = Asks(
        _("Kết thúc điều trị"), _("Kết thúc"), notes, warns, tuple(_basis(known, viewer.day)), danger=True
    )
    return ask(request, who, form, asks, do, client=client, at=at, judge=judge)
