"""Medicine for several days to take home: who may have it, the bottles, what they cover, and what comes back.

Most criteria of the ministry's guide could not be read. They are rows nobody signed, and until the longest
span of days is signed nothing is handed out at all.
"""

import hashlib
import hmac
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum

from phoihop.kernel.calendars import months_later
from phoihop.kernel.quantities import format_number
from phoihop.kernel.refusals import Bilingual, Refusal
from phoihop.programmes.ost.rules import orders as ordering
from phoihop.programmes.ost.rules.amounts import Presentation
from phoihop.programmes.ost.rules.missed import Standing, missed_in
from phoihop.programmes.ost.rules.orders import Order
from phoihop.programmes.ost.rules.parameters import Decision, Found, Parameter, Rulebook, Weighing
from phoihop.programmes.ost.rules.phases import Phase
from phoihop.programmes.ost.rules.urine import Result, UrineTest

_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of a client who asks for it. ``maintained``: in maintenance without a break since.

    ``lost``: days on which one of their bottles was lost, or was missing at a recall. ``incidents``: open
    ones about them. ``commitment``: the day they signed it.
    """

    phase: Phase | None
    maintained: date | None
    standing: Standing
    tests: tuple[UrineTest, ...] = ()
    lost: tuple[date, ...] = ()
    incidents: int = 0
    commitment: date | None = None
    home_storage: bool = False


@dataclass(frozen=True, slots=True)
class Criterion:
    """One criterion. ``include``: it has to hold; otherwise it must not. ``passed``: it speaks for the
    client. ``counts``: False where nobody signed it."""

    code: str
    about: Bilingual
    include: bool
    passed: bool
    counts: bool
    rule: Parameter


@dataclass(frozen=True, slots=True)
class Eligibility:
    """Every criterion of the day, and the decision: eligible only if each that counts is passed."""

    criteria: tuple[Criterion, ...]
    decision: Decision


def eligibility(facts: Facts, on: date, book: Rulebook) -> Eligibility:
    """Whether a client may have medicine to take home on a day: all that must hold, none that must not."""
    weighing = Weighing(book, on)
    criteria: list[Criterion] = []

    def ask(rule: Found | None, code: str, vi: str, en: str, passed: bool, *, include: bool = True) -> None:
        if rule is None:
            return
        criteria.append(Criterion(code, Bilingual(vi, en), include, passed, rule.counts, rule.row))
        if not passed:
            weighing.refuse(f"takehome-{code}", vi, en, rule)

    def since(rule: Found | None) -> date:
        """The first day of the months that a rule looks back."""
        return months_later(on, -int(rule.value)) if rule is not None else on

    ask(weighing.find("takehome.commitment"), "commitment",
        "Đã ký cam kết.", "The commitment is signed.",
        facts.commitment is not None and facts.commitment <= on)  # fmt: skip
    ask(weighing.find("takehome.home_storage"), "home-storage",
        "Có chỗ cất khóa được, xa trẻ em.", "There is a place at home that locks, away from children.",
        facts.home_storage)  # fmt: skip
    ask(weighing.find("takehome.maintenance"), "maintenance",
        "Đang điều trị duy trì.", "In maintenance.", facts.phase is Phase.MAINTENANCE)  # fmt: skip
    rule = weighing.find("takehome.maintenance_months")
    ask(rule, "maintenance-months",
        "Đã duy trì đủ số tháng.", "In maintenance for enough months.",
        facts.maintained is not None and facts.maintained <= since(rule))  # fmt: skip
    rule = weighing.find("takehome.no_missed_months")
    ask(rule, "missed", "Có ngày bỏ liều gần đây.", "Days were missed lately.",
        missed_in(facts.standing, since(rule), on) == 0, include=False)  # fmt: skip
    rule = weighing.find("takehome.no_positive_months")
    first = since(rule)
    positive = any(
        Result.POSITIVE in test.results.values() for test in facts.tests if first <= test.day <= on
    )
    ask(rule, "positive", "Có xét nghiệm dương tính gần đây.", "A test was positive lately.",
        not positive, include=False)  # fmt: skip
    rule = weighing.find("takehome.no_lost_bottle_months")
    first = since(rule)
    ask(rule, "lost", "Có chai bị mất gần đây.", "A bottle was lost lately.",
        not any(first <= day <= on for day in facts.lost), include=False)  # fmt: skip
    ask(weighing.find("takehome.no_open_incident"), "incident",
        "Có sự cố chưa giải quyết.", "An incident is open.", facts.incidents == 0, include=False)  # fmt: skip
    return Eligibility(tuple(criteria), weighing.decision())


class Paper(StrEnum):
    """What a client carries with the bottles."""

    BOOK = "book"
    CARD = "card"
    PRESCRIPTION = "prescription"
    ID = "id"


@dataclass(frozen=True, slots=True)
class Collecting:
    """How a client comes for the bottles. ``container``: it locks, is not of glass, and holds them all."""

    in_person: bool
    container: bool
    papers: frozenset[Paper]


@dataclass(frozen=True, slots=True)
class Bottle:
    """One bottle (or packet of tablets) for one day. ``issue`` names the hand-out it belongs to."""

    serial: str
    issue: str
    number: int
    of: int
    take_on: date
    mg: Decimal
    quantity: Decimal


def may_hand_out(
    days: Sequence[date], collecting: Collecting, orders: Collection[Order], held: Collection[date],
    on: date, book: Rulebook,
) -> Decision:  # fmt: skip
    """Whether bottles for these days may be handed out today.

    ``held``: days for which the client had a dose or holds a bottle already.
    """
    weighing = Weighing(book, on)
    most = weighing.find("takehome.max_days")
    if most is None or not most.counts:
        weighing.refuse(
            "takehome-days-unsigned",
            "Số ngày tối đa chưa được bác sĩ phụ trách xác nhận nên chưa cấp thuốc mang về.",
            "The longest span is not signed off by the responsible doctor, so nothing is handed out yet.",
        )
    if most is not None and len(days) > most.value:
        weighing.refuse(
            "takehome-too-many",
            f"Cấp nhiều nhất {format_number(most.value)} ngày.",
            f"At most {format_number(most.value)} days are handed out.",
            most,
        )
    for rule_id, given, code, vi, en in (
        ("takehome.in_person", collecting.in_person, "takehome-in-person",
         "Người bệnh phải tự đến nhận.", "The client has to come in person."),
        ("takehome.locked_container", collecting.container, "takehome-container",
         "Cần túi hoặc hộp có khóa, không bằng thủy tinh, đựng đủ thuốc.",
         "A bag or box is needed that locks, is not of glass and holds everything."),
        ("takehome.papers", collecting.papers >= set(Paper), "takehome-papers",
         "Thiếu giấy tờ mang theo.", "Papers to carry are missing."),
    ):  # fmt: skip
        rule = weighing.find(rule_id)
        if rule is not None and not given:
            weighing.refuse(code, vi, en, rule)
    if not days or list(days) != sorted(set(days)) or days[0] <= on:
        weighing.refuse(
            "takehome-days",
            "Chọn các ngày sau hôm nay, mỗi ngày một lần.",
            "Choose days after today, each once.",
        )
    if any(ordering.due(orders, day) is None for day in days):
        weighing.refuse(
            "takehome-no-order",
            "Có ngày không có liều trong đơn.",
            "A day has no dose by an order.",
        )
    if set(days) & set(held):
        weighing.refuse(
            "takehome-held",
            "Có ngày đã uống hoặc đã có chai.",
            "For one of the days there was a dose or there is a bottle already.",
        )
    return weighing.decision()


def fill(
    days: Sequence[date],
    orders: Collection[Order],
    serials: Sequence[str],
    issue: str,
    supplied: Presentation,
) -> tuple[Bottle, ...]:
    """The bottles for some days, each with the dose that the order of its day says.

    Refusal("takehome-no-order"): a day without a dose. Raises ValueError unless there is one serial a day,
    all different.
    """
    if len(set(serials)) != len(serials) or len(serials) != len(days):
        raise ValueError("one serial a bottle")
    found = []
    for number, (day, serial) in enumerate(zip(days, serials, strict=True), 1):
        order = ordering.due(orders, day)
        if order is None:
            raise Refusal(
                "takehome-no-order", "Có ngày không có liều trong đơn.", "A day has no dose by an order."
            )
        found.append(Bottle(serial, issue, number, len(days), day, order.mg, supplied.quantity(order.mg)))
    return tuple(found)


class Fate(StrEnum):
    """What is written down of a bottle after it was handed out."""

    EMPTY = "returned-empty"
    FULL = "returned-full"
    SPILT = "spilt"
    LOST_FULL = "lost-full"
    LOST_EMPTY = "lost-empty"


# Where one of these is known, the dose was not taken from that bottle, whatever else was said of it.
NOT_TAKEN = frozenset({Fate.FULL, Fate.SPILT, Fate.LOST_FULL})
_BACK = frozenset({Fate.EMPTY, Fate.FULL})


@dataclass(frozen=True, slots=True)
class Note:
    """One thing written down of a bottle, on a day."""

    serial: str
    fate: Fate
    day: date


def cover(bottles: Iterable[Bottle], notes: Iterable[Note]) -> frozenset[date]:
    """The days for which a client held a bottle that was not given back full, spilt or lost.

    Cover counts as dosed. It does not depend on the order in which notes arrive.
    """
    gone = {note.serial for note in notes if note.fate in NOT_TAKEN}
    return frozenset(each.take_on for each in bottles if each.serial not in gone)


def contradictory(notes: Iterable[Note]) -> tuple[str, ...]:
    """Serials of which different things were written down; for a person to settle."""
    fates: dict[str, set[Fate]] = {}
    for note in notes:
        fates.setdefault(note.serial, set()).add(note.fate)
    return tuple(sorted(serial for serial, found in fates.items() if len(found) > 1))


def unreturned(
    bottles: Collection[Bottle], notes: Collection[Note], on: date, book: Rulebook
) -> tuple[Bottle, ...]:
    """Bottles that should have come back by a day: so many days after the last of their hand-out.

    A spilt or lost bottle is not waited for; it has its own note.
    """
    grace = Weighing(book, on).value("takehome.return_within_days")
    if grace is None:
        return ()
    last: dict[str, date] = {}
    for each in bottles:
        last[each.issue] = max(each.take_on, last.get(each.issue, each.take_on))
    known = {note.serial for note in notes}
    return tuple(
        each for each in bottles if each.serial not in known and (on - last[each.issue]).days > grace
    )


def returned(bottles: Iterable[Bottle], notes: Iterable[Note]) -> tuple[Bottle, ...]:
    """Bottles that came back, full or empty."""
    back = {note.serial for note in notes if note.fate in _BACK}
    return tuple(each for each in bottles if each.serial in back)


def drawn(clients: Iterable[str], number: int, seed: bytes, day: date) -> tuple[str, ...]:
    """Whom to call back with their bottles: so many codes, drawn anew each day, each as likely as another.

    Only who holds the seed can tell who will be drawn; the order in which codes are given does not matter.
    """

    def rank(code: str) -> bytes:
        return hmac.new(seed, f"{day}/{code}".encode(), hashlib.sha256).digest()

    return tuple(sorted(set(clients), key=rank)[: max(0, number)])


def recall_by(called: date, book: Rulebook) -> date | None:
    """The last day for a client who was called on a day to come with the bottles."""
    days = Weighing(book, called).value("takehome.recall_within_days")
    return called + _DAY * int(days) if days is not None else None


@dataclass(frozen=True, slots=True)
class Recall:
    """What a recall found. ``missing``: should be full and was not shown. ``untaken``: full after its day;
    its dose was not taken."""

    missing: tuple[Bottle, ...]
    untaken: tuple[Bottle, ...]
    decision: Decision


def recall(
    bottles: Collection[Bottle],
    notes: Collection[Note],
    shown_full: Collection[str],
    on: date,
    book: Rulebook,
) -> Recall:
    """Compare the full bottles that a client shows with those of the days to come. That of today may be
    either."""
    weighing = Weighing(book, on)
    known = {note.serial for note in notes}
    out = [each for each in bottles if each.serial not in known]
    missing = tuple(each for each in out if each.take_on > on and each.serial not in shown_full)
    untaken = tuple(each for each in out if each.take_on < on and each.serial in shown_full)
    if missing:
        weighing.warn(
            "recall-missing",
            "Thiếu chai còn nguyên. Bác sĩ cần xem lại việc cấp thuốc mang về.",
            "Full bottles are missing. A doctor has to look at handing out to this client again.",
        )
    if untaken:
        weighing.warn("recall-untaken", "Có liều chưa uống.", "A dose was not taken on its day.")
    if set(shown_full) - {each.serial for each in bottles}:
        weighing.warn(
            "recall-foreign",
            "Có chai không thuộc người này.",
            "A bottle was shown that was not handed out to this client.",
        )
    return Recall(missing, untaken, weighing.decision())


@dataclass(frozen=True, slots=True)
class Inpatient:
    """What there is when medicine is supplied to a hospital for a client who lies there."""

    request_confirmed: bool
    undertaking_copies: int
    labelled: bool
    leak_tested: bool


def may_supply(papers: Inpatient, on: date, book: Rulebook) -> Decision:
    """Whether a supply for an inpatient may leave; by TT 26/2023/TT-BYT since 15/3/2024."""
    weighing = Weighing(book, on)
    copies = weighing.find("inpatient.undertaking_copies")
    for rule, given, code, vi, en in (
        (weighing.find("inpatient.request_form_04"), papers.request_confirmed, "inpatient-request",
         "Thiếu đề nghị theo mẫu 04 có bệnh viện xác nhận.",
         "The request, form 04, confirmed by the hospital, is missing."),
        (copies, copies is None or papers.undertaking_copies >= copies.value, "inpatient-undertaking",
         "Thiếu giấy cam kết theo mẫu 05.", "The undertaking, form 05, is missing or has too few copies."),
        (weighing.find("inpatient.extra_label_06"), papers.labelled, "inpatient-label",
         "Chai chưa dán nhãn phụ theo mẫu 06.", "The vials lack the extra label, form 06."),
        (weighing.find("inpatient.leak_test"), papers.leak_tested, "inpatient-leak",
         "Chưa thử độ kín của chai.", "The vials have not been tested for leaks."),
    ):  # fmt: skip
        if rule is not None and not given:
            weighing.refuse(code, vi, en, rule)
    return weighing.decision()
