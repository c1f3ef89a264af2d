"""What the addresses of treatment lead to, for the tests that walk every address as everybody."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from django.utils import timezone

from phoihop.programmes.ost.actions import admitting, noting
from phoihop.programmes.ost.dosing import reaching
from phoihop.programmes.ost.models import Incident
from phoihop.programmes.ost.queries.admissions import Said
from phoihop.programmes.ost.rules.urine import Result, Substance
from phoihop.programmes.ost.tests.care_people import dosed, person_of
from phoihop.programmes.ost.tests.making import admitted, ordered
from phoihop.registry.actions import files
from phoihop.registry.doors import Desk
from phoihop.registry.models import Client
from phoihop.registry.rules.born import Born
from phoihop.registry.rules.identity import Sex, Told
from tests.support.world import HERE, Example, World

GONE = "00000000-0000-0000-0000-000000000000"
_NO_FORM: Mapping[str, Any] = MappingProxyType({})


def examples(world: World) -> dict[str, Example]:
    """A client in treatment with an order, a test, a note and a vomited dose; an applicant; one refused."""
    here, by = world.facilities[HERE], world.viewer("ost-doctor@here")
    today = timezone.localdate()
    day = f"{today:%d/%m/%Y}"
    client = admitted(by, here, "Giàng A Lềnh")
    order = ordered(by, client)
    test = noting.urine_test(by=by, client=client, day=today, results={Substance.OTHER: Result.NEGATIVE})
    note = noting.note(
        by=by,
        client=client,
        kind="counselling",
        form="counselling.v1",
        day=today,
        content={"said": "đến đều", "explained": {}},
    )
    dosed(client, today)
    vomit = noting.vomit(by=by, client=client, minutes=5, seen=True)
    applicant, refused = (_applicant(world, name) for name in ("Giàng A Xin", "Giàng A Trả"))
    row = admitting.apply(by=by, client=refused, said=Said(), complete_on=None)
    admitting.refuse_client(by=by, admission=row, reasons=["chưa đủ giấy tờ"])
    admitting.apply(by=by, client=applicant, said=Said(), complete_on=None)
    with reaching.centre(None, here.pk):
        incident = Incident.objects.create(
            identity="0" * 64,
            facility=here,
            pseudonym=client.pseudonym,
            kind="possible-double",
            severity=2,
            keys=["a", "b"],
            persons=[person_of(client)],
        )

    def of(client: Client, form: Mapping[str, Any] = _NO_FORM, **more: Any) -> Example:
        path = {"uid": str(client.uid), **more}
        return Example(path, client, form, {**path, "uid": GONE})

    written = {
        "drug": "methadone",
        "phase": "maintenance",
        "mg": "60",
        "start": day,
        "end": day,
        "rhythm": "daily",
        "in_person": "on",
        "in_withdrawal": "",
        "why": "",
    }
    tests = {each.value: "" for each in Substance} | {"day": day, "other": "negative"}
    told = {"v-day": day, "v-story": "đã ghi", "v-said": "đã nói", "v-kind": "alone", "v-about": "keep"}
    why = {"why": "nhầm người"}
    decide = {"act": "withdraw", "since": "", "reasons": "", "why": ""}
    asked = {"voluntary": "on", "dependent_before": "", "complete_on": "", "maoi_last": ""}
    end = {"ending": "wish", "day": day, "wish_signed": "on", "why": "tự xin nghỉ"}
    common = {"v-day", "v-story"}
    return {
        "ost-values-sign": Example(form={"paper": "4066/QĐ-BYT", "compared": "on"}),
        "ost-incident": Example({"pk": incident.pk}, incident),
        "ost-incident-answer": Example({"pk": incident.pk}, incident, {"finding": "đã gọi"}),
        "ost-care": of(client),
        "ost-care-order": of(client, written),
        "ost-care-stop": of(client, why, order=str(order.uid)),
        "ost-care-test": of(client, tests),
        "ost-care-void-test": of(client, why, test=str(test.uid)),
        "ost-care-vomit": of(client, {"minutes": "5", "seen": "on"}),
        "ost-care-again": of(client, {"mg": "10"}, vomit=str(vomit.uid)),
        "ost-care-void-note": of(client, why, note=str(note.uid)),
        "ost-care-application": of(applicant, asked),
        "ost-care-decide": of(applicant, decide),
        "ost-care-letter": of(refused),
        "ost-care-end": of(client, end),
        "ost-care-counselling": of(client, {n: told[n] for n in ("v-day", "v-kind", "v-about", "v-said")}),
        "ost-care-adverse": of(client, {name: told[name] for name in common}),
        "ost-care-overdose": of(client, {name: told[name] for name in common}),
        "ost-care-breach": of(client, {name: told[name] for name in common}),
    }


def _applicant(world: World, name: str) -> Client:
    """Somebody with a file here who is not treated."""
    desk = Desk("ost", world.facilities[HERE])
    told = Told(name=name, born=Born(1990, 2, 3), sex=Sex.MALE)
    return files.open_file(by=world.viewer("ost-doctor@here"), desk=desk, told=told)
