"""The pages of documents: what they take, refuse and cost. How they look and feel is in the journeys."""

import json
import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from phoihop.base.org.models import Account
from phoihop.base.security import scope
from phoihop.coordination.documents import editing, words
from phoihop.coordination.documents.models import Document, Item, Upload
from phoihop.coordination.documents.pages import sending
from phoihop.coordination.documents.rules.review import Kind, Ruling, Stage
from phoihop.coordination.documents.tests import texts
from phoihop.coordination.documents.tests.conftest import JOB, item, read
from tests.support.world import signed_in

SCRIPT = {"Accept": "application/json"}


def browser(desk, who: str = "officer"):
    with scope.acting(JOB):
        account = Account.objects.get(pk=desk[who].account)
    return signed_in(account)


def address(name: str, document: Document, **more: str) -> str:
    return reverse(name, args=[document.uid, *more.values()])


def say(desk, row: Item, who: str = "officer", **form: str):
    there = reverse("document-item", args=[row.document.uid, row.uid])
    return browser(desk, who).post(there, {"version": str(row.version), **form}, headers=SCRIPT)


def test_a_ruling_answers_with_the_card_as_it_stands(desk) -> None:
    [document] = read(desk)
    told = say(desk, item(document, "target"), ruling="accepted").json()
    assert (told["card"]["id"], told["card"]["ruling"], told["card"]["who"]) == (
        "t1",
        "accepted",
        "Giàng A Lử",
    )
    assert 'data-ruling="accepted"' in told["card"]["html"]
    assert told["version"] == document.version + 1


def test_what_somebody_said_meanwhile_comes_back_instead_of_being_written_over(desk) -> None:
    [document] = read(desk)
    row = item(document, "target")
    assert say(desk, row, who="second", ruling="rejected").status_code == 200
    answer = say(desk, row, ruling="accepted")
    assert answer.status_code == 409
    assert answer.json()["reason"] == "changed-meanwhile"
    assert (answer.json()["card"]["ruling"], answer.json()["card"]["who"]) == ("rejected", "Vàng Thị Say")
    assert item(document, "target").ruling == Ruling.REJECTED


@pytest.mark.parametrize(
    ("form", "field"),
    [
        ({"text": "Đạt", "comparator": "=", "kind": "goal", "value": "nhiều"}, "value"),
        ({"text": "", "comparator": "=", "kind": "goal"}, "text"),
        ({"text": "Đạt", "comparator": "?", "kind": "goal"}, "comparator"),
        ({"text": "Đạt", "comparator": "=", "kind": "goal", "value": "9", "value_max": "3"}, "value_max"),
    ],
)
def test_a_wrong_value_is_told_at_its_field_and_changes_nothing(desk, form, field) -> None:
    [document] = read(desk)
    answer = say(desk, item(document, "target"), ruling="corrected", **form)
    assert answer.status_code == 422
    assert field in answer.json()["faults"]
    assert item(document, "target").ruling == Ruling.OPEN


@pytest.mark.parametrize("typed", ["31/12/2025", "12/2025", "Quý II năm 2025", "trước ngày 15 hằng tháng"])
def test_a_deadline_is_kept_in_the_words_of_the_document(typed: str) -> None:
    sent = {"text": "Đạt", "comparator": "=", "kind": "goal", "deadline": typed}
    form = editing.form_of(Kind.TARGET, data=sent)
    assert form.is_valid()
    assert editing.value_of(Kind.TARGET, form)["deadline"] == typed


def test_a_form_filled_with_a_value_and_sent_back_changes_nothing(desk) -> None:
    [document] = read(desk)
    for row in Item.objects.filter(document=document):
        form = editing.form_of(row.kind, row.value, editing.filled(row.kind, row.value))
        if form.is_valid():
            again = row.value | editing.value_of(row.kind, form)
            assert editing.filled(row.kind, again) == editing.filled(row.kind, row.value), row


def test_the_changes_since_a_version_are_those_and_no_others(desk) -> None:
    [document] = read(desk)
    before = document.version
    say(desk, item(document, "target"), who="second", ruling="accepted")
    there = address("document-changes", document)
    told = browser(desk).get(f"{there}?sau={before}", headers=SCRIPT).json()
    assert [card["id"] for card in told["cards"]] == ["t1"]
    nothing = browser(desk).get(f"{there}?sau={told['version']}", headers=SCRIPT).json()
    assert nothing["cards"] == []


def test_the_review_of_another_agency_is_not_there(desk) -> None:
    [document] = read(desk)
    for name in ("document-review", "document-confirm", "document-rest", "document-add", "document-history"):
        assert browser(desk, "far").get(address(name, document)).status_code == 404
    assert browser(desk, "far").get(address("document", document)).status_code == 404


def test_a_file_is_taken_and_a_bad_one_refused_by_name(desk) -> None:
    form = {"agency": str(desk["here"].pk), "file": SimpleUploadedFile("a.txt", texts.PLAN.encode())}
    answer = browser(desk).post(reverse("send"), form, headers=SCRIPT)
    assert answer.status_code == 201
    with scope.acting(JOB):
        assert Upload.objects.filter(uid=answer.json()["id"]).exists()
    empty = {"agency": str(desk["here"].pk), "file": SimpleUploadedFile("rong.docx", b"")}
    assert browser(desk).post(reverse("send"), empty, headers=SCRIPT).status_code in (400, 409)


def test_nobody_sends_for_an_agency_that_is_not_theirs(desk) -> None:
    form = {"agency": str(desk["there"].pk), "file": SimpleUploadedFile("a.txt", texts.PLAN.encode())}
    assert browser(desk).post(reverse("send"), form, headers=SCRIPT).json()["reason"] == "no-agency"


@pytest.mark.parametrize("year", ["0", "0000", "12", "99999", "²"])
def test_a_year_that_is_none_is_a_bad_request(desk, year: str) -> None:
    assert browser(desk).get(reverse("documents"), {"year": year}).status_code == 400


@pytest.mark.parametrize("year", ["", "1945", "2026", "9999"])
def test_a_year_that_is_one_is_looked_for(desk, year: str) -> None:
    assert browser(desk).get(reverse("documents"), {"year": year}).status_code == 200


@pytest.mark.parametrize(
    "form",
    [{"version": "²"}, {"version": "9" * 5000}, {"version": ""}, {"ruling": "added"}, {"ruling": "maybe"}],
)
def test_a_word_that_says_nothing_is_refused_and_changes_nothing(desk, form: dict[str, str]) -> None:
    [document] = read(desk)
    answer = say(desk, item(document, "target"), **{"ruling": "accepted", **form})
    assert (answer.status_code, answer.json()["reason"]) == (409, "ruling-wrong")
    assert item(document, "target").ruling == Ruling.OPEN


def test_what_is_added_and_sent_again_comes_back_as_the_one_item_it_is(desk) -> None:
    [document] = read(desk)
    start = document.upload.text.index("Giao Công an tỉnh")
    form = {"kind_of": "task", "start": str(start), "end": str(start + 40), "token": "a" * 32}
    told = [browser(desk).post(address("document-add", document), form, headers=SCRIPT) for _ in range(2)]
    assert [answer.status_code for answer in told] == [200, 200]
    assert told[0].json()["card"]["id"] == told[1].json()["card"]["id"]
    assert Item.objects.filter(document=document, ruling=Ruling.ADDED).count() == 1
    page = browser(desk).get(address("document-add", document)).content.decode()
    (own,) = re.findall(r'name="token" value="([0-9a-f]{32})"', page)
    assert own != "a" * 32


def test_a_ruling_is_answered_without_the_whole_reading(desk) -> None:
    """The reading of a long document is megabytes; of all of it an answer shows the findings."""
    [document] = read(desk)
    officer = browser(desk)
    row = item(document, "target")
    there = reverse("document-item", args=[document.uid, row.uid])
    with CaptureQueriesContext(connection) as caught:
        told = officer.post(there, {"ruling": "accepted", "version": "1"}, headers=SCRIPT)
    assert told.status_code == 200
    whole = [q for q in caught if re.search(r'"reading"(?! #>)', q["sql"].partition(" FROM ")[0])]
    assert whole == []


def test_a_ruling_on_a_task_answers_with_what_its_targets_come_to(desk) -> None:
    [document] = read(desk)
    task, target = item(document, "task"), item(document, "target")
    task.value = task.value | {"outputs": [target.order]}
    task.save(update_fields=["value"])
    shown = "92,5\N{NO-BREAK SPACE}%"
    assert shown in say(desk, task, ruling="accepted").json()["card"]["html"]


def files(desk, *given: SimpleUploadedFile):
    return browser(desk).post(reverse("send"), {"agency": str(desk["here"].pk), "file": list(given)})


def test_of_many_files_in_one_form_each_is_taken_or_told_of(desk, monkeypatch) -> None:
    monkeypatch.setattr(sending, "FILES", 2)
    given = [SimpleUploadedFile(f"ke-hoach-{n}.txt", texts.plan(f"{n}/KH-UBND").encode()) for n in (1, 2, 3)]
    answer = files(desk, *given)
    assert answer.status_code == 422
    assert "ke-hoach-3.txt: Mỗi lần gửi được tối đa" in answer.content.decode()
    with scope.acting(JOB):
        assert sorted(Upload.objects.values_list("file__name", flat=True)) == [
            "ke-hoach-1.txt",
            "ke-hoach-2.txt",
        ]


def test_a_file_too_large_keeps_no_other_of_its_form_out(desk, settings) -> None:
    settings.PHOIHOP_UPLOAD_BYTES = 2_000
    good = SimpleUploadedFile("vua.txt", texts.PLAN.encode()[:1_900])
    answer = files(desk, SimpleUploadedFile("lon.txt", b"a" * 2_001), good)
    assert answer.status_code == 422
    assert "lon.txt: Tệp lớn hơn" in answer.content.decode()
    with scope.acting(JOB):
        assert list(Upload.objects.values_list("file__name", flat=True)) == ["vua.txt"]


@pytest.mark.parametrize(("asked", "told"), [(5, 5), (20, 20), (50, 20)])
def test_the_page_promises_no_more_than_the_reader_reads(settings, asked: int, told: int) -> None:
    settings.PHOIHOP_UPLOAD_BYTES = asked * 2**20
    assert words.largest() == told * 2**20


@pytest.mark.parametrize(("fmt", "begins"), [("json", b"{"), ("akn", b"<?xml"), ("xlsx", b"PK")])
def test_downloads_have_their_type_and_a_neutral_name(desk, fmt: str, begins: bytes) -> None:
    [document] = read(desk)
    answer = browser(desk).get(address("document-download", document, fmt=fmt))
    assert answer.content.startswith(begins)
    name = answer["Content-Disposition"]
    assert "van-ban-" in name
    assert name.isascii()


def test_a_download_says_what_stands_and_not_what_was_dropped(desk) -> None:
    [document] = read(desk)
    say(desk, item(document, "target"), ruling="rejected")
    say(desk, item(document, "target", 1), ruling="accepted")
    answer = browser(desk).get(address("document-download", document, fmt="json"))
    [told] = json.loads(answer.content)["documents"]
    assert [target["text"] for target in told["targets"]] == [item(document, "target", 1).value["text"]]


def test_the_review_costs_no_more_statements_with_more_items(desk) -> None:
    [document] = read(desk)
    there, reader = address("document-review", document), browser(desk)
    reader.get(there)
    with CaptureQueriesContext(connection) as few:
        reader.get(there)
    with scope.acting(JOB):
        row = item(document, "target")
        for order in range(100, 120):
            row.pk, row.uid, row.order = None, Item._meta.get_field("uid").get_default(), order
            row.save(force_insert=True)
    with CaptureQueriesContext(connection) as many:
        assert reader.get(there).status_code == 200
    assert len(many) == len(few)


def test_a_confirmed_document_has_nothing_left_to_rule_on(desk) -> None:
    [document] = read(desk)
    officer = browser(desk)
    officer.post(address("document-rest", document), {kind.value: "on" for kind in Kind})
    assert officer.post(address("document-confirm", document)).status_code == 302
    document.refresh_from_db()
    assert document.stage == Stage.CONFIRMED
    assert officer.get(address("document-review", document)).status_code == 302
    assert browser(desk, "member").get(address("document-text", document)).status_code == 200
