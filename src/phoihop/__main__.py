"""``python -m phoihop``: the command line."""

import sys

from phoihop.interfaces.cli.main import main

if __name__ == "__main__":
    sys.exit(main())
