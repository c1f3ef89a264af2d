"""A small story of treatment told to a real database: whole, once, and open to whoever comes in."""

from datetime import timedelta

import pytest
from django.utils import timezone

from phoihop.base.org.tests.signin import Browser
from phoihop.demo import people, treatment
from phoihop.programmes.ost.demo import lives
from phoihop.programmes.ost.dosing import reaching
from phoihop.programmes.ost.models import (
    Balance,
    CountRow,
    Day,
    Dose,
    Incident,
    Lease,
    Minutes,
    OrderRow,
    Posting,
    Shipment,
)
from phoihop.programmes.ost.rules.stock import Kind

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate()
COUNTED = (Balance, CountRow, Day, Dose, Incident, Lease, Minutes, OrderRow, Posting, Shipment)


@pytest.fixture
def told(db, monkeypatch):
    """Some months and few people; everything else as it is."""
    monkeypatch.setattr(lives, "YEARS", timedelta(days=215))
    monkeypatch.setattr(lives, "_AT_FIRST", 180)
    monkeypatch.setattr(lives, "_NEW", 12)
    monkeypatch.setattr(lives, "_BACK", 1)
    people.build()
    treatment.tell(today=TODAY)


def everything():
    with reaching.centre(None):
        return {model.__name__: model._default_manager.count() for model in COUNTED}


def test_it_is_all_there_and_agrees_with_itself(told):
    with reaching.centre(None):
        # Whatever moved came from somewhere.
        assert sum(Balance.objects.values_list("quantity", flat=True)) == 0
        assert not Balance.objects.filter(
            kind__in=("store", "daily-cabinet", "point"), quantity__lt=0
        ).exists()
        loss = Posting.objects.get(target=Kind.LOSS.value)
        assert (str(loss.quantity), loss.day) == ("5.00", TODAY - timedelta(days=37))
        assert loss.minutes is not None
        assert loss.minutes.signatures.count() == 2
        assert Posting.objects.filter(source=Kind.SURPLUS.value, quantity="1.5").count() == 1
        # Every day but today was counted; today is open at the facilities and one point.
        assert not Day.objects.filter(closed_at=None).exclude(day=TODAY).exists()
        assert Day.objects.filter(day=TODAY).count() == 9
        assert Dose.objects.filter(on=TODAY).exclude(device="book").count() > 20
        found = {(row.kind, row.answered_at is not None) for row in Incident.objects.all()}
        assert {("possible-double", True), ("double-dose", False)} <= found
        waiting = Incident.objects.filter(answered_at=None)
        assert all(row.days == [TODAY] for row in waiting)


def test_told_again_nothing_is_new(told):
    before = everything()
    treatment.tell(today=TODAY)
    assert everything() == before


WHO = ("bacsi", "dieuduong", "capphat", "capphatdiem", "thukho", "phutrach", "cdc", "chuyenmon")


def test_whoever_comes_in_finds_their_work(told):
    for who in WHO:
        browser = Browser()
        assert browser.post("/dung-thu/vao/", {"who": who}).status_code == 302
        page = browser.get("/hom-nay/")
        assert page.status_code == 200
        assert "/dt/" in page.content.decode(), who
