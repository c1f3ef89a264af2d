"""What comes in from elsewhere: bombs, and libraries."""

import json
import subprocess
import sys

import pytest
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator
from packaging.utils import canonicalize_name

from tests.abuse.bombing import AT_ONCE, Raid
from tests.support import house
from tools import supplies
from tools.house import locked
from tools.tree import ROOT


@pytest.mark.long
def test_a34_twenty_bombs_at_once_are_refused_and_pages_go_on(spare):
    with house.opened(spare) as running:
        raid = Raid(running)
        raid.run()
    assert set(raid.ends) <= {"too-large", "wrong-kind"}, raid.ends
    assert len(raid.ends) == AT_ONCE
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


def test_a57_the_bill_of_materials_is_what_is_locked_and_made_again_it_is_the_same():
    text = supplies.sbom()
    assert JsonStrictValidator(SchemaVersion.V1_6).validate_str(text) is None
    bill = json.loads(text)
    named = {canonicalize_name(one["name"]): one for one in bill["components"] if ":pypi/" in one["purl"]}
    pages = {one["purl"] for one in bill["components"]} - {one["purl"] for one in named.values()}
    assert {each.partition("@")[0] for each in pages} == {
        "pkg:npm/echarts",
        "pkg:npm/tslib",
        "pkg:npm/zrender",
    }
    wanted = locked(supplies.RUNTIME.read_text(encoding="utf-8"))
    assert {name: one["version"] for name, one in named.items()} == {n: v for n, (v, _) in wanted.items()}
    for name, (_, count) in wanted.items():
        assert len(named[name]["externalReferences"][-1]["hashes"]) == count > 0
    (ours,) = [one for one in bill["dependencies"] if one["ref"] == bill["metadata"]["component"]["bom-ref"]]
    assert "Django==5.2" in ",".join(ours["dependsOn"])
    assert supplies.sbom() == text


def test_a57_no_bill_is_made_of_an_environment_that_is_not_what_is_locked():
    lock = "idna==3.10 \\\n    --hash=sha256:00\n"
    whole = {
        "metadata": {"component": {"bom-ref": "root-component"}},
        "components": [{"type": "library", "name": "idna", "version": "3.9", "bom-ref": "idna==3.9"}],
        "dependencies": [],
    }
    with pytest.raises(supplies.StaleError, match=r"idna 3\.9 is installed, 3\.10 is locked"):
        supplies.bill(whole, lock)


def test_a57_a_library_of_which_nothing_is_known_is_no_clean_bill(monkeypatch):
    """``--strict``: without it pip-audit calls what it could not ask about harmless."""
    asked = []

    def run(command, **_):
        asked.append(command)
        return subprocess.CompletedProcess(command, len(asked) == 1)

    monkeypatch.setattr(supplies.subprocess, "run", run)
    assert supplies.advisories() == 1
    assert len(asked) == len(list((ROOT / "locks").glob("*.lock"))), "every lock is asked about"
    assert all("--strict" in command for command in asked)


def test_of_a_library_locked_for_several_pythons_this_ones_version_counts():
    old, new = "python_full_version < '3.12'", "python_full_version >= '3.12'"
    mine, other = (old, new) if sys.version_info < (3, 12) else (new, old)
    for first, second in ((mine, other), (other, mine)):
        versions = {mine: "1.0", other: "2.0"}
        lock = "".join(
            f"some-lib=={versions[marker]} ; {marker} \\\n    --hash=sha256:{versions[marker]}\n    # via\n"
            for marker in (first, second)
        )
        assert supplies.hashes(lock + "last==3 \\\n    --hash=sha256:c\n") == {
            "some-lib": ("1.0", ["1.0"]),
            "last": ("3", ["c"]),
        }
