"""Files beside the database in a backup: the vault of uploads, and if asked a copy of the key file."""

import getpass
import os
import re
import struct
import sys
from collections.abc import Iterator
from pathlib import Path

from phoihop.base.database import dumps
from phoihop.base.database.home import sync_folder
from phoihop.kernel.refusals import Refusal

# Each file: its name, its length, its bytes. The vault seals files one by one and names them itself.
_HEAD = struct.Struct(">40sQ")
_NAME = re.compile(r"[0-9a-f]{40}")
_PART = 1 << 20
PASSPHRASE = "PHOIHOP_BACKUP_PASSPHRASE"  # noqa: S105 (the name of a variable)


def any_in(vault: Path) -> bool:
    """Whether there is anything to back up."""
    return next(_stored(vault), None) is not None


def _stored(vault: Path) -> Iterator[Path]:
    # Vaults lie side by side, each with folders of two letters.
    for path in sorted(vault.rglob("*")):
        if path.is_file() and _NAME.fullmatch(path.name):
            yield path


def packed(vault: Path) -> Iterator[bytes]:
    """All stored files as one stream; one that is deleted meanwhile is left out."""
    for path in _stored(vault):
        try:
            file = path.open("rb")
        except FileNotFoundError:
            continue
        with file:
            left = os.fstat(file.fileno()).st_size
            place = str(path.parent.relative_to(vault)).encode()
            yield _HEAD.pack(path.name.encode(), left) + struct.pack(">H", len(place)) + place
            while left and (part := file.read(min(left, _PART))):
                left -= len(part)
                yield part
            if left:
                raise OSError("a stored file became shorter while it was read")


def unpack(sealed: Path, key: bytes, vault: Path) -> int:
    """Put back the files that are missing; none that is there is touched. How many were put back."""
    source, count = _Reader(dumps.unsealed(sealed, key)), 0
    while head := source.take(_HEAD.size, may_end=True):
        name, size = _HEAD.unpack(head)
        (length,) = struct.unpack(">H", source.take(2))
        place = source.take(length).decode()
        target = vault / place / name.decode()
        if not _NAME.fullmatch(target.name) or not target.resolve().is_relative_to(vault.resolve()):
            raise ValueError("a stored file of a strange name")
        if target.exists():
            source.skip(size)
            continue
        target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        making = target.with_name(f".{target.name}.part")
        with os.fdopen(os.open(making, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
            while size:
                part = source.take(min(size, _PART))
                file.write(part)
                size -= len(part)
            file.flush()
            os.fsync(file.fileno())
        making.replace(target)
        sync_folder(target.parent)
        count += 1
    return count


class _Reader:
    """Takes so many bytes from a stream of chunks."""

    def __init__(self, chunks: Iterator[bytes]) -> None:
        self._chunks = chunks
        self._held = b""

    def take(self, size: int, *, may_end: bool = False) -> bytes:
        while len(self._held) < size:
            chunk = next(self._chunks, None)
            if chunk is None:
                if may_end and not self._held:
                    return b""
                raise ValueError("the stream of files ends too early")
            self._held += chunk
        taken, self._held = self._held[:size], self._held[size:]
        return taken

    def skip(self, size: int) -> None:
        while size:
            size -= len(self.take(min(size, _PART)))


def other_passphrase() -> str:
    """The passphrase of the copy of the key file: from the environment, else asked twice."""
    given = os.environ.get(PASSPHRASE, "")
    if not given and sys.stdin.isatty():
        given = getpass.getpass("Mật khẩu cho bản sao tệp khóa / Passphrase for the copy of the key file: ")
        if getpass.getpass("Gõ lại / Again: ") != given:
            raise Refusal(
                "passphrase-differs", "Hai lần gõ không giống nhau.", "The two entries are not the same."
            )
    if not given:
        raise Refusal(
            "backup-passphrase",
            f"Muốn kèm tệp khóa thì phải có mật khẩu riêng cho bản sao: đặt {PASSPHRASE} hoặc chạy trong "
            "cửa sổ lệnh.",
            f"A copy of the key file needs a passphrase of its own: set {PASSPHRASE} or run in a terminal.",
        )
    return given


def copy_keys(path: Path, passphrase: str) -> Path:
    """A copy of the key file under another passphrase; Refusal if it is the same, or keys live elsewhere."""
    from django.conf import settings

    from phoihop.base.security.crypto import sealedfile
    from phoihop.base.security.crypto.keyfile import KeyFile
    from phoihop.base.security.crypto.passphrase import find

    source: Path = settings.PHOIHOP_KEY_FILE
    if settings.PHOIHOP_TRANSIT_URL:
        raise Refusal(
            "keys-elsewhere",
            "Khóa nằm ở kho khóa riêng, không có tệp khóa để sao lưu.",
            "The keys live in a key store of their own; there is no key file to back up.",
        )
    beside = source.with_name(source.name + ".passphrase")
    now = beside.read_text().strip() if settings.PHOIHOP_MODE == "demo" else find(os.environ)
    if passphrase == now:
        raise Refusal(
            "passphrase-same",
            "Mật khẩu của bản sao phải khác mật khẩu đang dùng của tệp khóa.",
            "The copy's passphrase must differ from the key file's own.",
        )
    with sealedfile.locked(source):
        data, _ = sealedfile.read_private(source, 10_000_000)
    making = path.with_name(f".{path.name}.part")
    try:
        sealedfile.write_private(making, data)
        KeyFile.unlock(making, now).change_passphrase(passphrase)
        making.rename(path)
    except BaseException:
        making.unlink(missing_ok=True)
        raise
    for left in making.parent.glob(f".{path.name}.part*"):
        left.unlink()  # its lock file
    return path
