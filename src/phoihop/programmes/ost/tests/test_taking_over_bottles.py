"""A paper book of take-home medicine leaves what the desk would have left, whole or not at all, and once."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest

from phoihop.base.org.doors import NotAllowed
from phoihop.kernel.refusals import Refusal
from phoihop.programmes.ost.actions import takehome, taking_over, taking_over_bottles
from phoihop.programmes.ost.actions.taking_over import Book, Faulty, Paper
from phoihop.programmes.ost.actions.taking_over_bottles import Bottle, Called, HandOut
from phoihop.programmes.ost.dosing import reaching
from phoihop.programmes.ost.models import Balance, BottleNote, BottleRow, Dose, Incident, Posting, Recall
from phoihop.programmes.ost.rules.books import Row
from phoihop.programmes.ost.rules.stock import Kind
from phoihop.programmes.ost.rules.takehome import Fate
from phoihop.programmes.ost.tests.making import TODAY, admitted, ordered, roster
from phoihop.programmes.ost.tests.test_taking_over_doses import counted, delivered

DAY = timedelta(days=1)
HANDED = TODAY - 10 * DAY
DAYS = [HANDED + n * DAY for n in range(1, 4)]
BACK = HANDED + 4 * DAY


@pytest.fixture
def client(house):
    """A client of 60 mg a day, and a litre in the cabinet."""
    found = admitted(house.doctor, house.a, since=HANDED - 20 * DAY)
    ordered(house.doctor, found, 60, start=HANDED - 10 * DAY)
    batches, deliveries = delivered(house, day=HANDED - 12 * DAY)
    taking_over.take_over_stock(
        by=house.storekeeper, facility=house.a, batches=batches, deliveries=deliveries
    )
    return found


def hand_out(house, client, fates=(Fate.EMPTY,) * 3, **more):
    papers = {
        Fate.SPILT: Paper(
            "BB-1", "spill", BACK, (house.dispenser.account, house.nurse.account), "Đổ khi mở."
        ),
        Fate.LOST_FULL: Paper("BB-2", "loss", BACK, (house.dispenser.account, house.nurse.account), "Mất."),
    }
    bottles = tuple(
        Bottle(f"B-{day:%d}", day, fate, BACK if fate else None, papers.get(fate))
        for day, fate in zip(DAYS, fates, strict=True)
    )
    made = HandOut(client.pseudonym, HANDED, Decimal(60), "S1", house.dispenser.account, bottles)
    return replace(made, **more)


def take(house, *hand_outs, by=None, **more):
    return taking_over_bottles.take_over_bottles(
        by=by or house.doctor, facility=house.a, site=house.a, hand_outs=hand_outs, **more
    )


def balance(house, kind):
    with reaching.centre(house.doctor.account, house.a.pk):
        row = Balance.objects.filter(facility=house.a, kind=kind.value).first()
    return row.quantity if row is not None else 0


def everything(house):
    with reaching.centre(house.doctor.account, house.a.pk):
        models = (BottleRow, BottleNote, Dose, Posting, Recall)
        return [model._default_manager.count() for model in models]


def test_bottles_leave_the_cabinet_and_go_where_each_one_went(house, client):
    fates = (Fate.EMPTY, Fate.FULL, Fate.SPILT)
    assert take(house, hand_out(house, client, fates)) == 3
    assert [balance(house, kind) for kind in (Kind.DAILY, Kind.BOTTLE)] == [1000 - 18, 0]
    assert [balance(house, kind) for kind in (Kind.CLIENT, Kind.RETURNED, Kind.SPILL)] == [6, 6, 6]
    with reaching.centre(house.doctor.account, house.a.pk):
        spilt = Posting.objects.get(target=Kind.SPILL.value)
        assert (spilt.day, spilt.minutes.number, spilt.minutes.signatures.count()) == (BACK, "BB-1", 2)
        # Whose day was free again has no dose.
        kept = Dose.objects.order_by("on").values_list("on", "bottle", "mg", "certainty")
        assert list(kept) == [(day, True, Decimal(60), "stated") for day in (DAYS[0], DAYS[2])]


def test_told_again_nothing_is_new_and_nothing_may_differ(house, client):
    called = [Called(client.pseudonym, HANDED + DAY, HANDED + 2 * DAY, HANDED + 2 * DAY, ("B-1",))]
    take(house, hand_out(house, client), called=called)
    before = everything(house)
    assert take(house, hand_out(house, client), called=called) == 0
    assert everything(house) == before
    with pytest.raises(Refusal, match="book-other"):
        take(house, hand_out(house, client, mg=Decimal(50)))


def test_the_book_of_doses_counts_what_left_as_bottles(house, client):
    take(house, hand_out(house, client))
    week = [HANDED, *DAYS, BACK]
    # A dose on the day of the hand-out and on that of the next visit; between them the bottles.
    closes = [counted(house, day, {"S1": Decimal(1000 - 24)}) for day in week[:4]]
    closes.append(counted(house, BACK, {"S1": Decimal(1000 - 30)}))
    book = Book(house.a, [Row(client.pseudonym, Decimal(60), "S1", (HANDED, BACK))], closes)
    assert taking_over.take_over_doses(by=house.doctor, facility=house.a, book=book) == 2
    assert taking_over.take_over_doses(by=house.doctor, facility=house.a, book=book) == 0
    with reaching.centre(house.doctor.account, house.a.pk):
        assert not Incident.objects.exists()
    late = replace(hand_out(house, client), bottles=(Bottle("B-X", BACK + DAY),), handed_on=BACK)
    with pytest.raises(Refusal, match="book-days"):
        take(house, late)


def test_a_dose_of_the_book_on_the_day_of_a_bottle_is_raised(house, client):
    take(house, hand_out(house, client))
    closes = [counted(house, day, {"S1": Decimal(1000 - 18)}) for day in (HANDED,)]
    closes += [counted(house, DAYS[0], {"S1": Decimal(1000 - 24)})]
    book = Book(house.a, [Row(client.pseudonym, Decimal(60), "S1", (DAYS[0],))], closes)
    taking_over.take_over_doses(by=house.doctor, facility=house.a, book=book)
    with reaching.centre(house.doctor.account, house.a.pk):
        assert set(Incident.objects.values_list("kind", flat=True)) == {"possible-double"}


@pytest.mark.parametrize(
    ("said", "reason"),
    [
        ({"handed_on": DAYS[0]}, "book-days"),
        ({"mg": Decimal(50)}, "book-amount"),
        ({"batch": "S9"}, "book-batch"),
        ({"bottles": (Bottle("B-1", DAYS[0]), Bottle("B-2", DAYS[0]))}, "book-twice"),
        ({"bottles": (Bottle("B-1", DAYS[0], Fate.EMPTY),)}, "book-days"),
        ({"bottles": (Bottle("B-1", DAYS[0], Fate.EMPTY, TODAY),)}, "book-days"),
        ({"bottles": (Bottle("B-1", DAYS[0], Fate.SPILT, BACK),)}, "book-paper"),
    ],
)
def test_what_cannot_be_true_is_refused_whole(house, client, said, reason):
    before = everything(house)
    with pytest.raises(Refusal) as refused:
        take(house, hand_out(house, client, **said))
    if reason == "book-batch":
        assert refused.value.reason in {"book-batch", "book-faulty"}
    else:
        assert isinstance(refused.value, Faulty)
        assert reason in {fault.reason for fault in refused.value.faults}
    assert everything(house) == before


def test_a_bottle_of_the_book_comes_back_today(house, client):
    take(house, hand_out(house, client, (Fate.EMPTY, Fate.EMPTY, None)))
    line = roster(house.dispenser, client)
    takehome.take_back(by=house.dispenser, roster=line, serial=f"B-{DAYS[2]:%d}", fate=Fate.EMPTY)
    assert [balance(house, kind) for kind in (Kind.BOTTLE, Kind.CLIENT)] == [0, 18]


def test_a_bottle_of_the_book_that_comes_back_full_frees_its_day_until_somebody_says_otherwise(house, client):
    take(house, hand_out(house, client, (Fate.EMPTY, Fate.EMPTY, None)))
    line, serial = roster(house.dispenser, client), f"B-{DAYS[2]:%d}"

    def doses():
        with reaching.centre(house.doctor.account, house.a.pk):
            return list(Dose.objects.order_by("on").values_list("on", flat=True))

    takehome.take_back(by=house.dispenser, roster=line, serial=serial, fate=Fate.FULL)
    assert doses() == DAYS[:2]
    takehome.take_back(by=house.dispenser, roster=line, serial=serial, fate=Fate.EMPTY)
    assert doses() == DAYS
    with reaching.centre(house.doctor.account, house.a.pk):
        assert not Incident.objects.exists()


def test_a_bottle_that_was_taken_after_all_is_held_against_what_was_given_instead(house, client):
    take(house, hand_out(house, client, (Fate.EMPTY, Fate.EMPTY, None)))
    line, serial = roster(house.dispenser, client), f"B-{DAYS[2]:%d}"
    takehome.take_back(by=house.dispenser, roster=line, serial=serial, fate=Fate.FULL)
    closes = [counted(house, day, {"S1": Decimal(1000 - 18)}) for day in (HANDED, *DAYS[:2])]
    closes.append(counted(house, DAYS[2], {"S1": Decimal(1000 - 24)}))
    book = Book(house.a, [Row(client.pseudonym, Decimal(60), "S1", (DAYS[2],))], closes)
    assert taking_over.take_over_doses(by=house.doctor, facility=house.a, book=book) == 1
    takehome.take_back(by=house.dispenser, roster=line, serial=serial, fate=Fate.EMPTY)
    with reaching.centre(house.doctor.account, house.a.pk):
        assert set(Incident.objects.values_list("kind", flat=True)) == {"possible-double"}


def test_who_may(house, client):
    for by in (house.dispenser, house.storekeeper, house.officer, house.doctor_b, house.nurse):
        with pytest.raises(NotAllowed):
            take(house, hand_out(house, client), by=by)
