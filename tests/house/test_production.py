"""The walk again in a production's mode: what the demo opens to all is closed, and keys are real."""

import os
import subprocess
import sys

import pytest

from phoihop.base.database.tests.support import place
from phoihop.base.security.crypto.keyfile import KeyFile
from tests.support import database

PASSPHRASE = "bảy con ngựa hồng qua đèo mây"


@pytest.mark.long
def test_the_walk_holds_outside_the_demo():
    with place("walk-") as folder:
        (folder / "keys").mkdir(mode=0o700)
        KeyFile.create(folder / "keys" / "keys.sealed", PASSPHRASE)
        done = subprocess.run(
            [sys.executable, "-m", "pytest", "-q", "-m", "not long", "tests/house/test_urls.py"],
            env={
                **os.environ,
                "PHOIHOP_MODE": "production",
                "PHOIHOP_TEST_DATA": str(folder),
                "PHOIHOP_KEY_FILE": str(folder / "keys" / "keys.sealed"),
                "PHOIHOP_KEY_PASSPHRASE": PASSPHRASE,
                "PHOIHOP_FILES": str(folder / "files"),
            },
            cwd=database.SOURCE,
            capture_output=True,
            text=True,
            check=False,
        )
    assert done.returncode == 0, done.stdout[-4000:]
