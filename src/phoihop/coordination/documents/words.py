"""Words the page's script says, in the active language; the script itself holds none."""

from django.conf import settings
from django.utils.translation import gettext as _

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


def for_script() -> dict[str, str | int]:
    """Sentences with {placeholders}, and the limits they speak of."""
    return {
        "limit": settings.PHOIHOP_UPLOAD_BYTES,
        "sending": _("Đang chuyển vào bộ nhớ"),
        "too_large": _("Tệp lớn hơn %(limit)s MB. Hãy tách tệp hoặc giảm chất lượng ảnh quét rồi thả lại.")
        % {"limit": number(settings.PHOIHOP_UPLOAD_BYTES // 2**20)},
        "failed": _("Không gửi được tệp. Chương trình có thể đã dừng: hãy kiểm tra rồi thử lại."),
        "gone": _("Kết quả đã rời bộ nhớ. Hãy thả lại tệp."),
        "open": _("Mở"),
        "cancel": _("Dừng"),
        "retry": _("Thử lại"),
        "remove": _("Bỏ"),
        "cancelled": _("Đã dừng"),
        "said_done": _("Đã đọc xong {name}"),
        "said_refused": _("Không đọc được {name}: {message}"),
        "said_stage": _("{name}: {stage}"),
        "said_item": _("{label} {place} trên {count}"),
        "said_shown": _("Đang hiện {count} mục"),
        "hits": _("{place}/{count}"),
        "no_hits": _("Không thấy"),
    }


def keys() -> list[tuple[tuple[str, ...], str]]:
    """The keyboard's help: keys and what they do."""
    return [
        (("j", "k"), _("mục sau, mục trước")),
        (("Enter",), _("nhảy sang bên kia: từ mục tới câu văn, từ câu văn tới mục")),
        (("1", "2", "3", "4", "5"), _("lọc: phát hiện, thể thức, chỉ tiêu, nhiệm vụ, viện dẫn")),
        (("0",), _("hiện tất cả")),
        (("/",), _("tìm trong văn bản; Enter tới chỗ sau, Shift+Enter về chỗ trước")),
        (("o",), _("mục lục của văn bản")),
        (("u",), _("chọn tệp để đọc")),
        (("Esc",), _("bỏ chọn, đóng")),
        (("?",), _("bảng phím này")),
    ]
