"""What the first visitor would otherwise wait for: tables and templates that every process reads once."""

import threading


def begin() -> None:
    """Read them in the background; a page that needs one first simply waits for it."""
    threading.Thread(target=_warm, name="warming", daemon=True).start()


def _warm() -> None:
    from django.utils import timezone

    from phoihop.base.org import units

    units.search("lao cai", timezone.localdate())
