"""The end of a treatment here: somebody decides it, on a ground, and nothing ends by itself."""

from collections.abc import Collection
from datetime import date

from phoihop.base.org.doors import action
from phoihop.base.org.rules.permissions import Viewer
from phoihop.programmes.ost.actions.ordering import refused, signer, step
from phoihop.programmes.ost.dosing.refusing import refuse
from phoihop.programmes.ost.models import Ended
from phoihop.programmes.ost.models.shared import about
from phoihop.programmes.ost.queries import facts, records, values
from phoihop.programmes.ost.rules import ending as rules
from phoihop.programmes.ost.rules.ending import Ending, Ground, Proposal
from phoihop.programmes.ost.rules.phases import Phase
from phoihop.registry.actions import enrolling
from phoihop.registry.models import Client

# What the register of clients calls each of them.
REGISTERED = {
    Ending.WISH: "wish",
    Ending.BREACH: "breach",
    Ending.DEATH: "died",
    Ending.CUSTODY: "custody",
}


@action("ost.case_end_treatment", "Kết thúc điều trị", "End a treatment", of="client")
def end(
    *,
    by: Viewer,
    client: Client,
    ending: Ending,
    day: date,
    why: str,
    wish_signed: bool = False,
    chosen: Collection[Ground] = (),
    seen: Collection[str] = (),
) -> Ended:
    """The client is treated here up to and including a day. Orders end with it, and the right to doses.

    Refusal: whatever rules.ending.judge refuses, "end-by-transfer", "why-missing", "order-warned" for a
    warning not weighed, "not-treated", and those of the register of clients.
    """
    if ending is Ending.TRANSFER:
        raise refuse("end-by-transfer")
    if not why.strip():
        raise refuse("why-missing")
    if facts.treated_since(client, by.day) is None:
        raise refuse("not-treated")
    proposal = Proposal(
        ending=ending,
        day=day,
        by=str(signer(by)),
        wish_signed=wish_signed,
        record=records.record_of(client, day),
        chosen=frozenset(chosen),
        bottles_out=records.bottles_out(client, day),
    )
    decision = rules.judge(proposal, values.book())
    if decision.refusals:
        raise refused(decision.refusals)
    if {each.code for each in decision.warnings} - set(seen):
        raise refuse("order-warned")
    enrolling.end(by=by, client=client, last_day=day, ending=REGISTERED[ending])
    step(by, client, Phase.ENDED, day + facts.DAY)
    row = Ended(
        **about(client),
        day=day,
        ending=ending.value,
        grounds=sorted(ground.value for ground in chosen),
        by_id=signer(by),
    )
    row.put(why=why.strip())
    row.save(force_insert=True)
    return row
