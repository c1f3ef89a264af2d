"""Whose work the rows about a client are: that of whoever has the file."""

from typing import Any

from phoihop.base.org import caseload
from phoihop.base.org.caseload import FileKind, is_kin
from phoihop.base.org.rules.permissions import Viewer
from phoihop.programmes.ost.models import (
    Admission,
    BottleNote,
    BottleRow,
    Commitment,
    Draft,
    Ended,
    Incident,
    Note,
    OrderRow,
    PhaseStep,
    Recall,
    Supply,
    UrineTestRow,
    Vomit,
)


def _mine(viewer: Viewer, row: Any) -> bool:
    return row.client.carer_id in (None, viewer.account)


def _kin(viewer: Viewer, row: Any) -> bool:
    client = row.client
    return client.home_id is not None and is_kin(viewer, client.text("name"), client.home_id)


_OF_A_FILE = FileKind(mine=_mine, kin=_kin)
for _model in (
    Admission,
    BottleNote,
    BottleRow,
    Commitment,
    Draft,
    Ended,
    Note,
    OrderRow,
    PhaseStep,
    Recall,
    Supply,
    UrineTestRow,
    Vomit,
):
    if _model not in caseload.KINDS:
        caseload.declare(_model, _OF_A_FILE)
# An incident says nothing of anybody but a pseudonym; it is the work of everybody who answers incidents.
caseload.declare(Incident, FileKind(mine=lambda viewer, row: True, kin=lambda viewer, row: False))
