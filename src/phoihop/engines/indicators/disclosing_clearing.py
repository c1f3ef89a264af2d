"""From a table that was worked out to one that everybody may read: internal, cleared, public.

Two persons who did not make a release check it before it leaves the house (shared design, after OpenSAFELY's
two checkers of each output). What is public is so for good: it was copied the moment it was out.
"""

from collections.abc import Collection
from dataclasses import dataclass, replace
from enum import StrEnum

from phoihop.kernel.refusals import Bilingual, Refusal

CHECKERS = 2


class Standing(StrEnum):
    """How far a release has come."""

    INTERNAL = "internal"
    CLEARED = "cleared"
    PUBLIC = "public"


class Reader(StrEnum):
    """Who wants to read a release; what is shown to each is what ``disclosing.control`` left."""

    HOUSE = "house"  # who works where it was made
    OFFICE = "office"  # who holds an office in any agency of the programme
    ANYBODY = "anybody"


class Right(StrEnum):
    CHECK = "check"
    PUBLISH = "publish"


class Act(StrEnum):
    """What is done to a release."""

    CHECK = "check"
    REOPEN = "reopen"  # takes a clearance back, as a fault was found
    PUBLISH = "publish"


NEEDS = {Act.CHECK: Right.CHECK, Act.REOPEN: Right.CHECK, Act.PUBLISH: Right.PUBLISH}
FROM = {Act.CHECK: Standing.INTERNAL, Act.REOPEN: Standing.CLEARED, Act.PUBLISH: Standing.CLEARED}
READERS = {
    Standing.INTERNAL: frozenset({Reader.HOUSE}),
    Standing.CLEARED: frozenset({Reader.HOUSE, Reader.OFFICE}),
    Standing.PUBLIC: frozenset(Reader),
}
NAMES = {
    Standing.INTERNAL: Bilingual("Nội bộ", "Internal"),
    Standing.CLEARED: Bilingual("Đã duyệt", "Cleared"),
    Standing.PUBLIC: Bilingual("Công khai", "Public"),
}


@dataclass(frozen=True, slots=True)
class Clearing:
    """Where a release stands. Persons are named by their identifiers; who checked, in order."""

    made_by: str
    standing: Standing = Standing.INTERNAL
    checked_by: tuple[str, ...] = ()
    published_by: str | None = None


def done(clearing: Clearing, act: Act, by: str, rights: Collection[Right]) -> Clearing:
    """A release after somebody with some rights did something to it. Refusal: "right", "standing", "own",
    "twice"."""
    if NEEDS[act] not in rights:
        raise Refusal("right", "Anh/chị không có quyền làm việc này.", "You have no right to do this.")
    if clearing.standing is not FROM[act]:
        now, wanted = NAMES[clearing.standing], NAMES[FROM[act]]
        raise Refusal(
            "standing",
            f"Số liệu đang ở trạng thái “{now.vi}”; việc này chỉ làm được khi “{wanted.vi}”.",
            f"The figures are “{now.en}”; this can be done only while they are “{wanted.en}”.",
        )
    if act is Act.PUBLISH:
        return replace(clearing, standing=Standing.PUBLIC, published_by=by)
    if act is Act.REOPEN:
        return replace(clearing, standing=Standing.INTERNAL, checked_by=())
    if by == clearing.made_by:
        raise Refusal(
            "own",
            "Người lập số liệu không tự kiểm tra; cần người khác.",
            "Who made the figures does not check them; somebody else has to.",
        )
    if by in clearing.checked_by:
        raise Refusal(
            "twice",
            f"Anh/chị đã kiểm tra rồi; cần đủ {CHECKERS} người khác nhau.",
            f"You have checked already; it takes {CHECKERS} different persons.",
        )
    checked = (*clearing.checked_by, by)
    standing = Standing.CLEARED if len(checked) >= CHECKERS else Standing.INTERNAL
    return replace(clearing, standing=standing, checked_by=checked)


def readable(clearing: Clearing, reader: Reader) -> bool:
    """Whether somebody may read a release as it stands."""
    return reader in READERS[clearing.standing]
