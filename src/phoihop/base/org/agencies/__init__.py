"""Kinds of agencies with their many spellings, and who answers for which duty, through time.

Plain Python over ``data/kinds.toml`` and ``data/duties.toml``. The document reader takes its names of
agencies from the same table, so that both always know the same ones.
"""

from phoihop.base.org.agencies.duties import Answer, Step, Who, answers, history, who
from phoihop.base.org.agencies.model import Assignment, Duty, Kind, KindSuccession, Tier
from phoihop.base.org.agencies.naming import Named, named
from phoihop.base.org.agencies.register import (
    Spellings,
    assignments,
    duties,
    duty,
    kind,
    kind_successions,
    kinds,
    spellings,
)

__all__ = [
    "Answer",
    "Assignment",
    "Duty",
    "Kind",
    "KindSuccession",
    "Named",
    "Spellings",
    "Step",
    "Tier",
    "Who",
    "answers",
    "assignments",
    "duties",
    "duty",
    "history",
    "kind",
    "kind_successions",
    "kinds",
    "named",
    "spellings",
    "who",
]
