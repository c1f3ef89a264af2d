"""The product's settings, and one more room: a stand-in for the client files that are yet to come."""

import os

from tests.support.database import folder

os.environ.setdefault("PHOIHOP_MODE", "demo")
os.environ.setdefault("PHOIHOP_KEY_FILE", str(folder() / "keys" / "keys.sealed"))
os.environ.setdefault("PHOIHOP_FILES", str(folder() / "files"))

from phoihop.config.settings import *  # noqa: F403
from phoihop.config.settings import INSTALLED_APPS

INSTALLED_APPS = [*INSTALLED_APPS, "tests.standin"]
ROOT_URLCONF = "tests.standin.house_urls"
