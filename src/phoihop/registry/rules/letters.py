"""Letters between facilities, referrals and transfers: their states, days, and the sender's paper."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from phoihop.kernel.refusals import Bilingual


class State(StrEnum):
    """Where a letter stands. ``EXPIRED`` follows from the day; it is written only when another letter takes
    the place of an expired one."""

    ASKED = "asked"
    ACCEPTED = "accepted"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"


STATES: dict[State, Bilingual] = {
    State.ASKED: Bilingual("chờ trả lời", "waiting for an answer"),
    State.ACCEPTED: Bilingual("đã nhận", "accepted"),
    State.REFUSED: Bilingual("không nhận", "refused"),
    State.WITHDRAWN: Bilingual("đã rút", "withdrawn"),
    State.EXPIRED: Bilingual("quá hạn", "expired"),
}


@dataclass(frozen=True, slots=True)
class PaperField:
    """One line of the sending facility's paper, as the programme asks for it."""

    code: str
    label: Bilingual
    required: bool = True


def stands(state: str, expires_on: date, day: date) -> State:
    """The state of a letter on a day."""
    said = State(state)
    return State.EXPIRED if said is State.ASKED and day > expires_on else said


def expires(asked_on: date, days: int) -> date:
    """The last day on which an answer counts."""
    return asked_on + timedelta(days=days)


def missing(fields: tuple[PaperField, ...], paper: Mapping[str, str]) -> list[PaperField]:
    """The required lines that the paper leaves empty."""
    return [field for field in fields if field.required and not paper.get(field.code, "").strip()]
