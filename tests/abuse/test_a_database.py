"""Past the program: whoever holds a copy of the database, a role on it, or the settings of the machine."""

import os
import subprocess
import sys
from pathlib import Path

import psycopg
import pytest
from django.db import connection

from phoihop.base.database.access import Access
from phoihop.base.database.programs import find_programs
from phoihop.base.org.viewers import scope_of
from phoihop.base.security import scope
from phoihop.base.security.models import AuditEntry
from phoihop.base.security.scope import Scope
from phoihop.config.settings import TABLE
from phoihop.config.startup import EXIT
from tests.abuse.conftest import FOUND, NAME, NUMBER, STATE
from tests.standin.models import Visit
from tests.support import database
from tests.support.house import House

PEOPLE = [
    (f"{family} {middle} {given}", f"0351990{number:05}", f"091{number:07}", f"chẩn đoán số {number}")
    for number, (family, middle, given) in enumerate(
        (f, m, g)
        for f in ("Lường", "Quàng", "Giàng", "Thào", "Mùa")
        for m, g in (("Thị", "Ỏm"), ("Văn", "Hặc"), ("A", "Chống"), ("Seo", "Phừ"))
    )
]


def dump(access: Access) -> bytes:
    """Everything, as a superuser takes it away."""
    given = access.params("setup")
    done = subprocess.run(
        [find_programs().folder / "pg_dump", "--inserts", "--no-password"],
        env={
            "PGHOST": given["host"],
            "PGPORT": str(given["port"]),
            "PGDATABASE": given["dbname"],
            "PGUSER": given["user"],
            "PGPASSWORD": given["password"],
        },
        capture_output=True,
        check=True,
    )
    return done.stdout


def test_a43_a_copy_of_the_database_names_nobody(workshop, spare):
    """Twenty people with a name, a number, a telephone and a finding; each is looked for."""
    workshop.do(
        FOUND
        + f"""
for name, number, phone, finding in {PEOPLE!r}:
    actions.enrol("alpha", by=carer, facility=facility, name=name, number=number,
                  state=f"{{finding}} {{phone}}", since=x.since)
"""
    )
    taken = dump(spare)
    assert taken.count(b"INSERT INTO public.standin_client ") >= len(PEOPLE)
    hits = []
    for texts in (*PEOPLE, (NAME, NUMBER, STATE)):
        for text in texts:
            forms = {text, text.upper(), text.casefold()}
            hits += [
                text
                for form in forms
                if form.encode() in taken or form.encode().hex().encode() in taken.lower()
            ]
    assert hits == []


@pytest.mark.parametrize(
    "statement",
    [
        "update security_auditentry set action = 'x'",
        "delete from security_auditentry",
        "truncate security_auditentry",
        "update security_auditseal set number = 1",
        "delete from security_auditseal",
        "drop table security_auditentry",
        "alter table security_auditentry disable trigger all",
        "alter table security_auditentry disable row level security",
    ],
)
@pytest.mark.parametrize("role", ["app", "reporter", "sealer"])
def test_a45_no_serving_role_changes_the_audit(db, role, statement):
    access, name = database.current[-1]
    with psycopg.connect(**access.params(role, name), autocommit=True) as other:
        other.execute("set default_transaction_read_only = off")  # the reporter's first line of defence
        with pytest.raises(psycopg.Error) as refused:
            other.execute(statement)
    assert refused.value.sqlstate == "42501"  # insufficient privilege


@pytest.mark.parametrize(
    "statement",
    [
        "update security_auditentry set action = 'x'",
        "delete from security_auditentry",
        "truncate security_auditentry",
    ],
)
def test_a45_the_owner_is_stopped_too_as_long_as_the_triggers_stand(db, statement):
    access, name = database.current[-1]
    with (
        psycopg.connect(**access.params("owner", name)) as owner,
        pytest.raises(psycopg.Error, match="only ever"),
    ):
        owner.execute(statement)


def test_a46_the_audit_tells_who_and_what_and_no_value(clinic, recorded):
    clinic.see("carer-alpha@here")
    clinic.search("carer-alpha@here", "vang thi my")
    clinic("carer-alpha@here").post(f"/standin/a/{clinic.x.pk}/visit/", {"day": "2026-11-21"})
    clinic.see("officer@there")
    found = recorded()
    carer = clinic.world.people["carer-alpha@here"].account.pk
    officer = clinic.world.people["officer@there"].account.pk
    assert [(e.action, e.account, e.outcome) for e in found] == [
        ("standin.case_alpha_see", carer, "done"),
        ("standin.case_alpha_search", carer, "done"),
        ("standin.case_alpha_visit", carer, "done"),
        ("standin.case_alpha_see", officer, "refused"),
    ]
    assert all(e.request and e.source and e.at for e in found)
    said = " ".join(str({f.name: getattr(e, f.attname) for f in AuditEntry._meta.fields}) for e in found)
    assert not [word for word in (NAME, "Vàng", "vang", NUMBER, STATE, "2026-11-21") if word in said]


@pytest.fixture
def no_audit(clinic):
    """The database takes no entry any more, as when its disk is full."""
    access, name = database.current[-1]
    with psycopg.connect(**access.params("setup", name), autocommit=True) as setup:
        setup.execute("revoke insert on security_auditentry from phoihop_app")
        try:
            yield clinic
        finally:
            setup.execute("grant insert on security_auditentry to phoihop_app")


def test_a47_what_cannot_be_recorded_does_not_happen(no_audit):
    clinic = no_audit
    carer = clinic("carer-alpha@here")
    seen = clinic.see("carer-alpha@here")
    assert seen.status_code == 500
    assert NAME not in seen.content.decode()
    assert clinic.search("carer-alpha@here", "vang").status_code == 500
    assert carer.post(f"/standin/a/{clinic.x.pk}/visit/", {"day": "2026-11-21"}).status_code == 500
    with scope.acting(scope_of(clinic.world.viewer("carer-alpha@here"))):
        assert not Visit.objects.exists()


def test_a47_no_setting_turns_the_audit_off():
    """Nothing an operator can set is about the audit, and the code that records asks no setting at all."""
    assert not [s.name for s in TABLE if "AUDIT" in s.name or "RECORD" in s.name]
    audit = database.SOURCE / "src" / "phoihop" / "base" / "security" / "audit"
    for path in (audit / "recording.py", audit / "entries.py"):
        text = path.read_text(encoding="utf-8")
        assert "settings" not in text.replace("setting whether", "")
        assert "environ" not in text


def start(house: House, **environment: str) -> subprocess.CompletedProcess[str]:
    """What every serving process does first, in a process of its own."""
    first = "import django; django.setup()\nfrom phoihop.config import startup\n"
    return subprocess.run(
        [sys.executable, "-c", f"{first}startup.refuse_or_go_on()\nprint('on')"],
        env=house.environment | environment,
        cwd=database.SOURCE,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )


def refuses(done: subprocess.CompletedProcess[str], *words: str) -> None:
    assert done.returncode == EXIT, (done.stdout, done.stderr)
    assert "on" not in done.stdout.split()
    for word in words:
        assert word in done.stderr


def test_a44_in_order_it_starts(workshop):
    done = start(workshop)
    assert (done.returncode, done.stdout.split()) == (0, ["on"]), done.stderr


BAD = {
    "a weak secret": ({"PHOIHOP_SECRET_KEY": "changeme"}, "too short or easy to guess"),
    "a monotonous secret": ({"PHOIHOP_SECRET_KEY": "ab" * 40}, "too short or easy to guess"),
    "a demo's data in production": ({"PHOIHOP_MODE": "production"}, "data is a demo's"),
    "no secret in production": ({"PHOIHOP_MODE": "production", "PHOIHOP_SECRET_KEY": ""}, "is missing"),
    "a demo for a network": ({"PHOIHOP_PUBLIC_URL": "https://phoihop.example"}, "this machine only"),
    "a demo for the office": ({"PHOIHOP_PUBLIC_URL": "http://192.168.1.4:8765"}, "this machine only"),
}


@pytest.mark.parametrize("name", BAD)
def test_a44_a53_it_does_not_start_with(workshop, name):
    more, word = BAD[name]
    refuses(start(workshop, **more), "does not start", "không khởi động", word)


def test_a44_it_does_not_start_with_debug(workshop, tmp_path):
    (tmp_path / "careless.py").write_text("from tests.settings import *\nDEBUG = True\n")
    path = f"{workshop.environment['PYTHONPATH']}{os.pathsep}{tmp_path}"
    refuses(start(workshop, DJANGO_SETTINGS_MODULE="careless", PYTHONPATH=path), "DEBUG is on")


@pytest.mark.parametrize(
    ("role", "word"),
    [("setup", "is a superuser"), ("owner", "owns tables"), ("sealer", "bypasses row security")],
)
def test_a44_it_does_not_start_as_a_role_that_may_too_much(workshop, spare, role, word):
    refuses(start(workshop, DATABASE_URL=spare.url(role)), word)


def test_a53_a_demos_keys_do_not_serve_real_data(workshop):
    """Their passphrase lies beside them; giving it does not make them any better."""
    lying = Path(f"{os.environ['PHOIHOP_KEY_FILE']}.passphrase").read_text(encoding="utf-8").strip()
    refuses(start(workshop, PHOIHOP_MODE="production", PHOIHOP_KEY_PASSPHRASE=lying), "key file is a demo's")


LAX = [
    (
        "alter table standin_client disable row level security",
        "alter table standin_client enable row level security",
    ),
    (
        "alter table standin_visit no force row level security",
        "alter table standin_visit force row level security",
    ),
    ("grant truncate on standin_visit to phoihop_app", "revoke truncate on standin_visit from phoihop_app"),
    (
        "create policy wide on standin_client for select to phoihop_app using (true)",
        "drop policy wide on standin_client",
    ),
]


@pytest.mark.parametrize(("do", "undo"), LAX, ids=lambda text: text[:40])
def test_a44_it_does_not_start_on_a_database_that_was_loosened(workshop, spare, do, undo):
    with psycopg.connect(**spare.params("setup"), autocommit=True) as setup:
        setup.execute(do)
        try:
            done = start(workshop)
        finally:
            setup.execute(undo)
    assert done.returncode == EXIT, (done.stdout, done.stderr)
    assert "standin" in done.stderr or "TRUNCATE" in done.stderr.upper()


def test_a53_the_demo_listens_to_this_machine_alone(workshop):
    done = subprocess.run(
        [sys.executable, "-c", "from phoihop.config.server import serve; serve('0.0.0.0', 8799)"],
        env=workshop.environment,
        cwd=database.SOURCE,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert done.returncode != 0
    assert "host-not-local" in done.stderr


RACE = """
import threading
from collections import Counter
from django.db import connection
def race(times, one):
    counted, gate = Counter(), threading.Barrier(10)
    def run():
        gate.wait()
        for _ in range(times // 10):
            try:
                counted[one()] += 1
            except Exception as error:
                counted[getattr(error, "reason", type(error).__name__)] += 1
        connection.close()
    threads = [threading.Thread(target=run) for _ in range(10)]
    [thread.start() for thread in threads]
    [thread.join() for thread in threads]
    return dict(counted)
"""


def test_a58_of_a_hundred_decisions_at_once_one_counts(workshop):
    counted = workshop.do(
        RACE
        + FOUND
        + """
from phoihop.base.org import actions as org
from phoihop.base.org.models import Agency, Position
from dataclasses import replace
with scope.acting(Scope("install")):
    agency = Agency.objects.get(name="Trung tâm Y tế Nậm Pồ")
asker = making.viewer(account("Người administrator here"))
seconds = [making.viewer(account(f"Người {role} here")) for role in ("head", "data-protection")]
gainer = making.account("Được Giao")
asker = replace(asker, device="one")
proposal = org.give_position(by=asker, person=gainer.person, role="exporter", place=agency,
                             since=making.yesterday(), reason="cần người đọc nhật ký")
turn = iter(range(1000))
def one():
    second = seconds[next(turn) % 2]
    org.decide_proposal(by=second, proposal=proposal, allow=True)
    return "decided"
answer = race(100, one)
with scope.acting(Scope("install")):
    answer["positions"] = Position.objects.filter(person=gainer.person, role="exporter").count()
"""
    )
    assert counted == {"decided": 1, "already-decided": 99, "positions": 1}


def test_a58_one_event_sent_a_hundred_times_at_once_is_one_row(workshop):
    counted = workshop.do(
        RACE
        + FOUND
        + """
from uuid import uuid4
from tests.standin.models import Visit
event = uuid4()
def one():
    return f"row {actions.visit('alpha', by=carer, client=x, day=date(2026, 11, 21), event=event).pk}"
answer = race(100, one)
with scope.acting(scope_of(carer)):
    answer["rows"] = Visit.objects.filter(event=event).count()
"""
    )
    assert counted.pop("rows") == 1
    assert list(counted.values()) == [100]


def test_a45_the_runtime_role_reads_no_entry_it_has_no_reason_for(clinic):
    """Adding is everybody's; reading is not, even past the program."""
    clinic.see("carer-alpha@here")
    of_carer = "select count(*) from security_auditentry where action = 'standin.case_alpha_see'"
    for who, rows in (("officer@there", 0), ("carer-alpha@here", 1)):
        account = clinic.world.people[who].account.pk
        with scope.acting(Scope("work", account=account)), connection.cursor() as cursor:
            cursor.execute(of_carer)
            assert cursor.fetchone() == (rows,)
