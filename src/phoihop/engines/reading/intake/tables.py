"""How a table reads as lines: data rows with bars, layout tables cell after cell."""

import unicodedata

Cell = list[str]  # the cell's lines, stripped, none empty
Row = list[Cell]

# A table that holds one of these is only there to put two blocks of text side by side.
_STATE_MOTTO = (
    "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM",
    "CỘNG HOÀ XÃ HỘI CHỦ NGHĨA VIỆT NAM",
    "ĐẢNG CỘNG SẢN VIỆT NAM",
)
_LAYOUT_ROWS = 3


def is_layout(rows: list[Row], bordered: bool) -> bool:
    """Whether the table is a letterhead, a signature block or another frame without data.

    Such a table has at most two filled cells a row. Decree 30/2020/NĐ-CP sets issuing body
    beside national motto, and recipients beside signature; both are typed as such tables.
    """
    if any(sum(bool(cell) for cell in row) > 2 for row in rows):
        return False
    for row in rows:
        for line in (line for cell in row for line in cell[:3]):
            upper = unicodedata.normalize("NFC", line).upper()
            if upper.startswith(_STATE_MOTTO) or upper.startswith("NƠI NHẬN"):
                return True
    blocks = any(len(cell) > 1 for row in rows for cell in row)
    return not bordered and len(rows) <= _LAYOUT_ROWS and blocks


def row_text(row: Row, layout: bool) -> str:
    """The row as one line, "a | b | c"; in a layout table each cell's lines, a blank line between."""
    filled = [cell for cell in row if cell]
    if not filled:
        return ""
    if layout:
        return "\n\n".join("\n".join(cell) for cell in filled)
    if len(row) == 1:
        return "\n".join(row[0])
    return " | ".join(" ".join(cell) for cell in row)
