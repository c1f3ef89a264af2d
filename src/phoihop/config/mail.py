"""E-mail, from one address that says everything but the password."""

from typing import Any
from urllib.parse import unquote, urlsplit

_HERE = ("127.0.0.1", "::1", "localhost")
_PORTS = {"smtp": 25, "smtps": 465}


def checked(url: str) -> str:
    """The address as it is; ValueError where no mail could be sent by it, or only in clear over a network."""
    if url:
        settings(url, "")
    return url


def settings(url: str, password: str) -> dict[str, Any]:
    """Django's settings for an address: smtp://user@host:587 asks for STARTTLS, unless the server is on this
    very machine; smtps:// speaks TLS from the first byte; empty sends nothing."""
    if not url:
        return {"EMAIL_BACKEND": "django.core.mail.backends.dummy.EmailBackend"}
    parts = urlsplit(url)
    if parts.scheme not in _PORTS or not parts.hostname:
        raise ValueError("smtp://host:port or smtps://host:port")
    if parts.password is not None:
        raise ValueError("the password belongs in a file of its own")
    if parts.path not in ("", "/") or parts.query or parts.fragment:
        raise ValueError("nothing follows the port")
    return {
        "EMAIL_BACKEND": "django.core.mail.backends.smtp.EmailBackend",
        "EMAIL_HOST": parts.hostname,
        "EMAIL_PORT": parts.port or _PORTS[parts.scheme],
        "EMAIL_HOST_USER": unquote(parts.username or ""),
        "EMAIL_HOST_PASSWORD": password,
        "EMAIL_USE_SSL": parts.scheme == "smtps",
        "EMAIL_USE_TLS": parts.scheme == "smtp" and parts.hostname not in _HERE,
        "EMAIL_TIMEOUT": 20,
    }
