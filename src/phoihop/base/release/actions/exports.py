"""Asking for an export, taking a copy of it, revoking it."""

import hashlib
import io
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.utils import timezone, translation

from phoihop.base.org import doors, proposals
from phoihop.base.org.doors import NotAllowed, action
from phoihop.base.org.models import Agency, Proposal
from phoihop.base.org.rules.permissions import EVERYWHERE, Viewer
from phoihop.base.release import files, finding, work
from phoihop.base.release.datasets import DATASETS, Dataset
from phoihop.base.release.models import Copy, Export
from phoihop.base.release.rules import exports as rules
from phoihop.base.release.rules.exports import State
from phoihop.base.security import scope, throttle
from phoihop.base.security.audit.entries import Kind
from phoihop.base.security.audit.recording import record
from phoihop.base.security.outgoing import sealing, spreadsheets
from phoihop.base.security.outgoing.marks import Lang, Mark
from phoihop.base.security.outgoing.names import neutral_name
from phoihop.kernel.refusals import Refusal

EXPORT = "release.export"
_DAY = 86_400.0
FETCH = timedelta(minutes=5)  # between taking a copy and saving it


@dataclass(frozen=True, slots=True)
class Handed:
    """A copy, ready to be fetched once. ``password`` is shown now and kept nowhere; empty for a .csv."""

    copy: Copy
    password: str


@dataclass(frozen=True, slots=True)
class Stopped:
    """The export is no more: what it was asked for under does not hold any longer. ``why`` is a code."""

    why: str


@action(
    "release.ask_export",
    "Đề nghị xuất dữ liệu",
    "Ask for an export",
    of="agency",
    kind=Kind.EXPORT,
    step_up=True,
)
def ask(
    *,
    by: Viewer,
    agency: Agency,
    dataset: str,
    filters: Mapping[str, str],
    purpose: str,
    reason: str,
    form: str = "xlsx",
) -> Export:
    """Ask for a dataset as a file. A list that names people waits for a second person, others are queued.

    NotAllowed where the asker may not read the dataset. Refusal: what rules.exports says, "filter",
    "three-a-day".
    """
    rules.check_said(purpose=purpose, reason=reason)
    wanted = _dataset(by, dataset)
    rules.check_form(named=wanted.named, form=form)
    things = wanted.ids(by, filters)
    rules.check_rows(named=wanted.named, rows=len(things))
    taken = throttle.take("export", by.account, rules.A_DAY, _DAY)
    if not taken:
        hours = -(-taken.seconds // 3600)
        raise Refusal(
            "three-a-day",
            f"Mỗi người xuất tối đa {rules.A_DAY} lần trong 24 giờ. Hãy đợi {hours} giờ nữa.",
            f"At most {rules.A_DAY} exports a person in 24 hours. Wait {hours} more hours.",
        )
    export = Export(
        owner_id=finding.account_of(by),
        agency=agency,
        dataset=dataset,
        filters=dict(filters),
        form=form,
        named=wanted.named,
        purpose=purpose,
        state=State.WAITING if rules.needs_second(named=wanted.named) else State.QUEUED,
        rows=len(things),
        asked_at=timezone.now(),
    )
    export.say_why(reason.strip())
    export.save()
    if export.state == State.WAITING:
        arguments = {
            "export": export.pk,
            "dataset": dataset,
            "rows": len(things),
            "purpose": purpose,
            "owner": by.account,
        }
        export.proposal = proposals.open_one(
            by, EXPORT, arguments, reason=rules.PURPOSES[purpose].vi, agency=agency.pk
        )
        export.save(update_fields=["proposal"])
    else:
        work.queue(export)
    record(
        doors.entry(
            Kind.EXPORT,
            "release.asked",
            by,
            export,
            count=len(things),
            detail={"reason": purpose, "format": form},
        )
    )
    return export


def allowed(proposal: Proposal, by: Viewer) -> None:
    """Runs when the second person allows it: the export is queued. Refusal("export-closed")."""
    with scope.acting(work.JOB):
        export = Export.objects.select_for_update().get(pk=proposal.arguments["export"])
        if export.state != State.WAITING:
            raise Refusal("export-closed", "Lần xuất này đã kết thúc.", "This export has ended.")
        export.state, export.second_id = State.QUEUED, by.account
        export.save(update_fields=["state", "second"])
        work.queue(export)


@action(
    "release.take_own_export",
    "Lấy tệp đã xuất",
    "Take a copy of an export",
    of="export",
    kind=Kind.EXPORT,
    step_up=True,
)
def take(*, by: Viewer, export: Export) -> Handed | Stopped:
    """A marked copy under a password of its own, counted. What the owner may not see any more stops it.

    Refusal("export-closed") where there is nothing to take, "no-copies-left".
    """
    with scope.acting(work.JOB):
        locked = Export.objects.select_for_update().get(pk=export.pk)
        now = timezone.now()
        if locked.state != State.READY or locked.expires_at is None or locked.expires_at <= now:
            raise Refusal("export-closed", "Lần xuất này đã kết thúc.", "This export has ended.")
        if locked.copies_left == 0:
            raise Refusal(
                "no-copies-left",
                "Đã lấy hết số bản được phép. Nếu còn cần, hãy đề nghị xuất lại.",
                "All permitted copies have been taken. Ask for a new export if you need more.",
            )
    why = _no_longer(by, locked)
    if why:
        with scope.acting(work.JOB):
            work.end(locked, State.REVOKED, why)
        return Stopped(why)
    return _copied(by, locked)


def _no_longer(by: Viewer, export: Export) -> str:
    """Why the file must not be handed out any more; empty if it may."""
    if export.dataset not in DATASETS:
        return "dataset-gone"
    try:
        still = set(_dataset(by, export.dataset).ids(by, export.filters))
    except NotAllowed:
        return "role-changed"
    if not doors.may(work.replace_step_up(by), "release.ask_export", export):
        return "role-changed"
    return "" if still.issuperset(export.things) else "rows-withdrawn"


def _copied(by: Viewer, export: Export) -> Handed:
    dataset, now = DATASETS[export.dataset], timezone.now()
    mark = Mark(timezone.localtime(now), "personal" if dataset.named else "internal")
    data = _written(dataset, work.unpacked(files.whole(export.file)), mark, export.form)
    password = sealing.new_password() if export.form == "xlsx" else ""
    data = sealing.seal(data, password) if password else data
    assert export.expires_at is not None
    with scope.acting(work.JOB):
        export.copies_left -= 1
        export.save(update_fields=["copies_left"])
        copy = Copy.objects.create(
            export=export,
            owner_id=export.owner_id,
            number=rules.DOWNLOADS - export.copies_left,
            code=mark.code,
            name=neutral_name("export", timezone.localdate(), mark.code, export.form),
            file=files.keep(data).id,
            sha256=hashlib.sha256(data).hexdigest(),
            made_at=now,
            expires_at=min(now + FETCH, export.expires_at),
        )
    record(
        doors.entry(
            Kind.EXPORT, "release.copied", by, copy, count=export.rows, detail={"format": export.form}
        )
    )
    return Handed(copy, password)


def _written(dataset: Dataset, rows: list[list[Any]], mark: Mark, form: str) -> bytes:
    lang: Lang = "en" if translation.get_language() == "en" else "vi"
    columns = [
        spreadsheets.Column(c.title.en if lang == "en" else c.title.vi, c.kind) for c in dataset.columns
    ]
    if form == "csv":
        return b"".join(spreadsheets.csv_lines(columns, rows, mark=mark, lang=lang))
    target = io.BytesIO()
    spreadsheets.write_xlsx(target, columns, rows, mark=mark, lang=lang)
    return target.getvalue()


@action(
    "release.change_own_exports",
    "Hủy lần xuất của mình",
    "Revoke one's own export",
    of="export",
    kind=Kind.EXPORT,
)
def revoke(*, by: Viewer, export: Export) -> Export:
    """End an export before its time; its file goes. Refusal("export-closed") if it has ended already."""
    with scope.acting(work.JOB):
        locked = Export.objects.select_for_update().get(pk=export.pk)
        work.end(locked, State.REVOKED, "by-owner")
        withdraw(locked)
    return locked


def withdraw(export: Export) -> None:
    """Take back the open proposal of an export that is no more."""
    if export.proposal_id is not None:
        Proposal.objects.filter(pk=export.proposal_id, state=Proposal.State.OPEN).update(
            state=Proposal.State.LAPSED, decided_at=timezone.now()
        )


@action(
    "release.fetch_own_copy",
    "Lưu bản đã lấy",
    "Save a copy taken",
    of="copy",
    kind=Kind.EXPORT,
)
def fetch(*, by: Viewer, copy: Copy) -> bytes:
    """The file of a copy, for the few minutes after it was taken. Refusal("gone")."""
    with scope.acting(work.JOB):
        locked = Copy.objects.select_for_update().select_related("export").get(pk=copy.pk)
        now = timezone.now()
        if not locked.file or locked.expires_at <= now or locked.export.state != State.READY:
            raise Refusal("gone", "Bản này không còn.", "This copy is gone.")
        if locked.fetched_at is None:
            locked.fetched_at = now
            locked.save(update_fields=["fetched_at"])
        return files.whole(locked.file)


def _dataset(by: Viewer, code: str) -> Dataset:
    """A dataset the viewer may read. NotAllowed, in the same words, for one they may not and for none."""
    found = DATASETS.get(code)
    if found is None:
        raise finding.unseen(by, "release.ask_export")
    for door in found.doors:
        decision = doors.may_somewhere(by, door.code)
        if not decision:
            raise NotAllowed(door, by, decision, None, EVERYWHERE)
    return found
