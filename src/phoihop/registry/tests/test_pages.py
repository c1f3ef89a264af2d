"""The pages as a browser gets them: a day's work by forms, faults beside their fields, both languages."""

import re
from datetime import timedelta

import pytest
from django.conf import settings
from django.db import connection
from django.test.utils import CaptureQueriesContext

from phoihop.base.org.models import Account
from phoihop.base.security import scope
from phoihop.registry.models import Client, Likeness, Transfer
from phoihop.registry.tests.people import CHU, MY, acting, admitted, opened
from tests.support.world import signed_in

START = "/ho-so/a/"


@pytest.fixture
def browse(house):
    """A browser for somebody of the house."""

    def signed(viewer):
        with scope.acting(scope.DOOR):
            account = Account.objects.get(pk=viewer.account)
        return signed_in(account)

    return signed


@pytest.fixture
def sen(house, browse):
    return browse(house.alpha)


def body(answer) -> str:
    return answer.content.decode()


def day(viewer, ahead: int = 0) -> str:
    return f"{viewer.day + timedelta(days=ahead):%d/%m/%Y}"


def filed(sen, house, **more) -> str:
    """Opens a file by the form; the address that it leads to."""
    person = {"name": MY.name, "born": "7/5/1999", "sex": "female", "identity": MY.identity}
    answer = sen.post(f"{START}moi/{house.a.pk}/", person | more)
    assert answer.status_code == 302, body(answer)
    return answer.headers["Location"]


def test_a_day_of_work_by_forms(sen, house, browse):
    file = filed(sen, house)
    assert re.fullmatch(r"/ho-so/a/[0-9a-f-]{36}/", file), "an address says nothing"
    assert MY.name in body(sen.get(file))
    refused = sen.post(f"{file}tiep-nhan/", {"since": day(house.alpha)})
    assert refused.status_code == 422
    assert "Chưa có văn bản đồng ý" in body(refused)
    consent = {"wording": "mẫu 02", "form": "written", "given_on": day(house.alpha)}
    assert sen.post(f"{file}dong-y/", consent).headers["Location"] == file
    assert sen.post(f"{file}tiep-nhan/", {"since": day(house.alpha, -1)}).status_code == 422
    assert sen.post(f"{file}tiep-nhan/", {"since": day(house.alpha)}).status_code == 302
    assert "đang được phục vụ" in body(sen.get(file))
    move = {"to": str(house.b.pk), "first_day": day(house.alpha, 2), "paper_last_day": "hôm nay"}
    assert sen.post(f"{file}chuyen/", move | {"paper_last_day": ""}).status_code == 422
    assert sen.post(f"{file}chuyen/", move).status_code == 302

    there = browse(house.alpha_b)
    with acting(house.alpha_b):
        letter = Transfer.objects.get(side="received")
    answer = f"{START}chuyen-den/{letter.uid}/"
    assert MY.name in body(there.get(f"{START}thu-den/"))
    short = there.post(answer, {"act": "refuse", "why": "", "first_day": ""})
    assert short.status_code == 422
    accepted = there.post(answer, {"act": "accept", "why": "", "first_day": ""})
    assert accepted.status_code == 302
    assert MY.name in body(there.get(accepted.headers["Location"]))
    assert "chuyển tới cơ sở khác" in body(sen.get(file))
    assert sen.get(accepted.headers["Location"]).status_code == 404


def test_what_is_looked_for_stands_in_no_address(sen, house):
    filed(sen, house)
    assert sen.get(START, {"text": "vang thi my"}).status_code == 400
    found = sen.post(START, {"text": "vang thi my"})
    assert found.status_code == 200
    assert "Vàng Thị Mỷ" in body(found)
    assert "Không thấy hồ sơ nào" in body(sen.post(START, {"text": "lu thi say"}))


def test_faults_stand_beside_their_fields_and_nothing_typed_is_lost(sen, house):
    answer = sen.post(f"{START}moi/{house.a.pk}/", {"name": "", "born": "32/13/1999", "phone": "0912345678"})
    assert answer.status_code == 422
    assert 'id="f-born-fault"' in body(answer)
    assert 'value="0912345678"' in body(answer)
    assert sen.post(f"{START}moi/{house.a.pk}/", {"role": "x"}).status_code == 400


def test_a_doubt_is_shown_and_stops_nobody(sen, house):
    file = filed(sen, house, sex="male")
    assert "Giới tính trong số định danh khác" in body(sen.get(file))


def test_deciding_a_pair(sen, house):
    kept, other = opened(house.alpha, house.a, CHU), opened(house.alpha, house.a, CHU)
    with acting(house.alpha):
        pair = Likeness.objects.get()
    page = body(sen.get(f"{START}nghi-trung/"))
    assert page.count(CHU.name) >= 2
    wrong = sen.post(f"{START}nghi-trung/{pair.pk}/", {"act": str(kept.pk), "why": ""})
    assert wrong.status_code == 422
    done = sen.post(f"{START}nghi-trung/{pair.pk}/", {"act": str(kept.pk), "why": "cùng một người"})
    assert done.status_code == 302
    with acting(house.alpha):
        assert Client.objects.get(pk=other.pk).merged_into_id == kept.pk
    assert "đã gộp vào hồ sơ khác" in body(sen.get(f"{START}{other.uid}/"))
    assert sen.post(f"{START}nghi-trung/{pair.pk}/", {"act": "different", "why": ""}).status_code == 422


def test_who_looked_is_told_without_names_of_staff(sen, house):
    file = filed(sen, house)
    sen.get(file)
    page = body(sen.get(f"{file}ai-da-xem/"))
    main = page[page.index("<main") : page.index("</main>")]
    assert "Trung tâm Y tế Nậm Pồ" in main
    assert "Lù Thị Sên" not in main


@pytest.mark.parametrize(
    "page", ["", "sua/", "dong-y/", "tiep-nhan/", "gioi-thieu/", "chuyen/", "ai-da-xem/"]
)
def test_every_page_is_there_in_english_too(sen, house, page):
    file = filed(sen, house)
    sen.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    answer = sen.get(f"{file}{page}")
    main = body(answer)[body(answer).index("<main") : body(answer).index("</main>")]
    said = re.sub(r'<(\w+)[^>]*lang="vi"[^>]*>.*?</\1>|<option.*?</option>|value="[^"]*"', "", main)
    assert answer.status_code == 200
    assert not re.findall(
        r"[ăđơưạảấầẩẫậắằẳẵặẹẻẽếềểễệỉịọỏốồổỗộớờởỡợụủứừửữựỳỵỷỹ]", said.replace("NĐ", "").replace("mẫu", "")
    )


def test_no_page_costs_more_with_more_to_show(sen, house):
    counts = []
    for total in (1, 2, 5):  # the first time warms what this process keeps
        with acting(house.alpha):
            there = Client.objects.count()
        for _ in range(total - there):
            opened(house.alpha, house.a, CHU)
        with CaptureQueriesContext(connection) as asked:
            sen.get(f"{START}nghi-trung/")
        with CaptureQueriesContext(connection) as found:
            sen.post(START, {"text": "sung a chu"})
        counts.append((len(asked), len(found)))
    assert counts[1] == counts[2]


def test_a_file_of_another_programme_is_nowhere(sen, house, browse):
    file = admitted(house.alpha, house.a)
    beta = browse(house.beta)
    nothing = beta.get("/ho-so/b/00000000-0000-0000-0000-000000000000/").status_code
    for path in (f"/ho-so/a/{file.uid}/", f"/ho-so/b/{file.uid}/", f"/ho-so/b/{file.uid}/sua/", START):
        assert beta.get(path).status_code == nothing == 404
