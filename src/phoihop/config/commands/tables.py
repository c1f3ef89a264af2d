"""``phoihop migrate``: bring the tables up to date. Takes the owner's role."""

import os

from phoihop.config import database


def run() -> int:
    """Migrate the database, write row security into it, and bring the administrative units up to date."""
    os.environ["PHOIHOP_DB_ROLE"] = "owner"
    running = database.join()
    try:
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "phoihop.config.settings")
        import django

        django.setup()
        from phoihop.base.org.loading import load_units
        from phoihop.base.security import install

        install.migrate()
        load_units()
    finally:
        if running is not None:
            running.stop()
    return 0
