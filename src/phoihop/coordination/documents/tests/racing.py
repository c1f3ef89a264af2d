"""What the processes of a scratch database do: send, read, rule and confirm at once, and be killed."""

import os
import random
import signal
import time
from typing import Any

from django.apps import apps

from phoihop.base.org.models import Account, Agency
from phoihop.base.org.rules.permissions import Viewer
from phoihop.base.org.tests import making
from phoihop.base.release.tests.racing import together
from phoihop.base.security import scope
from phoihop.base.security.models import AuditEntry
from phoihop.coordination.documents import alone, confirming, work
from phoihop.coordination.documents.actions import reviewing, sending
from phoihop.coordination.documents.models import Citation, Document, Item, Upload
from phoihop.coordination.documents.rules.review import STANDS, Kind, Ruling
from phoihop.coordination.documents.tests import texts
from phoihop.coordination.documents.tests.conftest import JOB
from phoihop.coordination.documents.tests.slowly import SlowReading
from phoihop.kernel.refusals import Refusal

PEOPLE = {"officer": "Giàng A Lử", "second": "Vàng Thị Say"}


def lay_out() -> Agency:
    """A new agency with two planning officers, beside those that are there."""
    with scope.acting(making.INSTALL):
        number = Agency.objects.count()
        here = making.agency(f"Sở Y tế {number}")
        for name in PEOPLE.values():
            making.somebody(f"{name} {number}", "planning-officer", here)
    return here


def viewer(here: Agency, who: str) -> Viewer:
    with scope.acting(making.INSTALL):
        number = here.name.rpartition(" ")[2]
        username = f"{PEOPLE[who]} {number}".replace(" ", "").casefold()
        return making.viewer(Account.objects.get(username=username))


def send(here: Agency, more: str = "", who: str = "officer") -> Upload:
    """A plan whose number no other agency's has."""
    text = texts.plan(f"{here.pk}/KH-UBND") + more
    return sending.send(by=viewer(here, who), agency=here, data=text.encode(), name="ke-hoach.txt")


def queued(*, settled: bool = False) -> int:
    """A file waiting to be read; ``settled``: read, with nothing left open."""
    here = lay_out()
    upload = send(here)
    if settled:
        work.run(upload.pk)
        reviewing.accept_rest(by=viewer(here, "second"), document=document_of(upload.pk), kinds=set(Kind))
    return int(upload.pk)


def document_of(number: int) -> Document:
    with scope.acting(JOB):
        return Document.objects.select_related("agency").get(upload=number)


def races() -> dict[str, Any]:
    """Send, read, rule and confirm, each many times at once."""
    here = lay_out()
    people = [viewer(here, "officer"), viewer(here, "second")]
    said: dict[str, Any] = {"send": together(6, lambda n: send(here, who=("officer", "second")[n % 2]))}
    with scope.acting(JOB):
        (upload,) = Upload.objects.filter(agency=here)
    together(4, lambda n: work.run(upload.pk))
    document = document_of(upload.pk)
    with scope.acting(JOB):
        it = Item.objects.get(document=document, kind="target", order=0)
        read = Document.objects.filter(agency=here)
        said["read"] = {"documents": read.count(), "items": Item.objects.filter(document__in=read).count()}
    rulings = (Ruling.ACCEPTED, Ruling.REJECTED)
    said["rule"] = together(
        10, lambda n: reviewing.rule(by=people[n % 2], item=it, ruling=rulings[n % 2], version=1)
    )
    said["accept"] = sum_of(
        10, lambda n: reviewing.accept_rest(by=people[n % 2], document=document, kinds=set(Kind))
    )
    said["confirm"] = together(10, lambda n: reviewing.confirm(by=people[n % 2], document=document))
    said["withdraw"] = together(
        5, lambda n: reviewing.withdraw(by=people[n % 2], document=document, why="thử")
    )
    with scope.acting(JOB):
        events = apps.get_model("documents", "ItemEvent").objects.filter(pgh_obj_id=it.pk)
        recorded = AuditEntry.objects.filter(outcome="done", owner_agency=here.pk)
        said["kept"] = {
            "events": events.count(),
            "rulings": recorded.filter(action="documents.rule").count(),
            "confirmed": recorded.filter(action="documents.confirm").count(),
            "citations": Citation.objects.filter(document=document).count(),
        }
    return said


def sum_of(times: int, act: Any) -> int:
    """What so many calls at once come to together."""
    found: list[int] = []
    together(times, lambda n: found.append(act(n)))
    return sum(found)


def same_number() -> dict[str, int]:
    """Two files of one document, confirmed at once."""
    here = lay_out()
    people = [viewer(here, "officer"), viewer(here, "second")]
    documents = []
    for copy in range(4):
        upload = send(here, "\n" * copy)
        work.run(upload.pk)
        documents.append(document_of(upload.pk))
        reviewing.accept_rest(by=people[0], document=documents[-1], kinds=set(Kind))
    return together(4, lambda n: reviewing.confirm(by=people[n % 2], document=documents[n]))


def interleaved(seed: int, each: int) -> dict[str, Any]:
    """Four hands rule on the same items at once, each by what it saw last; what was said and what stands."""
    number = queued()
    work.run(number)
    document = document_of(number)
    with scope.acting(JOB):
        numbers = list(
            Item.objects.filter(document=document).exclude(kind="head").values_list("pk", flat=True)
        )
    taken: list[tuple[int, int, str]] = []
    refused: list[str] = []

    def person(n: int) -> None:
        chosen, by = random.Random(seed + n), viewer(document.agency, ("officer", "second")[n % 2])
        for _ in range(each):
            pk = chosen.choice(numbers)
            with scope.acting(JOB):
                it = Item.objects.get(pk=pk)
            ruling = chosen.choice([Ruling.ACCEPTED, Ruling.REJECTED, Ruling.OPEN])
            try:
                now = reviewing.rule(by=by, item=it, ruling=ruling, version=it.version)
                taken.append((pk, now.version, now.ruling))
            except Refusal as refusal:
                refused.append(refusal.reason)

    together(4, person)
    with scope.acting(JOB):
        stands = {
            pk: (v, r) for pk, v, r in Item.objects.values_list("pk", "version", "ruling") if pk in numbers
        }
        events = apps.get_model("documents", "ItemEvent").objects.filter(
            pgh_obj_id__in=numbers, version__gt=1
        )
        kept = list(events.values_list("pgh_obj_id", "version", "ruling"))
        version = Document.objects.get(pk=document.pk).version
    last = dict.fromkeys(numbers, (1, "open"))
    for pk, v, ruling in sorted(taken):
        last[pk] = (v, ruling)
    return {
        "said": len(taken) + len(refused),
        "twice": len(taken) - len({(pk, v) for pk, v, _ in taken}),
        "lost": sorted(set(taken) - set(kept)),
        "unsaid": sorted(set(kept) - set(taken)),
        "stands": stands == last,
        "version": version - 1 - len(taken),
        "refused": sorted(set(refused)),
    }


def work_on(silent: float | None = None, *, slowly: bool = False) -> str:
    """Be a worker: pick up what fell silent, do what is queued, end; ``slowly``: with a slow child."""
    from procrastinate.contrib.django import app

    work.EVERY = 0.05
    if slowly:
        vars(work)["IsolatedReading"] = SlowReading
    if silent is not None:
        work.pick_up(silent)
    connector: Any = app.connector
    with app.replace_connector(connector.get_worker_connector()) as working:
        working.run_worker(queues=["documents"], wait=False, listen_notify=False)
    return "ended"


def confirm_and_die(number: int) -> str:
    """Confirm, and be killed when all of it is written and nothing kept yet."""
    confirming.LISTENERS.append(lambda by, document: os.kill(os.getpid(), signal.SIGKILL))
    document = document_of(number)
    reviewing.confirm(by=viewer(document.agency, "officer"), document=document)
    return "survived"


def confirm(number: int) -> dict[str, Any]:
    """Confirm after somebody was killed at it; how it stood before and stands after."""
    assert lock_freed()
    before, document = look(number), document_of(number)
    reviewing.confirm(by=viewer(document.agency, "second"), document=document)
    return {"before": before, "after": look(number)}


def look(number: int) -> dict[str, Any]:
    """Where a file stands, and what came of it."""
    with scope.acting(JOB):
        upload = Upload.objects.get(pk=number)
        documents = Document.objects.filter(upload=upload)
        return {
            "state": upload.state,
            "stage": upload.stage,
            "attempts": upload.attempts,
            "refused": upload.refused,
            "documents": documents.count(),
            "items": Item.objects.filter(document__in=documents).count(),
            "stages": sorted(documents.values_list("stage", flat=True)),
            "standing": Item.objects.filter(document__in=documents, ruling__in=STANDS).count(),
            "citations": Citation.objects.filter(document__in=documents).count(),
            "confirmed": AuditEntry.objects.filter(
                action="documents.confirm", owner_agency=upload.agency_id
            ).count(),
        }


def cancel(number: int) -> str:
    with scope.acting(JOB):
        upload = Upload.objects.select_related("agency").get(pk=number)
    return str(sending.cancel(by=viewer(upload.agency, "second"), upload=upload).state)


def lock_freed() -> bool:
    """Whether nothing of a killed process still holds the register."""
    for _ in range(100):
        with scope.acting(JOB):
            if alone.free(alone.REGISTER):
                return True
        time.sleep(0.05)
    return False
