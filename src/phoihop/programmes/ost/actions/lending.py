"""A client's days lent to another site, and called back; that site gets as much of a name as it needs."""

from datetime import date, timedelta

from phoihop.base.org.doors import action
from phoihop.base.org.models import Facility
from phoihop.base.org.rules.permissions import Viewer
from phoihop.programmes.ost.dosing import clients, leasing, reaching
from phoihop.programmes.ost.dosing.refusing import refuse
from phoihop.programmes.ost.models import Roster
from phoihop.programmes.ost.models.shared import OST
from phoihop.programmes.ost.rules.permits import ClientFile, holder
from phoihop.registry import marking
from phoihop.registry.models import Client
from phoihop.registry.reaching import ensure_key

_DAY = timedelta(days=1)


@action("ost.case_lend", "Chuyển nơi uống thuốc", "Lend a client's days to another site", of="client")
def lend(*, by: Viewer, client: Client, to: Facility, first: date, last: date | None = None) -> Roster:
    """From ``first`` on the client's doses are given at a point of the facility, or until ``last`` at another
    facility as a guest; the home site's right ends before and begins again after. What the other site knows
    of the client is written anew, so that a corrected name arrives.

    Refusal: "same-site", "not-offered", "lend-not-own-point"; "lend-days", "lend-needs-end"; "not-served";
    "lend-used": one of the days was given or bottled already.
    """
    home = _line(client)
    if to.pk == client.facility_id:
        raise refuse("same-site")
    if OST not in to.programmes:
        raise refuse("not-offered")
    if to.parent_id is not None and to.parent_id != client.facility_id:
        raise refuse("lend-not-own-point")
    if first < by.day or (last is not None and last < first):
        raise refuse("lend-days")
    if last is None and to.parent_id is None:
        raise refuse("lend-needs-end")
    with reaching.centre(by.account, client.facility_id):
        leasing.hold([home.person])
        file = clients.files([home.person], by.day)[home.person]
        if not _served(file, first, last):
            raise refuse("not-served")
        if any(first <= day and (last is None or day <= last) for day in file.spent):
            raise refuse("lend-used")
        if last is None:
            leasing.begin(home.person, client.pseudonym, to.pk, first)
        else:
            leasing.lend(home.person, client.pseudonym, to.pk, first, last)
    return _copied(by, client, home, to, first, last)


@action("ost.case_call_back", "Gọi người bệnh về cơ sở", "Call a client's days back", of="client")
def call_back(*, by: Viewer, client: Client, first: date) -> int:
    """From a day on the client's doses are the home facility's again; how many sites they are taken from.

    Refusal: "lend-days"; "lend-used": the other site gave the dose of that day already; "nothing-lent".
    """
    home = _line(client)
    if first < by.day:
        raise refuse("lend-days")
    with reaching.centre(by.account, client.facility_id):
        leasing.hold([home.person])
        file = clients.files([home.person], by.day)[home.person]
        if not _served(file, first, None):
            raise refuse("not-served")
        away = {
            int(lease.site)
            for lease in file.leases
            if lease.site != str(client.facility_id) and (lease.last is None or lease.last >= first)
        }
        if not away:
            raise refuse("nothing-lent")
        if first in file.spent and holder(file.leases, first) != str(client.facility_id):
            raise refuse("lend-used")
        leasing.begin(home.person, client.pseudonym, client.facility_id, first)
    with reaching.sites(by, (client.facility_id, *away)):
        copies = Roster.objects.filter(pseudonym=client.pseudonym, facility__in=away)
        copies.exclude(until__lt=first).update(until=first - _DAY)
    return len(away)


def _line(client: Client) -> Roster:
    """The client on their own facility's list. Refusal("not-served")."""
    row = Roster.objects.filter(facility=client.facility_id, client=client).first()
    if row is None:
        raise refuse("not-served")
    return row


def _served(file: ClientFile, first: date, last: date | None) -> bool:
    """Whether every day of a span is somebody's: the enrolment goes on as long."""
    if last is None:
        return any(lease.last is None for lease in file.leases)
    days = (first + _DAY * ahead for ahead in range((last - first).days + 1))
    return all(holder(file.leases, day) is not None for day in days)


def _copied(by: Viewer, client: Client, home: Roster, to: Facility, first: date, last: date | None) -> Roster:
    with reaching.sites(by, (client.facility_id, to.pk)):
        told = marking.told_of(Client.objects.get(pk=client.pk))  # as it reads now
        ensure_key(OST, to.pk, client.pseudonym)
        row = Roster.objects.filter(facility=to, pseudonym=client.pseudonym).first()
        if row is None:
            row = Roster(facility=to, pseudonym=client.pseudonym, code=client.code)
        elif row.until is None or row.until >= first - _DAY:
            first = min(first, row.since)  # a stay that goes on from one that is not over
        row.person, row.client, row.home_id = home.person, None, client.facility_id
        row.since, row.until = first, last
        row.put(name=told.known_as, born=told.born.kept if told.born else "", sex=told.sex.value)
        row.save()
        return row
