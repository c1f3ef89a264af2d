import io
import itertools
import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from phoihop.base.database.sealed_stream import CHUNK, read_header, seal, unseal
from phoihop.kernel.refusals import Refusal

KEY = bytes(range(32))
SMALL = 16
contents = st.lists(st.binary(max_size=40), max_size=6)


def sealed(parts, chunk=SMALL) -> bytes:
    target = io.BytesIO()
    assert seal(parts, target, KEY, {"kind": "test", "epoch": 3}, chunk=chunk) == sum(map(len, parts))
    return target.getvalue()


def opened(data: bytes, key: bytes = KEY) -> bytes:
    return b"".join(unseal(io.BytesIO(data), key))


def cut(data: bytes) -> tuple[bytes, list[bytes]]:
    """The beginning, and the chunks with their lengths."""
    source = io.BytesIO(data)
    read_header(source)
    start, chunks = data[: source.tell()], []
    while length := source.read(4):
        chunks.append(length + source.read(struct.unpack(">I", length)[0]))
    return start, chunks


@given(contents)
def test_what_was_sealed_opens_whole(parts):
    assert opened(sealed(parts)) == b"".join(parts)


@pytest.mark.parametrize("size", [0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 2 * CHUNK, 3 * CHUNK + 7])
def test_sizes_round_the_chunk(size):
    data = bytes(size)
    assert opened(sealed([data], chunk=CHUNK)) == data


@given(contents, st.data())
def test_no_changed_bit_passes(parts, data):
    whole = bytearray(sealed(parts))
    at = data.draw(st.integers(0, len(whole) - 1))
    whole[at] ^= 1 << data.draw(st.integers(0, 7))
    with pytest.raises(Refusal) as refusal:
        opened(bytes(whole))
    assert refusal.value.reason in {"sealed-damaged", "sealed-unknown", "sealed-key"}


@given(contents, st.data())
def test_no_cut_passes(parts, data):
    whole = sealed(parts)
    with pytest.raises(Refusal):
        opened(whole[: data.draw(st.integers(0, len(whole) - 1))])


@given(st.binary(min_size=3 * SMALL, max_size=5 * SMALL), st.data())
def test_no_missing_repeated_or_moved_chunk_passes(content, data):
    start, chunks = cut(sealed([content]))
    order = data.draw(st.lists(st.integers(0, len(chunks) - 1), max_size=len(chunks) + 1))
    if order == list(range(len(chunks))):
        assert opened(start + b"".join(chunks)) == content
        return
    with pytest.raises(Refusal, match="sealed-damaged"):
        opened(start + b"".join(chunks[number] for number in order))


def test_chunks_of_two_files_do_not_mix():
    one, other = cut(sealed([bytes(3 * SMALL)])), cut(sealed([bytes(3 * SMALL)]))
    assert one[1] != other[1]
    for taken in itertools.product((one, other), repeat=3):
        if len({id(each) for each in taken}) > 1:
            with pytest.raises(Refusal, match="sealed-damaged"):
                opened(one[0] + b"".join(each[1][at] for at, each in enumerate(taken)))


def test_bytes_after_the_end_do_not_pass():
    with pytest.raises(Refusal, match="sealed-damaged"):
        opened(sealed([b"abc"]) + b"x")


def test_the_header_reads_without_a_key_and_cannot_be_changed():
    whole = sealed([b"abc"])
    assert read_header(io.BytesIO(whole))["epoch"] == 3
    with pytest.raises(Refusal, match="sealed-damaged"):
        opened(whole.replace(b'"epoch": 3', b'"epoch": 4'))


def test_another_key_is_told_from_damage():
    with pytest.raises(Refusal, match="sealed-key"):
        opened(sealed([b"abc"]), bytes(32))


def test_a_source_that_breaks_off_leaves_no_end():
    def broken():
        yield bytes(100)
        raise OSError("the pipe broke")

    target = io.BytesIO()
    with pytest.raises(OSError, match="the pipe broke"):
        seal(broken(), target, KEY, {}, chunk=SMALL)
    with pytest.raises(Refusal, match="sealed-damaged"):
        opened(target.getvalue())


def test_another_file_is_no_sealed_stream():
    with pytest.raises(Refusal, match="sealed-unknown"):
        opened(b"PK\x03\x04 something else altogether")
