"""Days of dosing at many sites, by tablets over HTTP and at desks in processes of their own, while server and
database are killed under them; and what the tables must say afterwards."""

import fcntl
import http.client
import importlib
import json
import os
import queue
import random
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import uuid4

import psycopg
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.db import connection
from django.db.utils import InterfaceError, OperationalError

from phoihop.base.database import archive, cluster
from phoihop.base.database.tests.support import place
from phoihop.base.org.tests import making as org
from phoihop.base.org.viewers import scope_of
from phoihop.base.security import scope
from phoihop.programmes.ost.actions import devices, dispensing, sites
from phoihop.programmes.ost.dosing import centres, reaching
from phoihop.programmes.ost.models import Lease, OrderRow, Roster
from phoihop.programmes.ost.models.shared import about
from phoihop.programmes.ost.rules.events import Event
from phoihop.programmes.ost.rules.events_wire import decoded, encoded
from phoihop.programmes.ost.rules.replica import Asked
from phoihop.programmes.ost.rules.transport import Answer, Offer
from phoihop.programmes.ost.tests.making import TODAY, admitted, opened, stocked
from phoihop.programmes.ost.tests.tablets import Tablet
from tests.support import database, house

# Looked up by name: it brings the stand-in room along, which is checked with the tests of the house.
Station = importlib.import_module("tests.abuse.killing").Station

WAIT = 20.0  # seconds for one answer
GIVE_UP = 180.0  # seconds in which everything has to come through
STOCK = 100_000  # ml at each site
MG = Decimal(60)

# Which transaction wrote each event: the row itself remembers only the savepoint in which it was written.
WATCH = """
create schema watch;
create table watch.entry (digest text, txid bigint);
create function watch.note() returns trigger language plpgsql security definer as $$
begin
    insert into watch.entry values (new.digest, pg_current_xact_id()::text::bigint);
    return null;
end $$;
create trigger watch_entry after insert on public.ost_logentry for each row execute function watch.note();
"""
UNAUDITED = """
select count(*) from public.ost_logentry e left join watch.entry w using (digest)
where e.kind = 'dose' and not exists (
    select from public.security_auditentry a
    where a.txid = w.txid and a.action in ('ost.sync', 'ost.case_give_dose') and a.outcome = 'done')
"""

# In a process of its own, on the station's database


def settle(keys: list[str], people: int, *, tablets_active: bool) -> dict[str, Any]:
    """As many sites as there are keys, each with a tablet, staff, stock, and people who have an order."""
    found: dict[str, Any] = {"sites": [], "clients": [], "rosters": [], "staff": [], "secrets": []}
    for number, key in enumerate(keys):
        with scope.acting(org.INSTALL):
            agency = org.agency(f"Trung tâm Y tế số {number}")
            site = org.facility(agency, f"Cơ sở {number}", programmes=["ost"])
            head = org.somebody(f"Phụ Trách {number}", "ost-head", site)
            doctor = org.somebody(f"Bác Sĩ {number}", "ost-doctor", site)
            staff = org.somebody(f"Cấp Phát {number}", "ost-dispenser", site)
        sites.set_up_desk(by=head, facility=site)
        made = devices.enrol(by=head, facility=site, public=key, label=f"Máy {number}")
        if tablets_active:
            devices.make_active(by=head, device=made.device)
        else:
            opened(staff, site)
        stocked(head, site, STOCK)
        client = admitted(doctor, site, f"Người Mẫu {number}")
        persons = [uuid4() for _ in range(people)]
        with reaching.centre(doctor.account, site.pk):
            Lease.objects.bulk_create(
                Lease(person=each, client=each, facility=site, first=TODAY - timedelta(days=9))
                for each in persons
            )
            OrderRow.objects.bulk_create(
                OrderRow(
                    **{**about(client), "pseudonym": each},
                    person=each,
                    drug="methadone",
                    phase="maintenance",
                    mg=MG,
                    start=TODAY,
                    end=TODAY + timedelta(days=30),
                    signed_end=TODAY + timedelta(days=30),
                    issued=TODAY,
                    signed_by_id=doctor.account or 0,
                )
                for each in persons
            )
        with scope.acting(scope_of(doctor)):
            rows = Roster.objects.bulk_create(
                Roster(
                    facility=site, pseudonym=each, person=each, home=site, code=f"{number}{n:04}",
                    since=TODAY,
                )
                for n, each in enumerate(persons)
            )  # fmt: skip
        found["sites"].append(site.pk)
        found["clients"].append([str(each) for each in persons])
        found["rosters"].append([row.pk for row in rows])
        found["staff"].append(staff.account)
        found["secrets"].append(made.secret)
    with reaching.centre(None):
        found["centre"] = bytes(centres.the_centre(int(time.time())).public).hex()
    return found


def serve_desk(account: int, jobs: list[tuple[int, str]], seed: int) -> None:
    """Give doses at a desk, each told on a line of its own once it was answered. One answer in twenty is
    lost, and the dose asked for again under the same key."""
    from phoihop.base.org.models import Account

    chance = random.Random(seed)
    for roster, key in jobs:
        while True:
            try:
                with scope.acting(scope.Scope("install")):
                    by = org.viewer(Account.objects.get(pk=account))
                with scope.acting(scope_of(by)):
                    row = Roster.objects.select_related("facility").get(pk=roster)
                given = dispensing.give_dose(by=by, roster=row, key=key)
            except (OperationalError, InterfaceError):
                connection.close()
                time.sleep(0.1)
                continue
            if chance.random() < 0.05:
                continue
            break
        sys.stdout.write(f"{key} {given.event.digest}\n")
        sys.stdout.flush()


# The station


@dataclass
class Clinic:
    """A station with its sites."""

    station: Any
    told: dict[str, Any]
    keys: list[Ed25519PrivateKey]
    seed: int = 1
    acknowledged: dict[str, str] = field(default_factory=dict)
    wrong: list[str] = field(default_factory=list)
    lost: int = 0
    gaps: list[float] = field(default_factory=list)
    workers: "queue.Queue[int]" = field(default_factory=queue.Queue)
    life: str = "1"

    def machines(self) -> list[Tablet]:
        """A tablet at each site, with nothing in its memory."""
        return [
            Tablet(
                key,
                site,
                bytes.fromhex(self.told["centre"]),
                lambda: int(time.time()),
                secret=bytes.fromhex(secret),
                life=self.life,
            )
            for key, site, secret in zip(self.keys, self.told["sites"], self.told["secrets"], strict=True)
        ]

    def strike(self, blows: dict[int, Callable[[], None]]) -> None:
        """What happens once so many doses are acknowledged; and how long until the next ones are."""
        for count, blow in sorted(blows.items()):
            self._until(count)
            struck = time.monotonic()
            blow()
            self._until(len(self.acknowledged) + len(self.keys) + 1)
            self.gaps.append(time.monotonic() - struck)

    def _until(self, count: int) -> None:
        deadline = time.monotonic() + GIVE_UP
        while len(self.acknowledged) < count and time.monotonic() < deadline:
            time.sleep(0.005)

    # By tablets

    def by_tablets(self, doses: int, blows: dict[int, Callable[[], None]]) -> list[Tablet]:
        """So many doses at each site, synchronised a few at a time, until all are acknowledged."""
        machines = self.machines()
        threads = [
            threading.Thread(target=self._dose, args=(machine, clients[:doses], random.Random(self.seed + n)))
            for n, (machine, clients) in enumerate(zip(machines, self.told["clients"], strict=True))
        ]
        for thread in threads:
            thread.start()
        self.strike(blows)
        for thread in threads:
            thread.join()
        return machines

    def _dose(self, machine: Tablet, clients: list[str], chance: random.Random) -> None:
        line = Http(self, chance)
        deadline = time.monotonic() + GIVE_UP
        while not machine.replica.memory.left and time.monotonic() < deadline:
            machine.replica.synchronise(line)
        if machine.replica.memory.opened is None and machine.replica.open_day(TODAY) is not None:
            self.wrong.append("the day was not opened")
        waiting: list[Event] = []
        for number, client in enumerate(clients):
            given = machine.replica.give(asked(client))
            if not isinstance(given, Event):
                self.wrong.append(f"refused: {given}")
                continue
            waiting.append(given)
            if chance.random() < 0.4 or number == len(clients) - 1:
                while not (heard := machine.replica.synchronise(line)) and time.monotonic() < deadline:
                    time.sleep(0.05)
                if not heard:
                    self.wrong.append("never acknowledged")
                    return
                self.acknowledged.update((e.key, e.digest) for e in waiting)
                waiting.clear()

    # At desks

    def at_desks(self, doses: int, blows: dict[int, Callable[[], None]], hands: int = 2) -> None:
        """So many doses at each desk, by so many processes at each."""
        threads: list[threading.Thread] = []
        for account, rosters in zip(self.told["staff"], self.told["rosters"], strict=True):
            jobs = [(pk, uuid4().hex) for pk in rosters[:doses]]
            for hand in range(hands):
                given = (account, jobs[hand::hands], self.seed * 100 + len(threads))
                threads.append(threading.Thread(target=self._serve, args=given))
        for thread in threads:
            thread.start()
        self.strike(blows)
        for thread in threads:
            thread.join()

    def _serve(self, account: int, jobs: list[tuple[int, str]], seed: int) -> None:
        """One process after another, until every job is done: each may be killed at any moment."""
        deadline = time.monotonic() + GIVE_UP
        while (left := [job for job in jobs if job[1] not in self.acknowledged]) and (
            time.monotonic() < deadline
        ):
            said = json.dumps([account, left, seed])
            code = (
                "import django; django.setup(); import json, sys\n"
                "from phoihop.programmes.ost.tests.faulting import serve_desk\n"
                "serve_desk(*json.loads(sys.argv[1]))"
            )
            with subprocess.Popen(
                [sys.executable, "-c", code, said],
                env=self.station.environment,
                cwd=database.SOURCE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                text=True,
            ) as worker:
                self.workers.put(worker.pid)
                assert worker.stdout is not None
                for line in worker.stdout:
                    key, _, digest = line.strip().partition(" ")
                    self.acknowledged[key] = digest
        if left:
            self.wrong.append(f"{len(left)} doses were never answered")

    def kill_workers(self) -> None:
        """kill -9 of every process that gives doses at a desk now."""
        while not self.workers.empty():
            try:
                os.kill(self.workers.get_nowait(), signal.SIGKILL)
            except ProcessLookupError:
                continue

    # Put back

    def put_back(self, base: Path, until: datetime, key: bytes) -> None:
        """The database as it was at a moment, in the place of the one there is, and served again."""
        station = self.station
        with psycopg.connect(**station.running.access.params("setup"), autocommit=True) as setup:
            setup.execute("select pg_switch_wal()")
            last = setup.execute("select now()").fetchone()
            deadline = time.monotonic() + 30
            while time.monotonic() < deadline:
                copied = archive.state(setup).last_copied
                if copied is not None and last is not None and copied >= last[0]:
                    break
                time.sleep(0.1)
        station.end_server()
        station.running.stop()
        folder = station.folder / "again"
        archive.recover(folder, base, key, station.folder / "wal", until=until)
        station.running = cluster.start(folder)
        station.environment = surroundings(station.running, station.folder, station.port)
        station.serve()

    # Afterwards

    def counted(self) -> dict[str, Any]:
        """What the tables say, asked past every policy; see ``sound`` for what they should."""
        rows = self.station.rows
        kept = {digest for (digest,) in rows("select digest from ost_logentry where kind = 'dose'")}
        named = [name for (name,) in rows("select name from ost_dose")]
        posted = [key for (key,) in rows("select key from ost_posting where target = 'client'")]
        (short,) = rows(
            "select count(*) from ost_balance b where b.quantity <> "
            "(select coalesce(sum(p.quantity) filter (where p.target_facility_id = b.facility_id "
            " and p.target = b.kind), 0) - coalesce(sum(p.quantity) filter (where p.facility_id = "
            "b.facility_id and p.source = b.kind), 0) from ost_posting p where p.lot_id = b.lot_id)"
        )[0]
        (left,) = rows("select coalesce(sum(quantity), 0) from ost_balance where kind = 'daily-cabinet'")[0]
        (spent,) = rows(
            "select count(*) from ost_outstanding o join ost_dose d on d.person = o.person and d.on = o.day"
        )[0]
        (unchained,) = rows(
            "select count(*) from ost_logentry e where seq > 1 and not exists (select from ost_logentry b "
            "where (b.device, b.incarnation, b.seq) = (e.device, e.incarnation, e.seq - 1))"
        )[0]
        (again,) = rows("select count(*) - count(distinct person) from ost_dose")[0]
        (loose,) = rows(
            "select (select count(*) from ost_permitrow p join ost_device d on d.id = p.device_id "
            "where d.kind = 'desk') - (select count(*) from ost_logentry e join ost_device d "
            "on d.name = e.device where d.kind = 'desk' and e.kind = 'dose')"
        )[0]
        (unaudited,) = rows(UNAUDITED)[0]
        return {
            "acknowledged": len(self.acknowledged),
            "lost": len(set(self.acknowledged.values()) - kept),
            "doses": len(named),
            "doubled": again,
            "unposted": len(kept.symmetric_difference(posted)) + len(kept.symmetric_difference(named)),
            "twice": len(posted) - len(set(posted)),
            "balances wrong": short,
            "cabinet wrong": left - (STOCK * len(self.keys) - 6 * len(named)),
            "still outstanding": spent,
            "permits of desks unused": loose,
            "holes in logs": unchained,
            "unaudited": unaudited,
            "incidents": rows("select kind, count(*) from ost_incident where not gone group by kind"),
        }

    def sound(self, doses: int) -> None:
        """Nothing lost, nothing twice, nothing unrecorded, and nobody has to look at anything."""
        assert self.wrong == [], self.wrong
        said = self.counted()
        assert said == sound(doses), said

    def again(self) -> None:
        """Take everything that was given out of the tables, as if it were the morning."""
        with psycopg.connect(**self.station.running.access.params("setup")) as setup:
            setup.execute(
                b"delete from ost_posting where target = 'client'; delete from ost_balance where kind = "
                b"'client'; update ost_balance set quantity = %s where kind = 'daily-cabinet'; "
                b"truncate ost_logentry, ost_dose, ost_outstanding, ost_permitrow, ost_incident; "
                b"truncate watch.entry; "
                b"update ost_device set incarnation = case kind when 'desk' then incarnation end, "
                b"superseded = '{}', epoch = '', version = 0, seq = 0, head = ''" % str(STOCK).encode()
            )
            setup.execute(b"delete from ost_day where exists (select from ost_device d where d.active "
                          b"and d.kind = 'tablet' and d.facility_id = ost_day.facility_id)")  # fmt: skip
        self.acknowledged, self.wrong, self.gaps, self.workers = {}, [], [], queue.Queue()


def sound(doses: int) -> dict[str, Any]:
    """What ``Clinic.counted`` says where everything is as it should be."""
    none = (
        "lost", "doubled", "unposted", "twice", "balances wrong", "cabinet wrong", "still outstanding",
        "permits of desks unused", "holes in logs", "unaudited",
    )  # fmt: skip
    return dict.fromkeys(none, 0) | {"acknowledged": doses, "doses": doses, "incidents": []}


def asked(client: str) -> Asked:
    """A dose of the one order there is."""
    return Asked(client, str(uuid4()), TODAY, "methadone", MG, MG / 10, "L01", "1")


@dataclass(frozen=True)
class Http:
    """A tablet's way to the server: of the replies one in twenty is lost."""

    clinic: Clinic
    chance: random.Random
    dropped: float = 0.05

    def exchange(self, offer: Offer, /) -> Answer | None:
        link = http.client.HTTPConnection("localhost", self.clinic.station.port, timeout=WAIT)
        try:
            link.request("POST", "/dt/dong-bo/", encoded(offer), {"Content-Type": "application/json"})
            if self.chance.random() < self.dropped:
                self.clinic.lost += 1
                return None
            answer = link.getresponse()
            body = answer.read()
        except (OSError, http.client.HTTPException):
            return None
        finally:
            link.close()
        if answer.status == 200:
            return decoded(Answer, body)
        if answer.status < 500:
            self.clinic.wrong.append(f"answered {answer.status} {body[:200]!r}")
        return None


def migrated() -> Path:
    """A stopped cluster with the product's tables, made once for this state of them and copied since."""
    name = f"{database.folder().name}-dosing-{database.fingerprint()}"
    kept = Path(tempfile.gettempdir()) / name
    with (kept.parent / f"{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not kept.exists():
            for old in kept.parent.glob(f"{database.folder().name}-dosing-*"):
                if old.is_dir():
                    shutil.rmtree(old)
            with place("ost-") as folder:
                with cluster.start(folder) as running:
                    given = surroundings(running, folder, 0) | {
                        "DATABASE_OWNER_URL": running.access.url("owner"),
                        "PHOIHOP_DB_ROLE": "owner",
                    }
                    house.do("from phoihop.base.security import install; install.migrate()", given)
                subprocess.run(["cp", "-a", str(folder), str(kept)], check=True)
    return kept


def surroundings(running: cluster.Running, folder: Path, port: int) -> dict[str, str]:
    """What a process of the product is given on this cluster."""
    return house.environment(
        running.access,
        port,
        PHOIHOP_TEST_DATA=str(folder / "data"),
        PHOIHOP_KEY_FILE=str(folder / "data" / "keys" / "keys.sealed"),
        PHOIHOP_FILES=str(folder / "data" / "files"),
    )


@contextmanager
def clinic(sites: int, people: int, *, tablets_active: bool, archived: bool = False) -> Iterator[Clinic]:
    """Everything set up and served, and gone afterwards. ``archived``: the database's log is copied to the
    folder "wal" beside it."""
    with place("ost-") as where:
        subprocess.run(["cp", "-a", f"{migrated()}/.", str(where)], check=True)
        if archived:
            (where / "wal").mkdir()
            (where / "wal").chmod(0o777)
            archive.turn_on(where, where / "wal")
        running = cluster.start(where)
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        environment = surroundings(running, where, port)
        keys = [Ed25519PrivateKey.generate() for _ in range(sites)]
        shown = [key.public_key().public_bytes_raw().hex() for key in keys]
        told = house.do(
            "from phoihop.programmes.ost.tests.faulting import settle\n"
            f"answer = settle({shown!r}, {people}, tablets_active={tablets_active})",
            environment,
        )
        with psycopg.connect(**running.access.params("setup")) as setup:
            setup.execute(WATCH.encode())
        station = Station(where, running, port, environment)
        here = Clinic(station, told, keys)
        station.serve()
        try:
            yield here
        finally:
            here.kill_workers()
            station.end_server()
            station.running.stop()
