"""A clinic whose people export, open files in emergencies and answer outsiders; everybody is invented."""

from datetime import date
from importlib import import_module
from typing import Any

import pytest

from phoihop.base.org import doors, roles
from phoihop.base.org.doors import query
from phoihop.base.org.rules.permissions import Grant, Place, Reach, Role
from phoihop.base.org.tests import making
from phoihop.base.release import care, datasets, outward
from phoihop.base.release.care import CareKind, Shown
from phoihop.base.release.datasets import Column, Dataset, Filter
from phoihop.base.release.roles import CARE
from phoihop.base.security import scope
from phoihop.base.security.audit.entries import Kind
from phoihop.base.security.columns import Class
from phoihop.base.security.scope import Scope
from phoihop.kernel.refusals import Bilingual
from phoihop.kernel.text import plain

# The stand-in room is the tests' own, outside the product and its types.
standin: Any = import_module("tests.standin.actions")
Client: Any = import_module("tests.standin.models").Client

SAID = Bilingual("Chữ", "Words")
JOB = Scope("job")
DAY = date(2026, 11, 20)
REASON = "đối chiếu sổ khám quý IV với báo cáo"
# A person without consent to their data leaving is told by this state; the stand-in has no column for it.
STAYS = "không đồng ý xuất"


@pytest.fixture
def declared(monkeypatch) -> None:
    """What a client room declares, for one test only: roles that care, a dataset, a kind of file."""
    monkeypatch.setattr(doors, "DOORS", dict(doors.DOORS))
    for code in ("alpha", "beta"):
        held = roles.ROLES[f"carer-{code}"]
        grants = (*held.grants, *CARE, Grant(f"standin.case_{code}_export_*", Reach.FACILITY))
        monkeypatch.setitem(roles.ROLES, f"carer-{code}", _with(held, grants))
    for dataset in (_clients(), _facilities()):
        monkeypatch.setitem(datasets.DATASETS, dataset.code, dataset)
    monkeypatch.setitem(care.KINDS, "standin.Client", _kind(closed=False))
    monkeypatch.setattr(outward, "_KNOWN", [lambda name: name == plain("Vàng Thị Mỷ")])


def _with(role: Role, grants: tuple[Grant, ...]) -> Role:
    return Role(role.code, role.name, role.about, grants, programmes=role.programmes)


def _clients() -> Dataset:
    @query("standin.case_alpha_export_pick", "Chọn hồ sơ xuất", "Pick files to export", kind=Kind.EXPORT)
    def pick(viewer: Any, *, since: date | None = None) -> list[int]:
        found = Client.objects.filter(facility__in=viewer.facilities).order_by("pk")
        if since is not None:
            found = found.filter(since__gte=since)
        return [client.pk for client in found if client.text("state") != STAYS]

    @query("standin.case_alpha_export_read", "Xuất hồ sơ", "Export files", kind=Kind.EXPORT)
    def read(viewer: Any, *, things: list[int]) -> list[tuple[Any, ...]]:
        found = Client.objects.filter(pk__in=things, facility__in=viewer.facilities).order_by("pk")
        return [(c.pk, c.text("name"), c.since, c.pk) for c in found]

    return Dataset(
        "standin.clients",
        Bilingual("Người đang được phục vụ", "People being served"),
        (
            Column("name", Bilingual("Họ và tên", "Name"), Class.PERSONAL),
            Column("since", Bilingual("Từ ngày", "Since"), Class.INTERNAL, "date"),
            Column("number", Bilingual("Số thứ tự", "Number"), Class.INTERNAL, "whole"),
        ),
        pick,
        read,
        {"since": Filter(Bilingual("Từ ngày", "Since"), date.fromisoformat, "date")},
    )


def _facilities() -> Dataset:
    @query("standin.case_alpha_export_counts", "Chọn số liệu", "Pick figures", kind=Kind.EXPORT)
    def pick(viewer: Any) -> list[int]:
        return list(viewer.facilities)

    @query("standin.case_alpha_export_count", "Xuất số liệu", "Export figures", kind=Kind.EXPORT)
    def read(viewer: Any, *, things: list[int]) -> list[tuple[Any, ...]]:
        return [(pk, "=1+1", Client.objects.filter(facility=pk).count()) for pk in things]

    return Dataset(
        "standin.counts",
        Bilingual("Số người theo cơ sở", "People by facility"),
        (
            Column("name", SAID, Class.INTERNAL),
            Column("count", SAID, Class.INTERNAL, "whole"),
        ),
        pick,
        read,
    )


def _kind(*, closed: bool) -> CareKind:
    def locate(pk: int) -> Place | None:
        # A room keeps a register of where its files are, which tells nothing else; this one has the table.
        from phoihop.base.org.models import Facility

        for facility in Facility.objects.order_by("pk"):
            for programme in ("alpha", "beta"):
                with scope.acting(Scope("care", places=((facility.pk, programme),))):
                    if Client.objects.filter(pk=pk).exists():
                        return Place(facility=facility.pk, agency=facility.agency_id, programme=programme)
        return None

    def read(pk: int) -> Shown:
        client = Client.objects.get(pk=pk)
        return Shown((("Họ và tên", client.text("name")), ("Tình trạng", client.text("state"))))

    def treated(pk: int, day: date) -> bool:
        return Client.objects.get(pk=pk).since <= day

    return CareKind("standin.Client", SAID, locate, read, ("alpha",), closed, {"treated-on": treated})


@pytest.fixture
def clinic(db, declared, settings, tmp_path) -> dict[str, Any]:
    """Clinic A of one agency and C of another; carers, the heads of both, others who work there, police."""
    with scope.acting(making.INSTALL):
        agency = making.agency("Trung tâm Y tế Nậm Pồ")
        other = making.agency("Trung tâm Y tế Mường Nhé")
        police = making.agency("Công an xã Nậm Pồ", "police")
        a = making.facility(agency, "Phòng khám A", programmes=["alpha", "beta"])
        c = making.facility(other, "Phòng khám C", programmes=["alpha"])
        carer = making.account("Lù Thị Sên")
        making.position(carer, "carer-alpha", a)
        making.position(carer, "exporter", agency)
        made = {
            "agency": agency,
            "other": other,
            "police_agency": police,
            "a": a,
            "c": c,
            "carer_account": carer,
            "carer": making.viewer(carer, device="d-carer"),
            "far": making.somebody("Phàn Văn Dất", "carer-alpha", c),
            "head": making.somebody("Lường Văn Tấp", "head", agency),
            "far_head": making.somebody("Khoàng Thị Nu", "head", other),
            "dpo": making.somebody("Quàng Thị Én", "data-protection", agency),
            "police": making.somebody("Má A Sở", "requester", police),
            "answerer": making.somebody("Giàng Thị Mo", "answerer", agency),
            "publisher": making.somebody("Tòng Văn Ít", "publisher", agency),
        }
    made["x"] = enrol(made, "Vàng Thị Mỷ")
    return made


def enrol(clinic: dict[str, Any], name: str, state: str = "ổn định") -> Any:
    """One more person in programme alpha at clinic A."""
    return standin.enrol("alpha", by=clinic["carer"], facility=clinic["a"], name=name, state=state, since=DAY)


def restate(clinic: dict[str, Any], client: Any, state: str) -> None:
    """The person says something else now."""
    from phoihop.base.org.viewers import scope_of

    with scope.acting(scope_of(clinic["carer"])):
        found = Client.objects.get(pk=client.pk)
        found.put(state=state)
        found.save(update_fields=["state"])
