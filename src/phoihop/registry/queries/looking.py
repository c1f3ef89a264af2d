"""Who looked at a client's file, for the client to read."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q

from phoihop.base.org.caseload import PURPOSES
from phoihop.base.org.doors import DOORS, entry
from phoihop.base.org.models import Agency
from phoihop.base.org.rules.permissions import Viewer
from phoihop.base.security import scope
from phoihop.base.security.audit import reading
from phoihop.base.security.audit.entries import Kind
from phoihop.base.security.audit.recording import record
from phoihop.base.security.models import AuditEntry
from phoihop.base.security.scope import Scope
from phoihop.kernel.refusals import Bilingual
from phoihop.registry import marking
from phoihop.registry.doors import case_query, code
from phoihop.registry.models import Client
from phoihop.registry.queries.files import Head, head_of
from phoihop.registry.registering import PROGRAMMES

_MOST = 500
_LOOKS = tuple(kind.value for kind in (*reading.LOOKS, Kind.WRITE))


@dataclass(frozen=True, slots=True)
class Look:
    """One time: when, of which agency, what was done, and for what purpose where it was not their own work.

    Who it was by name is told to the person on request, by the agency; not on a paper that may be found.
    """

    at: datetime
    office: str
    did: Bilingual
    purpose: Bilingual | None


@dataclass(frozen=True, slots=True)
class Looked:
    """Who looked at a file, newest first; ``more``: there is more than is shown."""

    head: Head
    looks: tuple[Look, ...]
    more: bool


@case_query("see_looks", "Xem ai đã xem hồ sơ", "See who looked at a file", of="client", recorded=False)
def looks(viewer: Viewer, *, client: Client) -> Looked:
    """Every time this file, or what the programme keeps beside it, was opened, written to or disclosed.

    Asking is recorded like any look.
    """
    beside = PROGRAMMES[client.programme].rows(client)
    about = Q(thing_kind=client._meta.label, thing_id=str(client.pk))
    for label in {row.label for row in beside}:
        about |= Q(thing_kind=label, thing_id__in=[str(row.pk) for row in beside if row.label == label])
    wanted = AuditEntry.objects.filter(about, kind__in=_LOOKS, outcome="done")
    noted = entry(Kind.READ, code(client.programme, "see_looks"), viewer, client)
    agencies = tuple(sorted({client.facility.agency_id, *(row.agency for row in beside)}))
    with scope.acting(Scope("audit", account=viewer.account, agencies=agencies)):
        rows = list(wanted.order_by("-pk")[: _MOST + 1])
        record(noted)
    agencies_of = {row.agency for row in rows if row.agency is not None}
    names = dict(Agency.objects.filter(pk__in=agencies_of).values_list("pk", "name"))
    head = head_of(client, marking.told_of(client))
    return Looked(head, tuple(_look(row, names) for row in rows[:_MOST]), len(rows) > _MOST)


def _look(row: AuditEntry, names: dict[int, str]) -> Look:
    door = DOORS.get(row.action)
    did = door.about if door else Bilingual("Việc khác", "Something else")
    office = names.get(row.agency, "") if row.agency is not None else ""
    return Look(row.at, office, did, PURPOSES.get(str(row.detail.get("reason", ""))))
