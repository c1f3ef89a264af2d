"""Starting and stopping the web server on this machine."""

# Before any thread: the one that announces would import it while workers are forked, and leave them its lock.
import encodings.idna  # noqa: F401
import http.client
import ipaddress
import os
import socket
import sys
import threading
import time

from granian import Granian
from granian.constants import Interfaces
from granian.log import LogLevels

from phoihop.kernel.refusals import Refusal

DEFAULT_PORT = 8765
TRIES = 20
ANSWER_WITHIN = 60.0  # seconds


def serve(host: str = "127.0.0.1", port: int | None = None, *, workers: int = 1) -> None:
    """Serve until SIGTERM or SIGINT; print the address once the first page really answers.

    Without ``port`` the first free one from DEFAULT_PORT on is taken. Refusal: the demo's host is
    not this machine alone ("host-not-local"), or no port is to be had ("port-taken").
    """
    chosen = chosen_port(host, port)
    server = Granian(
        "phoihop.config.wsgi:application",
        address=host,
        port=chosen,
        interface=Interfaces.WSGI,
        workers=workers,
        blocking_threads=4,
        websockets=False,
        log_level=LogLevels.warning,
        workers_kill_timeout=5,
    )
    threading.Thread(target=_announce, args=(host, chosen), daemon=True).start()
    server.serve()


def chosen_port(host: str, port: int | None) -> int:
    """The port to serve on; says so when it is not the usual one. Refusals as ``serve``."""
    if os.environ.get("PHOIHOP_MODE") == "demo":
        only_this_machine(host)
    chosen = free_port(host, port)
    if port is None and chosen != DEFAULT_PORT:
        _tell(
            f"Cổng {DEFAULT_PORT} đang bận, dùng {chosen}. / Port {DEFAULT_PORT} is in use, using {chosen}."
        )
    return chosen


def free_port(host: str, port: int | None) -> int:
    """The port asked for, or the first free one; Refusal("port-taken") if it cannot be had."""
    candidates = range(DEFAULT_PORT, DEFAULT_PORT + TRIES) if port is None else [port]
    for candidate in candidates:
        if _is_free(host, candidate):
            return candidate
    wanted = f"{candidates[0]}" if len(candidates) == 1 else f"{candidates[0]}–{candidates[-1]}"
    raise Refusal(
        "port-taken",
        f"Cổng {wanted} đang được chương trình khác dùng. Hãy chọn cổng khác bằng --port.",
        f"Port {wanted} is used by another program. Choose another one with --port.",
    )


def _is_free(host: str, port: int) -> bool:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as probe:
        # As the server itself does; without it a port just left by the previous start looks taken.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return False
    return True


def only_this_machine(host: str) -> None:
    """Refusal("host-not-local") unless the address is this machine's own: the demo's passwords are known."""
    try:
        local = host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        local = False
    if not local:
        raise Refusal(
            "host-not-local",
            "Bản dùng thử chỉ chạy trên máy này: địa chỉ phải là 127.0.0.1, ::1 hoặc localhost.",
            "The demo runs on this machine only: the address must be 127.0.0.1, ::1 or localhost.",
        )


def _announce(host: str, port: int) -> None:
    deadline = time.monotonic() + ANSWER_WITHIN
    while time.monotonic() < deadline:
        try:
            connection = http.client.HTTPConnection(host, port, timeout=5)
            connection.request("GET", "/")
            if connection.getresponse().status < 500:  # a page, or the way to signing in
                _tell(f"Phối Hợp: {_shown(host, port)}   (Ctrl+C: dừng / stop)")
                return
        except OSError:
            pass
        time.sleep(0.1)
    _tell("Máy chủ chưa trả lời. / The server does not answer yet.")


def _shown(host: str, port: int) -> str:
    public = os.environ.get("PHOIHOP_PUBLIC_URL")
    plain = f"[{host}]" if ":" in host else host
    return f"{public.rstrip('/')}/" if public else f"http://{plain}:{port}/"


def _tell(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()
