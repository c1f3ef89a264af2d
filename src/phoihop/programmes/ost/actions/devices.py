"""A site's devices: enrolled, made the active one, checked after a restore, given up; days called back."""

import time
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from secrets import randbelow

from django.utils import timezone

from phoihop.base.org.doors import action
from phoihop.base.org.models import Facility
from phoihop.base.org.rules.permissions import Viewer
from phoihop.kernel.text import nfc
from phoihop.programmes.ost.dosing import centres, devices, keys, outstanding, reaching
from phoihop.programmes.ost.dosing.refusing import refuse
from phoihop.programmes.ost.models import Challenge, Device, Outstanding
from phoihop.programmes.ost.models.shared import OST
from phoihop.programmes.ost.rules import centre as rules
from phoihop.programmes.ost.rules import permits
from phoihop.programmes.ost.rules.centre import Freed

_LABEL = 80


@dataclass(frozen=True, slots=True)
class EnrolledTablet:
    """A tablet that was enrolled, and what it shares with the centre: shown once, kept nowhere in clear."""

    device: Device
    secret: str


@action("ost.set_up_device", "Đăng ký máy tính bảng", "Enrol a tablet", of="facility", step_up=True)
def enrol(*, by: Viewer, facility: Facility, public: str, label: str) -> EnrolledTablet:
    """Enrol a tablet by the key that it shows, 64 hex digits. It gets permits once it is made active.

    Enrolled anew after the centre forgot it, or for a new secret, it is the same device as before. Refusal:
    "not-offered"; "device-key" for no key; "device-label"; "device-there" at another site;
    "device-withdrawn".
    """
    if OST not in facility.programmes:
        raise refuse("not-offered")
    label = " ".join(nfc(label).split())
    if not label or len(label) > _LABEL:
        raise refuse("device-label")
    try:
        key = bytes.fromhex("".join(public.split()))
    except ValueError:
        raise refuse("device-key") from None
    if not keys.is_key(key):
        raise refuse("device-key")
    secret = keys.new_secret()
    kept = keys.wrapped(secret)
    with reaching.centre(by.account, facility.pk):
        row = Device.objects.select_for_update(of=("self",)).filter(name=devices.name_of(key)).first()
        if row is None:
            row = Device(
                facility=facility,
                name=devices.name_of(key),
                kind=Device.TABLET,
                public=key,
                enrolled_by_id=by.account,
            )
        elif row.withdrawn_on is not None:
            raise refuse("device-withdrawn")
        elif row.facility_id != facility.pk:
            raise refuse("device-there")
        row.label, row.key_version, row.secret = label, kept.version, kept.sealed
        row.save()
    return EnrolledTablet(row, secret.hex())


@action(
    "ost.set_up_device_active", "Chuyển quyền cấp phát cho thiết bị", "Hand a device the right to dispense",
    of="device", step_up=True,
)  # fmt: skip
def make_active(*, by: Viewer, device: Device) -> Device:
    """From now on the site's doses are recorded with this device alone. Refusal: "device-withdrawn",
    "device-stopped"; "device-holds-days" while another device of the site holds days that it may still use:
    they come back by its returning them, by release codes, or when it is withdrawn."""
    with reaching.centre(by.account, device.facility_id):
        row, others = _locked(device)
        if row.withdrawn_on is not None:
            raise refuse("device-withdrawn")
        if row.stopped:
            raise refuse("device-stopped")
        if row.active:
            return row
        names = [other.name for other in others]
        if Outstanding.objects.filter(device__in=names, day__gte=by.day).exists():
            raise refuse("device-holds-days")
        Device.objects.filter(facility=row.facility_id, active=True).update(active=False)
        row.active = True
        row.save(update_fields=["active"])
        return row


@action(
    "ost.set_up_device_inactive", "Ngừng cấp phát bằng thiết bị", "Stop dispensing with a device",
    of="device", step_up=True,
)  # fmt: skip
def make_inactive(*, by: Viewer, device: Device) -> Device:
    """The device gets no more days, and gives back at its next synchronising those that it holds. Until
    another one is made active, nothing is given at the site under a permit but what it does not know yet.
    Refusal("device-withdrawn")."""
    with reaching.centre(by.account, device.facility_id):
        row, _ = _locked(device)
        if row.withdrawn_on is not None:
            raise refuse("device-withdrawn")
        row.active = False
        row.save(update_fields=["active"])
        return row


@action(
    "ost.set_up_device_checked", "Xác nhận thiết bị đã khôi phục", "Check off a restored device",
    of="device", step_up=True,
)  # fmt: skip
def check(*, by: Viewer, device: Device, entered: bool, no_other: bool) -> int:
    """All lines of the site's paper list are entered: what the device held before its memory was put back is
    nobody's; how many days those were. ``no_other``: no other device of the site is at work.

    Refusal: "device-not-entered"; "device-not-restored"; "others-unheard" (rules.centre.checked).
    """
    if not entered:
        raise refuse("device-not-entered")
    with reaching.centre(by.account, device.facility_id):
        row, others = _locked(device)
        if row.unchecked is None:
            raise refuse("device-not-restored")
        centre = centres.the_centre(int(time.time()))
        working = [
            devices.state_of(other)
            for other in others
            if other.kind == Device.TABLET and other.withdrawn_on is None
        ]
        state = rules.checked(devices.state_of(row), working, centre.epoch, no_other_at_work=no_other)
        devices.put_state(row, state)
        return outstanding.void_former(state)


@action(
    "ost.set_up_device_excused", "Không chờ thiết bị khi khôi phục", "Let a recovery not wait for a device",
    of="device", step_up=True,
)  # fmt: skip
def excuse(*, by: Viewer, device: Device) -> Device:
    """After the centre's own restore nothing new is given out before every device was heard. This one is not
    waited for: somebody knows that it is not at work."""
    with reaching.centre(by.account, device.facility_id):
        row, _ = _locked(device)
        row.excused = True
        row.save(update_fields=["excused"])
        return row


@action(
    "ost.set_up_device_withdrawn", "Thu hồi thiết bị", "Withdraw a device", of="device", step_up=True
)  # fmt: skip
def withdraw(*, by: Viewer, device: Device, in_hand: bool) -> int:
    """A device is used no more, for good: what it held is nobody's; how many days those were. ``in_hand``:
    every machine that works under its name is in hand or destroyed, and what it wrote has been synchronised
    or entered from paper. Refusal: "device-not-in-hand", "device-withdrawn", "device-desk"."""
    if not in_hand:
        raise refuse("device-not-in-hand")
    with reaching.centre(by.account, device.facility_id):
        row, _ = _locked(device)
        if row.kind == Device.DESK:
            raise refuse("device-desk")
        if row.withdrawn_on is not None:
            raise refuse("device-withdrawn")
        row.stopped, row.excused, row.active, row.withdrawn_on = True, True, False, timezone.localdate()
        row.save(update_fields=["stopped", "excused", "active", "withdrawn_on"])
        return outstanding.void_device(row.name)


@action("ost.set_up_device_call", "Đọc mã hỏi qua điện thoại", "Read out a challenge", of="device")
def call(*, by: Viewer, device: Device, number: str) -> Challenge:
    """What to read out on the telephone so that a device gives back a permit; good for 15 minutes, three
    tries, once. Refusal: "device-no-permit" where it holds no day of it."""
    with reaching.centre(by.account, device.facility_id):
        row, _ = _locked(device)
        if not Outstanding.objects.filter(device=row.name, number=number).exists():
            raise refuse("device-no-permit")
        value = f"{randbelow(10**8):08d}"
        while Challenge.objects.filter(value=value).exists():
            value = f"{randbelow(10**8):08d}"
        return Challenge.objects.create(
            facility_id=row.facility_id, number=number, device=row.name, value=value, made=int(time.time())
        )


@action("ost.set_up_device_release", "Nhận mã trả quyền", "Take a release code", of="device")
def release(*, by: Viewer, device: Device, value: str, days: Collection[date], code: str) -> bool:
    """Whether the days of a permit are free again by the code that was read back. A wrong one counts as a
    try. Refusal("device-no-call"): nothing was read out so."""
    with reaching.centre(by.account, device.facility_id):
        row, _ = _locked(device)
        asked = Challenge.objects.select_for_update(of=("self",)).filter(device=row.name, value=value).first()
        if asked is None:
            raise refuse("device-no-call")
        challenge = permits.Challenge(
            asked.number, asked.device, asked.value, asked.made, asked.tries, asked.used
        )
        after, right = permits.release(
            challenge, keys.secret_of(row), sorted(set(days)), "".join(code.split()), int(time.time())
        )
        asked.tries, asked.used = after.tries, after.used
        asked.save(update_fields=["tries", "used"])
        if right:
            outstanding.apply([Freed(asked.number, row.name, day, day) for day in days], {})
        return right


@action("ost.set_up_new_epoch", "Báo cơ sở dữ liệu đã được khôi phục", "Say that the database was restored",
        of="facility", step_up=True)  # fmt: skip
def begin_epoch(*, by: Viewer, facility: Facility) -> str:
    """The database was put back from a copy in a way that the server does not see. Every device shows what it
    holds again, and nothing new is given out before; the name of the new epoch."""
    with reaching.centre(by.account, facility.pk):
        return centres.begin_epoch(int(time.time())).epoch


def _locked(device: Device) -> tuple[Device, list[Device]]:
    """The device and the others of its site as they stand, and stand still: after the centre's own row, as
    an offer of one of them locks them."""
    centres.the_centre(int(time.time()), lock=True)
    rows = list(
        Device.objects.select_for_update(of=("self",)).filter(facility=device.facility_id).order_by("pk")
    )
    own = next(row for row in rows if row.pk == device.pk)
    return own, [row for row in rows if row.pk != device.pk]
