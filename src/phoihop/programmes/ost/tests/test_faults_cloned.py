"""F-04: a copy of a tablet, its key, its memory and its incarnation, is at work at another site. Both tell
the server over its own address, in either order: what both gave is kept, raised and booked, and none of it
is silent."""

import itertools
from collections import Counter
from decimal import Decimal

import pytest
from django.test import Client as Browser

from phoihop.programmes.ost.actions import devices as acting_on
from phoihop.programmes.ost.actions import dispensing, lending
from phoihop.programmes.ost.dosing import reaching
from phoihop.programmes.ost.models import Balance, Device, Dose, Incident
from phoihop.programmes.ost.rules.events import Event
from phoihop.programmes.ost.rules.events_wire import decoded, encoded
from phoihop.programmes.ost.rules.transport import Answer, Offer
from phoihop.programmes.ost.tests import tablets
from phoihop.programmes.ost.tests.making import TODAY, acting, admitted, opened, ordered, roster, stocked
from phoihop.programmes.ost.tests.tablets import Tablet, asked, enrolled, give, in_step, ready
from phoihop.registry.actions import transferring
from phoihop.registry.models import Transfer

clock, tablet = tablets.clock, tablets.tablet
PATH = "/dt/dong-bo/"


class OverHttp:
    """A way to the server's own address; ``lost``: so many answers are lost on their way back."""

    lost = 0

    def exchange(self, offer: Offer, /) -> Answer | None:
        browser = Browser(HTTP_HOST="localhost", raise_request_exception=False)
        answered = browser.post(PATH, encoded(offer), content_type="application/json")
        assert answered.status_code == 200, answered.content
        if self.lost:
            self.lost -= 1
            return None
        return decoded(Answer, answered.content)


@pytest.fixture
def line() -> OverHttp:
    return OverHttp()


@pytest.fixture
def there(house):
    """Three clients of A, and medicine at both facilities."""
    stocked(house.storekeeper, house.a)
    stocked(house.head_b, house.b)
    clients = [admitted(house.doctor, house.a, f"Người {n}") for n in range(3)]
    for client in clients:
        ordered(house.doctor, client)
    return clients


def copy_of(tablet: Tablet) -> Tablet:
    """The same key, memory and incarnation in another machine: nobody can tell the two apart."""
    twin = tablet.clone()
    assert (twin.name, twin.life) == (tablet.name, tablet.life)
    return twin


def incidents() -> Counter[str]:
    with reaching.centre(None):
        return Counter(Incident.objects.filter(gone=False).values_list("kind", flat=True).distinct())


def doubles() -> set[frozenset[str]]:
    """The pairs of doses that somebody has to look at."""
    with reaching.centre(None):
        rows = Incident.objects.filter(kind__in=["double-dose", "possible-double"], gone=False)
        return {frozenset(keys) for keys in rows.values_list("keys", flat=True)}


def doses() -> set[str]:
    with reaching.centre(None):
        return set(Dose.objects.values_list("name", flat=True))


def left(facility) -> Decimal:
    with reaching.centre(None):
        return Balance.objects.get(facility=facility, kind="daily-cabinet").quantity


def told(line, *machines) -> None:
    """Each synchronises until it has nothing to say."""
    for machine in (*machines, *machines):
        assert machine.replica.synchronise(line) or machine.replica.synchronise(line)


@pytest.mark.parametrize("order", list(itertools.permutations(range(2))))
@pytest.mark.parametrize("lost", [0, 1])
def test_the_same_permits_at_two_sites_in_either_order(house, there, tablet, line, order, lost):
    """One client at both, one at each alone: one double, three more doses than the permits allow, no loss."""
    ready(tablet, line)
    twin = copy_of(tablet)
    both, here, away = there
    first, second = give(tablet, both), give(twin, both)
    third, fourth = give(tablet, here), give(twin, away)
    line.lost = lost
    told(line, *[(tablet, twin)[n] for n in order])
    assert doses() == {each.digest for each in (first, second, third, fourth)}
    assert doubles() == {frozenset({first.digest, second.digest})}
    assert "forked-log" in incidents()
    assert left(house.a) == 1000 - 4 * 6
    with reaching.centre(None):
        assert Device.objects.get(name=tablet.name).stopped
        sites = Incident.objects.filter(kind="forked-log").values_list("facility", flat=True)
        assert set(sites) == {house.a.pk}
    for machine in (tablet, twin):
        assert not machine.replica.memory.left, "after two were seen, nobody has a right"
        assert not isinstance(machine.replica.give(asked(here)), Event)


@pytest.mark.parametrize("order", list(itertools.permutations(range(3))))
def test_a_copy_gives_what_the_guests_tablet_gave(house, there, tablet, line, clock, order):
    """The client's days went to B while the copy still held them: B waits until they are back. The copy,
    which heard of nothing, gives, and somebody at B insists."""
    other = enrolled(house, clock, house.b, house.head_b)
    ready(tablet, line)
    ready(other, line)
    twin = copy_of(tablet)
    client = there[0]
    lending.lend(by=house.doctor, client=client, to=house.b, first=TODAY, last=TODAY)
    assert tablet.replica.synchronise(line)  # takes the revocation
    assert tablet.replica.synchronise(line)  # tells that it did: the day is B's
    assert other.replica.synchronise(line)
    by_right = give(other, client)
    assert not isinstance(tablet.replica.give(asked(client)), Event)
    by_copy = give(twin, client)
    machines = (tablet, twin, other)
    told(line, *[machines[n] for n in order])
    assert doses() == {by_right.digest, by_copy.digest}
    assert doubles() == {frozenset({by_right.digest, by_copy.digest})}
    with reaching.centre(None):
        double = Incident.objects.filter(kind__in=["double-dose", "possible-double"], gone=False)
        assert set(double.values_list("facility", flat=True)) == {house.a.pk, house.b.pk}
    assert (left(house.a), left(house.b)) == (Decimal(994), Decimal(994))
    assert other.replica.alarm(str(client.pseudonym))


def test_a_copy_gives_what_the_desk_gave_after_the_tablet_was_withdrawn(house, there, tablet, line, clock):
    """Somebody said that every machine is in hand, and was wrong: the desk gives, and so does the copy."""
    ready(tablet, line)
    twin = copy_of(tablet)
    with reaching.centre(None):
        row = Device.objects.select_related("facility__agency").get(name=tablet.name)
        desk = Device.objects.select_related("facility__agency").get(facility=house.a, kind="desk")
    told(line, tablet)
    acting_on.withdraw(by=house.head, device=row, in_hand=True)
    acting_on.make_active(by=house.head, device=desk)
    client = there[0]
    opened(house.dispenser, house.a)
    at_desk = dispensing.give_dose(by=house.dispenser, roster=roster(house.dispenser, client))
    by_copy = give(twin, client)
    told(line, twin)
    assert doses() == {at_desk.event.digest, by_copy.digest}
    assert doubles() == {frozenset({at_desk.event.digest, by_copy.digest})}
    assert left(house.a) == 988


def test_a_copy_gives_what_the_new_facility_gave_after_a_transfer(house, there, tablet, line, clock):
    """Moved to B with a file of its own there: it is the same person, and both doses are told of."""
    other = enrolled(house, clock, house.b, house.head_b)
    ready(tablet, line)
    ready(other, line)
    twin = copy_of(tablet)
    client = there[0]
    paper = {"last_mg": "60", "last_day": "hôm qua", "phase": "duy trì", "bottles": "0"}
    transferring.ask(by=house.doctor, client=client, to=house.b, first_day=TODAY, paper=paper)
    with acting(house.doctor_b):
        letter = Transfer.objects.select_related("facility").get(side="received")
    moved = transferring.accept(by=house.doctor_b, transfer=letter)
    ordered(house.doctor_b, moved)
    told(line, tablet, other)
    by_right = give(other, moved)
    by_copy = give(twin, client)
    told(line, twin, tablet, other)
    assert doses() == {by_right.digest, by_copy.digest}
    assert doubles() == {frozenset({by_right.digest, by_copy.digest})}


def test_what_two_copies_wrote_alike_is_two_doses(house, there, tablet, line, clock):
    """The same client at the same second of the same log, under the same number: only the key differs."""
    ready(tablet, line)
    twin = copy_of(tablet)
    still = int(clock())
    tablet.now = twin.now = lambda: still
    first, second = give(tablet, there[0]), give(twin, there[0])
    assert (first.seq, first.time.wall) == (second.seq, second.time.wall)
    told(line, tablet, twin)
    assert doubles() == {frozenset({first.digest, second.digest})}
    in_step(tablet, line)
    assert left(house.a) == 988
