"""A paper book taken over leaves what the desk would have left, whole or not at all, and once only."""

from datetime import timedelta
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from phoihop.base.org.doors import NotAllowed
from phoihop.base.security import scope
from phoihop.base.security.models import AuditEntry
from phoihop.kernel.refusals import Refusal
from phoihop.programmes.ost.actions import dispensing, taking_over
from phoihop.programmes.ost.actions.taking_over import Batch, Book, Close, Delivery, Paper
from phoihop.programmes.ost.dosing import leasing, reaching
from phoihop.programmes.ost.models import Balance, CountRow, Day, Dose, Incident, Minutes, Posting, Signature
from phoihop.programmes.ost.rules.amounts import SOLUTION
from phoihop.programmes.ost.rules.books import Row
from phoihop.programmes.ost.rules.stock import Kind
from phoihop.programmes.ost.tests.making import TODAY, admitted, opened, ordered, roster

FIRST = TODAY - timedelta(days=20)
WEEK = [FIRST + timedelta(days=n) for n in range(7)]
A_YEAR = timedelta(days=365)
SAID = ("person", "client", "facility_id", "order", "drug", "mg", "quantity", "batch", "outside", "bottle")


def counted(house, day, found, **more):
    return Close(day, house.dispenser.account, (house.dispenser.account,), house.nurse.account, found, **more)


def delivered(house, ml=1000, batch="S1", day=None, keep=0):
    """A litre came, with its minutes, and all of it but ``keep`` went to the cabinet."""
    day = day or FIRST - timedelta(days=3)
    paper = Paper("GN-1", "delivery", day, (house.storekeeper.account, house.head.account), copies=5)
    ways = ((Kind.TRADER, Kind.STORE, ml), (Kind.STORE, Kind.DAILY, ml - keep))
    return [Batch(SOLUTION, batch, TODAY + A_YEAR)], [
        Delivery(
            f"{batch}-{n}",
            day,
            batch,
            Decimal(quantity),
            source,
            target,
            house.a,
            house.a,
            paper if source is Kind.TRADER else None,
        )
        for n, (source, target, quantity) in enumerate(ways)
    ]


def take_stock(house, by=None, **more):
    batches, deliveries = delivered(house, **more)
    return taking_over.take_over_stock(
        by=by or house.storekeeper, facility=house.a, batches=batches, deliveries=deliveries
    )


@pytest.fixture
def served(house):
    """Two clients of facility A with orders of 60 and 80 mg since before the book; a litre in the cabinet."""
    clients = [
        admitted(house.doctor, house.a, name, since=FIRST - timedelta(days=5))
        for name in ("Sùng A Páo", "Vàng Thị Dợ")
    ]
    for client, mg in zip(clients, (60, 80), strict=True):
        ordered(house.doctor, client, mg, start=FIRST - timedelta(days=5))
    take_stock(house)
    return clients


def rows_of(served, days=WEEK):
    return [
        Row(client.pseudonym, Decimal(mg), "S1", tuple(days))
        for client, mg in zip(served, (60, 80), strict=True)
    ]


def closes_of(house, days=WEEK, opening=1000, a_day=14):
    return [counted(house, day, {"S1": Decimal(opening - a_day * n)}) for n, day in enumerate(days, start=1)]


def take(house, rows, days, site=None, by=None):
    book = Book(site or house.a, rows, days)
    return taking_over.take_over_doses(by=by or house.doctor, facility=house.a, book=book)


def everything(house):
    with reaching.centre(house.doctor.account, house.a.pk):
        return {
            model.__name__: model._default_manager.count()
            for model in (Dose, Posting, Day, CountRow, Incident, Minutes, Signature)
        } | {f"{row.facility_id} {row.kind} {row.lot_id}": row.quantity for row in Balance.objects.all()}


def test_a_week_leaves_doses_movements_days_and_counts(house, served):
    assert take(house, rows_of(served), closes_of(house)) == 14
    with reaching.centre(house.doctor.account, house.a.pk):
        dose = Dose.objects.get(client=served[0].pseudonym, on=WEEK[2])
        assert (dose.mg, dose.quantity, dose.batch) == (Decimal(60), Decimal("6.00"), "S1")
        assert (dose.day, dose.first, dose.last, dose.certainty) == (WEEK[2], WEEK[2], WEEK[2], "stated")
        assert (dose.latest - dose.earliest, dose.device, dose.outside) == (86_400, "book", False)
        used = Posting.objects.filter(target=Kind.CLIENT.value)
        assert sorted(used.values_list("day", "quantity")) == [(day, Decimal(14)) for day in WEEK]
        left = Balance.objects.get(facility=house.a, kind=Kind.DAILY.value)
        assert left.quantity == 1000 - 7 * 14
        assert list(Day.objects.order_by("day").values_list("day", flat=True)) == WEEK
        assert not Day.objects.filter(closed_at=None).exists()
        assert list(CountRow.objects.order_by("day").values_list("found", "book")) == [
            (Decimal(1000 - 14 * n), Decimal(1000 - 14 * n)) for n in range(1, 8)
        ]
        assert not Incident.objects.exists()
    with scope.acting(scope.Scope("job")):
        (entry,) = AuditEntry.objects.filter(action="ost.case_take_over_doses")
        assert (entry.count, entry.thing_id) == (14, str(house.a.pk))


def test_the_same_as_the_desk_would_have_left(house, served):
    """Today at the desk, yesterday in the book: person, order, amounts, movements and balances agree."""
    yesterday = TODAY - timedelta(days=1)
    take(house, rows_of(served, [yesterday]), closes_of(house, [yesterday]))
    opened(house.dispenser, house.a)
    for client in served:
        given_to = roster(house.dispenser, client)
        dispensing.give_dose(by=house.dispenser, roster=given_to)
    with reaching.centre(house.doctor.account, house.a.pk):
        booked, given = (
            [tuple(getattr(row, name) for name in SAID) for row in Dose.objects.filter(on=day).order_by("mg")]
            for day in (yesterday, TODAY)
        )
        assert booked == given
        moved = [
            Posting.objects.filter(day=day, target=Kind.CLIENT.value).values_list(
                "source", "lot", "facility", "target_facility", "quantity"
            )
            for day in (yesterday, TODAY)
        ]
        # As paper books have it: a day's sum in the place of each dose.
        assert sum(row[4] for row in moved[0]) == sum(row[4] for row in moved[1]) == 14
        assert {row[:4] for row in moved[0]} == {row[:4] for row in moved[1]}
        assert Balance.objects.get(facility=house.a, kind=Kind.DAILY.value).quantity == 1000 - 28
        assert Balance.objects.get(facility=house.a, kind=Kind.CLIENT.value).quantity == 28


def test_told_twice_changes_nothing(house, served):
    take(house, rows_of(served), closes_of(house))
    before = everything(house)
    assert take(house, rows_of(served), closes_of(house)) == 0
    assert take_stock(house) == 0
    assert everything(house) == before


def test_a_longer_book_adds_what_is_new(house, served):
    take(house, rows_of(served, WEEK[:3]), closes_of(house, WEEK[:3]))
    assert take(house, rows_of(served), closes_of(house)) == 8
    with reaching.centre(house.doctor.account, house.a.pk):
        assert Balance.objects.get(facility=house.a, kind=Kind.DAILY.value).quantity == 1000 - 7 * 14


def test_other_content_of_a_known_day_is_refused(house, served):
    take(house, rows_of(served), closes_of(house))
    before = everything(house)
    with pytest.raises(Refusal) as refused:
        take(house, rows_of(served)[:1], closes_of(house))
    assert refused.value.reason == "book-other"
    assert everything(house) == before


FAULTY = {
    "twice": (lambda rows, house: [*rows, rows[0]], "Dòng 3", "dòng khác cùng ngày"),
    "not the order's": (
        lambda rows, house: [Row(rows[0].client, Decimal(70), "S1", rows[0].days)],
        "Dòng 1",
        "khác với y lệnh",
    ),
    "no order": (
        lambda rows, house: [Row(rows[0].client, Decimal(60), "S1", (WEEK[0] - timedelta(days=1),))],
        "Dòng 1",
        "không nằm trong sổ",
    ),
    "batch": (lambda rows, house: [Row(rows[0].client, Decimal(60), "S9", rows[0].days)], "Dòng 1", "Lô"),
}


@pytest.mark.parametrize("case", FAULTY)
def test_a_faulty_line_leaves_nothing_and_is_named(house, served, case):
    change, where, why = FAULTY[case]
    before = everything(house)
    with pytest.raises(Refusal) as refused:
        take(house, change(rows_of(served), house), closes_of(house))
    assert refused.value.reason == "book-faulty"
    assert where in refused.value.message.vi
    assert why in refused.value.message.vi
    assert "Line " in refused.value.message.en
    assert everything(house) == before


def test_of_many_faulty_lines_the_first_are_named_and_all_counted(house, served):
    rows = [Row(served[0].pseudonym, Decimal(61), "S1", (day,)) for day in WEEK] * 5
    with pytest.raises(Refusal) as refused:
        take(house, rows, closes_of(house))
    assert refused.value.message.vi.startswith("Chưa nhận gì: có 35 dòng sai.")
    assert len(refused.value.message.vi.splitlines()) == 21


def test_a_client_of_another_facility_is_a_stranger(house, served):
    stranger = admitted(house.doctor_b, house.b, "Lò Văn Piêng")
    ordered(house.doctor_b, stranger, start=FIRST)
    before = everything(house)
    with pytest.raises(Refusal) as refused:
        take(house, [Row(stranger.pseudonym, Decimal(60), "S1", tuple(WEEK))], closes_of(house, a_day=6))
    assert "không có trong danh sách" in refused.value.message.vi
    assert everything(house) == before


def test_days_that_were_another_sites_are_refused(house, served):
    person = roster(house.doctor, served[0]).person
    with reaching.centre(house.doctor.account, house.a.pk, house.b.pk):
        leasing.lend(person, served[0].pseudonym, house.b.pk, WEEK[2], WEEK[3])
    with pytest.raises(Refusal) as refused:
        take(house, rows_of(served), closes_of(house))
    assert refused.value.message.vi.count("thuộc nơi cấp phát khác") == 2


def test_a_cabinet_never_held_less_than_nothing_on_any_day(house, served):
    """There is enough today; there was not then."""
    late = TODAY - timedelta(days=2)
    batches, deliveries = delivered(house, 500, "S2", late)
    taking_over.take_over_stock(
        by=house.storekeeper, facility=house.a, batches=batches, deliveries=deliveries
    )
    before = everything(house)
    rows = [Row(served[0].pseudonym, Decimal(60), "S2", (WEEK[0],))]
    with pytest.raises(Refusal) as refused:
        take(house, rows, [counted(house, WEEK[0], {"S1": Decimal(1000)})])
    assert refused.value.reason == "stock-short"
    assert everything(house) == before


def test_five_ml_short_want_minutes_with_two_signatures(house, served):
    short = counted(house, WEEK[0], {"S1": Decimal(1000 - 14 - 5)})
    with pytest.raises(Refusal) as refused:
        take(house, rows_of(served, WEEK[:1]), [short])
    assert refused.value.reason == "book-count"
    signers = (house.head.account, house.storekeeper.account)
    paper = Paper("BB-1", "difference", WEEK[0], signers, "Đổ khi rót, đã lau; có hai người chứng kiến.")
    lone = Paper("BB-2", "difference", WEEK[0], signers[:1], paper.cause)
    with pytest.raises(Refusal):
        take(house, rows_of(served, WEEK[:1]), [counted(house, WEEK[0], short.found, paper=lone)])
    # The next day begins with what was counted.
    days = [
        counted(house, WEEK[0], short.found, paper=paper),
        counted(house, WEEK[1], {"S1": Decimal(1000 - 28 - 5)}),
    ]
    assert take(house, rows_of(served, WEEK[:2]), days) == 4
    with reaching.centre(house.doctor.account, house.a.pk):
        loss = Posting.objects.get(target=Kind.LOSS.value)
        assert (loss.quantity, loss.day, loss.minutes.number) == (Decimal(5), WEEK[0], "BB-1")
        assert Signature.objects.filter(minutes=loss.minutes).count() == 2
        assert Balance.objects.get(facility=house.a, kind=Kind.DAILY.value).quantity == 1000 - 28 - 5


def test_who_gave_does_not_count(house, served):
    own = Close(
        WEEK[0],
        house.dispenser.account,
        (house.dispenser.account,),
        house.dispenser.account,
        {"S1": Decimal(986)},
    )
    with pytest.raises(Refusal) as refused:
        take(house, rows_of(served, WEEK[:1]), [own])
    assert refused.value.reason == "book-count"


def test_a_second_real_dose_is_kept_and_raised(house, served):
    """The book of the own facility says a dose of a day on which the guest's site gave one too."""
    client = served[0]
    person = roster(house.doctor, client).person
    with reaching.centre(house.doctor.account, house.a.pk, house.b.pk):
        Dose.objects.create(
            name="elsewhere",
            person=person,
            client=client.pseudonym,
            facility=house.b,
            device="book",
            order=person,
            drug="methadone",
            mg=60,
            quantity=6,
            batch="S1",
            outside=False,
            bottle=False,
            day=WEEK[1],
            on=WEEK[1],
            first=WEEK[1],
            last=WEEK[1],
            certainty="stated",
            earliest=0,
            latest=None,
            sources=[],
        )
    take(house, rows_of(served), closes_of(house))
    with reaching.centre(house.doctor.account, house.a.pk, house.b.pk):
        rows = Incident.objects.order_by("facility")
        assert {(row.kind, row.facility_id) for row in rows} == {
            ("possible-double", house.a.pk),
            ("possible-double", house.b.pk),
        }
        assert all(row.days == [WEEK[1]] and row.persons == [person] for row in rows)


def test_a_dose_after_one_of_a_book_is_raised_too(house, served):
    """What was taken over counts for the desk: whoever gives again today is told of, as of any other."""
    days = [TODAY - timedelta(days=n) for n in (3, 2, 1)]
    take(house, rows_of(served, days), closes_of(house, days))
    with reaching.centre(house.doctor.account, house.a.pk):
        last = Dose.objects.filter(client=served[0].pseudonym, on=days[-1])
        last.update(day=TODAY, on=TODAY, first=TODAY, last=TODAY)
    opened(house.dispenser, house.a)
    with pytest.raises(Refusal, match="used"):
        dispensing.give_dose(by=house.dispenser, roster=roster(house.dispenser, served[0]))
    dispensing.give_dose(by=house.dispenser, roster=roster(house.dispenser, served[0]), outside=True)
    with reaching.centre(house.doctor.account, house.a.pk):
        assert Incident.objects.filter(kind="possible-double").exists()


def test_a_dose_that_the_book_calls_outside_is_raised(house, served):
    late = WEEK[6] + timedelta(days=1)
    given_outside = Row(served[0].pseudonym, Decimal(60), "S1", (late,), outside=True)
    take(house, [given_outside], [counted(house, late, {"S1": Decimal(994)})])
    with reaching.centre(house.doctor.account, house.a.pk):
        (incident,) = Incident.objects.all()
        assert (incident.kind, incident.days) == ("outside-permit", [late])


def test_a_book_holds_days_that_are_over(house, served):
    for days in ([TODAY], [WEEK[1], WEEK[0]], [WEEK[0], WEEK[0]]):
        with pytest.raises(Refusal) as refused:
            take(house, rows_of(served, days[:1]), closes_of(house, days))
        assert refused.value.reason == "book-days"


def test_who_may(house, served):
    for by in (house.dispenser, house.storekeeper, house.officer, house.doctor_b, house.nurse):
        with pytest.raises(NotAllowed):
            take(house, rows_of(served), closes_of(house), by=by)
    for by in (house.dispenser, house.officer, house.doctor_b):
        with pytest.raises(NotAllowed):
            take_stock(house, by=by, batch="S3")
    with pytest.raises(Refusal, match="not-offered"):
        take(house, [], closes_of(house, WEEK[:1]), site=house.b)


def test_a_delivery_wants_its_minutes(house):
    batches, deliveries = delivered(house, batch="S4")
    bare = [Delivery(d.key, d.day, d.batch, d.quantity, d.source, d.target, d.site, d.to) for d in deliveries]
    with pytest.raises(Refusal, match="book-paper"):
        taking_over.take_over_stock(by=house.storekeeper, facility=house.a, batches=batches, deliveries=bare)


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(
        st.tuples(st.integers(0, 6), st.sampled_from([(0, 60), (1, 80)])),
        min_size=1,
        max_size=14,
        unique=True,
    )
)
def test_no_ml_comes_or_goes(house, served, lines):
    """Whoever came on whichever days: what was delivered lies somewhere, and doses sum to what was taken."""
    from django.db import transaction

    with transaction.atomic():
        days = [WEEK[n] for n in sorted({n for n, _ in lines})]
        rows = [Row(served[who].pseudonym, Decimal(mg), "S1", (WEEK[n],)) for n, (who, mg) in lines]
        left, closes = Decimal(1000), []
        for day in days:
            left -= sum((row.mg / 10 for row in rows if row.days == (day,)), Decimal(0))
            closes.append(counted(house, day, {"S1": left}))
        assert take(house, rows, closes) == len(lines)
        with reaching.centre(house.doctor.account, house.a.pk):
            assert sum(Balance.objects.values_list("quantity", flat=True)) == 0
            doses = sum(Dose.objects.values_list("quantity", flat=True))
            assert Balance.objects.get(kind=Kind.CLIENT.value).quantity == doses
            assert Balance.objects.get(kind=Kind.DAILY.value).quantity == 1000 - doses
        transaction.set_rollback(True)
