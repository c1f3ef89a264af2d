"""Roles of this room, and what its doors add to roles of the ground."""

from phoihop.base.org.roles import OWN
from phoihop.base.org.rules.permissions import Grant, Reach, Role
from phoihop.kernel.refusals import Bilingual

# A room gives these to whoever treats people: they make a role one of care.
CARE = (
    Grant("release.case_open_emergency", Reach.ALL),
    Grant("release.case_read_emergency", Reach.SELF),
    Grant("release.see_own_emergencies", Reach.SELF),
    Grant("release.case_see_told", Reach.FACILITY),
)

DECLARED = (
    Role(
        "emergency-carer",
        Bilingual("Bác sĩ trực cấp cứu", "Doctor on emergency duty"),
        Bilingual(
            "Mở được một hồ sơ của cơ sở khác trong 30 phút khi cấp cứu; mọi lần mở đều được xét lại.",
            "May open one file of another facility for half an hour in an emergency; "
            "each opening is told and reviewed.",
        ),
        (*OWN, *CARE),
        sensitive=True,
    ),
    Role(
        "exporter",
        Bilingual("Cán bộ xuất dữ liệu", "Data exporter"),
        Bilingual(
            "Đề nghị xuất danh sách mà vai trò khác của mình đã được xem. "
            "Danh sách có tên người cần người thứ hai duyệt.",
            "Asks for exports of what another role of theirs may see; lists of people need a second person.",
        ),
        (
            *OWN,
            Grant("release.ask_export", Reach.AGENCY),
            Grant("release.see_own_exports", Reach.SELF),
            Grant("release.change_own_exports", Reach.SELF),
            Grant("release.take_own_export", Reach.SELF),
            Grant("release.fetch_own_copy", Reach.SELF),
        ),
        sensitive=True,
    ),
    Role(
        "requester",
        Bilingual("Cán bộ gửi yêu cầu cung cấp thông tin", "Requester of information"),
        Bilingual(
            "Gửi yêu cầu có số, có căn cứ pháp lý, tới một cơ sở; nhận câu trả lời có hoặc không. "
            "Không có danh sách, không tìm kiếm.",
            "Submits a numbered request with its legal basis; is told yes or no. Has no list and no search.",
        ),
        (
            *OWN,
            Grant("release.file_request", Reach.ALL),
            Grant("release.see_own_requests", Reach.SELF),
            Grant("release.fetch_own_answer", Reach.SELF),
        ),
        sensitive=True,
    ),
    Role(
        "answerer",
        Bilingual("Cán bộ trả lời yêu cầu cung cấp thông tin", "Answerer of requests"),
        Bilingual(
            "Nhận yêu cầu của cơ quan ngoài gửi tới cơ sở mình và soạn câu trả lời có hoặc không; "
            "người thứ hai duyệt.",
            "Receives requests of outside bodies to their own facility and drafts a yes or no; "
            "a second person approves it.",
        ),
        (
            *OWN,
            Grant("release.file_request", Reach.AGENCY),
            Grant("release.see_requests", Reach.AGENCY),
            Grant("release.case_answer_request", Reach.AGENCY),
            Grant("release.decline_request", Reach.AGENCY),
        ),
        sensitive=True,
    ),
    Role(
        "publisher",
        Bilingual("Cán bộ công bố văn bản", "Publisher"),
        Bilingual(
            "Đưa văn bản, số liệu ra để phát hành sau khi máy quét và người thứ hai duyệt.",
            "Releases documents and figures, once the scanner and a second person have passed them.",
        ),
        (
            *OWN,
            Grant("release.draft_document", Reach.AGENCY),
            Grant("release.scan_document", Reach.AGENCY),
            Grant("release.propose_document", Reach.AGENCY),
            Grant("release.withdraw_document", Reach.AGENCY),
            Grant("release.see_documents", Reach.AGENCY),
            Grant("release.fetch_document", Reach.AGENCY),
        ),
    ),
)

# What this room's doors add to roles that stand below it.
ADDED = {
    "head": (
        Grant("release.see_emergencies", Reach.AGENCY),
        Grant("release.review_emergency", Reach.AGENCY),
        Grant("release.see_documents", Reach.AGENCY),
        Grant("release.fetch_document", Reach.AGENCY),
        Grant("release.withdraw_document", Reach.AGENCY),
    ),
    "data-protection": (
        Grant("release.see_overdue_emergencies", Reach.ALL),
        Grant("release.review_overdue_emergency", Reach.ALL),
    ),
}

FOR_EVERYBODY = (
    Grant("release.see_released", Reach.ALL),
    Grant("release.fetch_released", Reach.ALL),
)
