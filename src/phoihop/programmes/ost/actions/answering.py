"""What a doctor finds out about an incident, said once for every site that it concerns."""

from django.utils import timezone

from phoihop.base.org.doors import action
from phoihop.base.org.rules.permissions import Viewer
from phoihop.base.security.models.keys import DataKeyRow
from phoihop.programmes.ost.actions.ordering import signer
from phoihop.programmes.ost.dosing import reaching
from phoihop.programmes.ost.dosing.refusing import refuse
from phoihop.programmes.ost.models import Incident


@action("ost.case_answer_incident", "Kết luận sự cố", "Answer an incident", of="incident")
def answer(*, by: Viewer, incident: Incident, finding: str) -> Incident:
    """Record what was found. Of a person's incident the words are sealed under that person's key and stay
    here; that it was answered is known at every site concerned, and what waited for it goes on.

    Refusal: "why-missing", "incident-answered"; "incident-elsewhere" where the person has no file here.
    """
    said = finding.strip()
    if not said:
        raise refuse("why-missing")
    with reaching.centre(by.account, incident.facility_id):
        alike = Incident.objects.select_for_update(of=("self",)).filter(identity=incident.identity)
        rows = {row.pk: row for row in alike.order_by("pk")}
        row = rows[incident.pk]
        if row.answered_at is not None:
            raise refuse("incident-answered")
        now = timezone.now()
        row.answered_by_id, row.answered_at = signer(by), now
        if row.pseudonym is None:
            row.remark = said
        else:
            try:
                row.put(finding=said)
            except DataKeyRow.DoesNotExist:
                raise refuse("incident-elsewhere") from None
        row.save(update_fields=["answered_by", "answered_at", "finding", "remark"])
        others = Incident.objects.filter(identity=incident.identity, answered_at=None)
        others.update(answered_by=signer(by), answered_at=now)
    return row
