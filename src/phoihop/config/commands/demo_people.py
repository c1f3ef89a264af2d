"""Fills a demo's empty database, in a process of its own, and tells how to sign in."""

import os
import sys

from phoihop.config import database


def run() -> int:
    """Make the invented people if there are none, and print a way in for each who has not been in."""
    running = database.join()
    try:
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "phoihop.config.settings")
        import django

        django.setup()
        from django.conf import settings

        from phoihop.demo import people

        if settings.PHOIHOP_MODE != "demo":
            raise RuntimeError("invented people belong to the demo alone")
        people.build()
        for card in people.unused_cards():
            sys.stdout.write(f"{card.username}\t{card.name}\t{card.address}\n")
    finally:
        if running is not None:
            running.stop()
    return 0


if __name__ == "__main__":
    sys.exit(run())
