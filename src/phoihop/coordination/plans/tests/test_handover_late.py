"""Parts of tasks where the registers are told late, on one day, or not at all; and at what cost."""

from datetime import date

import pytest
from django.db import IntegrityError, connection
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from phoihop.base.org.models import Agency, AgencySuccession, Succession
from phoihop.base.org.tests import making as org
from phoihop.base.security import scope
from phoihop.coordination.plans.actions import handing
from phoihop.coordination.plans.actions.handing import duties_of, follow_changes, hand_on
from phoihop.coordination.plans.courses import Registers, State, course
from phoihop.coordination.plans.models import Plan, Share
from phoihop.coordination.plans.tests.test_handover import (
    DAY,
    ISSUED,
    KINDS,
    NAMED,
    NUMBERS,
    TODAY,
    House,
    Random,
    because,
    line,
    task,
    undone,
)

pytestmark = pytest.mark.django_db


def test_a_part_whose_kind_nobody_noted_follows_its_agency_all_the_same():
    house = House()
    first = house.agency("health.province", name="Sở Y tế")
    plan = house.make(task("Sở Y tế"))
    Share.objects.filter(task__plan=plan).update(kind="")
    heir = house.agency("health.province", date(2026, 1, 1), name="Sở Y tế mới")
    house.follow(first, heir, date(2026, 1, 1))
    assert follow_changes(TODAY).moved == 1
    assert line(plan)[-1] == ("health.province", "Sở Y tế mới", date(2026, 1, 1), None)


def test_an_heir_that_is_recorded_long_after_the_end_has_the_part_from_its_day():
    """First an agency ends, and only months later somebody writes down what took its place."""
    house = House()
    gone = house.agency("health.province", name="Sở Y tế")
    plan = house.make(task("Sở Y tế"))
    Agency.objects.filter(pk=gone.pk).update(valid_to=date(2026, 1, 31))
    follow_changes(TODAY)
    assert line(plan)[-1] == ("health.province", "", date(2026, 2, 1), None)
    heir = house.agency("interior.province", date(2026, 2, 1), name="Sở hợp nhất")
    house.follow(gone, heir, date(2026, 2, 1))
    follow_changes(TODAY)
    assert line(plan)[-1] == ("interior.province", "Sở hợp nhất", date(2026, 2, 1), None)
    again = follow_changes(TODAY)
    assert (again.moved, again.filled) == (0, 0)


def test_an_heir_that_begins_weeks_after_the_end_takes_over_then():
    house = House()
    gone = house.agency("health.province", name="Sở Y tế")
    plan = house.make(task("Sở Y tế"))
    heir = house.agency("interior.province", date(2026, 3, 15), name="Sở hợp nhất")
    house.follow(gone, heir, date(2026, 3, 15))
    Agency.objects.filter(pk=gone.pk).update(valid_to=date(2026, 1, 31))
    follow_changes(TODAY)
    assert line(plan) == [
        ("health.province", "Sở Y tế", ISSUED, date(2026, 1, 31)),
        ("health.province", "", date(2026, 2, 1), date(2026, 3, 14)),
        ("interior.province", "Sở hợp nhất", date(2026, 3, 15), None),
    ]


def test_a_task_that_names_nobody_to_lead_it_waits_for_somebody():
    house = House(task(coordinating=["Sở Y tế"]))
    ((kind, agency, since, until),) = line(house.plan)
    assert (kind, agency, since, until) == ("", "", ISSUED, None)
    share = Share.objects.get(task__plan=house.plan, part="lead")
    assert because(share).vi == "Văn bản không nêu cơ quan chủ trì."
    police = house.agency("police.province", name="Công an tỉnh")
    with scope.acting(org.INSTALL):
        hand_on(share, police, TODAY, why="Phân công", basis="")
    assert line(house.plan)[-1] == ("police.province", "Công an tỉnh", TODAY, None)


def test_one_part_that_cannot_be_followed_keeps_no_other_from_it(monkeypatch, caplog):
    house = House(task("Sở Y tế"), task("Sở Y tế", text="Điều trị Methadone"))
    house.agency("health.province", name="Sở Y tế")
    first = Share.objects.filter(task__plan=house.plan).order_by("pk")[0]
    followed = handing.followed

    def fails(share, today, registers):
        if share.pk == first.pk:
            raise ValueError("Điều trị Methadone")
        return followed(share, today, registers)

    monkeypatch.setattr(handing, "followed", fails)
    assert follow_changes(TODAY).filled == 1
    assert f"part {first.pk}" in caplog.text
    assert "Methadone" not in caplog.text


def test_one_part_that_cannot_be_kept_keeps_no_other_from_it(monkeypatch, caplog):
    """What the database refuses of many together is tried one by one."""
    house = House(task("Sở Y tế"), task("Sở Y tế", text="Điều trị Methadone"))
    first, second = Share.objects.filter(task__plan=house.plan).order_by("pk")
    house.agency("health.province", date(2024, 5, 1), name="Sở Y tế")
    kept = handing._save

    def fails(lines):
        if first.pk in {each.shares[0].pk for each in lines}:
            raise IntegrityError("Điều trị Methadone")
        kept(lines)

    monkeypatch.setattr(handing, "_save", fails)
    assert follow_changes(TODAY).moved == 1
    assert Share.objects.get(task=second.task, until=None).agency is not None
    assert Share.objects.get(task=first.task).until is None
    assert "Methadone" not in caplog.text


def test_looking_at_parts_that_have_not_moved_costs_no_more_when_there_are_more():
    house = House(*(task("Sở Y tế", text=f"Việc {n}") for n in range(3)))
    house.agency("health.province", name="Sở Y tế")
    follow_changes(TODAY)

    def cost() -> int:
        with CaptureQueriesContext(connection) as asked:
            found = follow_changes(TODAY)
        assert (found.moved, found.filled, found.owed) == (0, 0, 0)
        return len(asked)

    few = cost()
    for _ in range(4):
        house.make(*(task("Sở Y tế", "các sở, ngành", text=f"Việc {n}") for n in range(8)))
    follow_changes(TODAY)
    assert cost() == few


def test_twenty_parts_that_move_cost_as_many_statements_as_two():
    house = House()

    def cost(many: int) -> int:
        first = house.agency("health.province", name="Sở Y tế")
        house.make(*(task("Sở Y tế", text=f"Việc {n}") for n in range(many)))
        follow_changes(TODAY)
        heir = house.agency("health.province", date(2026, 1, 1), name="Sở Y tế mới")
        house.follow(first, heir, date(2026, 1, 1))
        with CaptureQueriesContext(connection) as asked:
            assert follow_changes(TODAY).moved == many
        Agency.objects.filter(kind="health.province").update(kind="justice.province")
        Plan.objects.update(ended_on=TODAY)
        return len(asked)

    assert cost(20) == cost(2)


# On one day an agency is set up, merged, renamed and loses a duty, in circles even.
THE_DAY = date(2026, 4, 1)
SAME_DAY = st.lists(
    st.one_of(
        st.tuples(st.just("set up"), st.sampled_from(KINDS), st.just(THE_DAY)),
        st.tuples(st.just("merge"), NUMBERS, NUMBERS, st.just(THE_DAY)),
        st.tuples(st.just("rename"), NUMBERS, st.just(THE_DAY)),
        st.tuples(st.just("dissolve"), NUMBERS, st.just(THE_DAY)),
        st.tuples(st.just("move duty"), NUMBERS, NUMBERS, st.just("recovery"), st.just(THE_DAY)),
        st.tuples(st.just("merge province"), st.just(THE_DAY)),
    ),
    min_size=2,
    max_size=12,
)


def standing(agency: Agency | None) -> bool:
    return agency is not None and (agency.valid_to is None or agency.valid_to >= THE_DAY)


@settings(suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture])
@given(SAME_DAY)
def test_what_happens_on_one_day_is_followed_to_its_end(events):
    with undone():
        house = Random(*NAMED)
        for kind in KINDS[:4]:
            house.agency(kind)
        follow_changes(THE_DAY - DAY)
        for event in events:
            house.tell(event)
        follow_changes(THE_DAY)
        registers = Registers()
        for share in Share.objects.filter(task__plan=house.plan, until=None).select_related("agency"):
            state = State(share.kind, share.group, share.unit_id, share.agency_id, share.gone_id)
            assert not list(course(state, duties_of(share.task), share.since, TODAY, registers))
            if share.agency is None:
                continue
            assert standing(share.agency)
            given_on = AgencySuccession.objects.filter(
                old=share.agency, duty__in=duties_of(share.task), day=THE_DAY
            )
            if share.since == THE_DAY and given_on.exists():
                # Only a circle ends with somebody who gave it on that very day; one may go through the unit.
                merged = Succession.objects.filter(old=house.unit).exists()
                assert merged or circle(share.agency_id or 0), "a duty given on the day was not followed"
        kept = list(Share.objects.order_by("pk").values())
        follow_changes(THE_DAY)
        assert list(Share.objects.order_by("pk").values()) == kept


def circle(agency: int) -> bool:
    """Whether what became of an agency, and of its duties, leads back to it."""
    after: dict[int, set[int]] = {}
    for old, new in AgencySuccession.objects.values_list("old_id", "new_id"):
        after.setdefault(old, set()).add(new)
    found, waiting = set(), set(after.get(agency, ()))
    while waiting:
        found |= waiting
        waiting = set().union(*(after.get(each, set()) for each in waiting)) - found
    return agency in found


def test_a_duty_that_two_papers_of_one_day_pass_on_is_the_last_ones():
    house = House()
    health, other, last = (
        house.agency(f"{kind}.province", name=kind) for kind in ("health", "justice", "finance")
    )
    plan = house.make(task("Sở Y tế", text="Điều trị Methadone"))
    house.follow(health, other, THE_DAY, duty="substitution")
    house.follow(other, last, THE_DAY, duty="substitution")
    follow_changes(TODAY)
    assert [(name, since) for _, name, since, _ in line(plan)] == [("health", ISSUED), ("finance", THE_DAY)]
