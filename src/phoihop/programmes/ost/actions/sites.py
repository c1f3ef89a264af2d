"""Setting up what a site records doses with."""

from django.utils import timezone

from phoihop.base.org.doors import action
from phoihop.base.org.models import Facility
from phoihop.base.org.rules.permissions import Viewer
from phoihop.programmes.ost.dosing import keys, reaching
from phoihop.programmes.ost.dosing.refusing import refuse
from phoihop.programmes.ost.models import Device
from phoihop.programmes.ost.models.shared import OST


@action("ost.set_up_desk", "Mở bàn cấp phát của điểm", "Set up a site's desk", of="facility", step_up=True)
def set_up_desk(*, by: Viewer, facility: Facility, label: str = "") -> Device:
    """From now on the site's doses are recorded on the program's own pages. Refusal: "not-offered",
    "desk-there"."""
    if OST not in facility.programmes:
        raise refuse("not-offered")
    secret, public = keys.new_pair()
    kept = keys.wrapped(secret)
    with reaching.centre(by.account, facility.pk):
        if Device.objects.filter(facility=facility, kind=Device.DESK).exists():
            raise refuse("desk-there")
        return Device.objects.create(
            facility=facility,
            name=f"desk-{facility.pk}",
            label=label,
            kind=Device.DESK,
            active=not Device.objects.filter(facility=facility, active=True).exists(),
            public=public,
            key_version=kept.version,
            secret=kept.sealed,
            incarnation="1",
            enrolled_by_id=by.account,
            heard_on=timezone.localdate(),
        )
