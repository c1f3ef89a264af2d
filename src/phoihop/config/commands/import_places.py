"""Whom an import acts as: somebody who is there, or, in a database of its own, a planning officer set up for
it, with the agencies that the documents name, in their real provinces; by the actions that people use."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from django.utils import timezone

from phoihop.base.org import actions, mergers, reach, viewers
from phoihop.base.org.agencies import Tier
from phoihop.base.org.agencies import kind as kind_of
from phoihop.base.org.founding import INSTALL, found
from phoihop.base.org.mergers import Merger
from phoihop.base.org.models import Account, Agency, AgencySuccession, Position, Proposal, Succession, Unit
from phoihop.base.org.offices import create_agency
from phoihop.base.org.queries.units import stood
from phoihop.base.org.rules.permissions import Viewer
from phoihop.base.org.signin import cards
from phoihop.base.org.signin.cards import Card
from phoihop.base.org.units.words import bare
from phoihop.base.security import origin, scope
from phoihop.base.security.scope import Scope
from phoihop.coordination.documents.models import Document
from phoihop.coordination.documents.rules import naming
from phoihop.coordination.plans.actions import handing
from phoihop.coordination.plans.models import Share
from phoihop.coordination.plans.rules import answering
from phoihop.kernel.refusals import Bilingual, Refusal

JOB = Scope("job")
ROLE = "planning-officer"
OFFICER = ("Cán bộ nhập văn bản", "nhapvanban")
_FOUNDING = "Tổ nhập văn bản"
_KEEPER, _PROTECTOR = ("Quản trị", "quantri"), ("Bảo vệ dữ liệu", "baove")
_BASIS = "lập khi nhập văn bản"
_DAY = timedelta(days=1)
_COMMUNES = "people.commune"
Tell = Callable[[Bilingual], None]


def somebody(username: str, agency: str) -> tuple[Viewer, Agency]:
    """Who is to act, and for which agency. Refusal: no such account, or it sends for none, or for several and
    none of them was named."""
    with scope.acting(INSTALL):
        account = Account.objects.select_related("person").filter(username=username, is_active=True).first()
        today = timezone.localdate()
        held = Position.objects.filter(
            person=account.person_id if account else 0, role=ROLE, since__lte=today
        )
        places = {p.agency for p in held.exclude(until__lt=today).select_related("agency__unit")}
        if account is None or not places:
            raise Refusal(
                "not-a-planner",
                f"Không có tài khoản {username}, hoặc người này không phải cán bộ kế hoạch.",
                f"There is no account {username}, or it is no planning officer's.",
            )
        wanted = [place for place in places if not agency or place.name == agency]
        if len(wanted) != 1:
            names = "; ".join(sorted(place.name for place in places))
            raise Refusal(
                "agency-unclear", f"Hãy chọn cơ quan bằng --agency: {names}", f"Choose by --agency: {names}"
            )
        return _viewer(account.username), wanted[0]


def _viewer(username: str) -> Viewer:
    """As after a full sign-in: who runs commands here rules the machine; the record says what was done."""
    viewers.CACHE.clear()
    account = Account.objects.select_related("person").get(username=username)
    return viewers.of_account(account, strong=True, stepped_up=True)


@dataclass
class OwnPlaces:
    """Makes what an import needs in a database that nothing else lives in."""

    tell: Tell
    cards: list[Card] = field(default_factory=list)

    @staticmethod
    def may() -> bool:
        """Whether the database is empty, or was begun by an import."""
        with scope.acting(INSTALL):
            names = set(Account.objects.values_list("username", flat=True))
        return not names or OFFICER[1] in names

    def begin(self) -> None:
        """The first people, once."""
        with scope.acting(INSTALL):
            there = Account.objects.filter(username=OFFICER[1]).exists()
            empty = not Account.objects.exists()
        if empty:
            self.cards += found(_FOUNDING, _KEEPER, _PROTECTOR)
        if not there:
            with origin.beginning(), scope.acting(INSTALL):
                by = _viewer(_KEEPER[1])
                account = actions.create_account(by=by, name=OFFICER[0], username=OFFICER[1])
                self.cards.append(cards.made_for(account, issued_by=None))
            names = ", ".join((_KEEPER[1], _PROTECTOR[1], OFFICER[1]))
            self.tell(
                Bilingual(
                    f"Cơ sở dữ liệu còn trống: đã lập các tài khoản {names}.",
                    f"The database was empty: made the accounts {names}.",
                )
            )

    def owner(self, read: Mapping[str, Any], agency: str) -> tuple[Viewer, Agency]:
        """The agency of a document's time and province, and the officer at what it is today.

        Refusal("province-unknown") where neither the document nor ``agency`` names a province.
        """
        day = day_of(read)
        name = province_in(read, agency)
        with origin.beginning(), scope.acting(INSTALL):
            then = _province(name, day)
            today = _today(then)
            said = agency or f"Ủy ban nhân dân {then.kind} {then.name}"
            kind = _kind(said, day)
            old = self._agency(kind, said, then)
            new = old if today == then else self._agency(kind, _renamed(said, then, today), today)
            if old != new and not AgencySuccession.objects.filter(old=old).exists():
                self._merge(old, new, (then.valid_to or timezone.localdate()) + _DAY)
            self._appoint(new)
            return _viewer(OFFICER[1]), old

    def fill(self) -> int:
        """Set up the agencies that tasks name and nobody has set up, single ones and the communes' People's
        Committees, and hand the tasks to them; how many."""
        made = 0
        with origin.beginning(), scope.acting(INSTALL):
            wanted = Share.objects.filter(until=None, agency=None, group=False, unit__isnull=False).exclude(
                kind=""
            )
            for code, unit in sorted(set(wanted.values_list("kind", "unit"))):
                where = Unit.objects.get(pk=unit)
                if not Agency.objects.filter(kind=code, unit=where).exists():
                    self._agency(code, _name(code, where), where)
                    made += 1
            made += self._communes()
        with origin.beginning(), scope.acting(JOB):
            handing.follow_changes(timezone.localdate())
        return made

    def _communes(self) -> int:
        """The People's Committee of every commune there is today, where a task names all of a province.

        Those of the document's own day are not needed: a group is who belongs to it on the day of asking.
        """
        named = Share.objects.filter(until=None, agency=None, group=True, kind=_COMMUNES, unit__isnull=False)
        provinces = {_today(unit) for unit in Unit.objects.filter(pk__in=named.values("unit"))}
        made, by = 0, _viewer(_KEEPER[1])
        for province in sorted(provinces, key=lambda unit: unit.pk):
            there = Agency.objects.filter(kind=_COMMUNES).values("unit")
            here = Unit.objects.filter(stood(timezone.localdate()), level="commune", parent=province)
            without = list(here.exclude(pk__in=there).order_by("pk"))
            for unit in without:
                create_agency(by=by, kind=_COMMUNES, name=_name(_COMMUNES, unit), unit=unit, basis=_BASIS)
            if without:
                many, where = len(without), f"{province.kind} {province.name}"
                self.tell(
                    Bilingual(
                        f"Đã lập {many} Ủy ban nhân dân cấp xã của {where}",
                        f"Set up {many} People's Committees of communes in {where}",
                    )
                )
            made += len(without)
        reach.forget()
        return made

    def _agency(self, kind: str, name: str, unit: Unit) -> Agency:
        there = Agency.objects.filter(kind=kind, unit=unit).first()
        if there is not None:
            return there
        made: Agency = create_agency(by=_viewer(_KEEPER[1]), kind=kind, name=name, unit=unit, basis=_BASIS)
        reach.forget()
        # The same name stands for the province of then and that of today.
        then = f" (… – {unit.valid_to:%d/%m/%Y})" if unit.valid_to is not None else ""
        self.tell(Bilingual(f"Đã lập cơ quan: {made.name}{then}", f"Set up an agency: {made.name}{then}"))
        return made

    def _merge(self, old: Agency, new: Agency, day: date) -> None:
        plan = Merger("agencies", (old.pk,), new.pk, day, _BASIS)
        asked = mergers.propose(by=_viewer(_KEEPER[1]), merger=plan, reason=_BASIS)
        actions.decide_proposal(by=_viewer(_PROTECTOR[1]), proposal=asked, allow=True)
        reach.forget()

    def _appoint(self, agency: Agency) -> None:
        account = Account.objects.select_related("person").get(username=OFFICER[1])
        if Position.objects.filter(person=account.person, role=ROLE, agency=agency, until=None).exists():
            return
        since = timezone.localdate()
        given = actions.give_position(
            by=_viewer(_KEEPER[1]),
            person=account.person,
            role=ROLE,
            place=agency,
            since=since,
            basis=_BASIS,
            reason=_BASIS,
        )
        if isinstance(given, Proposal):
            actions.decide_proposal(by=_viewer(_PROTECTOR[1]), proposal=given, allow=True)


def day_of(read: Mapping[str, Any]) -> date:
    """The day of a document of the reader's contract: its own, else the last that it cites, else today."""
    today = timezone.localdate()
    cited = [each["date"] for each in read["citations"] if each["date"]]
    own = [read["issued"]] if read["issued"] else cited
    return max((day for text in own if (day := date.fromisoformat(text)) <= today), default=today)


def province_in(read: Mapping[str, Any], agency: str) -> str:
    """The province that the header names, else the one in the agency's name. Refusal("province-unknown")."""
    for text in (read["issuer"], read["parent_issuer"], read["place"], agency):
        known = naming.province_in(text)
        if known is not None:
            return known
    raise Refusal(
        "province-unknown",
        'Văn bản không ghi của tỉnh nào. Hãy thêm --agency, vd. "Ủy ban nhân dân tỉnh Lào Cai".',
        'The document names no province. Add --agency, e.g. "Ủy ban nhân dân tỉnh Lào Cai".',
    )


def _province(name: str, day: date) -> Unit:
    """As it stood on a day; of a later day where the name is newer than the document."""
    known = Unit.objects.filter(level="province").order_by("valid_from", "pk")
    for rows in (known.filter(stood(day)), known):
        for unit in rows:
            if bare(unit.name) == bare(name):
                return unit
    raise Refusal("province-not-there", f"Không có tỉnh {name}.", f"There is no province {name}.")


def _today(unit: Unit) -> Unit:
    """What a province is by now."""
    seen = {unit.pk}
    while unit.valid_to is not None and unit.valid_to < timezone.localdate():
        line = Succession.objects.filter(old=unit).order_by("-whole", "-share").select_related("new").first()
        if line is None or line.new_id in seen:
            break
        unit = line.new
        seen.add(unit.pk)
    return unit


def _kind(name: str, day: date) -> str:
    """The kind of a provincial agency called so; a People's Committee where that cannot be told."""
    for meant in answering.read(name, day, tier=Tier.PROVINCE):
        if meant.kind and answering.tier_of(meant.kind) is Tier.PROVINCE:
            return meant.kind
    return "people.province"


def _renamed(name: str, old: Unit, new: Unit) -> str:
    """The agency's name with today's province in it."""
    return name.replace(old.name, new.name) if old.name in name else f"{name} {new.kind} {new.name}"


def _name(code: str, unit: Unit) -> str:
    """A kind of agency as that of one unit is called: "Công an cấp tỉnh" becomes "Công an tỉnh Lào Cai"."""
    if code == "party.province":
        return f"{'Thành' if unit.kind == 'thành phố' else 'Tỉnh'} ủy {unit.name}"
    said = kind_of(code).name.vi
    where = f"{unit.kind} {unit.name}"
    plain = re.sub(r" cấp (?:tỉnh|huyện|xã)$", "", said)
    return f"{plain} {where}"


def documents_of(numbers: list[int]) -> list[Document]:
    """Documents with what a summary needs."""
    rows = Document.objects.select_related("unit", "plan__unit").filter(pk__in=numbers)
    return sorted(rows, key=lambda document: numbers.index(document.pk))
