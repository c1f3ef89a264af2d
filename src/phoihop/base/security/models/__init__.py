"""The tables of the room; each file holds one subject."""

from phoihop.base.security.models.audit import AuditCanary, AuditEntry, AuditSeal
from phoihop.base.security.models.throttle import Throttle
from phoihop.base.security.models.keys import DataKeyRow

__all__ = ["AuditCanary", "AuditEntry", "AuditSeal", "Throttle"]
