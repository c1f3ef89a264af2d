"""Fills a demo's empty database, in a process of its own, and tells how to sign in."""

import os
import sys

from phoihop.config import database


def run() -> int:
    """Make the invented people and their work, whatever of it is missing, and print a way in for those who
    have a card and have not been in yet. The people are there first: one may come in meanwhile."""
    running = database.join()
    try:
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "phoihop.config.settings")
        import django

        django.setup()
        from django.conf import settings

        from phoihop.demo import people, progress

        if settings.PHOIHOP_MODE != "demo":
            raise RuntimeError("invented people belong to the demo alone")
        if not progress.is_done():
            from phoihop.demo import story

            progress.say("people")
            story.tell(people.build(), progress.say)
            progress.done()
        for card in people.unused_cards():
            sys.stdout.write(f"{card.username}\t{card.name}\t{card.address}\n")
    finally:
        if running is not None:
            running.stop()
    return 0


if __name__ == "__main__":
    sys.exit(run())
