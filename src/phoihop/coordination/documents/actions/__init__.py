"""Every write of this room; each file holds one subject."""

from phoihop.coordination.documents.actions import reviewing, sending

__all__ = ["reviewing", "sending"]
