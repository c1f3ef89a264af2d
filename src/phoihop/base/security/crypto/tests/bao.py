"""A small server of transit's documented endpoints, with real ciphers and the documented errors.

It is not OpenBao. It stands in where OpenBao cannot be installed, and keeps to the engine's API
documentation: encrypt makes a missing key, rewrap takes no associated data, each version of a key has an
HMAC key of its own, trim needs both minimum versions set, errors are {"errors": […]}.
"""

import base64
import hashlib
import hmac
import json
import os
import ssl
import threading
import time
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

TOKEN = "s.invented"


@dataclass
class Key:
    """A named key: per version its cipher key, HMAC key and time of making."""

    versions: dict[int, tuple[bytes, bytes, int]] = field(default_factory=dict)
    oldest: int = 1
    oldest_for_new: int = 0

    @property
    def newest(self) -> int:
        return max(self.versions)

    def add(self) -> None:
        self.versions[max(self.versions, default=0) + 1] = (os.urandom(32), os.urandom(32), int(time.time()))


class Refused(Exception):
    """An answer other than 200."""

    def __init__(self, status: int, *errors: str) -> None:
        super().__init__(*errors)
        self.status = status


class Bao:
    """The server; a context manager. ``misbehave`` may be set to a function that answers instead."""

    def __init__(self, tls: ssl.SSLContext | None = None) -> None:
        self.keys: dict[str, Key] = {}
        self.calls: list[str] = []
        self.misbehave: Any = None
        bao = self

        class Handler(BaseHTTPRequestHandler):
            def answer(self) -> None:
                body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
                bao.calls.append(f"{self.command} {self.path}")
                if bao.misbehave is not None:
                    bao.misbehave(self)
                    return
                said: Any
                try:
                    if self.headers.get("X-Vault-Token") != TOKEN:
                        raise Refused(403, "permission denied")
                    data = bao.do(self.command, self.path, json.loads(body) if body else {})
                    status, said = (200, {"data": data}) if data is not None else (204, None)
                except Refused as refused:
                    status, said = refused.status, {"errors": [*refused.args]}
                self.send(status, b"" if said is None else json.dumps(said).encode())

            def send(self, status: int, content: bytes, **headers: str) -> None:
                self.send_response(status)
                for name, value in headers.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(content)))
                self.end_headers()
                self.wfile.write(content)

            do_GET = do_POST = answer  # noqa: N815 - names of http.server

            def log_message(self, *args: Any) -> None:
                pass

        class Server(ThreadingHTTPServer):
            daemon_threads = True

            def handle_error(self, *args: Any) -> None:
                pass  # a client that hangs up is part of the tests

        self.server = Server(("127.0.0.1", 0), Handler)
        if tls is not None:
            self.server.socket = tls.wrap_socket(self.server.socket, server_side=True)
        self.scheme = "http" if tls is None else "https"
        self.thread = threading.Thread(target=self.server.serve_forever, args=(0.01,), daemon=True)

    @property
    def address(self) -> str:
        return f"{self.scheme}://127.0.0.1:{self.server.server_port}"

    def __enter__(self) -> "Bao":
        self.thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def stop(self) -> None:
        if self.thread.is_alive():
            self.server.shutdown()
            self.thread.join()
            self.server.server_close()

    def do(self, method: str, path: str, said: dict[str, Any]) -> dict[str, Any] | None:
        match method, path.removeprefix("/v1/transit/").split("/"):
            case "POST", ["keys", name]:
                if name not in self.keys:
                    self.keys[name] = Key()
                    self.keys[name].add()
                return self.described(name)
            case "GET", ["keys", name]:
                if name not in self.keys:
                    raise Refused(404)
                return self.described(name)
            case "POST", ["keys", name, "rotate"]:
                self.key(name).add()
                return self.described(name)
            case "POST", ["keys", name, "config"]:
                self.configure(self.key(name), said)
                return self.described(name)
            case "POST", ["keys", name, "trim"]:
                self.trim(self.key(name), int(said["min_available_version"]))
                return None
            case "POST", ["encrypt", name]:
                if name not in self.keys:
                    self.do("POST", f"/v1/transit/keys/{name}", {})
                return {"ciphertext": self.encrypt(self.key(name), base64.b64decode(said["plaintext"]))}
            case "POST", ["decrypt", name]:
                plain = self.decrypt(self.key(name), said["ciphertext"])
                return {"plaintext": base64.b64encode(plain).decode()}
            case "POST", ["rewrap", name]:
                key = self.key(name)
                return {"ciphertext": self.encrypt(key, self.decrypt(key, said["ciphertext"]))}
            case "POST", ["hmac", name]:
                return {"hmac": self.hmac(self.key(name), said)}
        raise Refused(404)

    def key(self, name: str) -> Key:
        if name not in self.keys:
            raise Refused(400, "encryption key not found")
        return self.keys[name]

    def described(self, name: str) -> dict[str, Any]:
        key = self.keys[name]
        return {
            "name": name,
            "type": "aes256-gcm96",
            "keys": {str(n): made for n, (_, _, made) in key.versions.items()},
            "min_decryption_version": key.oldest,
            "min_encryption_version": key.oldest_for_new,
        }

    def configure(self, key: Key, said: dict[str, Any]) -> None:
        oldest = said.get("min_decryption_version", key.oldest) or 1
        for_new = said.get("min_encryption_version", key.oldest_for_new)
        if oldest > key.newest or (for_new and not oldest <= for_new <= key.newest):
            raise Refused(400, "cannot set min version")
        key.oldest, key.oldest_for_new = oldest, for_new

    def trim(self, key: Key, below: int) -> None:
        if not key.oldest_for_new or below > min(key.oldest, key.oldest_for_new):
            raise Refused(400, "minimum available version too high")
        key.versions = {n: v for n, v in key.versions.items() if n >= below}

    def encrypt(self, key: Key, plain: bytes) -> str:
        nonce = os.urandom(12)
        sealed = nonce + AESGCM(key.versions[key.newest][0]).encrypt(nonce, plain, None)
        return f"vault:v{key.newest}:{base64.b64encode(sealed).decode()}"

    def decrypt(self, key: Key, ciphertext: str) -> bytes:
        try:
            _, version, encoded = ciphertext.split(":")
            sealed = base64.b64decode(encoded, validate=True)
            number = int(version.removeprefix("v"))
        except ValueError:
            raise Refused(400, "invalid ciphertext") from None
        if number < key.oldest or number not in key.versions:
            raise Refused(400, "ciphertext version is disallowed by policy (too old)")
        try:
            return AESGCM(key.versions[number][0]).decrypt(sealed[:12], sealed[12:], None)
        except (InvalidTag, ValueError):
            raise Refused(400, "cipher: message authentication failed") from None

    def hmac(self, key: Key, said: dict[str, Any]) -> str:
        number = said.get("key_version") or key.newest
        if number not in key.versions or (key.oldest_for_new and number < key.oldest_for_new):
            raise Refused(400, "cannot generate HMAC: version is too old (disallowed by policy)")
        found = hmac.digest(key.versions[number][1], base64.b64decode(said["input"]), hashlib.sha256)
        return f"vault:v{number}:{base64.b64encode(found).decode()}"
