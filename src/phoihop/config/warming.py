"""What the first visitor would otherwise wait for: tables and templates that every process reads once."""

import gc
import threading


def begin() -> None:
    """Read them in the background; a page that needs one first simply waits for it."""
    threading.Thread(target=_warm, name="warming", daemon=True).start()


def _warm() -> None:
    from django.utils import timezone

    from phoihop.base.org import units

    units.search("lao cai", timezone.localdate())
    # What stands here now stands as long as the process; looked through for garbage with every hundredth
    # page, it would stop that page for a tenth of a second.
    gc.collect()
    gc.freeze()
