"""The steering room as a leader sees it: on a real PostgreSQL, figures let out by two people."""

import csv
import io
import json
from datetime import date
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from phoihop.base.org.tests import making as org
from phoihop.base.security import scope
from phoihop.coordination.plans.rules.binding import catalogue
from phoihop.coordination.plans.tests import filled
from phoihop.coordination.plans.tests.province import Province
from phoihop.coordination.plans.tests.test_live import known, months, release, stands, told
from phoihop.engines.indicators.definitions import Better, Hiding, Unit
from phoihop.engines.publishing import registering
from phoihop.engines.publishing.registering import Reported
from phoihop.engines.publishing.tests.making import the_release
from phoihop.engines.publishing.tests.truth import true
from phoihop.kernel.calendars import Span
from phoihop.kernel.refusals import Bilingual
from tests.support.world import signed_in

SHARE = {"text": "duy trì điều trị sau 12 tháng đạt 80%", "value": Decimal(80), "comparator": ">="}
LEVEL = {"text": "điều trị cho 100 người", "comparator": ">=", "value": Decimal(100), "measure": "người"}


@pytest.fixture
def house(db, monkeypatch) -> Province:
    for table in ("PROGRAMMES", "REPORTED", "RATIOS"):
        monkeypatch.setattr(registering, table, {})
    return Province()


def browser_of(viewer):
    with scope.acting(org.INSTALL):
        account = org.account_of(viewer)
    return signed_in(account)


@pytest.fixture
def leader(house):
    return browser_of(house.leader)


def body(answer) -> str:
    assert answer.status_code == 200, answer.content.decode()[:500]
    return answer.content.decode()


def shares(house, *, places: int = 2):
    """A target bound to a share, told of the province in four quarters, of its communes and of one split."""
    name = Bilingual("Tỷ lệ còn điều trị", "Still in treatment")
    registering.register_reported(
        Reported("OST_RET_12", name, Unit.PERCENT, Better.MORE, Bilingual("Sổ", "Book"), Hiding.PEOPLE)
    )
    with scope.acting(org.INSTALL):
        target = filled.target(house.plan, **SHARE)
        filled.bound(target, "OST_RET_12", house.by)
        out = release()
        stands("OST_RET_12", until=house.plan.first)
        more = [
            org.unit(f"xa-{at}", house.unit, name=f"Xã {at}", latitude=22.0 + at / 10, longitude=103.0)
            for at in range(places - 2)
        ]
    quarter = months(3, Span.QUARTER)
    for at, period in enumerate(quarter):
        told(out, "OST_RET_12", period, str(60 + at * 10), denominator="100", unit=house.unit,
             state="rounded", denominator_state="rounded")  # fmt: skip
    for at, commune in enumerate([*house.communes, *more]):
        hidden = at == 1
        told(out, "OST_RET_12", quarter[-1], None if hidden else "30", unit=commune,
             denominator=None if hidden else "40", state="small" if hidden else "rounded",
             denominator_state="small" if hidden else "rounded")  # fmt: skip
    return target


def test_the_table_says_light_number_target_and_why(house, leader):
    target = shares(house)
    page = body(leader.get(reverse("steering-plan", args=[house.plan.uid])))
    assert "sắp đạt" not in page
    assert "80 %" in page
    assert "đạt" in page
    assert reverse("steering-target", args=[target.uid]) in page
    assert "polyline points=" in page


def test_a_light_can_be_asked_for_alone(house, leader):
    shares(house)
    with scope.acting(org.INSTALL):
        filled.target(house.plan, text="một câu khác")
    at = reverse("steering-plan", args=[house.plan.uid])
    assert "một câu khác" in body(leader.get(at)).lower()
    assert "một câu khác" not in body(leader.get(f"{at}?xem=met")).lower()
    assert leader.get(f"{at}?xem=moi").status_code == 400


def test_beneath_a_target_lie_its_trend_its_places_and_its_definition(house, leader):
    target = shares(house, places=5)
    page = body(leader.get(reverse("steering-target", args=[target.uid])))
    for said in ("Qua thời gian", "Theo nơi", "Định nghĩa", "Nậm Cắt", "Pú Luông", "‹8"):
        assert said in page, said
    assert 'id="chart-trend"' in page
    assert 'id="chart-ranking"' in page
    assert 'id="chart-map"' in page
    assert "Tăng từ 60 %" in page
    earlier = body(leader.get(reverse("steering-target", args=[target.uid]) + "?ky=1"))
    assert "?ky=1&amp;theo=0&amp;tep=trend" in earlier, "the file is of the period that is seen"


@pytest.mark.parametrize("key", ["trend", "ranking", "funnel", "map"])
def test_every_chart_can_be_taken_along_as_a_file(house, leader, key):
    target = shares(house, places=6)
    at = reverse("steering-target", args=[target.uid])
    answer = leader.get(f"{at}?tep={key}")
    assert answer.status_code == 200
    assert answer["Content-Disposition"] == f'attachment; filename="{key}.csv"'
    rows = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert len(rows) > 8
    assert leader.get(f"{at}?tep=khac").status_code == 404


def test_the_table_can_be_taken_along_and_no_text_becomes_a_formula(house, leader):
    shares(house)
    with scope.acting(org.INSTALL):
        filled.target(house.plan, text='=HYPERLINK("x")')
    answer = leader.get(reverse("steering-plan", args=[house.plan.uid]) + "?tep=bang")
    rows = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))
    texts = [row[0] for row in rows[3:]]
    assert texts == [SHARE["text"], '\'=HYPERLINK("x")']
    assert rows[3][1:4] == ["đạt", "80 %", "ít nhất 80\N{NO-BREAK SPACE}%"]


def test_two_targets_share_a_chart_only_where_they_count_alike(house, leader):
    first = shares(house)
    known("OST_CURR")
    with scope.acting(org.INSTALL):
        other = filled.target(house.plan, **LEVEL)
        filled.bound(other, "OST_CURR", house.by)
        stands("OST_CURR")
    out = the_release()
    for period in months(3, catalogue()["OST_CURR"].span):
        told(out, "OST_CURR", period, "90", unit=house.unit)
    at = reverse("steering-beside", args=[house.plan.uid])
    page = body(leader.get(f"{at}?a={first.uid}&b={other.uid}"))
    assert "Không vẽ chung được" in page
    assert "chart-beside" not in page
    assert "phần trăm" in page
    page = body(leader.get(f"{at}?a={first.uid}&b={first.uid}"))
    assert 'id="chart-beside"' in page
    assert leader.get(f"{at}?a={first.uid}&b={first.uid}&tep=beside").status_code == 200


def test_steps_without_a_figure_are_named_and_left_blank(house, leader):
    page = body(leader.get(reverse("steering-cascade", args=[house.plan.uid])))
    assert "Chưa có số cho bước" in page
    shares(house)
    page = body(leader.get(reverse("steering-cascade", args=[house.plan.uid])))
    assert 'id="chart-cascade-b"' in page
    answer = leader.get(reverse("steering-cascade", args=[house.plan.uid]) + "?tep=cascade-b")
    assert answer["Content-Disposition"] == 'attachment; filename="cascade-b.csv"'


def test_two_years_are_compared_by_how_much_of_their_aims_was_reached(house, leader):
    with scope.acting(org.INSTALL):
        this = filled.target(house.plan)
        year = house.plan.first.year - 1
        before = filled.plan(
            house.by, house.office, house.unit, first=date(year, 1, 1), last=date(year, 12, 31)
        )
        old = filled.target(before)
        filled.number(this, house.health, house.by, "81")
        filled.number(old, house.health, house.by, "45", day=date(year, 6, 1))
    at = reverse("steering-years", args=[house.plan.uid])
    assert "Hãy chọn một kế hoạch" in body(leader.get(at))
    page = body(leader.get(f"{at}?voi={before.uid}"))
    assert "1 chỉ tiêu gần đích hơn kế hoạch trước, 0 xa hơn" in page
    assert "81" in page
    assert "45" in page
    file = leader.get(f"{at}?voi={before.uid}&tep=years").content.decode("utf-8-sig")
    rows = list(csv.reader(io.StringIO(file)))
    assert [row[5] for row in rows[-2:]] == ["50", "90"]


def test_two_years_show_what_the_table_of_targets_shows(house, leader):
    """Where a figure was let out it counts, whatever somebody wrote down beside it."""
    now = shares(house)
    with scope.acting(org.INSTALL):
        filled.number(now, house.health, house.by, "12")
        year = house.plan.first.year - 1
        before = filled.plan(
            house.by, house.office, house.unit, first=date(year, 1, 1), last=date(year, 12, 31)
        )
        old = filled.target(before, **SHARE)
        filled.number(old, house.health, house.by, "40", day=date(year, 6, 1))
    page = body(leader.get(reverse("steering-years", args=[house.plan.uid]) + f"?voi={before.uid}"))
    assert "đạt 80 %" in page
    assert "12\N{NO-BREAK SPACE}%" not in page
    assert "Vẫn" not in page


def test_the_number_of_statements_does_not_grow_with_places_or_targets(house, leader):
    def counted(address: str) -> int:
        with CaptureQueriesContext(connection) as caught:
            body(leader.get(address))
        return len(caught.captured_queries)

    target = shares(house, places=3)
    plan, beneath = (
        reverse("steering-plan", args=[house.plan.uid]),
        reverse("steering-target", args=[target.uid]),
    )
    few = counted(plan), counted(beneath)
    with scope.acting(org.INSTALL):
        for _ in range(12):
            filled.bound(filled.target(house.plan), "COMMUNES_COMMUNICATION", house.by)
        more = [org.unit(f"ban-{number}", house.unit, name=f"Xã thêm {number}") for number in range(9)]
    out = the_release()
    for commune in more:
        told(out, "OST_RET_12", months(3, Span.QUARTER)[-1], "30", unit=commune, denominator="40")
    many = counted(plan), counted(beneath)
    assert many[0] <= few[0] + 1
    assert many[1] <= few[1] + 1
    assert many[1] < 90


def test_who_opens_no_files_sees_no_true_number(house, leader):
    target = shares(house)
    page = body(leader.get(reverse("steering-target", args=[target.uid])))
    assert "Số thực của cơ sở" not in page


def test_who_opens_files_at_a_facility_sees_its_true_number_and_no_other(house):
    target = shares(house)
    with scope.acting(org.INSTALL):
        here, there = (
            org.facility(house.health, name, unit=commune, programmes=["ost"])
            for name, commune in zip(("Cơ sở A", "Cơ sở B"), house.communes, strict=True)
        )
        account = org.account("Lò Thị Bác")
        org.position(account, "ost-doctor", here)
        org.position(account, "member", house.health)
        doctor = org.viewer(account)
    out, quarter = the_release(), months(3, Span.QUARTER)[-1]
    for facility, numerator, denominator in ((here, "3", "4"), (there, "5", "6")):
        true(out, "OST_RET_12", quarter, numerator, denominator=Decimal(denominator), facility=facility,
             programme="ost")  # fmt: skip
    page = body(browser_of(doctor).get(reverse("steering-target", args=[target.uid])))
    own = page.partition("Số thực của cơ sở")[2]
    assert "Cơ sở A" in own
    assert "75 %" in own
    assert "83,3" not in page
    assert "Cơ sở B" not in page


def test_points_without_files_are_no_hidden_places(house, leader):
    target = shares(house)
    with scope.acting(org.INSTALL):
        main = org.facility(house.health, "Cơ sở Mường Lò", unit=house.unit)
        points = [org.facility(house.health, f"Điểm {at}", unit=house.unit, parent=main) for at in range(3)]
    out, quarter = the_release(), months(3, Span.QUARTER)[-1]
    told(out, "OST_RET_12", quarter, "40", facility=main, denominator="50", state="rounded",
         denominator_state="rounded")  # fmt: skip
    for point in points[:2]:
        told(out, "OST_RET_12", quarter, None, facility=point, denominator=None, state="small",
             denominator_state="small")  # fmt: skip
    told(out, "OST_RET_12", quarter, "10", facility=points[2], denominator="20", state="rounded",
         denominator_state="rounded")  # fmt: skip
    page = body(leader.get(reverse("steering-target", args=[target.uid])))
    assert "Điểm phát thuốc không giữ hồ sơ, người uống thuốc ở đó tính vào cơ sở: 2." in page
    assert "Điểm 0" not in page
    assert "Điểm 2" in page, "what a point counts itself stays"
    with scope.acting(org.INSTALL):
        officer = org.somebody("Má Thị Seo", "figures-officer", house.health)
    lines = body(browser_of(officer).get(reverse("release", args=[out.pk])))
    assert lines.count("Phát thuốc cho cơ sở khác, không giữ hồ sơ") == 2


def test_an_unknown_plan_and_target_are_not_there(house, leader):
    for name in ("steering-plan", "steering-target", "steering-cascade", "steering-years", "steering-beside"):
        assert leader.get(reverse(name, args=["00000000-0000-0000-0000-000000000000"])).status_code == 404
        assert leader.get(reverse(name, args=["khong"])).status_code == 404


def test_the_operators_outlines_draw_the_map_and_a_bad_file_is_said(house, leader, tmp_path, settings):
    target = shares(house, places=4)
    at = reverse("steering-target", args=[target.uid])
    codes = [unit.code for unit in house.communes]
    square = [[103, 22], [103.1, 22], [103.1, 22.1], [103, 22]]
    shape = {"type": "Polygon", "coordinates": [square]}
    features = [{"type": "Feature", "properties": {"code": code}, "geometry": shape} for code in codes]
    file = tmp_path / "ranh-gioi.geojson"
    file.write_text(json.dumps({"type": "FeatureCollection", "features": features}))
    settings.PHOIHOP_BOUNDARIES = file
    page = body(leader.get(at))
    assert '"Polygon"' in page
    assert "Không đọc được tệp ranh giới" not in page
    file.write_text("không phải GeoJSON")
    page = body(leader.get(at))
    assert "Không đọc được tệp ranh giới" in page
    assert 'id="chart-map"' in page
