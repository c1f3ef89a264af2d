"""Targets of two years side by side. The first wording of each is of Lai Châu's or Lào Cai's plan of 2022."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from phoihop.coordination.plans.rules.comparing import MIRRORED, Aim, Verdict, alike, compare


def aim(text: str, comparator: str, value, measure: str = "%", **more) -> Aim:
    number = None if value is None else Decimal(str(value))
    return Aim(0, text, comparator, number, measure=measure, **more)


ARV = "Tăng tỷ lệ người nhiễm HIV biết tình trạng HIV được điều trị ARV đạt"
DRUG_SPOTS = "không để phát sinh tụ điểm phức tạp mới"
MTCT = "tỷ lệ lây truyền HIV từ mẹ sang con xuống dưới"

PAIRS = [
    (aim(f"{ARV} trên 92%", ">", 92), aim(f"{ARV} trên 92%", ">", 92), Verdict.KEPT),
    (aim(f"{ARV} trên 92%", ">", 92), aim(f"{ARV} trên 95%", ">", 95), Verdict.RAISED),
    (aim(f"{ARV} trên 92%", ">", 92), aim(f"{ARV} trên 90%", ">", 90), Verdict.LOWERED),
    (aim(f"{ARV} trên 92%", ">", 92), aim(f"{ARV} 92%", "=", 92), Verdict.LOOSENED),
    (aim(f"{ARV} 92%", "=", 92), aim(f"{ARV} trên 92%", ">", 92), Verdict.TIGHTENED),
    (aim(f"{MTCT} 3%", "<", 3), aim(f"{MTCT} 2%", "<", 2), Verdict.RAISED),
    (aim(f"{MTCT} 2%", "<", 2), aim(f"{MTCT} 3%", "<", 3), Verdict.LOWERED),
    (aim(f"{MTCT} 2%", "<", 2), aim(f"{MTCT} 2%", "<=", 2), Verdict.LOOSENED),
    (
        aim("Khống chế tỷ lệ nhiễm HIV trong cộng đồng dân cư ở mức 0,5%", "=", "0.5"),
        aim("Khống chế tỷ lệ nhiễm HIV trong cộng đồng dân cư ở mức 0,3%", "=", "0.3"),
        Verdict.RAISED,
    ),
    (
        aim(DRUG_SPOTS, "=", 0, "tụ điểm", direction="không để"),
        aim(DRUG_SPOTS, "=", 0, "tụ điểm", direction="không để"),
        Verdict.KEPT,
    ),
    (
        aim("Kiềm chế tốc độ gia tăng người nghiện ma tuý mới", "=", None, ""),
        aim("Kiềm chế tốc độ gia tăng người nghiện ma túy mới", "=", None, ""),
        Verdict.KEPT,
    ),
    (
        aim("Kiềm chế gia tăng người nghiện ma túy mới", "=", None, ""),
        aim("Kiềm chế gia tăng người nghiện ma túy mới dưới 5%", "<", 5, "%"),
        Verdict.TIGHTENED,
    ),
    (
        aim("tổ chức cai nghiện cho 1.650 người", "=", 1650, "người"),
        aim("Tổ chức cai nghiện cho 1.800 người", "=", 1800, "người"),
        Verdict.RAISED,
    ),
]


@pytest.mark.parametrize(("old", "new", "verdict"), PAIRS)
def test_what_became_of_a_target(old, new, verdict):
    (pair,) = compare([old], [new])
    assert (pair.old, pair.new, pair.verdict) == (old, new, verdict)
    assert pair.why.vi != pair.why.en


def test_the_reason_gives_both_figures_as_people_write_them():
    (pair,) = compare(
        [aim("tổ chức cai nghiện cho 1.650 người", "=", 1650, "người")],
        [aim("tổ chức cai nghiện cho 1.800 người", ">=", 1800, "người")],
    )
    assert pair.why.vi == "Yêu cầu cao hơn: 1.650 người → ≥ 1.800 người."
    assert pair.why.en == "Asks for more: 1.650 người → ≥ 1.800 người."


APART = [
    (aim("Lập hồ sơ quản lý 95% người nghiện ma túy", "=", 95), aim("100% nạn nhân được hỗ trợ", "=", 100)),
    (aim("in ấn 20.000 tờ rơi", "=", 20000, "tờ rơi"), aim("in ấn 20.000 tờ rơi", "=", 20000, "cuốn")),
    (
        aim(
            "90% người nhiễm được điều trị", "=", 90, numerator="được điều trị", denominator="người nhiễm HIV"
        ),
        aim("90% người nghiện được điều trị", "=", 90, numerator="được điều trị", denominator="cơ sở y tế"),
    ),
    (
        aim("15 buổi truyền thông", "=", 15, "buổi", kind="output"),
        aim("15 buổi truyền thông", "=", 15, "buổi"),
    ),
]


@pytest.mark.parametrize(("old", "new"), APART)
def test_two_targets_are_not_taken_for_one(old, new):
    assert {pair.verdict for pair in compare([old], [new])} == {Verdict.DROPPED, Verdict.NEW}


def test_each_is_taken_for_its_likest():
    first, second = (
        aim(f"{ARV} trên 92%", ">", 92),
        aim("Tỷ lệ người nghiện được điều trị ARV đạt 70%", "=", 70),
    )
    found = compare([first, second], [second, first])
    assert [(pair.old, pair.new) for pair in found] == [(first, first), (second, second)]


WORDS = ["người", "nhiễm", "nghiện", "được", "điều trị", "quản lý", "hồ sơ", "cơ sở", "xã", "tuyên truyền"]
AIMS = st.builds(
    Aim,
    key=st.integers(0, 99),
    text=st.lists(st.sampled_from(WORDS), min_size=1, max_size=7).map(" ".join),
    comparator=st.sampled_from([">=", ">", "=", "<=", "<"]),
    value=st.none() | st.decimals(0, 100, places=1),
    value_max=st.none(),
    measure=st.sampled_from(["%", "người", ""]),
    numerator=st.sampled_from(["", "được điều trị"]),
    denominator=st.sampled_from(["", "người nghiện", "xã phường"]),
    direction=st.sampled_from(["", "giữ", "không để", "tăng"]),
    kind=st.sampled_from(["goal", "output"]),
)
YEARS = st.lists(AIMS, max_size=6)


@given(YEARS, YEARS)
def test_every_target_is_there_exactly_once(old, new):
    found = compare(old, new)
    assert [pair.old for pair in found if pair.old is not None] == old
    assert sorted(map(repr, (p.new for p in found if p.new is not None))) == sorted(map(repr, new))
    assert all((pair.old is None) == (pair.verdict is Verdict.NEW) for pair in found)
    assert all((pair.new is None) == (pair.verdict is Verdict.DROPPED) for pair in found)


@given(YEARS, YEARS)
def test_the_years_swapped_give_the_mirror(old, new):
    def seen(pairs, mirrored):
        return sorted(
            repr((p.new, p.old, MIRRORED[p.verdict]) if mirrored else (p.old, p.new, p.verdict))
            for p in pairs
        )

    assert seen(compare(old, new), False) == seen(compare(new, old), True)


@given(AIMS, AIMS)
def test_likeness_is_the_same_from_both_sides_and_whole_with_itself(one, other):
    assert alike(one, other) == alike(other, one)
    assert alike(one, one) == 1.0
