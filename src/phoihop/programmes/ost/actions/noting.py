"""What is seen and said from day to day: notes by form, urine tests, vomited doses."""

import json
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from phoihop.base.org.doors import action
from phoihop.base.org.rules.permissions import Viewer
from phoihop.programmes.ost.actions.ordering import signer
from phoihop.programmes.ost.dosing import giving, reaching
from phoihop.programmes.ost.dosing.refusing import refuse
from phoihop.programmes.ost.models import Dose, Draft, Note, UrineTestRow, Vomit
from phoihop.programmes.ost.models.shared import about
from phoihop.programmes.ost.queries import facts, values
from phoihop.programmes.ost.rules import vomited as rules
from phoihop.programmes.ost.rules.amounts import SOLUTION, TABLET_2, Drug
from phoihop.programmes.ost.rules.urine import Result, Substance
from phoihop.registry.alone import one_at_a_time
from phoihop.registry.models import Client


@action("ost.case_note_write", "Ghi phiếu theo dõi", "Record a note", of="client")
def note(*, by: Viewer, client: Client, kind: str, form: str, day: date, content: Mapping[str, Any]) -> Note:
    """Keep what a form asked, of the day it is about. Refusal("day-to-come")."""
    if day > by.day:
        raise refuse("day-to-come")
    row = Note(**about(client), kind=kind, form=form, day=day, by_id=signer(by))
    row.put(content=json.dumps(content, ensure_ascii=False))
    row.save(force_insert=True)
    return row


@action("ost.case_note_draft", "Giữ phiếu đang ghi dở", "Keep a form half filled in", of="client")
def keep_draft(*, by: Viewer, client: Client, form: str, text: str) -> Draft | None:
    """Keep what somebody has typed into a form, for them alone; no text: forget it."""
    mine = {"facility_id": client.facility_id, "client": client, "form": form, "account_id": signer(by)}
    row = Draft.objects.filter(**mine).first()
    if not text:
        if row is not None:
            row.delete()
        return None
    row = row or Draft(**about(client), form=form, account_id=signer(by))
    row.put(content=text)
    row.save()
    return row


@action("ost.case_note_void", "Đánh dấu ghi nhầm", "Mark a note as made in error", of="note")
def void_note(*, by: Viewer, note: Note, why: str) -> Note:
    """A note was made in error: it stays, and no longer counts. Refusal: "why-missing", "note-voided"."""
    if not why.strip():
        raise refuse("why-missing")
    one_at_a_time(note.uid, ())
    if note.voids_id is not None or Note.objects.filter(facility=note.facility_id, voids=note).exists():
        raise refuse("note-voided")
    row = Note(
        **about(note.client), kind=note.kind, form=note.form, day=note.day, by_id=signer(by), voids=note
    )
    row.put(content=json.dumps({"why": why.strip()}, ensure_ascii=False))
    row.save(force_insert=True)
    return row


@action("ost.case_note_test", "Ghi xét nghiệm nước tiểu", "Record a urine test", of="client")
def urine_test(*, by: Viewer, client: Client, day: date, results: Mapping[Substance, Result]) -> UrineTestRow:
    """Keep the results of a test. Refusal: "day-to-come", "test-empty"."""
    if day > by.day:
        raise refuse("day-to-come")
    if not results:
        raise refuse("test-empty")
    row = UrineTestRow(**about(client), day=day, by_id=signer(by))
    row.put(results=json.dumps({what.value: result.value for what, result in results.items()}))
    row.save(force_insert=True)
    return row


@action("ost.case_note_void_test", "Đánh dấu xét nghiệm ghi nhầm", "Mark a test as made in error", of="test")
def void_test(*, by: Viewer, test: UrineTestRow, why: str) -> UrineTestRow:
    """A test was recorded in error. Refusal: "why-missing", "note-voided"."""
    if not why.strip():
        raise refuse("why-missing")
    one_at_a_time(test.uid, ())
    known = UrineTestRow.objects.filter(facility=test.facility_id, voids=test)
    if test.voids_id is not None or known.exists():
        raise refuse("note-voided")
    row = UrineTestRow(**about(test.client), day=test.day, by_id=signer(by), voids=test)
    row.put(results=json.dumps({"why": why.strip()}, ensure_ascii=False))
    row.save(force_insert=True)
    return row


def dose_today(client: Client, day: date) -> Dose | None:
    """The dose that somebody was given before the eyes of staff on a day, wherever that was."""
    person = facts.person_of(client)
    with reaching.centre(facts.account(), client.facility_id):
        mine = Dose.objects.select_related("facility").filter(person=person, on=day)
        doses = mine.filter(bottle=False, again=False)
        return doses.order_by("pk").first()


@action("ost.case_note_vomit", "Ghi việc nôn sau khi uống", "Record that a dose was vomited", of="client")
def vomit(*, by: Viewer, client: Client, minutes: int, seen: bool) -> Vomit:
    """Today's dose was vomited so many minutes after it was taken. Refusal("again-not-today") where none was
    given today."""
    dose = dose_today(client, by.day)
    if dose is None:
        raise refuse("again-not-today")
    row = Vomit(**about(client), day=by.day, dose=dose.name, minutes=minutes, seen=seen, by_id=signer(by))
    row.save(force_insert=True)
    return row


@action("ost.case_decide_again", "Quyết định cấp bù liều bị nôn", "Decide on a vomited dose", of="vomit")
def give_again(*, by: Viewer, vomit: Vomit, mg: Decimal) -> Vomit:
    """A doctor has part of a vomited dose given again, of the same medicine, out of the stock of the site
    that gave it: a dose by itself, that names the one it repeats (dosing.giving.again).

    Refusal: "again-not-today", "again-unseen", "again-given", "again-too-much" (more than the dose, or than a
    signed rule says), those of amounts and of stock.
    """
    one_at_a_time(vomit.uid, ())
    dose = dose_today(vomit.client, by.day)
    if dose is None or dose.name != vomit.dose:
        raise refuse("again-not-today")
    if Vomit.objects.filter(facility=vomit.facility_id, dose=vomit.dose, mg__gt=0).exists():
        raise refuse("again-given")
    if not vomit.seen:
        raise refuse("again-unseen")
    supplied = SOLUTION if dose.drug == Drug.METHADONE else TABLET_2
    most = rules.again(
        dose.mg, Decimal(vomit.minutes), supplied, by.day, values.book(), seen_by_staff=vomit.seen
    )
    if not 0 < mg <= dose.mg or (most.counts and mg > most.mg):
        raise refuse("again-too-much")
    with reaching.centre(by.account, vomit.facility_id, dose.facility_id):
        given = giving.again(dose, mg, signer(by))
    return Vomit.objects.create(
        **about(vomit.client),
        day=by.day,
        dose=vomit.dose,
        minutes=vomit.minutes,
        seen=vomit.seen,
        mg=mg,
        again=given.name,
        decided_by_id=signer(by),
        by_id=signer(by),
    )
