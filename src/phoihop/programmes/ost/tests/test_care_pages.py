"""The pages of treatment as a browser gets them: a doctor's day by forms, faults beside their fields."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from phoihop.kernel import working_days
from phoihop.programmes.ost.actions import answering, dispensing, noting, ordering, signing
from phoihop.programmes.ost.dosing import reaching
from phoihop.programmes.ost.models import Draft, Incident, Note, OrderRow, Signed, Vomit
from phoihop.programmes.ost.queries import records, values, worklist
from phoihop.programmes.ost.rules.amounts import SOLUTION
from phoihop.programmes.ost.rules.parameters import shipped
from phoihop.programmes.ost.rules.phases import Phase
from phoihop.programmes.ost.rules.urine import Result, Substance
from phoihop.programmes.ost.tests.care_people import DAY, dosed, person_of
from phoihop.programmes.ost.tests.making import TODAY, acting, admitted, opened, ordered, roster, stocked
from phoihop.registry.models import Client


@pytest.fixture
def doctor(house, browse):
    return browse(house.doctor)


def body(answer) -> str:
    return answer.content.decode()


def of(client: Client, name: str = "", *more: object) -> str:
    return reverse(f"ost-care{'-' if name else ''}{name}", args=[client.uid, *more])


def written(day) -> str:
    return f"{day:%d/%m/%Y}"


def sent(browser, address: str, form: dict[str, Any]) -> Any:
    """Sends a form, and again where the page first shows what nobody compared yet."""
    answer = browser.post(address, form)
    looked = re.search(r'name="looked" value="([0-9a-f]{64})"', body(answer))
    if answer.status_code == 200 and looked:
        assert "Chưa có gì được ghi" in body(answer)
        answer = browser.post(address, form | {"looked": looked[1]})
    return answer


ORDER = {
    "drug": "methadone",
    "phase": "induction",
    "mg": "20",
    "start": written(TODAY),
    "end": written(TODAY),
    "rhythm": "daily",
    "in_person": "on",
    "in_withdrawal": "",
    "why": "",
}


def test_from_an_application_to_the_first_order_by_forms(house, doctor, browse):
    nurse = browse(house.nurse)
    start = f"/ho-so/dt/moi/{house.a.pk}/"
    person = {"name": "Sùng A Páo", "born": "02/4/1988", "sex": "male", "alias": "", "phone": ""}
    file = nurse.post(start, person).headers["Location"]
    consent = {"wording": "mẫu 02", "form": "written", "given_on": written(TODAY)}
    assert nurse.post(f"{file}dong-y/", consent).status_code == 302
    with acting(house.doctor):
        client = Client.objects.get()
    assert of(client) in body(nurse.get(file)), "the file leads to the treatment"
    applied = {"voluntary": "on", "application": "on", "dependent_before": "", "complete_on": written(TODAY)}
    assert nurse.post(of(client, "application"), applied).headers["Location"] == of(client)
    assert nurse.get(of(client, "decide")).status_code == 404
    past = nurse.post(f"{file}tiep-nhan/", {"since": written(TODAY)})
    assert past.status_code == 404, "a nurse admits nobody"
    past = doctor.post(f"{file}tiep-nhan/", {"since": written(TODAY)})
    assert past.status_code == 409, "nobody is admitted past the application"
    assert "Sùng A Páo" in body(doctor.get(reverse("ost-worklist")))
    decide = {"act": "admit", "since": written(TODAY), "reasons": "", "why": ""}
    refused = sent(doctor, of(client, "decide"), decide)
    assert refused.status_code == 422
    assert "Thiếu cam kết tuân thủ" in body(refused)
    applied |= {"id_paper": "on", "commitment": "on", "diagnosed": "on"}
    nurse.post(of(client, "application"), applied)
    assert sent(doctor, of(client, "decide"), decide).status_code == 302
    high = doctor.post(of(client, "order"), ORDER | {"mg": "31"})
    assert high.status_code == 422
    assert "Liều đầu không quá 30" in body(high)
    assert "chưa đối chiếu" in body(high)
    assert sent(doctor, of(client, "order"), ORDER).headers["Location"] == of(client)
    page = body(doctor.get(of(client)))
    assert "methadone 20" in page
    assert "hôm nay chưa uống" in page
    with acting(house.doctor):
        order = OrderRow.objects.get()
    assert doctor.post(of(client, "stop", order.uid), {"why": ""}).status_code == 422
    assert doctor.post(of(client, "stop", order.uid), {"why": "dị ứng"}).status_code == 302
    assert "đã dừng" in body(doctor.get(of(client)))


def test_a_warning_is_ticked_with_a_reason(house, doctor):
    client = admitted(house.doctor, house.a)
    dosed(client, TODAY - DAY)
    more = {"phase": "induction", "mg": "20.5", "end": written(TODAY)}
    asked = sent(doctor, of(client, "order"), ORDER | more)
    assert asked.status_code == 422
    assert 'value="order-not-measurable"' in body(asked)
    assert (
        sent(doctor, of(client, "order"), ORDER | more | {"seen": "order-not-measurable"}).status_code == 422
    )
    done = ORDER | more | {"seen": ["order-not-measurable"], "why": "đong bằng ống nhỏ"}
    assert sent(doctor, of(client, "order"), done).status_code == 302


def test_a_slip_of_the_finger_is_asked_about(house, doctor):
    client = admitted(house.doctor, house.a)
    dosed(client, TODAY - DAY, 60)
    with acting(house.doctor):
        ordering.step(house.doctor, client, Phase.MAINTENANCE, TODAY - DAY * 9)
    slip = ORDER | {"phase": "maintenance", "mg": "600"}
    asked = sent(doctor, of(client, "order"), slip)
    assert asked.status_code == 422
    assert "gấp hơn hai lần liều gần nhất" in body(asked)
    assert "Liều này quá lớn" in body(doctor.post(of(client, "order"), slip | {"mg": "6000"}))
    with acting(house.doctor):
        assert not OrderRow.objects.exists()


def test_what_nobody_compared_is_shown_once_before_anything_is_signed(house, doctor):
    client = admitted(house.doctor, house.a)
    first = doctor.post(of(client, "order"), ORDER)
    assert first.status_code == 200
    assert "chưa đối chiếu" in body(first)
    looked = re.search(r'name="looked" value="([0-9a-f]{64})"', body(first))
    assert looked
    other = doctor.post(of(client, "order"), ORDER | {"mg": "25", "looked": looked[1]})
    assert other.status_code == 200, "another dose is looked at anew"
    with acting(house.doctor):
        assert not OrderRow.objects.exists()
    assert doctor.post(of(client, "order"), ORDER | {"looked": looked[1]}).status_code == 302


def test_a_refused_applicant_gets_a_letter_with_the_reasons(house, doctor, browse):
    client = admitted(house.doctor, house.a, since=TODAY - DAY)
    end = {"ending": "wish", "day": written(TODAY - DAY), "wish_signed": "on", "why": "xin nghỉ"}
    assert doctor.post(of(client, "end"), end).status_code == 302
    doctor.post(of(client, "application"), {"voluntary": "on", "dependent_before": ""})
    refuse = {"act": "refuse", "since": "", "reasons": "chưa đủ giấy tờ\nchưa có chẩn đoán", "why": ""}
    assert doctor.post(of(client, "decide"), refuse | {"reasons": " "}).status_code == 422
    assert doctor.post(of(client, "decide"), refuse).status_code == 302
    letter = body(doctor.get(of(client, "letter")))
    article = letter[letter.index("<article") : letter.index("</article>")]
    assert "chưa có chẩn đoán" in article
    assert "methadone" not in article


COUNSELLING = {
    "day": written(TODAY),
    "kind": "alone",
    "about": "keep",
    "minutes": "30",
    "said": "đến đều hằng ngày",
    "next": "",
}


def test_a_note_is_drafted_saved_and_marked_as_made_in_error(house, doctor, browse):
    client = admitted(house.doctor, house.a)
    sent = {f"v-{name}": text for name, text in COUNSELLING.items()}
    kept = doctor.post(of(client, "counselling"), sent | {"do": "draft"}, HTTP_ACCEPT="application/json")
    assert kept.status_code == 200, body(kept)[:400]
    with acting(house.doctor):
        assert "đến đều" in Draft.objects.get().text("content")
    assert "đến đều" not in body(browse(house.nurse).get(of(client, "counselling"))), "a draft is one's own"
    saved = doctor.post(of(client, "counselling"), sent)
    assert saved.status_code == 302, body(saved)
    with acting(house.doctor):
        note = Note.objects.get()
        assert not Draft.objects.exists()
    assert "đến đều hằng ngày" in body(doctor.get(of(client)))
    assert doctor.post(of(client, "void-note", note.uid), {"why": "nhầm người"}).status_code == 302
    assert "nhầm người" in body(doctor.get(of(client)))


def test_a_test_by_form(house, doctor):
    client = admitted(house.doctor, house.a)
    sent = {"day": written(TODAY), "opioids": "negative", "amphetamines": "", "cannabis": "", "other": ""}
    sent["benzodiazepines"] = ""
    assert doctor.post(of(client, "test"), sent | {"opioids": ""}).status_code == 422
    assert doctor.post(of(client, "test"), sent).status_code == 302
    assert "âm tính" in body(doctor.get(of(client)))


def raised(house, client):
    with reaching.centre(None, house.a.pk):
        return Incident.objects.create(
            identity=f"{client.pk:064}",
            facility=house.a,
            pseudonym=client.pseudonym,
            kind="double-dose",
            severity=1,
            keys=["a", "b"],
            persons=[person_of(client)],
            days=[TODAY],
        )


def test_an_incident_is_answered_on_its_page(house, doctor, browse):
    client = admitted(house.doctor, house.a)
    row = raised(house, client)
    address = reverse("ost-incident", args=[row.pk])
    assert address in body(doctor.get(reverse("ost-incidents")))
    assert address in body(doctor.get(of(client)))
    to = reverse("ost-incident-answer", args=[row.pk])
    assert to in body(doctor.get(address))
    assert to not in body(browse(house.nurse).get(address))
    assert browse(house.nurse).post(to, {"finding": "đã gọi"}).status_code == 404
    assert doctor.post(to, {"finding": ""}).status_code == 422
    assert doctor.post(to, {"finding": "đã gọi, khỏe"}).status_code == 302
    assert "đã gọi, khỏe" in body(doctor.get(address))
    assert address in body(doctor.get(reverse("ost-incidents"), {"show": "answered"}))
    assert browse(house.doctor_b).get(address).status_code == 404


def test_a_value_is_signed_by_who_answers_for_it(house, browse):
    authority = browse(house.authority)
    page = body(authority.get(reverse("ost-values")))
    assert "chưa đối chiếu" in page
    row = next(r for r in shipped() if r.rule_id == "missed.half_until" and r.covers(TODAY))
    sign = f"{reverse('ost-values-sign')}?row={values.mark_of(row)}"
    assert sign in page
    assert authority.post(sign, {"paper": "4066"}).status_code == 422
    assert authority.post(sign, {"paper": "4066/QĐ-BYT", "compared": "on"}).status_code == 302
    with acting(house.authority):
        assert Signed.objects.get().paper == "4066/QĐ-BYT"
    assert "4066/QĐ-BYT" in body(authority.get(reverse("ost-values")))
    assert sign not in body(browse(house.officer).get(reverse("ost-values")))
    assert authority.get(f"{reverse('ost-values-sign')}?row={'0' * 20}").status_code == 409


def test_the_worklist_says_who_is_locked_missing_and_running_out(house, doctor):
    for name, days, back in (("Lý A Khóa", 30, 6), ("Lý A Vắng", 30, 3), ("Lý A Hết", 1, 1)):
        client = admitted(house.doctor, house.a, name)
        ordered(house.doctor, client, days=days, start=TODAY - DAY * (back if days > 1 else 0))
        dosed(client, TODAY - DAY * back)
    it = worklist.worklist(house.doctor)
    assert [each.name for each in it.locked] == ["Lý A Khóa"]
    assert [each.name for each in it.missing] == ["Lý A Vắng"]
    assert [each.name for each in it.expiring] == ["Lý A Hết"]
    assert len(it.everybody) == 3
    assert not worklist.worklist(house.doctor_b).everybody


def test_ten_times_as_many_cost_no_more_statements(house, doctor):
    counts = []
    for total in (1, 2, 20):
        with acting(house.doctor):
            there = Client.objects.count()
        for number in range(total - there):
            client = admitted(house.doctor, house.a, f"Người Thứ {there + number}")
            ordered(house.doctor, client, days=30, start=TODAY - DAY * 20)
            dosed(client, TODAY - DAY * 6)
            raised(house, client)
        with CaptureQueriesContext(connection) as asked:
            assert doctor.get(reverse("ost-worklist")).status_code == 200
        counts.append(len(asked))
    assert counts[1] == counts[2]


def test_years_of_treatment_cost_no_more_statements(house, doctor):
    client = admitted(house.doctor, house.a, since=TODAY - timedelta(days=400))
    counts = []
    for months in (1, 1, 11):
        for _ in range(months):
            with acting(house.doctor):
                at = OrderRow.objects.count()
            start = TODAY - DAY * (28 + 28 * at)
            ordered(house.doctor, client, days=28, start=start)
            dosed(client, start)
        with CaptureQueriesContext(connection) as asked:
            assert doctor.get(of(client)).status_code == 200
        counts.append(len(asked))
    assert counts[1] == counts[2]


NAMES = ("", "order", "test", "vomit", "application", "end", "counselling", "breach")


@pytest.mark.parametrize("name", NAMES)
def test_every_page_is_for_those_of_the_facility_alone(house, browse, name):
    client = admitted(house.doctor, house.a)
    assert browse(house.doctor).get(of(client, name)).status_code == 200
    for other in (house.doctor_b, house.dispenser, house.storekeeper, house.officer, house.authority):
        assert browse(other).get(of(client, name)).status_code == 404


def test_the_language_cookie_changes_every_page(house, doctor):
    client = admitted(house.doctor, house.a)
    doctor.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    for name in NAMES:
        assert doctor.get(of(client, name)).status_code == 200


def test_the_locked_get_a_new_order_by_form(house, doctor):
    client = admitted(house.doctor, house.a)
    ordered(house.doctor, client, days=30, start=TODAY - DAY * 20)
    dosed(client, TODAY - DAY * 6)
    assert "Đang khóa cấp thuốc" in body(doctor.get(of(client)))
    page = doctor.get(of(client, "order"))
    assert page.status_code == 200
    assert "chưa đối chiếu" in body(page)
    answer = sent(doctor, of(client, "order"), ORDER)
    assert answer.status_code == 302, body(answer)
    assert "Đang khóa cấp thuốc" not in body(doctor.get(of(client)))


def signed(house, *rules: str) -> None:
    for row in shipped():
        if row.rule_id in rules and not row.certainty.in_force:
            signing.sign_value(
                by=house.authority, mark=values.mark_of(row), compared=True, paper="4066/QĐ-BYT"
            )


def test_a_test_is_due_on_worklist_and_page_until_it_is_taken(house, doctor):
    since = working_days.at_or_before(TODAY - DAY)  # nothing is due on a Sunday
    client = admitted(house.doctor, house.a, since=since)
    assert "Lịch xét nghiệm ngẫu nhiên chưa chạy" in body(doctor.get(of(client)))
    signed(house, "urine.baseline", "urine.window_months", "urine.windows")
    assert "Đến hạn xét nghiệm nước tiểu" in body(doctor.get(of(client)))
    with acting(house.doctor):  # the first window's day is drawn too, and may have come already
        plan = records.plan_of("ost", client.pseudonym, since, values.book())
    due = [day for day in plan.days if day <= TODAY]
    assert [each.test for each in worklist.worklist(house.doctor).testing] == [max(due)]
    for day in due:
        results = {Substance.OPIOIDS: Result.NEGATIVE}
        noting.urine_test(by=house.nurse, client=client, day=day, results=results)
    page = body(doctor.get(of(client)))
    assert "Đến hạn xét nghiệm nước tiểu" not in page
    assert not worklist.worklist(house.doctor).testing
    assert len(plan.days) > 5
    assert not [day for day in plan.days if day > TODAY and written(day) in page], "days to come are told"


def test_a_vomited_dose_is_decided_on_by_form(house, doctor, browse):
    client = admitted(house.doctor, house.a)
    ordered(house.doctor, client)
    stocked(house.storekeeper, house.a)
    opened(house.dispenser, house.a)
    dispensing.give_dose(by=house.dispenser, roster=roster(house.dispenser, client), presentation=SOLUTION)
    assert browse(house.nurse).post(of(client, "vomit"), {"minutes": "12", "seen": "on"}).status_code == 302
    with acting(house.doctor):
        row = Vomit.objects.get()
    address = of(client, "again", row.uid)
    assert address in body(doctor.get(of(client)))
    assert "chưa được đối chiếu" in body(doctor.get(address))
    assert browse(house.nurse).get(address).status_code == 404
    assert doctor.post(address, {"mg": "61"}).status_code == 422
    assert doctor.post(address, {"mg": "30,05"}).status_code == 422
    assert doctor.post(address, {"mg": "30"}).status_code == 302
    assert "đã cấp bù" in body(doctor.get(of(client)))
    assert doctor.post(address, {"mg": "30"}).status_code == 422


def test_what_another_facility_answered_is_said_without_its_words(house, doctor, browse):
    client = admitted(house.doctor, house.a)
    row = raised(house, client)
    with reaching.centre(None, house.b.pk):
        same = {"identity": row.identity, "pseudonym": client.pseudonym, "kind": row.kind, "keys": []}
        there = Incident.objects.create(facility=house.b, severity=1, **same)
    answering.answer(by=house.doctor, incident=row, finding="đã gọi, khỏe")
    page = body(browse(house.doctor_b).get(reverse("ost-incident", args=[there.pk])))
    assert "Đã được kết luận tại cơ sở khác" in page
    assert "đã gọi" not in page
    assert "Sùng A Páo" not in page


def test_titles_and_addresses_say_nothing(house, doctor):
    client = admitted(house.doctor, house.a)
    ordered(house.doctor, client)
    for name in NAMES:
        page = body(doctor.get(of(client, name)))
        title = page[page.index("<title>") : page.index("</title>")].casefold()
        assert not any(word in title for word in ("methadone", "hiv", "nghiện", "sùng"))
        assert not any(word in of(client, name) for word in ("methadone", "hiv", "nghien", "sung"))


def test_a_file_outside_ones_own_work_asks_what_for_on_every_page(house, doctor):
    client = admitted(house.doctor, house.a)
    with acting(house.doctor):
        Client.objects.filter(pk=client.pk).update(carer=house.nurse.account)
    for name in NAMES:
        answer = doctor.get(of(client, name))
        assert answer.status_code == 403, name
        assert "Sùng A Páo" not in body(answer)
    said = {"purpose": "cover", "purpose_words": "trực thay bác sĩ phụ trách"}
    assert doctor.post(of(client), said).status_code == 302
    assert "Sùng A Páo" in body(doctor.get(of(client)))


def test_custody_is_weighed_before_it_ends_a_treatment(house, doctor):
    client = admitted(house.doctor, house.a)
    end = {"ending": "custody", "day": written(TODAY), "why": "bị tạm giữ"}
    asked = doctor.post(of(client, "end"), end)
    assert asked.status_code == 422
    assert "vẫn có thể được điều trị tiếp" in body(asked)
    assert doctor.post(of(client, "end"), end | {"seen": "ending-custody-go-on"}).status_code == 302
    assert "vào nơi giam giữ" in body(doctor.get(of(client)))


def test_a_signature_for_a_rule_that_is_no_more_is_still_told(house, browse):
    with acting(house.authority):
        Signed.objects.create(
            rule="gone.rule",
            value=3,
            unit="day",
            valid_from=TODAY,
            source="",
            paper="số 1",
            account_id=house.authority.account or 0,
        )
    page = browse(house.authority).get(reverse("ost-values"))
    assert page.status_code == 200
    assert "gone.rule" in body(page)
