"""How treatment ends: by wish, for breach, by transfer, death or custody; and what of it may leave the house.

Nothing ends by itself. That somebody stopped coming is a finding about the facility's work (missed.py,
retention.py), never an ending, and nothing of it is told to anybody outside.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from phoihop.kernel.calendars import months_later
from phoihop.kernel.refusals import Bilingual
from phoihop.programmes.ost.rules.parameters import Decision, Rulebook, Weighing
from phoihop.programmes.ost.rules.phases import Phase
from phoihop.programmes.ost.rules.urine import Substance, UrineTest, positive_run


class Ending(StrEnum):
    WISH = "wish"
    BREACH = "breach"
    TRANSFER = "transfer"
    DEATH = "death"
    CUSTODY = "custody"


class Ground(StrEnum):
    """Grounds of an end for breach, as the decree until 14/12/2024 had them."""

    PROTOCOL = "protocol-breaches"
    OPIOIDS = "opioids-again"
    OTHER_DRUGS = "other-drugs"
    VIOLENCE = "violence"


@dataclass(frozen=True, slots=True)
class Record:
    """What people wrote down that may be a ground.

    ``breaches``: days of breaches of the protocol that a person recorded as such; missed doses are none.
    ``violence``: days of violence or an offence. ``maintained``: the day maintenance was reached.
    """

    breaches: tuple[date, ...] = ()
    tests: tuple[UrineTest, ...] = ()
    violence: tuple[date, ...] = ()
    maintained: date | None = None


@dataclass(frozen=True, slots=True)
class Grounds:
    """The grounds that stand on a day. None at all does not end a treatment, nor does any by itself."""

    found: tuple[Ground, ...]
    decision: Decision


def grounds(record: Record, on: date, book: Rulebook) -> Grounds:
    """Which grounds for an end for breach the rules of a day know and the record fulfils.

    Since 15/12/2024 no ground was read in the new decree: none stands until an installation adds the rows.
    """
    weighing = Weighing(book, on)
    found = []
    span = weighing.value("ending.breach_months")
    if span is not None:
        first = months_later(on, -int(span))
        if _enough(weighing, "ending.breach_times", sum(first < day <= on for day in record.breaches)):
            found.append(Ground.PROTOCOL)
    span = weighing.value("ending.opioid_months")
    if span is not None and record.maintained is not None:
        first = max(record.maintained, date.fromordinal(months_later(on, -int(span)).toordinal() + 1))
        run = positive_run(record.tests, Substance.OPIOIDS, first, on)
        if _enough(weighing, "ending.opioid_times", run):
            found.append(Ground.OPIOIDS)
    others = sum(
        any(test.positive(each) for each in Substance if each is not Substance.OPIOIDS)
        for test in record.tests
        if test.day <= on
    )
    if _enough(weighing, "ending.other_drug_times", others):
        found.append(Ground.OTHER_DRUGS)
    if _enough(weighing, "ending.violence_times", sum(day <= on for day in record.violence)):
        found.append(Ground.VIOLENCE)
    return Grounds(tuple(found), weighing.decision())


def _enough(weighing: Weighing, rule_id: str, number: int) -> bool:
    least = weighing.value(rule_id)
    return least is not None and number >= least


@dataclass(frozen=True, slots=True)
class TransferPaper:
    """What the sending facility writes for the receiving one. ``bottles``: take-home bottles in hand."""

    last_mg: Decimal | None
    last_day: date | None
    phase: Phase | None
    bottles: int | None


@dataclass(frozen=True, slots=True)
class Proposal:
    """An ending that a person proposes. ``by``: their account, never a job's.

    ``wish_signed``: the client asked for it in writing. ``bottles_out``: take-home bottles not returned.
    """

    ending: Ending
    day: date
    by: str
    wish_signed: bool = False
    record: Record = Record()
    chosen: frozenset[Ground] = frozenset()
    paper: TransferPaper | None = None
    bottles_out: int = 0


def judge(proposal: Proposal, book: Rulebook) -> Decision:
    """Whether treatment may end so, by the rules of the day it is to end on."""
    weighing = Weighing(book, proposal.day)
    if not proposal.by:
        weighing.refuse("ending-by-nobody", "Phải có người đề nghị.", "Somebody has to propose it.")
    more = Decision()
    if proposal.ending is Ending.WISH:
        rule = weighing.find("ending.on_wish")
        if not proposal.wish_signed:
            weighing.refuse(
                "ending-wish-unsigned",
                "Cần đơn của người bệnh.",
                "The client's own written wish is needed.",
                rule,
            )
    elif proposal.ending is Ending.BREACH:
        stand = grounds(proposal.record, proposal.day, book)
        more = stand.decision
        if not proposal.chosen or not proposal.chosen <= set(stand.found):
            weighing.refuse(
                "ending-without-ground",
                "Quy định của ngày này không có căn cứ cho việc kết thúc như vậy.",
                "The rules of that day give no ground for such an end.",
            )
    elif proposal.ending is Ending.TRANSFER:
        paper = proposal.paper
        rule = weighing.find("ending.transfer_paper")
        if paper is None or None in (paper.last_mg, paper.last_day, paper.phase, paper.bottles):
            weighing.refuse(
                "ending-transfer-paper",
                "Phiếu chuyển cần liều cuối, ngày uống cuối, giai đoạn và số chai mang về còn giữ.",
                "The paper needs the last dose, its day, the phase and the bottles in hand.",
                rule,
            )
    elif proposal.ending is Ending.CUSTODY:
        weighing.warn(
            "ending-custody-go-on",
            "Người bị giam giữ vẫn có thể được điều trị tiếp. Hãy liên hệ nơi giữ.",
            "Treatment may go on in custody. Speak to the place.",
            weighing.find("admission.in_custody_if_dependent_before"),
        )
    if proposal.bottles_out:
        weighing.warn(
            "ending-bottles-out",
            "Còn chai mang về chưa trả.",
            "Take-home bottles have not come back.",
        )
    return weighing.decision() + more


# The only words that may leave: that it ended, by wish or for breach, and the day. Nothing else does.
OUTWARD = {
    Ending.WISH: Bilingual("Chấm dứt điều trị theo nguyện vọng", "Ended voluntarily"),
    Ending.BREACH: Bilingual("Chấm dứt điều trị do vi phạm", "Ended for breach"),
}


@dataclass(frozen=True, slots=True)
class Outward:
    """A signed official paper that tells another body of an ending.

    ``ground``: the article that asks for it. ``client_told``: the day the client was told.
    """

    number: str
    ground: str
    signers: Collection[str]
    client_told: date | None


def may_tell(ending: Ending | None, paper: Outward | None, on: date, book: Rulebook) -> Decision:
    """Whether an ending may be told outside: only as a paper that two people signed on a legal ground, with
    the client told before. ``ending`` None: nothing ended, somebody only stopped coming; never."""
    weighing = Weighing(book, on)
    rule = weighing.find("ending.outward_by_hand")
    if ending is None or ending not in OUTWARD:
        weighing.refuse(
            "outward-nothing",
            "Việc này không được báo ra ngoài.",
            "This is not told to anybody outside.",
            rule,
        )
        return weighing.decision()
    if paper is None or not paper.number or not paper.ground:
        weighing.refuse(
            "outward-without-paper",
            "Chỉ báo bằng văn bản có số và căn cứ pháp luật.",
            "It is told only by a numbered paper with its legal ground.",
            rule,
        )
    if paper is None or len(set(paper.signers)) < 2:
        weighing.refuse(
            "outward-one-signer",
            "Cần hai người ký khác nhau.",
            "Two different people have to sign.",
            rule,
        )
    if paper is None or paper.client_told is None or paper.client_told > on:
        weighing.refuse(
            "outward-client-not-told",
            "Phải báo cho người bệnh trước.",
            "The client has to be told first.",
            rule,
        )
    return weighing.decision()
