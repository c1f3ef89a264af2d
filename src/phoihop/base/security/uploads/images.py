"""Pictures: measured before they are opened, then drawn anew, so that nothing but the picture is left."""

import io
import struct
import warnings
from typing import Any, Literal

from phoihop.base.security.uploads import limits, worker
from phoihop.base.security.uploads.kinds import signature
from phoihop.base.security.uploads.refusing import refuse

Format = Literal["png", "jpeg", "webp"]
_QUALITY = 88
_FRAMES = 500  # pages of one .tif
# What Pillow is known to raise for damaged files; a Warning is one of its own about such a file.
_UNREADABLE = (OSError, ValueError, SyntaxError, EOFError, KeyError, struct.error, Warning)
_SOF = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}  # JPEG markers that carry the size


def redraw(data: bytes) -> bytes:
    """The picture in the same format, upright, without EXIF, GPS, ICC, XMP, comments and thumbnails.

    An animation becomes its first frame. Raises Refusal: "wrong-kind" for anything but .png, .jpg and
    .webp, "too-large" above limits.PIXELS (before decoding), "corrupt". Runs in a child process.
    """
    kind = signature(data)
    if kind not in ("png", "jpeg", "webp"):
        raise refuse("wrong-kind")
    measure(data)
    return worker.run(worker.name_of(redraw_here), data, {"format": kind}).data


def measure(data: bytes) -> tuple[int, int]:
    """Width and height in pixels, from the first bytes. Raises Refusal "corrupt", "too-large"."""
    try:
        width, height = _size(data)
    except (struct.error, IndexError, ValueError):
        raise refuse("corrupt") from None
    if width <= 0 or height <= 0:
        raise refuse("corrupt")
    if width * height > limits.PIXELS or max(width, height) > limits.SIDE:
        raise refuse("too-large/image")
    return width, height


def _size(data: bytes) -> tuple[int, int]:
    if data.startswith(b"\x89PNG"):
        width, height = struct.unpack_from(">II", data, 16)
        return int(width), int(height)
    if data.startswith(b"RIFF"):
        return _webp(data)
    place = 2
    while True:
        if data[place] != 0xFF:
            raise ValueError("no marker")
        marker = data[place + 1]
        if marker == 0xFF:  # filling
            place += 1
            continue
        (length,) = struct.unpack_from(">H", data, place + 2)
        if marker in _SOF:
            height, width = struct.unpack_from(">HH", data, place + 5)
            return int(width), int(height)
        place += 2 + max(length, 2)


def _webp(data: bytes) -> tuple[int, int]:
    chunk = data[12:16]
    if chunk == b"VP8X":
        return 1 + int.from_bytes(data[24:27], "little"), 1 + int.from_bytes(data[27:30], "little")
    if chunk == b"VP8L":
        (bits,) = struct.unpack_from("<I", data, 21)
        return 1 + (bits & 0x3FFF), 1 + (bits >> 14 & 0x3FFF)
    if chunk == b"VP8 ":
        width, height = struct.unpack_from("<HH", data, 26)
        return int(width) & 0x3FFF, int(height) & 0x3FFF
    raise ValueError("no size")


def check_frames(data: bytes) -> None:
    """Measure every page of a .tif in a child, unpacking none. Raises Refusal: "corrupt", "too-large"."""
    worker.run(worker.name_of(check_frames_here), data)


def check_frames_here(data: bytes, _given: dict[str, Any]) -> None:
    """What the child of ``check_frames`` runs."""
    from PIL import Image

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            picture = Image.open(io.BytesIO(data), formats=("TIFF",))
            frames: int = getattr(picture, "n_frames", 1)
            if frames > _FRAMES:
                raise refuse("too-large/image")
            for number in range(frames):
                picture.seek(number)
                if picture.width * picture.height > limits.PIXELS or max(picture.size) > limits.SIDE:
                    raise refuse("too-large/image")
    except Image.DecompressionBombError:
        raise refuse("too-large/image") from None
    except _UNREADABLE:
        raise refuse("corrupt") from None


def redraw_here(data: bytes, given: dict[str, Any]) -> tuple[None, bytes]:
    """What the child of ``redraw`` runs."""
    from PIL import Image, ImageOps

    wanted: str = given["format"].upper()
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            picture = Image.open(io.BytesIO(data), formats=(wanted,))
            # The header that was measured may not be the one that the decoder goes by.
            if picture.width * picture.height > limits.PIXELS:
                raise refuse("too-large/image")
            picture.seek(0)
            picture.load()
            upright = ImageOps.exif_transpose(picture)
    except (*_UNREADABLE, Image.DecompressionBombError):
        raise refuse("corrupt") from None
    # A new picture from the bare pixels: nothing that hung on the old one can come along.
    mode = _mode(upright, wanted)
    pixels = upright.convert(mode)
    fresh = Image.frombytes(mode, pixels.size, pixels.tobytes())
    out = io.BytesIO()
    fresh.save(out, wanted, **({} if wanted == "PNG" else {"quality": _QUALITY}))
    return None, out.getvalue()


def _mode(picture: Any, wanted: str) -> str:
    clear = picture.mode in ("RGBA", "LA", "PA") or "transparency" in picture.info
    if clear and wanted != "JPEG":
        return "RGBA"
    if wanted != "WEBP" and picture.mode in ("1", "L", "I", "I;16", "F"):
        return "L"
    return "RGB"
