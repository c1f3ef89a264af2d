"""What comes in from elsewhere: bombs, and libraries."""

import subprocess

import pytest

from tests.abuse.bombing import AT_ONCE, Raid
from tests.support import house
from tools.tree import ROOT


@pytest.mark.long
def test_a34_twenty_bombs_at_once_are_refused_and_pages_go_on(spare):
    with house.opened(spare, PHOIHOP_SAMPLES="/nonexistent") as running:
        raid = Raid(running)
        raid.run()
    assert raid.ends == ["refused"] * AT_ONCE
    assert raid.broken == []
    assert raid.pages
    assert raid.peak < 512 * 2**20


def test_a57_every_library_is_the_one_that_was_locked():
    """Each with its hash, each in the very version; the installer takes nothing else."""
    programs = ROOT / ".venv" / "bin"
    asking = [programs / "uv", "pip", "install", "--dry-run", "--offline", "--require-hashes"]
    for lock in ("runtime", "start"):
        of = ["--python", programs / "python", "-r", ROOT / "locks" / f"{lock}.lock"]
        done = subprocess.run([*asking, *of], capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        assert "Would make no changes" in done.stderr
    installer = (ROOT / "tools" / "install.py").read_text(encoding="utf-8")
    assert installer.count("--require-hashes") >= 3
