"""A forecast in plain words, for the table of targets: the outlook is a word, never a colour alone."""

from decimal import Decimal

from phoihop.engines.indicators.definitions import Better
from phoihop.engines.indicators.forecasting import Forecast, Outlook
from phoihop.engines.indicators.forecasting_series import Interval, Kind
from phoihop.kernel.quantities import format_number
from phoihop.kernel.refusals import Bilingual

OUTLOOKS = {
    Outlook.MET: Bilingual("đã đạt", "met"),
    Outlook.ON_TRACK: Bilingual("đúng tiến độ", "on track"),
    Outlook.HARD: Bilingual("khó đạt", "hard"),
    Outlook.WILL_MISS: Bilingual("nhiều khả năng không đạt", "likely to miss"),
    Outlook.TOO_FEW: Bilingual("chưa đủ số liệu để dự báo", "too few figures for a forecast"),
}
_MISSED = Bilingual("không đạt", "missed")  # nothing can change it any more
POINTS = Bilingual("điểm phần trăm", "percentage points")


def words(made: Forecast, unit: Bilingual) -> Bilingual:
    """The cell of the table: "khó đạt: cần thêm 31 người mỗi tháng". ``unit``: what is counted ("người",
    "people"); of a share it is left aside, for shares move by points."""
    outlook = OUTLOOKS[made.outlook]
    if made.outlook is Outlook.WILL_MISS and made.chance == 0 and made.needed is None:
        outlook = _MISSED
    asked = _asked(made, POINTS if made.kind is Kind.SHARE else unit)
    if asked is None or made.outlook is Outlook.MET:
        return outlook
    return Bilingual(f"{outlook.vi}: {asked.vi}", f"{outlook.en}: {asked.en}")


def explained(made: Forecast, unit: Bilingual) -> Bilingual:
    """One sentence more: what is expected, between which values, how likely the target is met, and the pace
    of the last year."""
    of = Bilingual(" %", " %") if made.kind is Kind.SHARE else Bilingual(f" {unit.vi}", f" {unit.en}")
    day = made.deadline.strftime("%d/%m/%Y")
    if made.expected is None or made.likely is None or made.chance is None:
        return Bilingual(
            f"Chưa đủ số liệu để dự báo đến ngày {day}.", f"Too few figures for a forecast to {day}."
        )
    value, likely = format_number(made.expected), _range(made.likely)
    vi = f"Dự kiến đến ngày {day}: {value}{of.vi} (khả năng 80 %: {likely})"
    en = f"Expected on {day}: {value}{of.en} (80 % likely: {likely})"
    chance = made.chance * 100
    vi += f"; khả năng đạt chỉ tiêu {format_number(chance)} %"
    en += f"; chance to meet the target {format_number(chance)} %"
    if made.pace is not None:
        step = POINTS if made.kind is Kind.SHARE else unit
        vi += f"; một năm qua bình quân mỗi tháng {_signed(made)} {step.vi}"
        en += f"; over the last year {_signed(made)} {step.en} a month"
    return Bilingual(f"{vi}.", f"{en}.")


def _asked(made: Forecast, unit: Bilingual) -> Bilingual | None:
    """What it takes a month; None where nothing is asked."""
    if made.needed is None:
        return None
    if made.kind is Kind.FLOW and made.better is Better.LESS:
        most = format_number(made.needed)
        return Bilingual(f"không quá {most} {unit.vi} mỗi tháng", f"no more than {most} {unit.en} a month")
    need = format_number(abs(made.needed))
    if made.needed < 0:
        return Bilingual(f"cần giảm {need} {unit.vi} mỗi tháng", f"{need} {unit.en} less a month")
    return Bilingual(f"cần thêm {need} {unit.vi} mỗi tháng", f"{need} {unit.en} more a month")


def _signed(made: Forecast) -> str:
    """A pace; of levels with its sign, for they go both ways."""
    pace = made.pace or Decimal(0)
    sign = "+" if pace > 0 and made.kind is not Kind.FLOW else ("−" if pace < 0 else "")
    return sign + format_number(abs(pace))


def _range(interval: Interval) -> str:
    return f"{format_number(interval.low)}–{format_number(interval.high)}"
