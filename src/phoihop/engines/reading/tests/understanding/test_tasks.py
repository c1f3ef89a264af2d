"""Work given to somebody: who leads, who joins in, and what is nobody's task."""

import pytest

from phoihop.engines.reading.model import Task
from phoihop.engines.reading.tests.understanding.saying import document, plan

LABOUR = "Sở Lao động - Thương binh và Xã hội"
CULTURE = "Sở Văn hóa, Thể thao và Du lịch"


def tasks(*paragraphs: str, basis: str = "explicit") -> list[Task]:
    found = document(plan("II. NHIỆM VỤ, GIẢI PHÁP", *paragraphs)).tasks
    return [t for t in found if t.basis == basis]


def parties(*paragraphs: str) -> list[tuple[list[str], list[str]]]:
    return [(list(t.leads), list(t.coordinating)) for t in tasks(*paragraphs)]


@pytest.mark.parametrize(
    ("sentence", "leads", "coordinating"),
    [
        ("Sở Y tế chủ trì, phối hợp với Công an tỉnh rà soát người nghiện.", ["Sở Y tế"], ["Công an tỉnh"]),
        ("Sở Y tế chủ trì, phối hợp Công an tỉnh rà soát người nghiện.", ["Sở Y tế"], ["Công an tỉnh"]),
        ("Sở Y tế chủ trì phối hợp với Công an tỉnh rà soát người nghiện.", ["Sở Y tế"], ["Công an tỉnh"]),
        (
            "Sở Y tế chủ trì, phối hợp chặt chẽ với Công an tỉnh rà soát người nghiện.",
            ["Sở Y tế"],
            ["Công an tỉnh"],
        ),
        ("Sở Y tế có trách nhiệm chủ trì, phối hợp với Công an tỉnh rà soát.", ["Sở Y tế"], ["Công an tỉnh"]),
        ("Sở Y tế là cơ quan thường trực, chủ trì rà soát người nghiện.", ["Sở Y tế"], []),
        ("Sở Y tế chủ trì rà soát người nghiện, báo cáo Ủy ban nhân dân tỉnh.", ["Sở Y tế"], []),
        (
            "Giao Sở Y tế chủ trì, phối hợp với Công an tỉnh rà soát người nghiện.",
            ["Sở Y tế"],
            ["Công an tỉnh"],
        ),
        ("Giao Sở Y tế theo dõi, đôn đốc việc thực hiện Kế hoạch.", ["Sở Y tế"], []),
        ("Giao cho Sở Y tế theo dõi, đôn đốc việc thực hiện Kế hoạch.", ["Sở Y tế"], []),
        ("Giao Giám đốc Sở Y tế theo dõi, đôn đốc việc thực hiện Kế hoạch.", ["Sở Y tế"], []),
        # distributive prefixes
        (
            "Sở Y tế chủ trì, phối hợp với các Sở: Nội vụ, Tài chính, Công Thương rà soát người nghiện.",
            ["Sở Y tế"],
            ["Sở Nội vụ", "Sở Tài chính", "Sở Công Thương"],
        ),
        (
            (
                "Sở Y tế chủ trì, phối hợp với các Sở: Nội vụ, Tài chính "
                "và Ủy ban nhân dân các huyện, thành phố rà soát."
            ),
            ["Sở Y tế"],
            ["Sở Nội vụ", "Sở Tài chính", "Ủy ban nhân dân các huyện, thành phố"],
        ),
        (
            "Sở Y tế chủ trì, phối hợp với các Sở Nội vụ, Tài chính rà soát người nghiện.",
            ["Sở Y tế"],
            ["Sở Nội vụ", "Sở Tài chính"],
        ),
        (
            "Công an tỉnh chủ trì, phối hợp với UBND các huyện: Nậm Sìn, Tả Phử rà soát người nghiện.",
            ["Công an tỉnh"],
            ["UBND huyện Nậm Sìn", "UBND huyện Tả Phử"],
        ),
        # names that hold commas, dashes, "và"
        (
            f"{CULTURE} chủ trì, phối hợp với {LABOUR}, Đài Phát thanh - Truyền hình tỉnh tuyên truyền.",
            [CULTURE],
            [LABOUR, "Đài Phát thanh - Truyền hình tỉnh"],
        ),
        (
            f"{LABOUR} chủ trì, phối hợp với Sở Giáo dục và Đào tạo và Công an tỉnh dạy nghề.",
            [LABOUR],
            ["Sở Giáo dục và Đào tạo", "Công an tỉnh"],
        ),
        (
            (
                "Sở Y tế chủ trì, phối hợp với Ủy ban Mặt trận Tổ quốc Việt Nam "
                "tỉnh, Hội Liên hiệp Phụ nữ tỉnh, Tỉnh Đoàn vận động."
            ),
            ["Sở Y tế"],
            ["Ủy ban Mặt trận Tổ quốc Việt Nam tỉnh", "Hội Liên hiệp Phụ nữ tỉnh", "Tỉnh Đoàn"],
        ),
        (
            "Bộ Chỉ huy Bộ đội Biên phòng tỉnh chủ trì, phối hợp với Cục Hải quan tỉnh kiểm soát biên giới.",
            ["Bộ Chỉ huy Bộ đội Biên phòng tỉnh"],
            ["Cục Hải quan tỉnh"],
        ),
        # joint leads
        (
            "Sở Y tế, Công an tỉnh chủ trì, phối hợp với Sở Nội vụ rà soát người nghiện.",
            ["Sở Y tế", "Công an tỉnh"],
            ["Sở Nội vụ"],
        ),
        ("Sở Y tế và Công an tỉnh đồng chủ trì rà soát người nghiện.", ["Sở Y tế", "Công an tỉnh"], []),
        # coordinators after the work
        (
            "Công an tỉnh chủ trì rà soát, lập hồ sơ người nghiện; phối hợp với Sở Y tế.",
            ["Công an tỉnh"],
            ["Sở Y tế"],
        ),
        ("Do Sở Y tế chủ trì, Công an tỉnh phối hợp thực hiện.", ["Sở Y tế"], ["Công an tỉnh"]),
        # beside the work, in brackets
        (
            "Rà soát người nghiện (Sở Y tế chủ trì, phối hợp với Công an tỉnh).",
            ["Sở Y tế"],
            ["Công an tỉnh"],
        ),
        (
            "Rà soát người nghiện: Sở Y tế (chủ trì), Công an tỉnh, Sở Nội vụ (phối hợp).",
            ["Sở Y tế"],
            ["Công an tỉnh", "Sở Nội vụ"],
        ),
        ("Sở Y tế (cơ quan thường trực) chủ trì, phối hợp với Công an tỉnh.", ["Sở Y tế"], ["Công an tỉnh"]),
        ("Sở Y tế: Chủ trì, phối hợp với Công an tỉnh rà soát.", ["Sở Y tế"], ["Công an tỉnh"]),
        (
            "Công an tỉnh làm đầu mối, phối hợp với Sở Y tế theo dõi.",
            ["Công an tỉnh"],
            ["Sở Y tế"],
        ),
        (
            "Sở LĐ-TB&XH chủ trì, phối hợp với Sở GD&ĐT, Sở VHTT&DL, Sở KH&ĐT tuyên truyền.",
            ["Sở LĐ-TB&XH"],
            ["Sở GD&ĐT", "Sở VHTT&DL", "Sở KH&ĐT"],
        ),
        (
            "Đề nghị Viện Kiểm sát nhân dân tỉnh, Tòa án nhân dân tỉnh chủ trì xét xử lưu động.",
            ["Viện Kiểm sát nhân dân tỉnh", "Tòa án nhân dân tỉnh"],
            [],
        ),
        (
            "Ban Chỉ đạo 138 tỉnh chủ trì, phối hợp với Ban Chỉ đạo 389 tỉnh kiểm tra.",
            ["Ban Chỉ đạo 138 tỉnh"],
            ["Ban Chỉ đạo 389 tỉnh"],
        ),
        # general parties
        (
            "Sở Y tế chủ trì, phối hợp với các sở, ban, ngành liên quan rà soát người nghiện.",
            ["Sở Y tế"],
            ["các sở, ban, ngành liên quan"],
        ),
        (
            "Sở Y tế chủ trì, phối hợp với Công an tỉnh và các đơn vị liên quan rà soát người nghiện.",
            ["Sở Y tế"],
            ["Công an tỉnh", "các đơn vị liên quan"],
        ),
        # abbreviations, Party committees
        (
            "UBND các huyện, thành phố chủ trì, phối hợp với Công an tỉnh rà soát.",
            ["UBND các huyện, thành phố"],
            ["Công an tỉnh"],
        ),
        (
            "Đảng ủy Công an tỉnh chủ trì, phối hợp với Ban Dân vận Tỉnh ủy lãnh đạo.",
            ["Đảng ủy Công an tỉnh"],
            ["Ban Dân vận Tỉnh ủy"],
        ),
    ],
)
def test_assignments_in_a_sentence(sentence, leads, coordinating):
    assert parties(f"- {sentence}") == [(leads, coordinating)]
    (task,) = tasks(f"- {sentence}")
    assert task.basis == "explicit"


@pytest.mark.parametrize(
    "lines",
    [
        (
            "Đơn vị chủ trì: Sở Y tế.",
            "Đơn vị phối hợp: Công an tỉnh, Sở Nội vụ.",
            "Thời gian: Quý II năm 2024.",
        ),
        (
            "Cơ quan chủ trì: Sở Y tế.",
            "Cơ quan phối hợp: Công an tỉnh, Sở Nội vụ.",
            "Thời gian thực hiện: Quý II năm 2024.",
        ),
        ("Đơn vị thực hiện: Sở Y tế.", "Phối hợp: Công an tỉnh, Sở Nội vụ.", "Thời hạn: Quý II năm 2024."),
        ("Chủ trì: Sở Y tế", "Phối hợp thực hiện: Công an tỉnh, Sở Nội vụ", "Thời gian: Quý II năm 2024"),
        # in another order
        (
            "Thời gian: Quý II năm 2024.",
            "Đơn vị chủ trì: Sở Y tế.",
            "Đơn vị phối hợp: Công an tỉnh, Sở Nội vụ.",
        ),
        (
            "Thời gian: Quý II năm 2024.",
            "Đơn vị phối hợp: Công an tỉnh, Sở Nội vụ.",
            "Đơn vị chủ trì: Sở Y tế.",
        ),
        # on one line
        ("Đơn vị chủ trì: Sở Y tế. Đơn vị phối hợp: Công an tỉnh, Sở Nội vụ. Thời gian: Quý II năm 2024.",),
        ("Chủ trì: Sở Y tế; Phối hợp: Công an tỉnh, Sở Nội vụ; Thời gian: Quý II năm 2024.",),
        # the leader tells the rest himself
        (
            (
                "Tổ chức thực hiện: Sở Y tế chủ trì, phối hợp với Công an "
                "tỉnh, Sở Nội vụ. Thời gian: Quý II năm 2024."
            ),
        ),
    ],
)
@pytest.mark.parametrize("dash", ["- ", "+ ", ""])
def test_labelled_assignments(lines, dash):
    (task,) = tasks("1. Rà soát người nghiện ở vùng cao", *(dash + line for line in lines))
    assert task.leads == ("Sở Y tế",)
    assert task.coordinating == ("Công an tỉnh", "Sở Nội vụ")
    assert task.period == "Quý II năm 2024"
    assert "Rà soát người nghiện ở vùng cao" in task.text
    assert not task.standing


def test_each_labelled_item_is_a_task_of_its_own():
    found = tasks(
        "1. Rà soát người nghiện",
        "- Nội dung: Thống kê người nghiện ở xã.",
        "- Đơn vị chủ trì: Công an tỉnh.",
        "- Địa điểm: 11 xã vùng cao.",
        "2. Dạy nghề cho người sau cai",
        "- Nội dung: Mở lớp dạy nghề.",
        f"- Đơn vị chủ trì: {LABOUR}.",
        "- Thời gian: Thường xuyên.",
    )
    assert [(t.leads, t.place, t.period, t.standing) for t in found] == [
        (("Công an tỉnh",), "11 xã vùng cao", None, True),
        ((LABOUR,), None, "Thường xuyên", True),
    ]
    assert "Thống kê người nghiện ở xã" in found[0].text
    assert "Mở lớp dạy nghề" in found[1].text
    assert found[0].span[1] <= found[1].span[0]


def test_two_assignments_in_one_paragraph_are_two_tasks():
    assert parties(
        "- Sở Y tế chủ trì, phối hợp với Sở Nội vụ rà soát nhân lực. "
        "Công an tỉnh chủ trì, phối hợp với Sở Y tế lập hồ sơ."
    ) == [(["Sở Y tế"], ["Sở Nội vụ"]), (["Công an tỉnh"], ["Sở Y tế"])]


def test_a_list_under_give():
    found = tasks(
        "2. Giao:",
        "a) Sở Y tế theo dõi, đôn đốc các xã;",
        "b) Công an tỉnh rà soát người nghiện;",
        "c) UBND các huyện, thành phố bố trí kinh phí.",
    )
    assert [list(t.leads) for t in found] == [["Sở Y tế"], ["Công an tỉnh"], ["UBND các huyện, thành phố"]]


def test_a_list_given_to_one():
    found = tasks("2. Giao Sở Y tế:", "a) Theo dõi, đôn đốc các xã;", "b) Báo cáo kết quả hằng quý.")
    assert [list(t.leads) for t in found] == [["Sở Y tế"], ["Sở Y tế"]]
    assert [t.standing for t in found] == [True, True]
    assert found[1].period == "hằng quý"


def test_a_table_of_assignments():
    found = tasks(
        "Bảng phân công nhiệm vụ:",
        "STT | Nhiệm vụ | Cơ quan chủ trì | Cơ quan phối hợp | Thời gian\n"
        "1 | Mở lớp tập huấn | Sở Y tế | Công an tỉnh, Sở Nội vụ | Quý II năm 2024\n"
        f"2 | In tờ rơi | {CULTURE} | Báo Phìn Sơn | Hằng năm",
    )
    assert [(t.text, t.leads, t.coordinating, t.period) for t in found] == [
        ("Mở lớp tập huấn", ("Sở Y tế",), ("Công an tỉnh", "Sở Nội vụ"), "Quý II năm 2024"),
        ("In tờ rơi", (CULTURE,), ("Báo Phìn Sơn",), "Hằng năm"),
    ]


def test_a_section_that_belongs_to_an_agency():
    found = document(
        plan(
            "IV. TỔ CHỨC THỰC HIỆN",
            "1. Sở Y tế",
            "- Tham mưu bố trí thuốc, sinh phẩm.",
            "- Chủ trì, phối hợp với Công an tỉnh rà soát người nghiện.",
            "2. Công an tỉnh",
            "Lập hồ sơ quản lý người nghiện.",
        )
    ).tasks
    assert [(t.leads, t.coordinating, t.basis) for t in found] == [
        (("Sở Y tế",), (), "section"),
        (("Sở Y tế",), ("Công an tỉnh",), "explicit"),
        (("Công an tỉnh",), (), "section"),
    ]
    assert found[0].confidence < found[1].confidence


@pytest.mark.parametrize(
    ("heading", "leads"),
    [
        ("4. Sở Y tế", ("Sở Y tế",)),
        ("4. Sở Y tế:", ("Sở Y tế",)),
        ("4. Sở Y tế có trách nhiệm:", ("Sở Y tế",)),
        (f"4. {CULTURE}", (CULTURE,)),
        ("4. Sở Y tế, Công an tỉnh", ("Sở Y tế", "Công an tỉnh")),
        ("4. Đề nghị Ủy ban Mặt trận Tổ quốc Việt Nam tỉnh", ()),
        ("4. Công tác tuyên truyền", ()),
    ],
)
def test_headings_that_name_an_agency(heading, leads):
    found = document(
        plan("IV. TỔ CHỨC THỰC HIỆN", heading, "- Chủ trì tham mưu bố trí thuốc, sinh phẩm.")
    ).tasks
    assert [t.leads for t in found] == ([leads] if leads else [])


@pytest.mark.parametrize(
    ("sentence", "period", "standing"),
    [
        ("hoàn thành trước ngày 15/11/2024", "hoàn thành trước ngày 15/11/2024", False),
        ("trong quý II/2024", "trong quý II/2024", False),
        ("trong năm 2024", "trong năm 2024", False),
        ("xong trước 30/6/2024", "xong trước 30/6/2024", False),
        ("thời gian thực hiện: từ tháng 3 đến tháng 6 năm 2024", "từ tháng 3 đến tháng 6 năm 2024", False),
        ("báo cáo trước ngày 15 hằng tháng", "trước ngày 15 hằng tháng", True),
        ("định kỳ hằng quý báo cáo", "hằng quý", True),
        ("hằng năm sơ kết", "hằng năm", True),
        ("báo cáo Ủy ban nhân dân tỉnh", None, True),
    ],
)
def test_periods_told_in_the_sentence(sentence, period, standing):
    (task,) = tasks(f"- Sở Y tế chủ trì, phối hợp với Công an tỉnh rà soát người nghiện, {sentence}.")
    assert task.standing is standing
    assert (task.period is None) is (period is None)
    assert period is None or period.casefold() in task.period.casefold() or task.period in period


def test_outputs_are_tied_to_their_task():
    found = document(
        plan(
            "II. NHIỆM VỤ",
            "- Sở Y tế chủ trì, phối hợp với Sở Nội vụ mở 05 lớp tập huấn và in 2.000 tờ rơi.",
            "- Công an tỉnh chủ trì tổ chức 03 đợt kiểm tra.",
        )
    )
    values = [[found.targets[i].value for i in t.outputs] for t in found.tasks]
    assert values == [[5, 2000], [3]]


@pytest.mark.parametrize(
    "sentence",
    [
        "Đồng chí Phó Chủ tịch chủ trì hội nghị sơ kết.",
        "Sở Y tế chủ trì hội nghị giao ban.",
        "Thủ trưởng các đơn vị chịu trách nhiệm thi hành Quyết định này.",
        "Công tác rà soát được giao cho nhiều đơn vị.",
        "Xây dựng cơ chế chủ trì, phối hợp giữa các ngành.",
        "Sở Y tế đã hoàn thành nhiệm vụ được giao.",
        "Tuyên truyền sâu rộng trong nhân dân.",
        "Đồng chí Giám đốc Sở Y tế chủ trì cuộc họp sáng 12/02.",
        "Tăng cường vai trò chủ trì của Sở Y tế.",
        "Sở Y tế được Bộ Y tế giao chỉ tiêu 250 người.",
    ],
)
def test_nobodys_task(sentence):
    assert parties(f"- {sentence}") == []


def test_recipients_and_signers_get_no_tasks():
    found = tasks(
        "- Sở Y tế chủ trì, phối hợp với Công an tỉnh rà soát.",
        "Trên đây là Kế hoạch của Ủy ban nhân dân tỉnh, đề nghị các đơn vị tổ chức thực hiện.",
        "Nơi nhận:\n- Sở Y tế;\n- Công an tỉnh;\n- Lưu: VT.",
        "TM. ỦY BAN NHÂN DÂN\nCHỦ TỊCH\n\nLò Thị Hoa Ban",
    )
    assert [t.leads for t in found] == [("Sở Y tế",)]


def test_spans_enclose_the_words_of_the_task():
    text = plan("II. NHIỆM VỤ", "- Sở Y tế chủ trì, phối hợp với Công an tỉnh rà soát người nghiện ở xã.")
    (task,) = document(text).tasks
    assert text[slice(*task.span)] == task.text + ("." if text[task.span[1] - 1] == "." else "")
    assert task.text.startswith("Sở Y tế chủ trì")
    assert task.text.endswith("ở xã")
