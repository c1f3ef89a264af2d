"""An official document becomes text, structure, targets, tasks and findings."""

from phoihop.engines.reading.model import Extract, Reading

__all__ = ["Extract", "Reading", "extract", "read", "understand"]


def extract(data: bytes, name: str) -> Extract:
    """The text of a file given as bytes. Raises Refusal when the file cannot be read."""
    from phoihop.engines.reading.intake import open_file

    return open_file(data, name)


def understand(source: Extract, name: str) -> Reading:
    """What the text says. Never raises on any text; Refusal when it is no official document."""
    from phoihop.engines.reading.understanding import understand as run

    return run(source, name)


def read(data: bytes, name: str) -> Reading:
    """Read a file: bytes in, everything understood out. Raises Refusal with its reason."""
    return understand(extract(data, name), name)
