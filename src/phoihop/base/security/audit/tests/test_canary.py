"""Which things are canaries, and what touching one means."""

import pytest

from phoihop.base.security.audit.canary import Canaries, Watch, mark
from phoihop.base.security.audit.entries import Kind, Outcome
from phoihop.base.security.audit.tests.house import entry

KEY = b"k" * 32
HELD = Canaries(KEY, frozenset({mark(KEY, "p1.Person", "c9")}))

THINGS = {
    "the canary": ("p1.Person", "c9", True),
    "another thing": ("p1.Person", "c8", False),
    "the same id of another kind": ("p1.Dose", "c9", False),
    "parts that only join to the same": ("p1.Personc", "9", False),
    "no thing at all": ("", "", False),
}


@pytest.mark.parametrize("case", THINGS)
def test_a_canary_is_told_from_everything_else(case: str) -> None:
    kind, thing, expected = THINGS[case]
    assert HELD.holds(kind, thing) is expected


def test_marks_tell_nothing_without_their_key() -> None:
    assert mark(KEY, "p1.Person", "c9") != mark(b"j" * 32, "p1.Person", "c9")
    assert "k" * 8 not in repr(HELD)


@pytest.mark.parametrize("kind", Kind)
def test_whatever_touches_a_canary_sets_off_an_alarm(kind: Kind) -> None:
    touching = entry(kind=kind, thing_kind="p1.Person", thing_id="c9", outcome=Outcome.REFUSED)
    alarms = HELD.alarms([touching, entry()])
    assert len(alarms) == (0 if kind in (Kind.LOGIN, Kind.ALARM, Kind.JOB) else 1)
    for alarm in alarms:
        assert (alarm.kind, alarm.account, alarm.request) == (Kind.ALARM, 7, touching.request)
        assert alarm.detail == {"rule": "canary"}


def test_the_list_is_loaded_again_after_twenty_seconds() -> None:
    now, loads = [0.0], []

    def load() -> Canaries:
        loads.append(now[0])
        return HELD

    told: list[object] = []
    watch = Watch(load, told.append, clock=lambda: now[0])
    for now[0] in (0.0, 5.0, 19.9, 20.0, 39.0, 45.0):
        assert watch.canaries() is HELD
    assert loads == [0.0, 20.0, 45.0]
