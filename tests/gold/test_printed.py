"""A document and what an office suite prints of it say the same."""

from phoihop.demo.build import FOLDER
from phoihop.engines.reading import read
from phoihop.engines.reading.tests.intake import builders
from phoihop.engines.reading.tests.understanding.test_formats import cited, figures


@builders.needs_soffice
def test_a_plan_that_an_office_suite_prints_says_the_same():
    """The demo's longest plan: letterhead and signature in tables, every line broken by the page."""
    data = (FOLDER / "01-ke-hoach-50.docx").read_bytes()
    (written,) = read(data, "x.docx").documents
    (printed,) = read(builders.converted(data, "docx", "pdf"), "x.pdf").documents
    assert figures(printed) == figures(written)
    assert cited(printed) == cited(written)
    for name in ("number", "issued", "issuer", "place", "type", "title", "recipients"):
        assert getattr(printed, name) == getattr(written, name), name
    work = [(t.leads, t.coordinating, t.period, t.place) for t in written.tasks]
    assert [(t.leads, t.coordinating, t.period, t.place) for t in printed.tasks] == work
    assert len(work) == 14
