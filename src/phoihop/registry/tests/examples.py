"""What the addresses of this room lead to, for the tests that walk every address as everybody."""

from collections.abc import Mapping
from datetime import timedelta
from types import MappingProxyType
from typing import Any

from django.utils import timezone

from phoihop.base.org.roles import ROLES
from phoihop.registry.actions import deciding, referring, transferring
from phoihop.registry.models import Client, Consent, Letter, Likeness, Merge, Referral, Transfer
from phoihop.registry.models.letters import RECEIVED
from phoihop.registry.registering import PROGRAMMES
from phoihop.registry.tests.people import CHU, MY, PANH, acting, admitted, consented, opened
from tests.support.world import HERE, THERE, Example, World

GONE = "00000000-0000-0000-0000-000000000000"
_NO_FORM: Mapping[str, Any] = MappingProxyType({})


def examples(world: World) -> dict[str, Example]:
    """In each programme: a file being served here, one not served, letters both ways, a pair to decide."""
    found: dict[str, Example] = {}
    for programme in PROGRAMMES.values():
        found |= _of(world, programme.code, f"registry-{programme.path}")
    return found


def carer(programme: str) -> str:
    """The role that works with the files of a programme: a stand-in's own, or a real one's doctor."""
    return f"carer-{programme}" if f"carer-{programme}" in ROLES else f"{programme}-doctor"


def _of(world: World, programme: str, name: str) -> dict[str, Example]:
    here, there = world.facilities[HERE], world.facilities[THERE]
    role = carer(programme)
    by, far = world.viewer(f"{role}@here"), world.viewer(f"{role}@there")
    today = timezone.localdate()
    paper = {line.code: "hôm nay" for line in PROGRAMMES[programme].paper}
    ending = next(iter(PROGRAMMES[programme].endings))
    move = {"first_day": today + timedelta(days=2), "paper": paper}
    sending = {"programme": programme, "why": "cần khám thêm", "agreed": True}
    served, other = admitted(by, here, MY, programme=programme), opened(by, here, CHU, programme=programme)
    consented(by, other)
    # Three files of one name: two are merged, the third is left to decide.
    kept, absorbed = (opened(by, here, CHU, programme=programme) for _ in range(2))
    with acting(by):
        pair = Likeness.objects.get(client=kept, other=absorbed)
        deciding.decide(by=by, likeness=pair, same=True, why="cùng một người", kept=kept)
        merge = Merge.objects.get(client=kept).merge
        likeness = Likeness.objects.get(client=other, other=kept)
        consent = Consent.objects.get(client=other)
    moving = transferring.ask(by=by, client=served, to=there, **move)
    referred = referring.refer(by=by, client=served, to=there, **sending)
    comer = admitted(far, there, PANH, programme=programme)
    came = transferring.ask(by=far, client=comer, to=here, **move)
    letter = referring.refer(by=far, client=comer, to=here, **sending)
    with acting(by):
        came = Transfer.objects.get(side=RECEIVED, letter=came.letter)
        letter = Referral.objects.get(side=RECEIVED, letter=letter.letter)

    def of(client: Client, form: Mapping[str, Any] = _NO_FORM, **more: Any) -> Example:
        path = {"uid": str(client.uid), **more}
        return Example(path, client, form, {**path, "uid": GONE})

    def letters(row: Letter, form: Mapping[str, Any] = _NO_FORM) -> Example:
        return Example({"uid": str(row.uid)}, row, form, {"uid": GONE})

    person = {"name": "Lý Mí Sò", "born": "1990", "sex": "male", "alias": "", "phone": "", "home": ""}
    day = f"{today:%d/%m/%Y}"
    told = {f"paper_{code}": day for code in paper}
    soon = f"{today + timedelta(days=3):%d/%m/%Y}"
    return {
        name: Example(form={"text": "vang thi my"}),
        f"{name}-new": Example({"pk": here.pk}, here, person),
        f"{name}-decide": Example({"pk": likeness.pk}, likeness, {"act": "different", "why": ""}),
        f"{name}-transfer-answer": letters(came, {"act": "refuse", "why": "hết chỗ rồi"}),
        f"{name}-referral-answer": letters(letter, {"act": "accept", "why": ""}),
        f"{name}-transfer-withdraw": letters(moving),
        f"{name}-referral-withdraw": letters(referred),
        f"{name}-file": of(served),
        f"{name}-correct": of(other, person),
        f"{name}-looks": of(served),
        f"{name}-admit": of(other, {"since": day}),
        f"{name}-end": of(served, {"last_day": day, "ending": ending}),
        f"{name}-consent": of(served, {"wording": "mẫu 02", "form": "written", "given_on": day}),
        f"{name}-consent-withdraw": of(other, {"day": day, "why": ""}, consent=consent.pk),
        f"{name}-refer": of(served, {"to": f"{there.pk}:{programme}", "why": "cần khám", "agreed": "on"}),
        f"{name}-transfer": of(served, {"to": str(there.pk), "first_day": soon, **told}),
        f"{name}-unmerge": of(kept, {"why": "gộp nhầm rồi"}, merge=str(merge)),
    }
