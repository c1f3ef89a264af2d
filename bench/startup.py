"""From a fresh clone to the demo's first page, and to the page of a second start.

Clones this checkout into a temporary folder and starts ``./run demo`` there twice, the first time with empty
package caches. Prints seconds. Aim: 180 for the first page, 5 for the second start, 0.5 for the command line.
"""

import os
import re
import signal
import subprocess
import tempfile
import time
import urllib.request
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
ADDRESS = re.compile(r"http://\S+?:\d+/")
PATIENCE = 300.0  # seconds


def first_page(checkout: Path, env: dict[str, str]) -> float:
    """Seconds from the command to the demo's first page; the demo is then stopped."""
    started = time.monotonic()
    demo = subprocess.Popen(
        ["./run", "demo"], cwd=checkout, env=env, stdout=subprocess.PIPE, text=True, start_new_session=True
    )
    try:
        assert demo.stdout is not None
        for line in demo.stdout:
            if found := ADDRESS.search(line):
                with urllib.request.urlopen(found[0], timeout=PATIENCE) as page:
                    page.read()
                return time.monotonic() - started
        raise SystemExit("the demo ended without printing its address")
    finally:
        os.killpg(demo.pid, signal.SIGTERM)
        demo.wait(30)


def command_line(checkout: Path, env: dict[str, str]) -> float:
    """Seconds that ./run phoihop version takes, the best of five."""
    times = []
    for _ in range(5):
        started = time.monotonic()
        subprocess.run(
            ["./run", "phoihop", "version"], cwd=checkout, env=env, check=True, stdout=subprocess.DEVNULL
        )
        times.append(time.monotonic() - started)
    return min(times)


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder) / "home"
        home.mkdir()
        checkout = Path(folder) / "fresh clone"
        subprocess.run(["git", "clone", "--quiet", ROOT, checkout], check=True)
        env = {
            name: value
            for name, value in os.environ.items()
            if name not in ("UV_CACHE_DIR", "XDG_CACHE_HOME", "PIP_CACHE_DIR")
        }
        # Cold caches, while the machine's own settings of where packages come from stay in force.
        env |= {"XDG_CACHE_HOME": str(home / "cache")}
        print(f"fresh clone to first page  {first_page(checkout, env):6.1f} s")
        print(f"second start               {first_page(checkout, env):6.1f} s")
        print(f"phoihop version          {command_line(checkout, env):6.2f} s")


if __name__ == "__main__":
    main()
