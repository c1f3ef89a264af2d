"""By when a target is due, wherever the year is told."""

import pytest

from phoihop.engines.reading.tests.understanding.saying import document, goals, plan


def due(*paragraphs: str) -> list[str | None]:
    return [t.deadline for t in goals(*paragraphs)]


@pytest.mark.parametrize(
    ("sentence", "deadline"),
    [
        ("Đến năm 2025, trên 90% số xã được tuyên truyền.", "2025"),
        ("Đến hết năm 2025 trên 90% số xã được tuyên truyền.", "2025"),
        ("Đến cuối năm 2025, trên 90% số xã được tuyên truyền.", "2025"),
        ("Trên 90% số xã được tuyên truyền vào năm 2025.", "2025"),
        ("Phấn đấu đến 2025 trên 90% số xã được tuyên truyền.", "2025"),
        ("Trên 90% số xã được tuyên truyền trước ngày 15/11/2024.", "15/11/2024"),
        ("Trong quý II/2024, trên 90% số xã được tuyên truyền.", "quý II/2024"),
        ("Quý II năm 2024, trên 90% số xã được tuyên truyền.", "Quý II năm 2024"),
        ("Đến tháng 9/2024 trên 90% số xã được tuyên truyền.", "tháng 9/2024"),
        ("Giai đoạn 2024 - 2025: trên 90% số xã được tuyên truyền.", "2025"),
        ("Giảm 10% số vụ phạm tội so với năm 2023.", None),
        ("Đến năm 2025, giảm 10% số vụ phạm tội so với năm 2020.", "2025"),
        ("Giảm 10% số vụ phạm tội so với năm 2020 vào năm 2025.", "2025"),
        ("Trên 90% số xã được tuyên truyền.", None),
        ("Theo Luật Phòng, chống ma túy năm 2021, trên 90% số xã được tuyên truyền.", None),
    ],
)
def test_in_its_own_clause(sentence, deadline):
    assert due(sentence) == [deadline]


@pytest.mark.parametrize(
    ("paragraphs", "deadlines"),
    [
        # in the lead-in
        (("Đến năm 2025: trên 90% xã đạt; dưới 2% trẻ em bị lây truyền.",), ["2025", "2025"]),
        (
            ("Đến năm 2025, trên 90% xã đạt, 80% huyện đạt và 70% người nghiện được quản lý.",),
            ["2025"] * 3,
        ),
        (("1. Đến năm 2025:", "- Trên 90% xã đạt.", "- Dưới 2% trẻ em bị lây truyền."), ["2025", "2025"]),
        # in the heading
        (("1. Chỉ tiêu đến năm 2025", "- Trên 90% xã đạt.", "a) Dưới 2% trẻ em bị lây."), ["2025", "2025"]),
        (("1. Chỉ tiêu giai đoạn 2024 - 2026", "- Trên 90% xã đạt."), ["2026"]),
        (
            ("1. Chỉ tiêu năm 2024", "- Trên 90% xã đạt.", "2. Chỉ tiêu năm 2025", "- Trên 95% xã đạt."),
            ["2024", "2025"],
        ),
        # a nearer year goes before a farther one
        (
            ("1. Chỉ tiêu đến năm 2030", "- Đến năm 2025, trên 90% xã đạt.", "- Trên 95% xã đạt."),
            ["2025", "2030"],
        ),
        # each clause its own year
        (("Trên 90% xã đạt vào năm 2025 và 95% xã đạt vào năm 2030.",), ["2025", "2030"]),
        (("Đến năm 2025 đạt 90% xã; đến năm 2030 đạt 95% xã.",), ["2025", "2030"]),
    ],
)
def test_in_the_lead_in_or_the_heading(paragraphs, deadlines):
    assert due(*paragraphs) == deadlines


@pytest.mark.parametrize(
    ("labels", "deadline"),
    [
        (("Đơn vị chủ trì: Sở Y tế.", "Thời gian thực hiện: Quý II năm 2024."), "Quý II năm 2024"),
        (("Đơn vị chủ trì: Sở Y tế.", "Thời gian: Thường xuyên."), None),
        (("Đơn vị chủ trì: Sở Y tế.",), None),
    ],
)
def test_an_output_is_due_when_its_task_is(labels, deadline):
    found = document(
        plan(
            "II. NHIỆM VỤ",
            "1. Tập huấn cán bộ",
            "- Nội dung: Tổ chức 05 lớp tập huấn.",
            *(f"- {x}" for x in labels),
        )
    )
    (target,) = found.targets
    (task,) = found.tasks
    assert target.deadline == deadline
    assert task.outputs == (0,)
