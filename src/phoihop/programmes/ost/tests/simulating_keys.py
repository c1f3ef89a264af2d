"""Keys for every name of a simulated world."""

import hashlib
import hmac
from collections.abc import Callable
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey


class Keys:
    """A key for every name. With ``real``, Ed25519; else a keyed hash, as good where nobody forges."""

    def __init__(self, *, real: bool) -> None:
        self._real = real
        self._keys: dict[str, Any] = {}
        self._right: dict[tuple[str, bytes], bytes] = {}

    def signer(self, name: str) -> Callable[[bytes], bytes]:
        if not self._real:
            return lambda data: hashlib.blake2b(
                data, key=name.encode()[:64] or b"centre", digest_size=16
            ).digest()
        key = self._keys.setdefault(name, Ed25519PrivateKey.generate())
        return lambda data: bytes(key.sign(data))

    def check(self, name: str, data: bytes, signature: bytes) -> bool:
        if not self._real:
            return hmac.compare_digest(self.signer(name)(data), signature)
        digest = hashlib.blake2b(data, digest_size=16).digest()
        if self._right.get((name, digest)) == signature:
            return True
        if name not in self._keys:
            return False
        try:
            self._keys[name].public_key().verify(signature, data)
        except InvalidSignature:
            return False
        self._right[name, digest] = signature
        return True
