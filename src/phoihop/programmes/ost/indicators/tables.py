"""What this room publishes for counting: tables of facts, and the words that may stand in their columns.

No names, no codes of anybody, no numbers of papers or events. ``person`` is a pseudonym of one release, and
of no other; ``facility`` says where, as text, and so in which unit. A fact stands once, as it is known now:
what was entered in error is not here, and a correction takes the place of what it corrects. What the rows are
is in ``programmes/ost/facts.py``.
"""

from collections.abc import Mapping

from phoihop.engines.indicators.facts import Kind, Table
from phoihop.kernel.refusals import Bilingual

_WHO = (("person", Kind.TEXT), ("facility", Kind.TEXT))
# ``began``: the first day of the treatment (SPELL) that a row is of, wherever it happened; empty where it is
# of none. With the person it tells two treatments of one person apart.
_OF = (*_WHO, ("began", Kind.DAY))

# A treatment at a facility, from ``began`` to ``ended``, its last day, empty while it goes on. ``came``: by
# admission, again after an end, or from another facility. ``since``: the first day of the treatment that was
# broken by nothing but such transfers. ``born``: the first day of the month of birth, of the year where no
# more is known. ``known``: the first day of the facility's own books; what was before stands on paper alone.
SPELL = Table(
    "ost.spell",
    (
        *_WHO,
        ("sex", Kind.TEXT),
        ("born", Kind.DAY),
        ("began", Kind.DAY),
        ("ended", Kind.DAY),
        ("how", Kind.TEXT),
        ("came", Kind.TEXT),
        ("since", Kind.DAY),
        ("known", Kind.DAY),
    ),
)
# A dose that somebody took before the eyes of staff, or a ``bottle`` handed out for ``day``. ``facility``:
# where it was given, be it as a guest. ``outside``: given without a right to it. ``again``: part of a vomited
# dose given again, and no day of its own.
DOSE = Table(
    "ost.dose",
    (
        *_OF,
        ("day", Kind.DAY),
        ("drug", Kind.TEXT),
        ("mg", Kind.NUMBER),
        ("bottle", Kind.FLAG),
        ("outside", Kind.FLAG),
        ("again", Kind.FLAG),
    ),
)
# A day for which somebody holds a bottle, or was supplied in a hospital; ``facility``: whose client it is.
# ``gone``: it came back full, was spilt or lost full, so nothing of it was taken.
COVER = Table(
    "ost.cover",
    (
        *_OF,
        ("day", Kind.DAY),
        ("kind", Kind.TEXT),
        ("drug", Kind.TEXT),
        ("mg", Kind.NUMBER),
        ("handed", Kind.DAY),
        ("gone", Kind.FLAG),
    ),
)
# A doctor's order from ``start`` to ``end``, its last day as it came to be. ``mg``: of one dose; ``daily``:
# of a day, where a dose is not given each day. ``every``: so many days from one dose to the next, empty where
# the days of the week say it.
ORDER = Table(
    "ost.order",
    (
        *_WHO,
        ("drug", Kind.TEXT),
        ("phase", Kind.TEXT),
        ("mg", Kind.NUMBER),
        ("daily", Kind.NUMBER),
        ("every", Kind.NUMBER),
        ("start", Kind.DAY),
        ("end", Kind.DAY),
        ("signed", Kind.DAY),
    ),
)
# A day of a treatment on which an order asked for a dose, of each person once: an order ends where one that
# was signed later begins. Days that are not over yet are not here. ``facility``: where the order was signed.
DUE = Table("ost.due", (*_WHO, ("day", Kind.DAY), ("drug", Kind.TEXT), ("phase", Kind.TEXT)))
# Somebody signed to take medicine home, up to the day ``ended`` on which that stopped: the pilot's cohort.
COMMITMENT = Table("ost.commitment", (*_WHO, ("signed", Kind.DAY), ("ended", Kind.DAY)))
# Somebody applied to be treated. ``complete``: since when the file was; ``decided``: when it was answered.
APPLICATION = Table(
    "ost.application", (*_WHO, ("complete", Kind.DAY), ("decided", Kind.DAY), ("state", Kind.TEXT))
)
# A urine test. A flag is empty where nothing was looked for, or the test was spoilt or declined.
URINE = Table("ost.urine", (*_WHO, ("day", Kind.DAY), ("opioids", Kind.FLAG), ("others", Kind.FLAG)))
# Medicine that went from one kind of place at a site to another, in ml or tablets of ``strength`` mg, summed
# over a day: a client's dose is not told from another's.
MOVE = Table(
    "ost.move",
    (
        ("facility", Kind.TEXT),
        ("target_facility", Kind.TEXT),
        ("day", Kind.DAY),
        ("drug", Kind.TEXT),
        ("strength", Kind.NUMBER),
        ("source", Kind.TEXT),
        ("target", Kind.TEXT),
        ("quantity", Kind.NUMBER),
    ),
)
# By how much a place's stock of a medicine grew on a day; less than nought where it shrank. All up to a day
# are what was there on its evening.
SHELF = Table(
    "ost.shelf",
    (
        ("facility", Kind.TEXT),
        ("day", Kind.DAY),
        ("place", Kind.TEXT),
        ("drug", Kind.TEXT),
        ("strength", Kind.NUMBER),
        ("change", Kind.NUMBER),
    ),
)

ALL = (SPELL, DOSE, COVER, ORDER, DUE, COMMITMENT, APPLICATION, URINE, MOVE, SHELF)

# What stands in a column of text that a definition makes of nothing.
NO_ORDER = Bilingual("Không có đơn thuốc của ngày này", "No order for the day")

_DRUG = {
    "methadone": Bilingual("Methadone", "Methadone"),
    "buprenorphine": Bilingual("Buprenorphine", "Buprenorphine"),
}
_PHASE = {
    "induction": Bilingual("Khởi liều", "Induction"),
    "adjustment": Bilingual("Dò liều", "Adjustment"),
    "maintenance": Bilingual("Duy trì", "Maintenance"),
    "tapering": Bilingual("Giảm liều", "Tapering"),
}
_PLACE = {
    "trader": Bilingual("Nhà cung cấp", "Trader"),
    "store": Bilingual("Kho", "Store"),
    "daily-cabinet": Bilingual("Tủ dùng trong ngày", "Daily cabinet"),
    "point": Bilingual("Điểm cấp phát", "Dispensing point"),
    "bottle-out": Bilingual("Chai mang về", "Take-home bottles"),
    "returned": Bilingual("Thuốc trả lại, chờ hủy", "Returned, to be destroyed"),
    "client": Bilingual("Người bệnh", "Clients"),
    "spill": Bilingual("Đổ, vỡ", "Spilt"),
    "loss": Bilingual("Hao hụt", "Loss"),
    "surplus": Bilingual("Dư thừa", "Surplus"),
    "destroyed": Bilingual("Đã hủy", "Destroyed"),
}

# The words of each column of text that has a closed list of them, by table and column.
WORDS: Mapping[tuple[str, str], Mapping[str, Bilingual]] = {
    **{(table.name, "drug"): _DRUG for table in ALL if ("drug", Kind.TEXT) in table.columns},
    **{(table.name, "phase"): _PHASE for table in ALL if ("phase", Kind.TEXT) in table.columns},
    ("ost.spell", "sex"): {
        "female": Bilingual("Nữ", "Female"),
        "male": Bilingual("Nam", "Male"),
        "other": Bilingual("Khác", "Other"),
        "unknown": Bilingual("Không rõ", "Not known"),
    },
    ("ost.spell", "how"): {
        "moved": Bilingual("Chuyển đi", "Transferred out"),
        "died": Bilingual("Tử vong", "Died"),
        "wish": Bilingual("Theo nguyện vọng", "Own wish"),
        "finished": Bilingual("Hoàn thành điều trị", "Treatment completed"),
        "breach": Bilingual("Vi phạm quy định", "Breach of the rules"),
        "dropped-out": Bilingual("Bỏ trị", "Dropped out"),
        "custody": Bilingual("Vào nơi giam, giữ", "Taken into custody"),
    },
    ("ost.spell", "came"): {
        "new": Bilingual("Tiếp nhận lần đầu", "Admitted for the first time"),
        "again": Bilingual("Điều trị lại", "Admitted again"),
        "transfer": Bilingual("Chuyển đến", "Transferred in"),
    },
    ("ost.cover", "kind"): {
        "bottle": Bilingual("Chai mang về", "Take-home bottle"),
        "inpatient": Bilingual("Điều trị nội trú", "In hospital"),
    },
    ("ost.application", "state"): {
        "open": Bilingual("Đang chờ", "Waiting"),
        "admitted": Bilingual("Được tiếp nhận", "Admitted"),
        "refused": Bilingual("Bị từ chối", "Refused"),
        "withdrawn": Bilingual("Đã rút đơn", "Withdrawn"),
    },
    ("ost.move", "source"): _PLACE,
    ("ost.move", "target"): _PLACE,
    ("ost.shelf", "place"): {
        name: _PLACE[name] for name in ("store", "daily-cabinet", "point", "bottle-out", "returned")
    },
}
