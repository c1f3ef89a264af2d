"""Files without a word about who made them, when, with what and in how many attempts.

What can be taken out without anybody missing it is taken out. What a person has to decide on (tracked
changes, hidden sheets, notes in a .pdf) is refused: taking it out silently could publish a text that
nobody agreed to.
"""

from typing import Any

from phoihop.base.security.outgoing import scrub_office, scrub_pdf
from phoihop.base.security.outgoing.refusing import refuse
from phoihop.base.security.uploads import images, kinds, office, worker


def scrub(data: bytes) -> bytes:
    """The file with neutral properties; a .pdf as it is when it is neutral already. In a child process.

    Raises Refusal: "tracked-changes", "hidden-content", "metadata" (.pdf), "cannot-scrub" for other kinds,
    and what uploads raise for files that nobody should open.
    """
    found = kinds.look(data)
    if found.marks:
        raise refuse(min(found.marks))
    match found.kind:
        case "docx" | "xlsx":
            return worker.run(worker.name_of(scrub_here), data, {"kind": found.kind}).data
        case "pdf":
            worker.run(worker.name_of(scrub_here), data, {"kind": "pdf"})
            return data
        case "png" | "jpeg" | "webp":
            return images.redraw(data)
        case _:
            raise refuse("cannot-scrub")


def scrub_here(data: bytes, given: dict[str, Any]) -> tuple[None, bytes]:
    """What the child of ``scrub`` runs."""
    if given["kind"] == "pdf":
        scrub_pdf.check(data)
        return None, b""
    office.inspect(data)
    return None, scrub_office.scrub(data, given["kind"])
