"""What this room's addresses lead to, for the tests that walk every address."""

from phoihop.base.org.files.place import KeptFile
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
