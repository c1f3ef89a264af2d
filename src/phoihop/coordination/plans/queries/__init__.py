"""What may be asked about plans. A confirmed plan is everybody's who works here: no look is recorded."""

from phoihop.coordination.plans.queries import agencies, comparing, plans, tables, targets, tasks

__all__ = ["agencies", "comparing", "plans", "tables", "targets", "tasks"]
