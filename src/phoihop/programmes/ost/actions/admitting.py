"""Applications to be treated: recorded as they stand, then decided with reasons."""

from collections.abc import Collection, Sequence
from datetime import date

from phoihop.base.org.doors import action
from phoihop.base.org.rules.permissions import Viewer
from phoihop.kernel import working_days
from phoihop.programmes.ost.actions.ordering import refused, signer, step
from phoihop.programmes.ost.dosing.refusing import refuse
from phoihop.programmes.ost.models import Admission
from phoihop.programmes.ost.models.shared import about
from phoihop.programmes.ost.queries import admissions, facts, values
from phoihop.programmes.ost.queries.admissions import Said
from phoihop.programmes.ost.rules import admission as rules
from phoihop.programmes.ost.rules.phases import Phase
from phoihop.registry.actions import enrolling
from phoihop.registry.models import Client


@action("ost.case_note_application", "Ghi đơn xin điều trị", "Record an application", of="client")
def apply(*, by: Viewer, client: Client, said: Said, complete_on: date | None) -> Admission:
    """Write down an application as it stands; one that waits already is brought up to date.

    ``complete_on``: the day from which its file is complete; the time to decide runs from it. Refusal:
    "admission-treated", "day-to-come".
    """
    if complete_on is not None and complete_on > by.day:
        raise refuse("day-to-come")
    if facts.treated_since(client, by.day) is not None:
        raise refuse("admission-treated")
    own = Admission.objects.select_for_update(of=("self",)).filter(facility=client.facility_id, client=client)
    row = own.filter(state=Admission.OPEN).first() or Admission(**about(client))
    row.complete_on = complete_on
    row.decide_by = None
    if complete_on is not None:
        row.decide_by = rules.decide_by(complete_on, working_days.works, values.book()).day
    row.put(content=said.as_text())
    row.save()
    return row


@action("ost.case_admit_client", "Tiếp nhận điều trị", "Admit to treatment", of="admission")
def admit(
    *, by: Viewer, admission: Admission, since: date, seen: Collection[str] = (), why: str = ""
) -> Admission:
    """Treat the applicant from a day on, beginning with induction.

    ``seen``, ``why``: as for an order. Refusal: whatever rules.admission.judge refuses, whatever the register
    of clients refuses ("transfer-needed", "consent-missing" …); "order-warned", "why-missing",
    "admission-decided", "no-birth".
    """
    row = _open(admission)
    client = row.client
    file = admissions.file_of(client, admissions.said_of(row), since)
    if file is None:
        raise refuse("no-birth")
    decision = rules.judge(file, since, values.book())
    if decision.refusals:
        raise refused(decision.refusals)
    warned = {each.code for each in decision.warnings}
    if warned - set(seen):
        raise refuse("order-warned")
    if warned and not why.strip():
        raise refuse("why-missing")
    enrolling.admit(by=by, client=client, since=since)
    step(by, client, Phase.INDUCTION, since)
    if why.strip():
        row.put(reasons=why.strip())
    return _decided(by, row, Admission.ADMITTED)


@action("ost.case_refuse_client", "Từ chối tiếp nhận", "Refuse to admit", of="admission")
def refuse_client(*, by: Viewer, admission: Admission, reasons: Sequence[str]) -> Admission:
    """Refuse an application in writing. Refusal: "admission-without-reason", "admission-decided"."""
    given = rules.refusal_stands(tuple(reasons))
    row = _open(admission)
    row.put(reasons="\n".join(given))
    return _decided(by, row, Admission.REFUSED)


@action("ost.case_note_withdrawn", "Ghi việc rút đơn", "Record a withdrawn application", of="admission")
def withdraw(*, by: Viewer, admission: Admission) -> Admission:
    """The applicant does not want it any more. Refusal: "admission-decided"."""
    return _decided(by, _open(admission), Admission.WITHDRAWN)


def _open(admission: Admission) -> Admission:
    rows = Admission.objects.select_for_update(of=("self",)).select_related("client__facility__agency")
    row = rows.get(pk=admission.pk)
    if row.state != Admission.OPEN:
        raise refuse("admission-decided")
    return row


def _decided(viewer: Viewer, row: Admission, state: str) -> Admission:
    row.state, row.decided_on, row.decided_by_id = state, viewer.day, signer(viewer)
    row.save()
    return row
