"""How substitution treatment makes itself known to the register of clients."""

from datetime import date

from phoihop.kernel.refusals import Bilingual
from phoihop.programmes.ost.dosing import following
from phoihop.programmes.ost.models.shared import OST
from phoihop.programmes.ost.queries import looked
from phoihop.registry.registering import Programme, register
from phoihop.registry.rules.consents import Era, by_age
from phoihop.registry.rules.letters import PaperField

CONSENT = by_age(
    Era(0, 16, "NĐ 96/2012/NĐ-CP; NĐ 90/2016/NĐ-CP", "V/M", until=date(2024, 12, 14)),
    Era(12, 18, "NĐ 141/2024/NĐ-CP, điều 29", "V", since=date(2024, 12, 15)),
)

# What the sending facility writes for the receiving one (rules.ending.TransferPaper).
PAPER = (
    PaperField("last_mg", Bilingual("Liều cuối (mg)", "Last dose (mg)")),
    PaperField("last_day", Bilingual("Ngày uống cuối", "Last day taken")),
    PaperField("phase", Bilingual("Giai đoạn điều trị", "Phase of treatment")),
    PaperField("bottles", Bilingual("Số lọ thuốc mang về còn giữ", "Take-home bottles in hand")),
    PaperField("note", Bilingual("Điều cần biết", "What to know"), required=False),
)

ENDINGS = {
    "finished": Bilingual("hoàn thành điều trị", "treatment completed"),
    "breach": Bilingual("vi phạm quy định", "breach of the rules"),
    "dropped-out": Bilingual("bỏ trị", "dropped out"),
    "custody": Bilingual("vào nơi giam, giữ", "taken into custody"),
}

PROGRAMME = Programme(
    OST,
    "dt",
    Bilingual("điều trị", "treatment"),
    CONSENT,
    endings=ENDINGS,
    paper=PAPER,
    told=following.told,
    own_pages=True,
    rows=looked.rows,
)

register(PROGRAMME)
