"""Every write of this room; each file holds one subject."""

from phoihop.coordination.documents.actions import reviewing, sending
from phoihop.coordination.documents.actions.anonymous import UPLOAD_BYTES, cancel, read_file, read_samples

__all__ = ["UPLOAD_BYTES", "cancel", "read_file", "read_samples", "reviewing", "sending"]
