"""Events become doses, stock and incidents: which pairs share a day, what a slip repeats, what counts."""

import random
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from phoihop.kernel.refusals import Refusal
from phoihop.programmes.ost.rules.clocks import DAY, Anchor, Reading, midnight
from phoihop.programmes.ost.rules.events import (
    GIVEN,
    Body,
    Bottles,
    Dose,
    Event,
    Mark,
    Movement,
    Paper,
    Restart,
    signed,
)
from phoihop.programmes.ost.rules.events_wire import decoded, encoded
from phoihop.programmes.ost.rules.incidents import MEANINGS, Kind
from phoihop.programmes.ost.rules.judging import Judgement, Register, Standing, judge
from phoihop.programmes.ost.rules.permits import Permit
from phoihop.programmes.ost.tests.simulating_keys import Keys

D = date(2026, 3, 2)
EIGHT = midnight(D) + 8 * 3_600
KEYS = Keys(real=True)
SITES = {"a1": "A", "a2": "A", "b1": "B"}
for _device in (*SITES, "x1"):
    KEYS.signer(_device)


class Log:
    """Writes events as a device would, at moments that are told."""

    def __init__(self, device: str = "a1", incarnation: str = "i1", *, boot: str = "b1") -> None:
        self.device, self.incarnation, self.boot = device, incarnation, boot
        self.events: list[Event] = []
        self.anchor: Anchor | None = None
        self.begun = EIGHT - 3_600
        self.wall = 0

    def write(self, body: Body, at: int, *, key: str = "") -> Event:
        seq = len(self.events) + 1
        event = Event(
            device=self.device,
            incarnation=self.incarnation,
            seq=seq,
            key=key or f"{self.device}/{self.incarnation}/{seq}/{self.boot}",
            previous=self.events[-1].digest if self.events else "",
            body=body,
            time=Reading(at + self.wall, at - self.begun, self.boot, self.anchor),
            signature=b"",
        )
        self.events.append(signed(event, KEYS.signer(self.device)))
        return self.events[-1]

    def mark(self, at: int) -> Event:
        self.anchor = Anchor(at, at + self.wall, at - self.begun, self.boot, 2)
        return self.write(Mark("e1", 1), at)

    def restart(self, at: int, boot: str) -> None:
        self.begun, self.boot = at, boot


def dose(client: str = "c", day: date = D, **changes: Any) -> Dose:
    usual: dict[str, Any] = {
        "client": client,
        "order": "o1",
        "day": day,
        "drug": "D",
        "mg": Decimal("60.00"),
        "ml": Decimal("6.00"),
        "batch": "b",
        "place": "A",
        "witness": "w",
        "permit": None,
        "outside": True,
    }
    return Dose(**(usual | changes))


def judgement(*logs: Log, **register: Any) -> Judgement:
    events = [event for log in logs for event in log.events]
    return judge(events, Register(SITES, **register), KEYS.check)


def kinds(found: Judgement, *but: Kind) -> list[Kind]:
    left_out = {Kind.OUTSIDE_PERMIT, *but}
    return [incident.kind for incident in found.incidents if incident.kind not in left_out]


def test_two_doses_of_one_day_at_two_places_are_kept_and_raised():
    here, there = Log("a1"), Log("b1")
    here.mark(EIGHT)
    here.write(dose(), EIGHT + 60)
    there.mark(EIGHT)
    there.write(dose(place="B"), EIGHT + 3_600)
    found = judgement(here, there)
    assert len(found.doses) == 2
    assert kinds(found) == [Kind.DOUBLE_DOSE]
    (double,) = [i for i in found.incidents if i.kind is Kind.DOUBLE_DOSE]
    assert (double.clients, double.days) == (("c",), (D,))
    assert set(double.keys) == {each.identity for each in found.doses}


@pytest.mark.parametrize(("at", "raised"), [(23 * 3_600, [Kind.DOUBLE_DOSE]), (24 * 3_600, [])])
def test_the_day_ends_at_midnight(at: int, raised: list[Kind]):
    log = Log()
    log.mark(EIGHT)
    log.write(dose(), EIGHT)
    moment = midnight(D) + at
    log.write(dose(day=D + timedelta(at // DAY)), moment)
    log.mark(moment + 60)
    assert kinds(judgement(log)) == raised


def test_an_uncertain_day_at_another_place_is_a_possible_double():
    here, there = Log("a1"), Log("b1")
    here.mark(EIGHT)
    here.restart(EIGHT + DAY, "b2")
    here.wall = -DAY  # set wrong while nobody could tell
    here.write(dose(), EIGHT + DAY + 60)
    here.wall = 0
    here.mark(EIGHT + 2 * DAY)
    there.mark(EIGHT + DAY)
    there.write(dose(place="B", day=D + timedelta(1)), EIGHT + DAY + 600)
    found = judgement(here, there)
    assert kinds(found, Kind.UNCERTAIN_DATE) == [Kind.POSSIBLE_DOUBLE]


def test_doses_of_one_log_eighteen_hours_apart_are_of_two_days_whatever_the_wall_clock_says():
    log = Log()
    log.mark(EIGHT)
    log.restart(EIGHT + 60, "b2")
    log.wall = 5 * DAY
    log.write(dose(), EIGHT + 120)
    log.write(dose(day=D + timedelta(1)), EIGHT + DAY)
    log.wall = 0
    log.restart(EIGHT + 2 * DAY, "b3")
    log.mark(EIGHT + 2 * DAY)
    assert kinds(judgement(log)) == [Kind.UNCERTAIN_DATE, Kind.UNCERTAIN_DATE]


def test_a_bottle_covers_its_day():
    log = Log()
    log.mark(EIGHT)
    plain = dose()
    days = (D + timedelta(1), D + timedelta(2))
    fields = {
        name: getattr(plain, name) for name in ("client", "order", "drug", "mg", "ml", "batch", "place")
    }
    log.write(Bottles(**fields, day=D, days=days, witness="w", permits=(), outside=True), EIGHT)
    log.write(dose(day=days[1]), EIGHT + 2 * DAY)
    log.mark(EIGHT + 2 * DAY + 60)
    found = judgement(log)
    assert kinds(found) == [Kind.DOUBLE_DOSE]
    assert found.stock == {("A", "b"): Decimal("-18.00"), (GIVEN, "b"): Decimal("18.00")}


def test_a_slip_of_a_known_dose_is_that_dose():
    log, other = Log(), Log("a2")
    log.mark(EIGHT)
    given = log.write(dose(), EIGHT)
    other.mark(EIGHT + 60)
    other.write(Paper(given.key, dose()), EIGHT + DAY)
    other.write(Paper(given.key, dose()), EIGHT + DAY)
    found = judgement(log, other)
    assert [each.identity for each in found.doses] == [given.digest]
    assert kinds(found) == []
    assert found.stock["A", "b"] == Decimal("-6.00")


def test_a_slip_alone_is_a_dose_and_two_entries_of_it_are_one():
    one, other = Log("a1"), Log("a2")
    for log in (one, other):
        log.mark(EIGHT)
        log.write(Paper("slip", dose()), EIGHT)
    assert len(judgement(one, other).doses) == 1


def test_a_slip_entered_with_two_days_is_two_doses_and_raised():
    log = Log()
    log.mark(EIGHT)
    log.write(Paper("slip", dose()), EIGHT)
    log.write(Paper("slip", dose(day=D - timedelta(1))), EIGHT)
    found = judgement(log)
    assert [each.day for each in found.doses] == [D - timedelta(1), D]
    assert kinds(found) == [Kind.KEY_CLASH]


def test_a_slip_that_says_something_else_is_kept_and_raised():
    log, other = Log(), Log("a2")
    log.mark(EIGHT)
    given = log.write(dose(), EIGHT)
    other.mark(EIGHT)
    other.write(Paper(given.key, dose(mg=Decimal(70))), EIGHT)
    found = judgement(log, other)
    assert len(found.doses) == 2
    assert set(kinds(found)) == {Kind.KEY_CLASH, Kind.POSSIBLE_DOUBLE}
    assert found.standing[given.digest] is Standing.QUARANTINED


def test_a_slip_that_bears_another_day_leaves_both_days_possible():
    log, other = Log(), Log("a2")
    log.mark(EIGHT)
    given = log.write(dose(), EIGHT)
    log.mark(EIGHT + 60)
    other.mark(EIGHT)
    other.write(Paper(given.key, dose(day=D - timedelta(1))), EIGHT)
    (taken,) = judgement(log, other).doses
    assert (taken.first, taken.last) == (D - timedelta(1), D)


def test_one_key_under_two_events_of_a_device_is_two_doses():
    one, two = Log(), Log(boot="twin")
    one.mark(EIGHT)
    two.events = list(one.events)
    two.anchor = one.anchor
    one.write(dose("c1"), EIGHT + 60, key="same")
    two.write(dose("c2"), EIGHT + 90, key="same")
    found = judgement(one, two)
    assert {each.client for each in found.doses} == {"c1", "c2"}
    assert set(kinds(found)) == {Kind.KEY_CLASH, Kind.FORKED_LOG}
    quarantined = [d for d, standing in found.standing.items() if standing is Standing.QUARANTINED]
    assert sorted(quarantined) == sorted(event.digest for event in (one.events[1], two.events[1]))


def test_each_branch_of_a_split_log_is_timed_by_itself():
    one, two = Log(), Log()
    one.mark(EIGHT)
    two.events, two.anchor = list(one.events), one.anchor
    one.restart(EIGHT + DAY, "b2")
    one.write(dose("c1"), EIGHT + DAY)
    one.mark(EIGHT + DAY + 60)
    two.restart(EIGHT + 4 * DAY, "b3")
    two.write(dose("c2", D + timedelta(4)), EIGHT + 4 * DAY)
    two.mark(EIGHT + 4 * DAY + 60)
    latest = {each.client: each.latest for each in judgement(one, two).doses}
    assert latest["c1"] == EIGHT + DAY + 2
    assert latest["c2"] == EIGHT + 4 * DAY + 2


def test_the_counters_of_two_machines_under_one_name_tell_nothing_of_each_other():
    one, two = Log(), Log()
    one.mark(EIGHT)
    two.events, two.anchor = list(one.events), one.anchor
    one.wall = two.wall = 5 * DAY
    # The second machine was suspended: its counter lags, and both doses may be of one hour.
    one.write(dose(), EIGHT + 20 * 3_600)
    two.write(dose(day=D + timedelta(1)), EIGHT + 1_000)
    assert Kind.POSSIBLE_DOUBLE in kinds(judgement(one, two))


def test_events_that_do_not_hang_together_do_not_time_one_another():
    one, two = Log(), Log()
    one.mark(EIGHT)
    two.events, two.anchor = list(one.events), one.anchor
    for at in (60, 120):
        one.write(dose("one"), EIGHT + at)
    one.mark(EIGHT + 600)
    two.write(dose("two"), EIGHT + 60)
    two.restart(EIGHT + DAY, "b2")
    two.wall = -DAY
    two.write(dose("late"), EIGHT + DAY)
    # Of each machine one event is lost for good, so that no number is there twice.
    del one.events[2], two.events[:2]
    found = judgement(one, two)
    assert {each.client: each.latest for each in found.doses}["late"] is None
    assert Kind.BROKEN_CHAIN in kinds(found)


def test_what_is_not_signed_or_not_known_is_kept_and_does_not_count():
    log, unknown = Log(), Log("x1")
    log.mark(EIGHT)
    given = log.write(dose(), EIGHT)
    log.events.append(replace(given, signature=b"\0" * 64))
    log.events.append(replace(given, body=dose("other")))
    unknown.write(dose(), EIGHT)
    found = judgement(log, unknown)
    assert [each.identity for each in found.doses] == [given.digest]
    assert sorted(kinds(found)) == [Kind.BAD_SIGNATURE, Kind.BAD_SIGNATURE, Kind.UNKNOWN_DEVICE]
    assert len(found.standing) == 5


def test_gaps_and_breaks_of_a_log_are_told():
    log = Log()
    log.mark(EIGHT)
    log.write(dose("c1"), EIGHT)
    log.write(dose("c2"), EIGHT)
    del log.events[1]
    assert kinds(judgement(log)) == [Kind.MISSING_EVENTS]
    broken = Log()
    broken.mark(EIGHT)
    lost = broken.events[0]
    broken.events[0] = signed(replace(lost, key="another", signature=b""), KEYS.signer("a1"))
    broken.write(dose(), EIGHT)
    broken.events[0] = lost
    assert kinds(judgement(broken)) == [Kind.BROKEN_CHAIN]


PERMIT = Permit("e1", "p1", "c", "A", "a1", "o1", "D", Decimal("60.00"), (D,), EIGHT - 60, b"")


@pytest.mark.parametrize(
    ("change", "raised"),
    [
        ({}, []),
        ({"permit": "p9"}, [Kind.PERMIT_MISMATCH]),
        ({"mg": Decimal(61)}, [Kind.PERMIT_MISMATCH]),
        ({"client": "d"}, [Kind.PERMIT_MISMATCH]),
        ({"drug": "E"}, [Kind.PERMIT_MISMATCH]),
        ({"day": D + timedelta(1)}, [Kind.MISDATED, Kind.PERMIT_MISMATCH]),
    ],
)
def test_a_dose_must_agree_with_the_permit_that_it_names(change: dict[str, Any], raised: list[Kind]):
    log = Log()
    log.mark(EIGHT)
    says: dict[str, Any] = {"permit": "p1", "outside": False} | change
    log.write(dose(**says), EIGHT)
    log.mark(EIGHT + 60)
    assert kinds(judgement(log, permits={"p1": PERMIT})) == raised


@pytest.mark.parametrize(("stop", "raised"), [(EIGHT - 60, [Kind.AFTER_STOP]), (EIGHT + 600, [])])
def test_a_dose_after_its_order_was_stopped_is_raised(stop: int, raised: list[Kind]):
    log = Log()
    log.mark(EIGHT - 120)
    log.write(dose(), EIGHT)
    log.mark(EIGHT + 60)
    assert kinds(judgement(log, stops={"o1": stop})) == raised


def test_days_of_a_restored_device_that_nobody_knows_of_are_unaccounted():
    old, new = Log(), Log(incarnation="i2", boot="b9")
    old.mark(EIGHT)
    new.anchor, new.begun = old.anchor, EIGHT + 600
    new.write(Restart("i1", 1, old.events[0].digest), EIGHT + 700)
    new.mark(EIGHT + 800)
    permits = {"p1": PERMIT}
    (lacking,) = judgement(old, new, permits=permits).incidents
    assert (lacking.kind, lacking.clients, lacking.days) == (Kind.UNACCOUNTED, ("c",), (D,))
    new.write(Paper("a1/i1/2/b1", dose(permit="p1", outside=False)), EIGHT + 900)
    assert kinds(judgement(old, new, permits=permits)) == []


def test_a_former_self_that_works_on_is_told():
    old, new = Log(), Log(incarnation="i2", boot="b9")
    old.mark(EIGHT)
    new.anchor, new.begun = old.anchor, EIGHT + 600
    new.write(Restart("i1", 1, old.events[0].digest), EIGHT + 700)
    new.mark(EIGHT + 800)
    assert kinds(judgement(old, new)) == []
    old.write(dose(), EIGHT + 3_600)
    assert Kind.OLD_LOG in kinds(judgement(old, new))


def test_the_order_of_arrival_and_repetition_make_no_difference():
    logs = [Log("a1"), Log("b1")]
    for log in logs:
        log.mark(EIGHT)
        for n in range(6):
            log.write(dose(f"c{n % 4}", place=SITES[log.device]), EIGHT + 600 * n)
        log.write(
            Movement(D, "b", "trader", SITES[log.device], Decimal(1_000), "receipt", "w"), EIGHT + 9_000
        )
        log.mark(EIGHT + 9_600)
    events = [event for log in logs for event in log.events]
    register = Register(SITES)
    usual = judge(events, register, KEYS.check)
    assert usual.incidents
    for seed in range(5):
        again = events + random.Random(seed).sample(events, 5)
        random.Random(seed).shuffle(again)
        assert judge(again, register, KEYS.check) == usual


def test_every_kind_has_words_for_people_and_a_stable_name():
    assert set(MEANINGS) == set(Kind)
    for meaning in MEANINGS.values():
        for words in (meaning.says, meaning.do):
            assert words.vi
            assert words.en
            assert not {"methadone", "hiv", "mại dâm"} & set(f"{words.vi} {words.en}".lower().split())


def test_an_event_survives_the_wire_and_nothing_else_does():
    log = Log()
    log.mark(EIGHT)
    for body in (dose(), Paper("slip", dose()), Restart("i0", 3, "x")):
        event = log.write(body, EIGHT)
        data = encoded(event)
        again = decoded(Event, data)
        assert again == event
        assert again.digest == event.digest
        for wrong in (
            data[:-1],
            b"[]",
            b"{}",
            data.replace(b'"seq"', b'"sea"'),
            data + b" ",
            b"\xff",
            b"1e999",
        ):
            with pytest.raises(Refusal):
                decoded(Event, wrong)


WIRE = encoded(Log().write(Paper("slip", dose()), EIGHT))


@given(st.integers(0, len(WIRE)), st.integers(0, 9), st.binary(max_size=6))
@example(WIRE.index(b'"slip"'), 6, b'"\\ud800"')
@example(0, len(WIRE), b"[" * 100_000)
def test_whatever_is_done_to_a_message_it_is_refused_or_read_as_it_stands(at: int, gone: int, put: bytes):
    data = WIRE[:at] + put + WIRE[at + gone :]
    try:
        event = decoded(Event, data)
    except Refusal:
        return
    assert encoded(event) == data


def test_a_log_that_two_incarnations_began_anew_from_ends_with_the_first_of_them():
    """The machine was put back twice; the end of the second restart's own log is told by a third."""
    old, second, third = Log(), Log(incarnation="i2", boot="b2"), Log(incarnation="i3", boot="b3")
    fourth = Log(incarnation="i4", boot="b4")
    old.mark(EIGHT)
    old.restart(EIGHT + 60, "b1+")
    old.write(dose(), EIGHT + 120)
    for later, before, at in ((second, "i1", 3_600), (third, "i1", 7_200), (fourth, "i2", 5_000)):
        later.anchor, later.begun = old.anchor, EIGHT + at
        later.write(Restart(before, 1, old.events[0].digest), EIGHT + at)
    for later, at in ((third, DAY), (fourth, 6_000)):
        later.mark(EIGHT + at)
    events = [event for log in (old, second, third, fourth) for event in log.events]
    found = [judge(order, Register(SITES), KEYS.check) for order in (events, events[::-1])]
    assert found[0] == found[1]
    assert found[0].doses[0].latest == EIGHT + 5_000 + 2
