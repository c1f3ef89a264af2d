"""Fills a demo's empty database, in a process of its own, and tells how to sign in."""

import fcntl
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from phoihop.base.database.home import default_folder, open_lock
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
        with _alone():
            if not progress.is_done():
                from phoihop.demo import counting, story, treatment

                progress.say("people")
                offices = people.build()
                story.tell(offices, progress.say)
                treatment.tell(progress.say, hands=2)
                counting.tell(offices, progress.say)
                progress.done()
        for card in people.unused_cards():
            sys.stdout.write(f"{card.username}\t{card.name}\t{card.address}\n")
    finally:
        if running is not None:
            running.stop()
    return 0


@contextmanager
def _alone() -> Iterator[None]:
    """Wait for another that fills this very demo: one of a start before that was ended may still be at it."""
    descriptor = open_lock(default_folder() / "demo.lock")
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


if __name__ == "__main__":
    sys.exit(run())
