"""The work of one export: rows read in parts as their owner may see them at that moment, then kept as a file.

Every part is a transaction of its own: what was done so far is on the page at once, and whoever loses the
right to see a row in the middle gets no file. A job that was given up is fenced off by ``attempts``.
"""

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.utils import timezone

from phoihop.base.org import doors, notices, viewers
from phoihop.base.org.doors import NotAllowed
from phoihop.base.org.models import Account
from phoihop.base.org.rules.permissions import Viewer
from phoihop.base.release import files
from phoihop.base.release.datasets import DATASETS, Dataset
from phoihop.base.release.models import Export
from phoihop.base.release.rules import exports as rules
from phoihop.base.release.rules.exports import State
from phoihop.base.security import origin, scope
from phoihop.base.security.audit.entries import Kind, Outcome
from phoihop.base.security.audit.recording import record
from phoihop.base.security.scope import Scope
from phoihop.kernel.refusals import Refusal

JOB = Scope("job")
PART = 50  # rows read in one transaction


class GivenUp(Exception):
    """The export has gone on without this job: revoked, or taken by another."""


def run(number: int) -> None:
    """Do what one export asks for, if it still waits to be done. Called again, it does nothing."""
    with origin.beginning():
        attempt = _claim(number)
        if attempt is None:
            return
        try:
            _finish(number, attempt, _read(number, attempt))
        except NotAllowed as refused:
            _end(number, attempt, State.REFUSED, "not-allowed", refused)
        except Refusal as refusal:
            _end(number, attempt, State.REFUSED, refusal.reason)
        except GivenUp:
            return


def owner_of(export: Export) -> Viewer:
    """The owner as the rules know them at this moment; with no position at all once the account is closed."""
    with scope.acting(JOB):
        account = Account.objects.select_related("person").get(pk=export.owner_id)
        if not account.is_active:
            return Viewer(account=account.pk, person=account.person_id, day=timezone.localdate())
        return viewers.of_account(account, strong=True)


def _claim(number: int) -> int | None:
    with scope.acting(JOB):
        export = Export.objects.select_for_update().filter(pk=number, state=State.QUEUED).first()
        if export is None:
            return None
        export.state, export.done, export.heard_at = State.RUNNING, 0, timezone.now()
        export.attempts += 1
        export.save(update_fields=["state", "done", "heard_at", "attempts"])
        return export.attempts


def _read(number: int, attempt: int) -> dict[int, tuple[Any, ...]]:
    with scope.acting(JOB):
        export = Export.objects.get(pk=number)
    dataset = DATASETS[export.dataset]
    things = _picked(export, dataset)
    rules.check_rows(named=export.named, rows=len(things))
    _say(number, attempt, rows=len(things))
    found: dict[int, tuple[Any, ...]] = {}
    for start in range(0, len(things), PART):
        part = things[start : start + PART]
        for thing, *values in dataset.rows(_allowed(export), part):
            found[thing] = tuple(values)
        _say(number, attempt, done=start + len(part))
    # Minutes may have passed since the first part.
    still = set(_picked(export, dataset))
    found = {thing: row for thing, row in found.items() if thing in still}
    rules.check_rows(named=export.named, rows=len(found))
    return found


def _picked(export: Export, dataset: Dataset) -> list[int]:
    return dataset.ids(_allowed(export), export.filters)


def _allowed(export: Export) -> Viewer:
    """The owner, who must still be one who exports at all, and there."""
    owner = owner_of(export)
    decision = doors.may(owner, "release.see_own_exports", export)
    asking = doors.may(replace_step_up(owner), "release.ask_export", export)
    for code, said in (("release.see_own_exports", decision), ("release.ask_export", asking)):
        if not said:
            raise NotAllowed(doors.DOORS[code], owner, said, export, export.place())
    return owner


def _say(number: int, attempt: int, **columns: Any) -> None:
    with scope.acting(JOB):
        mine = Export.objects.filter(pk=number, state=State.RUNNING, attempts=attempt)
        if not mine.update(heard_at=timezone.now(), **columns):
            raise GivenUp


def _finish(number: int, attempt: int, rows: dict[int, tuple[Any, ...]]) -> None:
    data = packed(rows.values())
    stored = files.keep(data)
    try:
        with scope.acting(JOB):
            export = Export.objects.select_for_update().get(pk=number)
            if export.state != State.RUNNING or export.attempts != attempt:
                raise GivenUp
            now = timezone.now()
            export.state, export.file, export.sha256 = (
                State.READY,
                stored.id,
                hashlib.sha256(data).hexdigest(),
            )
            export.things, export.rows, export.done = sorted(rows), len(rows), len(rows)
            export.ready_at, export.expires_at, export.copies_left = now, now + rules.LASTS, rules.DOWNLOADS
            export.heard_at = now
            export.save()
            record(
                doors.entry(
                    Kind.EXPORT,
                    "release.written",
                    _silent(export),
                    export,
                    count=len(rows),
                    detail={"reason": export.purpose, "job": number},
                )
            )
            notices.tell([export.owner_id], "export-ready", f"release.Export:{export.pk}")
    except BaseException:
        files.drop([stored.id])
        raise


def _end(number: int, attempt: int, state: State, why: str, refused: NotAllowed | None = None) -> None:
    with scope.acting(JOB):
        export = Export.objects.select_for_update().get(pk=number)
        if export.state != State.RUNNING or export.attempts != attempt:
            return
        end(export, state, why)
        if refused is not None:
            doors.record_refusal(refused)
        notices.tell([export.owner_id], "export-ended", f"release.Export:{export.pk}")


def end(export: Export, state: State, why: str) -> None:
    """Close a locked export for good: its file goes, and it is recorded why. Under the scope of a job."""
    if not rules.may_move(State(export.state), state):
        raise Refusal("export-closed", "Lần xuất này đã kết thúc.", "This export has ended.")
    before, now = export.state, timezone.now()
    files.forget([export.file, *export.copies.exclude(file="").values_list("file", flat=True)])
    export.copies.exclude(file="").update(file="")
    export.state, export.why, export.ended_at, export.file, export.copies_left = state, why, now, "", 0
    export.save(update_fields=["state", "why", "ended_at", "file", "copies_left"])
    record(
        doors.entry(
            Kind.EXPORT,
            "release.ended",
            _silent(export),
            export,
            Outcome.REFUSED if state is State.REFUSED else Outcome.DONE,
            count=export.rows,
            detail={"from": before, "to": state.value, "reason": why},
        )
    )


def _silent(export: Export) -> Viewer:
    """The owner's account, for the record of what a job did."""
    return Viewer(account=export.owner_id, person=None, day=timezone.localdate())


def replace_step_up(viewer: Viewer) -> Viewer:
    """The viewer as if they had just proved who they are: they had, when they asked."""
    return replace(viewer, strong=True, stepped_up=True)


def queue(export: Export) -> None:
    """Let a worker do it, once the present transaction is kept."""
    from procrastinate.contrib.django import app

    app.configure_task("release.write_export", queue="release").defer(export=export.pk)


def pick_up() -> int:
    """Queue again, once, every export whose worker fell silent; those tried before fail. Returns how many."""
    with scope.acting(JOB):
        silent = Export.objects.select_for_update(skip_locked=True).filter(
            state=State.RUNNING, heard_at__lt=timezone.now() - rules.SILENT
        )
        found = list(silent)
        for export in found:
            if export.attempts >= rules.ATTEMPTS:
                end(export, State.FAILED, "worker-lost")
                notices.tell([export.owner_id], "export-ended", f"release.Export:{export.pk}")
            else:
                export.state = State.QUEUED
                export.save(update_fields=["state"])
                queue(export)
        return len(found)


def packed(rows: Iterable[Sequence[Any]]) -> bytes:
    """Rows as lines of JSON; a date or a number that JSON lacks is a pair of its kind and its text."""
    return "\n".join(json.dumps([_cell(v) for v in row], ensure_ascii=False) for row in rows).encode()


def unpacked(data: bytes) -> list[list[Any]]:
    """What ``packed`` was given."""
    return [[_value(cell) for cell in json.loads(line)] for line in data.decode().split("\n") if line]


def _cell(value: Any) -> Any:
    match value:
        case None | bool() | str() | int():
            return value
        case Decimal():
            return ["number", str(value)]
        case date() if not isinstance(value, datetime):
            return ["date", value.isoformat()]
        case _:
            raise TypeError(f"a cell cannot hold {type(value).__name__}")


def _value(cell: Any) -> Any:
    match cell:
        case ["number", text]:
            return Decimal(text)
        case ["date", text]:
            return date.fromisoformat(text)
        case _:
            return cell
