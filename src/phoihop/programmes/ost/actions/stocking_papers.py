"""Writing minutes of medicine; what every door that needs them has in common. Asks nobody by itself."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from phoihop.base.org.models import Facility
from phoihop.programmes.ost.dosing import ledger
from phoihop.programmes.ost.dosing.alone import alone as one_at_a_time
from phoihop.programmes.ost.dosing.refusing import refuse
from phoihop.programmes.ost.models import LotRow, Minutes, MinutesLine, Signature
from phoihop.programmes.ost.rules import stock
from phoihop.programmes.ost.rules.amounts import exact
from phoihop.programmes.ost.rules.stock import Kind, Movement

LONGEST = 1000  # characters of a cause


@dataclass(frozen=True, slots=True)
class Line:
    """So much of a lot from one place of a site to another; ``book`` and ``found`` where it was counted."""

    lot: LotRow
    source: Kind
    target: Kind
    quantity: Decimal
    book: Decimal | None = None
    found: Decimal | None = None


def alone(facility: int) -> None:
    """Nobody else numbers minutes or counts at this site before the transaction ends."""
    one_at_a_time("minutes", facility)


def write(
    *,
    by: int,
    facility: Facility,
    kind: str,
    day: date,
    lines: Iterable[Line],
    state: str,
    cause: str = "",
    partner: str = "",
    copies: int = 2,
) -> Minutes:
    """Minutes under the site's next number of the year. Refusal("cause-missing"): nobody says why."""
    if state == Minutes.OPEN and not cause.strip():
        raise refuse("cause-missing")
    alone(facility.pk)
    number = Minutes.objects.filter(facility=facility, number__endswith=f"/BB-{day.year}").count() + 1
    minutes = Minutes.objects.create(
        facility=facility,
        number=f"{number:02d}/BB-{day.year}",
        kind=kind,
        day=day,
        cause=cause.strip()[:LONGEST],
        partner=partner.strip()[:LONGEST],
        copies=copies,
        state=state,
        by_id=by,
    )
    MinutesLine.objects.bulk_create(
        MinutesLine(
            minutes=minutes,
            facility=facility,
            lot=line.lot,
            source=line.source.value,
            target=line.target.value,
            quantity=line.quantity,
            book=line.book,
            found=line.found,
        )
        for line in lines
    )
    return minutes


def sign(minutes: Minutes, account: int) -> None:
    """One person's signature, once. Refusal("signed-already")."""
    row = Signature(minutes=minutes, facility_id=minutes.facility_id, account_id=account)
    if Signature.objects.filter(minutes=minutes, account=account).exists():
        raise refuse("signed-already")
    row.save(force_insert=True)


def movement(
    key: str, day: date, facility: int, line: Line, *, paper: str = "", signers: frozenset[str] = frozenset()
) -> Movement:
    """A line as the ledger takes it."""
    return Movement(
        key,
        day,
        ledger.lot_of(line.lot),
        ledger.place(line.source, facility),
        ledger.place(line.target, facility),
        line.quantity,
        paper,
        signers,
    )


def check(day: date, facility: int, line: Line) -> None:
    """That a movement may be, before anybody is asked to sign it. Refusal: those of rules.stock.check."""
    exact(line.quantity, ledger.lot_of(line.lot).presentation.unit.step)
    stock.check(movement("", day, facility, line, paper="-", signers=frozenset({"1", "2"})))
