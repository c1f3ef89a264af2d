"""What of this room stands in a person's menu: the pages that they may open."""

from collections.abc import Iterator

from django.urls import reverse

from phoihop.base.org.queries.reaching import granted
from phoihop.base.org.rules.permissions import Viewer
from phoihop.kernel.refusals import Bilingual

# The door, the page behind it, and what the menu says.
_PAGES: tuple[tuple[str, str, Bilingual], ...] = (
    ("ost.case_see_worklist", "ost-worklist", Bilingual("Việc của bác sĩ", "Doctors' worklist")),
    ("ost.case_see_list", "ost-window-sites", Bilingual("Cấp phát", "Dispensing")),
    ("ost.case_see_lent", "ost-lending-sites", Bilingual("Uống ở nơi khác", "Doses elsewhere")),
    ("ost.case_see_recalls", "ost-recall-sites", Bilingual("Kiểm tra chai mang về", "Recalls of bottles")),
    ("ost.case_give_supply_list", "ost-supply-sites", Bilingual("Thuốc nội trú", "Inpatient supply")),
    ("ost.stock_see_store", "ost-stock", Bilingual("Kho thuốc", "Medicine store")),
    ("ost.see_facility", "ost-head", Bilingual("Cơ sở", "Facility")),
    ("ost.province_see", "ost-province", Bilingual("Toàn tỉnh", "Province")),
    ("ost.see_values", "ost-values", Bilingual("Giá trị chuyên môn", "Clinical values")),
    ("ost.case_take_over_send", "ost-taking-sites", Bilingual("Nhập sổ giấy", "Paper books")),
    ("ost.see_devices", "ost-devices", Bilingual("Thiết bị cấp phát", "Dispensing devices")),
)
# Above the worklist instead of in the menu, for whoever has one: a menu is to stay one line.
_BY_WORKLIST = frozenset({"ost-lending-sites", "ost-recall-sites", "ost-supply-sites", "ost-taking-sites"})

# Where each kind of notice leads; a list is enough, and tells no more than the notice does.
_NOTICES = {
    "ost-orders": "ost-worklist",
    "ost-missed": "ost-worklist",
    "ost-raised": "ost-incidents",
}


def entries(viewer: Viewer) -> Iterator[tuple[str, Bilingual]]:
    """Address and words of each page the viewer may open."""
    works = granted(viewer, "ost.case_see_worklist")
    for door, name, words in _PAGES:
        if granted(viewer, door) and not (works and name in _BY_WORKLIST):
            yield reverse(name), words


def by_worklist(viewer: Viewer) -> Iterator[tuple[str, Bilingual]]:
    """The pages that are reached from the worklist, of those that the viewer may open."""
    for door, name, words in _PAGES:
        if name in _BY_WORKLIST and granted(viewer, door):
            yield reverse(name), words


def leads_to(notice: str) -> str:
    """Where a notice of this room leads; empty for those of others."""
    return reverse(_NOTICES[notice]) if notice in _NOTICES else ""
