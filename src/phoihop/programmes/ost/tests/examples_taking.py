"""What the addresses of taking over paper books lead to, for the tests that walk every address."""

from phoihop.base.org.models import Facility
from phoihop.engines.forms.sheet_layout import columns
from phoihop.programmes.ost.actions import taking_over_sheets as sheets
from phoihop.programmes.ost.actions.taking_over_sheets import Line, form
from phoihop.programmes.ost.models import TakingOver
from tests.support.world import HERE, Example, World

GONE = "00000000-0000-0000-0000-000000000000"
NOT_THERE = 900_000_001


def examples(world: World) -> dict[str, Example]:
    """Two people's rows that were looked at; one of them is wrong."""
    here, head = world.facilities[HERE], world.viewer("ost-head@here")
    width = len(columns(form("people")))
    told = ("1", "Người Một", "1980", "", "", "", "", "", "01/02/2024", "", "", "", "01/02/2024")
    lines = [Line(2, (*told, *("",) * (width - len(told)))), Line(3, ("2", *("",) * (width - 1)))]
    sent = sheets.send(by=head, facility=here, site=here, kind="people", lines={"people": lines})
    return {
        "ost-taking": _at(here),
        "ost-taking-template": _at(here, sheet="people"),
        "ost-taking-send": Example(
            {"pk": here.pk, "way": "nguoi"}, here, {"paste_people": "1\t2"}, {"pk": NOT_THERE, "way": "nguoi"}
        ),
        "ost-taking-one": _of(sent),
        "ost-taking-progress": _of(sent),
        "ost-taking-confirm": _of(sent),
        "ost-taking-drop": _of(sent),
        "ost-taking-refused": _of(sent, sheet="people"),
    }


def _at(here: Facility, **more: str) -> Example:
    return Example({"pk": here.pk, **more}, here, {}, {"pk": NOT_THERE, **more})


def _of(sent: TakingOver, **more: str) -> Example:
    return Example({"uid": str(sent.uid), **more}, sent, {}, {"uid": GONE, **more})
