"""A log that cannot be written tells nothing elsewhere of what it was about."""

import io
import logging

import pytest

from phoihop.config import logs


def test_what_cannot_be_logged_is_not_told_elsewhere(capfd: pytest.CaptureFixture[str]) -> None:
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(logs.Wordless())
    stream.close()
    try:
        raise ValueError("Vàng Thị Mỷ")
    except ValueError as fault:
        record = logging.LogRecord("x", logging.ERROR, __file__, 1, "broken", (), (type(fault), fault, None))
    handler.handle(record)
    assert "Mỷ" not in "".join(capfd.readouterr())
