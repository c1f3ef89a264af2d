"""Who works with substitution treatment, and what each may do."""

from phoihop.base.org.roles import OWN
from phoihop.base.org.rules.permissions import Grant, Reach, Role
from phoihop.engines.publishing.roles import AT_FACILITY
from phoihop.kernel.refusals import Bilingual
from phoihop.programmes.ost import registering  # noqa: F401 - registers the programme by being there
from phoihop.programmes.ost.models.shared import OST


def _at(reach: Reach, *codes: str) -> tuple[Grant, ...]:
    return tuple(Grant(code, reach) for code in codes)


# What everybody at a site needs who serves there.
_SERVING = _at(Reach.FACILITY, "ost.open_day", "ost.case_see_list", "ost.case_find_roster")
_GIVING = _at(Reach.FACILITY, "ost.case_give_*", "ost.case_take_back_*", "ost.case_print_label")
_FILE = _at(Reach.FACILITY, "registry.case_ost_*")
# The same without what begins, moves or ends a treatment: that is a doctor's.
_FILE_KEPT = _at(
    Reach.FACILITY,
    "registry.case_ost_see*",
    "registry.case_ost_search",
    *(
        f"registry.case_ost_{name}"
        for name in ("open", "correct", "give", "consent", "withdraw_consent", "decide", "unmerge")
    ),
    *(f"registry.case_ost_{name}" for name in ("refer", "withdraw_referral", "accept_referral")),
    "registry.case_ost_refuse_referral",
)
_TREATING = _at(Reach.FACILITY, "ost.case_*")
_STOCK = _at(Reach.FACILITY, "ost.stock_*")
# Whoever gives doses says what was spilt, takes back what they wrote in error, and stands by what another one
# spilt or counted.
_SPILLING = _at(
    Reach.FACILITY,
    "ost.stock_see_today",
    "ost.stock_spill",
    "ost.stock_sign",
    "ost.stock_see_minutes",
    "ost.stock_withdraw_minutes",
)

DECLARED = (
    Role(
        "ost-doctor",
        Bilingual("Bác sĩ điều trị", "Treating doctor"),
        Bilingual(
            "Khám, tiếp nhận, kê đơn, kết luận sự cố của người bệnh tại cơ sở của mình.",
            "Examines, admits, prescribes and answers incidents of the clients of the own facility.",
        ),
        (*OWN, *_SERVING, *_FILE, *_TREATING, *AT_FACILITY),
        sensitive=True,
        programmes=(OST,),
    ),
    Role(
        "ost-nurse",
        Bilingual("Điều dưỡng, tư vấn viên điều trị", "Nurse or counsellor of treatment"),
        Bilingual(
            "Lập hồ sơ, ghi tư vấn, xét nghiệm, theo dõi; không kê đơn.",
            "Opens files, records counselling, tests and follow-up; prescribes nothing.",
        ),
        (*OWN, *_SERVING, *_FILE_KEPT, *_at(Reach.FACILITY, "ost.case_see_*", "ost.case_note_*")),
        sensitive=True,
        programmes=(OST,),
    ),
    Role(
        "ost-dispenser",
        Bilingual("Người cấp phát", "Dispenser"),
        Bilingual(
            "Cấp liều cho người trong danh sách của điểm mình; thấy tên, mã, liều và không gì khác.",
            "Gives doses to those on the own site's list; sees name, code and dose, and nothing else.",
        ),
        (*OWN, *_SERVING, *_GIVING, *_SPILLING),
        sensitive=True,
        programmes=(OST,),
    ),
    Role(
        "ost-storekeeper",
        Bilingual("Thủ kho thuốc", "Keeper of the medicine store"),
        Bilingual(
            "Nhập, xuất, kiểm kê, báo cáo thuốc; không mở hồ sơ nào.",
            "Receives, hands out, counts and reports medicine; opens no file.",
        ),
        (*OWN, *_STOCK, Grant("ost.open_day", Reach.FACILITY)),
        refuses=("registry.case_*", "ost.case_*"),
        sensitive=True,
        programmes=(OST,),
    ),
    Role(
        "ost-head",
        Bilingual("Phụ trách cơ sở điều trị", "Head of a treatment facility"),
        Bilingual(
            "Mở bàn cấp phát, ký biên bản, xem ai đến, ai không, thuốc còn bao nhiêu, chất lượng ra sao.",
            "Sets up desks, signs minutes, sees who came and who did not, the stock, and quality.",
        ),
        (
            *OWN,
            *_SERVING,
            *_STOCK,
            *_at(Reach.FACILITY, "ost.set_up_*", "ost.see_*", "ost.supervise", "ost.case_see_*"),
            *_at(Reach.FACILITY, "registry.case_ost_see*", "registry.case_ost_search"),
            *_at(Reach.FACILITY, "ost.case_take_over_*"),
            *AT_FACILITY,
            *_at(Reach.AGENCY, "ost.set_up_*"),
        ),
        sensitive=True,
        programmes=(OST,),
    ),
    Role(
        "ost-officer",
        Bilingual("Cán bộ tỉnh theo dõi điều trị", "Province officer for treatment"),
        Bilingual(
            "Thấy số tổng hợp, tồn kho và kết quả giám sát của tỉnh; không mở hồ sơ nào.",
            "Sees the province's totals, stock and supervision; opens no file.",
        ),
        (*OWN, *_at(Reach.ALL, "ost.province_see", "ost.supervise_province", "ost.see_values")),
        refuses=("*.case_*",),
        sensitive=True,
        central=True,
    ),
    Role(
        "ost-authority",
        Bilingual("Bác sĩ chịu trách nhiệm chuyên môn", "Responsible doctor of the programme"),
        Bilingual(
            "Đối chiếu và ký các giá trị chuyên môn trước khi chúng có hiệu lực.",
            "Compares clinical values with their papers and signs them before they come into force.",
        ),
        (*OWN, *_at(Reach.ALL, "ost.see_values", "ost.sign_value")),
        refuses=("*.case_*",),
        sensitive=True,
        central=True,
    ),
)
