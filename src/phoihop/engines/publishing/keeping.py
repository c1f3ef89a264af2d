"""From which day the time of this room's rows counts."""

from phoihop.base.security.retention import Leaves, declare

declare("publishing.Number", Leaves("10y", since="last"))
declare("publishing.ReportedValue", Leaves("10y", since="on"))
