"""An application as the rules know it: what the file holds, and whose consent is there."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import date
from typing import Any

from django.db.models import Q

from phoihop.programmes.ost.models import Admission
from phoihop.programmes.ost.rules.admission import Born, Condition, File, Signer
from phoihop.registry.marking import born_of
from phoihop.registry.models import Client, Consent


@dataclass(frozen=True, slots=True)
class Said:
    """What somebody wrote down of an application, beside what the client's file says by itself."""

    application: bool = False
    id_paper: bool = False
    diagnosed: bool = False
    commitment: bool = False
    voluntary: bool = False
    custody: bool = False
    dependent_before: bool | None = None
    conditions: tuple[str, ...] = field(default=())
    maoi_last: date | None = None

    def as_text(self) -> str:
        """As it is sealed."""
        said = asdict(self)
        said["maoi_last"] = f"{self.maoi_last}" if self.maoi_last is not None else None
        return json.dumps(said)


def said_of(admission: Admission) -> Said:
    """What was written down of an application."""
    kept: Mapping[str, Any] = json.loads(admission.text("content") or "{}")
    known = {name: kept[name] for name in Said.__dataclass_fields__ if name in kept}
    known["conditions"] = tuple(known.get("conditions", ()))
    if known.get("maoi_last"):
        known["maoi_last"] = date.fromisoformat(known["maoi_last"])
    return Said(**known)


def file_of(client: Client, said: Said, day: date) -> File | None:
    """The application as it is judged on a day; None where no birth is known at all."""
    born = born_of(client)
    if born is None:
        return None
    return File(
        born=Born(born.year, born.month, born.day),
        application=said.application,
        id_paper=said.id_paper,
        diagnosed=said.diagnosed,
        commitment=said.commitment,
        voluntary=said.voluntary,
        consented=consented(client, day),
        custody=said.custody,
        dependent_before=said.dependent_before,
        conditions=frozenset(Condition(each) for each in said.conditions),
        maoi_last=said.maoi_last,
    )


def consented(client: Client, day: date) -> frozenset[Signer]:
    """Who has signed a consent that is in force on a day. A representative who signs beside a client makes
    both; one who signs in the client's place makes both too, for the client's mark is theirs."""
    rows = Consent.objects.filter(
        programme=client.programme, facility=client.facility_id, client=client, given_on__lte=day
    )
    found: set[Signer] = set()
    for row in rows.filter(Q(withdrawn_on=None) | Q(withdrawn_on__gt=day)):
        found.add(Signer.CLIENT)
        if row.text("representative"):
            found.add(Signer.REPRESENTATIVE)
    return frozenset(found)
