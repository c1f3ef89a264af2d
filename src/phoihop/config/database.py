"""Which database this process uses, as which role: the one brought along, or a server of the operator's."""

import os
from typing import Any

from phoihop.base.database.access import Access, Role, external
from phoihop.base.database.cluster import Running

# The operator's server: the runtime role's address, and those of the roles that other commands take.
VARIABLES = {
    Role.APP: "DATABASE_URL",
    Role.OWNER: "DATABASE_OWNER_URL",
    Role.SEALER: "DATABASE_SEALER_URL",
    Role.REPORTER: "DATABASE_REPORTER_URL",
    Role.SETUP: "DATABASE_SETUP_URL",
}


def role() -> Role:
    """The one role of this process; serving is all that most ever do."""
    return Role(os.environ.get("PHOIHOP_DB_ROLE") or "app")


def is_given() -> bool:
    """Whether an address is known already, from the operator or from ``join``."""
    return bool(os.environ.get(VARIABLES[Role.APP]))


def access() -> Access:
    """The addresses this process knows."""
    others = {
        r.value: os.environ[name] for r, name in VARIABLES.items() if r != Role.APP and name in os.environ
    }
    return external(os.environ[VARIABLES[Role.APP]], others)


def join() -> Running | None:
    """Join the embedded server, started if need be, unless the operator named one; called before Django."""
    if is_given():
        return None
    from phoihop.base.database import cluster

    running = cluster.start()
    adopt(running.access)
    return running


def adopt(found: Access) -> None:
    """Use this database from here on, in this process and in those it starts."""
    for who, name in VARIABLES.items():
        if who.value in found.passwords:
            os.environ[name] = found.url(who)


def settings() -> dict[str, Any]:
    """Django's entry for the database. Without an address it names a database that cannot be reached, so
    that tools which only look at the settings start nothing."""
    base: dict[str, Any] = {
        "ENGINE": "django.db.backends.postgresql",
        "ATOMIC_REQUESTS": True,
        "CONN_MAX_AGE": 0,
        # A restore or a restart of the server leaves dead connections in the pool; none is lent.
        "CONN_HEALTH_CHECKS": True,
        # A pooler between us and the server may hand each statement to another connection.
        "DISABLE_SERVER_SIDE_CURSORS": True,
    }
    if not is_given():
        return base | {"NAME": "phoihop", "HOST": "/nonexistent"}
    found = access().params(role())
    more = {key: value for key, value in found.items() if key not in NAMES}
    # A pool belongs to serving; a command makes one connection and goes.
    pool = {"pool": {"min_size": 1, "max_size": 8, "timeout": 10}} if role() == Role.APP else {}
    return base | {mine: found[name] for name, mine in NAMES.items()} | {"OPTIONS": more | pool}


NAMES = {"host": "HOST", "port": "PORT", "dbname": "NAME", "user": "USER", "password": "PASSWORD"}
