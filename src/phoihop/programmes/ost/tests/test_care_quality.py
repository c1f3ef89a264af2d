"""Retention, doses and take-home beside the others, from rows, as the rules say."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from phoihop.base.org.doors import NotAllowed
from phoihop.kernel.calendars import months_later
from phoihop.programmes.ost.actions import ending
from phoihop.programmes.ost.models import BottleRow
from phoihop.programmes.ost.models.shared import about
from phoihop.programmes.ost.queries import quality
from phoihop.programmes.ost.rules.amounts import Drug
from phoihop.programmes.ost.rules.ending import Ending
from phoihop.programmes.ost.tests.care_people import DAY, dosed
from phoihop.programmes.ost.tests.making import TODAY, acting, admitted, ordered

SINCE = TODAY - timedelta(days=400)
AFTER = {months: months_later(SINCE, months) for months in (3, 6, 12)}


def treated(house, name: str, mg: int = 60, kept: tuple[int, ...] = ()):
    client = admitted(house.doctor, house.a, name, since=SINCE)
    ordered(house.doctor, client, mg)
    for months in kept:
        dosed(client, AFTER[months] - DAY * 3)
    return client


def test_who_is_kept_and_who_is_not(house):
    treated(house, "Lý A Ở", kept=(3, 6, 12))
    treated(house, "Lý A Nửa", kept=(3, 6))
    treated(house, "Lý A Đi", kept=(3,))
    gone = treated(house, "Lý A Nghỉ", kept=(3, 6, 12))
    wish = {"by": house.doctor, "client": gone, "ending": Ending.WISH, "why": "xin nghỉ", "wish_signed": True}
    ending.end(**wish, day=AFTER[12] - DAY)
    (it,) = quality.quality(house.head)
    kept = {months: (found.kept, found.of, found.early) for months, found in it.kept}
    assert kept == {3: (4, 4, 0), 6: (3, 4, 0), 12: (1, 4, 0), 24: (0, 0, 4)}


def test_adequate_is_more_than_sixty(house):
    for number, mg in enumerate((60, 61, 100)):
        treated(house, f"Lý A Liều {number}", mg)
    (it,) = quality.quality(house.doctor)
    found = dict(it.doses)[Drug.METHADONE]
    assert (found.adequate, found.of, found.percent) == (2, 3, Decimal("66.7"))


def test_takehome_beside_the_others(house):
    one, other = treated(house, "Lý A Chai"), treated(house, "Lý A Ngày")
    ordered(house.doctor, other, days=5, start=TODAY - DAY * 9)
    with acting(house.doctor):
        BottleRow.objects.create(
            **about(one),
            serial="B1",
            issue="i",
            number=1,
            of=1,
            handed_on=TODAY - DAY * 300,
            take_on=TODAY - DAY * 299,
            drug="methadone",
            mg=60,
            quantity=6,
            batch="L01",
            by_id=house.doctor.account,
        )
    dosed(one, months_later(TODAY - DAY * 299, 6) - DAY)
    (it,) = quality.quality(house.head)
    takehome, others = it.compared.takehome, it.compared.others
    assert (takehome.treated, takehome.missing, takehome.retention.kept) == (1, 0, 1)
    assert (others.treated, others.missing, others.retention.kept) == (1, 1, 0)


def test_as_many_statements_for_ten_as_for_one(house):
    counts = []
    for total in (1, 10):
        for number in range(total):
            treated(house, f"Lý A Số {total}{number}", kept=(3,))
        with CaptureQueriesContext(connection) as asked:
            quality.quality(house.head)
        counts.append(len(asked))
    assert counts[0] == counts[1]


@pytest.mark.parametrize("who", ["dispenser", "storekeeper", "officer", "authority"])
def test_figures_of_a_facility_are_for_those_who_treat_there(house, who):
    with pytest.raises(NotAllowed):
        quality.quality(getattr(house, who))
