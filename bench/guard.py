"""What protection costs: a page and a write with scope, row security, audit and ciphers, and without them.

    ./run bench guard

The same requests go through the whole program in one process, in turns: once as it is, once with all four
switched off here, in this file alone (a superuser's connection, whom no policy stops; no scope set; no entry
written; columns in clear). So the ratio holds on any machine. The aim is 1.25 at most.
"""

import os
import statistics
import sys
import time
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
os.environ["DJANGO_SETTINGS_MODULE"] = "tests.settings"

import django

CLIENTS = 1_000
LISTED = 20  # files of one name, which a search lists
WORDS = ("Lo", "Vang")  # surnames of the guarded and of the plain
ROUNDS = 600
WARM = 40
SINCE = date(2026, 1, 1)


def main() -> None:
    from tests.support import database

    with database.product("app") as access:
        _measure(access)


def _measure(access: Any) -> None:
    from phoihop.base.org import doors

    doors.PACE.clear()  # nobody reads as fast as this
    switch = Switch(access)
    carer, facility = _carer()
    guarded = _people(carer, facility, WORDS[0])
    with switch.off():
        plain = _people(carer, facility, WORDS[1])
    browser = carer.browser()

    def page(ids: list[int], n: int) -> None:
        answer = browser.get(f"/standin/a/{ids[n]}/")
        assert answer.status_code == 200, answer.status_code

    def write(ids: list[int], n: int) -> None:
        day = (SINCE + timedelta(days=n % 300)).isoformat()
        answer = browser.post(f"/standin/a/{ids[n]}/visit/", {"day": day})
        assert answer.status_code == 302, answer.status_code

    def listed(ids: list[int], n: int) -> None:
        word = WORDS[0] if ids is guarded else WORDS[1]
        answer = browser.post("/standin/a/search/", {"text": f"{word} thi mua"})
        assert len(answer.json()["found"]) == LISTED, answer.status_code

    print(f"{'':10} {'guarded':>22} {'off':>22} {'ratio':>14}")
    print(f"{'':10} {'per s':>10} {'p95 ms':>11} {'per s':>10} {'p95 ms':>11} {'median':>7} {'p95':>6}")
    for name, do in (("a page", page), ("a list", listed), ("a write", write)):
        on, off = _in_turns(switch, do, guarded, plain)
        print(
            f"{name:10} {1 / statistics.fmean(on):>10.0f} {_p95(on):>11.2f} "
            f"{1 / statistics.fmean(off):>10.0f} {_p95(off):>11.2f} "
            f"{statistics.median(on) / statistics.median(off):>7.2f} {_p95(on) / _p95(off):>6.2f}"
        )


def _in_turns(
    switch: "Switch", do: Callable[[list[int], int], None], guarded: list[int], plain: list[int]
) -> tuple[list[float], list[float]]:
    on, off = [], []
    for turn in range(ROUNDS + WARM):
        place = turn * 7 % CLIENTS
        took = _timed(lambda: do(guarded, place))  # noqa: B023 - called at once
        with switch.off():
            took_off = _timed(lambda: do(plain, place))  # noqa: B023 - called at once
        if turn >= WARM:
            on.append(took)
            off.append(took_off)
    return on, off


def _timed(do: Callable[[], None]) -> float:
    began = time.perf_counter()
    do()
    return time.perf_counter() - began


def _p95(took: list[float]) -> float:
    return statistics.quantiles(took, n=20)[-1] * 1000


def _carer() -> Any:
    from phoihop.base.org.tests import making
    from phoihop.base.security import scope
    from tests.support.world import Somebody

    with scope.acting(making.INSTALL):
        agency = making.agency("Trung tâm Y tế Thử Tải")
        facility = making.facility(agency, "Phòng khám Thử Tải", programmes=["alpha"])
        account = making.account("Người Thử Tải")
        making.position(account, "carer-alpha", facility)
    return Somebody("carer", account, "carer-alpha", facility), facility


def _people(carer: Any, facility: Any, surname: str) -> list[int]:
    from phoihop.base.org.viewers import scope_of
    from phoihop.base.security import scope
    from tests.standin import actions

    viewer = carer.viewer
    with scope.acting(scope_of(viewer)):
        return [
            actions.enrol(
                "alpha",
                by=viewer,
                facility=facility,
                name=_name(surname, number),
                state="ổn định",
                since=SINCE,
            ).pk
            for number in range(CLIENTS)
        ]


def _name(surname: str, number: int) -> str:
    return f"{surname} Thị Mua" if number < LISTED else f"{surname} Văn {number}"


class Switch:
    """Turns the four off and on again; two connections, so that turning costs nothing."""

    def __init__(self, access: Any) -> None:
        from django.db import connection

        from phoihop.base.org import doors
        from phoihop.base.security import scope, sealed

        self._doors, self._scope, self._sealed = doors, scope, sealed
        wanted = connection.get_connection_params() | access.params("setup")
        self._superuser = connection.get_new_connection(wanted)
        self._superuser.autocommit = True
        self._ours: Any = None
        self._kept: dict[str, Any] = {}

    def off(self) -> "Switch":
        return self

    def __enter__(self) -> None:
        from django.db import connection

        connection.ensure_connection()
        self._ours = connection.connection
        connection.connection = self._superuser
        keeper, row = self._scope._Keeper, self._sealed.Sealed
        self._kept = {"put": keeper.put, "clear": self._scope._put, "record": self._doors.record}
        self._kept |= {"seal": row.put, "text": row.text, "key": self._sealed.make_key}
        self._kept["keys"] = self._sealed.fetch_keys

        def nothing(*given: Any, **more: Any) -> None: ...

        def put(row: Any, **texts: str) -> None:
            for name, text in texts.items():
                setattr(row, name, text.encode())

        keeper.put, self._scope._put, self._doors.record = nothing, nothing, nothing
        row.put, row.text = put, lambda row, name: bytes(getattr(row, name) or b"").decode()
        self._sealed.make_key = self._sealed.fetch_keys = nothing

    def __exit__(self, *_: object) -> None:
        from django.db import connection

        connection.connection = self._ours
        keeper, row = self._scope._Keeper, self._sealed.Sealed
        keeper.put, self._scope._put = self._kept["put"], self._kept["clear"]
        self._doors.record = self._kept["record"]
        row.put, row.text, self._sealed.make_key = self._kept["seal"], self._kept["text"], self._kept["key"]
        self._sealed.fetch_keys = self._kept["keys"]


if __name__ == "__main__":
    django.setup()
    main()
