"""Regular expressions over Vietnamese text."""

import re
from collections.abc import Callable
from functools import lru_cache
from typing import ParamSpec, TypeVar, cast

# Written out, because Unicode mixes capitals and small letters in one range (Ạạ Ảả Ấấ …).
_CAPITALS = "A-ZÀ-ÝĂĐĨŨƠƯẠẢẤẦẨẪẬẮẰẲẴẶẸẺẼẾỀỂỄỆỈỊỌỎỐỒỔỖỘỚỜỞỠỢỤỦỨỪỬỮỰỲỴỶỸ"

_SMALL = "à-ýăđĩũơưạảấầẩẫậắằẳẵặẹẻẽếềểễệỉịọỏốồổỗộớờởỡợụủứừửữựỳỵỷỹ"


@lru_cache(maxsize=512)
def vi(pattern: str, flags: int = 0) -> re.Pattern[str]:
    """Compile a pattern in which "A-ZĐ" stands for every Vietnamese capital and "à-ỹ" for every marked small letter."""
    return re.compile(pattern.replace("A-ZĐ", _CAPITALS).replace("à-ỹ", _SMALL), flags)


_P = ParamSpec("_P")
_R = TypeVar("_R")
_forgetting: list[Callable[[], None]] = []


def remembered(function: Callable[_P, _R]) -> Callable[_P, _R]:
    """Remember what a function found in a stretch of the document that is being read, until ``forget``."""
    cached = lru_cache(maxsize=2_000)(function)
    _forgetting.append(cached.cache_clear)
    return cast("Callable[_P, _R]", cached)


def forget() -> None:
    """Drop everything remembered, so that no document's text outlives its reading."""
    for clear in _forgetting:
        clear()
