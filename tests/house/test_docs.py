"""The commands that the docs show really run."""

import pytest

from phoihop.interfaces.cli.main import main
from tools.docs import commands
from tools.tree import ROOT, shown, with_ending

SHOWN = [(shown(page), words) for page in with_ending(".md") for words in commands(page)]


@pytest.mark.parametrize(("page", "words"), SHOWN, ids=[f"{page}-{n}" for n, (page, _) in enumerate(SHOWN)])
def test_a_command_in_the_docs_runs(
    page: str, words: list[str], monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
):
    monkeypatch.chdir(ROOT)
    status = main(words[2:])
    printed = capfd.readouterr()
    assert status == 0, f"{page}: {' '.join(words)}\n{printed.err}"
    assert printed.out.strip()
