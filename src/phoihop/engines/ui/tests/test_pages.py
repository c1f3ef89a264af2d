"""Language, theme, errors and the headers that every answer carries."""

import re
from pathlib import Path

import pytest
from django.test import Client

STATIC = Path(__file__).resolve().parent.parent / "static" / "ui"


@pytest.fixture
def client(db: None) -> Client:
    return Client(HTTP_HOST="localhost", enforce_csrf_checks=True)


def test_vietnamese_unless_the_cookie_says_english(client: Client) -> None:
    plain = client.get("/nowhere/", headers={"Accept-Language": "en-US"})
    assert plain.headers["Content-Language"] == "vi"
    assert "Không có trang này" in plain.content.decode()
    client.cookies["phoihop_language"] = "en"
    assert "There is no such page" in client.get("/nowhere/").content.decode()
    client.cookies["phoihop_language"] = "xx"
    assert client.get("/nowhere/").headers["Content-Language"] == "vi"


@pytest.mark.parametrize(
    ("address", "status"), [("/nowhere/", 404), ("/choose/", 405), ("/static/ui/tokens.css", 200)]
)
def test_every_answer_is_closed_to_other_sites(client: Client, address: str, status: int) -> None:
    answer = client.get(address)
    answer.close()
    assert answer.status_code == status
    policy = answer.headers["Content-Security-Policy"]
    for rule in ("default-src 'none'", "script-src 'self'", "style-src 'self'", "frame-ancestors 'none'"):
        assert rule in policy
    assert "unsafe" not in policy
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Referrer-Policy"] == "same-origin"
    assert answer.headers["Cross-Origin-Resource-Policy"] == "same-origin"
    assert "Access-Control-Allow-Origin" not in answer.headers


def test_pages_are_kept_by_no_cache(client: Client) -> None:
    assert client.get("/nowhere/").headers["Cache-Control"] == "no-store"
    style = client.get("/static/ui/tokens.css")
    style.close()
    assert "no-store" not in style.headers["Cache-Control"]


def test_a_strange_host_is_refused() -> None:
    answer = Client(HTTP_HOST="evil.example").get("/")
    assert answer.status_code == 400
    assert "evil" not in answer.content.decode()


def test_a_write_from_another_site_is_refused(client: Client) -> None:
    for origin in ("https://evil.example", "null"):
        answer = client.post("/choose/", {"theme": "dark"}, headers={"Origin": origin})
        assert answer.status_code == 403
        assert "phoihop_theme" not in answer.cookies
    assert client.post("/choose/", {"theme": "dark"}).status_code == 403


def choose(client: Client, **values: str):
    token = "t" * 32
    client.cookies["phoihop_csrf"] = token
    return client.post("/choose/", {"csrfmiddlewaretoken": token} | values)


@pytest.mark.parametrize(
    ("values", "cookie", "kept"),
    [
        ({"theme": "dark"}, "phoihop_theme", "dark"),
        ({"language": "en"}, "phoihop_language", "en"),
    ],
)
def test_a_choice_is_remembered(client: Client, values: dict[str, str], cookie: str, kept: str) -> None:
    answer = choose(client, next="/doc/abc/#t3", **values)
    assert (answer.status_code, answer.headers["Location"]) == (302, "/doc/abc/#t3")
    assert answer.cookies[cookie].value == kept
    assert answer.cookies[cookie]["samesite"] == "Strict"


@pytest.mark.parametrize("address", ["https://evil.example/", "//evil.example", "javascript:alert(1)"])
def test_a_choice_never_leads_elsewhere(client: Client, address: str) -> None:
    assert choose(client, theme="dark", next=address).headers["Location"] == "/"


def test_an_unknown_choice_is_refused(client: Client) -> None:
    assert choose(client, theme="pink").status_code == 400


def test_the_theme_decides_for_which_media_the_dark_tokens_count(client: Client) -> None:
    for theme, media in (("dark", 'media="screen"'), ("light", 'media="not all"'), ("odd", "prefers-color")):
        client.cookies["phoihop_theme"] = theme
        assert media in client.get("/nowhere/").content.decode()


def tokens(name: str) -> dict[str, str]:
    return dict(re.findall(r"(--[\w-]+):\s*([^;]+);", (STATIC / name).read_text()))


def luminance(colour: str) -> float:
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


INKS = ("ink", "ink-2", "ink-3", "accent", "finding", "warning", "head", "target", "task", "cite")
PAIRS = [
    *((ink, ground) for ink in INKS for ground in ("paper", "raised", "surface")),
    *((kind, f"{kind}-soft") for kind in ("finding", "warning", "note", "head", "target", "task", "cite")),
    *(("ink", ground) for ground in ("target-soft", "finding-soft", "found", "hover")),
    ("on-accent", "accent"),
    ("accent-strong", "accent-soft"),
    ("select-ink", "select"),
]


@pytest.mark.parametrize(
    "sheets", [("tokens.css",), ("tokens.css", "tokens-dark.css")], ids=["light", "dark"]
)
@pytest.mark.parametrize(("ink", "ground"), PAIRS)
def test_letters_can_be_read_on_every_ground(sheets: tuple[str, ...], ink: str, ground: str) -> None:
    values: dict[str, str] = {}
    for sheet in sheets:
        values |= tokens(sheet)
    assert contrast(values[f"--{ink}"], values[f"--{ground}"]) >= 4.5


def test_the_dark_sheet_only_renames_what_the_light_one_has() -> None:
    assert set(tokens("tokens-dark.css")) < set(tokens("tokens.css"))
