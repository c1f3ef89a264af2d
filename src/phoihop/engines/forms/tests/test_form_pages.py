"""The pages of a form as requests: drafts, saving, two at once, pasting, import. No database is asked."""

import io
import json
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import docx
import pytest
from django.core.exceptions import BadRequest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory
from hypothesis import given
from hypothesis import strategies as st

from phoihop.engines.forms import importing, paper, posted
from phoihop.engines.forms.definition import Form
from phoihop.engines.forms.desk import Changed, Desk, Draft, Entry, Line, NewLine, Saved, Work, work_from
from phoihop.engines.forms.pages import entry_page
from phoihop.engines.forms.reading import Given, Reason, Typed
from phoihop.engines.forms.tests.samples import TODAY
from phoihop.engines.forms.tests.test_reading import LINE, REGISTER, VISIT
from phoihop.engines.forms.tests.test_sheets import ROW, filled
from phoihop.kernel.refusals import Refusal

CAME = {"v-day": "20/11/2026", "v-came": "yes", "v-amount": "60"}
MONTH = {"v-month": "30/11/2026"}
NOW = datetime(2026, 11, 22, 3, 0, tzinfo=UTC)


@dataclass
class Office:
    """A programme's side: what is saved, and each person's drafts."""

    form: Form
    saved: Saved = field(default_factory=Saved)
    drafts: dict[str, str] = field(default_factory=dict)
    entries: list[Entry] = field(default_factory=list)
    refuses: Refusal | None = None

    def desk(self, who: str = "one", **more: Any) -> Desk:
        def save(entry: Entry, seen: str) -> None:
            if self.refuses is not None:
                raise self.refuses
            if seen != self.saved.version:
                raise Changed
            self.entries.append(entry)
            lines = [Line(line.key or f"k{n}", line.values) for n, line in enumerate(entry.lines)]
            self.saved = Saved(entry.values, lines, str(len(self.entries)), who, NOW)

        def keep(text: str) -> datetime:
            self.drafts[who] = text
            return NOW

        def drop() -> None:
            self.drafts.pop(who, None)

        return Desk(
            form=self.form,
            today=TODAY,
            load=lambda: self.saved,
            save=save,
            draft=lambda: Draft(self.drafts[who], NOW) if who in self.drafts else None,
            keep=keep,
            drop=drop,
            others=lambda: [name for name in self.drafts if name != who],
            after="/after/",
            **more,
        )

    def post(self, sent: dict[str, Any], who: str = "one", **more: Any) -> HttpResponse:
        return entry_page(signed_in(RequestFactory().post("/form/", sent)), self.desk(who, **more))

    def get(self, who: str = "one") -> str:
        return entry_page(signed_in(RequestFactory().get("/form/")), self.desk(who)).content.decode()


def signed_in(request: HttpRequest) -> HttpRequest:
    """A request as the middleware leaves it to a page that nobody else has anything to say about."""
    request.viewer = type("Nobody", (), {"account": None, "now": ()})()  # type: ignore[attr-defined]
    request.user = type("Visitor", (), {"is_authenticated": False})()
    return request


def told(answer: HttpResponse) -> Any:
    return json.loads(answer.content)


@pytest.fixture
def visit() -> Office:
    return Office(VISIT)


@pytest.fixture
def register() -> Office:
    return Office(REGISTER)


def test_what_is_acceptable_is_saved_and_the_draft_goes(visit: Office):
    visit.post(CAME | {"do": "draft"})
    answer = visit.post(CAME)
    assert (answer.status_code, answer.headers["Location"]) == (302, "/after/")
    (entry,) = visit.entries
    assert (entry.values["amount"], entry.values["volume"]) == (Decimal("60.00"), Decimal("6.00"))
    assert entry.form.version == 1
    assert visit.drafts == {}


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"v-day": ""}, "Hãy điền ô này."),
        ({"v-day": "31/2/2026"}, "Hãy ghi ngày, tháng, năm"),
        ({"v-taken": "61"}, "Không thể dùng nhiều hơn"),
        ({"v-amount": "500"}, "Thường không lớn hơn 120 mg. Hãy nêu lý do"),
    ],
)
def test_what_is_not_acceptable_comes_back_as_it_was_typed(visit: Office, change: dict[str, str], said: str):
    answer = visit.post(CAME | {"v-note": "<b>đã gọi</b>"} | change)
    assert answer.status_code == 422
    page = answer.content.decode()
    assert said in page
    assert "&lt;b&gt;đã gọi&lt;/b&gt;" in page
    assert visit.entries == []


def test_a_reason_is_kept_beside_what_it_explains(visit: Office):
    odd = CAME | {"v-amount": "500", "warned": "-1|amount|usual-most|500", "words": "cân lại"}
    assert visit.post(odd | {"reason": ""}).status_code == 422
    assert visit.post(odd | {"reason": "checked", "warned": "-1|amount|usual-most|501"}).status_code == 422
    assert visit.post(odd | {"reason": "checked"}).status_code == 302
    (explained,) = visit.entries[0].explained
    assert (explained.code, explained.reason) == ("amount", Reason("checked", "cân lại"))


def test_a_draft_is_given_back_to_its_owner_alone(visit: Office):
    answer = told(visit.post(CAME | {"v-note": "dở dang", "do": "draft"}))
    assert answer["at"].startswith("10:00")
    assert (answer["others"], answer["newer"]) == ([], "")
    assert answer["results"] == {"f-volume": "6"}
    assert "dở dang" in visit.get("one")
    assert "dở dang" not in visit.get("two")
    assert told(visit.post({"do": "draft"}, who="two"))["others"] == ["one"]
    visit.post({"do": "drop"})
    assert "dở dang" not in visit.get("one")


def test_a_draft_never_says_that_something_is_missing(visit: Office):
    assert told(visit.post({"do": "draft", "v-pulse": "300"}))["faults"] == {
        "f-pulse": "Không thể lớn hơn 250."
    }


def test_a_draft_of_another_form_is_left_alone(visit: Office):
    visit.drafts["one"] = Work(Typed({"month": "x"})).text(REGISTER)
    assert 'value="x"' not in visit.get()


def test_who_saves_second_sees_what_differs(visit: Office):
    visit.post(CAME | {"v-pulse": "70"}, who="one")
    mine = CAME | {"v-pulse": "80", "v-note": "của tôi", "seen": "", "base": ""}
    answer = visit.post(mine, who="two")
    page = answer.content.decode()
    assert answer.status_code == 409
    assert len(visit.entries) == 1
    assert "Mạch</a>: Bản đã lưu ghi “70”" in page
    assert 'name="seen" value="1"' in page
    assert "của tôi" in page
    assert told(visit.post(mine | {"do": "draft"}, who="two"))["newer"].startswith("one")
    assert visit.post(mine | {"seen": "1"}, who="two").status_code == 302
    assert visit.saved.values["pulse"] == 80


def test_a_draft_that_was_overtaken_is_put_on_top_of_what_is_saved(visit: Office):
    visit.post(CAME | {"do": "draft", "v-pulse": "80", "v-note": "của tôi"}, who="two")
    visit.post(CAME | {"v-pulse": "70", "v-guide": "A-1"}, who="one")
    page = visit.get("two")
    assert "Mạch</a>: Bản đã lưu ghi “70”" in page
    assert 'name="v-pulse" value="80"' in page
    assert 'name="v-guide" value="A-1"' in page
    assert 'name="seen" value="1"' in page


def test_somebody_who_saves_in_the_same_moment_is_seen_too(visit: Office):
    desk = visit.desk()
    first = iter([Saved(), replace(Saved(), version="9", values={"pulse": Decimal(70)})])
    answer = entry_page(
        signed_in(RequestFactory().post("/form/", CAME | {"v-pulse": "80"})),
        replace(desk, load=lambda: next(first), save=_changed),
    )
    assert answer.status_code == 409
    assert "Bản đã lưu ghi “70”" in answer.content.decode()


def _changed(_entry: Entry, _seen: str) -> None:
    raise Changed


def test_what_an_action_refuses_is_told_and_nothing_is_lost(visit: Office):
    visit.refuses = Refusal("closed", "Kỳ này đã khóa sổ.", "The period is closed.")
    answer = visit.post(CAME)
    assert answer.status_code == 409
    assert "Kỳ này đã khóa sổ." in answer.content.decode()
    assert 'value="60"' in answer.content.decode()


def rows(*lines: tuple[str, dict[str, str]]) -> dict[str, str]:
    texts = [[key, *(line.get(column.code, "") for column in REGISTER.columns)] for key, line in lines]
    return MONTH | {"rows": json.dumps(texts)}


def test_lines_are_saved_changed_and_taken_out(register: Office):
    assert register.post(rows(("", LINE), ("", {}), ("", LINE | {"person": "B-2"}))).status_code == 302
    assert [line.number for line in register.entries[0].lines] == [1, 3]
    assert 'name="row-key" value="k0"' in register.get()
    again = rows(("k0", {}), ("k1", LINE | {"person": "B-2", "amount": "7"}), ("", LINE | {"person": "C-3"}))
    assert register.post(again | {"seen": "1"}).status_code == 302
    entry = register.entries[1]
    assert [line.key for line in entry.lines] == ["k1", ""]
    assert [line.values["amount"] for line in entry.lines] == [7, 60]
    assert entry.gone == ("k0",)


def test_lines_may_come_as_plain_controls(register: Office):
    typed = [column for column in REGISTER.columns if column.code != "volume"]
    plain = {f"r-{column.code}": [LINE.get(column.code, ""), ""] for column in typed}
    assert register.post(MONTH | {"row-key": ["", ""]} | plain).status_code == 302
    assert len(register.entries[0].lines) == 1


def test_a_paste_is_told_and_not_kept(register: Office):
    at = {"do": "paste", "at": "1:0", "paste": "B-2\t2/11/2026\t500\tx\tx\tở đâu\t\tthừa"}
    answer = told(register.post(rows(("", LINE)) | at))
    assert answer["counts"] == {
        "accepted": 4, "understood": 0, "warned": 1, "refused": 1, "skipped": 1, "beyond": 1,
    }  # fmt: skip
    assert answer["put"][:2] == [[1, "person", "B-2"], [1, "day", "2/11/2026"]]
    assert answer["results"]["c-1-volume"] == "50"
    assert (register.entries, register.drafts) == ([], {})


@pytest.mark.parametrize(
    "sent",
    [
        {"do": "delete"},
        {"rows": "not json"},
        {"rows": '[["", "A-1"]]'},
        {"rows": '{"a": 1}'},
        {"row-key": ["", ""], "r-person": ["A-1"]},
        {"warned": ["a", "b"], "reason": ["checked"], "words": [""]},
        {"base": "[]"},
        {"base": "{"},
        {"do": "paste", "at": "0", "paste": "x"},
        {"do": "paste", "at": "0:99", "paste": "x"},
        {"do": "paste", "at": "-1:0", "paste": "x"},
        {"do": "paste", "at": "٣:0", "paste": "x"},
    ],
)
def test_what_no_page_of_ours_sends_is_a_bad_request(register: Office, sent: dict[str, Any]):
    with pytest.raises(BadRequest):
        register.post(MONTH | sent)


def test_a_page_sends_no_other_names_than_it_says():
    for office in (Office(VISIT), Office(REGISTER)):
        page = office.get()
        sent = {part.partition('"')[0] for part in page.split(' name="')[1:]} - {"csrfmiddlewaretoken"}
        known = posted.names(office.form) | {"language", "theme", "next", "viewport"}
        assert sent <= known, sent - known


TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)


@given(
    st.dictionaries(st.sampled_from([field.code for field in VISIT.fields]), TEXTS),
    st.dictionaries(TEXTS, st.builds(Reason, TEXTS, TEXTS), max_size=3),
    TEXTS,
)
def test_a_draft_comes_back_as_it_went(head: dict[str, str], reasons: dict[str, Reason], seen: str):
    work = Work(Typed(head, [], []), reasons, seen, Typed({}, [], []))
    assert work_from(VISIT, work.text(VISIT)) == work


# Workbooks


@dataclass
class Hall:
    """Where workbooks are handed in, and what was taken from them."""

    lines: list[NewLine] = field(default_factory=list)

    def send(self, data: bytes | None, do: str) -> HttpResponse:
        def take(_head: Any, lines: Iterator[NewLine]) -> int:
            self.lines += list(lines)
            return len(self.lines)

        counter = importing.Counter(form=REGISTER, given=Given(TODAY), take=take)
        sent: dict[str, Any] = {"do": do}
        if data is not None:
            sent["file"] = SimpleUploadedFile("so.xlsx", data)
        return importing.import_page(signed_in(RequestFactory().post("/import/", sent)), counter)


@pytest.mark.parametrize(
    ("rows", "do", "status", "taken", "said"),
    [
        ([ROW], "try", 200, 0, "1 dòng nhận được"),
        ([ROW], "take", 200, 1, "Đã ghi 1 dòng"),
        ([ROW, ["B-2", "31/2/2026", 7]], "take", 422, 0, "B4"),
        ([ROW, ["B-2", "1/11/2026", 500]], "take", 422, 0, "1 dòng cần lý do"),
    ],
)
def test_a_workbook_is_taken_whole_or_not_at_all(rows: Any, do: str, status: int, taken: int, said: str):
    hall = Hall()
    answer = hall.send(filled(REGISTER, rows), do)
    assert (answer.status_code, len(hall.lines)) == (status, taken)
    assert said in answer.content.decode()


def test_what_is_wrong_above_the_table_stops_a_workbook():
    hall = Hall()
    answer = hall.send(filled(REGISTER, [ROW], month="tháng nào đó"), "take")
    assert (answer.status_code, hall.lines) == (422, [])
    assert "Phần chung, Ngày cuối kỳ" in answer.content.decode()


def test_a_workbook_is_sent_back_with_its_faults_marked():
    answer = Hall().send(filled(REGISTER, [ROW, ["B-2", "31/2/2026", 7]]), "mark")
    assert answer.headers["Content-Disposition"] == 'attachment; filename="register-v1.xlsx"'
    import openpyxl

    sheet = openpyxl.load_workbook(io.BytesIO(answer.content)).worksheets[0]
    assert (sheet["H3"].value, sheet["B4"].value, sheet["C3"].value) == (None, "31/2/2026", 60)
    assert sheet["H4"].value.startswith("B4: Hãy ghi ngày")
    assert sheet["B4"].fill.start_color.rgb == "FFFDEAE7"
    fixed = Hall()
    sheet["B4"] = "2/11/2026"
    held = io.BytesIO()
    sheet.parent.save(held)
    assert fixed.send(held.getvalue(), "take").status_code == 200
    assert [line.values["amount"] for line in fixed.lines] == [60, 7]


def test_without_a_file_nothing_happens():
    answer = Hall().send(None, "take")
    assert (answer.status_code, "Hãy chọn tệp" in answer.content.decode()) == (422, True)


# Paper

SAVED = Saved({"day": TODAY, "came": "no", "why_not": "ill", "signs": ("cough",), "note": "dòng 1\ndòng 2"})


def paragraphs(data: bytes) -> str:
    return "\n".join(line.text for line in docx.Document(io.BytesIO(data)).paragraphs)


def test_a_blank_form_has_room_for_every_answer():
    text = paragraphs(paper.docx(VISIT, None, "vi"))
    assert "Có đến không: ☐ Có   ☐ Không   ☐ Không rõ" in text
    assert "Vì sao không đến: ☐ Ốm" in text
    assert "Lượng (mg): ...." in text
    assert "Biểu visit, phiên bản 1" in text


def test_a_filled_form_says_what_was_answered_and_no_more():
    text = paragraphs(paper.docx(VISIT, SAVED, "en"))
    assert "Why not: ☒ Ill   ☐ Away" in text
    assert "Day: 22/11/2026" in text
    assert "Amount (mg)" not in text  # it was not asked


def test_a_register_on_paper_is_a_table():
    saved = Saved(
        {"month": TODAY}, [Line("k", {"person": "A-1", "amount": Decimal("1209.50"), "seen": "yes"})]
    )
    document = docx.Document(io.BytesIO(paper.docx(REGISTER, saved, "vi")))
    cells = [cell.text for cell in document.tables[0].rows[1].cells]
    assert cells == ["1", "A-1", "", "1.209,5", "", "Có", "", ""]
    assert len(docx.Document(io.BytesIO(paper.docx(REGISTER, None, "vi"))).tables[0].rows) == 21


def test_a_word_document_says_nothing_of_who_made_it():
    about = docx.Document(io.BytesIO(paper.docx(VISIT, SAVED, "vi"))).core_properties
    assert (about.author, about.last_modified_by, about.comments) == ("", "", "")
