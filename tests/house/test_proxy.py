"""The proxies of the operator's page, run as they stand there: what they let through and what they set."""

import contextlib
import http.client
import http.server
import ipaddress
import json
import os
import re
import shutil
import socket
import ssl
import subprocess
import threading
import time
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from tools.tree import ROOT

PAGE = (ROOT / "docs" / "how-to" / "run-in-production.md").read_text(encoding="utf-8")
FORGED = {
    "X-Forwarded-For": "203.0.113.7",
    "X-Forwarded-Proto": "gopher",
    "X-Forwarded-Host": "elsewhere.example",
    "Forwarded": "for=203.0.113.7;proto=gopher",
}
PROGRAMS = {"nginx": "/usr/sbin/nginx", "caddy": "/usr/bin/caddy"}


@dataclass
class Proxy:
    plain: int
    tls: int


def example(language: str) -> str:
    (found,) = re.findall(rf"```{language}\n(.*?)```", PAGE, re.S)
    return found


def free() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Echo(http.server.BaseHTTPRequestHandler):
    """Answers with the headers that arrived."""

    def do_GET(self) -> None:
        body = json.dumps({name.lower(): self.headers.get_all(name) for name in self.headers}).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        pass


def certificate(folder: Path) -> tuple[Path, Path]:
    key, name = (
        ec.generate_private_key(ec.SECP256R1()),
        x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "x")]),
    )
    now = datetime.now(UTC)
    names = [x509.DNSName("localhost"), x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=2))
        .add_extension(x509.SubjectAlternativeName(names), critical=False)
        .sign(key, hashes.SHA256())
    )
    pem = serialization.Encoding.PEM
    form, open_ = serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    (folder / "cert.pem").write_bytes(made.public_bytes(pem))
    (folder / "key.pem").write_bytes(key.private_bytes(pem, form, open_))
    return folder / "cert.pem", folder / "key.pem"


def nginx(folder: Path, inside: int, proxy: Proxy) -> list[str]:
    cert, key = certificate(folder)
    told = example("nginx").replace("127.0.0.1:8765", f"127.0.0.1:{inside}")
    told = told.replace("listen 80;", f"listen 127.0.0.1:{proxy.plain};")
    told = told.replace("listen 443 ssl;", f"listen 127.0.0.1:{proxy.tls} ssl;")
    told = told.replace("/etc/ssl/phoihop.pem", str(cert)).replace("/etc/ssl/private/phoihop.key", str(key))
    temporary = "".join(
        f"{what}_temp_path {folder}/{what};" for what in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    (folder / "nginx.conf").write_text(f"pid {folder}/pid;\nevents {{}}\nhttp {{ {temporary}\n{told} }}\n")
    return [PROGRAMS["nginx"], "-p", str(folder), "-c", "nginx.conf", "-e", "stderr", "-g", "daemon off;"]


def caddy(folder: Path, inside: int, proxy: Proxy) -> list[str]:
    cert, key = certificate(folder)
    told = example("caddy").replace("127.0.0.1:8765", f"127.0.0.1:{inside}")
    told = told.replace("phoihop.example {", f"localhost {{\n    bind 127.0.0.1\n    tls {cert} {key}")
    own = f"{{\n    admin off\n    http_port {proxy.plain}\n    https_port {proxy.tls}\n}}\n"
    (folder / "Caddyfile").write_text(own + told)
    return [PROGRAMS["caddy"], "run", "--config", str(folder / "Caddyfile"), "--adapter", "caddyfile"]


@contextlib.contextmanager
def running(command: list[str], folder: Path, port: int) -> Iterator[None]:
    given = os.environ | {"HOME": str(folder), "XDG_DATA_HOME": str(folder), "XDG_CONFIG_HOME": str(folder)}
    with (folder / "said").open("w+") as said:
        process = subprocess.Popen(command, env=given, stdout=said, stderr=said)
        try:
            deadline = time.monotonic() + 20
            while True:
                assert process.poll() is None, (folder / "said").read_text()
                assert time.monotonic() < deadline, (folder / "said").read_text()
                with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
                    break
                time.sleep(0.05)
            yield
        finally:
            process.terminate()
            process.wait(timeout=20)


@pytest.fixture(scope="module", params=PROGRAMS)
def proxy(request, tmp_path_factory) -> Iterator[Proxy]:
    if not shutil.which(PROGRAMS[request.param]):
        pytest.skip(f"NO {request.param.upper()} ON THIS MACHINE: apt install {request.param}")
    folder = tmp_path_factory.mktemp(request.param)
    folder.chmod(0o755)
    made = Proxy(free(), free())
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Echo) as behind:
        threading.Thread(target=behind.serve_forever, daemon=True).start()
        command = {"nginx": nginx, "caddy": caddy}[request.param](folder, behind.server_port, made)
        with running(command, folder, made.tls):
            yield made
        behind.shutdown()


def unchecked(**more: object) -> ssl.SSLContext:
    made = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    made.check_hostname, made.verify_mode = False, ssl.CERT_NONE
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # Python warns of the old versions that are tried here
        for name, value in more.items():
            setattr(made, name, value)
    return made


def ask(proxy: Proxy, **headers: str) -> dict[str, list[str]]:
    with contextlib.closing(
        http.client.HTTPSConnection("localhost", proxy.tls, timeout=20, context=unchecked())
    ) as connection:
        connection.request("GET", "/hom-nay/", headers=headers)
        answer = connection.getresponse()
        assert answer.status == 200
        return json.loads(answer.read())


@pytest.mark.parametrize("forged", [{}, FORGED, {name.upper(): value for name, value in FORGED.items()}])
def test_only_the_proxys_own_word_about_address_and_https_reaches_the_program(proxy, forged):
    told = ask(proxy, **forged)
    assert told["x-forwarded-proto"] == ["https"]
    assert told["x-forwarded-for"] == ["127.0.0.1"]
    assert told["host"][0].partition(":")[0] == "localhost"
    assert "x-forwarded-host" not in told
    assert "forwarded" not in told
    assert not any("203.0.113.7" in value for values in told.values() for value in values)


def test_http_is_led_to_https_and_reaches_nothing(proxy):
    with contextlib.closing(http.client.HTTPConnection("localhost", proxy.plain, timeout=20)) as connection:
        connection.request("GET", "/hom-nay/", headers=FORGED)
        answer = connection.getresponse()
        answer.read()
    assert answer.status in (301, 308)
    assert (answer.getheader("Location") or "").startswith("https://localhost")


@pytest.mark.parametrize(
    ("version", "taken"),
    [
        (ssl.TLSVersion.TLSv1, False),
        (ssl.TLSVersion.TLSv1_1, False),
        (ssl.TLSVersion.TLSv1_2, True),
        (ssl.TLSVersion.TLSv1_3, True),
    ],
)
def test_old_versions_of_tls_are_not_spoken(proxy, version, taken):
    context = unchecked(minimum_version=version, maximum_version=version)
    context.set_ciphers("ALL:@SECLEVEL=0")
    assert speaks(proxy, context) is taken


@pytest.mark.parametrize("cipher", ["AES128-SHA", "AES256-GCM-SHA384", "ECDHE-ECDSA-AES128-SHA", "aNULL"])
def test_weak_ciphers_and_those_without_forward_secrecy_are_not_taken(proxy, cipher):
    context = unchecked(maximum_version=ssl.TLSVersion.TLSv1_2)
    context.set_ciphers(f"{cipher}:@SECLEVEL=0")
    assert not speaks(proxy, context)


def speaks(proxy: Proxy, context: ssl.SSLContext) -> bool:
    try:
        with (
            socket.create_connection(("localhost", proxy.tls), 10) as plain,
            context.wrap_socket(plain, server_hostname="localhost"),
        ):
            return True
    except (ssl.SSLError, ConnectionError):
        return False
