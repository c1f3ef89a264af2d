"""A public document holds no identifier: no template asks for one, the scanner finds it, two let it out."""

import io

import docx
import pytest
from django.db import IntegrityError, transaction

from phoihop.base.org import actions as org
from phoihop.base.org import viewers
from phoihop.base.org.doors import NotAllowed
from phoihop.base.org.models import Account
from phoihop.base.org.tests import making
from phoihop.base.release import filling, finding, outward, proposing, queries
from phoihop.base.release.actions import documents
from phoihop.base.release.filling import Given
from phoihop.base.release.models import Document
from phoihop.base.release.rules.documents import Step
from phoihop.base.release.tests.conftest import JOB
from phoihop.base.security import scope
from phoihop.base.security.columns import Class
from phoihop.kernel.refusals import Refusal

CLEAN = ("Báo cáo quý IV năm 2026", "Tổng số lượt khám: 1.209; đạt 92,5 % kế hoạch.")


def word(*lines: str, table: list[list[str]] | None = None, author: str = "") -> bytes:
    document = docx.Document()
    document.core_properties.author = author
    for line in lines:
        document.add_paragraph(line)
    for row in table or []:
        cells = (document.tables[0] if document.tables else document.add_table(0, len(row))).add_row().cells
        for cell, text in zip(cells, row, strict=True):
            cell.text = text
    target = io.BytesIO()
    document.save(target)
    return target.getvalue()


def text_of(data: bytes) -> str:
    return "\n".join(p.text for p in docx.Document(io.BytesIO(data)).paragraphs)


def draft(clinic, data: bytes, wanted="public", who="publisher", title="Báo cáo quý IV"):
    return documents.draft(
        by=clinic[who],
        agency=clinic["agency"],
        title=title,
        wanted=wanted,
        data=data,
        name="bao-cao.docx",
    )


def fresh(document) -> Document:
    with scope.acting(JOB):
        return Document.objects.get(pk=document.pk)


def propose(clinic, document):
    return documents.propose(by=clinic["publisher"], document=document, reason="đăng cổng thông tin")


@pytest.mark.parametrize("audience", ["public", "outgoing"])
@pytest.mark.parametrize("name", ["person.name", "person.phone", "account.username", "account.person.name"])
def test_a25_a_template_that_leaves_may_not_ask_for_a_person(clinic, audience, name):
    with scope.acting(making.INSTALL):
        account = Account.objects.select_related("person").get(pk=clinic["carer"].account)
    things = {"person": account.person, "account": account}
    with pytest.raises(Refusal, match="identifier"):
        filling.fill(word("Kính gửi {{ " + name + " }}"), things, audience=audience)


def test_inside_the_house_it_may(clinic):
    with scope.acting(making.INSTALL):
        person = Account.objects.select_related("person").get(pk=clinic["carer"].account).person
    filled = filling.fill(word("Gửi {{ person.name }}"), {"person": person}, audience="internal")
    assert text_of(filled) == "Gửi Lù Thị Sên"


def test_what_is_public_is_filled_in_wherever_it_stands(clinic):
    template = docx.Document()
    template.add_paragraph("Cơ quan: {{ agency.name }}, kỳ {{ report.period }}")
    parted = template.add_paragraph()
    for piece in ("{{ rep", "ort.", "period }}", " hết"):
        parted.add_run(piece)
    template.sections[0].header.paragraphs[0].text = "{{agency.name}}"
    template.add_table(1, 1).rows[0].cells[0].text = "{{ report.period }}"
    target = io.BytesIO()
    template.save(target)
    things = {"agency": clinic["agency"], "report": {"period": Given("quý IV {{ x.y }}", Class.PUBLIC)}}
    filled = docx.Document(io.BytesIO(filling.fill(target.getvalue(), things, audience="public")))
    assert filled.paragraphs[0].text == "Cơ quan: Trung tâm Y tế Nậm Pồ, kỳ quý IV {{ x.y }}"
    assert filled.paragraphs[1].text == "quý IV {{ x.y }} hết"
    assert filled.sections[0].header.paragraphs[0].text == "Trung tâm Y tế Nậm Pồ"
    assert filled.tables[0].rows[0].cells[0].text == "quý IV {{ x.y }}"


@pytest.mark.parametrize(
    "text",
    [
        "{{ agency.nothing }}",
        "{{ nobody.name }}",
        "{{ agency }}",
        "{{ agency.name|upper }}",
        "{{ agency.__class__.name }}",
        "{{ agency.delete }}",
        "{{ agency.name",
        "{% load x %}",
        "{{ 7*7 }}",
    ],
)
def test_a37_a_place_that_stands_for_no_column_is_refused(clinic, text):
    with pytest.raises(Refusal, match="bad-placeholder"):
        filling.fill(word(text), {"agency": clinic["agency"]}, audience="public")


def test_a_text_that_tells_of_a_person_is_refused_as_a_column_is(clinic):
    things = {"report": {"who": Given("Vàng Thị Mỷ", Class.SENSITIVE)}}
    with pytest.raises(Refusal, match="identifier"):
        filling.fill(word("{{ report.who }}"), things, audience="public")


BAD = {
    "identity number": word(*CLEAN, "Số căn cước 035199000123"),
    "phone": word(*CLEAN, "liên hệ 0912 345 678"),
    "name on file": word(*CLEAN, "Trường hợp của bà Vàng Thị Mỷ"),
    "list of people": word(
        *CLEAN,
        table=[
            ["STT", "Họ và tên", "Năm sinh"],
            ["1", "Sùng A Chứ", "1990"],
            ["2", "Giàng Thị Dở", "1985"],
            ["3", "Lò Văn Pành", "1979"],
            ["4", "Hạng A Tủa", "1992"],
        ],
    ),
}


@pytest.mark.parametrize("what", BAD)
def test_a25_the_scanner_blocks_it_and_shows_nothing_whole(clinic, what):
    document = draft(clinic, BAD[what])
    assert document.step == Step.BLOCKED
    shown = str(document.findings)
    assert not [s for s in ("035199000123", "345 678", "Vàng Thị Mỷ", "Sùng A Chứ") if s in shown]
    with pytest.raises(Refusal, match="document-step"):
        propose(clinic, document)


def test_a_title_is_looked_at_as_the_file_is(clinic):
    assert draft(clinic, word(*CLEAN), title="Về trường hợp bà Vàng Thị Mỷ").step == Step.BLOCKED


def test_a25_a_clean_one_goes_out_by_two_people_and_says_nothing_of_its_making(clinic):
    document = draft(clinic, word(*CLEAN, author="Tòng Văn Ít"))
    assert document.step == Step.CLEAN
    assert finding.released(clinic["police"], str(document.uid)) is None
    proposal = propose(clinic, document)
    assert queries.released(clinic["police"]) == []
    org.decide_proposal(by=clinic["head"], proposal=proposal, allow=True)
    assert (fresh(document).step, fresh(document).released_to) == (Step.RELEASED, "public")
    (out,) = queries.released(clinic["police"])
    data = documents.fetch_released(by=clinic["police"], document=out)
    assert CLEAN[0] in text_of(data)
    assert docx.Document(io.BytesIO(data)).core_properties.author == ""


def test_a25_who_brought_it_in_does_not_let_it_out(clinic):
    with scope.acting(making.INSTALL):
        account = Account.objects.select_related("person").get(pk=clinic["publisher"].account)
        making.position(account, "head", clinic["agency"])
        clinic["publisher"] = making.viewer(account)
        other = making.somebody("Hù Cố Xuân", "publisher", clinic["agency"])
    document = draft(clinic, word(*CLEAN))
    proposal = documents.propose(by=other, document=document, reason="đăng cổng thông tin")
    with pytest.raises(Refusal, match="second-person"):
        org.decide_proposal(by=clinic["publisher"], proposal=proposal, allow=True)


def test_a_name_that_came_on_file_meanwhile_holds_it_back(clinic, monkeypatch):
    document = draft(clinic, word(*CLEAN, "Điển hình: ông Sùng A Chứ"))
    assert document.step == Step.CLEAN
    proposal = propose(clinic, document)
    monkeypatch.setattr(outward, "_KNOWN", [lambda name: name == "sung a chu"])
    with pytest.raises(Refusal, match="identifier"):
        org.decide_proposal(by=clinic["head"], proposal=proposal, allow=True)
    assert fresh(document).released_to == "internal"


def test_a_document_withdrawn_is_out_no_more(clinic):
    document = draft(clinic, word(*CLEAN))
    org.decide_proposal(by=clinic["head"], proposal=propose(clinic, document), allow=True)
    documents.withdraw(by=clinic["head"], document=fresh(document))
    assert queries.released(clinic["police"]) == []
    with pytest.raises(Refusal, match="not-found"):
        documents.fetch_released(by=clinic["police"], document=fresh(document))


def test_another_agency_sees_no_draft(clinic):
    document = draft(clinic, word(*CLEAN))
    with scope.acting(viewers.scope_of(clinic["far_head"])):
        assert not Document.objects.exists()
        assert finding.document(clinic["far_head"], str(document.uid)) is None
    with pytest.raises(NotAllowed):
        documents.fetch(by=clinic["far_head"], document=document)


def test_the_database_itself_wants_the_second_person(clinic):
    document = draft(clinic, word(*CLEAN))
    with scope.acting(JOB), pytest.raises(IntegrityError), transaction.atomic():
        Document.objects.filter(pk=document.pk).update(released_to="public", step="released")


def test_the_decider_reads_what_may_need_another_look(clinic):
    document = draft(clinic, word(*CLEAN))
    said = [line.vi for line in proposing.describe(propose(clinic, document))]
    assert "Văn bản: Báo cáo quý IV" in said
    assert "Phát hành cho: công chúng" in said
