"""Deciding which files are of one person; answering letters that came."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from phoihop.base.org.page import Load, page, said, viewer_of
from phoihop.base.org.rules.permissions import Viewer
from phoihop.kernel.dates import typed_day
from phoihop.kernel.refusals import Refusal
from phoihop.registry.actions import deciding, referring, transferring
from phoihop.registry.doors import code
from phoihop.registry.models import Client, Letter, Likeness, Referral, Transfer
from phoihop.registry.models.letters import RECEIVED
from phoihop.registry.pages.shared import Pages, address, uid_of
from phoihop.registry.queries import desk
from phoihop.registry.refusing import refuse
from phoihop.registry.registering import Programme
from phoihop.registry.rules.identity import SEXES

_ANSWER = frozenset({"act", "why", "first_day"})


def pages(programme: Programme) -> Pages:
    """The pages of one programme."""
    here = programme.code

    @page(code(here, "see_likenesses"))
    def likenesses(request: HttpRequest) -> HttpResponse:
        """Files that may be of one person."""
        return _likenesses(request, programme)

    @page(
        code(here, "decide"),
        of=Likeness,
        load=_likeness(programme),
        only_post=True,
        fields=frozenset({"act", "why"}),
    )
    def decide(request: HttpRequest, likeness: Likeness) -> HttpResponse:
        """Decide one pair; ``act`` is "different", "same", or the file that goes on."""
        act = request.POST.get("act", "")
        try:
            deciding.decide(
                by=viewer_of(request),
                likeness=likeness,
                same=act != "different",
                why=request.POST.get("why", "")[:300],
                kept=_kept(likeness, act),
            )
        except Refusal as refusal:
            if refusal.reason == "not-found":
                raise
            return _likenesses(request, programme, likeness.pk, said(refusal))
        return redirect(address(programme, "likenesses"))

    @page(code(here, "see_letters"))
    def letters(request: HttpRequest) -> HttpResponse:
        """Letters that wait for an answer."""
        return _letters(request, programme)

    @page(
        code(here, "accept_transfer"),
        of=Transfer,
        arg="uid",
        load=_received(programme, Transfer),
        only_post=True,
        fields=_ANSWER,
    )
    def transfer_answer(request: HttpRequest, transfer: Transfer) -> HttpResponse:
        """Accept or refuse a client who is to move here."""
        by, text = viewer_of(request), request.POST.get("first_day", "")
        try:
            if request.POST.get("act") == "refuse":
                transferring.refuse_transfer(by=by, transfer=transfer, why=request.POST.get("why", "")[:300])
                return redirect(address(programme, "letters"))
            day = typed_day(text, timezone.localdate()) if text.strip() else None
            client = transferring.accept(by=by, transfer=transfer, first_day=day)
        except Refusal as refusal:
            if refusal.reason == "not-found":
                raise
            return _letters(request, programme, str(transfer.uid), said(refusal))
        return redirect(address(programme, "file", client.uid))

    @page(
        code(here, "accept_referral"),
        of=Referral,
        arg="uid",
        load=_received(programme, Referral),
        only_post=True,
        fields=_ANSWER,
    )
    def referral_answer(request: HttpRequest, referral: Referral) -> HttpResponse:
        """Accept or refuse somebody who was referred here."""
        by = viewer_of(request)
        try:
            if request.POST.get("act") == "refuse":
                referring.refuse_referral(by=by, referral=referral, why=request.POST.get("why", "")[:300])
                return redirect(address(programme, "letters"))
            client = referring.accept(by=by, referral=referral)
        except Refusal as refusal:
            if refusal.reason == "not-found":
                raise
            return _letters(request, programme, str(referral.uid), said(refusal))
        return redirect(address(programme, "file", client.uid))

    return {
        "likenesses": likenesses,
        "decide": decide,
        "letters": letters,
        "transfer-answer": transfer_answer,
        "referral-answer": referral_answer,
    }


def _likenesses(request: HttpRequest, programme: Programme, at: int = 0, fault: str = "") -> HttpResponse:
    pairs = [
        (pair, address(programme, "decide", pair.pk), _sides(programme, pair))
        for pair in desk.pairs(viewer_of(request), programme=programme.code)
    ]
    known = {"pairs": pairs, "at": at, "fault": fault, "start": address(programme, "")}
    known |= {"typed": request.POST.get("why", "")}
    return render(request, "registry/likenesses.html", known, status=422 if fault else 200)


def _sides(programme: Programme, pair: desk.Pair) -> list[tuple[desk.Side, str, str, object]]:
    return [
        (
            side,
            address(programme, "file", side.uid),
            "/".join(reversed(side.told.born.kept.split("-"))) if side.told.born else "",
            SEXES[side.told.sex],
        )
        for side in (pair.one, pair.other)
        if side is not None
    ]


def _kept(likeness: Likeness, act: str) -> Client | None:
    if act in ("same", "different"):
        return None
    both: tuple[Client | None, ...] = (likeness.client, likeness.other)
    files = {str(file.pk): file for file in both if file is not None}
    if act not in files:
        raise refuse("which-file")
    return files[act]


def _likeness(programme: Programme) -> Load:
    def load(viewer: Viewer, text: str) -> Likeness | None:
        number = int(text) if text.isascii() and text.isdigit() and len(text) < 19 else 0
        rows = Likeness.objects.select_related("facility", "client__facility", "other__facility")
        return rows.filter(pk=number, programme=programme.code).first()

    return load


def _received(programme: Programme, model: type[Letter]) -> Load:
    def load(viewer: Viewer, text: str) -> Letter | None:
        came = model._default_manager.filter(programme=programme.code, side=RECEIVED)
        return came.select_related("facility__agency").filter(uid=uid_of(text)).first()

    return load


def _letters(request: HttpRequest, programme: Programme, at: str = "", fault: str = "") -> HttpResponse:
    rows = [
        (
            each,
            str(each.uid),
            address(programme, "transfer-answer" if each.transfer else "referral-answer", each.uid),
            "/".join(reversed(each.told.born.kept.split("-"))) if each.told.born else "",
            SEXES[each.told.sex],
        )
        for each in desk.letters(viewer_of(request), programme=programme.code)
    ]
    known = {"rows": rows, "at": at, "fault": fault, "start": address(programme, "")}
    known |= {"typed": request.POST.get("why", "")}
    return render(request, "registry/letters.html", known, status=422 if fault else 200)
