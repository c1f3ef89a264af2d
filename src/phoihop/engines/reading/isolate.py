"""Reads a file in a child process, so that a hostile file can hurt nothing but its own reading."""

from typing import Any

from phoihop.base.security.uploads import worker, worker_child
from phoihop.engines.reading import contract
from phoihop.engines.reading.intake import limits
from phoihop.engines.reading.intake.refusing import refuse
from phoihop.kernel.refusals import Refusal

# A page of OCR reports within a minute; a converted .doc within a minute and a half. PDFium, lxml,
# Tesseract and LibreOffice all work within the memory that every guarded call has.
LIMITS = worker.Limits(
    input=limits.FILE,
    cpu_most=120,
    files=1_024,
    silence=100.0,
    seconds=15 * 60.0,
    programs=True,
)


class IsolatedReading:
    """One reading in a child process of its own.

    ``start`` returns at once; ``progress`` and ``done`` may be asked from any thread; ``result``
    waits. The result is the contract's JSON object, a reading or a refusal; beside intake's reasons
    there are "timeout", "too-heavy" and "cancelled", and "corrupt" also stands for a crashed child.
    """

    def __init__(self, data: bytes, name: str) -> None:
        self._name = name
        self._job = worker.Job(worker.name_of(read_here), data, {"name": name}, LIMITS)
        self.start = self._job.start
        self.cancel = self._job.cancel
        self.done = self._job.done

    @property
    def progress(self) -> tuple[str, float]:
        """The stage ("open", "ocr", "read") and how far it has come, 0 to 1."""
        return ("read", 1.0) if self.done() else self._job.progress

    def result(self) -> dict[str, Any]:
        """The reading or the refusal; waits for it when it is not there yet."""
        try:
            found = self._job.result().value
        except Refusal as refusal:
            reason = refusal.reason
            # What the guard refuses (a child that died) is worded for readers where they have words for it.
            return contract.of_refusal(self._name, refuse(reason) if reason in refuse.cases else refusal)
        if isinstance(found, dict) and isinstance(found.get("documents"), list):
            return found
        return contract.of_refusal(self._name, refuse("corrupt"))


def read_here(data: bytes, given: dict[str, Any]) -> dict[str, Any]:
    """The reading or refusal of a file, in this process: what the child of an IsolatedReading runs."""
    from phoihop.engines.reading import extract, understand
    from phoihop.engines.reading.intake import progress

    name: str = given["name"]

    def heard(stage: str, fraction: float) -> None:
        if stage == "ocr" and fraction == 0.0:
            worker_child.more_time()
        worker_child.report(stage, fraction)

    with progress.listening(heard):
        try:
            source = extract(data, name)
            progress.report("read", 0.0)
            return contract.of_reading(understand(source, name))
        except Refusal as refusal:
            return contract.of_refusal(name, refusal)
        except MemoryError:
            return contract.of_refusal(name, refuse("too-heavy"))
