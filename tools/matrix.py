"""The permission matrix: which role may do what, over which things. One generated file, reviewed like code.

python -m tools.matrix      writes docs/reference/permissions.md and permissions.csv
"""

import csv
import io
import os
import subprocess
import sys
from typing import Any

from tools.tree import ROOT

CSV = ROOT / "docs" / "reference" / "permissions.csv"
PAGE = ROOT / "docs" / "reference" / "permissions.md"
COLUMNS = ("door", "vi", "en", "kind", "of", "step_up", "role", "reach")
ABOUT_ROLES = (
    "mã · code",
    "tên · name",
    "được làm gì · what it is for",
    "hai người · two people",
    "ai duyệt · who approves",
    "không bao giờ · never",
)
KINDS = {"write": "ghi", "read": "xem", "search": "tìm", "grant": "giao quyền", "login": "đăng nhập"}
REACHES = {
    "self": "của mình · one's own",
    "facility": "cơ sở · facility",
    "agency": "cơ quan · agency",
    "units": "địa bàn · units",
    "all": "mọi nơi · everywhere",
    "open": "mọi người · everybody",
}


def rows() -> list[dict[str, str]]:
    """One row for each door and role that may pass it; a door nobody passes has one with an empty role."""
    found = []
    for door in _doors():
        base = {
            "door": door.code,
            "vi": door.about.vi,
            "en": door.about.en,
            "kind": door.kind.value,
            "of": door.of,
            "step_up": "x" if door.demand.step_up else "",
        }
        passing = list(_passing(door))
        found += [base | {"role": role, "reach": reach} for role, reach in passing or [("", "")]]
    return found


def _doors() -> list[Any]:
    from phoihop.base.org.doors import DOORS

    return [DOORS[code] for code in sorted(DOORS)]


def _passing(door: Any) -> list[tuple[str, str]]:
    from fnmatch import fnmatchcase

    from phoihop.base.org.roles import ROLES

    if door.demand.open:
        return [("*", "open")]
    found = []
    for code in sorted(ROLES):
        role = ROLES[code]
        if any(fnmatchcase(door.code, pattern) for pattern in role.refuses):
            found.append((code, "refused"))
            continue
        reaches = {grant.reach.value for grant in role.grants if grant.names(door.code)}
        found += [(code, reach) for reach in REACHES if reach in reaches]
    return found


def _approver(role: Any) -> str:
    if not role.sensitive:
        return ""
    return "toàn hệ thống · above the agencies" if role.central else "thủ trưởng · the head"


def as_csv() -> str:
    out = io.StringIO()
    writer = csv.DictWriter(out, COLUMNS, lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows())
    return out.getvalue()


def as_page() -> str:
    from phoihop.base.org.roles import ROLES

    lines = [
        "# Ma trận quyền · Permission matrix",
        "",
        "Tệp này do `./run docs` viết từ khai báo vai trò và việc; sửa khai báo, không sửa tệp.",
        "Điều gì không có trong bảng thì không ai được làm. ·",
        "Written by `./run docs` from the declared roles and doors; what is not in the table nobody may do.",
        "",
        "## Vai trò · Roles",
        "",
        f"| {' | '.join(ABOUT_ROLES)} |",
        "|---|---|---|---|---|---|",
    ]
    for code in sorted(ROLES):
        role = ROLES[code]
        never = ", ".join(f"`{pattern}`" for pattern in role.refuses)
        lines.append(
            f"| `{code}` | {role.name.vi} · {role.name.en} | {role.about.vi} · {role.about.en} | "
            f"{'x' if role.sensitive else ''} | {_approver(role)} | {never} |"
        )
    lines += [
        "",
        "## Việc · Doors",
        "",
        "| việc · door | là gì · what | vai trò và phạm vi · roles and reach |",
        "|---|---|---|",
    ]
    by_door: dict[str, list[dict[str, str]]] = {}
    for row in rows():
        by_door.setdefault(row["door"], []).append(row)
    for code, found in by_door.items():
        said = "; ".join(
            f"{row['role']}: {REACHES[row['reach']]}"
            for row in found
            if row["role"] and row["reach"] in REACHES
        )
        step = " *(xác nhận lại · step-up)*" if found[0]["step_up"] else ""
        kind = KINDS.get(found[0]["kind"], found[0]["kind"])
        lines.append(f"| `{code}` | {found[0]['vi']} · {found[0]['en']} ({kind}){step} | {said or '–'} |")
    return "\n".join(lines) + "\n"


def setup() -> None:
    """Load every room of the product, and none of the tests'."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "phoihop.config.settings"
    import django

    django.setup()


def differing() -> list[str]:
    """Files that say something else than the declarations do; the rooms are loaded."""
    wanted = {CSV: as_csv(), PAGE: as_page()}
    return [
        f"{path.relative_to(ROOT)}: stale; run ./run docs"
        for path, text in wanted.items()
        if not path.exists() or path.read_text(encoding="utf-8") != text
    ]


def stale() -> list[str]:
    """The same, found out in a process of its own: this one may have loaded other rooms, or be a demo's."""
    plain = {
        name: value for name, value in os.environ.items() if not name.startswith(("PHOIHOP_", "DJANGO_"))
    }
    command = [sys.executable, "-m", "tools.matrix", "--check"]
    done = subprocess.run(command, cwd=ROOT, env=plain, capture_output=True, text=True, check=False)
    return (
        done.stdout.splitlines() if done.returncode in (0, 1) else [f"tools/matrix.py: {done.stderr[-200:]}"]
    )


def main(arguments: list[str]) -> int:
    setup()
    if arguments == ["--check"]:
        found = differing()
        print("\n".join(found), end="")
        return 1 if found else 0
    CSV.write_text(as_csv(), encoding="utf-8")
    PAGE.write_text(as_page(), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
