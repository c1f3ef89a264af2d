"""Roles and doors fit together; every write and read of every room passes one."""

import importlib
import inspect
from collections.abc import Iterator
from fnmatch import fnmatchcase
from types import ModuleType

import pytest
from django.apps import apps

from phoihop.base.org.doors import DOORS
from phoihop.base.org.roles import ROLES
from phoihop.base.org.rules.permissions import Reach, Viewer
from phoihop.kernel.refusals import Bilingual

GRANTS = [(role.code, grant.actions) for role in ROLES.values() for grant in role.grants]
ROOMS = [config for config in apps.get_app_configs() if config.name.startswith(("phoihop.", "tests."))]


def drawers(name: str) -> Iterator[ModuleType]:
    for room in ROOMS:
        try:
            yield importlib.import_module(f"{room.name}.{name}")
        except ModuleNotFoundError as missing:
            if not str(missing.name).startswith(room.name):
                raise


@pytest.mark.parametrize(("role", "pattern"), GRANTS)
def test_every_grant_names_a_door(role, pattern):
    assert any(fnmatchcase(code, pattern) for code in DOORS), f"{role} grants {pattern}, which is no door"


@pytest.mark.parametrize("code", sorted(DOORS))
def test_every_door_is_passed_by_some_role(code):
    door = DOORS[code]
    granted = any(grant.names(code) for role in ROLES.values() for grant in role.grants)
    assert granted or door.demand.open


@pytest.mark.parametrize("code", sorted(DOORS))
def test_every_door_says_what_it_is_in_both_languages(code):
    about = DOORS[code].about
    assert isinstance(about, Bilingual)
    assert about.vi.strip()
    assert about.en.strip()
    assert about.vi != about.en


# What reaches everywhere and governs nobody, with what keeps it in bounds.
BOUNDED = {
    "release.case_open_emergency": "one file for half an hour; told at once and reviewed by two others",
    "release.file_request": "one question; two people of the agency that is asked answer it",
    "org.keep_file": "a file of one's own work",
}
EVERYBODY = set.intersection(*({(g.actions, g.reach) for g in role.grants} for role in ROLES.values()))


@pytest.mark.parametrize("role", sorted(ROLES))
def test_whoever_governs_more_than_an_agency_is_approved_above_the_agencies(role):
    wide = {
        grant.actions
        for grant in ROLES[role].grants
        if grant.reach is Reach.ALL and (grant.actions, grant.reach) not in EVERYBODY
    } - set(BOUNDED)
    assert ROLES[role].central == bool(wide), wide
    assert ROLES[role].sensitive or not ROLES[role].central


@pytest.mark.parametrize("role", sorted(ROLES))
def test_no_word_of_a_role_or_door_names_an_illness(role):
    words = f"{ROLES[role].code} {ROLES[role].name.vi} {ROLES[role].name.en}".casefold()
    assert not [word for word in ("hiv", "methadon", "mại dâm", "mua bán người", "traffick") if word in words]


def test_every_write_of_a_room_is_a_door():
    """A function that takes ``by`` a viewer writes; whatever writes asks and records."""
    loose = []
    for module in drawers("actions"):
        for name, function in inspect.getmembers(module, inspect.isfunction):
            if function.__module__ != module.__name__ or name.startswith("_"):
                continue
            if "by" in inspect.signature(function).parameters and not hasattr(function, "door"):
                loose.append(f"{module.__name__}.{name}")
    assert loose == []


def test_every_read_of_a_room_is_a_door():
    loose = []
    for module in drawers("queries"):
        for name, function in inspect.getmembers(module, inspect.isfunction):
            if function.__module__ != module.__name__ or name.startswith("_"):
                continue
            first = next(iter(inspect.signature(function).parameters.values()), None)
            takes_viewer = first is not None and (first.name == "viewer" or first.annotation is Viewer)
            if takes_viewer and not hasattr(function, "door"):
                loose.append(f"{module.__name__}.{name}")
    assert [name for name in loose if not name.startswith("tests.standin.")] == []


def test_administrators_open_no_case():
    """Whoever keeps the machine running has no way to a file, whatever else they are given."""
    cases = [code for code in DOORS if ".case_" in code]
    assert cases
    for role in ("administrator", "data-protection", "auditor"):
        assert all(any(_fits(code, pattern) for pattern in ROLES[role].refuses) for code in cases)


def _fits(code: str, pattern: str) -> bool:
    return fnmatchcase(code, pattern)
