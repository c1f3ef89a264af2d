"""Templates of documents filled in with columns; one that leaves takes none that tells of a person."""

import io
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import docx
from django.core.exceptions import FieldDoesNotExist
from django.db import models
from docx.oxml.ns import qn

from phoihop.base.release.rules import documents as rules
from phoihop.base.security.columns import Class, handling_of
from phoihop.kernel.refusals import Refusal


@dataclass(frozen=True, slots=True)
class Given:
    """A text that is no column, with the class of what it says."""

    text: str
    cls: Class


Thing = models.Model | Mapping[str, Given]


def fill(template: bytes, things: Mapping[str, Thing], *, audience: str) -> bytes:
    """A .docx with "{{ agency.name }}" and the like replaced, in its text, tables, headers and footers.

    ``audience`` is the class of the document: "internal", "outgoing" or "public". Refusal: "identifier",
    "bad-placeholder" (also for a name that stands for nothing).
    """
    document = docx.Document(io.BytesIO(template))
    paragraphs = list(_paragraphs(document))
    wanted = {name for p in paragraphs for name in rules.placeholders(_text(p))}
    found = {name: _resolved(name, things) for name in wanted}
    # Every column on the way is asked, not only the last one.
    rules.check_columns(audience, ((name, cls) for name, (_, classes) in found.items() for cls in classes))
    values = {name: text for name, (text, _) in found.items()}
    for paragraph in paragraphs:
        _replace(paragraph, values)
    target = io.BytesIO()
    document.save(target)
    return target.getvalue()


def _resolved(name: str, things: Mapping[str, Thing]) -> tuple[str, list[str | None]]:
    first, *path = name.split(".")
    thing: Any = things.get(first)
    classes: list[str | None] = []
    try:
        for step in path:
            if isinstance(thing, models.Model):
                field: Any = thing._meta.get_field(step)
                if not field.concrete:
                    raise LookupError
                handling = handling_of(field)
                classes.append(handling.cls.value if handling else None)
                thing = getattr(thing, step)
            else:
                given = thing[step]
                classes.append(given.cls.value)
                thing = given.text
    except (LookupError, TypeError, FieldDoesNotExist):
        thing = None
    if not isinstance(thing, str | int | date):
        raise Refusal(
            "bad-placeholder",
            "Mẫu văn bản có chỗ điền không ứng với cột nào.",
            "The template holds a placeholder that matches no column.",
        )
    return (f"{thing:%d/%m/%Y}" if isinstance(thing, date) else str(thing)), classes


def _paragraphs(document: Any) -> Iterator[Any]:
    roots = [document.element.body]
    for section in document.sections:
        parts = (
            section.header,
            section.footer,
            section.first_page_header,
            section.first_page_footer,
            section.even_page_header,
            section.even_page_footer,
        )
        roots += [part._element for part in parts if not part.is_linked_to_previous]
    for root in roots:
        yield from root.iter(qn("w:p"))


def _runs(paragraph: Any) -> list[Any]:
    """The texts of a paragraph itself, not those of a box that floats in it."""
    return [t for t in paragraph.iter(qn("w:t")) if next(t.iterancestors(qn("w:p"))) is paragraph]


def _text(paragraph: Any) -> str:
    return "".join(_said(_runs(paragraph)))


def _said(texts: Iterable[Any]) -> Iterator[str]:
    return (t.text or "" for t in texts)


def _replace(paragraph: Any, values: Mapping[str, str]) -> None:
    texts = _runs(paragraph)
    if "{{" not in "".join(_said(texts)):
        return
    if all(t.count("{{") == t.count("}}") for t in _said(texts)):
        for t in texts:
            t.text = rules.filled(t.text or "", values)
        return
    # Word has parted a placeholder over several runs: the first one takes the whole.
    whole = rules.filled("".join(_said(texts)), values)
    for t in texts:
        t.text = ""
    texts[0].text = whole
    texts[0].set(qn("xml:space"), "preserve")
