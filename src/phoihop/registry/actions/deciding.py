"""Whether two files are of one person: deciding, merging, and taking a merge back. Nothing is lost by any.

Inside a facility one person decides, with a reason. Across facilities it takes one at each, who see their
own file alone; either of them can take the merge back.
"""

from datetime import date
from uuid import UUID, uuid4

from django.db import models
from django.db.models import Q

from phoihop.base.org.rules.permissions import Viewer
from phoihop.registry.doors import case_action
from phoihop.registry.models import Client, Enrolment, Likeness, Merge, MergeStep, Tie
from phoihop.registry.models.likenesses import DIFFERENT, OPEN, SAME
from phoihop.registry.reaching import comparing
from phoihop.registry.refusing import reason_of, refuse
from phoihop.registry.registering import PROGRAMMES, Event, Happened


@case_action("decide", "Quyết định hồ sơ nghi trùng", "Decide whether files are of one person", of="likeness")
def decide(
    *, by: Viewer, likeness: Likeness, same: bool, why: str = "", kept: Client | None = None
) -> Likeness:
    """Say whether two files are of one person. For one person inside the facility ``kept`` is the file that
    goes on; across facilities the merge happens when both have said so, and one "no" settles it.

    Refusal: "decided-already", "reason-missing", "which-file", "both-served".
    """
    locked = Likeness.objects.select_for_update(of=("self",)).get(pk=likeness.pk)
    if locked.state != OPEN:
        raise refuse("decided-already")
    if not same:
        with comparing(by, (locked.facility_id, locked.programme)):
            _of_pair(locked).update(state=DIFFERENT, decided_on=by.day)
    elif locked.other_id is None:
        _agree(by, locked, reason_of(why))
    else:
        _merge_here(by, locked, kept, reason_of(why))
    locked.refresh_from_db()
    return locked


def _of_pair(likeness: Likeness) -> "models.QuerySet[Likeness]":
    return Likeness.objects.filter(programme=likeness.programme, pair=likeness.pair)


def _merge_here(by: Viewer, likeness: Likeness, kept: Client | None, why: str) -> None:
    files = {each.pk: each for each in _files(likeness)}
    if kept is None or kept.pk not in files:
        raise refuse("which-file")
    (absorbed,) = (each for each in files.values() if each.pk != kept.pk)
    merge = uuid4()
    with comparing(by, (likeness.facility_id, likeness.programme)):
        join(merge, likeness.programme, kept.pk, absorbed.pk, by.day)
    for file in files.values():
        row = _merge_row(file, merge, likeness.pair)
        row.kept, row.on = file.pk == kept.pk, by.day
        row.put(why=why)
        row.save()
    absorbed.merged_into = kept
    absorbed.save(update_fields=["merged_into"])
    likeness.state, likeness.decided_on = SAME, by.day
    likeness.save(update_fields=["state", "decided_on"])
    # What the absorbed file is like is asked of the one that goes on, which is as like.
    rest = Likeness.objects.filter(programme=likeness.programme, facility=likeness.facility_id, state=OPEN)
    rest.exclude(other=None).filter(Q(client=absorbed) | Q(other=absorbed)).delete()


def _files(likeness: Likeness) -> "list[Client]":
    both = Client.objects.select_for_update(of=("self",)).filter(
        programme=likeness.programme,
        facility=likeness.facility_id,
        pk__in=[likeness.client_id, likeness.other_id],
    )
    return list(both.order_by("pk"))


def _merge_row(file: Client, merge: UUID, pair: UUID) -> Merge:
    return Merge(
        merge=merge,
        pair=pair,
        programme=file.programme,
        facility_id=file.facility_id,
        pseudonym=file.pseudonym,
        client=file,
    )


def _agree(by: Viewer, likeness: Likeness, why: str) -> None:
    """One side of two facilities says that it is one person; the second one's word makes it so."""
    likeness.state, likeness.decided_on = SAME, by.day
    likeness.save(update_fields=["state", "decided_on"])
    row = _merge_row(likeness.client, uuid4(), likeness.pair)
    row.put(why=why)
    row.save()
    with comparing(by, (likeness.facility_id, likeness.programme)):
        there = _of_pair(likeness).exclude(client=likeness.client_id).select_for_update(of=("self",)).get()
    if there.state != SAME:
        return
    with comparing(by, (likeness.facility_id, likeness.programme), (there.facility_id, there.programme)):
        other = Merge.objects.get(client=there.client_id, pair=likeness.pair, on=None)
        kept, absorbed = _which(likeness.programme, row.client_id, other.client_id)
        join(other.merge, likeness.programme, kept, absorbed, by.day)
        for each in (row, other):
            each.merge, each.kept, each.on = other.merge, each.client_id == kept, by.day
            each.save(update_fields=["merge", "kept", "on"])


def _which(programme: str, one: int, other: int) -> tuple[int, int]:
    """Whose person goes on: the one being served now, else the one known first."""
    served = Enrolment.objects.filter(programme=programme, aside=None, until=None)
    now = set(served.filter(client__in=(one, other)).values_list("client", flat=True))
    kept = next(iter(now)) if len(now) == 1 else min(one, other)
    return kept, other if kept == one else one


def join(merge: UUID, programme: str, kept: int, absorbed: int, day: date) -> None:
    """Every file of the absorbed one's person becomes one of the kept one's; in a comparing scope.

    Enrolments that would stand beside one of the kept person's are set aside, not changed. Refusal
    ("both-served") if that would set aside one that goes on.
    """
    ties = Tie.objects.select_for_update(of=("self",)).filter(programme=programme)
    person = ties.get(client=kept).person
    moving = list(ties.filter(person=ties.get(client=absorbed).person).order_by("pk"))
    for tie in moving:
        MergeStep.objects.create(
            merge=merge,
            programme=programme,
            facility_id=tie.facility_id,
            client_id=tie.client_id,
            person=tie.person,
        )
        for enrolment in _enrolments(programme, tie.client_id).filter(aside=None):
            if _beside(enrolment, person):
                if enrolment.until is None:
                    raise refuse("both-served")
                enrolment.aside = merge
            enrolment.person = person
            enrolment.save(update_fields=["aside", "person"])
        _enrolments(programme, tie.client_id).update(person=person)
        tie.person = person
        tie.save(update_fields=["person"])
        _tell(Happened.MERGED, tie, day)


def _enrolments(programme: str, client: int) -> "models.QuerySet[Enrolment]":
    return Enrolment.objects.filter(programme=programme, client=client)


def _beside(enrolment: Enrolment, person: UUID) -> bool:
    """Whether the person is served elsewhere on one of the enrolment's days."""
    counted = Enrolment.objects.filter(programme=enrolment.programme, person=person, aside=None)
    counted = counted.exclude(pk=enrolment.pk).filter(Q(until=None) | Q(until__gte=enrolment.since))
    if enrolment.until is not None:
        counted = counted.filter(since__lte=enrolment.until)
    return counted.exists()


@case_action("unmerge", "Tách hồ sơ đã gộp", "Take a merge back", of="client")
def unmerge(*, by: Viewer, client: Client, merge: UUID, why: str) -> int:
    """Make every file that a merge moved be of its own person again; how many.

    Refusal: "reason-missing", "decided-already" (no such merge of this file, or undone), "later-merge".
    """
    said = reason_of(why)
    own = Merge.objects.select_for_update(of=("self",)).filter(
        programme=client.programme, facility=client.facility_id, merge=merge, undone_on=None
    )
    rows = list(own.exclude(on=None))
    if client.pk not in {row.client_id for row in rows}:
        raise refuse("decided-already")
    programme, pairs = client.programme, [row.pair for row in rows if row.pair is not None]
    with comparing(by, (client.facility_id, programme)):
        moved = _part(merge, programme, by.day)
        likenesses = Likeness.objects.filter(programme=programme, pair__in=pairs)
        likenesses.update(state=DIFFERENT, decided_on=by.day)
        ends = [(facility, programme) for facility in likenesses.values_list("facility", flat=True)]
    for row in rows:
        row.put(undone_why=said)
        row.save(update_fields=["undone_why"])
    with comparing(by, *ends):
        Merge.objects.filter(programme=programme, merge=merge).update(undone_on=by.day)
    absorbed = [row.client_id for row in rows if not row.kept]
    Client.objects.filter(programme=programme, facility=client.facility_id, pk__in=absorbed).update(
        merged_into=None
    )
    return moved


def _part(merge: UUID, programme: str, day: date) -> int:
    steps = MergeStep.objects.select_for_update(of=("self",)).filter(programme=programme, merge=merge)
    waiting = list(steps.filter(undone=False).order_by("-pk"))
    if not waiting:
        raise refuse("decided-already")
    for step in waiting:
        later = MergeStep.objects.filter(
            programme=programme, client=step.client_id, undone=False, pk__gt=step.pk
        )
        if later.exists():
            raise refuse("later-merge")
        _enrolments(programme, step.client_id).update(person=step.person)
        _enrolments(programme, step.client_id).filter(aside=merge).update(aside=None)
        tie = Tie.objects.get(programme=programme, client=step.client_id)
        tie.person = step.person
        tie.save(update_fields=["person"])
        step.undone = True
        step.save(update_fields=["undone"])
        _tell(Happened.UNMERGED, tie, day)
    return len(waiting)


def _tell(what: Happened, tie: Tie, day: date) -> None:
    PROGRAMMES[tie.programme].told(
        Event(what, tie.programme, tie.facility_id, tie.client_id, tie.person, day)
    )
