"""What the program is made of, and whether a flaw of it is known.

    ./run sbom [FILE]     the bill of materials of what runs, CycloneDX JSON; without FILE: to the terminal
    ./run advisories      asks the package index whether a locked library has a known flaw

The bill is made from locks/runtime.lock and what the installed packages say of themselves (licence,
homepage, what each needs), and from the lock of what pages load: the same locks on the same system give the
same bytes. ``advisories`` is the one
task that asks the network for more than packages, so no test runs it.
"""

import contextlib
import json
import subprocess
import sys
from base64 import b64decode
from pathlib import Path
from typing import Any

from packaging.markers import Marker
from packaging.utils import canonicalize_name

from tools.tree import ROOT

BIN = ROOT / ".venv" / "bin"
RUNTIME = ROOT / "locks" / "runtime.lock"
PAGES = ROOT / "tools" / "charts" / "package-lock.json"


class StaleError(Exception):
    """The environment is not what the lock says."""


def hashes(lock: str) -> dict[str, tuple[str, list[str]]]:
    """Each package of a lock: its version and the SHA-256 of every file that may be installed for it. Of one
    that is locked at several versions, for several Pythons, that of this one."""
    found: dict[str, tuple[str, list[str]]] = {}
    files: list[str] = []
    for line in lock.splitlines():
        text = line.strip().removesuffix("\\").strip()
        if line[:1].isalnum():
            requirement, _, rest = text.partition("==")
            version, _, marker = rest.partition(";")
            name, files = canonicalize_name(requirement.partition("[")[0]), []
            if name not in found or not marker or Marker(marker.strip()).evaluate():
                found[name] = (version.strip(), files)
        elif text.startswith("--hash=sha256:"):
            files.append(text.rpartition(":")[2])
    return found


def bill(whole: dict[str, Any], lock: str) -> dict[str, Any]:
    """The part of an environment's bill that the lock names, with the lock's hashes.

    A package locked for another system stands there by name and version. StaleError if another version is
    installed than is locked.
    """
    locked = hashes(lock)
    there = {str(canonicalize_name(one["name"])): one for one in whole["components"]}
    components = []
    for name, (version, files) in sorted(locked.items()):
        purl = f"pkg:pypi/{name}@{version}"
        one = there.get(name) or {"type": "library", "name": name, "version": version, "bom-ref": purl}
        if one["version"] != version:
            raise StaleError(f"{name} {one['version']} is installed, {version} is locked; run ./run install")
        # Hashes of whole components are of what was installed; these are of the files it may come from.
        source = {
            "type": "distribution",
            "url": purl,
            "comment": "any one of these files",
            "hashes": [{"alg": "SHA-256", "content": file} for file in files],
        }
        components.append(
            {**one, "purl": purl, "externalReferences": [*one.get("externalReferences", []), source]}
        )
    kept = {one["bom-ref"] for one in components} | {whole["metadata"]["component"]["bom-ref"]}
    needs = {one["ref"]: set(one.get("dependsOn", ())) & kept for one in whole["dependencies"]}
    return {
        **whole,
        "components": components,
        "dependencies": [{"ref": ref, "dependsOn": sorted(needs.get(ref, ()))} for ref in sorted(kept)],
    }


def loaded(lock: str) -> list[dict[str, Any]]:
    """The libraries in the script that pages load, from its package-lock.json; not what only builds it."""
    found = []
    for path, one in sorted(json.loads(lock)["packages"].items()):
        if not path or one.get("dev"):
            continue
        name = path.removeprefix("node_modules/")
        purl = f"pkg:npm/{name}@{one['version']}"
        algorithm, _, digest = one["integrity"].partition("-")
        source = {
            "type": "distribution",
            "url": purl,
            "hashes": [
                {"alg": algorithm.upper().replace("SHA", "SHA-"), "content": b64decode(digest).hex()},
            ],
        }
        found.append(
            {
                "type": "library",
                "bom-ref": purl,
                "name": name,
                "version": one["version"],
                "purl": purl,
                "licenses": [{"license": {"id": one["license"]}}],
                "externalReferences": [source],
            }
        )
    return found


def sbom() -> str:
    """The bill of materials of what runs, as JSON. StaleError as ``bill``."""
    asked: list[str | Path] = [
        BIN / "cyclonedx-py",
        "environment",
        BIN / "python",
        "--pyproject",
        ROOT / "pyproject.toml",
    ]
    form = ["--output-reproducible", "--output-format", "JSON", "--spec-version", "1.6"]
    said = subprocess.run([*asked, *form], capture_output=True, check=True).stdout
    made = bill(json.loads(said), RUNTIME.read_text(encoding="utf-8"))
    made["components"] += loaded(PAGES.read_text(encoding="utf-8"))
    return json.dumps(made, indent=2, sort_keys=True, ensure_ascii=False) + "\n"


def advisories() -> int:
    """Known flaws of every locked library; 1 if there is one, or if it could not be told of each of them."""
    ends = []
    for lock in sorted((ROOT / "locks").glob("*.lock")):
        print(f"== {lock.name}", flush=True)
        # --strict: a library that the index knows nothing about is a fault, not a clean bill.
        asking: list[str | Path] = [
            BIN / "pip-audit",
            "--strict",
            "--require-hashes",
            "--disable-pip",
            "-r",
            lock,
        ]
        ends.append(subprocess.run(asking, check=False).returncode)
    return 1 if any(ends) else 0


def main(arguments: list[str]) -> int:
    match arguments:
        case ["sbom", *target] if len(target) < 2:
            try:
                text = sbom()
            except StaleError as stale:
                print(stale, file=sys.stderr)
                return 1
            if target:
                Path(target[0]).write_text(text, encoding="utf-8")
            else:
                with contextlib.suppress(BrokenPipeError):
                    print(text, end="")
            return 0
        case ["advisories"]:
            return advisories()
    print(__doc__)
    return 2


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
