"""Somebody who may open each file copies them all; somebody who swaps what is sealed."""

from datetime import date

import pytest
from django.db import connection
from django.utils import timezone

from phoihop.base.org import doors
from phoihop.base.org.models import Notice, Session
from phoihop.base.org.signin.rules import limits
from phoihop.base.org.tests.signin import PASSWORD, code, with_app
from phoihop.base.org.viewers import scope_of
from phoihop.base.security import scope
from phoihop.base.security.audit.entries import Kind
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


def later(seconds: float) -> None:
    """As if everything done so far had happened earlier."""
    with scope.acting(Scope("job")), connection.cursor() as cursor:
        cursor.execute(
            "update security_throttle set at = at - %(s)s, "
            "hits = array(select hit - %(s)s from unnest(hits) hit)",
            {"s": seconds},
        )
        cursor.execute(
            "update org_session set stepped_up_at = stepped_up_at - make_interval(secs => %s)", [seconds]
        )


STEP_UP = "/dang-nhap/xac-nhan/"


def test_a23_whoever_pages_through_the_files_is_slowed_and_reported(clinic):
    built, carer, (client, _) = clinic
    browser, address = carer.browser(), f"/standin/a/{client.pk}/"
    answers = [browser.get(address) for _ in range(33)]
    assert [answer.status_code for answer in answers] == [200] * 30 + [302] * 3
    assert 0 < int(answers[30]["Retry-After"]) <= 60
    for answer in answers[30:]:
        assert answer["Location"] == f"{STEP_UP}?next=%2Fstandin%2Fa%2F{client.pk}%2F"
        assert "Sình A Một" not in answer.text
    assert {entry.account for entry in alarms("standin.case_alpha_see")} == {carer.account.pk}
    with scope.acting(Scope("job")):
        told = Notice.objects.filter(code="alarm").values_list("account", flat=True)
        watching = {
            built.people[f"data-protection@{where}"].account.pk for where in (world.HERE, world.THERE)
        }
        assert set(told) == watching
        assert len(told) == len(watching), "three refusals are one notice"


@pytest.fixture
def held(clinic):
    """A carer with an app, who was too fast in one of two windows."""
    _, carer, (client, _) = clinic
    secret = with_app(carer.account)
    windows, address = [carer.browser(), carer.browser()], f"/standin/a/{client.pk}/"
    for _ in range(31):
        windows[0].get(address)
    return windows, address, secret


@pytest.mark.parametrize("seconds", [0, 61, 1_300, 86_400])
def test_a23_waiting_does_not_open_another_file_in_any_window(held, seconds):
    windows, address, _ = held
    later(seconds)
    for window in windows:
        assert window.get(address).status_code == 302
        script = window.get(address, headers={"Accept": "application/json"})
        assert (script.status_code, script.json()["sign_in"]) == (401, STEP_UP)
        assert window.post("/standin/a/search/", {"text": "sinh"}).status_code == 302


def test_a23_who_proves_it_goes_on_where_they_were_and_another_window_does_not(held):
    (window, other), address, secret = held
    later(61)
    page = window.get(window.get(address)["Location"])
    assert "nhiều hồ sơ trong thời gian ngắn" in page.text
    assert window.post(STEP_UP, {"code": "000000", "next": address}).status_code == 422
    assert window.get(address).status_code == 302
    assert window.post(STEP_UP, {"code": code(secret), "next": address})["Location"] == address
    assert window.get(address).status_code == 200
    assert other.get(address).status_code == 302
    later(86_400)
    assert window.get(address).status_code == 200, "one proof is enough until the next time"


def test_a23_proving_it_at_once_does_not_shorten_the_wait(held):
    (window, _), address, secret = held
    window.post(STEP_UP, {"code": code(secret), "next": address})
    answer = window.get(address)
    assert answer.status_code == 429
    assert 0 < int(answer["Retry-After"]) <= 60
    later(61)
    assert window.get(address).status_code == 200


def test_a23_an_idle_session_taken_up_with_the_password_alone_stays_held(held):
    (window, _), address, _ = held
    with scope.acting(Scope("job")):
        row = Session.objects.select_related("account").latest("since")
        row.account.set_password(PASSWORD)
        row.account.save(update_fields=["password"])
        Session.objects.update(seen_at=timezone.now() - limits.IDLE)
    assert window.post("/phien/tiep/", {"password": PASSWORD}).status_code == 200
    assert window.get(address).status_code == 302


def test_a23_nobody_proves_it_with_a_factor_added_after_they_were_too_fast(held):
    (window, _), address, _ = held
    for page in ("/toi/dang-nhap/ung-dung/", "/toi/dang-nhap/khoa/", "/toi/mat-khau/"):
        assert window.get(page)["Location"].startswith(STEP_UP)
    assert window.get(address).status_code == 302


def test_a23_a_script_that_keeps_below_the_pace_of_a_minute_is_stopped_too(clinic):
    """Three hundred files in twenty minutes are fifteen a minute."""
    _, carer, (client, _) = clinic
    browser, opened = carer.browser(), 0
    for _ in range(20):
        answers = [browser.get(f"/standin/a/{client.pk}/").status_code for _ in range(15)]
        opened += answers.count(200)
        later(60)
    assert opened == {per: limit for limit, per in doors.PACE[Kind.READ]}[1200.0]
    assert alarms("standin.case_alpha_see")


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
