"""Outlines of units from the operator's own GeoJSON file, if there is one; no outline is shipped."""

import json
import logging
from collections.abc import Collection
from functools import lru_cache
from pathlib import Path
from typing import Any

from django.conf import settings

from phoihop.interfaces.dashboards.charts.outlines import cleaned, collection

MOST = 40_000_000  # bytes of the file
log = logging.getLogger(__name__)


def known(codes: Collection[str]) -> tuple[dict[str, Any] | None, bool]:
    """The outlines of some units by their codes, None where the file has not one of them; and whether there
    is a file that cannot be read."""
    path: Path | None = settings.PHOIHOP_BOUNDARIES
    if path is None:
        return None, False
    try:
        shapes = _read(path, path.stat().st_mtime_ns)
    except (OSError, ValueError) as error:
        log.warning("the file of boundaries cannot be read: %s", type(error).__name__)
        return None, True
    features = [each for each in shapes["features"] if each["properties"]["name"] in codes]
    return (_coded(features) if features else None), False


def _coded(features: list[dict[str, Any]]) -> dict[str, Any]:
    """As a chart takes it: with its code as the property "code"."""
    return collection([{**each, "properties": {"code": each["properties"]["name"]}} for each in features])


@lru_cache(maxsize=1)
def _read(path: Path, changed: int) -> dict[str, Any]:
    if path.stat().st_size > MOST:
        raise ValueError("too large")
    with path.open(encoding="utf-8") as file:
        return cleaned(json.load(file))
