"""Who may take a release how far."""

import pytest

from phoihop.engines.indicators.disclosing_clearing import (
    FROM,
    NEEDS,
    Act,
    Clearing,
    Reader,
    Right,
    Standing,
    done,
    readable,
)
from phoihop.kernel.refusals import Refusal

BOTH = frozenset(Right)
NEW = Clearing("maker")
CHECKED = done(NEW, Act.CHECK, "first", BOTH)
CLEARED = done(CHECKED, Act.CHECK, "second", BOTH)
PUBLIC = done(CLEARED, Act.PUBLISH, "head", BOTH)


def test_two_who_did_not_make_it_clear_it_and_a_third_publishes():
    assert CHECKED.standing is Standing.INTERNAL
    assert Clearing("maker", Standing.CLEARED, ("first", "second")) == CLEARED
    assert Clearing("maker", Standing.PUBLIC, ("first", "second"), "head") == PUBLIC


def test_what_is_reopened_has_to_be_checked_anew():
    assert done(CLEARED, Act.REOPEN, "first", {Right.CHECK}) == NEW


@pytest.mark.parametrize(
    ("clearing", "act", "by", "rights", "reason"),
    [
        (NEW, Act.CHECK, "maker", BOTH, "own"),
        (CHECKED, Act.CHECK, "first", BOTH, "twice"),
        (CHECKED, Act.CHECK, "second", {Right.PUBLISH}, "right"),
        (NEW, Act.PUBLISH, "head", BOTH, "standing"),
        (CHECKED, Act.PUBLISH, "head", BOTH, "standing"),
        (CLEARED, Act.PUBLISH, "head", {Right.CHECK}, "right"),
        (CLEARED, Act.CHECK, "third", BOTH, "standing"),
        (CHECKED, Act.REOPEN, "first", BOTH, "standing"),
        (PUBLIC, Act.REOPEN, "first", BOTH, "standing"),
        (PUBLIC, Act.PUBLISH, "head", BOTH, "standing"),
    ],
)
def test_anything_else_is_refused(clearing, act, by, rights, reason):
    with pytest.raises(Refusal) as refused:
        done(clearing, act, by, rights)
    assert refused.value.reason == reason
    assert refused.value.message.vi
    assert refused.value.message.en


@pytest.mark.parametrize("clearing", [NEW, CHECKED, CLEARED, PUBLIC])
@pytest.mark.parametrize("act", Act)
def test_nobody_without_rights_does_anything(clearing, act):
    with pytest.raises(Refusal):
        done(clearing, act, "anybody", frozenset(Right) - {NEEDS[act]})


def test_nothing_is_done_to_what_is_public():
    assert Standing.PUBLIC not in FROM.values()


@pytest.mark.parametrize(
    ("clearing", "readers"),
    [
        (NEW, {Reader.HOUSE}),
        (CHECKED, {Reader.HOUSE}),
        (CLEARED, {Reader.HOUSE, Reader.OFFICE}),
        (PUBLIC, set(Reader)),
    ],
)
def test_who_reads_what(clearing, readers):
    assert {reader for reader in Reader if readable(clearing, reader)} == readers
