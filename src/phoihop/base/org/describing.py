"""What a proposal would do, in words, for the one who decides. A room says it of its own kinds by ``add``."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from phoihop.base.org import mergers
from phoihop.base.org.doors import DOORS, may_somewhere
from phoihop.base.org.mergers import MERGE, Effect, Merger
from phoihop.base.org.models import Agency, Facility, Person, Proposal, Unit
from phoihop.base.org.roles import ROLES
from phoihop.base.org.rules.permissions import Grant, Reach, Viewer
from phoihop.kernel.refusals import Bilingual


@dataclass(frozen=True, slots=True)
class Described:
    """Lines to read before deciding, and whose sight would change; None where no sight does.

    ``complete`` is False where the viewer may not see all of it, and so cannot allow it.
    """

    lines: tuple[Bilingual, ...]
    effects: tuple[Effect, ...] | None = None
    complete: bool = True


Describer = Callable[[Viewer, Proposal], Described]
_DESCRIBERS: dict[str, Describer] = {}

WHERE = {
    Reach.SELF: Bilingual("của chính mình", "one's own"),
    Reach.FACILITY: Bilingual("trong cơ sở của mình", "in one's facility"),
    Reach.AGENCY: Bilingual("trong cơ quan của mình", "in one's agency"),
    Reach.UNITS: Bilingual("trong địa bàn được giao", "in one's area"),
    Reach.ALL: Bilingual("ở mọi nơi", "everywhere"),
}


def add(code: str, describer: Describer) -> None:
    """Say how a kind of proposal is described; ValueError if it is said already otherwise."""
    if _DESCRIBERS.setdefault(code, describer) is not describer:
        raise ValueError(f"two descriptions of {code}")


def describe(viewer: Viewer, proposal: Proposal) -> Described:
    """What would happen. A kind that nobody described cannot be allowed from a page."""
    describer = _DESCRIBERS.get(proposal.action)
    return describer(viewer, proposal) if describer else Described((), complete=False)


def abilities(grants: Iterable[Grant]) -> list[tuple[Bilingual, Bilingual]]:
    """What grants allow, each door once with its widest reach; one's own pages are not worth a line."""
    widest: dict[str, Reach] = {}
    order = list(WHERE)
    for grant in grants:
        for code in DOORS:
            if grant.names(code) and not code.startswith(("org.see_own", "org.change_own")):
                widest[code] = max(widest.get(code, Reach.SELF), grant.reach, key=order.index)
    return [(DOORS[code].about, WHERE[reach]) for code, reach in widest.items()]


def _position(viewer: Viewer, proposal: Proposal) -> Described:
    given: dict[str, Any] = proposal.arguments
    role = ROLES[given["role"]]
    person = Person.objects.get(pk=given["person"])
    agency = Agency.objects.get(pk=given["agency"])
    place = Facility.objects.get(pk=given["facility"]).name if given["facility"] else agency.name
    units = ", ".join(map(str, Unit.objects.filter(pk__in=given["units"]).order_by("name")))
    since = date.fromisoformat(given["since"])
    until = date.fromisoformat(given["until"]) if given["until"] else None
    lines = [
        Bilingual(
            f"{person.name} sẽ giữ vai trò “{role.name.vi}” tại {place}.",
            f"{person.name} will hold the role “{role.name.en}” at {place}.",
        ),
        Bilingual(
            f"Từ ngày {since:%d/%m/%Y} "
            + (f"đến hết ngày {until:%d/%m/%Y}." if until else "cho tới khi có quyết định khác."),
            f"From {since:%d/%m/%Y} "
            + (f"up to and including {until:%d/%m/%Y}." if until else "until decided otherwise."),
        ),
        role.about,
    ]
    if units:
        lines.append(Bilingual(f"Địa bàn: {units}.", f"Area: {units}."))
    if given["basis"]:
        lines.append(Bilingual(f"Căn cứ: {given['basis']}.", f"Decision: {given['basis']}."))
    return Described(tuple(lines))


def merger_of(arguments: dict[str, Any]) -> Merger:
    """The merger that a proposal asks for."""
    return Merger(
        arguments["what"],
        tuple(arguments["olds"]),
        arguments["new"],
        date.fromisoformat(arguments["day"]),
        arguments["basis"],
    )


def merging(merger: Merger) -> tuple[Bilingual, ...]:
    """A merger in words."""
    model: Any = Agency if merger.what == "agencies" else Unit
    named = {thing.pk: str(thing) for thing in model.objects.filter(pk__in=[*merger.olds, merger.new])}
    olds = "; ".join(sorted(named[old] for old in merger.olds if old in named))
    day, new = f"{merger.day:%d/%m/%Y}", named.get(merger.new, "")
    return (
        Bilingual(f"Từ ngày {day}, {olds} nhập vào {new}.", f"From {day} on, {olds} will be part of {new}."),
        Bilingual(f"Căn cứ: {merger.basis}.", f"Decision: {merger.basis}."),
    )


def _merger(viewer: Viewer, proposal: Proposal) -> Described:
    merger = merger_of(proposal.arguments)
    # Nobody allows what they have not seen: whoever may not see the effects may not allow them either.
    if not may_somewhere(viewer, mergers.effects.door.code):  # type: ignore[attr-defined]
        return Described(merging(merger), complete=False)
    return Described(merging(merger), tuple(mergers.effects(viewer, merger=merger)))


add("org.give_position", _position)
add(MERGE, _merger)
