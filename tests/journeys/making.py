"""Files for the journeys: a text as .docx, as .pdf, and ways to hand them to the page."""

import base64
import io
from pathlib import Path

import docx
import typst
from playwright.sync_api import Page

SEEDS = Path(__file__).resolve().parents[3] / "shared" / "seeds"

_TYPST = """#set page(paper: "a4", margin: 2cm)
#set text(size: 11pt, font: ("Noto Serif", "Liberation Serif", "DejaVu Serif"))
#for line in sys.inputs.text.split("\\n") { if line.trim() != "" { par(line) } }
"""


def as_docx(text: str) -> bytes:
    """One paragraph a line."""
    document = docx.Document()
    for line in text.split("\n"):
        document.add_paragraph(line)
    held = io.BytesIO()
    document.save(held)
    return held.getvalue()


def as_pdf(text: str) -> bytes:
    """Pages of A4 whose lines the page's width breaks."""
    return typst.compile(_TYPST.encode(), sys_inputs={"text": text})


def drop(page: Page, *files: tuple[str, bytes]) -> None:
    """Drop files anywhere on the page, as from a file manager."""
    carried = page.evaluate_handle(
        """(files) => {
            const carried = new DataTransfer();
            for (const [name, content] of files) {
                const bytes = Uint8Array.from(atob(content), (c) => c.charCodeAt(0));
                carried.items.add(new File([bytes], name));
            }
            return carried;
        }""",
        [[name, base64.b64encode(data).decode()] for name, data in files],
    )
    page.dispatch_event("main", "dragenter", {"dataTransfer": carried})
    page.dispatch_event("main", "drop", {"dataTransfer": carried})
