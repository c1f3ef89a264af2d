"""The command as a whole: usage, languages, streams, what it imports."""

import importlib
import inspect
import os
import socket
import subprocess
import sys

import pytest

from phoihop import __version__
from phoihop.interfaces.cli import operating, words
from phoihop.interfaces.cli.main import main


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
@pytest.mark.parametrize("command", [[], ["read"], *([c.name] for c in operating.COMMANDS), ["version"]])
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
        ["serve", "--workers", "0"],
        ["demo", "--host", "127.0.0.1"],
        ["first-people", "--agency", "Sở Y tế"],
        ["unlock"],
        ["new-keys", "--custodians", "1/3"],
        ["new-keys", "--custodians", "3/2"],
        ["new-keys", "--custodians", "x"],
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


@pytest.mark.parametrize("command", operating.COMMANDS, ids=lambda command: command.name)
def test_each_command_has_a_function_that_takes_its_options(command):
    module, _, function = command.does.partition(":")
    does = getattr(importlib.import_module(f"{operating.COMMANDS_ROOM}.{module}"), function)
    told = [*command.given, "lang"] if command.speaks else command.given
    inspect.signature(does).bind(**dict.fromkeys(told))


@pytest.mark.parametrize(
    ("arguments", "does", "expected"),
    [
        (["serve"], "serving:serve", {"host": "127.0.0.1", "port": None, "workers": 1}),
        (
            ["serve", "--host", "::1", "--port", "8001", "--workers", "2"],
            "serving:serve",
            {"host": "::1", "port": 8001, "workers": 2},
        ),
        (["demo", "--port", "8002"], "serving:demo", {"port": 8002, "fresh": False}),
        (["demo", "--fresh"], "serving:demo", {"port": None, "fresh": True}),
        (["migrate"], "tables:run", {}),
        (["doctor", "--lang", "en"], "checking:doctor", {"json": False, "lang": "en"}),
        (
            ["new-keys", "--custodians", "2/3", "--lang", "vi"],
            "keys:new_keys",
            {"custodians": (2, 3), "generate": False, "lang": "vi"},
        ),
        (["unlock", "--to", "/run/p", "--lang", "vi"], "keys:unlock", {"to": "/run/p", "lang": "vi"}),
    ],
)
def test_a_command_gets_what_was_asked_for_and_its_status_is_ours(monkeypatch, arguments, does, expected):
    asked = []
    module, _, function = does.partition(":")

    def recorder(**options) -> int:
        asked.append(options)
        return 1

    # What it does is tried where it is made; here only that it is called, and with what.
    monkeypatch.setattr(f"{operating.COMMANDS_ROOM}.{module}.{function}", recorder)
    assert main(arguments) == 1
    assert asked == [expected]


@pytest.mark.parametrize(("lang", "message"), [("vi", "Cổng {} đang được"), ("en", "Port {} is used")])
def test_a_command_that_refuses_is_quoted(capsys, lang, message):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        assert main(["serve", "--port", str(port), "--lang", lang]) == 1
    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith(message.format(port))


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
