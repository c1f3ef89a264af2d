"""Names as they are heard in the northern mountains, put together by chance: of no real person."""

from datetime import date
from random import Random

from phoihop.registry.rules.born import Born
from phoihop.registry.rules.identity import Sex, Told

# How often, family names, what stands between for a man and a woman, given names of men, of women.
_PEOPLES = (
    (
        34,
        ("Giàng", "Vàng", "Sùng", "Thào", "Hờ", "Mùa", "Cứ", "Vừ", "Hạng", "Sình", "Lầu", "Tráng"),
        (("A", "A", "A", "Seo", "Mí"), ("Thị",)),
        "Páo Chứ Sử Lử Tủa Sếnh Nếnh Câu Pó Vang Say Dình Chu Lềnh Khua Của Phừ Dế Nhà Sua",
        "Dợ Mỷ Súa Dua Mai Chư Sông Cở Pàng Xá Ké Giông",
    ),
    (
        32,
        ("Lò", "Quàng", "Cà", "Lường", "Tòng", "Hoàng", "Bạc", "Vì", "Hà", "Lèo", "Mè", "Cầm"),
        (("Văn",), ("Thị",)),
        "Piêng Inh Hặc Ón Pọm Hịa Thương Dọn Biên Panh Chựa Hính Tướng Xôm Pâng Hạnh Kiêm",
        "Ín Pành Hặc Yêu Ngoan Phượng Ọi Xuân Lả Biên Chiêng",
    ),
    (
        14,
        ("Tẩn", "Chẻo", "Phàn", "Lý", "Tản", "Lò"),
        (("Láo", "Ông", "Sành", "Kim", "Phù"), ("Mẩy", "Tả", "Mùi")),
        "Tả Lở San Ú Nảy Sử Khé Lù Pá Chẳn Siệu Diêu",
        "Khe Xoa Phẩy Liều Mỷ Pham Sểnh Nái",
    ),
    (
        10,
        ("Pờ", "Lỳ", "Khoàng", "Chang", "Sừng", "Mạ", "Chu", "Vàng"),
        (("Gió", "Hừ", "Phí", "Go", "Lòng", "Xé"), ("Mé", "Xó", "Nu")),
        "Xá Hừ Cà Chừ Lòng Po Sinh Phù Tơ",
        "Pư De Lo Xa Nhù Mì",
    ),
    (
        10,
        ("Nguyễn", "Trần", "Phạm", "Vũ", "Bùi", "Đỗ", "Ngô", "Đinh"),
        (("Văn", "Đức", "Xuân", "Quốc"), ("Thị",)),
        "Thạo Khoát Duyến Toản Hưởng Chiểu Lượng Ruẩn Thoan Bính Điềm",
        "Thoa Nhàn Ruyến Hiên Mận Lụa",
    ),
)
_MEN = 0.95
_WITH_CARD, _WITH_INSURANCE, _WITH_ALIAS, _YEAR_ALONE = 0.62, 0.78, 0.06, 0.18
# No province has this number, so no card bears it.
_NOWHERE = "099"


def name(rng: Random, man: bool) -> str:
    """A name by chance."""
    _, families, between, men, women = rng.choices(_PEOPLES, [each[0] for each in _PEOPLES])[0]
    given = rng.choice((men if man else women).split())
    return f"{rng.choice(families)} {rng.choice(between[not man])} {given}"


def told(rng: Random, since: date) -> Told:
    """What the register says of somebody who began on a day: of age then, mostly a man."""
    man = rng.random() < _MEN
    year = since.year - min(63, max(19, round(rng.gauss(36, 8))))
    day = date(year, rng.randint(1, 12), rng.randint(1, 28))
    number = f"{_NOWHERE}{(0 if man else 1) + 2 * (year >= 2000)}{year % 100:02d}{rng.randrange(10**6):06d}"
    insured = f"DN4{99}{rng.randrange(10**10):010d}"
    return Told(
        name=name(rng, man),
        alias=name(rng, man).rsplit(" ", 1)[-1] if rng.random() < _WITH_ALIAS else "",
        born=Born(year) if rng.random() < _YEAR_ALONE else Born(day.year, day.month, day.day),
        sex=Sex.MALE if man else Sex.FEMALE,
        identity=number if rng.random() < _WITH_CARD else "",
        insurance=insured if rng.random() < _WITH_INSURANCE else "",
    )
