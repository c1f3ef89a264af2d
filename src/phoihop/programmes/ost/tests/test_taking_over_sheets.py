"""Paper books sent in as sheets: each row's fate is told first, and what was promised is what happens."""

import io
from datetime import timedelta
from decimal import Decimal

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from procrastinate.contrib.django.models import ProcrastinateJob

from phoihop.base.security import scope, vaults
from phoihop.engines.forms.sheet_layout import columns
from phoihop.kernel.refusals import Refusal
from phoihop.programmes.ost.actions import dispensing, taking_over_sheets
from phoihop.programmes.ost.actions.taking_over_sheets import Fate, Line, form
from phoihop.programmes.ost.dosing import reaching
from phoihop.programmes.ost.models import Balance, Day, Dose, Lease, OrderRow, PhaseStep, Posting, TakingOver
from phoihop.programmes.ost.pages import taking_over_reading
from phoihop.programmes.ost.tests.making import TODAY, acting, opened, roster, stocked
from phoihop.registry.models import Client, Enrolment

SINCE = TODAY - timedelta(days=60)
FIRST = TODAY - timedelta(days=10)


def day(when) -> str:
    return f"{when:%d/%m/%Y}"


def row(code: str, **cells: str) -> tuple[str, ...]:
    """A row's texts in the order of the form's columns."""
    known = [each.code for each in columns(form(code))]
    assert set(cells) <= set(known), cells
    return tuple(cells.get(each, "") for each in known)


def person(number: str, name: str, **more: str) -> tuple[str, ...]:
    given = {
        "number": number,
        "name": name,
        "born": "02/04/1988",
        "sex": "Nam",
        "consented": day(SINCE),
        "since": day(SINCE),
        "drug": "Methadone",
        "mg": "60",
        "phase": "Duy trì",
        "start": day(FIRST),
        "end": day(FIRST + timedelta(days=29)),
        "doctor": "Vừ A Dế",
        "last_mg": "60",
        "last_day": day(TODAY - timedelta(days=1)),
    }
    return row("people", **given | more)


PEOPLE = [
    person("01", "Sùng A Páo"),
    person("02", "Vàng Thị Dợ", sex="nữ", born="1990", mg="80", last_mg="80"),
    person(
        "03", "Tẩn Láo Tả", drug="", mg="", phase="", start="", end="", doctor="", last_mg="", last_day=""
    ),
]


def numbered(*rows):
    return [Line(number, texts) for number, texts in enumerate(rows, 2)]


def sent(house, *rows, by=None) -> TakingOver:
    with acting(by or house.head):
        return taking_over_sheets.send(
            by=by or house.head,
            facility=house.a,
            site=house.a,
            kind="people",
            lines={"people": numbered(*rows)},
        )


def confirmed(house, taking):
    with acting(house.head):
        return taking_over_sheets.confirm(by=house.head, taking=taking)


def everything(house):
    with acting(house.doctor):
        found = [
            model._default_manager.filter(facility=house.a).count()
            for model in (Client, Enrolment, OrderRow, PhaseStep)
        ]
    with reaching.centre(None, house.a.pk):
        return [*found, Lease.objects.filter(facility=house.a).count()]


def said(taking, code="people"):
    return {
        line.number: (line.fate.value, {each.column for each in line.said})
        for line in taking_over_sheets.kept(taking)[code]
    }


def test_nothing_is_written_until_it_is_confirmed_and_then_what_was_promised(house):
    before = everything(house)
    taking = sent(house, *PEOPLE)
    assert (taking.state, taking.new, taking.known, taking.wrong) == ("checked", 3, 0, 0)
    assert everything(house) == before
    taken = confirmed(house, taking)
    assert (taken.state, taken.done, taken.file) == ("taken", 3, "")
    assert everything(house) == [3, 3, 2, 2, 3]
    with acting(house.doctor):
        orders = OrderRow.objects.filter(facility=house.a).order_by("mg")
        assert [(row.mg, row.signed_by_id) for row in orders] == [
            (Decimal(60), house.doctor.account),
            (Decimal(80), house.doctor.account),
        ]
        assert orders[0].text("note") == "Nhập từ hồ sơ giấy số 01."


def test_whoever_was_taken_over_gets_a_dose_the_same_day(house):
    confirmed(house, sent(house, *PEOPLE))
    stocked(house.storekeeper, house.a)
    opened(house.dispenser, house.a)
    with acting(house.doctor):
        order = OrderRow.objects.get(facility=house.a, mg=60)
        client = Client.objects.get(pk=order.client_id)
    line = roster(house.dispenser, client)
    given = dispensing.give_dose(by=house.dispenser, roster=line, said="1988")
    assert given.dose.mg == Decimal(60)


def test_the_same_sheet_again_changes_nothing(house):
    confirmed(house, sent(house, *PEOPLE))
    before = everything(house)
    again = sent(house, *PEOPLE)
    assert (again.new, again.known, again.wrong) == (0, 3, 0)
    with pytest.raises(Refusal) as refused:
        confirmed(house, again)
    assert refused.value.reason == "taking-nothing"
    assert everything(house) == before


@pytest.mark.parametrize(
    ("more", "column"),
    [
        ({"born": "31/02/1988"}, "born"),
        ({"name": ""}, "name"),
        ({"consented": ""}, "consented"),
        ({"consented": day(SINCE + timedelta(days=1))}, "consented"),
        ({"mg": ""}, "mg"),
        ({"mg": "sáu mươi"}, "mg"),
        ({"doctor": "Không Có Ai"}, "doctor"),
        ({"doctor": ""}, "doctor"),
        ({"drug": "Aspirin"}, "drug"),
        ({"last_mg": "", "last_day": ""}, "last_day"),
        ({"last_mg": "", "last_day": "", "with_book": "có"}, "mg"),  # 60 mg as the first dose of all
        ({"end": day(TODAY - timedelta(days=1))}, "end"),
        ({"last_day": ""}, "last_day"),
        ({"end": day(FIRST - timedelta(days=1))}, "end"),
        ({"start": day(SINCE - timedelta(days=1)), "with_book": "có"}, "start"),
        ({"since": day(TODAY + timedelta(days=1))}, "since"),
    ],
)
def test_a_wrong_cell_is_named_and_the_others_are_taken(house, more, column):
    taking = sent(house, PEOPLE[0], person("09", more.pop("name", "Lý A Wrong"), **more))
    assert said(taking) == {2: ("new", set()), 3: ("wrong", {column})}
    taken = confirmed(house, taking)
    assert (taken.state, taken.new, taken.wrong) == ("taken", 1, 1)
    assert everything(house)[0] == 1
    assert taken.file  # the wrong row can still be had


def test_one_number_twice_and_one_person_twice(house):
    taking = sent(
        house,
        person("01", "Sùng A Páo", identity="011088001234"),
        person("01", "Lý A Ba"),
        person("04", "Sùng A Páo", identity="011088001234"),
    )
    assert said(taking) == {2: ("new", set()), 3: ("wrong", {"number"}), 4: ("wrong", {"name"})}


def test_a_number_that_is_somebody_elses_by_now_is_refused(house):
    confirmed(house, sent(house, PEOPLE[0]))
    assert said(sent(house, person("01", "Lý A Ba"))) == {2: ("wrong", {"number"})}
    assert said(sent(house, person("01", "Sùng A Páo", mg="70"))) == {2: ("wrong", {"mg"})}


def test_what_changed_since_it_was_looked_at_is_left_out(house):
    one = sent(house, person("01", "Sùng A Páo", identity="011088001234"))
    other = sent(
        house,
        person("77", "Sùng A Páo", identity="011088001234"),
        person("78", "Lò Văn Bảy", born="1979"),
    )
    confirmed(house, one)
    taken = confirmed(house, other)
    assert (taken.new, taken.wrong) == (1, 1)
    assert said(taken) == {2: ("wrong", {"name"}), 3: ("new", set())}
    assert everything(house)[0] == 2


def test_another_house_sees_and_takes_nothing_of_it(house):
    taking = sent(house, *PEOPLE)
    with acting(house.head_b):
        assert not TakingOver.objects.filter(pk=taking.pk).exists()
        with pytest.raises(Refusal) as refused:
            taking_over_sheets.confirm(by=house.head_b, taking=taking)
    assert refused.value.reason == "not-found"


def test_dropped_is_forgotten(house, django_capture_on_commit_callbacks):
    taking = sent(house, *PEOPLE)
    file = taking.file
    with django_capture_on_commit_callbacks(execute=True), acting(house.head):
        taking_over_sheets.drop(by=house.head, taking=taking)
    with pytest.raises(Refusal):
        b"".join(vaults.vault().open(file))


# The books of store and dispensing.


def delivered():
    both = {"medicine": "methadone-10", "batch": "S1", "expiry": day(TODAY + timedelta(days=400))}
    came = day(FIRST - timedelta(days=3))
    return [
        row(
            "deliveries", day=came, paper="GN-1", kind="in", quantity="1.000", trader="Công ty Dược Một",
            copies="5", signers="Lường Văn Inh; Tòng Văn Hịa", **both,
        ),
        row("deliveries", day=came, paper="X-1", kind="cabinet", quantity="500", **both),
    ]  # fmt: skip


def book_of(days, *doses):
    evenings = [
        row(
            "evenings", day=day(FIRST + timedelta(days=n)), batch="S1", found=found,
            opened_by="Giàng Thị Súa", given_by="Giàng Thị Súa", counted_by="Quàng Thị Ón",
        )
        for n, found in enumerate(days)
    ]  # fmt: skip
    return {"book": numbered(*doses), "evenings": numbered(*evenings)}


def send_book(house, kind, lines):
    with acting(house.head):
        return taking_over_sheets.send(by=house.head, facility=house.a, site=house.a, kind=kind, lines=lines)


def taken(number, until=2, **more):
    given = {
        "number": number,
        "first": day(FIRST),
        "until": day(FIRST + timedelta(days=until)),
        "mg": "60",
        "batch": "S1",
    }
    return row("book", **given | more)


@pytest.fixture
def begun(house):
    running = [
        person("01", "Sùng A Páo", with_book="có"),
        person("02", "Vàng Thị Dợ", mg="80", with_book="có"),
    ]
    confirmed(house, sent(house, *running))
    stock = send_book(house, "stock", {"deliveries": numbered(*delivered())})
    assert (stock.new, stock.wrong, stock.why) == (2, 0, "")
    confirmed(house, stock)
    return house


def test_a_store_and_a_dispensing_book(begun):
    doses = taken("01"), taken("02", mg="80", not_taken=day(FIRST + timedelta(days=1)))
    lines = book_of(["486", "480", "466"], *doses)
    taking = send_book(begun, "book", lines)
    assert (taking.new, taking.wrong, taking.why) == (5, 0, "")
    with reaching.centre(None, begun.a.pk):
        assert not Dose.objects.exists()
    assert confirmed(begun, taking).state == "taken"
    with reaching.centre(None, begun.a.pk):
        assert Dose.objects.count() == 5
        assert Day.objects.filter(facility=begun.a).exclude(closed_at=None).count() == 3
        held = Balance.objects.get(facility=begun.a, kind="daily-cabinet")
        assert held.quantity == Decimal(466)
        assert sum(Posting.objects.filter(target="client").values_list("quantity", flat=True)) == 34
    again = send_book(begun, "book", lines)
    assert (again.new, again.known, again.wrong, again.why) == (0, 5, 0, "")


def test_the_store_told_twice_changes_nothing(begun):
    again = send_book(begun, "stock", {"deliveries": numbered(*delivered())})
    assert (again.new, again.known, again.wrong, again.why) == (0, 2, 0, "")


def test_a_book_that_cannot_be_true_says_where_and_takes_nothing(begun):
    lines = book_of(["486"], taken("01", mg="70", until=0), taken("99", until=0))
    taking = send_book(begun, "book", lines)
    assert said(taking, "book")[3] == ("wrong", {"number"})
    assert taking.wrong == 1
    alone = send_book(begun, "book", book_of(["494"], taken("01", mg="70", until=0)))
    assert said(alone, "book") == {2: ("wrong", {"mg"})}
    with pytest.raises(Refusal) as refused:
        confirmed(begun, alone)
    assert refused.value.reason == "taking-wrong"


def test_a_count_that_differs_without_minutes_stands_against_the_whole_book(begun):
    taking = send_book(begun, "book", book_of(["490"], taken("01", until=0)))
    assert taking.wrong == 0
    assert "biên bản" in taking.why
    with pytest.raises(Refusal):
        confirmed(begun, taking)


# What is sent: workbook, csv, pasted cells.


@pytest.fixture
def head(house, browse):
    return browse(house.head)


def address(house, name, *more):
    return reverse(f"ost-taking{name}", args=[house.a.pk, *more])


def pasted(*rows, headings=True):
    titles = [each.title.vi for each in columns(form("people"))]
    return "\n".join("\t".join(each) for each in ([titles] if headings else []) + list(rows))


def test_template_filled_in_comes_back_as_it_was_written(house, head):
    answer = head.get(address(house, "-template", "people"))
    book = openpyxl.load_workbook(io.BytesIO(answer.content))
    page = book.worksheets[0]
    for n, texts in enumerate(PEOPLE, 3):
        for m, text in enumerate(texts, 1):
            page.cell(n, m, text)
    target = io.BytesIO()
    book.save(target)
    file = SimpleUploadedFile("so.xlsx", target.getvalue())
    found = taking_over_reading.lines(form("people"), file, "")
    assert [line.texts for line in found] == PEOPLE
    assert [line.number for line in found] == [3, 4, 5]


@pytest.mark.parametrize("headings", [True, False])
@pytest.mark.parametrize("ends", ["\t", ";"])
def test_pasted_or_csv_by_headings_or_by_order(headings, ends):
    text = pasted(*PEOPLE, headings=headings)
    if ends == ";":
        file = SimpleUploadedFile("so.csv", text.replace("\t", ";").encode("utf-8-sig"))
        found = taking_over_reading.lines(form("people"), file, "")
    else:
        found = taking_over_reading.lines(form("people"), None, text)
    assert [line.texts for line in found] == PEOPLE


def test_headings_in_another_order_and_with_units():
    text = "Liều (mg)\tHọ và tên (bắt buộc)\tSố hồ sơ giấy\tCột lạ\n60\tSùng A Páo\t01\tx"
    (found,) = taking_over_reading.lines(form("people"), None, text)
    assert found.texts == row("people", mg="60", name="Sùng A Páo", number="01")


@pytest.mark.parametrize("name", ["so.xlsx", "so.csv", "so.exe"])
def test_what_is_no_sheet_is_refused_in_words(house, head, name):
    answer = head.post(
        address(house, "-send", "nguoi"), {"file_people": SimpleUploadedFile(name, b"\x00\x01MZ" * 9)}
    )
    assert answer.status_code == 422
    assert 'id="fault-people"' in answer.content.decode()


def test_the_whole_way_on_pages(house, head):
    assert f'href="{address(house, "")}"' in head.get(f"/dt/co-so/{house.a.pk}/").content.decode()
    assert head.get("/dt/nhap-so/")["Location"] == address(house, "")
    assert head.get(address(house, "")).status_code == 200
    assert head.get(address(house, "-send", "nguoi")).status_code == 200
    empty = head.post(address(house, "-send", "nguoi"), {"paste_people": ""})
    assert empty.status_code == 422
    wrong = person("05", "Lò Văn Năm", mg="chín", born="1979")
    made = head.post(address(house, "-send", "nguoi"), {"paste_people": pasted(*PEOPLE, wrong)})
    assert made.status_code == 302
    page = head.get(made["Location"]).content.decode()
    assert "<code>O5</code>" in page
    assert "“chín”" in page
    assert "Nhận 3 dòng" in page
    assert head.get(f"{made['Location']}?show=new").status_code == 200
    told = head.get(f"{made['Location']}tien-do/").json()
    assert (told["moves"], told["rows"]) == (False, 4)
    marked = head.get(f"{made['Location']}dong-sai/people/")
    sheet = openpyxl.load_workbook(io.BytesIO(marked.content)).worksheets[0]
    rows = list(sheet.iter_rows(min_row=3, values_only=True))
    assert len(rows) == 1
    assert rows[0][1] == "Lò Văn Năm"
    assert rows[0][-1].startswith("Liều: ")
    assert head.post(f"{made['Location']}nhan/").status_code == 302
    after = head.get(made["Location"]).content.decode()
    assert "đã nhận" in after
    assert everything(house)[0] == 3
    assert head.post(f"{made['Location']}bo/")["Location"] == address(house, "")


def test_a_marked_sheet_that_was_put_right_is_taken(house, head):
    wrong = person("05", "Lò Văn Năm", mg="chín", born="1979")
    made = head.post(address(house, "-send", "nguoi"), {"paste_people": pasted(wrong)})
    marked = head.get(f"{made['Location']}dong-sai/people/")
    book = openpyxl.load_workbook(io.BytesIO(marked.content))
    mg = [each.code for each in columns(form("people"))].index("mg") + 1
    book.worksheets[0].cell(3, mg, "60")
    target = io.BytesIO()
    book.save(target)
    (found,) = taking_over_reading.lines(form("people"), SimpleUploadedFile("a.xlsx", target.getvalue()), "")
    assert said(sent(house, found.texts)) == {2: ("new", set())}


def test_only_the_head_and_the_doctor_come_in(house, browse):
    for viewer, status in (
        (house.nurse, 404),
        (house.dispenser, 404),
        (house.storekeeper, 404),
        (house.head, 200),
    ):
        assert browse(viewer).get(address(house, "-send", "nguoi")).status_code == status, viewer.name


def test_nothing_of_a_person_is_in_the_table(house):
    taking = sent(house, *PEOPLE)
    with scope.acting(scope.Scope("job")):
        kept = TakingOver.objects.filter(pk=taking.pk).values().get()
    assert not any("Páo" in str(value) for value in kept.values())
    assert Fate.NEW.value not in str(kept["file"])


def test_a_worker_is_called_once_it_is_kept(house, monkeypatch, django_capture_on_commit_callbacks):
    monkeypatch.setattr(taking_over_sheets, "AT_ONCE", 2)
    with django_capture_on_commit_callbacks(execute=True):
        taking = sent(house, *PEOPLE)
    waiting = ProcrastinateJob.objects.filter(task_name="ost.take_over", status="todo")
    assert [job.args for job in waiting] == [{"taking": taking.pk}]
