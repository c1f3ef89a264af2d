import psycopg
import pytest

from phoihop.base.database.access import Role, external
from phoihop.base.database.clients import client, feed
from phoihop.base.database.roles import EXTENSIONS, fingerprint, role_statements, roles_sql, verifier
from phoihop.kernel.refusals import Refusal

SERVING = ["app", "reporter", "sealer"]


@pytest.fixture(scope="module")
def table(running):
    with psycopg.connect(**running.access.params("owner")) as owner:
        owner.execute("CREATE TABLE floor (n int PRIMARY KEY); GRANT USAGE ON SCHEMA public TO phoihop_app")
        owner.execute("GRANT SELECT, INSERT ON floor TO phoihop_app; INSERT INTO floor VALUES (1), (2)")
        owner.execute(
            "ALTER TABLE floor ENABLE ROW LEVEL SECURITY; ALTER TABLE floor FORCE ROW LEVEL SECURITY"
        )
        owner.execute("CREATE POLICY one ON floor USING (n = 1)")
    yield "floor"
    with psycopg.connect(**running.access.params("owner")) as owner:
        owner.execute("DROP TABLE floor; REVOKE USAGE ON SCHEMA public FROM phoihop_app")


def ask(running, role, query):
    with psycopg.connect(**running.access.params(role)) as connection:
        return connection.execute(query).fetchall()


@pytest.mark.parametrize("role", SERVING)
@pytest.mark.parametrize(
    "statement",
    [
        "CREATE TABLE public.mine (n int)",
        "CREATE TEMP TABLE mine (n int)",
        "CREATE SCHEMA mine",
        "CREATE ROLE mine",
        "CREATE DATABASE mine",
        "CREATE EXTENSION tablefunc",
        "TRUNCATE public.floor",
        "DROP TABLE public.floor",
        "ALTER TABLE public.floor DISABLE ROW LEVEL SECURITY",
        "ALTER TABLE public.floor OWNER TO CURRENT_USER",
        "DELETE FROM public.floor",
        "SET ROLE phoihop_owner",
        "SET ROLE phoihop_setup",
        "SET SESSION AUTHORIZATION phoihop_owner",
        "ALTER ROLE CURRENT_USER BYPASSRLS",
        "ALTER ROLE CURRENT_USER SUPERUSER",
        "COPY public.floor TO PROGRAM 'cat'",
        "SELECT pg_read_file('postgresql.conf')",
        "SELECT pg_reload_conf()",
        "ALTER SYSTEM SET fsync = off",
    ],
)
def test_a_serving_role_is_refused(running, table, role, statement):
    if (role, statement) == ("sealer", "ALTER ROLE CURRENT_USER BYPASSRLS"):
        statement = "ALTER ROLE phoihop_app BYPASSRLS"  # the sealer has this one
    with (
        pytest.raises(
            (
                psycopg.errors.InsufficientPrivilege,
                psycopg.errors.ReadOnlySqlTransaction,
                psycopg.errors.ActiveSqlTransaction,
            )
        ),
        psycopg.connect(**running.access.params(role), autocommit=True) as connection,
    ):
        connection.execute(statement)


def test_the_owner_owns_and_no_more(running):
    for statement in ("CREATE ROLE mine", "SET ROLE phoihop_setup", "ALTER ROLE phoihop_owner BYPASSRLS"):
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            ask(running, "owner", statement)


def test_row_security_holds_for_the_owner_and_not_for_the_sealer(running, table):
    assert ask(running, "app", "SELECT n FROM floor") == [(1,)]
    assert ask(running, "owner", "SELECT n FROM floor") == [(1,)]
    assert ask(running, "sealer", "SELECT n FROM floor ORDER BY n") == [(1,), (2,)]


@pytest.mark.parametrize(
    ("role", "name", "value"),
    [
        ("app", "statement_timeout", "15s"),
        ("app", "synchronous_commit", "on"),
        ("app", "idle_in_transaction_session_timeout", "1min"),
        ("reporter", "statement_timeout", "5min"),
        ("reporter", "default_transaction_read_only", "on"),
        ("owner", "lock_timeout", "3s"),
        ("owner", "statement_timeout", "0"),
        ("sealer", "statement_timeout", "0"),
    ],
)
def test_each_role_has_its_limits(running, role, name, value):
    assert ask(running, role, f"SHOW {name}") == [(value,)]


@pytest.mark.parametrize("database", ["postgres", "template1"])
@pytest.mark.parametrize("role", ["owner", *SERVING])
def test_other_databases_are_closed(running, role, database):
    with pytest.raises(psycopg.OperationalError, match="permission denied"):
        psycopg.connect(**running.access.params(role, database))


def test_the_extensions_work(running):
    assert ask(running, "owner", "SELECT unaccent('Nguyễn Đỗ')") == [("Nguyen Do",)]
    assert ask(running, "owner", "SELECT similarity('lào cai', 'lào cai')") == [(1.0,)]
    found = ask(running, "owner", "SELECT extname FROM pg_extension")
    assert {row[0] for row in found} >= set(EXTENSIONS)


def test_the_script_for_another_server_runs_twice_and_holds_no_password(running):
    words = dict(running.access.passwords)
    script = roles_sql(words)
    assert not any(word in script for word in words.values())
    for _ in range(2):
        with client(running.programs, ["psql", "--no-psqlrc"], running.access.params("setup")) as psql:
            feed(psql, iter([script.encode()]), all_wanted=True)
            psql.output()
        assert psql.code() == 0, psql.complaints
    assert ask(running, "app", "SELECT current_user") == [("phoihop_app",)]


def test_the_verifier_is_that_of_the_standard():
    # The example of RFC 7677, section 3: user "user", password "pencil".
    import base64

    told = verifier("pencil", base64.b64decode("W22ZaJ0SNY7soEsUEjb6gQ=="))
    assert told.endswith(
        "$WG5d8oPm3OtcPnkdi4Uo7BkeZkBFzpcXkuLmtbsT4qY=:wfPLwcE6nTWhTAmQ7tl2KeoiWGPlZqQxSrmfPwDl2dU="
    )


@pytest.mark.parametrize("word", ["", "mật-khẩu"])
def test_a_password_that_servers_might_read_differently_is_refused(word):
    with pytest.raises(Refusal, match="database-password"):
        verifier(word)


def test_the_fingerprint_is_stable_and_the_statements_are_not():
    assert fingerprint() == fingerprint()
    assert role_statements(dict.fromkeys(Role, "a")) != role_statements(dict.fromkeys(Role, "b"))


def test_addresses_carry_every_odd_character(running):
    for role in Role:
        url = running.access.url(role)
        with psycopg.connect(url) as connection:
            assert connection.info.user == role.login


@pytest.mark.parametrize("odd", ["p@ss/w:rd?&=#%", "' \\", "dấu"])
def test_an_external_address_is_taken_apart_and_put_together(odd):
    from psycopg.conninfo import conninfo_to_dict, make_conninfo

    given = make_conninfo(
        "", host="db.example", user="runtime", password=odd, dbname="other", sslmode="require"
    )
    access = external(given, {"owner": "postgresql://phoihop_owner:secret@/"})
    again = conninfo_to_dict(access.url("app"))
    assert again == {**conninfo_to_dict(given), "port": "5432"}
    assert access.params("owner")["user"] == "phoihop_owner"
    assert access.params("owner")["host"] == "db.example"
    assert access.params("owner")["sslmode"] == "require"
    assert "secret" not in repr(access)
    with pytest.raises(Refusal, match="database-role"):
        access.params("setup")


@pytest.mark.parametrize("url", ["mysql://x", "host", "postgresql://a:1,b:2/phoihop", "host=a port=first"])
def test_an_address_that_is_none_is_refused_without_being_quoted(url):
    with pytest.raises(Refusal, match="database-url") as refusal:
        external(url)
    assert url not in refusal.value.message.vi


def test_no_such_role(running):
    with pytest.raises(Refusal, match="database-role"):
        running.access.url("postgres")
    assert running.access.params("phoihop_app") == running.access.params("app")
