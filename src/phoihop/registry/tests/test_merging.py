"""Files that may be of one person: who is asked, merging, taking a merge back; in a facility and across."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from phoihop.base.org.doors import NotAllowed
from phoihop.kernel.refusals import Refusal
from phoihop.registry.actions import deciding, enrolling, files
from phoihop.registry.models import Client, Enrolment, Likeness, Merge, MergeStep, Tie
from phoihop.registry.queries import desk
from phoihop.registry.queries import files as reading
from phoihop.registry.reaching import comparing
from phoihop.registry.rules.identity import Told
from phoihop.registry.rules.matching import ABOUT, Evidence
from phoihop.registry.tests.people import CHU, DAY, MY, acting, admitted, consented, opened

WHY = "cùng một người, đã hỏi"


def pairs(viewer) -> list[desk.Pair]:
    return desk.pairs(viewer, programme="alpha")


def likeness(viewer) -> Likeness:
    with acting(viewer):
        return Likeness.objects.select_related("facility", "client__facility", "other").get(state="open")


def state(house) -> list:
    """Everything that a merge could change, of all facilities of the programme."""
    with comparing(house.alpha, (house.a.pk, "alpha"), (house.b.pk, "alpha")):
        enrolments = Enrolment.objects.order_by("pk")
        return [
            list(enrolments.values_list("pk", "person", "since", "until", "ending", "aside")),
            list(Tie.objects.order_by("client").values_list("client", "person")),
            list(Client.objects.order_by("pk").values_list("pk", "merged_into", "pseudonym")),
        ]


def test_two_files_of_one_number_are_shown_with_what_speaks_for_it(house):
    one = opened(house.alpha, house.a, MY)
    other = opened(house.alpha, house.a, replace(MY, name="Vàng Thị Mị"))
    (pair,) = pairs(house.alpha)
    assert (pair.score, pair.sure) == (100, True)
    assert ABOUT[Evidence.IDENTITY] in pair.evidence
    assert {pair.one.pk, pair.other.pk} == {one.pk, other.pk}


def test_strangers_and_other_programmes_are_not_shown(house):
    opened(house.alpha, house.a, MY)
    opened(house.alpha, house.a, CHU)
    opened(house.beta, house.a, MY, programme="beta")
    assert pairs(house.alpha) == desk.pairs(house.beta, programme="beta") == []


def test_a_correction_asks_again_what_was_not_decided(house):
    opened(house.alpha, house.a, MY)
    typo = opened(house.alpha, house.a, Told(name=MY.name, identity="035199000132"))
    assert [pair.score for pair in pairs(house.alpha)] == [60]
    files.correct(by=house.alpha, client=typo, told=Told(name=MY.name, identity="001203000123"))
    assert pairs(house.alpha) == []


def test_what_was_decided_stays_decided(house):
    opened(house.alpha, house.a, MY)
    twin = opened(house.alpha, house.a, replace(MY, insurance=""))
    deciding.decide(by=house.alpha, likeness=likeness(house.alpha), same=False)
    files.correct(by=house.alpha, client=twin, told=MY)
    assert pairs(house.alpha) == []


def two(house):
    """The same person twice at one clinic: served now by the first file, in the past by the second."""
    one = admitted(house.alpha, house.a, MY, since=DAY)
    other = opened(house.alpha, house.a, replace(MY, name="Vàng Thị Mị", identity="", insurance=""))
    consented(house.alpha, other, DAY - timedelta(days=60))
    enrolling.admit(by=house.alpha, client=other, since=DAY - timedelta(days=60))
    enrolling.end(by=house.alpha, client=other, last_day=DAY + timedelta(days=3), ending="error")
    return one, other


def test_a_merge_changes_only_to_whom_things_count(house):
    one, other = two(house)
    before = state(house)
    done = deciding.decide(by=house.alpha, likeness=likeness(house.alpha), same=True, why=WHY, kept=one)
    assert done.state == "same"
    after = reading.see(house.alpha, client=reading_of(house, other))
    assert after.head.merged_into == one.uid
    assert after.told.name == "Vàng Thị Mị"
    with acting(house.alpha):
        kept, moved = (Enrolment.objects.get(client=c) for c in (one, other))
    assert (moved.person, kept.person) == (one.pseudonym, one.pseudonym)
    assert moved.aside is not None, "it stands beside the other one, and is not lost"
    assert (moved.since, moved.until, moved.ending) == (
        DAY - timedelta(days=60),
        DAY + timedelta(days=3),
        "error",
    )
    (row,) = reading.see(house.alpha, client=one).merges
    assert (row.kept, row.why) == (True, WHY)
    assert deciding.unmerge(by=house.alpha, client=one, merge=row.merge, why="gộp nhầm rồi") == 1
    assert state(house) == before
    assert pairs(house.alpha) == [], "they were found to be two people"


def reading_of(house, client):
    with acting(house.alpha):
        return reading.find(house.alpha, "alpha", client.uid)


def test_a_merged_file_takes_nobody_on(house):
    one, other = two(house)
    deciding.decide(by=house.alpha, likeness=likeness(house.alpha), same=True, why=WHY, kept=one)
    with pytest.raises(Refusal, match="merged"):
        enrolling.admit(by=house.alpha, client=reading_of(house, other), since=house.alpha.day)


def test_what_a_decision_needs(house):
    one, other = two(house)
    it = likeness(house.alpha)
    stranger = opened(house.alpha, house.a, CHU)
    for more, refused in (
        ({"why": "", "kept": one}, "reason-missing"),
        ({"why": WHY}, "which-file"),
        ({"why": WHY, "kept": stranger}, "which-file"),
        # The one being served would be set aside beside the past of the other.
        ({"why": WHY, "kept": other}, "both-served"),
    ):
        with pytest.raises(Refusal, match=refused):
            deciding.decide(by=house.alpha, likeness=it, same=True, **more)
    deciding.decide(by=house.alpha, likeness=it, same=False)
    with pytest.raises(Refusal, match="decided-already"):
        deciding.decide(by=house.alpha, likeness=it, same=True, why=WHY, kept=one)
    for who in (house.alpha_b, house.beta, house.admin):
        with pytest.raises(NotAllowed):
            deciding.decide(by=who, likeness=it, same=False)


def test_the_last_merge_is_taken_back_first(house):
    one, two_, three = (opened(house.alpha, house.a, CHU) for _ in range(3))
    for kept, absorbed in ((two_, one), (three, two_)):
        with acting(house.alpha):
            it = Likeness.objects.get(client=min(kept.pk, absorbed.pk), other=max(kept.pk, absorbed.pk))
        deciding.decide(by=house.alpha, likeness=it, same=True, why=WHY, kept=kept)
    with acting(house.alpha):
        first, second = MergeStep.objects.order_by("pk").values_list("merge", flat=True).distinct()[:2]
        assert {tie.person for tie in Tie.objects.all()} == {three.pseudonym}
    with pytest.raises(Refusal, match="later-merge"):
        deciding.unmerge(by=house.alpha, client=one, merge=first, why="gộp nhầm rồi")
    deciding.unmerge(by=house.alpha, client=three, merge=second, why="gộp nhầm rồi")
    with acting(house.alpha):
        ties = dict(Tie.objects.values_list("client", "person"))
        assert ties == {one.pk: two_.pseudonym, two_.pk: two_.pseudonym, three.pk: three.pseudonym}
        assert Client.objects.get(pk=one.pk).merged_into_id == two_.pk
    with pytest.raises(Refusal, match="decided-already"):
        deciding.unmerge(by=house.alpha, client=three, merge=second, why="gộp nhầm rồi")


@pytest.fixture
def across(house):
    """X served at A; the same papers at B, under another name."""
    x = admitted(house.alpha, house.a, MY)
    y = opened(house.alpha_b, house.b, replace(MY, name="Lý Thị Say", insurance=""))
    return x, y


def test_across_facilities_each_side_sees_its_own_file_alone(house, across):
    x, y = across
    for viewer, file in ((house.alpha, x), (house.alpha_b, y)):
        (pair,) = pairs(viewer)
        assert (pair.one.pk, pair.other) == (file.pk, None)
        assert pair.evidence == (ABOUT[Evidence.IDENTITY],)
        said = str(pair)
        other = y if file is x else x
        assert str(other.uid) not in said
    with acting(house.alpha_b):
        assert [row.facility_id for row in Likeness.objects.all()] == [house.b.pk]


def test_a_name_alone_is_not_told_across_facilities(house):
    opened(house.alpha, house.a, CHU)
    opened(house.alpha_b, house.b, CHU)
    assert pairs(house.alpha) == pairs(house.alpha_b) == []


def test_somebody_served_elsewhere_is_not_admitted_until_it_is_settled(house, across):
    _, y = across
    consented(house.alpha_b, y)
    with pytest.raises(Refusal, match="transfer-needed"):
        enrolling.admit(by=house.alpha_b, client=y, since=DAY)
    deciding.decide(by=house.alpha_b, likeness=likeness(house.alpha_b), same=False)
    assert pairs(house.alpha) == []
    enrolling.admit(by=house.alpha_b, client=y, since=DAY)


def test_nobody_is_served_by_two_files_of_one_number(house):
    one = admitted(house.alpha, house.a, MY)
    again = opened(house.alpha, house.a, MY)
    consented(house.alpha, again)
    with pytest.raises(Refusal, match="known-here"):
        enrolling.admit(by=house.alpha, client=again, since=DAY)
    enrolling.end(by=house.alpha, client=one, last_day=DAY, ending="error")
    enrolling.admit(by=house.alpha, client=again, since=DAY + timedelta(days=1))


def test_it_takes_one_at_each_facility(house, across):
    x, y = across
    before = state(house)
    deciding.decide(by=house.alpha, likeness=likeness(house.alpha), same=True, why=WHY)
    assert state(house) == before
    deciding.decide(by=house.alpha_b, likeness=likeness(house.alpha_b), same=True, why=WHY)
    with comparing(house.alpha, (house.a.pk, "alpha")):
        assert {tie.person for tie in Tie.objects.all()} == {x.pseudonym}, "the file being served goes on"
    consented(house.alpha_b, y)
    with pytest.raises(Refusal, match="enrolled-already"):
        enrolling.admit(by=house.alpha_b, client=y, since=DAY)
    (row,) = reading.see(house.alpha_b, client=y).merges
    assert row.kept is False
    deciding.unmerge(by=house.alpha_b, client=y, merge=row.merge, why="hai người khác nhau")
    assert state(house)[1] == before[1]
    (theirs,) = reading.see(house.alpha, client=x).merges
    assert theirs.undone_on is not None


def test_two_files_that_are_both_being_served_are_not_merged(house, across):
    _, y = across
    consented(house.alpha_b, y)
    # Admitted before the number was known to be the same: the check is by papers.
    files.correct(by=house.alpha_b, client=y, told=replace(MY, identity="", insurance=""))
    enrolling.admit(by=house.alpha_b, client=y, since=DAY)
    files.correct(by=house.alpha_b, client=y, told=MY)
    deciding.decide(by=house.alpha, likeness=likeness(house.alpha), same=True, why=WHY)
    with pytest.raises(Refusal, match="both-served"):
        deciding.decide(by=house.alpha_b, likeness=likeness(house.alpha_b), same=True, why=WHY)
    with acting(house.alpha):
        assert Merge.objects.get().on is None


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_any_merges_taken_back_in_turn_leave_everything_as_it_was(house, data):
    """Four files of one name with any past; merges in any order and direction, then back in reverse."""
    clients = [opened(house.alpha, house.a, CHU) for _ in range(4)]
    for client in clients:
        first = DAY - timedelta(days=data.draw(st.integers(20, 200)))
        consented(house.alpha, client, first)
        enrolling.admit(by=house.alpha, client=client, since=first)
        last = first + timedelta(days=data.draw(st.integers(0, 60)))
        enrolling.end(by=house.alpha, client=client, last_day=min(last, DAY), ending="wish")
    before, done = state(house), []
    for _ in range(data.draw(st.integers(1, 3))):
        with acting(house.alpha):
            mine = Likeness.objects.filter(client__in=clients, state="open").select_related("facility")
            open_ones = list(mine.select_related("client", "other"))
        if not open_ones:
            break
        it = data.draw(st.sampled_from(open_ones))
        kept = data.draw(st.sampled_from([it.client, it.other]))
        deciding.decide(by=house.alpha, likeness=it, same=True, why=WHY, kept=kept)
        with acting(house.alpha):
            done.append((kept, Merge.objects.filter(client=kept).latest("pk").merge))
    with acting(house.alpha):
        counted = Enrolment.objects.filter(client__in=clients)
        assert counted.count() == 4
    for kept, merge in reversed(done):
        deciding.unmerge(by=house.alpha, client=kept, merge=merge, why="gộp nhầm rồi")
    assert state(house) == before
