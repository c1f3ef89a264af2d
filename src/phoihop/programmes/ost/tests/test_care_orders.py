"""Orders by the doctor's door: what stops one, what must be weighed, and that no day ever has two."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from phoihop.base.org.doors import NotAllowed
from phoihop.kernel.refusals import Refusal
from phoihop.programmes.ost.actions import ordering
from phoihop.programmes.ost.dosing import clients, reaching
from phoihop.programmes.ost.models import OrderRow, PhaseStep
from phoihop.programmes.ost.queries import facts
from phoihop.programmes.ost.rules.amounts import Drug
from phoihop.programmes.ost.rules.orders import ALTERNATE, Rhythm, overlapping
from phoihop.programmes.ost.rules.phases import Phase, phase_on
from phoihop.programmes.ost.tests.care_people import DAY, asked, dosed, person_of, signs
from phoihop.programmes.ost.tests.making import TODAY, acting, admitted


@pytest.fixture
def client(house):
    return admitted(house.doctor, house.a)


def reason(call, *args, **more) -> str:
    with pytest.raises(Refusal) as refused:
        call(*args, **more)
    return refused.value.reason


def history(row: Any) -> Any:
    """What pghistory kept of a row."""
    return row.events


def phases_of(house, client):
    with acting(house.doctor):
        return facts.steps_of(PhaseStep.objects.filter(client=client))


@pytest.mark.parametrize(("mg", "stopped"), [("30", False), ("30.01", True), ("31", True), ("60", True)])
def test_a_first_dose_above_30_mg_is_stopped_whatever_was_weighed(house, client, mg, stopped):
    if stopped:
        assert reason(signs, house.doctor, client, mg) in {"first-dose-high", "amount-not-exact"}
        with acting(house.doctor):
            assert not OrderRow.objects.exists()
            assert not PhaseStep.objects.exists()
    else:
        assert signs(house.doctor, client, mg).mg == Decimal(mg)
        assert [step.phase for step in phases_of(house, client)] == [Phase.INDUCTION]


def test_a_warning_is_weighed_with_a_reason(house, client):
    maintained(house, client)
    low = asked("61", 30, phase=Phase.MAINTENANCE)
    odd = asked("61.5", 30, phase=Phase.MAINTENANCE)
    assert ordering.order(by=house.doctor, client=client, asked=low).note is None
    assert reason(ordering.order, by=house.doctor, client=client, asked=odd) == "order-warned"
    assert (
        reason(ordering.order, by=house.doctor, client=client, asked=odd, seen={"order-not-measurable"})
        == "why-missing"
    )
    row = ordering.order(
        by=house.doctor, client=client, asked=odd, seen={"order-not-measurable"}, why="đong bằng ống nhỏ"
    )
    with acting(house.doctor):
        assert OrderRow.objects.get(pk=row.pk).text("note") == "đong bằng ống nhỏ"


@pytest.mark.parametrize(
    "who", ["nurse", "dispenser", "storekeeper", "head", "officer", "authority", "doctor_b"]
)
def test_nobody_but_a_doctor_of_the_facility_writes_an_order(house, client, who):
    with pytest.raises(NotAllowed):
        ordering.order(by=getattr(house, who), client=client, asked=asked())


def maintained(house, client, mg: int = 60):
    """The client has had doses until yesterday and is in maintenance."""
    for back in range(1, 6):
        dosed(client, TODAY - DAY * back, mg)
    with acting(house.doctor):
        for back, phase in ((30, Phase.INDUCTION), (25, Phase.ADJUSTMENT), (10, Phase.MAINTENANCE)):
            ordering.step(house.doctor, client, phase, TODAY - DAY * back)


@pytest.mark.parametrize(("days", "refusal"), [(30, None), (31, "order-too-long")])
def test_maintenance_lasts_at_most_thirty_days(house, client, days, refusal):
    maintained(house, client)
    if refusal:
        assert reason(signs, house.doctor, client, 60, days, phase=Phase.MAINTENANCE) == refusal
    else:
        signs(house.doctor, client, 60, days, phase=Phase.MAINTENANCE)


def test_a_newer_order_cuts_what_runs_and_drops_what_lay_ahead(house, client):
    maintained(house, client)
    first = signs(house.doctor, client, 60, 30, phase=Phase.MAINTENANCE)
    ahead = signs(house.doctor, client, 60, 20, phase=Phase.MAINTENANCE, start=TODAY + DAY * 10)
    new = signs(house.doctor, client, 65, 30, phase=Phase.MAINTENANCE, start=TODAY + DAY * 5)
    with acting(house.doctor):
        rows = {row.pk: row for row in OrderRow.objects.all()}
        assert (rows[first.pk].end, rows[first.pk].signed_end) == (TODAY + DAY * 4, TODAY + DAY * 29)
        assert rows[ahead.pk].end == ahead.start - DAY
        assert rows[new.pk].end == new.end
        kinds = [event.pgh_label for event in history(rows[first.pk]).order_by("pgh_id")]
    assert kinds[0] == "insert"
    assert kinds.count("update") >= 2


def test_phases_follow_orders_and_a_dropped_order_takes_its_phase_along(house, client):
    maintained(house, client)
    signs(house.doctor, client, 55, 14, phase=Phase.TAPERING, start=TODAY + DAY * 5)
    assert phase_on(phases_of(house, client), TODAY + DAY * 5) is Phase.TAPERING
    signs(house.doctor, client, 60, 30, phase=Phase.MAINTENANCE, start=TODAY + DAY)
    assert phase_on(phases_of(house, client), TODAY + DAY * 20) is Phase.MAINTENANCE


def test_a_stopped_order_gives_nothing_and_says_why(house, client):
    row = signs(house.doctor, client)
    assert reason(ordering.stop_order, by=house.doctor, order=row, why="  ") == "why-missing"
    ordering.stop_order(by=house.doctor, order=row, why="dị ứng")
    assert reason(ordering.stop_order, by=house.doctor, order=row, why="lần nữa") == "order-not-running"
    with acting(house.doctor):
        kept = OrderRow.objects.get(pk=row.pk)
        assert (kept.text("stopped_why"), kept.stopped_by_id) == ("dị ứng", house.doctor.account)
    with reaching.centre(None, house.a.pk):
        person = person_of(client)
        assert clients.files([person], TODAY)[person].order_on(TODAY) is None


def test_changing_the_medicine_begins_with_induction_the_day_after(house, client):
    maintained(house, client, 30)
    other: dict[str, Any] = {"drug": Drug.BUPRENORPHINE, "in_withdrawal": True}
    assert (
        reason(signs, house.doctor, client, 4, phase=Phase.MAINTENANCE, **other) == "switch-without-induction"
    )
    dosed(client, TODAY, 30)
    assert reason(signs, house.doctor, client, 4, **other) == "switch-same-day"
    row = signs(house.doctor, client, 4, start=TODAY + DAY, **other)
    assert row.drug == "buprenorphine"


def test_not_every_day_is_for_one_medicine_alone(house, client):
    maintained(house, client)
    assert (
        reason(signs, house.doctor, client, 60, 30, phase=Phase.MAINTENANCE, rhythm=ALTERNATE)
        == "order-not-daily"
    )
    dosed(client, TODAY - DAY, 8, drug="buprenorphine", moment=1)
    row = signs(
        house.doctor,
        client,
        16,
        28,
        drug=Drug.BUPRENORPHINE,
        phase=Phase.MAINTENANCE,
        rhythm=Rhythm(weekdays=frozenset({1, 3, 5})),
    )
    assert row.weekdays == [1, 3, 5]


STEPS = st.lists(
    st.tuples(st.booleans(), st.integers(0, 12), st.integers(1, 30), st.sampled_from((50, 55, 60, 65))),
    min_size=1,
    max_size=6,
)


@settings(
    max_examples=12,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
    derandomize=True,
)
@given(STEPS)
def test_whatever_is_ordered_and_stopped_no_day_has_two_orders_and_every_change_is_kept(house, steps):
    client = admitted(house.doctor, house.a, f"Người {len(steps)}-{hash(tuple(steps)) % 10**9}")
    maintained(house, client)
    changes = 0
    for stops, ahead, days, mg in steps:
        try:
            if stops:
                with acting(house.doctor):
                    row = OrderRow.objects.filter(client=client, stopped=None).order_by("-pk").first()
                if row is None:
                    continue
                ordering.stop_order(by=house.doctor, order=row, why="đổi ý")
            else:
                start = TODAY + timedelta(days=ahead)
                signs(house.doctor, client, mg, days, phase=Phase.MAINTENANCE, start=start)
        except Refusal:
            continue
        changes += 1
    with acting(house.doctor):
        rows = list(OrderRow.objects.filter(client=client).order_by("signed_at", "pk"))
        assert overlapping(facts.standing_orders(rows)) == ()
        for row in rows:
            told = list(history(row).order_by("pgh_id"))
            assert [told[0].pgh_label, told[0].end, told[0].stopped] == ["insert", row.signed_end, None]
            assert (told[-1].end, told[-1].stopped, told[-1].mg) == (row.end, row.stopped, row.mg)
        assert sum(history(row).count() for row in rows) >= changes
