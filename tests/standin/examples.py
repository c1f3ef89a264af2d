"""What the stand-in room's addresses lead to."""

from datetime import date

from tests.standin import actions
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
    return found
