"""Obstacles (vướng mắc): raised by anybody who works, answered within a time, else taken to the committee."""

from typing import Any, ClassVar
from uuid import uuid4

import pghistory
from django.db import models
from django.db.models import Q

from phoihop.base.org.models import Account, Agency, Unit
from phoihop.base.org.rules.permissions import Place
from phoihop.base.security.columns import internal
from phoihop.coordination.plans.models.steering import Committee, Conclusion
from phoihop.coordination.plans.models.tasks import Task
from phoihop.coordination.plans.rules.states import ObstacleState

_STATES = [(state.value, state.value) for state in ObstacleState]


@pghistory.track()
class Obstacle(models.Model):
    """``duty`` says what it is about, and so which agency (``routed``) has to answer by ``due``. ``trial``:
    of the demonstration, to be labelled wherever it is shown."""

    uid = internal(models.UUIDField(default=uuid4, unique=True, editable=False))
    agency = internal(models.ForeignKey(Agency, models.PROTECT, related_name="obstacles"))
    account = internal(models.ForeignKey(Account, models.PROTECT, related_name="+"))
    unit = internal(models.ForeignKey(Unit, models.PROTECT, null=True, related_name="+"))
    task = internal(models.ForeignKey(Task, models.PROTECT, null=True, related_name="obstacles"))
    duty = internal(models.CharField(max_length=40))
    text = internal(models.TextField())
    proposes = internal(models.TextField(blank=True))
    routed = internal(models.ForeignKey(Agency, models.PROTECT, null=True, related_name="asked"))
    raised_at = internal(models.DateTimeField(auto_now_add=True))
    due = internal(models.DateField())
    state = internal(models.CharField(max_length=9, choices=_STATES, default=ObstacleState.OPEN.value))
    answer = internal(models.TextField(blank=True))
    answered_by = internal(models.ForeignKey(Account, models.PROTECT, null=True, related_name="+"))
    answered_at = internal(models.DateTimeField(null=True))
    committee = internal(models.ForeignKey(Committee, models.PROTECT, null=True, related_name="obstacles"))
    escalated_at = internal(models.DateTimeField(null=True))
    decided = internal(models.ForeignKey(Conclusion, models.PROTECT, null=True, related_name="obstacles"))
    closed_at = internal(models.DateTimeField(null=True))
    trial = internal(models.BooleanField(default=False))

    class Meta:
        indexes: ClassVar[list[Any]] = [models.Index(fields=["state", "due"], name="obstacle_due")]
        constraints: ClassVar[list[Any]] = [
            models.CheckConstraint(condition=Q(state__in=list(ObstacleState)), name="obstacle_state_known"),
            models.CheckConstraint(
                condition=~Q(state=ObstacleState.ESCALATED.value) | Q(escalated_at__isnull=False),
                name="obstacle_escalated_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.pk}"

    def place(self) -> Place:
        return Place(account=self.account_id, agency=self.agency_id, unit=self.unit_id)
