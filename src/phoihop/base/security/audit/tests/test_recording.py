"""Writing and reading entries as the running program does: as the runtime role, under a signed scope."""

from dataclasses import replace
from uuid import uuid4

import pytest
from django.db import DatabaseError, connection
from django.test.utils import CaptureQueriesContext

from phoihop.base.security.audit import canary, recording
from phoihop.base.security.audit.canary import Canaries, mark
from phoihop.base.security.audit.entries import Entry, Kind
from phoihop.base.security.audit.reading import Asked, entries_for, lookers, looks
from phoihop.base.security.audit.recording import record
from phoihop.base.security.audit.tests.house import entry
from phoihop.base.security.models.audit import AuditCanary, AuditEntry
from phoihop.base.security.scope import Scope, acting

pytestmark = pytest.mark.django_db

NURSE = Scope("work", account=7, agencies=(3,))
OTHER = Scope("work", account=8, agencies=(4,))
AUDITOR = Scope("audit", account=9, agencies=(3,))
JOB = Scope("job")
READING = Entry(kind=Kind.READ, action="audit.read", request=uuid4(), account=9, agency=3, purpose="audit")


def look(account: int = 7, agency: int = 3, thing: str = "a1", **more) -> Entry:
    return entry(
        account=account, agency=agency, purpose="care", thing_kind="org.Agency", thing_id=thing, **more
    )


def everything() -> list[AuditEntry]:
    with acting(JOB):
        return list(AuditEntry.objects.exclude(action="org.apart").order_by("pk"))


def test_what_is_recorded_is_there_word_for_word() -> None:
    said = look(position=5, owner_agency=4, source="10.1.2.3", count=3, detail={"fields": ["name"], "kin": 1})
    with acting(NURSE):
        record(said)
    (row,) = everything()
    assert (row.kind, row.action, row.outcome) == ("read", "org.look", "done")
    assert (row.account, row.position, row.agency, row.owner_agency) == (7, 5, 3, 4)
    assert (row.purpose, row.thing_kind, row.thing_id, row.programme) == ("care", "org.Agency", "a1", "")
    assert (row.request, row.source, row.count) == (said.request, "10.1.2.3", 3)
    assert row.detail == {"fields": ["name"], "kin": 1}


def test_several_entries_are_one_statement() -> None:
    with acting(NURSE), CaptureQueriesContext(connection) as caught:
        record(*[look() for _ in range(5)])
    assert sum(query["sql"].startswith("insert into security_auditentry") for query in caught) == 1
    with acting(NURSE):
        record(*[look() for _ in range(recording.TOGETHER + 1)])
    assert len(everything()) == recording.TOGETHER + 6


def test_nobody_records_in_another_persons_name() -> None:
    with pytest.raises(DatabaseError), acting(NURSE):
        record(look(account=8))
    with acting(JOB):
        record(look(account=8))
    assert [row.account for row in everything()] == [8]


def test_an_entry_that_cannot_be_written_takes_what_it_records_with_it() -> None:
    """A-47: without a scope, as with a full disk, the insert fails; so does everything beside it."""

    def change_and_record() -> None:
        with acting(NURSE):
            record(look())
            with connection.cursor() as cursor:
                cursor.execute("select set_config('phoihop.scope', '', true)")
            record(look())

    with pytest.raises(DatabaseError):
        change_and_record()
    assert everything() == []


@pytest.mark.parametrize("what", ["update {} set count = 0", "delete from {}", "truncate {}"])
def test_the_running_program_changes_and_removes_nothing(what: str) -> None:
    """A-45."""
    with acting(NURSE):
        record(look())
    for table in ("security_auditentry", "security_auditseal"):
        with pytest.raises(DatabaseError), acting(NURSE), connection.cursor() as cursor:
            cursor.execute(what.format(table))
    assert [row.count for row in everything()] == [1]


def test_the_running_program_makes_no_seal() -> None:
    with (
        pytest.raises(DatabaseError, match="permission denied"),
        acting(NURSE),
        connection.cursor() as cursor,
    ):
        cursor.execute("insert into security_auditseal (number) values (1)")


@pytest.fixture
def week() -> None:
    """Two people of agency 3 and one of agency 4 looked at three things."""
    with acting(JOB):
        for account, agency, thing in [(7, 3, "a1"), (7, 3, "a1"), (6, 3, "a1"), (8, 4, "a1"), (8, 4, "b2")]:
            record(look(account, agency, thing, owner_agency=3 if thing == "a1" else 4))
        record(look(7, 3, kind=Kind.WRITE), entry(kind=Kind.SEARCH, account=7, agency=3, purpose="care"))


def test_each_sees_what_is_theirs_to_see(week: None) -> None:
    def seen(scope: Scope) -> list[tuple[int | None, str]]:
        with acting(scope):
            return [(row.account, row.thing_id) for row in AuditEntry.objects.order_by("pk")]

    own = [(7, "a1"), (7, "a1"), (7, "a1"), (7, "")]
    assert seen(NURSE) == own
    assert seen(AUDITOR) == [(7, "a1"), (7, "a1"), (6, "a1"), (8, "a1"), (7, "a1"), (7, "")]
    assert seen(Scope("audit", account=9)) == []
    assert seen(Scope("door")) == []
    assert AuditEntry.objects.count() == 0


def test_pages_follow_one_another_and_each_is_recorded(week: None) -> None:
    with acting(AUDITOR):
        first = entries_for(Asked(), reading=READING, limit=4)
        second = entries_for(Asked(), reading=READING, limit=4, before=first.before)
    assert [row.account for row in first.entries] == [7, 7, 8, 6]
    assert [row.account for row in second.entries] == [7, 7]
    assert second.before is None
    own = [(row.account, row.count) for row in everything() if row.action == "audit.read"]
    assert own == [(9, 4), (9, 2)]


ASKED = {
    "a thing": (Asked(thing=("org.Agency", "a1")), [7, 8, 6, 7, 7]),
    "an account": (Asked(account=8), [8]),
    "an agency": (Asked(agency=4), [8]),
    "its things": (Asked(agency=3), [7, 7, 8, 6, 7, 7]),
    "a kind": (Asked(kinds=(Kind.WRITE, Kind.SEARCH)), [7, 7]),
    "nothing": (Asked(account=12), []),
}


@pytest.mark.parametrize("case", ASKED)
def test_entries_are_found_by(week: None, case: str) -> None:
    asked, accounts = ASKED[case]
    with acting(AUDITOR):
        assert [row.account for row in entries_for(asked, reading=READING).entries] == accounts


def test_entries_are_found_by_time(week: None) -> None:
    rows = [row for row in everything() if row.pk]
    with acting(AUDITOR):
        asked = Asked(since=rows[1].at, until=rows[3].at)
        assert [row.pk for row in entries_for(asked, reading=READING).entries] == [rows[2].pk, rows[1].pk]


def test_a_thing_tells_who_looked_at_it(week: None) -> None:
    with acting(AUDITOR):
        found = lookers("org.Agency", "a1", reading=READING)
    assert [(one.account, one.agency, one.purpose, one.times) for one in found] == [
        (8, 4, "care", 1),
        (6, 3, "care", 1),
        (7, 3, "care", 2),
    ]
    assert all(one.first <= one.last for one in found)
    assert everything()[-1].action == "audit.read"


def test_looks_carry_what_the_rules_ask_for() -> None:
    detail = {"caseload": "outside", "kin": 1, "duty": 1}
    with acting(JOB):
        record(look(detail=detail), look(thing="b2"), entry(thing_kind="org.Unit", thing_id="1"))
        record(entry(kind=Kind.SEARCH, detail={"needle": "x0123456789abcdef"}))
        found = looks(Asked(), people={"org.Agency"}, reading=replace(READING, account=None))
    told = [(one.person, one.needle, one.mine, one.kin, one.on_duty) for one in found]
    assert told == [
        ("org.Agency/a1", "", False, True, True),
        ("org.Agency/b2", "", True, False, False),
        ("", "x0123456789abcdef", True, False, False),
    ]


KEY = b"k" * 32


@pytest.fixture
def watched(monkeypatch: pytest.MonkeyPatch) -> list[Entry]:
    """Canary org.Agency c9 is kept in the table; whoever is told of alarms appends them here."""
    told: list[Entry] = []

    def load() -> Canaries:
        return Canaries(KEY, frozenset(bytes(one.mark) for one in AuditCanary.objects.all()))

    monkeypatch.setattr(canary, "_watch", None)
    with acting(JOB):
        AuditCanary.objects.create(mark=mark(KEY, "org.Agency", "c9"), declared_by=1)
    canary.watch(load, told.append)
    return told


def test_whoever_opens_a_canary_sets_off_an_alarm(
    watched: list[Entry], django_capture_on_commit_callbacks
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        with acting(NURSE):
            record(look(thing="c9", source="10.0.0.9"), look())
        assert watched == []  # not before the entry is kept
    assert [(row.kind, row.action, row.account, row.thing_id) for row in everything()] == [
        ("read", "org.look", 7, "c9"),
        ("read", "org.look", 7, "a1"),
        ("alarm", "audit.canary", 7, "c9"),
    ]
    assert [(alarm.kind, alarm.account, alarm.source) for alarm in watched] == [(Kind.ALARM, 7, "10.0.0.9")]


def test_an_alarm_that_cannot_be_sent_does_not_keep_others_back(caplog: pytest.LogCaptureFixture) -> None:
    told: list[Entry] = []

    def tell(alarm: Entry) -> None:
        if not told:
            told.append(alarm)
            raise OSError("no line")
        told.append(alarm)

    canary.Watch(lambda: canary.NONE, tell).told([look(), look()])
    assert len(told) == 2
    assert "could not be sent" in caplog.text
