"""The offices of Phìn Sơn that its documents name, and where they are. All invented."""

from datetime import date

from phoihop.base.org import reach
from phoihop.base.org.models import Agency, Succession, Unit
from phoihop.base.org.offices import create_agency, end_agency
from phoihop.base.org.rules.permissions import Viewer

FOUNDING = "Tổ vận hành phần mềm tỉnh Phìn Sơn"
DECISION = "Quyết định số 12/QĐ-UBND ngày 02/01/2024"
OLD_DAYS = date(2004, 1, 1)
MINISTRIES = date(2025, 3, 1)  # from this day on labour, information and others went into new offices
REFORM = date(2025, 7, 1)  # no districts any more
COMMUNES = (
    "Phìn Sơn",
    "Mường Khoang",
    "Nậm Xoong",
    "Pu Lao",
    "Khau Đeng",
    "Tả Sín",
    "Bản Hiêng",
    "Mường Lâu",
)
_FIRST = 2  # of these, towns before the reform; the first is a ward now, the others are communes

# Short name: kind and name. What is not in the rules of the time it stood in was ended below.
OFFICES = {
    "people": ("people.province", "Ủy ban nhân dân tỉnh Phìn Sơn"),
    "health": ("health.province", "Sở Y tế tỉnh Phìn Sơn"),
    "cdc": ("cdc.province", "Trung tâm Kiểm soát bệnh tật tỉnh Phìn Sơn"),
    "police": ("police.province", "Công an tỉnh Phìn Sơn"),
    "interior": ("interior.province", "Sở Nội vụ tỉnh Phìn Sơn"),
    "justice": ("justice.province", "Sở Tư pháp tỉnh Phìn Sơn"),
    "finance": ("finance.province", "Sở Tài chính tỉnh Phìn Sơn"),
    "education": ("education.province", "Sở Giáo dục và Đào tạo tỉnh Phìn Sơn"),
    "culture": ("culture.province", "Sở Văn hóa, Thể thao và Du lịch tỉnh Phìn Sơn"),
    "trade": ("trade.province", "Sở Công Thương tỉnh Phìn Sơn"),
    "science": ("science.province", "Sở Khoa học và Công nghệ tỉnh Phìn Sơn"),
    "foreign": ("foreign.province", "Sở Ngoại vụ tỉnh Phìn Sơn"),
    "border": ("border.province", "Bộ Chỉ huy Bộ đội Biên phòng tỉnh Phìn Sơn"),
    "front": ("front.province", "Ủy ban Mặt trận Tổ quốc Việt Nam tỉnh Phìn Sơn"),
    "women": ("women.province", "Hội Liên hiệp Phụ nữ tỉnh Phìn Sơn"),
    "youth": ("youth.province", "Tỉnh Đoàn Phìn Sơn"),
    "farmers": ("farmers.province", "Hội Nông dân tỉnh Phìn Sơn"),
    "unions": ("unions.province", "Liên đoàn Lao động tỉnh Phìn Sơn"),
    "broadcast": ("broadcast.province", "Đài Phát thanh - Truyền hình tỉnh Phìn Sơn"),
    "insurance": ("insurance.province", "Bảo hiểm xã hội tỉnh Phìn Sơn"),
    "party": ("party.province", "Tỉnh ủy Phìn Sơn"),
    "propaganda": ("propaganda.province", "Ban Tuyên giáo và Dân vận Tỉnh ủy Phìn Sơn"),
    "recovery": ("recovery-centre.province", "Cơ sở cai nghiện ma túy tỉnh Phìn Sơn"),
}
WARD = {
    "ward-police": ("police.commune", "Công an phường Phìn Sơn"),
    "ward-society": ("society.commune", "Phòng Văn hóa - Xã hội phường Phìn Sơn"),
    "ward-station": ("health-station.commune", "Trạm Y tế phường Phìn Sơn"),
}
BEGUN = {
    "land": ("land.province", "Sở Nông nghiệp và Môi trường tỉnh Phìn Sơn"),
    "ethnic": ("ethnic.province", "Sở Dân tộc và Tôn giáo tỉnh Phìn Sơn"),
}
ENDED = {
    "labour": ("labour.province", "Sở Lao động - Thương binh và Xã hội tỉnh Phìn Sơn"),
    "information": ("information.province", "Sở Thông tin và Truyền thông tỉnh Phìn Sơn"),
    "agriculture": ("agriculture.province", "Sở Nông nghiệp và Phát triển nông thôn tỉnh Phìn Sơn"),
}
_LAST_DAY = date(2025, 2, 28)
_ENDING = "Nghị quyết số 06/NQ-HĐND ngày 20/02/2025"


# Where the invented communes lie: in the hills of the north-west, at no real place's centre.
_WHERE = (
    (22.31, 103.28), (22.52, 103.11), (22.18, 103.44), (22.44, 103.52),
    (22.63, 103.33), (22.09, 103.17), (22.27, 102.96), (22.55, 103.71),
)  # fmt: skip


def units() -> Unit:
    """The invented province, under a list of codes of its own: eight districts until the reform, since then
    those eight of its communes that take part."""
    province = _unit(
        "demo:99", code="99", name="Phìn Sơn", kind="tỉnh", level="province", valid_from=OLD_DAYS
    )
    # A demo of before knew the province only since the reform.
    Unit.objects.filter(pk=province.pk, valid_from__gt=OLD_DAYS).update(valid_from=OLD_DAYS)
    for number, name in enumerate(COMMUNES, 1):
        towns = ("thành phố", "thị xã")
        old = _unit(
            f"demo:99{number:02d}",
            code=f"99{number:02d}",
            name=name,
            kind=towns[number - 1] if number <= _FIRST else "huyện",
            level="district",
            parent=province,
            valid_from=OLD_DAYS,
            valid_to=date(2025, 6, 30),
        )
        new = _unit(
            f"demo:99{number:03d}",
            code=f"99{number:03d}",
            name=name,
            kind="phường" if number == 1 else "xã",
            level="commune",
            parent=province,
            valid_from=REFORM,
            latitude=_WHERE[number - 1][0],
            longitude=_WHERE[number - 1][1],
        )
        Succession.objects.get_or_create(
            old=old, new=new, day=REFORM, defaults={"whole": False, "basis": "không có thật"}
        )
    reach.forget()
    return province


def _unit(key: str, **values: object) -> Unit:
    made: Unit
    made, _ = Unit.objects.get_or_create(
        key=key, defaults={"system": "demo", "basis": "không có thật", **values}
    )
    return made


def offices(by: Viewer, province: Unit) -> dict[str, Agency]:
    """Every office by its short name; those of communes as "xa-1" and "dang-uy-1". What is there stays."""
    found = {short: _office(by, province, *given) for short, given in OFFICES.items()}
    for short, given in ENDED.items():
        found[short] = office = _office(by, province, *given)
        if office.valid_to is None:
            found[short] = end_agency(by=by, agency=office, last_day=_LAST_DAY, basis=_ENDING)
    for short, given in BEGUN.items():
        found[short] = _office(by, province, *given, since=MINISTRIES)
    for number, unit in enumerate(Unit.objects.filter(parent=province, level="commune").order_by("code"), 1):
        said = f"{unit.kind} {unit.name}"
        found[f"xa-{number}"] = _office(by, unit, "people.commune", f"Ủy ban nhân dân {said}", since=REFORM)
        found[f"dang-uy-{number}"] = _office(by, unit, "party.commune", f"Đảng ủy {said}", since=REFORM)
        if number == 1:
            found |= {short: _office(by, unit, *given, since=REFORM) for short, given in WARD.items()}
    return found


def _office(by: Viewer, unit: Unit, kind: str, name: str, since: date | None = None) -> Agency:
    there = Agency.objects.filter(unit=unit, kind=kind, name=name).first()
    if there is not None:
        return there
    made: Agency = create_agency(by=by, kind=kind, name=name, unit=unit, since=since, basis=DECISION)
    return made
