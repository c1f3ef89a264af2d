"""Finding a file, opening one, a file, correcting it, and who looked at it."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from phoihop.base.org import sections
from phoihop.base.org.doors import may
from phoihop.base.org.explain import words
from phoihop.base.org.models import Facility
from phoihop.base.org.page import page, viewer_of
from phoihop.base.org.pages.shared import Text
from phoihop.kernel.refusals import Refusal
from phoihop.registry.actions import files as acts
from phoihop.registry.doors import Desk, code
from phoihop.registry.models import Client
from phoihop.registry.pages.forms import CONSENT_FORMS, PERSON, Person, person_said
from phoihop.registry.pages.shared import (
    Asked,
    Pages,
    address,
    ask,
    communes,
    load_client,
    sent,
    to_file,
)
from phoihop.registry.queries import desk, files, looking
from phoihop.registry.registering import Programme
from phoihop.registry.rules.identity import SEXES

_AT = {"nameless": "name", "no-birth-date": "born"}
_ACTS = ("admit", "end", "consent", "refer", "transfer", "correct", "unmerge")


def pages(programme: Programme) -> Pages:
    """The pages of one programme."""
    here = programme.code

    @page(code(here, "search"), post=True, fields=frozenset({"text"}))
    def index(request: HttpRequest) -> HttpResponse:
        """What waits, and finding a file: what is looked for is sent, and stands in no address."""
        viewer = viewer_of(request)
        text = Text(required=False, max_length=100).clean(request.POST.get("text", "")[:100])
        known = {
            "name": words(programme.name),
            "text": text,
            "found": files.search(viewer, programme=here, text=text) if text else None,
            "waiting": desk.waiting(viewer, programme=here),
            "opens": files.facilities(viewer, here, "open"),
            "path": programme.path,
            "start": address(programme, ""),
            "letters": address(programme, "letters"),
            "likenesses": address(programme, "likenesses"),
        }
        rows = [
            (each, address(programme, "file", each.uid), "/".join(reversed(each.born.split("-"))))
            for each in known["found"] or ()
        ]
        places = [(each, address(programme, "new", each.pk)) for each in known["opens"]]
        return render(request, "registry/find.html", known | {"rows": rows, "places": places})

    @page(code(here, "open"), of=Facility, post=True, fields=PERSON)
    def new(request: HttpRequest, facility: Facility) -> HttpResponse:
        """Open a file for somebody new here."""
        form = Person(sent(request), programme, communes(facility))
        if form.is_bound and form.is_valid():
            try:
                client = acts.open_file(
                    by=viewer_of(request),
                    desk=Desk(here, facility),
                    told=form.told,
                    home=form.home_unit,
                )
            except Refusal as refusal:
                if refusal.reason == "not-found":
                    raise
                form.refuse(refusal, _AT.get(refusal.reason))
            else:
                return to_file(programme, client)
        known = {"form": form, "facility": facility, "start": address(programme, "")}
        wrong = form.is_bound and bool(form.errors)
        return render(request, "registry/new.html", known, status=422 if wrong else 200)

    @page(code(here, "see"), of=Client, arg="uid", load=load_client(programme))
    def see(request: HttpRequest, client: Client) -> HttpResponse:
        """A file: who, enrolments, consents, letters, merges, and what may be done."""
        viewer = viewer_of(request)
        it = files.see(viewer, client=client)
        acts_open = {name for name in _ACTS if may(viewer, code(here, name), client)}
        if programme.own_pages:
            acts_open -= {"admit", "end"}
        uid = client.uid
        pages_of = {name: address(programme, name, uid) for name in _ACTS if name != "unmerge"}

        def withdrawing(consent: int) -> str:
            return address(programme, "consent-withdraw", uid, consent)

        consents = [
            (
                each,
                CONSENT_FORMS.get(each.form, each.form),
                address(programme, "consent-withdraw", uid, each.pk),
            )
            for each in it.consents
        ]
        letters = [
            (each, address(programme, f"{'transfer' if each.transfer else 'referral'}-withdraw", each.uid))
            for each in it.letters
        ]
        known = {
            "it": it,
            "sex": SEXES[it.told.sex],
            "born": "/".join(reversed(it.told.born.kept.split("-"))) if it.told.born else "",
            "may": acts_open,
            "pages": pages_of,
            "consents": consents,
            "letters": letters,
            "merges": [(each, address(programme, "unmerge", uid, each.merge)) for each in it.merges],
            "looks": address(programme, "looks", uid),
            "start": address(programme, ""),
            "onward": address(programme, "file", it.head.merged_into) if it.head.merged_into else "",
            "keeps": programme.keeps_identity,
            "about": list(sections.about(viewer, client)),
        }
        return render(request, "registry/file.html", known)

    @page(
        code(here, "correct"),
        of=Client,
        arg="uid",
        load=load_client(programme),
        post=True,
        fields=PERSON,
    )
    def correct(request: HttpRequest, client: Client) -> HttpResponse:
        """Correct who somebody is."""
        viewer, homes = viewer_of(request), communes(client.facility)
        if client.home is not None and client.home not in homes:
            homes.append(client.home)
        told = files.identity(viewer, client=client)[1]
        form = Person(sent(request), programme, homes, initial=person_said(told, client.home))
        asked = Asked(_("Sửa thông tin nhận biết"), _("Lưu"))
        return ask(
            request,
            programme,
            client,
            form,
            asked,
            lambda given: acts.correct(by=viewer, client=client, told=form.told, home=form.home_unit),
            _AT,
        )

    @page(code(here, "see_looks"), of=Client, arg="uid", load=load_client(programme))
    def looks(request: HttpRequest, client: Client) -> HttpResponse:
        """Who looked at the file, to show to its person or to print for them."""
        it = looking.looks(viewer_of(request), client=client)
        known = {"it": it, "back": address(programme, "file", client.uid), "start": address(programme, "")}
        return render(request, "registry/looks.html", known)

    return {"": index, "new": new, "file": see, "correct": correct, "looks": looks}
