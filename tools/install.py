"""Make the project's environment: a virtual environment, uv and just in it, then the locked packages.

Started by ``./run`` with the level ("runtime" or "dev") and the marks that a finished installation of
each level carries; "dev" includes "runtime". Standard library only, because nothing is installed yet.
An environment without a mark is unfinished and is made anew: the marks are removed before anything
changes and written last.
"""

import ast
import errno
import fcntl
import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import NoReturn, TextIO

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
LOCKS = ROOT / "locks"
LEVELS = ("runtime", "dev")

# Bytes that an installation was seen to need, downloads included, with some room.
NEEDED = {"runtime": 750_000_000, "dev": 1_300_000_000}


def say(vi: str, en: str) -> None:
    print(f"{vi}\n{en}", file=sys.stderr, flush=True)


def stop(vi: str, en: str) -> NoReturn:
    say(vi, en)
    raise SystemExit(1)


def no_space() -> NoReturn:
    stop(
        f"Ổ đĩa đã đầy. Hãy giải phóng chỗ trống cho {ROOT} rồi chạy lại lệnh; phần đang dở sẽ được làm lại.",
        f"The disk is full. Make room for {ROOT} and run the command again; the unfinished part is redone.",
    )


def only_one() -> TextIO:
    """Wait until no other ./run installs here. The system frees the lock even when a process is killed."""
    cache = ROOT / ".cache"
    cache.mkdir(exist_ok=True)
    lock = (cache / "install.lock").open("w")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        say("Một lệnh ./run khác đang cài đặt, xin chờ…", "Another ./run is installing, waiting…")
        fcntl.flock(lock, fcntl.LOCK_EX)
    return lock


def mark_of(level: str) -> Path:
    return VENV / f"installed-{level}"


def marked(level: str) -> str:
    """The mark that an installation left, or nothing."""
    try:
        return mark_of(level).read_text(encoding="utf-8").rstrip("\n")
    except OSError:
        return ""


def works() -> bool:
    """The environment's Python starts, is new enough, and stands where this checkout stands."""
    try:
        where = subprocess.run(
            [PYTHON, "-c", "import sys; print(sys.prefix if sys.version_info >= (3, 11) else '')"],
            capture_output=True,
            text=True,
            check=True,
        ).stdout
    except (OSError, subprocess.CalledProcessError):
        return False
    return where.strip() == str(VENV)


def usable() -> bool:
    """A finished environment of an earlier lock, made at this place: worth bringing up to date."""
    return any(marked(level).endswith(f" {ROOT}") for level in LEVELS) and works()


def command(arguments: Sequence[str | Path], *, env: dict[str, str], failed: tuple[str, str]) -> None:
    """Run a command, showing what it says; stop with a word of our own when it fails."""
    process = subprocess.Popen(arguments, env=env, stderr=subprocess.PIPE, text=True, errors="replace")
    said: list[str] = []
    assert process.stderr is not None
    for line in process.stderr:
        sys.stderr.write(line)
        said.append(line)
    if process.wait() != 0:
        told = "".join(said).lower()
        if "no space left" in told or "os error 28" in told:
            no_space()
        stop(*failed)


def complaint(arguments: Sequence[str | Path]) -> str | None:
    """None if a command ends well, else all that it said."""
    ended = subprocess.run(
        arguments, check=False, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    return ended.stdout if ended.returncode else None


def answer(arguments: Sequence[str | Path]) -> str | None:
    """What a command prints, or None if it cannot be run."""
    try:
        return subprocess.run(arguments, capture_output=True, text=True, check=True).stdout
    except (OSError, subprocess.CalledProcessError):
        return None


def pip_command() -> list[str | Path] | None:
    """A pip that can install into the environment: its own, or that of the Python outside."""
    if answer([PYTHON, "-m", "pip", "--version"]):
        return [PYTHON, "-m", "pip"]
    if answer([sys.executable, "-m", "pip", "--version"]):
        return [sys.executable, "-m", "pip", "--python", PYTHON]
    return None


def index_settings(pip: Sequence[str | Path]) -> dict[str, str]:
    """pip's own settings, as uv's variables: where packages come from is the machine's business.

    Only what the user has not already told uv is passed on. With extra indexes uv must look through
    all of them, as pip does; the hashes in the locks leave no room for a wrong package.
    """
    settings: dict[str, str] = {}
    for line in (answer([*pip, "config", "list"]) or "").splitlines():
        name, separator, value = line.partition("=")
        section, _, key = name.rpartition(".")
        if separator and section in ("global", "install", ":env:"):
            try:
                settings[key] = str(ast.literal_eval(value))
            except (ValueError, SyntaxError):
                continue
    found: dict[str, str] = {}
    for key, variable, joint in (
        ("index-url", "UV_DEFAULT_INDEX", " "),
        ("extra-index-url", "UV_INDEX", " "),
        ("find-links", "UV_FIND_LINKS", ","),
        ("trusted-host", "UV_INSECURE_HOST", " "),
        ("cert", "SSL_CERT_FILE", " "),
        ("proxy", "ALL_PROXY", " "),
    ):
        if settings.get(key):
            found[variable] = joint.join(settings[key].split())
    if "UV_INDEX_URL" in os.environ:
        found.pop("UV_DEFAULT_INDEX", None)
    if "UV_EXTRA_INDEX_URL" in os.environ:
        found.pop("UV_INDEX", None)
    if "UV_INDEX" in found:
        found["UV_INDEX_STRATEGY"] = "unsafe-best-match"
    return {name: value for name, value in found.items() if name not in os.environ}


def environment() -> dict[str, str]:
    """This process's variables, without those that would make pip install elsewhere."""
    env = dict(os.environ)
    for name in ("PIP_TARGET", "PIP_PREFIX", "PIP_ROOT", "PIP_REQUIRE_VIRTUALENV", "PIP_PYTHON"):
        env.pop(name, None)
    env["PIP_USER"] = "0"
    env["PIP_DISABLE_PIP_VERSION_CHECK"] = "1"
    home = Path(env.get("HOME") or "/nonexistent")
    if not (os.access(home, os.W_OK) or env.keys() & {"UV_CACHE_DIR", "XDG_CACHE_HOME"}):
        env["UV_NO_CACHE"] = env["PIP_NO_CACHE_DIR"] = "1"  # a service account without a home
    return env


def make_venv() -> None:
    """An empty virtual environment. Debian keeps ensurepip in a package of its own: then without pip."""
    shutil.rmtree(VENV, ignore_errors=True)
    # The real program, not a version manager's stand-in, which may point elsewhere tomorrow.
    base = os.path.realpath(getattr(sys, "_base_executable", sys.executable) or sys.executable)
    made = complaint([base, "-m", "venv", VENV])
    if made is not None and "No space left" not in made:
        shutil.rmtree(VENV, ignore_errors=True)
        made = complaint([base, "-m", "venv", "--without-pip", VENV])
    if made is not None:
        if "No space left" in made:
            no_space()
        missing_venv()


def missing_venv() -> NoReturn:
    by_root = "" if os.geteuid() == 0 else "sudo "
    remedy = f"{by_root}apt install python{sys.version_info[0]}.{sys.version_info[1]}-venv"
    stop(
        f"Python này thiếu venv và pip. Debian, Ubuntu: {remedy} (rồi chạy lại lệnh).",
        f"This Python lacks venv and pip. Debian, Ubuntu: {remedy} (then run again).",
    )


def install(level: str) -> None:
    """Bring the environment to the locks of a level."""
    env = environment()
    for each in LEVELS:
        mark_of(each).unlink(missing_ok=True)
    offline = (
        "Không cài được: xem dòng lỗi ở trên. Lần đầu cần mạng đến kho gói Python; chạy lại sẽ làm tiếp.",
        "The installation failed: see the lines above. The first run needs the network; run again to retry.",
    )
    pip = pip_command()
    uv = VENV / "bin" / "uv"
    if pip:
        env |= index_settings(pip)
        quiet = ["-qq", "--require-hashes", "--only-binary", ":all:"]
        command([*pip, "install", *quiet, "-r", LOCKS / "start.lock"], env=env, failed=offline)
    elif (outside := shutil.which("uv")) is not None:
        start = ["--require-hashes", "--python", str(PYTHON), "-r", str(LOCKS / "start.lock")]
        command([outside, "pip", "install", "--quiet", *start], env=env, failed=offline)
    else:
        missing_venv()
    # An exact match for developers: a package that left the locks must not linger and hide a fault.
    locks = [str(LOCKS / "start.lock"), str(LOCKS / f"{level}.lock")]
    verb = ["sync", *locks] if level == "dev" else ["install", "-r", locks[0], "-r", locks[1]]
    how = ["--quiet", "--require-hashes", "--python", str(PYTHON)]
    command([uv, "pip", *verb, *how], env=env, failed=offline)
    link_sources()


def link_sources() -> None:
    """Let the environment's Python see src/ in place: no build, so no build tools to lock."""
    site = next((VENV / "lib").glob("python3.*")) / "site-packages"
    (site / "phoihop.pth").write_text(f"{ROOT / 'src'}\n", encoding="utf-8")


def write_mark(level: str, wanted: str) -> None:
    """Say that the work is done. Renaming makes it all or nothing."""
    unfinished = VENV / "installed.part"
    unfinished.write_text(f"{wanted}\n", encoding="utf-8")
    unfinished.replace(mark_of(level))


def main() -> None:
    level, *marks = sys.argv[1:]
    wanted = dict(zip(LEVELS, marks, strict=True))
    with only_one():
        if marked(level) == wanted[level] and works():
            return  # another ./run did it while this one waited
        free = shutil.disk_usage(ROOT).free
        if free < NEEDED[level]:
            megabytes = NEEDED[level] // 1_000_000
            stop(
                f"Cần khoảng {megabytes} MB trống để cài đặt, ổ đĩa chỉ còn {free // 1_000_000} MB.",
                f"Installing needs about {megabytes} MB of free space; the disk has {free // 1_000_000} MB.",
            )
        say("Đang cài đặt lần đầu hoặc cập nhật, xin chờ…", "Installing or updating, please wait…")
        if not usable():
            make_venv()
        install(level)
        for finished in LEVELS[: LEVELS.index(level) + 1]:
            write_mark(finished, wanted[finished])


if __name__ == "__main__":
    try:
        main()
    except KeyboardInterrupt:
        stop("Đã dừng. Chạy lại sẽ làm tiếp.", "Stopped. Run again to go on.")
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            no_space()
        if error.errno in (errno.EROFS, errno.EACCES, errno.EPERM):
            stop(
                f"Không ghi được vào {ROOT}. Hãy chép dự án đến thư mục mà bạn có quyền ghi.",
                f"Cannot write in {ROOT}. Copy the project to a folder that you may write in.",
            )
        raise
