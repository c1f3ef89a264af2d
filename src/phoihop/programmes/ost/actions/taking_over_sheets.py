"""Paper books sent in as sheets: looked at as a whole first, taken once somebody says so.

What is sent lies in the vault with what is said of each row, until it was taken or dropped. Looking is done
by the very statements that take, undone at the end: what it promises is what happens. Few rows are done at
once, many by a worker, part by part, each part whole; a part that was done before changes nothing.
"""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from functools import partial

from django.db import transaction
from django.utils import timezone

from phoihop.base.org.doors import action
from phoihop.base.org.models import Facility
from phoihop.base.org.rules.permissions import Viewer
from phoihop.base.security import vaults
from phoihop.engines.forms.definition import Form, Value
from phoihop.engines.forms.loading import folder_of, load_all
from phoihop.engines.forms.reading import Given
from phoihop.engines.forms.sheet_in import Sheet
from phoihop.kernel.refusals import Bilingual, Refusal
from phoihop.programmes import ost
from phoihop.programmes.ost.dosing import books
from phoihop.programmes.ost.dosing.refusing import refuse
from phoihop.programmes.ost.models import TakingOver
from phoihop.programmes.ost.models.shared import OST

AT_ONCE = 200  # rows that are looked at, or taken, while the person waits
_FORMS = load_all(folder_of(str(ost.__file__)))


class Fate(StrEnum):
    """What becomes of a row: it is new, was taken before and changes nothing, or is wrong."""

    NEW = "new"
    KNOWN = "known"
    WRONG = "wrong"


@dataclass(frozen=True, slots=True)
class Said:
    """What is wrong in a row: the column it is about, and why."""

    column: str
    message: Bilingual


@dataclass(frozen=True, slots=True)
class Line:
    """One row as it came. ``number``: where it stood; ``texts``: in the order of the form's columns."""

    number: int
    texts: tuple[str, ...]
    fate: Fate | None = None
    said: tuple[Said, ...] = ()


@dataclass(frozen=True, slots=True)
class Entered:
    """A row whose cells could all be read."""

    number: int
    values: Mapping[str, Value | None]


Lines = Mapping[str, Sequence[Line]]  # by the code of the form
Rows = Mapping[str, Sequence[Entered]]
Fault = tuple[str, int, Said]  # code of the form, number of the row


@dataclass
class Weighed:
    """What was found in rows: faults, rows that were there before, and what stands against all of them."""

    faults: list[Fault] = field(default_factory=list)
    known: set[tuple[str, int]] = field(default_factory=set)
    against: Refusal | None = None


@dataclass(frozen=True, slots=True)
class Sort:
    """One kind of book. ``whole``: taken only where no row is wrong, since rows rest on each other.

    ``weigh`` looks and writes nothing; ``parts`` are taken by ``take``, each whole or not at all.
    """

    code: str
    forms: tuple[Form, ...]
    whole: bool
    weigh: Callable[[Viewer, TakingOver, Rows], Weighed]
    parts: Callable[[Rows], Iterator[Rows]]
    take: Callable[[Viewer, TakingOver, Rows], int]


SORTS: dict[str, Sort] = {}
# Who lets a worker go on with what was sent, once that is kept (apps).
LISTENERS: list[Callable[[int], None]] = []


def form(code: str) -> Form:
    """The definition of a sheet."""
    return _FORMS[code, 1]


def register(sort: Sort) -> None:
    """Make a kind of book known."""
    SORTS[sort.code] = sort


@action(
    "ost.case_take_over_send",
    "Gửi sổ giấy lên để kiểm tra",
    "Send paper books to be looked at",
    of="facility",
)
def send(*, by: Viewer, facility: Facility, site: Facility, kind: str, lines: Lines) -> TakingOver:
    """Keep rows of sheets, and look at them: at once where they are few, else soon. Nothing is taken yet.

    ``lines``: by the form's code. Refusal: "not-offered" for a site that is not the facility's own or a kind
    that there is not; "book-empty".
    """
    if OST not in facility.programmes or kind not in SORTS or not books.serves(facility, site):
        raise refuse("not-offered")
    count = sum(map(len, lines.values()))
    if not count:
        raise refuse("book-empty")
    row = TakingOver(facility=facility, site=site, kind=kind, rows=count, by_id=by.account or 0)
    _keep(row, lines)
    row.save(force_insert=True)
    if count <= AT_ONCE:
        look(by, row)
    else:
        _queue(row)
    return row


@action(
    "ost.case_take_over_confirm",
    "Nhận sổ giấy đã kiểm tra",
    "Take paper books that were looked at",
    of="taking",
    step_up=True,
)
def confirm(*, by: Viewer, taking: TakingOver) -> TakingOver:
    """Take every row that nothing stands against. Refusal: "taking-not-checked", "taking-nothing",
    "taking-wrong" where it is taken whole or not at all and a row is wrong."""
    row = (
        TakingOver.objects.select_for_update(of=("self",))
        .select_related("facility", "site")
        .get(pk=taking.pk)
    )
    if row.state != TakingOver.CHECKED:
        raise refuse("taking-not-checked")
    if row.why or (SORTS[row.kind].whole and row.wrong):
        raise refuse("taking-wrong")
    if not row.new:
        raise refuse("taking-nothing")
    row.state, row.done, row.attempts = TakingOver.TAKING, 0, 0
    row.save(update_fields=["state", "done", "attempts", "heard_at"])
    if row.rows <= AT_ONCE:
        finish(row, [fault for part in parts_of(by, row) for fault in take_part(by, row, part)])
    else:
        _queue(row)
    return row


@action("ost.case_take_over_drop", "Bỏ sổ giấy đã gửi", "Drop paper books that were sent", of="taking")
def drop(*, by: Viewer, taking: TakingOver) -> None:
    """Forget what was sent; what was taken of it stays. Refusal("taking-runs")."""
    row = TakingOver.objects.select_for_update(of=("self",)).get(pk=taking.pk)
    if row.state == TakingOver.TAKING:
        raise refuse("taking-runs")
    if row.state != TakingOver.TAKEN:
        row.state = TakingOver.DROPPED
    forget(row)
    row.save(update_fields=["state", "file", "heard_at"])


def look(by: Viewer, row: TakingOver) -> None:
    """Say of every row what becomes of it. In the scope of whoever sent it."""
    sort, lines = SORTS[row.kind], kept(row)
    weighed: dict[tuple[str, int], list[Said]] = {}
    good: dict[str, list[Entered]] = {}
    for each in sort.forms:
        good[each.code] = []
        for entered, said in _read(each, lines.get(each.code, ()), by):
            if said:
                weighed[each.code, entered.number] = said
            else:
                good[each.code].append(entered)
    found = sort.weigh(by, row, good)
    for code, number, said_of in found.faults:
        weighed.setdefault((code, number), []).append(said_of)
    judged = {
        code: [
            replace(
                line,
                fate=Fate.WRONG
                if (code, line.number) in weighed
                else Fate.KNOWN
                if (code, line.number) in found.known
                else Fate.NEW,
                said=tuple(weighed.get((code, line.number), ())),
            )
            for line in own
        ]
        for code, own in lines.items()
    }
    fates = [line.fate for own in judged.values() for line in own]
    row.new, row.known, row.wrong = (fates.count(fate) for fate in (Fate.NEW, Fate.KNOWN, Fate.WRONG))
    against = found.against.message if found.against is not None else Bilingual("", "")
    row.why, row.why_en = against.vi, against.en
    row.state, row.done = TakingOver.CHECKED, row.rows
    _keep(row, judged)
    row.save()


def parts_of(by: Viewer, row: TakingOver) -> list[Rows]:
    """What is right, in the parts in which it is taken."""
    sort, lines = SORTS[row.kind], kept(row)
    wanted: dict[str, list[Entered]] = {}
    for each in sort.forms:
        right = [line for line in lines.get(each.code, ()) if line.fate is not Fate.WRONG]
        wanted[each.code] = [entered for entered, _ in _read(each, right, by)]
    return list(sort.parts(wanted))


def take_part(by: Viewer, row: TakingOver, part: Rows) -> list[Fault]:
    """Take a part whole. Where it is no longer as it was looked at, it is looked at anew, and what is wrong
    in it left out and told."""
    sort = SORTS[row.kind]
    try:
        with transaction.atomic():
            sort.take(by, row, part)
    except Refusal as refusal:
        return _taken_without(by, row, sort, part, refusal)
    return []


def finish(row: TakingOver, late: Sequence[Fault]) -> None:
    """All parts are done; ``late``: what turned out to be wrong only then."""
    if late:
        _late(row, dict(kept(row)), late)
    row.state, row.done = TakingOver.TAKEN, row.rows
    if not row.wrong and not row.why:
        forget(row)
    row.save()


def _taken_without(by: Viewer, row: TakingOver, sort: Sort, part: Rows, refusal: Refusal) -> list[Fault]:
    """What is wrong in a part that something happened to since; the rest of it is taken."""
    found = sort.weigh(by, row, part)
    if sort.whole or found.against is not None or not found.faults:
        row.why, row.why_en = refusal.message.vi, refusal.message.en
        every = [(code, each.number) for code, own in part.items() for each in own]
        return [(code, number, Said("", refusal.message)) for code, number in every]
    wrong = {(code, number) for code, number, _ in found.faults}
    rest = {code: [each for each in own if (code, each.number) not in wrong] for code, own in part.items()}
    with transaction.atomic():
        sort.take(by, row, rest)
    return found.faults


def _late(row: TakingOver, lines: dict[str, Sequence[Line]], late: Sequence[Fault]) -> None:
    said = {(code, number): each for code, number, each in late}
    after = {
        code: [
            replace(line, fate=Fate.WRONG, said=(said[code, line.number],))
            if (code, line.number) in said
            else line
            for line in own
        ]
        for code, own in lines.items()
    }
    row.wrong += len(said)
    row.new = max(0, row.new - len(said))
    _keep(row, after)


def _read(each: Form, lines: Sequence[Line], by: Viewer) -> Iterator[tuple[Entered, list[Said]]]:
    """Rows as the form reads them, each with what is wrong in its cells."""
    data = "".join(f"{json.dumps([line.number, [*line.texts, '']])}\n" for line in lines).encode()
    for read in Sheet(each, {}, data).rows(Given(today=by.day)):
        wrong = [Said(note.code, note.message) for note in read.notes]
        yield Entered(read.number, read.values), wrong


def kept(row: TakingOver) -> Lines:
    """What was sent, with what was said of it. Refusal("taking-gone") once it is forgotten."""
    if not row.file:
        raise refuse("taking-gone")
    told = json.loads(b"".join(vaults.vault().open(row.file)))
    return {
        code: [
            Line(
                number,
                tuple(texts),
                Fate(fate) if fate else None,
                tuple(Said(column, Bilingual(vi, en)) for column, vi, en in said),
            )
            for number, texts, fate, said in own
        ]
        for code, own in told.items()
    }


def _keep(row: TakingOver, lines: Lines) -> None:
    told = {
        code: [
            [
                line.number,
                line.texts,
                line.fate.value if line.fate else "",
                [[said.column, said.message.vi, said.message.en] for said in line.said],
            ]
            for line in own
        ]
        for code, own in lines.items()
    }
    before, row.file = row.file, vaults.vault().store([json.dumps(told, ensure_ascii=False).encode()]).id
    if before:
        _forget(before)


def forget(row: TakingOver) -> None:
    """The file goes once the present transaction is kept."""
    if row.file:
        _forget(row.file)
    row.file = ""


def _forget(file: str) -> None:
    transaction.on_commit(lambda: vaults.vault().delete(file))


def _queue(row: TakingOver) -> None:
    """Let a worker go on with it, once the present transaction is kept."""
    row.heard_at = timezone.now()
    for go_on in LISTENERS:
        transaction.on_commit(partial(go_on, row.pk))
