"""What became of take-home bottles: one that came back full was not taken, and its day is free again.

Only a bottle that is known once, of which one thing is said, and that came back sealed with all that was put
into it, is set aside. Whatever is said twice, of nothing known, or unlike the bottle, sets nothing aside and
is for a person to look at. The order in which records arrive makes no difference.
"""

import base64
import hashlib
from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date

from phoihop.programmes.ost.rules.events import CameBack
from phoihop.programmes.ost.rules.incidents import Incident, Kind
from phoihop.programmes.ost.rules.judging_doses import Fact, Taking, merged

Bottle = tuple[str, date]  # key of the hand-out and day of the label


@dataclass(frozen=True, slots=True)
class Claim:
    """One thing said of a bottle, whoever told of it and how often: ``identity`` as of any record, and the
    digests of all that tell it."""

    identity: str
    told: CameBack
    fact: Fact
    sources: tuple[str, ...]

    @property
    def bottle(self) -> Bottle:
        return self.told.bottle, self.told.label


@dataclass(frozen=True, slots=True)
class Returned:
    """``aside``: names of bottles that came back full, which nobody took. ``moved``: for each bottle of which
    something is said the one claim that moves medicine."""

    aside: frozenset[str]
    moved: tuple[Claim, ...]
    incidents: tuple[Incident, ...]


def claims(facts: Iterable[Fact]) -> dict[Bottle, list[Claim]]:
    """What is said of bottles, by bottle; a slip that repeats a record says nothing more."""
    found: dict[Bottle, list[Claim]] = defaultdict(list)
    for identity, fact, slips in merged(fact for fact in facts if isinstance(fact.told, CameBack)):
        assert isinstance(fact.told, CameBack)
        sources = (fact.event.digest, *(slip.event.digest for slip in slips))
        claim = Claim(identity, fact.told, fact, sources)
        found[claim.bottle].append(claim)
    return found


def returned(doses: Iterable[Taking], facts: Iterable[Fact]) -> Returned:
    """What claims make of bottles. All facts under the keys of these bottles must be there."""
    said = claims(facts)
    known: dict[Bottle, list[Taking]] = defaultdict(list)
    for dose in doses:
        if dose.bottle and (dose.key, dose.day) in said:
            known[dose.key, dose.day].append(dose)
    aside: set[str] = set()
    incidents: list[Incident] = []
    for bottle, those in said.items():
        there = known[bottle]
        if len(there) == len(those) == 1 and _alike(those[0].told, there[0]):
            if _full(those[0].told, there[0]):
                aside.add(there[0].name)
            continue
        clients = {each.client for each in there} | {each.told.client for each in those}
        incidents.append(
            Incident(Kind.BOTTLE_IN_DOUBT, (name_of(bottle),), tuple(sorted(clients)), days=(bottle[1],))
        )
    moved = tuple(moving(those) for _, those in sorted(said.items()))
    return Returned(frozenset(aside), moved, tuple(incidents))


def serial_of(bottle: Bottle) -> str:
    """The number on a bottle's label, as whoever hands it out makes it: the day, and ten letters and digits
    that no other bottle of that day has."""
    digest = hashlib.sha256(name_of(bottle).encode()).digest()
    return f"{bottle[1]:%y%m%d}-{base64.b32encode(digest).decode()[:10]}"


def name_of(bottle: Bottle) -> str:
    """What incidents call a bottle."""
    key, label = bottle
    return f"{key}@{label.isoformat()}"


def moving(those: Collection[Claim]) -> Claim:
    """Of all that is said of a bottle, what moves medicine: once, and as much as anybody measured."""
    return min(those, key=lambda claim: (-claim.told.ml, claim.identity))


def _alike(told: CameBack, bottle: Taking) -> bool:
    """Whether a claim can be of that very bottle."""
    same = (told.client, told.drug, told.batch) == (bottle.client, bottle.drug, bottle.batch)
    return same and told.ml <= bottle.ml and told.mg <= bottle.mg


def _full(told: CameBack, bottle: Taking) -> bool:
    return told.sealed and (told.mg, told.ml) == (bottle.mg, bottle.ml)
