"""The default key store: one file sealed by a passphrase (``sealedfile``), held open in memory.

Several processes may share the file. A change is made under a lock on the newest contents and written
before it is used, so no key is ever wrapped with that a crash could lose; other processes notice the new
file by its stamp and read it again with the key they derived at their start.
"""

import os
import threading
from base64 import b64decode, b64encode
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self, TypeVar

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from phoihop.base.security.crypto import sealedfile
from phoihop.base.security.crypto.fields import KEY, NONCE, joined
from phoihop.base.security.crypto.keys import Purpose, Secret, Wrapped, checked
from phoihop.base.security.crypto.refusing import KeyStoreUnavailable, Tampered, refuse
from phoihop.base.security.crypto.sealedfile import LIGHT, SHORTEST, STRONG, Cost, Header
from phoihop.base.security.crypto.shares import new_passphrase
from phoihop.kernel.refusals import Refusal
from phoihop.kernel.text import nfc

T = TypeVar("T")
_DOMAIN = b"phoihop wrap"


@dataclass(slots=True)
class _Programme:
    blind: bytes = field(repr=False)
    versions: dict[int, bytes] = field(repr=False)


@dataclass(slots=True)
class _Keys:
    """What the file holds. ``serial`` counts its writings, so that an older copy is known for one."""

    serial: int = 0
    programmes: dict[str, _Programme] = field(default_factory=dict)
    secrets: dict[str, dict[int, bytes]] = field(default_factory=dict)

    def packed(self) -> dict[str, Any]:
        return {
            "serial": self.serial,
            "programmes": {
                code: {"blind": b64encode(p.blind).decode(), "versions": _pack(p.versions)}
                for code, p in self.programmes.items()
            },
            "secrets": {purpose: _pack(versions) for purpose, versions in self.secrets.items()},
        }

    @classmethod
    def unpacked(cls, packed: dict[str, Any]) -> Self:
        return cls(
            packed["serial"],
            {
                code: _Programme(b64decode(p["blind"]), _unpack(p["versions"]))
                for code, p in packed["programmes"].items()
            },
            {purpose: _unpack(versions) for purpose, versions in packed["secrets"].items()},
        )


class KeyFile:
    """A KeyStore in a file. Made by ``create``, ``unlock`` or ``demo``."""

    def __init__(
        self, path: Path, header: Header, key: bytes, keys: _Keys, stamp: tuple[int, int, int]
    ) -> None:
        self._path = path
        self._header = header
        self._key = key
        self._keys = keys
        self._stamp = stamp
        self._lock = threading.RLock()

    @classmethod
    def create(
        cls,
        path: Path,
        passphrase: str,
        *,
        cost: Cost = STRONG,
        custodians: tuple[int, int] | None = None,
        kind: str = "file",
    ) -> Self:
        """Make the file with the program's own keys in it. Its folder must exist.

        Refusals: key-file-exists, passphrase-weak, key-file-unwritable.
        """
        path = path.resolve()
        header = Header(kind, custodians, cost)
        key = _derived(passphrase, header)
        keys = _Keys(1, {}, {purpose.value: {1: os.urandom(KEY)} for purpose in Purpose})
        with sealedfile.locked(path):
            if os.path.lexists(path):
                raise refuse("key-file-exists")
            stamp = sealedfile.write(path, header, key, keys.packed())
        return cls(path, header, key, keys, stamp)

    @classmethod
    def unlock(cls, path: Path, passphrase: str) -> Self:
        """Open the file; nothing is written.

        Refusals: key-file-missing, key-file-open, key-file-damaged, passphrase-wrong.
        """
        path = path.resolve()
        sealed = sealedfile.read(path)
        key = sealedfile.derive(passphrase, sealed.header)
        return cls(path, sealed.header, key, _Keys.unpacked(sealedfile.unlock(sealed, key)), sealed.stamp)

    @classmethod
    def demo(cls, path: Path) -> Self:
        """A key file whose passphrase lies beside it, made if there is none; ``kind`` is "demo"."""
        path = path.resolve()
        beside = path.with_name(path.name + ".passphrase")
        with sealedfile.locked(beside):
            if not os.path.lexists(beside):
                if os.path.lexists(path):
                    raise refuse("passphrase-missing")
                sealedfile.write_private(beside, new_passphrase().encode() + b"\n")
            passphrase = sealedfile.read_private(beside, 1000)[0].decode().strip()
            if not os.path.lexists(path):
                return cls.create(path, passphrase, cost=LIGHT, kind="demo")
        return cls.unlock(path, passphrase)

    @property
    def kind(self) -> str:
        return self._header.kind

    @property
    def custodians(self) -> tuple[int, int] | None:
        """How many shares open the file, of how many, if its passphrase was dealt to custodians."""
        return self._header.custodians

    def change_passphrase(
        self, passphrase: str, *, cost: Cost = STRONG, custodians: tuple[int, int] | None = None
    ) -> None:
        """Seal the same keys with another passphrase; a demo's file becomes an ordinary one.

        Other running processes keep what they hold for an hour at most (``CachedKeys``) and then need a
        restart. Copies of the old file still open with the old passphrase: rotate if it became known.
        """
        header = Header("file", custodians, cost)
        key = _derived(passphrase, header)

        def reseal(keys: _Keys) -> None:
            self._header, self._key = header, key

        self._change(reseal)

    def programmes(self) -> frozenset[str]:
        """The programmes that have keys."""
        return frozenset(self._now().programmes)

    def add_programme(self, programme: str) -> None:
        if checked(programme) in self._now().programmes:
            return

        def add(keys: _Keys) -> None:
            # Another process may have been first: its keys stay.
            keys.programmes.setdefault(programme, _Programme(os.urandom(KEY), {1: os.urandom(KEY)}))

        self._change(add)

    def versions(self, programme: str) -> tuple[int, ...]:
        found = self._now().programmes.get(programme)
        return tuple(sorted(found.versions)) if found else ()

    def wrap(self, programme: str, data_key: bytes) -> Wrapped:
        version, key = _newest(self._programme(programme).versions)
        nonce = os.urandom(NONCE)
        return Wrapped(version, nonce + AESGCM(key).encrypt(nonce, data_key, _associated(programme, version)))

    def unwrap(self, programme: str, wrapped: Wrapped) -> bytes:
        key = self._programme(programme).versions.get(wrapped.version)
        if key is None:
            raise refuse("key-unknown")
        try:
            return AESGCM(key).decrypt(
                wrapped.sealed[:NONCE], wrapped.sealed[NONCE:], _associated(programme, wrapped.version)
            )
        except (InvalidTag, ValueError):  # ValueError: shorter than a nonce
            raise Tampered from None

    def rewrap(self, programme: str, wrapped: Wrapped) -> Wrapped:
        if wrapped.version == _newest(self._programme(programme).versions)[0]:
            return wrapped
        return self.wrap(programme, self.unwrap(programme, wrapped))

    def rotate(self, programme: str) -> int:
        return self._change(lambda keys: _add(_of(keys, programme).versions))

    def drop(self, programme: str, below: int) -> None:
        def destroy(keys: _Keys) -> None:
            versions = _of(keys, programme).versions
            if below > max(versions):
                raise refuse("key-version")
            for version in [v for v in versions if v < below]:
                del versions[version]

        self._change(destroy)

    def blind_key(self, programme: str) -> bytes:
        return self._programme(programme).blind

    def secret(self, purpose: Purpose, version: int | None = None) -> Secret:
        versions = self._now().secrets.get(purpose.value)
        if versions is None:  # a purpose that is younger than the file
            self.rotate_secret(purpose)
            versions = self._now().secrets[purpose.value]
        newest, _ = _newest(versions)
        number = newest if version is None else version
        if number not in versions:
            raise refuse("key-unknown")
        return Secret(number, versions[number])

    def rotate_secret(self, purpose: Purpose) -> int:
        return self._change(lambda keys: _add(keys.secrets.setdefault(purpose.value, {})))

    def _programme(self, programme: str) -> _Programme:
        return _of(self._now(), programme)

    def _now(self) -> _Keys:
        """The keys as the file has them; read again if another process wrote it."""
        with self._lock:
            try:
                unchanged = sealedfile.stamp(self._path) == self._stamp
            except OSError:
                raise KeyStoreUnavailable from None
            if not unchanged:
                self._load()
            return self._keys

    def _load(self) -> None:
        try:
            sealed = sealedfile.read(self._path)
            if sealed.header != self._header:
                raise KeyStoreUnavailable("key-store/changed")
            keys = _Keys.unpacked(sealedfile.unlock(sealed, self._key))
        except KeyStoreUnavailable:
            raise
        except Refusal as refusal:
            # Nobody at a page can mend the file; they learn that keys are out of reach.
            raise KeyStoreUnavailable from refusal
        if keys.serial < self._keys.serial:
            raise KeyStoreUnavailable("key-store/older")
        self._keys, self._stamp = keys, sealed.stamp

    def _change(self, change: Callable[[_Keys], T]) -> T:
        """Apply a change to the newest contents and write them; on any refusal nothing has changed."""
        with self._lock, sealedfile.locked(self._path):
            self._now()
            keys = _Keys.unpacked(self._keys.packed())
            header, key = self._header, self._key
            try:
                result = change(keys)
                keys.serial += 1
                stamp = sealedfile.write(self._path, self._header, self._key, keys.packed())
            except BaseException:
                self._header, self._key = header, key
                raise
            self._keys, self._stamp = keys, stamp
            return result


def _derived(passphrase: str, header: Header) -> bytes:
    if len(nfc(passphrase)) < SHORTEST:
        raise refuse("passphrase-weak")
    return sealedfile.derive(passphrase, header)


def _of(keys: _Keys, programme: str) -> _Programme:
    found = keys.programmes.get(programme)
    if found is None:
        raise refuse("key-unknown")
    return found


def _newest(versions: dict[int, bytes]) -> tuple[int, bytes]:
    return max(versions.items())


def _add(versions: dict[int, bytes]) -> int:
    number = max(versions, default=0) + 1
    versions[number] = os.urandom(KEY)
    return number


def _associated(programme: str, version: int) -> bytes:
    return _DOMAIN + joined(programme, version.to_bytes(4, "big"))


def _pack(versions: dict[int, bytes]) -> dict[str, str]:
    return {str(number): b64encode(key).decode() for number, key in versions.items()}


def _unpack(packed: dict[str, str]) -> dict[int, bytes]:
    return {int(number): b64decode(key) for number, key in packed.items()}
