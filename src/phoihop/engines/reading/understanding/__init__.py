"""What a text says: its paragraphs, head, sections, citations, targets, tasks and foot."""

from phoihop.engines.reading.understanding.documents import understand

__all__ = ["understand"]
