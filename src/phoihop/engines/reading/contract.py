"""The JSON that a reading becomes: one object a file. Keys may be added, never changed."""

from decimal import Decimal
from typing import Any

from phoihop.engines.reading.model import Citation, Document, Finding, Reading, Section, Target, Task
from phoihop.kernel.refusals import Refusal


def of_reading(reading: Reading) -> dict[str, Any]:
    """A reading as plain JSON values; spans are offsets into ``text``."""
    return {
        "file": reading.file,
        "refused": None,
        "format": reading.extract.format,
        "ocr": reading.extract.ocr,
        "pages": reading.extract.pages,
        "text": reading.text,
        "anchors": [
            {"span": list(a.span), "kind": a.kind, "place": list(a.place)} for a in reading.extract.anchors
        ],
        "documents": [_document(d) for d in reading.documents],
    }


def of_refusal(name: str, refusal: Refusal) -> dict[str, Any]:
    """A refused file in the same shape, with no documents."""
    return {
        "file": name,
        "refused": {"reason": refusal.reason, "message": refusal.message.as_dict()},
        "documents": [],
    }


def _document(d: Document) -> dict[str, Any]:
    return {
        "span": list(d.span),
        "number": d.number,
        "issued": d.issued.isoformat() if d.issued else None,
        "issuer": d.issuer,
        "parent_issuer": d.parent_issuer,
        "place": d.place,
        "type": d.type,
        "title": d.title,
        "period": d.period,
        "signers": [
            {"name": s.name, "office": s.office, "prefix": s.prefix, "span": list(s.span)} for s in d.signers
        ],
        "recipients": list(d.recipients),
        "where": {
            name: {"span": list(w.span), "confidence": round(w.confidence, 2)} for name, w in d.where.items()
        },
        "sections": [_section(s) for s in d.sections],
        "citations": [_citation(c) for c in d.citations],
        "targets": [_target(t) for t in d.targets],
        "tasks": [_task(t) for t in d.tasks],
        "findings": [_finding(f) for f in d.findings],
    }


def _section(s: Section) -> dict[str, Any]:
    return {
        "label": s.label,
        "heading": s.heading,
        "level": s.level,
        "kind": s.kind,
        "span": list(s.span),
        "heading_span": list(s.heading_span),
        "children": [_section(c) for c in s.children],
    }


def _citation(c: Citation) -> dict[str, Any]:
    return {
        "type": c.type,
        "number": c.number,
        "date": c.date.isoformat() if c.date else None,
        "issuer": c.issuer,
        "title": c.title,
        "spans": [list(s) for s in c.spans],
        "written": list(c.written),
        "dates": [d.isoformat() for d in c.dates],
        "implemented": c.implemented,
        "confidence": round(c.confidence, 2),
    }


def number(value: Decimal | None) -> int | float | None:
    """A decimal as the JSON number that prints the same digits; whole numbers stay whole."""
    if value is None:
        return None
    return int(value) if value == value.to_integral_value() else float(value)


def _target(t: Target) -> dict[str, Any]:
    return {
        "text": t.text,
        "span": list(t.span),
        "value_span": list(t.value_span),
        "comparator": t.comparator.value,
        "value": number(t.value),
        "value_max": number(t.value_max),
        "value_exact": None if t.value is None else str(t.value),
        "unit": t.unit,
        "numerator": t.numerator,
        "denominator": t.denominator,
        "scope": t.scope,
        "baseline": t.baseline,
        "direction": t.direction.value if t.direction else None,
        "deadline": t.deadline,
        "kind": t.kind.value,
        "confidence": round(t.confidence, 2),
    }


def _task(t: Task) -> dict[str, Any]:
    return {
        "text": t.text,
        "span": list(t.span),
        "leads": list(t.leads),
        "coordinating": list(t.coordinating),
        "period": t.period,
        "place": t.place,
        "outputs": list(t.outputs),
        "basis": t.basis.value,
        "standing": t.standing,
        "confidence": round(t.confidence, 2),
    }


def _finding(f: Finding) -> dict[str, Any]:
    return {
        "kind": f.kind,
        "severity": f.severity.value,
        "message": f.message.as_dict(),
        "spans": [list(s) for s in f.spans],
    }
