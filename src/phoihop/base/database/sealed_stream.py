"""A stream of bytes sealed for keeping: what was changed, cut, reordered or lengthened does not open.

A file is ``PHOIHOP-SEALED-1\\n``, four bytes of length, a header in JSON that anybody may read, then chunks:
four bytes of length and the chunk under AES-256-GCM. The key of a file is drawn by HKDF-SHA-256 from the
caller's key and a salt of the file's own. A chunk's nonce is its number and whether it is the last, so
neither order nor end can be changed unseen; magic and header are the associated data of every chunk. The
construction is STREAM (Hoang, Reyhanitabar, Rogaway, Vizár, 2015).
"""

from __future__ import annotations

import hmac
import json
import secrets
import struct
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, BinaryIO

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from phoihop.kernel.refusals import Refusal

CHUNK = 1 << 20
_MAGIC = b"PHOIHOP-SEALED-1\n"
_TAG = 16
_HEADER_LIMIT = 1 << 16
_LENGTH = struct.Struct(">I")


def seal(
    parts: Iterable[bytes], target: BinaryIO, key: bytes, header: Mapping[str, Any], *, chunk: int = CHUNK
) -> int:
    """Writes ``parts``, joined, to ``target``; the number of bytes sealed.

    ``key`` is 32 bytes. ``header`` is kept readable and protected against change; its values are JSON.
    ``chunk`` is the size of a chunk in bytes, at most `CHUNK`.
    When ``parts`` raises, no end is written and what was written does not open.
    """
    salt = secrets.token_bytes(32)
    file_key = _file_key(key, salt)
    own = {"salt": salt.hex(), "check": _check(file_key), "chunk": chunk}
    told = json.dumps({**header, **own}).encode()
    start = _MAGIC + _LENGTH.pack(len(told)) + told
    target.write(start)
    cipher, total, number = AESGCM(file_key), 0, 0
    waiting = bytearray()
    for part in parts:
        waiting += part
        total += len(part)
        while len(waiting) > chunk:  # the last chunk is known only at the end, so one is always held back
            _put(target, cipher, number, bytes(waiting[:chunk]), start, last=False)
            del waiting[:chunk]
            number += 1
    _put(target, cipher, number, bytes(waiting), start, last=True)
    return total


def read_header(source: BinaryIO) -> dict[str, Any]:
    """The header, as written; proved only by `unseal`. Refusal when this is no sealed stream."""
    return _begin(source)[0]


def unseal(source: BinaryIO, key: bytes) -> Iterator[bytes]:
    """The chunks, each proved before it is given. Refusal as soon as something does not fit.

    What was given before a Refusal is a true beginning of the whole, but not the whole.
    """
    header, start = _begin(source)
    try:
        file_key = _file_key(key, bytes.fromhex(str(header["salt"])))
        full = int(header["chunk"]) + _TAG
        fits = hmac.compare_digest(_check(file_key), str(header["check"]))
    except (KeyError, ValueError, TypeError):
        raise _damaged() from None
    if not fits:
        raise Refusal(
            "sealed-key",
            "Khoá này không mở được tệp. Hãy dùng khoá đã niêm phong tệp, hoặc tệp đã bị sửa phần đầu.",
            "This key does not open the file. Use the key that sealed it, or the file's header was changed.",
        )
    if not _TAG < full <= CHUNK + _TAG:
        raise _damaged()
    cipher, number, last = AESGCM(file_key), 0, False
    while not last:
        size = _length(source)
        if not _TAG <= size <= full:
            raise _damaged()
        sealed = _exactly(source, size)
        # Only a full chunk can have another after it, so most chunks are tried once.
        chunk, last = _open(cipher, number, sealed, start, may_go_on=size == full)
        number += 1
        if last and source.read(1):
            raise _damaged()
        yield chunk


def _open(cipher: AESGCM, number: int, sealed: bytes, start: bytes, *, may_go_on: bool) -> tuple[bytes, bool]:
    for last in (False, True) if may_go_on else (True,):
        try:
            return cipher.decrypt(_nonce(number, last), sealed, start), last
        except InvalidTag:
            continue
    raise _damaged()


def _put(target: BinaryIO, cipher: AESGCM, number: int, chunk: bytes, start: bytes, *, last: bool) -> None:
    sealed = cipher.encrypt(_nonce(number, last), chunk, start)
    target.write(_LENGTH.pack(len(sealed)))
    target.write(sealed)


def _nonce(number: int, last: bool) -> bytes:
    return number.to_bytes(11, "big") + bytes([last])


def _begin(source: BinaryIO) -> tuple[dict[str, Any], bytes]:
    if source.read(len(_MAGIC)) != _MAGIC:
        raise Refusal(
            "sealed-unknown",
            "Tệp này không phải tệp niêm phong của phoihop.",
            "This is not a file sealed by phoihop.",
        )
    size = _length(source)
    if size > _HEADER_LIMIT:
        raise _damaged()
    told = _exactly(source, size)
    try:
        header = json.loads(told)
    except ValueError:
        raise _damaged() from None
    if not isinstance(header, dict):
        raise _damaged()
    return header, _MAGIC + _LENGTH.pack(size) + told


def _length(source: BinaryIO) -> int:
    return int(_LENGTH.unpack(_exactly(source, _LENGTH.size))[0])


def _exactly(source: BinaryIO, size: int) -> bytes:
    data = source.read(size)
    if len(data) != size:
        raise _damaged()
    return data


def _file_key(key: bytes, salt: bytes) -> bytes:
    if len(key) != 32:
        raise ValueError("a key is 32 bytes")
    return HKDF(SHA256(), 32, salt, b"phoihop sealed stream 1").derive(key)


def _check(file_key: bytes) -> str:
    """Tells a wrong key from a damaged file, and tells nothing of the key."""
    return hmac.digest(file_key, b"which key", "sha256")[:16].hex()


def _damaged() -> Refusal:
    return Refusal(
        "sealed-damaged",
        "Tệp niêm phong đã bị hỏng, bị cắt hoặc bị sửa. Hãy dùng bản khác.",
        "The sealed file is damaged, cut short or changed. Use another copy.",
    )
