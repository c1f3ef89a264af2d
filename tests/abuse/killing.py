"""Nurses who write while the machine is pulled from under them: a cluster and a server that can be killed."""

import http.client
import os
import queue
import random
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlencode
from uuid import uuid4

import psycopg

from phoihop.base.database import cluster
from phoihop.base.database.tests.support import place, server_pids
from phoihop.base.org.tests.signin import CHROME
from tests.abuse.conftest import SETTLE
from tests.support import database, house

TOKEN = "t" * 32
WAIT = 20.0  # seconds for one answer
GIVE_UP = 120.0  # seconds without a single acknowledgement
COOKIES = """
answer = {"client": x.pk, "cookies": [
    world.people["carer-alpha@here"].browser().cookies[settings.SESSION_COOKIE_NAME].value for _ in range(3)]}
"""


@dataclass
class Station:
    """A cluster of its own, the product's tables in it, and one server process at ``port``."""

    folder: Path
    running: cluster.Running
    port: int
    environment: dict[str, str]
    server: subprocess.Popen[bytes] | None = None
    client: int = 0
    cookies: list[str] = field(default_factory=list)

    def serve(self) -> None:
        """Start the server, in a group of its own so that all of it can be killed."""
        code = f"from phoihop.config.server import serve; serve('127.0.0.1', {self.port})"
        self.server = subprocess.Popen(
            [sys.executable, "-c", code],
            env=self.environment,
            cwd=database.SOURCE,
            start_new_session=True,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )

    def kill_server(self) -> None:
        """kill -9 of the server and its workers; then it is started again."""
        self.end_server()
        self.serve()

    def end_server(self) -> None:
        if self.server is not None:
            os.killpg(self.server.pid, signal.SIGKILL)
            self.server.wait()
            self.server = None

    def kill_database(self) -> None:
        """kill -9 of PostgreSQL, postmaster and all; then it is joined, which starts it again."""
        for pid in server_pids(self.folder):
            try:
                os.kill(pid, signal.SIGKILL)
            except ProcessLookupError:
                pass
        old, self.running = self.running, cluster.start(self.folder)
        old.stop()

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        with psycopg.connect(**self.running.access.params("setup")) as setup:
            return setup.execute(query.encode()).fetchall()


@contextmanager
def station() -> Iterator[Station]:
    """Everything set up, and gone afterwards."""
    with place("kill-") as folder:
        running = cluster.start(folder)
        access = running.access
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        environment = house.environment(
            access,
            port,
            PHOIHOP_TEST_DATA=str(folder / "data"),
            PHOIHOP_KEY_FILE=str(folder / "data" / "keys" / "keys.sealed"),
            PHOIHOP_FILES=str(folder / "data" / "files"),
        )
        owner = environment | {"DATABASE_OWNER_URL": access.url("owner"), "PHOIHOP_DB_ROLE": "owner"}
        house.do("from phoihop.base.security import install; install.migrate()", owner)
        made = house.do(f"{SETTLE}{COOKIES}", environment)
        with psycopg.connect(**access.params("setup")) as setup:
            setup.execute(WATCH.encode())
        here = Station(folder, running, port, environment, None, made["client"], made["cookies"])
        here.serve()
        try:
            yield here
        finally:
            here.end_server()
            here.running.stop()


@dataclass
class Morning:
    """So many visits written by ``hands`` at once; of the replies one in twenty is lost on its way."""

    station: Station
    visits: int
    hands: int = 8
    seed: int = 1
    acknowledged: dict[str, float] = field(default_factory=dict)
    sent: int = 0
    lost: int = 0
    wrong: list[str] = field(default_factory=list)
    gaps: list[float] = field(default_factory=list)

    def run(self, blows: dict[int, Callable[[], None]]) -> None:
        """``blows``: what happens once so many are acknowledged. Returns when all are, or nothing moves."""
        todo: queue.Queue[str] = queue.Queue()
        for _ in range(self.visits):
            todo.put(str(uuid4()))
        threads = [
            threading.Thread(target=self._write, args=(todo, random.Random(self.seed * 100 + n), n))
            for n in range(self.hands)
        ]
        for thread in threads:
            thread.start()
        for count, blow in sorted(blows.items()):
            self._until(count)
            struck = time.monotonic()
            blow()
            before = len(self.acknowledged)
            self._until(before + self.hands + 1)  # replies already on their way prove nothing
            self.gaps.append(time.monotonic() - struck)
        for thread in threads:
            thread.join()

    def _until(self, count: int) -> None:
        deadline = time.monotonic() + GIVE_UP
        while len(self.acknowledged) < count and time.monotonic() < deadline:
            time.sleep(0.005)

    def _write(self, todo: "queue.Queue[str]", chance: random.Random, hand: int) -> None:
        cookie = self.station.cookies[hand % len(self.station.cookies)]
        while True:
            try:
                event = todo.get_nowait()
            except queue.Empty:
                return
            deadline = time.monotonic() + GIVE_UP
            while not self._once(event, cookie, drop=chance.random() < 0.05):
                if time.monotonic() > deadline:
                    self.wrong.append("a visit was never taken")
                    return
                time.sleep(0.05)

    def _once(self, event: str, cookie: str, *, drop: bool) -> bool:
        """Whether the visit was acknowledged; what was not is sent again, under the same key."""
        self.sent += 1
        connection = http.client.HTTPConnection("localhost", self.station.port, timeout=WAIT)
        try:
            form = {"day": "2026-11-21", "event": event, "csrfmiddlewaretoken": TOKEN}
            headers = {
                "Content-Type": "application/x-www-form-urlencoded",
                "Cookie": f"phoihop_session={cookie}; phoihop_csrf={TOKEN}",
                "User-Agent": CHROME,
            }
            path = f"/standin/a/{self.station.client}/visit/"
            connection.request("POST", path, urlencode(form), headers)
            if drop:
                self.lost += 1
                return False
            answer = connection.getresponse()
            answer.read()
        except (OSError, http.client.HTTPException):
            return False
        finally:
            connection.close()
        if answer.status == 302 and answer.headers["Location"] == f"/standin/a/{self.station.client}/":
            self.acknowledged[event] = time.monotonic()
            return True
        if answer.status < 500:
            self.wrong.append(f"answered {answer.status} {answer.headers.get('Location', '')}")
        return False


# Which transaction wrote each visit: the row itself remembers only the savepoint in which it was written.
WATCH = """
create schema watch;
create table watch.visit (event uuid, txid bigint);
create function watch.note() returns trigger language plpgsql security definer as $$
begin
    insert into watch.visit values (new.event, pg_current_xact_id()::text::bigint);
    return null;
end $$;
create trigger watch_visit after insert on public.standin_visit for each row execute function watch.note();
"""
UNAUDITED = """
select count(*) from public.standin_visit v left join watch.visit w using (event)
where v.id > {before} and not exists (
    select from public.security_auditentry e
    where e.txid = w.txid and e.action = 'standin.case_alpha_visit' and e.outcome = 'done')
"""


def counted(morning: Morning, before: int = 0) -> dict[str, int]:
    """What the tables say afterwards, asked past every policy, of visits with an id above ``before``."""
    station = morning.station
    events = [
        event for (event,) in station.rows(f"select event::text from standin_visit where id > {before}")
    ]
    return {
        "acknowledged": len(morning.acknowledged),
        "lost": len(set(morning.acknowledged) - set(events)),
        "doubled": len(events) - len(set(events)),
        "unaudited": station.rows(UNAUDITED.format(before=before))[0][0],
    }
