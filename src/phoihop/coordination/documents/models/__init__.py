"""Documents that were sent in, what was read in them, and what people said of that."""

from phoihop.coordination.documents.models.register import Citation, Document
from phoihop.coordination.documents.models.review import Item
from phoihop.coordination.documents.models.uploads import Upload

__all__ = ["Citation", "Document", "Item", "Upload"]
