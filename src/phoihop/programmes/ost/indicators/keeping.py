"""How many are kept in treatment, with take-home medicine and without."""

from datetime import date

from phoihop.engines.indicators.definitions import Example, Indicator
from phoihop.engines.indicators.parts import (
    FIRST_QUARTER,
    MARCH,
    STATE_MONTH,
    WHOLE_YEAR,
    chosen,
    example,
    indicator,
    on,
)
from phoihop.engines.indicators.rows import Count
from phoihop.kernel.calendars import Calendar, Period, Span
from phoihop.kernel.refusals import Bilingual
from phoihop.programmes.ost.indicators.cohorts import at_home, cohort, kept, takehome_cohort, without_bottles
from phoihop.programmes.ost.indicators.current import BEGINNING
from phoihop.programmes.ost.indicators.marks import (
    LONG_AGO,
    SEPTEMBER,
    begun,
    by_the_mark,
    home,
    one,
    taken_home,
    twice,
    twice_at_home,
)
from phoihop.programmes.ost.indicators.samples import cover, dose, spell

SPLITS = ("sex", "age", "came")
_HOW = chosen(
    "Đợt điều trị có mốc nằm trong kỳ; còn điều trị khi chưa kết thúc và có liều hoặc chai trong 30 ngày "
    "trước mốc; chuyển đi trước mốc thì không tính; chuyển đến tính từ ngày đến; cách tính của trang chất "
    "lượng",
    "Treatments whose mark lies in the period; kept if not ended, with a dose or cover in the 30 days "
    "before; transferred out before it: left out; transferred in: since they came; as the page of quality "
    "counts",
)  # fmt: skip


def _after_six() -> tuple[Example, ...]:
    return (
        example(
            "Một người uống trong 30 ngày trước mốc 10/03, một người liều cuối cách mốc 31 ngày.",
            "One took a dose within 30 days before the mark of 10/03, the other's last was 31 days before.",
            MARCH,
            [*one("p", SEPTEMBER, on(8, 2)), *one("q", SEPTEMBER, on(7, 2))],
            1,
            2,
        ),
        example(
            "Tiếp nhận 31/08: mốc 6 tháng là ngày cuối tháng 2, nên không thuộc tháng 3.",
            "Admitted on 31/08: six months later is February's last day, so not of March.",
            MARCH,
            [*one("p", on(31, 8, 2025), on(28, 2)), *one("q", on(1, 9, 2025), on(28, 2))],
            1,
            1,
        ),
        example(
            "Chuyển sang b trước mốc: a không tính; ở b tính từ ngày đến, mốc chưa tới.",
            "Moved to b before the mark: a leaves them out; at b they are followed since they came, not yet.",
            MARCH,
            [
                *one("p", SEPTEMBER, on(1, 1), ended=on(1, 1), how="moved"),
                *one("p", on(2, 1), on(1, 3), facility="b", came="transfer", since=SEPTEMBER),
                *one("q", SEPTEMBER, on(1, 3)),
            ],
            1,
            1,
        ),
        example(
            "Mất trước mốc: trong mẫu số, không phải còn điều trị. Mất sau mốc một ngày: còn điều trị ở mốc.",
            "Died before the mark: in the denominator, not kept. Died the day after: kept on the mark.",
            MARCH,
            [
                *one("p", SEPTEMBER, on(1, 3), ended=on(9, 3), how="died"),
                *one("q", SEPTEMBER, on(1, 3), ended=on(11, 3), how="died"),
            ],
            1,
            2,
        ),
        example(
            "Ngày cuối điều trị chính là mốc: không còn điều trị ở mốc.",
            "The mark is the last day of treatment: not kept on it.",
            MARCH,
            one("p", SEPTEMBER, on(1, 3), ended=on(10, 3)),
            0,
            1,
        ),
        example(
            "Nghỉ hai tháng rồi trở lại trước mốc: còn điều trị.",
            "Away for two months and back before the mark: kept.",
            MARCH,
            one("p", SEPTEMBER, on(1, 12, 2025), on(9, 3)),
            1,
            1,
        ),
        example(
            "Uống nhờ ở b vẫn là còn điều trị; chỉ có chai trả lại còn nguyên thì không.",
            "Doses at b as a guest keep them; bottles alone that came back full do not.",
            MARCH,
            [
                spell("p", SEPTEMBER),
                dose("p", on(5, 3), facility="b", began=SEPTEMBER),
                spell("q", SEPTEMBER),
                dose("q", on(5, 3), bottle=True, began=SEPTEMBER),
                cover("q", on(5, 3), began=SEPTEMBER, gone=True),
            ],
            1,
            2,
        ),
        example(
            "Một người hai đợt trong quý: mỗi đợt tính một lần.",
            "Somebody treated twice, with both marks in the quarter: each treatment counts.",
            FIRST_QUARTER,
            [
                *one("p", on(10, 7, 2025), on(20, 7, 2025), ended=on(1, 8, 2025)),
                *one("p", on(1, 9, 2025), on(20, 2), came="again"),
            ],
            1,
            2,
        ),
        example(
            "Bắt đầu trước ngày cơ sở có sổ trong hệ thống: không tính.",
            "Began before the facility's books here: left out.",
            STATE_MONTH,
            [
                *one("p", SEPTEMBER, on(1, 3), known=on(11, 9, 2025)),
                *one("q", SEPTEMBER, on(1, 3), known=SEPTEMBER),
            ],
            1,
            1,
        ),
    )


OST_RET_6 = indicator(
    "OST_RET_6",
    Bilingual("Tỷ lệ còn điều trị sau 6 tháng", "Kept in treatment after 6 months"),
    Count(kept(cohort(6))),
    Count(cohort(6)),
    splits=SPLITS,
    source=_HOW,
    since=BEGINNING,
    examples=(
        *_after_six(),
        *by_the_mark(begun(6), SEPTEMBER, dose),
        by_the_mark(begun(6), SEPTEMBER, cover)[1],
        twice(begun(6), dose),
    ),
)

_YEAR_AGO = on(10, 3, 2025)

OST_RET_12 = indicator(
    "OST_RET_12",
    Bilingual("Tỷ lệ còn điều trị sau 12 tháng", "Kept in treatment after 12 months"),
    Count(kept(cohort(12))),
    Count(cohort(12)),
    splits=SPLITS,
    source=_HOW,
    since=BEGINNING,
    examples=(
        example(
            "Tiếp nhận tháng 3 năm trước: mốc nằm trong tháng 3 này. Tiếp nhận 6 tháng trước thì chưa.",
            "Admitted in March last year: the mark lies in this March. Admitted 6 months ago: not yet.",
            MARCH,
            [*one("p", _YEAR_AGO, on(1, 3)), *one("q", SEPTEMBER, on(1, 3))],
            1,
            1,
        ),
        example(
            "Tiếp nhận ngày nhuận 29/02/2024: mốc là 28/02/2025.",
            "Admitted on 29/02/2024: the mark is 28/02/2025.",
            Period(Calendar.CIVIL, Span.MONTH, 2025, 2),
            one("p", on(29, 2, 2024), on(20, 2, 2025)),
            1,
            1,
        ),
        example(
            "Bị giam giữ trước mốc: trong mẫu số, không còn điều trị.",
            "Taken into custody before the mark: in the denominator and not kept.",
            MARCH,
            [*one("p", _YEAR_AGO, on(1, 3), ended=on(2, 3), how="custody"), *one("q", _YEAR_AGO, on(9, 3))],
            1,
            2,
        ),
        example(
            "Giữ chai mang về của ngày 20/02 mà không có liều nào khác: còn điều trị.",
            "A take-home bottle for 20/02 and no other dose: kept.",
            MARCH,
            [spell("p", _YEAR_AGO), cover("p", on(20, 2), began=_YEAR_AGO)],
            1,
            1,
        ),
        *by_the_mark(begun(12), _YEAR_AGO, dose),
        example(
            "Một người hai đợt, hai mốc trong cùng năm: mỗi đợt tính một lần.",
            "Somebody treated twice, with both marks in the year: each treatment counts.",
            WHOLE_YEAR,
            [
                *one("p", on(5, 1, 2025), on(6, 1, 2025), ended=on(1, 2, 2025)),
                *one("p", on(1, 3, 2025), on(20, 2), came="again"),
            ],
            1,
            2,
        ),
    ),
)


_FROM_HOME = chosen(
    "Mốc 6 tháng kể từ chai mang về đầu tiên của đợt điều trị; kết quả thí điểm 2021–2022 dùng để so sánh: "
    "96,7 % còn điều trị, 88,0 % còn nhận thuốc mang về",
    "Mark 6 months after the first take-home bottle of the treatment; the pilot of 2021–2022 to compare "
    "with: 96.7 % kept in treatment, 88.0 % in take-home",
)

OST_TH_RET_6 = indicator(
    "OST_TH_RET_6",
    Bilingual(
        "Tỷ lệ còn điều trị sau 6 tháng nhận thuốc mang về",
        "Kept in treatment after 6 months of take-home medicine",
    ),
    Count(kept(takehome_cohort(6))),
    Count(takehome_cohort(6)),
    splits=SPLITS,
    source=_FROM_HOME,
    since=date(2021, 4, 5),
    examples=(
        example(
            "Chai đầu tiên 10/09, mốc 10/03: một người còn uống hằng ngày, một người thôi ngày 01/02.",
            "First bottle on 10/09, mark on 10/03: one takes doses still, one ended on 01/02.",
            MARCH,
            [
                *home("p", SEPTEMBER),
                dose("p", on(9, 3)),
                *home("q", SEPTEMBER, ended=on(1, 2)),
                dose("q", on(1, 2)),
            ],
            1,
            2,
        ),
        example(
            "Tính từ chai đầu tiên, không phải chai sau.",
            "Counted from the first bottle, not from later ones.",
            MARCH,
            home("p", SEPTEMBER, on(1, 10, 2025), on(1, 3)),
            1,
            1,
        ),
        example(
            "Chưa từng nhận thuốc mang về: không thuộc nhóm này.",
            "Never had take-home medicine: not of this group.",
            MARCH,
            one("p", SEPTEMBER, on(1, 3)),
            0,
            0,
        ),
        example(
            "Mất trong kỳ, sau mốc: ở mốc còn điều trị.",
            "Died in the window after the mark: kept on the mark.",
            MARCH,
            [*home("p", SEPTEMBER, on(9, 3), ended=on(20, 3), how="died")],
            1,
            1,
        ),
        *by_the_mark(taken_home, LONG_AGO, dose),
        example(
            "Thuốc nội trú trước đó không phải chai đầu tiên.",
            "Supplies in hospital before it are no first bottle.",
            MARCH,
            [*home("p", SEPTEMBER, on(1, 3)), cover("p", on(1, 8, 2025), kind="inpatient")],
            1,
            1,
        ),
        twice_at_home(),
    ),
)

OST_TH_STAY_6 = indicator(
    "OST_TH_STAY_6",
    Bilingual("Tỷ lệ còn nhận thuốc mang về sau 6 tháng", "Still with take-home medicine after 6 months"),
    Count(at_home(takehome_cohort(6))),
    Count(takehome_cohort(6)),
    splits=SPLITS,
    source=_FROM_HOME,
    since=date(2021, 4, 5),
    examples=(
        example(
            "Một người còn nhận chai, một người có chai cuối cách mốc 31 ngày: không còn mang về.",
            "One has bottles still, the last bottle of the other was 31 days before the mark: not at home.",
            MARCH,
            [*home("p", SEPTEMBER, on(1, 3)), *home("q", SEPTEMBER, on(7, 2))],
            1,
            2,
        ),
        example(
            "Chai duy nhất trong 30 ngày trước mốc trả lại còn nguyên: không tính.",
            "The only bottle of the 30 days before the mark came back full: not counted.",
            MARCH,
            [*home("p", SEPTEMBER), cover("p", on(1, 3), gone=True)],
            0,
            1,
        ),
        example(
            "Nằm viện được cấp thuốc không phải là thuốc mang về.",
            "Supplied in hospital is no take-home medicine.",
            MARCH,
            [*home("p", SEPTEMBER), cover("p", on(1, 3), kind="inpatient")],
            0,
            1,
        ),
        *by_the_mark(taken_home, LONG_AGO, cover),
        twice_at_home(),
    ),
)

_OTHERS = without_bottles(cohort(6))

OST_OTHER_RET_6 = indicator(
    "OST_OTHER_RET_6",
    Bilingual(
        "Tỷ lệ còn điều trị sau 6 tháng của người không nhận thuốc mang về",
        "Kept in treatment after 6 months, of those without take-home medicine",
    ),
    Count(kept(_OTHERS)),
    Count(_OTHERS),
    splits=SPLITS,
    source=chosen(
        "Nhóm so sánh: mốc 6 tháng kể từ khi tiếp nhận, chưa có chai mang về đến hết kỳ. Không ai bốc thăm "
        "chọn nhóm nên khác biệt còn do ai được chọn",
        "The others: mark 6 months after admission, without a bottle to the window's end. Nobody drew lots: "
        "a difference shows who was chosen, too",
    ),
    since=date(2021, 4, 5),
    examples=(
        example(
            "Người có chai mang về không thuộc nhóm so sánh.",
            "Who has take-home bottles is not of the others.",
            MARCH,
            [
                *one("p", SEPTEMBER, on(1, 3)),
                *one("q", SEPTEMBER, on(1, 3)),
                cover("q", on(2, 3), began=SEPTEMBER),
            ],
            1,
            1,
        ),
        example(
            "Chai đầu tiên sau kỳ: trong kỳ này vẫn thuộc nhóm so sánh.",
            "A first bottle after the window: of the others in this one.",
            MARCH,
            [*one("p", SEPTEMBER, on(1, 3)), cover("p", on(1, 4), began=SEPTEMBER)],
            1,
            1,
        ),
        example(
            "Chai mang về của đợt điều trị trước không tính cho đợt này.",
            "Bottles of an earlier treatment say nothing of this one.",
            MARCH,
            [
                *home("p", on(1, 3, 2025), ended=on(1, 5, 2025)),
                *one("p", SEPTEMBER, came="again"),
            ],
            0,
            1,
        ),
        *by_the_mark(begun(6), SEPTEMBER, dose),
        example(
            "Chai của đúng ngày cuối kỳ: đã thuộc nhóm có thuốc mang về. Chỉ có thuốc nội trú: thuộc nhóm "
            "so sánh.",
            "A bottle for the last day itself: of those with take-home medicine. Supplies in hospital "
            "alone: of the others.",
            MARCH,
            [
                *one("p", SEPTEMBER, on(1, 3)),
                cover("p", on(31, 3), began=SEPTEMBER),
                *one("q", SEPTEMBER),
                cover("q", on(1, 3), kind="inpatient", began=SEPTEMBER),
            ],
            1,
            1,
        ),
        twice(begun(6), dose),
    ),
)

READ: tuple[Indicator, ...] = ()
UNCHECKED: tuple[Indicator, ...] = ()
CHOSEN: tuple[Indicator, ...] = (OST_RET_6, OST_RET_12, OST_TH_RET_6, OST_TH_STAY_6, OST_OTHER_RET_6)
