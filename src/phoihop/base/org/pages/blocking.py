"""Blocking a person from something, and lifting it."""

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from phoihop.base.org import blocks
from phoihop.base.org.explain import words
from phoihop.base.org.models import Block, Person
from phoihop.base.org.page import page, viewer_of
from phoihop.base.org.pages.shared import Day, Form, form_page
from phoihop.base.org.queries import people
from phoihop.base.org.queries.people import Blockable
from phoihop.kernel.refusals import Refusal


class LayBlock(Form):
    """What somebody must not do any more, and until when."""

    place = forms.ChoiceField(label=gettext_lazy("Cơ quan nơi làm việc"))
    actions = forms.ChoiceField(label=gettext_lazy("Chặn việc gì"))
    until = Day(
        label=gettext_lazy("Đến hết ngày (nếu biết)"),
        required=False,
        help_text=gettext_lazy("Để trống: cho tới khi có người bỏ chặn."),
    )

    def __init__(self, data: Any, known: Blockable) -> None:
        none = ("", _("— chọn —"))
        super().__init__(
            data,
            {
                "place": [(str(each.pk), each.name) for each in known.agencies],
                "actions": [none, *((code, words(about)) for code, about in known.actions)],
            },
        )


_FIELDS = {"no-such-action": "actions", "blocked-already": "actions", "until-past": "until"}


@page("org.block", of=Person, load=people.of_reach, post=True, fields=frozenset(LayBlock.base_fields))
def lay(request: HttpRequest, person: Person) -> HttpResponse:
    """Block somebody from something; what follows from it is told first."""
    viewer, data = viewer_of(request), request.POST if request.method == "POST" else None
    known = people.blockable(viewer, person)
    form = LayBlock(data, known)
    if form.is_bound and form.is_valid():
        given = form.cleaned_data
        place = next(each for each in known.agencies if str(each.pk) == given["place"])
        try:
            blocks.block(
                by=viewer, person=person, place=place, actions=given["actions"], until=given["until"]
            )
        except Refusal as refusal:
            if refusal.reason == "not-found":
                raise
            form.refuse(refusal, _FIELDS.get(refusal.reason))
        else:
            return redirect("person", pk=person.pk)
    return form_page(request, "org/block.html", form, {"person": person, "nowhere": not known.agencies})


@page("org.lift_block", of=Block, post=True)
def lift(request: HttpRequest, block: Block) -> HttpResponse:
    """Let somebody do again what their roles allow. The page asks who one is before it opens."""
    if request.method == "POST":
        blocks.lift(by=viewer_of(request), block=block)
        return redirect("person", pk=block.person_id)
    known = {"block": block, "what": people.what_is_blocked(block.actions)}
    return form_page(request, "org/lift.html", Form(), known)
