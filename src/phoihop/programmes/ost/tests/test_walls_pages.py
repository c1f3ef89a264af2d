"""Police, labour and the care of another programme find nothing on any page: not what is there, not that it
is there, and no clock tells it either."""

import random
import time
from collections.abc import Iterator

import pytest

from phoihop.programmes.ost.models import Roster
from phoihop.programmes.ost.tests.making import acting
from phoihop.programmes.ost.tests.outsiders import Outsider, ask, outsiders
from phoihop.registry.models import Client
from tests.support import world as worlds
from tests.support.world import HERE, THERE, Address, Example, World, told

ADDRESSES = worlds.addresses()
OURS = [address for address in ADDRESSES if address.name.startswith("ost-") and address.name != "ost-sync"]
# Something of each sort that an address names: a site's list, a line of it, a file, an incident, a device.
TIMED = ("ost-window", "ost-window-card", "ost-care", "ost-incident", "ost-device")
TURNS = 400


@pytest.fixture
def world(db) -> World:
    return worlds.build()


@pytest.fixture
def known(world) -> dict[str, Example]:
    return worlds.examples(world)


@pytest.fixture
def others(world, known) -> dict[str, Outsider]:
    return outsiders(world)


def secrets(world: World) -> list[str]:
    """Names, codes and numbers of everybody who is treated, and of the lines of lists; not the name of a
    namesake whom another programme knows by itself."""
    doctor, names = world.viewer("ost-doctor@here"), set()
    for place in (HERE, THERE):
        for programme in ("alpha", "beta"):
            with acting(world.viewer(f"carer-{programme}@{place}")):
                names |= {each.text("name") for each in Client.objects.filter(programme=programme)}
    with acting(doctor):
        clients = list(Client.objects.filter(programme="ost"))
        found = [client.text("name") for client in clients if client.text("name") not in names]
        found += [client.code for client in clients]
        found += [str(client.uid) for client in clients] + [str(client.pseudonym) for client in clients]
        found += [str(uid) for uid in Roster.objects.values_list("uid", flat=True)]
    assert len(found) > 20
    return found


def tries(address: Address, known: dict[str, Example]) -> Iterator[tuple[str, str, dict[str, object]]]:
    """What is asked of an address: what is there, by both methods."""
    example = known.get(address.name, Example())
    if set(example.path) == set(address.arguments):
        for method in ("GET", "POST"):
            yield method, address.to(example.path), dict(example.form)


@pytest.mark.parametrize("one_in", [4, pytest.param(1, marks=pytest.mark.long)])
def test_no_address_of_treatment_is_there_for_others(world, known, others, one_in):
    """Not one of them: each answers as an address that nobody ever made."""
    asked = 0
    for turn, other in enumerate(others.values()):
        nothing = told(ask(other.browser, "GET", "/khong-co-gi-o-day/"))
        for address in OURS[turn % one_in :: one_in]:
            for method, path, form in tries(address, known):
                answer = ask(other.browser, method, path, form)
                asked += 1
                if answer.status_code != 405:
                    assert told(answer) == nothing, f"{method} {address.name} as {other.name}"
    assert asked * one_in > 2 * 4 * 70


@pytest.mark.long
def test_no_page_of_the_house_tells_others_of_anybody_treated(world, known, others):
    """Every address of every room, searches among them: no name, code or number, and no way there."""
    wrong, words = [], secrets(world)
    ways = {address.to({}) for address in OURS if not address.arguments} | {"/dt/ho-so/", "/ho-so/dt/"}
    for other in others.values():
        for address in ADDRESSES:
            for method, path, form in tries(address, known):
                answer = ask(other.browser, method, path, form)
                body = b"".join(answer.streaming_content) if answer.streaming else answer.content
                said = f"{answer.headers} {body.decode(errors='replace')}"
                # What was asked for stands in the way back; that tells nobody more than they typed.
                told_of = [word for word in words if word in said and word not in path]
                wrong += [f"{method} {address.name} as {other.name}: {word}" for word in told_of]
                if answer.status_code == 200:
                    wrong += [
                        f"{method} {address.name} as {other.name}: leads to {w}" for w in ways if w in said
                    ]
    assert wrong == []


def test_every_search_of_another_programme_finds_nobody_of_ours(world, known, others):
    searching = [a for a in ADDRESSES if a.code.endswith(("_search", "_find_roster")) or a.name == "find"]
    assert searching
    words, answered = secrets(world), 0
    for other in others.values():
        for address in searching:
            example = known.get(address.name, Example())
            if set(example.path) != set(address.arguments):
                continue
            for text in ("Giàng A Lềnh", "giang a lenh", "gianga", "panh"):
                form = {
                    name: text if isinstance(value, str) else value for name, value in example.form.items()
                }
                answer = ask(other.browser, "POST", address.to(example.path), form or {"text": text})
                answered += answer.status_code == 200
                shown = answer.content.decode().replace(text, "")
                assert [word for word in words if word in shown] == [], f"{address.name} as {other.name}"
    assert answered, "nobody could search anything"


def chance(some: list[float], others: list[float]) -> float:
    """How often one of the first is slower than one of the second: a half where nothing tells them apart."""
    ranked = sorted([(took, True) for took in some] + [(took, False) for took in others])
    ranks = sum(rank for rank, (_, first) in enumerate(ranked, 1) if first)
    return (ranks - len(some) * (len(some) + 1) / 2) / (len(some) * len(others))


def race(browser, paths: dict[str, str], turns: int) -> float:
    """``chance`` of the two paths, asked in turns, each turn in an order of its own."""
    took: dict[str, list[float]] = {name: [] for name in paths}
    order = random.Random(1)
    for turn in range(turns + 20):
        for name in order.sample(sorted(paths), 2):
            began = time.perf_counter()
            ask(browser, "GET", paths[name])
            if turn >= 20:
                took[name].append(time.perf_counter() - began)
    first, second = took.values()
    return chance(first, second)


@pytest.mark.long
@pytest.mark.parametrize("name", TIMED)
def test_no_clock_tells_others_what_is_there(world, known, others, name):
    """400 requests for what is there and 400 for what is not, by each of them at a page of each sort. Were
    both alike the chance would be a half, give or take 0.02; it has to lie within five times that."""
    address = next(each for each in OURS if each.name == name)
    example = known[name]
    paths = {"there": address.to(example.path), "missing": address.to(example.nowhere)}
    found = {}
    for other in others.values():
        assert {ask(other.browser, "GET", path).status_code for path in paths.values()} == {404}
        found[other.name] = race(other.browser, paths, TURNS)
    assert {who: told for who, told in found.items() if abs(told - 0.5) > 0.1} == {}, found


@pytest.mark.long
def test_the_clock_would_tell(world, known):
    """Whoever may open a page is slower to be answered than by nothing at all: the measure can fail."""
    address = next(each for each in OURS if each.name == "ost-incident")
    paths = {
        "there": address.to(known["ost-incident"].path),
        "missing": address.to(known["ost-incident"].nowhere),
    }
    assert race(world.people["ost-doctor@here"].browser(), paths, 25) > 0.9
