"""Who is in treatment on a day, by the medicine in hand, and how they came and went in a window.

A person is in treatment while the medicine of the last pickup lasts, and some days more: 28 by PEPFAR's
rule, 90 by the older one. Whoever died is not, nor whom the facility of that pickup let go since. A person
is in treatment at one facility, that of the last pickup, however many have a file of them.

From one window to the next, at every facility and so in every unit:

    in treatment = before + new + returned + arrived - left

It holds where no first start of a person lies after a pickup of theirs before the window, and each has a
row in PERSON. Without the arrived, which MER does not count, it holds only where nobody is handed from one
facility to another; added up over a unit, whoever moves inside it both left and arrived there.
"""

from phoihop.engines.indicators.facts import PERSON as WHO
from phoihop.engines.indicators.parts import (
    EVE,
    aged,
    first_of,
    known,
    number,
    says,
    up_to,
)
from phoihop.engines.indicators.rows import Among, Facts, Joined, Latest, Rows, Where, With
from phoihop.engines.indicators.values import (
    AllOf,
    AnyOf,
    Choose,
    Column,
    Compare,
    DaysAfter,
    Edge,
    Literal,
    Missing,
    MonthsAfter,
    Sign,
    Value,
    within,
)
from phoihop.programmes.hiv.facts import DEATH, END, PICKUP, START
from phoihop.programmes.hiv.indicators.parts import PEOPLE

GRACE = 28  # days late and still in treatment: MER since fiscal year 2020
LONG_GRACE = 90  # before, and in the ministry's older rule
_PLACED = (WHO, "facility")


def pickups(at: Value) -> Latest:
    """Of each person the last pickup up to a day, with the day ``out`` on which its medicine is used up and
    the next one is due. Of two on one day the one that lasts longer."""
    due = DaysAfter(Column("day"), Column("days"))
    return Latest(With(Where(Facts(PICKUP), up_to("day", at)), "out", due), (WHO,), ("day", "days"))


def treated(at: Value = Edge.LAST, grace: int = GRACE) -> Latest:
    """One row for each person in treatment on a day: the last pickup. See the head of this module."""
    due = DaysAfter(Column("out"), number(grace))
    supplied = Where(pickups(at), Compare(due, Sign.AT_LEAST, at))
    ends = Latest(Where(Facts(END), up_to("day", at)), _PLACED, ("day",))
    since = AnyOf((Missing(Column("end")), Compare(Column("end"), Sign.LESS, Column("day"))))
    kept = Where(Joined(supplied, ends, _PLACED, (("end", "day"),)), since)
    dead = Where(Facts(DEATH), up_to("day", at))
    return Latest(Among(kept, dead, (WHO,), present=False), (WHO,), ("day",))


# Whose treatment began for the first time in life within the window, and where. Of two starts of one day
# one is taken, a transfer before a new one.
NEW = Where(first_of(Facts(START), "day", "kind"), AllOf((says("kind", "new"), within(Column("day")))))
# The first day of treatment in life, as far as anybody knows it.
BEGUN = first_of(Facts(START), "since")


def _elsewhere(column: str, place: str) -> Value:
    """Whether a place is another one, or none."""
    return AnyOf((Missing(Column(column)), Compare(Column(column), Sign.UNEQUAL, Column(place))))


def _movements(grace: int) -> Rows:
    """One row for each person with HIV: where they were treated on the eve of the window (``was_at``) and
    are on its last day (``is_at``), and where they began for the first time in it (``new_at``)."""
    everybody = aged(PEOPLE)
    was = Joined(everybody, treated(EVE, grace), (WHO,), (("was_at", "facility"),))
    now = Joined(was, treated(Edge.LAST, grace), (WHO,), (("is_at", "facility"),))
    return Joined(now, Latest(NEW, (WHO,), ("day",)), (WHO,), (("new_at", "facility"),))


def left(grace: int = GRACE) -> Rows:
    """Who was in treatment on the eve or began in the window, and is no longer treated there on its last day:
    one row for each, with the ``reason``."""
    place = Choose(((known("was_at"), Column("was_at")),), Column("new_at"))
    placed = With(_movements(grace), "facility", place)
    gone = Where(placed, AllOf((known("facility"), _elsewhere("is_at", "facility"))))
    last = (("held_at", "facility"), ("held_on", "day"), ("out", "out"))
    held = Joined(gone, pickups(Edge.LAST), (WHO,), last)
    ends = Latest(Where(Facts(END), up_to("day")), _PLACED, ("day",))
    ended = Joined(held, ends, _PLACED, (("end", "day"), ("how", "how")))
    dead = Latest(Where(Facts(DEATH), up_to("day")), (WHO,), ("day",))
    begun = Joined(Joined(ended, dead, (WHO,), (("died", "day"),)), BEGUN, (WHO,), (("begun", "since"),))
    counts = AnyOf((Missing(Column("held_on")), Compare(Column("end"), Sign.AT_LEAST, Column("held_on"))))
    reason = Choose(
        (
            (known("died"), Literal("died")),
            (Compare(Column("held_at"), Sign.UNEQUAL, Column("facility")), Literal("transferred")),
            (AllOf((says("how", "transferred"), counts)), Literal("transferred")),
            (AllOf((says("how", "stopped"), counts)), Literal("stopped")),
            (_sooner(3), Literal("interrupted_0_2")),
            (_sooner(6), Literal("interrupted_3_5")),
            (AllOf((known("begun"), known("out"))), Literal("interrupted_6")),
        ),
        Literal("interrupted"),
    )
    return With(begun, "reason", reason)


def _sooner(months: int) -> Value:
    """Whether the medicine was used up within so many months of treatment."""
    return Compare(Column("out"), Sign.LESS, MonthsAfter(Column("begun"), months))


def joined(grace: int = GRACE) -> Rows:
    """Who is in treatment on the last day and was not there on the eve: one row for each, with ``how``:
    "new", "returned" after an interruption or a stop, "arrived" from another facility; and where they
    returned, for how long they had been ``away``."""
    moved = Where(_movements(grace), AllOf((known("is_at"), _elsewhere("was_at", "is_at"))))
    last = (("held_at", "facility"), ("held_on", "day"), ("out", "out"))
    held = Joined(moved, pickups(EVE), (WHO,), last)
    # Whether the facility of the last pickup before the window handed them on.
    handing = Where(Facts(END), AllOf((up_to("day", EVE), says("how", "transferred"))))
    handed = Latest(With(handing, "held_at", Column("facility")), (WHO, "held_at"), ("day",))
    sent = Joined(held, handed, (WHO, "held_at"), (("handed_on", "day"),))
    again = first_of(Where(Facts(PICKUP), within(Column("day"))), "day")
    back = Joined(sent, again, (WHO,), (("back", "day"),))
    stayed = AnyOf((Missing(Column("handed_on")), Compare(Column("handed_on"), Sign.LESS, Column("held_on"))))
    returned = AllOf((Missing(Column("was_at")), Missing(Column("new_at")), known("held_on"), stayed))
    how = Choose(
        (
            (Compare(Column("new_at"), Sign.EQUAL, Column("is_at")), Literal("new")),
            (returned, Literal("returned")),
        ),
        Literal("arrived"),
    )
    away = Choose(((_back_within(3), Literal("0-2")), (_back_within(6), Literal("3-5"))), Literal("6+"))
    placed = With(back, "facility", Column("is_at"))
    return With(With(placed, "how", how), "away", away)


def _back_within(months: int) -> Value:
    """Whether medicine was fetched again within so many months after the last one was used up."""
    return Compare(Column("back"), Sign.LESS, MonthsAfter(Column("out"), months))
