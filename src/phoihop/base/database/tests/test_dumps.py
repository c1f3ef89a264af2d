"""Backups of a real database, damaged ones, and restores that fail half-way."""

import os
import stat

import psycopg
import pytest
from psycopg import sql

from phoihop.base.database import dumps
from phoihop.base.database.sealed_stream import read_header
from phoihop.kernel.refusals import Refusal

KEY = bytes(range(32))
MAKE = """
    CREATE SCHEMA sec;
    CREATE FUNCTION sec.always() RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER
        SET search_path = pg_catalog AS 'SELECT true';
    CREATE TABLE clients (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, name text NOT NULL,
        stay daterange, site int, EXCLUDE USING gist (site WITH =, stay WITH &&));
    CREATE INDEX ON clients USING gin (name gin_trgm_ops);
    ALTER TABLE clients ENABLE ROW LEVEL SECURITY;
    ALTER TABLE clients FORCE ROW LEVEL SECURITY;
    CREATE POLICY here ON clients USING (sec.always() AND site = 1);
    CREATE FUNCTION noted() RETURNS trigger LANGUAGE plpgsql AS
        'BEGIN NEW.name := upper(NEW.name); RETURN NEW; END';
    CREATE TRIGGER noted BEFORE INSERT ON clients FOR EACH ROW EXECUTE FUNCTION noted();
    CREATE VIEW names WITH (security_invoker = true) AS SELECT name FROM clients;
    GRANT USAGE ON SCHEMA public, sec TO phoihop_app;
    GRANT SELECT, INSERT ON clients TO phoihop_app;
    GRANT SELECT ON names TO phoihop_app;
"""
ADD = "INSERT INTO clients (name, site) SELECT %s || g, 1 + g %% 2 FROM generate_series(1, 200) g"
WIPE = "DROP SCHEMA sec CASCADE; DROP TABLE clients CASCADE; DROP FUNCTION noted"


@pytest.fixture
def held(running):
    """The package's cluster with some tables in it, gone afterwards."""
    with psycopg.connect(**running.access.params("owner")) as owner:
        owner.execute(MAKE)
    _add(running, "Người giả số ")
    yield running
    with psycopg.connect(**running.access.params("setup"), autocommit=True) as setup:
        setup.execute(WIPE)
        for name in others(running):
            setup.execute(sql.SQL("DROP DATABASE {}").format(sql.Identifier(name)))


def _add(running, prefix):
    with psycopg.connect(**running.access.params("setup")) as setup:
        setup.execute(ADD, [prefix])


def others(running):
    with psycopg.connect(**running.access.params("setup")) as setup:
        rows = setup.execute("SELECT datname FROM pg_database WHERE datname LIKE 'phoihop\\_%'").fetchall()
    return [row[0] for row in rows]


def ask(running, role, query="SELECT count(*) FROM clients"):
    with psycopg.connect(**running.access.params(role)) as connection:
        return connection.execute(query).fetchone()[0]


def saved(running, folder, name="one"):
    return dumps.backup(running.access, running.programs, folder / name, KEY, epoch=7)


def replace(running, backup, key=KEY):
    return dumps.restore(running.access, running.programs, backup.path, key, replace=True)


def test_a_backup_is_sealed_private_and_tells_what_it_is(held, tmp_path):
    made = saved(held, tmp_path)
    data = made.path.read_bytes()
    assert stat.S_IMODE(made.path.stat().st_mode) == 0o600
    assert b"PGDMP" not in data
    assert "NGƯỜI GIẢ".encode() not in data
    assert [at.name for at in tmp_path.iterdir()] == ["one"]
    listed = dumps.listing(tmp_path)
    assert [(one.kind, one.epoch, one.made, one.major) for one in listed] == [
        ("dump", 7, made.made, made.major)
    ]
    proved = dumps.inspect(made.path, KEY, held.programs)
    assert proved.size == made.size > 0
    assert any("TABLE DATA public clients" in entry for entry in proved.entries)


def test_a_restore_brings_back_rows_rules_and_rights(held, tmp_path):
    made = saved(held, tmp_path)
    _add(held, "Thêm sau ")
    restored = replace(held, made)
    assert ask(held, "sealer") == 200
    assert ask(held, "app") == 100, "the policy came back"
    assert ask(held, "owner") == 100, "and is forced"
    assert ask(held, "app", "SELECT count(*) FROM names") == 100
    assert ask(held, "setup", "SELECT relforcerowsecurity FROM pg_class WHERE relname = 'clients'") is True
    owned = "SELECT bool_and(tableowner = 'phoihop_owner') FROM pg_tables WHERE tablename = 'clients'"
    assert ask(held, "setup", owned) is True
    for statement in ("TRUNCATE clients", "CREATE TABLE public.mine (n int)"):
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            ask(held, "app", statement)
    with psycopg.connect(**held.access.params("app")) as app:
        app.execute("INSERT INTO clients (name, site) VALUES ('a', 1)")
        assert app.execute("SELECT max(id) FROM clients").fetchone()[0] == 201, "the numbering goes on"
    assert restored.before is not None
    dumps.take_back(held.access, restored.before)
    assert ask(held, "sealer") == 400
    assert others(held) == []


def test_what_was_replaced_can_be_dropped(held, tmp_path):
    restored = replace(held, saved(held, tmp_path))
    assert others(held) == [restored.before]
    dumps.discard(held.access, restored.before)
    assert others(held) == []
    with pytest.raises(ValueError, match="replaced"):
        dumps.discard(held.access, "phoihop")


def test_into_an_empty_database_without_asking(held, tmp_path):
    made = saved(held, tmp_path)
    with psycopg.connect(**held.access.params("owner")) as owner:
        owner.execute(WIPE)
    assert dumps.is_empty(held.access)
    restored = dumps.restore(held.access, held.programs, made.path, KEY)
    assert restored.before is None
    assert ask(held, "sealer") == 200
    assert others(held) == []


def test_data_is_not_restored_over_unasked(held, tmp_path):
    made = saved(held, tmp_path)
    with pytest.raises(Refusal, match="database-not-empty"):
        dumps.restore(held.access, held.programs, made.path, KEY)
    assert ask(held, "sealer") == 200


def test_people_at_work_are_shown_out(held, tmp_path):
    made = saved(held, tmp_path)
    with psycopg.connect(**held.access.params("app")) as at_work:
        at_work.execute("SELECT 1")
        replace(held, made)
        with pytest.raises(psycopg.OperationalError):
            at_work.execute("SELECT 1")
    assert ask(held, "sealer") == 200


@pytest.mark.parametrize("harm", ["cut", "flip", "key", "other"])
def test_an_unsound_file_changes_nothing(held, tmp_path, harm):
    made = saved(held, tmp_path)
    data = bytearray(made.path.read_bytes())
    if harm == "cut":
        del data[-1:]
    elif harm == "flip":
        data[len(data) // 2] ^= 1
    elif harm == "other":
        data[:4] = b"else"
    made.path.write_bytes(data)
    with pytest.raises(Refusal, match="sealed-"):
        replace(held, made, os.urandom(32) if harm == "key" else KEY)
    assert ask(held, "sealer") == 200
    assert others(held) == []


def test_a_restore_that_fails_leaves_the_old_database(held, tmp_path):
    with psycopg.connect(**held.access.params("setup"), autocommit=True) as setup:
        # A grant to a role that is gone at the restore: pg_restore meets it after most of its work.
        setup.execute("CREATE ROLE visitor; GRANT SELECT ON clients TO visitor")
        made = saved(held, tmp_path)
        setup.execute("REVOKE ALL ON clients FROM visitor; DROP ROLE visitor")
    _add(held, "Thêm sau ")
    with pytest.raises(Refusal, match="restore-failed") as refusal:
        replace(held, made)
    assert "visitor" in refusal.value.__notes__[0]
    assert "visitor" not in refusal.value.message.en
    assert ask(held, "sealer") == 400
    assert others(held) == []


def test_a_backup_of_a_newer_server_is_refused(held, tmp_path):
    made = saved(held, tmp_path)
    content = dumps.unsealed(made.path, KEY)
    newer = dumps.write_sealed(tmp_path / "newer", content, KEY, kind="dump", epoch=1, server="99.1")
    with pytest.raises(Refusal, match="backup-newer"):
        replace(held, newer)


def test_a_backup_never_overwrites(held, tmp_path):
    made = saved(held, tmp_path)
    before = made.path.read_bytes()
    with pytest.raises(Refusal, match="backup-exists"):
        saved(held, tmp_path)
    assert made.path.read_bytes() == before


def test_a_dump_that_fails_leaves_no_file(held, tmp_path):
    with psycopg.connect(**held.access.params("setup"), autocommit=True) as setup:
        setup.execute("REVOKE pg_read_all_data FROM phoihop_sealer")
        try:
            with pytest.raises(Refusal, match="backup-failed"):
                saved(held, tmp_path)
        finally:
            setup.execute("GRANT pg_read_all_data TO phoihop_sealer")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("place", ["missing/one", "file/one"])
def test_a_place_that_cannot_be_written_is_said(held, tmp_path, place):
    (tmp_path / "file").write_text("no folder")
    with pytest.raises(Refusal, match="backup-not-written"):
        saved(held, tmp_path, place)


def test_other_files_are_not_listed(tmp_path):
    (tmp_path / "note.txt").write_text("no backup")
    (tmp_path / ".one.part").write_bytes(b"PHOIHOP-SEALED-1\n")
    (tmp_path / "folder").mkdir()
    assert dumps.listing(tmp_path) == []


def test_the_header_holds_no_secret(held, tmp_path):
    with saved(held, tmp_path).path.open("rb") as file:
        assert set(read_header(file)) == {"kind", "made", "epoch", "server", "salt", "check", "chunk"}
