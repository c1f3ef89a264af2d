"""Pages while twenty bombs (a spreadsheet of 0.6 MB, a document of 0.3 MB) are thrown at the reader at once.

./run bench bombs
"""

import os
import statistics
import sys
import threading
import time
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
os.environ["DJANGO_SETTINGS_MODULE"] = "tests.settings"


def main() -> None:
    from tests.abuse.bombing import Raid
    from tests.support import house

    with house.fresh() as access, house.opened(access) as running:
        quiet = Raid(running)
        _alone(quiet)
        raid, began = Raid(running), time.monotonic()
        raid.run()
        took = time.monotonic() - began
    print(f"{len(raid.ends)} bombs: {', '.join(sorted(set(raid.ends)))}; all ended after {took:.1f} s")
    for name, pages in (("before", quiet.pages), ("meanwhile", raid.pages)):
        cuts = statistics.quantiles(pages, n=20)
        print(f"page {name}: median {cuts[9] * 1000:.0f} ms, p95 {cuts[18] * 1000:.0f} ms of {len(pages)}")
    print(f"largest process: {raid.peak / 2**20:.0f} MB; pages that broke: {len(raid.broken)}")


def _alone(raid: Any) -> None:
    over = threading.Event()
    threading.Timer(3.0, over.set).start()
    raid._ask(over)


if __name__ == "__main__":
    main()
