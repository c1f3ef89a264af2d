"""Somebody who may open each file copies them all; somebody who swaps what is sealed."""

from datetime import date

import pytest

from phoihop.base.org.models import Notice
from phoihop.base.org.viewers import scope_of
from phoihop.base.security import scope
from phoihop.base.security.models import AuditEntry
from phoihop.base.security.scope import Scope
from tests.standin import actions
from tests.standin.models import Client
from tests.support import world

DAY = date(2026, 11, 20)


@pytest.fixture
def clinic(db):
    built = world.build()
    carer = built.people["carer-alpha@here"]
    clients = [
        actions.enrol("alpha", by=carer.viewer, facility=carer.place, name=f"Sình A {letter}", since=DAY)
        for letter in ("Một", "Hai")
    ]
    return built, carer, clients


def alarms(code: str) -> list[AuditEntry]:
    with scope.acting(Scope("job")):
        return list(AuditEntry.objects.filter(kind="alarm", action=code))


def test_a23_whoever_pages_through_the_files_is_slowed_and_reported(clinic):
    built, carer, (client, _) = clinic
    browser = carer.browser()
    answers = [browser.get(f"/standin/a/{client.pk}/") for _ in range(33)]
    assert [answer.status_code for answer in answers] == [200] * 30 + [429] * 3
    assert 0 < int(answers[-1]["Retry-After"]) <= 60
    assert "Sình A Một" not in answers[-1].text
    assert {entry.account for entry in alarms("standin.case_alpha_see")} == {carer.account.pk}
    with scope.acting(Scope("job")):
        told = Notice.objects.filter(code="alarm").values_list("account", flat=True)
        watching = {
            built.people[f"data-protection@{where}"].account.pk for where in (world.HERE, world.THERE)
        }
        assert set(told) == watching
        assert len(told) == len(watching), "three refusals are one notice"


def test_a23_other_people_go_on(clinic):
    _, carer, (client, _) = clinic
    for _ in range(31):
        carer.browser().get(f"/standin/a/{client.pk}/")
    answer = carer.browser().get("/hom-nay/")
    assert answer.status_code == 200


def test_a43_a_swapped_value_raises_an_alarm(clinic):
    _, carer, (one, other) = clinic
    with scope.acting(scope_of(carer.viewer)):
        Client.objects.filter(pk=other.pk).update(name=Client.objects.get(pk=one.pk).name)
    answer = carer.browser().get(f"/standin/a/{other.pk}/")
    assert answer.status_code == 500
    assert "Sình" not in answer.text
    (found,) = alarms("security.standin_client")
    assert found.detail == {"rule": "tampered", "fields": ["name"]}
