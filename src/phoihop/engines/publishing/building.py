"""One build: facts brought up to date, figures worked out, told and written, a version at a time.

Every step is a transaction of its own, and says how far the build is. What fails leaves its last good figures
and is named; the others go on. A worker that was given up is fenced off by ``attempts``. Called again, a
build does what is left: facts of months that did not change stay, and figures that did not are not written.
"""

import logging
from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from django.utils import timezone

from phoihop.base.database.home import default_folder
from phoihop.base.security import origin, scope
from phoihop.base.security.audit.entries import Entry, Kind, Outcome
from phoihop.base.security.audit.recording import record
from phoihop.base.security.scope import Scope
from phoihop.engines.indicators import partitions
from phoihop.engines.indicators.engine import Engine, duck, filed
from phoihop.engines.indicators.facts import Table
from phoihop.engines.indicators.partitions import Source, sizes
from phoihop.engines.publishing import borders, registering, sealing, versions
from phoihop.engines.publishing.borders import Places
from phoihop.engines.publishing.fences import JOB, GivenUp, mine
from phoihop.engines.publishing.following import Facts
from phoihop.engines.publishing.models import Build, Release, ReleaseKey, Standing
from phoihop.engines.publishing.registering import Asked, Programme
from phoihop.kernel.refusals import Refusal

SILENT = timedelta(minutes=15)  # after which another worker goes on
ATTEMPTS = 3
MEMORY = "1GB"  # for the engine; what does not fit goes to the disk
log = logging.getLogger(__name__)


def folder() -> Path:
    """Where facts lie as files, its owner's alone."""
    path = default_folder() / "figures"
    path.mkdir(mode=0o700, parents=True, exist_ok=True)
    return path


def newest() -> Release:
    """The release that is built; the first one begins by itself. In a scope of a job."""
    found = Release.objects.order_by("-pk").first()
    return found or begin(None)


def begin(account: int | None) -> Release:
    """A new release: from its first build on, nobody has the pseudonym of before. In a scope of a job."""
    release = Release.objects.create(begun_by_id=account)
    ReleaseKey.objects.create(release=release, sealed=sealing.new(release.uid))
    return release


def ask(account: int | None, until: date) -> Build | None:
    """A build that waits, up to a day that is over; None where one is under way already. In a scope of a
    job."""
    if Build.objects.filter(ended_at=None).exists():
        return None
    return Build.objects.create(release=newest(), asked_by_id=account, until=until, heard_at=timezone.now())


def run(number: int) -> None:
    """Do a build that waits, or that fell silent; nothing where another worker is at it."""
    with origin.beginning():
        build = _claim(number)
        if build is None:
            return
        try:
            _Work(build).all()
        except GivenUp:
            log.warning("build %s has gone on without this worker", number)
        except Exception as error:  # noqa: BLE001 - whatever it was, it is said, and nothing was lost
            log.warning("build %s failed: %s", number, fault_of(error))
            _end(build, Build.State.FAILED, [{"programme": "", "code": "", "fault": fault_of(error)}])


def tend() -> list[int]:
    """Builds that wait or fell silent, to be gone on with; one that took its worker with it three times is
    ended."""
    with scope.acting(JOB):
        silent = Build.objects.select_for_update(skip_locked=True, of=("self",)).filter(ended_at=None)
        found = []
        for build in silent.filter(heard_at__lt=timezone.now() - SILENT):
            if build.attempts >= ATTEMPTS:
                build.state, build.ended_at = Build.State.FAILED, timezone.now()
                build.faults = [*build.faults, {"programme": "", "code": "", "fault": "worker-lost"}]
                build.save(update_fields=["state", "ended_at", "faults"])
            else:
                found.append(build.pk)
        return found


def fault_of(error: BaseException) -> str:
    """What sort of fault it was. Never its words: they may hold values."""
    return error.reason if isinstance(error, Refusal) else type(error).__name__


def _claim(number: int) -> Build | None:
    with scope.acting(JOB):
        rows = Build.objects.select_for_update(skip_locked=True, of=("self",)).select_related("release")
        build = rows.filter(pk=number, ended_at=None).first()
        now = timezone.now()
        if build is None or (build.state == Build.State.RUNNING and build.heard_at > now - SILENT):
            return None
        build.state, build.heard_at, build.faults = Build.State.RUNNING, now, []
        build.attempts += 1
        build.done = 0
        build.save(update_fields=["state", "heard_at", "faults", "attempts", "done"])
        return build


def _end(build: Build, state: str, faults: list[dict[str, str]], **columns: int) -> None:
    with scope.acting(JOB):
        row = mine(build)
        row.state, row.faults, row.ended_at = state, faults, timezone.now()
        row.heard_at, row.stage, row.what = row.ended_at, "", ""
        for name, value in columns.items():
            setattr(row, name, value)
        row.save()
        outcome = Outcome.DONE if state == Build.State.DONE else Outcome.FAILED
        record(
            Entry(
                kind=Kind.JOB,
                action="publishing.build",
                request=origin.current().request,
                outcome=outcome,
                purpose="job",
                thing_kind="publishing.Build",
                thing_id=str(row.pk),
                count=row.done,
                detail={"to": str(state)},
            )
        )


class _Work:
    """A build that this worker is at."""

    def __init__(self, build: Build) -> None:
        self.build = build
        self.release = build.release
        self.faults: list[dict[str, str]] = []
        self.done = 0
        self.given_away = 0

    def all(self) -> None:
        programmes = sorted(registering.PROGRAMMES.values(), key=lambda each: each.code)
        whole = sum(len(each.indicators) for each in programmes) + len(registering.REPORTED)
        self._say(stage="facts", what="", whole=whole)
        for programme in programmes:
            self._programme(programme)
        for figure in registering.REPORTED.values():
            self._say(stage="figures", what=figure.code)
            self._tried(versions.build_reported, "", figure.code, 1, self.build, figure)
        state = Build.State.PARTLY if self.faults else Build.State.DONE
        if not self.faults:
            self._forget_older(programmes)
        _end(self.build, state, self.faults, done=self.done, given_away=self.given_away)

    def _programme(self, programme: Programme) -> None:
        self._say(stage="facts", what=programme.code)
        name = files_of(self.release, programme)
        try:
            places = self._facts(programme, name)
        except GivenUp:
            raise
        except Exception as error:  # noqa: BLE001 - one programme's failure must not cost the others
            self._failed(programme.code, "", error)
            for each in programme.indicators:
                _failing(programme.code, each.code, each.version, fault_of(error))
            self._count(len(programme.indicators))
            return
        spill = folder() / "spill"
        backend = duck(memory_limit=MEMORY, temp_directory=str(spill))
        try:
            engine = Engine(backend, filed(backend, folder(), name), sizes=sizes(folder(), name))
            since = first_day(name)
            context = versions.Context(
                self.build, programme, engine, places, since, _facts(engine, programme, name)
            )
            for indicator in programme.indicators:
                self._say(stage="figures", what=indicator.code)
                lost = self._tried(
                    versions.build, programme.code, indicator.code, indicator.version, context, indicator
                )
                self.given_away += lost or 0
        finally:
            backend.disconnect()

    def _facts(self, programme: Programme, name: str) -> Places:
        with scope.acting(JOB):
            places = borders.places(programme.code)
            sealed = bytes(ReleaseKey.objects.get(release=self.release).sealed)
        facilities = tuple(sorted(places.facilities))
        reaching = Scope("job", places=tuple((each, programme.code) for each in facilities))
        secret = sealing.of_programme(self.release.uid, sealed, programme.code)
        with scope.acting(reaching):
            source = programme.source(Asked(secret, facilities, self.build.until))
        partitions.build(
            folder(), name, programme.tables, _Apart(source, reaching), lambda done, of: self._say()
        )
        return places

    def _tried(self, do: Any, programme: str, code: str, version: int, *given: Any) -> Any:
        try:
            return do(*given)
        except GivenUp:
            raise
        except Exception as error:  # noqa: BLE001 - nor one figure's
            self._failed(programme, code, error)
            _failing(programme, code, version, fault_of(error))
            return None
        finally:
            self._count(1)

    def _failed(self, programme: str, code: str, error: Exception) -> None:
        log.warning("figure %s of %s failed: %s", code or "facts", programme, fault_of(error))
        self.faults.append({"programme": programme, "code": code, "fault": fault_of(error)})

    def _count(self, more: int) -> None:
        self.done += more

    def _say(self, **columns: Any) -> None:
        """How far it is; GivenUp where it is another worker's now."""
        with scope.acting(JOB):
            rows = Build.objects.filter(pk=self.build.pk, attempts=self.build.attempts, ended_at=None)
            if not rows.update(heard_at=timezone.now(), done=self.done, faults=self.faults, **columns):
                raise GivenUp

    def _forget_older(self, programmes: Iterable[Programme]) -> None:
        """The facts of earlier releases go, and their secrets too: no pseudonym of theirs comes again."""
        with scope.acting(JOB):
            mine(self.build)
            older = ReleaseKey.objects.filter(release__lt=self.release).select_related("release")
            for key in older:
                for programme in programmes:
                    name = files_of(key.release, programme)
                    if (folder() / name).is_dir():
                        partitions.forget(folder(), name)
                key.delete()


class _Apart:
    """A source of which every question is asked in a transaction of its own, so that the build can say
    between two of them how far it is."""

    def __init__(self, source: Source, reaching: Scope) -> None:
        self._source, self._reaching = source, reaching

    def months(self, table: Table) -> Mapping[str, str]:
        with scope.acting(self._reaching):
            return dict(self._source.months(table))

    def rows(self, table: Table, month: str) -> list[Any]:
        with scope.acting(self._reaching):
            return list(self._source.rows(table, month))


def files_of(release: Release, programme: Programme) -> str:
    """The name of the files of a programme in a release."""
    return f"r{release.pk}.{programme.code}"


def _facts(engine: Engine, programme: Programme, name: str) -> Facts:
    """The facts of a programme, and as they were before they changed last."""
    now, before = partitions.register(folder(), name), partitions.register_before(folder(), name)
    files = (partitions.files_of(folder(), name, now), partitions.files_of(folder(), name, before))
    return Facts(engine, programme.tables, now, before, files)


def first_day(name: str) -> date | None:
    """The first day of which there are facts; None where there are none."""
    months = {
        month
        for found in partitions.register(folder(), name).values()
        for month, part in found.items()
        if month != partitions.UNDATED and part.rows
    }
    return date.fromisoformat(f"{min(months)}-01") if months else None


def _failing(programme: str, code: str, version: int, fault: str) -> None:
    with scope.acting(JOB):
        row, _ = Standing.objects.get_or_create(code=code, version=version, defaults={"programme": programme})
        row.failing_since = row.failing_since or timezone.now()
        row.fault = fault[:60]
        row.save(update_fields=["failing_since", "fault"])
