"""PDF: the text layer page by page, and letters recognised where a page has none."""

import math
import re
import threading
from collections import Counter
from itertools import islice
from typing import TYPE_CHECKING, Any

from phoihop.base.security.uploads.limits import PIXELS
from phoihop.engines.reading.intake import limits, ocr, ruled
from phoihop.engines.reading.intake.page import Lines, tidy
from phoihop.engines.reading.intake.refusing import refuse
from phoihop.engines.reading.model import Extract

if TYPE_CHECKING:
    from PIL.Image import Image

# PDFium keeps one state for the whole process.
_PDFIUM = threading.Lock()
_WRONG_PASSWORD = 4  # FPDF_ERR_PASSWORD
_PAGE_NUMBER = re.compile(r"\W*(?:trang|page)?\W*(\d{1,4})\W*(?:/\W*\d{1,4}\W*)?", re.I)
# A digital signature's stamp on a scan is text too, but not the page's text.
_STAMP_CHARACTERS = 300
_SCAN_SHARE = 0.6


def read_pdf(data: bytes) -> Extract:
    """The text of a .pdf. Raises Refusal; errors of the library pass through to the caller."""
    import pypdfium2

    with _PDFIUM:
        try:
            document = pypdfium2.PdfDocument(data)
        except pypdfium2.PdfiumError as error:
            raise refuse("encrypted" if error.err_code == _WRONG_PASSWORD else "corrupt") from None
        try:
            return _read(document)
        finally:
            document.close()


def _read(document: Any) -> Extract:
    count = len(document)
    if count > limits.PAGES:
        raise refuse("too-many-pages")
    texts: list[str] = []
    scanned: list[int] = []
    length = 0
    for n in range(count):
        page = document[n]
        text = _text(page)
        if _is_scan(page, text):
            scanned.append(n)
        page.close()
        texts.append(text)
        length += len(text)
        if length > limits.CHARACTERS:
            raise refuse("too-large/text")
        if len(scanned) > limits.OCR_PAGES:
            raise refuse("too-many-pages/ocr")
    if scanned:
        recognised = ocr.recognise(len(scanned), lambda k: _picture(document[scanned[k]]))
        for n, text in zip(scanned, recognised, strict=True):
            texts[n] = tidy(text)
    lines = Lines()
    for n, text in enumerate(_without_page_numbers(texts), start=1):
        lines.add(text, ("page", (n,)))
    return lines.extract("pdf", pages=count, ocr=bool(scanned))


def _text(page: Any) -> str:
    layer = page.get_textpage()
    try:
        # U+FFFE and U+0002 stand for a hyphen that the end of a line split off.
        text: str = ruled.with_rows(page, layer) or layer.get_text_range()
        text = text.replace("\ufffe", "-").replace("\x02", "-")
    finally:
        layer.close()
    return "\n".join(line.rstrip() for line in tidy(text).split("\n")).strip("\n")


def _is_scan(page: Any, text: str) -> bool:
    """Whether the page's letters are in a picture: hardly any text, and pictures over most of it."""
    import pypdfium2.raw as pdfium

    written = (c for c in text if c.isalnum())
    if next(islice(written, _STAMP_CHARACTERS, None), None):
        return False
    width, height = page.get_size()
    share = 0.0
    for item in page.get_objects(filter=[pdfium.FPDF_PAGEOBJ_IMAGE], max_depth=4):
        left, bottom, right, top = item.get_bounds()
        share += abs(right - left) * abs(top - bottom) / max(width * height, 1.0)
        if share > (_SCAN_SHARE if text.strip() else 0.05):
            return True
    return False


def _picture(page: Any) -> "Image":
    width, height = page.get_size()
    scale = min(ocr.DPI / 72, math.sqrt(PIXELS / max(width * height, 1.0)))
    try:
        image: Image = page.render(scale=scale, grayscale=True).to_pil()
        return image
    finally:
        page.close()


def _without_page_numbers(texts: list[str]) -> list[str]:
    """The pages without first or last lines that only count them.

    A lone number is a page number when it runs along with the pages: the same distance from the
    page's place in the file on most pages that have one. A lone year at a page's end does not.
    """
    candidates: list[dict[int, int]] = []  # by page: line index → number
    distances: Counter[int] = Counter()
    pages = [text.split("\n") for text in texts]
    for n, lines in enumerate(pages):
        filled = [i for i, line in enumerate(lines) if line.strip()]
        found: dict[int, int] = {}
        for i in filled[:1] + filled[-1:]:
            match = _PAGE_NUMBER.fullmatch(lines[i].strip())
            if match:
                found[i] = int(match[1])
        distances.update({number - n for number in found.values()})
        candidates.append(found)
    if not distances:
        return texts
    [(distance, times)] = distances.most_common(1)
    if times == 1 and distance != 1:
        return texts
    return [
        "\n".join(line for i, line in enumerate(lines) if found.get(i) != n + distance).strip("\n")
        for n, (lines, found) in enumerate(zip(pages, candidates, strict=True))
    ]
