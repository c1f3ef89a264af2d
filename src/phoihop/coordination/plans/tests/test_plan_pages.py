"""What people see of plans: figures as Vietnamese writes them, who answered before, honest blanks; and at
what cost in statements."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.conf import settings
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from phoihop.base.org import reach, viewers
from phoihop.base.org.models import Account, Succession
from phoihop.base.org.tests import making
from phoihop.base.org.tests.signin import Browser
from phoihop.base.security import scope
from phoihop.coordination.plans.models import CheckIn, Holder, Obstacle, SubPlan, Target, Task
from phoihop.coordination.plans.queries import agencies
from phoihop.coordination.plans.queries.agencies import Which
from phoihop.coordination.plans.rules.live import judge
from phoihop.coordination.plans.rules.states import Part
from phoihop.coordination.plans.tests import filled
from tests.support.world import signed_in

TODAY = timezone.localdate()


class Province:
    """A province with three agencies and two communes, one plan of this year, people who read it."""

    def __init__(self) -> None:
        reach.forget()
        self.browsers: dict[int, Browser] = {}
        with scope.acting(making.INSTALL):
            self.unit = making.unit("pb", name="Phìn Bản", kind="tỉnh", level="province", system="test")
            self.commune = making.unit("mk", parent=self.unit, name="Mường Kha", system="test")
            self.board = making.agency("Ủy ban nhân dân tỉnh Phìn Bản", "people.province", self.unit)
            self.police = making.agency("Công an tỉnh Phìn Bản", "police.province", self.unit)
            self.labour = making.agency("Sở Lao động Phìn Bản", "labour.province", self.unit)
            self.village = making.agency("Ủy ban nhân dân xã Mường Kha", "people.commune", self.commune)
            self.planner = self.somebody("Tẩn Láo Lở", "planning-officer", self.board)
            self.officer = self.somebody("Vàng Seo Pao", "agency-officer", self.police)
            self.clerk = self.somebody("Lò Thị Pành", "member", self.labour)
            year = {"first": date(TODAY.year, 1, 1), "last": date(TODAY.year, 12, 31)}
            self.plan = filled.plan(self.planner, self.board, self.unit, **year)

    @staticmethod
    def somebody(name: str, role: str, place) -> Account:
        account = making.account(name)
        making.position(account, role, place)
        return account

    def page(self, path: str, who: Account | None = None, language: str = "vi", status: int = 200) -> str:
        who = who or self.clerk
        if who.pk not in self.browsers:
            viewers.CACHE.clear()
            self.browsers[who.pk] = signed_in(who)
        browser = self.browsers[who.pk]
        browser.cookies[settings.LANGUAGE_COOKIE_NAME] = language
        answer = browser.get(path)
        assert answer.status_code == status, answer.content.decode()
        # What stands between tags belongs together: tests read what people read.
        return " ".join(answer.content.decode().replace("&nbsp;", " ").replace("\xa0", " ").split())

    def of_plan(self, tab: str = "") -> str:
        return f"/ke-hoach/{self.plan.uid}/{tab}"


@pytest.fixture
def province(db) -> Province:
    return Province()


@pytest.fixture(autouse=True)
def _as_installed(request):
    with scope.acting(making.INSTALL):
        yield


def words(page: str) -> str:
    """A page without its tags."""
    import re

    return " ".join(re.sub(r"<[^>]+>", " ", page).split())


def test_a_plan_tells_how_far_it_is_in_words(province):
    late = filled.task(province.plan, province.police, due=TODAY - timedelta(days=1))
    filled.done(filled.task(province.plan, province.police))
    filled.task(province.plan, province.police, due=TODAY)
    filled.task(province.plan, province.police, standing=True, due=None)
    dropped = filled.done(filled.task(province.plan, province.police))
    Task.objects.filter(pk=dropped.pk).update(state="dropped")
    met, behind, _unknown = (filled.target(province.plan) for _ in range(3))
    filled.number(met, province.police, province.officer, "90.5")
    filled.number(behind, province.police, province.officer, "90", trial=True)
    for path in ("/ke-hoach/", province.of_plan()):
        said = words(province.page(path))
        assert "1 xong 1 quá hạn 1 đang làm 1 thường xuyên" in said
        assert "1 đạt 1 chưa đạt 1 chưa biết số liệu thử" in said
    assert str(late.uid) in province.page(province.of_plan())


def test_the_way_leads_to_the_sentence_in_the_document(province):
    made = filled.target(province.plan)
    sentence = f"/van-ban/{province.plan.document.uid}/toan-van/#src-t{made.item.order + 1}"
    assert sentence in province.page(f"/chi-tieu/{made.uid}/")
    assert sentence in province.page(province.of_plan("chi-tieu/"))
    work = filled.task(province.plan, province.police)
    assert f"toan-van/#src-k{work.item.order + 1}" in province.page(f"/nhiem-vu/{work.uid}/")


def test_a_document_leads_to_the_plan_that_it_became(province):
    said = province.page(f"/van-ban/{province.plan.document.uid}/")
    assert f'href="/ke-hoach/{province.plan.uid}/"' in said


def test_where_nothing_is_known_nothing_is_claimed(province):
    said = words(province.page("/ke-hoach/"))
    assert "chưa có nhiệm vụ nào" in said
    assert "chưa có chỉ tiêu nào" in said
    filled.target(province.plan)
    said = words(province.page(province.of_plan("chi-tieu/")))
    assert "chưa có số liệu" in said
    assert "trên 90 %" in said
    assert "số liệu thử" not in said


PROMISES = [
    ({"comparator": ">", "value": "90", "measure": "%"}, "trên 90 %", "above 90 %"),
    ({"comparator": ">=", "value": "92.5", "measure": "%"}, "ít nhất 92,5 %", "at least 92,5 %"),
    ({"comparator": "=", "value": "1209", "measure": "bệnh nhân"}, "1.209 bệnh nhân", "1.209 bệnh nhân"),
    ({"comparator": "<", "value": "1000", "measure": "ca"}, "dưới 1.000 ca", "below 1.000 ca"),
    ({"comparator": "=", "value": "0.5", "measure": "%", "direction": "giữ"}, "giữ 0,5 %", "keep 0,5 %"),
    (
        {"comparator": "=", "value": "2", "value_max": "5", "measure": "lớp"},
        "từ 2 đến 5 lớp",
        "from 2 to 5 lớp",
    ),
    ({"comparator": "=", "value": None, "direction": "không để"}, "không để", "prevent"),
]


@pytest.mark.parametrize(("given", "vi", "en"), PROMISES)
def test_what_a_target_asks_for_is_written_as_documents_write_it(province, given, vi, en):
    more = {name: Decimal(v) if v and name.startswith("value") else v for name, v in given.items()}
    made = filled.target(province.plan, **more)
    assert f"Phải đạt {vi} Số gần nhất" in words(province.page(f"/chi-tieu/{made.uid}/"))
    assert en in words(province.page(f"/chi-tieu/{made.uid}/", language="en"))


def test_a_target_shows_its_numbers_who_answers_and_what_was_taken_back(province):
    made = filled.target(province.plan)
    person = province.officer.person
    Holder.objects.create(target=made, person=person, since=date(2026, 2, 1), named_by=province.planner)
    filled.number(made, province.police, province.officer, "92.5", note="tính cả hai xã mới", trial=True)
    filled.number(
        made, province.police, province.officer, "99", day=date(2026, 4, 1), withdrawn_at=filled.AT,
        withdrawn_by=province.officer,
    )  # fmt: skip
    said = words(province.page(f"/chi-tieu/{made.uid}/"))
    assert "Số gần nhất 92,5 % (31/03/2026) đạt số liệu thử" in said
    assert "Vàng Seo Pao từ 01/02/2026" in said
    assert "tính cả hai xã mới" in said
    assert "99 % đã rút ngày 20/01/2026" in said


def test_a_task_tells_who_had_it_before_on_which_ground_and_that_nobody_checked(province):
    made = filled.task(province.plan, text="lập hồ sơ quản lý")
    old = filled.share(made, province.labour, since=date(2022, 4, 1), until=date(2025, 2, 28))
    filled.share(
        made, province.police, since=date(2025, 3, 1), named=old.named, basis="Nghị quyết 190/2025/QH15",
        certain=False,
    )  # fmt: skip
    moved = "Năm 2022 giao Sở Lao động Phìn Bản ; từ 01/03/2025 do Công an tỉnh Phìn Bản"
    for path in (f"/nhiem-vu/{made.uid}/", f"/co-quan/{province.police.pk}/viec/?xem=chu-tri"):
        said = words(province.page(path))
        assert moved in said
        assert "Nghị quyết 190/2025/QH15" in said
        assert "chưa đối chiếu" in said
    assert "Chuyển từ Sở Lao động Phìn Bản sang Công an tỉnh Phìn Bản" in words(
        province.page(province.of_plan("lich-su/"))
    )
    assert made.text not in province.page(f"/co-quan/{province.labour.pk}/viec/?xem=chu-tri").casefold()


def test_a_task_counts_its_outputs_and_keeps_what_was_said_in_order(province):
    made = filled.task(province.plan, province.police)
    sessions = filled.output(made)
    for day, number in ((date(2026, 5, 1), 5), (date(2026, 2, 1), 7)):
        filled.said(made, province.police, province.officer, day, output=sessions, count=Decimal(number))
    filled.said(
        made, province.police, province.officer, date(2026, 6, 1), note="ghi nhầm", withdrawn_at=filled.AT,
        withdrawn_by=province.officer, output=sessions, count=Decimal(100),
    )  # fmt: skip
    said = words(province.page(f"/nhiem-vu/{made.uid}/"))
    assert "12 / 15 buổi" in said
    places = [
        said.index(mark) for mark in ("15/01/2026 Giao chủ trì", "01/02/2026", "01/05/2026", "01/06/2026")
    ]
    assert places == sorted(places)
    assert "đã rút ngày" in said
    assert "12 buổi" in words(province.page(f"/chi-tieu/{sessions.uid}/"))


def test_a_check_in_not_answered_in_time_makes_its_task_late(province):
    made = filled.task(province.plan, province.police, standing=True, due=None)
    spans = {"first": TODAY - timedelta(days=100), "last": TODAY - timedelta(days=10)}
    CheckIn.objects.create(task=made, agency=province.police, due=TODAY - timedelta(days=1), **spans)
    assert "Kỳ rà soát đang chờ trả lời" in province.page(f"/nhiem-vu/{made.uid}/")
    assert str(made.uid) in province.page(f"/co-quan/{province.police.pk}/viec/?xem=qua-han")


def test_a_check_in_to_be_answered_soon_is_work_of_its_own_agency_alone(province):
    made = filled.task(province.plan, province.police, province.labour, standing=True, due=None)
    spans = {"first": TODAY - timedelta(days=100), "last": TODAY - timedelta(days=10)}
    CheckIn.objects.create(task=made, agency=province.police, due=TODAY + timedelta(days=2), **spans)
    CheckIn.objects.create(task=made, agency=province.labour, due=TODAY - timedelta(days=2), **spans)
    for agency, sort, other in (
        (province.police, "sap-den-han", "qua-han"),
        (province.labour, "qua-han", "sap-den-han"),
    ):
        assert str(made.uid) in province.page(f"/co-quan/{agency.pk}/viec/?xem={sort}")
        assert str(made.uid) not in province.page(f"/co-quan/{agency.pk}/viec/?xem={other}")


def test_what_an_obstacle_says_is_not_for_everybody(province):
    made = filled.task(province.plan, province.police)
    Obstacle.objects.create(
        agency=province.board, account=province.planner, task=made, duty="d", text="thiếu người",
        routed=province.police, due=TODAY,
    )  # fmt: skip
    for path in (f"/nhiem-vu/{made.uid}/", f"/co-quan/{province.police.pk}/viec/"):
        assert "hiếu người" in province.page(path, province.officer)
        assert "hiếu người" not in province.page(path, province.clerk)
    assert "1 nhiệm vụ đang có vướng mắc" in words(province.page(province.of_plan(), province.officer))
    assert "vướng mắc chưa" not in province.page(province.of_plan(), province.clerk)


# comparator, value, most, direction; what is reported; whether it is reached
JUDGED = [
    (">=", 90, None, "", "90", "met"),
    (">=", 90, None, "", "89.9", "behind"),
    (">", 90, None, "", "90", "behind"),
    (">", 90, None, "", "90.1", "met"),
    ("<=", 5, None, "", "5", "met"),
    ("<", 5, None, "", "5", "behind"),
    ("=", 70, None, "", "75", "met"),
    ("=", 70, None, "", "69", "behind"),
    ("=", 0, None, "", "0", "met"),
    ("=", 0, None, "", "1", "behind"),
    ("=", 3, None, "giảm", "2", "met"),
    ("=", 3, None, "giảm", "4", "behind"),
    ("=", 2, 5, "giảm", "4", "met"),
    ("=", 2, 5, "", "2", "met"),
    ("=", 1209, None, "giữ", "1209", "met"),
    ("=", 1209, None, "giữ", "1210", "unknown"),
    ("=", 90, None, "", None, "unknown"),
    ("=", None, None, "tăng", "5", "unknown"),
]


@pytest.mark.parametrize(("comparator", "value", "most", "direction", "reported", "found"), JUDGED)
def test_a_number_reaches_a_target_or_not_or_nobody_can_tell(
    comparator, value, most, direction, reported, found
):
    target = Target(
        comparator=comparator,
        value=Decimal(value) if value is not None else None,
        value_max=Decimal(most) if most is not None else None,
        direction=direction,
    )
    assert judge(target, Decimal(reported) if reported is not None else None).value == found


def test_tasks_stand_by_agency_by_quarter_and_along_time(province):
    year = TODAY.year
    mine = filled.task(province.plan, province.police, joins=(province.labour,), text="việc thứ nhất",
                       starts=date(year, 4, 1), due=date(year, 6, 30))  # fmt: skip
    nobody = filled.task(province.plan, None, text="việc thứ hai", starts=None, due=None)
    always = filled.task(province.plan, province.labour, text="việc thứ ba", standing=True, due=None)
    said = words(province.page(province.of_plan("theo-co-quan/")))
    assert said.index("Chưa có ai phụ trách 1") < said.index("Công an tỉnh Phìn Bản 1")
    assert "Phối hợp trong 1 nhiệm vụ" in said
    said = words(province.page(province.of_plan("theo-quy/")))
    marks = (f"Đến hạn trong quý II/{year}", "Việc thứ nhất", "không nêu thời hạn", "Việc thứ hai",
             "Thường xuyên, không có thời hạn", "Việc thứ ba")  # fmt: skip
    assert [said.index(mark) for mark in marks] == sorted(said.index(mark) for mark in marks)
    drawn = province.page(province.of_plan("dong-thoi-gian/"))
    for each in (mine, nobody, always):
        assert str(each.uid) in drawn
    # Of the year's days those of the second quarter: from a quarter of it to a half.
    assert '<rect class="bar-late" x="247" y="5" width="249"' in drawn or year % 4 == 0
    assert "nobody" not in drawn
    loose = province.page(province.of_plan("chua-giao/"))
    assert str(nobody.uid) in loose
    assert str(mine.uid) not in loose


def test_a_group_s_task_is_on_the_page_of_each_of_its_agencies(province):
    made = filled.task(province.plan, text="rà soát địa bàn")
    filled.share(
        made, None, named="Ủy ban nhân dân các xã", kind="people.commune", group=True, unit=province.unit
    )
    assert str(made.uid) in province.page(f"/co-quan/{province.village.pk}/viec/?xem=theo-nhom")
    assert str(made.uid) not in province.page(f"/co-quan/{province.police.pk}/viec/?xem=theo-nhom")
    assert str(made.uid) not in province.page(province.of_plan("chua-giao/"))


def test_a_task_of_all_departments_is_on_the_page_of_each(province):
    made = filled.task(province.plan, text="báo cáo định kỳ")
    filled.share(
        made, None, named="các sở, ngành", kind="departments.province", group=True, unit=province.unit
    )
    assert str(made.uid) in province.page(f"/co-quan/{province.labour.pk}/viec/?xem=theo-nhom")
    assert str(made.uid) not in province.page(f"/co-quan/{province.village.pk}/viec/?xem=theo-nhom")


def test_what_was_a_group_s_before_a_merger_is_on_the_page_of_what_came_of_its_unit(province):
    old = making.unit("mk-cu", parent=province.unit, name="Mường Kha cũ", system="test")
    Succession.objects.create(old=old, new=province.commune, whole=False, day=TODAY - timedelta(days=9))
    made = filled.task(province.plan, text="rà soát địa bàn")
    filled.share(made, None, named="UBND xã", kind="people.commune", group=True, unit=old)
    assert str(made.uid) in province.page(f"/co-quan/{province.village.pk}/viec/?xem=theo-nhom")


def test_who_owes_a_plan_and_who_has_one(province):
    SubPlan.objects.create(plan=province.plan, agency=province.police, due=TODAY - timedelta(days=3))
    own = filled.plan(province.planner, province.labour, province.unit, number="77/KH-SLD")
    SubPlan.objects.create(plan=province.plan, agency=province.labour, document=own.document)
    SubPlan.objects.create(plan=province.plan, agency=province.village, excused_why="đã giải thể")
    said = words(province.page(province.of_plan("ke-hoach-con/")))
    assert "Chưa có 1 Công an tỉnh Phìn Bản quá hạn" in said
    assert "Đã có 1 Sở Lao động Phìn Bản 77/KH-SLD" in said
    assert "Được miễn 1 Ủy ban nhân dân xã Mường Kha đã giải thể" in said
    assert "Kế hoạch phải lập" in province.page(f"/co-quan/{province.police.pk}/viec/")


def test_obstacles_stand_with_whoever_must_answer_and_whoever_raised_them(province):
    made = filled.task(province.plan, province.labour)
    Obstacle.objects.create(
        agency=province.labour, account=province.clerk, task=made, duty="d", text="thiếu kinh phí in ấn",
        routed=province.police, due=TODAY - timedelta(days=2),
    )  # fmt: skip
    said = words(province.page(f"/co-quan/{province.police.pk}/viec/"))
    assert "Vướng mắc phải trả lời 1 Thiếu kinh phí in ấn quá hạn" in said
    assert "Vướng mắc đã nêu, chưa khép lại 1" in words(province.page(f"/co-quan/{province.labour.pk}/viec/"))
    assert "nêu vướng mắc" in words(province.page(f"/nhiem-vu/{made.uid}/"))


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("", {"now", "span", "other"}),
        ("?nam=2024", {"span"}),
        ("?nam=1999", set()),
        ("?dia-ban=test:khac", {"other"}),
        ("?co-quan={police}", {"span"}),
        ("?co-quan={police}&nam=2026&dia-ban=test:khac", set()),
    ],
)
def test_the_list_is_narrowed_by_year_place_and_agency(province, asked, found):
    other = making.unit("khac", name="Khác", kind="tỉnh", level="province", system="test")
    plans = {
        "now": province.plan,
        "span": filled.plan(province.planner, province.police, province.unit,
                            first=date(2021, 1, 1), last=date(2025, 12, 31)),
        "other": filled.plan(province.planner, province.board, other),
    }  # fmt: skip
    page = province.page("/ke-hoach/" + asked.format(police=province.police.pk))
    assert {name for name, plan in plans.items() if str(plan.uid) in page} == found


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/ke-hoach/nothing/", 404),
        ("/ke-hoach/00000000-0000-0000-0000-000000000000/", 404),
        ("/nhiem-vu/nothing/", 404),
        ("/chi-tieu/nothing/", 404),
        ("/co-quan/900000001/viec/", 404),
        ("/ke-hoach/?nam=x", 400),
        ("/ke-hoach/?q=x", 400),
    ],
)
def test_what_is_not_there_is_not_there(province, path, status):
    province.page(path, status=status)


def grow(province: Province, times: int) -> None:
    """Of everything that pages list, so many more."""
    for n in range(times):
        agency = making.agency(f"Cơ quan {province.plan.tasks.count()}", "other.province", province.unit)
        made = filled.task(
            province.plan, province.police, joins=(agency,), due=TODAY + timedelta(days=5 if n % 2 else -5)
        )
        filled.share(made, None, part=Part.LEAD.value, slot=1, named="Đoàn thể")
        moved = filled.task(province.plan, text="việc đã chuyển")
        filled.share(moved, agency, since=date(2022, 1, 1), until=date(2025, 2, 28))
        filled.share(moved, province.police, since=date(2025, 3, 1))
        sessions = filled.output(made)
        filled.said(made, province.police, province.officer, output=sessions, count=Decimal(2))
        held = filled.target(province.plan)
        person = making.account(f"Người {agency.pk}").person
        Holder.objects.create(target=held, person=person, since=date(2026, 2, 1), named_by=province.planner)
        filled.number(held, province.police, province.officer, "80")
        SubPlan.objects.create(plan=province.plan, agency=agency, task=made, due=TODAY)
        Obstacle.objects.create(agency=agency, account=province.clerk, task=made, duty="d", text="vướng",
                                routed=province.police, due=TODAY)  # fmt: skip
        standing = filled.task(province.plan, province.police, standing=True, due=None)
        spans = {"first": TODAY, "last": TODAY, "due": TODAY - timedelta(days=1)}
        CheckIn.objects.create(task=standing, agency=province.police, **spans)
        filled.plan(province.planner, agency, province.unit)


def counted(province: Province, path: str) -> int:
    province.page(path)
    with CaptureQueriesContext(connection) as caught:
        province.page(path)
    return len([q for q in caught.captured_queries if "SAVEPOINT" not in q["sql"]])


TABS = (
    "",
    "chi-tieu/",
    "theo-co-quan/",
    "theo-quy/",
    "dong-thoi-gian/",
    "chua-giao/",
    "ke-hoach-con/",
    "lich-su/",
)


@pytest.mark.parametrize(
    "path",
    ["/ke-hoach/", *(f"plan:{tab}" for tab in TABS), "agency:can-lam", "agency:chu-tri", "agency:phoi-hop"],
)
def test_twenty_of_everything_cost_as_many_statements_as_two(province, path):
    kind, _, rest = path.partition(":")
    if kind == "plan":
        path = province.of_plan(rest)
    elif kind == "agency":
        path = f"/co-quan/{province.police.pk}/viec/?xem={rest}"
    grow(province, 2)
    few = counted(province, path)
    grow(province, 18)
    assert counted(province, path) == few


def test_much_that_was_said_costs_as_many_statements_as_little(province):
    made = filled.task(province.plan, province.police)
    sessions = filled.output(made)

    def say(times: int) -> list[int]:
        for n in range(times):
            filled.said(made, province.police, province.officer, output=sessions, count=Decimal(1), files=[n])
            filled.number(sessions, province.police, province.officer, "3")
            Obstacle.objects.create(agency=province.labour, account=province.clerk, task=made, duty="d",
                                    text="vướng", routed=province.police, due=TODAY)  # fmt: skip
        return [counted(province, path) for path in (f"/nhiem-vu/{made.uid}/", f"/chi-tieu/{sessions.uid}/")]

    assert say(2) == say(18)


def test_an_agency_has_as_many_of_each_sort_as_its_list_shows(province):
    due = [None, *(TODAY + timedelta(days=days) for days in (-20, -1, 0, 3, 14, 15, 90))]
    for n, day in enumerate(due * 3):
        made = filled.task(province.plan, due=day, standing=day is None)
        filled.share(made, province.police, part="lead" if n % 3 else "join")
        if n % 4 == 0:
            filled.share(
                made, None, part="join", slot=2, kind="police.province", group=True, unit=province.unit
            )
        if n % 5 == 0:
            filled.done(made)
        if n == 1:
            Task.objects.filter(pk=made.pk).update(state="dropped", ended_on=TODAY)
    standing = Task.objects.filter(plan=province.plan, standing=True, state="open")
    for made, days in zip(standing.order_by("pk"), (-2, 2), strict=False):
        span = {"first": TODAY - timedelta(days=99), "last": TODAY - timedelta(days=9)}
        CheckIn.objects.create(task=made, agency=province.police, due=TODAY + timedelta(days=days), **span)
    viewer = viewers.of_account(province.officer, strong=True)
    found = {which: agencies.work(viewer, agency=province.police, which=which) for which in Which}
    assert {which: len(work.rows) for which, work in found.items()} == found[Which.NOW].counts
    assert all(work.rows for work in found.values())
