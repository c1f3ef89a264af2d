"""An invented province with agencies, people in each role, and a plan: for tests of following the work."""

from datetime import date, timedelta

from django.utils import timezone

from phoihop.base.org import reach
from phoihop.base.org.models import Account, Agency, AgencySuccession, Succession, Unit
from phoihop.base.org.rules.permissions import Viewer
from phoihop.base.org.tests import making
from phoihop.base.security import scope
from phoihop.base.security.scope import Scope
from phoihop.coordination.plans.models import Committee, Share
from phoihop.coordination.plans.tests import filled

JOB = Scope("job")
INSTALL = making.INSTALL
DAY = timedelta(days=1)


def today() -> date:
    return timezone.localdate()


class Province:
    """A province of two communes; police, health and office of the province, with an officer and a head at
    each but the communes, which have officers; a plan that the office looks after."""

    def __init__(self) -> None:
        with scope.acting(INSTALL):
            self.unit = making.unit("m-lo", level="province", kind="tỉnh", name="Mường Lò")
            self.communes = [
                making.unit(key, self.unit, name=name)
                for key, name in (("nam-cat", "Nậm Cắt"), ("pu-lg", "Pú Luông"))
            ]
            self.office = making.agency("Văn phòng UBND tỉnh", "people.province", self.unit)
            self.police = making.agency("Công an tỉnh Mường Lò", "police.province", self.unit)
            self.health = making.agency("Sở Y tế Mường Lò", "health.province", self.unit)
            self.people = [
                making.agency(f"Ủy ban nhân dân xã {unit.name}", "people.commune", unit)
                for unit in self.communes
            ]
            self.planner = making.somebody("Lò Thị Kế", "planning-officer", self.office)
            self.officers: dict[int, Viewer] = {}
            self.heads: dict[int, Viewer] = {}
            for place, agency in enumerate((self.police, self.health, *self.people)):
                self.officers[agency.pk] = making.somebody(f"Cà Văn {place}", "agency-officer", agency)
            for place, agency in enumerate((self.police, self.health)):
                self.heads[agency.pk] = making.somebody(f"Hà Thị {place}", "head", agency)
            self.leader = making.somebody("Quàng Văn Lãnh", "leader", self.office, self.unit)
            self.elsewhere = making.agency("Sở Y tế nơi khác", "health.province", None)
            self.stranger = making.somebody("Sùng Thị Xa", "agency-officer", self.elsewhere)
            self.by = Account.objects.get(pk=self.planner.account or 0)
            year = today().year
            self.plan = filled.plan(
                self.by, self.office, self.unit, first=date(year, 1, 1), last=date(year, 12, 31)
            )
        reach.forget()

    def officer(self, agency: Agency) -> Viewer:
        return self.officers[agency.pk]

    def task(self, *leads: Agency | None, **more):
        with scope.acting(INSTALL):
            given = {"starts": today() - 30 * DAY, "due": today() + 30 * DAY} | more
            made = filled.task(self.plan, *leads, **given)
            for share in made.shares.all():
                self.placed(share, today() - 40 * DAY)
            return made

    @staticmethod
    def placed(share: Share, since: date) -> Share:
        """A part as the making of plans leaves it: it knows what kind of agency answers, and where."""
        if share.agency is not None:
            share.kind, share.unit = share.agency.kind, share.agency.unit
        share.since = since
        share.save()
        return share

    def for_group(self, **more):
        """A task of every commune's People's Committee in the province."""
        made = self.task(**more)
        with scope.acting(INSTALL):
            filled.share(
                made, None, group=True, kind="people.commune", unit=self.unit,
                named="UBND các xã", since=today() - 40 * DAY,
            )  # fmt: skip
        return made

    def committee(self, **more) -> Committee:
        with scope.acting(INSTALL):
            given = {"name": "Ban Chỉ đạo tỉnh", "unit": self.unit, "agency": self.office} | more
            return Committee.objects.create(**given)

    def follow(self, old: Agency, new: Agency, on: date | None = None) -> None:
        """Let an agency go into another whole."""
        with scope.acting(INSTALL):
            day = on or today()
            old.valid_to = day - DAY
            old.save()
            AgencySuccession.objects.create(old=old, new=new, day=day)
        reach.forget()

    def merge_communes(self) -> tuple[Unit, Agency]:
        """Both communes become one, and so do their People's Committees, today."""
        with scope.acting(INSTALL):
            unit = making.unit("xa-moi", self.unit, name="Mường Lò Thượng")
            agency = making.agency("Ủy ban nhân dân Xã Mường Lò Thượng", "people.commune", unit)
            agency.valid_from = today()
            agency.save()
            for old in self.communes:
                old.valid_to = today() - DAY
                old.save()
                Succession.objects.create(old=old, new=unit, whole=True, day=today())
        for old_agency in self.people:
            self.follow(old_agency, agency)
        reach.forget()
        return unit, agency
