"""Tables that libraries bring: what their columns hold and who may see their rows."""

from phoihop.base.org.models.sessions import OWN_OR_DOOR, SIGNING_IN
from phoihop.base.security.columns import Class, Erase, Handling
from phoihop.base.security.columns import declare as columns
from phoihop.base.security.rows import RowAccess
from phoihop.base.security.rows import declare as rows

_INTERNAL = Handling(Class.INTERNAL)
_PERSONAL = Handling(Class.PERSONAL, SIGNING_IN["keep"], SIGNING_IN["ground"], Erase.DELETE)
_SECRET = Handling(Class.SENSITIVE, SIGNING_IN["keep"], SIGNING_IN["ground"], Erase.DELETE)
_OWN_OR_DOOR = RowAccess(read=OWN_OR_DOOR.read.replace("account_id", "user_id"))
# Nothing writes to these: addresses of e-mail are not a way to sign in here.
_NOBODY = RowAccess(read="false")

# Ways to sign in. The data of a code app and of recovery codes is sealed; a passkey's is public by nature.
columns(
    "mfa.authenticator",
    user=_INTERNAL,
    type=_INTERNAL,
    data=_SECRET,
    created_at=_INTERNAL,
    last_used_at=_INTERNAL,
)
rows("mfa.authenticator", _OWN_OR_DOOR)

columns("account.emailaddress", user=_INTERNAL, email=_PERSONAL, verified=_INTERNAL, primary=_INTERNAL)
rows("account.emailaddress", _NOBODY)
columns("account.emailconfirmation", email_address=_INTERNAL, created=_INTERNAL, sent=_INTERNAL, key=_SECRET)
rows("account.emailconfirmation", _NOBODY)

# Delegated sign-in, where it is switched on.
columns(
    "socialaccount.socialaccount",
    user=_INTERNAL,
    provider=_INTERNAL,
    uid=_PERSONAL,
    last_login=_INTERNAL,
    date_joined=_INTERNAL,
    extra_data=_PERSONAL,
)
rows("socialaccount.socialaccount", _OWN_OR_DOOR)
columns(
    "socialaccount.socialtoken",
    app=_INTERNAL,
    account=_INTERNAL,
    token=_SECRET,
    token_secret=_SECRET,
    expires_at=_INTERNAL,
)
rows("socialaccount.socialtoken", _NOBODY)
columns(
    "socialaccount.socialapp",
    provider=_INTERNAL,
    provider_id=_INTERNAL,
    name=_INTERNAL,
    client_id=_INTERNAL,
    secret=_SECRET,
    key=_INTERNAL,
    settings=_INTERNAL,
)
rows("socialaccount.socialapp", _NOBODY)

# Django's own: nothing in them is of a person; groups and permissions are not used.
columns("contenttypes.contenttype", app_label=_INTERNAL, model=_INTERNAL)
columns("auth.permission", name=_INTERNAL, content_type=_INTERNAL, codename=_INTERNAL)
columns("auth.group", name=_INTERNAL)
columns("auth.group_permissions", group=_INTERNAL, permission=_INTERNAL)

# History: who changed a row is an account's number. Jobs: arguments are ids and codes, never a person's data.
columns("pghistory.context", id=_INTERNAL, created_at=_INTERNAL, updated_at=_INTERNAL, metadata=_INTERNAL)
for _table, _names in {
    "procrastinatejob": "queue_name task_name priority lock args status scheduled_at attempts queueing_lock "
    "abort_requested worker",
    "procrastinateevent": "job type at",
    "procrastinateperiodicdefer": "task_name defer_timestamp job periodic_id",
    "procrastinateworker": "last_heartbeat",
}.items():
    columns(f"procrastinate.{_table}", **dict.fromkeys(_names.split(), _INTERNAL))
