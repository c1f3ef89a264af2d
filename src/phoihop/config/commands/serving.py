"""``phoihop serve`` and ``phoihop demo``: database, pages, jobs and sealer, started by one command."""

import os
import secrets
import shutil
import signal
import subprocess
import sys
import threading
from pathlib import Path

from phoihop.base.database.home import default_folder
from phoihop.config import database, installing, server
from phoihop.config.commands.helping import Helpers, forget_others
from phoihop.kernel.refusals import Refusal

_TOLD = 3_000  # characters of the end of a report on what went wrong while the demo was made


def serve(*, host: str = "127.0.0.1", port: int | None = None, workers: int = 1) -> int:
    """Serve until told to stop; whatever was started here ends with it. Refusal with the reason otherwise."""
    demo = os.environ.get("PHOIHOP_MODE") == "demo"
    chosen = server.chosen_port(host, port)
    if demo:
        # Not 127.0.0.1: browsers keep no passkey for an address of digits.
        os.environ.setdefault("PHOIHOP_PUBLIC_URL", f"http://localhost:{chosen}")
    # An unhandled SIGTERM would skip everything below, and leave the database running.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))
    running = database.join()
    helpers: Helpers | None = None
    try:
        _keys()
        installing.ensure()
        if demo:
            # Beside the start of the server: both load the whole program, and neither needs the other.
            threading.Thread(target=_tell_ways_in, daemon=True).start()
        helpers = Helpers(os.environ, running)
        forget_others()
        server.serve(host, chosen, workers=workers)
    finally:
        # Whoever presses twice wants it to end, not to end half-way.
        for sign in (signal.SIGTERM, signal.SIGINT):
            signal.signal(sign, signal.SIG_IGN)
        if helpers is not None:
            helpers.stop()
        elif running is not None:
            running.stop()
    return 0


def demo(*, port: int | None = None, fresh: bool = False) -> int:
    """The same on this machine alone, with invented people, in a folder of its own that outlives the run."""
    folder = Path(os.environ.get("PHOIHOP_DATA") or default_folder() / "demo")
    os.environ |= {"PHOIHOP_DATA": str(folder), "PHOIHOP_MODE": "demo"}
    if fresh:
        _begin_anew(folder)
    return serve(port=port)


def _begin_anew(folder: Path) -> None:
    """Remove the demo's data, which only this command made; refused while another demo runs on it."""
    if not folder.exists():
        return
    if not (folder / "postgres").is_dir():
        raise Refusal(
            "not-a-demo",
            f"{folder} không phải thư mục của bản dùng thử, nên không xóa gì.",
            f"{folder} is not a demo's folder, so nothing was removed.",
        )
    from phoihop.base.database import cluster

    with cluster.start(folder) as running:
        if not running.alone:
            raise Refusal(
                "demo-running",
                "Bản dùng thử đang chạy ở cửa sổ khác. Hãy dừng nó rồi chạy lại với --fresh.",
                "The demo is running in another window. Stop it, then run again with --fresh.",
            )
    shutil.rmtree(folder)


def _tell_ways_in() -> None:
    """Make the demo's people if there are none yet, and show each one's card who has not signed in."""
    done = subprocess.run(
        [sys.executable, "-P", "-m", "phoihop.config.commands.demo_people"],
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        sys.stderr.write(done.stderr[-_TOLD:])
        sys.stderr.write(
            "Không tạo được người dùng thử. Hãy chạy lại với --fresh.\n"
            "The demo's people could not be made. Run again with --fresh.\n"
        )
        return
    lines = [line.split("\t") for line in done.stdout.splitlines()]
    if not lines:
        return
    sys.stdout.write("Thẻ đăng nhập của người dùng thử / Sign-in cards of the demo's people:\n")
    for username, name, address in lines:
        sys.stdout.write(f"  {username:<10} {name:<18} {address}\n")
    sys.stdout.flush()


def _keys() -> None:
    """The key that all processes started here share. The demo makes its own; production is given one."""
    if os.environ.get("PHOIHOP_MODE") != "demo" or os.environ.get("PHOIHOP_SECRET_KEY"):
        return
    path = default_folder() / "keys" / "pages.key"
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    if not path.exists():
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as made:
            made.write(secrets.token_urlsafe(50))
    os.environ["PHOIHOP_SECRET_KEY"] = path.read_text(encoding="utf-8")
