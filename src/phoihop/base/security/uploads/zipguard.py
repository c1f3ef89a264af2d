"""Looks at a zip's directory before anything is unpacked, and weighs what is inside without keeping it."""

import io
import re
import stat
import zipfile
import zlib
from collections.abc import Callable, Iterator

from phoihop.base.security.uploads import limits
from phoihop.base.security.uploads.refusing import refuse

_END = b"PK\x05\x06"
_LOCAL = b"PK\x03\x04"
_HEADER = 30  # bytes of a local header before the name
_NESTED = re.compile(r"\.(zip|jar|7z|rar|gz|bz2|xz|docx|docm|xlsx|xlsm|pptx|pptm|odt|ods)$", re.I)
# Word keeps the spreadsheet behind a chart in this folder. Nothing here ever opens it.
_CHART_DATA = re.compile(r"(word|xl|ppt)/embeddings/[^/]+\.(docx|xlsx|pptx)$", re.I)
_CHUNK = 256 * 2**10
_OVERLAP = 80
_MARKUP = (".xml", ".rels", ".vml")


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
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
    except (zipfile.BadZipFile, ValueError, NotImplementedError):
        raise refuse("corrupt") from None
    entries = archive.infolist()
    names = [entry.filename.casefold() for entry in entries]
    total = sum(entry.file_size for entry in entries)
    if (
        len(entries) > limits.ENTRIES
        or len(set(names)) != len(names)
        or total > limits.UNPACKED
        or (total > limits.RATIO_FLOOR and total > limits.RATIO * len(data))
        or any(_harmful(entry) for entry in entries)
        or not _apart(data, entries, end)
    ):
        raise refuse("zip-bomb")
    return archive


def _harmful(entry: zipfile.ZipInfo) -> bool:
    name = entry.orig_filename.replace("\\", "/")
    packed_hard = entry.file_size > limits.RATIO * max(entry.compress_size, 1)
    return (
        name.startswith("/")
        or ":" in name
        or "\0" in name
        or ".." in name.split("/")
        or stat.S_ISLNK(entry.external_attr >> 16)
        or (packed_hard and entry.file_size > limits.RATIO_FLOOR)
        or (_NESTED.search(name) is not None and _CHART_DATA.match(name) is None)
    )


def _body(data: bytes, entry: zipfile.ZipInfo) -> tuple[int, int] | None:
    """Where an entry's packed bytes begin and end; None when its own header and the directory disagree."""
    start = entry.header_offset
    header = data[start : start + _HEADER]
    if len(header) < _HEADER or not header.startswith(_LOCAL):
        return None
    length, extra = int.from_bytes(header[26:28], "little"), int.from_bytes(header[28:30], "little")
    name = data[start + _HEADER : start + _HEADER + length]
    if name.decode("utf-8" if entry.flag_bits & 0x800 else "cp437", "replace") != entry.orig_filename:
        return None
    begin = start + _HEADER + length + extra
    return begin, begin + entry.compress_size


def _apart(data: bytes, entries: list[zipfile.ZipInfo], end: int) -> bool:
    """Whether every entry has bytes of its own, before the end, under the name it is listed by.

    Entries that share bytes make a bomb that no ratio shows; a second name lets two programs see
    two different files.
    """
    reached = 0
    ordered = sorted(entries, key=lambda e: e.header_offset)
    # What stands before the first entry is a file of some other kind, and this is two files in one.
    if not ordered or ordered[0].header_offset != 0:
        return False
    for entry in ordered:
        body = _body(data, entry)
        if body is None or entry.header_offset < reached:
            return False
        reached = body[1]
    return reached <= end


def weigh(data: bytes, archive: zipfile.ZipFile, look: Callable[[str, bytes], None] | None = None) -> None:
    """Unpack every part of a checked archive, keep nothing, and see that it is what the directory says.

    ``look`` is shown each part's name and bytes, piece by piece, each piece together with the last 80
    bytes of the one before. Raises Refusal: "zip-bomb" when a part is larger or smaller than declared,
    "corrupt" when it is damaged, "encrypted", and "too-large" for more tags than a parser's memory holds.
    """
    tags = 0
    for entry in archive.infolist():
        if entry.flag_bits & 0x1:
            raise refuse("encrypted")
        markup = entry.filename.endswith(_MARKUP)
        size, checksum, tail = 0, 0, b""
        for piece in _pieces(data, entry):
            size += len(piece)
            if size > entry.file_size:
                raise refuse("zip-bomb")
            checksum = zlib.crc32(piece, checksum)
            if markup:
                tags += piece.count(b"<")
                if tags > limits.XML_TAGS:
                    raise refuse("too-large/tags")
            if look is not None:
                look(entry.filename, tail + piece)
                tail = piece[-_OVERLAP:]
        if size != entry.file_size:
            raise refuse("zip-bomb")
        if checksum != entry.CRC:
            raise refuse("corrupt")


def _pieces(data: bytes, entry: zipfile.ZipInfo) -> Iterator[bytes]:
    body = _body(data, entry)
    # Office programs use only these two; any other method would need a decoder nobody here has weighed.
    if body is None or entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise refuse("corrupt")
    packed = memoryview(data)[body[0] : body[1]]
    if entry.compress_type == zipfile.ZIP_STORED:
        for start in range(0, len(packed), _CHUNK):
            yield bytes(packed[start : start + _CHUNK])
        return
    inflate = zlib.decompressobj(-zlib.MAX_WBITS)
    try:
        for start in range(0, len(packed), _CHUNK):
            waiting: bytes | memoryview = packed[start : start + _CHUNK]
            while waiting and not inflate.eof:
                yield inflate.decompress(waiting, _CHUNK)
                waiting = inflate.unconsumed_tail
        yield inflate.flush(_CHUNK)
    except zlib.error:
        raise refuse("corrupt") from None
