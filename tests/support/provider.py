"""A small OpenID Connect provider that really runs: one person, codes that count once, PKCE asked for."""

import base64
import contextlib
import hashlib
import json
import secrets
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

CLIENT, SECRET = "phoihop", "a secret of the tests"


@dataclass
class Provider:
    """``person`` is who the next authorisation is given for; ``seen`` holds what was asked for."""

    address: str = ""
    person: dict[str, str] = field(default_factory=dict)
    seen: list[dict[str, str]] = field(default_factory=list)
    codes: dict[str, dict[str, str]] = field(default_factory=dict)
    tokens: dict[str, dict[str, str]] = field(default_factory=dict)

    def authorise(self, asked: dict[str, str]) -> str:
        """Where the browser goes back to."""
        self.seen.append(asked)
        code = secrets.token_urlsafe(16)
        self.codes[code] = asked | {"sub": self.person["sub"]}
        return f"{asked['redirect_uri']}?{urlencode({'code': code, 'state': asked['state']})}"

    def exchange(self, sent: dict[str, str]) -> dict[str, Any]:
        """A token for a code, if who asks can show the other half of the challenge."""
        asked = self.codes.pop(sent["code"])
        half = hashlib.sha256(sent["code_verifier"].encode()).digest()
        assert asked["code_challenge"] == base64.urlsafe_b64encode(half).rstrip(b"=").decode()
        assert asked["code_challenge_method"] == "S256"
        assert (sent["client_id"], sent["client_secret"]) == (CLIENT, SECRET)
        assert sent["redirect_uri"] == asked["redirect_uri"]
        token = secrets.token_urlsafe(16)
        self.tokens[token] = dict(self.person)
        said = {"iss": self.address, "aud": CLIENT, "exp": time.time() + 60, "iat": time.time()} | self.person
        return {"access_token": token, "token_type": "Bearer", "id_token": _unsigned(said)}


def _unsigned(said: dict[str, Any]) -> str:
    # What comes straight from the provider's own address needs no signature (OpenID Connect Core 3.1.3.7).
    parts = ({"alg": "RS256", "typ": "JWT"}, said)
    return ".".join(
        [*(base64.urlsafe_b64encode(json.dumps(p).encode()).rstrip(b"=").decode() for p in parts), "none"]
    )


@contextlib.contextmanager
def running() -> Iterator[Provider]:
    """The provider at an address of its own."""
    provider = Provider()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked = {name: values[0] for name, values in parse_qs(urlsplit(self.path).query).items()}
            match urlsplit(self.path).path:
                case "/.well-known/openid-configuration":
                    self.say(
                        {
                            "issuer": provider.address,
                            "authorization_endpoint": f"{provider.address}/authorise",
                            "token_endpoint": f"{provider.address}/token",
                            "userinfo_endpoint": f"{provider.address}/userinfo",
                            "jwks_uri": f"{provider.address}/keys",
                            "token_endpoint_auth_methods_supported": ["client_secret_post"],
                        }
                    )
                case "/authorise":
                    self.send_response(302)
                    self.send_header("Location", provider.authorise(asked))
                    self.end_headers()
                case "/userinfo":
                    self.say(provider.tokens[self.headers["Authorization"].removeprefix("Bearer ")])

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            self.say(provider.exchange({name: values[0] for name, values in parse_qs(body).items()}))

        def say(self, what: dict[str, Any]) -> None:
            body = json.dumps(what).encode()
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *said: Any) -> None:
            """Quietly."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    provider.address = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield provider
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
