"""Regular expressions over Vietnamese text."""

import re
from functools import lru_cache

# Written out, because Unicode mixes capitals and small letters in one range (Ạạ Ảả Ấấ …).
_CAPITALS = "A-ZÀ-ÝĂĐĨŨƠƯẠẢẤẦẨẪẬẮẰẲẴẶẸẺẼẾỀỂỄỆỈỊỌỎỐỒỔỖỘỚỜỞỠỢỤỦỨỪỬỮỰỲỴỶỸ"


@lru_cache(maxsize=512)
def vi(pattern: str, flags: int = 0) -> re.Pattern[str]:
    """Compile a pattern in which "A-ZĐ" stands for every Vietnamese capital."""
    return re.compile(pattern.replace("A-ZĐ", _CAPITALS), flags)
