"""Devices as the rules know them: states and rows, names and keys."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass

from phoihop.programmes.ost.dosing import keys
from phoihop.programmes.ost.models import Centre, Device
from phoihop.programmes.ost.rules.centre import DeviceState
from phoihop.programmes.ost.rules.events import CENTRE

_STATE = ("incarnation", "superseded", "epoch", "version", "unchecked", "excused", "stopped")


def name_of(public: bytes) -> str:
    """What a tablet is called: by its key, so that one enrolled anew after a restore is the same one."""
    return f"t-{hashlib.sha256(public).hexdigest()[:20]}"


def state_of(row: Device) -> DeviceState:
    """A device as the rules know it."""
    return DeviceState(
        device=row.name,
        site=str(row.facility_id),
        incarnation=row.incarnation,
        superseded=frozenset(row.superseded),
        epoch=row.epoch,
        version=row.version,
        unchecked=row.unchecked,
        excused=row.excused,
        stopped=row.stopped,
    )


def put_state(row: Device, state: DeviceState) -> None:
    """Keep what the rules made of a device."""
    row.incarnation, row.superseded = state.incarnation, sorted(state.superseded)
    row.epoch, row.version, row.unchecked = state.epoch, state.version, state.unchecked
    row.excused, row.stopped = state.excused, state.stopped
    row.save(update_fields=list(_STATE))


def in_use() -> list[DeviceState]:
    """The tablets that a recovery of the centre waits for."""
    rows = Device.objects.filter(kind=Device.TABLET, excused=False, withdrawn_on=None)
    return [state_of(row) for row in rows]


@dataclass(frozen=True, slots=True)
class Enrolled:
    """Some devices by name, and the centre: whose signatures can be checked."""

    centre: Centre
    rows: dict[str, Device]

    def check(self, name: str, data: bytes, signature: bytes, /) -> bool:
        """The rules' Checker."""
        if name == CENTRE:
            return keys.genuine(bytes(self.centre.public), data, signature)
        row = self.rows.get(name)
        return row is not None and keys.genuine(bytes(row.public), data, signature)

    @property
    def sites(self) -> dict[str, str]:
        """The site of each, as rules.judging.Register has it."""
        return {name: str(row.facility_id) for name, row in self.rows.items()}


def enrolled(centre: Centre, names: Iterable[str], *, lock: bool = False) -> Enrolled:
    """These devices, as far as there are such; in the centre's scope."""
    rows = Device.objects.filter(name__in=set(names)).order_by("pk")
    found = rows.select_for_update(of=("self",)) if lock else rows
    return Enrolled(centre, {row.name: row for row in found})
