"""Reading this room's tables. What is under review is seen by planning officers of its agency alone."""

from phoihop.coordination.documents.queries.register import graph, missing, one, register
from phoihop.coordination.documents.queries.reviewing import changes, review
from phoihop.coordination.documents.queries.sending import progress, uploads
from phoihop.coordination.documents.queries.sight import find

__all__ = [
    "changes",
    "find",
    "graph",
    "missing",
    "one",
    "progress",
    "register",
    "review",
    "uploads",
]
