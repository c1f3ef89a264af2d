"""Sessions. The cookie's value is kept nowhere: its hash finds the row, the value itself opens the data."""

import hashlib
import hmac
import json
import secrets
from contextvars import ContextVar
from datetime import datetime
from typing import Any

from django.contrib.sessions.backends.base import SessionBase, UpdateError
from django.utils import timezone

from phoihop.base.org import notices
from phoihop.base.org.models import Account, Session
from phoihop.base.org.signin import sealing
from phoihop.base.org.signin.noting import note
from phoihop.base.org.signin.rules import limits
from phoihop.base.org.signin.rules.limits import Over
from phoihop.base.security.audit.entries import Kind, Outcome

notices.add_words(
    "session-oldest-ended",
    "Anh/chị đã đăng nhập ở quá ba nơi: phiên cũ nhất vừa được kết thúc.",
    "You were signed in in more than three places: the oldest session was ended.",
)
notices.add_words(
    "session-moved",
    "Có yêu cầu dùng phiên của anh/chị từ một trình duyệt khác. Phiên đó đã bị kết thúc.",
    "Your session was used from another browser. It was ended.",
)
# The browser that the present request comes from: the hash of its cookie, and what it is called.
# Libraries make sessions of their own accord, and tell nothing but the cookie.
BROWSER: ContextVar[tuple[str, str]] = ContextVar("browser", default=("", "? · ?"))
STRONG = frozenset({"passkey", "totp", "recovery"})


def digest(cookie: str) -> str:
    """What the database knows a cookie by: SHA-256 in hex. It has 256 random bits, so no salt is needed."""
    return hashlib.sha256(cookie.encode()).hexdigest()


def _secret(cookie: str) -> bytes:
    return hmac.new(cookie.encode(), b"phoihop session data", hashlib.sha256).digest()


class SessionStore(SessionBase):
    """Django's session over our table. ``row``: while it counts; ``late``: one that did not last."""

    def __init__(self, session_key: str | None = None) -> None:
        super().__init__(session_key)
        self.mark, self.family = BROWSER.get()
        self.row: Session | None = None
        self.late: Session | None = None
        self.over: Over | None = None
        self._late_cookie = ""

    @property
    def account(self) -> Account | None:
        """Who is signed in."""
        self.keys()  # reads the row
        return self.row.account if self.row is not None else None

    def load(self) -> dict[str, Any]:
        """Read session and account in one query; an ended or foreign one leaves an empty session."""
        cookie = self.session_key or ""
        found = Session.objects.select_related("account__person").filter(key=digest(cookie)).first()
        if found is None:
            self._session_key = None
            return {}
        self.over = self._judge(found)
        if self.over is not None:
            self.late, self._late_cookie, self._session_key = found, cookie, None
            self._end_late(found, self.over)
            return {}
        self.row = found
        return self._opened(cookie, found)

    def _judge(self, row: Session) -> Over | None:
        account = row.account
        return limits.why_over(
            now=timezone.now(),
            seen_at=row.seen_at,
            ends_at=row.ends_at,
            ended=row.ended_why,
            active=account is None or account.is_active,
            same_version=account is None or account.authz_version == row.authz_version,
            same_browser=(row.mark, row.family) == (self.mark, self.family),
        )

    def _end_late(self, row: Session, over: Over) -> None:
        if row.ended_why or over is Over.IDLE:
            return  # an idle one may be taken up again by its owner (``resume``)
        Session.objects.filter(pk=row.pk).update(ended_at=timezone.now(), ended_why=over.value, data=b"")
        if row.account_id is not None:
            note(
                "session_over", outcome=Outcome.REFUSED, account=row.account_id, detail={"reason": over.value}
            )
        if over is Over.MOVED and row.account_id is not None:
            note("session_moved", kind=Kind.ALARM, account=row.account_id, detail={"reason": over.value})
            notices.tell([row.account_id], "session-moved")

    def _opened(self, cookie: str, row: Session) -> dict[str, Any]:
        if not row.data:
            return {}
        try:
            clear = sealing.unseal_with(_secret(cookie), bytes(row.data), row.key.encode())
        except sealing.Unreadable:
            return {}
        found: dict[str, Any] = json.loads(clear)
        return found

    def exists(self, session_key: str) -> bool:
        return Session.objects.filter(pk=digest(session_key)).exists()

    def create(self) -> None:
        """A new cookie; what the session has proved so far goes over to it."""
        now, old = timezone.now(), self.row
        self._session_key = secrets.token_urlsafe(32)
        self._session_cache: dict[str, Any] = getattr(self, "_session_cache", {})
        self.row = Session(
            key=digest(self._session_key),
            account=old.account if old else None,
            authz_version=old.authz_version if old else 0,
            mark=self.mark,
            family=self.family,
            methods=list(old.methods) if old else [],
            strong=old.strong if old else False,
            stepped_up_at=old.stepped_up_at if old else None,
            since=old.since if old else now,
            seen_at=now,
            ends_at=old.ends_at if old else now + limits.ABSOLUTE,
        )
        self.modified = True
        self.row.save(force_insert=True)

    def save(self, must_create: bool = False) -> None:
        """Write what has changed; UpdateError if the session was ended meanwhile."""
        if self.session_key is not None:
            self.keys()  # reads the row, if nobody has yet
        if self.session_key is None or self.row is None:
            self.create()
        row, cookie = self.row, self.session_key or ""
        if row is None:
            raise UpdateError
        data = dict(self.items())
        row.data = (
            sealing.seal_with(_secret(cookie), json.dumps(data).encode(), row.key.encode()) if data else b""
        )
        values = {field: getattr(row, field) for field in _WRITTEN}
        if not Session.objects.filter(pk=row.pk, ended_at=None).update(**values):
            raise UpdateError

    def delete(self, session_key: str | None = None) -> None:
        cookie = session_key or self.session_key
        if cookie:
            Session.objects.filter(pk=digest(cookie)).delete()

    def flush(self) -> None:
        """Signing out: the row goes, the cookie means nothing any more."""
        self.row = None
        super().flush()

    def touch(self, now: datetime) -> None:
        """The session was used."""
        if self.row is not None and now - self.row.seen_at >= limits.TOUCH:
            Session.objects.filter(pk=self.row.pk, ended_at=None).update(seen_at=now)
            self.row.seen_at = now

    def begin(self, account: Account, methods: list[str]) -> None:
        """From here on it is the account's, counted anew. The oldest session beyond three ends."""
        now = timezone.now()
        if self.row is None:
            self.create()
        row = self.row
        if row is None:
            raise UpdateError
        row.account, row.authz_version = account, account.authz_version
        row.since, row.seen_at, row.ends_at = now, now, now + limits.ABSOLUTE
        row.methods, row.strong, row.stepped_up_at = sorted(set(methods)), bool(STRONG & set(methods)), now
        row.mark, row.family = self.mark, self.family
        self.modified = True
        self._make_room(row)

    def prove(self, *methods: str) -> None:
        """The person has just shown these once more."""
        if self.row is None:
            raise UpdateError
        self.row.methods = sorted({*self.row.methods, *methods})
        self.row.strong = self.row.strong or bool(STRONG & set(methods))
        self.row.stepped_up_at = timezone.now()
        self.modified = True

    def keep_late(self, name: str) -> None:
        """Lay a value of the present empty session into the idle one: its cookie is all the browser has."""
        if self.late is None or self.over is not Over.IDLE:
            return
        data = {**self._opened(self._late_cookie, self.late), name: self.pop(name)}
        sealed = sealing.seal_with(
            _secret(self._late_cookie), json.dumps(data).encode(), self.late.key.encode()
        )
        Session.objects.filter(pk=self.late.pk, ended_at=None).update(data=sealed)
        self.modified = False

    def take_late(self, name: str) -> None:
        """The reverse of ``keep_late``."""
        if self.late is not None and self.over is Over.IDLE:
            found = self._opened(self._late_cookie, self.late).get(name)
            if found is not None:
                self[name] = found
                self.modified = False

    def resume(self, *, fresh: bool) -> None:
        """Take up the session that was left idle, under a new cookie; its last moment stays what it was.

        Called when its owner has shown who they are; ``fresh``: by as much as a step-up asks for.
        UpdateError if it ended otherwise.
        """
        late = self.late
        if late is None or self.over is not Over.IDLE:
            raise UpdateError
        self.row, self.late, self.over = late, None, None
        old = late.key
        self._session_cache = self._opened(self._late_cookie, late)
        self.create()
        if fresh:
            self.prove()
        Session.objects.filter(pk=old).delete()

    def _make_room(self, row: Session) -> None:
        now = timezone.now()
        others = list(
            Session.objects.filter(
                account=row.account, ended_at=None, seen_at__gt=now - limits.IDLE, ends_at__gt=now
            )
            .exclude(pk=row.pk)
            .order_by("since")
            .values_list("pk", flat=True)
        )
        surplus = others[: max(0, len(others) + 1 - limits.AT_ONCE)]
        if surplus and row.account_id is not None:
            Session.objects.filter(pk__in=surplus).update(ended_at=now, ended_why=Over.OLDEST.value, data=b"")
            notices.tell([row.account_id], "session-oldest-ended")

    @property
    def stepped_up(self) -> bool:
        """Whether the person has proved who they are within the last minutes."""
        if self.row is None or self.row.stepped_up_at is None:
            return False
        return timezone.now() - self.row.stepped_up_at < limits.STEPPED_UP


_WRITTEN = (
    "account", "authz_version", "mark", "family", "methods", "strong", "stepped_up_at", "since", "seen_at",
    "ends_at", "data",
)  # fmt: skip


def end(*, account: Account | int, keep: str = "", why: Over = Over.ENDED) -> int:
    """End every session of an account but the one with this key; returns how many."""
    return (
        Session.objects.filter(account=account, ended_at=None)
        .exclude(pk=keep)
        .update(ended_at=timezone.now(), ended_why=why.value, data=b"")
    )


def end_one(account: Account | int, beginning: str) -> bool:
    """End the account's session whose key begins so, if there is one."""
    found = Session.objects.filter(account=account, ended_at=None, key__startswith=beginning).first()
    if found is None:
        return False
    Session.objects.filter(pk=found.pk).update(ended_at=timezone.now(), ended_why=Over.ENDED.value, data=b"")
    return True


def sweep() -> int:
    """Remove rows nobody needs: of visitors after half an hour, of accounts after ninety days. For a job."""
    now = timezone.now()
    gone, _ = Session.objects.filter(account=None, seen_at__lt=now - limits.CARRIED).delete()
    old, _ = Session.objects.filter(seen_at__lt=now - limits.KEPT).delete()
    return gone + old
