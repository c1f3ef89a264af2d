"""A reading for a person at a terminal: what the document is, what it promises, what is wrong."""

import shutil
import textwrap
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Any

from phoihop.interfaces.cli.words import Lang
from phoihop.kernel.quantities import format_number

_LABEL = 18  # width of the column of labels
_WIDEST = 110

_WORDS = {
    "vi": {
        "number": "Số, ký hiệu", "issued": "Ngày", "issuer": "Cơ quan", "type": "Loại", "title": "Trích yếu",
        "signed": "Người ký", "none": "không thấy", "findings": "CẦN XEM LẠI", "targets": "CHỈ TIÊU",
        "tasks": "NHIỆM VỤ", "citations": "VĂN BẢN ĐƯỢC DẪN", "lead": "chủ trì", "with": "phối hợp",
        "by": "thời hạn", "nothing": "không có", "basis": "căn cứ", "implied": "theo đề mục",
        "serious": "nghiêm trọng", "warning": "cảnh báo", "note": "lưu ý",
    },
    "en": {
        "number": "Number", "issued": "Date", "issuer": "Issued by", "type": "Type", "title": "Title",
        "signed": "Signed by", "none": "not found", "findings": "LOOK AGAIN AT", "targets": "TARGETS",
        "tasks": "TASKS", "citations": "CITED DOCUMENTS", "lead": "lead", "with": "with",
        "by": "by", "nothing": "none", "basis": "basis", "implied": "by heading",
        "serious": "serious", "warning": "warning", "note": "note",
    },
}  # fmt: skip
_COMPARE = {">=": "≥", "<=": "≤", "=": "="}


def summary(reading: dict[str, Any], lang: Lang) -> str:
    """The contract dict of a read file as lines no wider than the terminal (110 at most)."""
    width = min(shutil.get_terminal_size().columns, _WIDEST)
    lines: list[str] = []
    for i, document in enumerate(reading["documents"], 1):
        title = reading["file"] if len(reading["documents"]) == 1 else f"{reading['file']} ({i})"
        lines += ["━" * width, title, "━" * width]
        lines += _document(document, _WORDS[lang], lang, max(width, 40))
        lines.append("")
    return "\n".join(lines) + "\n"


def _document(d: dict[str, Any], words: dict[str, str], lang: Lang, width: int) -> Iterator[str]:
    signed = "; ".join(" ".join(filter(None, (s["prefix"], s["office"], s["name"]))) for s in d["signers"])
    head = {name: d[name] for name in ("number", "issued", "type", "title", "issuer")} | {"signed": signed}
    for name, value in head.items():
        shown = _day(value) if name == "issued" and value else value
        yield from _row(words[name], shown or f"({words['none']})", width)
    for name, lines in (
        ("findings", [_finding(f, words, lang) for f in d["findings"]]),
        ("targets", [_target(t, words, lang) for t in d["targets"]]),
        ("tasks", [_task(t, words) for t in d["tasks"]]),
        ("citations", [_citation(c, words) for c in d["citations"]]),
    ):
        yield ""
        yield f"{words[name]} ({len(lines)})" if lines else f"{words[name]}: {words['nothing']}"
        for i, (label, text) in enumerate(lines, 1):
            yield from _row(f"{i:>3}. {label}", text, width)


def _finding(f: dict[str, Any], words: dict[str, str], lang: Lang) -> tuple[str, str]:
    return words[f["severity"]], f["message"][lang]


def _target(t: dict[str, Any], words: dict[str, str], lang: Lang) -> tuple[str, str]:
    text = t["text"] + (f" [{words['by']}: {t['deadline']}]" if t["deadline"] else "")
    if t["value"] is None:
        return "–", text
    value = format_number(Decimal(str(t.get("value_exact") or t["value"])))
    if t["value_max"] is not None:
        value += f"–{format_number(Decimal(str(t['value_max'])))}"
    return f"{_COMPARE.get(t['comparator'], t['comparator'])} {value} {t['unit'] or ''}".rstrip(), text


def _task(t: dict[str, Any], words: dict[str, str]) -> tuple[str, str]:
    notes = [
        f"{words['lead']}: {', '.join(t['leads'])}" if t["leads"] else "",
        f"{words['with']}: {', '.join(t['coordinating'])}" if t["coordinating"] else "",
        f"{words['by']}: {t['period']}" if t["period"] else "",
        words["implied"] if t["basis"] == "section" else "",
    ]
    return "", f"{t['text']} [{'; '.join(filter(None, notes)) or words['none']}]"


def _citation(c: dict[str, Any], words: dict[str, str]) -> tuple[str, str]:
    parts = [c["type"], c["number"], _day(c["date"]) if c["date"] else None, c["issuer"], c["title"]]
    return words["basis"] if c["implemented"] else "", ", ".join(filter(None, parts))


def _day(text: str) -> str:
    return date.fromisoformat(text).strftime("%d/%m/%Y")


def _row(label: str, text: str, width: int) -> list[str]:
    """A label and its text, wrapped under itself; a long label gets a line of its own."""
    body = textwrap.wrap(" ".join(text.split()), width - _LABEL - 1) or [""]
    indent = " " * (_LABEL + 1)
    if len(label) > _LABEL:
        return [label, *(indent + line for line in body)]
    return [f"{label:<{_LABEL}} {body[0]}", *(indent + line for line in body[1:])]
