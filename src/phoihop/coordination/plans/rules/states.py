"""The states that things of a plan go through."""

from enum import StrEnum


class Part(StrEnum):
    """How an agency takes part in a task."""

    LEAD = "lead"
    JOIN = "join"


class TaskState(StrEnum):
    """A standing task is never done; it is checked in on."""

    OPEN = "open"
    DONE = "done"
    DROPPED = "dropped"


class Said(StrEnum):
    """What an agency says of a task in a report."""

    GOING = "going"
    DONE = "done"
    HINDERED = "hindered"


class ObstacleState(StrEnum):
    """An obstacle from being raised to being closed by whoever raised it."""

    OPEN = "open"
    ANSWERED = "answered"
    ESCALATED = "escalated"
    CLOSED = "closed"
