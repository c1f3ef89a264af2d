"""Erasing a person's file for ever takes two people: who answers for data protection asks, the head of the
agency whose facility keeps the file decides.

The proposal names the file by a number that says nothing; of which programme it is stands nowhere in it.
"""

from typing import Any
from uuid import UUID

from phoihop.base.org import describing, proposals
from phoihop.base.org.describing import Described
from phoihop.base.org.doors import action
from phoihop.base.org.models import Facility, Proposal
from phoihop.base.org.rules.permissions import Viewer
from phoihop.base.security import erasing, scope
from phoihop.base.security.audit.entries import Kind
from phoihop.base.security.erasing import Erased
from phoihop.base.security.models.keys import DataKeyRow
from phoihop.base.security.scope import Scope
from phoihop.kernel.refusals import Bilingual, Refusal

ERASE = "org.erase_person"
_ALLOWED = Proposal.State.ALLOWED

# By what a file may be erased while the law of its programme would still keep it.
GROUNDS = {
    "luat-91.asked": Bilingual(
        "Người có dữ liệu yêu cầu xóa (Luật Bảo vệ dữ liệu cá nhân 91/2025/QH15)",
        "The person asked for it (Law on personal data protection 91/2025/QH15)",
    ),
    "luat-91.unlawful": Bilingual(
        "Dữ liệu đã được thu thập không đúng luật (Luật Bảo vệ dữ liệu cá nhân 91/2025/QH15)",
        "The data were not collected lawfully (Law on personal data protection 91/2025/QH15)",
    ),
    "court": Bilingual("Bản án, quyết định của tòa án", "A judgment or decision of a court"),
}


@action(
    "org.propose_erasure",
    "Đề nghị xóa vĩnh viễn một hồ sơ",
    "Propose to erase a file for ever",
    of="facility",
    kind=Kind.GRANT,
    step_up=True,
)
def propose_erasure(
    *, by: Viewer, facility: Facility, programme: str, person: UUID, ground: str, reason: str
) -> Proposal:
    """Ask for a person's file at a facility to be erased; its head is told. Nothing happens yet.

    ``person`` is the programme's pseudonym, ``ground`` a key of GROUNDS, ``reason`` a few words that name
    nobody. Refusal: "not-found", "ground-unknown", "reason-missing".
    """
    if ground not in GROUNDS:
        raise Refusal(
            "ground-unknown",
            "Không có căn cứ này. Hãy chọn một căn cứ trong danh sách.",
            "There is no such ground. Choose one of the list.",
        )
    with scope.acting(Scope("keys", by.account)):
        keys = DataKeyRow.objects.filter(programme=programme, facility=facility.pk, person=person)
        number = keys.order_by("number").values_list("pk", flat=True).first()
    if number is None:
        raise Refusal(
            "not-found",
            "Không có hồ sơ này, hoặc anh/chị không có quyền xem.",
            "There is no such record, or you may not see it.",
        )
    arguments = {"file": number, "facility": facility.pk, "ground": ground}
    return proposals.open_one(by, ERASE, arguments, reason=reason, agency=facility.agency_id)


@action(
    "org.allow_erasure",
    "Duyệt xóa vĩnh viễn một hồ sơ",
    "Allow a file to be erased for ever",
    of="proposal",
    kind=Kind.GRANT,
)
def allow_erasure(*, by: Viewer, proposal: Proposal) -> Erased:
    """Erase what a proposal names that this person has just allowed. Refusals as ``erasing.erase_person``.

    Another door than that of deciding: who protects data may decide proposals, and asks for this one.
    """
    given: dict[str, Any] = proposal.arguments
    if (proposal.action, proposal.state, proposal.decided_by_id) != (ERASE, _ALLOWED, by.account):
        raise RuntimeError("erasing follows from deciding a proposal")
    with scope.acting(Scope("keys", by.account)):
        key = DataKeyRow.objects.get(pk=given["file"], facility=given["facility"])
    return erasing.erase_person(
        key.programme, key.facility, key.person, ground=given["ground"], by=by.account
    )


def _run(proposal: Proposal, by: Viewer) -> Erased:
    return allow_erasure(by=by, proposal=proposal)


def _described(viewer: Viewer, proposal: Proposal) -> Described:
    given: dict[str, Any] = proposal.arguments
    facility, ground = Facility.objects.get(pk=given["facility"]), GROUNDS[given["ground"]]
    return Described(
        (
            Bilingual(
                f"Một hồ sơ tại {facility.name} bị xóa vĩnh viễn (số {given['file']}).",
                f"A file at {facility.name} is erased for ever (number {given['file']}).",
            ),
            Bilingual(f"Căn cứ: {ground.vi}.", f"Ground: {ground.en}."),
            Bilingual(
                "Không ai mở lại được, kể cả từ bản sao lưu. Ngày và số lượng mà luật bắt giữ vẫn được đếm.",
                "Nobody can open it again, not even from a backup. Dates and quantities that the law keeps "
                "are still counted.",
            ),
        )
    )


proposals.register(
    ERASE,
    proposals.Kind(
        Bilingual("Xóa vĩnh viễn một hồ sơ", "Erase a file for ever"), run=_run, decide="org.allow_erasure"
    ),
)
describing.add(ERASE, _described)
