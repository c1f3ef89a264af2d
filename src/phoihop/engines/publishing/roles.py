"""Roles of this room, and what its doors add to roles of the ground."""

from phoihop.base.org.roles import OWN
from phoihop.base.org.rules.permissions import Grant, Reach, Role
from phoihop.kernel.refusals import Bilingual

# A room gives these to whoever opens files at a facility: its true figures, whose people they know.
AT_FACILITY = (Grant("publishing.case_see_own", Reach.FACILITY),)

DECLARED = (
    Role(
        "figures-officer",
        Bilingual("Cán bộ công bố số liệu", "Officer for published figures"),
        Bilingual(
            "Đề nghị cho các cơ quan hoặc công chúng xem số liệu đã che số nhỏ; người thứ hai duyệt. "
            "Không thấy số thực, không mở được hồ sơ.",
            "Asks that agencies or the public may see figures with small numbers hidden; a second person "
            "decides. Sees no true figure and opens nobody's file.",
        ),
        (
            *OWN,
            Grant("publishing.see_builds", Reach.ALL),
            Grant("publishing.see_proposed", Reach.ALL),
            Grant("publishing.propose_release", Reach.ALL),
            Grant("publishing.begin_release", Reach.ALL),
        ),
        refuses=("*.case_*",),
        sensitive=True,
        central=True,
    ),
    Role(
        "figures-reporter",
        Bilingual("Cán bộ báo cáo số liệu", "Reporter of figures"),
        Bilingual(
            "Ghi số liệu mà cơ quan mình báo cáo bằng tay, kèm ngày và nguồn.",
            "Writes down the figures that the own agency reports by hand, with their day and source.",
        ),
        (
            *OWN,
            Grant("publishing.report_value", Reach.AGENCY),
            Grant("publishing.see_reported", Reach.AGENCY),
        ),
    ),
)

# What this room's doors add to roles that stand below it.
ADDED = {
    "administrator": (
        Grant("publishing.start_build", Reach.ALL),
        Grant("publishing.see_builds", Reach.ALL),
    ),
    "data-protection": (
        Grant("publishing.see_builds", Reach.ALL),
        Grant("publishing.see_proposed", Reach.ALL),
    ),
}

FOR_EVERYBODY = (Grant("publishing.see_figures", Reach.ALL),)
