"""Transit over a real connection: what is sent, what is believed, and what happens when nobody answers."""

import datetime
import ipaddress
import json
import ssl
import threading

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from phoihop.base.security.crypto.cache import PAUSE, CachedKeys
from phoihop.base.security.crypto.fields import DataKey
from phoihop.base.security.crypto.keys import Purpose, Wrapped
from phoihop.base.security.crypto.people import PersonKeys
from phoihop.base.security.crypto.refusing import KeyStoreUnavailable, Tampered
from phoihop.base.security.crypto.tests.bao import TOKEN, Bao
from phoihop.base.security.crypto.transit import Transit

DATA = bytes(range(48))


@pytest.fixture
def token(tmp_path):
    path = tmp_path / "token"
    path.write_text(TOKEN + "\n")
    path.chmod(0o600)
    return path


@pytest.fixture
def bao():
    with Bao() as server:
        yield server


@pytest.fixture
def store(bao, token):
    made = Transit(bao.address, token, timeout=0.2)
    made.add_programme("hiv")
    return made


def test_no_address_names_a_programme(store, bao):
    wrapped = store.wrap("hiv", DATA)
    store.unwrap("hiv", wrapped)
    store.rotate("hiv")
    store.rewrap("hiv", wrapped)
    store.blind_key("hiv")
    assert len(bao.calls) > 6
    assert not any("hiv" in call for call in bao.calls)
    assert f"POST /v1/transit/rewrap/{store.key_name('hiv')}" in bao.calls


def test_a_persons_key_survives_the_engines_own_rewrap(store):
    people = PersonKeys(store)
    row, key = people.make("hiv", "p1")
    store.rotate("hiv")
    moved = people.rewrap(row)
    store.drop("hiv", 2)
    assert moved.wrapped.version == 2
    assert people.open(moved) == key


@pytest.mark.parametrize(
    "address", ["http://bao.example:8200", "ftp://127.0.0.1", "file:///etc/hostname", "127.0.0.1:8200", ""]
)
def test_keys_do_not_travel_in_the_clear(address, token):
    with pytest.raises(KeyStoreUnavailable) as raised:
        Transit(address, token)
    assert raised.value.message == KeyStoreUnavailable("key-store/address").message


def test_a_wrong_token_is_said(store, token):
    token.write_text("s.expired")
    with pytest.raises(KeyStoreUnavailable) as raised:
        store.versions("hiv")
    assert raised.value.message == KeyStoreUnavailable("key-store/denied").message


def test_a_token_renewed_on_disk_is_used(store, token):
    token.write_text("s.expired")
    with pytest.raises(KeyStoreUnavailable):
        store.versions("hiv")
    token.write_text(TOKEN)
    assert store.versions("hiv") == (1,)


@pytest.mark.parametrize("mode", [0o644, 0o640])
def test_a_token_that_others_can_read_is_not_sent(store, token, bao, mode):
    token.chmod(mode)
    before = len(bao.calls)
    with pytest.raises(KeyStoreUnavailable) as raised:
        store.versions("hiv")
    assert raised.value.message == KeyStoreUnavailable("key-store/token").message
    assert len(bao.calls) == before


def _redirect(there):
    def answer(handler):
        handler.send(307, b"", Location=there)

    return answer


def test_a_redirect_is_not_followed(store, bao):
    with Bao() as thief:
        bao.misbehave = _redirect(f"{thief.address}/v1/transit/keys/x")
        for attempt in (
            lambda: store.versions("hiv"),
            lambda: store.unwrap("hiv", Wrapped(1, b"vault:v1:x")),
        ):
            with pytest.raises(KeyStoreUnavailable):
                attempt()
        assert thief.calls == []


@pytest.mark.parametrize(
    "misbehave",
    [
        pytest.param(lambda h: h.send(500, b"{}"), id="500"),
        pytest.param(lambda h: h.send(503, b'{"errors":["Vault is sealed"]}'), id="sealed"),
        pytest.param(lambda h: h.send(429, b""), id="429"),
        pytest.param(lambda h: h.send(200, b"<html>"), id="not json"),
        pytest.param(lambda h: h.send(200, b"[1]"), id="a list"),
        pytest.param(lambda h: h.send(200, b'{"data": 1}'), id="no data"),
        pytest.param(lambda h: h.send(200, b'{"data": {"ciphertext": "x", "plaintext": 1}}'), id="nonsense"),
        pytest.param(lambda h: h.send(200, b'{"data": "' + b"x" * 100_000 + b'"}'), id="too long"),
        pytest.param(lambda h: h.send(200, b"\xff"), id="not text"),
        pytest.param(lambda h: h.wfile.write(b"SSH-2.0\r\n\r\n"), id="not http"),
        pytest.param(lambda h: h.connection.close(), id="hangs up"),
        pytest.param(lambda h: h.server.stopped.wait(5), id="silent"),
    ],
)
def test_whatever_is_no_answer_means_unavailable(store, bao, misbehave):
    wrapped = store.wrap("hiv", DATA)
    bao.server.stopped = threading.Event()
    bao.misbehave = misbehave
    for attempt in (
        lambda: store.versions("hiv"),
        lambda: store.wrap("hiv", DATA),
        lambda: store.unwrap("hiv", wrapped),
        lambda: store.blind_key("hiv"),
        lambda: store.secret(Purpose.SCOPE),
    ):
        with pytest.raises(KeyStoreUnavailable):
            attempt()
    bao.server.stopped.set()


def test_nobody_listening_means_unavailable(store, bao):
    bao.stop()
    with pytest.raises(KeyStoreUnavailable):
        store.versions("hiv")


def test_what_the_server_says_is_not_repeated(store, bao):
    bao.misbehave = lambda h: h.send(500, b'{"errors":["the plaintext was hiv"]}')
    with pytest.raises(KeyStoreUnavailable) as raised:
        store.versions("hiv")
    assert raised.value.__suppress_context__
    assert "hiv" not in f"{raised.value!r}{raised.value.message}"


def test_a_proxy_of_the_machine_is_not_used(bao, token, monkeypatch):
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    monkeypatch.delenv("no_proxy", raising=False)
    assert Transit(bao.address, token).versions("hiv") == ()


def test_a_version_claimed_beside_the_ciphertext_must_be_its_own(store):
    wrapped = store.wrap("hiv", DATA)
    with pytest.raises(Tampered):
        store.unwrap("hiv", Wrapped(2, wrapped.sealed))


@pytest.fixture(scope="module")
def certificate(tmp_path_factory):
    """A certificate for 127.0.0.1 that signs itself: paths of certificate and key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "test")])
    now = datetime.datetime.now(datetime.UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - datetime.timedelta(hours=1))
        .not_valid_after(now + datetime.timedelta(hours=1))
        .add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), False
        )
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), True)
        .sign(key, hashes.SHA256())
    )
    folder = tmp_path_factory.mktemp("tls")
    (folder / "cert.pem").write_bytes(made.public_bytes(serialization.Encoding.PEM))
    (folder / "key.pem").write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    return folder / "cert.pem", folder / "key.pem"


def test_only_a_server_known_to_the_authority_is_spoken_to(certificate, token):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(*certificate)
    with Bao(context) as bao:
        with pytest.raises(KeyStoreUnavailable):
            Transit(bao.address, token).versions("hiv")
        with pytest.raises(KeyStoreUnavailable):
            Transit(bao.address.replace("127.0.0.1", "localhost"), token, ca_file=certificate[0]).versions(
                "hiv"
            )
        assert bao.calls == []
        known = Transit(bao.address, token, ca_file=certificate[0])
        known.add_programme("hiv")
        assert known.unwrap("hiv", known.wrap("hiv", DATA)) == DATA


def test_care_goes_on_for_an_hour_without_the_store_and_exports_stop(store, bao):
    """F-26: ten minutes' outage is survived by whom care has just seen; after an hour nothing opens."""
    now = [0.0]
    cached = CachedKeys(store, clock=lambda: now[0])
    people = PersonKeys(cached)
    row, key = people.make("hiv", "seen")
    stranger, _ = PersonKeys(store).make("hiv", "not seen")
    blind, scope = cached.blind_key("hiv"), cached.secret(Purpose.SCOPE)
    cached.secret(Purpose.EXPORT)
    now[0] = 29 * 60.0
    bao.stop()
    for minutes in (30, 35, 40, 59.9):
        now[0] = minutes * 60.0
        assert people.open(row) == key
        assert cached.blind_key("hiv") == blind
        assert cached.secret(Purpose.SCOPE) == scope
        with pytest.raises(KeyStoreUnavailable):
            cached.secret(Purpose.EXPORT)
        with pytest.raises(KeyStoreUnavailable):
            people.make("hiv", "new")
        with pytest.raises(KeyStoreUnavailable):
            people.open(stranger)
    now[0] = 60 * 60.0
    for attempt in (lambda: people.open(row), lambda: cached.blind_key("hiv")):
        with pytest.raises(KeyStoreUnavailable):
            attempt()


def test_after_an_outage_the_store_is_asked_again(store, bao):
    now = [0.0]
    cached = CachedKeys(store, clock=lambda: now[0])
    people = PersonKeys(cached)
    row, key = people.make("hiv", "p")
    now[0] = 1900.0
    bao.misbehave = lambda h: h.send(503, b"{}")
    assert people.open(row) == key
    asked = len(bao.calls)
    assert people.open(row) == key
    assert len(bao.calls) == asked  # a silent store is left alone for a moment
    bao.misbehave = None
    now[0] += PAUSE
    assert people.open(row) == key
    assert len(bao.calls) == asked + 1
    now[0] = 5000.0
    bao.misbehave = lambda h: h.send(503, b"{}")
    assert people.open(row) == DataKey(1, key.secret)


def test_requests_are_what_the_documentation_says(bao, token):
    seen = []

    def record(handler):
        seen.append((handler.command, handler.path, handler.headers["X-Vault-Token"]))
        handler.send(200, json.dumps({"data": {"keys": {"2": 1}, "min_decryption_version": 1}}).encode())

    bao.misbehave = record
    assert Transit(bao.address + "/", token, mount="/bao/transit/", prefix="x").versions("care") == (2,)
    name = Transit(bao.address, token, prefix="x").key_name("care")
    assert seen == [("GET", f"/v1/bao/transit/keys/{name}", TOKEN)]
