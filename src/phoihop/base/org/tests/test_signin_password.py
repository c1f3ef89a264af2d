"""Coming in by account name and password."""

import pytest

from phoihop.base.org.models import Session
from phoihop.base.org.tests.signin import Browser, person
from phoihop.base.security import scope


@pytest.fixture(autouse=True)
def _tables(db):
    pass


def test_name_and_password_let_in():
    person()
    browser = Browser()
    assert not browser.is_in
    answer = browser.sign_in()
    assert (answer.status_code, answer.headers["Location"]) == (302, "/hom-nay/")
    assert browser.is_in


@pytest.mark.parametrize("name", ["HOA", " hoa ", "Hoa"])
def test_capitals_and_blanks_of_a_name_do_not_matter(name):
    person()
    browser = Browser()
    browser.sign_in(name)
    assert browser.is_in


def test_the_cookie_is_kept_nowhere():
    person()
    browser = Browser()
    browser.sign_in()
    cookie = browser.cookies["phoihop_session"].value
    with scope.acting(scope.DOOR):
        rows = list(Session.objects.values_list("key", "data"))
    assert len(rows) == 1
    assert cookie not in str(rows)
