"""Letters out of page pictures, by Tesseract with its Vietnamese data."""

import io
import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from typing import TYPE_CHECKING

from phoihop.engines.reading.intake import ocr_layout, progress
from phoihop.engines.reading.intake.refusing import refuse

if TYPE_CHECKING:
    from PIL.Image import Image

DPI = 225
_SECONDS_A_PAGE = 60
_BLOCK = 16  # pixels; a rule is dark over _RUN blocks in a row, which no letter is
_RUN = 5


@cache
def _languages(tesseract: str) -> frozenset[str]:
    listed = subprocess.run(  # noqa: S603
        [tesseract, "--list-langs"], capture_output=True, text=True, timeout=20, check=False
    )
    return frozenset(line.strip() for line in listed.stdout.splitlines())


def require() -> str:
    """The path of a Tesseract that knows Vietnamese. Raises Refusal "ocr-missing"."""
    tesseract = shutil.which("tesseract")
    if tesseract is None or "vie" not in _languages(tesseract):
        raise refuse("ocr-missing")
    return tesseract


def recognise(count: int, picture: Callable[[int], "Image"]) -> Iterator[str]:
    """The text of ``count`` pictures in order; ``picture(n)`` is called for n from 0, one at a time.

    Tesseract runs beside this program, as many at once as there are cores (at most four), each on
    one thread: its own threads slow each other down.
    """
    tesseract = require()
    workers = min(count, os.cpu_count() or 1, 4)
    progress.report("ocr", 0.0)
    with ThreadPoolExecutor(workers) as pool:
        for first in range(0, count, workers):
            pages = [_encoded(picture(n)) for n in range(first, min(first + workers, count))]
            for n, text in enumerate(pool.map(lambda page: _run(tesseract, page), pages), start=first + 1):
                progress.report("ocr", n / count)
                yield text


def _encoded(image: "Image") -> bytes:
    buffer = io.BytesIO()
    without_rules(image.convert("L")).save(buffer, "PPM")
    return buffer.getvalue()


def _run(tesseract: str, page: bytes) -> str:
    command = [tesseract, "stdin", "stdout", "-l", "vie", "--psm", "3", "--dpi", str(DPI), "tsv"]
    try:
        done = subprocess.run(  # noqa: S603
            command,
            input=page,
            capture_output=True,
            timeout=_SECONDS_A_PAGE,
            check=False,
            env=os.environ | {"OMP_THREAD_LIMIT": "1"},
        )
    except subprocess.TimeoutExpired:
        raise refuse("timeout") from None
    if done.returncode != 0:
        raise refuse("corrupt")
    return ocr_layout.text_of(done.stdout.decode("utf-8", "replace"))


def without_rules(image: "Image") -> "Image":
    """The grey picture with long straight rules painted white: Tesseract reads them as "|" and "_".

    A rule is found by averaging blocks of 16 pixels along its direction: five dark ones in a row
    (9 mm at 225 dpi) are longer than any stroke of a letter.
    """
    from PIL import Image, ImageChops, ImageFilter

    ink = image.point(lambda grey: 255 if grey < 150 else 0)
    white = Image.new("L", image.size, 255)
    for dx, dy in ((1, 0), (0, 1)):
        dark = ink.reduce((_BLOCK if dx else 1, _BLOCK if dy else 1)).point(lambda v: 255 if v > 190 else 0)
        run = dark
        for step in range(1, _RUN):
            run = ImageChops.darker(run, ImageChops.offset(dark, -step * dx, -step * dy))
        whole = run
        # One block more at either end, where the rule covers a block only in part.
        for step in range(-1, _RUN + 1):
            whole = ImageChops.lighter(whole, ImageChops.offset(run, step * dx, step * dy))
        mask = whole.resize(image.size, Image.Resampling.NEAREST).filter(ImageFilter.MaxFilter(3))
        image = Image.composite(white, image, mask)
    return image
