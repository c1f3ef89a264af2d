"""Whose a build is: of two workers at one the later counts, and the earlier one writes nothing more."""

from phoihop.base.security.scope import Scope
from phoihop.engines.publishing.models import Build

JOB = Scope("job")


class GivenUp(Exception):
    """The build has gone on without this worker."""


def mine(build: Build) -> Build:
    """The build's row, locked, in the present transaction. GivenUp where it is another worker's now."""
    rows = Build.objects.select_for_update(of=("self",))
    row = rows.filter(pk=build.pk, attempts=build.attempts, ended_at=None).first()
    if row is None:
        raise GivenUp
    return row
