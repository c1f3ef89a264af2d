"""An invented province with the plans of two years, tasks in every state, and people who look at them."""

from datetime import date, timedelta
from decimal import Decimal

from django.utils import timezone

from phoihop.base.org import reach, viewers
from phoihop.base.org.models import Account, Agency
from phoihop.base.org.tests import making
from phoihop.base.security import origin, scope
from phoihop.coordination.plans.models import CheckIn, Holder, Obstacle, Plan, SubPlan, Target
from phoihop.coordination.plans.tests import filled

TODAY = timezone.localdate()
YEAR = TODAY.year
PLANNER, OFFICER, LEADER, MEMBER = "kehoach", "daumoi", "lanhdao", "canbo"

TARGETS = (
    (
        "Phấn đấu trên 90% xã, phường được tuyên truyền về phòng, chống ma túy và mua bán người",
        ">",
        "90",
        "%",
    ),
    ("Ít nhất 70% người dân trong độ tuổi trưởng thành hiểu biết về tác hại của ma túy", ">=", "70", "%"),
    ("Duy trì điều trị cho 1.209 người bệnh", "=", "1209", "người"),
    ("Số xã có tệ nạn phức tạp dưới 12 xã", "<", "12", "xã"),
    ("Không để phát sinh tụ điểm phức tạp mới", "=", None, ""),
)
TASKS = (
    (
        "Tổ chức 15 buổi truyền thông tại các xã trọng điểm, gắn với ngày hội bảo vệ an ninh",
        -20,
    ),
    ("Biên tập, in ấn 20.000 tờ rơi bằng tiếng Việt và tiếng Mông", 9),
    ("Rà soát, lập hồ sơ quản lý tại các xã, phường; cập nhật dữ liệu hằng tháng", 60),
    ("Tập huấn cho Đội công tác xã hội tình nguyện các xã", -200),
)


def make() -> dict[str, str]:
    """Everything, and the ids that addresses need."""
    reach.forget()
    with origin.beginning(), scope.acting(making.INSTALL):
        return _make()


def _somebody(name: str, username: str, role: str, place: Agency) -> Account:
    account = making.account(name)
    account.username = username
    account.save()
    making.position(account, role, place)
    return account


def _make() -> dict[str, str]:
    province = making.unit("ps", name="Phìn Sơn", kind="tỉnh", level="province", system="test")
    communes = [making.unit(f"ps{n}", province, name=name, system="test")
                for n, name in enumerate(("Mường Khoang", "Nậm Xoong", "Pu Lao"))]  # fmt: skip
    board = making.agency("Ủy ban nhân dân tỉnh Phìn Sơn", "people.province", province)
    police = making.agency("Công an tỉnh Phìn Sơn", "police.province", province)
    health = making.agency("Sở Y tế tỉnh Phìn Sơn", "health.province", province)
    labour = making.agency("Sở Lao động - Thương binh và Xã hội tỉnh Phìn Sơn", "labour.province", province)
    for commune in communes:
        making.agency(f"Ủy ban nhân dân xã {commune.name}", "people.commune", commune)
    planner = _somebody("Tẩn Láo Lở", PLANNER, "planning-officer", board)
    officer = _somebody("Vàng Seo Pao", OFFICER, "agency-officer", police)
    _somebody("Lừu Thị Sáy", LEADER, "leader", board)
    _somebody("Lò Thị Pành", MEMBER, "member", health)
    before = filled.plan(planner, board, province, name=_named(YEAR - 1), number=f"12/KH-UBND.{YEAR - 1}",
                         first=date(YEAR - 1, 1, 1), last=date(YEAR - 1, 12, 31), trial=True)  # fmt: skip
    plan = filled.plan(planner, board, province, name=_named(YEAR), number="30/KH-UBND", before=before,
                       first=date(YEAR, 1, 1), last=date(YEAR, 12, 31), trial=True)  # fmt: skip
    targets = [_targets(each, Decimal(less)) for each, less in ((before, 5), (plan, 0))][1]
    for target, value in zip(targets, ("92.5", "61", None, "12"), strict=False):
        if value is not None:
            filled.number(target, police, officer, value, trial=True, day=TODAY - timedelta(days=30))
    Holder.objects.create(target=targets[0], person=officer.person, since=date(YEAR, 2, 1), named_by=planner,
                          basis="Quyết định số 8/QĐ-UBND")  # fmt: skip
    tasks = []
    for text, days in TASKS:
        due = TODAY + timedelta(days=days)
        made = filled.task(plan, text=text, starts=max(plan.first, due - timedelta(days=90)), due=due)
        filled.share(made, labour, since=date(2022, 4, 1), until=date(2025, 2, 28), named="Sở LĐTBXH")
        filled.share(made, police, since=date(2025, 3, 1), named="Sở LĐTBXH", certain=days > 0,
                     basis="Nghị quyết số 190/2025/QH15", why="chuyển nhiệm vụ cai nghiện")  # fmt: skip
        filled.share(made, health, part="join")
        tasks.append(made)
    filled.done(tasks[3], TODAY - timedelta(days=190))
    sessions = filled.output(tasks[0])
    filled.said(tasks[0], police, officer, TODAY - timedelta(days=80), output=sessions, count=Decimal(5),
                note="Đã tổ chức tại Mường Khoang và Pu Lao.", trial=True)  # fmt: skip
    filled.said(tasks[0], police, officer, TODAY - timedelta(days=15), output=sessions, count=Decimal(7),
                said="hindered", note="Hai xã mưa lũ, chưa vào được.", trial=True)  # fmt: skip
    Obstacle.objects.create(
        agency=police, account=officer, task=tasks[0], duty="d", routed=health,
        text="chưa có kinh phí in tờ rơi tiếng Mông", due=TODAY + timedelta(days=5),
    )  # fmt: skip
    filled.task(plan, None, text="Vận động doanh nghiệp tham gia phòng, chống tệ nạn", starts=None, due=None)
    standing = filled.task(plan, police, text="Chỉ đạo các đơn vị trực thuộc theo chức năng",
                           standing=True, due=None)  # fmt: skip
    spans = {
        "first": TODAY - timedelta(days=120),
        "last": TODAY - timedelta(days=30),
        "due": TODAY + timedelta(days=4),
    }
    check_in = CheckIn.objects.create(task=standing, agency=police, **spans)
    group = filled.task(
        plan, text="Xây dựng kế hoạch thực hiện tại địa phương", due=TODAY + timedelta(days=40)
    )
    filled.share(
        group, None, kind="people.commune", group=True, unit=province, named="Ủy ban nhân dân các xã, phường"
    )
    SubPlan.objects.create(plan=plan, agency=police, task=group, due=TODAY - timedelta(days=3))
    own = filled.plan(planner, health, province, name="Kế hoạch của Sở Y tế", number="77/KH-SYT")
    SubPlan.objects.create(plan=plan, agency=health, task=group, document=own.document)
    viewers.CACHE.clear()
    return {
        "plan": str(plan.uid), "task": str(tasks[0].uid), "target": str(targets[0].uid),
        "counted": str(sessions.uid), "police": str(police.pk), "check_in": str(check_in.uid),
        "standing": str(standing.uid),
    }  # fmt: skip


def _named(year: int) -> str:
    return f"phòng, chống AIDS và phòng, chống tệ nạn ma túy, mại dâm trên địa bàn tỉnh năm {year}"


def _targets(plan: Plan, less: Decimal) -> list[Target]:
    found = []
    for text, sign, value, measure in TARGETS[: 5 if less else 4]:
        number = Decimal(value) - (less if measure == "%" else 0) if value else None
        way = "" if value else "không để"
        found.append(
            filled.target(plan, text=text, comparator=sign, value=number, measure=measure, direction=way)
        )
    return found


def pages(made: dict[str, str]) -> list[tuple[str, str, str]]:
    """Who opens what: a name for the picture, the person, the path."""
    plan, task, target = (
        f"/ke-hoach/{made['plan']}/",
        f"/nhiem-vu/{made['task']}/",
        f"/chi-tieu/{made['target']}/",
    )
    return [
        ("list", LEADER, "/ke-hoach/"),
        ("list-none", LEADER, "/ke-hoach/?nam=1999"),
        ("plan", LEADER, plan),
        ("targets", PLANNER, plan + "chi-tieu/"),
        ("agencies", PLANNER, plan + "theo-co-quan/"),
        ("periods", PLANNER, plan + "theo-quy/"),
        ("timeline", LEADER, plan + "dong-thoi-gian/"),
        ("loose", PLANNER, plan + "chua-giao/"),
        ("sub-plans", PLANNER, plan + "ke-hoach-con/"),
        ("compare", LEADER, plan + "so-sanh/"),
        ("history", LEADER, plan + "lich-su/"),
        ("agency", OFFICER, f"/co-quan/{made['police']}/viec/"),
        ("agency-led", MEMBER, f"/co-quan/{made['police']}/viec/?xem=chu-tri"),
        ("task", OFFICER, task),
        ("task-planner", PLANNER, task),
        ("task-standing", OFFICER, f"/nhiem-vu/{made['standing']}/"),
        ("target", OFFICER, target),
        ("target-counted", MEMBER, f"/chi-tieu/{made['counted']}/"),
        ("report", OFFICER, task + "bao-cao/"),
        ("check-in", OFFICER, f"/ra-soat/{made['check_in']}/"),
        ("figure", OFFICER, target + "bao-cao/"),
        ("hand-over", PLANNER, task + "giao/"),
        ("close", PLANNER, task + "dong/"),
        ("holder", PLANNER, target + "nguoi-chiu-trach-nhiem/"),
        ("owe", PLANNER, plan + "ke-hoach-con/them/"),
        ("today", OFFICER, "/hom-nay/"),
    ]
