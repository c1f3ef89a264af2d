"""What people do on the pages of plans: report, answer, take back; assign, name, set, take out; who is
offered what, and what comes back as it was typed."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from phoihop.base.org import viewers
from phoihop.base.org.tests import making
from phoihop.base.security import scope
from phoihop.coordination.plans.models import (
    CheckIn,
    Holder,
    Plan,
    Share,
    SubPlan,
    Target,
    TargetReport,
    Task,
    TaskReport,
)
from phoihop.coordination.plans.tests import filled
from phoihop.coordination.plans.tests.test_plan_pages import TODAY, Province, words
from tests.support.world import signed_in

UID = "11111111-2222-4333-8444-555555555555"
DAY = f"{TODAY:%d/%m/%Y}"


@pytest.fixture
def province(db) -> Province:
    return Province()


@pytest.fixture(autouse=True)
def _as_installed():
    with scope.acting(making.INSTALL):
        yield


def send(province, who, path, **form):
    viewers.CACHE.clear()
    return signed_in(who).post(path, form)


def went(answer, path: str) -> None:
    assert (answer.status_code, answer.headers.get("Location")) == (302, path), words(answer.content.decode())


def refused(answer, words_of_it: str) -> None:
    assert answer.status_code == 422
    assert words_of_it in answer.content.decode()


def test_an_agency_says_where_its_task_stands_with_a_count_and_a_file(province):
    made = filled.task(province.plan, province.police)
    sessions = filled.output(made)
    path = f"/nhiem-vu/{made.uid}/"
    assert path + "bao-cao/" in province.page(path, province.officer)
    form = {
        "uid": UID, "agency": province.police.pk, "day": DAY, "said": "going", "note": "đã tổ chức tại ba xã",
        "output": sessions.pk, "count": "1.209", "files": SimpleUploadedFile("bien-ban.txt", b"bien ban hop"),
    }  # fmt: skip
    went(send(province, province.officer, path + "bao-cao/", **form), path)
    went(send(province, province.officer, path + "bao-cao/", **form | {"files": ""}), path)  # sent twice: one
    report = TaskReport.objects.get()
    assert (report.count, report.agency, len(report.files)) == (Decimal(1209), province.police, 1)
    said = words(province.page(path, province.officer))
    assert "1.209 / 15 buổi" in said
    assert "bien-ban.txt" in said
    hidden = words(province.page(path, province.clerk))
    assert "tệp chỉ mở được ở cơ quan gửi" in hidden
    assert "bien-ban.txt" not in hidden


FAULTS = [
    ({"day": f"{TODAY + timedelta(days=1):%d/%m/%Y}"}, "chưa tới"),
    ({"day": "31/2/2026"}, "f-day-fault"),
    ({"output": "", "count": "3"}, "Sản phẩm này không thuộc"),
    ({"count": "ba"}, "Hãy ghi một con số"),
    ({"said": ""}, "Hãy điền ô này"),
    ({"agency": "1"}, "Chưa gửi được"),
]


@pytest.mark.parametrize(("more", "said"), FAULTS)
def test_a_report_that_cannot_be_taken_comes_back_as_it_was_typed(province, more, said):
    made = filled.task(province.plan, province.police)
    sessions = filled.output(made)
    form = {"uid": UID, "agency": province.police.pk, "day": DAY, "said": "going", "note": "một việc dở dang",
            "output": sessions.pk, "count": "3"} | more  # fmt: skip
    answer = send(province, province.officer, f"/nhiem-vu/{made.uid}/bao-cao/", **form)
    refused(answer, said)
    assert "một việc dở dang" in answer.content.decode()
    assert UID in answer.content.decode()
    assert not TaskReport.objects.exists()


def test_who_has_no_part_is_offered_nothing_and_gets_nowhere(province):
    made, target = filled.task(province.plan, province.labour), filled.target(province.plan)
    for path in (f"/nhiem-vu/{made.uid}/", f"/chi-tieu/{target.uid}/"):
        for who in (province.officer, province.clerk):
            assert "bao-cao/" not in province.page(path, who)
            province.page(path + "bao-cao/", who, status=404)
            assert send(province, who, path + "bao-cao/", uid=UID).status_code == 404
    assert "han/" not in province.page(f"/nhiem-vu/{made.uid}/", province.officer)
    assert "han/" in province.page(f"/nhiem-vu/{made.uid}/", province.planner)


def test_a_check_in_is_answered_and_a_standing_duty_is_never_done(province):
    made = filled.task(province.plan, province.police, standing=True, due=None)
    spans = {"first": TODAY - timedelta(days=100), "last": TODAY - timedelta(days=10)}
    waiting = CheckIn.objects.create(task=made, agency=province.police, due=TODAY, **spans)
    path = f"/ra-soat/{waiting.uid}/"
    assert path in province.page(f"/nhiem-vu/{made.uid}/", province.officer)
    assert "Đã xong" not in province.page(path, province.officer)
    refused(send(province, province.officer, path, said="going", note=" "), "Hãy điền ô này")
    went(send(province, province.officer, path, said="going", note="họp hằng tuần"), f"/nhiem-vu/{made.uid}/")
    waiting.refresh_from_db()
    assert waiting.report is not None
    province.page(path, province.officer, status=404)
    assert "kỳ đến" in words(province.page(f"/nhiem-vu/{made.uid}/"))


def test_a_figure_is_reported_with_its_source_and_taken_back(province):
    filled.task(province.plan, province.police)
    target = filled.target(province.plan)
    path = f"/chi-tieu/{target.uid}/"
    form = {"uid": UID, "agency": province.police.pk, "day": DAY, "value": "92,5", "source": "", "note": ""}
    refused(send(province, province.officer, path + "bao-cao/", **form), "Hãy điền ô này")
    went(send(province, province.officer, path + "bao-cao/", **form | {"source": "Báo cáo 12/BC-CA"}), path)
    report = TargetReport.objects.get()
    assert f"Số gần nhất 92,5 % ({DAY}) đạt" in words(province.page(path))
    back = f"/bao-cao-chi-tieu/{report.uid}/rut/"
    assert back in province.page(path, province.officer)
    assert back not in province.page(path, province.clerk)
    assert send(province, province.clerk, back).status_code == 404
    went(send(province, province.officer, back), path)
    assert "chưa có số liệu" in words(province.page(path))
    assert back not in province.page(path, province.officer)


def test_a_report_on_a_task_is_taken_back_by_its_own_agency(province):
    made = filled.task(province.plan, province.police)
    report = filled.said(made, province.police, province.officer, TODAY)
    back = f"/bao-cao-nhiem-vu/{report.uid}/rut/"
    assert back not in province.page(f"/nhiem-vu/{made.uid}/")
    went(send(province, province.officer, back), f"/nhiem-vu/{made.uid}/")
    assert "đã rút ngày" in words(province.page(f"/nhiem-vu/{made.uid}/"))


def test_a_task_of_nobody_is_given_to_an_agency(province):
    made = filled.task(province.plan, None)
    share = made.shares.get()
    path = f"/nhiem-vu/{made.uid}/giao/"
    assert path in province.page(province.of_plan("chua-giao/"), province.planner)
    assert path not in province.page(province.of_plan("chua-giao/"), province.clerk)
    form = {
        "share": share.pk,
        "agency": province.police.pk,
        "day": "",
        "reason": "đúng lĩnh vực",
        "basis": "",
    }
    refused(send(province, province.planner, path, **form | {"reason": ""}), "Hãy điền ô này")
    went(send(province, province.planner, path, **form), f"/nhiem-vu/{made.uid}/")
    assert made.shares.get(until=None).agency == province.police
    assert str(made.uid) not in province.page(province.of_plan("chua-giao/"))


def test_a_part_is_handed_over_on_a_paper(province):
    made = filled.task(province.plan, province.labour)
    form = {"share": made.shares.get().pk, "agency": province.police.pk, "day": "1/3/2026",
            "reason": "chuyển chức năng", "basis": "Nghị quyết số 9/NQ-HĐND"}  # fmt: skip
    went(send(province, province.planner, f"/nhiem-vu/{made.uid}/giao/", **form), f"/nhiem-vu/{made.uid}/")
    old, new = Share.objects.filter(task=made).order_by("since")
    assert (f"{old.until}", f"{new.since}", new.basis) == (
        "2026-02-28",
        "2026-03-01",
        "Nghị quyết số 9/NQ-HĐND",
    )
    assert "từ 01/03/2026 do Công an tỉnh Phìn Bản" in words(province.page(f"/nhiem-vu/{made.uid}/"))


def test_a_task_is_closed_by_word_and_opened_again(province):
    made = filled.task(province.plan, province.police)
    path = f"/nhiem-vu/{made.uid}/"
    went(
        send(province, province.planner, path + "dong/", state="dropped", day=DAY, why="trùng việc khác"),
        path,
    )
    assert "trùng việc khác" in words(province.page(path))
    assert "mo-lai/" in province.page(path, province.planner)
    assert "mo-lai/" not in province.page(path, province.officer)
    went(send(province, province.planner, path + "mo-lai/"), path)
    assert Task.objects.get(pk=made.pk).state == "open"


def test_the_planning_officer_sees_to_days_names_and_codes_of_targets(province):
    target = filled.target(province.plan)
    path = f"/chi-tieu/{target.uid}/"
    went(send(province, province.planner, path + "han/", due="30/6/2026"), path)
    went(send(province, province.planner, path + "chi-so/", code="COMMUNES_COMMUNICATION"), path)
    assert "COMMUNES_COMMUNICATION" in province.page(path, province.planner)
    went(send(province, province.planner, path + "bo-chi-so/", why="không đúng nội dung"), path)
    person = province.planner.person_id
    went(
        send(
            province,
            province.planner,
            path + "nguoi-chiu-trach-nhiem/",
            person=person,
            since="",
            basis="QĐ 1",
        ),
        path,
    )
    said = words(province.page(path))
    assert "30/06/2026" in said
    assert Holder.objects.get().person_id == person
    refused(send(province, province.planner, path + "bo/", why=""), "Hãy điền ô này")
    went(send(province, province.planner, path + "bo/", why="cấp trên bỏ chỉ tiêu này"), path)
    assert Target.objects.get(pk=target.pk).dropped_on == TODAY
    assert "Đã đưa ra khỏi kế hoạch" in words(province.page(province.of_plan("chi-tieu/")))


def test_plans_owed_are_asked_for_recorded_and_excused(province):
    path = province.of_plan("ke-hoach-con/")
    went(send(province, province.planner, path + "them/", agency=province.police.pk, due="30/6/2026"), path)
    went(send(province, province.planner, path + "them/", agency=province.labour.pk, due=""), path)
    refused(
        send(province, province.planner, path + "them/", agency=province.labour.pk, due=""),
        "đã có trong danh sách",
    )
    police, labour = SubPlan.objects.order_by("pk")
    own = filled.plan(province.planner, province.police, province.unit, number="12/KH-CA")
    assert "12/KH-CA" in province.page(f"/ke-hoach-con/{police.pk}/da-co/", province.planner)
    went(
        send(province, province.planner, f"/ke-hoach-con/{police.pk}/da-co/", document=own.document_id), path
    )
    went(
        send(province, province.planner, f"/ke-hoach-con/{labour.pk}/mien/", why="đã có kế hoạch chung"), path
    )
    said = words(province.page(path))
    assert "Đã có 1 Công an tỉnh Phìn Bản hạn 30/06/2026 12/KH-CA" in said
    assert "Được miễn 1 Sở Lao động Phìn Bản" in said


def test_two_years_stand_side_by_side(province):
    last = filled.plan(province.planner, province.board, province.unit, number="5/KH-UBND",
                       first=TODAY.replace(year=TODAY.year - 1, month=1, day=1),
                       last=TODAY.replace(year=TODAY.year - 1, month=12, day=31))  # fmt: skip
    for plan, value in ((last, 85), (province.plan, 90)):
        filled.target(plan, value=Decimal(value))
        filled.target(plan, text="100% nạn nhân được hỗ trợ", comparator="=", value=Decimal(100))
    filled.target(
        last, text="không để hình thành tụ điểm phức tạp", value=None, direction="không để", measure=""
    )
    filled.target(
        province.plan, text="ít nhất 12 lớp tập huấn cho tình nguyện viên", value=Decimal(12), measure="lớp"
    )
    path = province.of_plan("so-sanh/")
    assert "Hãy chọn một kế hoạch" in words(province.page(path))
    went(send(province, province.planner, province.of_plan("ke-hoach-truoc/"), before=str(last.uid)), path)
    assert Plan.objects.get(pk=province.plan.pk).before == last
    said = words(province.page(path))
    for count in ("1 giữ nguyên", "1 nâng lên", "1 bỏ", "1 mới"):
        assert count in said
    assert (
        words(province.page(f"/ke-hoach/{last.uid}/so-sanh/?voi={province.plan.uid}")).count("nâng lên") == 2
    )
    assert "trên 85 %" in said
    assert "Hãy chọn một kế hoạch" in words(province.page(f"/ke-hoach/{last.uid}/so-sanh/?voi={UID}"))


def test_what_waits_stands_on_the_first_page_of_those_who_follow_the_work(province):
    filled.task(province.plan, province.police, due=TODAY - timedelta(days=1))
    filled.task(province.plan, province.police, due=TODAY + timedelta(days=3))
    said = words(province.page("/hom-nay/", province.officer))
    assert "1 Nhiệm vụ quá hạn của cơ quan Công an tỉnh Phìn Bản" in said
    assert "1 Nhiệm vụ của cơ quan sắp đến hạn" in said
    assert "quá hạn" not in words(province.page("/hom-nay/", province.clerk))
    assert f"/co-quan/{province.police.pk}/viec/" in province.page(
        f"/co-quan/{province.police.pk}/", province.clerk
    )
