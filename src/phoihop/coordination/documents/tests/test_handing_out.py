"""What leaves this room: downloads, the files as they were sent, and what a list leads to."""

import io
import json
import zipfile
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from phoihop.base.security import scope
from phoihop.coordination.documents.actions import reviewing
from phoihop.coordination.documents.models import Document
from phoihop.coordination.documents.rules.review import Kind, Ruling
from phoihop.coordination.documents.tests import texts
from phoihop.coordination.documents.tests.conftest import JOB, item, read, sent
from phoihop.coordination.documents.tests.test_pages import address, browser

FORMATS = ("json", "akn", "xlsx")


def confirmed(desk: Any, document: Document) -> Document:
    reviewing.accept_rest(by=desk["officer"], document=document, kinds=set(Kind))
    return reviewing.confirm(by=desk["officer"], document=document)


def words(data: bytes) -> str:
    """Everything that can be read in a download."""
    if not data.startswith(b"PK"):
        return data.decode()
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return "".join(archive.read(name).decode() for name in archive.namelist())


@pytest.mark.parametrize("fmt", FORMATS)
def test_a_download_tells_nothing_of_what_is_under_review_in_the_same_file(desk, fmt):
    secret = texts.plan("42/KH-UBND", title="Đường dây Bản Phìn Khao")
    both = texts.plan("41/KH-UBND") + "\n\n\n" + secret + "\n\n\n" + texts.plan("43/KH-UBND")
    first, hidden, last = read(desk, both)
    assert "Bản Phìn Khao" in hidden.upload.text
    for document in (confirmed(desk, first), confirmed(desk, last)):
        answer = browser(desk, "far").get(address("document-download", document, fmt=fmt))
        assert answer.status_code == 200
        told = words(answer.content)
        assert document.number.partition("/")[0] in told
        assert "Phìn Khao" not in told
        assert "42/KH" not in told


def test_offsets_of_a_download_lead_to_their_sentences(desk):
    _, second = read(desk, texts.plan("41/KH-UBND") + "\n\n\n" + texts.plan("42/KH-UBND"))
    answer = browser(desk, "far").get(address("document-download", confirmed(desk, second), fmt="json"))
    told = json.loads(answer.content)
    (document,) = told["documents"]
    for target in document["targets"]:
        start, end = target["span"]
        assert " ".join(told["text"][start:end].split()) == target["text"]
    assert all(second.start <= a["span"][0] <= a["span"][1] <= second.end for a in told["anchors"])


def test_a_download_links_a_task_with_the_target_it_brings_about(desk):
    [document] = read(desk)
    officer = desk["officer"]
    task, first, second = item(document, "task"), item(document, "target", 0), item(document, "target", 1)
    reviewing.rule(
        by=officer,
        item=task,
        ruling=Ruling.CORRECTED,
        version=1,
        value={"outputs": [first.order, second.order]},
    )
    reviewing.rule(by=officer, item=first, ruling=Ruling.REJECTED, version=1)
    confirmed(desk, document)
    answer = browser(desk).get(address("document-download", document, fmt="json"))
    (told,) = json.loads(answer.content)["documents"]
    assert [told["targets"][n]["text"] for n in told["tasks"][0]["outputs"]] == [second.value["text"]]


NUMBERS = [
    ("47/KH-UBND", "van-ban-47-kh-ubnd."),
    ("116/2021/NĐ-CP", "van-ban-116-2021-nd-cp."),
    ("12/TTPC HIV/AIDS-KH", "van-ban-12-kh."),
    ("05/BC-PCMTMD", "van-ban-05-bc."),
]


@pytest.mark.parametrize(("number", "begins"), NUMBERS)
def test_the_name_of_a_download_says_a_number_and_no_illness(desk, number, begins):
    [document] = read(desk)
    Document.objects.filter(pk=document.pk).update(number=number)
    answer = browser(desk).get(address("document-download", document, fmt="json"))
    assert f'filename="{begins}json"' in answer["Content-Disposition"]


@pytest.mark.parametrize("who", ["officer", "second", "leader", "agency_officer", "far", "member"])
def test_a_file_is_fetched_by_those_who_see_what_was_sent_in(desk, who):
    """Who works in the same office may fetch its files, but not what is under review there."""
    file = sent(desk).file
    answer = browser(desk, who).get(reverse("file-link", args=[file.pk]))
    assert answer.status_code == (302 if who in ("officer", "second") else 404)


def test_the_register_leads_to_the_plan_that_a_document_became(desk):
    became = confirmed(desk, read(desk)[0])
    (notice,) = read(desk, texts.plan("77/TB-UBND"))
    for kind in (Kind.TARGET, Kind.TASK):
        for order in range(notice.items.filter(kind=kind).count()):
            it = item(notice, kind, order)
            reviewing.rule(by=desk["officer"], item=it, ruling=Ruling.REJECTED, version=it.version)
    confirmed(desk, notice)
    with scope.acting(JOB):
        link = reverse("plan", args=[Document.objects.get(pk=became.pk).plan.uid])
    page = browser(desk, "member").get(reverse("documents")).content.decode()
    (one,) = [row for row in page.split("<tr>") if "31/KH-UBND" in row]
    (other,) = [row for row in page.split("<tr>") if "77/TB-UBND" in row]
    assert link in one
    assert link not in other


def test_the_register_asks_as_much_for_many_plans_as_for_few(desk):
    def asked() -> int:
        with CaptureQueriesContext(connection) as caught:
            assert browser(desk, "member").get(reverse("documents")).status_code == 200
        return len(caught)

    def more(*numbers: int) -> None:
        for number in numbers:
            confirmed(desk, read(desk, texts.plan(f"{number}/KH-UBND", f"{number:02} tháng 5 năm 2026"))[0])

    more(1, 2)
    asked()
    few = asked()
    more(3, 4, 5, 6)
    assert asked() == few
