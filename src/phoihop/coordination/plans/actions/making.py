"""A confirmed document becomes a plan: its targets, its tasks, and who answers for them today."""

import re
from datetime import date
from decimal import Decimal
from difflib import SequenceMatcher
from typing import Any

from django.utils import timezone

from phoihop.base.org.agencies import Tier
from phoihop.base.org.models import Unit
from phoihop.base.org.queries.units import full_name
from phoihop.base.org.rules.permissions import Viewer
from phoihop.coordination.documents.models import Document, Item
from phoihop.coordination.documents.rules.review import STANDS, Kind, Ruling
from phoihop.coordination.plans.actions.binding import suggest_for
from phoihop.coordination.plans.actions.deciding import position
from phoihop.coordination.plans.actions.handing import followed
from phoihop.coordination.plans.courses import Registers, State, placed
from phoihop.coordination.plans.models import Output, Plan, Share, Target, Task
from phoihop.coordination.plans.owing import owe
from phoihop.coordination.plans.rules import answering, due, fields
from phoihop.coordination.plans.rules.states import Part, TaskState
from phoihop.coordination.plans.rules.whys import WITHDRAWN, kept, why
from phoihop.kernel.text import plain

_ALIKE = 0.7  # of 1, from which two titles, their years aside, are taken for one plan's
_NAME = 500


def make(by: Viewer, document: Document) -> Plan | None:
    """The plan of a confirmed document; None where it holds neither target nor task.

    Made once: a second call gives the plan that is there. Runs inside the confirming transaction.
    """
    if by.account is None:
        raise RuntimeError("a visitor confirms nothing")
    there = Plan.objects.filter(document=document).first()
    if there is not None:
        return there
    items = list(Item.objects.filter(document=document).order_by("kind", "order"))
    standing = [item for item in items if item.ruling in STANDS]
    targets = [item for item in standing if item.kind == Kind.TARGET]
    tasks = [item for item in standing if item.kind == Kind.TASK]
    if not targets and not tasks:
        return None
    runs = due.of_plan(document.period, document.title, document.issued)
    plan = Plan.objects.create(
        document=document,
        agency=document.agency,
        unit=document.unit if document.unit_id is not None else document.agency.unit,
        name=_name(document),
        first=runs.first,
        last=runs.last,
        made_by_id=by.account,
    )
    sections = _Sections(document)
    made = {item.order: _target(plan, order, item, sections) for order, item in enumerate(targets)}
    named_on, today = _named_on(document, items), timezone.localdate()
    registers, shares = Registers(), list[Share]()
    for order, item in enumerate(tasks):
        task = _task(plan, order, item, sections)
        outputs = {made[place] for place in item.value["outputs"] if place in made}
        Output.objects.bulk_create(Output(task=task, target=target) for target in outputs)
        for share in _shares(task, item.value, named_on, registers):
            shares += followed(share, today, registers).shares
    Share.objects.bulk_create(shares)
    owe([plan], today, registers)
    suggest_for(plan)
    _link(plan)
    return plan


def end(by: Viewer, document: Document) -> None:
    """The plan of a withdrawn document is over: what was open is dropped, and all stays to be read."""
    plan = Plan.objects.filter(document=document, ended_on=None).first()
    if plan is None:
        return
    today = timezone.localdate()
    decided = position(by, "documents.withdraw", document)
    plan.ended_on, plan.decided_in_id = today, decided
    plan.save(update_fields=["ended_on", "decided_in"])
    given = {"decided_in": decided}
    open_tasks = plan.tasks.filter(state=TaskState.OPEN.value)
    open_tasks.update(state=TaskState.DROPPED.value, ended_on=today, ended_why=WITHDRAWN, **given)
    plan.targets.filter(dropped_on=None).update(dropped_on=today, dropped_why=WITHDRAWN, **given)


def _name(document: Document) -> str:
    kind = document.kind[:1].upper() + document.kind[1:]
    parts = [part for part in (kind, document.number) if part]
    return document.title[:_NAME] or " ".join(parts) or "Văn bản"


class _Sections:
    """Which heading an item of a document stands under."""

    def __init__(self, document: Document) -> None:
        reading = document.upload.reading or {"documents": []}
        found = reading["documents"]
        self._tops = found[document.order]["sections"] if document.order < len(found) else []

    def of(self, item: Item) -> str:
        """The nearest heading above the item's sentence; "" where there is none."""
        heading, below = "", self._tops
        while item.start is not None:
            inside = next((s for s in below if s["span"][0] <= item.start < s["span"][1]), None)
            if inside is None:
                break
            if inside["heading"]:
                heading = f"{inside['label']} {inside['heading']}".strip()
            below = inside["children"]
        return heading


def _target(plan: Plan, order: int, item: Item, sections: _Sections) -> Target:
    value = item.value
    return Target.objects.create(
        plan=plan,
        item=item,
        order=order,
        section=sections.of(item),
        text=value["text"],
        comparator=value["comparator"],
        value=_number(value.get("value_exact") or value["value"]),
        value_max=_number(value.get("value_max_exact") or value["value_max"]),
        measure=(value["unit"] or "")[:80],
        numerator=value["numerator"] or "",
        denominator=value["denominator"] or "",
        over=value["scope"] or "",
        baseline=value["baseline"] or "",
        direction=value["direction"] or "",
        deadline=(value["deadline"] or "")[:80],
        due=due.of_target(value["deadline"] or "", value["text"], first=plan.first, last=plan.last),
        kind=value["kind"],
    )


def _number(value: Any) -> Decimal | None:
    return None if value is None else Decimal(str(value))


def _task(plan: Plan, order: int, item: Item, sections: _Sections) -> Task:
    value = item.value
    period = value["period"] or ""
    runs = due.when(period, first=plan.first, last=plan.last)
    standing = runs.standing or (value["standing"] and runs.last is None)
    return Task.objects.create(
        plan=plan,
        item=item,
        order=order,
        section=sections.of(item),
        text=value["text"],
        duty=fields.duty(value["text"], sections.of(item), plan.document.title),
        explicit=value["basis"] == "explicit",
        standing=standing,
        every=runs.every,
        period=period[:120],
        starts=runs.first,
        due=None if standing else runs.last or plan.last,
        where=value["place"] or "",
    )


def _named_on(document: Document, items: list[Item]) -> date:
    """The day whose agencies the document names: its own, else no earlier than the papers that it cites."""
    if document.issued is not None:
        return document.issued
    today = timezone.localdate()
    cited = [
        day
        for item in items
        if item.kind == Kind.CITE and item.ruling != Ruling.REJECTED and item.value["date"]
        if (day := date.fromisoformat(item.value["date"])) <= today
    ]
    return max(cited, default=today)


def _shares(task: Task, value: dict[str, Any], named_on: date, registers: Registers) -> list[Share]:
    """One share for each agency or group that the words mean, in the order of the document; one of nobody
    where no lead is named, for somebody to be given it."""
    assert task.plan is not None
    found: list[Share] = []
    for part, parties in ((Part.LEAD, value["leads"]), (Part.JOIN, value["coordinating"])):
        slot = 0
        for words in parties:
            for share in _meant(task, words, named_on, registers):
                share.part, share.slot = part.value, slot
                found.append(share)
                slot += 1
    if not any(share.part == Part.LEAD for share in found):
        nobody = kept([why("no-lead")])
        found.append(Share(task=task, part=Part.LEAD.value, slot=0, since=named_on, because=nobody))
    return found


def _meant(task: Task, words: str, named_on: date, registers: Registers) -> list[Share]:
    plan = task.plan
    assert plan is not None
    unit = plan.unit
    tier = Tier(unit.level) if unit is not None else _tier(plan.document.issuer)
    home = full_name(unit).casefold() if unit is not None else ""
    shares = []
    for meant in answering.read(words, named_on, tier=tier, home=home):
        state, reason = State("", False, plan.unit_id, None), meant.why
        below = _below(unit, meant, named_on)
        if meant.place and below is None:
            # One district was named: it is not all of them that are meant.
            state, reason = State(meant.kind, False, None, None), why("place-unknown", place=meant.place)
        elif meant.kind:
            over = State("", False, below.pk, None) if below is not None else state
            state = placed(over, meant.kind, named_on, registers)
        shares.append(
            Share(
                task=task,
                named=words,
                kind=state.kind,
                group=state.group,
                unit_id=state.unit,
                since=named_on,
                because=kept([reason] if reason is not None else []),
                certain=meant.certain and not (meant.place and below is None),
            )
        )
    return shares


def _tier(issuer: str) -> Tier:
    found = answering.read(issuer, date.min, tier=Tier.PROVINCE)[0] if issuer else None
    return (found and answering.tier_of(found.kind)) or Tier.PROVINCE


def _below(unit: Unit | None, meant: answering.Meant, on: date) -> Unit | None:
    """The district or commune that the words name, in the unit where the plan holds."""
    if unit is None or not meant.place:
        return None
    level = answering.tier_of(meant.kind)
    inside = Unit.objects.filter(level=str(level))
    inside = inside.filter(parent=unit) | inside.filter(parent__parent=unit)
    wanted = plain(meant.place)
    found = [each for each in inside.order_by("pk") if plain(each.name) == wanted]
    then = [each for each in found if each.valid_from is None or each.valid_from <= on]
    return then[0] if then else None


def _link(plan: Plan) -> None:
    """Propose the plan that this one follows, and this one to the plan that follows it, where none is set."""
    before = _nearest(plan, later=False)
    if before is not None:
        plan.before = before
        plan.save(update_fields=["before"])
    after = _nearest(plan, later=True)
    if after is not None and after.before_id is None:
        after.before = plan
        after.save(update_fields=["before"])


def _nearest(plan: Plan, *, later: bool) -> Plan | None:
    """The plan of the same kind and place whose days lie right before, or right after, this one's."""
    year = _year(plan)
    if year is None:
        return None
    wanted = year + 1 if later else year - 1
    near = Plan.objects.filter(ended_on=None, document__kind=plan.document.kind).exclude(pk=plan.pk)
    same = [
        (_likeness(plan, each), -each.pk, each)
        for each in near.filter(agency=plan.agency, unit__isnull=plan.unit_id is None).select_related(
            "document"
        )
        if _year(each) == wanted and _same_place(plan, each)
    ]
    best = max(same, default=None, key=lambda found: found[:2])
    return best[2] if best is not None and best[0] >= _ALIKE else None


def _year(plan: Plan) -> int | None:
    """The one year that a plan is of; none for a plan of several."""
    if plan.first is None or plan.last is None or plan.first.year != plan.last.year:
        return None
    return plan.last.year


def _same_place(one: Plan, other: Plan) -> bool:
    if one.unit_id == other.unit_id:
        return True
    if one.unit is None or other.unit is None or one.unit.level != other.unit.level:
        return False
    lines = {(one.unit_id, other.unit_id), (other.unit_id, one.unit_id)}
    return any(
        (old, new) in lines
        for unit in (one.unit, other.unit)
        for old, new in unit.became.filter(whole=True).values_list("old_id", "new_id")
    )


def _likeness(one: Plan, other: Plan) -> float:
    titles = sorted(re.sub(r"\d+", " ", plain(each.document.title)) for each in (one, other))
    return SequenceMatcher(None, titles[0].split(), titles[1].split(), autojunk=False).ratio()
