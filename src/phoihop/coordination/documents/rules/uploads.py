"""Where a file is on its way, and where it may go from there."""

from enum import StrEnum


class State(StrEnum):
    """The last three are final."""

    WAITING = "waiting"
    READING = "reading"
    READ = "read"
    REFUSED = "refused"
    CANCELLED = "cancelled"


MOVES = {
    State.WAITING: {State.READING, State.CANCELLED, State.REFUSED},
    State.READING: {State.WAITING, State.READ, State.REFUSED, State.CANCELLED},
    State.READ: set(),
    State.REFUSED: set(),
    State.CANCELLED: set(),
}
ENDED = frozenset(state for state, further in MOVES.items() if not further)
ATTEMPTS = 3  # a file that takes its reader with it each time is not read for ever
SILENT = 120.0  # seconds without a word from its job after which a reading is begun again


def may_move(old: State, new: State) -> bool:
    """Whether a file may go from one state to another."""
    return new in MOVES[old]
