"""The child of a guarded call: bytes come in over stdin, an answer goes out over stdout.

Input: one line of JSON, ``{"call": "module:function", "given": {…}, "limits": {…}, "size": bytes}``, then
the bytes. Output: lines ``{"progress": [stage, fraction]}``, and at last one line, ``{"value": …, "size":
bytes}`` followed by the bytes, or ``{"refused": [reason, vi, en]}``. Nothing else reaches stdout, whatever a
library prints. The guard is put up before a byte of the file is read.
"""

import json
import os
import shutil
import sys
from importlib import import_module
from pathlib import Path
from typing import Any, BinaryIO

FOLDER = "phoihop-"  # how the name of a call's own temporary folder begins
_CLONE_NEWUSER, _CLONE_NEWNET = 0x10000000, 0x40000000
_PR_SET_NO_NEW_PRIVS = 38
_PROGRAMS = (
    "subprocess.Popen",
    "os.system",
    "os.exec",
    "os.posix_spawn",
    "os.fork",
    "os.forkpty",
    "os.spawn",
)
_enforced: dict[str, str] = {}
_limits: dict[str, int] = {}
_listening: list[BinaryIO] = []


def guard(limits: dict[str, int]) -> None:
    """Hold this process to ``limits`` (see worker.Limits), without network. Cannot be taken back."""
    _limits.update(limits)
    root = hasattr(os, "getuid") and os.getuid() == 0
    _enforced["memory"] = _limit("RLIMIT_AS", limits["memory"], limits["memory"])
    _enforced["time"] = _limit("RLIMIT_CPU", limits["cpu"], limits["cpu_most"])
    _enforced["output"] = _limit("RLIMIT_FSIZE", limits["file"], limits["file"])
    _enforced["files"] = _limit("RLIMIT_NOFILE", limits["files"], limits["files"])
    # A core dump would leave the document's text on the disk.
    _limit("RLIMIT_CORE", 0, 0)
    _enforced["network"] = "namespace" if _leave_network() else "python"
    if not limits["programs"]:
        # The system leaves root out of this limit; the hook below holds there too, for Python's own calls.
        held = _limit("RLIMIT_NPROC", 0, 0) == "system" and not root
        _enforced["programs"] = "system" if held else "python"
    programs = bool(limits["programs"])

    def hook(event: str, _: tuple[Any, ...]) -> None:
        if event.startswith("socket.") or (not programs and event.startswith(_PROGRAMS)):
            raise PermissionError(f"not allowed in this process: {event}")

    sys.addaudithook(hook)


def _limit(name: str, soft: int, hard: int) -> str:
    try:
        import resource

        # getattr: the set of limits differs from system to system, and Windows has no such module.
        resource.setrlimit(getattr(resource, name), (soft, hard))
    except (ImportError, AttributeError, ValueError, OSError):
        # macOS refuses a limit on the address space; the time limits and the parent still hold.
        return "nothing"
    return "system"


def _leave_network() -> bool:
    """Whether this process now lives in a network of its own, in which there is nothing (Linux only).

    Root may leave alone; anybody else first becomes root of a namespace of users of his own, where
    the system allows that.
    """
    if sys.platform != "linux":
        return False
    import ctypes

    libc = ctypes.CDLL(None, use_errno=True)
    libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
    if libc.unshare(_CLONE_NEWNET) == 0:
        return True
    user, group = os.geteuid(), os.getegid()
    if libc.unshare(_CLONE_NEWUSER | _CLONE_NEWNET) != 0:
        return False
    try:
        # Programs started from here should still find the user they run as.
        for name, text in (
            ("setgroups", "deny"),
            ("uid_map", f"{user} {user} 1"),
            ("gid_map", f"{group} {group} 1"),
        ):
            Path("/proc/self", name).write_text(text)
    except OSError:
        return True
    return True


def more_time() -> None:
    """Let this process compute up to its last limit; for work known to be long, once it begins."""
    if _limits:
        _limit("RLIMIT_CPU", _limits["cpu_most"], _limits["cpu_most"])


def report(stage: str, fraction: float) -> None:
    """Tell the parent how far the call has come, 0 to 1. Does nothing outside of a child."""
    for outgoing in _listening:
        _send(outgoing, {"progress": [stage, fraction]})


def enforced(_data: bytes, _given: dict[str, Any]) -> dict[str, str]:
    """What holds this child: "system", an empty "namespace", only the interpreter ("python"), "nothing"."""
    return _enforced


def _send(outgoing: BinaryIO, message: dict[str, Any], data: bytes = b"") -> None:
    outgoing.write(json.dumps(message, ensure_ascii=False).encode("utf-8", "replace") + b"\n")
    outgoing.write(data)
    outgoing.flush()


def _serve(incoming: BinaryIO, outgoing: BinaryIO) -> None:
    header = json.loads(incoming.readline())
    guard(header["limits"])
    from phoihop.kernel.refusals import Refusal

    module, _, function = header["call"].partition(":")
    _listening.append(outgoing)
    try:
        call = getattr(import_module(module), function)
        found = call(incoming.read(header["size"]), header["given"])
        value, data = found if isinstance(found, tuple) else (found, b"")
    except Refusal as refusal:
        _send(outgoing, {"refused": [refusal.reason, refusal.message.vi, refusal.message.en]})
    except MemoryError:
        _send(outgoing, {"failed": "too-heavy"})
    else:
        _send(outgoing, {"value": value, "size": len(data)}, data)


def main() -> None:
    private = os.dup(1)
    os.dup2(2, 1)
    try:
        with os.fdopen(private, "wb") as outgoing:
            _serve(sys.stdin.buffer, outgoing)
    finally:
        # The parent clears the folder away too, unless it was killed in the middle of the call.
        folder = Path(os.environ.get("TMPDIR", ""))
        if folder.name.startswith(FOLDER):
            shutil.rmtree(folder, ignore_errors=True)
