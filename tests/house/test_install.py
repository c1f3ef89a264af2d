"""The installer: where packages come from, and what becomes of an installation that was cut off."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tools import install
from tools.tree import ROOT


@pytest.fixture
def pip(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """A pip that prints the settings given, on a machine that has told uv nothing."""
    for name in list(os.environ):
        if name.startswith("UV_") or name in ("SSL_CERT_FILE", "ALL_PROXY"):
            monkeypatch.delenv(name)

    def with_settings(settings: str) -> list[str]:
        script = tmp_path / "pip.py"
        script.write_text(f"print({settings!r})")
        return [sys.executable, str(script)]

    return with_settings


@pytest.mark.parametrize(
    ("settings", "passed_on"),
    [
        ("", {}),
        ("global.timeout='60'\nglobal.no-such='x'", {}),
        ("global.index-url='https://a.example/i'", {"UV_DEFAULT_INDEX": "https://a.example/i"}),
        (
            "global.extra-index-url='https://a.example/i\\nhttps://b.example/i'",
            {"UV_INDEX": "https://a.example/i https://b.example/i", "UV_INDEX_STRATEGY": "unsafe-best-match"},
        ),
        ("install.find-links='/a /b'", {"UV_FIND_LINKS": "/a,/b"}),
        ("global.cert='/a.crt'\n:env:.cert='/b.crt'", {"SSL_CERT_FILE": "/b.crt"}),
        ("global.trusted-host='a.example'", {"UV_INSECURE_HOST": "a.example"}),
        ("not a setting\nglobal.cert=broken'", {}),
    ],
)
def test_pips_settings_reach_uv(pip, settings: str, passed_on: dict[str, str]):
    assert install.index_settings(pip(settings)) == passed_on


@pytest.mark.parametrize(
    ("told", "kept"),
    [
        ({"UV_DEFAULT_INDEX": "https://mine.example/i"}, {}),
        ({"UV_INDEX_URL": "https://mine.example/i"}, {}),
        ({"SSL_CERT_FILE": "/mine"}, {"UV_DEFAULT_INDEX": "https://a.example/i"}),
    ],
)
def test_what_uv_was_told_already_stands(pip, monkeypatch, told: dict[str, str], kept: dict[str, str]):
    for name, value in told.items():
        monkeypatch.setenv(name, value)
    assert install.index_settings(pip("global.index-url='https://a.example/i'\nglobal.cert='/c'")) == (
        kept if "SSL_CERT_FILE" in told else {**kept, "SSL_CERT_FILE": "/c"}
    )


def test_a_home_that_cannot_be_written_needs_no_cache(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("HOME", "/nonexistent")
    for name in ("UV_CACHE_DIR", "XDG_CACHE_HOME"):
        monkeypatch.delenv(name, raising=False)
    assert install.environment()["UV_NO_CACHE"] == "1"


@pytest.mark.parametrize("variable", ["PIP_TARGET", "PIP_PREFIX", "PIP_REQUIRE_VIRTUALENV"])
def test_pip_is_not_led_elsewhere(monkeypatch: pytest.MonkeyPatch, variable: str):
    monkeypatch.setenv(variable, "elsewhere")
    assert variable not in install.environment()


@pytest.mark.long
def test_cut_off_anywhere_it_is_whole_after_the_next_start(tmp_path: Path):
    """Installs for real, so it needs the machine's package index."""
    checkout = tmp_path / "a clone"
    subprocess.run(["git", "clone", "--quiet", ROOT, checkout], check=True)
    for seconds in (0.5, 2.0, 4.0, 5.0):
        started = subprocess.Popen(["./run", "install"], cwd=checkout, start_new_session=True)
        time.sleep(seconds)
        os.killpg(started.pid, signal.SIGKILL)
        started.wait()
    both = [subprocess.Popen(["./run", "install"], cwd=checkout) for _ in range(2)]
    assert [process.wait() for process in both] == [0, 0]
    subprocess.run([checkout / ".venv/bin/python", "-c", "import django, lxml.etree, phoihop"], check=True)
    again = subprocess.run(["./run", "install"], cwd=checkout, capture_output=True, text=True, check=True)
    assert again.stderr == ""
