"""Tasks, and who answers for them from when until when."""

from typing import Any, ClassVar
from uuid import uuid4

import pghistory
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.db import models
from django.db.models import F, Q, Value

from phoihop.base.org.models import Agency, Position, Unit
from phoihop.base.org.models.positions import Days
from phoihop.base.org.rules.permissions import Place
from phoihop.base.security.columns import internal, public
from phoihop.coordination.documents.models import Item
from phoihop.coordination.plans.models.plans import Plan, Target
from phoihop.coordination.plans.models.steering import Conclusion
from phoihop.coordination.plans.rules.states import Part, TaskState

_STATES = [(state.value, state.value) for state in TaskState]
_PARTS = [(part.value, part.value) for part in Part]


@pghistory.track()
class Task(models.Model):
    """Work given to somebody: by a plan's sentence (``item``) or by the conclusion of a meeting.

    ``standing``: without an end, checked in on every ``every`` months. ``duty``: the code of what it is
    about, by which a hand-over finds it; blank where no duty moves. ``decided_in``: the position in which
    somebody closed it.
    """

    uid = internal(models.UUIDField(default=uuid4, unique=True, editable=False))
    plan = internal(models.ForeignKey(Plan, models.PROTECT, null=True, related_name="tasks"))
    item = internal(models.OneToOneField(Item, models.PROTECT, null=True, related_name="task"))
    conclusion = internal(models.OneToOneField(Conclusion, models.PROTECT, null=True, related_name="task"))
    order = internal(models.PositiveIntegerField())
    section = public(models.TextField(blank=True))
    text = public(models.TextField())
    duty = internal(models.CharField(max_length=40, blank=True))
    explicit = internal(models.BooleanField(default=True))
    standing = internal(models.BooleanField(default=False))
    every = internal(models.PositiveSmallIntegerField(default=3))
    period = public(models.CharField(max_length=120, blank=True))
    starts = public(models.DateField(null=True))
    due = public(models.DateField(null=True))
    where = public(models.TextField(blank=True))
    outputs = internal(models.ManyToManyField(Target, through="Output", related_name="tasks"))
    state = internal(models.CharField(max_length=8, choices=_STATES, default=TaskState.OPEN.value))
    ended_on = internal(models.DateField(null=True))
    ended_why = internal(models.TextField(blank=True))
    decided_in = internal(models.ForeignKey(Position, models.PROTECT, null=True, related_name="+"))

    class Meta:
        indexes: ClassVar[list[Any]] = [models.Index(fields=["state", "due"], name="task_due")]
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(fields=["plan", "order"], name="task_order"),
            models.CheckConstraint(condition=Q(state__in=list(TaskState)), name="task_state_known"),
            models.CheckConstraint(
                condition=Q(plan__isnull=False, item__isnull=False, conclusion__isnull=True)
                | Q(item__isnull=True, conclusion__isnull=False),
                name="task_of_a_plan_or_a_meeting",
            ),
            models.CheckConstraint(
                condition=Q(state=TaskState.OPEN.value) | Q(ended_on__isnull=False),
                name="task_ended_on_a_day",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.pk}"


class Output(models.Model):
    """A counted output that a task is to bring: "15 buổi", "20.000 tờ rơi"."""

    task = internal(models.ForeignKey(Task, models.CASCADE, related_name="+"))
    target = internal(models.ForeignKey(Target, models.CASCADE, related_name="+"))

    class Meta:
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(fields=["task", "target"], name="output_once")
        ]

    def __str__(self) -> str:
        return f"{self.task_id} → {self.target_id}"


@pghistory.track()
class Share(models.Model):
    """One agency's part in a task between two days. ``slot`` counts those whom the document names for that
    part: at every moment each slot of an open task has one share, whose agency answers.

    ``named`` is what the document says. ``kind``: the code of the kind of agency meant. ``group``: every
    agency of the kind in the unit ("Ủy ban nhân dân các xã"). ``agency`` null, and no group: nobody is
    known to answer; ``gone`` is then the agency that ended without an heir, if that is how it came.

    What moved the share here: ``because``, in the program's own words (rules.whys), or ``why``, in those of
    the person who decided it in the position ``decided_in``; ``basis``: by which paper. ``certain`` false:
    that was not checked against the source.
    """

    task = internal(models.ForeignKey(Task, models.PROTECT, related_name="shares"))
    part = internal(models.CharField(max_length=4, choices=_PARTS))
    slot = internal(models.PositiveSmallIntegerField())
    named = public(models.TextField())
    kind = internal(models.CharField(max_length=40, blank=True))
    group = internal(models.BooleanField(default=False))
    unit = internal(models.ForeignKey(Unit, models.PROTECT, null=True, related_name="+"))
    agency = internal(models.ForeignKey(Agency, models.PROTECT, null=True, related_name="shares"))
    gone = internal(models.ForeignKey(Agency, models.PROTECT, null=True, related_name="+"))
    since = internal(models.DateField())
    until = internal(models.DateField(null=True))
    because = internal(models.JSONField(default=list, blank=True))
    why = internal(models.TextField(blank=True))
    decided_in = internal(models.ForeignKey(Position, models.PROTECT, null=True, related_name="+"))
    basis = internal(models.TextField(blank=True))
    certain = internal(models.BooleanField(default=True))

    class Meta:
        indexes: ClassVar[list[Any]] = [
            models.Index(fields=["agency", "part"], name="share_agency"),
            models.Index(fields=["kind", "unit"], condition=Q(group=True), name="share_group"),
        ]
        constraints: ClassVar[list[Any]] = [
            models.CheckConstraint(
                condition=Q(until__isnull=True) | Q(until__gte=F("since")), name="share_ends_after"
            ),
            models.CheckConstraint(
                condition=Q(group=False) | Q(agency__isnull=True, unit__isnull=False),
                name="share_group_or_one",
            ),
            ExclusionConstraint(
                name="share_one_at_a_time",
                expressions=[
                    ("task", RangeOperators.EQUAL),
                    ("part", RangeOperators.EQUAL),
                    ("slot", RangeOperators.EQUAL),
                    (Days("since", "until", Value("[]")), RangeOperators.OVERLAPS),
                ],
            ),
        ]

    def __str__(self) -> str:
        return f"{self.pk}"

    def place(self) -> Place:
        return Place(agency=self.agency_id, unit=self.unit_id)
