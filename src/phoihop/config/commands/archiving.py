"""``phoihop archive`` and ``phoihop recover``: losing a minute at most, and going back to any moment."""

import os
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from phoihop.base.database import archive as log
from phoihop.base.database import dumps
from phoihop.base.database.home import default_folder, plain_reasons
from phoihop.config.commands.keeping import Restoring, backups
from phoihop.config.commands.shared import Inside, inside, tell, tell_json
from phoihop.interfaces.cli.words import Lang
from phoihop.kernel.refusals import Bilingual, Refusal

BASE = ".base"


def archive(*, to: str | None, off: bool, base: bool, lang: Lang) -> int:
    """Copy the write-ahead log away from the next start on; or no longer; or copy the whole server now."""
    from phoihop.interfaces.cli.main import UsageError

    if sum([bool(to) and not base, off, base]) != 1:
        raise UsageError(
            Bilingual("cần --to THƯ_MỤC, --off hoặc --base", "give --to FOLDER, --off or --base")
        )
    if base:
        return _base(Path(to) if to else backups(), lang)
    if off:
        log.turn_off(default_folder())
        said = Bilingual(
            "Từ lần khởi động sau, nhật ký ghi không được lưu nữa.",
            "From the next start on, the write-ahead log is no longer archived.",
        )
    else:
        log.turn_on(default_folder(), Path(to or ""))
        said = Bilingual(
            "Từ lần khởi động sau, nhật ký ghi được lưu mỗi phút. Hãy chạy phoihop archive --base mỗi tuần.",
            "From the next start on, the write-ahead log is archived every minute. "
            "Run phoihop archive --base every week.",
        )
    tell([said], lang)
    return 0


def _base(folder: Path, lang: Lang) -> int:
    with inside("sealer") as here:
        from phoihop.base.security import keyring
        from phoihop.base.security.crypto.keys import Purpose

        if here.running is None:
            raise _not_ours()
        with plain_reasons(folder):
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        label = f"phoihop-{datetime.now(UTC):%Y%m%dT%H%M%SZ}"
        key = keyring.store().secret(Purpose.BACKUP)
        made = log.base_copy(
            here.running,
            folder / f"{label}{BASE}",
            key.secret,
            epoch=_epoch(here),
            more={"label": label, "key": key.version},
        )
    size = made.path.stat().st_size / 1e6
    tell(
        [
            Bilingual(
                f"Đã chụp cả máy chủ: {made.path} ({size:.0f} MB).",
                f"The whole server is copied: {made.path} ({size:.0f} MB).",
            )
        ],
        lang,
    )
    return 0


def recover(*, file: str, archive: str, until: str | None, json: bool, lang: Lang) -> int:
    """Bring the database back as it was at a moment, into an empty data folder, and prove it."""
    from phoihop.interfaces.cli.main import UsageError

    moment: datetime | None = None
    if until is not None:
        try:
            moment = datetime.fromisoformat(until)
        except ValueError:
            moment = None
        if moment is None or moment.tzinfo is None:
            raise UsageError(
                Bilingual(
                    "--until cần thời điểm có múi giờ, vd. 2026-11-22T08:15:00+07:00",
                    "--until needs a moment with its zone, such as 2026-11-22T08:15:00+07:00",
                )
            )
    path = Path(file)
    if not path.is_file():
        raise Refusal("file-missing", "Không tìm thấy tệp.", "There is no such file.")
    log.recover(default_folder(), path, _key(path), Path(archive), until=moment)
    with inside("owner") as here:
        try:
            found = Restoring(here, path, lang).prove_in_place()
        except Refusal as refusal:
            raise Refusal(
                "recover-unproved",
                "Dữ liệu đã về thời điểm đó nhưng không qua được kiểm tra: đừng cho chạy. "
                "Hãy thử một bản chụp khác vào một thư mục dữ liệu trống khác.",
                "The data is back at that moment but did not pass the checks: do not serve it. "
                "Try another copy, into another empty data folder.",
            ) from refusal
    if json:
        tell_json(found)
    else:
        tell(_report(found), lang)
    return 0


def _key(path: Path) -> bytes:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "phoihop.config.settings")
    from phoihop.base.security import keyring
    from phoihop.base.security.crypto.keys import Purpose

    version = dumps.told(path).more.get("key")
    known = version if isinstance(version, int) else None
    return keyring.store().secret(Purpose.BACKUP, known).secret


def _epoch(here: Inside) -> int:
    with here.connect("sealer") as connection:
        row = connection.execute("select number from sec.epoch").fetchone()
    assert row is not None
    return int(row[0])


def _report(found: dict[str, Any]) -> list[Bilingual]:
    return [
        Bilingual(
            f"Đã trở lại thời điểm đó: {found['rows']} dòng; "
            f"nhật ký nguyên vẹn ({found['audit_rows']} dòng).",
            f"Back at that moment: {found['rows']} rows, the audit is intact ({found['audit_rows']} rows).",
        ),
        Bilingual(
            f"Kỳ máy chủ mới: {found['epoch']}; {found['erased_again']} người được xóa lại; "
            f"{found['sessions_ended']} phiên đã kết thúc.",
            f"Server epoch now {found['epoch']}; {found['erased_again']} people erased again; "
            f"{found['sessions_ended']} sessions ended.",
        ),
    ]


def _not_ours() -> Refusal:
    return Refusal(
        "server-elsewhere",
        "Máy chủ cơ sở dữ liệu là của đơn vị (DATABASE_URL): hãy dùng pg_basebackup của máy chủ đó.",
        "The database server is the operator's own (DATABASE_URL): use that server's pg_basebackup.",
    )
