"""What the addresses of devices lead to, for the tests that walk every address as everybody."""

from phoihop.programmes.ost.actions import devices
from tests.support.world import HERE, Example, World

# A key of nobody: a point of the curve, whose secret was thrown away.
KEY = "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a"


def examples(world: World) -> dict[str, Example]:
    """A tablet that was enrolled here."""
    here, head = world.facilities[HERE], world.viewer("ost-head@here")
    made = devices.enrol(by=head, facility=here, public=KEY, label="Máy của phòng")
    path, tablet = {"pk": made.device.pk}, made.device
    code = {"number": "x", "value": "1", "days": "2026-11-24", "code": "0"}
    return {
        "ost-device-enrol": Example({"pk": here.pk}, here, {"label": "Máy 2", "public": "00"}),
        "ost-epoch": Example({"pk": here.pk}, here),
        "ost-epoch-begin": Example({"pk": here.pk}, here, {"sure": "on"}),
        "ost-device": Example(path, tablet),
        "ost-device-active": Example(path, tablet),
        "ost-device-inactive": Example(path, tablet),
        "ost-device-checked": Example(path, tablet, {"entered": "on"}),
        "ost-device-excused": Example(path, tablet),
        "ost-device-withdrawn": Example(path, tablet, {"in_hand": "on"}),
        "ost-device-call": Example(path, tablet, {"number": "x"}),
        "ost-device-release": Example(path, tablet, code),
    }
