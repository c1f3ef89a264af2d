"""Agencies end, communes merge, duties move, parts are given to others: whatever is due still has somebody
who may answer for it and is told, and nothing of its past is gone."""

from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from phoihop.base.org import reach
from phoihop.base.org.models import Account, Agency
from phoihop.base.org.tests import making
from phoihop.base.security import scope
from phoihop.coordination.plans.actions import handing, obstacles, reporting, urging
from phoihop.coordination.plans.models import CheckIn, Obstacle, Share, Task, TaskReport
from phoihop.coordination.plans.rules.lateness import Rung, reached
from phoihop.coordination.plans.rules.states import Part, Said
from phoihop.coordination.plans.taking_part import Agencies, parts
from phoihop.coordination.plans.tests import filled
from phoihop.coordination.plans.tests.province import DAY, INSTALL, JOB, Province, today
from phoihop.coordination.plans.things import due_things
from phoihop.kernel import working_days


class Changes:
    """A province in which things go on changing."""

    def __init__(self, here: Province) -> None:
        self.here, self.merged = here, False
        self.day = working_days.at_or_after(today())
        here.committee()
        self.tasks = [
            here.task(here.police, due=self.day),
            here.task(here.police, here.health, due=self.day - 12 * DAY),
            here.task(here.health, standing=True, due=None),
            here.for_group(due=self.day - 4 * DAY),
            here.for_group(standing=True, due=None),
            here.task(None, due=self.day),
        ]
        self.live = {"police": here.police, "health": here.health}
        self.round()
        self.obstacle = obstacles.raise_obstacle(
            by=here.officer(here.people[0]), agency=here.people[0], duty_code="recovery",
            text="Thiếu kinh phí cho đợt hai.",
        )  # fmt: skip

    def renew(self, which: str) -> None:
        """An agency is followed by a new one, with people of its own."""
        old = self.live[which]
        with scope.acting(INSTALL):
            old.refresh_from_db()
            new = making.agency(f"{old.name} mới", old.kind, self.here.unit)
            account = making.account(f"Lò Văn {new.pk}")
            making.position(account, "agency-officer", new)
        self.here.follow(old, new)
        self.live[which] = new

    def give(self, which: str) -> None:
        """A part is given to another agency by hand."""
        other = self.live["health" if which == "police" else "police"]
        with scope.acting(INSTALL):
            theirs = Share.objects.filter(agency=self.live[which], until=None).order_by("pk")
            taken = Share.objects.filter(agency=other, until=None).values("task")
            share = theirs.exclude(task__in=taken).last()
            if share is not None:
                share.until = today() - DAY
                share.save()
                new = filled.share(share.task, other, part=Part(share.part), slot=share.slot, since=today())
                self.here.placed(new, today())

    def merge(self, which: str) -> None:
        if not self.merged:
            self.merged = True
            _, agency = self.here.merge_communes()
            with scope.acting(INSTALL):
                making.position(making.account("Vàng Thị Mới"), "agency-officer", agency)

    def say(self, which: str) -> None:
        """Whoever holds the first task says that it is done."""
        with scope.acting(JOB):
            share = Share.objects.filter(task=self.tasks[0], until=None).select_related("agency").get()
            agency = Agency.objects.get(pk=Agencies(today()).today(share.agency_id or 0))
            account = Account.objects.get(
                person__positions__agency=agency, person__positions__role="agency-officer"
            )
        viewer = making.viewer(account)
        reporting.report_task(by=viewer, agency=agency, task=self.tasks[0], day=today(), said=Said.DONE)

    def round(self, which: str = "") -> None:
        """What happens by itself every day."""
        with scope.acting(JOB):
            handing.follow_changes(self.day)
            urging.tend_check_ins(self.day)
            obstacles.follow_agencies(self.day)

    def check(self) -> None:
        """Everything due is told to somebody; open rounds and obstacles are with who answers today."""
        with scope.acting(JOB):
            agencies = Agencies(self.day)
            things = list(due_things(agencies))
            people = urging.people_of(things, agencies)
            for thing in things:
                for rung in Rung:
                    if reached(thing.due, self.day, rung, thing.ladder) is not None:
                        assert people.to_tell(thing, rung), thing
            labels = {thing.label for thing in things}
            for task in self.tasks:
                row = Task.objects.get(pk=task.pk)
                if row.state == "open" and row.due is not None:
                    assert f"plans.Task:{row.pk}" in labels
            # Every open round is of an agency whose people, or whose heir's people, can answer it.
            for check_in in CheckIn.objects.filter(report=None):
                heir = Agency.objects.get(pk=agencies.today(check_in.agency_id))
                assert heir.valid_to is None
                leads = [
                    t for t in parts([check_in.task_id], agencies)[check_in.task_id] if t.part is Part.LEAD
                ]
                assert heir.pk in {t.agency for t in leads if t.counts_on(self.day)}
            asked = Obstacle.objects.get(pk=self.obstacle.pk)
            assert asked.routed_id is not None
            assert agencies.today(asked.routed_id) == asked.routed_id
            for part in {(s.task_id, s.part, s.slot) for s in Share.objects.all()}:
                days = Share.objects.filter(task=part[0], part=part[1], slot=part[2]).order_by("since")
                assert [share.until is None for share in days].count(True) == 1


@settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    steps=st.lists(
        st.tuples(
            st.sampled_from(["renew", "give", "merge", "say", "round"]), st.sampled_from(["police", "health"])
        ),
        min_size=1,
        max_size=6,
    )
)
def test_nothing_due_is_dropped_whatever_changes(db, steps):
    with transaction.atomic():
        changes = Changes(Province())
        with scope.acting(JOB):
            kept = CheckIn.objects.count(), TaskReport.objects.count()
        for what, which in steps:
            getattr(changes, what)(which)
        changes.round()
        changes.check()
        with scope.acting(JOB):
            assert CheckIn.objects.count() >= kept[0]
            assert TaskReport.objects.count() >= kept[1]
        transaction.set_rollback(True)
    reach.forget()
