"""What of this room is looked at when somebody looks at a client, for the client who asks who did."""

from phoihop.base.org.models import Facility
from phoihop.base.security import scope
from phoihop.base.security.scope import Scope
from phoihop.programmes.ost.dosing import reaching
from phoihop.programmes.ost.models import (
    Admission,
    Incident,
    Lease,
    Note,
    OrderRow,
    Roster,
    UrineTestRow,
    Vomit,
)
from phoihop.programmes.ost.models.shared import OST
from phoihop.registry.models import Client
from phoihop.registry.registering import Row

# The models that a door of this room may be about, beside the file itself.
_MODELS = (Roster, Admission, OrderRow, Note, UrineTestRow, Vomit, Incident)


def rows(client: Client) -> list[Row]:
    """The client's rows at their own facility and wherever their days were lent to. Inside a scope."""
    now = scope.current()
    account = now.account if now is not None else None
    with reaching.centre(account, client.facility_id):
        lent = Lease.objects.filter(client=client.pseudonym).values_list("facility", flat=True)
        places = {client.facility_id, *lent}
    agencies = dict(Facility.objects.filter(pk__in=places).values_list("pk", "agency"))
    with scope.acting(Scope("letter", account=account, places=tuple((pk, OST) for pk in sorted(places)))):
        return [
            Row(model._meta.label, pk, agencies[facility])
            for model in _MODELS
            for pk, facility in model._default_manager.filter(
                pseudonym=client.pseudonym, facility__in=places
            ).values_list("pk", "facility")
        ]
