"""What was done: progress of targets and tasks, check-ins, sub-plans, and whom the program reminded."""

from typing import Any, ClassVar
from uuid import uuid4

import pghistory
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from phoihop.base.org.models import Account, Agency, Position
from phoihop.base.org.rules.permissions import Place
from phoihop.base.security.columns import internal
from phoihop.coordination.documents.models import Document
from phoihop.coordination.plans.models.plans import Plan, Target
from phoihop.coordination.plans.models.tasks import Task
from phoihop.coordination.plans.rules.states import Said

_SAID = [(said.value, said.value) for said in Said]


class TargetReport(models.Model):
    """A target's number on a day, entered by hand. A mistake is taken back (``withdrawn_at``), not changed.

    ``trial``: of the demonstration, to be labelled wherever it is shown.
    """

    uid = internal(models.UUIDField(default=uuid4, unique=True, editable=False))
    target = internal(models.ForeignKey(Target, models.PROTECT, related_name="reports"))
    day = internal(models.DateField())
    value = internal(models.DecimalField(max_digits=20, decimal_places=6))
    source = internal(models.TextField())
    note = internal(models.TextField(blank=True))
    agency = internal(models.ForeignKey(Agency, models.PROTECT, related_name="+"))
    account = internal(models.ForeignKey(Account, models.PROTECT, related_name="+"))
    at = internal(models.DateTimeField(auto_now_add=True))
    trial = internal(models.BooleanField(default=False))
    withdrawn_at = internal(models.DateTimeField(null=True))
    withdrawn_by = internal(models.ForeignKey(Account, models.PROTECT, null=True, related_name="+"))

    class Meta:
        indexes: ClassVar[list[Any]] = [models.Index(fields=["target", "-day"], name="target_report_day")]

    def __str__(self) -> str:
        return f"{self.pk}"

    def place(self) -> Place:
        return Place(account=self.account_id, agency=self.agency_id)


class TaskReport(models.Model):
    """What an agency says of a task: where it stands, what was counted, what shows it (``files``: ids of
    stored files). Taken back like a target's."""

    uid = internal(models.UUIDField(default=uuid4, unique=True, editable=False))
    task = internal(models.ForeignKey(Task, models.PROTECT, related_name="reports"))
    agency = internal(models.ForeignKey(Agency, models.PROTECT, related_name="+"))
    account = internal(models.ForeignKey(Account, models.PROTECT, related_name="+"))
    day = internal(models.DateField())
    said = internal(models.CharField(max_length=8, choices=_SAID))
    note = internal(models.TextField(blank=True))
    output = internal(models.ForeignKey(Target, models.PROTECT, null=True, related_name="counted"))
    count = internal(models.DecimalField(max_digits=20, decimal_places=6, null=True))
    files = internal(ArrayField(models.BigIntegerField(), default=list, blank=True))
    at = internal(models.DateTimeField(auto_now_add=True))
    trial = internal(models.BooleanField(default=False))
    withdrawn_at = internal(models.DateTimeField(null=True))
    withdrawn_by = internal(models.ForeignKey(Account, models.PROTECT, null=True, related_name="+"))

    class Meta:
        indexes: ClassVar[list[Any]] = [models.Index(fields=["task", "-day"], name="task_report_day")]
        constraints: ClassVar[list[Any]] = [
            models.CheckConstraint(condition=Q(said__in=list(Said)), name="task_report_said_known"),
            models.CheckConstraint(
                condition=Q(count__isnull=True) | Q(count__gte=0), name="task_report_counts_up"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.pk}"

    def place(self) -> Place:
        return Place(account=self.account_id, agency=self.agency_id)


@pghistory.track()
class CheckIn(models.Model):
    """One round of a standing duty: for the days ``first`` to ``last``, to be answered by ``due``.

    ``came_from``: the agency that was asked first, where the duty has moved since (``came_on``). Where
    several agencies became one, it has the round of each.
    """

    uid = internal(models.UUIDField(default=uuid4, unique=True, editable=False))
    task = internal(models.ForeignKey(Task, models.PROTECT, related_name="check_ins"))
    agency = internal(models.ForeignKey(Agency, models.PROTECT, related_name="check_ins"))
    first = internal(models.DateField())
    last = internal(models.DateField())
    due = internal(models.DateField())
    came_from = internal(models.ForeignKey(Agency, models.PROTECT, null=True, related_name="+"))
    came_on = internal(models.DateField(null=True))
    report = internal(models.OneToOneField(TaskReport, models.PROTECT, null=True, related_name="check_in"))

    class Meta:
        indexes: ClassVar[list[Any]] = [models.Index(fields=["due"], name="check_in_due")]
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(
                fields=["task", "agency", "first", "came_from"], nulls_distinct=False, name="check_in_once"
            ),
            models.CheckConstraint(condition=Q(first__lte=F("last")), name="check_in_days"),
        ]

    def __str__(self) -> str:
        return f"{self.pk}"

    def place(self) -> Place:
        return Place(agency=self.agency_id)


@pghistory.track()
class SubPlan(models.Model):
    """A plan that an agency owes because another plan says so; ``document`` once it is there. ``decided_in``:
    the position in which that was said, or the agency let off."""

    plan = internal(models.ForeignKey(Plan, models.PROTECT, related_name="sub_plans"))
    task = internal(models.ForeignKey(Task, models.PROTECT, null=True, related_name="+"))
    agency = internal(models.ForeignKey(Agency, models.PROTECT, related_name="sub_plans"))
    due = internal(models.DateField(null=True))
    document = internal(models.ForeignKey(Document, models.PROTECT, null=True, related_name="+"))
    excused_why = internal(models.TextField(blank=True))
    decided_in = internal(models.ForeignKey(Position, models.PROTECT, null=True, related_name="+"))

    class Meta:
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(fields=["plan", "agency"], name="sub_plan_once")
        ]

    def __str__(self) -> str:
        return f"{self.pk}"

    def place(self) -> Place:
        return Place(agency=self.agency_id)


class Nudge(models.Model):
    """That somebody was reminded of something once: ``thing`` ("plans.Task:12"), ``step`` of the ladder."""

    thing = internal(models.CharField(max_length=60))
    step = internal(models.CharField(max_length=20))
    account = internal(models.ForeignKey(Account, models.PROTECT, related_name="+"))
    at = internal(models.DateTimeField(auto_now_add=True))
    mailed_at = internal(models.DateTimeField(null=True))

    class Meta:
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(fields=["thing", "step", "account"], name="nudge_once")
        ]

    def __str__(self) -> str:
        return f"{self.thing} {self.step}"


class Pace(models.Model):
    """That somebody wants one message of reminders a week; who has no row gets one a day."""

    account = internal(models.OneToOneField(Account, models.PROTECT, related_name="+"))
    since = internal(models.DateTimeField(auto_now_add=True))

    def __str__(self) -> str:
        return f"{self.account_id}"

    def place(self) -> Place:
        return Place(account=self.account_id)
