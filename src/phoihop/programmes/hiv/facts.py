"""What this room publishes for counting: tables of facts, and the words that may stand in their columns.

No names, no codes of anybody, no numbers of papers. ``person`` is a pseudonym of one release, and of no
other; ``facility`` says where, as text, and so in which unit. A fact stands once, as it is known now: what
was entered in error is not here, and a correction takes the place of what it corrects. Every person with
HIV of any table has one row in PERSON.
"""

from collections.abc import Mapping

from phoihop.engines.indicators.facts import Kind, Table
from phoihop.engines.indicators.parts import AGE
from phoihop.kernel.refusals import Bilingual

_WHO = (("person", Kind.TEXT), ("facility", Kind.TEXT))
# Of people who have no file with us for good, each event says itself who they were on its day.
_LIKE = (("sex", Kind.TEXT), ("age", Kind.TEXT), ("group", Kind.TEXT))

# A person with HIV. ``born``: the first day of the month of birth; of the year where no more is known.
# ``group``: the way of living that the programme serves them for, as they said it.
PERSON = Table(
    "hiv.person",
    (("person", Kind.TEXT), ("sex", Kind.TEXT), ("born", Kind.DAY), ("group", Kind.TEXT)),
)
# A test of somebody. ``told``: the person got the result. "reactive" awaits confirmation: no "positive" yet.
TEST = Table(
    "hiv.test",
    (
        *_WHO,
        ("day", Kind.DAY),
        ("modality", Kind.TEXT),
        *_LIKE,
        ("result", Kind.TEXT),
        ("told", Kind.FLAG),
    ),
)
# A person with HIV was offered that their contacts be tested; ``accepted``: they agreed to it.
INDEX = Table("hiv.index", (*_WHO, ("day", Kind.DAY), ("accepted", Kind.FLAG)))
# A contact whom somebody named on ``day``. ``tested``: when a result was given, empty while nobody reached
# them. ``result``: "known" where they had known of their HIV before.
CONTACT = Table(
    "hiv.contact",
    (
        *_WHO,
        ("day", Kind.DAY),
        ("tie", Kind.TEXT),
        *_LIKE,
        ("tested", Kind.DAY),
        ("result", Kind.TEXT),
    ),
)
# HIV was confirmed by a laboratory that may.
DETECTION = Table("hiv.detection", (*_WHO, ("day", Kind.DAY)))
# Treatment began at a facility: for the first time in life, after a transfer, or again. ``since``: the
# first day of treatment in life, empty where it is not known.
START = Table("hiv.start", (*_WHO, ("day", Kind.DAY), ("kind", Kind.TEXT), ("since", Kind.DAY)))
# Medicine was fetched. ``days``: for how many days from that day on there is medicine, what was left at home
# among it. ``paid``: by whom.
PICKUP = Table("hiv.pickup", (*_WHO, ("day", Kind.DAY), ("days", Kind.NUMBER), ("paid", Kind.TEXT)))
# Treatment at a facility ended otherwise than by death. Staying away is no end: it is worked out.
END = Table("hiv.end", (*_WHO, ("day", Kind.DAY), ("how", Kind.TEXT)))
# A person with HIV died. ``facility``: who looked after them last.
DEATH = Table("hiv.death", (*_WHO, ("day", Kind.DAY), ("cause", Kind.TEXT)))
# A viral load in copies/ml; 0 where the assay found fewer than its ``limit``.
VIRAL_LOAD = Table(
    "hiv.viral_load",
    (
        *_WHO,
        ("sampled", Kind.DAY),
        ("resulted", Kind.DAY),
        ("copies", Kind.NUMBER),
        ("limit", Kind.NUMBER),
    ),
)
# Days on which a health insurance card is good; an open end is empty.
INSURANCE = Table("hiv.insurance", (("person", Kind.TEXT), ("since", Kind.DAY), ("until", Kind.DAY)))
# The first antenatal visit of a pregnancy. ``learned``: since when her HIV status is known, not before that
# visit. ``treated``: since when she is treated, likewise.
ANTENATAL = Table(
    "hiv.antenatal",
    (
        *_WHO,
        ("day", Kind.DAY),
        ("age", Kind.TEXT),
        ("status", Kind.TEXT),
        ("learned", Kind.DAY),
        ("art", Kind.TEXT),
        ("treated", Kind.DAY),
    ),
)
# A child of a mother with HIV. ``outcome``: what is known for good, since the day ``known``.
INFANT = Table(
    "hiv.infant",
    (*_WHO, ("born", Kind.DAY), ("sex", Kind.TEXT), ("outcome", Kind.TEXT), ("known", Kind.DAY)),
)
# A test of such a child.
INFANT_TEST = Table(
    "hiv.infant_test", (*_WHO, ("sampled", Kind.DAY), ("method", Kind.TEXT), ("result", Kind.TEXT))
)
# Pre-exposure prophylaxis: a visit on which it was handed out, or ended.
PREP = Table("hiv.prep", (*_WHO, ("day", Kind.DAY), ("visit", Kind.TEXT), ("regimen", Kind.TEXT), *_LIKE))
# How many there are of somebody in the area of a place, as published for a day: by hand, from a survey or a
# model. ``facility``: the place that stands for the area.
ESTIMATE = Table(
    "hiv.estimate",
    (("facility", Kind.TEXT), ("day", Kind.DAY), ("of", Kind.TEXT), ("number", Kind.NUMBER)),
)

ALL = (
    PERSON,
    TEST,
    INDEX,
    CONTACT,
    DETECTION,
    START,
    PICKUP,
    END,
    DEATH,
    VIRAL_LOAD,
    INSURANCE,
    ANTENATAL,
    INFANT,
    INFANT_TEST,
    PREP,
    ESTIMATE,
)

_SEX = {
    "female": Bilingual("Nữ", "Female"),
    "male": Bilingual("Nam", "Male"),
}
_GROUP = {
    "pwid": Bilingual("Người tiêm chích ma túy", "People who inject drugs"),
    "msm": Bilingual("Nam quan hệ tình dục đồng giới", "Men who have sex with men"),
    "tg": Bilingual("Người chuyển giới", "Transgender people"),
    "sw": Bilingual("Người lao động tình dục", "Sex workers"),
    "partner": Bilingual("Vợ, chồng, bạn tình của người nhiễm HIV", "Partners of people living with HIV"),
    "prisoner": Bilingual("Người trong trại giam, cơ sở khép kín", "People in closed settings"),
    "pregnant": Bilingual("Phụ nữ mang thai", "Pregnant women"),
    "other": Bilingual("Khác", "Others"),
}
_RESULT = {
    "positive": Bilingual("Dương tính", "Positive"),
    "negative": Bilingual("Âm tính", "Negative"),
}

# The words of each column of text that has a closed list of them, by table and column.
WORDS: Mapping[tuple[str, str], Mapping[str, Bilingual]] = {
    **{(table.name, "sex"): _SEX for table in ALL if ("sex", Kind.TEXT) in table.columns},
    **{(table.name, "age"): AGE for table in ALL if ("age", Kind.TEXT) in table.columns},
    **{(table.name, "group"): _GROUP for table in ALL if ("group", Kind.TEXT) in table.columns},
    ("hiv.test", "modality"): {
        "vct": Bilingual("Phòng tư vấn xét nghiệm", "Counselling and testing site"),
        "clinic": Bilingual("Tại cơ sở y tế, do nhân viên đề xuất", "Offered in a health facility"),
        "antenatal": Bilingual("Khám thai", "Antenatal care"),
        "tb": Bilingual("Phòng khám lao", "Tuberculosis clinic"),
        "community": Bilingual("Tại cộng đồng", "In the community"),
        "mobile": Bilingual("Xét nghiệm lưu động", "Mobile"),
        "self": Bilingual("Tự xét nghiệm", "Self-test"),
        "index": Bilingual("Bạn tình, bạn chích, con của người nhiễm", "Contacts of people living with HIV"),
        "prison": Bilingual("Trong cơ sở khép kín", "In a closed setting"),
    },
    ("hiv.test", "result"): {
        **_RESULT,
        "reactive": Bilingual("Có phản ứng, chờ khẳng định", "Reactive, not confirmed yet"),
        "indeterminate": Bilingual("Không xác định", "Indeterminate"),
    },
    ("hiv.contact", "tie"): {
        "partner": Bilingual("Vợ, chồng, bạn tình", "Sexual partner"),
        "needle": Bilingual("Bạn chích chung", "Shared injecting"),
        "child": Bilingual("Con", "Child"),
    },
    ("hiv.contact", "result"): {**_RESULT, "known": Bilingual("Đã biết nhiễm", "Known before")},
    ("hiv.start", "kind"): {
        "new": Bilingual("Lần đầu trong đời", "First time in life"),
        "transfer": Bilingual("Chuyển đến", "Transferred in"),
        "again": Bilingual("Điều trị lại", "Again"),
    },
    ("hiv.pickup", "paid"): {
        "insurance": Bilingual("Bảo hiểm y tế", "Health insurance"),
        "programme": Bilingual("Chương trình, dự án", "Programme or project"),
        "self": Bilingual("Tự chi trả", "Oneself"),
    },
    ("hiv.end", "how"): {
        "transferred": Bilingual("Chuyển đi", "Transferred out"),
        "stopped": Bilingual("Ngừng điều trị", "Stopped"),
    },
    ("hiv.death", "cause"): {
        "aids": Bilingual("Liên quan đến AIDS", "Related to AIDS"),
        "other": Bilingual("Nguyên nhân khác", "Another cause"),
        "unknown": Bilingual("Không rõ", "Not known"),
    },
    ("hiv.antenatal", "status"): {
        "known": Bilingual("Đã biết nhiễm trước khi khám thai", "Known to be positive before"),
        **_RESULT,
    },
    ("hiv.antenatal", "art"): {
        "before": Bilingual("Đang điều trị từ trước", "Treated already"),
        "started": Bilingual("Bắt đầu trong thai kỳ", "Started in this pregnancy"),
    },
    ("hiv.infant", "outcome"): {
        "infected": Bilingual("Nhiễm HIV", "Infected"),
        "uninfected": Bilingual("Không nhiễm", "Not infected"),
        "died": Bilingual("Tử vong khi chưa rõ", "Died before it was known"),
        "lost": Bilingual("Mất dấu", "Lost"),
    },
    ("hiv.infant_test", "method"): {
        "virology": Bilingual("Sinh học phân tử", "Virology"),
        "antibody": Bilingual("Kháng thể", "Antibody"),
    },
    ("hiv.infant_test", "result"): {**_RESULT, "indeterminate": Bilingual("Không xác định", "Indeterminate")},
    ("hiv.prep", "visit"): {
        "first": Bilingual("Lần đầu trong đời", "First time in life"),
        "follow": Bilingual("Tái khám", "Follow-up"),
        "again": Bilingual("Dùng lại", "Again"),
        "stop": Bilingual("Ngừng", "Stopped"),
    },
    ("hiv.prep", "regimen"): {
        "daily": Bilingual("Uống hằng ngày", "Daily"),
        "event": Bilingual("Theo tình huống (ED-PrEP)", "Event-driven"),
        "injected": Bilingual("Tiêm tác dụng kéo dài", "Long-acting injection"),
    },
    ("hiv.estimate", "of"): {
        "plhiv": Bilingual("Người nhiễm HIV (ước tính)", "People living with HIV (estimated)"),
        "population": Bilingual("Dân số", "Population"),
        "msm": Bilingual(
            "Nam quan hệ tình dục đồng giới (ước tính)", "Men who have sex with men (estimated)"
        ),
    },
}
