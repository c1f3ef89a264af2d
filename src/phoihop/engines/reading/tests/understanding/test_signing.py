"""Who signed, for whom and in which office; and who receives the document."""

import pytest

from phoihop.engines.reading.tests.understanding.saying import document, plan


def signed(foot: str) -> list[tuple[str, str | None, str | None]]:
    found = document(plan("Sở Y tế theo dõi, đôn đốc các xã thực hiện.", foot)).signers
    return [(s.name, s.office, s.prefix) for s in found]


NAME = "Lò Thị Hoa Ban"


@pytest.mark.parametrize(
    ("foot", "office", "prefix"),
    [
        (f"TM. ỦY BAN NHÂN DÂN\nCHỦ TỊCH\n\n{NAME}", "CHỦ TỊCH", "TM."),
        (f"TM. ỦY BAN NHÂN DÂN\nKT. CHỦ TỊCH\nPHÓ CHỦ TỊCH\n\n{NAME}", "PHÓ CHỦ TỊCH", "KT."),
        (f"KT. CHỦ TỊCH\nPHÓ CHỦ TỊCH\n(đã ký)\n{NAME}", "PHÓ CHỦ TỊCH", "KT."),
        (f"KT. CHỦ TỊCH\nPHÓ CHỦ TỊCH\n\n(Đã ký)\n\n{NAME}", "PHÓ CHỦ TỊCH", "KT."),
        (f"**KT. CHỦ TỊCH**\n\n**PHÓ CHỦ TỊCH**\n\n**{NAME}**", "PHÓ CHỦ TỊCH", "KT."),
        (f"T/M BAN THƯỜNG VỤ\nPHÓ BÍ THƯ\n\n{NAME}", "PHÓ BÍ THƯ", "T/M"),
        (f"TL. CHỦ TỊCH\nCHÁNH VĂN PHÒNG\n\n{NAME}", "CHÁNH VĂN PHÒNG", "TL."),
        (f"GIÁM ĐỐC\n\n{NAME}", "GIÁM ĐỐC", None),
        (f"KT. GIÁM ĐỐC\nPHÓ GIÁM ĐỐC {NAME}", "PHÓ GIÁM ĐỐC", "KT."),
        (f"KT. GIÁM ĐỐC\nPHÓ GIÁM ĐỐC\n\nBS. {NAME}", "PHÓ GIÁM ĐỐC", "KT."),
        (f"KT. GIÁM ĐỐC\nPHÓ GIÁM ĐỐC\n\nĐại tá {NAME}", "PHÓ GIÁM ĐỐC", "KT."),
        (f"TRƯỞNG BAN\nPHÓ CHỦ TỊCH UBND TỈNH\n\n{NAME}", "PHÓ CHỦ TỊCH UBND TỈNH", None),
        (
            f"Nơi nhận: | TM. ỦY BAN NHÂN DÂN\n- Như trên; | CHỦ TỊCH\n- Lưu: VT. | {NAME}",
            "CHỦ TỊCH",
            "TM.",
        ),
    ],
)
def test_who_signed(foot, office, prefix):
    assert signed(foot) == [(NAME, office, prefix)]


def test_a_name_above_its_signature_with_the_office_lost():
    assert signed(f"{NAME}\n(Đã ký)") == [(NAME, None, None)]


def test_a_signature_repeated_counts_once():
    foot = f"KT. CHỦ TỊCH\nPHÓ CHỦ TỊCH\n\n{NAME}"
    assert signed(f"{foot}\n\nPHỤ LỤC\n\nDanh sách các xã.\n\n{foot}") == [(NAME, "PHÓ CHỦ TỊCH", "KT.")]


def test_two_people_sign_a_joint_plan():
    foot = f"GIÁM ĐỐC\n\n{NAME}\n\nCHỦ TỊCH\n\nGiàng A Phử"
    assert [name for name, _, _ in signed(foot)] == [NAME, "Giàng A Phử"]


@pytest.mark.parametrize(
    "foot",
    [
        "Nơi nhận:\n- Như trên;\n- Lưu: VT.",
        "TM. ỦY BAN NHÂN DÂN\nCHỦ TỊCH",
        "Chủ tịch UBND tỉnh giao Sở Y tế theo dõi.",
        "Phó Chủ tịch Lò Thị Hoa Ban dự họp.",
    ],
)
def test_nobody_signed(foot):
    assert signed(foot) == []


def test_the_signer_of_the_text_goes_with_the_portals():
    text = plan("Số hiệu: 18/KH-UBND", f"TM. ỦY BAN NHÂN DÂN\nCHỦ TỊCH\n\n{NAME}")
    text = f"Người ký: {NAME}\nLoại văn bản: Kế hoạch\n\n{text}"
    found = document(text).signers
    assert [(s.name, s.office) for s in found] == [(NAME, "CHỦ TỊCH")]
    assert text[slice(*found[0].span)] == NAME


def received(foot: str) -> tuple[str, ...]:
    return document(plan("Sở Y tế theo dõi, đôn đốc các xã thực hiện.", foot)).recipients


@pytest.mark.parametrize(
    ("foot", "expected"),
    [
        (
            "Nơi nhận:\n- Bộ Y tế;\n- TT Tỉnh ủy, HĐND tỉnh;\n- Như Kính gửi;\n- Lưu: VT, VX.",
            ("Bộ Y tế", "TT Tỉnh ủy, HĐND tỉnh", "Như Kính gửi"),
        ),
        ("**Nơi nhận:**\n\n- Bộ Y tế (để b/c);\n\n- Như trên;", ("Bộ Y tế", "Như trên")),
        ("Nơi nhận: - Bộ Y tế; - Như trên; - Lưu VT.", ("Bộ Y tế", "Như trên")),
        (
            (
                "Nơi nhận:\n- Các sở, ban, ngành,\nđoàn thể tỉnh;\n- Lưu: VT.\n"
                "TM. ỦY BAN NHÂN DÂN\nCHỦ TỊCH\n\nLò Thị Hoa Ban"
            ),
            ("Các sở, ban, ngành, đoàn thể tỉnh",),
        ),
        ("Hết.", ()),
    ],
)
def test_recipients(foot, expected):
    assert received(foot) == expected
