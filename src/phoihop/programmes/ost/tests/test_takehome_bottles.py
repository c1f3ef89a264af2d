"""Medicine to take home: who may have it, bottles for days, what came back, and calling back at random."""

from datetime import timedelta
from decimal import Decimal

import pytest

from phoihop.kernel.refusals import Refusal
from phoihop.programmes.ost.actions import dispensing, lending, signing, stocking, takehome
from phoihop.programmes.ost.dosing import reaching
from phoihop.programmes.ost.models import (
    Balance,
    BottleNote,
    BottleRow,
    Dose,
    Incident,
    LogEntry,
    Minutes,
    Outstanding,
    PhaseStep,
    Recall,
)
from phoihop.programmes.ost.models.shared import about
from phoihop.programmes.ost.queries import missed, values
from phoihop.programmes.ost.queries import roster as lists
from phoihop.programmes.ost.queries import takehome as seen
from phoihop.programmes.ost.queries.roster import State
from phoihop.programmes.ost.rules.parameters import shipped
from phoihop.programmes.ost.rules.takehome import Collecting, Fate, Paper
from phoihop.programmes.ost.tests.care_people import dosed, person_of
from phoihop.programmes.ost.tests.making import TODAY, acting, admitted, opened, ordered, roster, stocked

RIGHT = Collecting(in_person=True, container=True, papers=frozenset(Paper))
KEY = "fedcba9876543210fedcba9876543210"


def days(ahead):
    return TODAY + timedelta(days=ahead)


WEEK = [days(n) for n in range(1, 8)]


def sign(house, *prefixes):
    for row in shipped():
        if row.rule_id.startswith(prefixes) and not row.certainty.in_force and row.covers(TODAY):
            signing.sign_value(
                by=house.authority, mark=values.mark_of(row), compared=True, paper="số 4066/QĐ-BYT"
            )


def stable(house, name="Sùng A Páo", renewed=True):
    """A client eight months in maintenance who came every day of the last two."""
    client = admitted(house.doctor, house.a, name, since=days(-240))
    with acting(house.doctor):
        PhaseStep.objects.create(
            **about(client), day=days(-240), phase="maintenance", by_id=house.doctor.account
        )
    ordered(house.doctor, client, start=days(-60), days=60 if renewed else 90)
    if renewed:
        ordered(house.doctor, client)
    for back in range(1, 61):
        dosed(client, days(-back), person=person_of(client))
    return client


@pytest.fixture
def client(house):
    stocked(house.storekeeper, house.a)
    opened(house.dispenser, house.a)
    return stable(house)


@pytest.fixture
def committed(house, client):
    sign(house, "takehome.")
    takehome.commit(by=house.doctor, client=client, signed_on=TODAY, storage=True)
    return client


def hand(house, client, over=WEEK, collecting=RIGHT, by=None, facility=None, **more):
    by = by or house.dispenser
    return takehome.give_bottles(
        by=by, roster=roster(by, client, facility), days=over, collecting=collecting, said="1988", **more
    )


def back(house, client, bottle, fate, cause=""):
    row = roster(house.dispenser, client)
    return takehome.take_back(by=house.dispenser, roster=row, serial=bottle.serial, fate=fate, cause=cause)


def refused(call, *args, **more):
    with pytest.raises(Refusal) as caught:
        call(*args, **more)
    return caught.value.reason


def balances(house):
    with reaching.centre(None, house.a.pk):
        rows = Balance.objects.exclude(kind="trader").exclude(quantity=0).values_list("kind", "quantity")
        return {kind: int(quantity) if quantity % 1 == 0 else quantity for kind, quantity in rows}


def test_nothing_is_handed_out_before_the_longest_span_is_signed(house, client):
    takehome.commit(by=house.doctor, client=client, signed_on=TODAY, storage=True)
    assert refused(hand, house, client) == "takehome-days-unsigned"
    sign(house, "takehome.max_days")
    assert len(hand(house, client)) == 7


def test_a_week_of_bottles_is_one_event_seven_doses_and_one_drop(house, committed):
    before = balances(house)
    dispensing.give_dose(by=house.dispenser, roster=roster(house.dispenser, committed))
    bottles = hand(house, committed)
    assert [(each.number, each.of, each.take_on) for each in bottles] == [
        (number, 7, day) for number, day in enumerate(WEEK, 1)
    ]
    assert {(each.mg, each.quantity, each.batch) for each in bottles} == {(Decimal(60), Decimal(6), "L01")}
    with reaching.centre(None, house.a.pk):
        assert LogEntry.objects.filter(kind="bottles").count() == 1
        rows = Dose.objects.filter(bottle=True).order_by("on").values_list("on", "certainty")
        assert list(rows) == [(day, "certain") for day in WEEK]
        assert not Outstanding.objects.exists()
        assert not Incident.objects.exists()
    assert balances(house) == {
        "daily-cabinet": before["daily-cabinet"] - 48,
        "bottle-out": 42,
        "client": 6,
    }


def test_hand_out_twice_and_sent_twice(house, committed):
    first = hand(house, committed, key=KEY)
    again = hand(house, committed, key=KEY)
    assert [each.serial for each in first] == [each.serial for each in again]
    assert refused(hand, house, committed) == "takehome-held"
    with acting(house.dispenser):
        assert BottleRow.objects.count() == 7


@pytest.mark.parametrize(
    ("what", "reason"),
    [
        ({"collecting": Collecting(False, True, frozenset(Paper))}, "takehome-in-person"),
        ({"collecting": Collecting(True, False, frozenset(Paper))}, "takehome-container"),
        ({"collecting": Collecting(True, True, frozenset({Paper.CARD}))}, "takehome-papers"),
        ({"over": [days(n) for n in range(1, 9)]}, "takehome-too-many"),
        ({"over": [TODAY]}, "takehome-days"),
        ({"over": []}, "takehome-days"),
        ({"over": [days(2), days(1)]}, "takehome-days"),
        ({"over": [days(40)]}, "takehome-no-order"),
    ],
)
def test_what_hand_out_needs(house, committed, what, reason):
    assert refused(hand, house, committed, **what) == reason


def test_the_wrong_person_and_who_may_not(house, committed):
    row = roster(house.dispenser, committed)
    given = {"by": house.dispenser, "roster": row, "days": WEEK, "collecting": RIGHT}
    assert refused(takehome.give_bottles, **given, said="1990") == "other-person"
    assert refused(takehome.give_bottles, **(given | {"by": house.nurse})) == "not-found"


def test_each_criterion_stops_once_it_is_signed_and_is_shown_before(house, client):
    def criteria():
        with acting(house.doctor):
            found = seen.care(house.doctor, client=client).eligibility
        return {each.code: (each.passed, each.counts) for each in found.criteria}, found.decision

    said, decision = criteria()
    assert said["commitment"] == (False, True)
    assert said["maintenance-months"] == (True, False)
    assert not decision.allowed
    takehome.commit(by=house.doctor, client=client, signed_on=TODAY, storage=False)
    said, decision = criteria()
    assert (said["commitment"], said["home-storage"]) == ((True, True), (False, True))
    assert decision.codes() == {"takehome-home-storage"}
    takehome.end_commitment(by=house.doctor, client=client, why="đổi ý")
    assert criteria()[0]["commitment"] == (False, True)
    takehome.commit(by=house.doctor, client=client, signed_on=TODAY, storage=True)
    assert criteria()[1].allowed
    assert {each.rule_id for each in criteria()[1].unchecked} >= {"takehome.no_positive_months"}


def test_who_missed_a_day_lately_has_none_once_that_is_signed(house, client):
    takehome.commit(by=house.doctor, client=client, signed_on=TODAY, storage=True)
    with reaching.centre(None, house.a.pk):
        Dose.objects.filter(on=days(-3)).delete()
    sign(house, "takehome.")
    assert refused(hand, house, client) == "takehome-missed"


def test_cover_counts_as_dosed_and_is_seen_on_the_list(house, committed):
    dispensing.give_dose(by=house.dispenser, roster=roster(house.dispenser, committed))
    bottles = hand(house, committed)
    person = person_of(committed)
    with acting(house.doctor):
        found = missed.standings([person], days(6))[person].standing
        assert (found.run, found.last) == ((), days(5))
    back(house, committed, bottles[2], Fate.FULL)
    with acting(house.doctor):
        missing = missed.standings([person], days(4))[person].standing.missed
    assert missing == (days(3),), "what came back full was not taken"
    with reaching.centre(None, house.a.pk):
        Dose.objects.filter(bottle=False, on=TODAY).delete()
        Dose.objects.filter(bottle=True, on=days(1)).update(on=TODAY, day=TODAY)
    with acting(house.dispenser):
        (line,) = lists.today(house.dispenser, facility=house.a).lines
    assert line.state is State.COVERED
    row = roster(house.dispenser, committed)
    assert refused(dispensing.give_dose, by=house.dispenser, roster=row) == "used"


def test_what_comes_back_empty_full_spilt_and_lost(house, committed):
    one, two, three, four, *_ = hand(house, committed)
    assert refused(back, house, committed, one, Fate.EMPTY) == "bottle-too-early"
    back(house, committed, two, Fate.FULL)
    assert balances(house)["returned"] == 6
    assert refused(back, house, committed, two, Fate.FULL) == "bottle-noted"
    assert refused(back, house, committed, three, Fate.SPILT) == "cause-missing"
    back(house, committed, three, Fate.SPILT, "nắp hở trong túi")
    back(house, committed, four, Fate.LOST_FULL, "mất túi trên xe")
    assert balances(house) == {"daily-cabinet": 958, "bottle-out": 36, "returned": 6}
    with acting(house.head):
        waiting = list(Minutes.objects.filter(facility=house.a, state=Minutes.OPEN).order_by("pk"))
    assert [each.kind for each in waiting] == ["spill", "loss"]
    for minutes in waiting:
        assert stocking.sign_minutes(by=house.head, minutes=minutes)
    assert balances(house) == {
        "daily-cabinet": 958, "bottle-out": 24, "returned": 6, "spill": 6, "loss": 6,
    }  # fmt: skip
    back(house, committed, two, Fate.SPILT, "nói lại")
    assert balances(house)["returned"] == 6, "what contradicts an earlier note moves nothing"
    with acting(house.doctor):
        shown = {each.bottle.serial: each for each in seen.care(house.doctor, client=committed).bottles}
    assert shown[two.serial].contradictory


def test_a_bottle_of_somebody_else_is_not_taken_back(house, committed):
    (one, *_) = hand(house, committed)
    other = admitted(house.doctor, house.a, "Lò Văn Ún")
    assert refused(back, house, other, one, Fate.FULL) == "no-such-bottle"


def test_at_a_point_the_files_facility_keeps_the_bottles_and_the_point_its_stock(house, committed):
    stocked(house.storekeeper_p, house.p, 100)
    opened(house.dispenser_p, house.p)
    lending.lend(by=house.doctor, client=committed, to=house.p, first=TODAY)
    bottles = hand(house, committed, by=house.dispenser_p, facility=house.p)
    with acting(house.doctor):
        assert {each.facility_id for each in BottleRow.objects.all()} == {house.a.pk}
    with reaching.centre(None, house.p.pk):
        rows = Balance.objects.filter(facility=house.p, quantity__gt=0).values_list("kind", "quantity")
        assert dict(rows) == {"point": 58, "bottle-out": 42}
    row = roster(house.dispenser_p, committed, house.p)
    takehome.take_back(by=house.dispenser_p, roster=row, serial=bottles[3].serial, fate=Fate.FULL)
    with acting(house.dispenser_p):
        listed = seen.held(house.dispenser_p, roster=row)
        assert [each.fate for each in listed.bottles if each.bottle.serial == bottles[3].serial] == [
            Fate.FULL
        ]
        assert not BottleNote.objects.exists()


def test_a_guest_gets_no_bottles(house, committed):
    stocked(house.storekeeper, house.b)
    opened(house.dispenser_b, house.b)
    lending.lend(by=house.doctor, client=committed, to=house.b, first=TODAY, last=days(7))
    assert refused(hand, house, committed, by=house.dispenser_b, facility=house.b) == "takehome-elsewhere"


def test_days_that_are_lent_elsewhere_get_no_bottle(house, committed):
    lending.lend(by=house.doctor, client=committed, to=house.b, first=days(3), last=days(4))
    assert refused(hand, house, committed) == "not-yours"
    assert len(hand(house, committed, WEEK[:2])) == 2


def test_labels_say_no_name_and_no_medicine(house, committed):
    bottles = hand(house, committed)
    row = roster(house.dispenser, committed)
    with acting(house.dispenser):
        printed = seen.printed(house.dispenser, roster=row, issue=bottles[0].issue, lang="vi")
    assert len(printed) == 7
    assert printed[6][1:4] == (
        f"Uống ngày: {days(7):%d/%m/%Y}",
        "60 mg = 6,0 ml",
        f"Chai 7/7 · Số {bottles[6].serial}",
    )
    text = " ".join(line for label in printed for line in label).lower()
    for word in ("sùng", "methadon", "nghiện", "cơ sở"):
        assert word not in text


def test_calling_back_at_random(house, committed):
    assert refused(takehome.draw, by=house.doctor, facility=house.a, number=2) == "nobody-to-call"
    bottles = hand(house, committed)
    assert takehome.draw(by=house.doctor, facility=house.a, number=2) == 1
    assert refused(takehome.draw, by=house.doctor, facility=house.a, number=2) == "nobody-to-call"
    with acting(house.doctor):
        (called,) = seen.recalls(house.doctor, facility=house.a)
        assert (called.known.name, called.holds, called.recall.by_day) == ("Sùng A Páo", 7, days(1))
    found = takehome.came(
        by=house.doctor, client=committed, shown=[each.serial for each in bottles[1:]] + ["LA-1"]
    )
    assert found.codes() == {"recall-missing", "recall-foreign"}
    assert refused(takehome.came, by=house.doctor, client=committed, shown=[]) == "not-called"
    with acting(house.doctor):
        assert Recall.objects.get().came_on == TODAY
        said = seen.care(house.doctor, client=committed).eligibility
    assert {each.code: each.passed for each in said.criteria}["lost"] is False


def test_who_missed_four_days_gets_no_bottles(house):
    opened(house.dispenser, house.a)
    client = stable(house, renewed=False)
    takehome.commit(by=house.doctor, client=client, signed_on=TODAY, storage=True)
    sign(house, "takehome.max_days")
    with reaching.centre(None, house.a.pk):
        Dose.objects.filter(on__gte=days(-4)).delete()
    assert refused(hand, house, client) == "locked"


def fate_of(house, client, row):
    """What is said of a bottle now."""
    with acting(house.doctor):
        shown = {each.bottle.serial: each for each in seen.care(house.doctor, client=client).bottles}
    return shown[row.serial].fate


def test_withdrawn_minutes_take_the_note_of_the_bottle_with_them(house, committed):
    """Said of the wrong bottle: it is out as before, and can be noted anew."""
    one, *_ = hand(house, committed)
    before = balances(house)
    back(house, committed, one, Fate.LOST_FULL, "nghe nhầm số lọ")
    assert fate_of(house, committed, one) == Fate.LOST_FULL
    with reaching.centre(None, house.a.pk):
        minutes = Minutes.objects.get(kind="loss")
    assert refused(stocking.withdraw, by=house.head, minutes=minutes) == "minutes-others"
    stocking.withdraw(by=house.dispenser, minutes=minutes)
    assert fate_of(house, committed, one) is None
    back(house, committed, one, Fate.SPILT, "đổ lúc mở")
    assert fate_of(house, committed, one) == Fate.SPILT
    assert balances(house) == before
    with acting(house.doctor):
        assert BottleNote.objects.filter(serial=one.serial).count() == 3, "nothing is erased"


def test_at_a_point_too_withdrawn_minutes_take_the_note_with_them(house, committed):
    stocked(house.storekeeper_p, house.p, 100)
    opened(house.dispenser_p, house.p)
    lending.lend(by=house.doctor, client=committed, to=house.p, first=TODAY)
    line = roster(house.dispenser_p, committed, house.p)
    dispensing.give_dose(by=house.dispenser_p, roster=line)
    (one, *_) = takehome.give_bottles(by=house.dispenser_p, roster=line, days=WEEK, collecting=RIGHT, key=KEY)
    lost = {"fate": Fate.LOST_FULL, "cause": "mất túi"}
    takehome.take_back(by=house.dispenser_p, roster=line, serial=one.serial, **lost)
    assert fate_of(house, committed, one) == Fate.LOST_FULL
    with reaching.centre(None, house.p.pk):
        minutes = Minutes.objects.select_related("facility").get(kind="loss")
    stocking.withdraw(by=house.dispenser_p, minutes=minutes)
    assert fate_of(house, committed, one) is None
