"""Words the pages' scripts say, in the active language; the scripts themselves hold none."""

from django.conf import settings
from django.utils.translation import gettext as _

from phoihop.base.security.uploads.intake import READABLE
from phoihop.engines.ui.formats import number

# What the file chooser offers; the reader itself looks at the content, not at the name.
EXTENSIONS = (
    ".docx",
    ".doc",
    ".pdf",
    ".html",
    ".htm",
    ".txt",
    ".md",
    ".png",
    ".jpg",
    ".jpeg",
    ".tif",
    ".tiff",
)


def largest() -> int:
    """Bytes of a file that are taken: the operator may ask for fewer than the reader reads, not for more."""
    return min(int(settings.PHOIHOP_UPLOAD_BYTES), READABLE.largest)


def too_large() -> str:
    """What is said to whoever sends more."""
    return _("Tệp lớn hơn %(limit)s MB. Hãy tách tệp hoặc giảm chất lượng ảnh quét rồi thả lại.") % {
        "limit": number(largest() // 2**20)
    }


def for_script() -> dict[str, str | int]:
    """What both sides of a text say, and its search."""
    return {
        "hits": _("{place}/{count}"),
        "no_hits": _("Không thấy"),
        "said_shown": _("Đang hiện {count} mục"),
        "said_card": _("{card}. {place} trên {count}"),
    }


def for_sending() -> dict[str, str | int]:
    """Files on their way: the limit, and sentences with {placeholders}."""
    return {
        "limit": largest(),
        "sending": _("Đang chuyển lên máy chủ"),
        "too_large": too_large(),
        "failed": _("Không gửi được tệp: mất mạng hoặc máy chủ không trả lời. Hãy thử lại."),
        "signed_out": _("Phiên làm việc đã hết. Hãy đăng nhập lại rồi thử lại."),
        "retry": _("Thử lại"),
        "remove": _("Bỏ"),
        "cancel": _("Dừng"),
        "cancelled": _("Đã dừng"),
        "waiting": _("Chờ gửi"),
        "said_row": _("{name}: {state}"),
    }


def for_review() -> dict[str, str | int]:
    """Ruling on items: states, saving, others' words."""
    return {
        "progress": _("Đã kiểm {checked}/{total}"),
        "doubtful": _("{count} mục đáng ngờ"),
        "state_open": _("chưa kiểm"),
        "state_accepted": _("đã nhận"),
        "state_corrected": _("đã sửa"),
        "state_rejected": _("đã bỏ"),
        "state_added": _("thêm vào"),
        "sending": _("đang ghi…"),
        "sending_count": _("Đang ghi {count} mục…"),
        "saved": _("Đã ghi lúc {time}"),
        "offline": _(
            "Mất mạng: {count} mục chưa ghi được, đang giữ trên trang này; thử lại sau {seconds} giây."
        ),
        "signed_out": _("Phiên đã hết: {count} mục chưa ghi, đang giữ trên trang này. Hãy đăng nhập lại."),
        "closed": _("Văn bản này vừa được xác nhận hoặc rút; không ghi thêm được nữa."),
        "conflict": _("{who} vừa ghi trước: {theirs}. Anh/chị định ghi: {mine}."),
        "somebody": _("Người khác"),
        "keep_theirs": _("Giữ nội dung đã ghi"),
        "write_mine": _("Ghi theo ý tôi"),
        "changed_under": _("{who} vừa ghi mục này: {state}. Nếu anh/chị ghi, trang sẽ hỏi lại."),
        "leave_typed": _("Những gì đã gõ sẽ mất. Bấm Esc hoặc Thôi lần nữa để bỏ."),
        "said_other": _("{who}: {tag} {state}"),
        "said_pick": _("Đang chọn: {text}"),
        "said_added": _("Đã thêm {tag}. Phím e để sửa, u để bỏ."),
        "said_all_checked": _("Mọi mục đang hiện đã được kiểm. Phím c để xác nhận."),
    }


def keys() -> list[tuple[tuple[str, ...], str]]:
    """The keyboard's help: keys and what they do."""
    return [
        (("Enter",), _("nhận mục đang chọn, sang mục chưa kiểm kế tiếp")),
        (("j", "↓"), _("mục sau")),
        (("k", "↑"), _("mục trước")),
        (("e",), _("sửa; Ctrl+Enter để ghi, Esc để thôi")),
        (("x",), _("bỏ: máy đọc sai, không có mục này")),
        (("u",), _("hoàn tác")),
        (("a",), _("thêm mục sót: bôi chọn trước, hoặc chọn câu bằng ↑ ↓ (giữ Shift để nối câu), rồi 2 3 4")),
        (("o",), _("nhảy sang bên kia: từ mục tới câu văn, từ câu văn tới mục")),
        (("1", "2", "3", "4"), _("lọc: thể thức, chỉ tiêu, nhiệm vụ, viện dẫn; 0 hiện tất cả")),
        (("h",), _("chỉ hiện mục chưa kiểm")),
        (("d",), _("đưa mục đáng ngờ lên trước")),
        (("/",), _("tìm trong văn bản; Enter tới chỗ sau, Shift+Enter về chỗ trước")),
        (("c",), _("xác nhận")),
        (("?",), _("bảng phím này")),
    ]
