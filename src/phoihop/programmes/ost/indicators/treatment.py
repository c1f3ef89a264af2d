"""Who is in treatment on a day, on which order, and when they were last seen.

A treatment runs from its first to its last day, both included, whoever stayed away meanwhile: nothing ends by
itself. A person is in treatment at one facility at a time, the one whose client they are, wherever they take
their doses. Somebody is *away* who for more than 30 days had neither a dose nor a bottle nor a supply in
hospital; the 30 days are a choice of ours (rules: quality.gone_after).
"""

from phoihop.engines.indicators.facts import PERSON as WHO
from phoihop.engines.indicators.parts import (
    aged,
    before,
    every,
    from_on,
    holds,
    known,
    later,
    number,
    open_or,
    up_to,
)
from phoihop.engines.indicators.rows import Facts, Joined, Keys, Latest, Rows, Where, With
from phoihop.engines.indicators.values import (
    Choose,
    Column,
    Compare,
    DaysAfter,
    Edge,
    Literal,
    Missing,
    Sign,
    Value,
    within,
)
from phoihop.programmes.ost.indicators.tables import COVER, DOSE, ORDER, SPELL

GONE_AFTER = 30  # days
TREATMENT = (WHO, "began")  # what tells one treatment from another


def treated(at: Value = Edge.LAST) -> Latest:
    """One row for each person in treatment on a day."""
    running = every(up_to("began", at), open_or("ended", from_on("ended", at)))
    return Latest(Where(Facts(SPELL), running), (WHO,), ("began",))


def orders(at: Value = Edge.LAST) -> Latest:
    """The order of each person that counts on a day: of those that cover it the one signed last."""
    return Latest(
        Where(Facts(ORDER), every(up_to("start", at), from_on("end", at))), (WHO,), ("signed", "start")
    )


def on_order() -> Rows:
    """Who is in treatment on the window's last day, with the ``drug``, ``phase`` and ``daily`` mg of their
    order; "none" where nothing is ordered for the day."""
    brought = (("ordered", "drug"), ("stage", "phase"), ("daily", "daily"))
    rows = Joined(treated(), orders(), (WHO,), brought)
    named = With(rows, "drug", _or_none("ordered"))
    return aged(With(named, "phase", _or_none("stage")))


def _or_none(column: str) -> Value:
    return Choose(((Missing(Column(column)), Literal("none")),), Column(column))


def observed(first: Value, last: Value) -> Rows:
    """Doses that were taken before the eyes of staff within some days."""
    return Where(Facts(DOSE), every(within(Column("day"), first, last), holds("bottle", value=False)))


def covered(first: Value, last: Value) -> Rows:
    """Days within some for which somebody held a bottle or was supplied in hospital, and took it as far as
    anybody knows."""
    return Where(Facts(COVER), every(within(Column("day"), first, last), holds("gone", value=False)))


def last_seen(rows: Rows, per: Keys, first: Value, last: Value = Edge.LAST) -> Rows:
    """Rows with the last day, of some days, on which there was a dose or cover of that person, or of that
    treatment of theirs: ``seen``."""
    dosed = Latest(observed(first, last), per, ("day",))
    held = Latest(covered(first, last), per, ("day",))
    with_dose = Joined(rows, dosed, per, (("dosed_on", "day"),))
    with_cover = Joined(with_dose, held, per, (("held_on", "day"),))
    return With(with_cover, "seen", later("dosed_on", "held_on"))


# Who is in treatment on the window's last day and was seen within the last 30 days, at whatever facility.
ATTENDING = Where(last_seen(aged(treated()), (WHO,), before(GONE_AFTER)), known("seen"))


def left() -> Rows:
    """Treatments that were left in the window, each with the day ``gone`` and the ``reason``: they ended, or
    the person has been away since the window's last day and became so within it.

    Who was away before the end was written down left when they became so, and is not counted again then. Who
    is back on the window's last day did not leave.
    """
    open_then = every(up_to("began"), open_or("ended", from_on("ended")))
    running = Where(Facts(SPELL), open_then)
    seen = last_seen(running, TREATMENT, before(GONE_AFTER, before(1, Edge.FIRST)))
    # Who was not seen at all has been away since the beginning.
    since = Choose(((known("seen"), Column("seen")),), Column("began"))
    lost = With(seen, "lost", DaysAfter(since, number(GONE_AFTER + 1)))
    first_lost = open_or("ended", Compare(Column("lost"), Sign.AT_MOST, Column("ended")))
    gone = With(lost, "gone", Choose(((first_lost, Column("lost")),), Column("ended")))
    reason = With(gone, "reason", Choose(((first_lost, Literal("away")),), Column("how")))
    return aged(Where(reason, within(Column("gone"))))
