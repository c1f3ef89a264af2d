"""What ``phoihop doctor`` looks at: each check gives a plain sentence, and what to do if it is not well."""

import os
import shutil
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Literal

import psycopg

from phoihop.base.database import archive, dumps
from phoihop.base.database.home import default_folder
from phoihop.config.commands.keeping import backups, replaced
from phoihop.config.commands.shared import Inside
from phoihop.kernel.refusals import Bilingual, Refusal

State = Literal["ok", "warn", "bad"]
# The last day on which PostgreSQL mends a major version (postgresql.org/support/versioning).
MENDED_UNTIL = {
    14: date(2026, 11, 12),
    15: date(2027, 11, 11),
    16: date(2028, 11, 9),
    17: date(2029, 11, 8),
    18: date(2030, 11, 14),
}
_NOTHING = Bilingual("", "")


@dataclass(frozen=True, slots=True)
class Check:
    """One thing looked at; ``code`` is for programs and never changes."""

    code: str
    state: State
    says: Bilingual
    do: Bilingual = _NOTHING


def everything(here: Inside) -> list[Check]:
    """Every check in turn. One that cannot be made is a finding itself."""
    found: list[Check] = []
    for look in (
        _faults, _disks, _seals, _backups, _jobs, _clock, _version, _key_file, _overdue, _migrations,
        _archive, _erasures, _leftovers,
    ):  # fmt: skip
        try:
            found += look(here)
        except (Refusal, psycopg.Error, OSError) as error:
            said = (
                error.message
                if isinstance(error, Refusal)
                else Bilingual("Không xem được.", "It cannot be seen.")
            )
            name = look.__name__.strip("_").replace("_", "-")
            found.append(
                Check(
                    name,
                    "bad",
                    Bilingual(f"{name}: {said.vi}", f"{name}: {said.en}"),
                    Bilingual(
                        "Hãy xem lại quyền và tình trạng cơ sở dữ liệu.",
                        "Look at rights and at the database.",
                    ),
                )
            )
    return found


def graded(value: float, warn: float, bad: float) -> State:
    """How bad a value is that should be small."""
    return "bad" if value >= bad else "warn" if value >= warn else "ok"


def _faults(here: Inside) -> Iterator[Check]:
    from phoihop.config import startup

    faults = startup.faults()
    for fault in faults:
        yield Check(
            "startup",
            "bad",
            fault,
            Bilingual(
                "Sửa điều này; phần mềm không khởi động khi chưa sửa.",
                "Mend it; the program does not start before.",
            ),
        )
    if not faults:
        yield Check("startup", "ok", Bilingual("Phần mềm khởi động được.", "The program may start."))


def _disks(here: Inside) -> Iterator[Check]:
    from django.conf import settings

    from phoihop.base.security.places import witness_folder

    seen: set[int] = set()
    for place in (default_folder(), backups(), witness_folder(), settings.PHOIHOP_FILES):
        while not place.exists():
            place = place.parent
        if place.stat().st_dev in seen:
            continue
        seen.add(place.stat().st_dev)
        usage = shutil.disk_usage(place)
        percent = 100 * (1 - usage.free / usage.total)
        yield Check(
            "disk",
            graded(percent, 80, 90),
            Bilingual(
                f"Ổ đĩa của {place}: đã dùng {percent:.0f} %, còn {usage.free / 1e9:.1f} GB.",
                f"Disk of {place}: {percent:.0f} % used, {usage.free / 1e9:.1f} GB left.",
            ),
            Bilingual("Giải phóng chỗ trống hoặc thêm ổ đĩa.", "Free some space or add a disk."),
        )


def _seals(here: Inside) -> Iterator[Check]:
    with here.connect("sealer") as connection:
        row = connection.execute(
            "with last as (select at, epoch, to_txid from public.security_auditseal order by number desc "
            "limit 1) "
            "select (select extract(epoch from clock_timestamp() - at) from last)::float8, count(e.id), "
            "coalesce(extract(epoch from clock_timestamp() - min(e.at)), 0)::float8 "
            "from public.security_auditentry e "
            "where (e.epoch, e.txid) >= (coalesce((select epoch from last), 1), coalesce((select to_txid "
            "from last), 0))"
        ).fetchone()
    assert row is not None
    age, waiting, lag = row
    do = Bilingual(
        "Xem phoihop seal có chạy không và ghi được tệp chứng kiến không.",
        "See whether phoihop seal runs and can write the witness.",
    )
    if age is None:
        says = Bilingual("Nhật ký chưa được niêm phong lần nào.", "The audit was never sealed.")
        yield Check("seal", "bad" if lag > 600 else "warn", says, do)
    else:
        minutes = age / 60
        yield Check(
            "seal",
            "bad" if minutes < -1 else graded(minutes, 75, 24 * 60),
            Bilingual(
                f"Niêm phong mới nhất cách đây {minutes:.0f} phút.",
                f"The newest seal is {minutes:.0f} minutes old.",
            ),
            do
            if minutes >= -1
            else Bilingual(
                "Đồng hồ máy chủ đã bị vặn lùi; hãy chỉnh lại giờ.",
                "The server's clock was set back; set it right.",
            ),
        )
    yield Check(
        "unsealed",
        graded(lag, 180, 600),
        Bilingual(
            f"{waiting} dòng nhật ký chờ niêm phong, lâu nhất {lag:.0f} giây.",
            f"{waiting} rows of the audit wait for their seal, the oldest for {lag:.0f} seconds.",
        ),
        do,
    )


def _backups(here: Inside) -> Iterator[Check]:
    do = Bilingual(
        "Chạy phoihop backup mỗi đêm; xem lịch chạy.", "Run phoihop backup every night; look at its timer."
    )
    found = [one for one in dumps.listing(backups()) if one.kind == "dump"] if backups().is_dir() else []
    if not found:
        says = Bilingual(f"Chưa có bản sao lưu nào trong {backups()}.", f"There is no backup in {backups()}.")
        yield Check("backup", "warn" if _is_demo() else "bad", says, do)
        return
    hours = (datetime.now(UTC) - found[0].made).total_seconds() / 3600
    yield Check(
        "backup",
        graded(hours, 26, 7 * 24),
        Bilingual(
            f"Bản sao lưu mới nhất cách đây {hours:.0f} giờ.", f"The newest backup is {hours:.0f} hours old."
        ),
        do,
    )


def _is_demo() -> bool:
    from django.conf import settings

    return bool(settings.PHOIHOP_MODE == "demo")


def _jobs(here: Inside) -> Iterator[Check]:
    with here.connect("sealer") as connection:
        row = connection.execute(
            "select (select count(*) from procrastinate_jobs where status = 'failed'), "
            "(select count(*) from procrastinate_jobs where status = 'todo' "
            "and coalesce(scheduled_at, now()) < now() - interval '10 minutes'), "
            "(select count(*) from procrastinate_jobs j where status = 'todo' and scheduled_at is null "
            "and exists (select from procrastinate_events e where e.job_id = j.id and e.type = 'deferred' "
            "and e.at < now() - interval '10 minutes')), "
            "(select count(*) from procrastinate_workers where last_heartbeat > now() - interval '2 minutes')"
        ).fetchone()
    assert row is not None
    failed, late, waiting, workers = row
    late += waiting
    do = Bilingual("Xem phoihop worker có chạy không.", "See whether phoihop worker runs.")
    yield Check(
        "jobs",
        "bad" if late and not workers else "warn" if late or failed or not workers else "ok",
        Bilingual(
            f"Việc nền: {late} việc chờ quá 10 phút, {failed} việc hỏng, {workers} tiến trình đang chạy.",
            f"Jobs: {late} have waited more than 10 minutes, {failed} failed, {workers} workers run.",
        ),
        do,
    )


def _clock(here: Inside) -> Iterator[Check]:
    before = datetime.now(UTC)
    with here.connect("app") as connection:
        row = connection.execute("select clock_timestamp()").fetchone()
    after = datetime.now(UTC)
    assert row is not None
    off = max((before - row[0]).total_seconds(), (row[0] - after).total_seconds(), 0.0)
    yield Check(
        "clock",
        graded(off, 5, 60),
        Bilingual(
            f"Đồng hồ ở đây và ở cơ sở dữ liệu lệch nhau {off:.0f} giây.",
            f"The clocks here and at the database differ by {off:.0f} seconds.",
        ),
        Bilingual(
            "Bật đồng bộ giờ (NTP) trên cả hai máy.", "Turn on time synchronisation (NTP) on both machines."
        ),
    )


def _version(here: Inside, today: date | None = None) -> Iterator[Check]:
    with here.connect("app") as connection:
        number = connection.info.server_version
    major, minor = divmod(number, 10_000)
    until, now = MENDED_UNTIL.get(major), today or datetime.now(UTC).date()
    bundled = here.programs.version
    state: State = "ok"
    if until is None or now > until:
        state = "bad" if until else "warn"
    elif now > until - timedelta(days=180) or (
        here.programs.major == major and minor < int(bundled.split(".")[-1])
    ):
        state = "warn"
    end = f"{until:%Y-%m-%d}" if until else "?"
    yield Check(
        "postgresql",
        state,
        Bilingual(
            f"PostgreSQL {major}.{minor}, được vá lỗi tới {end}; chương trình đi kèm bản {bundled}.",
            f"PostgreSQL {major}.{minor}, mended until {end}; the programs here are {bundled}.",
        ),
        Bilingual(
            "Cập nhật PostgreSQL lên bản vá mới nhất, hoặc lên bản chính còn được vá (sao lưu rồi khôi "
            "phục).",
            "Bring PostgreSQL to its newest patch, or to a major version still mended (back up, then "
            "restore).",
        ),
    )


def _key_file(here: Inside) -> Iterator[Check]:
    from django.conf import settings

    if settings.PHOIHOP_TRANSIT_URL:
        from phoihop.base.security import keyring

        kind = keyring.store().kind
        yield Check(
            "keys", "ok", Bilingual(f"Khóa nằm ở kho khóa ({kind}).", f"Keys live in a key store ({kind}).")
        )
        return
    path: Path = settings.PHOIHOP_KEY_FILE
    found = path.stat()
    mode = stat.S_IMODE(found.st_mode)
    if mode & 0o077 or found.st_uid not in (0, os.geteuid()):
        yield Check(
            "keys",
            "bad",
            Bilingual(
                f"Người khác đọc được tệp khóa (quyền {mode:04o}).",
                f"Others can read the key file ({mode:04o}).",
            ),
            Bilingual(f"chmod 600 {path}", f"chmod 600 {path}"),
        )
        return
    together = found.st_dev == default_folder().stat().st_dev and not _is_demo()
    yield Check(
        "keys",
        "warn" if together else "ok",
        Bilingual("Tệp khóa nằm cùng ổ đĩa với dữ liệu.", "The key file lies on the disk of the data.")
        if together
        else Bilingual("Tệp khóa chỉ chủ của nó đọc được.", "The key file is readable by its owner alone."),
        Bilingual(
            "Đặt tệp khóa ở ổ khác (PHOIHOP_KEY_FILE) và giữ một bản sao ở nơi khác.",
            "Put the key file on another disk (PHOIHOP_KEY_FILE) and keep a copy elsewhere.",
        ),
    )


def _overdue(here: Inside) -> Iterator[Check]:
    from django.utils import timezone

    from phoihop.base.security import retention, rows, scope

    late = 0
    # The job runs once a day: what is a day over is none of its fault.
    with scope.acting(retention.JOB):
        for model in rows.tables():
            due = retention.overdue(model, timezone.localdate() - timedelta(days=2))
            late += due.count() if due is not None else 0
    yield Check(
        "retention",
        "warn" if late else "ok",
        Bilingual(
            f"{late} dòng đã hết thời hạn giữ mà chưa được xóa (phiên, thẻ, thông báo …).",
            f"{late} rows have had their time and are still there (sessions, cards, notices …).",
        ),
        Bilingual("Xem việc nền security.purge có chạy không.", "See whether the job security.purge runs."),
    )


def _migrations(here: Inside) -> Iterator[Check]:
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    executor = MigrationExecutor(connection)
    waiting = executor.migration_plan(executor.loader.graph.leaf_nodes())
    yield Check(
        "migrations",
        "bad" if waiting else "ok",
        Bilingual(f"{len(waiting)} bước cập nhật bảng còn chờ.", f"{len(waiting)} migrations are waiting."),
        Bilingual("Chạy phoihop migrate.", "Run phoihop migrate."),
    )


def _archive(here: Inside) -> Iterator[Check]:
    with here.connect("app") as connection:
        found = archive.state(connection)
    if not found.on:
        yield Check(
            "archive",
            "ok" if _is_demo() else "warn",
            Bilingual(
                "Chưa lưu nhật ký ghi (WAL): mất máy thì mất những gì ghi sau bản sao lưu cuối.",
                "The write-ahead log is not archived: with the machine goes what was written since the "
                "last backup.",
            ),
            Bilingual(
                "Bật lưu WAL, xem docs/how-to/back-up-and-restore.md.",
                "See docs/how-to/back-up-and-restore.md.",
            ),
        )
        return
    minutes = (datetime.now(UTC) - found.last_copied).total_seconds() / 60 if found.last_copied else 0.0
    yield Check(
        "archive",
        "bad" if found.failing else graded(minutes, 15, 120),
        Bilingual(
            f"WAL được lưu; lần cuối cách đây {minutes:.0f} phút, {found.failed_count} lần hỏng.",
            f"The write-ahead log is archived; last {minutes:.0f} minutes ago, {found.failed_count} "
            "failures.",
        ),
        Bilingual(
            "Xem nơi lưu có ghi được và còn chỗ không.",
            "See whether the archive can be written and has space.",
        ),
    )


def _erasures(here: Inside) -> Iterator[Check]:
    from phoihop.base.security import erasing

    listed = erasing.listed()
    with here.connect("sealer") as connection:
        row = connection.execute(
            "select count(distinct (programme, facility, person)) from public.security_datakeyrow where "
            "wrapped is null"
        ).fetchone()
    assert row is not None
    missing = max(0, row[0] - len(listed.marks))
    yield Check(
        "erasures",
        "bad" if listed.bad else "warn" if missing else "ok",
        Bilingual(
            f"Danh sách xóa: {len(listed.marks)} người, thiếu {missing}, {len(listed.bad)} dòng hỏng.",
            f"List of erasures: {len(listed.marks)} people, {missing} missing, {len(listed.bad)} bad lines.",
        ),
        Bilingual(
            "Dòng thiếu được việc nền ghi bù. Dòng hỏng: báo người phụ trách bảo vệ dữ liệu.",
            "A job writes what is missing. Bad lines: tell the data protection officer.",
        ),
    )


def _leftovers(here: Inside) -> Iterator[Check]:
    if here.running is None:
        return
    old = replaced(here)
    if old:
        yield Check(
            "replaced",
            "warn",
            Bilingual(
                f"Còn giữ {len(old)} cơ sở dữ liệu cũ sau khôi phục.",
                f"{len(old)} databases of before a restore are kept.",
            ),
            Bilingual(
                "phoihop restore --discard khi đã yên tâm.", "phoihop restore --discard once you are sure."
            ),
        )
