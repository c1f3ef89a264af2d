"""Erasing a person, the list that outlives the database, what has had its time, newer keys for old."""

import json
import os
import uuid
from datetime import date, timedelta

import pytest
from django.db import connection, transaction
from django.utils import timezone
from procrastinate.contrib.django import app

from phoihop.base.org.models import Account, Notice, Person, SignInCard
from phoihop.base.org.tests import making
from phoihop.base.org.viewers import scope_of
from phoihop.base.security import erasing, erasures, jobs, keyring, places, retention, rotating, scope, vaults
from phoihop.base.security.crypto.cache import CachedKeys
from phoihop.base.security.crypto.keyfile import KeyFile
from phoihop.base.security.crypto.keys import audit_signer
from phoihop.base.security.crypto.refusing import Tampered
from phoihop.base.security.models import AuditEntry, StoredFile
from phoihop.base.security.models.keys import DataKeyRow
from phoihop.base.security.rows import RowAccess
from phoihop.base.security.scope import Scope
from phoihop.kernel.refusals import Refusal
from tests.standin import actions, queries
from tests.standin.models import Client, Visit

DAY = date(2026, 11, 20)
KEYS = Scope("keys")
NOBODY = uuid.UUID(int=1)


@pytest.fixture(autouse=True)
def own_folder(tmp_path, monkeypatch):
    """Witness, list of erasures and keys of this test alone; only the key of scopes is the database's."""
    monkeypatch.setenv("PHOIHOP_DATA", str(tmp_path))
    scopes, keys = keyring.scope_key(), CachedKeys(KeyFile.demo(tmp_path / "keys"))
    monkeypatch.setattr(keyring, "scope_key", lambda: scopes)
    monkeypatch.setattr(keyring, "store", lambda: keys)


@pytest.fixture
def clinic(db):
    """A clinic with its carer and two people; Mỷ came once."""
    with scope.acting(making.INSTALL):
        agency = making.agency("Trung tâm Y tế Nậm Pồ")
        place = making.facility(agency, "Phòng khám A", programmes=["alpha"])
        carer = making.somebody("Lù Thị Sên", "carer-alpha", place)
    made = {"place": place, "carer": carer}
    for key, name, number in (("my", "Vàng Thị Mỷ", "035199000123"), ("chu", "Sùng A Chứ", "035199000124")):
        given = {"facility": place, "name": name, "number": number, "state": "dương", "since": DAY}
        made[key] = actions.enrol("alpha", by=carer, **given)
    actions.visit("alpha", by=carer, client=made["my"], day=DAY, amount=3)
    return made


def erase(clinic, who="my", **more):
    return erasing.erase_person(
        "alpha",
        clinic["place"].pk,
        clinic[who].pseudonym,
        ground="luat-91.art-14",
        by=clinic["carer"].account,
        **more,
    )


def test_an_erased_person_is_counted_and_says_nothing(clinic, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        done = erase(clinic)
    assert (done.keys, done.blanked, done.deleted) == (1, 1, 0)
    with scope.acting(scope_of(clinic["carer"])):
        known = Client.objects.get(pk=clinic["my"].pk)
        with pytest.raises(Refusal, match="erased"):
            known.text("name")
        assert (known.number_index, known.name_tokens) == (None, [])
        assert Client.objects.count() == 2, "the row is still counted"
        assert Visit.objects.get(client=known).amount == 3, "and so is what happened"
        assert Client.objects.get(pk=clinic["chu"].pk).text("name") == "Sùng A Chứ", "nobody else was touched"
    assert queries.search(clinic["carer"], "alpha", "vang thi my") == []
    with scope.acting(Scope("job")):
        entry = AuditEntry.objects.get(action="security.erase_person")
    assert (entry.account, entry.programme, entry.count) == (clinic["carer"].account, "alpha", 2)
    assert entry.detail == {"article": "luat-91.art-14"}


def test_files_of_an_erased_person_go_too(clinic, vault, django_capture_on_commit_callbacks):
    stored = vault.store([b"a photograph"])
    with scope.acting(scope_of(clinic["carer"])):
        row = StoredFile.objects.create(
            vault=stored.id,
            name="anh.jpg",
            media_type="image/jpeg",
            size=12,
            sha256="",
            about=f"standin.Client:{clinic['my'].pk}",
            account=clinic["carer"].account,
            facility=clinic["place"].pk,
            programme="alpha",
        )
    with django_capture_on_commit_callbacks(execute=True):
        erase(clinic)
        assert list(vault.ids()) == [stored.id], "not before the commit"
    assert list(vault.ids()) == []
    with scope.acting(scope_of(clinic["carer"])):
        assert StoredFile.objects.get(pk=row.pk).name == ""


def test_a_file_that_no_row_names_goes_when_it_is_a_day_old(clinic, vault):
    named, orphan, new = (vault.store([text]) for text in (b"one", b"two", b"three"))
    with scope.acting(scope_of(clinic["carer"])):
        StoredFile.objects.create(
            vault=named.id,
            name="anh.jpg",
            media_type="image/jpeg",
            size=3,
            sha256="",
            account=clinic["carer"].account,
            facility=clinic["place"].pk,
            programme="alpha",
        )
    for path in lying(vault):
        if path.name != new.id:
            os.utime(path, (0, 0))
    assert vaults.sweep() == 1
    assert set(vault.ids()) == {named.id, new.id}
    assert orphan.id not in set(vault.ids())


def lying(vault):
    return [path for path in vault._folder.rglob("*") if path.is_file()]


def test_no_file_goes_while_a_table_that_names_files_hides_its_rows(db, vault, monkeypatch):
    vault.store([b"one"])
    (path,) = lying(vault)
    os.utime(path, (0, 0))
    monkeypatch.setattr(StoredFile, "row_access", RowAccess("account = 1"))
    with pytest.raises(RuntimeError, match="hides its rows"):
        vaults.sweep()
    assert path.exists()


def test_every_table_that_names_files_is_known():
    found = {f"{model._meta.label}.{column}" for model, column in vaults.holders()}
    assert {"security.StoredFile.vault", "release.Export.file", "release.Copy.file"} <= found


def test_the_list_names_nobody_and_is_written_only_after_the_commit(
    clinic, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True):
        erase(clinic)
        assert not places.erasures().exists()
    text = places.erasures().read_text()
    for telling in (str(clinic["my"].pseudonym), clinic["my"].pseudonym.hex, "alpha", "luat-91"):
        assert telling not in text
    assert len(erasing.listed().marks) == 1


def test_a_transaction_undone_erases_and_lists_nobody(clinic, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        try:
            with transaction.atomic():
                erase(clinic)
                raise ZeroDivisionError
        except ZeroDivisionError:
            pass
    assert not places.erasures().exists()
    keyring.store().clear()
    with scope.acting(scope_of(clinic["carer"])):
        assert Client.objects.get(pk=clinic["my"].pk).text("name") == "Vàng Thị Mỷ"


def test_a_person_of_another_facility_or_nobody_is_not_found(clinic):
    for facility, person in ((clinic["place"].pk + 1, clinic["my"].pseudonym), (clinic["place"].pk, NOBODY)):
        with pytest.raises(Refusal, match="not-found"):
            erasing.erase_person("alpha", facility, person, ground="x", by=None)


def test_erasing_again_empties_what_came_since(clinic):
    erase(clinic)
    with scope.acting(scope_of(clinic["carer"])):
        Client.objects.filter(pk=clinic["my"].pk).update(name_tokens=[1, 2])
    done = erase(clinic)
    assert (done.keys, done.blanked) == (0, 1)
    with scope.acting(scope_of(clinic["carer"])):
        assert Client.objects.get(pk=clinic["my"].pk).name_tokens == []


def test_a_restored_database_forgets_again(clinic, django_capture_on_commit_callbacks):
    with scope.acting(KEYS):
        (before,) = DataKeyRow.objects.filter(person=clinic["my"].pseudonym).values("wrapped")
    with django_capture_on_commit_callbacks(execute=True):
        erase(clinic)
    with scope.acting(KEYS):  # what a restore of an older backup does
        DataKeyRow.objects.filter(person=clinic["my"].pseudonym).update(
            wrapped=before["wrapped"], erased_at=None
        )
    assert erasing.erase_again() == 1
    assert erasing.erase_again() == 0
    with scope.acting(KEYS):
        assert DataKeyRow.objects.get(person=clinic["my"].pseudonym).wrapped is None
        assert DataKeyRow.objects.get(person=clinic["chu"].pseudonym).wrapped is not None
    with scope.acting(Scope("job")):
        again = AuditEntry.objects.filter(action="security.erase_person").latest("id")
    assert (again.account, again.detail) == (None, {"article": "restored"})
    assert len(erasing.listed().marks) == 1, "no second line for the same erasure"


def test_a_list_that_cannot_be_written_is_said_and_completed_later(
    clinic, django_capture_on_commit_callbacks
):
    places.erasures().mkdir()
    with django_capture_on_commit_callbacks() as waiting:
        erase(clinic)
    with pytest.raises(Refusal, match="erasure-list"):
        waiting[-1]()
    places.erasures().rmdir()
    assert erasing.relist() == 1
    assert erasing.relist() == 0
    assert len(erasing.listed().marks) == 1


def lines(path) -> list[bytes]:
    return path.read_bytes().splitlines(keepends=True)


@pytest.mark.parametrize(
    ("harm", "bad", "marks"),
    [
        ("none", (), 3),
        ("torn end", (4,), 3),
        ("changed mark", (2,), 2),
        ("removed line", (2,), 2),
        ("another's signature", (2, 3), 2),
    ],
)
def test_a_list_tampered_with_is_seen(tmp_path, harm, bad, marks):
    path, key = tmp_path / "erasures", audit_signer(keyring.store())[1]
    for number in range(3):
        erasures.append(path, [bytes([number]) * 32], key)
    text = lines(path)
    if harm == "torn end":
        text.append(text[0][:40])
    elif harm == "changed mark":
        said = json.loads(text[1])
        text[1] = json.dumps(said | {"mark": "ff" * 32}).encode() + b"\n"
    elif harm == "removed line":
        del text[1]
    elif harm == "another's signature":
        text[1] = json.dumps(json.loads(text[1]) | {"signer": "00" * 8}).encode() + b"\n"
    path.write_bytes(b"".join(text))
    found = erasures.read(path, [key.public_key()])
    assert (found.bad[:1], len(found.marks)) == (bad[:1], marks)


def test_writing_goes_on_behind_a_torn_line(tmp_path):
    path, key = tmp_path / "erasures", audit_signer(keyring.store())[1]
    erasures.append(path, [b"a" * 32], key)
    with path.open("ab") as file:
        file.write(b'{"number"')
    erasures.append(path, [b"b" * 32], key)
    found = erasures.read(path, [key.public_key()])
    assert (found.marks, found.bad) == (frozenset({b"a" * 32, b"b" * 32}), (2,))


# What has had its time


def test_what_is_due_goes_and_what_is_not_stays(db):
    now = timezone.now()
    with scope.acting(making.INSTALL):
        account = making.account("Lý Thị Pham")
    with scope.acting(Scope("job")):
        for days in (400, 300):
            notice = Notice.objects.create(account=account, code="x")
            Notice.objects.filter(pk=notice.pk).update(at=now - timedelta(days=days))
        for days in (100, 80):
            day = now - timedelta(days=days)
            SignInCard.objects.create(
                account=account, code_hash=b"x", issued_at=day, expires_at=day, used_at=day
            )
    assert retention.purge() == {"org.Notice": 1, "org.SignInCard": 1}
    assert retention.purge() == {}
    with scope.acting(Scope("job")):
        assert (Notice.objects.count(), SignInCard.objects.count()) == (1, 1)
        told = AuditEntry.objects.filter(action="security.purge").values_list("thing_kind", "count")
        assert sorted(told) == [("org.Notice", 1), ("org.SignInCard", 1)]


@pytest.mark.parametrize(("years", "named"), [(4, True), (6, False)])
def test_people_who_left_long_ago_are_emptied_in_place(db, years, named):
    with scope.acting(making.INSTALL):
        accounts = [making.account(name) for name in ("Giàng A Lử", "Lò Văn Panh")]
        left = timezone.localdate() - timedelta(days=365 * years + 3)
        Person.objects.update(left_on=left)
    retention.purge()
    with scope.acting(making.INSTALL):
        assert Person.objects.count() == 2, "their positions and decisions still point at them"
        assert [bool(p.name) for p in Person.objects.all()] == [named, named]
        names = set(Account.objects.values_list("username", flat=True))
        assert names == ({a.username for a in accounts} if named else {f"-{a.pk}" for a in accounts})


def test_it_is_done_every_day_without_being_asked(db):
    regular = {task.task.name: task.cron for task in app.periodic_registry.periodic_tasks.values()}
    assert {"security.purge", "security.relist", "security.sweep_files"} <= set(regular)
    jobs.purge(0)
    jobs.relist(0)


# Newer keys for old


@pytest.fixture
def rotated(clinic):
    """Programme alpha under a newer key; nothing moved yet."""
    keyring.store().rotate("alpha")
    return clinic


def test_every_key_is_moved_and_everything_still_opens(rotated):
    assert rotating.pending("alpha") == 2
    heard = []
    assert rotating.rewrap("alpha", lambda done, whole: heard.append((done, whole))) == 2
    assert heard == [(2, 2)]
    assert rotating.pending("alpha") == 0
    assert rotating.rewrap("alpha") == 0
    assert rotating.drop_old("alpha") == 1
    assert len(keyring.store().versions("alpha")) == 1
    assert queries.see(rotated["carer"], rotated["my"])["name"] == "Vàng Thị Mỷ"


def test_an_interrupted_move_goes_on_where_it_stopped(rotated, monkeypatch):
    monkeypatch.setattr(rotating, "BATCH", 1)

    def stop(done, whole):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        rotating.rewrap("alpha", stop)
    assert rotating.pending("alpha") == 1
    with pytest.raises(Refusal, match="keys-pending"):
        rotating.drop_old("alpha")
    assert rotating.rewrap("alpha") == 1


def test_tombstones_stay_tombstones(rotated):
    erase(rotated)
    assert rotating.rewrap("alpha") == 1
    with scope.acting(KEYS):
        assert DataKeyRow.objects.get(person=rotated["my"].pseudonym).wrapped is None


def test_a_key_copied_to_another_person_does_not_open_after_the_move(rotated):
    with scope.acting(KEYS):
        mine = DataKeyRow.objects.get(person=rotated["my"].pseudonym)
        DataKeyRow.objects.filter(person=rotated["chu"].pseudonym).update(wrapped=mine.wrapped)
    rotating.rewrap("alpha")
    with scope.acting(scope_of(rotated["carer"])), pytest.raises(Tampered):
        Client.objects.get(pk=rotated["chu"].pk).text("name")


def test_the_running_program_cannot_touch_the_keys_of_scopes(db):
    with pytest.raises(Exception, match=r"permission denied|must be owner"), transaction.atomic():
        rotating.retire_scope_keys()
    assert connection.is_usable()
