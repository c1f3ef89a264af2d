"""Arithmetic, slips, targets and tasks: each kind with sentences that have it and near misses."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from phoihop.engines.reading.findings import KINDS, MOST_FINDINGS, examine
from phoihop.engines.reading.model import (
    Basis,
    Comparator,
    Direction,
    Document,
    Finding,
    Section,
    Severity,
    Target,
    TargetKind,
    Task,
)


def found_in(text: str, kind: str, **more: object) -> list[Finding]:
    document = Document(span=(0, len(text)), **more)  # type: ignore[arg-type]
    return [f for f in examine(document, text) if f.kind == kind]


@pytest.mark.parametrize(
    ("text", "base"),
    [
        ("tổ chức cai nghiện cho 1.650 người, bằng 41,13% số người nghiện có hồ sơ.", "4.012"),
        ("quản lý 1.284 người (chiếm 38,47 % tổng số người sử dụng ma túy).", "3.338"),
    ],
)
def test_a_count_and_a_percentage_that_fit_one_total_only(text, base):
    (finding,) = found_in(text, "hidden-base")
    assert f" {base}" in finding.message.vi
    assert f" {base}" in finding.message.en


@pytest.mark.parametrize(
    "text",
    [
        "điều trị cho 1.650 người, bằng 41% số người nghiện có hồ sơ.",  # many totals fit
        "toàn tỉnh có 4.012 người; điều trị 1.650 người, bằng 41,13% số người nghiện.",  # stated
        "phát hiện 1.650 người, bằng 41,13% so với cùng kỳ năm trước.",
        "có 3 người, chiếm 75% số người được hỏi ý kiến.",
        "quản lý 1.650 người nghiện, trong đó nữ chiếm 41,13% số người sử dụng.",
    ],
)
def test_no_hidden_base_where_the_total_is_open_or_stated(text):
    assert not found_in(text, "hidden-base")


@pytest.mark.parametrize(
    ("goal", "needed"),
    [
        ("từ 70% trở lên số người nghiện có hồ sơ", "2.809"),
        ("trên 50% số người nghiện ma túy có hồ sơ", "2.007"),
    ],
)
def test_the_hidden_base_gives_the_figure_behind_another_percentage(goal, needed):
    text = f"Điều trị cho {goal}. Ngành nhận 1.650 người, bằng 41,13% số người nghiện có hồ sơ."
    (finding,) = found_in(text, "hidden-base")
    assert f"{needed} người" in finding.message.vi


@pytest.mark.parametrize(
    ("text", "severity"),
    [
        ("có 5 người, bằng 41,13% số người được khám.", Severity.SERIOUS),
        ("đã có 45/60 xã, đạt 80%.", Severity.SERIOUS),
        ("đã có 45/60 xã (85,5%) triển khai.", Severity.SERIOUS),
        ("Tổ chức 100 lớp, trong đó 60 lớp cho cán bộ và 50 lớp cho người dân.", Severity.WARNING),
        ("Tổ chức 12 hội nghị, gồm 5 hội nghị cấp tỉnh và 6 hội nghị cấp huyện.", Severity.WARNING),
        ("quản lý 120 người, trong đó 150 người có hồ sơ.", Severity.SERIOUS),
        ("Người Kinh 60%, người Mông 35%, còn lại 25% là dân tộc khác.", Severity.WARNING),
        ("Trong số này nam chiếm 60%, nữ chiếm 45%.", Severity.WARNING),
    ],
)
def test_figures_that_cannot_all_be_right(text, severity):
    (finding,) = found_in(text, "arithmetic")
    assert finding.severity is severity


@pytest.mark.parametrize(
    "text",
    [
        "đã có 45/60 xã, đạt 75%.",
        "đã có 20/30 xã, đạt 66,66%.",  # cut off, not rounded
        "chết do lao dưới 15/100.000 người dân, giữ lao đa kháng thuốc dưới 5%.",
        "ngày 26/6 người dân đạt 90%.",
        "Tổ chức 100 lớp, trong đó 60 lớp cho cán bộ và 40 lớp cho người dân.",
        "quản lý 120 người, trong đó 80 người nữ và 90 người dân tộc thiểu số.",  # groups overlap
        "Người Kinh 89,99 %, Khmer 7,65 %, Hoa 2,34%, còn lại 0,02%.",
        "Giảm 60% số vụ, còn lại đạt 80% kế hoạch so với năm trước.",
        "có 7 người, bằng 53,85% số người được khám.",
    ],
)
def test_figures_that_agree_or_that_nobody_can_judge(text):
    assert not found_in(text, "arithmetic")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("tương đương 4.323.494.532 tỷ đồng", 1),
        ("tương đương 4.323 tỷ đồng", 0),
        ("chi 268.923 triệu đồng", 0),
    ],
)
def test_sums_beyond_any_budget(text, expected):
    assert len(found_in(text, "magnitude")) == expected


@pytest.mark.parametrize(
    ("text", "marked"),
    [
        ("Không chế tỷ lệ nhiễm ở mức 0,4%.", "Không chế"),
        ("- Tăng tỷ lệ lây nhiễm trong nhóm nguy cơ.", "Tăng tỷ lệ lây nhiễm"),
        ("- Giảm tỷ lệ người bệnh được điều trị.", "Giảm tỷ lệ người bệnh được điều trị"),
        ("Tuyên truyền để nâng cao kỳ thị với người bệnh.", "nâng cao kỳ thị"),
        ("- Chấm dứt phòng, chống ma túy.", "Chấm dứt phòng, chống"),
        ("phấn đấu người bệnh có tải lượng HIV đạt 95%", "có tải lượng HIV đạt 95%"),
        ("100% người bệnh không được tiếp cận dịch vụ", "100% người bệnh không được tiếp cận"),
        ("Sở Y tế chủ trì, phối Ủy ban nhân dân các huyện thực hiện.", "chủ trì, phối"),
        ("thực hiện công tác chuyên hoá địa bàn trọng điểm", "chuyên hoá địa bàn"),
        ("tổ chức truyền thông nhầm nâng cao nhận thức", "nhầm nâng cao"),
    ],
)
def test_slips_that_change_the_meaning(text, marked):
    (finding,) = found_in(text, "meaning-slip")
    assert [text[s:e] for s, e in finding.spans] == [marked]
    assert finding.severity in (Severity.SERIOUS, Severity.WARNING)


@pytest.mark.parametrize(
    "text",
    [
        "Khống chế tỷ lệ nhiễm ở mức 0,4%.",
        "Cơ sở không chế biến, không chế tạo chất cấm.",
        "Nguy cơ làm tăng tỷ lệ lây nhiễm trong cộng đồng.",
        "- Tăng tỷ lệ người nhiễm HIV được điều trị.",
        "- Giảm tỷ lệ người nghiện mới.",
        "- Giảm kỳ thị, phân biệt đối xử.",
        "tải lượng HIV dưới ngưỡng ức chế đạt trên 95%",
        "xét nghiệm tải lượng HIV đạt 95%",
        "Sở Y tế chủ trì, phối hợp Ủy ban nhân dân các huyện thực hiện.",
        "chuyển hóa địa bàn; chuyên hóa sâu đội ngũ",
        "tránh nhầm lẫn; nhằm nâng cao nhận thức",
        "5% người bệnh không được tiếp cận dịch vụ",
    ],
)
def test_ordinary_sentences_are_no_slips(text):
    assert not found_in(text, "meaning-slip")


@pytest.mark.parametrize(
    ("kind", "text", "expected"),
    [
        ("spelling", "chuẩn đoán và điều trị; phối họp với Sở; từ dó có ý thức", 3),
        ("spelling", "tiêu chuẩn đoán được; xem xét nghiêm túc; cai nghiên cứu; cũng cố gắng", 0),
        ("page-number-inside-sentence", "thực hiện Kết 3 luận của cấp ủy", 1),
        ("page-number-inside-sentence", "thực hiện 3 kết luận; Kết luận 3; kế\n3\nhoạch", 0),
        ("repeated-words", "triển khai thực hiện thực hiện Chương trình", 1),
        ("repeated-words", "từng bước từng bước; ngày ngày; Tổng số Tổng số; nam nữ | nam nữ", 0),
        ("broken-reference", "Theo Kế hoạch số …/KH-UBND và Error! Reference source not found.", 2),
        ("broken-reference", "Theo Kế hoạch số 15/KH-UBND và các văn bản khác...", 0),
    ],
)
def test_small_damage_is_gathered_in_one_note(kind, text, expected):
    findings = found_in(text, kind)
    assert [len(f.spans) for f in findings] == ([expected] if expected else [])
    assert all(f.severity is Severity.NOTE for f in findings)


def goal(text: str, value: str = "90", **more: object) -> Target:
    plain = Target(
        text=text, span=(0, len(text)), value_span=(0, 1), comparator=Comparator.AT_LEAST,
        value=Decimal(value), value_max=None, unit="%", numerator="được xét nghiệm",
        denominator="phụ nữ mang thai",
        scope=None, baseline=None, direction=None, deadline=None, kind=TargetKind.GOAL, confidence=0.9,
    )  # fmt: skip
    return replace(plain, **more)  # type: ignore[arg-type]


GOAL = "ít nhất 90% phụ nữ mang thai được xét nghiệm"


@pytest.mark.parametrize(
    ("kind", "targets", "more", "expected"),
    [
        ("target-without-deadline", [goal(GOAL), goal(GOAL, "80")], {}, 1),
        ("target-without-deadline", [goal(GOAL)], {"title": "Phòng, chống ma túy năm 2024"}, 0),
        ("target-without-deadline", [goal(GOAL, deadline="2025")], {}, 0),
        ("target-without-deadline", [goal(GOAL, kind=TargetKind.OUTPUT)], {}, 0),
        ("target-without-deadline", [goal(GOAL, direction=Direction.KEEP)], {}, 0),
        ("target-without-deadline", [goal(GOAL, value="0")], {}, 0),
        ("target-without-denominator", [goal("đạt 95% trở lên", denominator=None, numerator=None)], {}, 1),
        ("target-without-denominator", [goal(GOAL)], {}, 0),
        ("target-without-denominator", [goal("95% xã, phường", denominator=None, numerator=None)], {}, 0),
        ("conflicting-targets", [goal(GOAL), goal(GOAL, "80")], {}, 1),
        ("conflicting-targets", [goal(GOAL), goal(GOAL)], {}, 0),
        ("conflicting-targets", [goal(GOAL, deadline="2025"), goal(GOAL, "95", deadline="2030")], {}, 0),
        ("conflicting-targets", [goal(GOAL, scope="huyện A"), goal(GOAL, "80", scope="huyện B")], {}, 0),
        ("percent-over-100", [goal("đạt 950% người bệnh", "950")], {}, 1),
        ("percent-over-100", [goal("thu ngân sách đạt 105% kế hoạch", "105")], {}, 0),
        ("deadline-before-issue", [goal(GOAL, deadline="2021")], {"issued": date(2022, 3, 1)}, 1),
        ("deadline-before-issue", [goal(GOAL, deadline="Quý II năm 2022")], {"issued": date(2022, 3, 1)}, 0),
        ("meaning-slip", [goal("tỷ lệ tái nghiện trên 5%", "5", comparator=Comparator.ABOVE)], {}, 1),
        ("meaning-slip", [goal("giảm tỷ lệ tái nghiện trên 5%", "5", comparator=Comparator.ABOVE)], {}, 0),
        ("meaning-slip", [goal("tỷ lệ tái nghiện dưới 5%", "5", comparator=Comparator.BELOW)], {}, 0),
        ("meaning-slip", [goal("Giảm tỷ lệ tái nghiện tăng lên 5%", comparator=Comparator.EXACTLY)], {}, 1),
    ],
)  # fmt: skip
def test_targets(kind, targets, more, expected):
    assert len(found_in(GOAL + "." * 60, kind, targets=tuple(targets), **more)) == expected


def task(**more: object) -> Task:
    plain = Task("Rà soát, lập hồ sơ", (0, 10), (), (), None, None, (), Basis.EXPLICIT, False, 0.9)
    return replace(plain, **more)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("one", "expected"),
    [
        (task(period="Quý II năm 2024"), 1),
        (task(coordinating=("Sở Y tế",)), 1),
        (task(standing=True), 1),
        (task(leads=("Công an tỉnh",), period="Quý II năm 2024"), 0),
        (task(), 0),
    ],
)
def test_a_task_needs_a_lead(one, expected):
    assert len(found_in("Rà soát, lập hồ sơ tại cơ sở.", "task-without-lead", tasks=(one,))) == expected


@pytest.mark.parametrize(
    ("owner", "expected"),
    [("", 1), ("- Đơn vị chủ trì: Công an tỉnh\n", 0), ("- Đơn vị thực hiện: Công an tỉnh\n", 0)],
)
def test_a_labelled_block_needs_a_lead(owner, expected):
    text = f"1. Rà soát, lập hồ sơ\n{owner}- Đơn vị phối hợp: Sở Y tế\n- Thời gian: Quý II\n"
    block = Section("1.", "Rà soát, lập hồ sơ", (0, len(text)), (0, 22), 1)
    findings = found_in(text, "task-without-lead", sections=(block,))
    assert len(findings) == expected
    assert all("(mục 1)" in f.message.vi for f in findings)


def test_findings_come_gravest_first_and_never_in_floods():
    text = "Khám 45/60 xã, đạt 90%. chuẩn đoán bệnh.\n" * 50 + "Không chế tỷ lệ nhiễm."
    findings = examine(Document(span=(0, len(text))), text)
    order = [list(Severity).index(f.severity) for f in findings]
    assert order == sorted(order)
    assert len(findings) == MOST_FINDINGS


def test_every_kind_is_named_in_both_languages():
    for kind in KINDS.values():
        assert all((kind.vi, kind.en, kind.meaning.vi, kind.meaning.en))
        assert kind.vi != kind.en
