"""How long every column stays and how it goes: the periods, the walk over all models, what is overdue.

What a column holds is said beside it (``columns``); here it is held against the periods, and rows that have
had their time are removed or emptied. A room says from which day its rows count by ``declare``.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import uuid4

from django.db import models, transaction
from django.db.models import Q, Value
from django.db.models.functions import Cast, Concat
from django.utils import timezone

from phoihop.base.security import rows, scope
from phoihop.base.security.audit.entries import Entry, Kind
from phoihop.base.security.audit.recording import record
from phoihop.base.security.columns import Class, Erase, Handling, columns, handling_of, is_protected
from phoihop.base.security.scope import Scope
from phoihop.kernel.refusals import Bilingual

JOB = Scope("job")
BATCH = 1_000  # rows in one transaction
_GUARDED = (Class.PERSONAL, Class.SENSITIVE)
# A row of such columns belongs to one person of one programme at one facility.
_OF_A_PERSON = (("programme", "facility", "pseudonym"), ("programme", "facility", "person"))


@dataclass(frozen=True, slots=True)
class Period:
    """How long: ``days`` after an event, or None where no number of days decides; ``about`` says both."""

    days: int | None
    about: Bilingual


PERIODS: dict[str, Period] = {
    "90d": Period(
        90, Bilingual("90 ngày sau lần dùng cuối hoặc ngày hết hạn", "90 days after last use or expiry")
    ),
    "1y": Period(365, Bilingual("1 năm sau ngày ghi", "1 year after it was written")),
    "2y": Period(731, Bilingual("2 năm sau ngày ghi", "2 years after it was written")),
    "5y": Period(1_826, Bilingual("5 năm sau ngày ghi", "5 years after it was written")),
    "10y": Period(3_653, Bilingual("10 năm sau ngày ghi", "10 years after it was written")),
    "office+5y": Period(1_826, Bilingual("5 năm sau ngày thôi nhiệm vụ", "5 years after leaving office")),
    "programme": Period(
        None,
        Bilingual(
            "theo luật của chương trình, tính từ ngày kết thúc hồ sơ",
            "as the programme's own law says, from the day the file is closed",
        ),
    ),
    "audit": Period(
        None,
        Bilingual(
            "lâu bằng dữ liệu mà nhật ký nói tới; chuỗi niêm phong không bị cắt",
            "as long as the data it speaks of; the chain of seals is never cut",
        ),
    ),
}


@dataclass(frozen=True, slots=True)
class Leaves:
    """When rows of a table have had their time: ``keep`` after the day in ``since``, a path of Django's.

    A row with columns to be deleted goes; otherwise its columns to be blanked are emptied. ``whole`` removes
    the row although no column asks for it (a card that nobody can use any more).
    """

    keep: str
    since: str
    whole: bool = False


_LEAVES: dict[str, Leaves] = {}
# Rows that go with the thing they hang on, named "app.Model:id" in this column.
_FOLLOWS = {"security.storedfile": "about"}


def declare(label: str, leaves: Leaves) -> None:
    """Say when the rows of a model ("app.Model") have had their time."""
    if PERIODS[leaves.keep].days is None:
        raise ValueError("no day can be told for this period")
    _LEAVES[label.lower()] = leaves


def leaves_of(model: type[models.Model]) -> Leaves | None:
    """What was declared for a model."""
    return _LEAVES.get(model._meta.label_lower)


def walk(
    tables: Iterable[type[models.Model]] | None = None,
) -> Iterator[tuple[type[models.Model], "models.Field[Any, Any]", Handling | None]]:
    """Every column of every table, those of rooms added later too, with how it is handled."""
    for model in rows.tables() if tables is None else tables:
        for field in columns(model):
            yield model, field, handling_of(field)


def erased_by(model: type[models.Model], how: Erase) -> "list[models.Field[Any, Any]]":
    """The columns of a model that are erased in this way."""
    said = ((field, handling_of(field)) for field in columns(model))
    return [field for field, handling in said if handling is not None and handling.erase == how]


def path_to_person(model: type[models.Model], _seen: frozenset[Any] = frozenset()) -> dict[str, str] | None:
    """How a row leads to its person: the paths of programme, facility and person; None if it leads to none.

    Its own columns, or those of a row it points at.
    """
    names = {field.name for field in columns(model)}
    for three in _OF_A_PERSON:
        if set(three) <= names:
            return dict(zip(("programme", "facility", "person"), three, strict=True))
    for field in columns(model):
        target = field.related_model
        if isinstance(target, type) and target is not model and target not in _seen:
            further = path_to_person(target, _seen | {model})
            if further is not None:
                return {what: f"{field.name}__{path}" for what, path in further.items()}
    return None


def faults(tables: Iterable[type[models.Model]] | None = None) -> list[str]:
    """What the declarations leave open, a line each; empty when every column is classed and can be erased."""
    chosen = list(rows.tables() if tables is None else tables)
    found = [
        f"{model._meta.label}: personal columns without declared row access"
        for model in chosen
        if is_protected(model) and rows.access_of(model) is None
    ]
    for model, field, handling in walk(chosen):
        name = f"{model._meta.label}.{field.name}"
        if handling is None:
            found.append(f"{name}: nobody said what it holds")
        elif handling.cls in _GUARDED:
            found += [f"{name}: {fault}" for fault in _open(model, field, handling)]
    return found


def _open(model: type[models.Model], field: "models.Field[Any, Any]", handling: Handling) -> Iterator[str]:
    if handling.keep not in PERIODS:
        yield f"there is no period {handling.keep!r}"
    if not handling.ground:
        yield "no ground"
    if handling.erase == Erase.KEEP:
        return
    if getattr(model, "pgh_tracked_model", None) is not None and handling.erase != Erase.SHRED:
        yield "a history keeps what its table would forget; leave the column out of it"
        return
    person = path_to_person(model)
    if handling.erase == Erase.SHRED:
        if person is None or field.get_internal_type() != "BinaryField":
            yield "only ciphertext under a person's key is forgotten with the key"
    elif person is None and leaves_of(model) is None and model._meta.label_lower not in _FOLLOWS:
        yield "nobody said from which day its time counts (retention.declare)"
    if handling.erase == Erase.BLANK and not _can_be_blank(field):
        yield "it cannot be emptied: give it null=True or a default"


def _can_be_blank(field: "models.Field[Any, Any]") -> bool:
    return field.null or field.has_default() or field.empty_strings_allowed


def blank_of(field: "models.Field[Any, Any]") -> Any:
    """What an emptied column holds: nothing, or where it must be unique, a dash and the row's number."""
    if field.null:
        return None
    if field.unique:
        return Concat(Value("-"), Cast("pk", models.TextField()))
    return field.get_default()


def is_blank(field: "models.Field[Any, Any]") -> Q:
    """The condition that a column has been emptied."""
    if field.null:
        return Q(**{f"{field.name}__isnull": True})
    if field.unique:
        return Q(**{f"{field.name}__startswith": "-"})
    return Q(**{field.name: field.get_default()})


def overdue(model: type[models.Model], today: date) -> "models.QuerySet[Any] | None":
    """The rows of a model that have had their time; None where no day decides. Needs a scope ("job")."""
    leaves = leaves_of(model)
    if leaves is None:
        return None
    days = PERIODS[leaves.keep].days
    assert days is not None, "declare() takes no other"
    found = model._default_manager.filter(
        **{f"{leaves.since}__lt": _moment(model, leaves.since, today, days)}
    )
    if leaves.whole or erased_by(model, Erase.DELETE):
        return found
    empty = Q()
    for field in erased_by(model, Erase.BLANK):
        empty &= is_blank(field)
    return found.exclude(empty)


def _moment(model: type[models.Model], path: str, today: date, days: int) -> date | datetime:
    at: Any = model
    *steps, last = path.split("__")
    for step in steps:
        at = at._meta.get_field(step).related_model
    day = today - timedelta(days=days)
    if at._meta.get_field(last).get_internal_type() == "DateField":
        return day
    return timezone.make_aware(datetime.combine(day, time.min))


def purge(today: date | None = None) -> dict[str, int]:
    """Remove or empty what has had its time, in small transactions; how many rows of which model.

    One entry of the audit for every model of which rows went.
    """
    today = today or timezone.localdate()
    gone: dict[str, int] = {}
    for model in rows.tables():
        if leaves_of(model) is None:
            continue
        count = 0
        while some := _purge_some(model, today):
            count += some
        if count:
            gone[model._meta.label] = count
    with scope.acting(JOB):
        request = uuid4()
        for label, count in gone.items():
            record(
                Entry(
                    kind=Kind.JOB,
                    action="security.purge",
                    request=request,
                    purpose="job",
                    thing_kind=label,
                    count=count,
                )
            )
    return gone


def _purge_some(model: type[models.Model], today: date) -> int:
    leaves = leaves_of(model)
    assert leaves is not None
    with scope.acting(JOB), transaction.atomic():
        due = overdue(model, today)
        assert due is not None
        keys = list(due.order_by("pk").values_list("pk", flat=True)[:BATCH])
        if not keys:
            return 0
        some = model._default_manager.filter(pk__in=keys)
        if leaves.whole or erased_by(model, Erase.DELETE):
            done = some.delete()[1].get(model._meta.label, 0)
        else:
            done = some.update(**{field.name: blank_of(field) for field in erased_by(model, Erase.BLANK)})
        if done < len(keys):
            raise RuntimeError(f"{model._meta.label}: the rows that went were not all that should have gone")
    return done
