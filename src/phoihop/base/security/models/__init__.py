"""The tables of the room; each file holds one subject."""

from phoihop.base.security.models.audit import AuditCanary, AuditEntry, AuditSeal
from phoihop.base.security.models.files import StoredFile
from phoihop.base.security.models.keys import DataKeyRow
from phoihop.base.security.models.throttle import Throttle

__all__ = ["AuditCanary", "AuditEntry", "AuditSeal", "DataKeyRow", "StoredFile", "Throttle"]
