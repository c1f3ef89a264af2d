"""Referrals and transfers: two copies that share nothing of the person, and no day at two places or none."""

from dataclasses import replace
from datetime import timedelta

import pytest

from phoihop.base.org.doors import NotAllowed
from phoihop.kernel.refusals import Refusal
from phoihop.registry.actions import enrolling, referring, transferring
from phoihop.registry.models import Client, Enrolment, Likeness, Referral, Transfer
from phoihop.registry.queries import desk
from phoihop.registry.queries import files as reading
from phoihop.registry.registering import PROGRAMMES, Event, Happened
from phoihop.registry.tests.people import DAY, MY, acting, admitted, opened

PAPER = {"last_day": "hôm qua", "note": ""}


@pytest.fixture
def x(house):
    return admitted(house.alpha, house.a)


@pytest.fixture
def soon(house):
    return house.alpha.day + timedelta(days=2)


def asked(house, x, soon, **more):
    return transferring.ask(
        by=house.alpha, client=x, **({"to": house.b, "first_day": soon, "paper": PAPER} | more)
    )


def came(house, model=Transfer, viewer=None, programme="alpha"):
    with acting(viewer or house.alpha_b):
        return model.objects.select_related("facility").get(side="received", programme=programme)


def served(viewer) -> list[tuple]:
    with acting(viewer):
        rows = Enrolment.objects.filter(facility__in=viewer.facilities).order_by("pk")
        return [(row.since, row.until, row.ending, row.person) for row in rows]


def test_a_transfer_ends_there_the_day_before_it_begins_here(house, x, soon, monkeypatch):
    heard: list[Event] = []
    monkeypatch.setitem(PROGRAMMES, "alpha", replace(PROGRAMMES["alpha"], told=heard.append))
    asked(house, x, soon)
    assert served(house.alpha) == [(DAY, None, "", x.pseudonym)], "nothing changes before it is accepted"
    client = transferring.accept(by=house.alpha_b, transfer=came(house))
    assert served(house.alpha) == [(DAY, soon - timedelta(days=1), "moved", x.pseudonym)]
    assert served(house.alpha_b) == [(soon, None, "", x.pseudonym)]
    here = reading.see(house.alpha, client=x)
    assert (here.served, here.goes_on) == (True, False), "until the day before"
    there = reading.see(house.alpha_b, client=client)
    assert (there.served, there.goes_on) == (False, True), "from the first day on"
    assert (there.told, there.head.code) == (MY, reading.see(house.alpha, client=x).head.code)
    assert client.uid != x.uid
    assert [e.what for e in heard] == [Happened.MOVED_AWAY, Happened.MOVED_HERE]
    with acting(house.alpha_b):
        assert not Likeness.objects.exists(), "the file that they come from is no other person's"
    (letter,) = reading.see(house.alpha, client=x).letters
    assert letter.state == "accepted"


def test_somebody_who_comes_back_finds_their_file(house, x, soon):
    asked(house, x, soon)
    there = transferring.accept(by=house.alpha_b, transfer=came(house))
    later = soon + timedelta(days=10)
    transferring.ask(by=house.alpha_b, client=there, to=house.a, first_day=later, paper=PAPER)
    back = transferring.accept(by=house.alpha, transfer=came(house, viewer=house.alpha))
    assert back.pk == x.pk
    assert [row[:2] for row in served(house.alpha)] == [(DAY, soon - timedelta(days=1)), (later, None)]


def test_it_may_begin_later_and_never_earlier(house, x, soon):
    asked(house, x, soon)
    with pytest.raises(Refusal, match="days-wrong"):
        transferring.accept(by=house.alpha_b, transfer=came(house), first_day=soon - timedelta(days=1))
    transferring.accept(by=house.alpha_b, transfer=came(house), first_day=soon + timedelta(days=1))
    assert served(house.alpha)[0][1] == soon


def test_what_cannot_be_asked(house, x, soon):
    for more, refused in (
        ({"to": house.a}, "same-place"),
        ({"first_day": DAY}, "days-wrong"),
        ({"paper": {"note": "x"}}, "paper-incomplete"),
    ):
        with pytest.raises(Refusal, match=refused):
            asked(house, x, soon, **more)
    stranger = opened(house.alpha, house.a, replace(MY, name="Lò Thị Ón", identity="", insurance=""))
    with pytest.raises(Refusal, match="not-enrolled"):
        asked(house, stranger, soon)
    asked(house, x, soon)
    with pytest.raises(Refusal, match="asked-already"):
        asked(house, x, soon)


def test_an_answer_counts_once_and_within_its_days(house, x, soon):
    asked(house, x, soon)
    letter = came(house)
    late = replace(house.alpha_b, day=letter.expires_on + timedelta(days=1))
    with pytest.raises(Refusal, match="answered-already"):
        transferring.accept(by=late, transfer=letter)
    transferring.refuse_transfer(by=house.alpha_b, transfer=letter, why="hết chỗ rồi")
    for again in (
        lambda: transferring.accept(by=house.alpha_b, transfer=letter),
        lambda: transferring.refuse_transfer(by=house.alpha_b, transfer=letter, why="hết chỗ rồi"),
    ):
        with pytest.raises(Refusal, match="answered-already"):
            again()
    (told,) = reading.see(house.alpha, client=x).letters
    assert (told.state, told.reason) == ("refused", "hết chỗ rồi")
    assert came(house).content is None, "who was not taken on is not kept"
    asked(house, x, soon)


def test_an_end_meanwhile_leaves_nothing_to_accept(house, x, soon):
    asked(house, x, soon)
    enrolling.end(by=house.alpha, client=x, last_day=DAY, ending="died")
    with pytest.raises(Refusal, match="not-enrolled"):
        transferring.accept(by=house.alpha_b, transfer=came(house))
    assert served(house.alpha_b) == []
    with acting(house.alpha_b):
        assert not Client.objects.exists()


def test_the_sender_cannot_accept_for_the_receiver_nor_a_third(house, x, soon):
    sent = asked(house, x, soon)
    letter = came(house)
    for by, transfer, refused in (
        (house.alpha, sent, Refusal),
        (house.alpha, letter, NotAllowed),
        (house.beta, letter, NotAllowed),
    ):
        with pytest.raises(refused):
            transferring.accept(by=by, transfer=transfer)
    assert served(house.alpha_b) == []


def test_a_late_answer_ends_nothing_in_the_past(house, x, soon):
    """What was given there in the meantime was given by right."""
    asked(house, x, soon)
    late = replace(house.alpha_b, day=soon + timedelta(days=5))
    transferring.accept(by=late, transfer=came(house))
    assert served(house.alpha)[0][1] == soon + timedelta(days=4)
    assert served(house.alpha_b)[0][0] == soon + timedelta(days=5)


def test_a_copy_is_answered_by_its_own_side(house, x, soon):
    sent = asked(house, x, soon)
    with pytest.raises(Refusal, match="answered-already"):
        transferring.refuse_transfer(by=house.alpha, transfer=sent, why="không phải của mình")
    with pytest.raises(Refusal, match="answered-already"):
        transferring.withdraw(by=house.alpha_b, transfer=came(house))
    assert came(house).state == "asked"


def test_a_letter_taken_back_tells_the_receiver_nothing_more(house, x, soon):
    sent = asked(house, x, soon)
    assert [each.told.name for each in desk.letters(house.alpha_b, programme="alpha")] == [MY.name]
    transferring.withdraw(by=house.alpha, transfer=sent)
    assert desk.letters(house.alpha_b, programme="alpha") == []
    assert came(house).content is None


def refer(house, x, **more):
    given = {"to": house.a, "programme": "beta", "why": "cần khám thêm", "agreed": True}
    return referring.refer(by=house.alpha, client=x, **(given | more))


def test_a_referral_to_another_programme_shares_nothing_of_the_person(house, x):
    sent = refer(house, x)
    letter = came(house, Referral, house.beta, "beta")
    assert letter.pseudonym != sent.pseudonym
    assert (letter.to_programme, sent.to_programme) == ("", "beta")
    (shown,) = desk.letters(house.beta, programme="beta")
    assert (shown.sender, shown.told.name) == ("Trung tâm Y tế Nậm Pồ", MY.name)
    client = referring.accept(by=house.beta, referral=letter)
    assert client.pseudonym == letter.pseudonym
    assert (client.programme, client.code == x.code) == ("beta", False)
    assert served(house.beta) == [], "nobody is enrolled by a letter"
    (told,) = reading.see(house.alpha, client=x).letters
    assert told.state == "accepted"


def test_numbers_travel_only_where_both_ends_may_keep_them(house, x, monkeypatch):
    monkeypatch.setitem(PROGRAMMES, "beta", replace(PROGRAMMES["beta"], keeps_identity=False))
    refer(house, x)
    (shown,) = desk.letters(house.beta, programme="beta")
    assert (shown.told.identity, shown.told.insurance) == ("", "")


@pytest.mark.parametrize(
    ("more", "refused"),
    [
        ({"agreed": False}, "not-consented"),
        ({"why": "x"}, "reason-missing"),
        ({"programme": "gamma"}, "not-offered"),
        ({"programme": "alpha"}, "same-place"),
    ],
)
def test_nobody_is_referred_without_agreeing_or_reason(house, x, more, refused):
    with pytest.raises(Refusal, match=refused):
        refer(house, x, **more)
    with acting(house.beta):
        assert not Referral.objects.exists()


def test_a_refused_referral_tells_why(house, x):
    refer(house, x)
    letter = came(house, Referral, house.beta, "beta")
    with pytest.raises(Refusal, match="reason-missing"):
        referring.refuse_referral(by=house.beta, referral=letter, why=" ")
    referring.refuse_referral(by=house.beta, referral=letter, why="không thuộc diện")
    (told,) = reading.see(house.alpha, client=x).letters
    assert (told.state, told.reason) == ("refused", "không thuộc diện")
