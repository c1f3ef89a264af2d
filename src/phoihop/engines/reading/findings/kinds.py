"""Every kind of finding, with its name and meaning in both languages.

The page and the reference documentation are built from ``KINDS``; a finding of a kind that is
not listed here cannot be made.
"""

from dataclasses import dataclass

from phoihop.engines.reading.model import Severity
from phoihop.kernel.refusals import Bilingual


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind's short name, its usual severity, and one sentence on what it means."""

    vi: str
    en: str
    severity: Severity
    meaning: Bilingual


def _kind(vi: str, en: str, severity: Severity, meaning_vi: str, meaning_en: str) -> Kind:
    return Kind(vi, en, severity, Bilingual(meaning_vi, meaning_en))


_SERIOUS, _WARNING, _NOTE = Severity.SERIOUS, Severity.WARNING, Severity.NOTE

KINDS: dict[str, Kind] = {
    "two-dates": _kind(
        "Một số, hai ngày",
        "One number, two dates",
        _SERIOUS,
        "Cùng một văn bản được ghi với nhiều ngày ban hành khác nhau.",
        "The same document is given with different dates of issue.",
    ),
    "two-numbers": _kind(
        "Hai số hiệu",
        "Two numbers",
        _SERIOUS,
        "Số hiệu ở bảng thuộc tính khác số hiệu ở phần đầu văn bản.",
        "The number in the properties block differs from the number in the letterhead.",
    ),
    "year-mismatch": _kind(
        "Năm không khớp",
        "Year does not match",
        _WARNING,
        "Năm trong số hiệu khác năm trong ngày ban hành.",
        "The year inside the number differs from the year of the date.",
    ),
    "date-mismatch": _kind(
        "Ngày khác danh mục",
        "Date differs from the register",
        _SERIOUS,
        "Ngày được ghi khác ngày của văn bản này trong danh mục đi kèm.",
        "The date given differs from this document's date in the register that comes with the program.",
    ),
    "issuer-mismatch": _kind(
        "Cơ quan ban hành khác danh mục",
        "Issuer differs from the register",
        _WARNING,
        "Cơ quan được ghi khác cơ quan ban hành trong danh mục đi kèm.",
        "The body named differs from the issuer in the register.",
    ),
    "cited-from-future": _kind(
        "Viện dẫn văn bản có ngày sau",
        "Cites a later document",
        _SERIOUS,
        "Văn bản viện dẫn một văn bản có ngày sau ngày của chính nó.",
        "The document cites a document dated after itself.",
    ),
    "impossible-date": _kind(
        "Ngày không có thật",
        "Date does not exist",
        _SERIOUS,
        "Ngày được ghi không có trong lịch, ví dụ 31/02.",
        "The date is not in the calendar, such as 31 February.",
    ),
    "number-without-year": _kind(
        "Số hiệu thiếu năm",
        "Number without its year",
        _WARNING,
        "Văn bản quy phạm pháp luật của trung ương phải có năm trong số hiệu.",
        "Central normative documents carry the year inside their number.",
    ),
    "malformed-number": _kind(
        "Số hiệu sai thể thức",
        "Malformed number",
        _WARNING,
        "Số hiệu viết sai mẫu: thiếu gạch nối, thừa gạch chéo, sai ký hiệu, có khoảng trống.",
        "The number breaks the pattern: hyphen lost, slash doubled, wrong symbol, blanks inside.",
    ),
    "unknown-document": _kind(
        "Chưa có trong danh mục",
        "Not in the register",
        _NOTE,
        "Văn bản trung ương chưa có trong danh mục đi kèm; không có nghĩa là văn bản không tồn tại.",
        "A central document that the register does not hold; this does not mean that it does not exist.",
    ),
    "repealed-document": _kind(
        "Văn bản đã hết hiệu lực",
        "Document no longer in force",
        _WARNING,
        "Văn bản được viện dẫn đã hết hiệu lực trước ngày ban hành.",
        "The cited document had already lost its effect when this one was issued.",
    ),
    "superseded-later": _kind(
        "Đã được thay thế sau đó",
        "Replaced since",
        _NOTE,
        "Văn bản được viện dẫn còn hiệu lực khi ban hành nhưng nay đã hết hiệu lực.",
        "The cited document was in force then and has since been replaced.",
    ),
    "arithmetic": _kind(
        "Số liệu không khớp",
        "Figures do not agree",
        _SERIOUS,
        "Số lượng, tỷ lệ và tổng số trong câu không thể cùng đúng.",
        "The count, the percentage and the total in the sentence cannot all be right.",
    ),
    "magnitude": _kind(
        "Đơn vị tiền không hợp lý",
        "Implausible sum",
        _WARNING,
        "Số tiền lớn đến mức đơn vị (tỷ, triệu) gần như chắc chắn ghi nhầm.",
        "A sum so large that its unit (billion, million) is almost certainly a mistake.",
    ),
    "hidden-base": _kind(
        "Tổng số ẩn",
        "Hidden base",
        _NOTE,
        "Số lượng và tỷ lệ chỉ khớp với một tổng số duy nhất mà văn bản không nêu.",
        "Count and percentage fit only one total, which the document does not state.",
    ),
    "meaning-slip": _kind(
        "Lỗi làm sai nghĩa",
        "Slip that changes the meaning",
        _SERIOUS,
        "Một chữ sai hoặc thiếu làm câu mang nghĩa khác hoặc ngược lại.",
        "One wrong or missing word makes the sentence say something else or the opposite.",
    ),
    "spelling": _kind(
        "Lỗi chính tả",
        "Spelling",
        _NOTE,
        "Lỗi gõ hoặc lỗi nhận dạng chữ, không làm sai nghĩa.",
        "Typing or recognition errors that leave the meaning intact.",
    ),
    "repeated-words": _kind(
        "Lặp từ",
        "Repeated words",
        _NOTE,
        "Một cụm từ được viết hai lần liền nhau.",
        "The same words stand twice in a row.",
    ),
    "page-number-inside-sentence": _kind(
        "Số trang lẫn trong câu",
        "Page number inside a sentence",
        _NOTE,
        "Số trang bị chèn vào giữa một từ khi chuyển đổi văn bản.",
        "A page number was pushed into the middle of a word when the file was converted.",
    ),
    "broken-reference": _kind(
        "Viện dẫn chưa hoàn chỉnh",
        "Unfinished reference",
        _NOTE,
        "Chỗ viện dẫn còn để trống số, hoặc liên kết bị hỏng.",
        "A reference still has a blank for its number, or its link is broken.",
    ),
    "task-without-lead": _kind(
        "Nhiệm vụ chưa rõ đơn vị chủ trì",
        "Task without a lead",
        _WARNING,
        "Nhiệm vụ có thời gian hoặc đơn vị phối hợp nhưng không nêu đơn vị chủ trì.",
        "A task with a period or supporting agencies names nobody who leads it.",
    ),
    "target-without-deadline": _kind(
        "Chỉ tiêu chưa có thời hạn",
        "Target without a deadline",
        _WARNING,
        "Chỉ tiêu không cho biết phải đạt vào năm nào.",
        "A target does not say by when it has to be reached.",
    ),
    "target-without-denominator": _kind(
        "Tỷ lệ chưa rõ tính trên tổng nào",
        "Percentage of what?",
        _NOTE,
        "Tỷ lệ phần trăm không nêu tính trên tổng số nào.",
        "A percentage does not say what it is a share of.",
    ),
    "conflicting-targets": _kind(
        "Chỉ tiêu mâu thuẫn",
        "Conflicting targets",
        _WARNING,
        "Cùng một chỉ tiêu được ghi với hai mức khác nhau.",
        "The same target is given with two different values.",
    ),
    "percent-over-100": _kind(
        "Tỷ lệ vượt 100 %",
        "Percentage above 100",
        _WARNING,
        "Một phần không thể lớn hơn toàn bộ.",
        "A part cannot be larger than the whole.",
    ),
    "deadline-before-issue": _kind(
        "Thời hạn trước ngày ban hành",
        "Deadline before the date of issue",
        _WARNING,
        "Thời hạn của chỉ tiêu đã qua khi văn bản được ban hành.",
        "The target's deadline had passed when the document was issued.",
    ),
    "missing-header": _kind(
        "Thiếu thông tin thể thức",
        "Header incomplete",
        _NOTE,
        "Không tìm thấy số, ngày, cơ quan ban hành hoặc người ký.",
        "The number, date, issuer or signer was not found.",
    ),
    "cut-off": _kind(
        "Văn bản bị cắt",
        "Text cut off",
        _NOTE,
        "Tệp kết thúc bằng dấu lược bỏ, phần sau không có.",
        "The file ends with an omission mark; the rest is missing.",
    ),
}
