"""A client's treatment, and the forms that are filled in about it from day to day."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from phoihop.base.org.doors import may
from phoihop.base.org.explain import words
from phoihop.base.org.page import View, viewer_of
from phoihop.engines.forms.definition import Form
from phoihop.engines.forms.desk import Desk, Draft, Entry, Saved
from phoihop.engines.forms.loading import folder_of, load_all
from phoihop.engines.forms.pages import entry_page
from phoihop.engines.forms.posted import names
from phoihop.engines.forms.values import read, show, write
from phoihop.programmes import ost
from phoihop.programmes.ost.actions import noting
from phoihop.programmes.ost.models import Draft as DraftRow
from phoihop.programmes.ost.pages.care_shared import (
    PHASES,
    dose_of,
    head_of,
    of_client,
    rhythm_of,
    told,
)
from phoihop.programmes.ost.queries import care
from phoihop.programmes.ost.queries.care import Care, OrderLine
from phoihop.programmes.ost.queries.records import NoteSaid
from phoihop.programmes.ost.rules.incidents import MEANINGS, Kind
from phoihop.programmes.ost.rules.missed import Day
from phoihop.programmes.ost.rules.urine import Result, Substance
from phoihop.registry.models import Client

FORMS = load_all(folder_of(str(ost.__file__)))
# The forms that are filled in now, in the order in which a page offers them.
ENTERED = tuple(FORMS[code, 1] for code in ("counselling", "adverse", "overdose", "breach"))
SUBSTANCES: dict[Substance, Promise] = {
    Substance.OPIOIDS: gettext_lazy("chất dạng thuốc phiện"),
    Substance.AMPHETAMINES: gettext_lazy("amphetamin"),
    Substance.CANNABIS: gettext_lazy("cần sa"),
    Substance.BENZODIAZEPINES: gettext_lazy("benzodiazepin"),
    Substance.OTHER: gettext_lazy("chất khác"),
}
RESULTS: dict[Result, Promise] = {
    Result.NEGATIVE: gettext_lazy("âm tính"),
    Result.POSITIVE: gettext_lazy("dương tính"),
    Result.INVALID: gettext_lazy("không đọc được"),
    Result.DECLINED: gettext_lazy("từ chối làm"),
}
# A day of the strip: its sign, readable without colour, and its words.
DAYS: dict[Day, tuple[str, Promise]] = {
    Day.DOSED: ("✓", gettext_lazy("đã uống")),
    Day.COVERED: ("■", gettext_lazy("có thuốc mang về")),
    Day.MISSED: ("✕", gettext_lazy("bỏ liều")),
    Day.NOT_DUE: ("–", gettext_lazy("không phải ngày uống")),
    Day.NO_ORDER: ("·", gettext_lazy("không có y lệnh")),
}
TODAY_WAITS = ("○", gettext_lazy("hôm nay chưa uống"))
STATES = {
    "running": gettext_lazy("đang hiệu lực"),
    "ahead": gettext_lazy("sắp tới"),
    "over": gettext_lazy("đã hết hạn"),
    "replaced": gettext_lazy("đã thay bằng y lệnh mới"),
    "stopped": gettext_lazy("đã dừng"),
}
ADMISSIONS = {
    "open": gettext_lazy("chờ quyết định"),
    "admitted": gettext_lazy("đã tiếp nhận"),
    "refused": gettext_lazy("từ chối"),
    "withdrawn": gettext_lazy("đã rút đơn"),
}
ENDINGS = {
    "wish": gettext_lazy("theo nguyện vọng"),
    "breach": gettext_lazy("do vi phạm"),
    "transfer": gettext_lazy("chuyển tới cơ sở khác"),
    "death": gettext_lazy("tử vong"),
    "custody": gettext_lazy("vào nơi giam giữ"),
}
_ACTS = (
    *("order", "stop_order", "end_treatment", "note_write", "note_test", "note_vomit", "note_application"),
    *("lend", "see_takehome", "prepare_supply"),
)


@dataclass(frozen=True, slots=True)
class Cell:
    """One day of the strip."""

    day: date
    kind: str
    sign: str
    said: str


def _cells(it: Care, today: date) -> list[Cell]:
    cells = []
    for day, kind in it.strip:
        sign, said = DAYS[kind]
        if day == today and kind is Day.MISSED:
            sign, said = TODAY_WAITS
            cells.append(Cell(day, "waits", sign, str(said)))
        else:
            cells.append(Cell(day, kind.value, sign, str(said)))
    return cells


def _order(line: OrderLine, client: Client) -> dict[str, Any]:
    order = line.order
    return {
        "line": line,
        "dose": dose_of(order),
        "rhythm": rhythm_of(order.rhythm),
        "phase": PHASES[order.phase],
        "state": STATES[line.state],
        "stop": reverse("ost-care-stop", args=[client.uid, line.uid])
        if line.state in {"running", "ahead"}
        else "",
    }


def form_of(named: str) -> Form:
    """The version of a form that an entry was made by ("counselling.v1")."""
    code, _dot, version = named.partition(".v")
    return FORMS[code, int(version)]


def answers(note: NoteSaid) -> list[tuple[str, str]]:
    """What a note answers, field by field, in the words of its form."""
    form, lang, found = form_of(note.form), get_language() or "vi", []
    for field in form.fields:
        typed = str(note.content.get(field.code, ""))
        if typed and field.code != "day":
            value = read(field, typed, note.day)
            found.append((words(field.title), show(field, value, lang)))
    return found


def title_of(form: Form) -> str:
    """What a form is called."""
    return words(form.title)


@of_client("ost.case_see_treatment")
def treatment(request: HttpRequest, client: Client) -> HttpResponse:
    """Everything about a client's treatment, what to do first at the top."""
    viewer = viewer_of(request)
    it = care.treatment(viewer, client=client)
    uid = client.uid
    acts = {name for name in _ACTS if may(viewer, f"ost.case_{name}", client)}
    notes = [
        (
            note,
            title_of(form_of(note.form)),
            answers(note),
            _void(client, "note", note.uid),
        )
        for note in it.notes
    ]
    tests = [
        (
            test,
            [(SUBSTANCES[what], RESULTS[result], result.value) for what, result in test.results.items()],
            _void(client, "test", test.uid),
        )
        for test in it.tests
    ]
    pages = {
        "order": "ost-care-order",
        "test": "ost-care-test",
        "vomit": "ost-care-vomit",
        "end": "ost-care-end",
        "application": "ost-care-application",
        "decide": "ost-care-decide",
        "letter": "ost-care-letter",
    }
    known = head_of(it.who) | {
        "it": it,
        "phase": PHASES[it.known.phase] if it.known.phase is not None else "",
        "now": _order(it.now, client) if it.now is not None else None,
        "left": (it.now.order.end - viewer.day).days if it.now is not None else None,
        "orders": [_order(line, client) for line in it.orders],
        "cells": _cells(it, viewer.day),
        "legend": [*DAYS.values(), TODAY_WAITS],
        "absent": it.known.absent if it.since is not None else 0,
        "locked": not it.lock.allowed,
        "lock": told(it.lock.refusals),
        "advice": told([*it.advice.decision.warnings, *it.advice.decision.would]),
        "notes": notes,
        "tests": tests,
        "vomits": [(each, reverse("ost-care-again", args=[uid, each.uid])) for each in it.vomits],
        "incidents": [
            (each, words(MEANINGS[Kind(each.kind)].says), reverse("ost-incident", args=[each.pk]))
            for each in it.incidents
        ],
        "admissions": [(each, ADMISSIONS[each.state]) for each in it.admissions],
        "waits": any(each.state == "open" for each in it.admissions),
        "ended": [(each, ENDINGS.get(each.ending, each.ending)) for each in it.ended],
        "may": acts,
        "pages": {name: reverse(to, args=[uid]) for name, to in pages.items()},
        "forms": [(title_of(form), reverse(f"ost-care-{form.code}", args=[uid])) for form in ENTERED],
        "file": reverse("registry-dt-file", args=[uid]),
    }
    return render(request, "ost/care.html", known)


def _void(client: Client, what: str, uid: object) -> str:
    return reverse(f"ost-care-void-{what}", args=[client.uid, uid])


def entering(form: Form) -> View:
    """The page on which a form about a client is filled in."""
    named = f"{form.code}.v{form.version}"

    @of_client("ost.case_note_write", names(form))
    def enter(request: HttpRequest, client: Client) -> HttpResponse:
        """Fill in a form about a client."""
        viewer = viewer_of(request)
        care.basis(viewer, client=client)  # opens the file, and is recorded as that
        mine = DraftRow.objects.filter(
            facility=client.facility_id, client=client, form=named, account=viewer.account
        )

        def draft() -> Draft | None:
            row = mine.first()
            return Draft(row.text("content"), row.at) if row is not None else None

        def keep(text: str) -> datetime:
            row = noting.keep_draft(by=viewer, client=client, form=named, text=text)
            return row.at if row is not None else timezone.now()

        def drop() -> None:
            if mine.exists():
                noting.keep_draft(by=viewer, client=client, form=named, text="")

        def save(entry: Entry, seen: str) -> None:
            day = entry.values["day"]
            assert isinstance(day, date)
            content = {field.code: write(field, entry.values.get(field.code)) for field in form.fields}
            why = {each.code: each.reason.words or each.reason.code for each in entry.explained}
            noting.note(
                by=viewer,
                client=client,
                kind=form.code,
                form=named,
                day=day,
                content={**content, "explained": why},
            )

        who = care.who_is(client)
        desk = Desk(
            form=form,
            today=viewer.day,
            load=Saved,
            save=save,
            draft=draft,
            keep=keep,
            drop=drop,
            about=_("%(name)s, mã %(code)s") % {"name": who.head.name, "code": who.head.code},
            after=reverse("ost-care", args=[client.uid]),
        )
        return entry_page(request, desk)

    return enter
