"""What each role of the room holds, and what is a doctor's alone."""

import pytest

from phoihop.base.org.doors import DOORS, NotAllowed, may
from phoihop.base.org.models import Account
from phoihop.base.org.tests import making
from phoihop.base.security import scope
from phoihop.programmes.ost.tests.making import TODAY, admitted
from phoihop.registry.actions import consenting, enrolling, files
from phoihop.registry.doors import Desk
from phoihop.registry.rules.identity import Told

A_DOCTORS = {
    "registry.case_ost_admit",
    "registry.case_ost_end",
    "registry.case_ost_transfer",
    "registry.case_ost_accept_transfer",
    "registry.case_ost_refuse_transfer",
    "registry.case_ost_withdraw_transfer",
}


def test_a_nurse_holds_of_a_file_all_but_what_begins_moves_or_ends_a_treatment(house):
    every = {code for code in DOORS if code.startswith("registry.case_ost_")}
    assert every >= A_DOCTORS
    assert {code for code in every if may(house.doctor, code, Desk("ost", house.a))} == every
    assert {code for code in every if may(house.nurse, code, Desk("ost", house.a))} == every - A_DOCTORS


def test_a_nurse_opens_a_file_and_takes_a_consent_and_admits_nobody(house):
    client = files.open_file(by=house.nurse, desk=Desk("ost", house.a), told=Told(name="Lò Văn Bảy"))
    consenting.consent(by=house.nurse, client=client, wording="mẫu 02", form="written", given_on=TODAY)
    with pytest.raises(NotAllowed):
        enrolling.admit(by=house.nurse, client=client, since=TODAY)
    enrolling.admit(by=house.doctor, client=client, since=TODAY)
    with pytest.raises(NotAllowed):
        enrolling.end(by=house.nurse, client=admitted(house.doctor, house.a), last_day=TODAY, ending="wish")


def test_whoever_is_nurse_and_doctor_admits(house):
    with scope.acting(making.INSTALL):
        account = Account.objects.get(pk=house.nurse.account)
        making.position(account, "ost-doctor", house.a)
        both = making.viewer(account)
    assert may(both, "registry.case_ost_admit", Desk("ost", house.a))


@pytest.mark.parametrize("code", ["ost.case_take_over_people", "ost.case_take_over_confirm"])
def test_paper_books_are_taken_over_by_the_head_or_a_doctor(house, code):
    people = ("doctor", "nurse", "dispenser", "storekeeper", "head", "head_b", "officer")
    found = {name for name in people if may(getattr(house, name), code, house.a)}
    assert found == {"doctor", "head"}
