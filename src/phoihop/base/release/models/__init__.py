"""The tables of the room; each file holds one subject."""

from phoihop.base.release.models.disclosures import Request, Told
from phoihop.base.release.models.documents import Document, Releasable
from phoihop.base.release.models.emergencies import Emergency
from phoihop.base.release.models.exports import Copy, Export

__all__ = ["Copy", "Document", "Emergency", "Export", "Releasable", "Request", "Told"]
