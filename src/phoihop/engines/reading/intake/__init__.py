"""Intake: the bytes of a file, whatever its kind, become text with a way back to the source."""

import logging

from phoihop.engines.reading.intake import limits, progress, sniff
from phoihop.engines.reading.intake.refusing import refuse
from phoihop.engines.reading.model import Extract
from phoihop.kernel.refusals import Refusal

__all__ = ["open_file"]

_log = logging.getLogger(__name__)


def open_file(data: bytes, name: str) -> Extract:
    """The text of a file; ``name`` only lends its extension where the bytes leave doubt.

    Raises Refusal, and nothing else, for anything that cannot be read: empty, encrypted,
    unknown-format, corrupt, zip-bomb, too-large, too-many-pages, ocr-missing, no-text,
    legacy-font, doc-needs-libreoffice, macro, timeout, too-heavy.
    """
    if not data:
        raise refuse("empty")
    if len(data) > limits.FILE:
        raise refuse("too-large")
    progress.report("open", 0.0)
    try:
        return _read(data, sniff.kind(data, name))
    except Refusal:
        raise
    except MemoryError:
        raise refuse("too-heavy") from None
    except Exception as error:
        # The libraries below meet hostile bytes and raise all sorts; the sender needs one answer.
        # Only the error's class is logged: its message may quote the document.
        _log.info("file not readable: %s", type(error).__name__)
        raise refuse("corrupt") from error


def _read(data: bytes, kind: sniff.Kind) -> Extract:
    # Imported here: the libraries are heavy, and one reading needs only one of them.
    match kind:
        case "docx":
            from phoihop.engines.reading.intake.docx import read_docx

            return read_docx(data)
        case "pdf":
            from phoihop.engines.reading.intake.pdf import read_pdf

            return read_pdf(data)
        case "html":
            from phoihop.engines.reading.intake.html import read_html

            return read_html(data)
        case "image":
            from phoihop.engines.reading.intake.image import read_image

            return read_image(data)
        case "doc" | "rtf":
            from phoihop.engines.reading.intake.doc import read_doc

            return read_doc(data, kind)
        case "txt" | "md":
            from phoihop.engines.reading.intake.plain import read_plain

            return read_plain(data, kind)
