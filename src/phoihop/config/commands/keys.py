"""``phoihop new-keys``, ``unlock``, ``rotate-keys``: making keys, opening them together, newer for old."""

import getpass
import os
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from phoihop.base.database.home import write_private
from phoihop.config.commands.shared import confirm, inside, tell, tell_json
from phoihop.interfaces.cli.words import Lang
from phoihop.kernel.refusals import Bilingual, Refusal

_BETWEEN = "------------------------------------------------------------"


def new_keys(*, custodians: tuple[int, int] | None, generate: bool, lang: Lang) -> int:
    """Make the file of the encryption keys; its passphrase is typed twice, made, or dealt to custodians."""
    from phoihop.base.security.crypto.keyfile import KeyFile
    from phoihop.base.security.crypto.refusing import refuse
    from phoihop.base.security.crypto.shares import deal, new_passphrase

    path = _key_file()
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    if os.path.lexists(path):
        raise refuse("key-file-exists")
    shares: Iterable[object] = ()
    if custodians is not None:
        passphrase, shares = deal(*custodians)
    elif generate:
        passphrase = new_passphrase()
    else:
        passphrase = _typed_twice()
    KeyFile.create(path, passphrase, custodians=custodians)
    tell([Bilingual(f"Đã tạo tệp khóa: {path}", f"The key file is made: {path}")], lang)
    if custodians is not None:
        need, of = custodians
        tell(
            [
                Bilingual(
                    f"{of} mảnh khóa; cần {need} mảnh để mở. In mỗi mảnh ra một tờ, giao cho một người, "
                    "rồi xóa màn hình.",
                    f"{of} shares; {need} open the file. Print each on its own sheet, give it to one "
                    "person, clear the screen.",
                )
            ],
            lang,
        )
        for number, share in enumerate(shares, 1):
            line = f"{_BETWEEN}\n{number}/{of}:  {share}"
            tell([Bilingual(line, line)], lang)
    elif generate:
        tell(
            [
                Bilingual(
                    "Mật khẩu của tệp khóa, chỉ hiện lần này. Hãy chép ra giấy và cất ở nơi khác với máy "
                    "chủ:",
                    "The key file's passphrase, shown this once. Write it down and keep it away from the "
                    "server:",
                ),
                Bilingual(f"  {passphrase}", f"  {passphrase}"),
            ],
            lang,
        )
    tell(
        [
            Bilingual(
                "Mất tệp khóa hoặc mật khẩu là mất mọi dữ liệu được mã hóa. Hãy giữ hai bản sao ở hai nơi.",
                "Without the key file or its passphrase everything sealed is lost. Keep two copies in "
                "two places.",
            )
        ],
        lang,
    )
    return 0


def unlock(*, to: str, lang: Lang) -> int:
    """Join custodians' shares and put the passphrase where the program looks for it at its start."""
    from phoihop.base.security.crypto.keyfile import KeyFile
    from phoihop.base.security.crypto.shares import Share, passphrase_of

    path, target = _key_file(), Path(to)
    shares: list[Share] = []
    while not shares or len({share.point for share in shares}) < shares[0].need:
        text = _read_share(len(shares) + 1)
        if not text:
            break
        shares.append(Share.parse(text))
    passphrase = passphrase_of(shares)
    KeyFile.unlock(path, passphrase)
    try:
        write_private(target, passphrase + "\n")
    except OSError:
        raise Refusal(
            "passphrase-not-written",
            "Không ghi được mật khẩu vào đó. Hãy chọn một tệp trong bộ nhớ, ví dụ ở /run.",
            "The passphrase cannot be written there. Choose a file in memory, such as one under /run.",
        ) from None
    tell(
        [
            Bilingual(
                f"Tệp khóa mở được. Mật khẩu ở {target} (chỉ chủ đọc được): khởi động phần mềm với "
                "PHOIHOP_KEY_PASSPHRASE_FILE trỏ vào đó, rồi xóa tệp.",
                f"The key file opens. The passphrase is in {target} (its owner's alone): start the "
                "program with "
                "PHOIHOP_KEY_PASSPHRASE_FILE naming it, then remove it.",
            )
        ],
        lang,
    )
    return 0


def _read_share(number: int) -> str:
    if sys.stdin.isatty():
        return getpass.getpass(f"Mảnh khóa {number} / Share {number}: ").strip()
    return sys.stdin.readline().strip()


def _key_file() -> Path:
    """Where the key file is or shall be; Refusal where keys live in a service."""
    from phoihop.config import settings

    if settings.PHOIHOP_TRANSIT_URL:
        raise Refusal(
            "keys-elsewhere",
            "Khóa nằm ở kho khóa riêng (PHOIHOP_TRANSIT_URL), không có tệp khóa.",
            "The keys live in a key store of their own (PHOIHOP_TRANSIT_URL); there is no key file.",
        )
    return settings.PHOIHOP_KEY_FILE


def _typed_twice() -> str:
    from phoihop.base.security.crypto.passphrase import find
    from phoihop.base.security.crypto.refusing import refuse

    def ask(question: str) -> str:
        if not sys.stdin.isatty():
            raise refuse("passphrase-missing")
        given = getpass.getpass(question)
        if getpass.getpass("Gõ lại / Again: ") != given:
            raise Refusal(
                "passphrase-differs", "Hai lần gõ không giống nhau.", "The two entries are not the same."
            )
        return given

    return find(os.environ, ask=ask)


def rotate_keys(
    *,
    programme: str | None,
    scope: bool,
    audit: bool,
    backups: bool,
    drop: bool,
    retire: bool,
    dry_run: bool,
    yes: bool,
    json: bool,
    lang: Lang,
) -> int:
    """Newer keys for old ones, of one kind at a time."""
    from phoihop.interfaces.cli.main import UsageError

    if (
        sum([bool(programme), scope, audit, backups]) != 1
        or (drop and not programme)
        or (retire and not scope)
    ):
        raise UsageError(
            Bilingual(
                "cần đúng một trong --programme, --scope, --audit, --backups; --drop đi với --programme, "
                "--retire với "
                "--scope",
                "give one of --programme, --scope, --audit, --backups; --drop goes with --programme, "
                "--retire with "
                "--scope",
            )
        )
    with inside("owner" if scope else "app"):
        if programme:
            done = _programmes(programme, drop=drop, dry_run=dry_run, yes=yes, quiet=json, lang=lang)
        elif scope:
            done = _scope(retire=retire, dry_run=dry_run, yes=yes, lang=lang)
        else:
            done = _own("audit" if audit else "backup", dry_run=dry_run)
        if not dry_run:
            _record(done)
    if json:
        tell_json({"dry_run": dry_run, **done})
    else:
        tell(_said(done, dry_run), lang)
    return 0


def _programmes(
    chosen: str, *, drop: bool, dry_run: bool, yes: bool, quiet: bool, lang: Lang
) -> dict[str, Any]:
    from phoihop.base.security import keyring, rotating, vaults

    known = rotating.programmes()
    # The key of uploaded files goes with those of all programmes, once there is one.
    files = chosen == "all" and bool(keyring.store().versions(vaults.KEYS))
    if chosen != "all" and chosen not in known:
        raise Refusal(
            "programme-unknown",
            "Không có chương trình này, hoặc chương trình chưa có ai.",
            "There is no such programme, or nobody is in it.",
        )
    codes = known if chosen == "all" else [chosen]
    if drop:
        keys = [*codes, vaults.KEYS] if files else codes
        old = sum(max(0, len(keyring.store().versions(code)) - 1) for code in keys)
        if dry_run or not old:
            return {"kind": "programme", "dropped": old}
        confirm(
            Bilingual(
                f"Hủy vĩnh viễn {old} khóa cũ: bản sao lưu làm trước lần xoay khóa này sẽ không mở được "
                "hồ sơ nào. Tiếp tục?",
                f"Destroy {old} old keys for ever: no record in a backup made before the rotation will "
                "open. Go on?",
            ),
            lang,
            yes=yes,
        )
        dropped = sum(rotating.drop_old(code) for code in codes)
        return {
            "kind": "programme",
            "dropped": dropped + (rotating.drop_old_of_files() if files else 0),
        }
    waiting = {code: rotating.pending(code) for code in codes}
    lying = len(rotating.files_pending()) if files else 0
    if dry_run:
        moved = sum(waiting.values())
        return {"kind": "programme", "moved": moved, "programmes": len(codes), "files": lying}

    def progress(done: int, whole: int) -> None:
        if not quiet:
            sys.stderr.write(f"\r{done}/{whole}")
            sys.stderr.flush()

    moved = 0
    for code in codes:
        if not waiting[code]:  # else an earlier run was interrupted, and is finished first
            keyring.store().rotate(code)
        moved += rotating.rewrap(code, progress)
    resealed = 0
    if files:
        if not lying:
            keyring.store().rotate(vaults.KEYS)
        resealed = rotating.reseal_files(progress)
    if (moved or resealed) and not quiet:
        sys.stderr.write("\n")
    return {"kind": "programme", "moved": moved, "programmes": len(codes), "files": resealed}


def _scope(*, retire: bool, dry_run: bool, yes: bool, lang: Lang) -> dict[str, Any]:
    from phoihop.base.security import rotating

    if dry_run:
        return {"kind": "scope"}
    if not retire:
        return {"kind": "scope", "version": rotating.new_scope_key()}
    confirm(
        Bilingual(
            "Bỏ các khóa phạm vi cũ khỏi cơ sở dữ liệu?", "Remove the old scope keys from the database?"
        ),
        lang,
        yes=yes,
    )
    return {"kind": "scope", "retired": rotating.retire_scope_keys()}


def _own(name: str, *, dry_run: bool) -> dict[str, Any]:
    from phoihop.base.security import keyring
    from phoihop.base.security.crypto.keys import Purpose

    purpose = Purpose(name)
    now = keyring.store().secret(purpose).version
    return {"kind": name, "version": now if dry_run else keyring.store().rotate_secret(purpose)}


def _record(done: dict[str, Any]) -> None:
    from phoihop.base.security import origin, scope
    from phoihop.base.security.audit.entries import Entry, Kind
    from phoihop.base.security.audit.recording import record
    from phoihop.base.security.scope import Scope

    count = done.get("moved", done.get("dropped", done.get("retired", 1)))
    action = f"security.rotate_{done['kind']}"
    with scope.acting(Scope("job")):
        record(
            Entry(kind=Kind.JOB, action=action, request=origin.current().request, purpose="job", count=count)
        )


def _said(done: dict[str, Any], dry_run: bool) -> list[Bilingual]:
    if dry_run:
        return [Bilingual(f"Chưa làm gì. Sẽ làm: {done}", f"Nothing was done. Would do: {done}")]
    match done:
        case {"moved": moved, "programmes": programmes, "files": files}:
            return [
                Bilingual(
                    f"{moved} khóa hồ sơ của {programmes} chương trình và {files} tệp đã nằm dưới khóa mới. "
                    "Khóa cũ vẫn mở được bản sao lưu cũ; muốn hủy hẳn, chạy lại với --drop.",
                    f"{moved} keys of records in {programmes} programmes, and {files} files, are under the "
                    "new key. The old one still opens old backups; to destroy it, run again with --drop.",
                )
            ]
        case {"dropped": dropped}:
            return [Bilingual(f"Đã hủy {dropped} khóa cũ.", f"{dropped} old keys were destroyed.")]
        case {"retired": retired}:
            return [Bilingual(f"Đã bỏ {retired} khóa phạm vi cũ.", f"{retired} old scope keys were removed.")]
        case {"kind": "scope", "version": version}:
            return [
                Bilingual(
                    f"Khóa phạm vi {version} đã dùng được; khóa cũ còn hiệu lực. Sau một giờ hãy chạy lại "
                    "với --retire.",
                    f"Scope key {version} is in use; older ones still count. After an hour run again with "
                    "--retire.",
                )
            ]
        case {"kind": "audit", "version": version}:
            return [
                Bilingual(
                    f"Khóa nhật ký {version} dùng từ lần chạy tới của phoihop seal (hãy khởi động lại). "
                    "Niêm phong cũ vẫn "
                    "kiểm tra được.",
                    f"Audit key {version} is used from the next start of phoihop seal (restart it). Older "
                    "seals can still "
                    "be checked.",
                )
            ]
        case {"version": version}:
            return [
                Bilingual(
                    f"Bản sao lưu từ nay dùng khóa {version}; bản cũ vẫn mở được.",
                    f"Backups use key {version} from now on; older ones still open.",
                )
            ]
    return []
