"""People, places and files for the tests of this room; everybody is invented."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from phoihop.base.org.models import Facility
from phoihop.base.org.rules.permissions import Viewer
from phoihop.base.org.tests import making
from phoihop.base.org.viewers import scope_of
from phoihop.base.security import scope
from phoihop.registry.actions import consenting, enrolling, files
from phoihop.registry.doors import Desk
from phoihop.registry.models import Client
from phoihop.registry.rules.born import Born
from phoihop.registry.rules.identity import Sex, Told

DAY = date(2026, 11, 2)
MY = Told(
    name="Vàng Thị Mỷ",
    born=Born(1999, 5, 7),
    sex=Sex.FEMALE,
    identity="035199000123",
    insurance="GD4010123456789",
    phone="0912345678",
)
PANH = Told(name="Lò Văn Pánh", born=Born(1991, 3, 9), sex=Sex.MALE)
CHU = Told(name="Sùng A Chứ", born=Born(1985), sex=Sex.MALE)


@dataclass(frozen=True)
class House:
    """Programme alpha at clinics A and B, beta at A; each with its carer, and others who open no file."""

    a: Facility
    b: Facility
    alpha: Viewer
    alpha_b: Viewer
    beta: Viewer
    admin: Viewer
    officer: Viewer

    def by(self, facility: Facility) -> Viewer:
        """Who works with alpha's files at a facility."""
        return self.alpha if facility == self.a else self.alpha_b


def house() -> House:
    """Everything at once, in the present transaction."""
    with scope.acting(making.INSTALL):
        agency = making.agency("Trung tâm Y tế Nậm Pồ")
        a = making.facility(agency, "Phòng khám A", programmes=["alpha", "beta"])
        b = making.facility(making.agency("Trung tâm Y tế Mường Nhé"), "Phòng khám B", programmes=["alpha"])
        return House(
            a,
            b,
            making.somebody("Lù Thị Sên", "carer-alpha", a),
            making.somebody("Phàn Văn Dất", "carer-alpha", b),
            making.somebody("Chang A Thào", "carer-beta", a),
            making.somebody("Hù Cố Xuân", "administrator", agency),
            making.somebody("Má A Sở", "officer", making.agency("Công an xã Nậm Pồ", "police")),
        )


def opened(
    by: Viewer, facility: Facility, told: Told = MY, *, programme: str = "alpha", **more: Any
) -> Client:
    """A new file."""
    return files.open_file(by=by, desk=Desk(programme, facility), told=told, **more)


def consented(by: Viewer, client: Client, day: date = DAY) -> None:
    """A consent in the client's own right."""
    consenting.consent(by=by, client=client, wording="mẫu 02", form="written", given_on=day)


def admitted(
    by: Viewer, facility: Facility, told: Told = MY, *, since: date = DAY, programme: str = "alpha"
) -> Client:
    """A new file of somebody who consented and is served."""
    client = opened(by, facility, told, programme=programme)
    consented(by, client, since)
    enrolling.admit(by=by, client=client, since=since)
    return client


def acting(viewer: Viewer) -> Any:
    """The scope in which somebody's statements run."""
    return scope.acting(scope_of(viewer))
