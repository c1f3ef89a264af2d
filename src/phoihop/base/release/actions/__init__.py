"""Every write of this room; each file holds one subject."""

from phoihop.base.release.actions import disclosures, documents, emergencies, exports

__all__ = ["disclosures", "documents", "emergencies", "exports"]
