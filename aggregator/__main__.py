"""`python -m aggregator` is `emplettes`."""

import sys

from aggregator.cli import main

sys.exit(main())
