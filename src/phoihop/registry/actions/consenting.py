"""Recording a client's consent and its withdrawal."""

from datetime import date

from phoihop.base.org.rules.permissions import Viewer
from phoihop.registry.doors import case_action
from phoihop.registry.marking import born_of
from phoihop.registry.models import Client, Consent
from phoihop.registry.refusing import reason_of, refuse
from phoihop.registry.registering import PROGRAMMES
from phoihop.registry.rules.consents import Who
from phoihop.registry.rules.identity import tidy


@case_action("consent", "Ghi văn bản đồng ý", "Record a consent", of="client")
def consent(
    *,
    by: Viewer,
    client: Client,
    wording: str,
    form: str,
    given_on: date,
    representative: str = "",
    relation: str = "",
) -> Consent:
    """A consent given on a day, judged by the law of that day, which is kept with it.

    Where the age is not clear a representative may stand beside, and is not demanded. Refusal:
    "consent-form", "days-wrong" (a day to come), "consent-nobody", "representative-missing".
    """
    if not wording.strip() or not form.strip():
        raise refuse("consent-form")
    if given_on > by.day:
        raise refuse("days-wrong")
    need = PROGRAMMES[client.programme].consent(born_of(client), given_on)
    named, as_what = tidy(representative), tidy(relation)
    if need.who is Who.NOBODY:
        raise refuse("consent-nobody")
    if need.who is Who.REPRESENTATIVE and not (named and as_what):
        raise refuse("representative-missing")
    made = Consent(
        programme=client.programme,
        facility_id=client.facility_id,
        pseudonym=client.pseudonym,
        client=client,
        wording=wording.strip(),
        form=form.strip(),
        given_on=given_on,
        needed=need.who.value,
        source=need.source,
        certainty=need.certainty,
    )
    if named:
        made.put(representative=named, relation=as_what)
    made.save()
    return made


@case_action("withdraw_consent", "Ghi việc rút đồng ý", "Record that a consent was withdrawn", of="client")
def withdraw(*, by: Viewer, client: Client, consent: Consent, day: date, why: str = "") -> Consent:
    """A client takes a consent back; nobody needs a reason for that. What was recorded stays.

    Refusal: "consent-withdrawn", "days-wrong".
    """
    own = Consent.objects.filter(
        programme=client.programme, facility=client.facility_id, client=client, pk=consent.pk
    )
    locked = own.select_for_update(of=("self",)).get()
    if locked.withdrawn_on is not None:
        raise refuse("consent-withdrawn")
    if not locked.given_on <= day <= by.day:
        raise refuse("days-wrong")
    locked.withdrawn_on = day
    if why.strip():
        locked.put(withdrawn_why=reason_of(why))
    locked.save(update_fields=["withdrawn_on", "withdrawn_why"])
    return locked
