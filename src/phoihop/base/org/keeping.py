"""From which day the rows of this room, and of the libraries it signs people in with, have had their time."""

from phoihop.base.security.retention import Leaves, declare

declare("org.session", Leaves("90d", "ends_at"))
declare("org.device", Leaves("90d", "last_at"))
declare("org.signincard", Leaves("90d", "expires_at", whole=True))
declare("org.notice", Leaves("1y", "at"))
declare("org.opening", Leaves("5y", "at"))
declare("org.person", Leaves("office+5y", "left_on"))
declare("org.account", Leaves("office+5y", "person__left_on"))

# What a library keeps of an account goes soon after its person has left.
declare("mfa.authenticator", Leaves("90d", "user__person__left_on"))
declare("account.emailaddress", Leaves("90d", "user__person__left_on"))
declare("account.emailconfirmation", Leaves("90d", "created"))
declare("socialaccount.socialaccount", Leaves("90d", "user__person__left_on"))
declare("socialaccount.socialtoken", Leaves("90d", "account__user__person__left_on"))
