"""The door: what ./run does before a task starts. A stand-in for the installer notes how it was called."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tools.tree import ROOT

INSTALLER = """
import os, pathlib, sys
root = pathlib.Path(__file__).resolve().parent.parent
level, *marks = sys.argv[1:]
with (root / "calls").open("a") as calls:
    calls.write(level + "\\n")
if (root / "fail").exists():
    sys.exit(7)
(root / ".venv/bin").mkdir(parents=True, exist_ok=True)
just, python = root / ".venv/bin/just", root / ".venv/bin/python"
just.write_text('#!/bin/sh\\nprintf "%s\\\\n" "$PWD" "$@"\\n')
just.chmod(0o755)
python.unlink(missing_ok=True)
python.symlink_to(sys.executable)
for name, mark in zip(("runtime", "dev"), marks):
    (root / ".venv" / f"installed-{name}").write_text(mark + "\\n")
    if name == level:
        break
"""


class Checkout:
    """A copy of what ./run consists of, with the stand-in installer."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        (folder / "tools").mkdir(parents=True)
        shutil.copy(ROOT / "run", folder)
        shutil.copytree(ROOT / "locks", folder / "locks")
        (folder / "tools" / "install.py").write_text(INSTALLER)

    def run(
        self, *arguments: str, door: Path | None = None, cwd: Path | None = None, **env: str
    ) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            ["sh", door or self.folder / "run", *arguments],
            cwd=cwd or self.folder,
            env={**os.environ, "PHOIHOP_PYTHON": sys.executable, **env},
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
        )

    @property
    def installed(self) -> list[str]:
        """The levels that the installer was asked for, in order."""
        calls = self.folder / "calls"
        return calls.read_text().split() if calls.exists() else []


@pytest.fixture
def checkout(tmp_path: Path) -> Checkout:
    return Checkout(tmp_path / "bản sao của tôi")


def test_help_names_every_task_and_no_other(checkout: Checkout):
    dump = subprocess.run(
        [ROOT / ".venv/bin/just", "--justfile", ROOT / "justfile", "--dump", "--dump-format", "json"],
        capture_output=True,
        check=True,
    ).stdout
    tasks = {name for name, recipe in json.loads(dump)["recipes"].items() if not recipe["private"]}
    for ask in ([], ["help"], ["--help"]):
        shown = checkout.run(*ask)
        lines = [line.split()[0] for line in shown.stdout.splitlines() if line.startswith("  ")]
        assert set(lines) == tasks | {"help", "install"}
        assert shown.returncode == 0
    assert checkout.installed == []


def test_every_task_in_the_help_is_known_to_the_door(checkout: Checkout):
    for line in checkout.run("help").stdout.splitlines():
        if line.startswith("  "):
            assert checkout.run(line.split()[0]).returncode == 0


def test_an_unknown_task_is_said_in_both_languages_and_installs_nothing(checkout: Checkout):
    said = checkout.run("dmeo")
    assert said.returncode == 2
    assert "Không có việc" in said.stderr
    assert "no task" in said.stderr
    assert checkout.installed == []


def _with_only(checkout: Checkout, folder: Path, *programs: str) -> subprocess.CompletedProcess[str]:
    """./run demo on a machine that has nothing but these programs and a Python that is too old."""
    folder.mkdir()
    for program in programs:
        (folder / program).symlink_to(shutil.which(program) or "")
    too_old = folder / "python3"
    too_old.write_text("#!/bin/sh\nexit 1\n")
    too_old.chmod(0o755)
    return subprocess.run(
        [shutil.which("sh") or "sh", checkout.folder / "run", "demo"],
        env={"PATH": str(folder)},
        capture_output=True,
        text=True,
        check=False,
    )


def test_without_python_it_says_what_to_install(checkout: Checkout, tmp_path: Path):
    said = _with_only(checkout, tmp_path / "bin", "dirname", "cat", "cksum")
    assert said.returncode == 1
    assert "Cần Python 3.11" in said.stderr
    assert "apt install" in said.stderr


def test_a_checksum_that_cannot_be_made_is_never_taken_for_a_match(checkout: Checkout, tmp_path: Path):
    checkout.run("demo")
    (checkout.folder / ".venv" / "installed-runtime").write_text("\n")
    assert _with_only(checkout, tmp_path / "bin", "dirname", "cat").returncode != 0


def test_arguments_reach_the_task_as_they_were_typed(checkout: Checkout):
    odd = ["read", "tệp có dấu cách.docx", "--format", "json", "*", "$HOME", "", "a'b\"c", "--", "x=y"]
    printed = checkout.run("phoihop", *odd).stdout.split("\n")
    assert printed[1:-1] == ["--justfile", str(checkout.folder / "justfile"), "phoihop", *odd]


def test_it_finds_itself_through_links_and_keeps_the_users_folder(checkout: Checkout, tmp_path: Path):
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "first").symlink_to(os.path.relpath(checkout.folder / "run", elsewhere))
    (elsewhere / "second").symlink_to("first")
    printed = checkout.run("phoihop", door=elsewhere / "second", cwd=elsewhere).stdout.splitlines()
    assert printed == [str(elsewhere), "--justfile", str(checkout.folder / "justfile"), "phoihop"]


def _touch_lock(level: str) -> Callable[[Checkout], None]:
    def change(checkout: Checkout) -> None:
        with (checkout.folder / "locks" / f"{level}.lock").open("a") as lock:
            lock.write("# newer\n")

    return change


def _remove(name: str) -> Callable[[Checkout], None]:
    return lambda checkout: (checkout.folder / ".venv" / name).unlink()


def _dangle(checkout: Checkout) -> None:
    python = checkout.folder / ".venv/bin/python"
    python.unlink()
    python.symlink_to(checkout.folder / "a Python that was uninstalled")


def _move(checkout: Checkout) -> None:
    checkout.folder = checkout.folder.rename(checkout.folder.with_name("moved"))


@pytest.mark.parametrize(
    ("first", "change", "second", "installed"),
    [
        ("demo", lambda _: None, "demo", ["runtime"]),
        ("demo", lambda _: None, "phoihop", ["runtime"]),
        ("demo", lambda _: None, "test", ["runtime", "dev"]),
        ("test", lambda _: None, "demo", ["dev"]),
        ("demo", _touch_lock("runtime"), "demo", ["runtime", "runtime"]),
        ("demo", _touch_lock("start"), "demo", ["runtime", "runtime"]),
        ("demo", _touch_lock("dev"), "demo", ["runtime"]),
        ("test", _touch_lock("dev"), "check", ["dev", "dev"]),
        ("demo", _remove("installed-runtime"), "demo", ["runtime", "runtime"]),
        ("demo", _remove("bin/python"), "demo", ["runtime", "runtime"]),
        ("demo", _remove("bin/just"), "demo", ["runtime", "runtime"]),
        ("demo", _dangle, "demo", ["runtime", "runtime"]),
        ("demo", _move, "demo", ["runtime", "runtime"]),
    ],
)
def test_it_installs_when_it_must_and_only_then(
    checkout: Checkout, first: str, change: Callable[[Checkout], None], second: str, installed: list[str]
):
    assert checkout.run(first).returncode == 0
    change(checkout)
    assert checkout.run(second).returncode == 0
    assert checkout.installed == installed


def test_a_failed_installation_starts_no_task(checkout: Checkout):
    (checkout.folder / "fail").touch()
    failed = checkout.run("demo")
    assert failed.returncode == 7
    assert failed.stdout == ""


def test_settings_of_another_python_do_not_leak_in(checkout: Checkout):
    assert checkout.run("demo", PYTHONHOME="nowhere", PYTHONPATH="nowhere").returncode == 0
