"""The drill: a full database is backed up, the machine is lost, the backup goes into an empty folder.

Makes an installation in a temporary folder with PHOIHOP_BENCH_ROWS rows of the audit (a million unless told
otherwise), each with its seal. Key file and witness outlive the machine, as they do on another disk. Prints
seconds. Aims: 30 minutes from an empty machine to a served database (20 GB; here in proportion), the audit
checked at 30,000 rows a second, nothing lost.
"""

import json
import os
import secrets
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import psycopg

ROOT = Path(__file__).resolve().parent.parent
ROWS = int(os.environ.get("PHOIHOP_BENCH_ROWS", "1000000"))
AT_ONCE = 50_000
ADD = """
    insert into security_auditentry (kind, action, outcome, account, agency, purpose, thing_kind,
        thing_id, owner_agency, programme, request, source, count, detail)
    select 'read', 'org.look', 'done', n %% 400, n %% 30, 'work', 'org.Agency',
        (n %% 9000)::text, n %% 30, '',
        gen_random_uuid(), '10.0.0.1', 1, '{"fields": ["name"]}'
    from generate_series(1, %s) n
"""


def phoihop(env: dict[str, str], *arguments: str) -> tuple[float, Any]:
    """Seconds that a command takes, and what it printed, as JSON where it was asked for."""
    started = time.monotonic()
    done = subprocess.run(
        [sys.executable, "-P", "-m", "phoihop", *arguments],
        env=env,
        capture_output=True,
        text=True,
        check=False,
        cwd="/",
    )
    if done.returncode:
        raise SystemExit(f"phoihop {arguments[0]}: {done.stderr}")
    return time.monotonic() - started, json.loads(done.stdout) if "--json" in arguments else done.stdout


def fill(folder: Path) -> tuple[float, float]:
    """Seconds that writing and that sealing the rows took."""
    from phoihop.base.database import cluster
    from phoihop.base.security.audit.sealing import seal
    from phoihop.base.security.crypto.keyfile import KeyFile
    from phoihop.base.security.crypto.keys import audit_signer

    witness = folder / "witness" / "audit.witness"
    witness.parent.mkdir(mode=0o700, exist_ok=True)
    key = audit_signer(KeyFile.demo(folder / "keys" / "keys.sealed"))[1]
    with cluster.start(folder) as running:
        started = time.monotonic()
        with psycopg.connect(**running.access.params("setup"), autocommit=True) as setup:
            setup.execute("set synchronous_commit = off")
            for first in range(0, ROWS, AT_ONCE):
                setup.execute(ADD, [min(AT_ONCE, ROWS - first)])
        written = time.monotonic()
        with psycopg.connect(**running.access.params("sealer"), autocommit=True) as sealer:
            seal(sealer, key, witness)
        return written - started, time.monotonic() - written


def main() -> None:
    print(f"load {os.getloadavg()[0]:.1f}; {ROWS} rows")
    with tempfile.TemporaryDirectory(prefix="phoihop-drill-") as name:
        away = Path(name)  # what does not burn with the machine
        away.chmod(0o711)
        data, backups = away / "data", away / "backups"
        env = os.environ | {
            "PHOIHOP_DATA": str(data),
            "PHOIHOP_MODE": "demo",
            "PHOIHOP_SECRET_KEY": secrets.token_urlsafe(50),
            "PYTHONPATH": str(ROOT / "src"),
        }
        phoihop(env, "migrate")
        written, sealed = fill(data)
        print(f"writing the rows           {written:7.1f} s")
        print(f"sealing them               {sealed:7.1f} s")
        seconds, checked = phoihop(env, "verify-audit", "--json")
        speed = f"{checked['rows'] / checked['seconds']:,.0f} rows a second"
        print(f"verify-audit               {seconds:7.1f} s   {checked['rows']} rows, {speed}")
        seconds, made = phoihop(env, "backup", "--to", str(backups), "--json")
        size = sum(made["files"].values()) / 1e6
        print(f"backup                     {seconds:7.1f} s   {made['rows']} rows, {size:.0f} MB")
        for kept in ("keys", "witness"):
            shutil.move(data / kept, away / kept)
        shutil.rmtree(data)
        data.mkdir(mode=0o711)
        started = time.monotonic()
        for kept in ("keys", "witness"):
            shutil.move(away / kept, data / kept)
        (file,) = backups.glob("*.database")
        _, told = phoihop(env, "restore", str(file), "--json")
        seconds = time.monotonic() - started
        print(
            f"restore on an empty folder {seconds:7.1f} s   {told['rows']} rows, counted and compared: "
            f"{told['counted']}; audit checked: {told['audit_rows']} rows"
        )
        seconds, checked = phoihop(env, "verify-audit", "--json")
        print(f"verify-audit again         {seconds:7.1f} s   intact: {checked['ok']}")


if __name__ == "__main__":
    main()
