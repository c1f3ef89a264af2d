"""Reading this room's tables. What is under review is seen by planning officers of its agency alone."""

from phoihop.coordination.documents.queries.anonymous import download_name, job, samples, status
from phoihop.coordination.documents.queries.register import graph, missing, one, register
from phoihop.coordination.documents.queries.reviewing import changes, review
from phoihop.coordination.documents.queries.sending import progress, uploads
from phoihop.coordination.documents.queries.sight import find

__all__ = [
    "changes",
    "download_name",
    "find",
    "graph",
    "job",
    "missing",
    "one",
    "progress",
    "register",
    "review",
    "samples",
    "status",
    "uploads",
]
