"""The processes beside the server: started with it, started again when one ends, ended with it."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Mapping

from phoihop.base.database import cluster
from phoihop.base.database.cluster import Running
from phoihop.config import database
from phoihop.kernel.refusals import Refusal

PAUSE = 5.0  # seconds before one that ended is started again
PATIENCE = 20.0  # seconds that each has to finish what it is at

# Each is told only the password of its own role.
_EVERY = set(database.VARIABLES.values())
HIDDEN = {
    "app": _EVERY - {"DATABASE_URL"},
    "sealer": _EVERY - {"DATABASE_URL", "DATABASE_SEALER_URL"},
}
HELPERS = {"worker": "app", "seal": "sealer"}  # command -> role


class Helpers:
    """Runs every helper, and our own database if it is ours (``running``), until ``stop``."""

    def __init__(self, environment: Mapping[str, str], running: Running | None) -> None:
        self._environment = dict(environment)
        self._databases = [running] if running is not None else []
        self._running = {command: self._start(command) for command in HELPERS}
        self._stopping = threading.Event()
        self._watch = threading.Thread(target=self._keep, daemon=True)
        self._watch.start()

    def stop(self) -> None:
        """End them, politely and in time; returns when all are gone."""
        self._stopping.set()
        self._watch.join(PAUSE + 1)
        for helper in self._running.values():
            helper.send_signal(signal.SIGTERM)
        deadline = time.monotonic() + PATIENCE
        for helper in self._running.values():
            try:
                helper.wait(max(0.1, deadline - time.monotonic()))
            except subprocess.TimeoutExpired:
                helper.kill()
                helper.wait()
        for database_server in self._databases:
            database_server.stop()

    def _start(self, command: str) -> "subprocess.Popen[bytes]":
        role = HELPERS[command]
        own = {name: value for name, value in self._environment.items() if name not in HIDDEN[role]}
        return subprocess.Popen(  # noqa: S603 - our own module
            [sys.executable, "-P", "-m", "phoihop", command],
            env=own | {"PHOIHOP_DB_ROLE": role},
            # In a session of its own, so that Ctrl+C reaches it through us, in order.
            start_new_session=True,
        )

    def _keep(self) -> None:
        while not self._stopping.wait(PAUSE):
            self._revive()
            for command, helper in list(self._running.items()):
                if helper.poll() is not None and not self._stopping.is_set():
                    sys.stderr.write(
                        f"phoihop {command}: {helper.returncode}; khởi động lại / starting again\n"
                    )
                    self._running[command] = self._start(command)

    def _revive(self) -> None:
        """Start our own database again if something killed it; its data recovers by itself."""
        if not self._databases or self._databases[-1].alive:
            return
        sys.stderr.write("PostgreSQL: khởi động lại / starting again\n")
        try:
            self._databases.append(cluster.start())
        except (Refusal, OSError) as trouble:
            sys.stderr.write(f"PostgreSQL: {getattr(trouble, 'reason', type(trouble).__name__)}\n")


def forget_others() -> None:
    """What serves pages, and the readers of files that it starts, know the password of one role only."""
    for name in HIDDEN["app"]:
        os.environ.pop(name, None)
