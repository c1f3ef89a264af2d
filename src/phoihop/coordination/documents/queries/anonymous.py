"""What may be asked about a file: how far it is, what was understood, which samples there are."""

import re
import unicodedata
from typing import Any

from django.utils.translation import gettext as _

from phoihop.coordination.documents import understood
from phoihop.coordination.documents.memory import STORE
from phoihop.coordination.documents.store import Job, State


def job(token: str) -> Job | None:
    """The file of this id, or None."""
    return STORE.get(token)


def samples() -> list[dict[str, Any]]:
    """The sample documents: id, short name and title; the file's name until it is read."""
    return [
        {"id": job.id, "name": short_name(job), "title": _title(job), "ready": job.state is State.DONE}
        for job in STORE.pinned()
    ]


def status(job: Job, language: str) -> dict[str, Any]:
    """What the page's queue shows of a file, with words in the given language."""
    stage, fraction = job.progress
    told = {
        "id": job.id,
        "name": job.name,
        "state": job.state.value,
        "stage": stage,
        "stage_words": stage_words(stage),
        "progress": round(fraction, 3),
        "message": None,
        "summary": None,
    }
    if job.state is State.REFUSED and job.result is not None:
        told["message"] = job.result["refused"]["message"][language]
    if job.state is State.DONE and job.result is not None:
        told["summary"] = short_name(job)
    return told


def stage_words(stage: str) -> str:
    """A stage of reading, as a person would say it."""
    words = {
        "waiting": _("Đang chờ đến lượt"),
        "open": _("Đang mở tệp"),
        "ocr": _("Đang nhận chữ từ ảnh quét"),
        "read": _("Đang đọc văn bản"),
        "done": _("Đã đọc xong"),
        "refused": _("Không đọc được"),
        "cancelled": _("Đã dừng"),
    }
    return words.get(stage) or _("Đang đọc văn bản")


def short_name(job: Job) -> str:
    """What to call a file in a list: its first document's type and number, else the file's name."""
    if job.state is not State.DONE or job.result is None or not job.result["documents"]:
        return job.name
    return understood.name_of(job.result["documents"][0])


def download_name(result: dict[str, Any], extension: str) -> str:
    """A neutral file name: the document's number, never its title."""
    number = next((d["number"] for d in result["documents"] if d["number"]), None)
    plain = unicodedata.normalize("NFD", (number or "").replace("Đ", "D").replace("đ", "d"))
    slug = re.sub(r"[^a-z0-9]+", "-", plain.encode("ascii", "ignore").decode().lower()).strip("-")
    return f"doc-{slug or 'ket-qua'}.{extension}"


def _title(job: Job) -> str | None:
    if job.state is not State.DONE or job.result is None or not job.result["documents"]:
        return None
    title: str | None = job.result["documents"][0]["title"]
    return title
