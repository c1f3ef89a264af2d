"""What else happens when a document is confirmed or withdrawn: other rooms say so here.

Each listener runs inside the transaction, after the document has its new stage; what it raises undoes all.
"""

from collections.abc import Callable

from phoihop.base.org.rules.permissions import Viewer
from phoihop.coordination.documents.models import Document

Listener = Callable[[Viewer, Document], object]

LISTENERS: list[Listener] = []
WITHDRAWING: list[Listener] = []


def confirmed(by: Viewer, document: Document) -> None:
    """Tell everybody who listens that a document now counts."""
    for listener in LISTENERS:
        listener(by, document)


def withdrawn(by: Viewer, document: Document) -> None:
    """Tell everybody who listens that a document no longer counts."""
    for listener in WITHDRAWING:
        listener(by, document)
