"""The pages, in browsers signed in as the product signs in: who sees what, and what stands in no address."""

import io
import logging
import re
from importlib import import_module
from typing import Any

import docx
import pytest
from django.urls import Resolver404, resolve
from django.utils import timezone

from phoihop.base.org import actions as org
from phoihop.base.org.models import Account, Proposal
from phoihop.base.org.tests import making
from phoihop.base.release import menu, proposing, work
from phoihop.base.release.models import Emergency, Export, Request
from phoihop.base.release.tests.conftest import JOB, REASON
from phoihop.base.release.urls import answering, urlpatterns
from phoihop.base.security import scope

world: Any = import_module("tests.support.world")
WHY = "bất tỉnh khi nhập viện, cần biết thuốc đang dùng"


@pytest.fixture
def browser(clinic):
    """A browser of somebody in the clinic, by name; the same one each time."""
    opened: dict[str, Any] = {}

    def of(who: str, **more: Any) -> Any:
        if more or who not in opened:
            with scope.acting(making.INSTALL):
                account = Account.objects.select_related("person").get(pk=clinic[who].account)
            opened[who] = world.signed_in(account, **more)
        return opened[who]

    return of


def latest(model: Any) -> Any:
    with scope.acting(JOB):
        return model.objects.latest("pk")


def ask(clinic, browser):
    form = {
        "dataset": "standin.clients",
        "purpose": "report",
        "reason": REASON,
        "form": "xlsx",
        "filter-0": "01/11/2026",
    }
    return browser("carer").post(f"/xuat/de-nghi/{clinic['agency'].pk}/", form)


def written(clinic, browser) -> Export:
    ask(clinic, browser)
    export = latest(Export)
    org.decide_proposal(by=clinic["head"], proposal=export.proposal, allow=True)
    work.run(export.pk)
    return latest(Export)


def test_an_export_from_the_form_to_the_file(clinic, browser):
    assert "standin.clients" in browser("carer").get("/xuat/").text
    form = browser("carer").get("/xuat/?dataset=standin.clients").text
    assert "cần người thứ hai duyệt" in form
    answer = ask(clinic, browser)
    assert answer.status_code == 302
    page = browser("carer").get(answer.headers["Location"]).text
    assert "Chờ người thứ hai duyệt" in page
    export = latest(Export)
    org.decide_proposal(by=clinic["head"], proposal=export.proposal, allow=True)
    status = browser("carer").get(f"/xuat/{export.uid}/tien-do").json()
    assert (status["state"], status["moves"]) == ("queued", True)
    work.run(export.pk)
    assert browser("carer").get(f"/xuat/{export.uid}/tien-do").json()["done"] == 1
    handed = browser("carer").post(f"/xuat/{export.uid}/lay", {}).text
    password = re.search(r"<code>([a-z0-9-]+)</code>", handed)[1]
    copy = re.search(r"/xuat/ban/[0-9a-f-]+/", handed)[0]
    file = browser("carer").post(copy, {})
    assert file.status_code == 200
    assert "attachment" in file.headers["Content-Disposition"]
    assert file.headers["Cache-Control"] == "no-store"
    assert password not in browser("carer").get(f"/xuat/{export.uid}/").text


def test_a22_another_users_browser_finds_nothing(clinic, browser):
    export = written(clinic, browser)
    handed = browser("carer").post(f"/xuat/{export.uid}/lay", {}).text
    copy = re.search(r"/xuat/ban/[0-9a-f-]+/", handed)[0]
    with scope.acting(making.INSTALL):
        clinic["other"] = making.somebody("Hù Cố Xuân", "exporter", clinic["agency"])
    for who in ("other", "head", "dpo", "police", "far"):
        for method, path in (
            ("get", f"/xuat/{export.uid}/"),
            ("get", f"/xuat/{export.uid}/tien-do"),
            ("post", f"/xuat/{export.uid}/lay"),
            ("post", f"/xuat/{export.uid}/huy"),
            ("post", copy),
        ):
            assert getattr(browser(who), method)(path).status_code == 404, (who, path)
    assert browser("other").get("/xuat/").status_code == 200
    assert str(export.uid) not in browser("other").get("/xuat/").text


@pytest.mark.parametrize("path", ["/xuat/{uid}/lay"])
def test_without_proving_again_who_one_is_nothing_is_handed_out(clinic, browser, path):
    export = written(clinic, browser)
    answer = browser("carer", fresh=False).post(path.format(uid=export.uid), {})
    assert answer.status_code == 302
    assert "xac-nhan" in answer.headers["Location"] or "reauthenticate" in answer.headers["Location"]
    assert latest(Export).copies_left == 3


def test_the_page_keeps_the_export_when_it_is_closed_and_opened_again(clinic, browser):
    export = written(clinic, browser)
    again = browser("carer", strong=True)
    assert "Sẵn sàng" in again.get(f"/xuat/{export.uid}/").text


def test_a17_an_emergency_in_the_browser(clinic, browser):
    form = {"kind": "standin.Client", "thing": str(clinic["x"].pk), "reason": WHY}
    assert "Số hồ sơ" in browser("far").get("/khan-cap/").text
    answer = browser("far").post("/khan-cap/mo", form)
    assert answer.status_code == 302
    assert "Vàng Thị Mỷ" in browser("far").get(answer.headers["Location"]).text
    assert browser("carer").get(answer.headers["Location"]).status_code == 404
    listed = browser("head").get("/khan-cap/co-quan/").text
    assert "Phàn Văn Dất" in listed
    assert WHY in listed
    assert "Phàn Văn Dất" not in browser("far_head").get("/khan-cap/co-quan/").text
    uid = latest(Emergency).uid
    assert browser("far_head").post(f"/khan-cap/{uid}/xet", {"verdict": "fitting"}).status_code == 404
    assert browser("head").post(f"/khan-cap/{uid}/xet", {"verdict": "fitting"}).status_code == 302
    assert latest(Emergency).verdict == "fitting"


def test_a51_no_reason_and_no_name_reaches_an_address_or_a_log(clinic, browser, caplog):
    caplog.set_level(logging.DEBUG)
    written(clinic, browser)
    form = {"kind": "standin.Client", "thing": str(clinic["x"].pk), "reason": WHY}
    sent = browser("far").post("/khan-cap/mo", form)
    browser("far").get(sent.headers["Location"])
    browser("far").post("/khan-cap/mo", form | {"thing": "999999"})
    browser("far").post("/khan-cap/mo", form | {"reason": "cấp cứu"})
    said = caplog.text + sent.headers["Location"]
    assert not [word for word in (WHY, REASON, "Vàng", "Mỷ", "alpha", "bất tỉnh") if word in said]


@pytest.mark.parametrize("asked", ["reason=cap+cuu", "kind=x&why=1", "thing=abc"])
def test_a17_a_reason_is_not_taken_from_an_address(clinic, browser, asked):
    assert browser("far").get(f"/khan-cap/?{asked}").status_code == 400
    assert browser("far").post(f"/khan-cap/mo?{asked}", {}).status_code == 400


def test_a13_police_find_no_menu_list_search_or_export(clinic, browser):
    for path in ("/standin/a/search/", f"/standin/a/{clinic['x'].pk}/"):
        assert browser("police").get(path).status_code in (404, 405)
        assert browser("police").post(path, {"text": "vang"}).status_code in (404, 405)
    for path in (
        "/xuat/",
        "/khan-cap/",
        "/khan-cap/co-quan/",
        "/phat-hanh/",
        "/yeu-cau/",
        "/yeu-cau/cua-toi/",
    ):
        assert browser("police").get(path).status_code == 404


def test_switched_off_an_address_of_requests_looks_like_none(clinic, browser):
    paths = ("/yeu-cau/cua-toi/", "/khong-co/cua-toi/", "/xuat/khong-co/")
    said = {world.told(browser("police").get(path)) for path in paths}
    assert [status for status, _ in said] == [404]
    for pattern in answering:
        assert pattern not in urlpatterns
    with pytest.raises(Resolver404):
        resolve("/yeu-cau/")


@pytest.fixture
def on(settings):
    settings.PHOIHOP_DISCLOSURE = True
    settings.ROOT_URLCONF = "tests.support.urls_answering"


def test_a14_one_question_is_asked_answered_and_told_to_the_person(clinic, browser, on):
    police = browser("police")
    assert "Phòng khám A" in police.get("/yeu-cau/cua-toi/").text
    today = f"{timezone.localdate():%d/%m/%Y}"
    form = {
        "letter": "15/CV-CA",
        "asked_on": today,
        "article": "law-120-2025",
        "question": "treated-on",
        "day": today,
        "subject": "Vàng Thị Mỷ",
    }
    assert police.post(f"/yeu-cau/gui/{clinic['a'].pk}/", form).status_code == 302
    asked = latest(Request)
    assert "Vàng Thị Mỷ" in browser("answerer").get(f"/yeu-cau/{asked.uid}/").text
    assert police.get(f"/yeu-cau/{asked.uid}/").status_code == 404
    given = {"kind": "standin.Client", "thing": str(clinic["x"].pk)}
    assert browser("answerer").post(f"/yeu-cau/{asked.uid}/", given).status_code == 302
    assert police.post(f"/yeu-cau/{asked.uid}/nhan", {}).status_code == 409
    org.decide_proposal(by=clinic["head"], proposal=latest(Request).proposal, allow=True)
    paper = police.post(f"/yeu-cau/{asked.uid}/nhan", {})
    text = "\n".join(p.text for p in docx.Document(io.BytesIO(paper.content)).paragraphs)
    assert "Trả lời: Có" in text
    assert re.search(r"tra-loi-[0-9-]+-PH-\w+\.docx", paper.headers["Content-Disposition"])


def test_a_facility_whose_files_nobody_may_ask_about_is_not_named(clinic, browser, on):
    with scope.acting(making.INSTALL):
        hidden = making.facility(clinic["agency"], "Nhà tạm lánh Hoa Ban", programmes=["beta"])
    assert "Hoa Ban" not in browser("police").get("/yeu-cau/cua-toi/").text
    assert browser("police").get(f"/yeu-cau/gui/{hidden.pk}/").status_code == 404
    assert browser("police").get("/yeu-cau/gui/999999/").status_code == 404


def test_a_document_from_the_form_to_everybody(clinic, browser):
    target = io.BytesIO()
    document = docx.Document()
    document.add_paragraph("Tổng số lượt khám: 1.209")
    document.save(target)
    target.seek(0)
    target.name = "bao-cao.docx"
    form = {"title": "Báo cáo quý IV", "wanted": "public", "file": target}
    publisher = browser("publisher")
    assert publisher.post(f"/phat-hanh/dua-vao/{clinic['agency'].pk}/", form).status_code == 302
    page = publisher.get("/phat-hanh/").text
    assert "Đã quét, có thể đề nghị" in page
    uid = re.search(r"/phat-hanh/([0-9a-f-]{36})/de-nghi", page)[1]
    assert publisher.post(f"/phat-hanh/{uid}/de-nghi", {"reason": "đăng cổng"}).status_code == 302
    assert browser("police").get(f"/phat-hanh/{uid}/tep").status_code == 404
    org.decide_proposal(by=clinic["head"], proposal=latest(Proposal), allow=True)
    assert "Báo cáo quý IV" in browser("police").get("/phat-hanh/da-phat-hanh/").text
    assert browser("police").get(f"/phat-hanh/{uid}/tep").status_code == 200


def test_the_scanners_findings_are_shown_masked(clinic, browser):
    target = io.BytesIO()
    document = docx.Document()
    document.add_paragraph("Liên hệ 0912 345 678, căn cước 035199000123, bà Vàng Thị Mỷ")
    document.save(target)
    target.seek(0)
    target.name = "bao-cao.docx"
    form = {"title": "Báo cáo", "wanted": "public", "file": target}
    browser("publisher").post(f"/phat-hanh/dua-vao/{clinic['agency'].pk}/", form)
    page = browser("publisher").get("/phat-hanh/").text
    assert "Máy quét giữ lại" in page
    assert "số điện thoại" in page
    assert not [word for word in ("0912", "035199000123", "Vàng Thị Mỷ") if word in page]
    assert not re.search(r"phat-hanh/[^\"]+/de-nghi", page), "what the scanner holds back cannot be proposed"


@pytest.mark.parametrize(
    "words", ["hiv", "methadon", "mai-dam", "ma-tuy", "mua-ban-nguoi", "traffick", "aids"]
)
def test_no_address_names_an_illness_or_a_trade(words):
    said = " ".join(f"{pattern.pattern} {pattern.name}" for pattern in (*urlpatterns, *answering))
    assert words not in said


@pytest.mark.parametrize(
    ("who", "words"),
    [
        ("police", {"/phat-hanh/da-phat-hanh/"}),
        ("carer", {"/phat-hanh/da-phat-hanh/", "/xuat/", "/khan-cap/"}),
        ("head", {"/phat-hanh/da-phat-hanh/", "/phat-hanh/", "/khan-cap/co-quan/"}),
        ("dpo", {"/phat-hanh/da-phat-hanh/", "/khan-cap/qua-han/"}),
    ],
)
def test_the_menu_holds_what_one_may_open_and_nothing_switched_off(clinic, who, words):
    assert {address for address, _ in menu.entries(clinic[who])} == words


def test_the_menu_where_answers_are_switched_on(clinic, on):
    assert "/yeu-cau/cua-toi/" in {address for address, _ in menu.entries(clinic["police"])}
    assert menu.leads_to("request-answered") == "/yeu-cau/cua-toi/"


def test_every_notice_of_the_room_leads_somewhere(clinic):
    assert {code for code in proposing.NOTICES if not menu.leads_to(code)} == {
        "request-came",
        "request-answered",
        "request-closed",
    }
    assert menu.leads_to("proposal-waits") == ""
