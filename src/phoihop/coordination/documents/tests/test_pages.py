"""The reader's addresses: what they take, what they refuse, what they show, in both languages."""

import io
import json
import re
from html.parser import HTMLParser

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from phoihop.coordination.documents import actions, memory
from phoihop.coordination.documents.store import Store
from phoihop.coordination.documents.tests.example import TEXT, contract
from phoihop.engines.reading.contract import of_refusal
from phoihop.kernel.refusals import Refusal


class Instant:
    """A reading that is there at once: of the example, twice over, or a refusal, by the file's name."""

    progress = ("read", 1.0)

    def __init__(self, data: bytes, name: str) -> None:
        self.name = name

    def start(self) -> None: ...
    def cancel(self) -> None: ...

    def done(self) -> bool:
        return "slow" not in self.name

    def result(self):
        if "empty" in self.name:
            return of_refusal(self.name, Refusal("empty", "Tệp trống.", "The file is empty."))
        result = contract()
        if "two" in self.name:
            second = contract()["documents"][0] | {"number": "48/KH-UBND", "span": [len(TEXT), 2 * len(TEXT)]}
            result["text"] = TEXT * 2
            result["documents"].append(second | {"targets": [], "tasks": [], "citations": [], "findings": []})
        return result


@pytest.fixture
def store(monkeypatch: pytest.MonkeyPatch) -> Store:
    store = Store(Instant, keep_seconds=60, keep_results=5, readers=2)
    for module in ("actions", "queries"):
        monkeypatch.setattr(f"phoihop.coordination.documents.{module}.STORE", store)
    return store


@pytest.fixture
def client(store: Store, db: None) -> Client:
    return Client(HTTP_HOST="localhost", headers={"Accept": "application/json"})


def upload(client: Client, name: str = "ke-hoach.docx", data: bytes = b"x"):
    return client.post("/doc/", {"file": SimpleUploadedFile(name, data)})


def new(client: Client, name: str = "ke-hoach.docx") -> str:
    return upload(client, name).json()["id"]


def test_a_file_is_taken_read_and_shown(client: Client) -> None:
    answer = upload(client)
    assert answer.status_code == 201
    token = answer.json()["id"]
    told = client.get(f"/doc/{token}/status").json()
    assert (told["state"], told["name"], told["summary"]) == (
        "done",
        "ke-hoach.docx",
        "Kế hoạch số 47/KH-UBND",
    )
    page = client.get(f"/doc/{token}/").content.decode()
    for shown in (
        "47/KH-UBND",
        "12/03/2025",
        "1.209\u00a0người",
        "0,3\u00a0%",
        "Vàng Thị Phìn",
        'id="src-t3"',
    ):
        assert shown in page
    assert "ke-hoach.docx" not in page


def test_findings_come_first_and_the_gravest_leads(client: Client) -> None:
    page = client.get(f"/doc/{new(client)}/").content.decode()
    order = [
        page.index(f'id="{name}"') for name in ("f1", "f2", "h-number", "t1", "k1", "c1", "panel-outline")
    ]
    assert order == sorted(order)
    assert page.index("Nghiêm trọng") < page.index("Lưu ý")


def test_doubtful_items_say_so_in_words(client: Client) -> None:
    page = client.get(f"/doc/{new(client)}/").content.decode()
    assert "2 mục cần kiểm tra" in page
    assert page.count("sure-weak") == 2


def test_a_target_without_a_deadline_shows_the_years_of_the_title(client: Client) -> None:
    page = client.get(f"/doc/{new(client)}/").content.decode()
    assert '<span class="absent">2025 <small>theo trích yếu</small></span>' in page


def test_a_citation_named_twice_is_one_with_two_places(client: Client) -> None:
    page = client.get(f"/doc/{new(client)}/").content.decode()
    assert page.count('<tr class="row" data-i="c1"') == 1
    assert 'id="src-c1"' in page
    assert 'id="src-c1-1"' in page


def test_several_documents_in_one_file_are_tabs(client: Client) -> None:
    token = new(client, "two.docx")
    first, second = (client.get(f"/doc/{token}/?d={n}").content.decode() for n in (1, 2))
    assert 'id="t1"' in first
    assert 'id="t1"' not in second
    assert first.count('class="tabs"') == second.count('class="tabs"') == 1
    for wrong, status in (("3", 404), ("0", 404), ("-1", 400), ("x", 400), ("²", 400)):
        assert client.get(f"/doc/{token}/?d={wrong}").status_code == status


@pytest.mark.parametrize("address", ["", "status", "download/json", "download/akn", "download/xlsx"])
def test_an_unknown_id_is_not_found(client: Client, address: str) -> None:
    new(client)
    for guess in ("x", "1", "a" * 32):
        assert client.get(f"/doc/{guess}/{address}").status_code == 404
    assert client.post("/doc/x/cancel").status_code == 404


@pytest.mark.parametrize(
    ("fmt", "kind", "begins"),
    [
        ("json", "application/json", b"{"),
        ("akn", "application/akn+xml", b"<?xml"),
        ("xlsx", "application/vnd.openxmlformats", b"PK"),
    ],
)
def test_downloads_have_their_type_and_a_neutral_name(
    client: Client, fmt: str, kind: str, begins: bytes
) -> None:
    answer = client.get(f"/doc/{new(client, 'HIV.docx')}/download/{fmt}")
    assert answer.status_code == 200
    assert answer.headers["Content-Type"].startswith(kind)
    extension = "xml" if fmt == "akn" else fmt
    assert answer.headers["Content-Disposition"] == f'attachment; filename="doc-47-kh-ubnd.{extension}"'
    assert answer.content.startswith(begins)


def test_the_json_is_the_readers_contract(client: Client) -> None:
    result = json.loads(client.get(f"/doc/{new(client)}/download/json").content)
    assert result["documents"][0]["targets"][2]["value"] == 1209
    assert result["text"] == TEXT


@pytest.mark.parametrize("fmt", ["pdf", "json.exe", "docx"])
def test_an_unknown_format_is_not_found(client: Client, fmt: str) -> None:
    assert client.get(f"/doc/{new(client)}/download/{fmt}").status_code == 404


def test_a_refused_file_says_why_in_the_language_of_the_page(client: Client) -> None:
    token = new(client, "empty.docx")
    assert client.get(f"/doc/{token}/status").json()["message"] == "Tệp trống."
    assert "Tệp trống." in client.get(f"/doc/{token}/").content.decode()
    assert client.get(f"/doc/{token}/download/json").status_code == 404
    client.cookies["phoihop_language"] = "en"
    assert client.get(f"/doc/{token}/status").json()["message"] == "The file is empty."


def test_stopping(client: Client) -> None:
    slow, done = new(client, "slow.docx"), new(client)
    assert client.get(f"/doc/{slow}/status").json()["stage_words"] == "Đang đọc văn bản"
    assert "Đang đọc…" in client.get(f"/doc/{slow}/").content.decode()
    assert client.post(f"/doc/{slow}/cancel").json()["state"] == "cancelled"
    assert client.post(f"/doc/{slow}/cancel").status_code == 409
    assert client.post(f"/doc/{done}/cancel").status_code == 409


def test_too_many_at_once_is_said(client: Client) -> None:
    for n in range(5):
        new(client, f"slow{n}.docx")
    answer = upload(client)
    assert (answer.status_code, answer.json()["reason"]) == (503, "busy")


def test_a_form_without_a_file_is_refused(client: Client) -> None:
    assert client.post("/doc/", {}).status_code == 400


def test_an_oversized_body_is_refused_before_it_is_read(client: Client) -> None:
    class Unread(io.BytesIO):
        def read(self, *args):
            raise AssertionError("the body was read")

    request = {
        "REQUEST_METHOD": "POST",
        "PATH_INFO": "/doc/",
        "CONTENT_TYPE": "multipart/form-data; boundary=x",
        "CONTENT_LENGTH": str(30 * 2**20),
        "wsgi.input": Unread(),
    }
    answer = client.request(**request)
    assert answer.status_code == 413
    assert "20 MB" in answer.json()["message"]
    page = client.request(**request, HTTP_ACCEPT="text/html")
    assert page.status_code == 413
    assert "Tệp quá lớn" in page.content.decode()


def test_a_file_just_above_the_limit_is_refused_by_its_size(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(actions, "UPLOAD_BYTES", 10)
    assert upload(client, data=b"0123456789").status_code == 201
    assert upload(client, data=b"0123456789a").status_code == 413


def test_a_write_needs_the_token_of_the_page(store: Store) -> None:
    strict = Client(HTTP_HOST="localhost", enforce_csrf_checks=True)
    assert upload(strict).status_code == 403
    page = strict.get("/").content.decode()
    token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', page)
    assert token is not None
    sent = {"file": SimpleUploadedFile("a.docx", b"x")}
    assert strict.post("/doc/", sent, headers={"X-CSRFToken": token.group(1)}).status_code == 201


def test_without_samples_the_page_invites(client: Client) -> None:
    page = client.get("/").content.decode()
    assert "Thả một văn bản để đọc" in page
    assert "Văn bản mẫu" not in page


def test_samples_are_read_from_the_folder_of_the_setting(client: Client, settings, tmp_path) -> None:
    for name in ("02-b.txt", "01-a.txt", "README.md", ".hidden"):
        (tmp_path / name).write_text("x")
    (tmp_path / "sources").mkdir()
    settings.PHOIHOP_SAMPLES = tmp_path
    assert actions.read_samples() == ["mau-1", "mau-2"]
    page = client.get("/").content.decode()
    assert 'data-job="mau-1"' in page
    assert "/doc/mau-2/" in page


def test_the_readers_child_process_is_what_reads() -> None:
    reading = memory.STORE._read(TEXT.encode(), "a.txt")
    reading.start()
    assert reading.result()["documents"][0]["number"] == "47/KH-UBND"


VIETNAMESE = re.compile(r"[ăâđêôơưĂÂĐÊÔƠƯàảãáạằẳẵắặầẩẫấậèẻẽéẹềểễếệìỉĩíịòỏõóọồổỗốộờởỡớợùủũúụừửữứựỳỷỹýỵ]")
PRODUCT = "Phối Hợp"
SPOKEN = ("aria-label", "title", "placeholder", "alt")


class Words(HTMLParser):
    """The words of a page outside what is marked as Vietnamese (content of documents)."""

    def __init__(self) -> None:
        super().__init__()
        self.stack: list[tuple[str, str]] = []
        self.found: list[tuple[str, str]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        named = dict(attrs)
        language = named.get("lang") or (self.stack[-1][1] if self.stack else "")
        for name in SPOKEN:
            if named.get(name):
                self.found.append((language, named[name] or ""))
        if tag not in ("meta", "link", "input", "br", "use"):
            self.stack.append((tag, language))

    def handle_endtag(self, tag: str) -> None:
        while self.stack and self.stack.pop()[0] != tag:
            pass

    def handle_data(self, data: str) -> None:
        if data.strip():
            self.found.append((self.stack[-1][1] if self.stack else "", data.strip()))


def spoken(client: Client, language: str, address: str) -> list[tuple[str, str]]:
    client.cookies["phoihop_language"] = language
    words = Words()
    words.feed(client.get(address, headers={"Accept": "text/html"}).content.decode())
    return words.found


@pytest.mark.parametrize("name", ["ke-hoach.docx", "two.docx", "empty.docx", "slow.docx", None])
def test_the_english_page_has_no_vietnamese_outside_the_document(client: Client, name: str | None) -> None:
    address = f"/doc/{new(client, name)}/" if name else "/nowhere/"
    for language, words in spoken(client, "en", address):
        if language == "en" and not words.startswith("{"):
            # A finding may quote the document's own words.
            own = re.sub(r"“[^”]*”", "", words).replace(PRODUCT, "")
            assert not VIETNAMESE.search(own), words


ENGLISH = re.compile(
    r"\b(the|and|of|file|files|document|target|task|open|close|search|print|not|with)\b", re.IGNORECASE
)


@pytest.mark.parametrize("name", ["ke-hoach.docx", "two.docx", "empty.docx", "slow.docx", None])
def test_the_vietnamese_page_has_no_english(client: Client, name: str | None) -> None:
    address = f"/doc/{new(client, name)}/" if name else "/nowhere/"
    for language, words in spoken(client, "vi", address):
        if language != "en" and not words.startswith("{"):
            assert not ENGLISH.search(words), words


def test_the_scripts_sentences_are_in_the_language_of_the_page(client: Client) -> None:
    tables = {}
    for language in ("vi", "en"):
        client.cookies["phoihop_language"] = language
        page = client.get("/").content.decode()
        block = re.search(r'<script id="words" type="application/json">(.*?)</script>', page, re.DOTALL)
        assert block is not None
        tables[language] = json.loads(block.group(1))
    assert tables["vi"].keys() == tables["en"].keys()
    for name, sentence in tables["en"].items():
        if isinstance(sentence, str):
            assert not VIETNAMESE.search(sentence), name
            assert re.findall(r"{\w+}", sentence).sort() == re.findall(r"{\w+}", tables["vi"][name]).sort()
