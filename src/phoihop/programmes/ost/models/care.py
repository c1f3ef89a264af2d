"""What a treatment facility keeps of a client: admission, phases, orders, what was seen and said."""

from typing import Any, ClassVar
from uuid import uuid4

import pghistory
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from phoihop.base.org.models import Account, Facility
from phoihop.base.org.rules.permissions import Place
from phoihop.base.security.columns import internal, personal, sensitive
from phoihop.base.security.sealed import Sealed, SealedText
from phoihop.programmes.ost.models.shared import ADDED, CENTRE, FILE, OST, OWN, Case, place_of
from phoihop.registry.models import Client


class Roster(Sealed):
    """Somebody who takes doses at a site, as the site has to know them and no further: a name, a birth, a
    code to tell them by.

    At their own facility ``client`` is their file, and the file says who they are. At a point, or as a guest
    elsewhere, there is no file: ``name``, ``born`` and ``sex`` are a copy under the site's own key of them.
    ``since`` and ``until`` follow the lease; what days are whose, the lease alone says.
    """

    uid = internal(models.UUIDField(default=uuid4, editable=False, unique=True))
    programme = sensitive(models.CharField(max_length=20, default=OST, editable=False), erase="keep", **FILE)
    facility = internal(models.ForeignKey(Facility, models.PROTECT, related_name="+"))
    pseudonym = sensitive(models.UUIDField(), erase="keep", **FILE)
    person = sensitive(models.UUIDField(), erase="keep", **FILE)
    client = internal(
        models.ForeignKey(Client, models.PROTECT, null=True, related_name="+", db_constraint=False)
    )
    home = internal(models.ForeignKey(Facility, models.PROTECT, related_name="+"))
    code = sensitive(models.CharField(max_length=12), erase="keep", **FILE)
    name = personal(SealedText(null=True, bucket=32), erase="shred", **FILE)
    born = personal(SealedText(null=True), erase="shred", **FILE)
    sex = personal(SealedText(null=True), erase="shred", **FILE)
    since = sensitive(models.DateField(), erase="keep", **FILE)
    until = sensitive(models.DateField(null=True), erase="keep", **FILE)

    row_access = OWN

    class Meta:
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(fields=["facility", "pseudonym"], name="ost_roster_once"),
        ]
        indexes: ClassVar[list[Any]] = [
            models.Index(fields=["facility", "until"], name="ost_roster_of_site"),
            models.Index(fields=["facility", "code"], name="ost_roster_by_code"),
            models.Index(fields=["facility", "person"], name="ost_roster_of_person"),
        ]

    def __str__(self) -> str:
        return f"{self.pk}"

    def place(self) -> Place:
        return place_of(self.facility)


class Admission(Case):
    """An application to be treated, and what became of it. ``content``: rules.admission.File as JSON;
    ``reasons``: of a refusal, in writing. ``decide_by``: None while no period is in force."""

    OPEN, ADMITTED, REFUSED, WITHDRAWN = "open", "admitted", "refused", "withdrawn"

    complete_on = sensitive(models.DateField(null=True), erase="keep", **FILE)
    decide_by = internal(models.DateField(null=True))
    state = sensitive(models.CharField(max_length=10, default=OPEN), erase="keep", **FILE)
    decided_on = sensitive(models.DateField(null=True), erase="keep", **FILE)
    decided_by = internal(models.ForeignKey(Account, models.PROTECT, null=True, related_name="+"))
    content = personal(SealedText(null=True, bucket=256), erase="shred", **FILE)
    reasons = personal(SealedText(null=True, bucket=128), erase="shred", **FILE)

    class Meta(Case.Meta):
        constraints: ClassVar[tuple[Any, ...]] = (
            *Case.Meta.constraints,
            models.UniqueConstraint(
                fields=["facility", "client"], condition=Q(state="open"), name="ost_admission_one_open"
            ),
            models.CheckConstraint(
                condition=Q(state="open", decided_on__isnull=True)
                | (~Q(state="open") & Q(decided_on__isnull=False)),
                name="ost_admission_decided",
            ),
        )


class PhaseStep(Case):
    """The day on which a client entered a phase (rules.phases.Step), and why."""

    day = sensitive(models.DateField(), erase="keep", **FILE)
    phase = sensitive(models.CharField(max_length=12), erase="keep", **FILE)
    by = internal(models.ForeignKey(Account, models.PROTECT, related_name="+"))
    at = internal(models.DateTimeField(auto_now_add=True))
    why = personal(SealedText(null=True, bucket=64), erase="shred", **FILE)

    row_access = ADDED


@pghistory.track()
class OrderRow(Case):
    """A doctor's order (rules.orders.Order). ``uid`` is its number in the dose protocol; ``person`` the
    programme's, so that the centre finds it.

    ``end`` moves earlier when a newer order takes its place; ``signed_end`` is what was signed. ``stopped``:
    the moment, seconds since 1970, at which it was ended early for a reason. ``weekdays``: 1 Monday to
    7 Sunday, none: every ``every``-th day. ``after_missed``: given after a lock by missed days.
    """

    person = sensitive(models.UUIDField(), erase="keep", **FILE)
    drug = sensitive(models.CharField(max_length=20), erase="keep", **FILE)
    phase = sensitive(models.CharField(max_length=12), erase="keep", **FILE)
    mg = sensitive(models.DecimalField(max_digits=7, decimal_places=2), erase="keep", **FILE)
    start = sensitive(models.DateField(), erase="keep", **FILE)
    end = sensitive(models.DateField(), erase="keep", **FILE)
    signed_end = sensitive(models.DateField(), erase="keep", **FILE)
    every = sensitive(models.PositiveSmallIntegerField(default=1), erase="keep", **FILE)
    weekdays = sensitive(ArrayField(models.PositiveSmallIntegerField(), default=list), erase="keep", **FILE)
    in_person = internal(models.BooleanField(default=True))
    issued = sensitive(models.DateField(), erase="keep", **FILE)
    signed_by = internal(models.ForeignKey(Account, models.PROTECT, related_name="+"))
    signed_at = internal(models.DateTimeField(auto_now_add=True))
    stopped = internal(models.BigIntegerField(null=True))
    stopped_by = internal(models.ForeignKey(Account, models.PROTECT, null=True, related_name="+"))
    note = personal(SealedText(null=True, bucket=64), erase="shred", **FILE)
    stopped_why = personal(SealedText(null=True, bucket=64), erase="shred", **FILE)

    row_access = CENTRE

    class Meta(Case.Meta):
        constraints: ClassVar[tuple[Any, ...]] = (
            *Case.Meta.constraints,
            models.CheckConstraint(condition=Q(mg__gt=0), name="ost_order_of_something"),
            # One that was replaced before its first day lies entirely behind itself.
            models.CheckConstraint(condition=Q(signed_end__gte=F("start")), name="ost_order_days"),
            models.CheckConstraint(condition=Q(end__lte=F("signed_end")), name="ost_order_only_shorter"),
        )
        indexes: ClassVar[tuple[Any, ...]] = (
            *Case.Meta.indexes,
            models.Index(fields=["person", "end"], name="ost_order_of_person"),
            models.Index(fields=["facility", "end"], name="ost_order_expiring"),
        )


class Note(Case):
    """Something seen or said on a day that needs no table of its own: counselling, adverse events, breaches.

    ``form``: the definition that asked for it ("counselling.v1"); ``content``: the answers as JSON;
    ``voids``: an earlier note that was entered in error.
    """

    kind = sensitive(models.CharField(max_length=20), erase="keep", **FILE)
    day = sensitive(models.DateField(), erase="keep", **FILE)
    form = internal(models.CharField(max_length=60))
    content = personal(SealedText(null=True, bucket=256), erase="shred", **FILE)
    by = internal(models.ForeignKey(Account, models.PROTECT, related_name="+"))
    at = internal(models.DateTimeField(auto_now_add=True))
    voids = internal(models.ForeignKey("self", models.PROTECT, null=True, related_name="voided_by"))

    row_access = ADDED

    class Meta(Case.Meta):
        indexes: ClassVar[tuple[Any, ...]] = (
            *Case.Meta.indexes,
            models.Index(fields=["facility", "kind", "day"], name="ost_note_of_day"),
        )


class Draft(Case):
    """A form about a client that one person is filling in and has not saved; ``content``: what was typed."""

    form = internal(models.CharField(max_length=60))
    account = internal(models.ForeignKey(Account, models.PROTECT, related_name="+"))
    at = internal(models.DateTimeField(auto_now=True))
    content = personal(SealedText(null=True, bucket=256), erase="shred", **FILE)

    class Meta(Case.Meta):
        constraints: ClassVar[tuple[Any, ...]] = (
            *Case.Meta.constraints,
            models.UniqueConstraint(fields=["facility", "client", "form", "account"], name="ost_draft_once"),
        )


class UrineTestRow(Case):
    """One urine test (rules.urine.UrineTest). ``results``: substance to result, as JSON."""

    day = sensitive(models.DateField(), erase="keep", **FILE)
    results = personal(SealedText(null=True, bucket=128), erase="shred", **FILE)
    by = internal(models.ForeignKey(Account, models.PROTECT, related_name="+"))
    at = internal(models.DateTimeField(auto_now_add=True))
    voids = internal(models.ForeignKey("self", models.PROTECT, null=True, related_name="voided_by"))

    row_access = ADDED


class Vomit(Case):
    """A dose that was vomited, and what was given again (rules.vomited.Again). ``dose``: its name;
    ``minutes`` it stayed down; ``again``: the name of the dose given again, empty if none was."""

    day = sensitive(models.DateField(), erase="keep", **FILE)
    dose = internal(models.CharField(max_length=160))
    minutes = sensitive(models.PositiveSmallIntegerField(), erase="keep", **FILE)
    seen = sensitive(models.BooleanField(), erase="keep", **FILE)
    mg = sensitive(models.DecimalField(max_digits=7, decimal_places=2, default=0), erase="keep", **FILE)
    again = internal(models.CharField(max_length=160, blank=True))
    decided_by = internal(models.ForeignKey(Account, models.PROTECT, null=True, related_name="+"))
    by = internal(models.ForeignKey(Account, models.PROTECT, related_name="+"))
    at = internal(models.DateTimeField(auto_now_add=True))

    row_access = ADDED


class Ended(Case):
    """How a treatment ended (rules.ending.Proposal), and the paper that says so where there is one."""

    day = sensitive(models.DateField(), erase="keep", **FILE)
    ending = sensitive(models.CharField(max_length=12), erase="keep", **FILE)
    grounds = sensitive(ArrayField(models.CharField(max_length=40), default=list), erase="keep", **FILE)
    by = internal(models.ForeignKey(Account, models.PROTECT, related_name="+"))
    at = internal(models.DateTimeField(auto_now_add=True))
    why = personal(SealedText(null=True, bucket=128), erase="shred", **FILE)

    row_access = ADDED
