"""Opening, finding and correcting files; admitting, consenting, ending; who looked; facts; erasing."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from phoihop.base.org import caseload
from phoihop.base.org.doors import NeedsPurpose
from phoihop.base.org.tests import making
from phoihop.base.security import erasing, scope
from phoihop.base.security.models import AuditEntry
from phoihop.base.security.scope import Scope
from phoihop.kernel.refusals import Refusal
from phoihop.registry import facts
from phoihop.registry.actions import consenting, enrolling, files
from phoihop.registry.models import Client, Consent, Enrolment, Mark
from phoihop.registry.queries import desk, looking
from phoihop.registry.queries import files as reading
from phoihop.registry.registering import PROGRAMMES, Event, Happened
from phoihop.registry.rules.born import Born
from phoihop.registry.rules.identity import Sex, Told
from phoihop.registry.tests.people import CHU, DAY, MY, PANH, acting, admitted, consented, opened

TODAY = date.today()  # noqa: DTZ011 - as the viewers of these tests count


def found(house, text, viewer=None) -> list[str]:
    viewer = viewer or house.alpha
    with acting(viewer):
        return [each.name for each in reading.search(viewer, programme="alpha", text=text)]


def test_a_file_says_what_was_told(house):
    client = opened(house.alpha, house.a, MY)
    it = reading.see(house.alpha, client=client)
    assert it.told == MY
    assert (it.served, it.enrolments, it.consents, it.doubts) == (False, (), (), ())


@pytest.mark.parametrize(
    "told",
    [
        Told(alias="chị Ba"),
        Told(name="Vàng Thị Mỷ", identity="12", insurance="không nhớ"),
        Told(name="Vàng Thị Mỷ", identity="035199000123", sex=Sex.MALE, born=Born(1950)),
    ],
)
def test_nobody_is_refused_for_their_papers(house, told):
    client = opened(house.alpha, house.a, told)
    assert reading.see(house.alpha, client=client).told == told


def test_somebody_has_to_be_called_something(house):
    with pytest.raises(Refusal, match="nameless"):
        opened(house.alpha, house.a, Told(phone="0912345678"))


def test_a_facility_that_does_not_do_this_opens_no_file(house):
    house.a.programmes = ["beta"]
    with pytest.raises(Refusal, match="not-offered"):
        opened(house.alpha, house.a)


@pytest.mark.parametrize(
    "text",
    [
        "vang thi my",
        "Vàng Thị Mỷ",
        "thi my 1999",
        "my",
        MY.identity,
        "0123456789",
        MY.insurance,
        "vang thy my",
    ],
)
def test_a_file_is_found_by_what_is_known_of_it(house, text):
    opened(house.alpha, house.a, CHU)
    opened(house.alpha, house.a, MY)
    assert found(house, text) == ["Vàng Thị Mỷ"]


@pytest.mark.parametrize("text", ["", " ", "v", "van%", "v*ng", "thi my 1998", "035199000124", "%", "_"])
def test_there_is_no_wildcard(house, text):
    opened(house.alpha, house.a, MY)
    assert found(house, text) == []


def test_a_file_is_found_by_its_code_and_by_an_alias(house):
    client = opened(house.alpha, house.a, replace(MY, alias="chị Ba"))
    assert found(house, client.code) == found(house, "chi ba") == ["Vàng Thị Mỷ"]
    assert found(house, "vang thi my", house.alpha_b) == []


def test_before_the_first_file_a_search_finds_nobody(house):
    assert found(house, "vang thi my") == found(house, MY.identity) == []


def test_a_search_costs_the_same_however_many_answer(house):
    counts = []
    for total in (2, 6):
        while len(found(house, "lo van")) < total:
            opened(house.alpha, house.a, replace(PANH, born=Born(1950 + total)))
        with CaptureQueriesContext(connection) as asked:
            found(house, "lo van")
        counts.append(len(asked))
    assert counts[0] == counts[1]


def test_correcting_leaves_the_history_and_moves_the_marks(house):
    client = opened(house.alpha, house.a, replace(MY, identity="001203000123"))
    files.correct(by=house.alpha, client=client, told=MY)
    assert found(house, MY.identity) == ["Vàng Thị Mỷ"]
    assert found(house, "001203000123") == []
    with acting(house.alpha), connection.cursor() as cursor:
        cursor.execute("select count(distinct identity) from registry_clientevent where id = %s", [client.pk])
        assert cursor.fetchone()[0] == 2


def test_a_file_of_somebody_elses_work_asks_for_a_purpose(house):
    with scope.acting(making.INSTALL):
        colleague = making.account("Lò Thị Pâng")
    client = opened(house.alpha, house.a, MY, carer=colleague)
    for read in (reading.see, reading.identity):
        with pytest.raises(NeedsPurpose):
            read(house.alpha, client=client)
    files.give(by=house.alpha, client=client, carer=None)
    assert reading.see(house.alpha, client=client).told.name == MY.name


def test_a_shift_is_one_of_the_own_programme(house, monkeypatch):
    client = opened(house.alpha, house.a)
    for programme, on_duty in (("alpha", True), ("beta", False)):
        with monkeypatch.context() as patched:
            patched.setitem(
                PROGRAMMES, programme, replace(PROGRAMMES[programme], on_duty=lambda viewer: True)
            )
            with acting(house.alpha):
                assert caseload.standing(house.alpha, client).on_duty is on_duty


def test_what_hangs_on_a_file_is_the_work_of_who_has_the_file(house):
    client = admitted(house.alpha, house.a)
    with scope.acting(making.INSTALL):
        colleague = making.account("Lò Thị Pâng")
    with acting(house.alpha):
        assert not caseload.standing(house.alpha, Consent.objects.get(client=client)).asks
    files.give(by=house.alpha, client=client, carer=colleague)
    with acting(house.alpha):
        assert caseload.standing(house.alpha, Consent.objects.get(client=client)).asks


def test_admitting_needs_a_consent_and_happens_once(house):
    client = opened(house.alpha, house.a)
    with pytest.raises(Refusal, match="consent-missing"):
        enrolling.admit(by=house.alpha, client=client, since=DAY)
    consented(house.alpha, client, DAY)
    enrolling.admit(by=house.alpha, client=client, since=DAY)
    with pytest.raises(Refusal, match="enrolled-already"):
        enrolling.admit(by=house.alpha, client=client, since=DAY + timedelta(days=3))
    it = reading.see(house.alpha, client=client)
    assert it.served
    assert [row.since for row in it.enrolments] == [DAY]


def test_a_consent_counts_from_its_day_until_it_is_withdrawn(house):
    client = opened(house.alpha, house.a)
    consented(house.alpha, client, DAY)
    with acting(house.alpha):
        consent = Consent.objects.get(client=client)
    consenting.withdraw(by=house.alpha, client=client, consent=consent, day=DAY + timedelta(days=2))
    for day, fits in ((-1, False), (0, True), (1, True), (2, False)):
        with acting(house.alpha):
            assert enrolling.consented(client, DAY + timedelta(days=day)) is fits
    with pytest.raises(Refusal, match="consent-withdrawn"):
        consenting.withdraw(by=house.alpha, client=client, consent=consent, day=DAY + timedelta(days=3))


@pytest.mark.parametrize(
    ("age", "representative", "refused"),
    [(11, "", "consent-nobody"), (15, "", "representative-missing"), (15, "Vàng A Páo", ""), (18, "", "")],
)
def test_a_representative_is_asked_for_where_the_law_of_the_day_does(house, age, representative, refused):
    client = opened(house.alpha, house.a, Told(name="Vàng A Dơ", born=Born(DAY.year - age, 1, 2)))
    given = {"wording": "mẫu 02", "form": "written", "given_on": DAY}
    given |= {"representative": representative, "relation": "bố"}
    if refused:
        with pytest.raises(Refusal, match=refused):
            consenting.consent(by=house.alpha, client=client, **given)
        return
    made = consenting.consent(by=house.alpha, client=client, **given)
    assert made.text("representative") == representative
    assert made.source == "NĐ 141/2024/NĐ-CP Art 29"


def test_ending_gives_a_reason_and_lets_begin_anew(house):
    client = admitted(house.alpha, house.a)
    last = DAY + timedelta(days=5)
    for day, ending, refused in (
        (last, "", "no-such-ending"),
        (last, "moved", "no-such-ending"),
        (DAY - timedelta(days=1), "finished", "days-wrong"),
        (house.alpha.day + timedelta(days=1), "finished", "days-wrong"),
    ):
        with pytest.raises(Refusal, match=refused):
            enrolling.end(by=house.alpha, client=client, last_day=day, ending=ending)
    enrolling.end(by=house.alpha, client=client, last_day=last, ending="finished")
    with pytest.raises(Refusal, match="not-enrolled"):
        enrolling.end(by=house.alpha, client=client, last_day=last, ending="finished")
    with pytest.raises(Refusal, match="enrolled-already"):
        enrolling.admit(by=house.alpha, client=client, since=last)
    enrolling.admit(by=house.alpha, client=client, since=last + timedelta(days=1))
    assert len(reading.see(house.alpha, client=client).enrolments) == 2


def test_the_database_itself_serves_nobody_twice(house):
    client = admitted(house.alpha, house.a)
    given = {"programme": "alpha", "facility": house.a, "person": client.pseudonym}
    with acting(house.alpha):
        for since in (DAY, DAY + timedelta(days=400)):
            with pytest.raises(IntegrityError, match="one_facility_at_a_time"), transaction.atomic():
                Enrolment.objects.create(client=client, since=since, **given)


def test_a_programme_hears_and_may_refuse(house, monkeypatch):
    heard: list[Event] = []

    def listen(event: Event) -> None:
        heard.append(event)
        if event.what is Happened.ENDED:
            raise Refusal("order-runs", "còn y lệnh", "an order runs")

    monkeypatch.setitem(PROGRAMMES, "alpha", replace(PROGRAMMES["alpha"], told=listen))
    client = admitted(house.alpha, house.a)
    with pytest.raises(Refusal, match="order-runs"):
        enrolling.end(by=house.alpha, client=client, last_day=DAY, ending="finished")
    assert reading.see(house.alpha, client=client).served
    assert [(e.what, e.facility, e.client, e.person, e.day) for e in heard] == [
        (what, house.a.pk, client.pk, client.pseudonym, DAY) for what in (Happened.ADMITTED, Happened.ENDED)
    ]


def test_a_person_sees_who_looked_and_no_name(house):
    client = opened(house.alpha, house.a)
    reading.see(house.alpha, client=client)
    reading.see(house.alpha, client=client)
    it = looking.looks(house.alpha, client=client)
    assert [(look.office, look.did.en) for look in it.looks] == [
        ("Trung tâm Y tế Nậm Pồ", "See who looked at a file"),
        ("Trung tâm Y tế Nậm Pồ", "See a file"),
        ("Trung tâm Y tế Nậm Pồ", "See a file"),
    ][-len(it.looks) :]
    assert len([look for look in it.looks if look.did.en == "See a file"]) == 2
    assert "Lù Thị Sên" not in str(it)
    with acting(house.alpha):
        assert AuditEntry.objects.filter(action="registry.case_alpha_see_looks", kind="read").exists()


def test_facts_carry_no_names_and_no_codes(house):
    client = admitted(house.alpha, house.a)
    with scope.acting(Scope("job", places=((house.a.pk, "alpha"),))):
        (fact,) = facts.enrolments("alpha", house.a.pk)
        (consent,) = facts.consents("alpha", house.a.pk)
    assert (fact.since, fact.until, fact.sex, fact.year) == (DAY, None, Sex.FEMALE, 1999)
    assert (consent.given_on, consent.needed) == (DAY, "self")
    said = f"{fact}{consent}"
    telling = (MY.name, MY.identity, str(client.pseudonym), client.code, str(client.uid))
    assert not [each for each in telling if each in said]


def test_an_erased_person_is_counted_and_found_by_nothing(house, tmp_path, monkeypatch):
    monkeypatch.setenv("PHOIHOP_DATA", str(tmp_path))
    client = admitted(house.alpha, house.a)
    twin = opened(house.alpha, house.a, replace(MY, name="Vàng Thị Mị", insurance=""))
    assert len(desk.pairs(house.alpha, programme="alpha")) == 1
    erasing.erase_person("alpha", house.a.pk, twin.pseudonym, ground="luat-91.asked", by=None)
    erasing.erase_person("alpha", house.a.pk, client.pseudonym, ground="luat-91.asked", by=None)
    assert desk.pairs(house.alpha, programme="alpha") == []
    assert found(house, client.code) == found(house, "vang thi my") == []
    with acting(house.alpha):
        gone = Client.objects.get(pk=client.pk)
        with pytest.raises(Refusal, match="erased"):
            gone.text("name")
        assert (gone.name_tokens, gone.born_token, gone.home) == ([], None, None)
        assert not Mark.objects.filter(client=client).exists()
    with scope.acting(Scope("job", places=((house.a.pk, "alpha"),))):
        (fact,) = facts.enrolments("alpha", house.a.pk)
    assert (fact.since, fact.sex, fact.year) == (DAY, Sex.UNSAID, None)


def test_two_programmes_and_paths_keep_apart():
    from phoihop.registry.registering import register

    for code, path in (("A b", "c"), ("alpha", "/x"), ("gamma", "a"), ("alpha", "c")):
        with pytest.raises(ValueError, match="programme"):
            register(replace(PROGRAMMES["alpha"], code=code, path=path))
