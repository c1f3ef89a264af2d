"""Keys of the centre and of the devices: made, wrapped under the programme's key, and used."""

from functools import lru_cache
from secrets import token_bytes

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from phoihop.base.security import keyring
from phoihop.base.security.crypto.keys import Wrapped
from phoihop.programmes.ost.models import Centre, Device
from phoihop.programmes.ost.models.shared import OST


def wrapped(secret: bytes) -> Wrapped:
    """A secret of 32 bytes as a column may hold it."""
    keyring.store().add_programme(OST)
    return keyring.store().wrap(OST, secret)


def secret_of(row: Centre | Device) -> bytes:
    """A row's secret: what it signs with, or (a tablet) what it shares with the centre."""
    return keyring.store().unwrap(OST, Wrapped(row.key_version, bytes(row.secret)))


def new_pair() -> tuple[bytes, bytes]:
    """A new signing key and what its signatures are checked with, 32 bytes each."""
    key = Ed25519PrivateKey.generate()
    return key.private_bytes_raw(), key.public_key().public_bytes_raw()


def new_secret() -> bytes:
    """What a tablet shares with the centre."""
    return token_bytes(32)


def sign(row: Centre | Device, data: bytes) -> bytes:
    """A signature in the name of the centre or of a desk."""
    return Ed25519PrivateKey.from_private_bytes(secret_of(row)).sign(data)


def is_key(public: bytes) -> bool:
    """Whether bytes are a key that signatures can be checked with."""
    try:
        _key(public)
    except ValueError:
        return False
    return True


@lru_cache(maxsize=512)
def _key(public: bytes) -> Ed25519PublicKey:
    return Ed25519PublicKey.from_public_bytes(public)


def genuine(public: bytes, data: bytes, signature: bytes) -> bool:
    """Whether this key's holder signed it."""
    try:
        _key(public).verify(signature, data)
    except (InvalidSignature, ValueError):
        return False
    return True
