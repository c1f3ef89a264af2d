"""What pages of plans say in either language, on which day, and how often people want to hear of it."""

from datetime import date, datetime, timedelta

from django.utils import timezone

from phoihop.coordination.plans.models import CheckIn, Obstacle, Pace, Share, Task
from phoihop.coordination.plans.tests import filled
from phoihop.coordination.plans.tests.test_plan_pages import TODAY, _as_installed, province, words

__all__ = ["_as_installed", "province"]


def test_what_the_program_says_of_a_part_is_said_in_the_readers_language(province):
    made = filled.task(province.plan, None, text="việc thứ nhất")
    Share.objects.filter(task=made).update(until=TODAY - timedelta(days=1), because=[{"code": "unnamed"}])
    known = {"code": "followed", "day": str(TODAY), "old": "Sở cũ", "new": "Sở mới"}
    filled.share(made, province.police, since=TODAY, because=[known], why="theo phân công")
    for path in (f"/nhiem-vu/{made.uid}/", province.of_plan("lich-su/")):
        vi, en = (words(province.page(path, language=language)) for language in ("vi", "en"))
        day = f"{TODAY:%d/%m/%Y}"
        assert f"Từ ngày {day}: Sở mới tiếp nối Sở cũ." in vi
        assert f"From {day} on: Sở mới continues Sở cũ." in en
        assert "Từ ngày" not in en
        assert "theo phân công" in vi
        assert "theo phân công" in en
    ended = filled.done(filled.task(province.plan, province.police))
    Task.objects.filter(pk=ended.pk).update(state="dropped", ended_why="document-withdrawn")
    vi, en = (words(province.page(f"/nhiem-vu/{ended.uid}/", language=each)) for each in ("vi", "en"))
    assert "Văn bản đã được thu hồi." in vi
    assert "The document was withdrawn." in en
    assert "document-withdrawn" not in vi + en


def test_a_round_that_was_handed_over_says_from_whom(province):
    made = filled.task(province.plan, province.police, standing=True, due=None)
    spans = {"first": TODAY - timedelta(days=90), "last": TODAY - timedelta(days=1), "due": TODAY}
    row = CheckIn.objects.create(
        task=made, agency=province.police, came_from=province.labour, came_on=TODAY, **spans
    )
    path = f"/nhiem-vu/{made.uid}/"
    assert "nhận bàn giao từ Sở Lao động Phìn Bản" in words(province.page(path))
    assert "handed over from Sở Lao động Phìn Bản" in words(province.page(path, language="en"))
    row.report = filled.said(made, province.police, province.officer, TODAY)
    row.save()
    assert "nhận bàn giao từ Sở Lao động Phìn Bản" in words(province.page(path))


def test_a_day_is_that_of_viet_nam_at_the_end_of_a_year_too(province):
    at = datetime(2026, 1, 1, 0, 30, tzinfo=timezone.get_default_timezone())
    made = filled.task(province.plan, province.police)
    report = filled.said(made, province.police, province.officer, date(2025, 12, 20), withdrawn_at=at)
    obstacle = Obstacle.objects.create(
        agency=province.police, account=province.officer, task=made, duty="recovery", text="thiếu kinh phí",
        due=TODAY, routed=province.police,
    )  # fmt: skip
    Obstacle.objects.filter(pk=obstacle.pk).update(raised_at=at)
    said = words(province.page(f"/nhiem-vu/{made.uid}/", province.officer))
    assert "đã rút ngày 01/01/2026" in said
    assert "31/12/2025" not in said
    work = words(province.page(f"/co-quan/{province.police.pk}/viec/", province.officer))
    assert "nêu ngày 01/01/2026" in work
    assert report.pk


def test_how_often_one_is_reminded_is_ones_own_choice(province):
    path = "/nhac-viec/"
    assert "mỗi ngày làm việc" in words(province.page(path, province.officer))
    browser = province.browsers[province.officer.pk]
    assert browser.post(f"{path}nhip/", {"weekly": "yes"}).status_code == 302
    assert "mỗi tuần" in words(province.page(path, province.officer))
    assert "once a week" not in words(province.page(path, province.clerk, language="en")).split("Remind")[0]
    assert Pace.objects.get().account == province.officer
    browser.post(f"{path}nhip/", {"weekly": "yes"})
    browser.post(f"{path}nhip/", {"weekly": "no"})
    assert not Pace.objects.exists()
