"""Bottles that came back: whose day is free again, what is said of one by two, in any order of arrival."""

import random
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from django.db import transaction

from phoihop.kernel.refusals import Refusal
from phoihop.programmes.ost.actions import devices as acting_on
from phoihop.programmes.ost.actions import dispensing, takehome
from phoihop.programmes.ost.dosing import keeping, leasing, reaching, receiving
from phoihop.programmes.ost.dosing.incidents import name_of
from phoihop.programmes.ost.models import (
    Balance,
    BottleNote,
    BottleRow,
    Device,
    Dose,
    Incident,
    LogEntry,
    Outstanding,
    Posting,
)
from phoihop.programmes.ost.queries import missed
from phoihop.programmes.ost.queries import takehome as seen
from phoihop.programmes.ost.rules.events import Bottles, CameBack, Event, Paper
from phoihop.programmes.ost.rules.judging import Register, judge
from phoihop.programmes.ost.rules.judging_bottles import serial_of
from phoihop.programmes.ost.rules.replica_refusals import Why
from phoihop.programmes.ost.rules.takehome import Fate
from phoihop.programmes.ost.tests import tablets, test_takehome_bottles
from phoihop.programmes.ost.tests.making import TODAY, acting, admitted, opened, ordered, roster, stocked
from phoihop.programmes.ost.tests.tablets import asked, enrolled, give, in_step, ready
from phoihop.programmes.ost.tests.test_takehome_bottles import WEEK, back, balances, days, hand

clock, line, tablet, served = tablets.clock, tablets.line, tablets.tablet, tablets.served
client, committed = test_takehome_bottles.client, test_takehome_bottles.committed

DAY = 86_400


@pytest.fixture
def centre(house):
    with reaching.centre(None):
        yield


@pytest.fixture
def at_home(house):
    """The centre, and the rows of facility A."""
    with reaching.centre(None, house.a.pk):
        yield


def kinds() -> set[str]:
    return set(Incident.objects.filter(gone=False).values_list("kind", flat=True))


def counted() -> list[date]:
    return [day for (day,) in Dose.objects.filter(bottle=True).order_by("on").values_list("on")]


def held(kind: str) -> int:
    found = Balance.objects.filter(kind=kind).values_list("quantity", flat=True).first()
    return int(found or 0)


# At the desk


def test_a_full_bottle_frees_its_day_and_the_record_of_both_stays(house, committed):
    bottles = hand(house, committed)
    back(house, committed, bottles[0], Fate.FULL)
    with reaching.centre(None, house.a.pk):
        assert counted() == WEEK[1:]
        assert LogEntry.objects.filter(kind="bottles").count() == 1
        assert LogEntry.objects.filter(kind="came-back", key=bottles[0].issue).count() == 1
        assert kinds() == set()
    assert balances(house)["returned"] == 6
    (again,) = hand(house, committed, WEEK[:1])
    assert again.take_on == WEEK[0]
    with reaching.centre(None, house.a.pk):
        assert counted() == WEEK
        assert kinds() == set()


@pytest.mark.parametrize(
    ("fate", "reason"), [(Fate.SPILT, "takehome-held"), (Fate.LOST_FULL, "takehome-lost")]
)
def test_what_is_spilt_or_lost_frees_no_day(house, committed, fate, reason):
    bottles = hand(house, committed)
    back(house, committed, bottles[0], fate, "trên đường")
    with reaching.centre(None, house.a.pk):
        assert counted() == WEEK
    with pytest.raises(Refusal) as caught:
        hand(house, committed, WEEK[:1])
    assert caught.value.reason == reason


def test_a_bottle_that_is_said_to_have_come_back_and_to_be_lost_counts_again_and_is_raised(house, committed):
    bottles = hand(house, committed)
    back(house, committed, bottles[0], Fate.FULL)
    hand(house, committed, WEEK[:1])
    back(house, committed, bottles[0], Fate.LOST_FULL, "mất túi")
    with reaching.centre(None, house.a.pk):
        assert counted() == [WEEK[0], *WEEK]
        assert kinds() == {"bottle-in-doubt", "double-dose"}
        doubted = Incident.objects.get(kind="bottle-in-doubt")
        assert doubted.keys == [f"{bottles[0].issue}@{WEEK[0].isoformat()}"]
    assert balances(house)["returned"] == 6


@pytest.mark.parametrize(
    ("said", "told", "taken"),
    [
        ([Fate.FULL], ["6.00"], False),
        ([Fate.SPILT], [], True),
        ([Fate.SPILT, Fate.LOST_FULL], [], True),
        ([Fate.FULL, Fate.SPILT], ["6.00", "0.00"], True),
        ([Fate.SPILT, Fate.FULL], ["0.00", "6.00"], True),
    ],
)
def test_what_the_protocol_is_told_of_a_bottle(house, committed, said, told, taken):
    (bottle,) = hand(house, committed, WEEK[:1])
    for fate in said:
        back(house, committed, bottle, fate, "trên đường")
    with reaching.centre(None, house.a.pk):
        entries = LogEntry.objects.filter(kind="came-back").order_by("seq")
        assert [str(keeping.event_of(entry).fact.ml) for entry in entries] == told
        assert counted() == (WEEK[:1] if taken else [])
        assert ("bottle-in-doubt" in kinds()) is (len(told) == 2)


def test_a_bottle_is_taken_back_where_a_tablet_gives_the_doses(house, committed, clock):
    bottles = hand(house, committed)
    enrolled(house, clock)
    back(house, committed, bottles[0], Fate.FULL)
    with reaching.centre(None, house.a.pk):
        assert counted() == WEEK[1:]


# On tablets


def handed(tablet, client, ahead=(1, 2)) -> Event:
    found = tablet.replica.hand_out(asked(client), tuple(days(n) for n in ahead))
    assert isinstance(found, Event), found
    return found


def came_back(event: Event, label, *, ml: int = 6, place: str = "", **more) -> CameBack:
    told = event.fact
    assert isinstance(told, Bottles)
    said = CameBack(
        client=told.client, bottle=event.key, label=label, day=TODAY, drug=told.drug, mg=Decimal(ml) * 10,
        ml=Decimal(ml), batch=told.batch, place=place or told.place, witness="1", sealed=ml == 6,
    )  # fmt: skip
    return replace(said, **more)


def test_the_day_of_a_full_bottle_is_given_again_once_the_tablet_holds_a_permit_for_it(
    house, served, tablet, line, centre, clock
):
    ready(tablet, line)
    give(tablet, served)
    event = handed(tablet, served)
    tablet.replica.take_back(came_back(event, days(1)))
    clock.ahead += DAY
    tablet.replica.count((), "1")
    assert tablet.replica.open_day(days(1)) is None
    assert tablet.replica.give(asked(served, days(1))) is Why.USED
    assert tablet.replica.synchronise(line)
    given = tablet.replica.give(asked(served, days(1)))
    assert isinstance(given, Event), given
    assert not given.body.outside
    clock.ahead += 60
    assert tablet.replica.synchronise(line)
    assert kinds() == set()
    assert set(Dose.objects.values_list("on", "bottle")) == {
        (TODAY, False), (days(1), False), (days(2), True),
    }  # fmt: skip
    assert (held("returned"), held("bottle-out")) == (6, 6)
    assert not Outstanding.objects.filter(day=days(1)).exists()


@pytest.mark.parametrize(
    ("said", "doubted"),
    [
        ({"ml": 5, "sealed": False}, False),
        ({"ml": 6, "sealed": False}, False),
        ({"ml": 5, "sealed": True}, False),
        ({"ml": 0}, False),
        ({"batch": "L02"}, True),
        ({"label": days(5)}, True),
        ({"bottle": "k" * 32}, True),
        ({"ml": 7, "sealed": True}, True),
    ],
)
def test_only_that_very_bottle_full_and_sealed_frees_its_day(
    house, served, tablet, line, centre, said, doubted
):
    ready(tablet, line)
    event = handed(tablet, served)
    label = said.pop("label", days(1)) if "label" in said else days(1)
    tablet.replica.take_back(came_back(event, label, **said))
    assert tablet.replica.synchronise(line)
    assert counted() == [days(1), days(2)]
    assert ("bottle-in-doubt" in kinds()) is doubted


def test_a_bottle_that_comes_back_elsewhere_before_its_hand_out_is_known(
    house, served, tablet, line, centre, clock
):
    ready(tablet, line)
    event = handed(tablet, served)
    person = Outstanding.objects.values_list("person", flat=True)[0]
    leasing.begin(person, served.pseudonym, house.b.pk, days(1))
    other = enrolled(house, clock, house.b, house.head_b)
    in_step(other, line)
    other.replica.take_back(came_back(event, days(1), place=str(house.b.pk)))
    assert other.replica.synchronise(line)
    assert kinds() == {"bottle-in-doubt", "unbooked"}
    assert Outstanding.objects.filter(day=days(1), device=tablet.name).exists()
    assert tablet.replica.synchronise(line)
    assert tablet.replica.synchronise(line)
    assert kinds() == set()
    assert counted() == [days(2)]
    assert Posting.objects.get(target="returned").facility_id == house.a.pk
    assert other.replica.synchronise(line)
    assert days(1) in {day for _, day in other.replica.memory.left}
    clock.ahead += DAY
    stocked(house.storekeeper, house.b)
    assert other.replica.open_day(days(1)) is None
    assert isinstance(other.replica.give(asked(served, days(1))), Event)
    assert other.replica.synchronise(line)
    assert kinds() == set()


def test_two_who_say_that_it_came_back_are_told_of_each_other(house, served, tablet, line, centre, clock):
    ready(tablet, line)
    event = handed(tablet, served)
    first = tablet.replica.take_back(came_back(event, days(1)))
    assert tablet.replica.synchronise(line)
    tablet.replica.from_paper(first.key, came_back(event, days(1)))
    assert tablet.replica.synchronise(line)
    assert (counted(), kinds()) == ([days(2)], set()), "the slip of it says nothing more"
    tablet.replica.take_back(came_back(event, days(1)))
    assert tablet.replica.synchronise(line)
    assert (counted(), kinds()) == ([days(1), days(2)], {"bottle-in-doubt"})
    assert held("returned") == 6


def test_a_fact_that_comes_later_and_says_it_was_taken_makes_the_double_known(
    house, served, tablet, line, centre, clock
):
    ready(tablet, line)
    event = handed(tablet, served, (1,))
    tablet.replica.take_back(came_back(event, days(1)))
    clock.ahead += DAY
    tablet.replica.count((), "1")
    assert tablet.replica.open_day(days(1)) is None
    assert tablet.replica.synchronise(line)
    assert isinstance(tablet.replica.give(asked(served, days(1))), Event)
    tablet.replica.take_back(came_back(event, days(1), ml=0, day=days(1)))
    assert tablet.replica.synchronise(line)
    assert kinds() == {"bottle-in-doubt", "double-dose"}
    assert tablet.replica.alarm(str(served.pseudonym))


def tablet_log(tablet) -> list[Event]:
    return [event for event, _ in tablet.replica.memory.log.values()]


def bottles_of(event: Event) -> list[tuple[int, int, date, int]]:
    rows = BottleRow.objects.filter(issue=event.key).order_by("number")
    return list(rows.values_list("number", "of", "take_on", "facility"))


def test_what_a_tablet_hands_out_is_known_to_lists_of_bottles(house, served, tablet, line, clock):
    with reaching.centre(None, house.a.pk):
        ready(tablet, line)
        event = handed(tablet, served, (1, 2, 3))
        assert tablet.replica.synchronise(line)
        tablet.replica.from_paper(event.key, event.body)
        assert tablet.replica.synchronise(line)
        assert bottles_of(event) == [(n, 3, days(n), house.a.pk) for n in (1, 2, 3)]
        row = BottleRow.objects.get(number=1)
        assert (row.client_id, row.handed_on, row.mg, row.quantity, row.batch) == (
            served.pk, TODAY, Decimal(60), Decimal(6), "L01",
        )  # fmt: skip
        assert row.serial == serial_of((event.key, days(1)))
        assert (row.by_id, len(row.serial)) == (house.head.account, 17), "no such account as the witness"
        assert seen.holding(house.a.pk, TODAY) == {served.pk: 3}
        tablet.replica.take_back(came_back(event, days(1)))
        tablet.replica.take_back(came_back(event, days(2), ml=0))
        tablet.replica.take_back(came_back(event, days(3), ml=3))
        assert tablet.replica.synchronise(line)
        notes = BottleNote.objects.order_by("serial").values_list("serial", "fate")
        assert dict(notes) == {
            serial_of((event.key, days(1))): "returned-full",
            serial_of((event.key, days(2))): "returned-empty",
        }
        assert (held("returned"), held("client"), held("bottle-out")) == (9, 6, 3)
        assert seen.holding(house.a.pk, TODAY) == {served.pk: 1}


def test_after_todays_bottle_came_back_the_window_gives_the_dose(house, clock, line):
    client = admitted(house.doctor, house.a)
    ordered(house.doctor, client, start=days(-1), days=2)
    stocked(house.storekeeper, house.a)
    clock.ahead = -DAY
    tablet = enrolled(house, clock)
    in_step(tablet, line)
    assert tablet.replica.open_day(days(-1)) is None
    event = tablet.replica.hand_out(asked(client, days(-1)), (TODAY,))
    assert isinstance(event, Event), event
    tablet.replica.count((), "1")
    assert tablet.replica.synchronise(line)
    clock.ahead = 0
    assert tablet.replica.synchronise(line)
    with acting(house.head):
        acting_on.make_active(by=house.head, device=Device.objects.get(facility=house.a, kind="desk"))
    opened(house.dispenser, house.a)
    row = roster(house.dispenser, client)
    with pytest.raises(Refusal) as caught:
        dispensing.give_dose(by=house.dispenser, roster=row)
    assert caught.value.reason == "used"
    takehome.take_back(by=house.dispenser, roster=row, serial=serial_of((event.key, TODAY)), fate=Fate.FULL)
    given = dispensing.give_dose(by=house.dispenser, roster=row)
    assert not given.dose.outside
    with reaching.centre(None, house.a.pk):
        assert kinds() == set()
        assert [(on, bottle) for on, bottle in Dose.objects.values_list("on", "bottle")] == [(TODAY, False)]
        assert (held("returned"), held("bottle-out"), held("client")) == (6, 0, 6)
    # Once more by the tablet: nothing is moved again, and the doubt is told.
    tablet.replica.take_back(came_back(event, TODAY))
    assert tablet.replica.synchronise(line)
    with reaching.centre(None, house.a.pk):
        assert kinds() == {"bottle-in-doubt", "double-dose"}
        assert held("returned") == 6


def test_whatever_comes_first_the_same_comes_out(house, served, tablet, line, at_home, clock):
    """Hand-out, slip of it, bottles that came back, slips of that, a second word of one, a dose instead: each
    alone in an offer, in any order and some twice."""
    ready(tablet, line)
    event = handed(tablet, served, (1, 2, 3))
    paper = tablet.replica.from_paper(event.key, event.body)
    one = tablet.replica.take_back(came_back(event, days(1)))
    tablet.replica.from_paper(one.key, came_back(event, days(1)))
    tablet.replica.from_paper("s" * 32, came_back(event, days(2)))
    tablet.replica.take_back(came_back(event, days(3)))
    tablet.replica.take_back(came_back(event, days(3), ml=0))
    clock.ahead += DAY
    give(tablet, served, insist=True)
    assert isinstance(paper.body, Paper)
    offer = tablet.replica.offer()
    results = []
    for seed in range(5):
        rng = random.Random(seed)
        some = [*offer.events, *rng.sample(offer.events, 3)]
        rng.shuffle(some)
        with _undone():
            for number, each in enumerate(some):
                part = replace(offer, events=(each,), nonce=f"{seed}/{number}", signature=b"")
                part = replace(part, signature=tablet.sign(part.signed))
                assert receiving.receive(part, clock(), missed.locked) is not None
            results.append(
                (
                    sorted(Dose.objects.values_list("name", "on", "bottle")),
                    sorted(Incident.objects.filter(gone=False).values_list("kind", "identity")),
                    sorted(Balance.objects.exclude(kind="trader").values_list("kind", "quantity")),
                    bottles_of(event),
                    sorted(BottleNote.objects.values_list("serial", "fate")),
                )
            )
    for each in results[1:]:
        assert each == results[0]
    # What the tables say is what the rules make of the same events.
    permits = {permit.number: permit for permit in tablet.replica.memory.permits.values()}
    register = Register({tablet.name: str(house.a.pk)}, permits)
    whole = judge(tablet_log(tablet), register, lambda *_: True)
    assert [(name, on) for name, on, _ in results[0][0]] == sorted((d.name, d.on) for d in whole.doses)
    assert {identity for _, identity in results[0][1]} == {name_of(incident) for incident in whole.incidents}
    doses, raised, stock, bottles, notes = results[0]
    assert [number for number, *_ in bottles] == [1, 2, 3]
    assert [fate for _, fate in notes].count("returned-full") == 3
    assert [(on, bottle) for _, on, bottle in doses if bottle] == [(days(3), True)]
    assert {kind for kind, _ in raised} >= {"bottle-in-doubt", "outside-permit"}
    assert dict(stock)["returned"] == 18


@contextmanager
def _undone():
    """What is done inside leaves nothing behind."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)
