"""What nobody types by hand: years that no calendar has, characters that no column takes."""

import pytest

from phoihop.base.security import scope
from phoihop.coordination.plans.models import Obstacle
from phoihop.coordination.plans.tests.province import JOB, Province
from phoihop.coordination.plans.tests.test_obstacles import raised
from phoihop.coordination.plans.tests.test_steering import Site, meet


@pytest.fixture
def here(db) -> Province:
    return Province()


@pytest.fixture
def site(here) -> Site:
    return Site(here)


@pytest.mark.parametrize("asked", ["page=999999999", "co-quan=999999999"])
def test_a_list_asked_for_what_is_not_there_is_empty(here, site, asked):
    assert str(here.plan.uid) not in site.get(here.planner, f"/ke-hoach/?{asked}")


@pytest.mark.parametrize("year", ["0", "99999", "999999999", "-1", "²⁰²⁶"])
def test_a_year_that_no_calendar_has_is_a_bad_request(here, site, year):
    site.get(here.planner, f"/ke-hoach/?nam={year}", status=400)


def test_the_form_of_the_list_may_be_sent_as_it_stands(here, site):
    assert str(here.plan.uid) in site.get(here.planner, "/ke-hoach/?nam=&dia-ban=&co-quan=")


@pytest.mark.parametrize("path", ["vuong-mac", "hop", "ban-chi-dao", "nhac-viec"])
def test_a_page_far_beyond_the_last_is_empty(here, site, path):
    site.get(here.planner, f"/{path}/?page=999999999")


def test_an_answer_that_no_column_takes_is_refused_and_nothing_is_written(here, site):
    made, sent = raised(here), {"act": "answer", "text": "đã\x00 làm xong"}
    site.post(here.officer(here.police), f"/vuong-mac/{made.uid}/", status=422, **sent)
    with scope.acting(JOB):
        assert Obstacle.objects.get(pk=made.pk).answer == ""


def test_a_search_that_no_column_takes_finds_nothing(here, site):
    meeting = meet(here, here.committee())
    sent = {"find": "leads", "find_leads": "công\x00 an", "text": "Rà soát"}
    site.post(here.planner, f"/hop/{meeting.uid}/ket-luan/", status=200, **sent)
