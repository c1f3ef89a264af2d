"""A planted file raises an alarm when it is opened; every room says what unusual reading is judged by."""

from datetime import date

import pytest
from django.apps import apps

from phoihop.base.org import alarms, caseload
from phoihop.base.org.doors import DOORS
from phoihop.base.org.models import Facility, Notice
from phoihop.base.org.tests import making
from phoihop.base.security import scope
from phoihop.base.security.audit import canary
from phoihop.base.security.audit.entries import Kind
from phoihop.base.security.models import AuditCanary, AuditEntry
from phoihop.base.security.scope import Scope
from phoihop.base.security.sealed import Sealed
from tests.standin import actions, queries

DAY = date(2026, 11, 20)


@pytest.fixture
def house(db):
    with scope.acting(making.INSTALL):
        agency = making.agency("Trung tâm Y tế Mường Nhé")
        clinic: Facility = making.facility(agency, "Phòng khám Mường Nhé", programmes=["alpha"])
        made = {
            "dpo": making.somebody("Lỳ Mỹ Xá", "data-protection", agency),
            "carer": making.somebody("Pờ Diệu Chúng", "carer-alpha", clinic),
            "clinic": clinic,
        }
    alarms.watch()
    yield made
    alarms.watch()


def test_opening_a_canary_alarms(house, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        client = actions.enrol(
            "alpha", by=house["carer"], facility=house["clinic"], name="Mồi Thị Không", since=DAY
        )
    alarms.plant(by=house["dpo"], thing=client)
    alarms.watch()
    with django_capture_on_commit_callbacks(execute=True):
        queries.see(house["carer"], client)
    with scope.acting(Scope("job")):
        found = AuditEntry.objects.filter(kind="alarm", action=canary.ACTION)
        assert [entry.account for entry in found] == [house["carer"].account]
        told = Notice.objects.filter(code="alarm").values_list("account", flat=True)
        assert list(told) == [house["dpo"].account]


def test_which_file_is_a_canary_is_told_by_no_table(house):
    alarms.plant(by=house["dpo"], thing="standin.Client:4711")
    with scope.acting(Scope("job")):
        (row,) = AuditCanary.objects.all()
    assert b"4711" not in bytes(row.mark)
    assert len(bytes(row.mark)) == 32


def test_every_room_says_whose_work_its_files_are():
    files = {model for model in apps.get_models() if issubclass(model, Sealed)}
    assert files
    assert {model._meta.label for model in files - set(caseload.KINDS)} == set()


def test_every_search_for_files_records_a_hash_of_what_was_searched_for():
    searches = [door for door in DOORS.values() if ".case_" in door.code and door.kind is Kind.SEARCH]
    assert searches
    assert [door.code for door in searches if not door.needle] == []


def test_files_that_no_room_spoke_of_are_nobodys_work(house, monkeypatch):
    client = actions.enrol(
        "alpha", by=house["carer"], facility=house["clinic"], name="Mồi Thị Không", since=DAY
    )
    assert not caseload.standing(house["carer"], client).asks
    monkeypatch.setattr(caseload, "KINDS", {})
    assert caseload.standing(house["carer"], client).asks
