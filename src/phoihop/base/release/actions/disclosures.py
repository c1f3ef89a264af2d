"""Requests of outside bodies: filed, answered by one, allowed by another, fetched until they run out.

Everything here refuses while the operator has not switched it on.
"""

import hashlib
from datetime import date

from django.db.models import Max
from django.utils import timezone

from phoihop.base.org import doors, notices, proposals
from phoihop.base.org.doors import action
from phoihop.base.org.models import Agency, Facility, Proposal
from phoihop.base.org.rules.permissions import Viewer
from phoihop.base.release import answers, files, finding, outward
from phoihop.base.release.models import Request, Told
from phoihop.base.release.rules import disclosures as rules
from phoihop.base.release.rules.disclosures import Answer, State
from phoihop.base.security import scope, throttle
from phoihop.base.security.audit.entries import Kind
from phoihop.base.security.audit.recording import record
from phoihop.base.security.outgoing.marks import Mark
from phoihop.kernel.refusals import Refusal

DISCLOSURE = "release.disclosure"


def check_on() -> None:
    """Nothing, or Refusal("switched-off")."""
    if not finding.disclosure_on():
        raise Refusal(
            "switched-off", "Chức năng này chưa được bật.", "This function has not been switched on."
        )


@action(
    "release.file_request",
    "Gửi yêu cầu cung cấp thông tin",
    "Submit a request for information",
    of="facility",
    kind=Kind.DISCLOSURE,
)
def file_request(
    *,
    by: Viewer,
    facility: Facility,
    letter: str,
    asked_on: date,
    article: str,
    question: str,
    day: date,
    subject: str,
    body: str = "",
) -> Request:
    """Give a letter its number. Whoever asks from outside asks in the name of their own agency.

    Refusal: "switched-off", "no-ground", "no-such-question", "day-wrong", "request-incomplete".
    """
    check_on()
    if facility not in finding.askable(by):
        raise finding.unseen(by, "release.file_request")
    rules.ground(article, question, asked_on)
    rules.check_days(asked_on=asked_on, about=day, today=timezone.localdate())
    inside = facility.agency_id in by.agencies
    asking = body.strip() if inside else _own_agency(by)
    if not (letter.strip() and subject.strip() and asking):
        raise Refusal(
            "request-incomplete",
            "Hãy ghi đủ số công văn, cơ quan yêu cầu và người được hỏi.",
            "Give the letter's number, the requesting body, and the person asked about.",
        )
    year = timezone.localdate().year
    throttle.alone("release.request", facility.agency_id)
    with scope.acting(finding.JOB):
        of_year = Request.objects.filter(agency=facility.agency_id, year=year)
        last = of_year.aggregate(last=Max("number"))["last"] or 0
    made = Request(
        number=last + 1,
        year=year,
        body=asking,
        letter=letter.strip(),
        asked_on=asked_on,
        article=article,
        question=question,
        day=day,
        agency_id=facility.agency_id,
        facility=facility,
        filed_by_id=finding.account_of(by),
        filed_at=timezone.now(),
        state=State.RECEIVED,
    )
    made.put(subject=subject.strip())
    made.save()
    told = proposals.deciders("release.case_answer_request", facility.agency_id)
    notices.tell(set(told) - {made.filed_by_id}, "request-came", f"release.Request:{made.pk}")
    return made


def _own_agency(by: Viewer) -> str:
    """The agency of the position that lets the viewer file requests."""
    decision = doors.may_somewhere(by, "release.file_request")
    positions = {reason.position for reason in decision.reasons}
    agencies = [held.agency for held in by.now if held.id in positions and held.agency is not None]
    found = Agency.objects.filter(pk__in=agencies).order_by("pk").first()
    return found.name if found else ""


@action(
    "release.case_answer_request",
    "Soạn câu trả lời",
    "Draft the answer to a request",
    of="request",
    kind=Kind.DISCLOSURE,
    step_up=True,
)
def answer(*, by: Viewer, request: Request, kind: str, thing: int | None) -> Request:
    """Let the program read yes or no from the person's file, and ask a second person to let it out.

    ``thing`` None: no file fits, and the answer is no. NotAllowed for a kind that is closed. Refusal:
    "switched-off", "request-closed", "not-here" (the file is not of the facility asked).
    """
    check_on()
    declared = finding.care_kind(by, kind, "release.case_answer_request")
    if request.question not in declared.answers:
        raise Refusal(
            "no-such-question",
            "Loại hồ sơ này không trả lời được câu hỏi đó.",
            "That question cannot be answered from this kind of file.",
        )
    said = Answer.NO
    if thing is not None:
        place = finding.file_of(declared, thing)
        if place is None or place.facility != request.facility_id:
            raise Refusal(
                "not-here",
                "Hồ sơ này không thuộc cơ sở được hỏi.",
                "This file does not belong to the facility asked.",
            )
        with scope.acting(finding.narrow(by, request.facility_id, place.programme)):
            said = Answer.YES if declared.answers[request.question](thing, request.day) else Answer.NO
    locked = _locked(request, State.RECEIVED)
    locked.kind, locked.thing, locked.answered_by_id = kind, thing, by.account
    locked.put(answer=said.value)
    locked.state = State.PROPOSED
    locked.proposal = proposals.open_one(
        by,
        DISCLOSURE,
        {"request": locked.pk, "filed_by": locked.filed_by_id, "article": locked.article},
        reason=f"Công văn {rules.numbered(locked.number, locked.year)}",
        agency=locked.agency_id,
    )
    locked.save()
    return locked


def _locked(request: Request, state: State) -> Request:
    found = Request.objects.select_for_update(of=("self",)).get(pk=request.pk)
    if found.state != state:
        raise Refusal(
            "request-closed", "Yêu cầu này không còn ở bước đó.", "This request is already past that step."
        )
    return found


@action(
    "release.decline_request",
    "Từ chối yêu cầu",
    "Decline a request",
    of="request",
    kind=Kind.DISCLOSURE,
)
def decline(*, by: Viewer, request: Request) -> Request:
    """Close a request without an answer. Refusal: "switched-off", "request-closed"."""
    check_on()
    locked = _locked(request, State.RECEIVED)
    locked.state = State.DECLINED
    locked.save(update_fields=["state"])
    notices.tell([locked.filed_by_id], "request-closed", f"release.Request:{locked.pk}")
    return locked


def allowed(proposal: Proposal, by: Viewer) -> None:
    """Runs when the second person allows it: the paper is made and the person's file says so."""
    check_on()
    with scope.acting(finding.JOB):
        request = Request.objects.select_related("agency", "facility").get(pk=proposal.arguments["request"])
        said = request.answered
        if request.state != State.PROPOSED or said is None:
            raise Refusal(
                "request-closed",
                "Yêu cầu này không còn ở bước đó.",
                "This request is already past that step.",
            )
        now = timezone.now()
        mark = Mark(timezone.localtime(now), "personal")
        request.expires_at = now + rules.LASTS
        paper = answers.paper(request, said, mark, request.expires_at)
        data = outward.outgoing_document(paper, names=[request.named])
        request.file, request.sha256 = files.keep(data).id, hashlib.sha256(data).hexdigest()
        request.code, request.second_id, request.answered_at = mark.code, by.account, now
        request.state, request.fetches_left = State.ANSWERED, rules.FETCHES
        request.save()
        if request.thing is not None:
            _write_into_file(request, said)
        record(
            doors.entry(
                Kind.DISCLOSURE,
                "release.disclosed",
                by,
                request,
                detail={"article": request.article, "reason": request.question},
            )
        )
        notices.tell([request.filed_by_id], "request-answered", f"release.Request:{request.pk}")


def _write_into_file(request: Request, said: Answer) -> None:
    assert request.thing is not None
    assert request.answered_at is not None
    Told.objects.create(
        request=request,
        kind=request.kind,
        thing=request.thing,
        agency_id=request.agency_id,
        facility_id=request.facility_id,
        body=request.body,
        number=rules.numbered(request.number, request.year),
        article=request.article,
        question=request.question,
        day=request.day,
        answer=said.value,
        told_at=request.answered_at,
    )


@action(
    "release.fetch_own_answer",
    "Nhận câu trả lời",
    "Fetch the answer to one's request",
    of="request",
    kind=Kind.DISCLOSURE,
    step_up=True,
)
def fetch(*, by: Viewer, request: Request) -> bytes:
    """The paper, counted, until it runs out. Refusal: "switched-off", "gone"."""
    check_on()
    with scope.acting(finding.JOB):
        locked = Request.objects.select_for_update(of=("self",)).get(pk=request.pk)
        expires = locked.expires_at
        if locked.state != State.ANSWERED or expires is None or expires <= timezone.now():
            raise Refusal(
                "gone", "Câu trả lời chưa có hoặc đã hết hạn.", "There is no answer, or it has expired."
            )
        if locked.fetches_left == 0:
            raise Refusal(
                "gone",
                "Câu trả lời đã được lấy đủ số lần.",
                "The answer has been fetched as often as is permitted.",
            )
        locked.fetches_left -= 1
        locked.save(update_fields=["fetches_left"])
        return files.whole(locked.file)
