"""Exports: asked for, allowed by a second person, written as their owner may see them, handed out counted."""

import io
from dataclasses import replace
from datetime import timedelta
from importlib import import_module
from typing import Any

import openpyxl
import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from phoihop.base.org import actions as org
from phoihop.base.org import viewers
from phoihop.base.org.doors import NotAllowed
from phoihop.base.org.models import Account, Notice, Position, Proposal
from phoihop.base.org.signin import leaving
from phoihop.base.org.tests import making
from phoihop.base.release import finding, queries, tending, work
from phoihop.base.release.actions import exports
from phoihop.base.release.actions.exports import Handed, Stopped
from phoihop.base.release.datasets import DATASETS
from phoihop.base.release.models import Copy, Export
from phoihop.base.release.rules.exports import State
from phoihop.base.release.tests.conftest import JOB, REASON, STAYS, enrol, restate
from phoihop.base.security import scope, vaults
from phoihop.base.security.models import AuditEntry
from phoihop.base.security.outgoing.marks import codes_in
from phoihop.kernel.refusals import Refusal

msoffcrypto: Any = import_module("msoffcrypto")


def ask(clinic, **more):
    given = {
        "agency": clinic["agency"],
        "dataset": "standin.clients",
        "filters": {},
        "purpose": "report",
        "reason": REASON,
    }
    return exports.ask(by=clinic["carer"], **(given | more))


def fresh(export) -> Export:
    with scope.acting(JOB):
        return Export.objects.get(pk=export.pk)


def allow(clinic, export, by="head"):
    org.decide_proposal(by=clinic[by], proposal=export.proposal, allow=True)


def ready(clinic, **more) -> Export:
    export = ask(clinic, **more)
    if export.proposal is not None:
        allow(clinic, export)
    work.run(export.pk)
    return fresh(export)


def test_a20_a_named_list_waits_for_a_second_person(clinic):
    export = ask(clinic)
    assert fresh(export).state == State.WAITING
    work.run(export.pk)
    assert fresh(export).state == State.WAITING
    allow(clinic, export)
    assert (fresh(export).state, fresh(export).second_id) == (State.QUEUED, clinic["head"].account)


def test_figures_without_names_are_queued_at_once(clinic):
    assert fresh(ask(clinic, dataset="standin.counts", form="csv")).state == State.QUEUED


def test_a21_the_asker_does_not_allow_it(clinic):
    export = ask(clinic)
    with pytest.raises(NotAllowed):
        allow(clinic, export, by="carer")


def test_a21_a_second_account_on_the_askers_device_does_not_either(clinic):
    export = ask(clinic)
    with scope.acting(making.INSTALL):
        head = making.viewer(Account.objects.get(pk=clinic["head"].account), device="d-carer")
    with pytest.raises(Refusal, match="same-device"):
        org.decide_proposal(by=head, proposal=export.proposal, allow=True)


def test_the_head_of_another_agency_does_not_allow_it(clinic):
    with pytest.raises(NotAllowed):
        allow(clinic, ask(clinic), by="far_head")


def test_the_database_itself_wants_the_second_person(clinic):
    export = ask(clinic)
    with (
        scope.acting(JOB),
        pytest.raises(IntegrityError, match="export_named_second_person"),
        transaction.atomic(),
    ):
        Export.objects.filter(pk=export.pk).update(state=State.QUEUED)


def test_a20_501_people_are_refused(clinic, monkeypatch):
    dataset = DATASETS["standin.clients"]
    many = make_dataset(dataset, list(range(1, 502)))
    monkeypatch.setitem(DATASETS, "standin.clients", many)
    with pytest.raises(Refusal, match="too-many-rows"):
        ask(clinic)


def make_dataset(dataset, things):
    def pick(viewer: Any, **filters: Any) -> list[int]:
        return things

    pick.door = dataset.pick.door  # type: ignore[attr-defined]
    return replace(dataset, pick=pick)


@pytest.mark.parametrize(
    ("given", "reason"),
    [
        ({"purpose": ""}, "purpose-missing"),
        ({"reason": "cần"}, "reason-missing"),
        ({"form": "csv"}, "format"),
        ({"form": "pdf"}, "format"),
        ({"filters": {"since": "2027-01-01"}}, "no-rows"),
        ({"filters": {"name": "Mỷ"}}, "filter"),
        ({"filters": {"since": "hôm qua"}}, "filter"),
    ],
)
def test_what_is_not_asked_for_properly(clinic, given, reason):
    with pytest.raises(Refusal, match=reason):
        ask(clinic, **given)


def test_a20_three_a_day(clinic):
    for _ in range(3):
        ask(clinic)
    with pytest.raises(Refusal, match="three-a-day"):
        ask(clinic)


def test_without_proving_again_who_one_is_nothing_is_asked_for(clinic):
    with scope.acting(making.INSTALL):
        carer = making.viewer(clinic["carer_account"], stepped_up=False)
    with pytest.raises(NotAllowed):
        ask(clinic | {"carer": carer})


@pytest.mark.parametrize("who", ["far", "head", "dpo", "police"])
def test_who_does_not_export_here_is_told_nothing(clinic, who):
    with pytest.raises(NotAllowed):
        ask(clinic | {"carer": clinic[who]})


def test_a_list_one_may_not_read_and_a_list_there_is_not_are_answered_alike(clinic):
    with scope.acting(making.INSTALL):
        clerk = making.somebody("Hù Cố Xuân", "exporter", clinic["agency"])
    said = []
    for dataset in ("standin.clients", "standin.none"):
        with pytest.raises(NotAllowed) as refused:
            ask(clinic | {"carer": clerk}, dataset=dataset)
        said.append((refused.value.reason, refused.value.message))
    assert said[0] == said[1]


def test_a39_the_file_holds_what_the_owner_sees_and_nothing_acts_in_it(clinic):
    for name in ('=HYPERLINK("http://e.example/")', "+cmd", "@x", "Sùng A Chứ"):
        enrol(clinic, name)
    export = ready(clinic)
    assert (export.state, export.rows, export.done) == (State.READY, 5, 5)
    handed = exports.take(by=clinic["carer"], export=export)
    assert isinstance(handed, Handed)
    sealed = exports.fetch(by=clinic["carer"], copy=handed.copy)
    rows = opened(sealed, handed.password)
    names = [row[0] for row in rows[1:]]
    assert names == ["Vàng Thị Mỷ", '=HYPERLINK("http://e.example/")', "+cmd", "@x", "Sùng A Chứ"]
    assert rows[0] == ("Họ và tên", "Từ ngày", "Số thứ tự")


def opened(sealed: bytes, password: str) -> list[tuple]:
    """The rows of a sealed file as a spreadsheet program shows them; a formula would fail the test."""
    page = openpyxl.load_workbook(io.BytesIO(unsealed(sealed, password))).worksheets[0]
    assert all(cell.data_type != "f" for row in page.iter_rows() for cell in row)
    return [tuple(cell.value for cell in row) for row in page.iter_rows()]


def unsealed(sealed: bytes, password: str) -> bytes:
    clear = io.BytesIO()
    office = msoffcrypto.OfficeFile(io.BytesIO(sealed))
    office.load_key(password=password)
    office.decrypt(clear)
    return clear.getvalue()


def test_a22_every_copy_is_counted_and_marked_and_the_file_name_says_nothing(clinic):
    export = ready(clinic)
    handed = [exports.take(by=clinic["carer"], export=export) for _ in range(3)]
    codes = [h.copy.code for h in handed]
    assert len(set(codes)) == 3
    assert [h.copy.number for h in handed] == [1, 2, 3]
    for h in handed:
        data = unsealed(exports.fetch(by=clinic["carer"], copy=h.copy), h.password)
        assert codes_in(data) == {h.copy.code}
        assert h.copy.name.startswith("xuat-du-lieu-")
        assert not [word for word in ("alpha", "standin", "vang", "client") if word in h.copy.name.casefold()]
    with pytest.raises(Refusal, match="no-copies-left"):
        exports.take(by=clinic["carer"], export=export)


def test_the_password_is_kept_nowhere(clinic):
    export = ready(clinic)
    handed = exports.take(by=clinic["carer"], export=export)
    with scope.acting(JOB), connection.cursor() as cursor:
        for table in ("release_export", "release_copy", "security_auditentry", "procrastinate_jobs"):
            cursor.execute(f"select coalesce(string_agg(t::text, ' '), '') from {table} t")
            assert handed.password not in cursor.fetchone()[0]


def test_nothing_of_the_reason_stands_in_the_tables_in_clear(clinic):
    ask(clinic)
    with scope.acting(JOB), connection.cursor() as cursor:
        for table in ("release_export", "org_proposal", "security_auditentry"):
            cursor.execute(f"select coalesce(string_agg(t::text, ' '), '') from {table} t")
            assert REASON not in cursor.fetchone()[0]
    assert finding.export(clinic["carer"], "no-address") is None


def test_another_persons_export_is_not_there(clinic):
    export = ready(clinic)
    handed = exports.take(by=clinic["carer"], export=export)
    for who in ("far", "head", "dpo", "police"):
        with scope.acting(viewers.scope_of(clinic[who])):
            assert finding.export(clinic[who], str(export.uid)) is None
            assert finding.copy(clinic[who], str(handed.copy.uid)) is None
            assert not Export.objects.exists()
        with pytest.raises(NotAllowed):
            exports.take(by=clinic[who], export=export)
        with pytest.raises(NotAllowed):
            exports.fetch(by=clinic[who], copy=handed.copy)


def test_a22_after_a_day_it_is_gone_with_its_file(clinic, django_capture_on_commit_callbacks):
    export = ready(clinic)
    file = export.file
    handed = exports.take(by=clinic["carer"], export=export)
    assert file in set(vaults.vault().ids())
    with scope.acting(JOB):
        Export.objects.filter(pk=export.pk).update(expires_at=timezone.now() - timedelta(seconds=1))
    with pytest.raises(Refusal, match="export-closed"):
        exports.take(by=clinic["carer"], export=export)
    with django_capture_on_commit_callbacks(execute=True):
        tending.everything()
    assert fresh(export).state == State.EXPIRED
    left = set(vaults.vault().ids())
    assert not {file, handed.copy.file} & left
    with pytest.raises(Refusal, match="gone"):
        exports.fetch(by=clinic["carer"], copy=handed.copy)


def test_a62_a_role_taken_away_while_it_waits_ends_it_at_the_write(clinic):
    export = ask(clinic)
    allow(clinic, export)
    with scope.acting(making.INSTALL):
        Position.objects.filter(person=clinic["carer"].person, role="carer-alpha").delete()
        viewers.CACHE.clear()
    work.run(export.pk)
    assert (fresh(export).state, fresh(export).why) == (State.REFUSED, "not-allowed")
    assert fresh(export).file == ""


def test_a62_a_role_taken_away_in_the_middle_ends_it(clinic, monkeypatch):
    for number in range(3):
        enrol(clinic, f"Sùng A {'Chứ' * (number + 1)}")
    monkeypatch.setattr(work, "PART", 1)
    export = ask(clinic)
    allow(clinic, export)
    say, seen = work._say, []

    def dismissed(number, attempt, **columns):
        say(number, attempt, **columns)
        seen.append(columns)
        if columns.get("done") == 2:
            with scope.acting(making.INSTALL):
                Position.objects.filter(person=clinic["carer"].person, role="exporter").delete()
                viewers.CACHE.clear()

    monkeypatch.setattr(work, "_say", dismissed)
    work.run(export.pk)
    assert seen[-1] == {"done": 2}
    assert (fresh(export).state, fresh(export).file) == (State.REFUSED, "")


def test_a62_a_person_who_takes_consent_back_while_it_runs_is_left_out(clinic, monkeypatch):
    second = enrol(clinic, "Sùng A Chứ")
    export = ask(clinic)
    allow(clinic, export)
    say = work._say

    def meanwhile(number, attempt, **columns):
        say(number, attempt, **columns)
        if "done" in columns:
            restate(clinic, second, STAYS)

    monkeypatch.setattr(work, "_say", meanwhile)
    work.run(export.pk)
    assert (fresh(export).state, fresh(export).things) == (State.READY, [clinic["x"].pk])


def test_a62_a_person_who_takes_consent_back_afterwards_stops_the_download(
    clinic, django_capture_on_commit_callbacks
):
    export = ready(clinic)
    restate(clinic, clinic["x"], STAYS)
    with django_capture_on_commit_callbacks(execute=True):
        assert exports.take(by=clinic["carer"], export=export) == Stopped("rows-withdrawn")
    assert (fresh(export).state, fresh(export).file) == (State.REVOKED, "")
    assert export.file not in set(vaults.vault().ids())


def test_a62_a_role_taken_away_afterwards_stops_the_download(clinic):
    export = ready(clinic)
    with scope.acting(making.INSTALL):
        Position.objects.filter(person=clinic["carer"].person, role="carer-alpha").delete()
        carer = making.viewer(clinic["carer_account"])
    assert exports.take(by=carer, export=export) == Stopped("role-changed")
    assert fresh(export).state == State.REVOKED


def test_a_job_run_twice_writes_once(clinic):
    export = ready(clinic)
    work.run(export.pk)
    assert fresh(export).file == export.file
    assert fresh(export).attempts == 1


def silence(export) -> None:
    with scope.acting(JOB):
        Export.objects.filter(pk=export.pk).update(
            state=State.RUNNING, attempts=1, heard_at=timezone.now() - timedelta(minutes=5)
        )


def test_a_lost_worker_is_replaced_once(clinic):
    export = ask(clinic)
    allow(clinic, export)
    silence(export)
    assert work.pick_up() == 1
    assert work.pick_up() == 0
    work.run(export.pk)
    assert (fresh(export).state, fresh(export).attempts) == (State.READY, 2)


def test_a_worker_lost_twice_is_not_replaced(clinic):
    export = ask(clinic)
    allow(clinic, export)
    silence(export)
    with scope.acting(JOB):
        Export.objects.filter(pk=export.pk).update(attempts=2)
    work.pick_up()
    assert (fresh(export).state, fresh(export).why) == (State.FAILED, "worker-lost")


def test_a_worker_that_was_given_up_writes_nothing_when_it_wakes(clinic, vault, monkeypatch):
    export = ask(clinic)
    allow(clinic, export)
    say = work._say

    def asleep(number, attempt, **columns):
        say(number, attempt, **columns)
        with scope.acting(JOB):
            Export.objects.filter(pk=number).update(attempts=attempt + 1)

    monkeypatch.setattr(work, "_say", asleep)
    work.run(export.pk)
    assert (fresh(export).state, fresh(export).file) == (State.RUNNING, "")
    assert list(vault.ids()) == []


def test_an_export_revoked_while_it_runs_gives_no_file(clinic, monkeypatch):
    export = ask(clinic)
    allow(clinic, export)
    say = work._say

    def revoked(number, attempt, **columns):
        say(number, attempt, **columns)
        if "done" in columns:
            exports.revoke(by=clinic["carer"], export=export)

    monkeypatch.setattr(work, "_say", revoked)
    work.run(export.pk)
    assert (fresh(export).state, fresh(export).file) == (State.REVOKED, "")


def test_a_proposal_refused_closes_the_export(clinic):
    export = ask(clinic)
    org.decide_proposal(by=clinic["head"], proposal=export.proposal, allow=False)
    tending.everything()
    assert (fresh(export).state, fresh(export).why) == (State.REFUSED, "second-person")


def test_a49_who_leaves_takes_nothing_along(clinic, django_capture_on_commit_callbacks):
    done, waiting = ready(clinic), ask(clinic)
    with django_capture_on_commit_callbacks(execute=True):
        assert tending.revoke_for(clinic["carer"].account) == 2
    assert {fresh(done).state, fresh(waiting).state} == {State.REVOKED}
    assert done.file not in set(vaults.vault().ids())
    assert Proposal.objects.get(pk=waiting.proposal_id).state == Proposal.State.LAPSED
    with pytest.raises(Refusal, match="already-decided"):
        allow(clinic, waiting)


def test_a_closed_account_gets_no_file(clinic):
    export = ask(clinic)
    allow(clinic, export)
    with scope.acting(JOB):
        Account.objects.filter(pk=clinic["carer"].account).update(is_active=False)
    work.run(export.pk)
    assert (fresh(export).state, fresh(export).why) == (State.REFUSED, "not-allowed")


def test_every_step_is_recorded_without_a_value(clinic):
    export = ready(clinic)
    exports.take(by=clinic["carer"], export=export)
    with scope.acting(JOB):
        entries = list(AuditEntry.objects.filter(kind="export"))
        said = {entry.action for entry in entries}
        told = set(Notice.objects.values_list("code", flat=True))
    assert {"release.asked", "release.written", "release.copied", "release.ask_export"} <= said
    assert {"standin.case_alpha_export_pick", "standin.case_alpha_export_read"} <= said
    assert "export-ready" in told
    assert not [e for e in entries if "Vàng" in str(e.detail) or REASON in str(e.detail)]


def test_a27_a_csv_says_what_it_is_and_opens_as_text(clinic):
    export = ready(clinic, dataset="standin.counts", form="csv")
    handed = exports.take(by=clinic["carer"], export=export)
    assert handed.password == ""
    lines = exports.fetch(by=clinic["carer"], copy=handed.copy).decode("utf-8-sig").splitlines()
    assert "Nội bộ" in lines[0]
    assert handed.copy.code in lines[0]
    assert lines[2] == '"\'=1+1","1"'
    with scope.acting(JOB):
        assert Copy.objects.get(pk=handed.copy.pk).fetched_at is not None


def test_the_list_shows_the_viewers_own_only(clinic):
    ask(clinic)
    assert len(queries.exports(clinic["carer"])) == 1
    with scope.acting(making.INSTALL):
        other = making.somebody("Hù Cố Xuân", "exporter", clinic["agency"])
    assert queries.exports(other) == []


def test_a49_what_somebody_holds_here_stands_on_the_screen_of_leaving(clinic):
    ask(clinic)
    holding = leaving.HOLDINGS["exports"]
    account = clinic["carer_account"]
    assert len(holding.held(account)) == 1
    holding.ended(account, clinic["dpo"])
    assert holding.held(account) == []
    assert leaving.HOLDINGS["emergencies"].held(account) == []


def test_the_jobs_are_known_to_the_worker(clinic):
    from procrastinate.contrib.django import app

    assert {"release.write_export", "release.tend"} <= set(app.tasks)
    assert "release.tend" in {task.task.name for task in app.periodic_registry.periodic_tasks.values()}
