"""The command as a whole: usage, languages, streams, what it imports."""

import os
import subprocess
import sys
from types import SimpleNamespace

import pytest

from phoihop import __version__
from phoihop.interfaces.cli import words
from phoihop.interfaces.cli.main import main
from phoihop.kernel.refusals import Bilingual, Refusal


def phoihop(*arguments: str, **options) -> subprocess.CompletedProcess[bytes]:
    environment = {k: v for k, v in os.environ.items() if k not in ("LANG", "LC_ALL", "LC_MESSAGES")}
    environment |= {"PYTHONPATH": os.pathsep.join(sys.path)} | options.pop("environment", {})
    command = [sys.executable, *options.pop("flags", []), "-m", "phoihop", *arguments]
    return subprocess.run(command, capture_output=True, env=environment, timeout=60, check=False, **options)


@pytest.mark.parametrize(
    ("arguments", "environment", "expected"),
    [
        ([], {}, "vi"),
        ([], {"LANG": "C"}, "vi"),
        ([], {"LANG": "en_GB.UTF-8"}, "en"),
        ([], {"LANG": "en_GB.UTF-8", "LC_ALL": "vi_VN"}, "vi"),
        (["read", "x", "--lang", "en"], {}, "en"),
        (["--lang=vi", "read"], {"LANG": "en_US"}, "vi"),
        (["read", "--lang", "fr"], {}, "vi"),
    ],
)
def test_language(arguments, environment, expected):
    assert words.language(arguments, environment) == expected


@pytest.mark.parametrize("lang", ["vi", "en"])
@pytest.mark.parametrize("command", [[], ["read"], ["serve"], ["demo"], ["version"]])
def test_help_is_in_one_language_and_tells_the_exit_codes(capsys, lang: words.Lang, command):
    assert main([*command, "--help", "--lang", lang]) == 0
    out = " ".join(capsys.readouterr().out.split())
    other: words.Lang = "en" if lang == "vi" else "vi"
    for text in (words.EXIT_CODES, words.OPTIONS, words.HELP, words.USAGE):
        assert words.say(text, lang).strip() in out
        assert words.say(text, other).strip() not in out


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["write"],
        ["read"],
        ["read", "x", "--format", "pdf"],
        ["read", "x", "--jobs", "0"],
        ["read", "-", "-"],
        ["read", "x", "--lang", "fr"],
        ["serve", "--port", "99999"],
        ["serve", "--port", "²"],
    ],
)
def test_wrong_usage(capsys, arguments):
    assert main(arguments) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert words.WRONG_USAGE.vi in err


def test_version(capsys):
    assert main(["version"]) == 0
    assert capsys.readouterr().out == f"phoihop {__version__}\n"


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (["serve"], {"host": "127.0.0.1", "port": None}),
        (["serve", "--host", "::1", "--port", "8001"], {"host": "::1", "port": 8001}),
        (["demo", "--port", "8002"], {"host": "127.0.0.1", "port": 8002}),
    ],
)
def test_the_server_gets_what_was_asked_for(monkeypatch, arguments, expected):
    asked = []
    server = SimpleNamespace(serve=lambda **options: asked.append(options))
    monkeypatch.setitem(sys.modules, "phoihop.config.server", server)
    assert main(arguments) == 0
    assert asked == [expected]


@pytest.mark.parametrize(("lang", "message"), [("vi", "Cổng bận.\n"), ("en", "The port is taken.\n")])
def test_a_server_that_refuses_is_quoted(capsys, monkeypatch, lang, message):
    def serve(**options):
        refusal = Bilingual("Cổng bận.", "The port is taken.")
        raise Refusal("port-taken", refusal.vi, refusal.en)

    monkeypatch.setitem(sys.modules, "phoihop.config.server", SimpleNamespace(serve=serve))
    assert main(["serve", "--lang", lang]) == 1
    assert capsys.readouterr() == ("", message)


@pytest.mark.parametrize("environment", [{"LC_ALL": "C", "PYTHONUTF8": "0"}, {"PYTHONIOENCODING": "ascii"}])
def test_vietnamese_comes_out_whole_in_any_locale(folder, environment):
    done = phoihop("read", "plan.txt", "gone-ạ.txt", environment=environment)
    assert "Bảo vệ rừng đầu nguồn" in done.stdout.decode("utf-8")
    assert "Không tìm thấy tệp." in done.stderr.decode("utf-8")
    assert done.returncode == 1


def test_a_reader_that_leaves_early_is_no_error(folder):
    files = []
    for i in range(30):
        (folder / f"{i}.txt").write_text((folder / "plan.txt").read_text("utf-8") * 20, "utf-8")
        files.append(f"{i}.txt")
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)}
    command = [sys.executable, "-m", "phoihop", "read", "--format", "json", "--quiet", *files]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment) as work:
        assert work.stdout
        assert work.stderr
        assert work.stdout.read(1) == b"{"
        work.stdout.close()
        assert work.stderr.read() == b""
        assert work.wait(60) == 0


def test_reading_a_text_file_imports_no_heavy_library(folder):
    done = phoihop("read", "plan.txt", "--format", "json", flags=["-X", "importtime"])
    imported = {line.rpartition("|")[2].strip() for line in done.stderr.decode().splitlines()}
    assert "phoihop.engines.reading.understanding" in imported
    heavy = {"django", "docx", "pypdfium2", "PIL", "lxml", "lxml.etree", "cobalt", "xlsxwriter", "granian"}
    assert not imported & heavy
