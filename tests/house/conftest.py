"""A real installation of a test module's own, and its operator's commands."""

import json
import sys
import tempfile
import uuid
from io import StringIO
from pathlib import Path
from types import SimpleNamespace

import pytest
from django.db import connection

from phoihop.base.database import cluster
from phoihop.base.security import install, keyring, places, scope, sealed, vaults
from phoihop.base.security.audit.sealing import seal
from phoihop.base.security.crypto.cache import CachedKeys
from phoihop.base.security.crypto.keyfile import KeyFile
from phoihop.base.security.models import DataKeyRow
from phoihop.base.security.scope import Scope
from phoihop.config import database
from phoihop.config.commands.checking import audit_signer_now
from phoihop.config.commands.shared import inside
from phoihop.interfaces.cli.main import main

KEYS = Scope("keys")
X, Y = uuid.UUID(int=7), uuid.UUID(int=8)


@pytest.fixture(scope="module")
def own(django_db_blocker):
    """A folder, a server, keys and files of this module's own; Django is led there and back again."""
    before = dict(connection.settings_dict)
    with (
        tempfile.TemporaryDirectory(prefix="k-", dir="/tmp", ignore_cleanup_errors=True) as name,
        pytest.MonkeyPatch.context() as patched,
        django_db_blocker.unblock(),
    ):
        folder = Path(name)
        folder.chmod(0o711)
        keys = CachedKeys(KeyFile.demo(folder / "keys.sealed"))
        patched.setattr(keyring, "store", lambda: keys)
        patched.setattr("django.conf.settings.PHOIHOP_KEY_FILE", folder / "keys.sealed")
        patched.setattr("django.conf.settings.PHOIHOP_FILES", folder / "files")
        vaults.vault.cache_clear()
        patched.setenv("PHOIHOP_DATA", str(folder))
        patched.setenv("PHOIHOP_DB_ROLE", "app")
        for variable in database.VARIABLES.values():
            patched.delenv(variable, raising=False)
        connection.close()
        with cluster.start(folder) as running:
            for role, variable in database.VARIABLES.items():
                patched.setenv(variable, running.access.url(role))
            with inside("owner"):
                install.migrate()
            yield SimpleNamespace(folder=folder, running=running, keys=keys)
        vaults.vault.cache_clear()
        connection.settings_dict.clear()
        connection.settings_dict.update(before)


@pytest.fixture
def house(own):
    """The installation with two people in it, of whom X's file hangs in the vault."""
    with inside("app") as here:
        with scope.acting(KEYS):
            for person in (X, Y):
                if not DataKeyRow.objects.filter(person=person).exists():
                    sealed.make_key("alpha", 1, person)
        yield SimpleNamespace(here=here, **vars(own))


@pytest.fixture
def phoihop(request, capsys, monkeypatch):
    """Runs a command: its status and what it printed, in English; as JSON where it was asked for."""

    def run(*arguments, status=0, typed=""):
        monkeypatch.setattr(sys, "stdin", StringIO(typed))
        done = main([*map(str, arguments), "--lang", "en"])
        if "house" in request.fixturenames:  # the command closed the connection and left as another role
            request.getfixturevalue("house").here.point("app")
        out, err = capsys.readouterr()
        assert done == status, out + err
        return json.loads(out) if "--json" in arguments else out + err

    return run


def wrapped(person) -> bool:
    with scope.acting(KEYS):
        return DataKeyRow.objects.get(person=person).wrapped is not None


def sealed_now(house) -> None:
    with house.here.connect("sealer", autocommit=True) as sealer:
        seal(sealer, audit_signer_now(), places.witness())
