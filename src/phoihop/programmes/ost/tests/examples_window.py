"""What the addresses of the window, of lending and of take-home medicine lead to, for tests that walk."""

from phoihop.programmes.ost.actions import sites
from phoihop.programmes.ost.models import Roster
from phoihop.registry.tests.people import PANH, acting, admitted
from tests.support.world import HERE, Example, World

GONE = "00000000-0000-0000-0000-000000000000"
KEY = "00112233445566778899aabbccddeeff"


def examples(world: World) -> dict[str, Example]:
    """A client served here, with their line on the list; the site has a desk."""
    here, doctor = world.facilities[HERE], world.viewer("ost-doctor@here")
    sites.set_up_desk(by=world.viewer("ost-head@here"), facility=here)
    client = admitted(doctor, here, PANH, programme="ost")
    with acting(doctor):
        row = Roster.objects.select_related("facility").get(client=client)
    return {
        "ost-window": Example({"pk": here.pk}, here, {"text": "panh"}),
        "ost-open-day": Example({"pk": here.pk}, here),
        "ost-window-card": Example({"uid": str(row.uid)}, row, {"said": "1991", "key": KEY}, {"uid": GONE}),
    }
