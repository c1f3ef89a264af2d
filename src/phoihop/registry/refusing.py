"""What this room refuses, in words that name no programme, no facility and nobody."""

from phoihop.kernel.refusals import Refusal

_WORDS = {
    "nameless": (
        "Hãy ghi họ tên, hoặc tên thường gọi nếu người này không nêu họ tên.",
        "Give a name, or what the person is called where they give none.",
    ),
    "identity-not-kept": (
        "Chương trình này không lưu số giấy tờ tùy thân. Hãy để trống.",
        "This programme keeps no identity numbers. Leave them empty.",
    ),
    "not-offered": (
        "Cơ sở này không thực hiện chương trình trong ngày đó.",
        "This facility does not offer the programme on that day.",
    ),
    "merged": (
        "Hồ sơ này đã gộp vào hồ sơ khác của cùng một người. Hãy dùng hồ sơ kia.",
        "This file was merged into another one of the same person. Use that one.",
    ),
    "consent-missing": (
        "Chưa có văn bản đồng ý còn hiệu lực vào ngày tiếp nhận. Hãy ghi đồng ý trước.",
        "There is no consent in force on the day of admission. Record the consent first.",
    ),
    "consent-nobody": (
        "Theo quy định vào ngày đó, người ở tuổi này chưa thể được tiếp nhận.",
        "By the law of that day nobody of this age can be admitted.",
    ),
    "representative-missing": (
        "Theo quy định vào ngày đó cần người đại diện hợp pháp đồng ý. Hãy ghi tên và quan hệ.",
        "By the law of that day a legal representative has to consent. Give their name and relation.",
    ),
    "enrolled-already": (
        "Người này đang được phục vụ trong thời gian đó rồi.",
        "This person is being served already in that time.",
    ),
    "transfer-needed": (
        (
            "Chưa tiếp nhận được: giấy tờ trùng với một hồ sơ đang được phục vụ ở cơ sở khác của chương trình. "
            "Hãy hỏi người này và làm thủ tục chuyển, hoặc xem trang hồ sơ nghi trùng."
        ),
        (
            "Not admitted yet: the papers are those of a file being served at another facility of the programme. "
            "Ask the person and arrange a transfer, or see the page of files that may be one person's."
        ),
    ),
    "not-enrolled": (
        "Người này không được phục vụ tại đây vào ngày đó.",
        "This person is not being served here on that day.",
    ),
    "days-wrong": ("Ngày này không hợp với các ngày đã ghi.", "This day does not fit the days on record."),
    "no-such-ending": ("Hãy chọn lý do kết thúc.", "Choose why it ends."),
    "reason-missing": (
        "Hãy ghi lý do, ít nhất vài từ; không ghi thông tin của người khác.",
        "Give a reason of a few words; nothing about anybody else.",
    ),
    "consent-form": ("Hãy ghi văn bản và hình thức đồng ý.", "Say which text was agreed to, and how."),
    "consent-withdrawn": ("Đồng ý này đã được rút.", "This consent was withdrawn already."),
    "not-consented": (
        "Chỉ giới thiệu khi người này đồng ý.",
        "A person is referred only when they agree to it.",
    ),
    "same-place": ("Hãy chọn một cơ sở khác.", "Choose another facility."),
    "paper-incomplete": (
        "Giấy chuyển còn thiếu mục bắt buộc.",
        "The paper of the sending facility lacks a required line.",
    ),
    "asked-already": (
        "Đã có một đề nghị chuyển đang chờ trả lời.",
        "A transfer is waiting for an answer already.",
    ),
    "answered-already": (
        "Thư này đã được trả lời, đã rút hoặc quá hạn.",
        "This letter has been answered, was withdrawn, or is too old.",
    ),
    "erased-there": (
        "Không gửi được: nơi nhận không còn được lưu thông tin của người này.",
        "It cannot be sent: the receiving facility may no longer keep anything of this person.",
    ),
    "decided-already": ("Việc này đã được quyết định.", "This has been decided already."),
    "which-file": ("Hãy chọn hồ sơ giữ lại.", "Choose which of the two files goes on."),
    "both-served": (
        (
            "Cả hai hồ sơ đang được phục vụ cùng lúc. Hãy giữ hồ sơ đang được phục vụ, "
            "hoặc kết thúc một bên trước."
        ),
        "Both files are being served at the same time. Keep the one being served, or end one of them first.",
    ),
    "later-merge": (
        "Sau lần gộp này đã có lần gộp khác. Hãy tách lần sau trước.",
        "Another merge came after this one. Undo the later one first.",
    ),
}


def refuse(reason: str) -> Refusal:
    """A refusal of this room. KeyError: there is none of this name."""
    vi, en = _WORDS[reason]
    return Refusal(reason, vi, en)


def reason_of(text: str) -> str:
    """A reason as it is kept. Refusal("reason-missing") for less than a few words."""
    said = " ".join(text.split())
    if len(said) < 5:
        raise refuse("reason-missing")
    return said
