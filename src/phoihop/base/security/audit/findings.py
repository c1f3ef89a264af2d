"""What a check of the audit found, in words."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from phoihop.kernel.refusals import Bilingual


class What(StrEnum):
    """What is wrong, or worth knowing."""

    ROW_CHANGED = "row-changed"
    ROW_REMOVED = "row-removed"
    ROW_ADDED = "row-added"
    ROW_OUTSIDE = "row-outside"
    ROW_UNSEALED = "row-unsealed"
    SEAL_MISSING = "seal-missing"
    SEAL_CHANGED = "seal-changed"
    SEAL_ORDER = "seal-order"
    SEAL_ROOT = "seal-root"
    SEAL_LOST = "seal-lost"
    WITNESS_DIFFERS = "witness-differs"
    WITNESS_LACKS = "witness-lacks"
    WITNESS_LINE = "witness-line"
    WITNESS_GONE = "witness-gone"
    WITNESS_NONE = "witness-none"
    WITNESS_TORN = "witness-torn"
    RESTORED = "restored"
    IDLE = "idle"


# Worth knowing, and no sign of tampering by itself.
NOTES = frozenset({What.WITNESS_NONE, What.WITNESS_TORN, What.RESTORED, What.IDLE})

_WORDS = {
    What.ROW_CHANGED: (
        "Niêm phong {seal}: dòng {row} đã bị sửa.",
        "Seal {seal}: row {row} was changed.",
    ),
    What.ROW_REMOVED: (
        "Niêm phong {seal}: dòng {row} đã bị xóa.",
        "Seal {seal}: row {row} was removed.",
    ),
    What.ROW_ADDED: (
        "Niêm phong {seal}: dòng {row} bị chèn vào sau khi niêm phong.",
        "Seal {seal}: row {row} was added after sealing.",
    ),
    What.ROW_OUTSIDE: (
        "Dòng {row} không thuộc niêm phong nào.",
        "Row {row} belongs to no seal.",
    ),
    What.ROW_UNSEALED: (
        "Từ dòng {row}: {count} dòng quá hạn mà chưa được niêm phong.",
        "From row {row} on: {count} rows are overdue for sealing.",
    ),
    What.SEAL_MISSING: (
        "Niêm phong {seal} không còn; thiếu {count} niêm phong liền nhau.",
        "Seal {seal} is gone; {count} seals in a row are missing.",
    ),
    What.SEAL_CHANGED: (
        "Niêm phong {seal} đã bị sửa: chữ ký không khớp.",
        "Seal {seal} was changed: its signature does not fit.",
    ),
    What.SEAL_ORDER: (
        "Niêm phong {seal} không nối tiếp niêm phong trước.",
        "Seal {seal} does not follow the one before it.",
    ),
    What.SEAL_ROOT: (
        "Niêm phong {seal}: nội dung không khớp, không xác định được dòng nào.",
        "Seal {seal}: its rows do not fit it; which one cannot be told.",
    ),
    What.SEAL_LOST: (
        "Từ niêm phong {seal}: {count} niêm phong chỉ còn ở tệp chứng kiến: dữ liệu bị cắt hoặc lùi lại.",
        "From seal {seal} on: {count} seals are known to the witness alone; the end was cut off or set back.",
    ),
    What.WITNESS_DIFFERS: (
        "Niêm phong {seal} có chữ ký đúng nhưng khác tệp chứng kiến: đã bị ký lại.",
        "Seal {seal} is well signed but not the one that the witness saw: it was signed again.",
    ),
    What.WITNESS_LACKS: (
        "Tệp chứng kiến không có niêm phong {seal}.",
        "The witness does not have seal {seal}.",
    ),
    What.WITNESS_LINE: (
        "Tệp chứng kiến, dòng {line}: không phải niêm phong hợp lệ nối tiếp dòng trước.",
        "Witness, line {line}: no valid seal that follows the line before.",
    ),
    What.WITNESS_GONE: (
        "Không đọc được tệp chứng kiến.",
        "The witness cannot be read.",
    ),
    What.WITNESS_NONE: (
        "Không đối chiếu với tệp chứng kiến: nếu phần cuối bị cắt, lần kiểm tra này không thấy.",
        "Not compared with a witness: a cut-off end would not show.",
    ),
    What.WITNESS_TORN: (
        "Tệp chứng kiến, dòng {line}: ghi dở vì mất điện hoặc hết đĩa; không phải dấu hiệu can thiệp.",
        "Witness, line {line}: torn by a power cut or a full disk; no sign of tampering.",
    ),
    What.RESTORED: (
        "Từ niêm phong {seal}: {count} niêm phong bị bỏ do khôi phục bản sao lưu, có kỳ máy chủ mới.",
        "From seal {seal} on: {count} seals were given up by a restore, which a new server epoch declares.",
    ),
    What.IDLE: (
        "Niêm phong mới nhất đã quá một giờ: bộ niêm phong có thể không chạy.",
        "The newest seal is more than an hour old: the sealer may not be running.",
    ),
}


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing found: the seal's number, the row's id or the witness's line, where they are known."""

    what: What
    seal: int | None = None
    row: int | None = None
    line: int | None = None
    count: int = 1

    @property
    def grave(self) -> bool:
        """Whether it may be tampering."""
        return self.what not in NOTES

    @property
    def words(self) -> Bilingual:
        vi, en = _WORDS[self.what]
        known = {"seal": self.seal, "row": self.row, "line": self.line, "count": self.count}
        return Bilingual(vi.format(**known), en.format(**known))


@dataclass(frozen=True, slots=True)
class Report:
    """A finished check. ``findings`` come in the order of the chain; of grave ones only the first 200 are
    kept, while ``faults`` counts all. ``waiting`` rows are not due for sealing yet."""

    rows: int
    seals: int
    waiting: int
    newest: datetime | None
    findings: tuple[Finding, ...]
    faults: int
    seconds: float

    @property
    def ok(self) -> bool:
        """Whether nothing grave was found."""
        return self.faults == 0

    @property
    def first_seal(self) -> int | None:
        """The number of the first bad seal."""
        return next((f.seal for f in self.findings if f.grave and f.seal is not None), None)

    @property
    def first_row(self) -> int | None:
        """The id of the first bad row."""
        return next((f.row for f in self.findings if f.grave and f.row is not None), None)

    def lines(self) -> Iterator[Bilingual]:
        """The report for a person to read, line by line."""
        yield Bilingual(
            f"Đã kiểm tra {self.rows} dòng trong {self.seals} niêm phong, {self.seconds:.1f} giây; "
            f"{self.waiting} dòng đang chờ niêm phong.",
            f"Checked {self.rows} rows in {self.seals} seals, {self.seconds:.1f} seconds; "
            f"{self.waiting} rows wait for their seal.",
        )
        for finding in self.findings:
            yield finding.words
        kept = sum(f.grave for f in self.findings)
        if self.faults > kept:
            more = self.faults - kept
            yield Bilingual(f"… và {more} điều nữa.", f"… and {more} more.")
        if self.ok:
            yield Bilingual("Nhật ký nguyên vẹn.", "The audit is intact.")
        else:
            yield Bilingual(
                "NHẬT KÝ KHÔNG NGUYÊN VẸN. Giữ nguyên hiện trạng, báo người phụ trách bảo vệ dữ liệu.",
                "THE AUDIT IS NOT INTACT. Leave everything as it is and tell the data protection officer.",
            )
