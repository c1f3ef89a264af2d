"""The evening count in a browser: 5 ml are missing, two people sign, and only then the next day opens."""

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from tests.journeys.conftest import Visit
from tests.journeys.looks import LOOKS, enter, walk
from tests.support.house import House

MAKE = "from tests.journeys import counted; answer = counted.make()"
BOOKED = """
from phoihop.programmes.ost.dosing import reaching
from phoihop.programmes.ost.models import Balance, CountRow, Day, Posting
with reaching.centre(None):
    answer = {
        "cabinet": str(Balance.objects.get(kind="daily-cabinet", facility=%d).quantity),
        "loss": [str(q) for q in Posting.objects.filter(target="loss").values_list("quantity", flat=True)],
        "counts": [[str(r.found), str(r.book)] for r in CountRow.objects.order_by("attempt")],
        "open": Day.objects.filter(closed_at=None).count(),
    }
"""


def counted(page: Page, quantity: str) -> None:
    page.get_by_label("L01").fill(quantity)
    page.get_by_role("button", name="Ghi số đã đếm").click()


def test_five_ml_are_missing_and_two_people_sign(visit: Visit, running: House, made, screens) -> None:
    people, a = made["people"], made["a"]
    hand = enter(visit, running, people["dispenser"], f"/dt/cap-phat/{a}/")
    expect(hand.locator("main")).to_contain_text("chưa kiểm kê")

    keeper = enter(visit, running, people["storekeeper"], f"/dt/kho/{a}/")
    keeper.get_by_role("link", name="Kiểm kê", exact=True).click()
    sheet = keeper.locator("main")
    expect(sheet).to_contain_text("L01")
    assert "850" not in sheet.inner_text(), "who counts is not told the book"
    keeper.screenshot(path=screens / "counting-blind.png", full_page=True)
    counted(keeper, "845")
    expect(sheet).to_contain_text("đếm lại")
    assert "850" not in sheet.inner_text()
    keeper.screenshot(path=screens / "counting-again.png", full_page=True)
    counted(keeper, "845")
    expect(sheet).to_contain_text("850 ml")
    expect(sheet).to_contain_text("Hao hụt")
    keeper.screenshot(path=screens / "counting-difference.png", full_page=True)
    keeper.get_by_label("Nguyên nhân").fill("Vỡ ống đong khi rót")
    keeper.get_by_role("button", name="Lập biên bản và ký").click()
    expect(keeper.locator("main")).to_contain_text("đã có 1 trên 2 chữ ký")
    expect(keeper.get_by_role("button", name="Ký biên bản")).to_have_count(0)
    assert running.do(BOOKED % a)["open"] == 1, "one signature closes nothing"
    hand.reload()
    expect(hand.locator("main")).to_contain_text("chưa kiểm kê")

    head = enter(visit, running, people["head"], f"/dt/kho/{a}/")
    head.get_by_role("link", name="Biên bản kiểm kê chênh lệch").click()
    head.screenshot(path=screens / "counting-sign.png", full_page=True)
    head.get_by_role("button", name="Ký biên bản").click()
    expect(head.get_by_role("button", name="Ký biên bản")).to_have_count(0)
    expect(head.locator("main")).not_to_contain_text("Chờ ký")
    found = running.do(BOOKED % a)
    assert found == {
        "cabinet": "845.00",
        "loss": ["5.00"],
        "counts": [["845.00", "850.00"], ["845.00", "850.00"]],
        "open": 0,
    }
    hand.reload()
    hand.get_by_role("button", name="Mở ngày cấp phát").click()
    expect(hand.get_by_role("button", name="Mở ngày cấp phát")).to_have_count(0)
    assert running.do(BOOKED % a)["open"] == 1
    hand.screenshot(path=screens / "counting-opened.png", full_page=True)


@pytest.mark.long
@pytest.mark.parametrize("look", LOOKS, ids=lambda look: "-".join(map(str, look)))
def test_the_pages_of_the_stock_in_every_look(visit: Visit, running: House, made, screens, look) -> None:
    people, a, p = made["people"], made["a"], made["p"]
    keeper, head, officer = people["storekeeper"], people["head"], people["officer"]
    pages = [
        ("store", keeper, f"/dt/kho/{a}/"),
        ("receive", keeper, f"/dt/kho/{a}/nhap/"),
        ("move", keeper, f"/dt/kho/{a}/chuyen/"),
        ("send", keeper, f"/dt/kho/{a}/giao/"),
        ("spill", people["dispenser"], f"/dt/kho/{a}/do-vo/"),
        ("count-store", keeper, f"/dt/kho/{a}/kiem-ke/kho/"),
        ("book", keeper, f"/dt/kho/{a}/so/"),
        ("minutes", head, f"/dt/kho/bien-ban/{made['spilt']}/"),
        ("minutes-paper", head, f"/dt/kho/bien-ban/{made['spilt']}/in/"),
        ("reports", keeper, f"/dt/kho/{a}/bao-cao/"),
        ("report", people["storekeeper_p"], f"/dt/kho/{p}/bao-cao/{_month()}/"),
        ("report-paper", people["storekeeper_p"], f"/dt/kho/{p}/bao-cao/{_month()}/in/"),
        ("point", people["storekeeper_p"], f"/dt/kho/{p}/"),
        ("head", head, f"/dt/co-so/{a}/"),
        ("checklist", head, f"/dt/co-so/{a}/giam-sat/{a}/"),
        ("province", officer, "/dt/tinh/"),
    ]
    assert walk(visit, running, pages, look, screens / "stock") == []


def _month() -> str:
    return f"{timezone.localdate():%Y-%m}"
