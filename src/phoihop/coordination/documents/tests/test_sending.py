"""Files sent in: let in, kept, read in a child, told of, stopped, and never lost or read twice."""

import json
from pathlib import Path
from typing import Any, ClassVar

import pytest
from django.conf import settings as product
from django.db import connection
from django.test.utils import CaptureQueriesContext
from procrastinate.contrib.django.models import ProcrastinateJob

import phoihop
from phoihop.base.org.doors import NotAllowed
from phoihop.base.security import scope, vaults
from phoihop.base.security.models import AuditEntry, StoredFile
from phoihop.coordination.documents import queries, work
from phoihop.coordination.documents.actions import reviewing, sending
from phoihop.coordination.documents.models import Document, Item, Upload
from phoihop.coordination.documents.rules import reading as rules
from phoihop.coordination.documents.rules import uploads
from phoihop.coordination.documents.rules.review import Kind
from phoihop.coordination.documents.rules.uploads import State
from phoihop.coordination.documents.tests import texts
from phoihop.coordination.documents.tests.conftest import JOB, read, sent
from phoihop.kernel.refusals import Refusal

DEMO = sorted(
    p
    for p in (Path(phoihop.__file__).parent / "demo" / "documents").glob("*")
    if p.suffix != ".json" and p.is_file()
)


def as_job() -> Any:
    return scope.acting(JOB)


def jobs(upload: Upload) -> int:
    found = ProcrastinateJob.objects.filter(task_name="documents.read", args__upload=upload.pk)
    return found.count()


def test_a_file_is_kept_sealed_and_queued_once(desk):
    upload = sent(desk)
    assert (upload.state, jobs(upload)) == ("waiting", 1)
    with as_job():
        stored = StoredFile.objects.get(about=f"org.Agency:{desk['here'].pk}")
    assert (stored.agency, stored.account) == (desk["here"].pk, desk["officer"].account)
    assert stored.pk == upload.file_id
    assert b"".join(vaults.vault().open(stored.vault)) == texts.PLAN.encode()
    assert not any(
        "CHỦ TỊCH".encode() in p.read_bytes() for p in product.PHOIHOP_FILES.rglob("*") if p.is_file()
    )


def test_sending_is_recorded_and_so_is_the_reading(desk):
    (document,) = read(desk)
    with as_job():
        told = list(AuditEntry.objects.filter(action__startswith="documents.").order_by("pk"))
    label = f"{document.upload_id}"
    assert [(e.action, e.kind, e.thing_id) for e in told] == [
        ("documents.send", "write", f"{desk['here'].pk}"),
        ("documents.read", "job", label),
    ]
    assert told[1].count == document.items.count()


REFUSED = {
    "empty": (b"", "a.txt", "empty"),
    "program": (b"MZ\x90\0\x03\0\0\0" + bytes(200), "a.pdf", "program"),
    "drawing": (b'<svg xmlns="http://www.w3.org/2000/svg"/>', "a.svg", "web-page"),
    "wrong name": (b"Ke hoach", "a.pdf", "wrong-extension"),
    "too large": (b"a" * (20 * 2**20 + 1), "a.txt", "too-large"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_the_intake_refuses_leaves_nothing(desk, case):
    data, name, why = REFUSED[case]
    with pytest.raises(Refusal) as refused:
        sending.send(by=desk["officer"], agency=desk["here"], data=data, name=name)
    assert refused.value.reason == why
    assert Upload.objects.count() == 0
    assert list(vaults.vault().ids()) == []


@pytest.mark.parametrize("who", ["far", "agency_officer", "leader", "member"])
def test_only_planning_officers_of_the_agency_send(desk, who):
    with pytest.raises(NotAllowed):
        sending.send(by=desk[who], agency=desk["here"], data=b"a", name="a.txt")


def test_the_same_file_is_told_of_and_not_read_twice(desk):
    first = sent(desk)
    with pytest.raises(sending.AlreadySent) as refused:
        sent(desk, who="second", name="ban-khac.txt")
    assert refused.value.upload == first
    work.run(first.pk)
    with pytest.raises(sending.AlreadySent):
        sent(desk)
    assert (Upload.objects.count(), Document.objects.count()) == (1, 1)


def test_another_agency_may_send_the_same_file(desk):
    assert sent(desk).sha256 == sent(desk, who="far").sha256


def test_what_ended_in_nothing_may_be_sent_again(desk):
    first = sent(desk)
    sending.cancel(by=desk["second"], upload=first)
    second = sent(desk)
    Upload.objects.filter(pk=second.pk).update(state=State.REFUSED, refused="x")
    (document,) = read(desk)
    with pytest.raises(sending.AlreadySent):
        sent(desk)
    reviewing.withdraw(by=desk["officer"], document=document, why="gửi nhầm bản dự thảo")
    assert sent(desk).pk != document.upload_id


def test_too_many_waiting_are_refused(desk, monkeypatch):
    monkeypatch.setattr(sending, "WAITING", 2)
    sent(desk)
    sent(desk, texts.plan("2/KH-UBND"))
    with pytest.raises(Refusal) as refused:
        sent(desk, texts.plan("3/KH-UBND"))
    assert refused.value.reason == "busy"
    sent(desk, who="far")


@pytest.mark.parametrize("path", DEMO, ids=lambda p: p.suffix)
def test_every_format_goes_through_and_the_items_say_what_was_read(desk, path):
    """.docx, .html, .txt, .md and .pdf; and the reader's JSON comes back out of the items."""
    upload = sending.send(by=desk["officer"], agency=desk["here"], data=path.read_bytes(), name=path.name)
    work.run(upload.pk)
    upload.refresh_from_db()
    assert upload.state == "read", upload.vi
    assert upload.reading["format"] == path.suffix.removeprefix(".")
    assert upload.text
    assert "text" not in upload.reading
    for document in upload.documents.all():
        contract = upload.reading["documents"][document.order]
        items = [(Kind(i.kind), i.order, i.value) for i in document.items.all()]
        again = rules.document_of(items)
        assert again == {key: contract[key] for key in again}
        assert {"findings", "sections"} <= set(contract)
        assert document.number == (contract["number"] or "")


def test_a_file_of_several_documents_becomes_several(desk):
    both = texts.plan("41/KH-UBND") + "\n\n\n" + texts.plan("42/KH-UBND", "15 tháng 02 năm 2026")
    documents = read(desk, both)
    assert [d.number for d in documents] == ["41/KH-UBND", "42/KH-UBND"]
    assert [d.order for d in documents] == [0, 1]
    assert documents[0].end <= documents[1].start
    assert all(d.items.filter(kind="target").count() == 3 for d in documents)


class Scripted:
    """A reading that says what a test wrote for it."""

    steps: ClassVar[list[tuple[str, float]]] = []
    answer: ClassVar[Any] = None
    during: ClassVar[Any] = None
    ended: ClassVar[list[bool]] = []

    def __init__(self, data: bytes, name: str) -> None:
        self.left = list(self.steps)
        self.progress = ("open", 0.0)

    def start(self) -> None:
        pass

    def done(self) -> bool:
        if self.left:
            self.progress = self.left.pop(0)
            if Scripted.during is not None:
                Scripted.during(self)
            return False
        return True

    def cancel(self) -> None:
        Scripted.ended.append(True)

    def result(self) -> Any:
        return Scripted.answer


@pytest.fixture
def scripted(monkeypatch):
    monkeypatch.setattr(work, "IsolatedReading", Scripted)
    monkeypatch.setattr(work, "EVERY", 0.0)
    monkeypatch.setattr(work, "_LOOK", 0.0)
    Scripted.steps, Scripted.answer, Scripted.during, Scripted.ended = (
        [("open", 0.5), ("read", 0.25)],
        None,
        None,
        [],
    )
    return Scripted


def real() -> dict[str, Any]:
    """A reading as the reader gives it."""
    from phoihop.engines.reading.isolate import read_here

    return read_here(texts.PLAN.encode(), {"name": "a.txt"})


def test_how_far_it_is_can_be_seen_while_it_goes(desk, scripted):
    seen = []
    scripted.answer = real()
    scripted.during = lambda _: seen.append(
        [(p.state, p.stage, p.fraction) for p in queries.progress(desk["officer"])]
    )
    upload = sent(desk)
    scripted.steps = [("open", 0.5), ("ocr", 0.25), ("read", 0.75)]
    work.run(upload.pk)
    assert seen == [
        [("reading", "open", 0.0)],
        [("reading", "open", 0.5)],
        [("reading", "ocr", 0.25)],
    ]
    (done,) = queries.progress(desk["officer"])
    assert (done.state, done.fraction) == ("read", 1.0)


def test_stopping_ends_the_child_and_keeps_nothing(desk, scripted):
    upload = sent(desk)
    scripted.answer = real()
    scripted.during = lambda reading: (
        sending.cancel(by=desk["second"], upload=upload) if reading.progress[0] == "read" else None
    )
    work.run(upload.pk)
    upload.refresh_from_db()
    assert (upload.state, scripted.ended) == ("cancelled", [True])
    assert Document.objects.count() == 0
    with pytest.raises(Refusal) as refused:
        sending.cancel(by=desk["officer"], upload=upload)
    assert refused.value.reason == "upload-over"
    with pytest.raises(NotAllowed):
        sending.cancel(by=desk["far"], upload=upload)


def test_what_is_stopped_before_its_turn_is_never_begun(desk, scripted):
    upload = sent(desk)
    sending.cancel(by=desk["officer"], upload=upload)
    work.run(upload.pk)
    upload.refresh_from_db()
    assert (upload.state, upload.attempts, scripted.ended) == ("cancelled", 0, [])


def test_a_worker_that_is_told_to_end_gives_its_file_back(desk, scripted):
    upload = sent(desk)
    work.run(upload.pk, lambda: True)
    upload.refresh_from_db()
    assert (upload.state, upload.attempts, jobs(upload), scripted.ended) == ("waiting", 0, 2, [True])
    scripted.answer = real()
    work.run(upload.pk)
    work.run(upload.pk)
    upload.refresh_from_db()
    assert (upload.state, upload.attempts, Document.objects.count()) == ("read", 1, 1)


def test_a_reading_that_was_begun_again_elsewhere_is_dropped(desk, scripted):
    """A worker thought dead comes back with its answer while another is at it."""
    upload = sent(desk)
    scripted.answer = real()
    other = Upload.objects.filter(pk=upload.pk)
    scripted.during = lambda reading: other.update(attempts=2) if reading.progress[0] == "read" else None
    work.run(upload.pk)
    upload.refresh_from_db()
    assert (upload.state, Document.objects.count(), scripted.ended) == ("reading", 0, [True])


def test_what_falls_silent_is_begun_again_and_after_three_times_refused(desk, scripted):
    upload = sent(desk)
    for attempt in (1, 2, 3):
        assert work._claim(upload.pk) is not None
        assert work.pick_up(silent=3600.0) == 0
        assert work.pick_up(silent=-1.0) == 1
        upload.refresh_from_db()
        assert upload.attempts == attempt == min(attempt, uploads.ATTEMPTS)
        assert upload.state == ("refused" if attempt == 3 else "waiting")
    assert (upload.refused, jobs(upload)) == ("reading-lost", 3)
    assert "ba lần" in upload.vi
    assert "three times" in upload.en
    assert work.pick_up(silent=-1.0) == 0


def test_what_waits_with_no_job_to_it_is_queued_again(desk):
    upload = sent(desk)
    assert work.pick_up(silent=-1.0) == 0
    ProcrastinateJob.objects.all()  # the table is the library's; rows are ended by its own functions
    with connection.cursor() as cursor:
        cursor.execute("update procrastinate_jobs set status = 'failed' where task_name = 'documents.read'")
    assert work.pick_up(silent=3600.0) == 0
    assert work.pick_up(silent=-1.0) == 1
    assert work.pick_up(silent=-1.0) == 0
    assert jobs(upload) == 2


def _without(key: str) -> Any:
    def change(reading: Any) -> None:
        del reading["documents"][0][key]

    return change


def _with(**more: Any) -> Any:
    return lambda reading: reading["documents"][0].update(more)


def _item(key: str, **more: Any) -> Any:
    return lambda reading: reading["documents"][0][key][0].update(more)


NONSENSE = {
    "no documents": lambda r: r.update(documents=[]),
    "documents are a number": lambda r: r.update(documents=[7]),
    "text is a list": lambda r: r.update(text=["a"]),
    "number is a list": _with(number=["1"]),
    "signers are text": _with(signers="ai"),
    "no tasks": _without("tasks"),
    "no where": _without("where"),
    "span backwards": _with(span=[9, 3]),
    "span beyond the text": _item("targets", span=[0, 10**9]),
    "span of truths": _item("tasks", span=[False, True]),
    "leads are numbers": _item("tasks", leads=[1]),
    "output of another world": _item("tasks", outputs=[99]),
    "citation without a place": _item("citations", spans=[]),
    "number of a citation": _item("citations", number=9),
    "exact is a number": _item("targets", value_exact=5),
    "exact is no number": _item("targets", value_exact="nhiều"),
    "value without end": _item("targets", value=float("inf")),
    "unknown comparator": _item("targets", comparator="~"),
    "unit is a list": _item("targets", unit=["%"]),
    "unknown basis": _item("tasks", basis="nghe nói"),
    "standing is a word": _item("tasks", standing="có"),
    "day of a citation": _item("citations", date="ngày kia"),
    "day of issue": _with(issued="31/02/2026"),
    "unknown severity": _with(
        findings=[{"severity": "fatal", "message": {"vi": "a", "en": "b"}, "spans": []}]
    ),
    "finding in one language": _with(findings=[{"severity": "note", "message": {"vi": "a"}, "spans": []}]),
    "section without a heading": _with(sections=[{"level": 1, "children": []}]),
    "anchor of nothing": lambda r: r.update(anchors=[{"span": [0, 1], "kind": "page"}]),
    "refused without a word": lambda r: r.update(refused={"reason": "corrupt"}),
}


@pytest.mark.parametrize("case", NONSENSE)
def test_a_child_that_speaks_nonsense_is_refused(desk, scripted, case):
    """What a hostile file has taken over may say anything: nothing of it gets in."""
    scripted.answer = real()
    NONSENSE[case](scripted.answer)
    upload = sent(desk)
    work.run(upload.pk)
    upload.refresh_from_db()
    assert (upload.state, upload.refused) == ("refused", "reader-failed")
    assert Document.objects.count() == Item.objects.count() == 0


def test_a_file_that_no_longer_opens_is_refused_at_once(desk):
    """Asking three times would not make it whole, nor say what is wrong with it."""
    upload = sent(desk)
    (kept,) = [path for path in product.PHOIHOP_FILES.rglob("*") if path.is_file()]
    sealed = bytearray(kept.read_bytes())
    sealed[-20] ^= 1
    kept.write_bytes(sealed)
    work.run(upload.pk)
    upload.refresh_from_db()
    assert (upload.state, upload.refused, upload.attempts) == ("refused", "damaged", 1)


def test_what_the_reader_refuses_says_why(desk):
    upload = sending.send(by=desk["officer"], agency=desk["here"], data=b"\xff\xfe", name="a.txt")
    work.run(upload.pk)
    upload.refresh_from_db()
    (told,) = queries.uploads(desk["officer"]).rows
    assert upload.state == "refused"
    assert told.why is not None
    assert (told.why.vi, told.why.en) == (upload.vi, upload.en)


def test_letters_that_no_table_keeps_are_replaced_one_by_one(desk, scripted):
    scripted.answer = json.loads(json.dumps(real()))
    text = scripted.answer["text"]
    scripted.answer["text"] = text[:5] + "\0\ud800" + text[7:]
    scripted.answer["documents"][0]["title"] = "Kế hoạch\0"
    upload = sent(desk)
    work.run(upload.pk)
    upload.refresh_from_db()
    assert upload.text == text[:5] + "\ufffd\ufffd" + text[7:]
    assert upload.documents.get().title == "Kế hoạch\ufffd"


def _statements(ask: Any) -> int:
    with CaptureQueriesContext(
        connection,
    ) as caught:
        ask()
    return len([q for q in caught if "set_config" not in q["sql"] and "SAVEPOINT" not in q["sql"]])


def test_progress_of_everything_is_one_statement_and_lists_do_not_grow(desk):
    for number in range(2):
        read(desk, texts.plan(f"{number + 1}/KH-UBND"))
    few = _statements(lambda: queries.uploads(desk["officer"]))
    for number in range(2, 12):
        read(desk, texts.plan(f"{number + 1}/KH-UBND"))
    assert _statements(lambda: queries.progress(desk["officer"])) == 1
    assert _statements(lambda: queries.uploads(desk["officer"])) == few
    assert len(queries.progress(desk["officer"])) == 12


def test_each_sees_the_files_of_their_agency_and_the_progress_of_their_own(desk):
    mine, hers, far = sent(desk), sent(desk, texts.plan("2/KH-UBND"), who="second"), sent(desk, who="far")
    assert [p.uid for p in queries.progress(desk["officer"])] == [mine.uid]
    listed = queries.uploads(desk["officer"])
    assert [(row.uid, row.mine, row.name) for row in listed.rows] == [
        (hers.uid, False, "ke-hoach.txt"),
        (mine.uid, True, "ke-hoach.txt"),
    ]
    assert [row.uid for row in queries.uploads(desk["far"]).rows] == [far.uid]
    for who in ("leader", "member", "agency_officer"):
        with pytest.raises(NotAllowed):
            queries.uploads(desk[who])
