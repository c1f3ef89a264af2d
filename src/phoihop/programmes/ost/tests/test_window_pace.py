"""The pace at which files are opened leaves room for an hour of dispensing without a script, and no more."""

import pytest
from django.db import connection
from django.urls import reverse

from phoihop.base.org.models import Account
from phoihop.base.security import scope
from phoihop.base.security.models import AuditEntry
from phoihop.base.security.scope import Scope
from phoihop.programmes.ost.tests.making import admitted, ordered, roster, stocked
from tests.support.world import signed_in

AN_HOUR = 150  # people
EACH = 3600 / AN_HOUR  # seconds


@pytest.fixture
def window(house):
    """The dispenser's browser, the list, and the line of somebody on it."""
    client = admitted(house.doctor, house.a)
    ordered(house.doctor, client, "60")
    stocked(house.storekeeper, house.a)
    with scope.acting(scope.DOOR):
        account = Account.objects.get(pk=house.dispenser.account)
    line = roster(house.dispenser, client)
    return signed_in(account), reverse("ost-window", args=[house.a.pk]), line


def later(seconds: float) -> None:
    """As if everything opened so far had been opened earlier."""
    with scope.acting(Scope("job")), connection.cursor() as cursor:
        cursor.execute(
            "update security_throttle set at = at - %(s)s, "
            "hits = array(select hit - %(s)s from unnest(hits) hit)",
            {"s": seconds},
        )


def test_an_hour_of_dispensing_by_forms_alone(window):
    browser, window_list, line = window
    card = reverse("ost-window-card", args=[line.uid])
    # The longest time that anything is counted over is twenty minutes.
    for _ in range(25 * AN_HOUR // 60):
        # Found on the list, opened, and shown once more after the dose was sent.
        assert [browser.get(page).status_code for page in (window_list, card, card)] == [200, 200, 200]
        later(EACH)


def test_cards_are_no_way_to_page_through_people(window):
    browser, window_list, line = window
    card = reverse("ost-window-card", args=[line.uid])
    answers = [browser.get(card) for _ in range(31)]
    assert [answer.status_code for answer in answers] == [200] * 30 + [302]
    assert "/xac-nhan/" in answers[-1]["Location"]
    # Whoever was stopped there opens nothing elsewhere before they proved who they are.
    assert browser.get(window_list).status_code == 302


@pytest.mark.long
def test_nor_for_a_script_that_keeps_below_the_pace_of_a_minute(window):
    browser, _, line = window
    card = reverse("ost-window-card", args=[line.uid])
    opened = 0
    while browser.get(card).status_code == 200:
        opened += 1
        later(3)
        assert opened < 300, "three hundred in twenty minutes are never let through"
    assert opened == 250


def test_whoever_was_opened_is_recorded_by_their_line(window):
    browser, _, line = window
    browser.get(reverse("ost-window-card", args=[line.uid]))
    with scope.acting(Scope("job")):
        entry = AuditEntry.objects.get(action="ost.case_give_line")
    assert (entry.thing_kind, entry.thing_id) == ("ost.Roster", str(line.pk))
