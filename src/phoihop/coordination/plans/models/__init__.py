"""Live plans: targets, tasks, who answers for them, what was done, and what stands in the way."""

from phoihop.coordination.plans.models.bindings import Binding
from phoihop.coordination.plans.models.following import (
    CheckIn,
    Nudge,
    Pace,
    SubPlan,
    TargetReport,
    TaskReport,
)
from phoihop.coordination.plans.models.forecasts import Forecast
from phoihop.coordination.plans.models.obstacles import Obstacle
from phoihop.coordination.plans.models.plans import Holder, Plan, Target
from phoihop.coordination.plans.models.steering import Committee, Conclusion, Meeting, Member
from phoihop.coordination.plans.models.tasks import Output, Share, Task

__all__ = [
    "Binding",
    "CheckIn",
    "Committee",
    "Conclusion",
    "Forecast",
    "Holder",
    "Meeting",
    "Member",
    "Nudge",
    "Obstacle",
    "Output",
    "Pace",
    "Plan",
    "Share",
    "SubPlan",
    "Target",
    "TargetReport",
    "Task",
    "TaskReport",
]
