"""Looks at a zip's directory before anything is unpacked."""

import io
import re
import stat
import zipfile

from phoihop.engines.reading.intake import limits
from phoihop.engines.reading.intake.refusing import refuse

_END = b"PK\x05\x06"
_NESTED = re.compile(r"\.(zip|jar|7z|rar|gz|bz2|xz|docx|docm|xlsx|xlsm|pptx|odt|ods)$", re.I)
# Word keeps the spreadsheet behind a chart in this folder. Nothing here ever opens it.
_CHART_DATA = re.compile(r"word/embeddings/[^/]+\.(docx|xlsx|pptx)$", re.I)


def check(data: bytes) -> zipfile.ZipFile:
    """The opened archive, once its directory is harmless. Raises Refusal "zip-bomb", "corrupt"."""
    end = data.rfind(_END)
    if end < 0 or len(data) < end + 22:
        raise refuse("corrupt")
    # Counted before the directory is parsed: a hundred thousand entries cost seconds to list.
    if (
        data.count(b"PK\x01\x02") > limits.ENTRIES
        or int.from_bytes(data[end + 10 : end + 12], "little") == 0xFFFF
    ):
        raise refuse("zip-bomb")
    archive = zipfile.ZipFile(io.BytesIO(data))
    entries = archive.infolist()
    names = [entry.filename for entry in entries]
    if (
        len(entries) > limits.ENTRIES
        or len(set(names)) != len(names)
        or sum(entry.file_size for entry in entries) > limits.UNPACKED
        or any(_harmful(entry) for entry in entries)
    ):
        raise refuse("zip-bomb")
    return archive


def _harmful(entry: zipfile.ZipInfo) -> bool:
    name = entry.filename.replace("\\", "/")
    packed_hard = entry.file_size > limits.RATIO * max(entry.compress_size, 1)
    return (
        name.startswith("/")
        or ":" in name
        or ".." in name.split("/")
        or stat.S_ISLNK(entry.external_attr >> 16)
        or (packed_hard and entry.file_size > limits.RATIO_FLOOR)
        or (_NESTED.search(name) is not None and _CHART_DATA.match(name) is None)
    )
