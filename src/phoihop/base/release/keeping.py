"""From which day the time of this room's rows counts."""

from phoihop.base.security.retention import Leaves, declare

declare("release.Export", Leaves("5y", since="asked_at"))
declare("release.Emergency", Leaves("5y", since="opened_at"))
declare("release.Request", Leaves("10y", since="filed_at"))
