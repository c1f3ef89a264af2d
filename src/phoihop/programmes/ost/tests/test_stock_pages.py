"""The pages of the stock as a browser gets them: forms, minutes, the sheet of a count, the book, reports."""

import io
import re
from datetime import timedelta
from decimal import Decimal

import docx
import openpyxl
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from phoihop.base.org.tests import making as base
from phoihop.programmes.ost.actions import dispensing, stocking
from phoihop.programmes.ost.dosing import ledger, reaching
from phoihop.programmes.ost.models import Balance, Day, LotRow, Minutes, Posting
from phoihop.programmes.ost.queries import holding, reports, values
from phoihop.programmes.ost.rules.amounts import SOLUTION
from phoihop.programmes.ost.rules.stock import Kind
from phoihop.programmes.ost.tests.making import (
    TODAY,
    admitted,
    opened,
    ordered,
    roster,
    stocked,
)
from phoihop.programmes.ost.tests.rulebooks import decimals


@pytest.fixture
def keeper(house, browse):
    return browse(house.storekeeper)


def body(answer) -> str:
    return answer.content.decode()


def day(ahead=0) -> str:
    return f"{TODAY + timedelta(days=ahead):%d/%m/%Y}"


def delivery(**more):
    return {
        "medicine": "methadone-10",
        "batch": "L01",
        "expiry": day(400),
        "quantity": "5",
        "unit": "bottles",
        "trader": "Công ty Dược Một",
        "day": day(),
        "copies": "3",
    } | more


def held(facility, kind):
    with reaching.centre(None, facility.pk):
        rows = Balance.objects.filter(facility=facility, kind=kind.value)
        return sum(rows.values_list("quantity", flat=True))


def test_a_delivery_by_the_form_and_its_minutes_in_three_copies(keeper, house):
    at = f"/dt/kho/{house.a.pk}/"
    assert keeper.get("/dt/kho/").headers["Location"] == at
    wrong = keeper.post(f"{at}nhap/", delivery(copies="2", quantity="năm"))
    assert wrong.status_code == 422
    assert "Hãy ghi một số" in body(wrong)
    assert keeper.post(f"{at}nhap/", delivery(copies="2")).status_code == 422
    done = keeper.post(f"{at}nhap/", delivery())
    assert done.status_code == 302, body(done)
    minutes = done.headers["Location"]
    assert re.fullmatch(r"/dt/kho/bien-ban/[0-9a-f-]{36}/", minutes)
    assert "Công ty Dược Một" in body(keeper.get(minutes))
    assert "5.000" in body(keeper.get(at))
    assert "Lập thành 3 bản" in body(keeper.get(f"{minutes}in/"))
    word = keeper.get(f"{minutes}van-ban/")
    name = word.headers["Content-Disposition"]
    assert not re.search("methadon|hiv|bupre", name.casefold())
    told = "\n".join(each.text for each in docx.Document(io.BytesIO(word.content)).paragraphs)
    assert [f"Bản {n} trên 3" in told for n in (1, 2, 3)] == [True, True, True]


def test_moving_sending_and_receiving_by_forms(keeper, house, browse):
    at, there = f"/dt/kho/{house.a.pk}/", f"/dt/kho/{house.p.pk}/"
    keeper.post(f"{at}nhap/", delivery())
    with reaching.centre(None, house.a.pk):
        lot = LotRow.objects.get()
    assert keeper.post(f"{at}chuyen/", {"what": f"store:{lot.pk}", "quantity": "1.000,5"}).status_code == 302
    short = keeper.post(f"{at}chuyen/", {"what": f"store:{lot.pk}", "quantity": "9.000"})
    assert short.status_code == 422
    sent = {"what": f"store:{lot.pk}", "quantity": "300", "to": str(house.p.pk)}
    assert keeper.post(f"{at}giao/", sent).status_code == 302
    assert "Điểm P" in body(keeper.get(at))
    other = browse(house.storekeeper_p)
    waiting = re.search(r"/dt/kho/nhan/[0-9a-f-]{36}/", body(other.get(there)))
    assert waiting
    assert keeper.get(waiting[0]).status_code == 404, "it is received where it goes"
    assert other.post(waiting[0], {"counted": "295", "cause": ""}).status_code == 422
    done = other.post(waiting[0], {"counted": "295", "cause": "Đổ dọc đường"})
    assert done.status_code == 302
    paper = done.headers["Location"]
    assert other.post(f"{paper}ky/").status_code == 409
    assert browse(house.head_p).post(f"{paper}ky/").status_code == 302
    assert (held(house.p, Kind.POINT), held(house.a, Kind.DAILY)) == (Decimal(295), Decimal("1000.5"))
    book = body(other.get(f"{there}so/"))
    assert "hao hụt" in book
    assert "Cơ sở A" in book


def test_the_evening_count_by_the_sheet(house, browse, keeper):
    row = stocked(house.storekeeper, house.a)
    opened(house.dispenser, house.a)
    sheet = f"/dt/kho/{house.a.pk}/kiem-ke/tu/"
    shown = body(keeper.get(sheet))
    assert "1.000" not in shown
    assert "1000" not in shown
    assert browse(house.dispenser).get(sheet).status_code == 404
    short = keeper.post(sheet, {"row-0": str(row.pk), "lot-0": ""})
    assert short.status_code == 422
    assert keeper.post(sheet, {"row-0": str(row.pk), "lot-0": "995"}).status_code == 302
    again = body(keeper.get(sheet))
    assert "đếm lại" in again
    assert "1.000" not in again
    assert keeper.post(sheet, {"row-0": str(row.pk), "lot-0": "995"}).status_code == 302
    shown = body(keeper.get(sheet))
    assert "1.000" in shown
    assert keeper.post(f"{sheet}bien-ban/", {"cause": ""}).status_code == 422
    done = keeper.post(f"{sheet}bien-ban/", {"cause": "Vỡ ống đong"})
    paper = done.headers["Location"]
    assert "chờ" in body(keeper.get(sheet)).casefold()
    # A second dispenser who saw it signs; who wrote it cannot.
    assert keeper.post(f"{paper}ky/").status_code == 409
    assert browse(house.dispenser).post(f"{paper}ky/").status_code == 302
    with reaching.centre(None, house.a.pk):
        assert Day.objects.get().closed_at is not None
    assert held(house.a, Kind.DAILY) == 995


def test_a_dispenser_writes_a_spill_down_and_sees_no_store(house, browse):
    row = stocked(house.storekeeper, house.a)
    hand = browse(house.dispenser)
    assert hand.get(f"/dt/kho/{house.a.pk}/").status_code == 404
    form = f"/dt/kho/{house.a.pk}/do-vo/"
    assert form in body(hand.get(f"/dt/cap-phat/{house.a.pk}/"))
    assert form not in body(browse(house.nurse).get(f"/dt/cap-phat/{house.a.pk}/"))
    assert "L01" in body(hand.get(form))
    sent = {"what": f"daily-cabinet:{row.pk}", "quantity": "2,5", "cause": "Đổ khi rót"}
    done = hand.post(form, sent)
    assert hand.get(done.headers["Location"]).status_code == 200
    with reaching.centre(None, house.a.pk):
        assert Minutes.objects.get(kind="spill").state == "open"


def test_the_book_tells_of_no_dose_by_itself(house, browse, keeper):
    client = admitted(house.doctor, house.a)
    ordered(house.doctor, client)
    stocked(house.storekeeper, house.a)
    opened(house.dispenser, house.a)
    dispensing.give_dose(by=house.dispenser, roster=roster(house.dispenser, client), presentation=SOLUTION)
    shown = body(keeper.get(f"/dt/kho/{house.a.pk}/so/"))
    assert "Đã cấp cho người bệnh" in shown
    assert client.code not in shown
    with reaching.centre(None, house.a.pk):
        dose, move = Posting.objects.get(target="client"), Posting.objects.get(target="daily-cabinet")
    page = body(keeper.get(f"/dt/kho/but-toan/{dose.pk}/"))
    assert dose.key not in page
    assert move.key in body(keeper.get(f"/dt/kho/but-toan/{move.pk}/"))
    assert browse(house.storekeeper_p).get(f"/dt/kho/but-toan/{move.pk}/").status_code == 404


def statements(browser, path):
    """The fewest of two visits: a session or a viewer read anew in between is no row of the page."""
    seen = []
    for _ in range(2):
        with CaptureQueriesContext(connection) as caught:
            assert browser.get(path).status_code == 200
        seen.append(len(caught))
    return min(seen)


def test_no_page_costs_more_for_more_rows(house, keeper):
    at = f"/dt/kho/{house.a.pk}/"
    pages = (at, f"{at}so/", f"{at}kiem-ke/tu/", f"{at}chuyen/", f"{at}bao-cao/")

    def some(numbers):
        for n in numbers:
            row = stocked(house.storekeeper, house.a, 10, f"L{n}")
            given = {"by": house.storekeeper, "facility": house.a, "lot": row, "quantity": Decimal(1)}
            stocking.spill(**given, source=Kind.DAILY, cause="Đổ")
            stocking.move(**given, back=True)
            stocking.send(**given, to=house.p)

    some(range(1))
    for path in pages:
        keeper.get(path)
    few = [statements(keeper, path) for path in pages]
    some(range(1, 10))
    assert [statements(keeper, path) for path in pages] == few


def test_a_report_is_frozen_when_sent_and_shows_what_changed(house, browse):
    stocked(house.storekeeper_p, house.p, 500)
    keeper = browse(house.storekeeper_p)
    at = f"/dt/kho/{house.p.pk}/bao-cao/"
    month = f"{TODAY:%Y-%m}"
    assert f"{at}{month}/" in body(keeper.get(at))
    assert keeper.get(f"{at}{TODAY.year}-Q1/").status_code == 404
    assert keeper.post(f"{at}{month}/gui/", {"expected_0": "2"}).status_code == 302
    again = keeper.post(f"{at}{month}/gui/", {"expected_0": "2"})
    assert again.status_code == 422
    shown = body(keeper.get(f"{at}{month}/"))
    assert "theo sổ:" not in shown
    with reaching.centre(None, house.p.pk):
        lot = LotRow.objects.get()
    stocking.send(by=house.storekeeper_p, facility=house.p, to=house.a, lot=lot, quantity=Decimal(100))
    shown = body(keeper.get(f"{at}{month}/"))
    assert "theo sổ:" in shown
    assert "Sổ đã thay đổi sau khi gửi" in shown
    book = openpyxl.load_workbook(io.BytesIO(keeper.get(f"{at}{month}/bang/").content)).worksheets[0]
    heads, cells = list(book.values)
    assert heads[2:9] == (
        "Tồn đầu kỳ",
        "Nhập trong kỳ",
        "Tổng số",
        "Xuất trong kỳ",
        "Hao hụt",
        "Dư thừa",
        "Tồn cuối kỳ",
    )
    assert cells[2:9] == (0, 500, 500, 0, 0, 0, 500), "as it was sent"
    assert keeper.get(f"{at}{month}/van-ban/").status_code == 200
    assert "Tồn cuối kỳ" in body(keeper.get(f"{at}{month}/in/"))
    assert keeper.post(f"{at}{month}/gui/", {"expected_0": "2"}).status_code == 302
    assert "theo sổ:" not in body(keeper.get(f"{at}{month}/"))


def test_a_quarter_that_goes_on_is_not_reported(house, keeper):
    stocked(house.storekeeper, house.a, 500)
    now = f"{TODAY.year}-Q{(TODAY.month - 1) // 3 + 1}"
    answer = keeper.post(f"/dt/kho/{house.a.pk}/bao-cao/{now}/gui/", {"expected_0": "0"})
    assert answer.status_code == 422
    assert "chưa kết thúc" in body(answer)


def test_nobody_is_told_what_the_cabinet_holds_before_it_is_counted(house, browse, keeper):
    row = stocked(house.storekeeper, house.a, 777)
    keeper.post(f"/dt/kho/{house.a.pk}/nhap/", delivery(batch="L09"))
    at = f"/dt/kho/{house.a.pk}/"
    pages = (at, f"{at}chuyen/", f"{at}do-vo/", f"{at}kiem-ke/tu/")
    assert ["777" in body(keeper.get(path)) for path in pages] == [True, True, True, False]
    opened(house.dispenser, house.a)
    assert ["777" in body(keeper.get(path)) for path in pages] == [False] * 4
    assert "5.000" in body(keeper.get(at)), "the store is not the cabinet"
    keeper.post(f"{at}kiem-ke/tu/", {"row-0": str(row.pk), "lot-0": "777"})
    assert "777" in body(keeper.get(at))


def test_who_gave_doses_is_told_so_before_counting(house, browse):
    client = admitted(house.doctor, house.a)
    ordered(house.doctor, client)
    stocked(house.storekeeper, house.a)
    opened(house.dispenser, house.a)
    account = base.account("Hạng Thị Mảy")
    for role in ("ost-dispenser", "ost-head"):
        base.position(account, role, house.a)
    both = base.viewer(account)
    dispensing.give_dose(by=both, roster=roster(both, client), presentation=SOLUTION)
    page = body(browse(both).get(f"/dt/kho/{house.a.pk}/kiem-ke/tu/"))
    assert "Người khác phải đếm" in page
    assert "lot-0" not in page


def test_a_label_that_looks_wrong_asks_to_be_looked_at_again(house, keeper):
    at = f"/dt/kho/{house.a.pk}/nhap/"
    far = delivery(expiry=day(1000))
    assert 'type="checkbox"' not in body(keeper.get(at))
    again = keeper.post(at, far)
    assert again.status_code == 422
    assert 'type="checkbox"' in body(again)
    assert keeper.post(at, far | {"looked": "on"}).status_code == 302


def test_a_recalled_batch_goes_back_to_the_trader_with_two_signatures(house, browse, keeper):
    keeper.post(f"/dt/kho/{house.a.pk}/nhap/", delivery())
    with reaching.centre(None, house.a.pk):
        lot = LotRow.objects.get(batch="L01")
    address = f"/dt/kho/{house.a.pk}/tra-lai/"
    assert "Trả lại nhà cung cấp" in body(keeper.get(f"/dt/kho/{house.a.pk}/"))
    form = {
        "what": f"store:{lot.pk}",
        "quantity": "1.500",
        "trader": "Công ty Dược Một",
        "cause": "Lô bị thu hồi theo công văn",
    }
    for more in ({"trader": ""}, {"cause": ""}, {"quantity": "5.001"}, {"quantity": "0"}):
        assert keeper.post(address, form | more).status_code == 422, more
    made = keeper.post(address, form)
    assert made.status_code == 302
    shown = body(keeper.get(made["Location"]))
    assert "Biên bản trả lại nhà cung cấp" in shown
    assert "Đơn vị nhận lại" in shown
    assert held(house.a, Kind.STORE) == 5000
    with reaching.centre(None, house.a.pk):
        assert holding.on_hand(house.a.pk, Kind.STORE)[ledger.lot_of(lot)][1] == 3500
    assert browse(house.head).post(f"{made['Location']}ky/").status_code == 302
    assert held(house.a, Kind.STORE) == 3500
    with reaching.centre(None, house.a.pk):
        out = Posting.objects.get(target=Kind.TRADER.value)
        assert out.quantity == 1500
        assert (out.source, out.minutes.partner) == ("store", "Công ty Dược Một")
        assert held(house.a, Kind.TRADER) == -3500
        period = reports.period_at(TODAY, house.a)
        (row,) = reports.figures(house.a, period, {}, values.book())
    assert (row.incoming, row.out, row.loss, row.closing) == decimals(5000, 1500, 0, 3500)
    assert "Công ty Dược Một" in body(keeper.get(f"{made['Location']}in/"))


def test_a_point_gives_back_to_its_facility_alone(house, browse):
    point = browse(house.storekeeper_p)
    assert "Trả lại nhà cung cấp" not in body(point.get(f"/dt/kho/{house.p.pk}/"))
    assert point.get(f"/dt/kho/{house.p.pk}/tra-lai/").status_code == 409
