"""How the server is set: written anew at every start, so that an upgrade of the program changes it."""

from pathlib import Path

HBA = """\
# Written by phoihop at every start. Passwords only, over the local socket only.
local  all          all            scram-sha-256
local  replication  phoihop_setup  scram-sha-256
"""

_VALUES = {
    "listen_addresses": "''",  # the socket alone; nothing on the network
    "unix_socket_permissions": "0700",
    "password_encryption": "'scram-sha-256'",
    "fsync": "on",
    "full_page_writes": "on",
    "synchronous_commit": "on",  # a tick that says "saved" is on disk
    "row_security": "on",
    "timezone": "'UTC'",
    "lc_messages": "'C'",  # the launcher reads the log
    "jit": "off",  # its start-up costs more than it saves on short queries
    "max_connections": "100",
    "idle_in_transaction_session_timeout": "'15min'",
    # A week of logs, the oldest day overwritten. No statement and no detail is in them; errors of the
    # serving roles are not either (see roles.py).
    "logging_collector": "on",
    "log_filename": "'server-%a.log'",
    "log_file_mode": "0600",
    "log_rotation_age": "'1d'",
    "log_rotation_size": "0",
    "log_truncate_on_rotation": "on",
    "log_min_error_statement": "panic",
    "log_error_verbosity": "terse",
    "log_parameter_max_length_on_error": "0",
    "log_checkpoints": "off",
    "log_autovacuum_min_duration": "-1",
    "log_timezone": "'UTC'",
    "log_line_prefix": "'%m [%p] '",
}


def configuration(*, data: Path, logs: Path, rules: Path, more: Path) -> str:
    """The text of ``server.conf``: what initdb found out about the machine, then what we say.

    ``data`` and ``logs`` are absolute folders, ``rules`` the file that says who may connect. The file lies
    outside ``data``, where the server itself cannot change it. ``more`` is read last, if it is there.
    """
    lines = [
        "# Written by phoihop at every start.",
        f"include {quoted(data / 'postgresql.conf')}",
        f"hba_file = {quoted(rules)}",
        f"log_directory = {quoted(logs)}",
        *(f"{name} = {value}" for name, value in _VALUES.items()),
        *([f"include {quoted(more)}"] if more.exists() else []),
    ]
    return "\n".join([*lines, ""])


def quoted(text: object) -> str:
    """A value in the grammar of postgresql.conf."""
    return "'" + str(text).replace("\\", "\\\\").replace("'", "''") + "'"
