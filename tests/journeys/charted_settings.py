"""The tests' settings, with a page of charts among the addresses."""

from tests.settings import *  # noqa: F403

ROOT_URLCONF = "tests.journeys.charted"
