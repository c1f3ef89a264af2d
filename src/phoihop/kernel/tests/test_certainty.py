"""What counts without a signature, and what only with one."""

from dataclasses import dataclass, replace

import pytest

from phoihop.kernel.certainty import UNCHECKED, Certainty, counts


@dataclass(frozen=True)
class Value:
    least: int
    certainty: Certainty


@pytest.mark.parametrize(
    ("letter", "in_force", "checked"),
    [
        ("V", True, True),
        ("P", False, False),
        ("M", False, False),
        ("S", False, True),
        ("D", True, True),
    ],
)
def test_what_nobody_compared_does_not_count_and_says_so(letter: str, in_force: bool, checked: bool) -> None:
    certainty = Certainty(letter)
    assert (certainty.in_force, certainty.checked) == (in_force, checked)
    assert certainty.note == (None if checked else UNCHECKED)
    assert counts(Value(5, certainty), ()) is in_force


def test_a_signature_is_for_the_value_as_it_stands() -> None:
    value = Value(5, Certainty.PAPER)
    assert counts(value, {value})
    assert not counts(replace(value, least=6), {value})
    assert not counts(replace(value, certainty=Certainty.MEMORY), {value})


def test_the_letters_are_these_and_no_others() -> None:
    assert "".join(sorted(Certainty)) == "DMPSV"
    with pytest.raises(ValueError, match="X"):
        Certainty("X")
