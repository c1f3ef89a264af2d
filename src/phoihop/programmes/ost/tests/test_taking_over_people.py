"""A paper register taken over leaves what opening, consenting and admitting one by one would have left."""

from datetime import date, timedelta
from decimal import Decimal
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from phoihop.base.org.doors import NotAllowed
from phoihop.base.security import scope
from phoihop.base.security.models import AuditEntry
from phoihop.kernel.refusals import Refusal
from phoihop.programmes.ost.actions import dispensing, taking_over_people
from phoihop.programmes.ost.actions.taking_over_people import Before, Line, Served
from phoihop.programmes.ost.dosing import reaching
from phoihop.programmes.ost.models import Lease, OrderRow, PhaseStep, Roster
from phoihop.programmes.ost.rules.amounts import Drug
from phoihop.programmes.ost.rules.orders import LastDose
from phoihop.programmes.ost.rules.phases import Phase
from phoihop.programmes.ost.tests.making import TODAY, acting, admitted, opened, roster, stocked
from phoihop.registry import marking
from phoihop.registry.actions import consenting, enrolling, files
from phoihop.registry.doors import Desk
from phoihop.registry.models import Client, Consent, Enrolment, Likeness, Mark, Tie
from phoihop.registry.rules.born import Born
from phoihop.registry.rules.identity import Sex, Told
from phoihop.registry.taking_over import Entrant, Stay

SINCE = date(2024, 5, 6)
DAY = timedelta(days=1)
PEOPLE = (
    Told(name="Sùng A Páo", born=Born(1988, 4, 2), sex=Sex.MALE, identity="011088001234"),
    Told(name="Vàng Thị Dợ", alias="Cá", born=Born(1990), sex=Sex.FEMALE, insurance="DN4111234567890"),
    Told(name="Sùng A Páo", born=Born(1988, 4, 2), sex=Sex.MALE),
    Told(alias="Chú Tư", sex=Sex.MALE),
    Told(name="Tẩn Láo Tả", born=Born(1975, 1, 1), sex=Sex.MALE, phone="0900000001", address="Bản Nậm"),
)


def line(told, *stays, **more):
    given = {"consented_on": SINCE} | more
    return Entrant(uuid4(), told, "mẫu 02", "written", stays=stays or (Stay(SINCE),), **given)


def take(house, people, by=None, facility=None):
    return taking_over_people.take_over_people(
        by=by or house.doctor, facility=facility or house.a, people=people
    )


def told_of(client):
    return marking.told_of(Client.objects.get(pk=client.pk))


def left(facility, by):
    """Everything that files leave at a facility, without what is drawn at random."""
    with acting(by):
        clients = list(Client.objects.filter(facility=facility).order_by("pk"))
        number = {client.pk: n for n, client in enumerate(clients)}
        said = [(client.opened_on, client.home_id, told_of(client)) for client in clients]
        consents = [
            (
                number[row.client_id],
                row.wording,
                row.form,
                row.given_on,
                row.needed,
                row.source,
                row.certainty,
            )
            for row in Consent.objects.filter(facility=facility).order_by("client_id")
        ]
        marks = sorted(
            (number[row.client_id], row.kind, bytes(row.index).hex())
            for row in Mark.objects.filter(facility=facility)
        )
        times = [
            (number[row.client_id], row.since, row.until, row.ending)
            for row in Enrolment.objects.filter(facility=facility).order_by("client_id", "since")
        ]
        ties = [
            (number[row.client_id], row.person == clients[number[row.client_id]].pseudonym)
            for row in Tie.objects.filter(facility=facility).order_by("client_id")
        ]
        alike = sorted(
            (number[row.client_id], number[row.other_id], row.score, tuple(row.evidence))
            for row in Likeness.objects.filter(facility=facility).exclude(other=None)
        )
        lists = [
            (
                number[row.client_id],
                row.home_id == facility.pk,
                row.since,
                row.until,
                row.code == row.client.code,
            )
            for row in Roster.objects.filter(facility=facility).select_related("client").order_by("client_id")
        ]
        leases = [
            (row.first, row.last, row.aside) for row in Lease.objects.filter(facility=facility).order_by("pk")
        ]
    found = (said, consents, marks, times, ties, alike, lists, leases)
    names = ("said", "consents", "marks", "times", "ties", "alike", "lists", "leases")
    return dict(zip(names, found, strict=True))


def test_the_same_as_one_by_one(house):
    take(house, [line(told) for told in PEOPLE])
    for told in PEOPLE:
        client = files.open_file(by=house.doctor_b, desk=Desk("ost", house.b), told=told)
        consenting.consent(by=house.doctor_b, client=client, wording="mẫu 02", form="written", given_on=SINCE)
        # Whoever has papers is served at A by now, and is refused here for it.
        if not told.identity and not told.insurance:
            enrolling.admit(by=house.doctor_b, client=client, since=SINCE)
    bulk = left(house.a, house.doctor)
    single = left(house.b, house.doctor_b)
    for kind, rows in bulk.items():
        if kind in ("times", "lists", "leases"):
            assert rows[2:] == single[kind], kind
        else:
            assert rows == single[kind], kind
    with scope.acting(scope.Scope("job")):
        (entry,) = AuditEntry.objects.filter(action="ost.case_take_over_people")
        assert entry.count == len(PEOPLE)


def test_who_is_alike_is_written_down_here_and_elsewhere(house):
    take(house, [line(PEOPLE[0], Stay(SINCE, SINCE + DAY, "wish"))], by=house.doctor_b, facility=house.b)
    take(house, [line(PEOPLE[0], Stay(SINCE + 9 * DAY)), line(PEOPLE[2])])
    with acting(house.doctor):
        assert Likeness.objects.filter(facility=house.a).count() >= 2
    with acting(house.doctor_b):
        assert Likeness.objects.filter(facility=house.b).exists()


def test_told_twice_changes_nothing(house):
    people = [line(told) for told in PEOPLE]
    assert take(house, people) == 5
    before = left(house.a, house.doctor)
    assert take(house, people) == 0
    assert take(house, [*people, line(Told(name="Mới"))]) == 1
    assert left(house.a, house.doctor)["said"][:5] == before["said"]


def test_somebody_with_more_than_one_time(house):
    stays = (Stay(SINCE, SINCE + 9 * DAY, "dropped-out"), Stay(SINCE + 30 * DAY))
    take(house, [line(PEOPLE[0], *stays)])
    with acting(house.doctor):
        assert list(Enrolment.objects.order_by("since").values_list("until", "ending")) == [
            (SINCE + 9 * DAY, "dropped-out"),
            (None, ""),
        ]
        assert list(Lease.objects.order_by("first").values_list("last", flat=True)) == [SINCE + 9 * DAY, None]
        assert Roster.objects.get().until is None


CONSENT = ("wording", "form", "given_on", "needed", "source", "certainty")
TOMORROW = TODAY + DAY
FAULTY = {
    "nobody": ([line(Told())], "họ tên"),
    "a day to come": ([line(PEOPLE[0], Stay(TOMORROW))], "không hợp với các ngày"),
    "no consent yet": ([line(PEOPLE[0], Stay(SINCE - DAY))], "đồng ý"),
    "a child": ([line(Told(name="Bé", born=Born(2015, 1, 1)))], "người đại diện"),
    "two at once": ([line(PEOPLE[0], Stay(SINCE), Stay(SINCE + DAY))], "đang được phục vụ"),
    "no reason": ([line(PEOPLE[0], Stay(SINCE, SINCE + DAY))], "lý do kết thúc"),
    "the same papers": ([line(PEOPLE[0]), line(PEOPLE[0])], "Dòng 2"),
}


@pytest.mark.parametrize("case", FAULTY)
def test_a_faulty_line_leaves_nothing_and_is_named(house, case):
    people, why = FAULTY[case]
    good = line(PEOPLE[4])
    with pytest.raises(Refusal) as refused:
        take(house, [*people, good])
    assert refused.value.reason == "people-faulty"
    assert why in refused.value.message.vi
    with acting(house.doctor):
        assert not Client.objects.exists()
        assert not Lease.objects.exists()


def test_somebody_served_elsewhere_is_not_served_here_too(house):
    take(house, [line(PEOPLE[0])], by=house.doctor_b, facility=house.b)
    with pytest.raises(Refusal) as refused:
        take(house, [line(PEOPLE[0])])
    assert "cơ sở khác của chương trình" in refused.value.message.vi
    assert "Cơ sở B" not in refused.value.message.vi


def test_a_representative_consents_for_who_is_young(house):
    young = Told(name="Giàng Thị Mỷ", born=Born(2010, 1, 1), sex=Sex.FEMALE)
    more = {"consented_on": date(2025, 6, 1), "representative": "Giàng A Lử", "relation": "bố"}
    take(house, [line(young, Stay(date(2025, 6, 1)), **more)])
    with acting(house.doctor):
        consent = Consent.objects.get()
        assert (consent.needed, consent.text("representative")) == ("representative", "Giàng A Lử")


def test_who_may(house):
    for by in (house.dispenser, house.storekeeper, house.officer, house.doctor_b, house.nurse, house.head_b):
        with pytest.raises(NotAllowed):
            take(house, [line(PEOPLE[0])], by=by)
    for by, one in ((house.head, PEOPLE[0]), (house.doctor, PEOPLE[1])):
        take(house, [line(one)], by=by)


def test_statements_do_not_grow_with_the_lines(house):
    def count(many):
        people = [line(Told(name=f"Lò Văn {n}x{many}", born=Born(1950 + n))) for n in range(many)]
        with CaptureQueriesContext(connection) as seen:
            take(house, people)
        return len(seen)

    count(2)
    assert count(40) <= count(4) + 4


def served_here(house, *told, **more):
    people = [line(each, **more) for each in told or PEOPLE[:1]]
    take(house, people)
    return [entrant.key for entrant in people]


def stay(house, *stays, by=None):
    return taking_over_people.take_over_stays(by=by or house.doctor, facility=house.a, stays=stays)


def leases(house):
    with reaching.centre(house.doctor.account, house.a.pk):
        rows = Lease.objects.order_by("first").values_list("facility", "first", "last")
        return [(facility, first, last) for facility, first, last in rows]


def test_a_client_at_a_point_is_on_its_list_by_name(house):
    (client,) = served_here(house)
    moved = Served(client, house.p, SINCE + 9 * DAY)
    assert stay(house, moved) == 1
    assert leases(house) == [
        (house.a.pk, SINCE, SINCE + 8 * DAY),
        (house.p.pk, SINCE + 9 * DAY, None),
    ]
    with acting(house.dispenser_p):
        row = Roster.objects.get(facility=house.p)
        assert (row.text("name"), row.text("born"), row.home_id) == ("Sùng A Páo", "1988-04-02", house.a.pk)
    assert stay(house, moved) == 0
    assert len(leases(house)) == 2


def test_a_guest_comes_home_again(house):
    (client,) = served_here(house)
    stay(house, Served(client, house.b, SINCE + 5 * DAY, SINCE + 6 * DAY))
    assert [place for place, _, _ in leases(house)] == [house.a.pk, house.b.pk, house.a.pk]
    with acting(house.dispenser_b):
        assert Roster.objects.get(facility=house.b).until == SINCE + 6 * DAY


def test_stays_told_twice_change_nothing_though_days_were_lent_on(house):
    (client,) = served_here(house)
    stays = (
        Served(client, house.p, SINCE + 3 * DAY),
        Served(client, house.b, SINCE + 5 * DAY, SINCE + 6 * DAY),
    )
    assert stay(house, *stays) == 2
    before = leases(house)
    assert stay(house, *stays) == 0
    assert leases(house) == before


def test_days_that_are_not_the_facilitys_are_not_lent(house):
    (client,) = served_here(house)
    for faulty in (
        Served(client, house.b, SINCE - DAY, SINCE),
        Served(uuid4(), house.p, SINCE),
        Served(client, house.a, SINCE),
        Served(client, house.p, SINCE + DAY, SINCE),
    ):
        with pytest.raises(Refusal) as refused:
            stay(house, faulty)
        assert refused.value.reason == "people-faulty"
    assert len(leases(house)) == 1


def order(house, client, n, start, end, mg=60, phase=Phase.MAINTENANCE, **more):
    return Line(
        uuid4(), client, Drug.METHADONE, phase, Decimal(mg), start, end, start, house.doctor.account, **more
    )


def orders(house, *lines, before=None):
    return taking_over_people.take_over_orders(
        by=house.doctor, facility=house.a, orders=lines, before=before or {}
    )


def in_maintenance(client, mg=60):
    return {client: Before(Phase.MAINTENANCE, LastDose(Drug.METHADONE, Decimal(mg), SINCE - DAY))}


def test_orders_of_a_year_and_the_phases_they_begin(house):
    (client,) = served_here(house)
    steps = [(20, Phase.INDUCTION), (30, Phase.INDUCTION), (45, Phase.ADJUSTMENT), (60, Phase.MAINTENANCE)]
    lines = [
        order(house, client, n, SINCE + 5 * n * DAY, SINCE + (5 * n + 4) * DAY, mg, phase)
        for n, (mg, phase) in enumerate(steps)
    ]
    assert orders(house, *lines) == 4
    assert orders(house, *lines) == 0
    with acting(house.doctor):
        assert list(PhaseStep.objects.order_by("day").values_list("day", "phase")) == [
            (SINCE, "induction"),
            (SINCE + 10 * DAY, "adjustment"),
            (SINCE + 15 * DAY, "maintenance"),
        ]
        rows = OrderRow.objects.order_by("start")
        assert [int(row.mg) for row in rows] == [mg for mg, _ in steps]
        assert {(row.person, row.stopped) for row in rows} == {(client, None)}


def test_the_paper_says_where_somebody_stood_before(house):
    (client,) = served_here(house)
    line_ = order(house, client, 0, SINCE, SINCE + 29 * DAY, 80)
    with pytest.raises(Refusal) as refused:
        orders(house, line_)
    assert "khởi liều" in refused.value.message.vi
    assert orders(house, line_, before=in_maintenance(client, 80)) == 1


def test_orders_are_judged_like_any_other(house):
    (client,) = served_here(house)
    before = in_maintenance(client)
    faulty = {
        "31 days": [order(house, client, 0, SINCE, SINCE + 30 * DAY)],
        "share a day": [
            order(house, client, 0, SINCE, SINCE + 9 * DAY),
            order(house, client, 1, SINCE + 9 * DAY, SINCE + 12 * DAY),
        ],
        "not served": [order(house, client, 0, SINCE - DAY, SINCE + DAY)],
        "stranger": [order(house, uuid4(), 0, SINCE, SINCE + DAY)],
        "alternate days": [order(house, client, 0, SINCE, SINCE + DAY, every=2)],
    }
    for case, lines in faulty.items():
        with pytest.raises(Refusal) as refused:
            orders(house, *lines, before=before)
        assert refused.value.reason == "orders-faulty", case
    with acting(house.doctor):
        assert not OrderRow.objects.exists()


def test_who_was_taken_over_is_given_todays_dose(house):
    """What the books leave is what the desk goes by."""
    (client,) = served_here(house)
    start = TODAY - DAY
    orders(house, order(house, client, 0, start, start + 29 * DAY), before=in_maintenance(client))
    stocked(house.storekeeper, house.a)
    opened(house.dispenser, house.a)
    with acting(house.doctor):
        file = Client.objects.select_related("facility").get(pseudonym=client)
    given = dispensing.give_dose(by=house.dispenser, roster=roster(house.dispenser, file))
    assert given.dose.mg == 60


def test_orders_go_on_from_what_is_here(house):
    client = admitted(house.doctor, house.a, since=SINCE)
    before = in_maintenance(client.pseudonym)
    first = order(house, client.pseudonym, 0, SINCE, SINCE + 9 * DAY)
    orders(house, first, before=before)
    with pytest.raises(Refusal):
        orders(house, order(house, client.pseudonym, 1, SINCE + 9 * DAY, SINCE + 12 * DAY))
    assert orders(house, order(house, client.pseudonym, 1, SINCE + 10 * DAY, SINCE + 12 * DAY)) == 1
    with acting(house.doctor):
        assert [(row.day, row.phase) for row in PhaseStep.objects.all()] == [(SINCE, "maintenance")]
