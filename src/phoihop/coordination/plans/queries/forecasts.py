"""Forecasts of targets as they were kept: worked out by a job, read by pages."""

from dataclasses import dataclass
from datetime import datetime

from phoihop.engines.indicators.forecasting import Forecast
from phoihop.kernel.refusals import Bilingual


@dataclass(frozen=True, slots=True)
class Kept:
    """A forecast of a target and when it was made. ``words``: the cell of a table ("khó đạt: cần thêm 31
    người mỗi tháng"); ``explained``: one sentence more."""

    made_at: datetime
    made: Forecast
    words: Bilingual
    explained: Bilingual
