"""The worked examples of every programme on a Spark cluster of a master and two workers on this machine.

    ./run bench spark FOLDER [CODE ...]

See ``tools/spark.py``: ``FOLDER`` keeps half a gigabyte of Spark, and without it nothing is done.
"""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]

if len(sys.argv) < 2:
    print(__doc__)
    sys.exit(0)
sys.exit(
    subprocess.run([sys.executable, "-m", "tools.spark", *sys.argv[1:]], cwd=ROOT, check=False).returncode
)
