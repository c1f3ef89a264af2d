"""Text made to be slow to read is read to its end, or refused with a reason."""

import json

import pytest

from phoihop.engines.reading import contract, read
from phoihop.engines.reading.tests.adversaries import adversaries
from phoihop.kernel.refusals import Refusal

pytestmark = pytest.mark.long

_SIZE = 100_000  # bytes


@pytest.mark.parametrize(("name", "text"), [pytest.param(n, t, id=n) for n, t in adversaries(_SIZE)])
def test_is_read_or_refused(name, text):
    try:
        reading = read(text.encode(), "x.txt")
    except Refusal:
        return
    length = len(reading.text)
    assert all(0 <= d.span[0] <= d.span[1] <= length for d in reading.documents)
    assert json.dumps(contract.of_reading(reading), allow_nan=False)
