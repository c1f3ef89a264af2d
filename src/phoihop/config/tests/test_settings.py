"""The operator's table and the server's start."""

import os
import re
import signal
import socket
import subprocess
import sys
import urllib.request
from pathlib import Path

import pytest

from phoihop.base.database.access import Access
from phoihop.config import database, server, settings
from phoihop.kernel.refusals import Refusal
from tests.support import database as tested


def test_each_setting_explains_itself_and_has_a_default_that_can_be_read() -> None:
    for setting in settings.TABLE:
        assert setting.name.startswith("PHOIHOP_")
        assert setting.help.endswith(".")
        setting.convert(setting.default)


def test_every_variable_that_the_program_reads_is_told_of() -> None:
    told = {setting.name for setting in (*settings.TABLE, *settings.BESIDE)}
    named = re.compile(r"""["'](PHOIHOP_[A-Z_]+|DATABASE_[A-Z_]*URL|PG_BIN)["']""")
    # These are settings of Django's that have no variable of the same name.
    inside = {"PHOIHOP_DEVICE_COOKIE"}
    read = {
        name
        for path in settings.PACKAGE.rglob("*.py")
        if "tests" not in path.parts
        for name in named.findall(path.read_text(encoding="utf-8"))
    }
    assert read - inside == told


def test_a_value_that_cannot_be_read_names_its_variable(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PHOIHOP_UPLOAD_MB", "many")
    setting = next(s for s in settings.TABLE if s.name == "PHOIHOP_UPLOAD_MB")
    with pytest.raises(ValueError, match="PHOIHOP_UPLOAD_MB"):
        settings.chosen(setting)
    monkeypatch.setenv("PHOIHOP_UPLOAD_MB", "3")
    assert settings.chosen(setting) == 3


def test_looking_at_the_settings_needs_no_database(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in database.VARIABLES.values():
        monkeypatch.delenv(name, raising=False)
    assert not Path(database.settings()["HOST"]).exists()


@pytest.mark.parametrize(
    ("role", "login", "pooled"),
    [
        ("", "phoihop_app", True),
        ("app", "phoihop_app", True),
        ("owner", "phoihop_owner", False),
        ("sealer", "phoihop_sealer", False),
    ],
)
def test_a_process_has_one_role_and_only_serving_has_a_pool(
    monkeypatch: pytest.MonkeyPatch, role: str, login: str, pooled: bool
) -> None:
    for who, name in database.VARIABLES.items():
        monkeypatch.setenv(name, f"postgresql://{who.login}:secret@db.example:5433/house")
    monkeypatch.setenv("PHOIHOP_DB_ROLE", role)
    found = database.settings()
    assert (found["USER"], found["HOST"], found["NAME"]) == (login, "db.example", "house")
    assert ("pool" in found["OPTIONS"]) is pooled
    assert found["ATOMIC_REQUESTS"] is True


def test_nothing_is_shown_to_strangers_and_uploads_stay_in_memory() -> None:
    assert settings.DEBUG is False
    assert set(settings.ALLOWED_HOSTS) == {"127.0.0.1", "localhost", "[::1]"}
    assert settings.FILE_UPLOAD_HANDLERS == ["django.core.files.uploadhandler.MemoryFileUploadHandler"]


@pytest.mark.parametrize("host", ["0.0.0.0", "192.168.1.5", "example.org", "::"])
def test_the_demo_refuses_to_leave_this_machine(monkeypatch: pytest.MonkeyPatch, host: str) -> None:
    monkeypatch.setenv("PHOIHOP_MODE", "demo")
    with pytest.raises(Refusal) as refused:
        server.serve(host)
    assert refused.value.reason == "host-not-local"


def test_a_port_in_use_is_refused_when_asked_for_and_passed_over_when_not() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(Refusal) as refused:
            server.free_port("127.0.0.1", port)
        assert refused.value.reason == "port-taken"
        assert str(port) in refused.value.message.vi
        assert str(port) in refused.value.message.en
    assert server.free_port("127.0.0.1", port) == port


def test_the_next_free_port_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        monkeypatch.setattr(server, "DEFAULT_PORT", port)
        assert port < server.free_port("127.0.0.1", None) < port + server.TRIES


@pytest.mark.parametrize("stop", [signal.SIGTERM, signal.SIGINT])
def test_the_address_is_told_once_it_answers_and_a_signal_ends_it(
    django_db_setup: None, stop: signal.Signals
) -> None:
    access, name = tested.current[-1]
    here = Access(access.host, access.port, name, access.passwords)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    process = subprocess.Popen(
        [sys.executable, "-c", f"from phoihop.config.server import serve; serve('127.0.0.1', {port})"],
        env=os.environ
        | {
            "DATABASE_URL": here.url("app"),
            "PHOIHOP_SECRET_KEY": "for-tests-alone-0123456789abcdefghijklmnopqrstuv",
            "PYTHONPATH": os.pathsep.join([str(Path(settings.PACKAGE).parent), str(tested.SOURCE)]),
        },
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    try:
        assert process.stdout is not None
        told = process.stdout.readline()
        address = re.search(r"http://127\.0\.0\.1:\d+/", told)
        assert address is not None, told
        with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(address.group()) as answer:
            assert answer.status == 200
        process.send_signal(stop)
        process.wait(timeout=15)
        assert "Traceback" not in process.stdout.read()
    finally:
        process.kill()
        process.wait()
        process.stdout.close()
