"""What the addresses of the window, of lending and of take-home medicine lead to, for tests that walk."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from django.utils import timezone

from phoihop.programmes.ost.actions import sites, supplying
from phoihop.programmes.ost.models import Roster
from phoihop.programmes.ost.tests.making import ordered, stocked
from phoihop.registry.tests.people import PANH, acting, admitted
from tests.support.world import HERE, THERE, Example, World

GONE = "00000000-0000-0000-0000-000000000000"
KEY = "00112233445566778899aabbccddeeff"


def examples(world: World) -> dict[str, Example]:
    """A client served here, with their line on the list; the site has a desk."""
    here, doctor = world.facilities[HERE], world.viewer("ost-doctor@here")
    sites.set_up_desk(by=world.viewer("ost-head@here"), facility=here)
    client = admitted(doctor, here, PANH, programme="ost")
    with acting(doctor):
        row = Roster.objects.select_related("facility").get(client=client)
    ordered(doctor, client)
    stocked(doctor, here)
    with acting(doctor):
        supply = supplying.prepare(
            by=doctor,
            client=client,
            hospital="Bệnh viện huyện",
            carrier="Lò Văn Ún",
            first=timezone.localdate() + timedelta(days=1),
            last=timezone.localdate() + timedelta(days=2),
        )
    day = f"{timezone.localdate():%d/%m/%Y}"

    def of(form: Mapping[str, Any]) -> Example:
        return Example({"uid": str(client.uid)}, client, form, {"uid": GONE})

    def line(form: Mapping[str, Any], **more: str) -> Example:
        return Example({"uid": str(row.uid), **more}, row, form, {"uid": GONE, **more})

    def sheet(form: Mapping[str, Any], **more: str) -> Example:
        return Example({"uid": str(supply.uid), **more}, supply, form, {"uid": GONE, **more})

    prepared = {"hospital": "Bệnh viện huyện", "carrier": "Lò Văn Ún", "first": day, "last": day}
    return {
        "ost-supplies": Example({"pk": here.pk}, here),
        "ost-supply": sheet({"copies": "1"}),
        "ost-supply-back": sheet({"returned": "0"}),
        "ost-supply-paper": sheet({}, which="04"),
        "ost-supply-prepare": of(prepared),
        "ost-window": Example({"pk": here.pk}, here, {"text": "panh"}),
        "ost-open-day": Example({"pk": here.pk}, here),
        "ost-window-card": line({"said": "1991", "key": KEY}),
        "ost-lending": Example({"pk": here.pk}, here),
        "ost-lend": of({"to": str(world.facilities[THERE].pk), "first": day, "last": day}),
        "ost-call-back": of({"first": day}),
        "ost-recalls": Example({"pk": here.pk}, here),
        "ost-recall-draw": Example({"pk": here.pk}, here, {"number": "1"}),
        "ost-bottles": line({"said": "1991", "key": KEY, "in_person": "on"}),
        "ost-bottle-back": line({"serial": "", "fate": "spilt", "cause": ""}),
        "ost-labels": line({}, issue=KEY),
        "ost-takehome": of({}),
        "ost-takehome-commit": of({"signed_on": day, "storage": "on"}),
        "ost-takehome-end": of({"why": "đổi ý"}),
        "ost-takehome-came": of({"foreign": ""}),
    }
