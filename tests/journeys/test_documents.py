"""Documents as a planning officer handles them: sent in, checked by keyboard, confirmed, found again."""

import re
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from phoihop.coordination.documents.tests.example import TEXT
from tests.journeys.conftest import Visit
from tests.journeys.looks import LOOKS, enter, faults, walk
from tests.journeys.making import as_docx, as_pdf, drop
from tests.support.house import House

MAKE = "from tests.journeys.documented import everything; answer = everything()"
SEND = "from tests.journeys.documented import send; answer = send({data!r}, {name!r}, {who!r})"
RULE = "from tests.journeys.documented import reject_as; reject_as({who!r}, {uid!r}, {kind!r}, {order!r})"
READ = """
from phoihop.coordination.documents import work
from phoihop.coordination.documents.models import Upload
with scope.acting(Scope("job")):
    waiting = list(Upload.objects.filter(state="waiting").values_list("pk", flat=True))
for number in waiting:
    work.run(number)
answer = len(waiting)
"""
STATE = """
from phoihop.coordination.documents.models import Document, Item
with scope.acting(Scope("job")):
    rows = Item.objects.filter(document__uid={uid!r}).order_by("kind", "order")
    items = [[r.kind, r.order, r.ruling, r.value, r.start, r.end] for r in rows]
    answer = {{"stage": Document.objects.get(uid={uid!r}).stage, "items": items}}
"""
SECOND = "canbo2"


@pytest.fixture(scope="module")
def made(running: House) -> dict[str, str]:
    return running.do(MAKE)


def fresh(running: House, number: str) -> str:
    """A document of its own to check."""
    text = TEXT.replace("47/KH-UBND", f"{number}/KH-UBND")
    return running.do(SEND.format(data=text.encode(), name=f"{number}.txt", who="canbo"))


def state(running: House, uid: str) -> dict[str, Any]:
    return running.do(STATE.format(uid=uid))


def rulings(running: House, uid: str) -> dict[str, str]:
    return {f"{kind}{order}": ruling for kind, order, ruling, *_ in state(running, uid)["items"]}


def saved(page: Page) -> None:
    expect(page.locator("#saved")).to_contain_text(re.compile("Đã ghi lúc"))


def selected(page: Page) -> str:
    return page.locator(".card.selected").get_attribute("data-i") or ""


def pages(made: dict[str, str]) -> list[tuple[str, str]]:
    """A name for the picture, and the path."""
    return [
        ("sending", "/van-ban/gui/"),
        ("register", "/van-ban/"),
        ("register-none", "/van-ban/?q=khong+co+gi"),
        ("missing", "/van-ban/con-thieu/"),
        ("document", f"/van-ban/{made['plan']}/"),
        ("basis", f"/van-ban/{made['basis']}/"),
        ("text", f"/van-ban/{made['plan']}/toan-van/"),
        ("history", f"/van-ban/{made['plan']}/lich-su/"),
        ("review", f"/van-ban/{made['review']}/doi-chieu/"),
        ("confirm", f"/van-ban/{made['review']}/xac-nhan/"),
        ("rest", f"/van-ban/{made['review']}/doi-chieu/nhan-het/"),
        ("add", f"/van-ban/{made['review']}/doi-chieu/them/"),
        ("withdraw", f"/van-ban/{made['review']}/rut/"),
    ]


@pytest.mark.long
@pytest.mark.parametrize(("width", "theme", "language"), LOOKS)
def test_every_page_is_accessible_and_fits(
    visit: Visit, running: House, made: dict[str, str], screens: Path, width: int, theme: str, language: str
) -> None:
    shown = [(name, "canbo", path) for name, path in pages(made)]
    look = (width, theme, language)
    assert walk(visit, running, shown, look, screens / "documents", _edited) == []


def _edited(name: str, page: Page) -> list[Any]:
    """The review while something is edited, and its help."""
    if name != "review":
        return []
    for key in ("j", "2", "j", "e"):
        page.keyboard.press(key)
    wrong: list[Any] = [("editing", *fault) for fault in faults(page)]
    page.keyboard.press("Escape")
    page.keyboard.press("?")
    wrong += [("help", *fault) for fault in faults(page)]
    page.keyboard.press("Escape")
    page.keyboard.press("0")
    return wrong


def test_files_are_dropped_read_and_lead_to_their_review(visit: Visit, running: House, made) -> None:
    page = enter(visit, running, "canbo", "/van-ban/gui/")
    text = TEXT.replace("47/KH-UBND", "61/KH-UBND")
    visit.complaints.clear()
    drop(page, ("ke-hoach.docx", as_docx(text)), ("rong.docx", b""), ("ban-in.pdf", as_pdf(text)))
    expect(page.locator("#sent .is-waiting")).to_have_count(2)
    refused = page.locator("#on-the-way .is-refused")
    expect(refused).to_have_count(1)
    expect(refused).to_contain_text("rong.docx")
    visit.complaints.clear()  # the browser notes the 409
    refused.get_by_role("button", name="Bỏ").click()
    page.reload()  # nothing hangs on this page
    assert running.do(READ) == 2
    expect(page.locator("#sent .is-read .sent-name", has_text="ke-hoach.docx")).to_be_visible()
    expect(page.locator("#sent .is-read .sent-name", has_text="ban-in.pdf")).to_be_visible()
    row = page.locator("#sent .sent-row", has_text="ke-hoach.docx")
    expect(row).to_contain_text("61/KH-UBND")
    row.get_by_role("link", name="Kiểm").click()
    expect(page.locator("h1")).to_contain_text("61/KH-UBND")


def test_a_file_is_stopped_and_the_same_file_is_not_taken_twice(visit: Visit, running: House, made) -> None:
    page = enter(visit, running, "canbo", "/van-ban/gui/")
    drop(page, ("dung.docx", as_docx("Kế hoạch số 62/KH-UBND")))
    row = page.locator("#sent .sent-row", has_text="dung.docx")
    row.get_by_role("button", name="Dừng").click()
    expect(row).to_have_class(re.compile("is-cancelled"))
    drop(page, ("lan-nua.txt", TEXT.encode()))
    again = page.locator("#on-the-way .is-refused")
    expect(again.get_by_role("link")).to_have_attribute("href", re.compile("/van-ban/gui/"))
    visit.complaints.clear()  # the browser notes the 409
    again.get_by_role("link").click()
    expect(page.locator("h1")).to_contain_text("47/KH-UBND")


def test_a_document_is_checked_and_confirmed_by_keyboard_alone(visit: Visit, running: House, made) -> None:
    uid = fresh(running, "71")
    page = enter(visit, running, "canbo", f"/van-ban/{uid}/doi-chieu/", width=1366, height=768)
    total = page.locator(".card").count()
    page.keyboard.press("2")
    page.keyboard.press("j")
    assert selected(page) == "t1"
    page.keyboard.press("o")
    assert page.evaluate("document.activeElement.id") == "src-t1"
    page.keyboard.press("o")
    page.keyboard.press("e")
    page.locator(".edit [name=value]").fill("0,4")
    page.keyboard.press("Control+Enter")
    expect(page.locator("#t1 .card-was")).to_contain_text("0,4")
    page.keyboard.press("j")
    assert selected(page) == "t2"
    page.keyboard.press("x")
    page.keyboard.press("k")
    assert selected(page) == "t2"
    page.keyboard.press("u")
    saved(page)
    assert rulings(running, uid)["target1"] == "open"
    page.keyboard.press("0")
    for _ in range(total):
        page.keyboard.press("Enter")
    saved(page)
    expect(page.locator("#progress-words")).to_contain_text(f"{total}/{total}")
    page.keyboard.press("c")
    expect(page.get_by_role("button", name="Xác nhận", exact=True)).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_contain_text("71/KH-UBND")
    told = state(running, uid)
    assert told["stage"] == "confirmed"
    [first] = [value for kind, order, _, value, *_ in told["items"] if (kind, order) == ("target", 0)]
    assert first["value"] == 0.4
    assert set(rulings(running, uid).values()) == {"accepted", "corrected"}


def test_single_letters_can_be_switched_off(visit: Visit, running: House, made) -> None:
    page = enter(visit, running, "canbo", f"/van-ban/{made['review']}/doi-chieu/")
    page.keyboard.press("?")
    page.get_by_label("Dùng phím tắt một chữ trên máy này").uncheck()
    page.keyboard.press("Escape")
    page.keyboard.press("j")
    assert page.locator(".card.selected").count() == 0
    page.reload()
    page.keyboard.press("j")
    assert page.locator(".card.selected").count() == 0
    page.locator("#t1").click()
    page.keyboard.press("ArrowDown")
    assert selected(page) == "t2"


def test_what_was_missed_is_added_by_keys_and_by_pointing(visit: Visit, running: House, made) -> None:
    uid = fresh(running, "72")
    page = enter(visit, running, "canbo", f"/van-ban/{uid}/doi-chieu/")
    page.keyboard.press("2")
    page.keyboard.press("j")
    page.keyboard.press("a")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Shift+ArrowDown")
    page.keyboard.press("3")
    added = page.locator(".card.is-added")
    expect(added).to_have_count(1)
    expect(page.locator(".paper .is-added").first).to_be_visible()
    page.evaluate(
        """() => {
            const blocks = [...document.querySelectorAll(".paper .b")];
            const block = blocks.find((each) => each.textContent.includes("báo cáo kết quả"));
            getSelection().selectAllChildren(block);
        }"""
    )
    page.locator("#picker").get_by_role("button", name="chỉ tiêu").click()
    expect(page.locator(".card.is-added")).to_have_count(2)
    told = [item for item in state(running, uid)["items"] if item[2] == "added"]
    texts = {kind: TEXT.replace("47/KH", "72/KH")[start:end] for kind, _, _, _, start, end in told}
    assert texts["target"].startswith("Các sở, ngành báo cáo kết quả")
    assert texts["target"].endswith("trước ngày 15/11.")
    page.locator(".card.is-added").last.click()
    page.keyboard.press("u")
    expect(page.locator(".card.is-added")).to_have_count(1)


def test_two_people_see_each_other_and_choose_between_their_words(visit: Visit, running: House, made) -> None:
    uid = fresh(running, "73")
    one = enter(visit, running, "canbo", f"/van-ban/{uid}/doi-chieu/")
    other = enter(visit, running, SECOND, f"/van-ban/{uid}/doi-chieu/")
    one.locator("#t1").click()
    one.keyboard.press("Enter")
    expect(other.locator("#t1")).to_have_class(re.compile("is-accepted"))
    expect(other.locator("#t1 .who")).to_contain_text("Lò Thị Pành")
    other.route("**/thay-doi/**", lambda route: route.abort())  # who does not hear of the next word
    one.locator("#t2").click()
    one.keyboard.press("x")
    saved(one)
    other.locator("#t2").click()
    other.keyboard.press("Enter")
    box = other.locator("#t2 .conflict")
    expect(box).to_contain_text("Lò Thị Pành vừa ghi trước: đã bỏ")
    visit.complaints.clear()  # the browser notes the 409, and what was cut off
    box.get_by_role("button", name="Ghi theo ý tôi").click()
    expect(other.locator("#t2")).to_have_class(re.compile("is-accepted"))
    saved(other)
    assert rulings(running, uid)["target1"] == "accepted"
    other.unroute("**/thay-doi/**")
    visit.complaints.clear()  # the browser notes what was cut off


def test_a_broken_network_loses_nothing(visit: Visit, running: House, made) -> None:
    uid = fresh(running, "74")
    page = enter(visit, running, "canbo", f"/van-ban/{uid}/doi-chieu/")
    page.keyboard.press("2")
    page.keyboard.press("j")
    page.context.set_offline(True)
    for _ in range(2):
        page.keyboard.press("Enter")
    expect(page.locator("#saved")).to_contain_text("Mất mạng: 2 mục chưa ghi được")
    asked = []
    page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.dismiss()))
    page.evaluate("window.setTimeout(() => window.location.reload(), 0)")
    page.wait_for_timeout(500)
    assert asked == ["beforeunload"]
    page.context.set_offline(False)
    saved(page)
    assert [rulings(running, uid)[f"target{n}"] for n in (0, 1)] == ["accepted", "accepted"]
    page.reload()
    expect(page.locator(".card.is-accepted")).to_have_count(2)
    visit.complaints.clear()  # the browser notes every request that was cut off


def test_faults_come_back_in_the_form_with_what_was_typed(visit: Visit, running: House, made) -> None:
    uid = fresh(running, "75")
    page = enter(visit, running, "canbo", f"/van-ban/{uid}/doi-chieu/")
    page.locator("#t1").click()
    page.keyboard.press("e")
    page.locator(".edit [name=value]").fill("nhiều")
    page.locator(".edit [name=unit]").fill("xã")
    page.keyboard.press("Control+Enter")
    expect(page.locator(".edit [name=value]")).to_be_focused()
    expect(page.locator(".edit [name=unit]")).to_have_value("xã")
    expect(page.locator(".edit .field-wrong .fault")).to_contain_text("Hãy ghi một số")
    assert rulings(running, uid)["target0"] == "open"
    visit.complaints.clear()  # the browser notes the 422


def test_without_script_everything_can_still_be_done(visit: Visit, running: House, made) -> None:
    uid = fresh(running, "76")
    signed = enter(visit, running, "canbo", "/hom-nay/")
    cookies = signed.context.cookies()
    context = visit.browser.new_context(
        java_script_enabled=False, user_agent=signed.evaluate("navigator.userAgent")
    )
    visit.contexts.append(context)
    context.add_cookies(cookies)
    page = context.new_page()
    page.goto(f"{visit.site}/van-ban/{uid}/doi-chieu/")
    page.locator("#t1 .act-accept").click()
    assert page.url.endswith("#t1")
    page.locator("#t2 .act-edit").click()
    page.locator("[name=value]").fill("93")
    page.get_by_role("button", name="Ghi").click()
    expect(page.locator("#t2")).to_have_class(re.compile("is-corrected"))
    page.get_by_role("link", name="Thêm mục sót").first.click()
    page.locator("[name=kind_of]").select_option("task")
    page.locator("[name=quote]").fill("Công an tỉnh theo   dõi chung.")
    page.get_by_role("button", name="Thêm", exact=True).click()
    expect(page.locator(".card.is-added")).to_have_count(1)
    page.get_by_role("link", name="Nhận hết phần còn lại").click()
    for box in page.locator(".ticks input").all():
        box.check()
    page.get_by_role("button", name="Nhận những mục này").click()
    page.get_by_role("link", name=re.compile("Xác nhận")).click()
    page.get_by_role("button", name="Xác nhận", exact=True).click()
    assert state(running, uid)["stage"] == "confirmed"


def test_the_register_finds_shows_and_hands_out(visit: Visit, running: House, made) -> None:
    page = enter(visit, running, "kiemtra", "/van-ban/")
    page.fill("#q", "ke hoach 47")
    page.keyboard.press("Enter")
    expect(page.locator("tbody tr")).to_have_count(1)
    page.locator(".register-number a").click()
    expect(page.locator("h1")).to_contain_text("47/KH-UBND")
    expect(page.locator(".graph")).to_be_visible()
    expect(
        page.locator("section", has_text="Thực hiện").locator("a", has_text="18-CT/TU").first
    ).to_be_visible()
    for name in ("JSON", "Akoma Ntoso", "Bảng tính"):
        with page.expect_download() as caught:
            page.get_by_role("link", name=name).click()
        assert caught.value.suggested_filename.startswith("van-ban-47-kh-ubnd.")
    page.locator("a", has_text="18-CT/TU").first.click()
    expect(
        page.locator("section", has_text="Được thực hiện bởi").locator("a", has_text="47/KH-UBND").first
    ).to_be_visible()
    page.goto(f"{visit.site}/van-ban/con-thieu/")
    expect(page.locator("main")).to_contain_text("5/KH-UBND")
    page.goto(f"{visit.site}/van-ban/{made['plan']}/toan-van/#src-t1")
    expect(page.locator("#t1")).to_have_class(re.compile("selected"))
