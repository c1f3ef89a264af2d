"""Which code a target is bound to: suggested by the program, decided by a person."""

from collections import Counter

from django.utils import timezone

from phoihop.base.org.doors import action
from phoihop.base.org.rules.permissions import Viewer
from phoihop.coordination.plans.actions.changing import reasoned, running, target_of
from phoihop.coordination.plans.actions.deciding import position
from phoihop.coordination.plans.models import Binding, Plan, Target
from phoihop.coordination.plans.rules.binding import catalogue, edition, misfit
from phoihop.coordination.plans.rules.suggesting import suggest
from phoihop.kernel.refusals import Refusal


def suggest_for_all() -> int:
    """Suggest codes for every plan that runs, those made before there were any codes too; how many
    suggestions were made. Done again it adds what a newer catalogue knows, and nothing else."""
    open_targets = Target.objects.filter(dropped_on=None, bindings=None)
    plans = Plan.objects.filter(ended_on=None, pk__in=open_targets.values("plan")).order_by("pk")
    return sum(suggest_for(plan) for plan in plans)


def suggest_for(plan: Plan) -> int:
    """Suggest codes for the targets of a plan that never had one; how many suggestions were made.

    What a person has turned down or unbound is not suggested again. Nothing is confirmed here.
    """
    targets = list(plan.targets.filter(dropped_on=None).order_by("order"))
    bound = set(Binding.objects.filter(target__plan=plan).values_list("target_id", flat=True))
    made: list[Binding] = []
    told: Counter[str] = Counter()
    for target in targets:
        turn = told[target.text]
        told[target.text] += 1
        if target.pk not in bound:
            made += _suggestions(target, turn, frozenset())
    Binding.objects.bulk_create(made)
    return len(made)


def _suggestions(target: Target, turn: int, without: frozenset[str]) -> list[Binding]:
    found = suggest(
        target.text,
        target.measure,
        around=target.section,
        comparator=target.comparator,
        value=target.value,
        direction=target.direction,
        turn=turn,
    )
    kept = [each for each in found if each.code not in without]
    return [
        Binding(target=target, code=each.code, rank=rank, found=list(each.found), edition=edition())
        for rank, each in enumerate(kept)
    ]


@action("plans.bind_target", "Gắn chỉ tiêu với chỉ số", "Bind a target to an indicator", of="plan")
def bind_target(*, by: Viewer, plan: Plan, target: Target, code: str, why: str = "") -> Binding:
    """From now on the target's number is that of the code; what it was bound to before, and what was
    suggested, is over and stays to be read.

    Refusals: "no-such-code"; "binding-there", it is bound to it already; "binding-misfit", the code counts
    something else or goes the other way; "reason-missing", where another code is given up.
    """
    if by.account is None:
        raise RuntimeError("a visitor binds nothing")
    target = target_of(running(plan), target)
    if code not in catalogue():
        raise Refusal("no-such-code", "Không có chỉ số này trong danh mục.", "There is no such indicator.")
    said = misfit(code, target.measure, target.comparator, target.value, target.direction)
    if said is not None:
        raise Refusal("binding-misfit", said.vi, said.en)
    here = list(Binding.objects.select_for_update().filter(target=target, until=None))
    before = next((each for each in here if each.by_id is not None), None)
    if before is not None and before.code == code:
        raise Refusal(
            "binding-there", "Chỉ tiêu đã gắn với chỉ số này.", "The target is bound to it already."
        )
    given = reasoned(why) if before is not None else ""
    found: list[str] = next((each.found for each in here if each.code == code), [])
    _end(here, by.account, given)
    return Binding.objects.create(
        target=target,
        code=code,
        found=found,
        edition=edition(),
        by_id=by.account,
        decided_in_id=position(by, "plans.bind_target", plan),
    )


@action("plans.unbind_target", "Bỏ gắn chỉ số", "Unbind a target", of="plan")
def unbind_target(*, by: Viewer, plan: Plan, target: Target, why: str) -> Target:
    """The target is bound to nothing: agencies report its number by hand. Other codes may be suggested then.

    Where it is only suggested what it means, those suggestions are turned down. Refusals: "binding-none",
    "reason-missing".
    """
    if by.account is None:
        raise RuntimeError("a visitor unbinds nothing")
    target = target_of(running(plan), target)
    given = reasoned(why)
    here = list(Binding.objects.select_for_update().filter(target=target, until=None))
    if not here:
        raise Refusal("binding-none", "Chỉ tiêu chưa gắn với chỉ số nào.", "The target is bound to nothing.")
    confirmed = any(each.by_id is not None for each in here)
    _end(here, by.account, given)
    if confirmed:
        gone = Binding.objects.filter(target=target, by__isnull=False).values_list("code", flat=True)
        Binding.objects.bulk_create(_suggestions(target, 0, frozenset(gone)))
    return target


def _end(bindings: list[Binding], account: int, why: str) -> None:
    now = timezone.now()
    for each in bindings:
        each.until, each.ended_by_id, each.why = now, account, why
        each.save(update_fields=["until", "ended_by", "why"])
