"""What this room's addresses lead to, for the tests that walk every address."""

from datetime import timedelta

from django.utils import timezone

from phoihop.base.org import tokens
from phoihop.base.org.files.place import KeptFile
from phoihop.base.org.models import Block, Position, Proposal
from phoihop.base.org.rules.permissions import Place
from phoihop.base.org.tests.making import INSTALL
from phoihop.base.org.viewers import scope_of
from phoihop.base.security import scope
from phoihop.base.security.models import StoredFile
from tests.support.world import HERE, NOBODY, Example, World


def examples(world: World) -> dict[str, Example]:
    """By name of address."""
    file = _file(world)
    someone = world.people[NOBODY].account
    return {
        "file-link": Example({"pk": str(file.pk)}, KeptFile(file), missing={"pk": "900000001"}),
        "file": Example(
            {"pk": str(file.pk), "token": "x"}, KeptFile(file), missing={"pk": "900000001", "token": "x"}
        ),
        "signin_issue_card": Example({"number": someone.pk}, someone),
        "signin_off_board": Example({"number": someone.pk}, someone),
        **_offices(world),
        **_people(world),
        **_proposals(world),
    }


def _offices(world: World) -> dict[str, Example]:
    agency, facility, unit = world.agencies[HERE], world.facilities[HERE], world.units[HERE]
    token, missing = tokens.sealed("org.see_agencies", agency), {"token": "nothing"}
    return {
        "why": Example({"token": token}, missing=missing),
        "unit": Example({"key": unit.key}, unit, missing={"key": "test:nothing"}),
        "agency": Example({"pk": agency.pk}, agency),
        "facility": Example({"pk": facility.pk}, facility),
        "agency-new": Example(form={"kind": "health.province", "name": "Sở Y tế"}),
        "agency-rename": Example({"pk": agency.pk}, agency, {"name": "Sở mới", "day": "hôm nay"}),
        "agency-end": Example({"pk": agency.pk}, agency, {"last_day": "hôm nay"}),
        "facility-new": Example({"pk": agency.pk}, agency, {"kind": "clinic", "name": "Phòng khám"}),
        "facility-place": Example({"pk": facility.pk}, facility, {"unit": unit.key, "why": "same"}),
        "placement-back": Example({"pk": facility.pk}, facility, {"since": ""}),
        "facility-end": Example({"pk": facility.pk}, facility, {"last_day": "hôm nay"}),
        "digest": Example({"pk": agency.pk}, agency),
    }


def _people(world: World) -> dict[str, Example]:
    """A person has no place of their own: they are where they work."""
    somebody, at = world.people["member@here"], Place(agency=world.agencies[HERE].pk)
    with scope.acting(INSTALL):
        position = Position.objects.get(person=somebody.account.person_id)
        # Of somebody who may do nothing anyway: the walk knows no blocks.
        block = Block.objects.create(
            person=world.people[NOBODY].account.person,
            actions="org.explain",
            given_by=somebody.account,
            agency=world.agencies[HERE],
        )
    path = {"pk": somebody.account.person_id}
    return {
        "person": Example(path, at),
        "position-give": Example(path, at, {"role": "member", "since": "1/4/2026"}),
        "person-block": Example(path, at, {"actions": "org.explain", "place": world.agencies[HERE].pk}),
        "block-lift": Example({"pk": block.pk}, block),
        "position-end": Example({"pk": position.pk}, position, {"last_day": "hôm nay"}),
    }


def _proposals(world: World) -> dict[str, Example]:
    asking = world.people["member@here"].account
    with scope.acting(INSTALL):
        proposal = Proposal.objects.create(
            action="org.give_position",
            arguments={
                "person": asking.person_id,
                "role": "head",
                "agency": world.agencies[HERE].pk,
                "facility": None,
                "units": [],
                "since": "2026-04-01",
                "until": None,
                "basis": "",
            },
            reason="thay người nghỉ hưu",
            agency=world.agencies[HERE],
            proposed_by=asking,
            expires_at=timezone.now() + timedelta(days=1),
        )
    path = {"pk": proposal.pk}
    return {
        "proposal": Example(path, proposal),
        "proposal-withdraw": Example(path, proposal),
        "proposal-decide": Example(path, proposal, {"decision": "refuse"}),
    }


def _file(world: World) -> StoredFile:
    """A row alone: nobody of the walk has a link that opens its bytes."""
    owner = world.viewer("member@here")
    assert owner.account is not None
    with scope.acting(scope_of(owner)):
        return StoredFile.objects.create(
            vault="0" * 32,
            name="ke-hoach.txt",
            media_type="text/plain",
            size=1,
            sha256="0" * 64,
            about="",
            account=owner.account,
            agency=world.agencies[HERE].pk,
            facility=None,
            programme="",
        )
