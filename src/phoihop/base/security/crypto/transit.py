"""The key store of those who run OpenBao or Vault: the transit secrets engine over HTTPS.

Written against OpenBao's documentation of the engine's API. Of each programme there are two keys there:
one wraps data keys (encrypt, decrypt, rewrap, rotate), one makes the blind key (hmac, never rotated). Data
keys are made here, not by ``datakey``, because whose they are is wrapped with them and rewrap takes no
associated data. Keys are named by a digest of the programme's code, so no address, and no access log
between, tells a programme's name; ``key_name`` gives it to whoever writes the policy.
"""

import base64
import hashlib
import json
import ssl
import urllib.error
import urllib.request
from http.client import HTTPException
from pathlib import Path
from typing import IO, Any
from urllib.parse import urlsplit

from phoihop.base.security.crypto import sealedfile
from phoihop.base.security.crypto.fields import KEY
from phoihop.base.security.crypto.keys import Purpose, Secret, Wrapped, checked
from phoihop.base.security.crypto.refusing import KeyStoreUnavailable, Tampered, refuse
from phoihop.kernel.refusals import Refusal

_LARGEST = 65_536  # bytes of an answer
_HERE = ("127.0.0.1", "::1", "localhost")


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    """A redirect would carry the token to wherever it points."""

    def redirect_request(self, *_: Any, **__: Any) -> None:
        return None


class Transit:
    """A KeyStore over HTTP. Keeps no key; wrap it in ``CachedKeys``.

    ``address`` as "https://bao.example:8200"; ``token_file`` is read at each request, so an agent may
    renew it; ``ca_file`` holds the authority's certificate (PEM) if the system does not know it;
    ``timeout`` in seconds, for connecting and for each wait. Refusal("key-store") for an unsafe address.
    """

    def __init__(
        self,
        address: str,
        token_file: Path,
        *,
        mount: str = "transit",
        prefix: str = "phoihop",
        ca_file: Path | None = None,
        timeout: float = 2.0,
    ) -> None:
        parts = urlsplit(address)
        if parts.scheme != "https" and not (parts.scheme == "http" and parts.hostname in _HERE):
            raise KeyStoreUnavailable("key-store/address")
        self._base = f"{address.rstrip('/')}/v1/{mount.strip('/')}"
        self._token_file = token_file
        self._prefix = prefix
        self._timeout = timeout
        self._web = urllib.request.build_opener(
            urllib.request.ProxyHandler({}),  # a proxy set for the machine has no business here
            urllib.request.HTTPSHandler(context=ssl.create_default_context(cafile=ca_file)),
            _NoRedirect,
        )

    @property
    def kind(self) -> str:
        return "transit"

    def key_name(self, programme: str) -> str:
        """What a programme's key is called in the engine; its blind key has "-blind" behind."""
        return f"{self._prefix}-{hashlib.sha256(checked(programme).encode()).hexdigest()[:16]}"

    def add_programme(self, programme: str) -> None:
        for name in (self.key_name(programme), self._blind(programme)):
            self._make(name)

    def versions(self, programme: str) -> tuple[int, ...]:
        return self._versions(self.key_name(programme))

    def wrap(self, programme: str, data_key: bytes) -> Wrapped:
        if not self.versions(programme):  # encrypt would make a key of its own accord
            raise refuse("key-unknown")
        answer = self._key_call("encrypt", self.key_name(programme), {"plaintext": _b64(data_key)})
        return _wrapped(answer.get("ciphertext"))

    def unwrap(self, programme: str, wrapped: Wrapped) -> bytes:
        answer = self._ciphertext_call("decrypt", programme, wrapped)
        return _bytes(answer.get("plaintext"))

    def rewrap(self, programme: str, wrapped: Wrapped) -> Wrapped:
        if wrapped.version == max(self.versions(programme), default=0):
            return wrapped
        return _wrapped(self._ciphertext_call("rewrap", programme, wrapped).get("ciphertext"))

    def rotate(self, programme: str) -> int:
        return self._rotate(self.key_name(programme))

    def drop(self, programme: str, below: int) -> None:
        name = self.key_name(programme)
        versions = self._versions(name)
        if not versions:
            raise refuse("key-unknown")
        if below > versions[-1]:
            raise refuse("key-version")
        below = max(below, versions[0])
        self._call(
            "POST", f"keys/{name}/config", {"min_decryption_version": below, "min_encryption_version": below}
        )
        self._call("POST", f"keys/{name}/trim", {"min_available_version": below})

    def blind_key(self, programme: str) -> bytes:
        return self._derived(self._blind(programme), "blind", 1)[1]

    def secret(self, purpose: Purpose, version: int | None = None) -> Secret:
        name = self._own(purpose)
        versions = self._versions(name)
        if not versions:
            self._make(name)
        elif version is not None and version not in versions:
            raise refuse("key-unknown")
        return Secret(*self._derived(name, purpose.value, version or 0))

    def rotate_secret(self, purpose: Purpose) -> int:
        name = self._own(purpose)
        self._make(name)
        return self._rotate(name)

    def _blind(self, programme: str) -> str:
        return self.key_name(programme) + "-blind"

    def _own(self, purpose: Purpose) -> str:
        return f"{self._prefix}-{purpose.value}"

    def _make(self, name: str) -> None:
        self._call("POST", f"keys/{name}", {"type": "aes256-gcm96"})  # leaves a key that exists as it is

    def _versions(self, name: str) -> tuple[int, ...]:
        status, data = self._call("GET", f"keys/{name}", None, missing_is_fine=True)
        if status == 404:
            return ()
        try:
            oldest = int(data["min_decryption_version"])
            return tuple(sorted(n for n in map(int, data["keys"]) if n >= oldest))
        except (KeyError, TypeError, ValueError):
            raise KeyStoreUnavailable from None

    def _rotate(self, name: str) -> int:
        if not self._versions(name):
            raise refuse("key-unknown")
        self._call("POST", f"keys/{name}/rotate", {})
        return self._versions(name)[-1]

    def _derived(self, name: str, label: str, version: int) -> tuple[int, bytes]:
        """Version and 32 bytes: the HMAC of a fixed text under a key that never leaves the store."""
        said = {"input": _b64(f"phoihop {label}".encode()), "key_version": version}
        found = _wrapped(self._key_call("hmac", name, said).get("hmac"))
        secret = _bytes(found.sealed.decode().rpartition(":")[2])
        if len(secret) != KEY:
            raise KeyStoreUnavailable
        return found.version, secret

    def _key_call(self, verb: str, name: str, said: dict[str, Any]) -> dict[str, Any]:
        """A call that the engine refuses with 400 only if it has no such key."""
        status, data = self._call("POST", f"{verb}/{name}", said, bad_is_fine=True)
        if status == 400:
            raise refuse("key-unknown")
        return data

    def _ciphertext_call(self, verb: str, programme: str, wrapped: Wrapped) -> dict[str, Any]:
        """A call refused with 400 for a missing key, a dropped version or a bad ciphertext."""
        sealed = wrapped.sealed.decode("ascii", "replace")
        if not sealed.startswith(f"vault:v{wrapped.version}:"):
            raise Tampered
        name = self.key_name(programme)
        status, data = self._call("POST", f"{verb}/{name}", {"ciphertext": sealed}, bad_is_fine=True)
        if status != 400:
            return data
        if wrapped.version not in self._versions(name):
            raise refuse("key-unknown")
        raise Tampered

    def _call(
        self,
        method: str,
        path: str,
        said: dict[str, Any] | None,
        *,
        missing_is_fine: bool = False,
        bad_is_fine: bool = False,
    ) -> tuple[int, dict[str, Any]]:
        """Status and the answer's ``data``. Whatever is not an answer is KeyStoreUnavailable."""
        body = None if said is None else json.dumps(said).encode()
        request = urllib.request.Request(  # noqa: S310 - the scheme was checked
            f"{self._base}/{path}",
            data=body,
            method=method,
            headers={"X-Vault-Token": self._token(), "Content-Type": "application/json"},
        )
        try:
            with self._web.open(request, timeout=self._timeout) as answer:
                return answer.status, _data(answer)
        except urllib.error.HTTPError as error:
            with error:
                if (error.code == 404 and missing_is_fine) or (error.code == 400 and bad_is_fine):
                    return error.code, {}
                # What the server says may quote what we sent: none of it goes on.
                denied = error.code in (401, 403)
            raise KeyStoreUnavailable("key-store/denied" if denied else "key-store") from None
        except (OSError, HTTPException, ValueError):
            raise KeyStoreUnavailable from None

    def _token(self) -> str:
        try:
            return sealedfile.read_private(self._token_file, 10_000)[0].decode("ascii").strip()
        except (Refusal, UnicodeDecodeError):
            raise KeyStoreUnavailable("key-store/token") from None


def _data(answer: IO[bytes]) -> dict[str, Any]:
    body = answer.read(_LARGEST + 1)
    if len(body) > _LARGEST:
        raise KeyStoreUnavailable
    said = json.loads(body) if body else {}
    data = said.get("data") if isinstance(said, dict) else None
    return data if isinstance(data, dict) else {}


def _wrapped(said: object) -> Wrapped:
    """ "vault:v3:…" with its version. KeyStoreUnavailable if the server says anything else."""
    parts = said.split(":") if isinstance(said, str) else []
    if len(parts) != 3 or parts[0] != "vault" or not parts[1].startswith("v") or not parts[1][1:].isdecimal():
        raise KeyStoreUnavailable
    return Wrapped(int(parts[1][1:]), ":".join(parts).encode())


def _b64(data: bytes) -> str:
    return base64.b64encode(data).decode()


def _bytes(said: object) -> bytes:
    if not isinstance(said, str):
        raise KeyStoreUnavailable
    try:
        return base64.b64decode(said, validate=True)
    except ValueError:
        raise KeyStoreUnavailable from None
