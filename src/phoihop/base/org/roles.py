"""Roles by code. A room declares its own as ``DECLARED`` in ``<room>/roles.py``; the start finds them all."""

from collections.abc import Iterable
from dataclasses import replace

from phoihop.base.org.rules.permissions import Grant, Reach, Role
from phoihop.kernel.refusals import Bilingual

ROLES: dict[str, Role] = {}


def add_to_all(grants: Iterable[Grant]) -> None:
    """Let every role do what everybody who works here may."""
    more = tuple(grants)
    for code, role in ROLES.items():
        ROLES[code] = replace(role, grants=(*role.grants, *more))


def add_to(code: str, grants: Iterable[Grant]) -> None:
    """Let a role do more, in a room that stands above the one which declares it. KeyError: no such role."""
    role = ROLES[code]
    new = tuple(grant for grant in grants if grant not in role.grants)
    ROLES[code] = replace(role, grants=role.grants + new)


# Every case file of every room is an action of one of these names; who only keeps the machine running
# opens none.
CASES = ("*.case_*",)


def add(roles: Iterable[Role]) -> None:
    """Make roles known; ValueError if a code is taken by another one."""
    for role in roles:
        if ROLES.get(role.code, role) != role:
            raise ValueError(f"two roles are called {role.code}")
        ROLES[role.code] = role


OWN = (
    Grant("org.see_own_*", Reach.SELF),
    Grant("org.change_own_*", Reach.SELF),
    Grant("org.see_units", Reach.ALL),
    Grant("org.see_agencies", Reach.ALL),
    Grant("org.explain", Reach.ALL),
    Grant("org.keep_file", Reach.ALL),
    Grant("org.fetch_file", Reach.SELF),
    Grant("org.fetch_file", Reach.FACILITY),
    Grant("org.fetch_file", Reach.AGENCY),
)

DECLARED = (
    Role(
        "administrator",
        Bilingual("Quản trị hệ thống", "System administrator"),
        Bilingual(
            "Lập tài khoản, cấp thẻ đăng nhập, đề nghị giao nhiệm vụ, giữ máy chạy. "
            "Không mở được hồ sơ nào của người dân.",
            "Makes accounts, issues sign-in cards, proposes positions, keeps the system running. "
            "Opens nobody's file.",
        ),
        (
            *OWN,
            Grant("org.see_people", Reach.ALL),
            Grant("org.create_account", Reach.ALL),
            Grant("org.issue_card", Reach.ALL),
            Grant("org.propose_position", Reach.ALL),
            Grant("org.end_position", Reach.ALL),
            Grant("org.see_leaving", Reach.ALL),
            Grant("org.off_board", Reach.ALL),
            Grant("org.change_agencies", Reach.ALL),
            Grant("org.rename_agency", Reach.ALL),
            Grant("org.end_agency", Reach.ALL),
            Grant("org.propose_merger", Reach.ALL),
            Grant("org.see_merger_effects", Reach.ALL),
            Grant("org.change_facilities", Reach.ALL),
            Grant("org.see_facilities", Reach.ALL),
            Grant("org.end_facility", Reach.ALL),
            Grant("org.see_placements", Reach.ALL),
            Grant("org.place_facility", Reach.ALL),
            Grant("org.take_back_placement", Reach.ALL),
        ),
        refuses=CASES,
        sensitive=True,
        central=True,
    ),
    Role(
        "head",
        Bilingual("Thủ trưởng đơn vị", "Head of an agency"),
        Bilingual(
            "Duyệt việc giao nhiệm vụ, việc xuất dữ liệu và việc mở hồ sơ khẩn cấp trong cơ quan mình; "
            "nhận bản tin tuần về việc xem hồ sơ.",
            "Approves positions, exports and emergency openings within the agency; "
            "gets the weekly digest of files viewed.",
        ),
        (
            *OWN,
            Grant("org.see_people", Reach.AGENCY),
            Grant("org.propose_position", Reach.AGENCY),
            Grant("org.end_position", Reach.AGENCY),
            Grant("org.decide_proposal", Reach.AGENCY),
            Grant("org.block", Reach.AGENCY),
            Grant("org.lift_block", Reach.AGENCY),
            Grant("org.allow_erasure", Reach.AGENCY),
            Grant("security.see_digest", Reach.AGENCY),
        ),
        sensitive=True,
    ),
    Role(
        "data-protection",
        Bilingual("Cán bộ bảo vệ dữ liệu", "Data protection officer"),
        Bilingual(
            "Duyệt vai trò nhạy cảm, duyệt xuất dữ liệu, nhận cảnh báo, "
            "trả lời yêu cầu của người có dữ liệu. Không mở được hồ sơ.",
            "Approves sensitive roles and exports, receives alarms, "
            "answers people's requests about their data. Opens nobody's file.",
        ),
        (
            *OWN,
            Grant("org.see_people", Reach.ALL),
            Grant("org.decide_proposal", Reach.ALL),
            Grant("org.see_merger_effects", Reach.ALL),
            Grant("org.block", Reach.ALL),
            Grant("org.lift_block", Reach.ALL),
            Grant("org.propose_erasure", Reach.ALL),
            Grant("security.see_digest", Reach.ALL),
            Grant("security.see_alarms", Reach.ALL),
            Grant("security.plant_canary", Reach.ALL),
        ),
        refuses=CASES,
        sensitive=True,
        central=True,
    ),
    Role(
        "auditor",
        Bilingual("Kiểm tra nhật ký", "Auditor"),
        Bilingual(
            "Đọc nhật ký: ai, làm gì, khi nào; không thấy nội dung hồ sơ. "
            "Việc đọc nhật ký cũng được ghi lại.",
            "Reads the log: who did what and when, never what a file says. Reading it is itself recorded.",
        ),
        (*OWN, Grant("security.see_audit", Reach.ALL)),
        refuses=CASES,
        sensitive=True,
        central=True,
    ),
    Role(
        "member",
        Bilingual("Cán bộ cơ quan", "Member of an agency"),
        Bilingual(
            "Thấy tổ chức, đơn vị hành chính và trang của chính mình.",
            "Sees agencies, administrative units and their own page.",
        ),
        OWN,
        strong=False,
    ),
)

add(DECLARED)
