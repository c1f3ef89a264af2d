"""What the stand-in room's addresses lead to."""

from datetime import date

from phoihop.base.org.models import Facility
from tests.standin import actions
from tests.standin.models import Client
from tests.support.world import HERE, Example, World

DAY = date(2026, 11, 20)


def examples(world: World) -> dict[str, Example]:
    found: dict[str, Example] = {}
    facility = world.facilities[HERE]
    for programme in ("alpha", "beta"):
        carer = world.viewer(f"carer-{programme}@here")
        client = actions.enrol(programme, by=carer, facility=facility, name="Vàng Thị Mỷ", since=DAY)
        of_client, name = {"pk": client.pk}, f"standin-{programme}"
        found |= {
            f"{name}-see": Example(of_client, client),
            f"{name}-search": Example(form={"text": "vang"}),
            f"{name}-visit": Example(of_client, client, {"day": "2026-11-21"}),
            f"{name}-enrol": Example(
                {"pk": facility.pk}, facility, {"name": "Sùng A Chứ", "number": "", "since": "2026-11-21"}
            ),
        }
        if programme == "alpha":
            found |= _forms(of_client, client, facility)
    return found


def _forms(of_client: dict[str, int], client: Client, facility: Facility) -> dict[str, Example]:
    here = {"pk": facility.pk}
    filled = {"do": "save", "v-day": "20/11/2026", "v-came": "yes", "v-amount": "60", "v-taken": "60"}
    return {
        "standin-sheet": Example(of_client, client, filled),
        "standin-sheet-paper": Example(of_client, client),
        "standin-sheet-word": Example(of_client, client),
        "standin-register": Example(here, facility, {"do": "save", "v-month": "30/11/2026"}),
        "standin-wide": Example(here, facility, {"do": "save"}),
        "standin-register-paper": Example(here, facility),
        "standin-register-import": Example(here, facility, {"do": "try", "file": ""}),
        "standin-register-template": Example(here, facility),
    }
