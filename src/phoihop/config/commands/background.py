"""``phoihop worker`` runs jobs; ``phoihop seal`` seals the audit every minute. Both end at SIGTERM."""

import os
import signal
import threading
from typing import Any

import psycopg

from phoihop.config import database


def worker() -> int:
    """Run jobs until told to stop; one that is under way is finished first."""
    running = database.join()
    try:
        _setup()
        from procrastinate import PsycopgConnector
        from procrastinate.contrib.django import app

        # Django's own connection cannot wait for news of a job; one made for waiting can.
        with app.replace_connector(PsycopgConnector(conninfo=database.access().url("app"))) as waiting:
            waiting.run_worker(concurrency=2, shutdown_graceful_timeout=15)
    finally:
        if running is not None:
            running.stop()
    return 0


def seal() -> int:
    """Seal what was recorded, every minute, into the database and the witness file."""
    os.environ["PHOIHOP_DB_ROLE"] = "sealer"
    running = database.join()
    stop = threading.Event()
    for sign in (signal.SIGTERM, signal.SIGINT):
        signal.signal(sign, lambda *_: stop.set())
    try:
        _setup()
        from phoihop.base.security import keyring, places
        from phoihop.base.security.audit.sealing import keep_sealing
        from phoihop.base.security.crypto.keys import audit_signer

        given = database.access().params("sealer")

        def connect() -> "psycopg.Connection[Any]":
            return psycopg.connect(**given)

        _, key = audit_signer(keyring.store())
        keep_sealing(connect, key, places.witness(), stop)
    finally:
        if running is not None:
            running.stop()
    return 0


def _setup() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "phoihop.config.settings")
    import django

    django.setup()
