""".docx and .xlsx, taken apart and put together again without what tells of their making."""

import io
import re
import struct
import zipfile
from collections.abc import Callable
from typing import Any, Literal

from lxml import etree

from phoihop.base.security.outgoing.refusing import refuse

Kind = Literal["docx", "xlsx"]
_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_S = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_R = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
_TYPES = "[Content_Types].xml"
_CORE = (
    '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<cp:coreProperties'
    ' xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties"'
    ' xmlns:dc="http://purl.org/dc/elements/1.1/"/>'
)
_APP = (
    '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
    '<Properties xmlns="http://schemas.openxmlformats.org/officeDocument/2006/extended-properties"/>'
)
# Parts that are left out, with every reference to them.
_LEFT_OUT = re.compile(
    r"docProps/(?!core\.xml$|app\.xml$)|docMetadata/|customXml/|_xmlsignatures/|userCustomization/|customUI"
    r"|word/comments|word/people|word/glossary/|word/documenttasks|word/webextensions|xl/webextensions"
    r"|xl/comments|xl/threadedComments/|xl/persons/|xl/printerSettings/|xl/drawings/[^/]*\.vml|xl/customProperty",
    re.I,
)
# Parts that hold more than is seen.
_SOURCES = re.compile(
    r"xl/(?:externalLinks|pivotCache|connections|queryTables|model|revisions|customData|slicerCaches)", re.I
)
_EMBEDDED = re.compile(r"/embeddings/|word/afchunk|\.(?:mht|htm|html|rtf|docx|xlsx)$", re.I)
_TRACKED = re.compile(r"ins|del|moveFrom\w*|moveTo\w*|cell(?:Ins|Del|Merge)|customXml(?:Ins|Del|Move)\w+")
_FORMATTING = re.compile(r"\w+PrChange|tblGridChange|numberingChange")
_DROPPED = {
    *(_W + n for n in ("rsids", "rsid", "attachedTemplate", "docVars", "mailMerge", "trackRevisions")),
    *(_W + n for n in ("commentRangeStart", "commentRangeEnd", "commentReference", "annotationRef")),
    *(_S + n for n in ("legacyDrawing", "legacyDrawingHF", "fileSharing", "customProperties")),
}
# Elements of Microsoft's own later namespaces: a path on the author's machine, ids of his copy.
_DROPPED_NAMES = {"absPath", "revisionPtr", "docId"}
_ATTRIBUTES = re.compile(r"rsid\w*|paraId|textId|uid")
_OFF = {"0", "false", "off"}


def scrub(data: bytes, kind: Kind) -> bytes:
    """The file anew. Raises Refusal "tracked-changes", "hidden-content". The caller has inspected the zip."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        parts = {entry.filename: archive.read(entry) for entry in archive.infolist() if not entry.is_dir()}
    if any(_SOURCES.match(name) for name in parts):
        raise refuse("hidden-content/source")
    if any(_EMBEDDED.search(name) for name in parts):
        raise refuse("hidden-content/embedded")
    left_out = {name for name in parts if _LEFT_OUT.match(name)}
    kept = {name: part for name, part in parts.items() if name not in left_out}
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, part in kept.items():
            # The time of every part is the year 1980, as Office itself writes it.
            archive.writestr(_entry(name), _cleaned(name, part, kind, left_out))
    return out.getvalue()


def _entry(name: str) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(name)
    entry.compress_type = zipfile.ZIP_DEFLATED
    return entry


def _cleaned(name: str, part: bytes, kind: Kind, left_out: set[str]) -> bytes:
    lower = name.lower()
    if lower == "docprops/core.xml":
        return _CORE.encode()
    if lower == "docprops/app.xml":
        return _APP.encode()
    if lower.endswith((".jpg", ".jpeg")):
        return jpeg(part)
    if lower.endswith(".png"):
        return png(part)
    if lower.endswith((".xml", ".rels")):
        return _markup(name, part, kind, left_out)
    return part


def _markup(name: str, part: bytes, kind: Kind, left_out: set[str]) -> bytes:
    parser = etree.XMLParser(resolve_entities=False, no_network=True, remove_comments=True, remove_pis=True)
    try:
        root = etree.fromstring(part, parser)
    except etree.XMLSyntaxError:
        raise refuse("corrupt") from None
    if name == _TYPES:
        _without(root, lambda e: str(e.get("PartName", "")).lstrip("/") in left_out)
    elif name.endswith(".rels"):
        _without(root, lambda e: _leads_nowhere(name, e, left_out))
    else:
        _refuse_hidden(root, kind)
        _without(root, _is_dropped)
        for element in root.iter():
            for attribute in [str(a) for a in element.attrib]:
                name_of = etree.QName(attribute)
                if name_of.namespace and _ATTRIBUTES.fullmatch(name_of.localname):
                    del element.attrib[attribute]
            if element.tag == _S + "pageSetup" and _R + "id" in element.attrib:
                del element.attrib[_R + "id"]
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)


def _without(root: Any, wanted: Callable[[Any], bool]) -> None:
    for element in [e for e in root.iter(etree.Element) if e is not root and wanted(e)]:
        parent = element.getparent()
        if parent is not None:
            parent.remove(element)


def _is_dropped(element: Any) -> bool:
    name = etree.QName(element)
    return (
        element.tag in _DROPPED
        or name.localname in _DROPPED_NAMES
        or (element.tag.startswith(_W) and _FORMATTING.fullmatch(name.localname) is not None)
    )


def _leads_nowhere(name: str, relation: Any, left_out: set[str]) -> bool:
    """Whether a relation leads to a part that is left out, or to a template."""
    if str(relation.get("Type", "")).endswith("/attachedTemplate"):
        return True
    if relation.get("TargetMode") == "External":
        return False
    target = str(relation.get("Target", ""))
    folder = name.partition("_rels/")[0]
    steps: list[str] = []
    for step in (target if target.startswith("/") else folder + target).split("/"):
        if step == "..":
            del steps[-1:]
        elif step not in ("", "."):
            steps.append(step)
    return "/".join(steps) in left_out


def _refuse_hidden(root: Any, kind: Kind) -> None:
    for element in root.iter(etree.Element):
        tag: str = element.tag
        if kind == "docx" and tag.startswith(_W):
            if _TRACKED.fullmatch(tag.removeprefix(_W)):
                raise refuse("tracked-changes")
            if tag == _W + "r" and _is_hidden_run(element):
                raise refuse("hidden-content")
        elif kind == "xlsx" and _is_hidden_in_sheet(element, tag):
            raise refuse("hidden-content/sheet")


def _is_hidden_run(run: Any) -> bool:
    """Whether a run of text is hidden. Entries of an index are hidden too, but hold no text."""
    look = run.find(_W + "rPr")
    hidden = None if look is None else look.find(_W + "vanish")
    if hidden is None or hidden.get(_W + "val") in _OFF:
        return False
    return any((text.text or "").strip() for text in run.iter(_W + "t"))


def _is_hidden_in_sheet(element: Any, tag: str) -> bool:
    if tag == _S + "sheet":
        return bool(element.get("state", "visible") != "visible")
    hidden = str(element.get("hidden", "0")).lower() not in _OFF
    if tag == _S + "definedName":
        # Excel hides what it needs for a filter, under names of its own.
        return hidden and not str(element.get("name", "")).startswith("_xlnm.")
    return tag in (_S + "row", _S + "col") and (hidden or "0" in (element.get("ht"), element.get("width")))


def jpeg(data: bytes) -> bytes:
    """A .jpg without its application segments and comments; the picture itself is not touched.

    What is no .jpg of the usual build is refused: "corrupt".
    """
    out, place = [data[:2]], 2
    while place + 4 <= len(data) and data[place] == 0xFF:
        marker = data[place + 1]
        (length,) = struct.unpack_from(">H", data, place + 2)
        if marker == 0xDA:
            # Behind the end of the picture nothing is kept either.
            end = data.rfind(b"\xff\xd9")
            out.append(data[place : end + 2 if end > place else len(data)])
            return b"".join(out)
        # APP0 and APP14 tell how colours are read; the others tell of the camera and the program.
        if not (0xE1 <= marker <= 0xEF and marker != 0xEE) and marker != 0xFE:
            out.append(data[place : place + 2 + length])
        place += 2 + length
    raise refuse("corrupt")


_PNG = {b"IHDR", b"PLTE", b"IDAT", b"IEND", b"tRNS", b"gAMA", b"sRGB", b"cHRM", b"sBIT", b"bKGD", b"pHYs"}


def png(data: bytes) -> bytes:
    """A .png of the chunks that make the picture, and nothing behind its end. Refusal "corrupt"."""
    out, place = [data[:8]], 8
    while place + 12 <= len(data):
        length, name = struct.unpack_from(">I4s", data, place)
        if name in _PNG:
            out.append(data[place : place + 12 + length])
        place += 12 + length
        if name == b"IEND":
            return b"".join(out)
    raise refuse("corrupt")
