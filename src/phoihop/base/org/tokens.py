"""Short sealed texts for addresses: what a page showed, by which permission; the server alone reads them."""

import base64
import hashlib
import os
import time

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.apps import apps
from django.conf import settings
from django.db import models

LIFE = 24 * 3600  # seconds
_NONCE = 12
_PURPOSE = b"phoihop.org.why"


def _cipher() -> AESGCM:
    return AESGCM(hashlib.sha256(_PURPOSE + settings.SECRET_KEY.encode()).digest())


def sealed(code: str, thing: models.Model | None) -> str:
    """A token for a permission and the thing it showed; good for a day."""
    label = f"{thing._meta.label} {thing.pk}" if thing is not None else ""
    nonce = os.urandom(_NONCE)
    said = f"{int(time.time() + LIFE)}|{code}|{label}".encode()
    return base64.urlsafe_b64encode(nonce + _cipher().encrypt(nonce, said, _PURPOSE)).rstrip(b"=").decode()


def opened(token: str) -> tuple[str, type[models.Model] | None, str] | None:
    """The permission, the kind of thing (None: none in particular) and its id; None for a token not ours."""
    try:
        raw = base64.urlsafe_b64decode(token + "=" * (-len(token) % 4))
        said = _cipher().decrypt(raw[:_NONCE], raw[_NONCE:], _PURPOSE).decode()
    except (ValueError, InvalidTag):
        return None
    until, code, label = said.split("|")
    if time.time() > int(until):
        return None
    kind, _, number = label.partition(" ")
    return code, apps.get_model(kind) if kind else None, number
