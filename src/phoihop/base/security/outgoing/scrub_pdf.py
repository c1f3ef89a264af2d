""".pdf files are not changed (a signature would break): they are neutral, or they are refused."""

import re

from phoihop.base.security.outgoing.refusing import refuse
from phoihop.base.security.uploads import pdfs

# Programs and devices that name no person and no office. Anything else may be "Scanner of room 3".
_NEUTRAL = re.compile(
    r"(?:|Ph[ốo]i H[ợo]p.{0,20}|Typst.{0,20}|PDFium.{0,20}|pypdf.{0,20}"
    r"|LibreOffice.{0,30}|Writer|Calc|Impress|Draw"
    r"|Microsoft(?:®|\(R\))? (?:Word|Excel|PowerPoint)(?:®|\(R\))?.{0,40}|Microsoft: Print To PDF"
    r"|Adobe (?:PDF Library|Acrobat).{0,40}|Acrobat Distiller.{0,30}|PScript5\.dll.{0,30}"
    r"|cairo.{0,60}|Skia/PDF.{0,20}|(?:Mozilla|Chromium).{0,200}|macOS .{0,40}Quartz PDFContext"
    r"|iText.{0,100}|GPL Ghostscript.{0,20})",
    re.S,
)
_PERSONAL = ("Author", "Subject", "Keywords")
# Outside of what PDFium tells by name: further entries that Word and Acrobat are known to write.
_ENTRIES = re.compile(rb"/(?:Company|Manager|SourceModified|LastModifiedBy|Comments|DocSecurity)\s*[(<]")
_XMP = re.compile(rb"<(?:dc:creator|pdfx:\w+|xmpMM:History|photoshop:\w+|dc:contributor|tiff:Artist)\b")
_LINK, _WIDGET = 2, 20  # annotations that are no notes: links, and the field of a signature


def check(data: bytes) -> None:
    """Raises Refusal "metadata" unless a .pdf is neutral; and what uploads raise for any .pdf."""
    pdfs.inspect_here(data, {})
    import pypdfium2
    import pypdfium2.raw as pdfium

    if _ENTRIES.search(data) or _XMP.search(data):
        raise refuse("metadata")
    document = pypdfium2.PdfDocument(data)
    try:
        told = {key: value.strip() for key, value in document.get_metadata_dict().items()}
        if any(told.get(key) for key in _PERSONAL):
            raise refuse("metadata")
        if not all(_NEUTRAL.fullmatch(told.get(key, "")) for key in ("Creator", "Producer")):
            raise refuse("metadata")
        for page in document:
            for n in range(pdfium.FPDFPage_GetAnnotCount(page)):
                note = pdfium.FPDFPage_GetAnnot(page, n)
                kind = pdfium.FPDFAnnot_GetSubtype(note)
                pdfium.FPDFPage_CloseAnnot(note)
                if kind not in (_LINK, _WIDGET):
                    raise refuse("metadata")
            page.close()
    finally:
        document.close()
