"""What is done to a file by a form: admitting, ending, consents, sending letters, taking a merge back."""

from collections.abc import Callable, Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _

from phoihop.base.org.explain import words
from phoihop.base.org.models import Facility
from phoihop.base.org.page import Load, View, page, viewer_of
from phoihop.base.org.rules.permissions import Viewer
from phoihop.registry.actions import consenting, deciding, enrolling, referring, transferring
from phoihop.registry.doors import code
from phoihop.registry.marking import born_of
from phoihop.registry.models import Client, Consent, Letter, Referral, Transfer
from phoihop.registry.models.letters import SENT
from phoihop.registry.pages import forms
from phoihop.registry.pages.shared import Asked, Pages, address, ask, load_client, sent, uid_of
from phoihop.registry.refusing import refuse
from phoihop.registry.registering import PROGRAMMES, Programme
from phoihop.registry.rules.consents import WHO

_NONE = ("", "—")


def pages(programme: Programme) -> Pages:
    """The pages of one programme."""
    here = programme.code

    def of_client(door: str, *fields: str) -> Callable[[View], View]:
        return page(
            code(here, door),
            of=Client,
            arg="uid",
            load=load_client(programme),
            post=True,
            fields=frozenset(fields),
        )

    @of_client("admit", *forms.Admit.base_fields)
    def admit(request: HttpRequest, client: Client) -> HttpResponse:
        """Admit a client."""
        _not_elsewhere(programme)
        by = viewer_of(request)
        asked = Asked(_("Tiếp nhận"), _("Tiếp nhận"))
        form = forms.Admit(sent(request))
        return ask(
            request,
            programme,
            client,
            form,
            asked,
            lambda given: enrolling.admit(by=by, client=client, since=given["since"]),
            {"days-wrong": "since"},
        )

    @of_client("end", *forms.End.base_fields)
    def end(request: HttpRequest, client: Client) -> HttpResponse:
        """End an enrolment."""
        _not_elsewhere(programme)
        by = viewer_of(request)
        asked = Asked(_("Kết thúc"), _("Kết thúc"))
        form = forms.End(sent(request), programme)
        return ask(
            request,
            programme,
            client,
            form,
            asked,
            lambda given: enrolling.end(
                by=by, client=client, last_day=given["last_day"], ending=given["ending"]
            ),
            {"days-wrong": "last_day", "no-such-ending": "ending"},
        )

    @of_client("consent", *forms.GiveConsent.base_fields)
    def consent(request: HttpRequest, client: Client) -> HttpResponse:
        """Record a consent; whose is needed today stands above the form."""
        by, today = viewer_of(request), timezone.localdate()
        need = programme.consent(born_of(client), today)
        source = f" ({need.source})" if need.source else ""
        note = _("Nếu đồng ý hôm nay: %(who)s%(source)s.") % {"who": words(WHO[need.who]), "source": source}
        unchecked = () if need.certainty == "V" else (_("Quy định này chưa đối chiếu với văn bản gốc."),)
        asked = Asked(_("Ghi văn bản đồng ý"), _("Ghi"), (note,), unchecked)
        return ask(
            request,
            programme,
            client,
            forms.GiveConsent(sent(request)),
            asked,
            lambda given: consenting.consent(by=by, client=client, **given),
            {"days-wrong": "given_on", "representative-missing": "representative"},
        )

    @of_client("withdraw_consent", *forms.WithdrawConsent.base_fields)
    def consent_withdraw(request: HttpRequest, client: Client, consent: int) -> HttpResponse:
        """A client takes a consent back."""
        by = viewer_of(request)
        row = Consent.objects.filter(
            programme=here, facility=client.facility_id, client=client, pk=consent
        ).first()
        if row is None:
            raise refuse("consent-withdrawn")
        asked = Asked(_("Rút đồng ý"), _("Ghi việc rút đồng ý"))
        return ask(
            request,
            programme,
            client,
            forms.WithdrawConsent(sent(request)),
            asked,
            lambda given: consenting.withdraw(
                by=by, client=client, consent=row, day=given["day"], why=given["why"]
            ),
            {"days-wrong": "day", "reason-missing": "why"},
        )

    @of_client("refer", *forms.Refer.base_fields)
    def refer(request: HttpRequest, client: Client) -> HttpResponse:
        """Refer a client to another facility."""
        by = viewer_of(request)
        offered = _offered(client)
        form = forms.Refer(
            sent(request), {"to": [_NONE, *((key, name) for key, (name, _p) in offered.items())]}
        )
        asked = Asked(_("Giới thiệu tới cơ sở khác"), _("Gửi"))

        def do(given: Mapping[str, Any]) -> None:
            facility, said = offered[given["to"]][1]
            referring.refer(
                by=by,
                client=client,
                to=facility,
                programme=said,
                why=given["why"],
                agreed=bool(given["agreed"]),
            )

        at = {"not-consented": "agreed", "reason-missing": "why", "same-place": "to"}
        return ask(request, programme, client, form, asked, do, at)

    lines = (f"paper_{line.code}" for line in programme.paper)

    @of_client("transfer", *forms.MoveAway.base_fields, *lines)
    def transfer(request: HttpRequest, client: Client) -> HttpResponse:
        """Ask another facility to take a client over."""
        by = viewer_of(request)
        others = {
            str(each.pk): each
            for each in Facility.objects.filter(programmes__contains=[here], valid_to=None)
            .exclude(pk=client.facility_id)
            .order_by("name")
        }
        choices = {"to": [_NONE, *((pk, each.name) for pk, each in others.items())]}
        form = forms.move_away(programme)(sent(request), choices)
        note = _("Khi cơ sở nhận đồng ý, việc phục vụ tại đây kết thúc vào ngày trước ngày đầu tiên ở đó.")
        asked = Asked(_("Đề nghị chuyển tới cơ sở khác"), _("Gửi đề nghị"), (note,))

        def do(given: Mapping[str, Any]) -> None:
            paper = {line.code: given[f"paper_{line.code}"] for line in programme.paper}
            transferring.ask(
                by=by, client=client, to=others[given["to"]], first_day=given["first_day"], paper=paper
            )

        return ask(request, programme, client, form, asked, do, {"days-wrong": "first_day"})

    @of_client("unmerge", *forms.Why.base_fields)
    def unmerge(request: HttpRequest, client: Client, merge: str) -> HttpResponse:
        """Take a merge back."""
        by = viewer_of(request)
        note = _("Mỗi hồ sơ trở lại như trước khi gộp; không có gì bị mất.")
        asked = Asked(_("Tách hồ sơ đã gộp"), _("Tách"), (note,))
        return ask(
            request,
            programme,
            client,
            forms.Why(sent(request)),
            asked,
            lambda given: deciding.unmerge(by=by, client=client, merge=uid_of(merge), why=given["why"]),
            {"reason-missing": "why"},
        )

    @page(
        code(here, "withdraw_referral"),
        of=Referral,
        arg="uid",
        load=_sent_letter(programme, Referral),
        only_post=True,
    )
    def referral_withdraw(request: HttpRequest, referral: Referral) -> HttpResponse:
        """Take a referral back."""
        referring.withdraw(by=viewer_of(request), referral=referral)
        return _back(programme, referral)

    @page(
        code(here, "withdraw_transfer"),
        of=Transfer,
        arg="uid",
        load=_sent_letter(programme, Transfer),
        only_post=True,
    )
    def transfer_withdraw(request: HttpRequest, transfer: Transfer) -> HttpResponse:
        """Take a transfer back."""
        transferring.withdraw(by=viewer_of(request), transfer=transfer)
        return _back(programme, transfer)

    return {
        "admit": admit,
        "end": end,
        "consent": consent,
        "consent-withdraw": consent_withdraw,
        "refer": refer,
        "transfer": transfer,
        "unmerge": unmerge,
        "referral-withdraw": referral_withdraw,
        "transfer-withdraw": transfer_withdraw,
    }


def _not_elsewhere(programme: Programme) -> None:
    """Refusal("own-pages") where a programme does it on pages of its own, and asks for more there."""
    if programme.own_pages:
        raise refuse("own-pages")


def _sent_letter(programme: Programme, model: type[Letter]) -> Load:
    def load(viewer: Viewer, text: str) -> Letter | None:
        sent_here = model._default_manager.filter(programme=programme.code, side=SENT)
        return sent_here.select_related("facility", "client").filter(uid=uid_of(text)).first()

    return load


def _back(programme: Programme, letter: Letter) -> HttpResponse:
    assert letter.client is not None  # a sent letter is of a client
    return redirect(address(programme, "file", letter.client.uid))


def _offered(client: Client) -> dict[str, tuple[str, tuple[Facility, str]]]:
    """Where a client may be referred to: each facility with each programme it offers."""
    found: dict[str, tuple[str, tuple[Facility, str]]] = {}
    rows = Facility.objects.filter(programmes__overlap=list(PROGRAMMES), valid_to=None)
    for facility in rows.select_related("agency").order_by("name"):
        for said in facility.programmes:
            if said in PROGRAMMES and (facility.pk, said) != (client.facility_id, client.programme):
                name = f"{facility.name}: {words(PROGRAMMES[said].name)}"
                found[f"{facility.pk}:{said}"] = (name, (facility, said))
    return found
