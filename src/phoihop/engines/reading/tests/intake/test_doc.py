"""Word 97 files: what reads them, and what is said where nothing does."""

import shutil

import pytest

from phoihop.engines.reading import extract
from phoihop.engines.reading.tests.intake import builders
from phoihop.kernel.refusals import Refusal

pytestmark = builders.needs_soffice


@pytest.fixture(scope="module")
def plan() -> bytes:
    return builders.converted(builders.docx_file(builders.PLAN), "docx", "doc")


def only(programs: list[str], folder, monkeypatch) -> None:
    """Leave only these programs to be found."""
    for program in programs:
        (folder / program).symlink_to(shutil.which(program))
    monkeypatch.setenv("PATH", str(folder))


@pytest.mark.skipif(shutil.which("catdoc") is None, reason="NOT TESTED: catdoc (not installed)")
def test_catdoc_steps_in_for_libreoffice(plan, tmp_path, monkeypatch):
    only(["catdoc"], tmp_path, monkeypatch)
    found = extract(plan, "a.doc")
    assert builders.words(found.text) == builders.PLAN.words()
    assert found.format == "doc"
    assert found.anchors[0].kind == "line"


@pytest.mark.parametrize("data", ["plan", b"{\\rtf1 x}"])
def test_without_either_the_refusal_says_what_to_install(plan, tmp_path, monkeypatch, data):
    only([], tmp_path, monkeypatch)
    with pytest.raises(Refusal) as refusal:
        extract(plan if data == "plan" else data, "a.doc")
    assert refusal.value.reason == "doc-needs-libreoffice"
    assert "libreoffice-writer-nogui" in refusal.value.message.vi
    assert "libreoffice-writer-nogui" in refusal.value.message.en


@pytest.mark.parametrize("share", [0.1, 0.5, 0.9])
def test_a_doc_cut_short_is_read_or_refused(plan, share):
    reason = None
    try:
        extract(plan[: int(len(plan) * share)], "a.doc")
    except Refusal as refusal:
        reason = refusal.reason
    assert reason in (None, "corrupt", "no-text", "unknown-format")
