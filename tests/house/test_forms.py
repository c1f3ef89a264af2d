"""Every form of every programme: its file is in order, and what was published is as it was."""

import pytest

from phoihop.engines.forms.loading import PUBLISHED, frozen_faults, load_all
from tools.tree import shown, with_ending

FOLDERS = sorted({path.parent for path in with_ending(".toml") if path.parent.name == "forms"})
# The engine's own words lie in a folder of that name too.
OF_PROGRAMMES = [
    folder for folder in FOLDERS if (folder / PUBLISHED).exists() or any(folder.glob("*.v*.toml"))
]


@pytest.mark.parametrize("folder", OF_PROGRAMMES, ids=shown)
def test_every_form_is_in_order_and_frozen(folder):
    assert load_all(folder)
    assert list(frozen_faults(folder)) == []


def test_forms_are_found():
    assert "tests/standin/forms" in {shown(folder) for folder in OF_PROGRAMMES}
