"""The room, and the discovery of what every other room declares."""

import importlib
import pkgutil
from importlib.util import find_spec

from django.apps import AppConfig, apps

# What a room may declare doors, roles and proposals in; found without a list that must be kept.
DRAWERS = (
    "roles",
    "actions",
    "offices",
    "placing",
    "blocks",
    "queries",
    "mergers",
    "explain",
    "keeping",
    "forgetting",
    "openings",
    "signin.actions",
    "files.actions",
)


class OrgConfig(AppConfig):
    name = "phoihop.base.org"
    label = "org"

    def ready(self) -> None:
        from phoihop.base.org import library_tables, roles  # noqa: F401 - the first one declares by being there
        from phoihop.base.org.rules.permissions import Grant
        from phoihop.base.org.signin import signals  # noqa: F401 - listens

        everybody: list[Grant] = []
        added: list[tuple[str, tuple[Grant, ...]]] = []
        for drawer in DRAWERS:
            for module in _declaring(drawer):
                roles.add(getattr(module, "DECLARED", ()))
                everybody += getattr(module, "FOR_EVERYBODY", ())
                added += getattr(module, "ADDED", {}).items()
        for code, grants in added:
            roles.add_to(code, grants)
        roles.add_to_all(everybody)
        from phoihop.base.org import alarms

        alarms.watch()


def _declaring(drawer: str) -> list[object]:
    """The module of this name of every installed room, imported; libraries are not asked."""
    found: list[object] = []
    for config in apps.get_app_configs():
        if not config.name.startswith(("phoihop.", "tests.")):
            continue
        parent = find_spec(f"{config.name}.{drawer}".rpartition(".")[0])
        folder = parent is not None and parent.submodule_search_locations is not None
        if folder and find_spec(f"{config.name}.{drawer}") is not None:
            found.append(_with_parts(f"{config.name}.{drawer}"))
    return found


def _with_parts(name: str) -> object:
    """A module, after every module in it where it is a folder: a door counts wherever it stands."""
    module = importlib.import_module(name)
    for part in pkgutil.iter_modules(getattr(module, "__path__", ()), f"{name}."):
        importlib.import_module(part.name)
    return module
