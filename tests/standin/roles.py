from phoihop.base.org.roles import CASES, OWN
from phoihop.base.org.rules.permissions import Grant, Reach, Role
from phoihop.kernel.refusals import Bilingual
from tests.standin import programmes  # noqa: F401 - registers them by being there


def _carer(programme: str, name: str) -> Role:
    return Role(
        f"carer-{programme}",
        Bilingual(f"Nhân viên chăm sóc {name}", f"Carer {name}"),
        Bilingual("Mở hồ sơ tại cơ sở của mình.", "Opens the files of the own facility."),
        (
            *OWN,
            Grant(f"standin.case_{programme}_*", Reach.FACILITY),
            Grant(f"registry.case_{programme}_*", Reach.FACILITY),
        ),
        sensitive=True,
        programmes=(programme,),
    )


DECLARED = (
    _carer("alpha", "A"),
    _carer("beta", "B"),
    Role(
        "officer",
        Bilingual("Cán bộ ngoài ngành y tế", "Officer outside health"),
        Bilingual("Không mở được hồ sơ nào.", "Opens no file."),
        OWN,
        refuses=CASES,
    ),
)
