"""Tables drawn on the pages of a .pdf, as the programs draw them that these files come from."""

import shutil
from itertools import pairwise

import pytest
from hypothesis import HealthCheck, event, given, settings
from hypothesis import strategies as st

from phoihop.engines.reading import extract
from phoihop.engines.reading.tests.intake import builders

HEAD = '#set text(font: "Libertinus Serif", lang: "vi", hyphenate: false)\n'


def lines(source: str) -> list[str]:
    text = extract(builders.pdf_file(HEAD + source), "a.pdf").text
    return [line for line in text.split("\n") if line.strip()]


WORK = """
    table.header[TT][Nhiệm vụ][Chủ trì][Thời gian],
    [1], [In #underline[tờ rơi] tuyên truyền về phòng, chống ma túy ở các xã vùng cao], [Sở Y tế], [Quý I],
    [2], [Mở lớp], [], [Quý II],
"""


@pytest.mark.parametrize("columns", ["(30pt, 1fr, 90pt, 70pt)", "(20pt, 70pt, 1fr, 1fr)"])
def test_a_row_is_a_line_of_cells(columns):
    assert lines(f"Trước bảng.\n#table(columns: {columns}, {WORK})\nSau bảng.") == [
        "Trước bảng.",
        "TT | Nhiệm vụ | Chủ trì | Thời gian",
        "1 | In tờ rơi tuyên truyền về phòng, chống ma túy ở các xã vùng cao | Sở Y tế | Quý I",
        "2 | Mở lớp |  | Quý II",
        "Sau bảng.",
    ]


def test_cells_that_join_rows_or_columns():
    assert lines(
        """#table(columns: (30pt, 1fr, 1fr),
        [1], [In tờ rơi], table.cell(rowspan: 2)[Sở Y tế, một cơ quan có tên gọi dài quá hai dòng của ô này],
        [2], [Mở lớp],
        table.cell(colspan: 3)[II. CÔNG AN TỈNH],
        [3], [Rà soát], [])"""
    ) == [
        "1 | In tờ rơi | Sở Y tế, một cơ quan có tên gọi dài quá hai dòng của ô này",
        "2 | Mở lớp |",
        "II. CÔNG AN TỈNH",
        "3 | Rà soát |",
    ]


def test_two_tables_keep_their_places():
    assert lines("Một.\n#table(columns: 3, [a], [b], [c])\nHai.\n#table(columns: 3, [d], [e], [f])\nBa.") == [
        "Một.",
        "a | b | c",
        "Hai.",
        "d | e | f",
        "Ba.",
    ]


@pytest.mark.parametrize(
    ("drawn", "said"),
    [
        ("#rect[Một khung]", ["Một khung"]),
        ("#table(columns: 1, [Một cột], [Hai dòng])", ["Một cột", "Hai dòng"]),
        ("#underline[Độc lập - Tự do - Hạnh phúc]", ["Độc lập - Tự do - Hạnh phúc"]),
        ("#table(columns: 3, stroke: none, [a], [b], [c])", ["a b c"]),
        (
            "#circle[Đúng]#line(length: 100%)" + "#line(length: 40pt, angle: 90deg)" * 2,
            ["Đúng"],
        ),
    ],
    ids=["frame", "one column", "underlined", "no rules", "drawing"],
)
def test_what_is_no_table_stays_as_it_reads(drawn, said):
    assert lines(drawn) == said


def test_a_letterhead_with_borders_reads_block_after_block():
    found = lines(
        """#table(columns: 2,
        [ỦY BAN NHÂN DÂN \\ TỈNH PHÌN SƠN],
        [CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM \\ Độc lập - Tự do - Hạnh phúc])"""
    )
    assert found == [
        "ỦY BAN NHÂN DÂN",
        "TỈNH PHÌN SƠN",
        "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM",
        "Độc lập - Tự do - Hạnh phúc",
    ]


def test_a_table_over_many_pages():
    rows = "".join(f"[{n}], [Nhiệm vụ thứ {n} trong năm], [Sở Y tế], [Sở Nội vụ]," for n in range(1, 151))
    source = f'#set page(numbering: "1")\n#table(columns: (30pt, 1fr, 80pt, 80pt), {rows})'
    found = extract(builders.pdf_file(HEAD + source), "a.pdf")
    assert found.pages is not None
    assert found.pages > 3
    assert [line for line in found.text.split("\n") if line.strip()] == [
        f"{n} | Nhiệm vụ thứ {n} trong năm | Sở Y tế | Sở Nội vụ" for n in range(1, 151)
    ]


ROWS = builders.Content(
    ("Trước bảng",),
    (("TT", "Nhiệm vụ", "Chủ trì"), ("1", "In tờ rơi", "Sở Y tế"), ("2", "Mở lớp", "Sở Nội vụ")),
)
SAID = ["Trước bảng", "TT | Nhiệm vụ | Chủ trì", "1 | In tờ rơi | Sở Y tế", "2 | Mở lớp | Sở Nội vụ"]


@builders.needs_soffice
def test_a_table_that_an_office_suite_prints():
    data = builders.converted(builders.docx_file(ROWS), "docx", "pdf")
    assert [line for line in extract(data, "a.pdf").text.split("\n") if line.strip()] == SAID


CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")


@pytest.mark.skipif(
    CHROMIUM is None, reason="NO CHROMIUM: no page was printed. Install the package chromium."
)
@pytest.mark.parametrize("borders", ["collapse", "separate"])
def test_a_table_that_a_browser_prints(borders):
    from playwright.sync_api import sync_playwright

    cells = "".join("<tr>" + "".join(f"<td>{cell}" for cell in row) for row in ROWS.rows)
    page = (
        f'<p>Trước bảng<table border=1 style="border-collapse: {borders}; border-spacing: 0">{cells}</table>'
    )
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        sheet = browser.new_page()
        sheet.set_content(page)
        data = sheet.pdf()
        browser.close()
    assert [line for line in extract(data, "a.pdf").text.split("\n") if line.strip()] == SAID


@pytest.mark.parametrize(("columns", "read_as_table"), [(60, True), (61, False)])
def test_squared_paper_is_no_table(columns, read_as_table):
    source = f"#set page(width: 900pt)\n#table(columns: (12pt,) * {columns - 1}, ..([a],) * {columns - 1})"
    text = extract(builders.pdf_file(HEAD + source), "a.pdf").text
    assert ("|" in text) == read_as_table
    assert sum(c == "a" for c in text) == columns - 1


_EDGES = st.sets(st.integers(0, 12).map(lambda n: 30 * n), min_size=3, max_size=6).map(sorted)
_SKIPPED = st.sets(st.integers(0, 60), max_size=12)


@settings(max_examples=40, suppress_health_check=[HealthCheck.too_slow])
@given(across=_EDGES, down=_EDGES, skipped=_SKIPPED)
def test_no_drawing_costs_a_letter(across, down, skipped):
    """A grid with gaps over the text: what stands on the page is read, whatever is taken for a cell."""
    words = " ".join(f"Từ{n}" for n in range(200))
    rules = [(x, y0, y1 - y0, 90) for x in across for y0, y1 in pairwise(down)]
    rules += [(x0, y, x1 - x0, 0) for y in down for x0, x1 in pairwise(across)]
    drawn = "".join(
        f"#place(top + left, dx: {x}pt, dy: {y}pt, line(length: {length}pt, angle: {angle}deg))\n"
        for n, (x, y, length, angle) in enumerate(rules)
        if n not in skipped
    )
    text = extract(builders.pdf_file(HEAD + drawn + words), "a.pdf").text
    event(f"read as a table: {'|' in text}")
    assert sorted(text.replace("|", "").replace(" ", "").replace("\n", "")) == sorted(words.replace(" ", ""))
