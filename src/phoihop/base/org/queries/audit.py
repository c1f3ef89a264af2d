"""The record of who did what, for those who watch it; who looked at oneself; the week's unusual reading.

No entry holds a value, and none is shown here: who, when, what sort of thing, how many.
"""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.apps import apps
from django.utils import timezone

from phoihop.base.org import openings
from phoihop.base.org.doors import DOORS, entry, query
from phoihop.base.org.models import Account, Agency, Person
from phoihop.base.org.reach import lineage
from phoihop.base.org.rules.permissions import Viewer
from phoihop.base.org.viewers import scope_of
from phoihop.base.security import scope
from phoihop.base.security.audit import reading
from phoihop.base.security.audit.entries import Kind
from phoihop.base.security.audit.reading import Asked
from phoihop.base.security.audit.unusual import Unusual, unusual
from phoihop.base.security.models import AuditEntry
from phoihop.base.security.scope import Scope
from phoihop.base.security.sealed import Sealed
from phoihop.kernel.refusals import Bilingual

WEEK = timedelta(days=7)

KINDS: dict[Kind, Bilingual] = {
    Kind.READ: Bilingual("Xem", "Read"),
    Kind.SEARCH: Bilingual("Tìm", "Search"),
    Kind.WRITE: Bilingual("Ghi", "Write"),
    Kind.REFUSAL: Bilingual("Bị từ chối", "Refused"),
    Kind.EXPORT: Bilingual("Xuất", "Export"),
    Kind.PRINT: Bilingual("In", "Print"),
    Kind.GRANT: Bilingual("Giao quyền", "Grant"),
    Kind.LOGIN: Bilingual("Đăng nhập", "Sign-in"),
    Kind.DISCLOSURE: Bilingual("Cung cấp ra ngoài", "Disclosure"),
    Kind.BREAKGLASS: Bilingual("Mở khẩn cấp", "Emergency opening"),
    Kind.JOB: Bilingual("Máy chạy", "Job"),
    Kind.ALARM: Bilingual("Cảnh báo", "Alarm"),
}


@dataclass(frozen=True, slots=True)
class Line:
    """An entry in words. ``thing`` is a label with an opaque number ("org.Person:12")."""

    at: datetime
    who: str
    office: str
    kind: Bilingual
    did: Bilingual
    thing: str
    count: int
    refused: bool


@dataclass(frozen=True, slots=True)
class Log:
    """A page of the record, newest first; ``before`` goes on. ``offices``: whose record it is."""

    lines: tuple[Line, ...]
    before: int | None
    offices: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Looker:
    """Somebody who looked: by name where they work with the viewer, else by office alone."""

    who: str
    office: str
    times: int
    first: datetime
    last: datetime


@dataclass(frozen=True, slots=True)
class Noticed:
    """Something unusual that somebody did, and how often."""

    who: str
    what: Unusual


@dataclass(frozen=True, slots=True)
class Said:
    """What somebody needed a file outside their own work for, in their words; ``file`` is its label."""

    who: str
    at: datetime
    file: str
    purpose: Bilingual
    words: str


@dataclass(frozen=True, slots=True)
class Week:
    """The digest of an agency: what its people did in seven days, what was unusual in it, and the purposes
    they gave for files outside their own work."""

    agency: Agency
    since: date
    until: date
    looks: int
    noticed: tuple[Noticed, ...]
    said: tuple[Said, ...]


@query("security.see_audit", "Đọc nhật ký", "Read the audit log", recorded=False)
def log(
    viewer: Viewer,
    *,
    kind: str = "",
    thing: str = "",
    since: date | None = None,
    until: date | None = None,
    before: int | None = None,
) -> Log:
    """The record of the viewer's agencies; ``until`` counts. Reading it is itself recorded."""
    label, _, number = thing.partition(":")
    asked = Asked(
        thing=(label, number) if thing else None,
        since=_midnight(since) if since else None,
        until=_midnight(until + timedelta(days=1)) if until else None,
        kinds=(Kind(kind),) if kind else (),
    )
    noted = entry(Kind.READ, "security.see_audit", viewer)
    with scope.acting(scope_of(viewer, "audit")):
        page = reading.entries_for(asked, reading=noted, before=before)
    people, offices = _names(page.entries)
    own = Agency.objects.filter(pk__in=viewer.agencies).order_by("name").values_list("name", flat=True)
    return Log(tuple(_line(row, people, offices) for row in page.entries), page.before, tuple(own))


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time()))


def _names(rows: tuple[AuditEntry, ...]) -> tuple[dict[int, str], dict[int, str]]:
    """Who and for whom, in two statements however many rows there are."""
    accounts = {row.account for row in rows if row.account is not None}
    agencies = {row.agency for row in rows if row.agency is not None}
    return _people(accounts), dict(Agency.objects.filter(pk__in=agencies).values_list("pk", "name"))


def _people(accounts: set[int]) -> dict[int, str]:
    return dict(Account.objects.filter(pk__in=accounts).values_list("pk", "person__name"))


def _line(row: AuditEntry, people: dict[int, str], offices: dict[int, str]) -> Line:
    door = DOORS.get(row.action)
    return Line(
        row.at,
        people.get(row.account or 0, ""),
        offices.get(row.agency or 0, ""),
        KINDS[Kind(row.kind)],
        # A code without a door is one of signing in, of a job or of the program itself.
        door.about if door else Bilingual(row.action, row.action),
        f"{row.thing_kind}:{row.thing_id}" if row.thing_id else row.thing_kind,
        row.count,
        row.outcome != "done",
    )


def _files() -> frozenset[str]:
    """The kinds of things that are somebody's file: a colleague's entry, and every file of every room."""
    sealed = {model._meta.label for model in apps.get_models() if issubclass(model, Sealed)}
    return frozenset(sealed | {Person._meta.label})


@query("security.see_alarms", "Xem cảnh báo", "See alarms", recorded=False)
def alarms(viewer: Viewer, *, before: int | None = None) -> Log:
    """Alarms of every agency, newest first: that somebody opened what nobody has reason to open."""
    noted = entry(Kind.READ, "security.see_alarms", viewer)
    with scope.acting(Scope("job", account=viewer.account)):
        page = reading.entries_for(Asked(kinds=(Kind.ALARM,)), reading=noted, before=before)
    people, offices = _names(page.entries)
    return Log(tuple(_line(row, people, offices) for row in page.entries), page.before, ())


@query(
    "org.see_own_readers", "Xem ai đã xem thông tin về mình", "See who has viewed one's entry", recorded=False
)
def my_readers(viewer: Viewer) -> tuple[Looker, ...]:
    """Who opened the viewer's own staff entry, latest first."""
    noted = entry(Kind.READ, "org.see_own_readers", viewer)
    # Others' entries are nobody's to read; that these are about the viewer is known here.
    with scope.acting(Scope("job", account=viewer.account)):
        looked = reading.lookers("org.Person", str(viewer.person), reading=noted)
    people = _people({each.account for each in looked if each.account is not None})
    agencies = {each.agency for each in looked if each.agency is not None}
    offices = dict(Agency.objects.filter(pk__in=agencies).values_list("pk", "name"))
    return tuple(
        Looker(
            people.get(each.account or 0, "") if each.agency in viewer.agencies else "",
            offices.get(each.agency or 0, ""),
            each.times,
            each.first,
            each.last,
        )
        for each in looked
        if each.account != viewer.account
    )


@query(
    "security.see_digest",
    "Đọc bản tin tuần về việc xem hồ sơ",
    "Read the weekly digest of files viewed",
    of="agency",
    recorded=False,
)
def week(viewer: Viewer, *, agency: Agency, until: date) -> Week:
    """What was unusual in the seven days before ``until`` among the agency's people and with its things."""
    since = until - WEEK
    noted = entry(Kind.READ, "security.see_digest", viewer, agency)
    places = {agency.pk, *lineage().agencies_before(agency.pk)}
    with scope.acting(Scope("audit", account=viewer.account, agencies=tuple(sorted(places)))):
        looks = reading.looks(
            Asked(since=_midnight(since), until=_midnight(until)), people=_files(), reading=noted
        )
        given = openings.given(_midnight(since), _midnight(until))
    found = unusual(looks)
    people = _people({each.account for each in found} | {each.account for each in given})
    return Week(
        agency,
        since,
        until - timedelta(days=1),
        len(looks),
        tuple(Noticed(people.get(each.account, ""), each) for each in found),
        tuple(
            Said(people.get(each.account, ""), each.at, each.file, each.purpose, each.words) for each in given
        ),
    )


@query(
    "security.see_digest",
    "Đọc bản tin tuần về việc xem hồ sơ",
    "Read the weekly digest of files viewed",
    of="agency",
    recorded=False,
)
def readers_of(viewer: Viewer, *, agency: Agency, thing: str) -> tuple[Looker, ...]:
    """Who looked at one thing, as the record of this agency tells; names, for these are its own people."""
    label, _, number = thing.partition(":")
    noted = entry(Kind.READ, "security.see_digest", viewer, agency)
    places = {agency.pk, *lineage().agencies_before(agency.pk)}
    with scope.acting(Scope("audit", account=viewer.account, agencies=tuple(sorted(places)))):
        looked = reading.lookers(label, number, reading=noted)
    people = _people({each.account for each in looked if each.account is not None and each.agency in places})
    agencies = {each.agency for each in looked if each.agency is not None}
    offices = dict(Agency.objects.filter(pk__in=agencies).values_list("pk", "name"))
    return tuple(
        Looker(
            people.get(each.account or 0, ""),
            offices.get(each.agency or 0, ""),
            each.times,
            each.first,
            each.last,
        )
        for each in looked
    )
