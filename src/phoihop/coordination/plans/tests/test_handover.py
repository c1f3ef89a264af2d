"""Parts of tasks through mergers, dissolutions, duties that move and agencies that are set up."""

from contextlib import contextmanager
from datetime import date, timedelta

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from phoihop.base.org import reach
from phoihop.base.org.models import Agency, AgencySuccession, Succession, Unit
from phoihop.base.org.queries.units import stood
from phoihop.base.org.tests import making as org
from phoihop.base.security import scope
from phoihop.coordination.plans.actions import making
from phoihop.coordination.plans.actions.handing import duties_of, follow_changes, hand_on
from phoihop.coordination.plans.courses import Registers, State, course, is_still
from phoihop.coordination.plans.models import Plan, Share, SubPlan
from phoihop.coordination.plans.queries.answers import of_agency
from phoihop.coordination.plans.rules import whys
from phoihop.coordination.plans.rules.states import TaskState
from phoihop.coordination.plans.taking_part import Agencies, parts
from phoihop.coordination.plans.tests import confirmed
from phoihop.kernel.refusals import Bilingual

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
ISSUED, TODAY = date(2022, 1, 25), date(2026, 9, 1)
LABOUR = "Sở Lao động - Thương binh và Xã hội"


class House:
    """An invented province, the office that looks after its plan, and one document's plan."""

    def __init__(self, *tasks: dict, unit: Unit | None = None) -> None:
        with scope.acting(org.INSTALL):
            self.unit = unit or org.unit("lo", level="province", kind="tỉnh", name="Mường Lò")
            self.office = org.agency("Văn phòng UBND tỉnh", "people.province", self.unit)
            self.planner = org.somebody("Lò Thị Kế", "planning-officer", self.office)
        if tasks:
            self.plan = self.make(*tasks)

    def make(self, *tasks: dict, **more) -> Plan:
        document = confirmed.of_values(
            self.office, self.planner.account, unit=self.unit, tasks=tasks, **({"issued": ISSUED} | more)
        )
        with scope.acting(org.INSTALL):
            plan = making.make(self.planner, document)
        assert plan is not None
        return plan

    def agency(
        self, kind: str, since: date | None = None, unit: Unit | None = None, name: str = ""
    ) -> Agency:
        with scope.acting(org.INSTALL):
            return Agency.objects.create(
                kind=kind, name=name or f"Cơ quan {kind}", unit=unit or self.unit, valid_from=since
            )

    def follow(self, old: Agency, new: Agency, day: date, duty: str = "") -> None:
        with scope.acting(org.INSTALL):
            if not duty:
                Agency.objects.filter(pk=old.pk).update(valid_to=day - DAY)
            AgencySuccession.objects.create(old=old, new=new, day=day, duty=duty, basis="QĐ 01")


def task(*leads: str, text: str = "Tổ chức cai nghiện ma túy", **more) -> dict:
    return {"text": text, "leads": list(leads)} | more


def line(plan: Plan, number: int = 0, slot: int = 0) -> list[tuple]:
    """One slot through time: kind, agency's name, first and last day."""
    shares = Share.objects.filter(task__plan=plan, task__order=number, part="lead", slot=slot).order_by(
        "since"
    )
    return [(s.kind, s.agency.name if s.agency else "", s.since, s.until) for s in shares]


def because(share: Share) -> Bilingual:
    """What the program says of how a part came to somebody."""
    found = whys.said(share.because)
    assert found is not None
    return found


MAR = date(2025, 3, 1)


def test_a_duty_that_moved_is_followed_from_the_day_of_the_document():
    house = House(task(LABOUR))
    assert line(house.plan) == [
        ("labour.province", "", ISSUED, MAR - DAY),
        ("police.province", "", MAR, None),
    ]
    police = house.agency("police.province", name="Công an tỉnh")
    done = follow_changes(TODAY)
    assert (done.moved, done.filled) == (0, 1)
    assert line(house.plan)[-1] == ("police.province", "Công an tỉnh", MAR, None)
    assert Share.objects.get(agency=police).basis.startswith("Đề án tiếp nhận của Bộ Công an")
    again = follow_changes(TODAY)
    assert (again.moved, again.filled, again.owed) == (0, 0, 0)


def test_an_agency_set_up_later_answers_from_its_first_day():
    house = House(task("Sở Y tế"))
    house.agency("health.province", date(2024, 5, 1), name="Sở Y tế")
    follow_changes(TODAY)
    assert line(house.plan) == [
        ("health.province", "", ISSUED, date(2024, 4, 30)),
        ("health.province", "Sở Y tế", date(2024, 5, 1), None),
    ]


def test_an_agency_that_was_renamed_and_merged():
    house = House()
    first = house.agency("health.province", name="Sở Y tế cũ")
    plan = house.make(task("Sở Y tế"))
    second = house.agency("health.province", date(2025, 1, 1), name="Sở Y tế mới")
    third = house.agency("interior.province", date(2026, 1, 1), name="Sở hợp nhất")
    house.follow(first, second, date(2025, 1, 1))
    house.follow(second, third, date(2026, 1, 1))
    assert follow_changes(TODAY).moved == 2
    assert [(name, since) for _, name, since, _ in line(plan)] == [
        ("Sở Y tế cũ", ISSUED), ("Sở Y tế mới", date(2025, 1, 1)), ("Sở hợp nhất", date(2026, 1, 1)),
    ]  # fmt: skip


def test_an_agency_that_ended_leaves_the_part_to_nobody_and_says_so():
    house = House()
    gone = house.agency("health.province", name="Sở Y tế")
    plan = house.make(task("Sở Y tế"))
    Agency.objects.filter(pk=gone.pk).update(valid_to=date(2026, 1, 31), end_basis="QĐ 02")
    follow_changes(TODAY)
    share = Share.objects.get(task__plan=plan, until=None)
    assert (share.agency, share.since, share.kind) == (None, date(2026, 2, 1), "health.province")
    assert "không còn hoạt động" in because(share).vi
    assert "exists no more" in because(share).en
    assert share.basis == "QĐ 02"


def test_one_duty_of_an_agency_goes_elsewhere():
    house = House()
    health = house.agency("health.province", name="Sở Y tế")
    other = house.agency("justice.province", name="Sở Tư pháp")
    plan = house.make(
        task("Sở Y tế", text="Điều trị Methadone"), task("Sở Y tế", text="Phòng, chống HIV/AIDS")
    )
    house.follow(health, other, date(2026, 3, 1), duty="substitution")
    follow_changes(TODAY)
    assert line(plan, 0)[-1] == ("justice.province", "Sở Tư pháp", date(2026, 3, 1), None)
    assert line(plan, 1) == [("health.province", "Sở Y tế", ISSUED, None)]


def test_a_province_that_merged():
    house = House(task("Công an tỉnh", text="Trấn áp tội phạm ma túy"))
    with scope.acting(org.INSTALL):
        new = org.unit("moi", level="province", kind="tỉnh", name="Tỉnh Mới")
        Unit.objects.filter(pk=house.unit.pk).update(valid_to=date(2025, 6, 30))
        Succession.objects.create(old=house.unit, new=new, whole=True, day=date(2025, 7, 1), basis="NQ 202")
    house.agency("police.province", unit=new, name="Công an tỉnh Mới")
    follow_changes(TODAY)
    assert line(house.plan)[-1] == ("police.province", "Công an tỉnh Mới", date(2025, 7, 1), None)
    share = Share.objects.get(task__plan=house.plan, until=None)
    assert (share.unit, share.basis) == (new, "NQ 202")


def test_districts_work_goes_to_the_communes_as_a_group():
    house = House(task("UBND các huyện, thị xã", text="Tuyên truyền"))
    assert line(house.plan) == [
        ("people.district", "", ISSUED, date(2025, 6, 30)),
        ("people.commune", "", date(2025, 7, 1), None),
    ]
    assert all(
        share.group and share.unit == house.unit for share in Share.objects.filter(task__plan=house.plan)
    )


def test_all_offices_of_a_province_are_a_group_that_outlives_it():
    house = House(task("Các sở, ngành", text="Tuyên truyền"))
    health = house.agency("health.province", name="Sở Y tế")
    with scope.acting(org.INSTALL):
        commune = org.unit("xa", house.unit, name="Xã Một")
        new = org.unit("moi", level="province", kind="tỉnh", name="Tỉnh Mới")
        Succession.objects.create(old=house.unit, new=new, whole=True, day=date(2025, 7, 1))
    police = house.agency("police.province", unit=new, name="Công an tỉnh Mới")
    people = house.agency("people.commune", unit=commune, name="UBND xã Một")
    number = house.plan.tasks.get().pk
    taking = {each.agency for each in parts([number], Agencies(TODAY))[number]}
    assert taking == {health.pk, police.pk}
    led = {
        each.pk: Share.objects.filter(of_agency(each, TODAY), task=number).count()
        for each in (health, police, people, house.office)
    }
    assert led == {health.pk: 1, police.pk: 1, people.pk: 0, house.office.pk: 0}


def test_a_parted_duty_waits_for_a_person_and_keeps_what_was_decided():
    house = House(task(LABOUR, text="Cai nghiện ma túy và phòng, chống mại dâm"))
    share = Share.objects.get(task__plan=house.plan, until=None)
    assert (share.kind, share.agency, share.certain) == ("", None, False)
    assert "Cần giao lại" in because(share).vi
    assert "has to be assigned" in because(share).en
    police = house.agency("police.province", name="Công an tỉnh")
    follow_changes(TODAY)
    assert Share.objects.get(task__plan=house.plan, until=None).agency is None
    with scope.acting(org.INSTALL):
        hand_on(share, police, date(2026, 1, 5), why="Phân công lại", basis="CV 5")
    follow_changes(TODAY)
    assert line(house.plan)[-1] == ("police.province", "Công an tỉnh", date(2026, 1, 5), None)


def test_tasks_that_are_over_and_ended_plans_are_left_alone():
    house = House(task("Sở Y tế"), task("Sở Y tế"))
    house.plan.tasks.filter(order=0).update(state=TaskState.DONE, ended_on=TODAY)
    house.agency("health.province", name="Sở Y tế")
    assert follow_changes(TODAY).filled == 1
    assert line(house.plan, 0) == [("health.province", "", ISSUED, None)]
    ended = house.make(task("Sở Y tế"))
    Share.objects.filter(task__plan=ended).update(agency=None)
    Plan.objects.filter(pk=ended.pk).update(ended_on=TODAY)
    assert follow_changes(TODAY).filled == 0


def test_agencies_owe_plans_as_they_are_set_up_and_heirs_instead_of_those_that_ended():
    house = House(
        task("Các sở, ngành", text="Các sở, ngành xây dựng kế hoạch thực hiện trước ngày 15/3/2022")
    )
    assert not SubPlan.objects.filter(plan=house.plan).exists()
    health = house.agency("health.province", name="Sở Y tế")
    follow_changes(TODAY)
    owed = SubPlan.objects.get(plan=house.plan)
    assert (owed.agency, owed.due) == (health, date(2022, 3, 14))
    heir = house.agency("health.province", date(2026, 1, 1), name="Sở Y tế mới")
    house.follow(health, heir, date(2026, 1, 1))
    assert follow_changes(TODAY).owed == 1
    assert SubPlan.objects.get(plan=house.plan, agency=health).excused_why
    assert not SubPlan.objects.get(plan=house.plan, agency=heir).excused_why
    assert follow_changes(TODAY).owed == 0


# Anything may happen to agencies on any day, told in any order, and the round may run at any time.
KINDS = ["labour.province", "police.province", "health.province", "interior.province", "people.commune"]
NUMBERS = st.integers(0, 7)
WHEN = st.dates(date(2021, 6, 1), TODAY)
EVENTS = st.lists(
    st.one_of(
        st.tuples(st.just("set up"), st.sampled_from(KINDS), st.none() | WHEN),
        st.tuples(st.just("merge"), NUMBERS, NUMBERS, WHEN),
        st.tuples(st.just("rename"), NUMBERS, WHEN),
        st.tuples(st.just("dissolve"), NUMBERS, WHEN),
        st.tuples(st.just("move duty"), NUMBERS, NUMBERS, st.sampled_from(["recovery", "crime"]), WHEN),
        st.tuples(st.just("merge province"), WHEN),
        st.tuples(st.just("assign"), NUMBERS, NUMBERS),
        st.tuples(st.just("round"), WHEN),
    ),
    max_size=10,
)
NAMED = [
    task(LABOUR, "Công an tỉnh"),
    task("Sở Y tế", text="Phòng, chống HIV/AIDS", coordinating=["UBND các huyện", "các sở, ngành"]),
    task(LABOUR, text="Cai nghiện ma túy và phòng, chống mại dâm"),
    task("UBND các xã", "tổ chức xã hội nghề nghiệp", text="Tuyên truyền"),
]


class Random(House):
    """The house with events told by number: whatever the numbers name, something is done or nothing is."""

    def agencies(self) -> list[Agency]:
        return list(Agency.objects.exclude(pk=self.office.pk).order_by("pk"))

    def tell(self, event: tuple) -> None:
        what, *given = event
        with scope.acting(org.INSTALL):
            getattr(self, "_" + what.replace(" ", "_"))(*given)

    def _at(self, number: int) -> Agency | None:
        known = self.agencies()
        return known[number % len(known)] if known else None

    def _going(self, number: int, day: date) -> Agency | None:
        """An agency that has no end yet and has begun."""
        found = self._at(number)
        begun = found is not None and (found.valid_from is None or found.valid_from < day)
        return found if begun and found.valid_to is None else None

    def _set_up(self, kind: str, since: date | None) -> None:
        self.agency(kind, since)

    def _merge(self, one: int, other: int, day: date) -> None:
        old, new = self._going(one, day), self._going(other, day)
        if old and new and old != new:
            self.follow(old, new, day)

    def _rename(self, number: int, day: date) -> None:
        if old := self._going(number, day):
            self.follow(old, self.agency(old.kind, day, old.unit, f"{old.name} mới"), day)

    def _dissolve(self, number: int, day: date) -> None:
        if old := self._going(number, day):
            Agency.objects.filter(pk=old.pk).update(valid_to=day - DAY)

    def _move_duty(self, one: int, other: int, duty: str, day: date) -> None:
        old, new = self._at(one), self._at(other)
        known = old and AgencySuccession.objects.filter(old=old, new=new, duty=duty, day=day).exists()
        if old and new and old != new and not known:
            self.follow(old, new, day, duty)

    def _merge_province(self, day: date) -> None:
        if self.unit.valid_to is None and not Succession.objects.filter(old=self.unit).exists():
            new = org.unit("moi", level="province", kind="tỉnh", name="Tỉnh Mới")
            Unit.objects.filter(pk=self.unit.pk).update(valid_to=day - DAY)
            Succession.objects.create(old=self.unit, new=new, whole=True, day=day)
            self.agency("police.province", day, new)

    def _assign(self, number: int, which: int) -> None:
        shares = list(Share.objects.filter(until=None, task__plan=self.plan).order_by("pk"))
        share, agency = shares[which % len(shares)], self._going(number, TODAY)
        if agency is not None and share.since <= TODAY:
            hand_on(share, agency, TODAY, why="Phân công lại", basis="")

    def _round(self, day: date) -> None:
        follow_changes(day)


@contextmanager
def undone():
    """What happens inside leaves nothing behind."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)
    reach.forget()


def slots(plan: Plan) -> dict[tuple, list[Share]]:
    found: dict[tuple, list[Share]] = {}
    for share in Share.objects.filter(task__plan=plan).order_by("since"):
        found.setdefault((share.task_id, share.part, share.slot), []).append(share)
    return found


@settings(suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture])
@given(EVENTS)
def test_every_slot_keeps_one_part_and_its_whole_history_whatever_happens(events):
    with undone():
        house = Random(*NAMED)
        named = {key: shares[0].named for key, shares in slots(house.plan).items()}
        assert len(named) == 8
        kept: set[int] = set()
        for event in events:
            house.tell(event)
            rows = set(Share.objects.filter(task__plan=house.plan).values_list("pk", flat=True))
            assert kept <= rows, "a part was deleted"
            kept = rows
        follow_changes(TODAY)
        found = slots(house.plan)
        assert {key: shares[0].named for key, shares in found.items()} == named
        for key, shares in found.items():
            assert shares[0].since == ISSUED
            assert [share.until for share in shares[:-1]] == [share.since - DAY for share in shares[1:]]
            assert shares[-1].until is None
            assert {share.named for share in shares} == {named[key]}
            assert all(share.why or share.because for share in shares[1:])
            assert all(because(share) for share in shares if share.because)
            last = shares[-1]
            agency = last.agency
            if agency is None and last.kind and not last.group:
                there = Agency.objects.filter(stood(TODAY), kind=last.kind, unit=last.unit)
                assert not there.exists(), "nobody has a part that somebody is there for"
            if agency is not None:
                assert agency.valid_from is None or agency.valid_from <= TODAY
                assert agency.valid_to is None or agency.valid_to >= TODAY
        before = list(Share.objects.order_by("pk").values())
        again = follow_changes(TODAY)
        assert (again.moved, again.filled) == (0, 0)
        assert list(Share.objects.order_by("pk").values()) == before


@settings(suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture])
@given(EVENTS)
def test_parts_passed_over_as_still_would_not_have_moved(events):
    with undone():
        house = Random(*NAMED)
        for event in events:
            house.tell(event)
        registers = Registers()
        for share in Share.objects.filter(until=None):
            state = State(share.kind, share.group, share.unit_id, share.agency_id)
            if is_still(state, share.since, TODAY, registers):
                assert not list(course(state, duties_of(share.task), share.since, TODAY, registers))
