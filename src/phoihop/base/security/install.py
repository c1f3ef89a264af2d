"""Making and renewing the tables; run as the owner, never by what serves."""

from django.conf import settings
from django.core.management import call_command
from django.db import connection

from phoihop.base.security import keyring, law
from phoihop.base.security.audit.guard import GUARD


def migrate() -> None:
    """Bring the tables up to date, then write the declarations of the models into the database."""
    _only_owner()
    law.install_functions()
    call_command("migrate", interactive=False, verbosity=0)
    with connection.cursor() as cursor:
        cursor.execute(GUARD)
    version, key = keyring.scope_key()
    law.install_key(key, version)
    with connection.cursor() as cursor:
        cursor.execute(
            "insert into sec.installation (mode) values (%s) on conflict do nothing", (settings.PHOIHOP_MODE,)
        )
    law.apply()


def _only_owner() -> None:
    with connection.cursor() as cursor:
        cursor.execute("select current_user")
        if cursor.fetchone()[0] != "phoihop_owner":
            raise RuntimeError("only the owner migrates")
