"""What the first page tells whoever looks after plans: what is late, nobody's, or still to be checked."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from phoihop.base.org.tests import making
from phoihop.base.security import scope
from phoihop.coordination.documents.rules.review import Stage
from phoihop.coordination.plans.queries.watching import watched
from phoihop.coordination.plans.tests import filled
from phoihop.coordination.plans.tests.test_plan_pages import TODAY, Province


@pytest.fixture
def province(db):
    with scope.acting(making.INSTALL):
        return Province()


def test_the_planner_is_told_of_what_waits_in_the_plans(province):
    with scope.acting(making.INSTALL):
        filled.task(province.plan, province.police, due=TODAY - timedelta(days=1))
        filled.task(province.plan, None)
        filled.done(filled.task(province.plan, None))
        filled.document(
            province.planner, province.board, stage=Stage.REVIEW.value, confirmed_by=None, confirmed_at=None
        )
        (plan,) = watched(making.viewer(province.planner))
        assert (plan.uid, plan.late, plan.loose) == (province.plan.uid, 1, 1)
        said = province.page("/hom-nay/", province.planner)
        for words in (
            "Nhiệm vụ quá hạn trong kế hoạch",
            "Nhiệm vụ chưa có ai phụ trách",
            "Văn bản chờ đối chiếu",
        ):
            assert words in said
        others = province.page("/hom-nay/", province.officer)
        assert "Nhiệm vụ quá hạn trong kế hoạch" not in others
        assert "Văn bản chờ đối chiếu" not in others


def test_plans_in_which_nothing_waits_are_not_named_and_many_cost_what_one_costs(province):
    with scope.acting(making.INSTALL):
        planner = making.viewer(province.planner)
        assert watched(planner) == ()

        def counted():
            with CaptureQueriesContext(connection) as asked:
                found = watched(planner)
            return len(found), len(asked)

        filled.task(province.plan, province.police, due=TODAY - timedelta(days=1))
        one = counted()
        for _ in range(4):
            more = filled.plan(province.planner, province.board, province.unit)
            filled.task(more, province.police, due=TODAY - timedelta(days=1))
        assert (one[0], counted()) == (1, (3, one[1]))
