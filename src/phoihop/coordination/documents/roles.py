"""Who does what with documents, and what everybody who works here may see of them."""

from phoihop.base.org.roles import OWN
from phoihop.base.org.rules.permissions import Grant, Reach, Role
from phoihop.kernel.refusals import Bilingual

# A confirmed document is for everybody; what is under review is not, which the queries themselves see to.
FOR_EVERYBODY = (
    Grant("documents.see_register", Reach.ALL),
    Grant("documents.see_document", Reach.ALL),
    Grant("documents.see_graph", Reach.ALL),
    Grant("documents.see_missing", Reach.ALL),
)

DECLARED = (
    Role(
        "planning-officer",
        Bilingual("Cán bộ kế hoạch", "Planning officer"),
        Bilingual(
            "Gửi văn bản, kiểm những gì chương trình đọc được, xác nhận thành kế hoạch và theo dõi kế hoạch.",
            "Sends documents in, checks what was read, confirms them into plans and looks after the plans.",
        ),
        (
            *OWN,
            Grant("documents.send", Reach.AGENCY),
            Grant("documents.cancel", Reach.AGENCY),
            Grant("documents.see_uploads", Reach.AGENCY),
            Grant("documents.see_review", Reach.AGENCY),
            Grant("documents.see_changes", Reach.AGENCY),
            Grant("documents.rule", Reach.AGENCY),
            Grant("documents.add", Reach.AGENCY),
            Grant("documents.accept_rest", Reach.AGENCY),
            Grant("documents.confirm", Reach.AGENCY),
            Grant("documents.withdraw", Reach.AGENCY),
        ),
    ),
    Role(
        "agency-officer",
        Bilingual("Cán bộ đầu mối", "Agency officer"),
        Bilingual(
            "Thay mặt cơ quan mình báo cáo việc được giao và nêu vướng mắc.",
            "Reports, for the agency, on the work given to it, and raises obstacles.",
        ),
        OWN,
    ),
    Role(
        "leader",
        Bilingual("Lãnh đạo", "Leader"),
        Bilingual(
            "Xem kế hoạch, tiến độ, và quyết định những việc được đưa lên.",
            "Sees plans and progress, and decides what is taken up to the leadership.",
        ),
        OWN,
    ),
)
