"""Pictures of pages: .png, .jpg, .tif."""

import io
import warnings

from phoihop.base.security.uploads.limits import PIXELS
from phoihop.engines.reading.intake import limits, ocr
from phoihop.engines.reading.intake.page import Lines
from phoihop.engines.reading.intake.refusing import refuse
from phoihop.engines.reading.model import Extract

_SMALLEST_WIDTH = 1_000  # pixels of a whole page below which letters are too small to read


def read_image(data: bytes) -> Extract:
    """The text of a picture, or of a .tif of several pages. Raises Refusal."""
    from PIL import Image, ImageOps

    with warnings.catch_warnings():
        warnings.simplefilter("ignore", Image.DecompressionBombWarning)
        try:
            picture = Image.open(io.BytesIO(data), formats=("PNG", "JPEG", "TIFF"))
        except Image.DecompressionBombError:
            raise refuse("too-large/image") from None
    frames: int = getattr(picture, "n_frames", 1)
    if frames > limits.OCR_PAGES:
        raise refuse("too-many-pages/ocr")

    def frame(n: int) -> "Image.Image":
        picture.seek(n)
        if picture.width * picture.height > PIXELS:
            raise refuse("too-large/image")
        page = ImageOps.exif_transpose(picture)
        if page.mode in ("RGBA", "LA", "PA") or "transparency" in page.info:
            page = page.convert("RGBA")
            paper = Image.new("RGBA", page.size, "white")
            page = Image.alpha_composite(paper, page)
        grey = page.convert("L")
        if grey.width < _SMALLEST_WIDTH:
            grey = grey.resize((grey.width * 2, grey.height * 2), Image.Resampling.LANCZOS)
        return grey

    # The sizes of all frames are known before Tesseract is asked for, and before any is unpacked.
    for n in range(frames):
        picture.seek(n)
        if picture.width * picture.height > PIXELS:
            raise refuse("too-large/image")
    lines = Lines()
    for n, text in enumerate(ocr.recognise(frames, frame), start=1):
        lines.add(text.strip("\n"), ("page", (n,)))
    return lines.extract("image", pages=frames, ocr=True)
