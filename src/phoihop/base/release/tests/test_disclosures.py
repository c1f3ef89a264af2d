"""An outsider is told yes or no, by number, by article, by two people; nothing while it is switched off."""

import io
from datetime import date, timedelta

import docx
import pytest
from django.db import connection
from django.utils import timezone

from phoihop.base.org import actions as org
from phoihop.base.org import roles, viewers
from phoihop.base.org.doors import NotAllowed
from phoihop.base.org.models import Account
from phoihop.base.org.tests import making
from phoihop.base.release import care, finding, proposing, queries, tending
from phoihop.base.release.actions import disclosures
from phoihop.base.release.models import Request, Told
from phoihop.base.release.rules.disclosures import State
from phoihop.base.release.tests import conftest as house
from phoihop.base.release.tests.conftest import JOB
from phoihop.base.security import scope, vaults
from phoihop.base.security.models import AuditEntry
from phoihop.kernel.refusals import Refusal

NAME = "Vàng Thị Mỷ, sinh 1990, bản Nà Hỳ"


@pytest.fixture
def on(clinic, settings):
    settings.PHOIHOP_DISCLOSURE = True
    return clinic


def ask(clinic, who="police", **more):
    today = timezone.localdate()
    given = {
        "facility": clinic["a"],
        "letter": "15/CV-CA",
        "asked_on": today,
        "article": "law-120-2025",
        "question": "treated-on",
        "day": today,
        "subject": NAME,
    }
    return disclosures.file_request(by=clinic[who], **(given | more))


def answer(clinic, request, thing="x", kind="standin.Client"):
    number = clinic[thing].pk if thing else None
    return disclosures.answer(by=clinic["answerer"], request=request, kind=kind, thing=number)


def fresh(request) -> Request:
    with scope.acting(JOB):
        return Request.objects.get(pk=request.pk)


def answered(clinic, **more) -> Request:
    request = ask(clinic, **more)
    answer(clinic, request)
    org.decide_proposal(by=clinic["head"], proposal=fresh(request).proposal, allow=True)
    return fresh(request)


def paper(data: bytes) -> str:
    document = docx.Document(io.BytesIO(data))
    return "\n".join(p.text for p in document.paragraphs)


def test_switched_off_nothing_is_asked_answered_or_fetched(clinic, settings):
    assert settings.PHOIHOP_DISCLOSURE is False
    with pytest.raises(Refusal, match="switched-off"):
        ask(clinic)
    settings.PHOIHOP_DISCLOSURE = True
    request = answered(clinic)
    settings.PHOIHOP_DISCLOSURE = False
    for act in (
        lambda: disclosures.answer(by=clinic["answerer"], request=request, kind="standin.Client", thing=None),
        lambda: disclosures.decline(by=clinic["answerer"], request=request),
        lambda: disclosures.fetch(by=clinic["police"], request=request),
    ):
        with pytest.raises(Refusal, match="switched-off"):
            act()
    assert finding.own_request(clinic["police"], str(request.uid)) is None
    assert finding.request(clinic["answerer"], str(request.uid)) is None


def test_switched_off_meanwhile_nothing_goes_out(on, settings):
    request = ask(on)
    answer(on, request)
    settings.PHOIHOP_DISCLOSURE = False
    with pytest.raises(Refusal, match="switched-off"):
        org.decide_proposal(by=on["head"], proposal=fresh(request).proposal, allow=True)
    assert fresh(request).state == State.PROPOSED


def test_a13_police_have_no_list_no_search_and_no_export():
    held = roles.ROLES["requester"]
    given = {grant.actions for grant in held.grants if not grant.actions.startswith("org.")}
    everybody = set.intersection(*({grant.actions for grant in r.grants} for r in roles.ROLES.values()))
    assert given - everybody == {
        "release.file_request",
        "release.see_own_requests",
        "release.fetch_own_answer",
    }


def test_a13_police_see_no_row_of_anybody_and_export_nothing(on):
    request = answered(on)
    with scope.acting(viewers.scope_of(on["police"])):
        assert not house.Client.objects.exists()
        assert not Told.objects.exists()
        assert list(Request.objects.all()) == [request]
    with pytest.raises(NotAllowed):
        queries.told(on["police"], thing=on["x"])
    with pytest.raises(NotAllowed):
        queries.requests(on["police"])


def test_a14_one_yes_with_number_article_and_expiry_and_no_name(on):
    request = answered(on)
    assert (request.state, request.number) == (State.ANSWERED, 1)
    said = paper(disclosures.fetch(by=on["police"], request=request))
    assert f"Số: 001/{timezone.localdate().year}/TL" in said
    assert "Trả lời: Có" in said
    assert "Luật Phòng, chống ma túy 120/2025/QH15" in said
    assert "Hết giá trị sau" in said
    assert "Công an xã Nậm Pồ" in said
    assert not [word for word in ("Mỷ", "Vàng Thị", "1990", "alpha") if word in said]


@pytest.mark.parametrize(
    ("thing", "day", "said"),
    [
        ("x", date(2026, 11, 20), "Có"),
        ("x", date(2026, 11, 19), "Không"),
        (None, date(2026, 11, 20), "Không"),
    ],
)
def test_not_treated_and_not_known_are_the_same_no(on, thing, day, said):
    request = ask(on, day=day)
    answer(on, request, thing)
    org.decide_proposal(by=on["dpo"], proposal=fresh(request).proposal, allow=True)
    text = paper(disclosures.fetch(by=on["police"], request=fresh(request)))
    assert f"Trả lời: {said}" in text
    with scope.acting(JOB):
        assert Told.objects.count() == (1 if thing else 0)


def test_a14_the_persons_file_says_who_was_told_what_when_and_why(on):
    request = answered(on)
    (line,) = queries.told(on["carer"], thing=on["x"])
    assert (line.body, line.number, line.article, line.question, line.answer) == (
        "Công an xã Nậm Pồ",
        f"001/{timezone.localdate().year}",
        "law-120-2025",
        "treated-on",
        "yes",
    )
    assert line.told_at == request.answered_at
    with pytest.raises(NotAllowed):
        queries.told(on["far"], thing=on["x"])


def test_a21_who_answers_does_not_allow_it_nor_does_who_asked(on):
    request = ask(on)
    answer(on, request)
    with scope.acting(making.INSTALL):
        for who in ("answerer", "police"):
            account = Account.objects.select_related("person").get(pk=on[who].account)
            making.position(account, "head", on["agency"])
            on[who] = making.viewer(account)
    for who in ("answerer", "police"):
        with pytest.raises(Refusal, match="second-person"):
            org.decide_proposal(by=on[who], proposal=fresh(request).proposal, allow=True)


@pytest.mark.parametrize(
    ("given", "reason"),
    [
        ({"article": "law-73-2021.art-32"}, "no-ground"),
        ({"article": "law-64-2006.art-30"}, "no-ground"),
        ({"article": "law-101-2015.art-88", "question": "ended-by"}, "no-ground"),
        ({"question": "dose-on"}, "no-such-question"),
        ({"day": date(2999, 1, 1)}, "day-wrong"),
        ({"asked_on": date(2999, 1, 1)}, "day-wrong"),
        ({"letter": " "}, "request-incomplete"),
        ({"subject": ""}, "request-incomplete"),
    ],
)
def test_a_request_without_ground_is_not_filed(on, given, reason):
    with pytest.raises(Refusal, match=reason):
        ask(on, **given)


def test_outsiders_ask_in_the_name_of_their_own_agency_only(on):
    assert ask(on, body="Viện Kiểm sát tỉnh").body == "Công an xã Nậm Pồ"
    assert ask(on, who="answerer", body="Viện Kiểm sát tỉnh").body == "Viện Kiểm sát tỉnh"


def test_numbers_run_on_within_an_agency_and_a_year(on):
    assert [ask(on).number for _ in range(3)] == [1, 2, 3]
    assert ask(on, facility=on["c"]).number == 1


def test_a_closed_kind_is_never_answered(on, monkeypatch):
    request = ask(on)
    monkeypatch.setitem(care.KINDS, "standin.Client", house._kind(closed=True))
    with pytest.raises(NotAllowed):
        answer(on, request)


def test_the_file_of_another_facility_is_not_answered_from(on):
    request = ask(on, facility=on["c"])
    with scope.acting(making.INSTALL):
        on["answerer"] = making.somebody("Hù Cố Xuân", "answerer", on["other"])
    with pytest.raises(Refusal, match="not-here"):
        answer(on, request)


def test_a_file_of_a_programme_that_is_not_declared_is_not_answered_from(on):
    request = ask(on)
    with scope.acting(making.INSTALL):
        carer = making.somebody("Thào Thị Dúa", "carer-beta", on["a"])
    given = {"by": carer, "facility": on["a"], "name": "Lầu Thị Sua", "since": house.DAY}
    other = house.standin.enrol("beta", **given)
    with pytest.raises(Refusal, match="not-here"):
        disclosures.answer(by=on["answerer"], request=request, kind="standin.Client", thing=other.pk)


@pytest.mark.parametrize("who", ["carer", "far", "police", "publisher", "head"])
def test_nobody_but_the_answerer_drafts_an_answer(on, who):
    request = ask(on)
    with pytest.raises(NotAllowed):
        disclosures.answer(by=on[who], request=request, kind="standin.Client", thing=on["x"].pk)


def test_another_officer_does_not_fetch_it(on):
    request = answered(on)
    with scope.acting(making.INSTALL):
        other = making.somebody("Chang A Thào", "requester", on["police_agency"])
    with pytest.raises(NotAllowed):
        disclosures.fetch(by=other, request=request)


def test_a14_it_is_fetched_so_often_and_so_long(on, django_capture_on_commit_callbacks):
    request = answered(on)
    for _ in range(3):
        disclosures.fetch(by=on["police"], request=request)
    with pytest.raises(Refusal, match="gone"):
        disclosures.fetch(by=on["police"], request=request)
    second = answered(on)
    with scope.acting(JOB):
        Request.objects.filter(pk=second.pk).update(expires_at=timezone.now() - timedelta(seconds=1))
    with pytest.raises(Refusal, match="gone"):
        disclosures.fetch(by=on["police"], request=second)
    with django_capture_on_commit_callbacks(execute=True):
        tending.everything()
    assert (fresh(second).state, fresh(second).file) == (State.EXPIRED, "")
    assert second.file not in set(vaults.vault().ids())


def test_whom_it_is_about_stands_nowhere_in_clear(on):
    answered(on)
    with scope.acting(JOB), connection.cursor() as cursor:
        for table in ("release_request", "release_told", "org_proposal", "security_auditentry"):
            cursor.execute(f"select coalesce(string_agg(t::text, ' '), '') from {table} t")
            dumped = cursor.fetchone()[0]
            assert not [word for word in ("Mỷ", "Nà Hỳ") if word in dumped or word.encode().hex() in dumped]


def test_the_decider_reads_what_it_is_about_but_not_whom(on):
    request = ask(on)
    answer(on, request)
    with scope.acting(viewers.scope_of(on["head"])):
        said = " ".join(line.vi for line in proposing.describe(fresh(request).proposal))
    assert "15/CV-CA" in said
    assert "Mỷ" not in said


def test_an_answer_the_second_person_refuses_may_be_drafted_anew(on):
    request = ask(on)
    answer(on, request)
    org.decide_proposal(by=on["head"], proposal=fresh(request).proposal, allow=False)
    tending.everything()
    assert fresh(request).state == State.RECEIVED
    answer(on, request)
    assert fresh(request).state == State.PROPOSED


def test_it_is_recorded_by_article(on):
    answered(on)
    with scope.acting(JOB):
        entry = AuditEntry.objects.get(action="release.disclosed")
    assert (entry.kind, entry.detail["article"]) == ("disclosure", "law-120-2025")
