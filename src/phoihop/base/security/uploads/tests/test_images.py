"""Pictures are drawn anew: upright, of the same format, and with nothing but themselves inside."""

import io

import pytest
from PIL import Image, PngImagePlugin

from phoihop.base.security.uploads import images
from phoihop.base.security.uploads.tests import builders
from phoihop.kernel.refusals import Refusal

MARK = b"Sensitive-0123456789"


def opened(data: bytes) -> Image.Image:
    return Image.open(io.BytesIO(data))


def laden(kind: str) -> bytes:
    """A picture on its side, with GPS, thumbnail-like text, colour profile, XMP and comments."""
    exif = Image.Exif()
    exif[0x0112] = 6  # lies on its side
    exif[0x010E] = MARK.decode()
    exif.get_ifd(0x8825)[1] = "N"
    options: dict = {"exif": exif, "icc_profile": MARK, "xmp": MARK, "comment": MARK}
    if kind == "PNG":
        text = PngImagePlugin.PngInfo()
        text.add_text("Author", MARK.decode())
        options = {"exif": exif, "icc_profile": MARK, "pnginfo": text}
    return builders.picture(kind, size=(60, 40), **options)


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP"])
def test_nothing_but_the_picture_is_left(kind):
    data = laden(kind)
    assert MARK in data or MARK.decode() in str(opened(data).info)
    fresh = images.redraw(data)
    picture = opened(fresh)
    assert (picture.format, picture.size) == (kind, (40, 60))
    assert MARK not in fresh
    assert not set(picture.info) - {"jfif", "jfif_version", "jfif_unit", "jfif_density", "loop", "background"}
    assert not picture.getexif()


def test_an_animation_becomes_its_first_frame():
    frames = [Image.new("RGB", (20, 20), colour) for colour in ("red", "blue")]
    buffer = io.BytesIO()
    frames[0].save(buffer, "WEBP", save_all=True, append_images=frames[1:], lossless=True)
    picture = opened(images.redraw(buffer.getvalue()))
    assert getattr(picture, "n_frames", 1) == 1
    assert picture.convert("RGB").resize((1, 1)).tobytes()[::2] == b"\xff\0"


@pytest.mark.parametrize("mode", ["1", "L", "LA", "RGB", "RGBA", "I;16"])
def test_pictures_of_every_mode_keep_their_size(mode):
    image = Image.new("RGBA", (30, 20), (200, 30, 30, 120)).convert("L" if mode == "I;16" else mode)
    image = image.convert("I;16") if mode == "I;16" else image
    buffer = io.BytesIO()
    image.save(buffer, "PNG")
    picture = opened(images.redraw(buffer.getvalue()))
    assert picture.size == (30, 20)
    assert ("A" in picture.getbands()) == ("A" in mode)


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (builders.huge_png(30_000, 30_000), "too-large"),
        (builders.huge_png(25_000, 900), "too-large"),
        (builders.huge_png(0, 4), "corrupt"),
        (builders.huge_png(100, 100), "corrupt"),
        (builders.picture("GIF", mode="L"), "wrong-kind"),
        (builders.picture("TIFF"), "wrong-kind"),
        (b"\xff\xd8\xff", "corrupt"),
        (b"\xff\xd8\xff\xe0\x00\x02" * 9, "corrupt"),
        (b"RIFF\0\0\0\0WEBPVP8X", "corrupt"),
    ],
)
def test_others_are_refused(data, expected):
    with pytest.raises(Refusal, match=expected):
        images.redraw(data)


@pytest.mark.parametrize(
    ("kind", "options"),
    [("PNG", {}), ("JPEG", {}), ("JPEG", {"progressive": True}), ("WEBP", {}), ("WEBP", {"lossless": True})],
)
def test_the_size_is_known_before_the_picture_is_opened(kind, options):
    assert images.measure(builders.picture(kind, size=(640, 481), **options)) == (640, 481)


def test_a_picture_that_measures_small_and_unpacks_large_is_refused():
    # The first size that a reader of markers meets is not the one that the decoder goes by.
    small, large = builders.picture("JPEG", size=(8, 8)), builders.picture("JPEG", size=(6_000, 6_000))
    start = small.index(b"\xff\xc0")
    frame = small[start : start + 2 + int.from_bytes(small[start + 2 : start + 4])]
    data = large[:2] + frame + large[2:]
    assert images.measure(data) == (8, 8)
    with pytest.raises(Refusal):
        images.redraw(data)
