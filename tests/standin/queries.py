from typing import Any

from phoihop.base.org import caseload
from phoihop.base.org.caseload import FileKind, is_kin
from phoihop.base.org.doors import may, query
from phoihop.base.org.rules.permissions import Viewer
from phoihop.base.org.viewers import facilities_of
from phoihop.base.security import keyring, sealed
from phoihop.base.security.audit.entries import Kind
from phoihop.base.security.crypto.names import query_tokens, rank
from tests.standin.models import Client

PROGRAMMES = ("alpha", "beta")
ON_CALL: set[int] = set()  # accounts; a real room asks its roster

caseload.declare(
    Client,
    FileKind(
        mine=lambda viewer, client: client.carer_id in (None, viewer.account),
        kin=lambda viewer, client: (
            client.home_id is not None and is_kin(viewer, client.text("name"), client.home_id)
        ),
        on_duty=lambda viewer: viewer.account in ON_CALL,
    ),
)


def _doors(programme: str) -> tuple[Any, Any]:
    @query(f"standin.case_{programme}_see", "Xem hồ sơ", "See a file", of="client")
    def see(viewer: Viewer, *, client: Client) -> dict[str, str]:
        return {"name": client.text("name"), "number": client.text("number"), "state": client.text("state")}

    @query(f"standin.case_{programme}_search", "Tìm hồ sơ", "Search files", kind=Kind.SEARCH, needle="text")
    def search(viewer: Viewer, *, text: str) -> list[tuple[Client, str]]:
        found: list[tuple[Client, str]] = []
        blind = keyring.store().blind_key(programme) if keyring.store().versions(programme) else b""
        for facility in facilities_of(viewer, programme) if blind else ():
            asked = query_tokens(blind, text, facility)
            here = Client.objects.select_related("facility").filter(programme=programme, facility=facility)
            theirs = here.filter(name_tokens__contains=sorted(asked.all_of))
            if not theirs:
                theirs = here.filter(name_tokens__overlap=sorted(asked.some))
            # A block may lie on one file alone: a list shows what its page would open, and no more.
            open_to_them = [c for c in theirs if may(viewer, f"standin.case_{programme}_see", c)]
            sealed.fetch_keys(open_to_them)
            found += [(client, client.text("name")) for client in open_to_them]
        return [(match.item, match.name) for match in rank(text, found)]

    return see, search


DOORS = {programme: _doors(programme) for programme in PROGRAMMES}


def see(viewer: Viewer, client: Client) -> dict[str, str]:
    return DOORS[client.programme][0](viewer, client=client)


def search(viewer: Viewer, programme: str, text: str) -> list[tuple[Client, str]]:
    return DOORS[programme][1](viewer, text=text)
