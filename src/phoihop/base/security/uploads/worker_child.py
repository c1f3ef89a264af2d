"""The child of a guarded reading: a file comes in over stdin, JSON lines go out over stdout.

Input: one line of JSON, ``{"name": …, "size": bytes}``, then the bytes. Output: lines
``{"progress": [stage, fraction]}`` and at last one line ``{"result": …}`` in the contract's shape.
Nothing else reaches stdout, whatever a library prints.
"""

import json
import os
import shutil
import sys
from pathlib import Path
from typing import Any, BinaryIO

MEMORY = 512 * 2**20  # bytes of address space; PDFium, lxml, Tesseract and LibreOffice all work within it
FOLDER = "phoihop-"  # how the name of a reading's own temporary folder begins
CPU_SECONDS = 20
CPU_SECONDS_OCR = 120
OUTPUT = 200 * 2**20  # bytes that the child, or a program it starts, may write into one file


def _limit(name: str, soft: int, hard: int) -> None:
    try:
        import resource

        # getattr: the set of limits differs from system to system, and Windows has no such module.
        resource.setrlimit(getattr(resource, name), (soft, hard))
    except (ImportError, AttributeError, ValueError, OSError):
        # macOS refuses a limit on the address space; the time limits and the parent still hold.
        return


def _guard() -> None:
    _limit("RLIMIT_AS", MEMORY, MEMORY)
    _limit("RLIMIT_CPU", CPU_SECONDS, CPU_SECONDS_OCR)
    _limit("RLIMIT_FSIZE", OUTPUT, OUTPUT)
    # A core dump would leave the document's text on the disk.
    _limit("RLIMIT_CORE", 0, 0)


def _read(data: bytes, name: str) -> dict[str, Any]:
    from phoihop.engines.reading import contract, extract, understand
    from phoihop.engines.reading.intake import progress
    from phoihop.engines.reading.intake.refusing import refuse
    from phoihop.kernel.refusals import Refusal

    try:
        source = extract(data, name)
        progress.report("read", 0.0)
        return contract.of_reading(understand(source, name))
    except Refusal as refusal:
        return contract.of_refusal(name, refusal)
    except MemoryError:
        return contract.of_refusal(name, refuse("too-heavy"))


def _serve(incoming: BinaryIO, outgoing: BinaryIO) -> None:
    from phoihop.engines.reading.intake import progress

    def send(message: dict[str, Any]) -> None:
        outgoing.write(json.dumps(message, ensure_ascii=False).encode("utf-8", "replace") + b"\n")
        outgoing.flush()

    def heard(stage: str, fraction: float) -> None:
        if stage == "ocr" and fraction == 0.0:
            _limit("RLIMIT_CPU", CPU_SECONDS_OCR, CPU_SECONDS_OCR)
        send({"progress": [stage, fraction]})

    header = json.loads(incoming.readline())
    data = incoming.read(header["size"])
    with progress.listening(heard):
        result = _read(data, header["name"])
    send({"result": result})


def main() -> None:
    _guard()
    private = os.dup(1)
    os.dup2(2, 1)
    try:
        with os.fdopen(private, "wb") as outgoing:
            _serve(sys.stdin.buffer, outgoing)
    finally:
        # The parent clears the folder away too, unless it was killed in the middle of the reading.
        folder = Path(os.environ.get("TMPDIR", ""))
        if folder.name.startswith(FOLDER):
            shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main()
