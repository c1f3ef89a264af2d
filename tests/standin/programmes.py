"""The two programmes of the stand-in room, as a real one makes itself known to the register of clients."""

from datetime import date

from phoihop.kernel.refusals import Bilingual
from phoihop.registry.registering import Event, Programme, register
from phoihop.registry.rules.consents import Era, by_age
from phoihop.registry.rules.letters import PaperField

HEARD: list[Event] = []  # what the programmes were told, for the tests to look at

CONSENT = by_age(
    Era(0, 16, "NĐ 96/2012/NĐ-CP", "V", until=date(2024, 12, 14)),
    Era(12, 18, "NĐ 141/2024/NĐ-CP Art 29", "V", since=date(2024, 12, 15)),
)

PAPER = (
    PaperField("last_day", Bilingual("Ngày đến cuối cùng", "Last day of coming")),
    PaperField("note", Bilingual("Điều cần biết", "What to know"), required=False),
)

for _code, _path, _name in (("alpha", "a", "A"), ("beta", "b", "B")):
    register(
        Programme(
            _code,
            _path,
            Bilingual(f"chương trình {_name}", f"programme {_name}"),
            CONSENT,
            endings={"finished": Bilingual("đã xong", "finished")},
            paper=PAPER,
            told=HEARD.append,
        )
    )
