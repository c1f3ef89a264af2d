import psycopg
import pytest

from phoihop.base.database.checks import findings, kind_of
from phoihop.base.database.tests.support import home


def reasons(running, role):
    with psycopg.connect(**running.access.params(role)) as connection:
        return {found.reason for found in findings(connection)}


@pytest.fixture
def setup(running):
    with psycopg.connect(**running.access.params("setup"), autocommit=True) as connection:
        yield connection


def test_the_runtime_role_is_fit_to_serve(running):
    assert reasons(running, "app") == set()


@pytest.mark.parametrize(
    ("role", "expected"),
    [
        ("owner", {"role-owns", "role-creates"}),
        ("setup", {"role-powerful", "role-owns", "role-creates", "role-truncates"}),
        ("sealer", {"role-powerful"}),
        ("reporter", set()),
    ],
)
def test_the_other_roles_are_told_for_what_they_are(running, role, expected):
    assert reasons(running, role) == expected


@pytest.mark.parametrize(
    ("do", "undo", "expected"),
    [
        ("ALTER ROLE phoihop_app BYPASSRLS", "ALTER ROLE phoihop_app NOBYPASSRLS", {"role-powerful"}),
        ("ALTER ROLE phoihop_app SUPERUSER", "ALTER ROLE phoihop_app NOSUPERUSER", {"role-powerful"}),
        ("ALTER ROLE phoihop_app CREATEROLE", "ALTER ROLE phoihop_app NOCREATEROLE", {"role-powerful"}),
        ("GRANT phoihop_sealer TO phoihop_app", "REVOKE phoihop_sealer FROM phoihop_app", {"role-powerful"}),
        ("CREATE TABLE fit (n int); ALTER TABLE fit OWNER TO phoihop_app", "DROP TABLE fit", {"role-owns"}),
        (
            "CREATE TABLE fit (n int); GRANT TRUNCATE ON fit TO phoihop_app",
            "DROP TABLE fit",
            {"role-truncates"},
        ),
        (
            "GRANT CREATE ON SCHEMA public TO phoihop_app",
            "REVOKE CREATE ON SCHEMA public FROM phoihop_app",
            {"role-creates"},
        ),
    ],
)
def test_each_power_too_many_is_found(running, setup, do, undo, expected):
    setup.execute(do)
    try:
        assert reasons(running, "app") >= expected
    finally:
        setup.execute(undo)
    assert reasons(running, "app") == set()


def test_becoming_the_owner_counts_as_being_it(running, setup):
    setup.execute("GRANT phoihop_owner TO phoihop_app WITH INHERIT FALSE")
    try:
        assert "role-owns" in reasons(running, "app")
    finally:
        setup.execute("REVOKE phoihop_owner FROM phoihop_app")


def test_trust_is_found_by_who_may_read_the_rules(running):
    rules = home(running.data.parents[2]).path / "server_hba.conf"
    kept = rules.read_text()
    assert "server-trusts" not in reasons(running, "setup")
    rules.write_text(kept + "local all all trust\n")
    try:
        assert "server-trusts" in reasons(running, "setup")
        assert reasons(running, "app") == set()
    finally:
        rules.write_text(kept)


@pytest.mark.parametrize(
    ("address", "who"),
    [
        ("", "here"),
        ("localhost", "here"),
        ("127.0.0.1", "here"),
        ("127.8.0.3", "here"),
        ("::1", "here"),
        (" localhost ", "here"),
        ("*", "world"),
        ("0.0.0.0", "world"),
        ("::", "world"),
        ("8.8.8.8", "world"),
        ("2606:4700::1", "world"),
        ("10.0.0.5", "network"),
        ("192.168.1.2", "network"),
        ("fd00::2", "network"),
        ("db.internal", "network"),
    ],
)
def test_who_reaches_an_address(address, who):
    assert kind_of(address) == who
