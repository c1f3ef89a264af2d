"""What targets are bound to: every target of the mission, honest denominators, no chart of unlike ones."""

from decimal import Decimal
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from phoihop.base.org.agencies import duties
from phoihop.coordination.plans.rules.binding import (
    Better,
    Unit,
    Way,
    bases,
    catalogue,
    comparable,
    direction_of,
    misfit,
    unit_of,
)
from phoihop.kernel.calendars import SPANS

CODES = sorted(catalogue())


def test_every_target_is_bound_and_none_twice_in_one_unit():
    rows = {row for bound in catalogue().values() for row in bound.rows}
    assert rows == {f"M{number}" for number in range(140, 181)}


@pytest.mark.parametrize("code", CODES)
def test_an_entry_is_whole(code):
    bound = catalogue()[code]
    assert (bound.of is not None) == (bound.unit in (Unit.PERCENT, Unit.RATE)), "a share is of somebody"
    assert bound.duty in {each.code for each in duties()}
    assert bound.span in SPANS[bound.calendar]
    assert bound.certainty in {"V", "P", "M", "S", "D"}
    assert bound.needs
    for both in (bound.name, bound.source, bound.denominator, bound.note):
        assert both is None or ((both.vi and both.en and both.vi != both.en) or both is bound.source)
    assert bound.unit is not Unit.OTHER


def test_a_group_is_within_one_that_is_there_and_never_within_itself():
    for base in bases().values():
        seen, above = {base.code}, base.within
        while above:
            assert above not in seen
            seen.add(above)
            above = bases()[above].within


# The target of the mission, how its number comes, of whom it is a share ("" for a count).
WAYS = [
    ("M140", Way.REPORTED, "at-risk"),
    ("M142", Way.COMPUTED, "hiv-knowing"),
    ("M143", Way.COMPUTED, "on-art"),
    ("M144", Way.COMPUTED, ""),
    ("M146", Way.COMPUTED, ""),
    ("M149", Way.REPORTED, "known-addicts"),
    ("M150", Way.REPORTED, "filed-users"),
    ("M158", Way.SURVEY, "officials"),
    ("M159", Way.SURVEY, "adults"),
    ("M160", Way.REPORTED, "filed-addicts"),
    ("M164", Way.REPORTED, "returned-victims"),
    ("M169", Way.COMPUTED, "residents"),
    ("M170", Way.COMPUTED, "exposed-children"),
    ("M171", Way.COMPUTED, "pregnant"),
    ("M179", Way.REPORTED, "art-quota"),
]


@pytest.mark.parametrize(("row", "way", "base"), WAYS)
def test_how_a_target_comes_and_of_whom_it_is_a_share(row, way, base):
    (bound,) = [each for each in catalogue().values() if row in each.rows]
    assert (bound.way, bound.of.code if bound.of is not None else "") == (way, base)


def test_what_was_not_compared_with_its_paper_says_so():
    unchecked = {code for code, bound in catalogue().items() if not bound.checked}
    assert {"AIDS_MORTALITY", "HIV_MTCT", "PMTCT_STAT"} <= unchecked
    assert not {"HIV_95_1", "TX_CURR", "COMMUNES_COMMUNICATION"} & unchecked


# Charts that look alike and are of unlike groups, and what must be said of them.
UNLIKE = [
    (("HIV_95_1", "HIV_95_2"), "người nhiễm HIV đã biết tình trạng", "một phần"),
    (("HIV_95_2", "HIV_95_3"), "người đang điều trị ARV", "một phần"),
    (("HIV_95_3", "TX_PVLS"), "kết quả tải lượng vi rút trong 12 tháng", "một phần"),
    (("HIV_95_1", "HIV_95_3"), "ước tính", "một phần"),
    (("DRUG_FILES", "FILED_TREATED"), "đã được phát hiện", "không chung một tập"),
    (("FILED_SERVED", "FILED_TREATED"), "người sử dụng trái phép", "một phần"),
    (("OST_COVERAGE", "OST_COVERAGE_FILES"), "theo số ước tính", "không chung một tập"),
    (("VICTIMS_SERVED", "VENUES_AWARE"), "nạn nhân", "không chung một tập"),
    (("OFFICIALS_INFORMED", "FRONTLINE_TRAINED"), "trực tiếp", "một phần"),
    (("LEAFLETS", "SESSIONS"), "số bản in", "không nói lên"),
    (("TX_CURR", "HIV_95_2"), "phần trăm", "không nói lên"),
    (("AIDS_MORTALITY", "HIV_PREVALENCE_KNOWN"), "100.000 dân", "không nói lên"),
]
ALIKE = [
    ("FILED_TREATED", "SECTOR_SHARE"),
    ("FILED_TREATED", "OST_COVERAGE_FILES"),
    ("HIV_95_3", "HIV_BHYT_ARV"),
    ("HIV_DETECTED_RATE", "HIV_PREVALENCE_KNOWN"),
    ("SESSIONS", "FORUMS"),
    ("HIV_95_2",),
    (),
]


@pytest.mark.parametrize(("codes", "names", "why"), UNLIKE)
def test_targets_of_unlike_denominators_share_no_chart(codes, names, why):
    reason = comparable(codes)
    assert reason is not None
    assert names in reason.vi
    assert why in reason.vi
    assert reason.en


@pytest.mark.parametrize("codes", ALIKE)
def test_targets_of_one_denominator_share_one(codes):
    assert comparable(codes) is None


def test_the_walk_over_every_pair_agrees_with_unit_and_group():
    for one, other in combinations(catalogue().values(), 2):
        alike = one.unit is other.unit and one.of == other.of
        assert (comparable([one.code, other.code]) is None) is alike, (one.code, other.code)


@given(st.lists(st.sampled_from(CODES), max_size=5))
def test_a_chart_is_refused_exactly_when_two_of_it_would_be(codes):
    pairs = [pair for pair in combinations(codes, 2) if comparable(pair) is not None]
    assert (comparable(codes) is not None) is bool(pairs)
    assert comparable(reversed(codes)) == comparable(codes)


MEASURES = [
    ("%", Unit.PERCENT),
    ("Phần trăm", Unit.PERCENT),
    ("/100.000 dân", Unit.RATE),
    ("người", Unit.PERSONS),
    ("bệnh nhân", Unit.PERSONS),
    ("trường hợp/năm", Unit.PERSONS),
    ("tụ điểm", Unit.PLACES),
    ("địa bàn cấp xã", Unit.PLACES),
    ("xã, phường, thị trấn", Unit.PLACES),
    ("cơ sở", Unit.PLACES),
    ("lớp", Unit.EVENTS),
    ("buổi", Unit.EVENTS),
    ("tờ rơi", Unit.COPIES),
    ("phóng sự", Unit.OTHER),
    ("phòng", Unit.PLACES),
    ("phác đồ", Unit.OTHER),
    ("cây", Unit.OTHER),
    ("camera", Unit.OTHER),
    ("", None),
]


@pytest.mark.parametrize(("measure", "unit"), MEASURES)
def test_a_plans_own_word_for_its_number(measure, unit):
    assert unit_of(measure) is unit


DIRECTIONS = [
    (">", "90", "", Better.MORE),
    (">=", "90", "giữ", Better.MORE),
    ("<", "2", "", Better.LESS),
    ("<=", "8", "", Better.LESS),
    ("=", "0", "không để", Better.LESS),
    ("=", "0", "", Better.LESS),
    ("=", "1310", "tăng", Better.MORE),
    ("=", "70", "", None),
    ("=", "0.5", "giữ", None),
]


@pytest.mark.parametrize(("comparator", "value", "direction", "better"), DIRECTIONS)
def test_which_way_a_targets_words_go(comparator, value, direction, better):
    assert direction_of(comparator, Decimal(value), direction) is better


MISFITS = [
    ("HIV_95_2", "người", ">", "", "phần trăm"),
    ("TX_CURR", "%", ">", "", "số người"),
    ("OST_RET_12", "%", "<=", "", "càng cao càng tốt"),
    ("HIV_MTCT", "%", ">", "", "càng thấp càng tốt"),
    ("FORUMS", "tờ rơi", "=", "", "số lần"),
    ("HIV_95_2", "%", ">", "", ""),
    ("HIV_PREVALENCE_KNOWN", "%", "<", "giữ", ""),
    ("HIV_BHYT_ARV", "", "=", "tăng", ""),
]


@pytest.mark.parametrize(("code", "measure", "comparator", "direction", "said"), MISFITS)
def test_a_code_of_another_unit_or_direction_is_refused_in_words(code, measure, comparator, direction, said):
    reason = misfit(code, measure, comparator, Decimal(9), direction)
    assert (reason is None) is (said == "")
    assert reason is None or said in reason.vi
