"""``phoihop backup`` and ``phoihop restore``: sealed copies, proved before they replace anything."""

import base64
import io
import json
import shutil
import sys
import tempfile
import time
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql

from phoihop import __version__
from phoihop.base.database import dumps, sealed_stream
from phoihop.base.database.dumps import Backup
from phoihop.base.database.home import default_folder, plain_reasons
from phoihop.config.commands import files
from phoihop.config.commands.shared import Inside, inside, tell, tell_json
from phoihop.interfaces.cli.words import Lang
from phoihop.kernel.refusals import Bilingual, Refusal

DATABASE, FILES, KEYS = ".database", ".files", ".keys"
_TABLES = (
    "select c.oid::regclass::text from pg_class c join pg_namespace n on n.oid = c.relnamespace "
    "where c.relkind = 'r' and n.nspname in ('public', 'sec') order by 1"
)
# The running server writes these by itself, also while a restored database is being proved.
_OWN_COUNT = {"sec.secret", "django_migrations"}


def backups() -> Path:
    """Where backups go unless told otherwise; best a disk of another machine."""
    return default_folder() / "backups"


def backup(*, to: str | None, with_keys: bool, json: bool, lang: Lang) -> int:
    """Back up database and files under one label, sealed with a key that is not in the backup."""
    started = time.monotonic()
    folder = Path(to) if to else backups()
    with inside("sealer") as here:
        from django.conf import settings

        from phoihop.base.security import keyring
        from phoihop.base.security.crypto.keys import Purpose

        other = files.other_passphrase() if with_keys else ""
        with plain_reasons(folder):
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        label = f"phoihop-{datetime.now(UTC):%Y%m%dT%H%M%SZ}"
        key = keyring.store().secret(Purpose.BACKUP)
        more = {"label": label, "program": __version__, "key": key.version}
        with here.connect("sealer") as connection:
            epoch, snapshot, counts = _at_one_moment(connection)
            made = [
                dumps.backup(
                    here.access,
                    here.programs,
                    folder / f"{label}{DATABASE}",
                    key.secret,
                    epoch=epoch,
                    snapshot=snapshot,
                    more=more | {"counts": _hidden(counts, key.secret)},
                )
            ]
        # After the database: every file that it names is in the folder by now.
        if files.any_in(settings.PHOIHOP_FILES):
            given: dict[str, Any] = {"kind": "files", "epoch": epoch, "server": made[0].server, "more": more}
            made.append(
                dumps.write_sealed(
                    folder / f"{label}{FILES}", files.packed(settings.PHOIHOP_FILES), key.secret, **given
                )
            )
        kept = files.copy_keys(folder / f"{label}{KEYS}", other) if with_keys else None
    paths = [one.path for one in made] + ([kept] if kept else [])
    seconds = time.monotonic() - started
    if json:
        tell_json(
            {
                "label": label,
                "folder": folder.absolute(),
                "files": {path.name: path.stat().st_size for path in paths},
                "epoch": epoch,
                "rows": sum(counts.values()),
                "keys": kept is not None,
                "seconds": round(seconds, 1),
            }
        )
    else:
        tell(_told(paths, sum(counts.values()), kept is not None, seconds), lang)
    return 0


def _told(paths: list[Path], rows: int, with_keys: bool, seconds: float) -> list[Bilingual]:
    size = sum(path.stat().st_size for path in paths) / 1e6
    lines = [Bilingual(f"  {path}", f"  {path}") for path in paths]
    head = Bilingual(
        f"Đã sao lưu {rows} dòng, {size:.1f} MB, trong {seconds:.1f} giây:",
        f"Backed up {rows} rows, {size:.1f} MB, in {seconds:.1f} seconds:",
    )
    keys = Bilingual(
        "Tệp khóa KHÔNG nằm trong bản sao lưu này. Không có tệp khóa và mật khẩu của nó thì không khôi phục "
        "được: hãy giữ một bản sao ở nơi khác.",
        "The key file is NOT in this backup. Without it and its passphrase nothing can be restored: keep "
        "a copy "
        "of it somewhere else.",
    )
    together = Bilingual(
        "Tệp khóa nằm cạnh bản sao lưu, dưới mật khẩu riêng. Hãy chuyển nó sang nơi khác.",
        "The key file lies beside the backup under a passphrase of its own. Move it somewhere else.",
    )
    return [head, *lines, together if with_keys else keys]


def _at_one_moment(connection: "psycopg.Connection[Any]") -> tuple[int, str, dict[str, int]]:
    """The server epoch, a snapshot open as long as this connection, and the rows of every table."""
    connection.execute("set transaction isolation level repeatable read, read only")
    row = connection.execute("select number, pg_export_snapshot() from sec.epoch").fetchone()
    assert row is not None
    return int(row[0]), str(row[1]), count(connection)


def count(connection: "psycopg.Connection[Any]") -> dict[str, int]:
    """The rows of every table, by its name; as a role that sees them all."""
    found = {}
    for (table,) in connection.execute(_TABLES).fetchall():
        if table not in _OWN_COUNT:
            name = sql.Identifier(*table.replace('"', "").split("."))
            row = connection.execute(sql.SQL("select count(*) from {}").format(name)).fetchone()
            found[table] = int(row[0]) if row else 0
    return found


def _hidden(counts: Mapping[str, int], key: bytes) -> str:
    """Counts for a header that anybody may read: how many people are in care is nobody's business."""
    sealed = io.BytesIO()
    sealed_stream.seal([json.dumps(counts).encode()], sealed, key, {})
    return base64.b64encode(sealed.getvalue()).decode()


def _shown(hidden: object, key: bytes) -> dict[str, int]:
    told = b"".join(sealed_stream.unseal(io.BytesIO(base64.b64decode(str(hidden))), key))
    found: dict[str, int] = json.loads(told)
    return found


def restore(
    *,
    file: str | None,
    replace: bool,
    dry_run: bool,
    take_back: bool,
    discard: bool,
    json: bool,
    lang: Lang,
) -> int:
    """Put a backup in place of the database once everything in it is proved; or undo or end such a change."""
    from phoihop.interfaces.cli.main import UsageError, debugging

    if sum([bool(file), take_back, discard]) != 1:
        raise UsageError(
            Bilingual("cần một tệp, --take-back hoặc --discard", "give one file, --take-back or --discard")
        )
    with inside("owner") as here:
        if not file:
            return _settle(here, take_back=take_back, lang=lang)
        try:
            return Restoring(here, Path(file), lang).run(replace=replace, dry_run=dry_run, as_json=json)
        except Refusal as refusal:
            if debugging():
                sys.stderr.write("\n".join([*getattr(refusal, "__notes__", ()), ""]))
            raise


def replaced(here: Inside) -> list[str]:
    """The databases that restores replaced and that are still there, oldest first."""
    with here.connect("setup", "postgres") as connection:
        return [
            row[0]
            for row in connection.execute(
                "select datname from pg_database where datname like 'phoihop\\_before\\_%' order by 1"
            )
        ]


def _settle(here: Inside, *, take_back: bool, lang: Lang) -> int:
    old = replaced(here)
    if not old:
        raise Refusal(
            "nothing-replaced",
            "Không có cơ sở dữ liệu cũ nào được giữ lại.",
            "No database of before is kept.",
        )
    if take_back:
        dumps.take_back(here.access, old[-1])
        tell(_begin_witness_anew(here), lang)
    else:
        for name in old:
            dumps.discard(here.access, name)
        tell([Bilingual("Đã bỏ cơ sở dữ liệu cũ.", "The database of before is gone.")], lang)
    return 0


def _begin_witness_anew(here: Inside) -> list[Bilingual]:
    """What the witness heard meanwhile was of the database that is gone: it is put aside and begun anew."""
    from phoihop.base.security.audit.sealing import raise_epoch, seal
    from phoihop.base.security.places import witness
    from phoihop.config.commands.checking import audit_signer_now

    with here.connect("owner", autocommit=True) as connection:
        epoch = raise_epoch(connection, witness())
    aside = witness().with_name(f"{witness().name}-{datetime.now(UTC):%Y%m%dT%H%M%SZ}")
    if witness().exists():
        witness().rename(aside)
    with here.connect("sealer", autocommit=True) as connection:
        seal(connection, audit_signer_now(), witness())
    return [
        Bilingual(
            f"Cơ sở dữ liệu cũ đã trở lại, kỳ máy chủ {epoch}. Tệp chứng kiến được bắt đầu lại; "
            f"tệp trước giữ ở {aside}.",
            f"The database of before is back, server epoch {epoch}. The witness was begun anew; "
            f"the one before is {aside}.",
        )
    ]


class Restoring:
    """One restore, from the file to the report."""

    def __init__(self, here: Inside, path: Path, lang: Lang) -> None:
        from phoihop.base.security import keyring
        from phoihop.base.security.crypto.keys import Purpose

        self.here, self.path, self.lang = here, path, lang
        if not path.is_file():
            raise Refusal("file-missing", "Không tìm thấy tệp.", "There is no such file.")
        self.header = dumps.told(path)
        version = self.header.more.get("key")
        # The keys of backups stay readable for good, so the file says which.
        self.key = (
            keyring.store().secret(Purpose.BACKUP, version if isinstance(version, int) else None).secret
        )
        self.report: dict[str, Any] = {}

    def run(self, *, replace: bool, dry_run: bool, as_json: bool) -> int:
        """Exit status 0: the backup is in place (or would be). Refusal: nothing has changed."""
        started = time.monotonic()
        beside = self.path.with_name(str(self.header.more.get("label", "")) + FILES)
        if dry_run:
            self._try(beside)
        else:
            done = dumps.restore(
                self.here.access, self.here.programs, self.path, self.key, replace=replace, prove=self._prove
            )
            self.report["before"] = done.before
            self._witness()
            if beside.is_file():
                from django.conf import settings

                self.report["files"] = files.unpack(beside, self.key, settings.PHOIHOP_FILES)
        self.report["seconds"] = round(time.monotonic() - started, 1)
        if as_json:
            tell_json(self.report)
        else:
            tell(_report(self.header, self.report), self.lang)
        return 0

    def _try(self, beside: Path) -> None:
        found = dumps.inspect(self.path, self.key, self.here.programs)
        self.report |= {"dry_run": True, "bytes": found.size}
        self.report["rows"] = (
            sum(_shown(found.more["counts"], self.key).values()) if "counts" in found.more else None
        )
        if beside.is_file():
            self.report["file_bytes"] = sum(len(part) for part in dumps.unsealed(beside, self.key))

    def _prove(self, name: str) -> None:
        """Everything that must hold before the restored database takes the name; what is raised ends it."""
        with self.here.connect("sealer", name) as connection:
            self._compare(count(connection))
            _same_mode(connection)
        from phoihop.base.security.audit.sealing import raise_epoch
        from phoihop.base.security.places import witness

        with self.here.connect("owner", name, autocommit=True) as connection:
            self.report["epoch"] = raise_epoch(connection, witness())
        self.here.point("owner", name)
        try:
            self._bring_up()
        finally:
            self.here.point("owner")
        self._verify(name)

    def prove_in_place(self) -> dict[str, Any]:
        """The same for a database that was replayed into its place; what was found."""
        from phoihop.base.security.audit.sealing import raise_epoch
        from phoihop.base.security.places import witness

        name = self.here.access.database
        with self.here.connect("sealer") as connection:
            self.report["rows"] = sum(count(connection).values())
            _same_mode(connection)
        with self.here.connect("owner", autocommit=True) as connection:
            self.report["epoch"] = raise_epoch(connection, witness())
        self._bring_up()
        self._verify(name)
        self._witness()
        return self.report

    def _compare(self, now: Mapping[str, int]) -> None:
        """Refusal("restore-counts") unless every table has the rows that the backup counted."""
        then = _shown(self.header.more["counts"], self.key) if "counts" in self.header.more else None
        self.report["rows"], self.report["counted"] = sum(now.values()), then is not None
        if then is not None and dict(then) != dict(now):
            wrong = sorted(name for name in {*then, *now} if then.get(name) != now.get(name))
            raise _unproved(f"{len(wrong)} bảng", f"{len(wrong)} tables", "restore-counts", ", ".join(wrong))

    def _bring_up(self) -> None:
        """Migrate what an older program backed up; apply the law; forget again who was erased since."""
        from phoihop.base.security import erasing, install, law

        install.migrate()
        differences = law.differences()
        if differences:
            raise _unproved("quyền truy cập", "its rights", "restore-law", "\n".join(differences))
        listed = erasing.listed()
        if listed.bad:
            raise _unproved("danh sách xóa", "the list of erasures", "restore-list", str(listed.bad))
        self.report["erased_again"] = erasing.erase_again()
        self.report["sessions_ended"] = _end_sessions()

    def _verify(self, name: str) -> None:
        """The audit whole, and as the witness knows it: tried on a copy, for the real one is not to hear of a
        restore that does not come about."""
        from phoihop.base.security.audit.sealing import seal
        from phoihop.base.security.audit.verifying import verify
        from phoihop.base.security.places import witness
        from phoihop.config.commands.checking import audit_keys, audit_signer_now

        with tempfile.TemporaryDirectory(prefix="phoihop-") as folder:
            copy = Path(folder) / "witness"
            self.report["witness"] = witness().exists()
            if witness().exists():
                shutil.copyfile(witness(), copy)
            with self.here.connect("sealer", name, autocommit=True) as connection:
                seal(connection, audit_signer_now(), copy)
            with self.here.connect("sealer", name) as connection:
                found = verify(connection, audit_keys(), copy)
        self.report["audit_rows"], self.report["audit_seals"] = found.rows, found.seals
        if not found.ok:
            said = "\n".join(line.en for line in found.lines())
            raise _unproved("nhật ký", "the audit", "restore-audit", said)

    def _witness(self) -> None:
        """Let the real witness hear of the new epoch now rather than in a minute."""
        from phoihop.base.security.audit.sealing import seal
        from phoihop.base.security.places import witness
        from phoihop.config.commands.checking import audit_signer_now

        try:
            with self.here.connect("sealer", autocommit=True) as connection:
                seal(connection, audit_signer_now(), witness())
            self.report["witnessed"] = True
        except (Refusal, psycopg.Error):
            self.report["witnessed"] = False  # the sealer tries again every minute


def _same_mode(connection: "psycopg.Connection[Any]") -> None:
    from django.conf import settings

    row = connection.execute("select mode from sec.installation").fetchone()
    if row is not None and row[0] != settings.PHOIHOP_MODE:
        raise Refusal(
            "backup-mode",
            "Bản sao lưu là của bản dùng thử, còn nơi này chạy thật, hoặc ngược lại.",
            "The backup is a demo's and this installation serves real data, or the other way round.",
        )


def _end_sessions() -> int:
    """Nobody goes on under a session of before: who left since then would be let in again."""
    from django.utils import timezone

    from phoihop.base.org.models import Session
    from phoihop.base.org.signin.rules.limits import Over
    from phoihop.base.security import scope
    from phoihop.base.security.scope import Scope

    with scope.acting(Scope("job")):
        open_ones = Session.objects.filter(ended_at__isnull=True)
        return open_ones.update(ended_at=timezone.now(), ended_why=Over.ENDED.value, data=b"")


def _unproved(vi: str, en: str, reason: str, complaint: str) -> Refusal:
    refusal = Refusal(
        reason,
        f"Bản sao lưu không qua được kiểm tra ({vi}). Cơ sở dữ liệu cũ vẫn nguyên. Đặt PHOIHOP_DEBUG=1 để "
        "xem.",
        f"The backup did not pass the checks ({en}). The database of before is whole. Set PHOIHOP_DEBUG=1 "
        "for more.",
    )
    refusal.add_note(complaint)
    return refusal


def _report(header: Backup, found: Mapping[str, Any]) -> list[Bilingual]:
    made = f"{header.made:%Y-%m-%d %H:%M} UTC"
    if found.get("dry_run"):
        return [
            Bilingual(
                f"Tệp nguyên vẹn: sao lưu lúc {made}, {found['rows']} dòng. Chưa thay đổi gì.",
                f"The file is sound: backed up at {made}, {found['rows']} rows. Nothing was changed.",
            )
        ]
    lines = [
        Bilingual(
            f"Đã khôi phục bản sao lưu lúc {made} trong {found['seconds']} giây.",
            f"Restored the backup of {made} in {found['seconds']} seconds.",
        ),
        Bilingual(
            f"- {found['rows']} dòng, đúng như khi sao lưu.",
            f"- {found['rows']} rows, as when it was backed up.",
        )
        if found["counted"]
        else Bilingual(
            f"- {found['rows']} dòng; bản sao lưu không ghi số dòng để so.",
            f"- {found['rows']} rows; the backup did not count them, so nothing was compared.",
        ),
        Bilingual("- Quyền truy cập đúng như khai báo.", "- Rights are as declared."),
        Bilingual(
            f"- Nhật ký nguyên vẹn: {found['audit_rows']} dòng, {found['audit_seals']} niêm phong.",
            f"- The audit is intact: {found['audit_rows']} rows, {found['audit_seals']} seals.",
        ),
        Bilingual(
            f"- Kỳ máy chủ mới: {found['epoch']}. Thiết bị thấy kỳ mới sẽ gửi lại 14 ngày gần nhất; ghi "
            "trùng được "
            "nhận ra.",
            f"- Server epoch now {found['epoch']}. Devices that see it offer their last 14 days again; "
            "what is there "
            "already is recognised.",
        ),
        Bilingual(
            f"- {found['erased_again']} người đã xóa sau bản sao lưu được xóa lại.",
            f"- {found['erased_again']} people erased since the backup were erased again.",
        ),
        Bilingual(
            f"- {found['sessions_ended']} phiên đăng nhập cũ đã kết thúc; mọi người đăng nhập lại.",
            f"- {found['sessions_ended']} sessions of before were ended; everybody signs in again.",
        ),
    ]
    if "files" in found:
        lines.append(Bilingual(f"- {found['files']} tệp được đưa về.", f"- {found['files']} files put back."))
    if not found["witness"]:
        lines.append(
            Bilingual(
                "- Ở đây chưa có tệp chứng kiến: nếu phần cuối nhật ký bị cắt trước khi sao lưu, không "
                "thấy được.",
                "- There was no witness here: an end cut off before the backup would not show.",
            )
        )
    if not found["witnessed"]:
        lines.append(
            Bilingual(
                "- Chưa ghi được vào tệp chứng kiến; việc niêm phong sẽ thử lại mỗi phút.",
                "- The witness could not be written; the sealer tries again every minute.",
            )
        )
    if found["before"]:
        lines.append(
            Bilingual(
                "Nếu phần mềm đang chạy, hãy khởi động lại: việc nền đã mất kết nối.",
                "If the program is running, restart it: its jobs have lost their connection.",
            )
        )
        lines.append(
            Bilingual(
                "Cơ sở dữ liệu cũ còn giữ. Sai thì chạy phoihop restore --take-back; đúng thì --discard.",
                "The database of before is kept. If this was wrong: phoihop restore --take-back; if "
                "right: --discard.",
            )
        )
    return lines
