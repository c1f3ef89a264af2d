"""What the processes of a scratch database do: lay out a clinic, race each other, work and be killed."""

import threading
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

from django.db import connection

from phoihop.base.org import actions as org
from phoihop.base.org import roles
from phoihop.base.org.models import Account, Agency, Proposal
from phoihop.base.org.rules.permissions import Grant, Reach
from phoihop.base.org.tests import making
from phoihop.base.release import care, datasets, work
from phoihop.base.release.actions import emergencies, exports
from phoihop.base.release.actions.exports import Handed
from phoihop.base.release.models import Emergency, Export
from phoihop.base.release.roles import CARE
from phoihop.base.release.rules import exports as rules
from phoihop.base.release.tests import conftest as house
from phoihop.base.release.tests.conftest import JOB
from phoihop.base.security import scope
from phoihop.kernel.refusals import Refusal

PEOPLE = {"carer": "lùthịsên", "head": "lườngvăntấp", "dpo": "quàngthịén", "far": "phànvăndất"}


def declare(slowly: float = 0.0) -> None:
    """What the client room declares, for the life of this process; ``slowly``: seconds for each part read."""
    dataset = house._clients()
    read = dataset.read

    def slow(viewer: Any, *, things: list[int]) -> Any:
        time.sleep(slowly)
        return read(viewer, things=things)

    slow.door = read.door  # type: ignore[attr-defined]
    datasets.DATASETS[dataset.code] = replace(dataset, read=slow)
    care.KINDS["standin.Client"] = house._kind(closed=False)
    held = roles.ROLES["carer-alpha"]
    grants = (*held.grants, *CARE, Grant("standin.case_alpha_export_*", Reach.FACILITY))
    roles.ROLES["carer-alpha"] = house._with(held, grants)


def lay_out(people: int) -> None:
    """A clinic with so many clients; its carer may export, its head may allow."""
    declare()
    with scope.acting(making.INSTALL):
        agency, other = making.agency("Trung tâm Y tế Nậm Pồ"), making.agency("Trung tâm Y tế Mường Nhé")
        a = making.facility(agency, "Phòng khám A", programmes=["alpha"])
        c = making.facility(other, "Phòng khám C", programmes=["alpha"])
        carer = making.account("Lù Thị Sên")
        making.position(carer, "carer-alpha", a)
        making.position(carer, "exporter", agency)
        making.somebody("Lường Văn Tấp", "head", agency)
        making.somebody("Quàng Thị Én", "data-protection", agency)
        making.somebody("Phàn Văn Dất", "carer-alpha", c)
        clinic = {"carer": making.viewer(carer), "a": a}
    for number in range(people):
        house.enrol(clinic, f"Sùng A Chứ {'I' * (number + 1)}")


def viewer(who: str) -> Any:
    with scope.acting(making.INSTALL):
        return making.viewer(Account.objects.get(username=PEOPLE[who]))


def ask() -> Export:
    with scope.acting(making.INSTALL):
        agency = Agency.objects.get(name="Trung tâm Y tế Nậm Pồ")
    return exports.ask(
        by=viewer("carer"),
        agency=agency,
        dataset="standin.clients",
        filters={},
        purpose="report",
        reason=house.REASON,
    )


def allow(export: Export) -> None:
    assert export.proposal is not None
    org.decide_proposal(by=viewer("head"), proposal=export.proposal, allow=True)


def together(times: int, act: Callable[[int], Any]) -> dict[str, int]:
    """Do it so many times at once; how often it came out how ("done", or the reason of a refusal)."""
    said: Counter[str] = Counter()
    ready = threading.Barrier(times)

    def one(number: int) -> None:
        ready.wait()
        try:
            came = act(number)
            said[came if isinstance(came, str) else "done"] += 1
        except Refusal as refusal:
            said[refusal.reason] += 1
        finally:
            connection.close()

    threads = [threading.Thread(target=one, args=(n,)) for n in range(times)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return dict(said)


def races() -> dict[str, dict[str, int]]:
    """Decide, ask, write, take and review, each many times at once."""
    lay_out(3)
    deciders = [viewer("head"), viewer("dpo")]
    proposal = ask().proposal
    said = {
        "decide": together(
            100, lambda n: org.decide_proposal(by=deciders[n % 2], proposal=proposal, allow=True)
        ),
        "ask": together(8, lambda n: ask()),
    }
    with scope.acting(JOB):
        export = Export.objects.get(proposal=proposal)
        jobs = _jobs()
    said["jobs"] = {"queued": jobs}
    together(8, lambda n: work.run(export.pk))
    with scope.acting(JOB):
        export.refresh_from_db()
    said["write"] = {export.state: export.attempts}
    carer = viewer("carer")
    said["take"] = together(
        10,
        lambda n: "handed" if isinstance(exports.take(by=carer, export=export), Handed) else "stopped",
    )
    thing = export.things[0]
    emergency = emergencies.open_emergency(
        by=viewer("far"), kind="standin.Client", thing=thing, reason="bất tỉnh khi nhập viện, cần biết thuốc"
    )
    said["review"] = together(
        20, lambda n: emergencies.review(by=deciders[0], emergency=emergency, verdict="fitting")
    )
    with scope.acting(JOB):
        said["kept"] = {
            "reviewed": Emergency.objects.filter(verdict="fitting").count(),
            "decided": Proposal.objects.filter(state="allowed").count(),
        }
    return said


def _jobs() -> int:
    with connection.cursor() as cursor:
        cursor.execute("select count(*) from procrastinate_jobs where task_name = 'release.write_export'")
        return int(cursor.fetchone()[0])


def queued(people: int) -> int:
    """Lay out a clinic and queue an export of all its people; its number."""
    lay_out(people)
    export = ask()
    allow(export)
    return export.pk


def work_on(slowly: float, silent: float | None = None) -> str:
    """Be a worker: pick up what fell silent, do what is queued, end."""
    from procrastinate.contrib.django import app

    declare(slowly)
    work.PART = 5
    if silent is not None:
        rules.SILENT = timedelta(seconds=silent)
        work.pick_up()
    connector: Any = app.connector
    with app.replace_connector(connector.get_worker_connector()) as working:
        working.run_worker(queues=["release"], wait=False, listen_notify=False)
    return "ended"


def look(number: int) -> dict[str, Any]:
    """Where the export stands, and how many files of the vault belong to it."""
    from phoihop.base.security import vaults

    with scope.acting(JOB):
        export = Export.objects.get(pk=number)
    return {
        "state": export.state,
        "done": export.done,
        "rows": export.rows,
        "attempts": export.attempts,
        "things": len(set(export.things)),
        "files": len(list(vaults.vault().ids())),
        "own": export.file in set(vaults.vault().ids()),
    }
