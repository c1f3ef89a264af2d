"""``phoihop import``: documents become live plans, by the steps that people take on the pages."""

import os
import sys
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from phoihop.config import database, installing, startup
from phoihop.config.commands.shared import inside, tell, tell_json
from phoihop.interfaces.cli import words
from phoihop.interfaces.cli.words import Lang, say
from phoihop.kernel.refusals import Bilingual, Refusal

DONE, SOME_REFUSED = 0, 1


@dataclass(slots=True)
class Summed:
    """What came of one document. ``resolved`` and ``ownerless`` count the parts of those who lead."""

    file: str
    number: str
    title: str
    unit: str
    stage: str
    targets: int
    tasks: int
    resolved: int
    ownerless: int
    sub_plans: int
    missing: int


def run(
    *,
    files: list[str],
    confirm_all: bool,
    agency: str | None,
    acting: str | None,
    data: str | None,
    json: bool,
    lang: Lang,
) -> int:
    """Every file in turn; 1 if one of them was refused. Without ``confirm_all`` they wait on the pages to be
    checked. What was imported before is taken up where it was."""
    if data:
        os.environ["PHOIHOP_DATA"] = str(Path(data).absolute())
    running = database.join()
    try:
        installing.ensure()
        with inside("app"):
            faults = startup.of_data()
            if faults:
                raise Refusal("not-this-data", faults[0].vi, faults[0].en)
            return Import(agency or "", acting or "", confirm_all, lang).all(files, json=json)
    finally:
        if running is not None:
            running.stop()


class Import:
    """One run over some files."""

    def __init__(self, agency: str, acting: str, confirm_all: bool, lang: Lang) -> None:
        from phoihop.config.commands.import_places import OwnPlaces, somebody

        self._agency, self._confirm, self._lang = agency, confirm_all, lang
        self._somebody = somebody(acting, agency) if acting else None
        self._own = None if acting else OwnPlaces(self._say)
        if self._own is not None:
            if not self._own.may():
                raise Refusal(
                    "as-missing",
                    "Cơ sở dữ liệu này đã có người dùng. Hãy ghi --as và tên đăng nhập của cán bộ kế hoạch.",
                    "There are people in this database. Give --as USERNAME of a planning officer.",
                )
            self._own.begin()

    def all(self, files: list[str], *, json: bool) -> int:
        taken: list[tuple[str, int]] = []
        refused: list[dict[str, str]] = []
        for place, file in enumerate(files, 1):
            name = Path(file).name
            began = time.monotonic()
            self._say(
                Bilingual(
                    f"[{place}/{len(files)}] {name}: đang đọc", f"[{place}/{len(files)}] {name}: reading"
                )
            )
            try:
                found = self._one(file)
            except Refusal as refusal:
                refused.append(
                    {"file": name, "reason": refusal.reason, "message": say(refusal.message, self._lang)}
                )
                self._say(Bilingual(f"{name}: {refusal.message.vi}", f"{name}: {refusal.message.en}"))
                continue
            taken += [(name, number) for number in found]
            seconds = round(time.monotonic() - began)
            self._say(
                Bilingual(
                    f"    {len(found)} văn bản, {seconds} giây",
                    f"    {len(found)} documents, {seconds} seconds",
                )
            )
        if self._own is not None and self._confirm:
            self._own.fill()
        summed = self._sum(taken)
        if json:
            tell_json({"documents": [asdict(each) for each in summed], "refused": refused})
        else:
            tell(_lines(summed, refused), self._lang)
            self._show_cards()
        return SOME_REFUSED if refused else DONE

    def _one(self, file: str) -> list[int]:
        from phoihop.coordination.documents import taking_in

        path = Path(file)
        try:
            data = path.read_bytes()
        except FileNotFoundError:
            raise Refusal("no-such-file", words.MISSING.vi, words.MISSING.en) from None
        except OSError:
            raise Refusal("unreadable", words.UNREADABLE.vi, words.UNREADABLE.en) from None
        by, agency = self._somebody or self._place(data, path.name)
        given: dict[str, Any] = {"by": by, "agency": agency, "data": data, "name": path.name}
        if self._confirm:
            return [document.pk for document in taking_in.take_in(**given).documents]
        upload = taking_in.read_in(**given)
        return taking_in.numbers_of(upload)

    def _place(self, data: bytes, name: str) -> Any:
        """Who sends it, for which agency: told by the document itself, so it is looked into first."""
        from phoihop.engines.reading.isolate import IsolatedReading

        assert self._own is not None
        reading = IsolatedReading(data, name)
        reading.start()
        result = reading.result()
        if result["refused"] is not None:
            said = result["refused"]["message"]
            raise Refusal(result["refused"]["reason"], said["vi"], said["en"])
        if not result["documents"]:
            raise Refusal("no-document", "Tệp không có văn bản nào.", "There is no document in the file.")
        return self._own.owner(result["documents"][0], self._agency)

    def _sum(self, taken: list[tuple[str, int]]) -> list[Summed]:
        from phoihop.base.security import scope
        from phoihop.base.security.scope import Scope
        from phoihop.config.commands.import_places import documents_of
        from phoihop.coordination.plans.models import Share

        with scope.acting(Scope("job")):
            files = {number: file for file, number in taken}
            summed = []
            for document in documents_of([number for _, number in taken]):
                plan = getattr(document, "plan", None)
                leads = (
                    Share.objects.filter(task__plan=plan, part="lead", until=None)
                    if plan
                    else Share.objects.none()
                )
                nobody = leads.filter(agency=None, group=False).count()
                unit = plan.unit if plan else document.unit
                summed.append(
                    Summed(
                        file=files[document.pk],
                        number=document.number,
                        title=document.title,
                        unit=f"{unit.kind} {unit.name}" if unit is not None else "",
                        stage=document.stage,
                        targets=plan.targets.count() if plan else 0,
                        tasks=plan.tasks.count() if plan else 0,
                        resolved=leads.count() - nobody,
                        ownerless=nobody,
                        sub_plans=plan.sub_plans.count() if plan else 0,
                        missing=document.citations.filter(to=None).count(),
                    )
                )
            return summed

    def _show_cards(self) -> None:
        for card in self._own.cards if self._own is not None else ():
            sys.stdout.write(f"  {card.username:<12} {card.address}\n")

    def _say(self, what: Bilingual) -> None:
        sys.stderr.write(say(what, self._lang) + "\n")
        sys.stderr.flush()


def _lines(summed: list[Summed], refused: list[dict[str, str]]) -> list[Bilingual]:
    """The summary, a line each, and one of all together."""
    said = []
    for each in summed:
        head = " · ".join(part for part in (each.number or each.title[:60], each.unit) if part)
        waits_vi, waits_en = (
            ("", "") if each.stage == "confirmed" else (" (chờ đối chiếu)", " (to be checked)")
        )
        said.append(
            Bilingual(
                f"{head}{waits_vi}: {each.targets} chỉ tiêu, {each.tasks} nhiệm vụ; "
                f"chủ trì: {each.resolved} có cơ quan, "
                f"{each.ownerless} chưa rõ; {each.sub_plans} kế hoạch cấp dưới phải có; "
                f"{each.missing} văn bản được dẫn chưa có trong sổ",
                f"{head}{waits_en}: {each.targets} targets, {each.tasks} tasks; "
                f"leads: {each.resolved} with an agency, "
                f"{each.ownerless} with nobody; {each.sub_plans} sub-plans owed; "
                f"{each.missing} cited documents not in the register",
            )
        )
    total: Callable[[str], int] = lambda field: sum(getattr(each, field) for each in summed)  # noqa: E731
    said.append(
        Bilingual(
            f"Tất cả: {len(summed)} văn bản, {total('targets')} chỉ tiêu, {total('tasks')} nhiệm vụ; "
            f"{len(refused)} tệp bị từ chối.",
            f"In all: {len(summed)} documents, {total('targets')} targets, {total('tasks')} tasks; "
            f"{len(refused)} files refused.",
        )
    )
    return said
