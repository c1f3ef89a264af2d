"""Two hundred people at work at once: how long each page takes when about forty requests arrive a second.

    ./run bench crowd [workers] [plans]

With ``plans``: 200 plans of 34 provinces with 20,000 tasks and 5,000 people (the world of plans.py), and all
are at the pages of plans and documents: planning officers and leaders on their province's plans, agency
officers on their agency's work, tasks and targets.

The program as an operator starts it (``phoihop serve``: granian, jobs, sealer, its own PostgreSQL) on a data
folder of its own, all units of the nation, the demo's offices. 200 signed-in sessions of every role open
pages that they may open, in no order, five seconds apart on average, for a minute. The aim: a 95th percentile
of 300 ms. Whatever else the machine does counts too, so its load is told.
"""

import collections
import contextlib
import http.client
import json
import os
import random
import re
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

PEOPLE, THINKS, LASTS, AIM = 200, 5.0, 60.0, 0.300
BESIDE = {"administrator": 20, "data-protection": 20, "head": 20, "auditor": 10}  # the others are members
OWN = (
    "/",
    "/toi/thiet-bi/",
    "/toi/dang-nhap/",
    "/xuat/",
    "/khan-cap/cua-toi/",
    "/phat-hanh/da-phat-hanh/",
    "/van-ban/",
    "/ke-hoach/",
    "/dia-ban/goi-y/?q=bat+xat",
)
# Sessions, and which page is opened by whom; run inside the product, beside the server.
MADE = """
from django.conf import settings
from phoihop.base.org import viewers
from phoihop.base.org.models import Account, Agency, Position
from phoihop.base.org.tests import making
from tests.journeys import organised
from tests.support.world import signed_in
made = organised.make()
found = organised.pages(made)
groups = {{}}
with scope.acting(Scope("install")):
    agencies = list(Agency.objects.filter(name__contains="Phìn Sơn").order_by("pk"))
    for role, count in {groups!r}.items():
        for n in range(count):
            account = making.account(f"Người {{role}} {{n}}")
            making.position(account, role, agencies[n % len(agencies)] if role == "member" else agencies[0])
            groups.setdefault(role, []).append(account)
    for username in sorted({{who for _, who, _ in found}}):
        groups[username] = [Account.objects.get(username=username)] * 3
    viewers.CACHE.clear()
    name = settings.SESSION_COOKIE_NAME
    answer = {{
        "cookies": {{
            group: [signed_in(one).cookies[name].value for one in people] for group, people in groups.items()
        }},
        "pages": sorted({{path for _, _, path in found}}),
        "named": {{path: label for label, _, path in found}},
    }}
"""

# Everybody has pages of their own: ``reach`` by session.
MADE_PLANS = """
from django.conf import settings
from phoihop.base.security import origin
from tests.support.world import signed_in
from bench import plans
with origin.beginning(), scope.acting(Scope("install")):
    found = plans.people_at_work({people})
name = settings.SESSION_COOKIE_NAME
answer = {{
    "cookies": {{who: [signed_in(account).cookies[name].value] for who, account, _ in found}},
    "reach": {{who: paths for who, _, paths in found}},
    "named": plans.NAMED,
}}
"""


@dataclass
class Took:
    page: str
    status: int
    seconds: float


def main() -> None:
    workers = next((int(each) for each in sys.argv[1:] if each.isdigit()), 1)
    plans = "plans" in sys.argv[1:]
    with tempfile.TemporaryDirectory(prefix="crowd-", dir="/tmp") as name:
        folder = Path(name)
        folder.chmod(0o711)
        with served(folder, workers) as (port, server):
            known = inside(
                folder, MADE_PLANS.format(people=PEOPLE) if plans else MADE.format(groups=_counts())
            )
            sessions = [(g, cookie) for g, cookies in known["cookies"].items() for cookie in cookies]
            print(f"{len(sessions)} sessions of {len(known['cookies'])} kinds of people")
            reach = _open(port, known) if plans else _reachable(port, known)
            measure(port, server, folder, sessions, reach, known["named"], workers)


def _counts() -> dict[str, int]:
    named = 3 * 6  # three sessions of each of the demo's people whose pages are opened
    return {"member": PEOPLE - named - sum(BESIDE.values()), **BESIDE}


@contextlib.contextmanager
def served(folder: Path, workers: int) -> Iterator[tuple[int, int]]:
    """The program on this folder: its port and the number of its first process."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-P", "-m", "phoihop", "serve", "--port", str(port), "--workers", str(workers)]
    with (folder / "said").open("w") as said:
        process = subprocess.Popen(command, env=given(folder, port), stdout=said, stderr=said)
        try:
            deadline = time.monotonic() + 120
            while "Thẻ đăng nhập" not in (folder / "said").read_text() or not _answers(port):
                if process.poll() is not None or time.monotonic() > deadline:
                    raise SystemExit((folder / "said").read_text())
                time.sleep(0.2)
            yield port, process.pid
        finally:
            process.terminate()
            process.wait(timeout=60)


def given(folder: Path, port: int) -> dict[str, str]:
    source = Path(__file__).resolve().parent.parent
    return os.environ | {
        "PHOIHOP_DATA": str(folder),
        "PHOIHOP_MODE": "demo",
        "PHOIHOP_PUBLIC_URL": f"http://localhost:{port}",
        "DJANGO_SETTINGS_MODULE": "phoihop.config.settings",
        "PYTHONPATH": os.pathsep.join([str(source / "src"), str(source)]),
    }


_JOINED = """
from phoihop.config import database
running = database.join()
import django; django.setup()
import json, sys
from django.test.utils import setup_test_environment
setup_test_environment()
from phoihop.base.security import scope
from phoihop.base.security.scope import Scope
"""


def inside(folder: Path, code: str) -> dict:
    """Run Python in the product, on the database that the server runs on; what it calls ``answer``."""
    key = (folder / "keys" / "pages.key").read_text(encoding="utf-8")
    program = f"{_JOINED}{code}\nrunning and running.stop()\nsys.stdout.write(json.dumps(answer))"
    done = subprocess.run(
        [sys.executable, "-c", program],
        env=given(folder, 0) | {"PHOIHOP_SECRET_KEY": key},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise SystemExit(done.stderr)
    return json.loads(done.stdout)


def _answers(port: int) -> bool:
    try:
        return ask(http.client.HTTPConnection("localhost", port, timeout=5), "/dang-nhap/", "") == 200
    except OSError:
        return False


def ask(connection: http.client.HTTPConnection, path: str, cookie: str) -> int:
    connection.request("GET", path, headers={"User-Agent": _CHROME, "Cookie": f"phoihop_session={cookie}"})
    answer = connection.getresponse()
    answer.read()
    return answer.status


_CHROME = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/156.0.0.0 Safari/537.36"


def _reachable(port: int, known: dict) -> dict[str, list[str]]:
    """Which pages each kind of people may open; asking is the warm-up too."""
    connection = http.client.HTTPConnection("localhost", port, timeout=60)
    paths = [*known["pages"], *OWN]
    found = {}
    for group, cookies in known["cookies"].items():
        found[group] = [path for path in paths if ask(connection, path, cookies[0]) == 200]
        assert len(found[group]) > len(OWN), f"{group} opens nothing"
    connection.close()
    everywhere = set().union(*found.values())
    closed = sorted(set(paths) - everywhere)
    print(f"{len(everywhere)} pages of {len(paths)} are open to somebody; not: {closed}")
    return found


def _open(port: int, known: dict) -> dict[str, list[str]]:
    """What each session was said to open, each kind of page once opened by each tenth session to warm up."""
    connection = http.client.HTTPConnection("localhost", port, timeout=60)
    for who, cookies in list(known["cookies"].items())[::10]:
        for path in known["reach"][who]:
            status = ask(connection, path, cookies[0])
            assert status == 200, (who, path, status)
    connection.close()
    return known["reach"]


def measure(port, server, folder, sessions, reach, named, workers) -> None:
    took: list[Took] = []
    begin, end = time.monotonic() + 2, time.monotonic() + 2 + LASTS
    threads = [
        threading.Thread(target=_person, args=(port, n, cookie, reach[group], begin, end, took))
        for n, (group, cookie) in enumerate(sessions)
    ]
    before = os.getloadavg()[0]
    for thread in threads:
        thread.start()
    time.sleep(max(0.0, begin - time.monotonic()))
    program, postgres, own = _seconds(server), _seconds(_postgres(folder)), time.process_time()
    while time.monotonic() < end:
        time.sleep(0.1)
    busy = [_seconds(server) - program, _seconds(_postgres(folder)) - postgres, time.process_time() - own]
    for thread in threads:
        thread.join()
    by_page = collections.defaultdict(list)
    for one in took:
        by_page[_kind(one.page, named)].append(one.seconds)
    print(f"{'page':40} {'times':>6} {'p50':>6} {'p95':>6} {'p99':>6}   ms")
    for page, times in sorted(by_page.items(), key=lambda item: -_at(item[1], 0.95)):
        _line(page, times)
    whole = [one.seconds for one in took]
    _line("all", whole)
    wrong = collections.Counter(one.status for one in took if one.status != 200)
    cores = os.cpu_count() or 1
    shares = [
        f"{what} {seconds / LASTS:.2f}"
        for what, seconds in zip(("program", "PostgreSQL", "who asks"), busy, strict=True)
    ]
    rate, others = len(whole) / LASTS, dict(wrong) or "none"
    print(f"{rate:.1f} requests a second, {workers} worker(s); not answered 200: {others}")
    load = f"load before {before:.2f}, after {os.getloadavg()[0]:.2f}"
    print(f"cores busy, of {cores}: {', '.join(shares)}; {load}")
    reached = _at(whole, 0.95)
    print(
        f"p95 {reached * 1000:.0f} ms, aim {AIM * 1000:.0f} ms: {'reached' if reached <= AIM else 'MISSED'}"
    )


def _kind(page: str, named: dict[str, str]) -> str:
    """What a page is called: by its address, or by the pattern that its address fits."""
    if page in named:
        return named[page]
    return next((name for pattern, name in named.items() if re.fullmatch(pattern, page)), page)


def _person(port, number, cookie, pages, begin, end, took) -> None:
    dice = random.Random(number)
    connection = http.client.HTTPConnection("localhost", port, timeout=60)
    at = begin + dice.uniform(0, THINKS)
    while at < end:
        time.sleep(max(0.0, at - time.monotonic()))
        page, start = dice.choice(pages), time.monotonic()
        status = _again(connection, page, cookie)
        took.append(Took(page, status, time.monotonic() - start))
        at = time.monotonic() + dice.expovariate(1 / THINKS)
    connection.close()


def _again(connection, page: str, cookie: str) -> int:
    """As a browser does: once more on a new connection if the server has closed the one that was kept."""
    for _ in range(2):
        try:
            return ask(connection, page, cookie)
        except (OSError, http.client.HTTPException):
            connection.close()
    return 0


def _line(name: str, times: list[float]) -> None:
    values = [f"{_at(times, share) * 1000:6.0f}" for share in (0.5, 0.95, 0.99)]
    print(f"{name[:40]:40} {len(times):6} {' '.join(values)}")


def _at(times: list[float], share: float) -> float:
    ordered = sorted(times)
    return (
        ordered[min(len(ordered) - 1, int(len(ordered) * share))]
        if share != 0.5
        else statistics.median(ordered)
    )


def _seconds(root: int) -> float:
    """Processor time of a process and all that it started, those that ended included."""
    found, ticks = [root], 0
    for number in found:
        with contextlib.suppress(OSError):
            for path in Path(f"/proc/{number}/task").glob("*/children"):
                found += [int(child) for child in path.read_text().split()]
            said = Path(f"/proc/{number}/stat").read_text().rpartition(")")[2].split()
            ticks += sum(int(value) for value in said[11:15])
    return ticks / os.sysconf("SC_CLK_TCK")


def _postgres(folder: Path) -> int:
    (path,) = folder.glob("postgres/**/postmaster.pid")
    return int(path.read_text().split("\n")[0])


if __name__ == "__main__":
    main()
