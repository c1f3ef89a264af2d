"""The tree, the chain and the line of a seal."""

import hashlib
from dataclasses import fields, replace
from datetime import UTC, datetime
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from phoihop.base.security.audit.seals import (
    FORM,
    NOTHING,
    Seal,
    Tree,
    from_line,
    is_genuine,
    keyring,
    leaf,
    mark,
    marks,
    signer_of,
)

KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
SEAL = Seal(
    number=1, at=datetime(2026, 2, 3, tzinfo=UTC), made_in=1, epoch=1, from_txid=0, to_txid=800, count=2,
    first_id=1, last_id=2, root=hashlib.sha256(b"").digest(), manifest_hash=NOTHING, previous=NOTHING,
    form=FORM, signer=signer_of(KEY.public_key()),
)  # fmt: skip
SIGNED = replace(SEAL, signature=KEY.sign(SEAL.statement()))


def merkle(leaves: list[bytes]) -> bytes:
    """RFC 6962, section 2.1, word for word."""
    if not leaves:
        return hashlib.sha256(b"").digest()
    if len(leaves) == 1:
        return hashlib.sha256(b"\x00" + leaves[0]).digest()
    k = 1
    while k * 2 < len(leaves):
        k *= 2
    return hashlib.sha256(b"\x01" + merkle(leaves[:k]) + merkle(leaves[k:])).digest()


@pytest.mark.parametrize("count", range(40))
def test_the_tree_is_that_of_the_standard(count: int) -> None:
    leaves = [bytes([n]) * n for n in range(count)]
    tree = Tree()
    for one in leaves:
        tree.add(leaf(one))
    assert tree.root() == merkle(leaves)


def test_the_tree_knows_the_standards_own_example() -> None:
    """The first eight leaves' root in the test data of Certificate Transparency."""
    leaves = [
        "",
        "00",
        "10",
        "2021",
        "3031",
        "40414243",
        "5051525354555657",
        "606162636465666768696a6b6c6d6e6f",
    ]
    tree = Tree()
    for one in leaves:
        tree.add(leaf(bytes.fromhex(one)))
    assert tree.root().hex() == "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328"


def test_a_line_gives_back_the_seal() -> None:
    assert from_line(SIGNED.as_line()) == SIGNED
    assert from_line(replace(SIGNED, first_id=None, last_id=None).as_line()).first_id is None


@given(
    st.text(max_size=30) | st.integers(0, len(SIGNED.as_line()) - 1).map(lambda cut: SIGNED.as_line()[:cut])
)
def test_what_is_no_line_of_a_seal_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"not a seal|Invalid|Expecting|Extra|isoformat|hex|Unterminated"):
        from_line(text)


def test_a_signature_covers_every_field() -> None:
    keys = keyring([KEY.public_key()])
    assert is_genuine(SIGNED, keys)
    for one in fields(Seal):
        value: Any = getattr(SIGNED, one.name)
        other: Any = (
            bytes(len(value)) if isinstance(value, bytes) and any(value)
            else b"\1" * 32 if isinstance(value, bytes)
            else value.replace(year=2027) if isinstance(value, datetime)
            else value + 1
        )  # fmt: skip
        assert not is_genuine(replace(SIGNED, **{one.name: other}), keys), one.name


def test_somebody_elses_signature_counts_for_nothing() -> None:
    assert not is_genuine(SIGNED, keyring([Ed25519PrivateKey.generate().public_key()]))


def test_a_manifest_names_its_entries() -> None:
    manifest = mark(5, b"a" * 32) + mark(-1, b"b" * 32)
    assert list(marks(manifest)) == [(5, b"a" * 8), (-1, b"b" * 8)]
