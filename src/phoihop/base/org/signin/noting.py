"""Writing down who signed in, out, or failed to: account ids and codes, never a name that somebody typed."""

from collections.abc import Mapping

from phoihop.base.org.models import Account
from phoihop.base.security import origin, scope
from phoihop.base.security.audit.entries import Detail, Entry, Kind, Outcome
from phoihop.base.security.audit.recording import record


def note(
    action: str,
    *,
    account: int | None = None,
    outcome: Outcome = Outcome.DONE,
    kind: Kind = Kind.LOGIN,
    about: Account | None = None,
    detail: Mapping[str, Detail] | None = None,
) -> None:
    """One entry in the present transaction. ``account``: who did it, if known; ``about``: whose account."""
    here, acting = origin.current(), scope.current()
    record(
        Entry(
            kind=kind,
            action=f"org.{action}",
            outcome=outcome,
            request=here.request,
            source=here.source,
            account=account,
            purpose=acting.purpose if acting else "",
            thing_kind="org.Account" if about is not None else "",
            thing_id=str(about.pk) if about is not None else "",
            detail=detail or {},
        )
    )
