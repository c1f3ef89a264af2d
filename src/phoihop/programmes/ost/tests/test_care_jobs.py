"""What doctors are told by themselves: in neutral words, once, and nobody else."""

import pytest

from phoihop.base.org import menu, notices
from phoihop.base.org.models import Notice
from phoihop.base.security import scope
from phoihop.programmes.ost import jobs
from phoihop.programmes.ost.actions import dispensing, telling
from phoihop.programmes.ost.dosing import reaching
from phoihop.programmes.ost.models import Incident
from phoihop.programmes.ost.rules.amounts import SOLUTION
from phoihop.programmes.ost.tests.care_people import DAY, dosed, person_of
from phoihop.programmes.ost.tests.making import TODAY, admitted, opened, ordered, roster, stocked

JOB = scope.Scope("job")


def told() -> list[tuple[int, str]]:
    with scope.acting(JOB):
        return sorted(Notice.objects.filter(code__startswith="ost-").values_list("account", "code"))


def run() -> None:
    jobs.tell_doctors(0)
    jobs.tell_of_incidents(0)


@pytest.mark.parametrize(("days", "tells"), [(4, True), (5, False), (1, True)])
def test_an_order_that_ends_within_three_days_is_told_to_the_facilitys_doctors(house, days, tells):
    ordered(house.doctor, admitted(house.doctor, house.a), days=days)
    run()
    assert told() == ([(house.doctor.account, "ost-orders")] if tells else [])


def test_a_newer_order_ahead_silences_it(house):
    client = admitted(house.doctor, house.a)
    ordered(house.doctor, client, days=2)
    ordered(house.doctor, client, days=20, start=TODAY + DAY * 2)
    run()
    assert told() == []


@pytest.mark.parametrize(("back", "tells"), [(3, False), (4, True), (9, True)])
def test_three_missed_days_are_told(house, back, tells):
    client = admitted(house.doctor, house.a)
    ordered(house.doctor, client, days=60, start=TODAY - DAY * 20)
    dosed(client, TODAY - DAY * back)
    run()
    assert told() == ([(house.doctor.account, "ost-missed")] if tells else [])


def test_an_incident_is_told_at_each_facility_concerned_and_never_twice(house):
    client = admitted(house.doctor, house.a)
    with reaching.centre(None, house.a.pk, house.b.pk):
        for facility in (house.a, house.b):
            Incident.objects.create(
                identity="z" * 64,
                facility=facility,
                pseudonym=client.pseudonym,
                kind="double-dose",
                severity=1,
                keys=["a"],
                persons=[person_of(client)],
            )
    both = sorted((each.account, "ost-raised") for each in (house.doctor, house.doctor_b))
    run()
    assert told() == both
    with scope.acting(scope.Scope("work", account=house.doctor.account)):
        notices.mark_seen(house.doctor.account or 0, Notice.objects.values_list("pk", flat=True))
    run()
    assert told() == both


def test_running_again_tells_nobody_again_the_same_day(house):
    ordered(house.doctor, admitted(house.doctor, house.a), days=2)
    run()
    with scope.acting(scope.Scope("work", account=house.doctor.account)):
        notices.mark_seen(house.doctor.account or 0, Notice.objects.values_list("pk", flat=True))
    run()
    assert len(told()) == 1


@pytest.mark.parametrize("code", [telling.ENDING, telling.MISSED, telling.RAISED])
def test_notices_lead_somewhere_and_say_nothing_of_an_illness(code):
    assert menu.leads_to(code, "").startswith("/dt/")
    said = notices.WORDS[code]
    assert not any(word in f"{said.vi} {said.en}".casefold() for word in ("methadone", "hiv", "nghiện"))


def test_doctors_are_told_as_soon_as_an_incident_is_kept(house, django_capture_on_commit_callbacks):
    client = admitted(house.doctor, house.a)
    ordered(house.doctor, client)
    stocked(house.storekeeper, house.a)
    opened(house.dispenser, house.a)
    given = {"by": house.dispenser, "roster": roster(house.dispenser, client), "presentation": SOLUTION}
    with django_capture_on_commit_callbacks() as waiting:
        dispensing.give_dose(**given)
    assert jobs._queue_telling not in waiting
    with django_capture_on_commit_callbacks() as waiting:
        dispensing.give_dose(**given, outside=True)
    assert jobs._queue_telling in waiting
